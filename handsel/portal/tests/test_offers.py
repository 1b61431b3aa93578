"""A partner's offers and versions: read, compared, signed, declined, kept as files."""

import hashlib
import io
from datetime import timedelta

import pytest
from pypdf import PdfReader

from handsel.cast import member_of
from handsel.clock import now
from handsel.engine.terms import Percent
from handsel.partnerships.ending import give_notice
from handsel.partnerships.models import Offer
from handsel.partnerships.offering import make_offer, withdraw_offer
from handsel.partnerships.versions import Signature


@pytest.fixture
def less(terms):
    return terms.model_copy(update={"pay": (Percent(rate_ppm=80_000),)})


@pytest.fixture
def offer(bens, ada, less):
    signed = Signature(ada, "The text")
    return make_offer(bens.pk, less, brand=signed, message="Freight is dear.", if_unanswered="end")


@pytest.fixture
def address(offer):
    return f"/portal/agreements/offers/{offer.pk}/"


def shown_on(client, address):
    page = client.get(address)
    return {
        "terms_digest": page.context["offer"].terms_digest,
        "text_sha256": page.context["text_sha256"],
    }


def test_what_changes_comes_first_then_the_text_then_the_signature(as_ben, address):
    page = as_ben.get(address).content.decode()

    places = [page.index(f'id="{part}"') for part in ("changes", "text", "answer")]
    assert places == sorted(places)
    assert "The rate is now 8%, was 10%." in page
    assert "Freight is dear." in page
    assert "and the partnership ends then" in page


def test_signing_makes_the_next_version(as_ben, bens, address, ben):
    response = as_ben.post(f"{address}acceptance/", shown_on(as_ben, address))

    version = bens.agreements.get(version=2)
    assert response["Location"] == f"/portal/agreements/{version.pk}/"
    assert version.acceptances.get(side="partner").member == ben
    assert "8%" in version.acceptances.get(side="partner").text
    history = as_ben.get(response["Location"]).content.decode()
    assert "How your terms have changed" in history
    assert "Agreed, to come" in history


@pytest.mark.parametrize("changed", ["terms_digest", "text_sha256"])
def test_what_was_not_read_is_not_signed(as_ben, bens, address, changed):
    shown = {**shown_on(as_ben, address), changed: "0" * 64}

    assert as_ben.post(f"{address}acceptance/", shown).status_code == 409
    assert bens.agreements.count() == 1


def test_declining_says_why_and_what_follows(as_ben, bens, offer, address):
    as_ben.post(f"{address}refusal/", {"reason": "Too little."})

    offer.refresh_from_db()
    assert (offer.status, offer.reason) == ("declined", "Too little.")
    page = as_ben.get(f"/portal/agreements/{bens.agreements.get().pk}/").content.decode()
    assert "This partnership ends" in page
    assert "The offer of new terms was not accepted." in page


def test_a_viewer_reads_and_does_not_answer(client, signed_in, bens, address):
    viewer = signed_in(client, member_of(bens.partner, "Bo", "viewer"))

    assert "An owner or manager of your organization signs." in viewer.get(address).content.decode()
    assert viewer.post(f"{address}acceptance/").status_code == 403
    assert viewer.post(f"{address}refusal/").status_code == 403
    assert Offer.objects.get().is_open


def test_an_offer_that_was_taken_back_says_so(as_ben, ada, offer, address):
    withdraw_offer(offer.pk, actor=ada, reason="A mistake of ours.")

    page = as_ben.get(address).content.decode()
    assert "A mistake of ours." in page
    assert "acceptance/" not in page


def test_offers_and_ends_wait_on_the_first_page(as_ben, bens, ada, offer, address):
    assert address in as_ben.get("/portal/").content.decode()

    withdraw_offer(offer.pk, actor=ada)
    give_notice(bens.pk, reason="We close.", actor=ada)
    page = as_ben.get("/portal/").content.decode()
    assert address not in page
    assert "Your partnership with Acme Friends ends" in page


def test_a_partner_may_leave_with_notice_and_stay_after_all(as_ben, bens):
    page = f"/portal/agreements/{bens.agreements.get().pk}/"
    assert "30 days of notice" in as_ben.get(f"{page}ending/").content.decode()
    assert as_ben.post(f"{page}ending/", {"reason": ""}).status_code == 422
    as_ben.post(f"{page}ending/", {"reason": "I stop blogging."})
    bens.refresh_from_db()
    assert bens.on_notice
    assert "“I stop blogging.”" in as_ben.get(page).content.decode()

    as_ben.post(f"{page}ending/withdrawal/")
    bens.refresh_from_db()
    assert bens.ended_at is None


def test_an_agreement_that_runs_out_is_said_on_both_homes(
    as_ben, client, signed_in, bens, ada, terms
):
    more = terms.model_copy(update={"pay": (Percent(rate_ppm=120_000),)})
    signed = Signature(ada, "x")
    make_offer(bens.pk, more, brand=signed, valid_until=now() + timedelta(days=20))

    assert "runs out" in as_ben.get("/portal/").content.decode()
    assert "Agreements that run out" in signed_in(client, ada).get("/console/").content.decode()


def test_the_paper_and_the_data_are_those_of_the_version(as_ben, bens):
    version = bens.agreements.get()
    page = f"/portal/agreements/{version.pk}/"

    paper = as_ben.get(f"{page}agreement.pdf")
    assert paper["Content-Type"] == "application/pdf"
    assert "Acme Friends" in PdfReader(io.BytesIO(paper.content)).pages[0].extract_text()
    data = as_ben.get(f"{page}terms.json").content
    assert hashlib.sha256(data).hexdigest() == version.terms_digest
