"""Is my tracking working? From nothing to a receipt, and what is said on the way."""

import json
from datetime import timedelta

import pytest

from handsel.clicks.services import pass_watermark
from handsel.clicks.tests.visits import click_through
from handsel.clock import now
from handsel.commissions.services import evaluate_due
from handsel.console.tests.reading import page_text, text_of
from handsel.console.trying.steps import finding_words
from handsel.engine import diagnosis
from handsel.engine.diagnosis import findings
from handsel.engine.tests.test_diagnosis import CASES, facts
from handsel.intake.models import InboxEvent
from handsel.intake.services import process_waiting, receive
from handsel.organizations.models import ApiKey
from handsel.ui.wording.diagnosis import FINDINGS, STEPS

URL = "/console/tracking/"
PROGRESS = URL + "progress/"


@pytest.fixture
def runs(program):
    """Intake as it is when all is well."""
    pass_watermark("here", now(), backlog=0, shipped=0)


@pytest.fixture
def attempt(as_ada, bens_link, runs):
    return as_ada.get(URL).context["attempt"]


@pytest.fixture
def click(attempt, bens_link):
    return click_through(bens_link, now(), subs={"s1": attempt.token})


def states(client):
    return {step.key: step.state for step in client.get(URL).context["steps"]}


def send(program, click_ids, **said):
    body = {"order_reference": "L-1", "currency": "EUR", "amount_minor": 12_000}
    body |= {"click_ids": click_ids, **said}
    return receive(program, source="api", kind="order", trust="store", body=body)


def by_script(its_program, **said):
    """A beacon of the script as intake leaves it, and the worker reads it."""
    raw = {"program": its_program.pk, "page": "https://acme.example/thanks", **said}
    event = InboxEvent.objects.create(
        source="script",
        event_id="spool:1",
        kind="",
        trust="browser",
        received_at=now(),
        body={
            "source": "script",
            "program": raw["program"],
            "raw": json.dumps(raw),
            "headers": {},
            "client": {"visitor": "a-visitor-of-today"},
        },
    )
    process_waiting()
    event.refresh_from_db()
    return event


def test_a_newcomer_gets_a_link_of_their_own(as_ada, program, runs):
    assert "There is no link to try yet. Make one." in page_text(as_ada, URL)

    as_ada.post(URL + "link/")
    text = page_text(as_ada, URL)
    assert "Trying it out" in text
    assert "/try-acme-friends?s1=try-" in text
    assert states(as_ada)["click"] == "now"


def test_the_click_is_told_from_those_of_others(as_ada, bens_link, attempt):
    click_through(bens_link, now() - timedelta(hours=1))
    assert states(as_ada)["click"] == "now"

    mine = click_through(bens_link, now(), subs={"s1": attempt.token})
    click_through(bens_link, now())
    assert as_ada.get(URL).context["read"].click.click_id == mine.click_id


def test_the_page_is_told_of_the_click_and_left_alone_before(as_ada, attempt, bens_link):
    seen = as_ada.get(URL).context["seen"]
    assert as_ada.get(PROGRESS, {"seen": seen}).status_code == 204

    click_through(bens_link, now(), subs={"s1": attempt.token})
    answer = as_ada.get(PROGRESS, {"seen": seen})
    assert answer.status_code == 200
    assert "Computer · Firefox · NO" in text_of(answer.content.decode())


def test_the_roads_beside_the_steps_follow_too(as_ada, program, attempt):
    seen = as_ada.get(URL).context["seen"]
    assert "Script never heard of" in page_text(as_ada, URL)

    by_script(program)
    answer = as_ada.get(PROGRESS, {"seen": seen})
    assert "Script today" in text_of(answer.content.decode())


def test_from_the_click_to_the_receipt(as_ada, program, click):
    send(program, [click.click_id])
    assert "The order is being evaluated." in page_text(as_ada, URL)

    pass_watermark("here", now(), backlog=0, shipped=0)
    evaluate_due()
    text = page_text(as_ada, URL)
    assert "Why €12.00?" in text
    assert states(as_ada) == {
        "link": "done",
        "click": "done",
        "page": "skipped",
        "basket": "skipped",
        "order": "done",
        "credit": "done",
    }


def test_the_script_ticks_off_the_page_and_the_basket(as_ada, program, click):
    by_script(program, kind="basket_started", clicks=[click.click_id], consent=True)

    assert states(as_ada)["page"] == states(as_ada)["basket"] == "done"
    assert "acme.example" in page_text(as_ada, URL)


@pytest.mark.parametrize(
    ("said", "words"),
    [
        ({"clicks": [], "consent": False}, "without the visitor’s consent"),
        ({"clicks": [], "consent": True}, "the click’s id had got lost"),
        ({"program": "prg_00000000000000000000000000"}, "which does not exist"),
        ({"program": "acme"}, "which does not exist"),
        ({"page": "https://elsewhere.example/"}, "none of this program’s domains: acme.example"),
        ({"currency": "SEK"}, "SEK"),
    ],
)
def test_what_went_wrong_in_the_browser_is_said(as_ada, program, click, said, words):
    order = {"kind": "conversion", "order_reference": "L-2", "amount_minor": 1, "currency": "EUR"}
    by_script(program, **{"clicks": [click.click_id], "consent": True, **order, **said})

    assert words in page_text(as_ada, URL)


def test_a_strangers_astray_event_is_none_of_ours(as_ada, program, attempt, bens_link):
    click_through(bens_link, now(), subs={"s1": attempt.token}, visitor="somebody-else")
    lost = by_script(program, program="prg_00000000000000000000000000", kind="basket_started")

    assert lost.reason == "program-unknown"
    assert lost.pk not in as_ada.get(URL).context["read"].events


def test_a_cut_click_id_is_measured(as_ada, program, click):
    send(program, [click.click_id[:20]])

    text = page_text(as_ada, URL)
    assert "32 characters were expected, 20 came" in text


def test_what_was_refused_lately_is_said_even_if_it_came_before(as_ada, program, attempt):
    event = by_script(program, kind="conversion", clicks=[])
    assert event.status == "refused"
    InboxEvent.objects.update(received_at=now() - timedelta(minutes=50))
    assert event.pk in as_ada.get(URL).context["read"].events

    InboxEvent.objects.update(received_at=now() - timedelta(minutes=70))
    assert event.pk not in as_ada.get(URL).context["read"].events


def test_an_intake_that_stands_still_is_named(as_ada, bens_link):
    assert "Nothing brings clicks from the tracking host" in page_text(as_ada, URL)


def test_the_roads_are_counted(as_ada, program, runs):
    send(program, [])
    by_script(program, kind="conversion", order_reference="L-3", clicks=[], currency="SEK")

    text = page_text(as_ada, URL)
    assert "API today" in text
    assert "Script today" in text


def test_starting_over_waits_for_another_click(as_ada, click):
    assert states(as_ada)["click"] == "done"

    as_ada.post(URL + "again/")
    assert states(as_ada)["click"] == "now"


def test_a_key_stands_in_the_example_once(as_ada, attempt):
    page = as_ada.post(URL + "key/").content.decode()

    key = ApiKey.objects.get()
    assert f"Bearer {key.start}" in page
    assert key.start not in as_ada.get(URL).content.decode()
    assert attempt.token in page


@pytest.mark.parametrize("code", CASES)
def test_every_finding_has_words_for_all_it_tells(code):
    [found] = findings(facts(**CASES[code]))
    said = finding_words(found)

    assert said.message
    assert "%(" not in said.message + said.remedy


def test_no_words_are_left_over():
    assert set(FINDINGS) == set(CASES) - {"refused"}
    assert set(STEPS) == set(diagnosis.STEPS)


def test_what_the_pages_of_the_shop_say_is_ready_to_copy(as_ada, program):
    text = page_text(as_ada, URL)

    assert 'handsel("consent", true)' in text
    assert 'data-consent="tcf"' in text
    assert "Your shop has several domains" not in text

    program.domains = ["acme.example", "acme.se"]
    program.save(update_fields=["domains"])
    assert 'data-domains="acme.example,acme.se"' in page_text(as_ada, URL)


def test_a_click_that_can_earn_nothing_is_not_ticked_off(as_ada, attempt, bens_link):
    click_through(
        bens_link,
        now(),
        subs={"s1": attempt.token},
        filtered_reason="bot",
        counts=False,
        may_attribute=False,
    )

    assert states(as_ada)["click"] == "faulty"


def test_one_link_to_try_is_enough(as_ada, program, runs):
    assert "Make a link to try" in page_text(as_ada, URL)

    as_ada.post(URL + "link/")

    assert "Make a link to try" not in page_text(as_ada, URL)
