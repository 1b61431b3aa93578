"""What the check says of faulty zones, asked of a real name server."""

from collections.abc import Iterator

import pytest

from handsel.domains.findings import Record
from handsel.domains.names import Names
from handsel.domains.records import Seen, see
from handsel.domains.tests.servers import NameServer, Zone

SOA = ["ns.example. root.example. 1 3600 600 86400 60"]
OURS = {
    ("track.example.net", "A"): ["198.51.100.7"],
    ("track.example.net", "AAAA"): ["2001:db8::7"],
    ("shop.example", "SOA"): SOA,
}
CNAME = (Record("CNAME", "go", "track.example.net"),)


@pytest.fixture(scope="module")
def server() -> Iterator[NameServer]:
    with NameServer({}) as running:
        yield running


def looked_up(server: NameServer, zone: Zone, host: str = "go.shop.example") -> Seen:
    server.records = {**OURS, **zone}
    names = Names(server.servers, lifetime_s=0.2)
    return see(names, host, "track.example.net", "letsencrypt.org")


def codes(seen: Seen) -> list[str]:
    return [finding.code for finding in seen.findings]


def test_a_cname_to_us_leads_here(server: NameServer) -> None:
    seen = looked_up(server, {("go.shop.example", "CNAME"): ["track.example.net"]})

    assert (codes(seen), seen.leads_here) == (["leads-here"], True)
    assert seen.addresses == ("198.51.100.7", "2001:db8::7")


def test_a_chain_of_cnames_to_us_leads_here_and_is_told(server: NameServer) -> None:
    zone = {
        ("go.shop.example", "CNAME"): ["links.shop.example"],
        ("links.shop.example", "CNAME"): ["track.example.net"],
    }
    [finding] = looked_up(server, zone).findings

    assert (finding.code, finding.params["via"]) == ("leads-here", ["links.shop.example"])


def test_a_cname_to_us_leads_here_whatever_address_we_have_at_the_moment(
    server: NameServer,
) -> None:
    """Ours is asked for first; by the time the host is, another of them is given."""
    zone = {
        ("go.shop.example", "CNAME"): ["track.example.net"],
        ("track.example.net", "A"): [f"198.51.100.{n}" for n in range(50)],
        ("track.example.net", "AAAA"): [],
    }
    server.turning = {"track.example.net"}
    try:
        assert looked_up(server, zone).leads_here
    finally:
        server.turning = set()


def test_a_missing_record_is_told_as_it_is_typed(server: NameServer) -> None:
    [finding] = looked_up(server, {}).findings

    assert (finding.code, finding.add, finding.remove) == ("record-missing", CNAME, ())


def test_the_name_is_that_of_the_zone_it_is_typed_into(server: NameServer) -> None:
    """Below shop.example, eu.shop.example is a zone of its own, with a form of its own."""
    zone = {("eu.shop.example", "SOA"): SOA}
    [finding] = looked_up(server, zone, "go.eu.shop.example").findings
    [deeper] = looked_up(server, {}, "go.eu.shop.example").findings

    assert [record.name for record in (*finding.add, *deeper.add)] == ["go", "go.eu"]


def test_at_the_head_of_a_zone_addresses_are_wanted(server: NameServer) -> None:
    [finding] = looked_up(server, {}, "shop.example").findings

    assert finding.add == (
        Record("A", "@", "198.51.100.7"),
        Record("AAAA", "@", "2001:db8::7"),
    )


def test_addresses_of_ours_at_the_head_of_a_zone_lead_here(server: NameServer) -> None:
    seen = looked_up(server, {("shop.example", "A"): ["198.51.100.7"]}, "shop.example")

    assert (codes(seen), seen.leads_here) == (["leads-here"], True)


def test_a_copied_address_is_good_today_and_a_cname_better(server: NameServer) -> None:
    seen = looked_up(server, {("go.shop.example", "A"): ["198.51.100.7"]})

    assert (codes(seen), seen.leads_here) == (["address-copied"], True)
    assert seen.findings[0].add == CNAME


@pytest.mark.parametrize(
    ("kind", "value"), [("CNAME", "old.example"), ("A", "192.0.2.1"), ("AAAA", "2001:db8::1")]
)
def test_a_record_that_leads_elsewhere_is_to_be_replaced(
    server: NameServer, kind: str, value: str
) -> None:
    zone = {("go.shop.example", kind): [value], ("old.example", "A"): ["192.0.2.9"]}
    seen = looked_up(server, zone)

    assert (codes(seen), seen.addresses) == (["other-target"], ())
    assert seen.findings[0].remove == (Record(kind, "go", value),)
    assert seen.findings[0].add == CNAME


def test_a_cname_that_leads_to_nothing_is_to_be_replaced(server: NameServer) -> None:
    seen = looked_up(server, {("go.shop.example", "CNAME"): ["gone.example"]})

    assert codes(seen) == ["other-target"]
    assert seen.findings[0].params["found"] == "gone.example"


def test_an_address_beside_ours_takes_visitors_away(server: NameServer) -> None:
    zone = {
        ("go.shop.example", "A"): ["198.51.100.7"],
        ("go.shop.example", "AAAA"): ["2001:db8::bad"],
    }
    seen = looked_up(server, zone)

    assert (codes(seen), seen.leads_here) == (["stray-address"], False)
    assert seen.findings[0].remove == (Record("AAAA", "go", "2001:db8::bad"),)


def test_a_wildcard_needs_a_record_beside_it(server: NameServer) -> None:
    seen = looked_up(server, {("*.shop.example", "A"): ["192.0.2.1"]})

    assert codes(seen) == ["wildcard"]
    assert seen.findings[0].add == CNAME


def test_a_wildcard_that_leads_here_is_as_good_as_a_record(server: NameServer) -> None:
    assert looked_up(server, {("*.shop.example", "CNAME"): ["track.example.net"]}).leads_here


def test_a_proxy_in_front_is_named_and_asked_for_an_answer(server: NameServer) -> None:
    seen = looked_up(server, {("go.shop.example", "A"): ["104.16.1.1"]})

    assert (codes(seen), seen.proxied) == (["proxied"], True)
    assert seen.addresses == ("104.16.1.1",)


def test_a_caa_record_for_another_authority_forbids_the_certificate(server: NameServer) -> None:
    zone = {
        ("go.shop.example", "CNAME"): ["track.example.net"],
        ("shop.example", "CAA"): ['0 issue "digicert.com"', '0 iodef "mailto:x@shop.example"'],
    }
    seen = looked_up(server, zone)

    assert codes(seen) == ["leads-here", "caa-forbids"]
    assert seen.findings[1].add == (Record("CAA", "@", '0 issue "letsencrypt.org"'),)


@pytest.mark.parametrize(
    "caa",
    [
        ['0 issue "digicert.com"', '0 issue "letsencrypt.org; validationmethods=http-01"'],
        ['0 issuewild ";"'],
    ],
)
def test_a_caa_record_that_allows_it_is_not_mentioned(server: NameServer, caa: list[str]) -> None:
    zone = {
        ("go.shop.example", "CNAME"): ["track.example.net"],
        ("shop.example", "CAA"): caa,
        ("example", "CAA"): ['0 issue ";"'],
    }

    assert codes(looked_up(server, zone)) == ["leads-here"]


def test_name_servers_that_are_silent_are_told_apart_from_missing_records(
    server: NameServer,
) -> None:
    server.silent = {"shop.example"}
    try:
        assert codes(looked_up(server, {})) == ["dns-silent"]
    finally:
        server.silent = set()


def test_a_target_without_address_is_the_operators_matter(server: NameServer) -> None:
    server.records = {("go.shop.example", "CNAME"): ["track.example.net"]}
    names = Names(server.servers, lifetime_s=0.2)

    assert codes(see(names, "go.shop.example", "track.example.net", "x")) == ["target-unknown"]


def test_without_certificates_nobody_asks_who_may_issue_them(server: NameServer) -> None:
    server.records = {
        **OURS,
        ("go.shop.example", "CNAME"): ["track.example.net"],
        ("shop.example", "CAA"): ['0 issue ";"'],
    }
    names = Names(server.servers, lifetime_s=0.2)

    assert codes(see(names, "go.shop.example", "track.example.net", "")) == ["leads-here"]
