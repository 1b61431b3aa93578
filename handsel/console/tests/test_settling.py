"""Adjusting by hand, saying who brought a partner, reviewing tasks and following perks up."""

import pytest
from django.test import Client
from django.urls import reverse

from handsel.cast import SignIn, member_of
from handsel.commissions.models import Brought, Commission, PromisedPerk, Submission
from handsel.links.joining import add_partner
from handsel.organizations.models import Member
from handsel.partnerships.models import Partnership

pytestmark = pytest.mark.django_db

POST = "https://blog.example/wool"


@pytest.fixture
def as_ada(client: Client, ada: Member, signed_in: SignIn) -> Client:
    return signed_in(client, ada)


@pytest.fixture
def submission(bens: Partnership) -> Submission:
    return Submission.objects.create(
        brand_id=bens.brand_id,
        partner_id=bens.partner_id,
        program=bens.program,
        partnership=bens,
        agreement=bens.agreements.get(),
        place=0,
        kind="task",
        name="A post about wool",
        url=POST,
    )


@pytest.fixture
def perk(bens: Partnership) -> PromisedPerk:
    return PromisedPerk.objects.create(
        brand_id=bens.brand_id,
        partner_id=bens.partner_id,
        program=bens.program,
        partnership=bens,
        agreement=bens.agreements.get(),
        name="A box of wool",
        due_at=bens.created_at,
    )


def adjusting(partnership: Partnership) -> str:
    return reverse("console:partner-adjustment", args=[partnership.pk])


def test_an_adjustment_is_made_once_and_told_on_its_receipt(
    as_ada: Client, bens: Partnership
) -> None:
    said = {"amount": "12.50", "reason": "The summer fair.", "once": "a1"}
    for _ in range(2):
        answer = as_ada.post(adjusting(bens), said, follow=True)

    made = Commission.objects.get()
    assert (made.kind, made.amount_minor) == ("manual", 1_250)
    assert "The summer fair." in answer.content.decode()
    assert answer.redirect_chain[-1][0] == reverse("console:commission", args=[made.pk])


@pytest.mark.parametrize(
    ("said", "complaint"),
    [
        ({"amount": "", "reason": "Why not."}, "This field is required."),
        ({"amount": "0", "reason": "Why not."}, "An adjustment needs an amount."),
        ({"amount": "1.234", "reason": "Why not."}, "EUR has 2 decimals."),
        ({"amount": "5", "reason": " "}, "This field is required."),
    ],
)
def test_a_refused_adjustment_says_why_and_keeps_what_was_written(
    as_ada: Client, bens: Partnership, said: dict[str, str], complaint: str
) -> None:
    answer = as_ada.post(adjusting(bens), said)

    assert answer.status_code == 422
    assert complaint in answer.content.decode()
    assert not Commission.objects.exists()


def test_viewers_adjust_nothing(
    client: Client, bens: Partnership, ada: Member, signed_in: SignIn
) -> None:
    vic = member_of(ada.organization, "Vic", Member.Role.VIEWER)

    answer = signed_in(client, vic).post(adjusting(bens), {"amount": "5", "reason": "Mine."})

    assert answer.status_code == 403
    assert not Commission.objects.exists()


def test_who_brought_a_partner_is_said_and_shown(
    as_ada: Client, bens: Partnership, ada: Member
) -> None:
    cleos = add_partner(bens.program, name="Cleo's Coupons", slug="cleo", code="CLEO5", actor=ada)
    address = reverse("console:partner-brought", args=[bens.pk])

    answer = as_ada.post(address, {"bringer": cleos.pk, "reason": "She told us."}, follow=True)

    assert Brought.objects.get(other=bens).partnership == cleos
    assert "She told us." in answer.content.decode()
    refused = as_ada.post(address, {"bringer": bens.pk, "reason": "Myself."})
    assert refused.status_code == 422


def test_a_task_is_reviewed_from_the_list(as_ada: Client, submission: Submission) -> None:
    page = as_ada.get(reverse("console:promises")).content.decode()
    assert "A post about wool" in page
    assert POST in page

    declined = as_ada.post(
        reverse("console:submission-refusal", args=[submission.pk]), {"reason": "It is gone."}
    )
    assert declined.status_code == 302
    reviewed = as_ada.get(reverse("console:promises") + "?state=reviewed").content.decode()
    assert "It is gone." in reviewed
    assert "Nothing waits for you" in as_ada.get(reverse("console:promises")).content.decode()


def test_a_perk_is_followed_up_from_the_list(as_ada: Client, perk: PromisedPerk) -> None:
    page = as_ada.get(reverse("console:promises") + "?state=perks").content.decode()
    assert "A box of wool" in page

    as_ada.post(reverse("console:perk", args=[perk.pk]), {"to": "delivered", "note": "By hand."})

    perk.refresh_from_db()
    assert (perk.status, perk.note) == ("delivered", "By hand.")


def test_the_partner_sees_its_perks_and_what_became_of_its_proof(
    client: Client, ben: Member, signed_in: SignIn, submission: Submission, perk: PromisedPerk
) -> None:
    page = signed_in(client, ben).get(reverse("portal:promises")).content.decode()

    assert "A box of wool" in page
    assert "A post about wool" in page
    assert "No tasks now" in page


def test_another_brand_sees_and_changes_nothing(
    client: Client, mallory: Member, signed_in: SignIn, submission: Submission, perk: PromisedPerk
) -> None:
    as_mallory = signed_in(client, mallory)

    assert "wool" not in as_mallory.get(reverse("console:promises")).content.decode()
    for name, pk in (("submission-approval", submission.pk), ("perk", perk.pk)):
        answer = as_mallory.post(reverse(f"console:{name}", args=[pk]), {"to": "delivered"})
        assert answer.status_code == 404
