import pytest
from django.test import Client
from pytest_django import Settings

from handsel.config.hosts import allowed_hosts
from handsel.config.settings import ALLOWED_HOSTS
from handsel.environment import Environment
from handsel.organizations.models import Member


@pytest.fixture(autouse=True)
def _only_ours(settings: Settings) -> None:
    """Django's test runner would allow any host of its own."""
    settings.ALLOWED_HOSTS = allowed_hosts(Environment(web_url="https://partners.acme.example"))


@pytest.mark.django_db
@pytest.mark.parametrize(
    "host",
    ["localhost:8000", "acme.localhost", "127.0.0.1:8000", "[::1]:8000", "partners.acme.example"],
)
def test_it_answers_to_its_own_names(client: Client, host: str) -> None:
    assert client.get("/", headers={"Host": host}).status_code != 400


@pytest.mark.django_db
@pytest.mark.parametrize("path", ["/", "/auth/login/", "/api/v1/programs"])
@pytest.mark.parametrize("host", ["evil.example", "partners.acme.example.evil.example", "<b>"])
def test_it_answers_to_no_other_and_says_what_to_set(client: Client, host: str, path: str) -> None:
    response = client.get(path, headers={"Host": host})

    assert response.status_code == 400
    assert "HANDSEL_WEB_URL" in response.content.decode()
    assert host not in response.content.decode()


@pytest.mark.parametrize(
    "place", ["https://evil.example/", "//evil.example", "javascript:alert(1)"]
)
def test_after_signing_in_nobody_is_led_elsewhere(client: Client, ada: Member, place: str) -> None:
    ada.user.set_password("correct horse")
    ada.user.save()
    said = {"login": ada.user.email, "password": "correct horse", "next": place}

    response = client.post("/auth/login/", said, headers={"Host": "localhost"})

    assert (response.status_code, response["Location"]) == (302, "/")


def test_probes_come_by_address(client: Client) -> None:
    """An orchestrator asks each machine by its number."""
    assert client.get("/healthz", headers={"Host": "10.3.2.1:8000"}).status_code == 200


@pytest.mark.parametrize(
    ("said", "more"),
    [
        ({"host": "0.0.0.0"}, []),
        ({"host": "::"}, []),
        ({"host": "fd00::7"}, ["[fd00::7]"]),
        ({"host": "0.0.0.0", "web_url": "http://[fd00::7]:8000"}, ["[fd00::7]"]),
    ],
)
def test_an_address_it_listens_on_is_a_name(said: dict[str, str], more: list[str]) -> None:
    assert allowed_hosts(Environment(**said))[4:] == more  # type: ignore[arg-type]


def test_the_settings_use_it() -> None:
    assert "*" not in ALLOWED_HOSTS
    assert "localhost" in ALLOWED_HOSTS
