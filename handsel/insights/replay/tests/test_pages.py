"""What the brand and the partner read of a replay."""

from django.urls import reverse

from handsel.cast import TERMS
from handsel.drafts.services import begin_draft
from handsel.engine.terms import Percent
from handsel.partnerships.offering import make_offer
from handsel.partnerships.versions import Signature

DOUBLE = TERMS.model_copy(update={"pay": (Percent(rate_ppm=200_000),)})


def test_a_draft_says_what_it_would_have_changed(client, signed_in, ada, program, bens, year):
    draft = begin_draft(program, DOUBLE, actor=ada, partnership=bens)
    page = signed_in(client, ada).get(reverse("console:terms-draft-replay", args=[draft.pk]))

    assert page.status_code == 200
    assert "It would have cost" in page.content.decode()
    assert "Ben&#x27;s Blog" in page.content.decode()


def test_another_brand_finds_no_such_replay(client, signed_in, ada, mallory, program):
    draft = begin_draft(program, DOUBLE, actor=ada)
    page = signed_in(client, mallory).get(reverse("console:terms-draft-replay", args=[draft.pk]))

    assert page.status_code == 404


def test_a_partner_reads_what_an_offer_would_have_earned(
    client,
    signed_in,
    ada,
    ben,
    bens,
    program,
    year,
):
    offer = make_offer(bens.pk, DOUBLE, brand=Signature(ada, "The text."))
    page = signed_in(client, ben).get(reverse("portal:offer-replay", args=[offer.pk]))

    assert "You would have earned" in page.content.decode()
    assert "Cleo" not in page.content.decode()


def test_many_orders_are_gathered_behind_the_pages(
    client,
    signed_in,
    ada,
    program,
    bens,
    year,
    monkeypatch,
):
    from procrastinate.contrib.django.models import ProcrastinateJob

    monkeypatch.setattr("handsel.insights.replay.extract.ORDERS_AT_ONCE", 2)
    draft = begin_draft(program, DOUBLE, actor=ada)
    address = reverse("console:terms-draft-replay", args=[draft.pk])
    for _ in range(2):
        page = signed_in(client, ada).get(address)

    assert "being gathered" in page.content.decode()
    assert ProcrastinateJob.objects.filter(task_name="insights.extract-history").count() == 1
