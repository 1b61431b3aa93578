"""Settings, Tracking domains: what a person reads and does there."""

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse

from handsel.cast import SignIn, member_of
from handsel.clock import now
from handsel.console.tests.reading import page_text
from handsel.domains.findings import Finding, Record
from handsel.domains.models import TrackingDomain
from handsel.domains.services import add_domain, remove_domain
from handsel.domains.wording import WORDINGS, said
from handsel.organizations.models import Member
from handsel.programs.models import Program

MISSING = Finding(
    "record-missing",
    "wrong",
    {"host": "go.acme.example"},
    (Record("CNAME", "go", "track.example.net"),),
)


def url(name: str, *args: str) -> str:
    return reverse(f"console:{name}", args=args)


@pytest.fixture
def console(client: Client, ada: Member, program: Program, signed_in: SignIn) -> Client:
    return signed_in(client, ada)


@pytest.fixture
def domain(program: Program, ada: Member) -> TrackingDomain:
    return add_domain(program, host="go.acme.example", actor=ada)


def found(domain: TrackingDomain, *findings: Finding, **fields: object) -> None:
    """The check is over and found this."""
    kept = [finding.as_json() for finding in findings]
    checked = {"checked_at": now() + timedelta(seconds=1), "findings": kept, **fields}
    TrackingDomain.objects.filter(pk=domain.pk).update(**checked)


def test_an_empty_page_says_what_a_name_is_good_for(console: Client) -> None:
    assert "Your own name in every link" in page_text(console, url("domains"))


def test_a_domain_is_added_and_checked(console: Client, program: Program) -> None:
    answer = console.post(url("domains"), {"host": "https://Go.Acme.Example/"}, follow=True)
    domain = program.tracking_domains.get()

    assert domain.host == "go.acme.example"
    assert answer.redirect_chain == [(f"{url('domains')}#{domain.pk}", 302)]
    assert "Being checked" in answer.content.decode()
    assert f'hx-select="#{domain.pk}"' in answer.content.decode()


def test_what_is_no_host_is_said_at_its_field(console: Client) -> None:
    answer = console.post(url("domains"), {"host": "not a host"})

    assert answer.status_code == 422
    assert "is not the name of a host" in answer.content.decode()
    assert not TrackingDomain.objects.exists()


def test_the_page_says_exactly_what_is_missing(console: Client, domain: TrackingDomain) -> None:
    found(domain, MISSING)
    text = page_text(console, url("domains"))

    assert "The DNS does not know go.acme.example yet." in text
    assert "Add Name Value CNAME go track.example.net" in text
    assert "hx-trigger" not in console.get(url("domains")).content.decode().partition("<main")[2]


def test_the_overview_says_what_is_missing(console: Client, domain: TrackingDomain) -> None:
    hint = Finding("proxied", "hint", {"proxy": "Cloudflare"})
    found(domain, hint, Finding("no-public-name", "wrong"))
    text = page_text(console, "/console/")
    assert "go.acme.example This server’s links have no public name yet" in text
    assert "DNS" not in text.partition("go.acme.example")[2]

    found(domain, MISSING, failing_since=now(), verified_at=now())
    text = page_text(console, "/console/")
    assert "It has stopped working. The DNS does not know go.acme.example yet." in text


def test_a_check_that_nobody_begins_is_said(console: Client, domain: TrackingDomain) -> None:
    TrackingDomain.objects.update(check_asked_at=now() - timedelta(minutes=2))
    assert "The check has not begun." in page_text(console, url("domains"))


def test_another_name_is_chosen_for_new_links(console: Client, domain: TrackingDomain) -> None:
    found(domain, verified_at=now())
    console.post(url("domain-primary", domain.pk))

    assert "In new links" in page_text(console, url("domains"))


def test_a_name_that_leads_nowhere_cannot_be_chosen(
    console: Client, domain: TrackingDomain
) -> None:
    answer = console.post(url("domain-primary", domain.pk))

    assert answer.status_code == 409
    assert "does not lead here yet" in answer.content.decode()


def test_a_removed_name_that_still_answers_can_be_taken_up_again(
    console: Client, domain: TrackingDomain
) -> None:
    found(domain, verified_at=now(), leads_here_at=now())
    remove_domain(domain.pk, actor=None)
    assert "Removed, and still answering" in page_text(console, url("domains"))

    console.post(url("domains"), {"host": domain.host, "fallback_url": ""})

    domain.refresh_from_db()
    assert domain.removed_at is None


def test_a_fallback_that_is_no_address_changes_nothing(
    console: Client, domain: TrackingDomain
) -> None:
    answer = console.post(url("domain-fallback", domain.pk), {"fallback_url": "javascript:x"})
    domain.refresh_from_db()

    assert (answer.status_code, domain.fallback_url) == (422, "")


def test_a_viewer_reads_and_changes_nothing(
    client: Client, program: Program, domain: TrackingDomain, signed_in: SignIn
) -> None:
    viewer = member_of(domain.brand, "Vic", Member.Role.VIEWER)
    text = page_text(signed_in(client, viewer), url("domains"))

    assert "go.acme.example" in text
    assert "Add a domain" not in text
    assert client.post(url("domain-check", domain.pk)).status_code == 403


@pytest.mark.parametrize("code", [c for c in WORDINGS if c != "leads-here-via"])
def test_every_finding_has_words_for_what_it_tells(code: str) -> None:
    """With all that the check may say of it, no blank is left open."""
    names = [
        "host",
        "target",
        "found",
        "addresses",
        "zone",
        "proxy",
        "authority",
        "place",
        "allowed",
        "port",
        "detail",
    ]
    params: dict[str, str | list[str]] = {name: f"<{name}>" for name in names}
    words = said(Finding(code, "wrong", {**params, "via": ["<via>"]}))

    assert words.message
    assert "%(" not in f"{words.message}{words.remedy}"


def test_a_name_that_does_not_work_waits_for_somebody_on_the_overview(
    console: Client, domain: TrackingDomain
) -> None:
    assert "Tracking domains to mend" not in page_text(console, url("overview"))
    found(domain, MISSING)
    domain.host = "go.xn--blbr-roah.example"
    domain.save(update_fields=["host"])
    text = page_text(console, url("overview"))
    assert "The DNS does not know" in text
    assert "go.blåbær.example" in text
    found(domain, MISSING, verified_at=now(), failing_since=now())
    assert "It has stopped working" in page_text(console, url("overview"))
    found(domain, verified_at=now(), failing_since=None)
    assert "Tracking domains to mend" not in page_text(console, url("overview"))


class TestTheSecretOfPostbacks:
    def test_a_new_one_leaves_the_old_one_good_for_a_day(
        self, console: Client, program: Program
    ) -> None:
        console.post(url("tracking-secret"), {"keep_hours": "24"})
        text = page_text(console, url("tracking"))

        assert "Two secrets are good until" in text
        assert "Nobody has used the old one since." in text

    def test_the_last_use_of_the_old_one_is_told(self, console: Client, program: Program) -> None:
        console.post(url("tracking-secret"), {"keep_hours": "24"})
        Program.objects.update(postback_secret_before_used_at=now())

        assert "The old one was last used" in page_text(console, url("tracking"))

    def test_the_old_one_can_be_ended_at_once(self, console: Client, program: Program) -> None:
        console.post(url("tracking-secret"), {"keep_hours": "168"})
        console.post(url("tracking-secret-end"))

        assert "Two secrets" not in page_text(console, url("tracking"))

    @pytest.mark.parametrize("hours", ["", "x", "-1", "2000"])
    def test_a_time_that_is_not_offered_changes_nothing(
        self, console: Client, program: Program, hours: str
    ) -> None:
        secret = program.postback_secret
        answer = console.post(url("tracking-secret"), {"keep_hours": hours})
        program.refresh_from_db()

        assert (answer.status_code, program.postback_secret) == (422, secret)
