"""Which addresses a partner may write."""

import pytest

from handsel.errors import InvalidInput
from handsel.organizations.models import Member
from handsel.partnerships.models import Partnership
from handsel.postbacks.placeholders import PLACEHOLDERS, SAMPLE, fill, read_template
from handsel.postbacks.services import POSTBACKS_MAX, TooManyPostbacks, add_postback

OURS = frozenset({"partners.acme.example", "go.acme.example"})


def read(text: str) -> str:
    return read_template(text, allow_private=False, own_hosts=OURS)


@pytest.mark.parametrize(
    ("written", "kept"),
    [
        ("https://t.example", "https://t.example/"),
        (" https://T.Example:443/In ", "https://t.example/In"),
        ("https://t.example:8443/?a={sub1}", "https://t.example:8443/?a={sub1}"),
        ("https://t.example?a={sub1}", "https://t.example/?a={sub1}"),
        ("https://t.example/{click_id}/x", "https://t.example/{click_id}/x"),
        ("https://blåbær.example/ø", "https://xn--blbr-roah.example/%C3%B8"),
        ("https://t.example/a b", "https://t.example/a%20b"),
    ],
)
def test_an_address_is_kept_as_it_is_sent(written: str, kept: str) -> None:
    assert read(written) == kept
    assert read(kept) == kept


@pytest.mark.parametrize(
    "text",
    [
        "",
        "tracker.example/in",
        "http://t.example/",
        "ftp://t.example/",
        "javascript:alert(1)",
        "//t.example/",
        "https://",
        "https:///in",
        "https:t.example/",
        "https://user@t.example/",
        "https://user:word@t.example/",
        "https://t.example@10.0.0.1/",
        "https://t.example\\@10.0.0.1/",
        "https://t.example:22/",
        "https://t.example:80/",
        "https://t.example:0/",
        "https://t.example:99999/",
        "https://t.example:x/",
        "https://localhost/",
        "https://localhost./",
        "https://intranet/",
        "https://127.0.0.1/",
        "https://127.1/",
        "https://2130706433/",
        "https://0x7f.1/",
        "https://017700000001/",
        "https://0/",
        "https://[::1]/",
        "https://[::ffff:127.0.0.1]/",
        "https://169.254.169.254/latest/",
        "https://①②⑦.0.0.1/",
        "https://t.example%00.acme.example/",
        "https://t%2eexample/",
        "https://t.ex\nample/",
        "https://t.example/\r\nHost: x",
        "https://go.acme.example/in",
        "https://GO.acme.example./in",
        "https://partners.acme.example/",
        "https://{sub1}.t.example/",
        "https://t.example:{sub1}/",
        "{sub1}://t.example/",
        "https://t.example/#{sub1}",
        "https://t.example/{sub6}",
        "https://t.example/{order_reference}",
        "https://t.example/{customer}",
        "https://t.example/{}",
        "https://t.example/{sub1",
        "https://t.example/sub1}",
        "https://t.example/{{sub1}}",
        "https://t.example/" + "x" * 2000,
    ],
)
def test_what_is_no_address_of_a_tracker_is_refused_with_a_remedy(text: str) -> None:
    with pytest.raises(InvalidInput) as refused:
        read(text)

    assert refused.value.field == "url"
    assert refused.value.remedy


def test_an_unknown_placeholder_is_refused_with_the_list() -> None:
    with pytest.raises(InvalidInput, match="order_reference") as refused:
        read("https://t.example/?o={order_reference}")

    assert all(f"{{{name}}}" in refused.value.remedy for name in PLACEHOLDERS)


def test_values_are_encoded_and_cannot_change_the_address() -> None:
    template = read("https://t.example/{link}?c={sub1}&s={status}")
    hostile = SAMPLE | {"sub1": "a&s=paid#x y/ü", "link": "../../admin?x"}

    assert fill(template, hostile) == (
        "https://t.example/..%2F..%2Fadmin%3Fx?c=a%26s%3Dpaid%23x%20y%2F%C3%BC&s=pending"
    )


def test_a_partnership_has_at_most_five(bens: Partnership, ben: Member) -> None:
    for number in range(POSTBACKS_MAX):
        add_postback(bens, url=f"https://t.example/{number}", actor=ben)

    with pytest.raises(TooManyPostbacks):
        add_postback(bens, url="https://t.example/one-more", actor=ben)


@pytest.mark.parametrize("events", [[], ["paid"]])
def test_events_that_there_are_not_are_refused(
    bens: Partnership, ben: Member, events: list[str]
) -> None:
    with pytest.raises(InvalidInput):
        add_postback(bens, url="https://t.example/", events=events, actor=ben)
