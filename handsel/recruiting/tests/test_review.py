"""Applications in the console: read, judged, answered."""

import re
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils.timezone import localdate

from handsel.activity.models import Activity
from handsel.cast import SignIn, member_of
from handsel.clock import now
from handsel.engine.terms import Terms, digest
from handsel.links.joining import add_partner
from handsel.links.models import Code, Link
from handsel.mail.models import Letter
from handsel.organizations.models import Member
from handsel.partnerships.models import Partnership
from handsel.partnerships.wording import agreement_text
from handsel.programs.models import Program
from handsel.programs.services import create_group
from handsel.recruiting.models import Application
from handsel.recruiting.services import ApplicationAnswered, Asked, apply, approve_application
from handsel.recruiting.tests.conftest import INES

LIST = reverse("console:applications")
PAGE = "console:application"


def text_of(client: Client, address: str) -> str:
    """A page's words, without its tags."""
    response = client.get(address)
    assert response.status_code == 200
    return " ".join(re.sub(r"<[^>]+>", " ", response.content.decode()).split())


def another(program: Program, terms: Terms, email: str, **said: Any) -> Application:
    fields = {**vars(INES), "email": email, "place": "@" + email.partition("@")[0], **said}
    asked = Asked(**fields)
    made = apply(program.pk, asked, terms_digest=digest(terms))
    assert made is not None
    return made


@pytest.fixture
def jon(page: Program, terms: Terms, outbox: None) -> Application:
    """Jon has applied, too: from elsewhere, with less to show for it."""
    return another(page, terms, "jon@coupons.example", name="Jon", kind="coupon", country="PL")


def test_who_waits_is_counted_in_the_navigation(as_ada: Client, ines: Application) -> None:
    said = text_of(as_ada, LIST)

    assert "1 waits for an answer" in said
    assert "Ines Dahl layered.example" in said
    assert "3 of 3" in said
    assert "Applications 1" in text_of(as_ada, reverse("console:partners"))


def test_the_first_due_is_on_top_and_what_is_answered_below(
    as_ada: Client,
    ines: Application,
    jon: Application,
    ada: Member,
    page: Program,
    terms: Terms,
) -> None:
    late = another(page, terms, "liv@late.example", name="Liv")
    Application.objects.filter(pk=late.pk).update(due_on=localdate(now()) - timedelta(days=1))
    approve_application(ines.pk, actor=ada)

    said = text_of(as_ada, LIST)

    assert said.index("Liv") < said.index("Jon") < said.index("Ines Dahl")
    assert "was due" in said


def test_a_list_is_narrowed(as_ada: Client, ines: Application, jon: Application) -> None:
    assert "Jon" not in text_of(as_ada, f"{LIST}?kind=content")
    assert "Ines" not in text_of(as_ada, f"{LIST}?q=coupons")
    assert "No application matches" in text_of(as_ada, f"{LIST}?status=declined")


def test_an_empty_list_leads_to_the_page_applications_come_from(
    as_ada: Client, program: Program
) -> None:
    assert "Write the program page" in text_of(as_ada, LIST)


def test_an_application_says_how_it_fits(as_ada: Client, jon: Application) -> None:
    said = text_of(as_ada, reverse(PAGE, args=[jon.pk]))

    assert "Fits 1 of 3" in said
    assert "Kind: Content and Influencer not met" in said
    assert "Country: Norway and Sweden not met" in said
    assert "Reaches at least 1,000 people a month met" in said


def test_what_is_shared_with_a_partner_is_named(
    as_ada: Client,
    page: Program,
    terms: Terms,
    ada: Member,
    outbox: None,
) -> None:
    add_partner(
        page,
        name="Layered",
        email="me@layered.example",
        site_url="https://www.layered.example",
        actor=ada,
    )
    twin = another(page, terms, "ines@layered.example", place="https://layered.example/blog")
    said = text_of(as_ada, reverse(PAGE, args=[twin.pk]))

    assert "Layered, a partner already, has its e-mail on layered.example." in said
    assert "Layered, a partner already, has this website." in said


def test_a_letter_box_that_everybody_uses_says_nothing(
    as_ada: Client,
    page: Program,
    terms: Terms,
    ada: Member,
    outbox: None,
) -> None:
    add_partner(page, name="Ole", email="ole@gmail.com", actor=ada)
    ines = another(page, terms, "ines@gmail.com")

    assert "a partner already" not in text_of(as_ada, reverse(PAGE, args=[ines.pk]))


def test_applications_from_one_network_are_told(
    as_ada: Client,
    ines: Application,
    page: Program,
    terms: Terms,
) -> None:
    asked = Asked(**{**vars(INES), "email": "ida@other.example"})
    apply(page.pk, asked, terms_digest=digest(terms), asked_from="192.0.2.0")

    said = text_of(as_ada, reverse(PAGE, args=[ines.pk]))
    assert "1 more application came from the same network" in said


def test_approving_makes_a_partner_with_link_code_and_invitation(
    as_ada: Client,
    ines: Application,
    page: Program,
    terms: Terms,
    ada: Member,
) -> None:
    vip = create_group(page, name="Friends", terms=terms, actor=ada)
    body = {"name": "Layered Life", "group": vip.pk, "slug": "layered", "code": "LAYERED"}
    response = as_ada.post(reverse("console:application-approval", args=[ines.pk]), body)

    assert response["Location"] == LIST
    ines.refresh_from_db()
    partnership = Partnership.objects.get(partner__name="Layered Life")
    assert (ines.status, ines.partnership, ines.decided_by) == ("approved", partnership, ada)
    assert (partnership.group, partnership.kind) == (vip, "content")
    assert (partnership.partner.country, partnership.partner.email) == ("NO", ines.email)
    assert Link.objects.get(partnership=partnership).slug == "layered"
    assert Code.objects.get(partnership=partnership).code == "LAYERED"
    signature = partnership.agreements.get().acceptances.get()
    assert (signature.side, signature.text) == ("brand", agreement_text(terms))
    letter = Letter.objects.latest("created_at")
    assert (letter.to, "/invitations/" in letter.text) == (ines.email, True)
    assert Activity.objects.filter(verb="application.approved", subject_id=ines.pk).exists()


def test_the_form_suggests_what_is_free(
    as_ada: Client,
    ines: Application,
    page: Program,
    ada: Member,
) -> None:
    add_partner(page, name="Ines Dahl", actor=ada)
    said = as_ada.get(reverse(PAGE, args=[ines.pk])).content.decode()
    slug, code = re.findall(r'name="(?:slug|code)" value="([^"]+)"', said)

    assert re.fullmatch(r"ines-dahl-[0-9a-f]{4}", slug)
    assert code == "INESDAHL1"


def test_a_code_that_is_taken_keeps_the_applicant_waiting(
    as_ada: Client,
    ines: Application,
    page: Program,
    ada: Member,
) -> None:
    add_partner(page, name="Ben", code="INES", actor=ada)
    group = page.groups.get().pk
    body = {"name": "Ines", "group": group, "slug": "ines", "code": "INES"}
    response = as_ada.post(reverse("console:application-approval", args=[ines.pk]), body)

    assert response.status_code == 422
    assert "INES is taken" in response.content.decode()
    assert Application.objects.get().is_waiting
    assert not Partnership.objects.filter(partner__name="Ines").exists()


def test_approving_twice_makes_one_partner(ines: Application, ada: Member) -> None:
    approve_application(ines.pk, actor=ada)
    approve_application(ines.pk, actor=ada)

    assert Partnership.objects.filter(partner__name="Ines Dahl").count() == 1


def test_declining_writes_the_reason_to_the_applicant(
    as_ada: Client,
    ines: Application,
    jon: Application,
    ada: Member,
) -> None:
    body = {"because": "content", "words": "Wool only, for now.", "reapply_on": "2027-02-01"}
    response = as_ada.post(reverse("console:application-refusal", args=[ines.pk]), body)

    assert response["Location"] == reverse(PAGE, args=[jon.pk])
    letter = Letter.objects.latest("created_at")
    assert letter.to == ines.email
    assert "do not suit each other" in letter.text
    assert "Wool only, for now." in letter.text
    assert "from 1 Feb 2027" in letter.text
    with pytest.raises(ApplicationAnswered):
        approve_application(ines.pk, actor=ada)


def test_a_reason_of_ones_own_needs_words(as_ada: Client, ines: Application) -> None:
    body = {"because": "other", "words": " "}
    response = as_ada.post(reverse("console:application-refusal", args=[ines.pk]), body)

    assert response.status_code == 422
    assert "needs words of your own" in response.content.decode()
    assert Application.objects.get().is_waiting


def test_several_are_approved_at_once(
    as_ada: Client,
    ines: Application,
    jon: Application,
    page: Program,
) -> None:
    body = {"pk": [ines.pk, jon.pk], "group": page.groups.get().pk}
    as_ada.post(reverse("console:application-approvals"), body)

    assert {row.status for row in Application.objects.all()} == {"approved"}
    assert set(Partnership.objects.values_list("partner__name", flat=True)) >= {"Ines Dahl", "Jon"}


def test_several_are_declined_at_once(
    as_ada: Client,
    ines: Application,
    jon: Application,
) -> None:
    as_ada.post(reverse("console:application-refusals"), {"pk": [jon.pk], "because": "kind"})

    assert Application.objects.get(pk=jon.pk).status == "declined"
    assert Application.objects.get(pk=ines.pk).is_waiting


def test_nothing_chosen_is_said(as_ada: Client, ines: Application, page: Program) -> None:
    body = {"group": page.groups.get().pk}
    response = as_ada.post(reverse("console:application-approvals"), body)

    assert response.status_code == 422
    assert "Choose at least one" in response.content.decode()


def test_a_rival_answers_nobody_elses_applicants(
    ines: Application,
    mallory: Member,
    signed_in: SignIn,
) -> None:
    client = signed_in(Client(), mallory)

    assert client.get(reverse(PAGE, args=[ines.pk])).status_code == 404
    group = mallory.organization.programs.get().groups.get().pk
    client.post(reverse("console:application-approvals"), {"pk": [ines.pk], "group": group})
    client.post(reverse("console:application-refusal", args=[ines.pk]), {"because": "full"})
    assert Application.objects.get().is_waiting


def test_who_only_reads_answers_nobody(
    ines: Application,
    ada: Member,
    signed_in: SignIn,
) -> None:
    client = signed_in(Client(), member_of(ada.organization, "Vic", Member.Role.VIEWER))

    assert "Approve" not in text_of(client, reverse(PAGE, args=[ines.pk]))
    body = {"because": "full"}
    refused = client.post(reverse("console:application-refusal", args=[ines.pk]), body)
    assert refused.status_code == 403
