"""Receipts of every kind in a real Chromium: both sides, on a phone and wide, light and dark, and
on paper."""

import os
import shutil
from datetime import timedelta
from pathlib import Path

import pytest
from django.test import Client
from django.utils.translation import override
from playwright.sync_api import sync_playwright

from handsel.commissions.models import Commission
from handsel.commissions.receipt.tests.conftest import (
    bens,
    cleo,
    cleos,
    every_kind,
    sell,
    shop,
)
from handsel.commissions.services import decline_commission, evaluate_due
from handsel.commissions.tests.conftest import click_on
from handsel.conversions.models import Touch
from handsel.conversions.tests.shop import NOON
from handsel.engine.terms import (
    AttributionTerms,
    Fixed,
    Hold,
    Override,
    Percent,
    PerClick,
    Rolling,
    Task,
    Terms,
    Tiers,
    TierStep,
    When,
)
from handsel.partnerships.versions import next_version
from handsel.ui.tests.site import LOOKS, Page, serving

pytestmark = pytest.mark.browser

__all__ = ["bens", "cleo", "cleos", "every_kind", "sell", "shop"]

AXE = Path(__file__).resolve().parents[3] / "node_modules" / "axe-core" / "axe.min.js"
VIOLATIONS = "axe.run().then((report) => report.violations.flatMap(" + (
    "(one) => one.nodes.map((node) => `${one.id}: ${node.html.slice(0, 120)}`)))"
)
MONTHLY = Tiers(period="month", mode="marginal", steps=(TierStep(start=50_000, rate_ppm=120_000),))
ROLLING = Tiers(
    period=Rolling(days=30),
    mode="marginal",
    steps=(TierStep(start=5_000, rate_ppm=120_000), TierStep(start=90_000, rate_ppm=150_000)),
)


@pytest.fixture
def terms():
    """Everything that a receipt draws: shared credit, two kinds of tiers, clicks, a task."""
    return Terms(
        currency="EUR",
        attribution=AttributionTerms(model="linear"),
        pay=(
            Percent(rate_ppm=100_000, tiers=MONTHLY),
            Percent(rate_ppm=80_000, tiers=ROLLING, when=When(skus=("scarf",))),
            Fixed(amount_minor=300, currency="EUR", when=When(customer="new")),
            PerClick(amount_minor=2, currency="EUR"),
        ),
        hold=Hold(days=14),
        bonuses=(Task(name="A post", amount_minor=2_000, currency="EUR"),),
        overrides=(Override(level=1, rate_ppm=50_000),),
    )


@pytest.fixture
def shared(every_kind, shop, bens, cleos, terms):
    """An order of two articles that Ben and Cleo share; and one that is another's alone."""
    lines = [
        {"line_id": "1", "sku": "scarf", "name": "Lambswool scarf", "gross_minor": 8_000,
         "discount_minor": 800, "tax_minor": 1_100},
        {"line_id": "2", "sku": "sock", "name": "Everyday sock", "quantity": 2,
         "gross_minor": 2_490},
    ]  # fmt: skip
    clicks = [
        click_on(one.links.get(), NOON - timedelta(days=days))
        for one, days in ((bens, 6), (cleos, 3), (bens, 1))
    ]
    shop.order("S-1", lines=lines, click_ids=clicks, customer_is_new=True, shipping_minor=490)
    lost = [click_on(bens.links.get(), NOON - timedelta(days=2))]
    shop.order("S-2", 9_000, click_ids=lost, codes=["CLEO5"])
    evaluate_due()
    better = terms.model_copy(update={"pay": (Percent(rate_ppm=150_000),)})
    next_version(bens.agreements.get(), better, valid_from=NOON + timedelta(days=30))
    return Commission.objects.get(conversion__order_reference="S-1", partnership=bens)


def answered(html: str) -> Page:
    return lambda _handler: (200, html)


@pytest.fixture
def pages(every_kind, shared, bens, ada, ben, client, signed_in):
    decline_commission(every_kind["day"].pk, reason="These were our own clicks.", actor=ada)
    missed = Touch.objects.get(conversion__order_reference="S-2", partnership=bens)
    as_ada, as_ben = signed_in(client, ada), signed_in(Client(), ben)
    asked = "?recompute=1&country=SE"
    addresses = {f"/{kind}": (as_ada, one.pk, "") for kind, one in every_kind.items()}
    addresses |= {
        "/shared": (as_ada, shared.pk, asked),
        "/shared-records": (as_ada, shared.pk, "?records=1"),
        "/own": (as_ben, shared.pk, asked),
        "/own-period": (as_ben, every_kind["period"].pk, "?recompute=1"),
        "/own-day": (as_ben, every_kind["day"].pk, ""),
    }
    found = {}
    for path, (who, pk, query) in addresses.items():
        area = "console/commissions" if who is as_ada else "portal/earnings"
        found[path] = who.get(f"/{area}/{pk}/{query}")
    found["/missed"] = as_ben.get(f"/portal/earnings/not-credited/{missed.pk}/")
    ben.user.language = "sv"
    ben.user.save(update_fields=["language"])
    with override("en"):
        found["/own-sv"] = as_ben.get(f"/portal/earnings/{shared.pk}/{asked}")
    assert {answer.status_code for answer in found.values()} == {200}
    return {path: answer.content.decode() for path, answer in found.items()}


def test_receipts_fit_and_are_accessible(pages):
    found: list[str] = []
    pictures = os.environ.get("HANDSEL_PICTURES")
    with (
        serving({path: answered(text) for path, text in pages.items()}) as address,
        sync_playwright() as playwright,
    ):
        chromium = shutil.which("chromium") or shutil.which("google-chrome")
        browser = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
        page = browser.new_page()
        page.on("pageerror", lambda error: found.append(str(error)))
        for path in pages:
            for width, theme in LOOKS:
                page.set_viewport_size({"width": width, "height": 900})
                page.emulate_media(media="screen", color_scheme=theme, reduced_motion="reduce")
                page.goto(address + path)
                where = f"{path} at {width}, {theme}"
                if page.evaluate("document.documentElement.scrollWidth > innerWidth"):
                    found.append(f"{where}: wider than the screen")
                page.evaluate(AXE.read_text(encoding="utf-8"))
                found += [f"{where}: {one}" for one in page.evaluate(VIOLATIONS)]
                if pictures:
                    page.screenshot(path=f"{pictures}{path}-{width}-{theme}.png", full_page=True)
            page.set_viewport_size({"width": 700, "height": 900})
            page.emulate_media(media="print", color_scheme="light")
            if page.evaluate("document.documentElement.scrollWidth > innerWidth"):
                found.append(f"{path} on paper: wider than the sheet")
            if pictures:
                page.screenshot(path=f"{pictures}{path}-print.png", full_page=True)
        browser.close()

    assert found == []
