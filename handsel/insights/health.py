"""How partnerships are doing: what `engine.health` judges, gathered for many in a few statements.

Everything read here stands between the two sides, so that both come to the same parts.
"""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Count, Exists, F, OuterRef, Q, Sum
from django.db.models.functions import TruncDate

from handsel.clicks.models import ClickTotal
from handsel.clock import now
from handsel.commissions.models import Commission
from handsel.commissions.queries import OF_ORDER
from handsel.engine.health import DAYS, Health, Record, health
from handsel.partnerships.models import Acceptance, Partnership
from handsel.relations.models import Question, QuestionMessage

Counted = dict[str, dict[str, Any]]


@dataclass(frozen=True)
class _Span:
    """The time that is judged, and as much before it."""

    before: datetime
    since: datetime
    until: datetime


def health_of(partnerships: Iterable[Partnership]) -> dict[str, Health]:
    """The health of each partnership by its id; the same statements however many there are."""
    ids = [partnership.pk for partnership in partnerships]
    at = now()
    span = _Span(at - timedelta(days=2 * DAYS), at - timedelta(days=DAYS), at)
    counted: Counted = defaultdict(dict)
    for rows in (_orders(ids, span), _clicks(ids, span), _questions(ids, span)):
        for row in rows:
            counted[row["partnership_id"]] |= row
    signed = _signed(ids)
    return {pk: _judged(counted[pk], pk in signed) for pk in ids}


def _judged(counted: dict[str, Any], signed: bool) -> Health:
    counts = {name: value for name, value in counted.items() if name != "partnership_id"}
    return health(Record(signed=signed, **counts))


def _orders(ids: list[str], span: _Span) -> Iterable[Any]:
    """Orders that are credited, whatever came back of them; declined ones are nobody's."""
    now_ = Q(occurred_at__gte=span.since)
    sold, returned = F("conversion__amount_minor"), F("conversion__refunded_minor")
    credited = ~Q(status=Commission.Status.DECLINED) & ~Q(
        reversed_because__in=(
            Commission.Reversal.ANOTHER_TOUCH,
            Commission.Reversal.NO_ELIGIBLE_TOUCH,
        )
    )
    known = now_ & Q(conversion__customer_is_new__isnull=False)
    return (
        Commission.objects.filter(OF_ORDER, partnership__in=ids, occurred_at__gte=span.before)
        .filter(credited, occurred_at__lte=span.until)
        .order_by()
        .values("partnership_id")
        .annotate(
            orders=Count("pk", filter=now_),
            orders_before=Count("pk", filter=~now_),
            revenue_minor=Sum(sold - returned, filter=now_, default=0),
            revenue_before_minor=Sum(sold - returned, filter=~now_, default=0),
            sold_minor=Sum(sold, filter=now_, default=0),
            returned_minor=Sum(returned, filter=now_, default=0),
            known_customers=Count("pk", filter=known),
            new_customers=Count("pk", filter=known & Q(conversion__customer_is_new=True)),
            withheld=Count("pk", filter=Q(withheld_at__gte=span.since)),
        )
    )


def _clicks(ids: list[str], span: _Span) -> Iterable[Any]:
    return (
        ClickTotal.objects.filter(partnership_id__in=ids, day__gte=span.since.date())
        .order_by()
        .values("partnership_id")
        .annotate(clicked=Sum("clicks"), odd_clicks=Sum("filtered"))
        .values("partnership_id", "odd_clicks", clicks=F("clicked"))
    )


def _questions(ids: list[str], span: _Span) -> Iterable[Any]:
    """A question is late when an answer came after the promised day, or none has come by now."""
    answers = (QuestionMessage.Kind.ANSWERED, QuestionMessage.Kind.PROMISED)
    late = QuestionMessage.objects.filter(question=OuterRef("pk"), kind__in=answers).filter(
        due_on__lt=TruncDate("said_at")
    )
    overdue = Q(state=Question.State.OPEN, answer_due_on__lt=span.until.date())
    return (
        Question.objects.filter(partnership__in=ids, asked_at__gte=span.since)
        .annotate(answered_late=Exists(late))
        .order_by()
        .values("partnership_id")
        .annotate(
            questions=Count("pk"),
            questions_late=Count("pk", filter=overdue | Q(answered_late=True)),
        )
    )


def _signed(ids: list[str]) -> set[str]:
    """Whose latest agreement both sides have signed."""
    latest: dict[str, tuple[int, set[str]]] = {}
    rows = Acceptance.objects.filter(agreement__partnership__in=ids).values_list(
        "agreement__partnership_id", "agreement__version", "side"
    )
    for pk, version, side in rows:
        known = latest.get(pk)
        if known is None or version > known[0]:
            latest[pk] = (version, {side})
        elif version == known[0]:
            known[1].add(side)
    return {pk for pk, (_, sides) in latest.items() if len(sides) == len(Acceptance.Side)}
