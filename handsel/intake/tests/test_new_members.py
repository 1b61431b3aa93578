"""What rules of pay may ask about, from each road to the engine."""

import json

import pytest

from handsel.clock import now
from handsel.conversions.facts import engine_fact
from handsel.conversions.models import Fact
from handsel.intake.envelopes import open_envelope
from handsel.intake.messages import CountryUnknown, NotARenewal, read_message
from handsel.intake.models import InboxEvent
from handsel.intake.services import Incoming, receive_all

ORDER = {"order_reference": "1", "amount_minor": 1_000, "currency": "EUR"}
SAID = {
    "country": "no",
    "metadata": {"plan": "pro", "seats": 5, "trial": False},
    "channels": [{"channel": "newsletter", "at": "2026-11-19T08:00:00+01:00"}],
}


def told(program, body, kind="order"):
    (outcome,) = receive_all(
        program, [Incoming(kind=kind, body=body, event_id="e", received_at=now())],
        source="api", trust="store",
    )  # fmt: skip
    assert isinstance(outcome, InboxEvent) or not isinstance(outcome, Exception), outcome
    fact = Fact.objects.select_related("conversion").get()
    return engine_fact(fact, fact.conversion.order_reference, fact.conversion.kind)


def test_an_order_says_whence_it_came_and_what_the_shop_adds(program):
    fact = told(program, {**ORDER, **SAID})

    assert fact.country == "NO"
    assert {(one.name, one.value) for one in fact.metadata} == {
        ("plan", "pro"), ("seats", "5"), ("trial", "false"),
    }  # fmt: skip
    assert [one.channel for one in fact.channels] == ["newsletter"]


def test_without_a_country_of_its_own_an_order_has_its_customers(program):
    assert told(program, {**ORDER, "customer": {"id": "k", "country": "SE"}}).country == "SE"


@pytest.mark.parametrize("kind", ["lead", "sign_up"])
def test_a_lead_and_a_sign_up_say_what_they_are(program, kind):
    fact = told(program, {"order_reference": "1", "country": "PL"}, kind=kind)

    assert (fact.event, fact.country) == (kind, "PL")


def test_a_renewal_says_what_it_renews(program):
    said = {**ORDER, "conversion": "renewal", "renews": "S-1", "renewal": 3}
    fact = told(program, said)

    assert (fact.event, fact.renews, fact.renewal) == ("renewal", "S-1", 3)
    assert Fact.objects.get().conversion.renews == "S-1"


@pytest.mark.parametrize(
    ("said", "refusal", "field"),
    [
        ({"country": "Norway"}, CountryUnknown, "country"),
        ({"renews": "S-1"}, NotARenewal, "renews"),
        ({"renewal": 2}, NotARenewal, "renewal"),
        ({"conversion": "renewal", "renews": "1"}, NotARenewal, "renews"),
    ],
)
def test_what_is_wrong_is_refused_by_its_name(said, refusal, field):
    with pytest.raises(refusal) as refused:
        read_message("order", {**ORDER, **said})

    assert refused.value.field == field
    assert refused.value.remedy


@pytest.mark.parametrize(
    ("said", "field"),
    [
        ({"metadata": {"plan": 1.5}}, "metadata.plan"),
        ({"metadata": {"plan": "x" * 201}}, "metadata.plan"),
        ({"metadata": {str(n): "x" for n in range(101)}}, "metadata"),
        ({"channels": [{"channel": "mail"}]}, "channels.0.at"),
    ],
)
def test_free_fields_and_channels_have_bounds(said, field):
    from handsel.engine.values import Malformed

    with pytest.raises(Malformed) as refused:
        read_message("order", {**ORDER, **said})

    assert refused.value.field.startswith(field)


def test_the_pixel_and_the_script_carry_them_too(program):
    query = "order_reference=1&amount_minor=1000&currency=EUR&country=NO&metadata.plan=pro"
    by_pixel = open_envelope({"source": "pixel", "raw": query}, program, now()).message
    script = {"kind": "conversion", "program": program.pk, **ORDER, **SAID}
    by_script = open_envelope({"source": "script", "raw": json.dumps(script)}, program, now())

    assert by_pixel.body("EUR")["metadata"] == [{"name": "plan", "value": "pro"}]
    assert by_script.message.body("EUR")["country"] == "NO"
