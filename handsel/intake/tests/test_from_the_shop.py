"""From a visitor's click and the shop's page to a conversion, through the real tracking app."""

import asyncio
import json
from datetime import datetime, timedelta
from pathlib import Path
from urllib.parse import urlencode

import pytest
from django.utils.timezone import now

from handsel.clicks.models import Click
from handsel.conversions.models import Conversion, Fact
from handsel.ids import to_uuid
from handsel.intake.models import InboxEvent
from handsel.intake.services import process_waiting
from handsel.intake.signatures import sign
from handsel.intake.tests.spooling import BROWSER, ship_everything
from handsel.links.models import Link
from handsel.programs.models import Program
from handsel.tracking.tests.harness import Tracking, change, click_id_of

pytestmark = pytest.mark.django_db

VISIT = {"user-agent": BROWSER, "sec-fetch-dest": "document", "sec-fetch-mode": "navigate"}


def visit_and_order(data: Path, link: Link, program: Program, at: datetime) -> str:
    """Click a link, then tell of an order by script, pixel and postback; the click's id."""
    order = {"order_reference": "1001", "amount_minor": 12_000, "currency": "EUR"}
    # The feed names ids as PostgreSQL does.
    feed = change(
        link.number,
        link.slug,
        url=link.url,
        program=str(to_uuid(program.pk)),
        partnership=str(to_uuid(link.partnership_id)),
    )

    async def run() -> str:
        async with Tracking(data, changes=[feed]) as shop:
            shop.now_ms = int(at.timestamp() * 1000)
            answer = await shop.browser.get(f"/{link.slug}?s1=banner", headers=VISIT)
            click_id = click_id_of(answer.headers["location"]) or ""
            beacon = {**order, "kind": "conversion", "program": program.pk, "clicks": [click_id]}
            extras = {"event_id": "u-1", "consent": True, "page": "https://acme.example/thanks"}
            told = await shop.browser.post("/e", content=json.dumps(beacon | extras))
            pixel = urlencode({**order, "program": program.pk, "kind": "conversion"})
            shown = await shop.browser.get(f"/pixel.gif?{pixel}")
            raw = urlencode(order)
            signature = sign(program.postback_secret, raw.encode(), at)
            proven = await shop.browser.get(
                f"/postback/{program.pk}?{raw}", headers={"Handsel-Signature": signature}
            )
            assert [told.status_code, shown.status_code, proven.status_code] == [202, 200, 202]
            return click_id

    return asyncio.run(run())


def test_what_tracking_writes_is_what_intake_reads(
    tmp_path: Path, bens_link: Link, program: Program
) -> None:
    at = (now() - timedelta(hours=1)).replace(microsecond=0)
    click_id = visit_and_order(tmp_path, bens_link, program, at)
    ship_everything(tmp_path / "spool")
    process_waiting()

    click = Click.objects.get()
    assert (click.click_id, click.clicked_at, click.subs) == (click_id, at, {"s1": "banner"})
    assert (click.device, click.filtered_reason) == ("computer", None)
    assert list(InboxEvent.objects.exclude(status="processed").values("reason")) == []
    conversion = Conversion.objects.get()
    assert (conversion.trust, conversion.amount_minor) == ("postback", 12_000)
    assert Fact.objects.get(source="script").body["click_ids"] == [click_id]
