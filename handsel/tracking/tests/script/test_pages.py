"""Pages that never reload, several domains, and addresses that name a link."""

from base64 import b64encode
from hashlib import sha256

import pytest

from handsel.tracking.tests.harness import PROGRAM
from handsel.tracking.tests.script.shop import NOTHING, STUB, World, ids_in

pytestmark = pytest.mark.browser

X, Y = "x" * 32, "y" * 32
STUB_HASH = b64encode(sha256(STUB.encode()).digest()).decode()


def push(world: World, path: str) -> None:
    world.page.evaluate("path => history.pushState({}, '', path)", path)


# --- single pages ---


def test_an_id_is_read_when_the_address_changes_without_a_reload(world: World) -> None:
    world.visit("/")
    push(world, f"/next?hs_click={X}")
    push(world, "/basket")

    assert world.order()["clicks"] == [X]


def test_an_id_of_a_view_gone_back_to_is_read(world: World) -> None:
    world.visit(f"/?hs_click={X}")
    world.call("consent", True)
    push(world, f"/next?hs_click={Y}")
    world.page.go_back()
    world.page.wait_for_url(f"**/?hs_click={X}")

    assert world.cookie() == f"{X}.{Y}"


def test_walking_through_a_single_page_says_nothing_by_itself(world: World) -> None:
    world.click_through()
    for path in ("/a", "/b", "/c#d"):
        push(world, path)
    world.page.go_back()
    world.order()

    assert [event["kind"] for event in world.events()] == ["conversion"]


def test_an_id_that_a_router_pushed_unseen_is_read_on_the_way_back(world: World) -> None:
    world.shop.head = "<script>const push = history.pushState.bind(history)</script>"
    world.visit("/")
    world.page.evaluate(f"push({{}}, '', '/next?hs_click={X}'); push({{}}, '', '/basket')")
    world.page.go_back()
    world.page.wait_for_url("**/next?**")
    world.page.go_forward()
    world.page.wait_for_url("**/basket")

    assert world.order()["clicks"] == [X]


def test_what_a_router_keeps_in_the_history_stays_there(world: World) -> None:
    world.install(ref="ref")
    world.shop.head = "<script>history.replaceState({router: 7}, '', location.href)</script>"
    with world.told("/visit"):
        world.visit("/?ref=l3")
    world.page.wait_for_url("**hs_click=**")

    assert world.page.evaluate("history.state") == {"router": 7}


# --- several domains ---


def test_an_id_goes_along_to_the_programs_other_domain(world: World) -> None:
    world.install(domains="shop.example, shop-se.example")
    click_id = world.click_through()
    world.page.click("#sweden")
    world.page.wait_for_url("**/hats**")
    there = world.page.url
    world.page.wait_for_function("window.handsel && window.handsel.loaded")
    world.call("consent", True)
    world.visit(there.partition("?")[0])
    order = world.order()

    assert there.endswith(f"/hats?q=a%20b&hs_click={click_id}")
    assert order["clicks"] == [click_id]


def test_ids_that_were_kept_go_along_too(world: World) -> None:
    world.install(domains="shop-se.example")
    clicks = [world.click_through("l1")]
    world.call("consent", True)
    clicks.append(world.click_through("l2"))
    world.visit("/")
    world.page.click("#pay button")
    world.page.wait_for_url("**/pay**")

    assert ids_in(world.page.url) == clicks


def elsewhere(world: World) -> list[str]:
    """What the shop's neighbours are told of a click."""
    world.install(domains="shop.example,shop-se.example")
    world.click_through()
    for link, host in (("#evil", "evil.example"), ("#alike", "evilshop-se.example")):
        world.page.click(link)
        world.page.wait_for_url(f"http://{host}:*/**")
        world.page.go_back()
    hosts = ("evil.example", "evilshop-se.example")
    return [i for host in hosts for i in world.shop.ids_on_the_way(host)]


def test_no_id_goes_to_another_domain(world: World) -> None:
    assert elsewhere(world) == []
    assert {"evil.example", "evilshop-se.example"} <= {host for host, _, _ in world.shop.asked}


def test_a_script_that_tells_everybody_is_caught(world: World) -> None:
    """The control of the test above."""
    world.sabotage(('.endsWith("." + domain)', '.endsWith("")'))

    assert elsewhere(world) != []


def test_without_domains_links_stay_as_they_are(world: World) -> None:
    world.click_through()
    world.page.click("#sweden")
    world.page.wait_for_url("**/hats**")

    assert ids_in(world.page.url) == []


# --- the shop's own address with a link's name ---


def test_a_direct_link_is_a_click(world: World) -> None:
    world.install(ref="ref")
    with world.told("/visit"):
        world.visit("/hats?ref=l3&s1=story&gclid=secret")
    order = world.order()

    [click] = world.clicks()
    assert (click["link"], click["by"], click["subs"]) == (3, "script", {"s1": "story"})
    assert (click["to"], click["ads"]) == (f"{world.shop.url}/hats", ["gclid"])
    assert "fetch" not in click
    assert order["clicks"] == [click["id"]]
    assert world.stored() == NOTHING


def test_a_direct_link_in_a_strangers_frame_is_known_for_that(world: World) -> None:
    """Which may be one pixel large."""
    world.install(ref="ref")
    world.page.goto(f"http://stuffer.example:{world.shop.server_port}/")
    with world.told("/visit"):
        world.page.evaluate(
            "url => { document.body.append(Object.assign(document.createElement('iframe'),"
            " { src: url, hidden: true })) }",
            f"{world.shop.url}/?ref=l3",
        )

    assert [click["fetch"] for click in world.clicks()] == [{"dest": "iframe"}]


def test_the_page_that_led_to_a_direct_link_is_known(world: World) -> None:
    world.install(ref="ref")
    world.page.goto(f"http://ben.example:{world.shop.server_port}/review")
    with world.told("/visit"):
        world.page.evaluate("url => { location.href = url }", f"{world.shop.url}/?ref=l3")

    assert world.clicks()[0]["referrer"].startswith("http://ben.example")


def test_an_event_waits_for_the_id_of_a_direct_link(world: World) -> None:
    world.install(ref="ref")
    world.shop.stub += ';handsel("basket_started")'
    with world.told():
        world.visit("/?ref=l3")

    assert world.events()[0]["clicks"] == [world.clicks()[0]["id"]]


def test_a_reload_and_the_way_back_are_no_second_visit(world: World) -> None:
    world.install(ref="ref")
    with world.told("/visit"):
        world.visit("/?ref=l3")
    world.page.wait_for_url("**hs_click=**")
    world.page.reload()
    world.visit("/basket")
    world.page.go_back()
    world.page.wait_for_function("window.handsel && window.handsel.loaded")
    world.order()

    assert len(world.clicks()) == 1
    assert ids_in(world.page.url) == [world.clicks()[0]["id"]]


def test_a_single_page_that_keeps_the_name_in_its_address_visits_once(world: World) -> None:
    world.install(ref="ref")
    with world.told("/visit"):
        world.visit("/?ref=l3")
    push(world, "/a?ref=l3")
    push(world, "/b?ref=l3")
    world.order()

    assert len(world.clicks()) == 1


@pytest.mark.parametrize("slug", ["nobody", "over"])
def test_a_name_that_is_no_link_changes_nothing(world: World, slug: str) -> None:
    world.install(ref="ref")
    with world.page.expect_response("**/visit") as answer:
        world.visit(f"/?ref={slug}")
    order = world.order()

    assert answer.value.status == 404
    assert (order["clicks"], world.clicks()) == ([], [])
    assert world.page.url == f"{world.shop.url}/?ref={slug}"


def test_a_page_of_another_domain_gets_no_click(world: World) -> None:
    world.install(ref="ref")
    with world.page.expect_response("**/visit") as answer:
        world.page.goto(f"http://evil.example:{world.shop.server_port}/?ref=l3")

    assert answer.value.status == 403
    assert world.clicks() == []


def test_without_the_setting_such_a_name_is_the_shops_own(world: World) -> None:
    world.visit("/?ref=l3")
    world.order()

    assert world.clicks() == []


def test_an_address_that_nobody_wants_cleaned_is_left_alone(world: World) -> None:
    world.visit(f"/?a=1&&b=&hs_click={X}&")
    world.call("consent", True)
    world.order()

    assert world.page.url == f"{world.shop.url}/?a=1&&b=&hs_click={X}&"


def test_an_address_is_cleaned_once_its_id_is_kept(world: World) -> None:
    world.install(ref="ref", clean="yes")
    with world.told("/visit"):
        world.visit("/?ref=l3&size=4#top")
    world.page.wait_for_url("**hs_click=**")
    world.call("consent", True)

    assert world.page.url == f"{world.shop.url}/?size=4#top"
    assert world.cookie() == world.clicks()[0]["id"]


# --- a strict shop ---


def test_the_script_needs_little_of_a_strict_policy(world: World) -> None:
    """Content-Security-Policy as docs/script.md gives it, with Trusted Types."""
    world.shop.headers["content-security-policy"] = (
        f"default-src 'none'; script-src {world.links} 'sha256-{STUB_HASH}'; "
        f"connect-src {world.links}; require-trusted-types-for 'script'; trusted-types 'none'"
    )
    world.shop.tag = world.shop.tag.replace("data-program", 'data-ref="ref" data-program')
    with world.told("/visit"):
        world.visit("/?ref=l3")
    world.call("consent", True)
    order = world.order()

    assert order["program"] == PROGRAM
    assert order["clicks"] == [world.clicks()[0]["id"]]
