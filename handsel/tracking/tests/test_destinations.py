import json
from collections.abc import Callable
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from ada_url import URL
from hypothesis import given
from hypothesis import strategies as st

from handsel.tracking.destinations import cut, deep_link, own_address, own_page

DOMAINS = ["shop.example", "localhost:8000", "xn--kp-fka.example"]

CUTS = [
    ("https://shop.example/", "https://shop.example/?hs_click=ID"),
    ("https://shop.example/?a=b", "https://shop.example/?a=b&hs_click=ID"),
    ("https://shop.example/?a=b#frag", "https://shop.example/?a=b&hs_click=ID#frag"),
    ("https://shop.example/#frag", "https://shop.example/?hs_click=ID#frag"),
    ("https://shop.example/#/spa?x=1", "https://shop.example/?hs_click=ID#/spa?x=1"),
    ("https://shop.example/?", "https://shop.example/?hs_click=ID"),
    ("https://shop.example/?a=1&", "https://shop.example/?a=1&hs_click=ID"),
    ("https://shop.example/?hs_click=old&a=b", "https://shop.example/?a=b&hs_click=ID"),
    ("https://shop.example/?x=a?b", "https://shop.example/?x=a?b&hs_click=ID"),
]


@pytest.mark.parametrize(("url", "expected"), CUTS)
def test_the_id_stands_at_the_end_of_the_query(url: str, expected: str) -> None:
    head, tail = cut(url, "hs_click")

    assert head + "ID" + tail == expected


ALLOWED = [
    ("https://shop.example/shoes", "https://shop.example/shoes"),
    ("http://shop.example", "http://shop.example/"),
    ("https://SHOP.example/a b".replace(" ", "%20"), "https://shop.example/a%20b"),
    ("https://www.shop.example/?q=1#x", "https://www.shop.example/?q=1#x"),
    ("https://shop.example:443/", "https://shop.example/"),
    ("http://localhost:8000/basket", "http://localhost:8000/basket"),
    ("https://köp.example/skor/grå", "https://xn--kp-fka.example/skor/gr%C3%A5"),
    ("https://shop。example/", "https://shop.example/"),  # an ideographic full stop
    ("https://ｓhop.example/", "https://shop.example/"),  # a full-width s
    ("https://shop.example//evil.example", "https://shop.example//evil.example"),
    (
        "https://shop.example/?next=https://evil.example",
        "https://shop.example/?next=https://evil.example",
    ),
    ("https://shop.example/@evil.example", "https://shop.example/@evil.example"),
]


@pytest.mark.parametrize(("url", "expected"), ALLOWED)
def test_a_page_of_the_programs_own_domains_is_allowed(url: str, expected: str) -> None:
    assert deep_link(url, DOMAINS) == expected


REFUSED = [
    "//evil.example",
    "///evil.example",
    "/\\evil.example",
    "\\\\evil.example",
    "/relative",
    "evil.example",
    "",
    "https:evil.example",
    "https:/evil.example",
    "https:///evil.example",
    "https:\\\\evil.example",
    "https:shop.example",
    "https://evil.example",
    "https://evil.example/shop.example",
    "https://evil.example?shop.example",
    "https://evil.example#shop.example",
    "https://evil.example#@shop.example",
    "https://evil.example\\@shop.example",
    "https://evil.example\\.shop.example",
    "https://shop.example\\@evil.example",
    "https://shop.example@evil.example",
    "https://shop.example:pass@evil.example",
    "https://evil.example@shop.example",
    "https://shop.example%40evil.example",
    "https://evil.example%2f.shop.example",
    "https://evil.example%00.shop.example",
    "https://evil.example\x00.shop.example",
    "https://shop.example.evil.example",
    "https://evilshop.example",
    "https://evil-shop.example",
    "https://shop.example.",
    "https://shop.exampl",
    "https://example",
    "https://.shop.example",
    "https://a..shop.example",
    "https://shop.example:8080",
    "https://shop.example:99999",
    "https://shop.example:80:443",
    "http://localhost",
    "http://localhost:80/",
    "http://evil.localhost:8000/",
    "https://shop.example\t/",
    "ht\ntps://evil.example",
    "https://ev\ril.example",
    " https://shop.example",
    "https://shop.example /",
    "\x01https://evil.example",
    "https://shоp.example/",  # a Cyrillic о
    "https://shop.example\u2028.evil.example",
    "https://[shop.example]/",
    "https://[::ffff:shop.example]/",
    "javascript:alert(1)",
    "javascript://shop.example/%0aalert(1)",
    "data:text/html,<script>alert(1)</script>",
    "vbscript:msgbox",
    "file:///etc/passwd",
    "ftp://shop.example/",
    "blob:https://shop.example/1",
    "view-source:https://shop.example",
    "intent://shop.example/#Intent;end",
    "https://shop.example/\r\nSet-Cookie: a=b",
    "https://shop.example/" + "a" * 2048,
]


@pytest.mark.parametrize("url", REFUSED)
def test_whatever_could_lead_elsewhere_is_refused(url: str) -> None:
    assert deep_link(url, DOMAINS) is None


@pytest.mark.parametrize("domain", ["fass.example", "xn--fa-hia.example"])
def test_a_host_that_two_parsers_read_differently_is_refused(domain: str) -> None:
    assert deep_link("https://faß.example/", [domain]) is None
    assert deep_link(f"https://{domain}/", [domain]) == f"https://{domain}/"


def test_without_domains_nothing_is_allowed() -> None:
    assert deep_link("https://shop.example/", []) is None


WPT = json.loads((Path(__file__).parent / "wpt" / "urltestdata.json").read_text())
WPT_HOSTS = sorted({case["hostname"] for case in WPT if case.get("hostname")})


def read_elsewhere(read: Callable[[str], str | None]) -> list[str]:
    """The inputs of the Web Platform Tests of which `read` names another host than the one that
    a browser goes to."""
    wrong = []
    for case in WPT:
        host = read(case["input"])
        if host is not None and host != case.get("hostname"):
            wrong.append(case["input"])
    return wrong


def test_no_address_of_the_web_platform_tests_leads_off_the_list() -> None:
    assert [case["input"] for case in WPT if deep_link(case["input"], DOMAINS)] == []


def test_what_is_allowed_is_where_a_browser_goes() -> None:
    """All hosts of the tests are on the list, so that only the reading can go wrong."""

    def ours(url: str) -> str | None:
        address = deep_link(url, WPT_HOSTS)
        return address and URL(address).hostname

    assert read_elsewhere(ours) == []
    assert sum(ours(case["input"]) is not None for case in WPT) > 40


def test_control_one_parser_alone_is_led_astray() -> None:
    def naive(url: str) -> str | None:
        try:
            host = urlsplit(url).hostname
        except ValueError:
            return None
        return host if host in WPT_HOSTS else None

    assert len(read_elsewhere(naive)) > 5


SCHEMES = ["https:", "http:", "//", "/", "\\", "@", ":", "#", "?"]
HOSTS = ["shop.example", "evil.example", "localhost", "8000", ".", "[", "]", "[::1]", "xn--"]
TRICKS = ["%2f", "%40", "。", "ⓢ", "\t"]
pieces = st.sampled_from([*SCHEMES, *HOSTS, *TRICKS])


@given(st.lists(pieces, max_size=9).map("".join))
def test_an_allowed_address_always_begins_with_an_allowed_host(url: str) -> None:
    allowed = deep_link(url, DOMAINS)
    if allowed is None:
        return

    assert URL(allowed).host in DOMAINS or URL(allowed).hostname.endswith(
        (".shop.example", ".xn--kp-fka.example")
    )
    origin = "/".join(allowed.split("/")[:3])
    assert origin.isascii()
    host = urlsplit(origin).netloc
    assert host in DOMAINS or host.endswith((".shop.example", ".xn--kp-fka.example"))


@pytest.mark.parametrize(
    "url", ["", "javascript:alert(1)", "https:///x", "shop.example", "http://"]
)
def test_a_link_that_no_browser_could_follow_has_no_address(url: str) -> None:
    assert own_address(url) is None


OWN_PAGES = [
    ("https://shop.example/hats", "https://shop.example/hats"),
    ("http://www.shop.example:8080/hats", "http://www.shop.example:8080/hats"),
    ("http://localhost:8000/", "http://localhost:8000/"),
    ("http://localhost:9000/", None),
    ("https://evil.example:443/shop.example", None),
    ("https://shop.example\\@evil.example", None),
    ("https://shop.example@evil.example/", None),
]


@pytest.mark.parametrize(("url", "expected"), OWN_PAGES)
def test_a_destination_lies_on_the_programs_domains_at_any_port(
    url: str, expected: str | None
) -> None:
    assert own_page(url, DOMAINS) == expected
