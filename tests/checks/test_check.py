"""How checks are declared: what the registry refuses at import, and what mypy refuses before that."""

from __future__ import annotations

import re
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest
from mypy import api

from checks.check import REGISTRY, Probe, all_checks, check, probe
from checks.model import Evidence, Result, Severity, passed
from checks.target import Host, all_hosts
from checks.world import World

CASES = Path(__file__).parent / "typing_cases"
ROOT = Path(__file__).parent.parent.parent


@probe(deadline=3)
async def length(world: World, host: Host) -> int:
    return len(host.name)


def fine(host: Host, length: int) -> Result:
    return passed("fine", Evidence(str(length)))


@pytest.fixture(autouse=True)
def registry_as_it_was() -> Iterator[None]:
    all_checks()
    before = dict(REGISTRY)
    yield
    REGISTRY.clear()
    REGISTRY.update(before)


def declare(id: str, item: str = "S2.5") -> None:
    check(id, item=item, severity=Severity.HIGH, each=all_hosts, needs=length)(fine)


def test_a_probe_knows_its_name_and_deadline() -> None:
    assert isinstance(length, Probe)
    assert length.name.endswith("test_check.length")
    assert length.deadline == 3


def test_a_declared_check_is_registered_and_its_judge_stays_a_plain_function() -> None:
    judge = check("edge.some-words-2", item="S2.5", severity=Severity.HIGH, each=all_hosts, needs=length)(
        fine
    )
    assert judge is fine
    assert judge(Host("acme.example"), 12).summary == "fine"
    declared = REGISTRY["edge.some-words-2"]
    assert (declared.topic, declared.item, declared.severity) == ("edge", "S2.5", Severity.HIGH)
    assert declared.needs == (length,)


@pytest.mark.parametrize(
    "id",
    [
        "",
        "edge",
        "edge.",
        ".door",
        "Edge.door",
        "edge.Door",
        "edge.door-",
        "edge.-door",
        "edge.a.b",
        "edge.a b",
    ],
)
def test_a_malformed_id_is_refused(id: str) -> None:
    with pytest.raises(ValueError, match=r"topic\.words-with-dashes"):
        declare(id)


@pytest.mark.parametrize("item", ["", "S8.1", "S1", "D1.1", "M1", "S1.10", "s1.1"])
def test_an_item_that_no_check_can_bear_on_is_refused(item: str) -> None:
    with pytest.raises(ValueError, match="no roadmap item"):
        declare("edge.some-words", item)


def test_an_id_is_taken_once_even_in_one_file() -> None:
    def other(host: Host, length: int) -> Result:
        return passed("also fine", Evidence(str(length)))

    declare("edge.some-words")
    with pytest.raises(ValueError, match="declared twice"):
        check("edge.some-words", item="S2.5", severity=Severity.HIGH, each=all_hosts, needs=length)(other)
    assert REGISTRY["edge.some-words"].judge is fine


def test_a_module_that_is_loaded_again_may_declare_again() -> None:
    declare("edge.some-words")
    declare("edge.some-words")


def test_all_checks_come_ordered_by_id_from_every_topic() -> None:
    ids = [each.id for each in all_checks()]
    assert ids == sorted(set(ids))
    assert {id.partition(".")[0] for id in ids} >= {"dns", "mail", "edge", "performance", "deployment"}
    assert all(each.needs and each.needs[0].deadline > 0 for each in all_checks())


def test_looking_for_checks_does_not_import_the_sandbox() -> None:
    code = (
        "import sys; from checks.check import all_checks; all_checks(); "
        "print([name for name in sys.modules if name.startswith('checks.sandbox')])"
    )
    found = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    assert found.stdout.strip() == "[]"


@pytest.fixture(scope="module")
def mypy_errors(tmp_path_factory: pytest.TempPathFactory) -> Counter[tuple[str, int, str]]:
    """(file, line, error code) of every error that mypy finds in the typing cases."""
    cache = tmp_path_factory.mktemp("mypy")
    out, err, _ = api.run(
        [
            "--strict",
            "--config-file=",
            "--follow-imports=silent",
            f"--cache-dir={cache}",
            "--no-error-summary",
        ]
        + [str(CASES / name) for name in ("right.py", "wrong.py")]
    )
    assert not err
    lines = [re.fullmatch(r"(.*?):(\d+): error: .*\[([a-z-]+)\]", line) for line in out.splitlines()]
    return Counter((Path(m[1]).name, int(m[2]), m[3]) for m in lines if m is not None)


def test_mypy_finds_each_mistake_once_and_nothing_in_right_judges(
    mypy_errors: Counter[tuple[str, int, str]],
) -> None:
    expected: Counter[tuple[str, int, str]] = Counter()
    for number, line in enumerate((CASES / "wrong.py").read_text(encoding="utf-8").splitlines(), 1):
        if marked := re.search(r"# error: ([a-z-]+)$", line):
            expected["wrong.py", number, marked[1]] += 1
    assert len(expected) == 8
    assert mypy_errors == expected
