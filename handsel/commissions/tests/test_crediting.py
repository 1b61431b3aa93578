"""What may earn credit besides clicks and codes, from facts to the ledger."""

from datetime import timedelta
from itertools import permutations

import pytest

from handsel.activity.models import Activity
from handsel.commissions.crediting.by_hand import (
    CreditNotPossible,
    Decision,
    credit_by_hand,
    past_conversions,
    preview,
    withdraw_credit,
)
from handsel.commissions.crediting.customers import assign_customer, end_binding, move_customer
from handsel.commissions.models import Commission, Revision
from handsel.commissions.services import ReasonMissing, decline_commission, evaluate_due
from handsel.commissions.tests.crediting import Scene, settle_all, terms_with
from handsel.conversions.models import Conversion, ManualCredit
from handsel.conversions.tests.shop import NOON
from handsel.customers.models import Binding, Customer
from handsel.engine.terms import (
    Fixed,
    Lead,
    Metadata,
    Percent,
    Recurring,
    Rolling,
    Tiers,
    TierStep,
    When,
)
from handsel.ledger.check import check_all
from handsel.ledger.queries import balances

DAY = timedelta(days=1)
KARI = {"id": "kari"}


@pytest.fixture
def scene(acme, ada):
    def made(terms=None):
        return Scene(acme, ada, terms or terms_with())

    return made


# --- articles ---


def test_an_article_of_the_partners_own_is_credited_without_a_click(scene):
    here = scene(terms_with(owned_skus=("bens-hat",)))
    here.partner("Ben")
    here.tell("L-1", sku="bens-hat")
    here.tell("L-2", sku="hat")
    settle_all()

    assert here.earned("L-1") == {"Ben": 1_000}
    assert here.earned("L-2") == {}


def test_an_article_that_leaves_the_order_takes_its_credit_along(scene):
    here = scene(terms_with(owned_skus=("bens-hat",)))
    here.partner("Ben")
    here.tell("L-1", sku="bens-hat")
    settle_all()
    here.tell("L-1", sku="hat", event_id="edited", updated_at=NOON + DAY)
    settle_all()

    assert here.earned("L-1") == {}
    assert here.verdicts("L-1") == {}


# --- customers who are bound ---


def test_the_first_order_binds_the_customer_for_as_long_as_was_agreed(scene):
    here = scene(terms_with(lifetime_days=30))
    here.tell("L-1", click_ids=[here.click("Ben")], customer=KARI)
    here.tell("L-2", customer=KARI, at=NOON + 29 * DAY)
    here.tell("L-3", customer=KARI, at=NOON + 31 * DAY)
    settle_all()

    assert here.earned("L-2") == {"Ben": 1_000}
    assert here.earned("L-3") == {}
    assert here.verdicts("L-3") == {"lifetime": "lifetime_over"}


def test_without_lifetime_in_the_agreement_nobody_is_bound(scene):
    here = scene()
    here.tell("L-1", click_ids=[here.click("Ben")], customer=KARI)
    settle_all()

    assert not Binding.objects.exists()


def test_bindings_are_the_same_in_whatever_order_the_orders_come(scene):
    """Cleo's click is earlier than Ben's: the customer is hers, whichever came first."""
    for number, arrival in enumerate(permutations(range(3))):
        here = scene(terms_with(lifetime_days=None))
        told = [
            {"reference": "a", "click_ids": [here.click("Cleo", 2)], "at": NOON},
            {
                "reference": "b",
                "click_ids": [here.click("Ben", order_at=NOON + DAY)],
                "at": NOON + DAY,
            },
            {"reference": "c", "at": NOON + 2 * DAY},
        ]
        for place in arrival:
            here.tell(**told[place], customer={"id": f"kari {number}"})
            settle_all()

        assert here.earned("c") == {"Cleo": 1_000}, arrival
        standing = Binding.objects.filter(program=here.program, released_at=None)
        assert [row.partnership for row in standing] == [here.partner("Cleo")]


def test_what_was_called_off_has_brought_no_customer(scene):
    here = scene(terms_with(lifetime_days=None))
    here.tell("L-1", click_ids=[here.click("Ben")], customer=KARI)
    here.tell("L-2", customer=KARI, at=NOON + DAY)
    settle_all()
    assert here.earned("L-2") == {"Ben": 1_000}

    here.shop.cancel("L-1")
    settle_all()

    assert here.earned("L-2") == {}
    assert Binding.objects.get().released_at is not None
    assert check_all().ok


def test_a_person_ends_a_binding_and_keeps_what_was_earned(scene, ada):
    here = scene(terms_with(lifetime_days=None))
    here.tell("L-1", click_ids=[here.click("Ben")], customer=KARI)
    here.tell("L-2", customer=KARI, at=NOON + DAY)
    settle_all()
    binding = Binding.objects.get()
    end_binding(binding.pk, reason="Asked to be nobody's.", actor=ada)
    binding.refresh_from_db()
    assert binding.ended_at is not None
    here.tell("L-3", customer=KARI, at=binding.ended_at + DAY)
    settle_all()

    assert here.earned("L-2") == {"Ben": 1_000}
    assert here.earned("L-3") == {}


def test_an_assigned_customer_is_the_partners_before_any_click(scene, ada):
    here = scene()
    here.tell("L-1", customer=KARI)
    settle_all()
    binding = assign_customer(
        Customer.objects.get(), here.partner("Ben"), reason="Met at the fair.", actor=ada
    )
    at = binding.since + DAY
    here.tell("L-2", customer=KARI, at=at, click_ids=[here.click("Cleo", order_at=at)])
    settle_all()

    assert here.earned("L-1") == {}
    assert here.earned("L-2") == {"Ben": 1_000}
    assert here.verdicts("L-2") == {"customer": "credited", "click": "customer_wins"}


def test_a_moved_customer_is_the_other_partners_from_then_on(scene, ada):
    here = scene(terms_with(lifetime_days=None))
    here.tell("L-1", click_ids=[here.click("Ben")], customer=KARI)
    settle_all()
    moved = move_customer(
        Binding.objects.get().pk, here.partner("Cleo"), reason="Agreed by both.", actor=ada
    )
    here.tell("L-2", customer=KARI, at=moved.since + DAY)
    settle_all()

    assert here.earned("L-1") == {"Ben": 1_000}
    assert here.earned("L-2") == {"Cleo": 1_000}


def moved(binding, partnership, *, reason, actor):
    return move_customer(binding.pk, partnership, reason=reason, actor=actor)


def assigned_anew(binding, partnership, *, reason, actor):
    return assign_customer(binding.customer, partnership, reason=reason, actor=actor)


@pytest.mark.parametrize("give_to", [moved, assigned_anew])
def test_who_loses_a_customer_does_not_read_what_the_other_was_told(scene, ada, give_to):
    here = scene()
    here.tell("L-1", customer=KARI)
    first = assign_customer(
        Customer.objects.get(), here.partner("Ben"), reason="Met at the fair.", actor=ada
    )
    second = give_to(first, here.partner("Cleo"), reason="Cleo knew them.", actor=ada)

    first.refresh_from_db()
    told = Activity.objects.filter(subject_id=first.pk).values_list("verb", "reason")
    assert first.ended_at
    assert first.ended_because == ""
    assert set(told) == {("customer.bound", "Met at the fair."), ("customer.unbound", "")}
    assert second.reason == "Cleo knew them."


@pytest.mark.parametrize("reason", ["", "   "])
def test_nobody_is_bound_without_a_reason(scene, ada, reason):
    here = scene()
    here.tell("L-1", customer=KARI)
    with pytest.raises(ReasonMissing):
        assign_customer(Customer.objects.get(), here.partner("Ben"), reason=reason, actor=ada)

    assert not Binding.objects.exists()


# --- the brand's own channels ---


def test_the_brands_own_channel_earns_nobody_where_it_comes_first(scene):
    own = ("code", "channel", "click")
    here = scene(terms_with(precedence=own))
    visit = {"channel": "newsletter", "at": (NOON - DAY).isoformat()}
    here.tell("L-1", click_ids=[here.click("Ben")], channels=[visit])
    settle_all()

    assert here.earned("L-1") == {}
    assert Conversion.objects.get().reason == "channel_wins"
    assert here.verdicts("L-1") == {"click": "channel_wins", "channel": "own_channel"}


# --- renewals ---


def test_a_renewal_is_whose_the_first_order_was_under_its_agreement(scene):
    here = scene(terms_with().model_copy(update={"recurring": Recurring(payments_max=2)}))
    here.tell("S-1", click_ids=[here.click("Ben")])
    for number in (1, 2, 3):
        here.tell(
            f"S-1/{number}", conversion_kind="renewal", renews="S-1", renewal=number,
            at=NOON + 30 * number * DAY,
        )  # fmt: skip
    settle_all()

    assert here.earned("S-1/2") == {"Ben": 1_000}
    assert here.earned("S-1/3") == {"Ben": 0}


def test_a_renewal_that_comes_before_its_first_order_is_judged_again(scene):
    here = scene()
    said = {"conversion_kind": "renewal", "renews": "S-1", "renewal": 1, "at": NOON + 30 * DAY}
    here.tell("S-1/1", **said)
    settle_all()
    assert here.earned("S-1/1") == {}

    here.tell("S-1", click_ids=[here.click("Ben")])
    settle_all()

    assert here.earned("S-1/1") == {"Ben": 1_000}


def test_renewals_move_with_the_credit_of_the_first_order(scene, ada):
    here = scene()
    first = here.tell("S-1", click_ids=[here.click("Ben")])
    here.tell("S-1/1", conversion_kind="renewal", renews="S-1", renewal=1, at=NOON + 30 * DAY)
    settle_all()
    credit_by_hand(Decision([first], here.partner("Cleo"), None, "Cleo called them."), actor=ada)
    settle_all()

    assert here.earned("S-1/1") == {"Cleo": 1_000}


# --- leads ---


def test_a_lead_that_is_paid_after_the_sale_waits_for_it(scene):
    pay = (Lead(amount_minor=500, currency="EUR", pays="after_sale"),)
    here = scene(terms_with(pay=pay))
    here.tell("lead", 0, conversion_kind="lead", click_ids=[here.click("Ben")], customer=KARI)
    settle_all()
    assert here.earned("lead") == {"Ben": 0}

    here.tell("L-1", customer=KARI, at=NOON + 5 * DAY)
    settle_all()
    assert here.earned("lead") == {"Ben": 500}

    here.shop.cancel("L-1")
    settle_all()
    assert here.earned("lead") == {"Ben": 0}


# --- conditions on where a click came from ---


def test_rules_may_ask_for_the_country_of_the_buyer_and_free_fields(scene):
    pay = (
        Percent(rate_ppm=100_000),
        Fixed(amount_minor=300, currency="EUR", when=When(countries=("NO",))),
        Fixed(
            amount_minor=70, currency="EUR",
            when=When(metadata=(Metadata(name="plan", values=("pro",)),)),
        ),
    )  # fmt: skip
    here = scene(terms_with(pay=pay))
    plan = [{"name": "plan", "value": "pro"}]
    here.tell("L-1", click_ids=[here.click("Ben")], country="NO", metadata=plan)
    here.tell("L-2", click_ids=[here.click("Ben")], country="SE")
    settle_all()

    assert here.earned("L-1") == {"Ben": 1_370}
    assert here.earned("L-2") == {"Ben": 1_000}


def test_where_no_terms_ask_for_it_a_receipt_says_nothing_of_where_a_click_came_from(scene):
    here = scene()
    here.tell("L-1", click_ids=[here.click("Ben")])
    settle_all()

    (touch,) = Revision.objects.get().inputs["touches"]
    assert not {"country", "device", "source", "link"} & touch.keys()


def test_where_terms_ask_for_the_link_its_slug_decides(scene):
    pay = (
        Percent(rate_ppm=100_000),
        Fixed(amount_minor=50, currency="EUR", when=When(links=("ben",))),
    )
    here = scene(terms_with(pay=pay))
    here.tell("L-1", click_ids=[here.click("Ben")])
    settle_all()

    assert here.earned("L-1") == {"Ben": 1_050}


# --- shares ---


def test_two_partners_share_an_order_and_a_late_touch_takes_its_share(scene):
    here = scene(terms_with(model="linear"))
    bens = here.click("Ben", 5)
    here.tell("L-1", click_ids=[bens])
    settle_all()
    assert here.earned("L-1") == {"Ben": 1_000}

    both = [bens, here.click("Cleo", 3)]
    here.tell("L-1", click_ids=both, event_id="late", updated_at=NOON + DAY)
    settle_all()

    assert here.earned("L-1") == {"Ben": 500, "Cleo": 500}
    assert check_all().ok


def test_parts_of_a_shared_order_add_up_to_the_cent_after_refunds(scene):
    here = scene(terms_with(model="linear"))
    clicks = [here.click(name, days) for name, days in (("Ben", 9), ("Cleo", 5), ("Dina", 2))]
    here.tell("L-1", 1_000, click_ids=clicks)
    settle_all()
    assert here.earned("L-1") == {"Ben": 34, "Cleo": 33, "Dina": 33}

    here.shop.refund("L-1", amount_minor=495)
    settle_all()

    assert sum(here.earned("L-1").values()) == 51


# --- tiers that roll ---


def rolling(*, days=30):
    tiers = Tiers(
        period=Rolling(days=days),
        mode="marginal",
        steps=(TierStep(start=20_000, rate_ppm=200_000),),
    )
    return terms_with(pay=(Percent(rate_ppm=100_000, tiers=tiers),))


def test_what_counted_in_the_days_before_decides_the_rate(scene):
    here = scene(rolling())
    for number in range(3):
        at = NOON + number * DAY
        here.tell(f"L-{number}", at=at, click_ids=[here.click("Ben", order_at=at)])
        settle_all()

    assert [here.earned(f"L-{n}") for n in range(3)] == [
        {"Ben": 1_000},
        {"Ben": 1_000},
        {"Ben": 2_000},
    ]


def test_a_late_order_lifts_those_within_the_days_after_it(scene):
    ends = set()
    for arrival in permutations(range(4)):
        here = scene(rolling())
        for number in arrival:
            at = NOON + number * 7 * DAY
            here.tell(f"L-{number}", at=at, click_ids=[here.click("Ben", order_at=at)])
            evaluate_due()
        settle_all()
        ends.add(tuple(here.earned(f"L-{number}")["Ben"] for number in range(4)))

    assert ends == {(1_000, 1_000, 2_000, 2_000)}


def test_a_refund_within_the_days_lowers_what_came_after_it(scene):
    here = scene(rolling())
    for number in range(3):
        at = NOON + number * DAY
        here.tell(f"L-{number}", at=at, click_ids=[here.click("Ben", order_at=at)])
    settle_all()
    here.shop.refund("L-0", amount_minor=10_000)
    settle_all()

    assert here.earned("L-2") == {"Ben": 1_000}
    assert check_all().ok


def test_a_declined_order_counts_for_no_tier_after_it(scene, ada):
    here = scene(rolling())
    for number in range(3):
        at = NOON + number * DAY
        here.tell(f"L-{number}", at=at, click_ids=[here.click("Ben", order_at=at)])
    settle_all()
    first = Commission.objects.get(conversion__order_reference="L-0")
    decline_commission(first.pk, reason="Own order.", actor=ada)
    settle_all()

    assert here.earned("L-2") == {"Ben": 1_000}


def test_a_declined_first_order_brings_nothing_to_its_renewals(scene, ada):
    here = scene()
    here.tell("S-1", click_ids=[here.click("Ben")])
    here.tell("S-1/1", conversion_kind="renewal", renews="S-1", renewal=1, at=NOON + 30 * DAY)
    settle_all()
    first = Commission.objects.get(conversion__order_reference="S-1")
    decline_commission(first.pk, reason="Own order.", actor=ada)
    settle_all()

    assert here.earned("S-1/1") == {}
    assert check_all().ok


# --- by hand ---


def test_a_person_credits_an_order_and_takes_it_back(scene, ada):
    here = scene()
    order = here.tell("L-1", click_ids=[here.click("Ben")])
    settle_all()
    decision = Decision([order], here.partner("Cleo"), None, "Cleo sent the link by post.")

    (credit,) = credit_by_hand(decision, actor=ada)
    settle_all()
    assert here.earned("L-1") == {"Cleo": 1_000}
    receipt = Revision.objects.filter(commission__partner__name="Cleo").get()
    assert "Cleo sent the link by post." in str(receipt.inputs)

    withdraw_credit(credit.decision, reason="It was another Kari.", actor=ada)
    settle_all()
    assert here.earned("L-1") == {"Ben": 1_000}
    assert check_all().ok


def test_a_preview_says_what_would_change_for_whom_and_changes_nothing(scene):
    here = scene()
    order = here.tell("L-1", click_ids=[here.click("Ben")])
    settle_all()
    before = balances()

    changes = preview(Decision([order], here.partner("Cleo"), None, ""))

    said = {(one.partnership.partner.name, one.difference_minor) for one in changes}
    assert said == {("Ben", -1_000), ("Cleo", 1_000)}
    assert balances() == before
    assert not ManualCredit.objects.exists()
    assert here.earned("L-1") == {"Ben": 1_000}


def test_past_orders_of_a_customer_are_credited_at_once_and_withdrawn_at_once(scene, ada):
    here = scene()
    orders = [here.tell(f"L-{n}", at=NOON + n * DAY, customer=KARI) for n in range(4)]
    settle_all()
    past = past_conversions(orders[3], NOON + DAY)
    (first, *_) = credit_by_hand(
        Decision(past, here.partner("Ben"), None, "His, all of them."), actor=ada
    )
    settle_all()
    assert [here.earned(f"L-{n}") for n in range(4)] == [{}, *[{"Ben": 1_000}] * 3]

    withdraw_credit(first.decision, reason="A mistake.", actor=ada)
    settle_all()

    assert [here.earned(f"L-{n}") for n in range(4)] == [{}] * 4


def test_a_declined_commission_is_not_given_back_by_credit(scene, ada):
    here = scene()
    order = here.tell("L-1", click_ids=[here.click("Ben")])
    settle_all()
    decline_commission(Commission.objects.get().pk, reason="Own order.", actor=ada)
    with pytest.raises(CreditNotPossible):
        credit_by_hand(Decision([order], here.partner("Ben"), None, "Please."), actor=ada)

    assert not ManualCredit.objects.exists()
