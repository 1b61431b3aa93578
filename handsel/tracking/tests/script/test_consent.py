"""Consent, by each of the ways in which it may be told."""

import pytest

from handsel.tracking.tests.script.shop import NOTHING, World

pytestmark = pytest.mark.browser

# A consent manager after the IAB's "TCF v2 CMP API": commands, event statuses, listener ids.
CMP = """<script>
(() => {
  let last = 0, status = "cmpuishown", consents = {}, applies = true;
  const listeners = new Map();
  const tcData = (listenerId) => ({
    tcfPolicyVersion: 5, cmpId: 1, cmpVersion: 1, cmpStatus: "loaded", gdprApplies: applies,
    tcString: "COtybn4PA_zT4KjACBENAPCIAEBAAECAAIAAAAAAAAAA", isServiceSpecific: true,
    purposeOneTreatment: false, eventStatus: status, listenerId,
    purpose: { consents, legitimateInterests: {} }, vendor: { consents: {} },
    publisher: { consents: {}, restrictions: {} },
  });
  const tell = () => listeners.forEach((callback, id) => callback(tcData(id), true));
  const api = (command, version, callback, parameter) => {
    if (version !== 2) callback(null, false);
    else if (command === "addEventListener") {
      listeners.set(++last, callback);
      callback(tcData(last), true);
    } else if (command === "removeEventListener") callback(listeners.delete(parameter));
    else if (command === "ping") callback({ gdprApplies: applies, cmpLoaded: true });
    else callback(null, false);
  };
  window.cmp = {
    load: () => { window.__tcfapi = api; },
    answer: (purposes, as) => { status = as || "useractioncomplete";
      consents = Object.fromEntries([1, 2, 7].map((p) => [p, purposes.includes(p)])); tell(); },
    show: () => { status = "cmpuishown"; tell(); },
    doesNotApply: () => { applies = false; status = "tcloaded"; tell(); },
  };
  %s
})();
</script>"""

GTAG = """<script>
window.dataLayer = window.dataLayer || [];
function gtag() { dataLayer.push(arguments) }
%s
</script>"""
DENIED = 'gtag("consent", "default", {ad_storage: "denied", wait_for_update: 500});'
GRANTED = 'gtag("consent", "default", {ad_storage: "granted"});'
IN_EUROPE = 'gtag("consent", "default", {ad_storage: "denied", region: ["SE", "DE"]});'


def asked_of_cmp(world: World, do: str = "cmp.load();", **attributes: str) -> None:
    world.install(head=CMP.replace("%s", do), consent="tcf", **attributes)


def asked_of_google(world: World, said: str) -> None:
    world.install(head=GTAG.replace("%s", said), consent="gcm")


def update(world: World, answer: str) -> None:
    world.page.evaluate("answer => gtag('consent', 'update', {ad_storage: answer})", answer)


# --- told by a call ---


def test_consent_that_is_withdrawn_empties_the_browser_at_once(world: World) -> None:
    world.click_through()
    world.call("consent", True)
    kept = world.cookie()
    world.call("consent", False)

    assert kept
    assert world.stored() == NOTHING


def test_what_was_withdrawn_is_not_known_any_more(world: World) -> None:
    world.click_through("l1")
    world.call("consent", True)
    world.visit("/basket")
    world.call("consent", False)

    order = world.order()
    assert (order["clicks"], order["consent"]) == ([], False)


def test_what_was_withdrawn_in_another_tab_is_not_kept_again(world: World) -> None:
    world.click_through("l1")
    world.call("consent", True)
    other = world.context.new_page()
    other.goto(f"{world.shop.url}/basket")
    other.wait_for_function("window.handsel.loaded")
    other.evaluate("handsel('consent', false)")
    world.page.wait_for_function("!document.cookie")
    world.page.evaluate(f"history.pushState({{}}, '', '/next?hs_click={'x' * 32}')")

    assert world.stored() == NOTHING


def test_the_whole_story_from_click_to_order(world: World) -> None:
    """Click, browse, agree, browse, order."""
    click_id = world.click_through()
    world.visit(f"/hats?hs_click={click_id}")
    world.call("consent", True)
    world.page.click("#basket")
    world.page.wait_for_url("**/basket**")
    world.page.wait_for_function("window.handsel && window.handsel.loaded")
    with world.told():
        world.call("basket_started")
    world.visit("/thanks")
    world.order()

    assert [(e["kind"], e["clicks"], e["consent"]) for e in world.events()] == [
        ("basket_started", [click_id], True),
        ("conversion", [click_id], True),
    ]


# --- told by IAB TCF ---


def test_the_purpose_of_storage_is_consent(world: World) -> None:
    asked_of_cmp(world)
    click_id = world.click_through()
    before = world.stored()
    world.page.evaluate("cmp.answer([1])")

    assert before == NOTHING
    assert world.cookie() == click_id


def test_other_purposes_are_not(world: World) -> None:
    asked_of_cmp(world)
    world.click_through()
    world.page.evaluate("cmp.answer([2, 7])")

    assert world.stored() == NOTHING
    assert world.order()["consent"] is False


def test_a_shop_may_ask_for_more_purposes(world: World) -> None:
    asked_of_cmp(world, purposes="1, 7")
    click_id = world.click_through()
    world.page.evaluate("cmp.answer([1, 2])")
    with_one = world.cookie()
    world.page.evaluate("cmp.answer([1, 7])")

    assert (with_one, world.cookie()) == (None, click_id)


def test_an_answer_of_an_earlier_day_is_read_from_the_manager(world: World) -> None:
    asked_of_cmp(world, 'cmp.load(); cmp.answer([1], "tcloaded");')
    first = world.click_through("l1")
    world.visit("/basket")
    order = world.order()

    assert (order["clicks"], order["consent"]) == ([first], True)


def test_a_cookie_is_not_read_before_the_manager_has_spoken(world: World) -> None:
    world.context.add_cookies(
        [{"name": "handsel_clicks", "value": "x" * 32, "url": world.shop.url}]
    )
    asked_of_cmp(world)
    world.visit("/")
    world.page.clock.install()
    world.call("lead", {"order_reference": "1"})
    with world.told():
        world.page.clock.run_for(5_000)

    assert [event["clicks"] for event in world.events()] == [[]]


def test_an_event_waits_for_the_answer(world: World) -> None:
    asked_of_cmp(world)
    world.shop.stub += ';handsel("basket_started")'
    click_id = world.click_through()
    said_before = world.events()
    world.page.evaluate("cmp.show()")
    with world.told():
        world.page.evaluate("cmp.answer([1])")

    assert said_before == []
    assert [(e["clicks"], e["consent"]) for e in world.events()] == [([click_id], True)]


def test_who_leaves_without_an_answer_is_still_told_of(world: World) -> None:
    asked_of_cmp(world)
    world.click_through()
    world.call("basket_started")
    assert world.events() == []
    world.page.goto("about:blank")
    # The page that could see the answer is gone.
    world.await_events(1)

    [event] = world.events()
    assert "consent" not in event  # nobody has answered


def test_a_manager_that_comes_late_is_heard(world: World) -> None:
    asked_of_cmp(world, "")
    click_id = world.click_through()
    world.page.evaluate("cmp.load(); cmp.answer([1])")
    world.page.wait_for_function("document.cookie")

    assert world.cookie() == click_id


def test_withdrawing_in_the_manager_empties_the_browser(world: World) -> None:
    asked_of_cmp(world)
    world.click_through()
    world.page.evaluate("cmp.answer([1])")
    kept = world.cookie()
    world.page.evaluate("cmp.answer([])")

    assert kept
    assert world.stored() == NOTHING


def test_where_the_law_does_not_apply_the_manager_says_so(world: World) -> None:
    asked_of_cmp(world)
    click_id = world.click_through()
    world.page.evaluate("cmp.doesNotApply()")

    assert world.cookie() == click_id


def test_a_script_that_does_not_wait_for_the_visitor_is_caught(world: World) -> None:
    """The control: it takes the banner itself for an answer."""
    world.sabotage(
        ('said.eventStatus != "cmpuishown"', "true"),
        (
            'said.gdprApplies === false || option("purposes", "1")',
            'true || option("purposes", "1")',
        ),
    )
    asked_of_cmp(world)
    world.click_through()

    assert world.stored() != NOTHING


# --- told by Google Consent Mode ---


def test_a_default_that_refuses_waits_for_the_visitor(world: World) -> None:
    asked_of_google(world, DENIED)
    click_id = world.click_through()
    before = world.stored()
    update(world, "granted")

    assert before == NOTHING
    assert world.cookie() == click_id


def test_a_default_that_grants_is_consent(world: World) -> None:
    asked_of_google(world, GRANTED)

    assert world.click_through() == world.cookie()


@pytest.mark.parametrize("said", [GRANTED + IN_EUROPE, IN_EUROPE + GRANTED])
def test_a_default_that_refuses_somewhere_is_taken_to_be_here(world: World, said: str) -> None:
    asked_of_google(world, said)
    world.click_through()

    assert world.stored() == NOTHING


def test_a_default_that_grants_only_somewhere_is_no_answer(world: World) -> None:
    asked_of_google(world, IN_EUROPE.replace("denied", "granted"))
    world.click_through()

    assert world.stored() == NOTHING


def test_other_kinds_of_storage_say_nothing(world: World) -> None:
    asked_of_google(world, DENIED + 'gtag("consent", "update", {analytics_storage: "granted"});')
    world.click_through()

    assert world.stored() == NOTHING


def test_withdrawing_by_consent_mode_empties_the_browser(world: World) -> None:
    asked_of_google(world, DENIED)
    world.click_through()
    update(world, "granted")
    kept = world.cookie()
    update(world, "denied")

    assert kept
    assert world.stored() == NOTHING


def test_what_others_say_on_the_data_layer_still_reaches_them(world: World) -> None:
    asked_of_google(world, DENIED)
    world.click_through()
    world.page.evaluate("dataLayer.push({event: 'purchase'})")

    assert world.page.evaluate("dataLayer.at(-1).event") == "purchase"


# --- nothing is ever kept ---


def test_without_cookies_consent_changes_nothing(world: World) -> None:
    world.install(consent="none")
    click_id = world.click_through()
    world.call("consent", True)

    assert world.stored() == NOTHING
    assert world.order()["clicks"] == [click_id]


def test_without_cookies_an_old_one_is_not_read(world: World) -> None:
    world.context.add_cookies(
        [{"name": "handsel_clicks", "value": "x" * 32, "url": world.shop.url}]
    )
    world.install(consent="none")
    world.visit("/")

    assert world.order()["clicks"] == []


def test_without_cookies_the_id_may_travel_in_the_shops_own_links(world: World) -> None:
    world.install(consent="none", keep="url")
    click_id = world.click_through()
    world.page.click("#basket")
    world.page.wait_for_url("**/basket**")
    basket = world.page.url
    world.page.click("#search button")
    world.page.wait_for_url("**/search**")
    search = world.page.url
    world.page.wait_for_function("window.handsel && window.handsel.loaded")
    order = world.order()

    assert basket == f"{world.shop.url}/basket?size=4&hs_click={click_id}#top"
    assert search == f"{world.shop.url}/search?q=hat&hs_click={click_id}"
    assert order["clicks"] == [click_id]
    assert world.stored() == NOTHING


def test_a_link_within_the_page_stays_within_the_page(world: World) -> None:
    world.install(consent="none", keep="url")
    world.click_through()
    world.page.evaluate("history.replaceState({}, '', '/start')")
    world.page.click("#within")

    assert world.page.url == f"{world.shop.url}/start#top"
