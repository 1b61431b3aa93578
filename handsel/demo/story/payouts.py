"""The payouts of a year: proposed, looked at, approved, sent and paid, with what goes wrong."""

import random
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import partial

from schwifty import IBAN

from handsel.demo.calendar import Calendar
from handsel.demo.clockwork import work_off, write_papers
from handsel.demo.house import BRAND, House
from handsel.demo.joining import Happening
from handsel.demo.partners import Partner, partners
from handsel.papers.services import change_payee
from handsel.payouts.models import Batch, Payout
from handsel.payouts.payers import change_payer
from handsel.payouts.refusals import NothingToPay
from handsel.payouts.services import (
    approve_batch,
    clear_payout,
    delay_payout,
    drop_payout,
    export_batch,
    mark_batch_paid,
    mark_failed,
    mark_returned,
    propose_batch,
)

# They have not said yet where their money should go.
WITHOUT_ACCOUNT = frozenset({"adhaven", "brocante-bleue", "nest-and-thread", "cafe-north"})
NO_ACCOUNT = "We do not know yet where your money should go. Add your account, please."
Step = Callable[[House, Batch], None]
FIRST_AFTER = timedelta(days=75)


@dataclass(frozen=True, slots=True)
class Trouble:
    """What happens in the batch of this place in the row, to one partner's payout."""

    batch: int
    slug: str
    verb: str  # delay, drop, fail or return
    reason: str


TROUBLES = (
    Trouble(3, "sparfuchs", "delay", "We wait for your VAT number, as agreed by e-mail."),
    Trouble(4, "la-table-de-claire", "fail", "AC04: the account is closed."),
    Trouble(
        6, "market-stall-supply", "return", "The bank sent it back: the holder’s name differs."
    ),
    Trouble(8, "promo-piper", "delay", "We look at clicks that come in the second of the order."),
    Trouble(9, "promo-piper", "drop", "Still under review, see our letter of the 3rd."),
)


def happenings(house: House, calendar: Calendar) -> Iterator[Happening]:
    yield Happening(calendar.day(1.5), partial(_say_where_from, house))
    for number, partner in enumerate(partners()):
        if partner.slug not in WITHOUT_ACCOUNT:
            at = partner.joined_at(calendar) + timedelta(days=2.3)
            yield Happening(at, partial(_say_where_to, house, partner, number))
    # A new account shortly before the next batch: somebody should look.
    changed = next(p for p in partners() if p.slug == "the-party-aunt")
    yield Happening(calendar.before_end(1.4), partial(_say_where_to, house, changed, 77))
    for place, day in enumerate(payout_days(calendar)):
        yield from _batch(house, calendar, place, day)


def payout_days(calendar: Calendar) -> list[date]:
    """Every 16th for which everything has been done; the next batch is for whoever looks."""
    day = (calendar.begins_at + FIRST_AFTER).date()
    days = [day + timedelta(days=n) for n in range((calendar.ends_at.date() - day).days)]
    return [day for day in days if day.day == 16]


def _batch(house: House, calendar: Calendar, place: int, day: date) -> Iterator[Happening]:
    def on(days_before: int, hour: int, minute: int) -> datetime:
        return datetime.combine(day, time(hour, minute), UTC) - timedelta(days=days_before)

    def then(step: Step) -> Callable[[], None]:
        return partial(_with_batch, house, day, step)

    troubles = [trouble for trouble in TROUBLES if trouble.batch == place]
    yield Happening(on(14, 9, 20), partial(_propose, house, day))
    yield Happening(on(13, 10, 5), then(partial(_look, troubles)))
    yield Happening(on(11, 13, 40), then(_approve))
    yield Happening(on(2, 14, 0), then(_export))
    yield Happening(on(1, 9, 0), then(partial(_fail, troubles)))
    yield Happening(on(0, 9, 15), then(_pay))
    if any(trouble.verb == "return" for trouble in troubles):
        yield Happening(on(-3, 11, 30), then(partial(_return, troubles)))


def _with_batch(house: House, day: date, step: Step) -> None:
    """In a thin year there are months in which nobody has earned enough."""
    batch = Batch.objects.filter(program=house.program, pays_on=day).first()
    if batch is not None:
        step(house, batch)


def _say_where_from(house: House) -> None:
    change_payer(
        house.program,
        name=BRAND,
        iban=iban("DE", 0),
        town="Leicester",
        country="GB",
        actor=house.finance,
    )


def _say_where_to(house: House, partner: Partner, number: int) -> None:
    joined = house.partners[partner.slug]
    change_payee(
        joined.partnership.partner,
        holder_name=partner.person if partner.kind in {"content", "influencer"} else partner.name,
        iban=iban(partner.country, number + 1),
        actor=joined.member,
    )


def iban(country: str, number: int) -> str:
    """An account number that is well formed and invented: no payment of a demo leaves the machine.

    >>> IBAN(iban("NO", 7)).is_valid, iban("NO", 7) == iban("NO", 7)
    (True, True)
    """
    chance = random.Random(f"account {number}")  # noqa: S311  no secret
    # Of some banks the registry knows no code, and nobody would look it up for a demo.
    drawn = (IBAN.random(country, random=chance) for _ in range(200))
    return next(str(account) for account in drawn if account.bic)


def _payout(house: House, batch: Batch, slug: str) -> Payout | None:
    """What this partner gets in the batch; in a thin year that may be nothing."""
    partnership = house.partners[slug].partnership
    return batch.payouts.filter(left_out_at=None, partnership=partnership).first()


def _propose(house: House, day: date) -> None:
    work_off()
    with suppress(NothingToPay):
        propose_batch(house.program, pays_on=day, actor=house.manager)


def _look(troubles: list[Trouble], house: House, batch: Batch) -> None:
    verbs = {"delay": delay_payout, "drop": drop_payout}
    for trouble in troubles:
        payout = _payout(house, batch, trouble.slug)
        if trouble.verb in verbs and payout:
            verbs[trouble.verb](payout.pk, reason=trouble.reason, actor=house.manager)
    for payout in batch.payouts.all():
        if payout.is_waiting and payout.is_blocked:
            delay_payout(payout.pk, reason=NO_ACCOUNT, actor=house.manager)
        elif payout.is_waiting and payout.needs_look:
            clear_payout(payout.pk, actor=house.manager)


def _approve(house: House, batch: Batch) -> None:
    approve_batch(batch.pk, actor=house.finance)
    write_papers()


def _export(house: House, batch: Batch) -> None:
    export_batch(batch.pk, rail="sepa", actor=house.finance)


def _fail(troubles: list[Trouble], house: House, batch: Batch) -> None:
    for trouble in troubles:
        payout = _payout(house, batch, trouble.slug)
        if trouble.verb == "fail" and payout and payout.status == Payout.Status.SENT:
            mark_failed(payout.pk, reason=trouble.reason, actor=house.finance)
            _change_account(house, trouble.slug)


def _pay(house: House, batch: Batch) -> None:
    mark_batch_paid(batch.pk, actor=house.finance)
    write_papers()


def _return(troubles: list[Trouble], house: House, batch: Batch) -> None:
    for trouble in troubles:
        payout = _payout(house, batch, trouble.slug)
        if trouble.verb == "return" and payout and payout.status == Payout.Status.PAID:
            mark_returned(payout.pk, reason=trouble.reason, actor=house.finance)
            _change_account(house, trouble.slug)


def _change_account(house: House, slug: str) -> None:
    partner = next(p for p in partners() if p.slug == slug)
    _say_where_to(house, partner, 500 + len(slug))
