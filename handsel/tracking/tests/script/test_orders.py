"""What the script tells of an order, and what the browser keeps from one page to the next."""

import time

import pytest
from playwright.sync_api import Route

from handsel.tracking.tests.harness import PROGRAM
from handsel.tracking.tests.script.shop import NOTHING, ORDER, World

pytestmark = pytest.mark.browser


def test_an_order_carries_the_click_that_led_to_it(world: World) -> None:
    click_id = world.click_through()
    order = world.order()

    assert order.pop("event_id")
    assert order == {
        "kind": "conversion",
        "program": PROGRAM,
        **ORDER,
        "clicks": [click_id],
        "ads": [],
        "page": f"{world.shop.url}/start",
    }


def test_a_basket_carries_the_names_of_paid_traffic_and_never_the_values(world: World) -> None:
    world.visit("/start?gclid=secret-value&fbclid=another&q=gclid")
    with world.told():
        world.call("basket_started")

    [basket] = world.events()
    assert basket["ads"] == ["gclid", "fbclid"]
    assert "secret-value" not in str(basket)


def test_without_consent_the_browser_keeps_nothing(world: World) -> None:
    world.click_through()
    kept_at_the_door = world.stored()
    world.visit("/basket")
    order = world.order()

    assert kept_at_the_door == world.stored() == NOTHING
    assert order["clicks"] == []
    assert all(cookies == "" for _, _, cookies in world.shop.asked)


def test_a_script_that_forgets_to_ask_is_caught(world: World) -> None:
    """The control of the test above."""
    world.sabotage(("if (consent && value &&", "if (value &&"))
    world.click_through()

    assert world.stored() != NOTHING


def test_with_consent_the_click_stays_from_page_to_page(world: World) -> None:
    click_id = world.click_through()
    world.call("consent", True)
    world.visit("/basket")
    order = world.order()
    [cookie] = world.context.cookies(world.shop.url)

    assert (order["clicks"], order["consent"]) == ([click_id], True)
    assert (cookie["value"], cookie["sameSite"]) == (click_id, "Lax")


def test_the_cookie_lives_as_long_as_the_shop_says(world: World) -> None:
    world.install(days="7")
    world.click_through()
    world.call("consent", True)
    [cookie] = world.context.cookies(world.shop.url)

    assert cookie["expires"] == pytest.approx(time.time() + 7 * 86_400, abs=600)


def test_subdomains_may_share_what_is_kept(world: World) -> None:
    world.install(domain=".shop.example")
    click_id = world.click_through()
    world.call("consent", True)
    world.visit(world.shop.url.replace("shop.", "www.shop."))
    order = world.order()
    world.call("consent", False)

    assert order["clicks"] == [click_id]
    assert world.stored() == NOTHING


def test_on_https_the_cookie_goes_by_https_only(world: World) -> None:
    page = '<script src="https://go.example/s.js" data-program="prg_1"></script>'
    world.context.route("https://go.example/s.js", lambda r: r.fulfill(body=world.script))
    world.context.route(
        "https://shop.example/**", lambda r: r.fulfill(body=page, content_type="text/html")
    )
    world.visit(f"https://shop.example/?hs_click={'x' * 32}")
    world.call("consent", True)
    [cookie] = world.context.cookies("https://shop.example")

    assert (cookie["value"], cookie["secure"]) == ("x" * 32, True)


def test_the_last_ten_clicks_are_kept_the_newest_last(world: World) -> None:
    world.click_through("l0")
    world.call("consent", True)
    clicks = [world.click_through(f"l{number}") for number in range(1, 13)]

    assert world.order()["clicks"] == clicks[-10:]


def test_a_click_is_no_newer_for_having_been_gone_back_to(world: World) -> None:
    first = world.click_through("l1")
    world.call("consent", True)
    second = world.click_through("l2")
    world.page.go_back()
    world.page.wait_for_function("window.handsel && window.handsel.loaded")

    assert world.order()["clicks"] == [first, second]


def test_calls_made_before_the_script_arrived_are_sent(world: World) -> None:
    world.shop.stub += ';handsel("basket_started", {early: true})'
    with world.told():
        click_id = world.click_through()

    [event] = world.events()
    assert (event["kind"], event["early"], event["clicks"]) == ("basket_started", True, [click_id])


def test_a_call_that_is_made_again_says_nothing_new(world: World) -> None:
    world.click_through()
    world.order()
    world.call("conversion", ORDER)
    world.order(order_reference="1002")

    assert [event["order_reference"] for event in world.events()] == ["1001", "1002"]


def test_a_script_that_is_loaded_twice_speaks_once(world: World) -> None:
    world.install(ref="ref")
    world.shop.tag *= 2
    world.shop.stub += ';handsel("conversion", {order_reference: "early"})'
    with world.told():
        world.visit("/?ref=l3")
    world.page.wait_for_load_state("networkidle")
    world.order()

    assert [event["order_reference"] for event in world.events()] == ["early", "1001"]
    assert len(world.clicks()) == 1


def test_a_shop_may_keep_the_ids_itself(world: World) -> None:
    click_id = world.click_through()

    assert world.page.evaluate('new Promise(done => handsel("clicks", done))') == [click_id]


def test_only_what_looks_like_an_id_is_taken(world: World) -> None:
    world.visit("/?hs_click=x;domain=evil&hs_click=%3Cscript%3E&hs_click=" + "x" * 31)

    assert world.order()["clicks"] == []


def test_an_event_that_is_turned_away_is_sent_again_under_its_name(world: World) -> None:
    world.page.clock.install()
    refused = []

    def turn_away(route: Route) -> None:
        refused.append(route.request.post_data_json)
        route.fulfill(status=503, headers={"access-control-allow-origin": "*"})

    world.context.route("**/e", turn_away, times=1)
    world.click_through()
    with world.page.expect_response("**/e"):
        world.call("conversion", ORDER)
    with world.told():
        world.page.clock.run_for(5_000)

    assert world.events() == refused


def test_an_order_is_told_where_the_browser_keeps_no_cookies(world: World) -> None:
    session = world.context.new_cdp_session(world.page)
    session.send("Emulation.setDocumentCookieDisabled", {"disabled": True})
    click_id = world.click_through()
    world.call("consent", True)

    assert (world.order()["clicks"], world.cookie()) == ([click_id], None)


def test_an_order_is_told_from_a_frame_that_may_not_ask_for_cookies(world: World) -> None:
    """In a sandbox `document.cookie` itself is an error."""
    world.visit("/")
    framed = f"{world.shop.url}/framed?hs_click={'x' * 32}"
    with world.page.expect_response("**/s.js"):
        world.page.evaluate(
            "url => { const frame = document.createElement('iframe');"
            " frame.sandbox = 'allow-scripts'; frame.src = url; document.body.append(frame) }",
            framed,
        )
    frame = next(frame for frame in world.page.frames if frame.url == framed)
    frame.wait_for_function("window.handsel.loaded")
    with world.told():
        frame.evaluate("order => { handsel('consent', true); handsel('lead', order) }", ORDER)

    assert world.events()[-1]["clicks"] == ["x" * 32]


def test_settings_may_stand_in_the_address_of_the_script(world: World) -> None:
    """As with tag managers, which drop attributes."""
    world.shop.tag = f'<script src="{world.links}/s.js?program={PROGRAM}&param=aff"></script>'
    world.visit(f"/?aff={'x' * 32}")
    order = world.order()

    assert (order["program"], order["clicks"]) == (PROGRAM, ["x" * 32])


def test_a_module_finds_its_tag(world: World) -> None:
    world.shop.tag = world.shop.tag.replace("async", 'type="module"')
    click_id = world.click_through()

    assert world.order()["clicks"] == [click_id]
