"""What a statement says, gathered from the rows as they stood when its payout was queued."""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal, cast

from django.db.models import Prefetch, QuerySet, Sum

from handsel.commissions.models import Commission, Revision
from handsel.conversions.models import Touch
from handsel.engine.commission import Evaluation
from handsel.engine.earning import CommissionLine
from handsel.engine.settling import Settlement
from handsel.engine.statement import (
    AgreementUsed,
    Kind,
    Part,
    StatementContent,
    StatementLine,
    agreed,
)
from handsel.engine.terms import PayRule, clause_number
from handsel.engine.values import parse
from handsel.ledger.models import Checkpoint, Entry, Posting
from handsel.papers.earlier import earlier_lines
from handsel.partnerships.models import Acceptance, Agreement
from handsel.partnerships.queries import terms_of
from handsel.payouts.models import Batch, Payout, PayoutLine

Told = Evaluation | Settlement
Via = Literal["link", "code", "lifetime", ""]
VIA: dict[str, Via] = {
    Touch.Kind.CLICK: "link",
    Touch.Kind.CODE: "code",
    Touch.Kind.LIFETIME: "lifetime",
}


@dataclass(frozen=True, slots=True)
class _Rules:
    """A version of the agreement, and its rules of pay by their §."""

    used: AgreementUsed
    pay: Mapping[int, PayRule]


def month_of(batch: Batch) -> str:
    """The month a batch is called after, `2026-09`: that of the last day it collects."""
    return f"{batch.last_day:%Y-%m}"


def queued_entry(payout: Payout) -> Entry:
    """The ledger entry that queued a payout."""
    return Entry.objects.get(subject_id=payout.pk, key__startswith=f"payout-queued:{payout.pk}:")


def commission_entries(commissions: Iterable[str], until: datetime) -> list[Entry]:
    """What stood in the ledger about commissions at a moment, included."""
    return list(Entry.objects.filter(subject_id__in=list(commissions), recorded_at__lte=until))


def gathered(
    payout: Payout, *, number: str, issued_at: datetime, parties_hash: str, checkpoint: Checkpoint
) -> StatementContent:
    """The statement of a payout that was approved. Raises StatementDisagrees when its lines do not
    add up to it, or the ledger does not bear them out."""
    batch, entry = payout.batch, queued_entry(payout)
    lines = list(payout.lines.select_related("commission").order_by("commission__occurred_at"))
    rules, told = _told(payout, lines, entry.recorded_at)
    used = {line.agreement for line in told}
    return agreed(
        StatementContent(
            number=number,
            month=month_of(batch),
            issued_at=issued_at,
            period_from=batch.collected_from,
            period_until=batch.collected_until,
            brand=payout.brand_id,
            partner=payout.partner_id,
            program=payout.program_id,
            partnership=payout.partnership_id,
            payout=payout.pk,
            reference=payout.reference,
            pays_on=batch.pays_on,
            currency=payout.currency,
            amount_minor=payout.amount_minor,
            left_minor=_left_minor(payout, entry.recorded_at),
            agreements=tuple(one.used for one in rules.values() if one.used.number in used),
            lines=tuple(told),
            parties_hash=parties_hash,
            ledger_size=checkpoint.size,
            ledger_root=bytes(checkpoint.root).hex(),
        )
    )


def _told(
    payout: Payout, lines: Sequence[PayoutLine], queued_at: datetime
) -> tuple[dict[str, _Rules], list[StatementLine]]:
    ids = [line.commission_id for line in lines]
    evaluations = _evaluations(ids, queued_at)
    rules = _rules(payout.partnership_id)
    touches = _touches(evaluations.values())
    approved = _approved_minor(payout, ids, queued_at)
    before = {
        commission: sum(line.amount_minor for line in earlier)
        for commission, earlier in earlier_lines(payout).items()
    }
    told = []
    for line in lines:
        commission = line.commission
        told.append(
            _line(
                line,
                evaluations[commission.pk],
                rules[_agreement_of(commission, evaluations[commission.pk])],
                touches,
                earned_minor=approved.get(commission.pk, 0),
                paid_before_minor=before.get(commission.pk, 0),
            )
        )
    return rules, told


def _agreement_of(commission: Commission, evaluation: Told) -> str:
    """One that is credited to nobody any more keeps the version it was computed with last; one
    that a person decided has the version that was in force."""
    return evaluation.agreement or commission.agreement_id


def _line(
    line: PayoutLine,
    evaluation: Told,
    rules: _Rules,
    touches: Mapping[str, Touch],
    *,
    earned_minor: int,
    paid_before_minor: int,
) -> StatementLine:
    commission = line.commission
    # What was declined, or is pending again, counts for nothing here whatever it may come to.
    parts = evaluation.lines if earned_minor else ()
    touch = touches.get(_credited(evaluation))
    return StatementLine(
        commission=commission.pk,
        kind=cast(Kind, commission.kind),
        agreement=rules.used.number,
        order=evaluation.order if isinstance(evaluation, Evaluation) else evaluation.subject,
        ordered_at=commission.occurred_at,
        approved_at=commission.approved_at or commission.occurred_at,
        via=VIA.get(touch.kind, "") if touch else "",
        name=_name(touch),
        counts_minor=_counts_minor(evaluation),
        parts=tuple(_part(part, rules.pay) for part in parts),
        earned_minor=earned_minor,
        paid_before_minor=paid_before_minor,
        amount_minor=line.amount_minor,
    )


def _part(line: CommissionLine, pay: Mapping[int, PayRule]) -> Part:
    rule = pay.get(line.clause)
    kind = line.kind if line.kind in ("percent", "fixed") else "other"
    return Part(
        clause=line.clause,
        kind=kind,
        customer=rule.when.customer if rule else None,
        basis_minor=line.basis_minor if kind == "percent" else None,
        rate_ppm=line.rate_ppm if kind == "percent" else None,
        amount_minor=line.amount_minor,
    )


def _name(touch: Touch | None) -> str:
    if touch is None:
        return ""
    if touch.link is not None:
        return touch.link.slug
    return touch.code.code if touch.code else ""


def _counts_minor(evaluation: Told) -> int | None:
    found = (step.params["amount_minor"] for step in evaluation.steps if step.code == "counts")
    counts_minor = next(found, None)
    return None if counts_minor is None else int(str(counts_minor))


def _evaluations(commissions: Sequence[str], until: datetime) -> dict[str, Told]:
    """The last of each commission at that moment."""
    rows = (
        Revision.objects.filter(commission__in=commissions, recorded_at__lte=until)
        .order_by("commission", "-number")
        .distinct("commission")
        .values_list("commission_id", "evaluation")
    )
    return {pk: _read(evaluation) for pk, evaluation in rows}


def _read(evaluation: dict[str, object]) -> Told:
    """Settlements name their kind, evaluations of orders do not."""
    if "kind" in evaluation:
        return parse(Settlement, json.dumps(evaluation))
    return parse(Evaluation, json.dumps(evaluation))


def _credited(evaluation: Told) -> str:
    """The touch that an order came by, or nothing."""
    if not isinstance(evaluation, Evaluation) or evaluation.credit is None:
        return ""
    return evaluation.credit.touch_id


def _touches(evaluations: Iterable[Told]) -> dict[str, Touch]:
    ids = [touch for evaluation in evaluations if (touch := _credited(evaluation))]
    return Touch.objects.select_related("link", "code").in_bulk(ids)


def _rules(partnership_id: str) -> dict[str, _Rules]:
    """The versions of a partnership's agreement, by id, the oldest first."""
    signatures = Prefetch("acceptances", Acceptance.objects.order_by("accepted_at"))
    rows = Agreement.objects.filter(partnership=partnership_id).prefetch_related(signatures)
    found = {}
    for row in rows.order_by("version"):
        pay = {clause_number(place): rule for place, rule in enumerate(terms_of(row).pay)}
        signed = {acceptance.side: acceptance.accepted_at for acceptance in row.acceptances.all()}
        used = AgreementUsed(
            agreement=row.pk,
            number=row.version,
            terms_digest=row.terms_digest,
            valid_from=row.valid_from,
            signed_at=max(signed.values()) if len(signed) == len(Acceptance.Side) else None,
        )
        found[row.pk] = _Rules(used, pay)
    return found


def _approved_minor(payout: Payout, commissions: Sequence[str], until: datetime) -> dict[str, int]:
    """What the ledger says of each commission: owed for good, less what is owed back."""
    return {
        commission: -int(total)
        for commission, total in _owed_postings(payout, until)
        .filter(entry__subject_id__in=commissions)
        .values_list("entry__subject_id")
        .annotate(total=Sum("amount_minor"))
        .order_by()
    }


def _left_minor(payout: Payout, until: datetime) -> int:
    """What stays owed for a later payout."""
    total = _owed_postings(payout, until).aggregate(total=Sum("amount_minor"))["total"]
    return -int(total or 0)


def _owed_postings(payout: Payout, until: datetime) -> QuerySet[Posting]:
    names = [f"{kind}:{payout.partnership_id}" for kind in ("payable", "receivable")]
    return Posting.objects.filter(
        account__name__in=names, currency=payout.currency, entry__recorded_at__lte=until
    )
