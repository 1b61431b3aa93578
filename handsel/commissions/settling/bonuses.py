"""Bonuses that come by themselves: for the first sale, for joining, for staying."""

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any, TypeVar

from handsel.clock import now
from handsel.commissions.models import Commission
from handsel.commissions.queries import EARNED
from handsel.commissions.settling.booking import Booking, book
from handsel.commissions.settling.versions import by_name, in_force
from handsel.engine.agreements import AgreementVersion
from handsel.engine.periods import months_after
from handsel.engine.settling import BonusInputs
from handsel.engine.terms import Bonus, FirstSale, SignUp, Tenure
from handsel.partnerships.models import Partnership

B = TypeVar("B", FirstSale, SignUp, Tenure)
ORDERS = {"kind": Commission.Kind.ORDER, "amount_minor__gt": 0}


def settle_bonuses(partnership: Partnership, versions: Sequence[AgreementVersion]) -> None:
    """Whatever is earned by now, and what was but is not any more.

    A bonus stays under the version that it was first paid under.
    """
    if not any(version.terms.bonuses for version in versions):
        return
    paid = {
        str(row.subject): row
        for row in Commission.objects.filter(partnership=partnership, kind=Commission.Kind.BONUS)
    }
    joined_at = min(partnership.created_at, *(version.valid_from for version in versions))
    _settle_first_sale(partnership, versions, paid.get("first_sale"))
    _settle_sign_up(partnership, versions, paid.get("sign_up"), joined_at)
    _settle_tenures(partnership, versions, paid, joined_at)


def _settle_first_sale(
    partnership: Partnership, versions: Sequence[AgreementVersion], paid: Commission | None
) -> None:
    """For the earliest order that is approved, under the version that paid it."""
    first = _approved(partnership).order_by("occurred_at", "pk").first()
    named = paid or first
    if named is None:
        return
    version = by_name(versions).get(named.agreement_id)
    if version is None:
        return
    for place, bonus in _of_kind(version, FirstSale):
        _book(
            partnership,
            bonus,
            BonusInputs(
                partnership=partnership.pk,
                agreement=version,
                place=place,
                earned_at=(first or named).approved_at or now(),
                because=first.order.order_reference if first else "",
            ),
        )
        return


def _settle_sign_up(
    partnership: Partnership,
    versions: Sequence[AgreementVersion],
    paid: Commission | None,
    joined_at: datetime,
) -> None:
    """Under the first version: once both sides have signed it, or once something was sold."""
    version = by_name(versions).get(paid.agreement_id) if paid else versions[0]
    if version is None:
        return
    for place, bonus in _of_kind(version, SignUp):
        first = _approved(partnership).order_by("approved_at", "pk").first()
        earned_at = _joining_earned_at(bonus, version, first, paid)
        if earned_at is None:
            return
        _book(
            partnership,
            bonus,
            BonusInputs(
                partnership=partnership.pk,
                agreement=version,
                place=place,
                earned_at=earned_at,
                because=first.order.order_reference if first and bonus.after_first_sale else "",
                joined_at=joined_at,
                orders=1 if first else 0,
            ),
        )
        return


def _joining_earned_at(
    bonus: SignUp,
    version: AgreementVersion,
    first: Commission | None,
    paid: Commission | None,
) -> datetime | None:
    """None where it is not earned yet; what was paid keeps a moment after its sale fell away."""
    if not bonus.after_first_sale:
        return version.accepted_at
    if first is not None:
        return first.approved_at
    return paid.occurred_at if paid else None


def _settle_tenures(
    partnership: Partnership,
    versions: Sequence[AgreementVersion],
    paid: dict[str, Commission],
    joined_at: datetime,
) -> None:
    """Each under the version in force when its time was up."""
    known, at = by_name(versions), now()
    for version in {version.agreement: version for version in versions}.values():
        for place, bonus in _of_kind(version, Tenure):
            due_at = months_after(joined_at, bonus.months, version.terms.time_zone)
            before = paid.get(f"tenure:{bonus.months}")
            decides = known.get(before.agreement_id) if before else in_force(versions, due_at)
            if due_at > at or decides is None or decides.agreement != version.agreement:
                continue
            sold = Commission.objects.filter(
                partnership=partnership, status__in=EARNED, **ORDERS
            ).filter(occurred_at__gte=joined_at, occurred_at__lt=due_at)
            _book(
                partnership,
                bonus,
                BonusInputs(
                    partnership=partnership.pk,
                    agreement=version,
                    place=place,
                    earned_at=due_at,
                    joined_at=joined_at,
                    orders=sold.count(),
                ),
            )


def _approved(partnership: Partnership) -> Any:
    return Commission.objects.filter(
        partnership=partnership, status=Commission.Status.APPROVED, **ORDERS
    ).select_related("conversion")


def _of_kind(version: AgreementVersion, kind: type[B]) -> Iterator[tuple[int, B]]:
    for place, bonus in enumerate(version.terms.bonuses):
        if isinstance(bonus, kind):
            yield place, bonus


def _book(partnership: Partnership, bonus: Bonus, inputs: BonusInputs) -> None:
    book(
        Booking(
            partnership=partnership,
            inputs=inputs,
            about={"bonus": bonus.kind},
            occurred_at=inputs.earned_at,
        )
    )
