"""Sent again is not done again."""

import threading
from collections.abc import Callable
from datetime import timedelta

import pytest
from django.db import connection, transaction
from django.utils.timezone import now

from handsel.api import idempotency
from handsel.api.models import KeptAnswer
from handsel.api.tests.conftest import Api, key_of
from handsel.links.models import Link
from handsel.organizations.models import Member
from handsel.partnerships.models import Partnership
from handsel.rows.scope import seen_by

TWINS = 20
KEY = {"Idempotency-Key": "7f0c"}


def made(bens: Partnership) -> int:
    """Links beside the first one, which came with the partnership."""
    return Link.objects.filter(partnership=bens).count() - 1


def test_the_same_request_is_answered_alike_and_done_once(acme_api: Api, bens: Partnership) -> None:
    first = acme_api.post("links", {"partnership": bens.pk}, **KEY)
    second = acme_api.post("links", {"partnership": bens.pk}, **KEY)

    assert (second.status_code, second.content) == (first.status_code, first.content)
    assert second["Location"] == first["Location"]
    assert second["Idempotency-Replayed"] == "true"
    assert "Idempotency-Replayed" not in first
    assert made(bens) == 1


def test_without_a_key_it_is_done_again(acme_api: Api, bens: Partnership) -> None:
    for _ in range(2):
        acme_api.post("links", {"partnership": bens.pk})

    assert made(bens) == 2


@pytest.mark.parametrize("path", ["links", "codes"])
def test_another_request_with_the_key_is_refused(
    acme_api: Api, bens: Partnership, path: str
) -> None:
    acme_api.post("links", {"partnership": bens.pk}, **KEY)

    response = acme_api.post(path, {"partnership": bens.pk, "code": "NEW"}, **KEY)

    assert response.status_code == 422
    assert response.json()["type"] == "urn:handsel:problem:idempotency-key-reused"
    assert made(bens) == 1


def test_a_refusal_is_not_kept(acme_api: Api, bens: Partnership) -> None:
    refused = acme_api.post("links", {"partnership": bens.pk, "slug": "!"}, **KEY)
    mended = acme_api.post("links", {"partnership": bens.pk, "slug": "fine"}, **KEY)

    assert (refused.status_code, mended.status_code) == (422, 201)
    assert KeptAnswer.objects.count() == 1


def test_a_key_is_its_organizations_own(acme_api: Api, bens: Partnership, mallory: Member) -> None:
    acme_api.post("links", {"partnership": bens.pk}, **KEY)

    response = Api(key_of(mallory)).post("links", {"partnership": bens.pk}, **KEY)

    assert response.status_code == 404
    with seen_by([mallory.organization_id]):
        assert not KeptAnswer.objects.exists()


def test_after_a_day_the_key_is_free(acme_api: Api, bens: Partnership) -> None:
    acme_api.post("links", {"partnership": bens.pk}, **KEY)
    KeptAnswer.objects.update(created_at=now() - timedelta(hours=24, seconds=1))

    acme_api.post("links", {"partnership": bens.pk}, **KEY)

    assert made(bens) == 2
    assert KeptAnswer.objects.count() == 1


@pytest.mark.parametrize("key", ["", "x" * 256])
def test_a_key_has_a_length(acme_api: Api, bens: Partnership, key: str) -> None:
    response = acme_api.post("links", {"partnership": bens.pk}, **{"Idempotency-Key": key})

    assert (response.status_code, response.json()["field"]) == (422, "Idempotency-Key")


def test_a_crash_before_the_answer_is_kept_undoes_the_effect(
    acme_api: Api, bens: Partnership, monkeypatch: pytest.MonkeyPatch
) -> None:
    def crash(*_: object) -> None:
        raise RuntimeError("The power went out.")

    with monkeypatch.context() as patched:
        patched.setattr(idempotency, "_keep", crash)
        crashed = acme_api.post("links", {"partnership": bens.pk}, **KEY)
    again = acme_api.post("links", {"partnership": bens.pk}, **KEY)

    assert (crashed.status_code, again.status_code) == (500, 201)
    assert made(bens) == 1


def send_twins(key: str, bens: Partnership) -> list[int]:
    """The answers to the same request, sent twenty times at one moment."""
    start = threading.Barrier(TWINS)
    answers: list[int] = []

    def send() -> None:
        try:
            start.wait()
            answers.append(Api(key).post("links", {"partnership": bens.pk}, **KEY).status_code)
        finally:
            connection.close()

    threads = [threading.Thread(target=send) for _ in range(TWINS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return answers


@pytest.mark.django_db(transaction=True)
def test_twins_at_one_moment_are_done_once(ada_key: str, bens: Partnership) -> None:
    answers = send_twins(ada_key, bens)

    assert set(answers) <= {201, 409}
    assert 201 in answers
    assert made(bens) == 1


@pytest.mark.django_db(transaction=True)
def test_control_without_the_lock_twins_are_done_often(
    ada_key: str, bens: Partnership, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nobody holds the key, and nothing but the lock keeps the second from being done."""
    together = threading.Barrier(TWINS)
    monkeypatch.setattr(idempotency, "hold", lambda *_: bool(together.wait()) or True)
    monkeypatch.setattr(idempotency, "_kept", _nothing_yet(idempotency._kept, together))
    monkeypatch.setattr(idempotency, "_keep", lambda *_: None)

    send_twins(ada_key, bens)

    assert made(bens) > 1


def _nothing_yet(kept: Callable[..., object], together: threading.Barrier) -> Callable[..., object]:
    """Looks, and waits until all the others have looked too."""

    def look(*args: str) -> object:
        found = kept(*args)
        together.wait()
        return found

    return look


@pytest.mark.django_db(transaction=True)
def test_while_one_is_at_work_another_is_told_to_wait(ada_key: str, bens: Partnership) -> None:
    statuses: list[int] = []

    def send() -> None:
        statuses.append(Api(ada_key).post("links", {"partnership": bens.pk}, **KEY).status_code)
        connection.close()

    with transaction.atomic():
        assert idempotency.hold(bens.brand_id, KEY["Idempotency-Key"])
        thread = threading.Thread(target=send)
        thread.start()
        thread.join()
    send()

    assert statuses == [409, 201]
