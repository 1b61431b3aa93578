"""The tests beside this one can fail: each line leaves something out of the script, and names the
test that must notice."""

from collections.abc import Callable
from functools import partial

import pytest
from playwright.sync_api import Error

from handsel.tracking.tests.script import test_consent as consent
from handsel.tracking.tests.script import test_orders as orders
from handsel.tracking.tests.script import test_pages as pages
from handsel.tracking.tests.script.shop import World

pytestmark = [pytest.mark.browser, pytest.mark.long]

Test = Callable[..., None]

LEFT_OUT: list[tuple[str, str, Test]] = [
    (".slice(-10)", "", orders.test_the_last_ten_clicks_are_kept_the_newest_last),
    (
        '(kept || "").split(".").concat(ids)',
        'ids.concat((kept || "").split("."))',
        orders.test_the_last_ten_clicks_are_kept_the_newest_last,
    ),
    (
        '(kept || "").split(".").concat(ids)',
        '(kept || "").split(".").filter((id) => !ids.includes(id)).concat(ids)',
        orders.test_a_click_is_no_newer_for_having_been_gone_back_to,
    ),
    (
        "once(JSON.stringify([kind, fields, clicks]), () =>",
        "((key, action) => action())(0, () =>",
        orders.test_a_call_that_is_made_again_says_nothing_new,
    ),
    (
        "framed: w != top,",
        "",
        pages.test_a_direct_link_in_a_strangers_frame_is_known_for_that,
    ),
    ("|| before.loaded", "", orders.test_a_script_that_is_loaded_twice_speaks_once),
    (
        "before.q?.forEach((call) => handsel(...call));",
        "",
        orders.test_calls_made_before_the_script_arrived_are_sent,
    ),
    (
        "tries && setTimeout(tell, 5000, event, tries - 1)",
        "0",
        orders.test_an_event_that_is_turned_away_is_sent_again_under_its_name,
    ),
    (
        "ads.push(name)",
        "ads.push(name + value)",
        orders.test_a_basket_carries_the_names_of_paid_traffic_and_never_the_values,
    ),
    (
        "try { return /(^| )handsel_clicks=([^;]*)/.exec(d.cookie)?.[2]; } catch { }",
        "return /(^| )handsel_clicks=([^;]*)/.exec(d.cookie)?.[2];",
        orders.test_an_order_is_told_from_a_frame_that_may_not_ask_for_cookies,
    ),
    (
        "?? settings.get(name)",
        "",
        orders.test_settings_may_stand_in_the_address_of_the_script,
    ),
    (
        'location.protocol == "https:"',
        "false",
        orders.test_on_https_the_cookie_goes_by_https_only,
    ),
    (
        '(domain ? ";domain=" + domain : "")',
        '""',
        orders.test_subdomains_may_share_what_is_kept,
    ),
    ('option("days", 30)', "30", orders.test_the_cookie_lives_as_long_as_the_shop_says),
    (
        r"/^[\w-]{32}$/.test(id)",
        "id",
        orders.test_only_what_looks_like_an_id_is_taken,
    ),
    (
        "if (wasKept && !kept) consent = wasKept = false;",
        "",
        consent.test_what_was_withdrawn_in_another_tab_is_not_kept_again,
    ),
    (
        'if (!answer) write("", 0);',
        "",
        consent.test_consent_that_is_withdrawn_empties_the_browser_at_once,
    ),
    (
        'option("purposes", "1")',
        '"1"',
        consent.test_a_shop_may_ask_for_more_purposes,
    ),
    (
        "said.gdprApplies === false ||",
        "",
        consent.test_where_the_law_does_not_apply_the_manager_says_so,
    ),
    (
        "if (!w.__tcfapi) return setTimeout(tcf, 200);",
        "if (!w.__tcfapi) return;",
        consent.test_a_manager_that_comes_late_is_heard,
    ),
    (
        "if (undecided = ask) pending++;",
        "if (undecided = ask) consent = true, pending++;",
        consent.test_a_cookie_is_not_read_before_the_manager_has_spoken,
    ),
    (
        "if (pending) setTimeout(flush, 5000);",
        "if (pending) ;",
        consent.test_a_cookie_is_not_read_before_the_manager_has_spoken,
    ),
    (
        "if (pending) setTimeout(flush, 5000);",
        "if (0) ;",
        consent.test_an_event_waits_for_the_answer,
    ),
    (
        'w.addEventListener("pagehide", flush);',
        "",
        consent.test_who_leaves_without_an_answer_is_still_told_of,
    ),
    (
        "else if (!granted || !entry[2].region)",
        "else",
        consent.test_a_default_that_grants_only_somewhere_is_no_answer,
    ),
    (
        "const length = push.apply(layer, arguments);",
        "const length = 0;",
        consent.test_what_others_say_on_the_data_layer_still_reaches_them,
    ),
    (
        'if (mode == "none") return;',
        "",
        consent.test_without_cookies_consent_changes_nothing,
    ),
    (
        'if (mode != "none" && read())',
        "if (read())",
        consent.test_without_cookies_an_old_one_is_not_read,
    ),
    (
        "if (form && !/post/i",
        "if (!form && !/post/i",
        consent.test_without_cookies_the_id_may_travel_in_the_shops_own_links,
    ),
    (
        "&& !(to.hash && to.pathname == location.pathname)",
        "",
        consent.test_a_link_within_the_page_stays_within_the_page,
    ),
    (
        '["pushState", "replaceState"].forEach',
        "[].forEach",
        pages.test_an_id_is_read_when_the_address_changes_without_a_reload,
    ),
    (
        'w.addEventListener("popstate", collect);',
        "",
        pages.test_an_id_that_a_router_pushed_unseen_is_read_on_the_way_back,
    ),
    (
        "history.replaceState(history.state,",
        "history.replaceState(null,",
        pages.test_what_a_router_keeps_in_the_history_stays_there,
    ),
    (
        "if (slug && !query.has(param)) once",
        "if (slug) once",
        pages.test_a_reload_and_the_way_back_are_no_second_visit,
    ),
    (
        "if (!done[key]) done[key] = true, action();",
        "action();",
        pages.test_a_single_page_that_keeps_the_name_in_its_address_visits_once,
    ),
    (
        ".filter(isId)",
        "",
        partial(pages.test_a_name_that_is_no_link_changes_nothing, slug="nobody"),
    ),
    (
        "pending++;\n      // The answer",
        "pending += 0; // The answer",
        pages.test_an_event_waits_for_the_id_of_a_direct_link,
    ),
    (
        "referrer: d.referrer",
        'referrer: ""',
        pages.test_the_page_that_led_to_a_direct_link_is_known,
    ),
    (
        "subs[name] = value",
        "0",
        pages.test_a_direct_link_is_a_click,
    ),
    (
        "if (!clean && !id) return;",
        "",
        pages.test_an_address_that_nobody_wants_cleaned_is_left_alone,
    ),
    (
        "[ref, param].includes(",
        "[ref].includes(",
        pages.test_an_address_is_cleaned_once_its_id_is_kept,
    ),
    (
        'const form = event.type == "submit";',
        "const form = false;",
        pages.test_ids_that_were_kept_go_along_too,
    ),
]


@pytest.mark.parametrize(("old", "new", "test"), LEFT_OUT, ids=range(len(LEFT_OUT)))
def test_what_is_left_out_is_noticed(world: World, old: str, new: str, test: Test) -> None:
    world.sabotage((old, new))
    world.context.set_default_timeout(4_000)
    with pytest.raises((AssertionError, Error, LookupError)):
        test(world)
    world.errors.clear()
