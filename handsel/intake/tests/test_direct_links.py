"""A visit that the script tells of, from the shop's own page to a click that counts and a
conversion that carries it, through the real tracking app."""

import asyncio
import json
from pathlib import Path

import pytest

from handsel.clicks.models import Click, Impression
from handsel.conversions.models import Fact
from handsel.ids import to_uuid
from handsel.intake.services import process_waiting
from handsel.intake.tests.spooling import BROWSER, NOON, ms, ship_everything
from handsel.links.models import Link
from handsel.programs.models import Program
from handsel.tracking.tests.harness import Tracking, change

pytestmark = pytest.mark.django_db

# As a browser sends them from a page of the shop.
FROM_THE_PAGE = {
    "user-agent": BROWSER,
    "origin": "https://acme.example",
    "sec-fetch-site": "cross-site",
    "sec-fetch-mode": "cors",
    "sec-fetch-dest": "empty",
}
PAGE = "https://acme.example/hats"


def arrive(data: Path, link: Link, program: Program, **headers: str) -> str:
    """Arrive with `?ref=`, buy, and have it all shipped; the click's id."""
    feed = change(
        link.number,
        link.slug,
        url=link.url,
        domains=["acme.example"],
        program=str(to_uuid(program.pk)),
        partnership=str(to_uuid(link.partnership_id)),
    )

    async def run() -> str:
        async with Tracking(data, changes=[feed]) as shop:
            shop.now_ms = ms(NOON)
            said = {"program": program.pk, "ref": link.slug, "page": PAGE, "subs": {"s1": "story"}}
            answer = await shop.browser.post(
                "/visit", content=json.dumps(said), headers=FROM_THE_PAGE | headers
            )
            click_id = str(answer.json()["click_id"])
            order = {"order_reference": "1001", "amount_minor": 12_000, "currency": "EUR"}
            beacon = {**order, "kind": "conversion", "program": program.pk, "clicks": [click_id]}
            await shop.browser.post("/e", content=json.dumps(beacon))
            await shop.browser.get(f"/i/{link.slug}.gif", headers={"user-agent": BROWSER})
            return click_id

    click_id = asyncio.run(run())
    ship_everything(data / "spool")
    process_waiting()
    return click_id


def test_a_visit_by_script_is_a_click_that_counts(
    tmp_path: Path, bens_link: Link, program: Program
) -> None:
    click_id = arrive(tmp_path, bens_link, program)

    click = Click.objects.get()
    assert (click.click_id, click.link_id, click.came_by) == (click_id, bens_link.pk, "script")
    assert (click.filtered_reason, click.counts, click.may_attribute) == (None, True, True)
    assert (click.destination, click.subs) == (PAGE, {"s1": "story"})
    assert Fact.objects.get().body["click_ids"] == [click_id]


def test_a_page_that_was_only_loaded_ahead_earns_nothing(
    tmp_path: Path, bens_link: Link, program: Program
) -> None:
    arrive(tmp_path, bens_link, program, **{"sec-purpose": "prefetch;prerender"})

    click = Click.objects.get()
    assert (click.filtered_reason, click.may_attribute) == ("prefetch", False)


def test_an_impression_arrives(tmp_path: Path, bens_link: Link, program: Program) -> None:
    arrive(tmp_path, bens_link, program)

    shown = Impression.objects.get()
    assert (shown.link_id, shown.partnership_id) == (bens_link.pk, bens_link.partnership_id)
