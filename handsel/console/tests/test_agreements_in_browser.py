"""Both sides' pages of agreements in a real Chromium, on a phone and wide, light and dark."""

import os
import shutil
from datetime import timedelta
from pathlib import Path

import pytest
from django.test import Client
from playwright.sync_api import sync_playwright

from handsel.clock import now
from handsel.engine.terms import Ending, Fixed, Percent, Tiers, TierStep, When
from handsel.links.joining import add_partner
from handsel.partnerships.closing import end_program
from handsel.partnerships.ending import give_notice
from handsel.partnerships.offering import accept_offer, make_offer
from handsel.partnerships.rounds import begin_round, go_on
from handsel.partnerships.versions import Signature
from handsel.programs.queries import first_group
from handsel.programs.services import change_group_terms
from handsel.ui.tests.site import LOOKS, Page, serving

pytestmark = pytest.mark.browser

AXE = Path(__file__).resolve().parents[3] / "node_modules" / "axe-core" / "axe.min.js"
OPEN_ALL = "document.querySelectorAll('main details:not(.drop)').forEach((d) => d.open = true)"
VIOLATIONS = "axe.run().then((report) => report.violations.flatMap(" + (
    "(one) => one.nodes.map((node) => `${one.id}: ${node.html.slice(0, 120)}`)))"
)
MESSAGE = "Freight has become dear this year. We would rather keep the bonus than the rate."


@pytest.fixture
def less(terms):
    tiers = Tiers(
        period="month", mode="marginal", steps=(TierStep(start=100_000, rate_ppm=110_000),)
    )
    return terms.model_copy(
        update={
            "pay": (
                Percent(rate_ppm=80_000, tiers=tiers),
                Fixed(amount_minor=300, currency="EUR", when=When(customer="new")),
            ),
            "ending": Ending(notice_days=30, tail_days=10),
        }
    )


@pytest.fixture
def history(bens, ada, ben, terms):
    """Ben has a second version, signed by both, and a third that holds on the brand's word."""
    for rate_ppm in (110_000, 120_000):
        more = terms.model_copy(update={"pay": (Percent(rate_ppm=rate_ppm),)})
        ends = now() + timedelta(days=25)
        later = make_offer(
            bens.pk,
            more,
            brand=Signature(ada, "The text"),
            better_at_once=rate_ppm == 120_000,
            valid_until=ends if rate_ppm == 120_000 else None,
            expires_at=None,
        )
        if rate_ppm == 110_000:
            digest = later.terms_digest
            accept_offer(later.pk, member=ben, terms_digest=digest, text="x", language="en")
    return bens


def answer(html: str) -> Page:
    return lambda _handler: (200, html)


@pytest.fixture
def site(client, signed_in, ada, ben, history, less, program):
    """As they are answered, one story from the offer to the end of the program."""
    bens, pages = history, {}
    as_ada, as_ben = signed_in(client, ada), signed_in(Client(), ben)

    def keep(name, client, path, data=None):
        response = client.get(path) if data is None else client.post(path, data)
        assert response.status_code in {200, 422}, (name, response.status_code)
        pages[f"/{name}/"] = response.content.decode()

    one = f"/console/partners/{bens.pk}/"
    keep("offer-new", as_ada, f"{one}offer/")
    figures = {"rate": "8", "window_days": "30", "hold_days": "14", "if_unanswered": "end"}
    keep("offer-look", as_ada, f"{one}offer/", {**figures, "step": "look", "message": MESSAGE})
    keep("offer-refused", as_ada, f"{one}offer/", {"rate": "x", "as_data": "{"})
    offer = make_offer(
        bens.pk, less, brand=Signature(ada, "x"), message=MESSAGE, if_unanswered="end"
    )
    keep("brand-agreement", as_ada, f"{one}agreement/")
    keep("partner-offer", as_ben, f"/portal/agreements/offers/{offer.pk}/")
    keep("partner-home", as_ben, "/portal/")
    version = bens.agreements.order_by("-version")[0]
    keep("partner-agreement", as_ben, f"/portal/agreements/{version.pk}/")
    keep("ending", as_ada, f"{one}ending/")
    for name in ("Cleo", "Dan", "Eva"):
        add_partner(program, name=name, actor=ada)
    group = first_group(program)
    changed = change_group_terms(group.pk, less, actor=ada, reason="Freight is dear.")
    keep("group", as_ada, f"/console/terms/{group.pk}/")
    keep("round-new", as_ada, f"/console/terms/{group.pk}/offers/")
    begun = begin_round(changed, actor=ada, message=MESSAGE)
    keep("round-running", as_ada, f"/console/terms/offers/{begun.pk}/")
    go_on()
    keep("round", as_ada, f"/console/terms/offers/{begun.pk}/")
    keep("state", as_ada, "/console/settings/state/")
    give_notice(bens.pk, reason="We close the shop.", actor=ada)
    keep("brand-ending", as_ada, f"{one}agreement/")
    keep("partner-ending", as_ben, f"/portal/agreements/{version.pk}/")
    end_program(program.pk, reason="We close the shop.", actor=ada)
    keep("state-ending", as_ada, "/console/settings/state/")
    with serving({path: answer(html) for path, html in pages.items()}) as address:
        yield address, list(pages)


def test_pages_fit_and_are_accessible(site):
    address, paths = site
    found: list[str] = []
    kept = os.environ.get("HANDSEL_PICTURES", "")
    with sync_playwright() as playwright:
        chromium = shutil.which("chromium") or shutil.which("google-chrome")
        browser = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
        page = browser.new_page()
        page.on("pageerror", lambda error: found.append(str(error)))
        page.on(
            "console",
            lambda said: found.append(said.text) if "Security Policy" in said.text else None,
        )
        for path in paths:
            for width, theme in LOOKS:
                page.set_viewport_size({"width": width, "height": 900})
                page.emulate_media(color_scheme=theme, reduced_motion="reduce")
                page.goto(address + path)
                page.evaluate(OPEN_ALL)
                where = f"{path} at {width}, {theme}"
                if page.evaluate("document.documentElement.scrollWidth > innerWidth"):
                    found.append(f"{where}: wider than the screen")
                page.evaluate(AXE.read_text(encoding="utf-8"))
                found += [f"{where}: {one}" for one in page.evaluate(VIOLATIONS)]
                if kept:
                    name = f"{path.strip('/')}-{width}-{theme}.png"
                    page.screenshot(path=Path(kept) / name, full_page=True)
        browser.close()
    assert found == []
