"""Settings → Program page."""

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from handsel.cast import SignIn, member_of
from handsel.organizations.models import Member
from handsel.programs.models import Program, ProgramPage

PAGE = reverse("console:settings-page")
PUBLICATION = reverse("console:settings-page-publication")


def said(**other: Any) -> dict[str, Any]:
    return {
        "slug": "wool",
        "headline": "Share wool",
        "pitch": "Made in Hardanger.",
        "loved": "Honest words\n\n  Own photos ",
        "forbidden": "",
        "reader": "Ada",
        "answer_days": "2",
        "kinds_wanted": ["content"],
        "countries_wanted": ["NO", "SE"],
        "reach_min": "",
        **other,
    }


def test_a_program_without_a_page_finds_a_draft(as_ada: Client, program: Program) -> None:
    shown = as_ada.get(PAGE).content.decode()

    assert "Share Acme, earn 10% of every order" in shown
    assert "Clicks nobody meant to make" in shown
    assert not ProgramPage.objects.exists()


def test_a_page_is_written_published_and_hidden(as_ada: Client, program: Program) -> None:
    as_ada.post(PAGE, said())
    page = ProgramPage.objects.get()
    assert page.loved == ["Honest words", "Own photos"]
    assert (page.countries_wanted, page.reach_min) == (["NO", "SE"], 0)
    assert Client().get("/p/wool/").status_code == 404

    as_ada.post(PUBLICATION, {"to": "published"})
    assert Client().get("/p/wool/").status_code == 200
    assert "/p/wool/" in as_ada.get(PAGE).content.decode()

    as_ada.post(PUBLICATION, {"to": "hidden"})
    assert Client().get("/p/wool/").status_code == 404


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        ({"slug": "a b"}, "“a b” cannot be a page’s address"),
        ({"slug": "UPPER_case"}, "cannot be a page’s address"),
        ({"headline": ""}, "This field is required."),
        ({"loved": "\n".join("abcdefghi")}, "Say the 8 most important."),
        ({"forbidden": "x" * 161}, "Keep each line below 160 letters."),
        ({"answer_days": "0"}, "greater than or equal to 1"),
    ],
)
def test_what_cannot_be_said_is_named(
    as_ada: Client, program: Program, wrong: dict[str, Any], words: str
) -> None:
    response = as_ada.post(PAGE, said(**wrong))

    assert response.status_code == 422
    assert words in response.content.decode()
    assert not ProgramPage.objects.exists()


def test_who_only_reads_publishes_nothing(page: Program, ada: Member, signed_in: SignIn) -> None:
    client = signed_in(Client(), member_of(ada.organization, "Vic", Member.Role.VIEWER))

    assert client.get(PAGE).status_code == 200
    assert client.post(PAGE, said()).status_code == 403
    assert client.post(PUBLICATION, {"to": "hidden"}).status_code == 403
    assert ProgramPage.objects.get().published_at is not None
