import os
import re

import pytest
from django.core.cache import cache
from django.db import connection
from django.test import Client
from pytest_django import Settings

from handsel.environment import environment
from handsel.mail.models import Letter
from handsel.organizations.models import Member
from handsel.organizations.services import invite_member

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("outbox", "no_attempts_yet")]
PASSWORD = "a long and quiet fjord"
WRONG = "a short and noisy fjord"


@pytest.fixture
def no_attempts_yet() -> None:
    cache.clear()


@pytest.fixture
def member(ada: Member) -> Member:
    ada.user.set_password(PASSWORD)
    ada.user.language = "nb"
    ada.user.save()
    return ada


def sign_in(client: Client, email: str, password: str = PASSWORD) -> int:
    response = client.post("/auth/login/", {"login": email, "password": password})
    return response.status_code


def test_the_right_password_opens(client: Client, member: Member) -> None:
    assert sign_in(client, member.user.email.upper()) == 302
    assert client.get("/", follow=False).status_code == 302


def test_wrong_password_and_unknown_address_read_alike(client: Client, member: Member) -> None:
    answers = [
        client.post("/auth/login/", {"login": email, "password": WRONG}).context["form"].errors
        for email in (member.user.email, "nobody@acme.example")
    ]

    assert answers[0] == answers[1]
    assert "do not belong together" in str(answers[0])


def test_after_five_wrong_passwords_the_right_one_waits_too(client: Client, member: Member) -> None:
    for _attempt in range(5):
        sign_in(client, member.user.email, WRONG)
    response = client.post("/auth/login/", {"login": member.user.email, "password": PASSWORD})

    assert response.status_code == 200
    assert "Too many attempts" in str(response.context["form"].errors)


def test_a_stranger_shuts_nobody_out(client: Client, member: Member) -> None:
    """Who fails in somebody's place waits, with the whole network; the owner does not."""
    email = member.user.email
    for last in range(1, 7):
        Client(REMOTE_ADDR=f"203.0.113.{last}").post(
            "/auth/login/", {"login": email, "password": WRONG}
        )
    from_there = {"login": email, "password": PASSWORD}
    neighbour = Client(REMOTE_ADDR="203.0.113.200").post("/auth/login/", from_there)

    assert "Too many attempts" in str(neighbour.context["form"].errors)
    assert sign_in(client, email) == 302


def fail_from(networks: range, email: str) -> str:
    """Four wrong passwords from each network; the last answer."""
    said = ""
    for number in networks:
        browser = Client(REMOTE_ADDR=f"203.0.{number}.7")
        for _attempt in range(4):
            answer = browser.post("/auth/login/", {"login": email, "password": WRONG})
            said = str(answer.context["form"].errors)
    return said


def test_who_guesses_from_many_networks_is_held_up_and_the_owner_is_not(member: Member) -> None:
    email = member.user.email
    owners, new = Client(REMOTE_ADDR="198.51.100.7"), Client(REMOTE_ADDR="198.51.101.7")
    assert sign_in(owners, email) == 302
    owners.post("/auth/logout/")

    assert "do not belong together" in fail_from(range(5), email.upper())
    assert "Somebody has tried too many" in fail_from(range(5, 6), email)
    assert sign_in(owners, email) == 302
    assert sign_in(new, email) == 200
    assert sign_in(new, "ben@blog.example") == 200  # no such password, and said as such


def test_an_address_without_an_account_is_counted_alike(member: Member) -> None:
    fail_from(range(5), "nobody@acme.example")

    assert "Somebody has tried too many" in fail_from(range(5, 6), "nobody@acme.example")


def test_who_came_by_invitation_is_known_at_once(member: Member) -> None:
    invite_member(member.organization, email="olga@acme.example", role="finance", actor=member)
    path = re.search(r"/invitations/\S+/", Letter.objects.get().text)
    assert path is not None
    olgas = Client(REMOTE_ADDR="198.51.100.7")
    olgas.post(path[0], {"name": "Olga", "password": PASSWORD})
    olgas.post("/auth/logout/")
    fail_from(range(6), "olga@acme.example")

    assert sign_in(olgas, "olga@acme.example") == 302


def test_right_passwords_are_no_attempts_at_guessing(member: Member) -> None:
    for number in range(25):
        assert sign_in(Client(REMOTE_ADDR=f"203.0.{number}.7"), member.user.email) == 302


def test_who_guesses_for_days_has_a_hundred_attempts_in_each(member: Member) -> None:
    """Twenty in an hour would be five hundred."""
    answers = []
    for hour in range(6):
        answers.append(fail_from(range(hour * 5, hour * 5 + 5), member.user.email))
        with connection.cursor() as cursor:
            cursor.execute(
                "UPDATE quotas_window SET ends_at = ends_at - 3601,"
                " taken_at = ARRAY(SELECT at - 3601 FROM unnest(taken_at) AS at)"
            )

    assert ["do not belong" in said for said in answers] == [True] * 5 + [False]


def test_a_browser_that_is_known_to_somebody_else_is_held_up(member: Member, ben: Member) -> None:
    ben.user.set_password(PASSWORD)
    ben.user.save()
    bens = Client(REMOTE_ADDR="198.51.100.7")
    assert sign_in(bens, ben.user.email) == 302
    bens.post("/auth/logout/")
    fail_from(range(6), member.user.email)

    assert sign_in(bens, member.user.email) == 200


def test_a_made_up_sender_address_gives_no_fresh_attempts(client: Client, member: Member) -> None:
    answers = [
        client.post(
            "/auth/login/",
            {"login": f"nobody{number}@acme.example", "password": WRONG},
            headers={"X-Forwarded-For": f"203.0.113.{number}"},
        )
        for number in range(12)
    ]

    assert "Too many attempts" in str(answers[-1].context["form"].errors)


def test_nobody_signs_up(client: Client) -> None:
    assert client.get("/auth/signup/").status_code == 404
    assert client.get("/auth/email/").status_code == 404


def test_a_forgotten_password_is_replaced_by_letter(client: Client, member: Member) -> None:
    reset = {"email": member.user.email}
    stranger = client.post("/auth/password/reset/", reset, headers={"Host": "evil.test"})
    assert stranger.status_code == 400
    client.post("/auth/password/reset/", reset, headers={"Host": "another.localhost"})
    letter = Letter.objects.get()
    link = re.search(r"https?://\S+", letter.text)
    assert link is not None
    assert link[0].startswith(f"{environment().pages_url}/auth/password/reset/key/usr_")

    fail_from(range(6), member.user.email)

    path = link[0].removeprefix(environment().pages_url)
    form = client.get(path, follow=True)
    new = {"password1": WRONG, "password2": WRONG}
    client.post(form.request["PATH_INFO"], new)

    assert sign_in(Client(REMOTE_ADDR="198.51.100.7"), member.user.email, WRONG) == 302
    assert "does not work any more" in Client().get(path, follow=True).content.decode()


def test_no_letter_goes_to_a_stranger_and_the_page_does_not_tell(
    client: Client, member: Member
) -> None:
    pages = [
        client.post("/auth/password/reset/", {"email": email}, follow=True).content
        for email in (member.user.email, "nobody@acme.example")
    ]

    assert _without_tokens(pages[0]) == _without_tokens(pages[1])
    assert Letter.objects.count() == 1


def _without_tokens(page: bytes) -> str:
    return re.sub(r'name="csrfmiddlewaretoken" value="[^"]+"', "", page.decode())


@pytest.mark.parametrize(
    "path",
    ["login/", "password/reset/", "password/reset/done/", "password/reset/key/done/", "inactive/"],
)
def test_every_page_has_our_frame(client: Client, path: str) -> None:
    assert 'class="public-top on-fir"' in client.get(f"/auth/{path}").content.decode()


def test_after_signing_out_the_door_is_shut(client: Client, member: Member) -> None:
    sign_in(client, member.user.email)
    client.post("/auth/logout/")

    assert client.get("/organization/").status_code == 302


def wrong_attempts_in_another_process(email: str) -> None:
    connection.close()
    pid = os.fork()
    if pid == 0:
        for _attempt in range(5):
            sign_in(Client(), email, WRONG)
        os._exit(0)
    os.waitpid(pid, 0)


@pytest.mark.django_db(transaction=True)
def test_attempts_count_in_whatever_web_process_they_were_made(
    client: Client, member: Member
) -> None:
    wrong_attempts_in_another_process(member.user.email)

    assert sign_in(client, member.user.email) == 200


@pytest.mark.django_db(transaction=True)
def test_control_attempts_kept_in_memory_do_not(
    client: Client, member: Member, settings: Settings
) -> None:
    memory = "django.core.cache.backends.locmem.LocMemCache"
    settings.CACHES = {"default": {"BACKEND": memory}}
    wrong_attempts_in_another_process(member.user.email)

    assert sign_in(client, member.user.email) == 302
