"""What a partner's key and its brand's are told of postbacks."""

import pytest

from handsel.api.tests.conftest import Api, key_of
from handsel.organizations.models import Member
from handsel.partnerships.models import Partnership
from handsel.postbacks.models import Delivery, Postback

URL = "https://tracker.example/in?token=t0p&c={sub1}"


@pytest.fixture
def bens_api(ben: Member) -> Api:
    return Api(key_of(ben))


@pytest.fixture
def made(bens_api: Api, bens: Partnership) -> str:
    answer = bens_api.post("postbacks", {"partnership": bens.pk, "url": URL}).json()
    return str(answer["id"])


def test_the_secret_is_in_the_answer_that_made_it_and_in_no_other(
    bens_api: Api, bens: Partnership
) -> None:
    answer = bens_api.post("postbacks", {"partnership": bens.pk, "url": URL}).json()

    assert answer["secret"] == Postback.objects.get().secret
    assert "secret" not in bens_api.get(f"postbacks/{answer['id']}").json()


def test_a_brand_reads_the_host_and_not_the_address(
    acme_api: Api, bens_api: Api, made: str
) -> None:
    bens_api.post(f"postbacks/{made}/sample")
    Delivery.objects.update(tried_url=URL, answer="hello t0p", answer_status=200)

    for path in (f"postbacks/{made}", "postbacks", "deliveries"):
        told = acme_api.get(path).content.decode()
        assert "t0p" not in told
        assert "t0p" in bens_api.get(path).content.decode()
    assert acme_api.get(f"postbacks/{made}").json()["host"] == "tracker.example"


def test_a_change_changes_what_is_named(bens_api: Api, made: str) -> None:
    answer = bens_api.patch(f"postbacks/{made}", {"events": ["approved"], "disabled": True}).json()

    assert (answer["events"], answer["status"], answer["url"]) == (["approved"], "disabled", URL)
    assert bens_api.post(f"postbacks/{made}/sample").status_code == 409
    assert bens_api.patch(f"postbacks/{made}", {"disabled": False}).json()["status"] == "enabled"


def test_an_address_inside_is_refused_at_its_field(bens_api: Api, bens: Partnership) -> None:
    said = {"partnership": bens.pk, "url": "https://169.254.169.254/latest/meta-data/"}
    answer = bens_api.post("postbacks", said)

    assert answer.status_code == 422
    assert (answer.json()["type"], answer.json()["field"]) == (
        "urn:handsel:problem:destination-refused",
        "url",
    )
    assert not Postback.objects.exists()


def test_one_that_was_removed_is_not_there_and_its_log_is(bens_api: Api, made: str) -> None:
    bens_api.post(f"postbacks/{made}/sample")
    assert bens_api.post(f"postbacks/{made}/removal").status_code == 200

    assert bens_api.get(f"postbacks/{made}").status_code == 404
    (row,) = bens_api.get(f"deliveries?postback={made}").json()["items"]
    assert row["status"] == "undelivered"
