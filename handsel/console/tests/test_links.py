import re
from datetime import UTC, timedelta

import pytest
from django.urls import reverse

from handsel.cast import member_of
from handsel.clicks.tests.visits import click_through
from handsel.clock import now
from handsel.links.changing import change_link
from handsel.links.directions import LinkChange, SplitWish, VariantWish
from handsel.links.models import Link, LinkDefaults
from handsel.links.services import create_link
from handsel.organizations.models import Member

SHOP = "https://acme.example"
SPLIT = SplitWish(variants=(VariantWish(url=f"{SHOP}/a"), VariantWish(url=f"{SHOP}/b", weight=3)))


@pytest.fixture
def as_ada(client, signed_in, ada):
    return signed_in(client, ada)


def rows(part, *forms):
    """A part of the page as a browser sends it."""
    data = {f"{part}-TOTAL_FORMS": len(forms), f"{part}-INITIAL_FORMS": 0}
    for n, form in enumerate(forms):
        data |= {f"{part}-{n}-{name}": value for name, value in form.items()}
    return data


def change(client, link, part, data):
    return client.post(reverse(f"console:link-{part}", args=[link.pk]), data)


def page(client, link, query=""):
    return client.get(reverse("console:link", args=[link.pk]) + query).content.decode()


def test_the_list_finds_by_what_links_do(as_ada, bens, bens_link, ada):
    other = create_link(bens, slug="bens-sale", url=f"{SHOP}/sale", actor=ada)
    change_link(other.pk, LinkChange(split=SPLIT, expires_at=now()), actor=ada)
    url = reverse("console:links")

    def found(query):
        content = as_ada.get(f"{url}?{query}").content.decode()
        return [link.slug for link in (bens_link, other) if f'id="{link.pk}"' in content]

    assert found("") == ["ben", "bens-sale"]
    assert found("q=/sale") == ["bens-sale"]
    assert found("has=split") == found("state=expired") == ["bens-sale"]
    assert found("state=enabled") == ["ben"]
    assert found(f"partner={bens.pk}&has=rules") == []


def test_an_address_is_changed_on_the_links_page(as_ada, bens_link):
    data = {"url": f"{SHOP}/hats", "name": "Blog", "expires_at": "2027-01-31T23:00"}
    response = change(as_ada, bens_link, "address", data)

    assert response.status_code == 302
    bens_link.refresh_from_db()
    assert (bens_link.url, bens_link.name) == (f"{SHOP}/hats", "Blog")
    assert bens_link.expires_at.isoformat() == "2027-01-31T23:00:00+00:00"


def test_a_foreign_page_is_refused_at_its_field(as_ada, bens_link):
    response = change(as_ada, bens_link, "address", {"url": "https://evil.example/"})

    assert response.status_code == 422
    assert "is not a page of this program" in response.content.decode()
    bens_link.refresh_from_db()
    assert bens_link.url == SHOP


def test_rules_are_written_by_name_in_the_order_that_is_asked_for(as_ada, bens_link):
    data = rows(
        "rules",
        {"countries": "Norway", "url": f"{SHOP}/no", "ORDER": "2"},
        {"countries": "se, Finland", "devices": ["phone"], "url": f"{SHOP}/se", "ORDER": "1"},
        {"countries": "", "url": ""},
    )
    assert change(as_ada, bens_link, "rules", data).status_code == 302

    bens_link.refresh_from_db()
    assert [(rule["countries"], rule["devices"]) for rule in bens_link.rules] == [
        (["SE", "FI"], ["phone"]),
        (["NO"], []),
    ]
    assert "Sweden, Finland" in page(as_ada, bens_link)


@pytest.mark.parametrize(
    ("row", "said"),
    [
        ({"countries": "Atlantis", "url": SHOP}, "There is no country “Atlantis”."),
        ({"countries": "SE"}, "Say where they go."),
        ({"url": SHOP}, "This rule says nothing about whom it is for."),
        ({"countries": "SE", "url": "https://evil.example"}, "is not a page of this program"),
    ],
)
def test_a_rule_that_cannot_be_says_why_and_keeps_what_was_written(as_ada, bens_link, row, said):
    good = {"countries": "NO", "url": f"{SHOP}/no"}
    response = change(as_ada, bens_link, "rules", rows("rules", good, row))

    assert response.status_code == 422
    content = response.content.decode()
    assert said in content
    assert f"{SHOP}/no" in content
    bens_link.refresh_from_db()
    assert bens_link.rules == []


def test_another_row_comes_with_all_that_was_typed_and_saves_nothing(as_ada, bens_link):
    typed = {"countries": "Atlantis", "devices": ["phone"], "url": ""}
    response = change(as_ada, bens_link, "rules", rows("rules", typed) | {"more": "1"})

    asked = response.context["parts"]["rules"]
    assert response.status_code == 200
    assert [form.initial.get("countries") for form in asked] == ["Atlantis", None]
    assert 'value="phone" id="id_rules-0-devices_0" checked' in response.content.decode()
    assert "There is no country" not in response.content.decode()
    bens_link.refresh_from_db()
    assert bens_link.rules == []


def test_a_row_is_taken_out_before_anything_is_saved(as_ada, bens_link):
    of = [{"at": f"2026-12-2{n}T18:00", "url": f"{SHOP}/{n}"} for n in range(3)]
    change(as_ada, bens_link, "schedule", rows("schedule", *of))
    response = change(as_ada, bens_link, "schedule", rows("schedule", *of) | {"without": "1"})

    bens_link.refresh_from_db()
    assert [form.initial["url"] for form in response.context["parts"]["schedule"]] == [
        f"{SHOP}/0",
        f"{SHOP}/2",
    ]
    assert len(bens_link.schedule) == 3


@pytest.mark.parametrize("odd", [{"without": "x"}, {"more": "1", "split-TOTAL_FORMS": "9" * 9}])
def test_a_form_asked_for_with_nonsense_is_a_form(as_ada, bens_link, odd):
    response = change(as_ada, bens_link, "split", rows("split", {"url": SHOP}) | odd)

    assert response.status_code == 200
    assert len(response.context["parts"]["split"].forms) <= 20


def test_a_schedule_and_a_split_are_rows_too(as_ada, bens_link):
    schedule = rows("schedule", {"at": "2026-12-24T18:00", "url": f"{SHOP}/gifts"}, {})
    split = rows("split", {"url": SHOP, "weight": "1"}, {"url": f"{SHOP}/b", "weight": "3"})
    assert change(as_ada, bens_link, "schedule", schedule).status_code == 302
    assert change(as_ada, bens_link, "split", split | {"decides": "on"}).status_code == 302

    bens_link.refresh_from_db()
    assert bens_link.schedule == [{"at": "2026-12-24T18:00:00Z", "url": f"{SHOP}/gifts"}]
    assert [one["weight"] for one in bens_link.split["variants"]] == [1, 3]
    assert change(as_ada, bens_link, "split", rows("split", {"url": SHOP})).status_code == 302
    bens_link.refresh_from_db()
    assert bens_link.split is None


def test_the_page_shows_how_a_split_goes_and_why_it_is_not_decided(as_ada, bens_link, ada):
    link = change_link(bens_link.pk, LinkChange(split=SPLIT), actor=ada)
    click_through(link, now().astimezone(UTC) + timedelta(seconds=1), destination_choice="b")

    content = page(as_ada, link)
    assert "A split runs for a week at least" in content
    assert "0 clicks · 0 led to orders" in content
    assert "1 click · 0 led to orders" in content


def test_a_split_is_ended_by_choice(as_ada, bens_link, ada):
    change_link(bens_link.pk, LinkChange(split=SPLIT), actor=ada)
    as_ada.post(reverse("console:link-winner", args=[bens_link.pk]), {"name": "b"})

    bens_link.refresh_from_db()
    assert bens_link.split["winner"] == "b"
    assert "Variant b gets all visitors" in page(as_ada, bens_link)


def test_parameters_show_the_final_address(as_ada, bens_link):
    data = {"utm_source": "{partner}", "others": "ref={slug}\nx={sub1}", "s1": "blog"}
    assert change(as_ada, bens_link, "parameters", data).status_code == 302

    address = "/?utm_source=ben-s-blog&amp;ref=ben&amp;x=blog&amp;hs_click=…"
    assert f"{SHOP}{address}" in page(as_ada, bens_link)


@pytest.mark.parametrize(
    ("data", "said"),
    [
        ({"utm_term": "{nobody}"}, "“{nobody}” cannot be filled in."),
        ({"others": "just words"}, "“just words” is not of the shape name=value."),
        ({"others": "hs_click=1"}, "carries the click"),
        ({"others": "\n".join(f"p{n}=1" for n in range(11))}, "at most 10 parameters"),
    ],
)
def test_parameters_that_cannot_be_say_why(as_ada, bens_link, data, said):
    response = change(as_ada, bens_link, "parameters", data)

    assert response.status_code == 422
    assert said in response.content.decode()


def test_anybody_can_be_tried(as_ada, bens_link):
    rule = {"countries": "SE", "devices": ["phone"], "url": f"{SHOP}/se"}
    change(as_ada, bens_link, "rules", rows("rules", rule))

    content = page(as_ada, bens_link, "?country=SE&device=phone")
    assert "Rule 1" in content
    assert f"{SHOP}/se?hs_click=…" in content


def test_its_history_says_what_was_changed(as_ada, bens_link):
    rule = {"countries": "SE", "url": f"{SHOP}/se"}
    change(as_ada, bens_link, "rules", rows("rules", rule))
    change(as_ada, bens_link, "address", {"url": f"{SHOP}/hats", "name": "Blog"})

    history = page(as_ada, bens_link).split("What happened to it")[1]
    assert history.index(" · Name · Page of the shop</p>") < history.index(" · Rules</p>")


def test_each_field_of_the_page_has_an_id_of_its_own(as_ada, bens_link):
    ids = re.findall(r'<[^>]* id="([^"]*)"', page(as_ada, bens_link))

    assert len(ids) == len(set(ids))


def test_no_control_stands_in_the_way_of_what_htmx_does_with_its_form(as_ada, bens_link):
    """A control called `remove` is what `form.remove` finds."""
    change(as_ada, bens_link, "rules", rows("rules", {"countries": "SE", "url": f"{SHOP}/se"}))
    names = set(re.findall(r' name="([^"]*)"', page(as_ada, bens_link)))

    assert "without" in names
    assert names.isdisjoint({"remove", "append", "children", "closest", "matches", "submit"})


def test_a_link_is_switched_off_and_on(as_ada, bens_link):
    url = reverse("console:link-switch", args=[bens_link.pk])
    as_ada.post(url, {"to": "off"})
    assert "Switch on" in page(as_ada, bens_link)
    as_ada.post(url, {"to": "on"})

    bens_link.refresh_from_db()
    assert bens_link.disabled_at is None


@pytest.mark.parametrize(("kind", "mark"), [("svg", b"<svg"), ("png", b"\x89PNG")])
def test_the_qr_code_is_there_for_print(as_ada, bens_link, kind, mark):
    url = reverse(f"console:link-qr-{kind}", args=[bens_link.pk])
    plain, with_sub = as_ada.get(url), as_ada.get(f"{url}?s1=qr")

    assert mark in plain.content[:60]
    assert plain.content != with_sub.content


def test_what_all_links_carry_is_said_once(as_ada, bens_link, program):
    url = reverse("console:link-defaults")
    as_ada.post(url, {"utm_medium": "affiliate", "partners_route": "on"})

    defaults = LinkDefaults.objects.get(program=program)
    assert defaults.utm == {"utm_medium": "affiliate"}
    assert defaults.partners_route_since is not None
    assert "?utm_medium=affiliate" in page(as_ada, bens_link)
    refused = as_ada.post(url, {"utm_medium": "{oops}"})
    assert refused.status_code == 422


def test_many_links_are_changed_after_a_look_at_what_it_does(as_ada, bens, bens_link, ada):
    other = create_link(bens, slug="other", actor=ada)
    url = reverse("console:links-many")
    chosen = {"pk": [bens_link.pk, other.pk], "what": "url", "url": f"{SHOP}/sale"}
    assert "2 links are chosen" in as_ada.post(url, {"pk": chosen["pk"]}).content.decode()
    shown = as_ada.post(url, {**chosen, "step": "preview"}).content.decode()

    assert "Change 2 links" in shown
    assert Link.objects.filter(url=f"{SHOP}/sale").count() == 0
    as_ada.post(url, {**chosen, "step": "apply"})
    assert Link.objects.filter(url=f"{SHOP}/sale").count() == 2


def test_a_preview_says_what_cannot_be(as_ada, bens_link):
    data = {"pk": [bens_link.pk], "what": "url", "url": "https://evil.example", "step": "preview"}
    shown = as_ada.post(reverse("console:links-many"), data).content.decode()

    assert "is not a page of this program" in shown
    assert "Nothing would change." in shown


def test_all_that_the_list_shows_can_be_chosen(as_ada, bens, bens_link, ada):
    create_link(bens, slug="other", actor=ada)
    data = {"all": "1", "narrowed": "q=other", "what": "off", "step": "apply"}
    as_ada.post(reverse("console:links-many"), data)

    assert list(Link.objects.exclude(disabled_at=None).values_list("slug", flat=True)) == ["other"]


def test_who_may_only_read_sees_no_buttons(client, signed_in, bens_link, acme):
    reader = member_of(acme, "Rita", Member.Role.FINANCE)
    content = page(signed_in(client, reader), bens_link)

    assert "Save the rules" not in content
    assert change(client, bens_link, "address", {"url": SHOP}).status_code == 403
