"""The brand's side of agreements: offers to one and to all, ends, files."""

import io
from datetime import timedelta

import pytest
from pypdf import PdfReader

from handsel.cast import member_of
from handsel.clock import now
from handsel.engine.terms import Percent, canonical, digest
from handsel.partnerships.models import Ending, Offer, OfferRound, ProgramEnding
from handsel.partnerships.moving import move_on
from handsel.partnerships.queries import terms_of
from handsel.programs.queries import first_group
from handsel.programs.services import change_group_terms


@pytest.fixture
def as_ada(client, ada, signed_in):
    return signed_in(client, ada)


@pytest.fixture
def figures():
    """Eight per cent, and all else as it is."""
    return {
        "rate": "8",
        "bonus": "",
        "window_days": "30",
        "hold_days": "14",
        "if_unanswered": "keep",
    }


def test_a_look_shows_the_difference_and_sends_nothing(as_ada, bens, figures):
    page = as_ada.post(f"/console/partners/{bens.pk}/offer/", {**figures, "step": "look"})

    text = page.content.decode()
    assert "The rate is now 8%, was 10%." in text
    assert "it needs their signature" in text
    assert not Offer.objects.exists()


def test_signing_sends_it_and_it_can_be_withdrawn(as_ada, bens, figures):
    as_ada.post(f"/console/partners/{bens.pk}/offer/", {**figures, "step": "send", "message": "Hi"})
    offer = Offer.objects.get()
    page = as_ada.get(f"/console/partners/{bens.pk}/agreement/").content.decode()
    assert "On offer" in page

    as_ada.post(f"/console/offers/{offer.pk}/withdrawal/")
    offer.refresh_from_db()
    assert (offer.status, offer.message) == ("withdrawn", "Hi")


def test_figures_change_what_they_name_and_keep_the_rest(as_ada, bens, figures, tailed_terms):
    bens.agreements.update(
        terms=tailed_terms.model_dump(mode="json"), terms_digest=digest(tailed_terms)
    )
    as_ada.post(f"/console/partners/{bens.pk}/offer/", {**figures, "bonus": "3", "step": "send"})

    offered = terms_of(Offer.objects.get())
    assert [rule.kind for rule in offered.pay] == ["percent", "fixed"]
    assert offered.ending == tailed_terms.ending


@pytest.fixture
def tailed_terms(terms):
    ending = terms.ending.model_copy(update={"notice_days": 20, "tail_days": 10})
    return terms.model_copy(update={"ending": ending})


def test_terms_as_data_say_what_figures_cannot(as_ada, bens, figures, tailed_terms):
    data = {**figures, "as_data": canonical(tailed_terms).decode(), "step": "send"}
    as_ada.post(f"/console/partners/{bens.pk}/offer/", data)

    assert terms_of(Offer.objects.get()) == tailed_terms


@pytest.mark.parametrize(
    ("said", "field"),
    [
        ({"as_data": "{"}, "as_data"),
        ({"as_data": '{"currency": "USD", "pay": [{"rate_ppm": 5}]}'}, None),
        ({"rate": "10"}, None),
        ({"valid_from": "2020-01-01"}, "valid_from"),
    ],
)
def test_what_makes_no_sense_is_said_and_not_sent(as_ada, bens, figures, said, field):
    page = as_ada.post(f"/console/partners/{bens.pk}/offer/", {**figures, **said, "step": "send"})

    assert page.status_code == 422
    assert page.context["form"].errors
    assert field is None or field in page.context["form"].errors
    assert not Offer.objects.exists()


def test_a_group_is_offered_its_new_terms_after_a_look_at_who_is_affected(
    as_ada, bens, ada, program, terms
):
    group = first_group(program)
    less = terms.model_copy(update={"pay": (Percent(rate_ppm=70_000),)})
    change_group_terms(group.pk, less, actor=ada, reason="Margins fell.")
    page = as_ada.get(f"/console/terms/{group.pk}/offers/").content.decode()
    assert "The rate is now 7%, was 10%." in page
    assert "Ben's Blog" in page or "Ben&#x27;s Blog" in page

    response = as_ada.post(
        f"/console/terms/{group.pk}/offers/",
        {"message": "Margins fell.", "better_at_once": "on", "if_unanswered": "keep"},
    )
    begun = OfferRound.objects.get()
    assert response["Location"] == f"/console/terms/offers/{begun.pk}/"
    assert "Sending" in as_ada.get(response["Location"]).content.decode()
    move_on()
    assert "Sending" not in as_ada.get(response["Location"]).content.decode()
    assert Offer.objects.get().message == "Margins fell."
    versions = as_ada.get(f"/console/terms/{group.pk}/").content.decode()
    assert "“Margins fell.”" in versions


def test_what_an_end_means_is_said_before_it_is_decided(as_ada, bens):
    page = as_ada.get(f"/console/partners/{bens.pk}/ending/").content.decode()

    for words in ("30 days of notice", "BEN10", "the last payout", "1 link leads on."):
        assert words in page
    assert not Ending.objects.exists()


def test_notice_is_given_and_taken_back(as_ada, bens):
    address = f"/console/partners/{bens.pk}/ending/"
    as_ada.post(address, {"how": "notice", "reason": "We close."})
    bens.refresh_from_db()
    assert bens.on_notice
    assert "On notice" in as_ada.get(f"/console/partners/{bens.pk}/").content.decode()

    as_ada.post(f"{address}withdrawal/")
    bens.refresh_from_db()
    assert bens.ended_at is None


def test_days_are_read_with_their_last_second(as_ada, bens, figures):
    def day(days):
        return (now() + timedelta(days=days)).date()

    said = {"valid_from": day(60), "expires_on": day(50), "valid_until": day(90), "step": "send"}
    as_ada.post(f"/console/partners/{bens.pk}/offer/", {**figures, **said})

    offer = Offer.objects.get()
    assert offer.valid_from
    assert offer.expires_at
    assert offer.valid_until
    assert [offer.valid_from.date(), offer.expires_at.date()] == [day(60), day(50)]
    assert offer.valid_until.date() == day(90)
    assert offer.expires_at.time().isoformat() == "23:59:59"


@pytest.mark.parametrize(
    ("said", "field"),
    [({"reason": ""}, "reason"), ({"reason": "Now.", "ends_on": "2020-01-01"}, None)],
)
def test_an_end_without_reason_or_notice_is_refused(as_ada, bens, said, field):
    page = as_ada.post(f"/console/partners/{bens.pk}/ending/", {"how": "notice", **said})

    assert page.status_code == 422
    assert field is None or field in page.context["form"].errors
    assert not Ending.objects.exists()


def test_it_ends_at_once_where_it_was_broken(as_ada, bens):
    as_ada.post(f"/console/partners/{bens.pk}/ending/", {"how": "at_once", "reason": "Fraud."})

    bens.refresh_from_db()
    assert bens.status == "ended"


def test_a_program_rests_and_goes_on(as_ada, program):
    address = "/console/settings/state/change/"
    as_ada.post(address, {"to": "paused", "reason": "Sold out."})
    assert "Sold out." in as_ada.get("/console/settings/state/").content.decode()
    as_ada.post(address, {"to": "active"})

    program.refresh_from_db()
    assert program.status == "active"


def test_a_program_is_ended_by_its_owner_for_everybody(client, signed_in, acme, ada, bens, program):
    address = "/console/settings/state/ending/"
    manager = signed_in(client, member_of(acme, "Mia", "manager"))
    assert manager.post(address, {"reason": "Closing."}).status_code == 403

    owner = signed_in(client, ada)
    early = (now() + timedelta(days=3)).date().isoformat()
    assert owner.post(address, {"reason": "Closing.", "ends_on": early}).status_code == 422
    owner.post(address, {"reason": "Closing."})
    assert "0 of 1 partners told" in owner.get("/console/settings/state/").content.decode()
    move_on()
    assert ProgramEnding.objects.get().done_total == 1
    owner.post("/console/settings/state/change/", {"to": "kept"})
    bens.refresh_from_db()
    assert bens.ended_at is None


def test_the_brand_keeps_the_paper_too(as_ada, bens):
    version = bens.agreements.get()
    paper = as_ada.get(f"/console/agreements/{version.pk}/agreement.pdf")

    assert "Version 1" in PdfReader(io.BytesIO(paper.content)).pages[0].extract_text()
    assert as_ada.get(f"/console/agreements/{version.pk}/terms.json").status_code == 200
