"""The JSON of `check`: what the published schema promises, and what it says."""

from __future__ import annotations

import json
import subprocess
import sys
from dataclasses import replace
from importlib.resources import files
from typing import Any

import jsonschema
import pytest

from checks.model import Outcome
from tests.wizard.made import AT, made, ready, state_of
from tests.wizard.test_handover import CHANGE, RESULTS, sitting
from wizard.documents import check_document, check_schema

PUBLISHED = json.loads((files("assets") / "schemas" / "check-1.json").read_text(encoding="utf-8"))

ROW = [
    "id",
    "subject",
    "stage",
    "item",
    "title",
    "outcome",
    "severity",
    "summary",
    "cause",
    "evidence",
    "fix",
    "took_ms",
]


def document(*results: Any) -> Any:
    return json.loads(check_document(state_of(results) if results else sitting()))


def row(id: str) -> Any:
    return next(one for one in document()["results"] if one["id"] == id)


def test_the_published_schema_is_the_one_of_the_code() -> None:
    assert json.loads(check_schema()) == PUBLISHED


def test_the_schema_is_one() -> None:
    jsonschema.Draft202012Validator.check_schema(PUBLISHED)
    assert PUBLISHED["properties"]["schema_version"]["const"] == 1


@pytest.mark.parametrize(
    "results", [(), RESULTS, ready(), RESULTS[:1]], ids=["none", "mixed", "ready", "one"]
)
def test_documents_keep_to_the_schema(results: tuple[Any, ...]) -> None:
    jsonschema.validate(json.loads(check_document(state_of(results))), PUBLISHED)


def test_the_schema_refuses_what_is_no_document() -> None:
    whole = document()
    for broken in (
        {key: value for key, value in whole.items() if key != "verdict"},
        {**whole, "verdict": "MAYBE"},
        {**whole, "schema_version": 2},
        {**whole, "surprise": 1},
        {**whole, "results": [{**whole["results"][0], "outcome": "fine"}]},
    ):
        with pytest.raises(jsonschema.ValidationError):
            jsonschema.validate(broken, PUBLISHED)


def test_the_head() -> None:
    head = document()
    assert list(head) == [
        "schema_version",
        "tool",
        "domain",
        "generated",
        "verdict",
        "verdict_line",
        "next_step",
        "minimum_bar",
        "coverage",
        "results",
    ]
    assert head["schema_version"] == 1
    assert head["tool"]["name"] == "launch-ready"
    assert head["tool"]["version"]
    assert head["domain"] == "acme.example"
    assert head["generated"] == "2026-11-24T12:00:00Z"
    assert head["verdict"] == "NO-GO"
    assert head["verdict_line"].startswith("NO-GO: 1 launch blocker")
    assert head["coverage"] == {"items_looked_at": 3, "items_total": 38, "answered": 9, "asked": 12}


def test_the_minimum_bar() -> None:
    bars = {bar["id"]: bar for bar in document()["minimum_bar"]}
    assert list(bars) == ["M1", "M2", "M3", "M4", "M5", "M6", "M7"]
    assert bars["M3"]["state"] == "not met"
    assert bars["M3"]["items"] == ["S1.1", "S1.2", "S2.2", "S2.5", "S2.6", "F2.1"]


def test_the_next_step() -> None:
    assert document()["next_step"]["kind"] == "confirm-hosts"
    assert json.loads(check_document(state_of(())))["next_step"] == {
        "kind": "look",
        "title": "Check the domain",
        "why": "Nothing has been looked at yet.",
        "result": None,
        "stage": None,
        "minutes": None,
    }


def test_results_are_ordered_and_have_exactly_these_keys() -> None:
    results = document()["results"]
    assert [one["id"] for one in results] == sorted(result.id for result in RESULTS)
    assert all(list(one) == ROW for one in results)


def test_a_finding() -> None:
    one = row("edge.tls-trusted@acme.example")
    assert (one["stage"], one["item"], one["outcome"], one["severity"]) == (2, "S2.2", "fail", "blocker")
    assert one["summary"] == "The certificate has expired"
    assert one["cause"] is None
    assert one["evidence"] == [
        {"seen": "what was seen of acme.example", "where": "192.0.2.53:53", "expected": ""}
    ]
    assert one["took_ms"] == 12.3
    assert one["fix"][0] == {
        "kind": "change",
        "have": CHANGE.have,
        "want": CHANGE.want,
        "where": CHANGE.where,
        "paste": CHANGE.paste,
    }
    assert all(set(step) == {"kind", "text"} for step in one["fix"][1:])


def test_what_could_not_be_checked() -> None:
    one = row("edge.host-answers@app.acme.example")
    assert one["outcome"] == "could_not_check"
    assert one["cause"] == {
        "code": "host-down",
        "sentence": "Nothing answered (host-down)",
        "remedy": "Wait a minute and check again.",
        "removable": True,
    }
    assert one["fix"] == []


def test_only_what_is_wrong_has_a_fix() -> None:
    for outcome in Outcome:
        fixed = document(made("other.check", outcome, change=CHANGE))["results"][0]["fix"]
        assert bool(fixed) == (outcome in (Outcome.FAIL, Outcome.PARTIAL))


def test_a_sitting_without_a_run() -> None:
    assert json.loads(check_document(replace(state_of(()), looked_at=None)))["generated"] is None


def test_the_same_state_gives_the_same_text() -> None:
    state = sitting()
    text = check_document(state)
    assert text == check_document(replace(state, results=tuple(reversed(state.results))))
    assert text.endswith("}\n")
    assert AT.isoformat() not in text


def test_pydantic_stays_out_of_the_way_of_everything_else() -> None:
    """The wizard and the handover must not pull it in: it costs more than the whole start may."""
    script = (
        "import sys, wizard.session, wizard.handover.write, wizard.next_step; "
        "print([m for m in ('pydantic', 'textual', 'httpx') if m in sys.modules])"
    )
    done = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=True, timeout=60
    )
    assert done.stdout.strip() == "[]"
