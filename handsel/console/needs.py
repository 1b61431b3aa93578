"""What waits for a person of the brand, and the first steps of a new program."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Generic, TypeVar

from django.db.models import Count, Exists, Model, OuterRef, Q, QuerySet, Sum
from django.utils.timezone import localdate

from handsel.clicks.models import ClickTotal
from handsel.clock import now
from handsel.commissions.models import Commission
from handsel.commissions.queries import EARNED
from handsel.console.payouts_due import batches_due, due_in, ready_for
from handsel.conversions.models import Conversion
from handsel.domains.models import TrackingDomain
from handsel.domains.queries import domains_to_mend
from handsel.intake.models import InboxEvent
from handsel.organizations.models import Member
from handsel.partnerships.models import Acceptance, Agreement, Partnership
from handsel.partnerships.queries import running_out
from handsel.partnerships.reminding import AGREEMENT_AHEAD
from handsel.payouts.models import Batch
from handsel.payouts.schedule import payout_day_without_batch
from handsel.programs.models import Program
from handsel.recruiting.models import Application
from handsel.recruiting.queries import waiting_applications
from handsel.relations.models import Question
from handsel.relations.queries import open_questions

M = TypeVar("M", bound=Model)

# The key of the session that says this person has read a receipt.
RECEIPT_READ = "receipt_read"
SHOWN = 2
# A refusal that nobody has mended by then is not going to be; it stays in the list of events.
REFUSALS_DUE = timedelta(days=14)
# A batch is worth proposing from so long before it is paid.
PROPOSED_AHEAD = timedelta(days=7)


@dataclass(frozen=True)
class Waiting(Generic[M]):
    """The first few, and how many there are."""

    rows: Sequence[M]
    total: int


@dataclass(frozen=True)
class PayoutDue:
    """Money to be moved: a batch that waits for a person, or (`batch` is None) one to propose."""

    batch: Batch | None
    amount_minor: int
    currency: str
    partners: int
    pays_on: date


@dataclass(frozen=True)
class Needs:
    payouts: Sequence[PayoutDue]
    questions: Waiting[Question]
    applications: Waiting[Application]
    refused: Waiting[InboxEvent]
    unconfirmed: Waiting[Commission]
    withheld: Waiting[Commission]
    unsigned: Waiting[Partnership]
    domains: Waiting[TrackingDomain]
    run_out: Waiting[Agreement]

    @property
    def total(self) -> int:
        answers = self.questions.total + self.applications.total
        each = (
            self.refused,
            self.unconfirmed,
            self.withheld,
            self.unsigned,
            self.domains,
            self.run_out,
        )
        return len(self.payouts) + answers + sum(waiting.total for waiting in each)


def needs_of(program: Program, member: Member) -> Needs:
    """Payouts, questions and applications with the day they are due; refused events, orders only a
    browser has reported whose hold has ended, what is withheld, partners who have not signed,
    tracking domains that do not work, and agreements that run out.
    """
    refused = (
        InboxEvent.objects.visible_to(member)
        .filter(program=program, status=InboxEvent.Status.REFUSED)
        .filter(received_at__gte=now() - REFUSALS_DUE)
        .order_by("-received_at")
    )
    commissions = Commission.objects.visible_to(member).filter(program=program)
    commissions = commissions.select_related("partner", "conversion").order_by("occurred_at")
    unconfirmed = commissions.filter(
        status=Commission.Status.PENDING,
        withheld_at=None,
        conversion__trust="browser",
        hold_until__lte=now(),
    )
    withheld = commissions.filter(status__in=EARNED).exclude(withheld_at=None)
    unsigned = _unsigned(program, member)
    return Needs(
        _payouts(program, member),
        _first(open_questions(program, member)),
        _first(waiting_applications(program, member)),
        _first(refused),
        _first(unconfirmed),
        _first(withheld),
        _first(unsigned),
        _first(domains_to_mend(program, member)),
        _first(_running_out(program, member)),
    )


def _payouts(program: Program, member: Member) -> list[PayoutDue]:
    """Batches that wait for somebody, and before a payout day the batch to propose."""
    totals = (
        batches_due(program, member)
        .annotate(
            amount=Sum("payouts__amount_minor", filter=Q(payouts__left_out_at=None), default=0),
            partners=Count("payouts", filter=Q(payouts__left_out_at=None)),
        )
        .select_related("program")
        .order_by("pays_on")
    )
    found = [
        PayoutDue(batch, batch.amount, batch.currency, batch.partners, batch.pays_on)
        for batch in totals
    ]
    pays_on = payout_day_without_batch(program, localdate(now()))
    if pays_on <= localdate(now()) + PROPOSED_AHEAD:
        ready = ready_for(program, member, pays_on)
        if ready.amount_minor and due_in(program, member).may_propose:
            found.append(
                PayoutDue(None, ready.amount_minor, program.currency, ready.partners_total, pays_on)
            )
    return found


def _first(rows: "QuerySet[M]") -> Waiting[M]:
    """One statement where nothing, or little, waits."""
    found = list(rows[: SHOWN + 1])
    return Waiting(found[:SHOWN], len(found) if len(found) <= SHOWN else rows.count())


def _unsigned(program: Program, member: Member) -> "QuerySet[Partnership]":
    signed = Acceptance.objects.filter(agreement=OuterRef("pk"), side=Acceptance.Side.PARTNER)
    offered = Agreement.objects.filter(~Exists(signed), partnership=OuterRef("pk"))
    return (
        Partnership.objects.visible_to(member)
        .filter(Exists(offered), program=program)
        .going_on()
        .select_related("partner")
        .order_by("created_at")
    )


def _running_out(program: Program, member: Member) -> "QuerySet[Agreement]":
    rows = Partnership.objects.visible_to(member).filter(program=program)
    return running_out(rows, until=now() + AGREEMENT_AHEAD).order_by("valid_until")


@dataclass(frozen=True)
class FirstSteps:
    """What a newcomer has done so far, and where the next step is."""

    partnership: Partnership | None
    clicked: bool
    conversion: Conversion | None
    commission: Commission | None
    receipt_read: bool

    @property
    def done(self) -> bool:
        return self.receipt_read and self.clicked and self.commission is not None

    @property
    def current(self) -> int:
        """The first step that is not done, counted from 1; 5 when all are."""
        done = [
            self.partnership is not None,
            self.clicked,
            self.commission is not None,
            self.receipt_read,
        ]
        return next((place for place, one in enumerate(done, start=1) if not one), 5)


# A program that has sold this often is not new any more.
BEGINNER_COMMISSIONS = 3


def first_steps(program: Program, member: Member, *, receipt_read: bool) -> FirstSteps | None:
    """None for a program that has taken them."""
    commissions = Commission.objects.visible_to(member).filter(program=program)
    latest = list(commissions.order_by("-recorded_at")[:BEGINNER_COMMISSIONS])
    if len(latest) == BEGINNER_COMMISSIONS:
        return None
    partnerships = Partnership.objects.visible_to(member).filter(program=program)
    steps = FirstSteps(
        partnership=partnerships.order_by("-created_at").select_related("partner").first(),
        clicked=bool(latest)
        or ClickTotal.objects.visible_to(member).filter(program_id=program.pk).exists(),
        conversion=Conversion.objects.visible_to(member)
        .filter(program=program)
        .order_by("-recorded_at")
        .first(),
        commission=latest[0] if latest else None,
        receipt_read=receipt_read,
    )
    return None if steps.done else steps
