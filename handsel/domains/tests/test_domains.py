"""Names of the brand's own: added, checked, lost, taken back."""

from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from typing import Protocol

import pytest
from django.db import connection, transaction

from handsel.activity.models import Activity
from handsel.clock import now
from handsel.domains import services
from handsel.domains.checking import Progress
from handsel.domains.hosts import NotAHost, read_host
from handsel.domains.models import TrackingDomain
from handsel.domains.names import Answer, Names, Said
from handsel.domains.queries import due_for_check, host_for, may_have_certificate
from handsel.domains.services import (
    DomainNotVerified,
    HostTaken,
    TooManyDomains,
    add_domain,
    ask_for_check,
    change_fallback,
    check_domain,
    make_primary,
    remove_domain,
)
from handsel.domains.tests.conftest import HOST, Internet
from handsel.errors import InvalidInput
from handsel.mail.models import Letter
from handsel.organizations.models import Member
from handsel.programs.models import Program
from handsel.rows.scope import as_system

pytestmark = pytest.mark.django_db


class At(Protocol):
    def __call__(self, moment: datetime) -> None: ...


@pytest.fixture
def at(monkeypatch: pytest.MonkeyPatch) -> At:
    """`at(moment)`: it is that moment for the services from here on."""

    def set_clock(moment: datetime) -> None:
        for module in ("services", "queries"):
            monkeypatch.setattr(f"handsel.domains.{module}.now", lambda: moment)

    return set_clock


@pytest.fixture
def domain(program: Program, ada: Member) -> TrackingDomain:
    return add_domain(program, host=HOST, actor=ada)


@pytest.fixture
def verified(domain: TrackingDomain, internet: Internet) -> TrackingDomain:
    internet.lead(HOST)
    return check_domain(domain.pk, internet.checker)


READ = [
    ("go.shop.example", "go.shop.example"),
    (" HTTPS://Go.Shop.Example/x?y ", "go.shop.example"),
    ("go.shop.example.", "go.shop.example"),
    ("länk.blåbær.example", "xn--lnk-qla.xn--blbr-roah.example"),
]
REFUSED = [
    *("", "shop", "go shop.example", "go.shop.example:8080", "198.51.100.7", "[2001:db8::1]"),
    *("-go.shop.example", "go_shop.shop.example", "a" * 64 + ".example", "go..example"),
    *("go.localhost", ".".join(["a" * 60] * 5), "go.shop.example\x00", "http://", "*.shop.example"),
]


@pytest.mark.parametrize(("text", "host"), READ)
def test_a_host_is_kept_as_machines_compare_it(text: str, host: str) -> None:
    assert read_host(text) == host


@pytest.mark.parametrize("text", REFUSED)
def test_what_is_no_host_is_refused_at_its_field(program: Program, text: str) -> None:
    with pytest.raises(NotAHost) as refusal:
        add_domain(program, host=text, actor=None)

    assert (refusal.value.field, bool(refusal.value.remedy)) == ("host", True)
    assert not TrackingDomain.objects.exists()


@pytest.mark.parametrize("host", ["co.uk", "github.io"])
def test_a_name_below_which_others_register_belongs_to_nobody(program: Program, host: str) -> None:
    with pytest.raises(NotAHost, match="belongs to nobody"):
        add_domain(program, host=host, actor=None)


def test_this_servers_own_names_are_not_a_brands(
    program: Program, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("handsel.domains.hosts.own_hosts", lambda: {"track.example.net"})
    with pytest.raises(NotAHost, match="own name"):
        add_domain(program, host="Track.Example.net", actor=None)


def test_a_fallback_that_is_no_address_is_refused_at_its_field(program: Program) -> None:
    with pytest.raises(InvalidInput) as refusal:
        add_domain(program, host=HOST, fallback_url="javascript:alert(1)", actor=None)

    assert refusal.value.field == "fallback_url"


def test_a_new_domain_is_not_used_before_it_is_checked(
    domain: TrackingDomain, program: Program
) -> None:
    assert (domain.status, host_for(program.pk)) == ("checking", "")
    with pytest.raises(DomainNotVerified):
        make_primary(domain.pk, actor=None)


def test_the_first_domain_that_works_is_what_links_are_written_with(
    verified: TrackingDomain, program: Program
) -> None:
    assert (verified.status, verified.is_primary) == ("works", True)
    assert host_for(program.pk) == HOST
    verbs = Activity.objects.filter(subject_id=verified.pk).order_by("recorded_at")
    assert [a.verb for a in verbs] == ["domain.added", "domain.verified"]


def test_one_of_several_is_primary(
    verified: TrackingDomain, program: Program, internet: Internet, ada: Member
) -> None:
    other = add_domain(program, host="links.acme.example", actor=ada)
    internet.lead("links.acme.example")
    other = check_domain(other.pk, internet.checker)
    assert not other.is_primary

    make_primary(other.pk, actor=ada)

    assert host_for(program.pk) == "links.acme.example"
    assert TrackingDomain.objects.exclude(primary_since=None).count() == 1


def test_a_domain_that_does_not_lead_here_says_what_is_missing(
    domain: TrackingDomain, internet: Internet
) -> None:
    checked = check_domain(domain.pk, internet.checker)

    assert (checked.status, checked.leads_here_at) == ("not_ready", None)
    [finding] = checked.findings
    assert finding["code"] == "record-missing"
    assert finding["add"] == [{"type": "CNAME", "name": "go", "value": "track.example.net"}]


def test_a_certificate_may_be_asked_for_before_the_host_has_answered(
    domain: TrackingDomain, internet: Internet, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The first visitor over TLS is the check itself: who asks for certificates must know by then
    that the name leads here."""
    known = []
    real = services._keep

    def keep(pk: str, progress: Progress) -> TrackingDomain:
        row = real(pk, progress)
        known.append((progress.done, may_have_certificate(HOST)))
        return row

    monkeypatch.setattr(services, "_keep", keep)
    assert not may_have_certificate(HOST)
    internet.lead(HOST)
    check_domain(domain.pk, internet.checker)

    assert known == [(False, True), (True, True)]


def test_a_fault_of_an_hour_changes_no_address(
    verified: TrackingDomain, program: Program, internet: Internet, at: At
) -> None:
    internet.mislead(HOST)
    failing = check_domain(verified.pk, internet.checker)
    assert (failing.status, host_for(program.pk)) == ("failing", HOST)

    internet.lead(HOST)
    at(now() + timedelta(hours=1))
    mended = check_domain(verified.pk, internet.checker)

    assert (mended.status, mended.verified_at) == ("works", verified.verified_at)


def test_a_domain_that_stays_broken_is_given_up_and_its_people_are_told(
    verified: TrackingDomain, program: Program, internet: Internet, at: At, outbox: None
) -> None:
    internet.mislead(HOST)
    check_domain(verified.pk, internet.checker)
    at(now() + timedelta(hours=4))
    lost = check_domain(verified.pk, internet.checker)
    check_domain(verified.pk, internet.checker)

    assert (lost.verified_at, host_for(program.pk)) == (None, "")
    [letter] = Letter.objects.all()
    assert HOST in letter.subject
    assert "CNAME  go  elsewhere.example" in letter.text
    assert "CNAME  go  track.example.net" in letter.text


def test_a_removed_domain_is_not_written_and_may_still_have_its_certificate(
    verified: TrackingDomain, program: Program, ada: Member
) -> None:
    remove_domain(verified.pk, actor=ada)

    assert host_for(program.pk) == ""
    assert may_have_certificate(HOST)


def test_a_removed_domain_is_taken_up_again(
    verified: TrackingDomain, program: Program, ada: Member
) -> None:
    remove_domain(verified.pk, actor=ada)
    again = add_domain(program, host=HOST, actor=ada)

    assert (again.pk, again.removed_at) == (verified.pk, None)


def test_a_host_is_one_programs_only(domain: TrackingDomain, program: Program) -> None:
    with pytest.raises(HostTaken, match="already"):
        add_domain(program, host=HOST, actor=None)


def rival_of(mallory: Member) -> Program:
    with as_system():
        return Program.objects.get(brand=mallory.organization)


def test_another_brands_host_is_refused_with_the_way_to_prove_it(
    domain: TrackingDomain, mallory: Member, internet: Internet
) -> None:
    rival = rival_of(mallory)
    internet.dns.records[f"_handsel.{HOST}", "TXT"] = ['"somebody else"']
    with pytest.raises(HostTaken) as refusal:
        add_domain(rival, host=HOST, actor=mallory, names=internet.names)

    assert f"_handsel.{HOST}" in refusal.value.remedy
    assert rival.brand_id in refusal.value.remedy


def test_a_removed_host_is_not_another_brands_to_take(
    verified: TrackingDomain, mallory: Member, internet: Internet
) -> None:
    """Its DNS still leads here: whoever took it would own the links that are in the wild."""
    remove_domain(verified.pk, actor=None)
    with pytest.raises(HostTaken, match="Another brand"):
        add_domain(rival_of(mallory), host=HOST, actor=mallory, names=internet.names)


def test_who_owns_the_dns_gets_the_host(
    domain: TrackingDomain, mallory: Member, internet: Internet
) -> None:
    rival = rival_of(mallory)
    internet.dns.records[f"_handsel.{HOST}", "TXT"] = ['"other"', f'"{rival.brand_id}"']
    won = add_domain(rival, host=HOST, actor=mallory, names=internet.names)

    assert list(TrackingDomain.objects.all()) == [won]
    told = Activity.objects.filter(subject_id=domain.pk, verb="domain.claimed").get()
    assert told.brand_id == domain.brand_id


class Elsewhere(Names):
    """While the DNS is asked, somebody else changes what the question is about."""

    said = Answer(Said.FOUND, ())

    def ask(self, name: str, kind: str) -> Answer:
        def change_both() -> None:
            with as_system(), transaction.atomic():
                list(Program.objects.select_for_update(nowait=True, of=("self",)))
                list(TrackingDomain.objects.select_for_update(nowait=True, of=("self",)))
            connection.close()

        with ThreadPoolExecutor(1) as pool:
            pool.submit(change_both).result()
        return self.said


@pytest.mark.django_db(transaction=True)
def test_nobody_waits_for_a_lock_while_the_dns_is_asked(
    domain: TrackingDomain, mallory: Member
) -> None:
    with pytest.raises(HostTaken, match="Another brand"):
        add_domain(rival_of(mallory), host=HOST, actor=mallory, names=Elsewhere())


def test_a_program_has_so_many_domains_and_no_more(
    program: Program, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(services, "DOMAINS_MAX", 1)
    add_domain(program, host="a.acme.example", actor=None)
    with pytest.raises(TooManyDomains):
        add_domain(program, host="b.acme.example", actor=None)


def test_a_check_is_asked_for_once_unless_it_is_never_made(domain: TrackingDomain, at: At) -> None:
    asked = domain.check_asked_at
    assert ask_for_check(domain.pk).check_asked_at == asked

    at(now() + timedelta(minutes=2))
    assert ask_for_check(domain.pk).check_asked_at != asked


def test_a_removed_name_that_leads_elsewhere_is_looked_at_until_it_is_given_up(
    verified: TrackingDomain, internet: Internet, at: At
) -> None:
    remove_domain(verified.pk, actor=None)
    internet.mislead(HOST)
    for hours in (0, 4):
        at(now() + timedelta(hours=hours))
        check_domain(verified.pk, internet.checker)
    at(now() + timedelta(days=9))

    assert not may_have_certificate(HOST)
    assert not due_for_check().exists()


def test_what_was_checked_rests_for_a_day_and_what_fails_for_an_hour(
    verified: TrackingDomain, internet: Internet, at: At
) -> None:
    def due(hours: int) -> bool:
        at(now() + timedelta(hours=hours))
        return due_for_check().filter(pk=verified.pk).exists()

    assert [due(hours) for hours in (0, 2, 24)] == [False, False, True]
    at(now())
    internet.mislead(HOST)
    check_domain(verified.pk, internet.checker)
    assert [due(hours) for hours in (0, 2)] == [False, True]


def test_the_fallback_is_changed_once(domain: TrackingDomain, ada: Member) -> None:
    for _ in range(2):
        change_fallback(domain.pk, fallback_url="https://acme.example/sale", actor=ada)

    assert Activity.objects.filter(verb="domain.fallback-changed").count() == 1
    domain.refresh_from_db()
    assert domain.fallback_url == "https://acme.example/sale"
