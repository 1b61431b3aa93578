"""A partner's profile: what it brought, what was in force, what is told of it, what sells."""

from datetime import UTC, date, datetime, timedelta

import pytest
from django.urls import reverse

from handsel.clicks.tests.visits import count_clicks
from handsel.commissions.models import Commission
from handsel.commissions.services import evaluate_due, withhold_commission
from handsel.commissions.tests.conftest import click_on
from handsel.console.performance import Month, in_force, month_starts, months_of, standing_of
from handsel.console.periods import period_until_today
from handsel.console.selling import selling_of
from handsel.console.story import VERBS, story_of
from handsel.console.tests.conftest import YESTERDAY, order
from handsel.console.tests.reading import page_text
from handsel.insights.services import write_note
from handsel.links.services import create_link
from handsel.partnerships.models import Agreement
from handsel.partnerships.services import accept_agreement
from handsel.rows.scope import as_system


@pytest.fixture
def month():
    return period_until_today("30")


@pytest.fixture
def url(bens):
    return reverse("console:partner", args=[bens.pk])


def month_ago(count):
    """Noon of the tenth of a month so many months ago."""
    first = month_starts(count + 1)[0]
    return datetime(first.year, first.month, 10, 12, tzinfo=UTC)


def agreement(partnership, version, valid_from, valid_until=None):
    return Agreement(
        partnership=partnership, version=version, valid_from=valid_from, valid_until=valid_until
    )


def test_a_month_stands_beside_the_one_before_and_beside_the_program(shop, bens, cleos, month):
    order(shop, "L-1", codes=["BEN10"], customer={"id": "1"})
    order(shop, "L-2", codes=["BEN10"], at=YESTERDAY - timedelta(days=35))
    order(shop, "L-3", codes=["CLEO5"], customer={"id": "1"}, at=YESTERDAY + timedelta(hours=1))
    shop.refund("L-1", amount_minor=2_500, at=YESTERDAY)
    evaluate_due()
    standing = standing_of(bens, month)

    assert (standing.revenue_minor.value, standing.revenue_minor.before) == (10_000, 12_500)
    assert (standing.orders, standing.commission_minor, standing.share_ppm) == (1, 840, 84_000)
    assert (standing.new_share_ppm, standing.program_new_share_ppm) == (1_000_000, 500_000)
    assert (standing.sent_back_ppm, standing.program_sent_back_ppm) == (200_000, 100_000)


def test_months_stand_beside_those_of_the_year_before(shop, bens):
    order(shop, "L-1", codes=["BEN10"], at=month_ago(2))
    assert months_of(bens)[1] == []

    bens.agreements.update(valid_from=month_ago(30))
    order(shop, "L-2", codes=["BEN10"], at=month_ago(14))
    now, before = months_of(bens)
    assert [month.orders for month in now] == [0] * 9 + [1, 0, 0]
    assert before[-3] == Month(month_starts(15)[0], 12_500, 1, 1_050)
    assert [month.first.month for month in now] == [month.first.month for month in before]


def test_a_month_belongs_to_the_agreement_it_ended_with(bens):
    months = [Month(date(2026, number, 1)) for number in (6, 7, 8, 9)]
    first = agreement(bens, 1, datetime(2026, 6, 20, tzinfo=UTC), datetime(2026, 8, 5, tzinfo=UTC))
    second = agreement(bens, 2, datetime(2026, 8, 5, tzinfo=UTC))
    held = in_force([first, second], months)

    assert [(one.agreement.version, one.first, one.last) for one in held] == [(1, 0, 1), (2, 2, 3)]


def test_what_sells_is_told_link_by_link_and_adds_up(shop, bens, bens_link, ada, month):
    post = create_link(bens, slug="packing-list", name="Packing list", actor=ada)
    for link, clicks in ((bens_link, 30), (post, 10)):
        count_clicks(link, YESTERDAY.date(), clicks=clicks)
    order(shop, "L-1", click_ids=[click_on(post, YESTERDAY - timedelta(days=1))])
    order(shop, "L-2", codes=["BEN10"])
    order(shop, "L-3", codes=["BEN10"])
    selling = selling_of(bens, month)

    rows = [(row.name, row.clicks, row.orders, row.per_100_tenths) for row in selling.best]
    assert rows == [("BEN10", 0, 2, None), ("packing-list", 10, 1, 100), ("ben", 30, 0, 0)]
    assert (selling.together.clicks, selling.together.orders) == (40, 3)
    assert selling.together.revenue_minor == standing_of(bens, month).revenue_minor.value
    assert selling.others is None


def test_the_rest_of_many_links_is_told_together(bens, ada, month):
    for number in range(6):
        link = create_link(bens, slug=f"post-{number}", actor=ada)
        count_clicks(link, YESTERDAY.date(), clicks=10 + number)
    selling = selling_of(bens, month)

    assert [row.clicks for row in selling.best] == [15, 14, 13, 12]
    assert selling.others
    assert (selling.others_total, selling.others.clicks) == (2, 21)


def test_the_story_tells_what_both_agreed_and_what_the_brand_noted(bens, ben, ada, shop):
    offered = bens.agreements.get()
    told = story_of(bens, ada, limit=20)
    assert "Agreement v1 offered" in [one.title for one in told]

    accept_agreement(
        offered.pk, member=ben, terms_digest=offered.terms_digest, text="", language="en"
    )
    write_note(bens, text="Prefers e-mail.", actor=ada)
    order(shop, codes=["BEN10"])
    withhold_commission(Commission.objects.get().pk, reason="Look", actor=ada)
    told = story_of(bens, ada, limit=20)

    titles = [one.title for one in told]
    assert "Agreement v1 signed by both" in titles
    assert titles[-1] == "Joined"
    assert {one.title: one.text for one in told}["Commission withheld"] == "Ada: “Look”"
    assert [one.title for one in told if one.is_own] == ["Ada added a note"]
    assert "Commission counted" not in titles


@pytest.mark.parametrize(
    ("kind", "title"),
    [("terms", "Joined"), ("money", "Commission withheld"), ("talk", "Ada added a note")],
)
def test_the_story_can_be_narrowed(bens, ada, shop, kind, title):
    order(shop, codes=["BEN10"])
    withhold_commission(Commission.objects.get().pk, reason="Look", actor=ada)
    write_note(bens, text="Prefers e-mail.", actor=ada)
    titles = [one.title for one in story_of(bens, ada, kind=kind, limit=20)]
    others = {"Joined", "Commission withheld", "Ada added a note"} - {title}

    assert title in titles
    assert not others & set(titles)


def test_the_story_names_links_and_who_made_them(bens, ada, ben):
    create_link(bens, slug="packing-list", actor=ada)
    with as_system():
        create_link(bens, slug="ig-bio", actor=ben)
    told = [one.text for one in story_of(bens, ada, limit=20)]

    assert f"{ada.user} · packing-list" in told
    assert "Ben's Blog · ig-bio" in told


def test_every_verb_of_the_story_has_words_and_an_icon():
    from handsel.activity.wording import DONE
    from handsel.ui.sprite import ICONS

    looks = {verb: look for some in VERBS.values() for verb, look in some.items()}
    assert looks.keys() <= DONE.keys()
    assert {icon for icon, _tone in looks.values()} <= set(ICONS)


def test_the_page_shows_it_once_something_was_earned(as_ada, shop, bens, url):
    assert "See it work" in page_text(as_ada, url)

    for number in range(3):
        order(shop, f"L-{number}", codes=["BEN10"])
    text = page_text(as_ada, url)
    assert "See it work" not in text
    assert "Revenue €375.00" in text
    assert "Ben's Blog sees the same four parts" in text
    assert "Commissions 3" in text
    assert "Agreement v1, 10%" in as_ada.get(url).content.decode()
    assert "Orders per month" in page_text(as_ada, f"{url}?measure=orders")


@pytest.mark.parametrize(
    "tab", ["commissions", "links", "agreement", "payouts", "questions", "story"]
)
def test_each_tab_opens(as_ada, as_mallory, shop, bens, tab):
    order(shop, codes=["BEN10"])
    url = reverse(f"console:partner-{tab}", args=[bens.pk])

    assert "Ben's Blog" in page_text(as_ada, url)
    assert as_mallory.get(url).status_code == 404


def test_a_note_is_written_and_deleted_on_the_page(as_ada, bens, url):
    as_ada.post(reverse("console:partner-note-new", args=[bens.pk]), {"text": "Prefers e-mail."})
    text = page_text(as_ada, url)
    assert "Prefers e-mail." in text
    assert "Ada, today" in text

    note = as_ada.get(url).context["notes"][0]
    as_ada.post(reverse("console:note-removal", args=[note.pk]))
    assert "Prefers e-mail." not in page_text(as_ada, url)


def test_the_page_asks_as_often_for_a_year_of_orders_as_for_one(
    as_ada, shop, bens, url, django_assert_max_num_queries
):
    for number in range(5):
        order(shop, f"L-{number}", codes=["BEN10"])
    with django_assert_max_num_queries(55):
        as_ada.get(url)
