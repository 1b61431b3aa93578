"""How often a key may ask, and how often somebody may guess."""

import os

import pytest
from django.db import connection
from django.test import Client
from limits.storage import MemoryStorage
from limits.strategies import MovingWindowRateLimiter

from handsel.api.tests.conftest import Api, key_of
from handsel.environment import environment
from handsel.links.models import Code, Link
from handsel.organizations.models import Member
from handsel.organizations.tokens import new_key
from handsel.quotas.storage import PostgresStorage
from handsel.quotas.tests.test_quotas import an_hour_passes


@pytest.fixture
def three_a_minute(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(environment(), "api_requests_per_minute", 3)


def test_every_answer_says_what_is_left(acme_api: Api) -> None:
    answers = [acme_api.get("programs"), acme_api.get("links/lnk_x"), acme_api.post("links", {})]

    assert [answer.status_code for answer in answers] == [200, 404, 422]
    assert {answer["RateLimit-Policy"] for answer in answers} == {'"requests";q=600;w=60'}
    assert [answer["RateLimit"].split(";")[1] for answer in answers] == ["r=599", "r=598", "r=597"]
    assert acme_api.get("nothing").status_code == 404


@pytest.mark.usefixtures("three_a_minute")
def test_one_request_too_many_is_refused_in_the_callers_language(acme_api: Api) -> None:
    answers = [acme_api.get("programs") for _ in range(3)]
    refused = acme_api.get("programs", **{"Accept-Language": "en"})

    assert {answer.status_code for answer in answers} == {200}
    assert refused.status_code == 429
    assert refused["Content-Type"] == "application/problem+json"
    assert refused["Content-Language"] == "en"
    assert refused.json()["type"] == "urn:handsel:problem:too-many-requests"
    assert 1 <= int(refused["Retry-After"]) <= 60
    assert f"Wait {refused['Retry-After']} second" in refused.json()["remedy"]
    assert refused["RateLimit"] == f'"requests";r=0;t={refused["Retry-After"]}'


@pytest.mark.usefixtures("three_a_minute")
def test_a_key_that_waits_goes_on_and_stops_no_other(acme_api: Api, ada: Member) -> None:
    for _ in range(4):
        acme_api.get("programs")
    assert acme_api.get("programs").status_code == 429
    assert Api(key_of(ada)).get("programs").status_code == 200

    an_hour_passes()

    assert acme_api.get("programs").status_code == 200


@pytest.mark.usefixtures("three_a_minute")
def test_what_was_refused_has_done_nothing(acme_api: Api, bens_link: Link) -> None:
    for _ in range(3):
        acme_api.get("programs")
    response = acme_api.post(f"links/{bens_link.pk}/disable")

    bens_link.refresh_from_db()
    assert (response.status_code, bens_link.disabled_at) == (429, None)


def test_who_guesses_keys_is_stopped_and_nobody_else(acme_api: Api) -> None:
    guesses = [Api(new_key() if n % 2 else "guess").get("programs") for n in range(32)]

    assert [guess.status_code for guess in guesses] == [401] * 30 + [429] * 2
    assert "RateLimit" not in guesses[0]
    assert guesses[-1]["RateLimit-Policy"] == '"wrong-keys";q=30;w=60'
    assert acme_api.get("programs").status_code == 200


def test_another_network_may_still_be_mistaken(acme_api: Api) -> None:
    for n in range(32):
        Client(REMOTE_ADDR=f"203.0.113.{n}").get(
            "/api/v1/programs", headers={"Authorization": "Bearer guess"}
        )

    there, elsewhere = (
        Client(REMOTE_ADDR=address).get(
            "/api/v1/programs", headers={"Authorization": "Bearer guess"}
        )
        for address in ("203.0.113.200", "203.0.114.1")
    )

    assert (there.status_code, elsewhere.status_code) == (429, 401)


def test_no_key_at_all_is_no_guess(acme_api: Api) -> None:
    assert {Api().get("programs").status_code for _ in range(40)} == {401}


def test_who_guesses_codes_is_stopped(acme_api: Api, bens_code: Code) -> None:
    right = [acme_api.get(f"codes?code={bens_code.code}").status_code for _ in range(15)]
    wrong = [acme_api.get(f"codes?code=GUESS{n}").status_code for n in range(11)]

    assert right == [200] * 15
    assert wrong == [200] * 10 + [429]
    assert acme_api.get(f"codes?code={bens_code.code}").status_code == 429
    assert acme_api.get("codes").status_code == 200


def answered(key: str) -> int:
    """Of thirty requests each that two web processes get, those that are let in."""
    connection.close()
    children = []
    for _ in range(2):
        reads, writes = os.pipe()
        pid = os.fork()
        if pid == 0:
            let_in = sum(Api(key).get("programs").status_code == 200 for _ in range(30))
            os.write(writes, str(let_in).encode())
            os._exit(0)
        os.close(writes)
        children.append((pid, reads))
    total = 0
    for pid, reads in children:
        total += int(os.read(reads, 10) or 0)
        os.close(reads)
        os.waitpid(pid, 0)
    return total


@pytest.mark.django_db(transaction=True)
def test_two_web_processes_count_together(ada: Member, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(environment(), "api_requests_per_minute", 40)
    PostgresStorage().reset()

    assert answered(key_of(ada)) == 40


@pytest.mark.django_db(transaction=True)
def test_control_two_that_count_by_themselves_let_more_in(
    ada: Member, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(environment(), "api_requests_per_minute", 40)
    in_memory = MovingWindowRateLimiter(MemoryStorage())
    monkeypatch.setattr("handsel.quotas.services._windows", in_memory)

    assert answered(key_of(ada)) == 60
