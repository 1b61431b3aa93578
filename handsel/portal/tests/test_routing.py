"""What a partner may say of where its links lead, and what it reads of it."""

from datetime import timedelta

import pytest

from handsel.clock import now
from handsel.console.tests.reading import page_text
from handsel.links.changing import change_defaults, change_link, end_split
from handsel.links.directions import LinkChange, Rule, Scheduled, SplitWish, VariantWish

SHOP = "https://acme.example"
SPLIT = SplitWish(variants=(VariantWish(url=f"{SHOP}/a"), VariantWish(url=f"{SHOP}/b", weight=3)))
SWEDEN = Rule(url=f"{SHOP}/se", countries=("SE",), devices=("phone",))
RULE = {
    "rules-TOTAL_FORMS": 1,
    "rules-INITIAL_FORMS": 0,
    "rules-0-countries": "Sweden",
    "rules-0-url": f"{SHOP}/se",
}


@pytest.fixture
def allowed(program, ada):
    change_defaults(program, utm={}, partners_route=True, actor=ada)


def page(link, part=""):
    return f"/portal/links/{link.pk}/" + (f"{part}/" if part else "")


def leads(client, link):
    return [(lead.who, lead.url) for lead in client.get(page(link)).context["leads"]]


def test_a_partner_changes_name_page_and_end(as_ben, bens_link):
    data = {"name": "Autumn", "url": f"{SHOP}/hats", "expires_at": "2027-01-31T23:00"}
    assert as_ben.post(page(bens_link, "address"), data).status_code == 302

    bens_link.refresh_from_db()
    assert (bens_link.name, bens_link.url) == ("Autumn", f"{SHOP}/hats")
    assert bens_link.expires_at.isoformat() == "2027-01-31T23:00:00+00:00"


def test_a_page_elsewhere_is_refused_at_its_field(as_ben, bens_link):
    response = as_ben.post(page(bens_link, "address"), {"url": "https://rival.example/"})

    assert response.status_code == 422
    assert "acme.example" in response.context["parts"]["address"].errors["url"][0]


def test_where_the_brand_keeps_it_to_itself_nothing_is_offered_and_nothing_taken(as_ben, bens_link):
    text = page_text(as_ben, page(bens_link))
    assert "Schedule" not in text
    assert "Where visitors go after that" not in text

    assert as_ben.post(page(bens_link, "rules"), RULE).status_code == 422
    data = {"url": bens_link.url, "fallback_url": f"{SHOP}/over"}
    as_ben.post(page(bens_link, "address"), data)
    bens_link.refresh_from_db()
    assert (bens_link.rules, bens_link.fallback_url) == ([], "")


def test_where_the_brand_allows_it_a_partner_routes(as_ben, bens_link, allowed):
    assert "Where visitors go after that" in page_text(as_ben, page(bens_link))
    assert as_ben.post(page(bens_link, "rules"), RULE).status_code == 302

    bens_link.refresh_from_db()
    assert [rule["countries"] for rule in bens_link.rules] == [["SE"]]


def test_another_rule_is_asked_for_without_losing_the_first(as_ben, bens_link, allowed):
    response = as_ben.post(page(bens_link, "rules"), RULE | {"more": "1"})

    rows = response.context["parts"]["rules"].forms
    assert [row.initial.get("countries") for row in rows] == ["Sweden", None]
    bens_link.refresh_from_db()
    assert bens_link.rules == []


@pytest.mark.parametrize(("may", "status"), [(True, 302), (False, 403)])
def test_only_who_may_split_ends_a_split(as_ben, bens_link, program, ada, may, status):
    change_defaults(program, utm={}, partners_route=may, actor=ada)
    change_link(bens_link.pk, LinkChange(split=SPLIT), actor=ada)
    assert as_ben.post(page(bens_link, "winner"), {"name": "b"}).status_code == status

    bens_link.refresh_from_db()
    assert bens_link.split["winner"] == ("b" if may else None)


def test_a_link_says_for_whom_it_leads_where(as_ben, bens_link, ada):
    assert leads(as_ben, bens_link) == [("", bens_link.url)]

    change_link(bens_link.pk, LinkChange(rules=(SWEDEN,), split=SPLIT), actor=ada)
    assert leads(as_ben, bens_link) == [
        ("Sweden · Phone", f"{SHOP}/se"),
        ("25% of all others", f"{SHOP}/a"),
        ("75% of all others", f"{SHOP}/b"),
    ]
    end_split(bens_link.pk, "b", actor=ada)
    assert leads(as_ben, bens_link)[1:] == [("All others", f"{SHOP}/b")]
    assert "Where it leads depends on who follows it" in page_text(as_ben, page(bens_link))


def test_a_schedule_in_force_goes_before_all_else(as_ben, bens_link, ada):
    begun = Scheduled(at=now() - timedelta(days=1), url=f"{SHOP}/sale")
    later = Scheduled(at=now() + timedelta(days=1))
    change = LinkChange(rules=(SWEDEN,), split=SPLIT, schedule=(begun, later))
    change_link(bens_link.pk, change, actor=ada)

    assert leads(as_ben, bens_link) == [("", f"{SHOP}/sale")]
