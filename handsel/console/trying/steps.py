"""A try as its page shows it: six steps, each with what was seen, and what is missing."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from django.urls import reverse
from django.utils.functional import Promise

from handsel.console.trying.facts import Read
from handsel.console.wording import reason_words
from handsel.engine.diagnosis import Finding, State, Step, findings, states
from handsel.ui.wording import Said, refusal_words, words
from handsel.ui.wording.clicks import filtered_words
from handsel.ui.wording.diagnosis import FINDINGS, STEPS
from handsel.ui.wording.shown import shown

Shown = State | Literal["faulty"]
"""As the engine has it, or done, but with a fault that keeps it from its credit."""

ICONS: Mapping[Shown, str] = {
    "done": "circle-check",
    "now": "circle-dot",
    "later": "circle-dashed",
    "skipped": "circle-minus",
    "faulty": "circle-alert",
}


@dataclass(frozen=True, slots=True)
class FindingShown:
    tone: str
    said: Said
    url: str
    count: int


@dataclass(frozen=True, slots=True)
class StepShown:
    key: Step
    number: int
    title: str | Promise
    text: str | Promise
    state: Shown
    icon: str
    findings: Sequence[FindingShown]


def steps_of(read: Read) -> list[StepShown]:
    found = findings(read.facts)
    return [
        _step(number, step, state, [one for one in found if one.step == step], read)
        for number, (step, state) in enumerate(states(read.facts).items(), 1)
    ]


def _step(number: int, step: Step, state: State, found: Sequence[Finding], read: Read) -> StepShown:
    is_faulty = step == "click" and state == "done" and any(one.tone == "bad" for one in found)
    shown_as: Shown = "faulty" if is_faulty else state
    return StepShown(
        key=step,
        number=number,
        title=STEPS[step][0],
        text=STEPS[step][1],
        state=shown_as,
        icon=ICONS[shown_as],
        findings=[_shown(one, read) for one in found],
    )


def _shown(finding: Finding, read: Read) -> FindingShown:
    event = read.events.get(finding.event)
    url = reverse("console:event", args=[event.pk]) if event and event.program_id else ""
    return FindingShown(finding.tone, finding_words(finding), url, finding.count)


def finding_words(finding: Finding) -> Said:
    params = dict(finding.params)
    if finding.code == "refused":
        reason, field = str(params.pop("reason")), str(params.pop("field"))
        return refusal_words(reason, field, params)
    if "reason" in params:
        reason = str(params["reason"])
        params["reason"] = (
            filtered_words(reason) if finding.step == "click" else reason_words(reason)
        )
    if params.get("verdict"):
        params["verdict"] = words(str(params["verdict"]), {}, subject="verdict")
    blanks = shown(params)
    wording = FINDINGS[finding.code]
    return Said(str(wording.message % blanks), str(wording.remedy % blanks))
