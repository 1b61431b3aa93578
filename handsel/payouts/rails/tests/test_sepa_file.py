"""Files are read back and held against the schema by other code than what wrote them."""

from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest
import sepaxml
import xmlschema
from hypothesis import given, settings
from hypothesis import strategies as st

from handsel.payouts.rails import RAILS
from handsel.payouts.rails.sepa import bank_file
from handsel.payouts.rails.sepa.text import sepa_text
from handsel.payouts.rails.tests.conftest import ACME, BEN, CLEO, MADE_AT, PAY_DAY
from handsel.payouts.rails.values import PayerUnusable, TransferUnusable

SCHEMA = xmlschema.XMLSchema(
    Path(sepaxml.__file__).parent / "schemas" / "pain.001.001.09.xsd", build=True
)
SAFE = set("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789/-?:().,'+ ")


def texts(file, name):
    root = ET.fromstring(file.content)
    return [element.text for element in root.iter(f"{{{SCHEMA.target_namespace}}}{name}")]


def test_the_file_holds_against_its_schema_and_says_what_was_asked(when):
    file = bank_file([BEN, CLEO], ACME, **when)

    SCHEMA.validate(file.content.decode())
    assert texts(file, "MsgId") == [file.message_id]
    assert texts(file, "EndToEndId") == [BEN.reference, CLEO.reference]
    assert texts(file, "InstdAmt") == ["123.45", "123.45"]
    assert texts(file, "CtrlSum") == ["246.90", "246.90"]
    assert texts(file, "NbOfTxs") == ["2", "2"]
    assert texts(file, "Nm") == ["Acme GmbH", "Acme GmbH", "Ben Berg", "Cleo Moller"]
    assert texts(file, "IBAN") == ["DE89370400440532013000", BEN.iban, CLEO.iban]
    assert texts(file, "BICFI") == ["COBADEFFXXX", "DABANO22", "PSSTFRPP"]
    assert texts(file, "CreDtTm") == ["2026-10-15T12:00:00"]
    assert texts(file, "Dt") == ["2026-10-16"]
    assert texts(file, "PstlAdr") == []


def test_the_schema_refuses_a_file_with_a_wrong_sum_of_digits(when):
    content = bank_file([BEN], ACME, **when).content.decode()

    with pytest.raises(xmlschema.XMLSchemaValidationError):
        SCHEMA.validate(content.replace(BEN.iban, "93 8601"))


def test_the_same_payouts_make_the_same_file_and_others_another(when):
    once, again = bank_file([BEN], ACME, **when), bank_file([BEN], ACME, **when)
    other = bank_file([CLEO], ACME, **when)

    assert once == again
    assert once.message_id == bank_file([BEN], ACME, **when).message_id != other.message_id
    both = {bank_file(rows, ACME, **when).message_id for rows in ([BEN, CLEO], [CLEO, BEN])}
    assert len(both) == 1


@pytest.mark.parametrize(
    ("execute_on", "made_on", "dated"),
    [
        (date(2026, 10, 17), 15, "2026-10-19"),  # a Saturday
        (date(2026, 12, 25), 15, "2026-12-28"),  # Christmas, then a Saturday and a Sunday
        (date(2027, 3, 26), 15, "2027-03-30"),  # Good Friday to Easter Monday
        (date(2026, 10, 9), 15, "2026-10-15"),  # made late
        (date(2026, 10, 16), 17, "2026-10-19"),  # made on a Saturday
    ],
)
def test_it_is_executed_when_banks_are_open_and_never_in_the_past(execute_on, made_on, dated):
    made_at = datetime(2026, 10, made_on, 12, tzinfo=UTC)

    file = bank_file([BEN], ACME, execute_on=execute_on, made_at=made_at)

    assert texts(file, "Dt") == [dated] == [file.execute_on.isoformat()]


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"iban": "NO9386011117948"}, "iban"),
        ({"iban": "BR1500000000000010932840814P2"}, "iban"),  # valid, and outside SEPA
        ({"iban": "BE68539007547034"}, "bic"),  # a bank that the registry does not know
        ({"bic": "NOPE"}, "bic"),
        ({"holder_name": "🦊"}, "holder_name"),
        ({"amount_minor": 0}, "amount_minor"),
        ({"amount_minor": -5}, "amount_minor"),
        ({"amount_minor": 100_000_000_000}, "amount_minor"),
        ({"currency": "NOK"}, "currency"),
        ({"reference": "A/B"}, "reference"),
        ({"reference": "A" * 31}, "reference"),
        ({"reference": CLEO.reference}, "reference"),
    ],
)
def test_what_a_bank_would_refuse_names_the_payee_and_the_field(wrong, field, when):
    transfer = replace(BEN, **wrong)

    with pytest.raises(TransferUnusable, match=transfer.holder_name) as refused:
        bank_file([CLEO, transfer], ACME, **when)
    assert refused.value.field == field


def test_all_that_a_bank_would_refuse_are_named_at_once(when):
    abroad = replace(CLEO, iban="BR1500000000000010932840814P2")
    nameless = replace(BEN, holder_name="🦊")

    with pytest.raises(TransferUnusable, match=f"{CLEO.holder_name}.*🦊") as refused:
        bank_file([abroad, nameless], ACME, **when)
    assert refused.value.remedy.startswith("Pay it another way, with the CSV file.")


def test_a_bank_code_of_ones_own_helps_where_the_registry_does_not(when):
    transfer = replace(BEN, iban="BE68539007547034", bic="GKCCBEBB")

    assert "GKCCBEBB" in texts(bank_file([transfer], ACME, **when), "BICFI")


@pytest.mark.parametrize(
    ("wrong", "field"), [({"name": " "}, "name"), ({"iban": "DE1"}, "iban"), ({"bic": "X"}, "bic")]
)
def test_the_payers_account_is_checked_as_well(wrong, field, when):
    with pytest.raises(PayerUnusable) as refused:
        bank_file([BEN], replace(ACME, **wrong), **when)
    assert refused.value.field == field


def test_outside_the_economic_area_the_payer_says_where_it_is(when):
    london = replace(BEN, iban="GB29NWBK60161331926819")
    with pytest.raises(PayerUnusable) as refused:
        bank_file([london], ACME, **when)
    file = bank_file([london], replace(ACME, town="Köln", country="DE"), **when)

    assert refused.value.field == "town"
    SCHEMA.validate(file.content.decode())
    assert (texts(file, "TwnNm"), texts(file, "Ctry")) == (["Koln"], ["DE"])


def test_nothing_to_pay_makes_no_file(when):
    for rail in RAILS.values():
        with pytest.raises(TransferUnusable):
            rail([], ACME, **when)


@given(st.text(max_size=200), st.integers(1, 140))
def test_texts_keep_to_the_letters_of_banks(text, length_max):
    said = sepa_text(text, length_max)

    assert set(said) <= SAFE
    assert len(said) <= length_max
    assert "//" not in said
    assert said == said.strip("/ ")
    assert sepa_text(said, length_max) == said


names = st.text(max_size=90).map(lambda text: f"Ben {text}")
transfers = st.lists(
    st.builds(
        replace,
        st.just(BEN),
        holder_name=names,
        remittance=st.text(max_size=160),
        amount_minor=st.integers(1, 99_999_999_999),
    ),
    min_size=1,
    max_size=5,
).map(lambda rows: [replace(row, reference=f"PO-{n}") for n, row in enumerate(rows)])


@settings(max_examples=25, deadline=None)
@given(transfers)
def test_whatever_names_and_amounts_the_file_is_valid_and_adds_up(rows):
    file = bank_file(rows, ACME, execute_on=PAY_DAY, made_at=MADE_AT)

    SCHEMA.validate(file.content.decode())
    amounts = [int(text.replace(".", "")) for text in texts(file, "InstdAmt")]
    assert amounts == [row.amount_minor for row in rows]
    assert {int(text.replace(".", "")) for text in texts(file, "CtrlSum")} == {sum(amounts)}
