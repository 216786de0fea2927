"""All seven stages with every point of the roadmap, each with its outcome or "not looked at yet"."""

from __future__ import annotations

from checks.model import Outcome
from wizard.assessment import ItemStatus
from wizard.handover.escape import code, mark, prose, table
from wizard.handover.material import Material, intro, words
from wizard.roadmap import Stage

_MENTIONED = (Outcome.FAIL, Outcome.PARTIAL)


def stages(material: Material) -> list[str]:
    meanings = table(("Word", "Means"), ((word, prose(means)) for word, means in words()["words"].items()))
    lines = ["## The seven stages", "", prose(intro("stages")), "", *meanings]
    for stage in material.roadmap.stages:
        lines += ["", *_stage(stage, material)]
    return lines


def _stage(stage: Stage, material: Material) -> list[str]:
    items = [_item(material.assessment.items[item.id]) for item in stage.items]
    return [f"### Stage {stage.title}", "", prose(stage.question), "", *items]


def _done(status: ItemStatus) -> bool:
    if status.delivered:
        return not status.item.part
    return status.whole and status.outcome in (Outcome.PASS, Outcome.NOT_APPLICABLE)


def _item(status: ItemStatus) -> str:
    box = "x" if _done(status) else " "
    return (
        f"- [{box}] {status.item.id} {prose(status.item.title)}: **{prose(status.label)}**{_because(status)} "
        f"{mark(status.item.id.lower())}"
    )


def _because(status: ItemStatus) -> str:
    if status.outcome is Outcome.NOT_APPLICABLE:
        reason = status.reason or (status.results[0].summary if status.results else "")
        return f", because {prose(reason)}" if reason else ""
    if status.outcome is Outcome.COULD_NOT_CHECK:
        blinded = next(r for r in status.results if r.outcome is Outcome.COULD_NOT_CHECK)
        return f", because {prose(blinded.summary)}"
    ids = sorted({r.check_id for r in status.results if r.outcome in _MENTIONED})
    return f", see {', '.join(code(id) for id in ids)}" if ids else ""
