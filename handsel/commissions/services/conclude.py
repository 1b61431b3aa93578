"""From what claimed conversions come to, to rows, entries and activity: set-wise, in the caller's
transaction."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from handsel.activity.models import Activity
from handsel.commissions.booking import difference
from handsel.commissions.cases import Case, load
from handsel.commissions.crediting.bindings import Concluded, brought_by, rebind
from handsel.commissions.crediting.standings import ripple
from handsel.commissions.judging import NOBODYS, Judged, Judgement, judged_case, reversal_reason
from handsel.commissions.models import Commission, Revision
from handsel.commissions.watermark import awaits_clicks
from handsel.conversions.models import Conversion, Ripple
from handsel.conversions.services.ripples import ripple_renewals
from handsel.engine.proof import EvaluationRecord, evidence
from handsel.errors import DomainError
from handsel.ledger.entries import NewEntry
from handsel.ledger.services import post_entries

Status = Commission.Status

# What an evaluation may change in a commission's row.
FIELDS = [
    "agreement",
    "status",
    "amount_minor",
    "occurred_at",
    "hold_until",
    "approved_at",
    "reversed_at",
    "reversed_because",
    "provisional",
    "transition_next",
]

# Whether the conversion is credited, why not, whether it is to be evaluated again, and whether its
# customer was new.
Conclusion = tuple[str, str, bool, bool | None]


@dataclass(slots=True)
class _Writing:
    """What is to be written, gathered over all cases."""

    at: datetime
    created: list[Commission] = field(default_factory=list)
    changed: list[Commission] = field(default_factory=list)
    revisions: list[Revision] = field(default_factory=list)
    entries: list[NewEntry] = field(default_factory=list)
    activities: list[Activity] = field(default_factory=list)
    ripples: list[Ripple] = field(default_factory=list)
    renewed: set[tuple[str, str]] = field(default_factory=set)
    customers: list[Concluded] = field(default_factory=list)
    concluded: dict[Conclusion, list[str]] = field(default_factory=lambda: defaultdict(list))

    def write(self) -> None:
        # First the revisions (their foreign keys are checked last): the trigger of postbacks notes
        # with each change of a commission which of them it comes from.
        Revision.objects.bulk_create(self.revisions)
        Commission.objects.bulk_create(self.created)
        Commission.objects.bulk_update(self.changed, FIELDS)
        post_entries(self.entries)
        Activity.objects.bulk_create(self.activities)
        rebind(self.customers).write()
        Ripple.objects.bulk_create(self.ripples)
        ripple_renewals(self.renewed)
        for (status, reason, again, is_new), ids in self.concluded.items():
            due_at = self.at if again else None
            Conversion.objects.filter(pk__in=ids).update(
                status=status, reason=reason, due_at=due_at, customer_is_new=is_new
            )


def conclude(
    conversions: Sequence[Conversion], *, at: datetime, passed_at: datetime | None
) -> dict[str, Exception]:
    """Evaluate locked conversions and write what has changed; those that could not be, and why.

    What the engine refuses by name (an order in another currency than the terms) leaves the
    conversion unattributed with that reason, and its commissions as they are.
    """
    cases = load(conversions)
    failed = dict(cases.unreadable)
    writing = _Writing(at)
    for case in cases.readable:
        pk = case.conversion.pk
        try:
            judgement = judged_case(case)
        except Exception as error:
            failed[pk] = error
            continue
        cases.touches.note(pk, case.state, judgement.verdicts)
        waits = awaits_clicks(case.conversion, passed_at)
        for judged in judgement.judged:
            _Change(case, judged, waits).add_to(writing)
        concluded = _concluded(case, judgement)
        # What was never credited, and is not now, has bound nobody.
        if case.commissions or concluded.brought:
            writing.customers.append(concluded)
        is_new = case.state.customer_is_new
        writing.concluded[_conclusion(judgement, waits, is_new)].append(pk)

    by_id = {conversion.pk: conversion for conversion in conversions}
    for pk, is_new in cases.untouched.items():
        waits = awaits_clicks(by_id[pk], passed_at)
        writing.concluded[_conclusion(NOBODYS, waits, is_new)].append(pk)

    refused = {pk: error for pk, error in failed.items() if isinstance(error, DomainError)}
    for pk, refusal in refused.items():
        reason = refusal.code.replace("-", "_")
        writing.concluded[Conversion.Status.UNATTRIBUTED, reason, False, None].append(pk)
    cases.touches.write()
    writing.write()
    return {pk: error for pk, error in failed.items() if pk not in refused}


def _concluded(case: Case, judgement: Judgement) -> Concluded:
    at = case.state.occurred_at
    brought = brought_by(
        at, case.state.is_spent, judgement.found, case.touches, case.inputs.agreements
    )
    return Concluded(case.conversion, at, brought)


def _conclusion(judgement: Judgement, waits: bool, is_new: bool | None) -> Conclusion:
    if waits:
        return Conversion.Status.PROVISIONAL, judgement.reason, True, is_new
    if judgement.reason:
        return Conversion.Status.UNATTRIBUTED, judgement.reason, False, is_new
    return Conversion.Status.CREDITED, "", False, is_new


@dataclass(slots=True)
class _Change:
    """What an evaluation makes of one partnership's commission."""

    case: Case
    judged: Judged
    waits: bool

    def add_to(self, writing: _Writing) -> None:
        commission = self.case.commissions.get(self.judged.partnership_id)
        provisional = self.waits and (commission is None or commission.provisional)
        if commission is None:
            commission = self._new()
            writing.created.append(commission)
        elif self.judged.cause or commission.provisional != provisional:
            writing.changed.append(commission)
        commission.provisional = provisional
        if self.judged.cause:
            self._revise(commission, self.judged.cause, writing)

    def _new(self) -> Commission:
        conversion, evaluation = self.case.conversion, self.judged.evaluation
        touch = next(t for t in self.case.touches if t.partnership_id == evaluation.partnership)
        return Commission(
            id=self.judged.commission_id,
            brand_id=conversion.brand_id,
            partner_id=touch.partner_id,
            program_id=conversion.program_id,
            partnership_id=evaluation.partnership,
            conversion=conversion,
            agreement_id=evaluation.agreement,
            amount_minor=0,
            currency=evaluation.currency,
            occurred_at=self.case.state.occurred_at,
        )

    def _revise(self, commission: Commission, cause: str, writing: _Writing) -> None:
        last = self.case.last.get(commission.pk)
        inputs, evaluation = self.judged.inputs, self.judged.evaluation
        number = last.number + 1 if last else 1
        record = EvaluationRecord(number=number, inputs=inputs, evaluation=evaluation)
        writing.revisions.append(
            Revision(
                brand_id=commission.brand_id,
                partner_id=commission.partner_id,
                commission=commission,
                number=number,
                cause=cause,
                evaluation_version=evaluation.evaluation_version,
                amount_minor=evaluation.amount_minor,
                inputs=inputs.model_dump(mode="json"),
                evaluation=evaluation.model_dump(mode="json"),
            )
        )
        before_minor, before_status = commission.amount_minor, commission.status
        moved_from = commission.occurred_at
        if evaluation.amount_minor != before_minor:
            writing.entries.append(
                difference(
                    commission,
                    evaluation.amount_minor - before_minor,
                    at=self._occurred_at(number),
                    evidence=evidence(commission.pk, record),
                )
            )
        self._settle(commission, writing.at)
        self._pass_on(commission, last, moved_from, writing)
        for verb in _verbs(number, before_minor, before_status, commission):
            data = {
                "cause": cause,
                "before_minor": before_minor,
                "amount_minor": commission.amount_minor,
                "currency": commission.currency,
            }
            writing.activities.append(_activity(verb, commission, data))

    def _pass_on(
        self, commission: Commission, last: Revision | None, moved_from: datetime, writing: _Writing
    ) -> None:
        """What else depends on this one: orders after it, and renewals."""
        before = last.evaluation if last else None
        after = self.judged.evaluation
        rippled = ripple(commission, before, after, moved_from, self.case.inputs.agreements)
        if rippled is not None:
            writing.ripples.append(rippled)
        conversion = self.case.conversion
        if conversion.kind != Conversion.Kind.RENEWAL:
            writing.renewed.add((conversion.program_id, conversion.order_reference))

    def _occurred_at(self, number: int) -> datetime:
        """A first entry is of the order's moment, a later one of the latest news of it."""
        if number == 1:
            return self.case.state.occurred_at
        return max(fact.occurred_at for fact in self.judged.inputs.facts)

    def _settle(self, commission: Commission, at: datetime) -> None:
        state, evaluation = self.case.state, self.judged.evaluation
        commission.amount_minor = evaluation.amount_minor
        commission.occurred_at = state.occurred_at
        if evaluation.agreement is not None:
            commission.agreement_id = evaluation.agreement
            commission.hold_until = evaluation.hold_until
        because = reversal_reason(state, evaluation)
        if because:
            commission.reversed_at = commission.reversed_at or at
            commission.status = Status.REVERSED
        elif commission.status == Status.REVERSED:
            commission.status = Status.PENDING
            commission.reversed_at = commission.approved_at = None
        commission.reversed_because = because


def _verbs(
    number: int, before_minor: int, before_status: str, commission: Commission
) -> Iterator[str]:
    if number == 1:
        yield "commission.recorded"
    elif commission.amount_minor != before_minor:
        yield "commission.adjusted"
    if commission.status != before_status:
        reversed_now = commission.status == Status.REVERSED
        yield "commission.reversed" if reversed_now else "commission.reopened"


def _activity(verb: str, commission: Commission, data: dict[str, object]) -> Activity:
    return Activity(
        brand_id=commission.brand_id,
        partner_id=commission.partner_id,
        verb=verb,
        subject_id=commission.pk,
        data=data,
    )
