"""The first steps, as a browser without script takes them."""

import json
from typing import Any

import pytest
from django.test import Client

from handsel.engine.terms import read
from handsel.organizations.models import Installation, Member, Organization, User
from handsel.organizations.services import setup_link
from handsel.programs.models import Program
from handsel.public.start import services
from handsel.public.start.goals import GOALS

pytestmark = pytest.mark.django_db
BASE = "http://testserver"
YOU = {
    "organization_name": "Acme",
    "site_url": "https://www.acme.example/no/",
    "name": "Ada",
    "email": "ada@acme.example",
    "password": "a long and quiet fjord",
}
PROGRAM = {
    "name": "Acme Friends",
    "site_url": "https://acme.example",
    "domains": "acme.example, shop.acme.example:8443",
    "currency": "EUR",
}
TERMS = {"rate": "7.5", "bonus": "5", "window_days": "30", "hold_days": "14"}


@pytest.fixture
def start() -> str:
    """The path of the first step."""
    link = setup_link(BASE)
    assert link is not None
    return link.removeprefix(BASE)


def take(client: Client, start: str, until: str = "terms", **changed: str) -> Any:
    """Answer the steps in their order, up to and with `until`."""
    answers: list[tuple[str, dict[str, str]]] = [
        ("", YOU),
        ("goal/", {"goal": "new_customers"}),
        ("program/", PROGRAM),
        ("terms/", TERMS),
    ]
    for path, answer in answers:
        fields = {**answer, **{k: v for k, v in changed.items() if k in answer}}
        response = client.post(f"{start}{path}", fields)
        if response.status_code != 302 or path.rstrip("/") == until:
            break
    return response


def test_four_steps_make_an_organization_its_owner_and_a_program(
    client: Client, start: str
) -> None:
    response = take(client, start)

    assert response["Location"] == "/"
    ada = Member.objects.get()
    assert (ada.organization.name, ada.role, str(ada.user)) == ("Acme", "owner", "Ada")
    program = Program.objects.get()
    assert program.brand == ada.organization
    assert (program.goal, program.currency) == ("new_customers", "EUR")
    assert program.domains == ["acme.example", "shop.acme.example:8443"]
    assert client.session["organization_id"] == ada.organization_id


def test_the_terms_are_those_that_were_written(client: Client, start: str) -> None:
    take(client, start)

    terms = read(json.dumps(Program.objects.get().groups.get().terms))
    percent, fixed = terms.pay
    assert (percent.kind, getattr(percent, "rate_ppm", None)) == ("percent", 75_000)
    assert (fixed.kind, getattr(fixed, "amount_minor", None)) == ("fixed", 500)
    assert fixed.when.customer == "new"
    assert (terms.attribution.window_days, terms.hold.days) == (30, 14)


def test_who_set_it_up_can_sign_in_again(client: Client, start: str) -> None:
    take(client, start)
    client.logout()

    response = client.post("/auth/login/", {"login": YOU["email"], "password": YOU["password"]})
    assert response.status_code == 302


def test_nothing_exists_before_the_last_step(client: Client, start: str) -> None:
    take(client, start, until="program")

    assert not Organization.objects.exists()
    assert not User.objects.exists()


def test_no_password_is_kept_between_steps(client: Client, start: str) -> None:
    take(client, start, until="program")

    assert YOU["password"] not in str(dict(client.session))


def test_an_aborted_wizard_begins_again_elsewhere(client: Client, start: str) -> None:
    take(client, start, until="program")
    elsewhere = Client()

    assert elsewhere.get(f"{start}terms/")["Location"] == start
    assert take(elsewhere, start)["Location"] == "/"


def test_going_back_keeps_what_was_said(client: Client, start: str) -> None:
    take(client, start, until="program")

    page = client.get(start).content.decode()
    assert 'value="Acme"' in page
    assert client.post(start, {**YOU, "password": "", "name": "Ada L."}).status_code == 302
    client.post(f"{start}terms/", TERMS)
    ada = User.objects.get()
    assert (ada.name, ada.check_password(YOU["password"])) == ("Ada L.", True)


def test_the_program_is_prefilled_from_the_address(client: Client, start: str) -> None:
    take(client, start, until="goal")

    page = client.get(f"{start}program/").content.decode()
    assert 'value="acme.example"' in page
    assert 'value="Acme partners"' in page


@pytest.mark.parametrize("goal", GOALS)
def test_what_we_suggest_for_each_goal_is_valid(client: Client, start: str, goal: str) -> None:
    take(client, start, until="program", goal=goal)

    response = client.get(f"{start}terms/")
    form = response.context["form"]
    assert form.terms().currency == "EUR"
    assert "§1" in response.content.decode()


@pytest.mark.parametrize(
    ("field", "value", "said"),
    [
        ("rate", "0", "0.01"),
        ("rate", "101", "100"),
        ("rate", "ten", "number"),
        ("bonus", "-1", "0"),
        ("bonus", "1.234", "EUR has 2 decimals"),
        ("window_days", "0", "1"),
        ("hold_days", "", "required"),
        ("domains", "https://acme.example", "is no domain"),
        ("domains", "", "required"),
        ("site_url", "ftp://acme.example", "https://shop.example"),
        ("currency", "XXX", "valid choice"),
        ("password", "short", "10 characters"),
        ("password", "ada@acme.example", "too similar"),
        ("email", "ada", "valid email"),
        ("goal", "world-peace", "valid choice"),
    ],
)
def test_a_wrong_answer_is_named_and_changes_nothing(
    client: Client, start: str, field: str, value: str, said: str
) -> None:
    response = take(client, start, **{field: value})

    assert response.status_code == 422
    assert field in response.context["form"].errors
    assert said in str(response.context["form"].errors[field])
    assert not Organization.objects.exists()


def test_decimals_are_read_in_the_readers_manner(client: Client, start: str) -> None:
    client.cookies["language"] = "nb"
    take(client, start, rate="7,5")

    assert Program.objects.get().groups.get().terms["pay"][0]["rate_ppm"] == 75_000
    assert User.objects.get().language == "nb"


def test_the_sentences_follow_the_fields(client: Client, start: str) -> None:
    take(client, start, until="program")

    fragment = client.post(f"{start}terms/words/", TERMS, headers={"HX-Request": "true"})
    whole = client.post(f"{start}terms/words/", TERMS)

    assert "7.5%" in fragment.content.decode()
    assert "<html" not in fragment.content.decode()
    assert "<html" in whole.content.decode()
    assert not Organization.objects.exists()


def test_a_link_that_was_used_says_so(client: Client, start: str) -> None:
    take(client, start)
    response = Client().get(start)

    assert response.status_code == 410
    assert "set up already" in response.content.decode()


def test_a_link_that_never_was_says_how_to_get_one(client: Client, start: str) -> None:
    response = client.get("/start/nonsense/")

    assert response.status_code == 404
    assert "Each start prints a new link" in response.content.decode()


def test_of_two_who_hurry_the_second_makes_nothing(client: Client, start: str) -> None:
    other = Client()
    take(client, start, until="program")
    take(other, start, until="program", email="eve@acme.example")

    client.post(f"{start}terms/", TERMS)
    response = other.post(f"{start}terms/", TERMS)

    assert response.status_code == 410
    assert Organization.objects.count() == 1


def test_a_failure_in_the_middle_leaves_nothing(
    client: Client, start: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    take(client, start, until="program")
    client.raise_request_exception = False
    with monkeypatch.context() as broken:
        broken.setattr(services, "create_program", None)
        assert client.post(f"{start}terms/", TERMS).status_code == 500

    assert not Organization.objects.exists()
    assert Installation.objects.get().setup_done_at is None
    assert client.post(f"{start}terms/", TERMS).status_code == 302


def test_before_that_the_start_page_says_to_wait(client: Client) -> None:
    assert "waits for its first owner" in client.get("/").content.decode()
