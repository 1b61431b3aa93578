"""A click that may earn no credit: through the spool, intake and evaluation, to both receipts."""

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse

from handsel.clicks.models import Watermark
from handsel.clicks.tests.visits import click_through
from handsel.clock import now
from handsel.commissions.models import Commission
from handsel.commissions.proof import proof_file
from handsel.commissions.services import evaluate_due, reconsider_arrived
from handsel.commissions.tests.conftest import click_on
from handsel.conversions.models import Conversion, Touch
from handsel.conversions.tests.shop import NOON
from handsel.engine.proof import check
from handsel.intake.tests import spooling
from handsel.ledger.queries import balance_minor
from handsel.programs.services import change_click_filter

GOOGLEBOT = "Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)"
UNSEEN = {"mode": "no-cors", "dest": "image"}
NOBODYS = {"filtered_reason": "bot", "counts": False, "may_attribute": False}
AHEAD = {"mode": "navigate", "dest": "document", "purpose": "prefetch;prerender"}


def arrive(tmp_path, link, *, at=spooling.NOON, **said):
    """A click that tracking wrote and intake shipped; its id."""
    click_id = click_on(link, at)
    spooling.write(tmp_path / "spool", [spooling.click(link, at, id=click_id, **said)])
    spooling.ship_everything(tmp_path / "spool")
    return click_id


def order(shop, *click_ids, **said):
    conversion = shop.order(at=spooling.NOON + timedelta(hours=1), click_ids=[*click_ids], **said)
    evaluate_due()
    conversion.refresh_from_db()
    return conversion


@pytest.mark.parametrize(
    ("said", "verdict"),
    [
        ({"ua": GOOGLEBOT}, "filtered_bot"),
        ({"ua": "WhatsApp/2.24 N"}, "credited"),
        ({"fetch": UNSEEN}, "filtered_hidden_load"),
        ({"fetch": AHEAD}, "filtered_prefetch"),
        ({}, "credited"),
        ({"fetch": {}}, "credited"),
    ],
)
def test_nobodys_click_earns_no_credit_at_the_usual_level(tmp_path, shop, bens, said, verdict):
    conversion = order(shop, arrive(tmp_path, bens.links.get(), **said))

    assert Touch.objects.get().verdict == verdict
    assert conversion.reason == ("" if verdict == "credited" else verdict)
    assert balance_minor(f"pending:{bens.pk}") == (1_000 if verdict == "credited" else 0)


def test_a_strict_program_gives_no_credit_for_a_preview_and_a_relaxed_one_none_for_a_bot(
    tmp_path, shop, program, ada, bens
):
    link = bens.links.get()
    change_click_filter(program.pk, click_filter="strict", repeat_window_s=10, actor=ada)
    assert order(shop, arrive(tmp_path, link, ua="WhatsApp/2.24 N")).reason == "filtered_preview"

    change_click_filter(program.pk, click_filter="relaxed", repeat_window_s=10, actor=ada)
    bots = arrive(tmp_path, link, ua=GOOGLEBOT, at=spooling.NOON + timedelta(minutes=5))
    assert order(shop, bots, reference="L-2").reason == "filtered_bot"


def test_the_second_of_two_hasty_clicks_earns_credit_where_the_filter_is_strict(
    tmp_path, shop, program, ada, bens
):
    change_click_filter(program.pk, click_filter="strict", repeat_window_s=10, actor=ada)
    link = bens.links.get()
    arrive(tmp_path, link)
    second = arrive(tmp_path, link, at=spooling.NOON + timedelta(seconds=1))

    assert order(shop, second).status == "credited"


def test_the_last_click_of_a_person_is_credited_though_a_bot_came_after(
    tmp_path, shop, bens, cleos
):
    persons = arrive(tmp_path, bens.links.get())
    bots = arrive(
        tmp_path, cleos.links.get(), ua=GOOGLEBOT, at=spooling.NOON + timedelta(minutes=9)
    )

    order(shop, persons, bots)

    assert balance_minor(f"pending:{bens.pk}") == 1_000
    assert Touch.objects.get(partnership=cleos).verdict == "filtered_bot"
    assert check(proof_file(Commission.objects.get())).ok


def test_both_sides_read_why_a_click_was_not_credited(
    tmp_path, shop, bens, cleos, ada, ben, signed_in
):
    bots = arrive(tmp_path, bens.links.get(), ua=GOOGLEBOT)
    persons = arrive(tmp_path, cleos.links.get(), at=spooling.NOON + timedelta(minutes=9))
    order(shop, bots, persons)
    receipt = reverse("console:commission", args=[Commission.objects.get().pk])
    refused = reverse("portal:not-credited-receipt", args=[Touch.objects.get(partnership=bens).pk])

    for member, address in ((ada, receipt), (ben, refused)):
        page = signed_in(Client(), member).get(address).content.decode()
        assert "the click came from a program that reads pages by itself" in page


def test_credit_given_before_the_click_arrived_is_taken_back_when_it_was_nobodys(shop, bens):
    clicked_at = (now() - timedelta(hours=1)).replace(microsecond=0)
    Watermark.objects.create(host="a", passed_at=now() - timedelta(minutes=9), seen_at=now())
    link = bens.links.get()
    click_id = click_on(link, clicked_at)
    shop.order(at=now(), click_ids=[click_id])
    Conversion.objects.update(due_at=now() - timedelta(seconds=61))
    evaluate_due()
    assert Commission.objects.get().provisional
    assert balance_minor(f"pending:{bens.pk}") == 1_000

    click_through(link, clicked_at, click_id=click_id, **NOBODYS)
    Watermark.objects.update(passed_at=now(), seen_at=now())
    evaluate_due()

    commission = Commission.objects.get()
    assert (commission.status, commission.amount_minor) == ("reversed", 0)
    assert Conversion.objects.get().reason == "filtered_bot"
    assert balance_minor(f"pending:{bens.pk}") == 0


@pytest.mark.parametrize("may_attribute", [True, False])
def test_a_click_that_arrives_after_all_was_concluded_is_looked_at_again(shop, bens, may_attribute):
    clicked_at = NOON - timedelta(days=2)
    link = bens.links.get()
    click_id = click_on(link, clicked_at)
    shop.order(click_ids=[click_id])
    evaluate_due()
    assert Conversion.objects.get().status == "credited"
    assert reconsider_arrived() == 0

    said = {**NOBODYS, "may_attribute": may_attribute}
    click_through(link, clicked_at, click_id=click_id, **said)

    assert reconsider_arrived() == 1
    evaluate_due()
    assert Commission.objects.get().amount_minor == (1_000 if may_attribute else 0)
    assert reconsider_arrived() == 0
