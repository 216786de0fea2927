"""The handover and the JSON of the made-up startup, broken and mended: the whole way from sockets to documents."""

from __future__ import annotations

import asyncio
import json
import re
from dataclasses import dataclass
from importlib.resources import files

import jsonschema
import pytest

from checks.model import Outcome
from tests.wizard.made import AT
from tests.wizard.markdown import MARK, body, by_cmark, by_markdown_it
from wizard.assessment import Verdict
from wizard.demo import DemoSandbox
from wizard.demo_project import demo_project
from wizard.documents import check_document
from wizard.domain_name import read_domain
from wizard.handover.write import write_handover
from wizard.project import new_project
from wizard.session import Session, SessionState


@dataclass(frozen=True)
class Demo:
    broken: SessionState
    fixed: SessionState
    guessed: SessionState
    """What a person sees who types nothing but the domain."""


@pytest.fixture(scope="module")
def demo() -> Demo:
    return asyncio.run(_looked_at())


async def _looked_at() -> Demo:
    async with DemoSandbox(state="broken") as sandbox:
        project = demo_project(sandbox.startup)
        broken = await Session(project, sandbox.options).look()
        await sandbox.set_state("fixed")
        fixed = await Session(project, sandbox.options).look()
        guessed = await Session(new_project(read_domain("plumline.example")), sandbox.options).look()
    return Demo(broken, fixed, guessed)


def test_the_broken_demo_says_what_is_wrong_who_can_mend_it_and_how(demo: Demo) -> None:
    document = write_handover(demo.broken, generated=AT)
    assert demo.broken.assessment.verdict is Verdict.NO_GO
    wrong = [finding for finding in demo.broken.assessment.findings if not finding.accepted]
    assert len(wrong) >= 3
    for finding in wrong:
        told = document.split(f"### `{finding.check_id}`: ", 1)[1].split("\n### ", 1)[0].split("\n## ", 1)[0]
        assert finding.text.title != finding.check_id, f"{finding.check_id} has no text"
        for part in (
            "What was found:",
            "- Have: ",
            "- Want: ",
            "- Where: ",
            "How to mend it:",
            "Why it matters: ",
        ):
            assert part in told, f"{finding.check_id}: {part}"
        assert "Who can do it: " in told
        assert "Takes about " in told
    assert demo.broken.next_step.result_id == demo.broken.assessment.must_fix[0].results[0].id


def test_the_fixed_demo_has_nothing_wrong_and_says_what_is_not_looked_at(demo: Demo) -> None:
    line = demo.fixed.assessment.verdict_line
    assert re.fullmatch(
        r"CANNOT SAY YET: nothing wrong found in what is looked at so far \(\d+ of \d+\), not looked at yet: .+",
        line,
    )
    assert not {r.outcome for r in demo.fixed.results} & {Outcome.FAIL, Outcome.COULD_NOT_CHECK}
    assert "Nothing wrong was found in what was looked at." in write_handover(demo.fixed, generated=AT)


def test_typing_only_the_domain_is_enough(demo: Demo) -> None:
    assert {str(host) for host in demo.guessed.unconfirmed} >= {
        "app.plumline.example",
        "api.plumline.example",
    }
    document = write_handover(demo.guessed, generated=AT)
    assert "| a guess |" in document
    assert "Say which of these are yours: " in document


def test_documents_of_real_results_keep_to_the_schema(demo: Demo) -> None:
    schema = json.loads((files("assets") / "schemas" / "check-1.json").read_text(encoding="utf-8"))
    for state in (demo.broken, demo.fixed, demo.guessed):
        jsonschema.validate(json.loads(check_document(state)), schema)


def test_nothing_of_this_computer_or_this_run_stands_in_the_document(demo: Demo) -> None:
    for state in (demo.broken, demo.fixed):
        document = write_handover(state, generated=None)
        assert "127.0.0.1:" not in document
        assert not re.search(r"[0-9a-f]{16}\.invalid", document)


def test_both_parsers_read_the_same_document(demo: Demo) -> None:
    for state in (demo.broken, demo.fixed, demo.guessed):
        document = write_handover(state, generated=AT)
        ours, theirs = by_markdown_it(document), by_cmark(document)
        assert ours.codes == theirs.codes
        assert ours.comments == theirs.comments == [mark[4:-3] for mark in MARK.findall(body(document))]
        assert ours.tags == [tag for tag in theirs.tags if tag != "input"]
        assert not {"a", "img", "em", "del", "blockquote", "hr"} & set(theirs.tags)
