"""Whatever is sent, the answer is a problem and never a fault of ours."""

import gzip
import json
from base64 import urlsafe_b64encode

import pytest

from handsel.api.bodies import BODY_BYTES_MAX
from handsel.api.tests.conftest import Api
from handsel.conversions.models import Conversion
from handsel.intake.models import InboxEvent
from handsel.programs.models import Program

pytestmark = pytest.mark.usefixtures("program")

ORDER = {"order_reference": "1", "currency": "EUR", "amount_minor": 100}


def cursor_of(moment: str) -> str:
    text = f"{moment} com_00000000000000000000000000"
    return urlsafe_b64encode(text.encode()).decode().rstrip("=")


def with_amount(text: str) -> bytes:
    return b'{"order_reference": "1", "currency": "EUR", "amount_minor": %s}' % text.encode()


BODIES = {
    "nothing": b"",
    "not JSON": b"{",
    "two": b"{} {}",
    "not UTF-8": b'{"a": "\xff"}',
    "a BOM": b"\xef\xbb\xbf{}",
    "UTF-16": '{"order_reference": "1"}'.encode("utf-16"),
    "null": b"null",
    "a list": b"[]",
    "a number": b"1",
    "NaN": with_amount("NaN"),
    "infinity": with_amount("Infinity"),
    "1e400": with_amount("1e400"),
    "a float": with_amount("1.0"),
    "an exponent": with_amount("1e2"),
    "a text": with_amount('"100"'),
    "a bool": with_amount("true"),
    "2**53": with_amount(str(2**53)),
    "2**64": with_amount(str(2**64)),
    "5000 digits": with_amount("9" * 5000),
    "negative": with_amount("-1"),
    "lone surrogate": b'{"order_reference": "\\ud800", "currency": "EUR", "amount_minor": 1}',
    "NUL": b'{"order_reference": "a\\u0000b", "currency": "EUR", "amount_minor": 1}',
    "NUL in kind": b'{"kind": "a\\u0000b"}',
    "NUL in program": b'{"program": "a\\u0000b"}',
    "raw NUL": b'{"order_reference": "\x00"}',
    "deep": b"[" * 100_000,
    "deep object": b'{"a":' * 100_000,
    "deep inside": b'{"customer": ' + b"[" * 150 + b"]" * 150 + b"}",
    "long reference": json.dumps(ORDER | {"order_reference": "x" * 201}).encode(),
    "no reference": json.dumps(ORDER | {"order_reference": ""}).encode(),
    "before time": json.dumps(ORDER | {"occurred_at": "0001-01-01T00:00:00+14:00"}).encode(),
    "after time": json.dumps(ORDER | {"occurred_at": "9999-12-31T23:59:59-14:00"}).encode(),
    "no zone": json.dumps(ORDER | {"occurred_at": "2026-01-01T00:00:00"}).encode(),
    "a number as time": json.dumps(ORDER | {"occurred_at": 1}).encode(),
    "many clicks": json.dumps(ORDER | {"click_ids": ["x"] * 101}).encode(),
    "a program of another type": json.dumps(ORDER | {"program": 7}).encode(),
    "unknown field": json.dumps(ORDER | {"amount": 1}).encode(),
    "wrong currency": json.dumps(ORDER | {"currency": "SEK"}).encode(),
}


@pytest.mark.parametrize("name", BODIES)
def test_a_body_that_is_wrong_is_a_problem(acme_api: Api, name: str) -> None:
    response = acme_api.post("conversions", BODIES[name])

    assert response.status_code in {400, 404, 422}, response.content
    assert response["Content-Type"] == "application/problem+json"
    found = response.json()
    assert found["status"] == response.status_code
    assert found["type"].startswith("urn:handsel:problem:")
    assert found["detail"]
    assert not Conversion.objects.exists()
    assert not InboxEvent.objects.exists()


def test_control_the_order_itself_is_taken(acme_api: Api) -> None:
    assert acme_api.post("conversions", ORDER).status_code == 201


@pytest.mark.parametrize("size", [BODY_BYTES_MAX + 1, 3 * BODY_BYTES_MAX])
def test_a_body_has_a_size(acme_api: Api, size: int) -> None:
    response = acme_api.post("conversions", b" " * size)

    assert (response.status_code, response["Content-Type"]) == (413, "application/problem+json")


@pytest.mark.parametrize("media_type", ["text/plain", "application/x-www-form-urlencoded"])
def test_a_body_says_that_it_is_json(acme_api: Api, media_type: str) -> None:
    response = acme_api.client.post(
        "/api/v1/conversions",
        json.dumps(ORDER),
        content_type=media_type,
        headers=acme_api.headers,
    )

    assert response.status_code == 415
    assert "application/json" in response.json()["remedy"]


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("nothing", 404),
        ("conversions/", 404),
        ("conversions/x", 404),
        ("conversions/a%00b", 400),
        ("commissions/com_%F0%9F%92%A3", 404),
        ("links?slug=a%00b", 400),
        ("links?%00=a", 422),
        ("links?slug=%ED%A0%80", 200),
        ("links?" + "&".join(f"a{n}=1" for n in range(2000)), 400),
        ("commissions?occurred_since=0001-01-01T00:00:00%2B14:00", 422),
        ("commissions?occurred_since=9999-12-31T23:59:59-14:00", 422),
        ("commissions?occurred_since=0266-12-14T10:54:05.5%2B19:51", 200),
        ("commissions?occurred_since=0.5", 422),
        (f"commissions?cursor={cursor_of('0001-01-01T00:00:00+14:00')}", 422),
        (f"commissions?cursor={cursor_of('2026-01-01T00:00:00+23:59')}", 200),
        ("commissions?program=" + "x" * 5000, 200),
        ("links/lnk_00000000000000000000000000/disable", 405),
        ("conversions/1/refunds", 405),
    ],
)
def test_an_address_that_is_wrong_is_a_problem(acme_api: Api, path: str, status: int) -> None:
    response = acme_api.get(path)

    assert response.status_code == status
    if status != 200:
        assert response["Content-Type"] == "application/problem+json"
    if status == 405:
        assert response["Allow"] == "POST"


def test_a_fault_of_ours_is_a_problem_too(acme_api: Api, monkeypatch: pytest.MonkeyPatch) -> None:
    def fall_over(*_: object, **__: object) -> None:
        raise ZeroDivisionError

    monkeypatch.setattr("handsel.api.inbox.receive", fall_over)

    response = acme_api.post("conversions", ORDER)

    assert (response.status_code, response.json()["status"]) == (500, 500)
    assert "Zero" not in response.content.decode()


def test_a_reference_of_the_address_has_a_length(acme_api: Api, program: Program) -> None:
    response = acme_api.post(f"conversions/{'x' * 201}/refunds", {"refund": "1", "amount_minor": 1})

    assert (response.status_code, response.json()["field"]) == (422, "order_reference")


@pytest.mark.parametrize("method", ["put", "delete", "trace", "options"])
@pytest.mark.parametrize(
    ("path", "allowed"), [("links", "GET, HEAD, POST"), ("conversions/1/refunds", "POST")]
)
def test_another_method_is_told_which_there_are(
    acme_api: Api, method: str, path: str, allowed: str
) -> None:
    response = getattr(acme_api.client, method)(f"/api/v1/{path}", headers=acme_api.headers)

    assert (response.status_code, response["Allow"]) == (405, allowed)
    assert response["Content-Type"] == "application/problem+json"


def test_head_is_get_without_its_body(acme_api: Api) -> None:
    got = acme_api.get("programs")
    head = acme_api.client.head("/api/v1/programs", headers=acme_api.headers)

    assert (head.status_code, head.content) == (200, b"")
    assert head["Content-Type"] == got["Content-Type"]


def test_a_compressed_body_is_not_unfolded(acme_api: Api) -> None:
    bomb = gzip.compress(b'{"order_reference": "' + b"1" * 50_000_000 + b'"}')
    assert len(bomb) < BODY_BYTES_MAX

    response = acme_api.post("conversions", bomb, **{"Content-Encoding": "gzip"})

    assert (response.status_code, response["Accept-Encoding"]) == (415, "identity")
    assert response.json()["field"] == "Content-Encoding"


@pytest.mark.parametrize("key", ["", "x" * 256, "\xe9" * 300])
def test_an_idempotency_key_has_a_length(acme_api: Api, key: str) -> None:
    response = acme_api.post("conversions", ORDER, **{"Idempotency-Key": key})

    assert (response.status_code, response.json()["field"]) == (422, "Idempotency-Key")


def test_a_filter_may_be_any_text(acme_api: Api) -> None:
    for text in ("%F0%9F%92%A9", "%27%3B--", "%25%5F", "%E2%80%AE", "%ED%A0%80", "%0A", "%7F"):
        for path in ("links?slug=", "codes?code=", "conversions?order_reference=", "clicks?sub1="):
            assert acme_api.get(path + text).status_code == 200, path + text
