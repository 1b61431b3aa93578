"""The pages of postbacks in a real Chromium, on a phone and wide, light and dark."""

from collections.abc import Iterator
from datetime import timedelta

import pytest
from django.test import Client
from django.utils.timezone import now

from handsel.cast import SignIn
from handsel.commissions.models import Commission
from handsel.organizations.models import Member
from handsel.partnerships.models import Partnership
from handsel.portal.tests.test_in_browser import answer, faults_of
from handsel.postbacks.models import Delivery, Postback
from handsel.postbacks.services import add_postback, replace_secret, send_sample, switch_off
from handsel.ui.tests.site import serving

pytestmark = pytest.mark.browser

LIST = "/portal/links/postbacks/"
URL = "https://tracker.example/in?click={sub1}&payout={commission}&currency={currency}&at={at}"
CALLED = "https://tracker.example/in?click=autumn&payout=12.50&currency=EUR&at=2026-11-20"


@pytest.fixture
def told(bens: Partnership, ben: Member) -> Postback:
    """Before anything is earned, so that it hears of everything."""
    return add_postback(bens, url=URL, actor=ben)


@pytest.fixture
def pages(
    as_ben: Client,
    told: Postback,
    waiting: Commission,
    approved: Commission,
    bens: Partnership,
    ben: Member,
    ada: Member,
    signed_in: SignIn,
) -> dict[str, str]:
    """With a log that has every state, a postback that failed, one that is off, and none."""
    at = now()
    states = [
        {"delivered_at": at, "answer_status": 200, "answer": "OK", "tried_at": at},
        {"given_up_at": at, "problem": "timeout", "tried_at": at},
        {"problem": "refused", "answer_status": 500, "answer": "<h1>Oh</h1>", "tried_at": at},
    ]
    for row, said in zip(Delivery.objects.order_by("number"), states, strict=False):
        row_url = {"tried_url": CALLED, "due_at": at + timedelta(minutes=30)}
        Delivery.objects.filter(pk=row.pk).update(**row_url, **said)
    send_sample(told.pk, actor=ben)
    Postback.objects.update(failing_since=at - timedelta(hours=7))
    off = add_postback(bens, url="https://a-rather-long-name.trackers.example/p", actor=ben)
    switch_off(off.pk, actor=ben)
    replace_secret(told.pk, actor=ben)
    wrong = {"partnership": bens.pk, "url": "https://t.example/{order}", "method": "GET"}
    asked = {
        LIST: as_ben.get(LIST),
        f"{LIST}one/": as_ben.get(f"{LIST}{told.pk}/"),
        f"{LIST}off/": as_ben.get(f"{LIST}{off.pk}/"),
        f"{LIST}secret/": as_ben.post(f"{LIST}{told.pk}/secret/"),
        f"{LIST}wrong/": as_ben.post(f"{LIST}new/", {**wrong, "events": ["approved"]}),
    }
    Postback.objects.update(removed_at=at)
    asked[f"{LIST}empty/"] = as_ben.get(LIST)
    Postback.objects.update(removed_at=None)
    console = f"/console/partners/{bens.pk}/links/"
    asked[console] = signed_in(as_ben, ada).get(console)
    return {path: response.content.decode() for path, response in asked.items()}


@pytest.fixture
def site(pages: dict[str, str]) -> Iterator[tuple[str, list[str]]]:
    with serving({path: answer(html) for path, html in pages.items()}) as address:
        yield address, list(pages)


def test_pages_of_postbacks_fit_and_are_accessible(site: tuple[str, list[str]]) -> None:
    assert faults_of(*site) == []
