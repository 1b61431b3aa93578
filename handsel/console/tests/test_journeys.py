import csv
import doctest
import os
import shutil
from datetime import UTC, timedelta

import pytest
from django.urls import reverse
from playwright.sync_api import sync_playwright

from handsel.clicks.tests.visits import click_through
from handsel.clock import now
from handsel.commissions.tests.conftest import click_on
from handsel.console.tests.conftest import YESTERDAY, order
from handsel.console.tests.test_links_in_browser import AXE, VIOLATIONS, answer
from handsel.conversions.models import Conversion, Touch
from handsel.insights import journeys_shown
from handsel.links.joining import add_partner
from handsel.ui.tests.site import LOOKS, serving


@pytest.fixture
def cleos_click(cleos):
    return click_on(cleos.links.get(), YESTERDAY - timedelta(hours=3))


@pytest.fixture
def ordered(shop, bens_click, cleos_click):
    """Ben introduces, Cleo comes three hours before the order, or comes with a code; once alone."""
    order(shop, "L-1", click_ids=[bens_click, cleos_click])
    order(shop, "L-2", click_ids=[bens_click], codes=["CLEO5"])
    order(shop, "L-3", click_ids=[bens_click])
    order(shop, "L-4")


def travelled(program, ways):
    """Orders of yesterday whose touches are made as an evaluation leaves them: a way is a list of
    partnerships, None for the brand's own channel, and how often it was gone; the last is paid."""
    for name, (way, times) in enumerate(ways):
        orders = Conversion.objects.bulk_create(
            Conversion(
                brand=program.brand,
                program=program,
                kind="sale",
                order_reference=f"W-{name}-{n}",
                currency="EUR",
                trust="store",
                status="credited",
                occurred_at=YESTERDAY - timedelta(minutes=n),
            )
            for n in range(times)
        )
        Touch.objects.bulk_create(
            Touch(
                brand=program.brand,
                partner=who.partner if who else None,
                conversion=made,
                partnership=who,
                kind="click" if who else "channel",
                click_id=f"{made.pk}-{place}",
                verdict="credited" if place == len(way) - 1 else "earlier_than_last",
                touched_at=made.occurred_at - timedelta(hours=5 * (len(way) - place)),
            )
            for made in orders
            for place, who in enumerate(way)
        )


def shown(client, query=""):
    return client.get(reverse("console:journeys") + query).context["journeys"]


def shares(journeys):
    """By channel: first, last, linear, Shapley, Markov in whole percent."""
    return {
        row.channel.name: [share.share_ppm // 10_000 for share in row.shares]
        for row in journeys.rows
    }


@pytest.mark.usefixtures("ordered")
def test_what_was_evaluated_is_what_is_shown(as_ada, bens, cleos):
    found = shown(as_ada)

    assert (found.report.orders, found.report.together) == (3, 2)
    [pair] = found.pairs
    assert {pair.one.partnership_id, pair.other.partnership_id} == {bens.pk, cleos.pk}
    ben_is_one = pair.one.partnership_id == bens.pk
    won = (pair.pair.one_won, pair.pair.other_won)
    assert won == ((0, 2) if ben_is_one else (2, 0))
    assert (pair.one_before, pair.other_before)[ben_is_one] == "1 hour before"


def test_models_share_the_credit_of_the_same_orders(as_ada, program, bens, cleos):
    travelled(program, [([bens, cleos], 40), ([bens], 60)])

    found = shares(shown(as_ada))
    assert found[bens.partner.name][:4] == [100, 60, 80, 80]
    assert found[cleos.partner.name][:4] == [0, 40, 20, 20]
    assert shown(as_ada).finding == f"{bens.partner.name} begins more orders than it ends."


def test_clicks_that_led_to_nothing_change_what_markov_says_and_nothing_else(
    as_ada, program, bens, cleos
):
    travelled(program, [([bens, cleos], 40), ([bens], 60)])
    *others, markov = shares(shown(as_ada))[bens.partner.name]
    for n in range(150):
        click_through(cleos.links.get(), now() - timedelta(minutes=n))

    *still, lower = shares(shown(as_ada))[bens.partner.name]
    assert still == others
    assert (markov, lower) == (71, 63)


def test_partners_with_few_orders_stand_together_by_kind(as_ada, program, bens, cleos):
    travelled(program, [([bens], 60), ([cleos, bens], 5)])

    kind = cleos.get_kind_display()
    names = [row.channel.name for row in shown(as_ada).rows]
    assert names == [bens.partner.name, f"Other partners: {kind}"]
    assert shown(as_ada).rows[1].orders == 5


def test_the_brands_own_channels_stand_beside_the_partners(as_ada, program, bens):
    travelled(program, [([None, bens], 40), ([bens], 10)])

    found = shown(as_ada)
    [own] = found.against_own
    assert (own.one.name, own.other.partnership_id) == ("Your own advertising and mail", bens.pk)
    assert (own.pair.orders, own.pair.one_first, own.pair.other_won) == (40, 40, 40)
    assert found.pairs == []


def test_what_did_not_count_is_on_no_journey(as_ada, program, bens, cleos):
    travelled(program, [([cleos, bens], 40)])
    Touch.objects.filter(partnership=cleos).update(verdict="outside_window")

    assert shown(as_ada).report.together == 0


def test_names_under_the_bars_have_room_and_are_told_apart(as_ada, program, ada):
    alike = [
        add_partner(
            program, name=f"The Cosy Corner No. {n}", slug=f"c{n}", code=f"COSY{n}", actor=ada
        )
        for n in range(2)
    ]
    travelled(program, [([who], 40 + n) for n, who in enumerate(alike)])

    labels = shown(as_ada).drawing["labels"]
    assert labels == ["The Cosy…er No. 1", "The Cosy…er No. 0"]


def test_the_helpers_examples_are_right():
    assert doctest.testmod(journeys_shown).failed == 0


def test_only_the_days_that_are_asked_for(as_ada, program, bens):
    travelled(program, [([bens], 40)])
    Conversion.objects.update(occurred_at=now().astimezone(UTC) - timedelta(days=60))

    assert shown(as_ada, "?days=30").rows == []
    assert shown(as_ada, "?days=90").report.orders == 40
    assert shown(as_ada, "?days=x").report.orders == 40


def test_a_report_is_cut_at_the_latest_orders(as_ada, program, bens, cleos, monkeypatch):
    monkeypatch.setattr("handsel.insights.journeys.ORDERS_MAX", 10)
    travelled(program, [([bens], 40)])
    assert (shown(as_ada).report.orders, shown(as_ada).report.is_cut) == (10, True)


def test_without_orders_the_page_says_what_it_will_show(as_ada, program):
    page = as_ada.get(reverse("console:journeys")).content.decode()
    assert "No journeys yet" in page
    assert "who began them" in page


def test_the_models_are_a_table_to_take_along(as_ada, program, bens, cleos):
    travelled(program, [([bens, cleos], 40), ([bens], 60)])

    table = as_ada.get(reverse("console:journeys-export")).content.decode("utf-8-sig")
    rows = list(csv.reader(table.splitlines()))
    assert len(rows) == 1 + 2 * 5
    assert rows[1][:5] == [bens.partner.name, bens.pk, "100", "First", "100.0"]
    low, high = map(float, rows[2][5:])
    assert low < 60 < high


def test_the_pairs_are_a_table_to_take_along(as_ada, program, bens, cleos):
    travelled(program, [([bens, cleos], 40), ([None, bens], 2)])

    table = as_ada.get(reverse("console:journeys-pairs")).content.decode("utf-8-sig")
    rows = list(csv.reader(table.splitlines()))[1:]
    assert [row[2:] for row in rows][1] == ["2", "2", "0", "2", "0", "0"]
    assert rows[0][2] == "40"


def test_another_brand_sees_none(as_mallory, program, bens, cleos):
    travelled(program, [([bens, cleos], 40)])

    assert shown(as_mallory).report.orders == 0
    assert len(as_mallory.get(reverse("console:journeys-pairs")).content.splitlines()) == 1


def test_a_partner_has_no_such_page(as_ben):
    assert as_ben.get(reverse("console:journeys")).status_code in (302, 403, 404)


@pytest.mark.browser
def test_the_page_fits_and_is_accessible(as_ada, program, bens, cleos, ada):
    more = [
        add_partner(
            program, name=f"The Cosy Corner No. {n}", slug=f"c{n}", code=f"COSY{n}", actor=ada
        )
        for n in range(3)
    ]
    empty = answer(as_ada.get(reverse("console:journeys")).content.decode())
    ways = [([bens, cleos], 140), ([bens], 260), ([None, bens, cleos], 31), ([more[0]], 33)]
    ways += [([more[1], bens], 4), ([more[2], cleos, bens], 42), ([cleos], 60)]
    travelled(program, ways)
    full = answer(as_ada.get(reverse("console:journeys")).content.decode())
    found: list[str] = []
    pictures = os.environ.get("HANDSEL_PICTURES", "")
    with serving({"/full": full, "/empty": empty}) as address, sync_playwright() as playwright:
        chromium = shutil.which("chromium") or shutil.which("google-chrome")
        browser = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
        page = browser.new_page()
        for width, theme in LOOKS:
            page.set_viewport_size({"width": width, "height": 900})
            page.emulate_media(color_scheme=theme)
            for name in ("full", "empty"):
                page.goto(f"{address}/{name}")
                if pictures:
                    page.wait_for_load_state("networkidle")
                    page.screenshot(path=f"{pictures}/{name}-{width}-{theme}.png", full_page=True)
                wide = page.evaluate("document.documentElement.scrollWidth - innerWidth")
                found += [f"{name} at {width}: {wide} px too wide"] if wide > 0 else []
                page.evaluate(AXE.read_text(encoding="utf-8"))
                found += [f"{name}: {rule}" for rule in page.evaluate(VIOLATIONS)]
        browser.close()
    assert found == []
