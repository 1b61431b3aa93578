"""A file, from its upload to the conversions that come of it."""

from handsel.commissions.models import Commission
from handsel.commissions.services import evaluate_due
from handsel.connectors.files.models import Import, RefusedRow
from handsel.conversions.models import Conversion, Fact
from handsel.intake.models import InboxEvent
from handsel.intake.services import receive

ROWS = [["1001", "120.00", "2026-11-18 10:00", "BEN10"], ["1002", "80.50", "2026-11-19 11:00", ""]]


def counts(found: Import) -> dict[str, int]:
    return {name: value for name, value in found.report.items() if isinstance(value, int) and value}


def test_rows_become_conversions(bring, bens):
    found = bring(ROWS)

    assert counts(found) == {"rows": 2, "new": 2, "total": 2}
    assert dict(Conversion.objects.values_list("order_reference", "amount_minor")) == {
        "1001": 12_000,
        "1002": 8_050,
    }
    assert set(Fact.objects.values_list("source", "trust")) == {("file", "store")}


def test_a_code_in_the_file_earns_its_partner_a_commission(bring, bens):
    bens.agreements.update(valid_from="2026-01-01T00:00Z")
    bring(ROWS)
    Conversion.objects.update(due_at="2026-01-01T00:00Z")
    evaluate_due()

    assert [c.amount_minor for c in Commission.objects.all()] == [1_200]


def test_a_check_writes_nothing_but_its_report(bring, bens):
    found = bring(ROWS, check_only=True)

    assert counts(found) == {"rows": 2, "new": 2, "total": 2}
    assert found.status == Import.Status.CHECKED
    assert not Conversion.objects.exists()
    assert not InboxEvent.objects.exists()


def test_a_check_names_the_partner_that_a_code_belongs_to(bring, bens):
    report = bring(ROWS, check_only=True).report

    assert report["partners"] == {
        bens.pk: {"orders": 1, "sold_minor": 12_000},
        "": {"orders": 1, "sold_minor": 8_050},
    }
    assert report["sums"] == {"EUR": {"orders": 2, "sold_minor": 20_050, "back_minor": 0}}


def test_the_same_file_again_changes_nothing(bring, bens):
    bring(ROWS)
    before = list(Fact.objects.values_list("pk", flat=True))
    again = bring(ROWS)

    assert counts(again) == {"rows": 2, "known": 2, "total": 2}
    assert list(Fact.objects.values_list("pk", flat=True)) == before


def test_a_corrected_file_changes_what_it_corrects(bring):
    bring(ROWS)
    again = bring([["1001", "100.00", "2026-11-18 10:00", "BEN10"], ROWS[1]])

    assert counts(again) == {"rows": 2, "known": 1, "changed": 1, "total": 2}
    assert again.report["changes"] == [
        {"row": 2, "reference": "1001", "before_minor": 12_000, "after_minor": 10_000}
    ]
    assert Conversion.objects.get(order_reference="1001").amount_minor == 10_000


def test_an_old_file_does_not_take_a_correction_back(bring):
    bring(ROWS)
    bring([["1001", "100.00", "2026-11-18 10:00", "BEN10"]])
    old = bring(ROWS)

    assert counts(old) == {"rows": 2, "known": 1, "replaced": 1, "total": 2}
    assert Conversion.objects.get(order_reference="1001").amount_minor == 10_000


def test_a_file_that_agrees_with_the_shop_leaves_its_lines_and_tax_alone(bring, program):
    body = {
        "order_reference": "1001",
        "currency": "EUR",
        "amount_minor": 12_000,
        "tax_minor": 2_000,
    }
    receive(program, source="api", kind="order", trust="store", body=body)
    bring(ROWS[:1])

    conversion = Conversion.objects.get()
    facts = conversion.facts.order_by("updated_at")
    assert [fact.source for fact in facts] == ["file", "api"]
    assert conversion.amount_minor == 12_000


def test_a_file_that_differs_from_the_shop_holds_and_is_shown(bring, program):
    body = {"order_reference": "1001", "currency": "EUR", "amount_minor": 9_900}
    receive(program, source="api", kind="order", trust="store", body=body)
    found = bring(ROWS[:1])

    assert found.report["changes"][0]["before_minor"] == 9_900
    assert Conversion.objects.get().amount_minor == 12_000


def test_the_same_order_twice_in_a_file_is_taken_once_and_named(bring):
    found = bring([*ROWS, ROWS[0]])

    assert counts(found) == {"rows": 3, "new": 2, "repeated": 1, "total": 3}
    assert found.report["repeats"] == [[4, 2]]


def test_rows_that_contradict_each_other_are_refused(bring):
    found = bring([*ROWS, ["1001", "99.00", "2026-11-18 10:00", ""]])
    refused = RefusedRow.objects.get(file=found)

    assert (refused.row, refused.reason, refused.params["earlier"]) == (4, "row-contradicts", 2)
    assert Conversion.objects.get(order_reference="1001").amount_minor == 12_000


def test_a_refused_row_is_listed_in_the_inbox_with_its_number(bring, program):
    found = bring([["1001", "a lot", "2026-11-18", ""], ROWS[1]])
    event = InboxEvent.objects.get(status="refused")

    assert (event.source, event.reason) == ("file", "amount-unreadable")
    assert (event.params["row"], event.params["column"]) == (2, "Total")
    assert event.body == {"import": found.pk, "file": "orders.csv", "row": 2}
    assert counts(found) == {"rows": 2, "new": 1, "refused": 1, "total": 2}


def test_what_the_inbox_refuses_is_refused_in_the_check_too(bring):
    header = ["Order", "Total", "Currency"]
    found = bring([["1001", "12.00", "SEK"]], header=header, check_only=True)
    refused = RefusedRow.objects.get(file=found)

    assert (refused.reason, refused.column) == ("wrong-currency", "Currency")
    assert refused.cells == ["1001", "12.00", "SEK"]


def test_negative_amounts_are_refunds_where_the_mapping_says_so(bring):
    bring([*ROWS, ["1001", "-20.00", "2026-11-19 10:00", ""]])

    conversion = Conversion.objects.get(order_reference="1001")
    assert (conversion.amount_minor, conversion.refunded_minor) == (12_000, 2_000)


def test_a_corrected_refund_replaces_the_one_of_that_moment(bring):
    refund = ["1001", "-20.00", "2026-11-19 10:00", ""]
    bring([ROWS[0], refund])
    bring([ROWS[0], ["1001", "-30.00", *refund[2:]]])

    assert Conversion.objects.get().refunded_minor == 3_000


def test_words_of_a_status_say_what_a_row_is(bring):
    header = ["Order", "Total", "Status"]
    rows = [["1", "10.00", "Paid"], ["2", "20.00", "Pending"], ["1", "10.00", "Refunded"]]
    found = bring(rows, header=header)

    assert counts(found) == {"rows": 3, "new": 2, "left_out": 1, "total": 3}
    assert [c.refunded_minor for c in Conversion.objects.all()] == [1_000]


def test_articles_of_an_order_are_its_lines(bring):
    header = ["Order", "SKU", "Quantity", "Amount", "Shipping"]
    rows = [["1", "HAT", "2", "40.00", "5.00"], ["1", "SCARF", "1", "30.00", ""]]
    found = bring(rows, header=header)

    assert found.mapping["rows_are"] == "articles"
    assert counts(found) == {"rows": 2, "new": 1, "total": 1}
    lines = Fact.objects.get().body["lines"]
    assert [(line["sku"], line["gross_minor"]) for line in lines] == [
        ("HAT", 4_000),
        ("SCARF", 3_000),
    ]


def test_rows_of_an_order_that_do_not_stand_together_are_refused(bring):
    header = ["Order", "SKU", "Quantity", "Amount"]
    rows = [
        ["1", "A", "1", "4.00"],
        ["1", "B", "1", "3.00"],
        ["2", "A", "1", "4.00"],
        ["1", "C", "1", "2.00"],
    ]
    found = bring(rows, header=header)

    assert RefusedRow.objects.get(file=found).reason == "articles-scattered"


def test_an_address_goes_no_further_than_the_file(bring):
    header = ["Order", "Total", "E-mail"]
    bring([["1", "10.00", "Kari@Mail.example"], ["2", "1.00", "no address"]], header=header)

    kept = str(list(InboxEvent.objects.values()))
    assert "ari@" not in kept
    assert "no address" not in kept
    assert InboxEvent.objects.get(status="processed").body["customer"]["email_hash"]


def test_a_day_without_a_clock_is_its_end_so_that_clicks_of_that_day_count(bring):
    bring([["1001", "120.00", "2026-11-18", ""]], time_zone="Europe/Oslo")

    assert Conversion.objects.get().occurred_at.isoformat() == "2026-11-18T22:59:59+00:00"


def test_an_order_of_today_is_not_ahead_of_the_upload(bring):
    from handsel.clock import now

    found = bring([["1001", "120.00", now().date().isoformat(), ""]])

    assert Conversion.objects.get().occurred_at == found.uploaded_at


def test_what_was_imported_says_who_said_so(bring, ada):
    from handsel.activity.models import Activity

    found = bring(ROWS)
    done = Activity.objects.filter(subject_id=found.pk).order_by("pk")

    assert [(one.verb, one.actor_id) for one in done] == [
        ("import.uploaded", ada.pk),
        ("import.started", ada.pk),
        ("import.finished", ada.pk),
    ]
