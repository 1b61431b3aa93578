"""A batch as its page shows it: how far it is, its payouts, and what is chosen of them."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import cached_property
from typing import NamedTuple

from django.db.models import Count
from django.utils.timezone import localdate
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from handsel.clock import now
from handsel.console.payout_wording import Look, looks_of
from handsel.organizations.models import Member
from handsel.papers.queries import statements_by_payout
from handsel.payouts.models import BankFile, Batch, Payout
from handsel.payouts.rails import RAILS
from handsel.ui.figures import count_text
from handsel.ui.moments import when_text

ON_THE_WAY = (Payout.Status.QUEUED, Payout.Status.SENT)


@dataclass(frozen=True)
class Step:
    """`state` is `done`, `now`, or empty for what comes later."""

    title: str
    note: str
    state: str


@dataclass(frozen=True)
class Row:
    payout: Payout
    ticked: bool
    statement_id: str = ""

    @cached_property
    def looks(self) -> list[Look]:
        return looks_of(self.payout)

    @property
    def look(self) -> Look | None:
        """What a person should look at first; of what was looked at, nothing."""
        if not self.payout.needs_look:
            return None
        return next(look for look in self.looks if look.is_look)

    @property
    def note(self) -> Look | None:
        """What is only said of it."""
        return next((look for look in self.looks if not look.is_look), None)

    @property
    def may_tick(self) -> bool:
        return is_approvable(self.payout)

    @property
    def may_restore(self) -> bool:
        """Whether a person may take it in again, also one that is below the minimum. Once the
        batch is paid, the next one collects it."""
        return (
            self.payout.status == Payout.Status.PROPOSED
            and self.payout.amount_minor > 0
            and self.payout.batch.discarded_at is None
            and self.payout.batch.completed_at is None
        )


@dataclass(frozen=True)
class Choice:
    """What is ticked. `waiting_total` of the batch can follow later."""

    currency: str
    payouts_total: int
    amount_minor: int
    waiting_total: int


class OpenRails(NamedTuple):
    """The rails for which there is something to write; of `again`, another file has some already,
    and a bank that got both would pay twice."""

    first: list[str]
    again: list[str]


@dataclass(frozen=True)
class BatchView:
    batch: Batch
    rows: Sequence[Row]

    @cached_property
    def paying(self) -> list[Row]:
        """Those that are in it, the ones to look at first, then the largest."""
        inside = [row for row in self.rows if row.payout.left_out_at is None]
        return sorted(inside, key=lambda r: (r.look is None, -r.payout.amount_minor))

    @cached_property
    def left_out(self) -> list[Row]:
        return [row for row in self.rows if row.payout.left_out_at is not None]

    @property
    def is_open(self) -> bool:
        """Whether something of it waits to be decided: payouts may be approved a part at a time."""
        return self.batch.discarded_at is None and any(row.payout.is_waiting for row in self.paying)

    @property
    def may_approve(self) -> bool:
        """Whether something of it can be approved as it stands."""
        return any(row.may_tick for row in self.paying)

    @property
    def may_confirm(self) -> bool:
        """Whether some of it is on its way."""
        return any(row.payout.status in ON_THE_WAY for row in self.paying)

    @cached_property
    def to_look_at(self) -> list[Row]:
        return [row for row in self.paying if row.payout.is_waiting and row.look]

    @property
    def to_look_at_minor(self) -> int:
        return sum(row.payout.amount_minor for row in self.to_look_at)

    @property
    def amount_minor(self) -> int:
        return sum(row.payout.amount_minor for row in self.paying)

    @property
    def choice(self) -> Choice:
        ticked = [row for row in self.paying if row.ticked]
        return Choice(
            currency=self.batch.currency,
            payouts_total=len(ticked),
            amount_minor=sum(row.payout.amount_minor for row in ticked),
            waiting_total=sum(row.payout.is_waiting for row in self.paying) - len(ticked),
        )

    def shown(self, which: str) -> list[Row]:
        """`look`, `cleared`, or all that are in it."""
        if which == "look":
            return self.to_look_at
        return [row for row in self.paying if not row.look] if which == "cleared" else self.paying

    def rails_open(self, files: Iterable[BankFile]) -> OpenRails:
        """Something to write is on its way, and in no file of that rail."""
        moving = {row.payout.pk for row in self.paying if row.payout.status in ON_THE_WAY}
        filed: dict[str, set[str]] = {rail: set() for rail in RAILS}
        for file in files:
            filed[file.rail].update(file.payout_ids)
        anywhere = set().union(*filed.values())
        left = {rail: moving - written for rail, written in filed.items() if moving - written}
        return OpenRails(
            first=[rail for rail, payouts in left.items() if not payouts & anywhere],
            again=[rail for rail, payouts in left.items() if payouts & anywhere],
        )

    @property
    def steps(self) -> list[Step]:
        batch = self.batch
        reached = [True, True, batch.approved_at, batch.exported_at, batch.completed_at]
        current = next((n for n, moment in enumerate(reached) if not moment), len(reached))
        told = [self._collected(), self._checked(), self._approved(), self._sent(), self._paid()]
        return [
            Step(title, note, "done" if n < current else "now" if n == current else "")
            for n, (title, note) in enumerate(told)
        ]

    def _collected(self) -> tuple[str, str]:
        partners = len(self.rows)
        text = ngettext("%(day)s, %(count)s partner", "%(day)s, %(count)s partners", partners)
        said = {"day": _day(self.batch.proposed_at), "count": count_text(partners)}
        return pgettext("step", "Collected"), text % said

    def _checked(self) -> tuple[str, str]:
        looks = len(self.to_look_at)
        text = ngettext("%(count)s needs a look", "%(count)s need a look", looks)
        note = text % {"count": count_text(looks)} if looks else _("nothing left to look at")
        return pgettext("step", "Checked"), note

    def _approved(self) -> tuple[str, str]:
        batch = self.batch
        if batch.approved_at is None:
            return pgettext("step", "Approved"), _("not yet")
        if self.is_open:
            done = sum(not row.payout.is_waiting for row in self.paying)
            said = {"done": count_text(done), "total": count_text(len(self.paying))}
            return pgettext("step", "Approved"), _("%(done)s of %(total)s") % said
        assert batch.approved_by is not None  # nothing is approved by itself
        by = {"day": _day(batch.approved_at), "name": str(batch.approved_by.user)}
        return pgettext("step", "Approved"), _("%(day)s, %(name)s") % by

    def _sent(self) -> tuple[str, str]:
        sent_at = self.batch.exported_at
        note = _day(sent_at) if sent_at else _("by %(day)s") % {"day": _day(self.batch.pays_on)}
        return _("Sent to the bank"), note

    def _paid(self) -> tuple[str, str]:
        return _("Confirmed by the bank"), _day(self.batch.completed_at or self.batch.pays_on)


def batch_view(batch: Batch, member: Member, *, ticked: Collection[str] | None = None) -> BatchView:
    """A batch with its payouts. `ticked` are the ids that were chosen; None chooses what needs
    nobody's look."""
    payouts = (
        Payout.objects.visible_to(member)
        .filter(batch=batch)
        .select_related("partner", "payee", "batch")
        .annotate(commissions_total=Count("lines"))
        .order_by("pk")
    )
    found = list(payouts)
    statements = {pk: one.pk for pk, one in statements_by_payout(member, found).items()}
    rows = [Row(one, _is_ticked(one, ticked), statements.get(one.pk, "")) for one in found]
    return BatchView(batch, rows)


def is_approvable(payout: Payout) -> bool:
    """Whether it can be approved as it stands: what is unusual wants a person's look first."""
    return payout.is_waiting and not payout.is_blocked and not payout.needs_look


def _is_ticked(payout: Payout, ticked: Collection[str] | None) -> bool:
    return is_approvable(payout) and (ticked is None or payout.pk in ticked)


def likely_paid_on(batch: Batch) -> date:
    """When the bank moved the money, as far as one can guess: on the pay day, or today."""
    today = localdate(now())
    approved_on = localdate(batch.approved_at) if batch.approved_at else today
    return max(approved_on, min(batch.pays_on, today))


def _day(moment: date | datetime) -> str:
    return when_text(localdate(moment) if isinstance(moment, datetime) else moment)
