"""Caddy asks before it has a certificate made."""

from pathlib import Path
from typing import Any

import pytest
from django.db import OperationalError
from django.test import Client

from handsel.clock import now
from handsel.domains.models import TrackingDomain
from handsel.domains.services import add_domain, remove_domain
from handsel.environment import environment
from handsel.organizations.models import Member
from handsel.programs.models import Program
from handsel.tracking.tests.harness import change, plant_links

pytestmark = pytest.mark.django_db

HOST = "go.acme.example"


def asked(client: Client, host: str = HOST, **headers: Any) -> int:
    return client.get("/tls/ask", {"domain": host}, **headers).status_code


@pytest.fixture
def leads_here(program: Program) -> TrackingDomain:
    domain = add_domain(program, host=HOST, actor=None)
    TrackingDomain.objects.update(leads_here_at=now())
    return domain


def test_a_name_that_leads_here_may_have_one(client: Client, leads_here: TrackingDomain) -> None:
    assert [asked(client, h) for h in (HOST, "GO.acme.example", f"{HOST}.")] == [200, 200, 200]


def test_a_removed_name_that_leads_here_keeps_its_own(
    client: Client, leads_here: TrackingDomain
) -> None:
    remove_domain(leads_here.pk, actor=None)
    assert asked(client) == 200


def test_a_name_that_somebody_typed_in_has_none_before_its_dns_leads_here(
    client: Client, program: Program
) -> None:
    add_domain(program, host=HOST, actor=None)
    assert asked(client) == 404


@pytest.mark.parametrize("host", ["", "stranger.example", "sub.go.acme.example", "a\x00b", "%"])
def test_a_name_that_nobody_added_has_none(
    client: Client, leads_here: TrackingDomain, host: str
) -> None:
    assert asked(client, host) == 404


def test_this_servers_own_names_may_have_one(
    client: Client, db: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    own = environment().model_copy(update={"tracking_url": "https://track.example.net"})
    monkeypatch.setattr("handsel.domains.hosts.environment", lambda: own)
    assert asked(client, "track.example.net") == 200


@pytest.mark.parametrize(
    "headers", [{"REMOTE_ADDR": "8.8.8.8"}, {"HTTP_X_FORWARDED_FOR": "203.0.113.9"}]
)
def test_a_stranger_learns_nothing_of_names(
    client: Client, leads_here: TrackingDomain, headers: dict[str, str]
) -> None:
    assert asked(client, **headers) == 404


def test_asking_is_one_look_at_an_index_and_touches_no_session(
    client: Client, leads_here: TrackingDomain, ada: Member, django_assert_max_num_queries: object
) -> None:
    client.force_login(ada.user, backend="django.contrib.auth.backends.ModelBackend")
    with django_assert_max_num_queries(4) as statements:  # type: ignore[operator]
        response = client.get("/tls/ask", {"domain": HOST})

    assert (response.status_code, len(response.cookies)) == (200, 0)
    assert not [q for q in statements.captured_queries if "django_session" in q["sql"]]


@pytest.fixture
def away(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """The database is; tracking keeps its links in the folder."""

    def gone(host: str) -> bool:
        raise OperationalError("gone")

    own = environment().model_copy(update={"data": tmp_path})
    monkeypatch.setattr("handsel.config.certificates.environment", lambda: own)
    monkeypatch.setattr("handsel.config.certificates.may_have_certificate", gone)
    return tmp_path


def test_while_the_database_is_away_tracking_knows_the_names(client: Client, away: Path) -> None:
    """Caddy asks for certificates that it has, too: visitors would be kept from the shop."""
    plant_links(away, [change(0, "", seq=1, host=HOST), change(7, "ben", host="x.example")])

    assert [asked(client, host) for host in (HOST, "x.example", "other.example")] == [200, 503, 503]


def test_while_the_database_is_away_nobody_is_told_no(client: Client, away: Path) -> None:
    assert asked(client) == 503
