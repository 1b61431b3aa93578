"""What was earned stays, whatever is edited afterwards: terms of groups, own terms, rests, ends.

A history is evaluated and settled once. Then people edit, in any order and over weeks, and
everything is made due again: each order and each closed period must come to the same amount.
"""

from collections.abc import Iterator
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.db import transaction
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from handsel import clock
from handsel.cast import member_of
from handsel.commissions.models import Commission, Unsettled
from handsel.commissions.services import evaluate_due
from handsel.commissions.settling.due import settle_due
from handsel.commissions.tests.conftest import click_on
from handsel.conversions.models import Conversion
from handsel.conversions.tests.shop import NOON, Shop
from handsel.engine.terms import (
    AttributionTerms,
    Cap,
    Ending,
    Excluded,
    Fixed,
    Floor,
    Milestone,
    Percent,
    Terms,
    Tiers,
    TierStep,
    When,
)
from handsel.errors import DomainError
from handsel.organizations.models import Member
from handsel.partnerships.closing import end_program, keep_program
from handsel.partnerships.ending import give_notice, withdraw_notice
from handsel.partnerships.models import Agreement, Partnership
from handsel.partnerships.moving import move_on
from handsel.partnerships.offering import accept_offer, make_offer
from handsel.partnerships.services import end_partnership, pause_partnership, resume_partnership
from handsel.partnerships.versions import Signature
from handsel.programs.models import Program
from handsel.programs.pausing import pause_program, resume_program
from handsel.programs.services import change_group_terms

pytestmark = pytest.mark.django_db

EUR: Any = {"currency": "EUR"}
DAY = timedelta(days=1)
HATS = When(categories=("hats",))
Amounts = dict[tuple[str, str, str], int]


def tiered(rate_ppm: int, mode: Any, *starts: int) -> Percent:
    steps = tuple(
        TierStep(start=start, rate_ppm=rate_ppm + 20_000 * place)
        for place, start in enumerate(starts, start=1)
    )
    tiers = Tiers(period="month", mode=mode, steps=steps) if steps else None
    return Percent(rate_ppm=rate_ppm, tiers=tiers)


rules = st.builds(
    tiered,
    st.integers(10_000, 300_000),
    st.sampled_from(["marginal", "retroactive"]),
    st.integers(1, 30_000),
    st.integers(30_001, 200_000),
)
more_rules = st.lists(
    st.sampled_from(
        [
            Percent(rate_ppm=250_000, when=HATS),
            Percent(rate_ppm=5_000, when=When(customer="new")),
            Fixed(amount_minor=700, **EUR),
            Fixed(amount_minor=50, per="item", **EUR),
            Excluded(when=When(categories=("socks",))),
        ]
    ),
    max_size=3,
    unique_by=str,
)
edited_terms = st.builds(
    lambda rule, more, credit, extras, days: Terms(
        currency="EUR", pay=(rule, *more), attribution=credit, ending=Ending(notice_days=days),
        **extras,
    ),
    rules,
    more_rules,
    st.builds(
        AttributionTerms,
        model=st.sampled_from(["last_click", "first_click", "linear", "time_decay"]),
        window_days=st.integers(1, 90),
        better_at_once=st.booleans(),
        introducer_floor_ppm=st.sampled_from([0, 200_000]),
        stand_down_s=st.sampled_from([0, 3600]),
        lifetime_days=st.sampled_from([0, None, 400]),
    ),
    st.sampled_from(
        [
            {},
            {"caps": (Cap(per="order", amount_minor=10, **EUR),)},
            {"caps": (Cap(per="partner", period="month", amount_minor=10, **EUR),)},
            {"floors": (Floor(per="order", amount_minor=9_000, **EUR),)},
            {"floors": (Floor(per="partner", period="month", amount_minor=9_000, **EUR),)},
            {
                "bonuses": (
                    Milestone(measure="orders", reaches=2, period="month", amount_minor=1, **EUR),
                )
            },
        ]
    ),
    st.sampled_from([0, 5, 30]),
)  # fmt: skip

FIRST = Terms(
    currency="EUR",
    pay=(
        tiered(60_000, "retroactive", 20_000, 60_000),
        Percent(rate_ppm=111_000, when=HATS),
        Percent(rate_ppm=90_000, when=When(customer="new")),
        Fixed(amount_minor=300, when=When(customer="new"), **EUR),
    ),
    attribution=AttributionTerms(lifetime_days=None),
    caps=(Cap(per="partner", period="month", amount_minor=9_000, **EUR),),
    bonuses=(Milestone(measure="orders", reaches=3, period="month", amount_minor=555, **EUR),),
)


class Scene:
    """Everybody who may edit something, and how."""

    def __init__(self, program: Program, ada: Member, partners: list[tuple[Partnership, Member]]):
        self.program, self.ada, self.partners = program, ada, partners

    def group_terms(self, terms: Terms, which: int) -> None:
        change_group_terms(self.program.groups.get().pk, terms, actor=self.ada)

    def own_terms(self, terms: Terms, which: int) -> None:
        """Offered, and accepted where it has not begun on the brand's word alone."""
        partnership, member = self.partners[which]
        later = clock.now() + 31 * DAY if terms.attribution.window_days % 2 else None
        signature = Signature(self.ada, "The text", "en")
        offer = make_offer(partnership.pk, terms, brand=signature, valid_from=later)
        if not offer.started:
            said = {"terms_digest": offer.terms_digest, "text": "The text", "language": "en"}
            accept_offer(offer.pk, member=member, **said)

    def rest(self, terms: Terms, which: int) -> None:
        pause_partnership(self.partners[which][0].pk, actor=self.ada)

    def going_on(self, terms: Terms, which: int) -> None:
        resume_partnership(self.partners[which][0].pk, actor=self.ada)

    def rest_of_all(self, terms: Terms, which: int) -> None:
        pause_program(self.program.pk, actor=self.ada)

    def going_on_of_all(self, terms: Terms, which: int) -> None:
        resume_program(self.program.pk, actor=self.ada)

    def notice(self, terms: Terms, which: int) -> None:
        give_notice(self.partners[which][0].pk, reason="We part.", actor=self.ada)

    def notice_taken_back(self, terms: Terms, which: int) -> None:
        withdraw_notice(self.partners[which][0].pk, actor=self.ada)

    def end(self, terms: Terms, which: int) -> None:
        end_partnership(self.partners[which][0].pk, reason="We part.", actor=self.ada)

    def end_of_all(self, terms: Terms, which: int) -> None:
        end_program(self.program.pk, reason="Sold.", actor=self.ada)

    def end_of_all_taken_back(self, terms: Terms, which: int) -> None:
        keep_program(self.program.pk, actor=self.ada)


# New terms are most of what is edited.
EDITS = [name for name in vars(Scene) if not name.startswith("_")] + 5 * ["own_terms"]
edits = st.lists(
    st.tuples(st.sampled_from(EDITS), edited_terms, st.integers(0, 1), st.integers(0, 40)),
    min_size=1,
    max_size=6,
)


@pytest.fixture
def terms() -> Terms:
    return FIRST


@pytest.fixture
def scene(
    program: Program, ada: Member, bens: Partnership, cleos: Partnership, shop: Shop
) -> Iterator[Scene]:
    """Three months of two partners: clicks, codes, refunds, a month over its cap."""
    at(NOON)
    partners = [(bens, member_of(bens.partner, "Ben")), (cleos, member_of(cleos.partner, "Cleo"))]
    slugs = [partnership.links.get() for partnership, _member in partners]
    for number in range(14):
        when = NOON - (80 - 6 * number) * DAY
        clicks = [click_on(slugs[number % 2], when - 5 * DAY)]
        clicks += [click_on(slugs[0], when - 2 * DAY)] if number % 3 == 0 else []
        line = {"line_id": "1", "gross_minor": 4_000 + 3_137 * number}
        shop.order(
            f"L-{number}", at=when, received_at=when, click_ids=clicks,
            codes=["CLEO5"] if number % 5 == 0 else [],
            lines=[line, {"line_id": "2", "gross_minor": 2_000, "category": "hats"}],
            customer={"id": f"C-{number % 9}"},
        )  # fmt: skip
    shop.refund("L-3", 5_000, at=NOON - 40 * DAY, received_at=NOON - 40 * DAY)
    shop.cancel("L-5", at=NOON - 30 * DAY, received_at=NOON - 30 * DAY)
    everything_again()
    yield Scene(program, ada, partners)
    clock.set_offset(timedelta())


def at(moment: datetime) -> None:
    clock.set_offset(moment - datetime.now(UTC))


def everything_again() -> None:
    """Evaluate every order and settle every period once more, a while later."""
    clock.set_offset(clock.offset() + timedelta(minutes=10))
    Conversion.objects.update(due_at=clock.now() - timedelta(minutes=5))
    while evaluate_due():
        pass
    for row in Commission.objects.filter(kind=Commission.Kind.ORDER):
        Unsettled.objects.create(
            brand_id=row.brand_id, partner_id=row.partner_id,
            partnership_id=row.partnership_id, at=row.occurred_at,
        )  # fmt: skip
    clock.set_offset(clock.offset() + timedelta(minutes=10))
    while settle_due():
        pass


def earned() -> Amounts:
    """All orders, and the periods that were over when the editing began; what is nothing is not
    told from what is not there."""
    kinds = Commission.Kind.ORDER, Commission.Kind.PERIOD
    rows = Commission.objects.select_related("conversion").filter(kind__in=kinds)
    return {
        (row.partnership_id, row.kind, _name(row)): row.amount_minor
        for row in rows
        if row.amount_minor and (row.ends_at is None or row.ends_at <= NOON)
    }


def _name(row: Commission) -> str:
    return row.conversion.order_reference if row.conversion else row.subject


def edited(scene: Scene, chosen: list[tuple[str, Terms, int, int]]) -> Amounts:
    """What was earned, as it stands after edits, each so many days after the one before; what is
    refused is no edit. Nothing of it stays."""
    at(NOON)
    with transaction.atomic():
        for name, terms, which, days in chosen:
            clock.set_offset(clock.offset() + days * DAY)
            move_on()
            with suppress(DomainError), transaction.atomic():
                getattr(scene, name)(terms, which)
        move_on()
        everything_again()
        found = earned()
        transaction.set_rollback(True)
    return found


def hold(scene: Scene, examples: int) -> None:
    before = earned()
    assert {kind for _partnership, kind, _name in before} == {"order", "period"}

    @settings(
        max_examples=examples,
        deadline=None,
        suppress_health_check=list(HealthCheck),
        phases=(Phase.explicit, Phase.generate, Phase.shrink),
        derandomize=True,
        database=None,
    )
    @given(edits)
    def unchanged(chosen: list[tuple[str, Terms, int, int]]) -> None:
        assert edited(scene, chosen) == before

    unchanged()


def test_nothing_that_was_earned_changes_by_any_edit(scene: Scene) -> None:
    hold(scene, examples=5)


@pytest.mark.long
def test_nothing_that_was_earned_changes_by_very_many_edits(scene: Scene) -> None:
    hold(scene, examples=200)


def test_the_control_terms_that_are_rewritten_would_be_noticed(
    scene: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    def rewritten(self: Scene, terms: Terms, which: int) -> None:
        Agreement.objects.update(terms=terms.model_dump(mode="json"))

    monkeypatch.setattr(Scene, "group_terms", rewritten)
    better = Terms(currency="EUR", pay=(Percent(rate_ppm=70_000),))

    assert edited(scene, [("group_terms", better, 0, 1)]) != earned()
