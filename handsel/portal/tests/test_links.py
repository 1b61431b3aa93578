from datetime import UTC, date, timedelta

import pytest

from handsel.cast import member_of
from handsel.clicks.tests.visits import click_through
from handsel.clock import now
from handsel.commissions.services import decline_commission, evaluate_due
from handsel.links.models import Link
from handsel.links.services import create_link, disable_link
from handsel.organizations.models import Member
from handsel.partnerships.services import end_partnership
from handsel.portal.sharing import course_of, span_of
from handsel.ui.qr import qr_svg

NEW = "/portal/links/new/"


def test_links_with_clicks_orders_and_what_they_earned(as_ben, waiting, clicked):
    [shown] = as_ben.get("/portal/links/").context["links"]

    assert (shown.link.slug, shown.clicks, shown.orders) == ("ben", 7, 1)
    assert [place.amount_minor for place in shown.earned] == [1_250]


def test_what_was_declined_earned_nothing(as_ben, waiting, ada):
    decline_commission(waiting.pk, reason="A test order of our own.", actor=ada)

    [shown] = as_ben.get("/portal/links/").context["links"]

    assert (shown.orders, shown.earned) == (0, ())


def test_codes_with_their_orders(as_ben, shop, bens_code, month):
    shop.order("L-9", codes=["BEN10"], at=month)
    evaluate_due()

    [shown] = as_ben.get("/portal/links/").context["codes"]

    assert (shown.code, shown.orders) == (bens_code, 1)


def test_a_link_to_any_page_of_the_shop(as_ben, bens, ben):
    said = {"partnership": bens.pk, "url": "https://acme.example/p/beanie", "name": "Autumn post"}

    response = as_ben.post(NEW, said, follow=True)

    made = Link.objects.get(name="Autumn post")
    assert (made.url, made.partnership) == ("https://acme.example/p/beanie", bens)
    page = response.content.decode()
    assert "Ready to share" in page
    assert f'data-copy-text="http://127.0.0.1:8001/{made.slug}"' in page


def test_a_link_to_elsewhere_is_refused_at_its_field(as_ben, bens):
    response = as_ben.post(NEW, {"partnership": bens.pk, "url": "https://rival.example/"})

    assert response.status_code == 422
    assert "acme.example" in response.context["form"].errors["url"][0]
    assert Link.objects.count() == 1


def test_a_name_that_cannot_stand_in_an_address_says_what_can(as_ben, bens):
    response = as_ben.post(NEW, {"partnership": bens.pk, "slug": "bens-mössor"})

    assert response.status_code == 422
    [said] = response.context["form"].errors["slug"]
    assert (
        said
        == "“bens-mössor” cannot be a link’s name. Use 2 to 80 small letters a–z, digits or “-”."
    )


def test_a_name_that_is_taken_opens_its_field(as_ben, bens, cleos):
    response = as_ben.post(NEW, {"partnership": bens.pk, "slug": "cleo"})

    assert response.status_code == 422
    assert "slug" in response.context["form"].errors
    assert Link.objects.count() == 2


def test_a_link_for_somebody_else_cannot_be_made(as_ben, bens, cleos):
    response = as_ben.post(NEW, {"partnership": cleos.pk})

    assert response.status_code == 422
    assert not Link.objects.filter(partnership=cleos).exclude(slug="cleo").exists()


def test_a_viewer_makes_none(client, bens, signed_in):
    viewer = member_of(bens.partner, "Vic", Member.Role.VIEWER)
    signed_in(client, viewer)

    assert "Make a link" not in client.get("/portal/links/").content.decode()
    assert client.post(NEW, {"partnership": bens.pk}).status_code == 403
    assert Link.objects.count() == 1


def test_after_the_end_there_are_no_more(as_ben, bens, ada):
    end_partnership(bens.pk, actor=ada, reason="The shop closes.")

    assert "Make a link" not in as_ben.get("/portal/links/").content.decode()
    assert as_ben.post(NEW, {"partnership": bens.pk}).status_code == 422


def test_a_link_that_was_stopped_says_so(as_ben, bens_link, ada):
    disable_link(bens_link.pk, actor=ada)

    page = as_ben.get("/portal/links/").content.decode()

    assert "Off" in page


def test_the_best_link_of_the_span_comes_first(as_ben, bens, sells, month, ada, bens_link):
    """Of the last month the new one; of all time the one that sold a year ago."""
    guide = create_link(bens, slug="guide", actor=ada)
    sells("L-1", 10_000, at=month, link=guide)
    sells("L-2", 90_000, at=month - timedelta(days=100), link=bens_link)

    def slugs(span):
        shown = as_ben.get("/portal/links/", {"span": span}).context["links"]
        return [(one.link.slug, one.orders) for one in shown]

    assert slugs("month") == [("guide", 1), ("ben", 0)]
    assert slugs("all") == [("ben", 1), ("guide", 1)]
    assert slugs("nonsense") == slugs("month")


def test_the_course_of_clicks_adds_up_to_their_sum():
    span = span_of("month", date(2026, 9, 30))
    days = {date(2026, 8, 31): 3, date(2026, 9, 1): 4, date(2026, 9, 30): 5}

    course = course_of(days, span)

    assert (len(course), course[0], course[-1], sum(course)) == (15, 7, 5, 12)
    assert course_of({}, span) == ()


def test_a_link_has_a_page_to_share_it_from(as_ben, waiting, bens_link, clicked):
    page = as_ben.get(f"/portal/links/{bens_link.pk}/").content.decode()

    assert 'data-copy-text="http://127.0.0.1:8001/ben"' in page
    assert f'src="/portal/links/{bens_link.pk}/qr.svg"' in page
    assert "Lambswool beanie" in page


def test_qr_codes_hold_the_address_of_the_link(as_ben, bens_link):
    drawing = as_ben.get(f"/portal/links/{bens_link.pk}/qr.svg")
    picture = as_ben.get(f"/portal/links/{bens_link.pk}/qr.png")

    assert drawing.content == qr_svg("http://127.0.0.1:8001/ben")
    assert (drawing["Content-Type"], picture["Content-Type"]) == ("image/svg+xml", "image/png")
    assert picture.content.startswith(b"\x89PNG")


def test_a_link_is_switched_off_for_good(as_ben, bens_link):
    response = as_ben.post(f"/portal/links/{bens_link.pk}/disabling/", follow=True)

    bens_link.refresh_from_db()
    assert bens_link.disabled_at is not None
    page = response.content.decode()
    assert "This link is off since" in page
    assert "Switch this link off" not in page


def test_a_viewer_switches_none_off(client, bens, bens_link, signed_in):
    signed_in(client, member_of(bens.partner, "Vic", Member.Role.VIEWER))

    assert client.post(f"/portal/links/{bens_link.pk}/disabling/").status_code == 403
    bens_link.refresh_from_db()
    assert bens_link.disabled_at is None


@pytest.mark.parametrize("who", ["mallory", "cleo", "ada"])
def test_nobody_else_sees_bens_links(client, who, bens_link, request, signed_in):
    signed_in(client, request.getfixturevalue(who))

    page = client.get("/portal/links/", {"made": bens_link.pk})

    assert 'data-copy-text="http://127.0.0.1:8001/ben"' not in page.content.decode()
    assert "Ready to share" not in page.content.decode()
    assert client.post(NEW, {"partnership": bens_link.partnership_id}).status_code == 422


def test_more_links_ask_no_more_of_the_database(
    as_ben, bens, ada, waiting, django_assert_max_num_queries
):
    for number in range(5):
        create_link(bens, slug=f"more-{number}", actor=ada)

    with django_assert_max_num_queries(26):
        assert len(as_ben.get("/portal/links/").context["links"]) == 6


def test_a_sub_id_is_carried_from_the_beginning(as_ben, bens):
    as_ben.post(NEW, {"partnership": bens.pk, "name": "Letter", "s1": "newsletter"})

    assert Link.objects.get(name="Letter").subs == {"s1": "newsletter"}


def test_parameters_are_the_partners_to_set(as_ben, bens_link):
    path = f"/portal/links/{bens_link.pk}/"
    as_ben.post(f"{path}parameters/", {"utm_source": "ben", "utm_content": "{sub1}", "s1": "blog"})

    bens_link.refresh_from_db()
    assert (bens_link.utm["utm_source"], bens_link.subs) == ("ben", {"s1": "blog"})
    address = "https://acme.example/?utm_source=ben&amp;utm_content=blog&amp;hs_click=…"
    assert address in as_ben.get(path).content.decode()


def test_parameters_nobody_could_fill_are_refused_at_their_field(as_ben, bens_link):
    path = f"/portal/links/{bens_link.pk}/parameters/"
    response = as_ben.post(path, {"utm_source": "{me}"})

    assert response.status_code == 422
    assert "{me}" in response.context["parts"]["parameters"].errors["utm_source"][0]


def test_where_a_link_leads_is_not_the_partners_to_set(as_ben, bens_link):
    path = f"/portal/links/{bens_link.pk}/parameters/"
    as_ben.post(path, {"url": "https://acme.example/x", "rules": "[]", "fallback_url": "x"})

    bens_link.refresh_from_db()
    assert (bens_link.url, bens_link.fallback_url) == ("https://acme.example", "")


def test_each_place_of_a_link_is_told_by_its_sub_id(as_ben, bens_link):
    at = now().astimezone(UTC).replace(microsecond=0)
    for n, sub in enumerate(("newsletter", "story", "story")):
        click_through(bens_link, at - timedelta(minutes=n), subs={"s1": sub})

    rows = as_ben.get(f"/portal/links/{bens_link.pk}/").context["subs"].rows
    assert [(row.value, row.clicks) for row in rows] == [("story", 2), ("newsletter", 1)]


def test_a_code_for_paper_carries_its_sub_id(as_ben, bens_link):
    path = f"/portal/links/{bens_link.pk}/qr.svg"

    printed = qr_svg("http://127.0.0.1:8001/ben?s1=qr")
    assert as_ben.get(f"{path}?s1=qr").content == printed
    assert as_ben.get(path).content != printed
