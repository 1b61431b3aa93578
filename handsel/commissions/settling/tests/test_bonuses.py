"""Bonuses for the first sale, joining and staying; tasks and views that are reviewed."""

from datetime import timedelta

import pytest

from handsel.commissions.models import Commission, Submission
from handsel.commissions.services import approve_commission, approve_held
from handsel.commissions.services.decline import ReasonMissing
from handsel.commissions.settling.due import note_passing_time
from handsel.commissions.settling.submissions import (
    NothingToHandIn,
    SubmissionReviewed,
    approve_submission,
    decline_submission,
    hand_in,
    open_tasks,
)
from handsel.commissions.settling.tests.conftest import Sell, amounts, owed, settled
from handsel.conversions.tests.shop import Shop
from handsel.engine.terms import FirstSale, Hold, Percent, SignUp, Task, Tenure, Terms, Views
from handsel.errors import InvalidInput
from handsel.ledger.queries import balance_minor
from handsel.organizations.models import Member
from handsel.partnerships.models import Partnership
from handsel.partnerships.services import accept_agreement

pytestmark = pytest.mark.django_db

POST = "https://blog.example/wool"
TASK_PLACE, VIEWS_PLACE = 3, 4


@pytest.fixture
def terms() -> Terms:
    return Terms(
        currency="EUR",
        pay=(Percent(rate_ppm=100_000),),
        hold=Hold(days=14),
        bonuses=(
            FirstSale(amount_minor=1_000, currency="EUR"),
            SignUp(amount_minor=500, currency="EUR"),
            Tenure(months=6, amount_minor=300, currency="EUR"),
            Task(name="A post", times_max=2, amount_minor=2_000, currency="EUR"),
            Views(per_views=1_000, amount_minor=100, most_minor=450, currency="EUR"),
        ),
    )


def approve(reference: str, ada: Member) -> None:
    row = Commission.objects.get(conversion__order_reference=reference)
    approve_commission(row.pk, actor=ada)
    settled()


def test_the_first_sale_is_paid_once_it_is_approved(
    sell: Sell, bens: Partnership, ada: Member
) -> None:
    sell("L-1", 10_000)
    assert "bonus first_sale" not in amounts(bens)

    approve("L-1", ada)
    sell("L-2", 10_000)
    approve("L-2", ada)

    assert amounts(bens)["bonus first_sale"] == 1_000
    assert balance_minor(f"bonus_expense:{bens.program_id}") == 1_000 + 500
    assert balance_minor(f"commission_expense:{bens.program_id}") == 2_000


def test_a_bonus_is_taken_back_with_the_sale_it_was_for(
    sell: Sell, shop: Shop, bens: Partnership, ada: Member
) -> None:
    sell("L-1", 10_000)
    approve("L-1", ada)
    approve_held()
    shop.cancel("L-1")
    settled()

    bonus = Commission.objects.get(subject="first_sale")
    assert (bonus.status, bonus.amount_minor) == ("reversed", 0)
    assert bonus.reversed_because == "not_earned"
    assert owed(bens) == 0


def test_joining_is_paid_when_both_have_signed(
    bens: Partnership, ben: Member, terms: Terms
) -> None:
    bens.agreements.update(
        terms=at_once(terms).model_dump(mode="json"),
    )
    note_passing_time()
    settled()
    assert "bonus sign_up" not in amounts(bens)

    agreement = bens.agreements.get()
    accept_agreement(
        agreement.pk,
        member=ben,
        terms_digest=agreement.terms_digest,
        text="x",
        language="en",
    )
    note_passing_time()
    settled()
    assert amounts(bens)["bonus sign_up"] == 500


def at_once(terms: Terms) -> Terms:
    joining = SignUp(amount_minor=500, currency="EUR", after_first_sale=False)
    return terms.model_copy(update={"bonuses": (terms.bonuses[0], joining)})


def test_staying_is_paid_with_enough_orders_in_its_months(
    shop: Shop, sell: Sell, bens: Partnership
) -> None:
    note_passing_time()
    settled()
    assert "bonus tenure:6" not in amounts(bens)

    joined_at = bens.agreements.get().valid_from
    sell("L-1", 10_000, at=joined_at + timedelta(days=30))
    assert amounts(bens)["bonus tenure:6"] == 300

    shop.cancel("L-1", at=joined_at + timedelta(days=40))
    settled()
    assert amounts(bens)["bonus tenure:6"] == 0


def test_a_task_is_paid_once_reviewed_and_no_more_often_than_agreed(
    bens: Partnership, ben: Member, ada: Member
) -> None:
    first = hand_in(bens, place=TASK_PLACE, url=POST, actor=ben)
    hand_in(bens, place=TASK_PLACE, text="In our printed letter.", actor=ben)
    assert [one.place for one in open_tasks(bens)] == [VIEWS_PLACE]
    with pytest.raises(NothingToHandIn):
        hand_in(bens, place=TASK_PLACE, url=POST, actor=ben)
    assert amounts(bens) == {}

    for _ in range(2):
        paid = approve_submission(first.pk, actor=ada)

    assert amounts(bens) == {"bonus task:1:A post": 2_000}
    assert paid.commission == Commission.objects.get(kind="bonus")
    with pytest.raises(SubmissionReviewed):
        decline_submission(first.pk, reason="No.", actor=ada)


def test_a_declined_task_can_be_handed_in_again(
    bens: Partnership, ben: Member, ada: Member
) -> None:
    for _ in range(2):
        hand_in(bens, place=TASK_PLACE, url=POST, actor=ben)
    waiting = Submission.objects.order_by("pk").first()
    assert waiting
    with pytest.raises(ReasonMissing):
        decline_submission(waiting.pk, reason=" ", actor=ada)
    decline_submission(waiting.pk, reason="The post is gone.", actor=ada)

    assert hand_in(bens, place=TASK_PLACE, url=POST, actor=ben).is_waiting
    assert amounts(bens) == {}


def test_a_post_seen_more_often_is_paid_the_difference_up_to_the_most(
    bens: Partnership, ben: Member, ada: Member
) -> None:
    first = hand_in(bens, place=VIEWS_PLACE, url=POST, views=3_400, actor=ben)
    approve_submission(first.pk, actor=ada, views_confirmed=2_900)
    assert list(amounts(bens).values()) == [200]

    again = hand_in(bens, place=VIEWS_PLACE, url=POST, views=9_000, actor=ben)
    approve_submission(again.pk, actor=ada)
    assert amounts(bens) == {f"bonus views:{POST}": 450}
    assert owed(bens) == 450


@pytest.mark.parametrize(
    ("said", "field"),
    [
        ({"place": TASK_PLACE}, "url"),
        ({"place": TASK_PLACE, "url": "javascript:alert(1)"}, "url"),
        ({"place": VIEWS_PLACE, "url": POST}, "views"),
        ({"place": VIEWS_PLACE, "text": "Many.", "views": 9}, "url"),
        ({"place": 0, "url": POST}, "place"),
    ],
)
def test_what_shows_nothing_is_refused(
    bens: Partnership, ben: Member, said: dict[str, object], field: str
) -> None:
    with pytest.raises(InvalidInput) as refused:
        hand_in(bens, actor=ben, **said)  # type: ignore[arg-type]

    assert refused.value.field == field
    assert not Submission.objects.exists()
