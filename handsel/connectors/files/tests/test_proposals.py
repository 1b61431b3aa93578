"""What exports of shops seem to mean."""

import io

import pytest

from handsel.connectors.files.proposals import Column, dates_are_ambiguous, look, propose
from handsel.connectors.files.reading import detect, open_table


def columns_of(text: str) -> list[Column]:
    file = io.BytesIO(text.encode())
    return look(open_table(file, detect(file)))


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (
            "Name,Email,Financial Status,Paid at,Total,Currency,Discount Code,Taxes,Shipping\n"
            "#1001,k@x.example,paid,2026-11-18 10:00:00 +0100,120.00,EUR,BEN10,20.00,5.00\n",
            {
                *("order_reference", "customer_email", "kind", "occurred_at", "amount"),
                *("currency", "code", "tax", "shipping"),
            },
        ),
        (
            "Ordrenummer;Beløp;Dato;Rabattkode;Kundenummer\n1;1 200,50;18.11.2026;BEN10;7\n",
            {"order_reference", "amount", "occurred_at", "code", "customer_id"},
        ),
        (
            "Bestellnummer;Gesamtbetrag;Bestelldatum;Gutscheincode;MwSt;Land\n"
            "1;1.200,50;18.11.2026;BEN10;200,00;DE\n",
            {"order_reference", "amount", "occurred_at", "code", "tax", "customer_country"},
        ),
        (
            "Numer zamówienia;Kwota;Data zamówienia;Kod rabatowy;Waluta\n"
            "1;12,50;2026-11-18;B;PLN\n",
            {"order_reference", "amount", "occurred_at", "code", "currency"},
        ),
        (
            "Ordernummer;Summa;Orderdatum;Rabattkod;Moms\n1;12,50;2026-11-18;B;2,50\n",
            {"order_reference", "amount", "occurred_at", "code", "tax"},
        ),
        (
            "id,who,when\nA-1,kari@mail.example,2026-11-18\nA-2,ola@mail.example,2026-11-19\n",
            {"order_reference", "customer_email", "occurred_at"},
        ),
    ],
)
def test_an_export_is_understood(program, text, said):
    assert set(propose(columns_of(text), program).columns.values()) == said


def test_amounts_with_a_comma_are_noticed(program):
    columns = columns_of("Order;Total\n1;1.200,50\n2;99,00\n")

    assert propose(columns, program).notation == "comma"


def test_dates_by_month_are_noticed(program):
    columns = columns_of("Order,Total,Date\n1,5.00,11/20/2026\n2,5.00,11/02/2026\n")

    assert propose(columns, program).date_order == "mdy"
    assert not dates_are_ambiguous(columns[2:])


def test_dates_that_can_be_read_in_two_ways_are_said_to_be():
    columns = columns_of("Order,Total,Date\n1,5.00,03/04/2026\n2,5.00,05/06/2026\n")

    assert dates_are_ambiguous(columns[2:])


def test_words_that_nobody_knows_are_left_out_rather_than_sold(program):
    columns = columns_of("Order,Total,Status\n1,5.00,Paid\n2,5.00,Zzz\n3,5.00,zwrócone\n")

    assert propose(columns, program).words == {"paid": "order", "zzz": "skip", "zwrócone": "refund"}


def test_other_peoples_32_characters_are_no_click_ids(program):
    columns = columns_of(f"Order,Total,Session\n1,5.00,{'a' * 32}\n2,5.00,{'b' * 32}\n")

    assert "click_id" not in propose(columns, program).columns.values()


def test_a_column_of_a_thousand_words_is_no_kind(program):
    rows = "".join(f"{n},5.00,word {n}\n" for n in range(30))

    assert "kind" not in propose(columns_of(f"Order,Total,Type\n{rows}"), program).columns.values()
