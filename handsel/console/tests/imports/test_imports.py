"""From a file to conversions, by the console's pages."""

import csv
import io

from django.urls import reverse

from handsel.connectors.files.models import Import, Piece, SavedMapping
from handsel.connectors.files.running import run
from handsel.console.tests.imports.conftest import HEADER, ROWS
from handsel.console.tests.reading import page_text
from handsel.conversions.models import Conversion
from handsel.intake.models import InboxEvent

LIST = "/console/conversions/imports/"


def address(found: Import, name: str = "import") -> str:
    return reverse(f"console:{name}", args=[found.pk])


def test_nothing_yet_teaches_what_to_do(as_ada, program):
    text = page_text(as_ada, LIST)

    assert "No file has been uploaded yet" in text
    assert "The same file again changes nothing." in text


def test_a_file_that_nobody_has_tried_stands_in_the_list_without_numbers(as_ada, upload):
    upload()

    assert "orders.csv" in page_text(as_ada, LIST)


def test_an_upload_leads_to_its_columns_with_proposals(as_ada, upload):
    page = as_ada.get(address(upload()))
    meant = {c["heading"]: field.value() for c, field in page.context["form"].columns}

    assert meant == {
        "Order": "order_reference",
        "Total": "amount",
        "Date": "occurred_at",
        "Code": "code",
        "Affiliate": "",
        "Status": "kind",
    }


def test_a_column_of_partners_may_credit_them_by_hand(as_ada, upload):
    text = page_text(as_ada, address(upload()))

    assert "“Affiliate” seems to name partners." in text
    assert "If this column is to decide instead, choose “Partner, credited by hand” for it" in text


def test_a_picture_is_refused_with_what_to_do(as_ada, program, upload):
    from django.core.files.uploadedfile import SimpleUploadedFile

    file = SimpleUploadedFile("orders.xlsx", b"\x89PNG....")
    answer = as_ada.post(LIST, {"file": file})

    assert "This is neither a CSV nor an XLSX file." in answer.content.decode()
    assert not Import.objects.exists()


def test_a_trial_run_shows_what_would_come(as_ada, checked):
    text = page_text(as_ada, address(checked))

    assert "Import 3 conversions" in text
    assert "4 Total “much” is no amount." in text
    assert "Row 6 is the same as row 3." in text
    assert "Left out 1" in text
    assert not Conversion.objects.exists()


def test_an_import_says_who_it_was(as_ada, imported):
    text = page_text(as_ada, address(imported))

    assert "Imported by Ada" in text
    assert Conversion.objects.count() == 2


def test_refused_rows_stand_among_the_events(as_ada, imported):
    text = page_text(as_ada, "/console/events/")

    assert "“much” is no amount." in text
    assert "File" in text
    [row] = InboxEvent.objects.filter(status="refused")
    page = as_ada.get(f"/console/events/{row.pk}/").content.decode()
    assert f'href="{address(imported)}">{imported.file_name}</a>' in page


def test_starting_twice_imports_once(as_ada, imported):
    as_ada.post(address(imported, "import-start"))
    run(imported.pk)

    assert Import.objects.get().report == imported.report


def test_two_columns_of_one_meaning_are_refused_at_the_form(upload, send_mapping):
    found = upload()
    answer = send_mapping(found, **{"column-4": "order_reference"})

    assert "Two columns say the same: “Order” and “Affiliate”." in answer.content.decode()
    assert found.status == Import.Status.MAPPING


def test_a_column_chosen_for_the_kind_asks_for_its_words(upload, send_mapping):
    found = upload()
    answer = send_mapping(found, **{"column-5": "", "column-4": "kind"})

    assert "What the words of “Affiliate” mean" in answer.content.decode()
    assert found.status == Import.Status.MAPPING


def test_a_mapping_can_be_kept_and_taken_for_the_next_file(as_ada, upload, send_mapping):
    send_mapping(upload(), save_as="The till", notation="comma")
    saved = SavedMapping.objects.get()
    page = as_ada.get(f"{address(upload())}?mapping={saved.pk}")

    assert page.context["form"]["notation"].value() == "comma"


def test_a_word_that_a_check_met_further_down_is_asked_for(as_ada, upload, send_mapping):
    found = upload()
    send_mapping(found, **{"words_of": "Status", "word-0": "order"})
    found.mapping = {**found.mapping, "words": {"paid": "order"}}
    found.save()
    page = as_ada.get(f"{address(found)}?step=columns")

    assert [field.label for field in page.context["form"].word_fields] == [
        "“paid”",
        "“pending”",
        "“refunded”",
    ]


def test_refused_rows_can_be_taken_along_and_sent_again(as_ada, checked, upload, send_mapping):
    answer = as_ada.get(address(checked, "import-refused"))
    rows = list(csv.reader(io.StringIO(answer.content.decode("utf-8-sig"))))

    assert rows[0][: len(HEADER)] == HEADER
    assert rows[1][: len(HEADER) + 1] == [*ROWS[2], "4"]
    again = upload(answer.content.replace(b"much", b"14.00"))
    send_mapping(again)
    assert again.report["new"] == 1


def test_the_sample_is_taken_as_it_is(as_ada, bens, upload, send_mapping):
    sample = as_ada.get(reverse("console:import-sample")).content
    found = upload(sample, name="sample.csv")
    send_mapping(found)

    assert {name: found.report[name] for name in ("new", "refused", "left_out")} == {
        "new": 3,
        "refused": 0,
        "left_out": 0,
    }


def test_a_file_read_another_way_has_other_columns(as_ada, upload):
    found = upload(b"Till 7;;\nOrder;Total;Date\n1;10,50;2026-11-18\n2;9,00;2026-11-18\n")
    said = {"reading-encoding": "cp1252", "reading-delimiter": ";", "reading-header_row": "1"}
    as_ada.post(address(found, "import-reading"), said)
    found.refresh_from_db()

    assert [c["heading"] for c in found.profile["columns"]] == ["Till 7", "Column B", "Column C"]


def test_a_row_of_headings_that_is_not_there_is_said_at_its_field(as_ada, upload):
    found = upload()
    said = {"reading-encoding": "utf-8-sig", "reading-delimiter": ",", "reading-header_row": "60"}
    answer = as_ada.post(address(found, "import-reading"), said)

    assert "The file cannot be read like this." in answer.content.decode()


def test_giving_up_forgets_the_file(as_ada, upload):
    found = upload()
    as_ada.post(address(found, "import-discarding"))

    assert not Piece.objects.exists()
    assert "This file was given up" in page_text(as_ada, address(found))


def test_a_removed_file_leaves_its_report(as_ada, imported):
    as_ada.post(address(imported, "import-removal"))

    assert not Piece.objects.exists()
    assert "“much”" not in page_text(as_ada, address(imported))
    assert "no, removed" in page_text(as_ada, address(imported))


def test_while_it_runs_the_page_asks_again(as_ada, checked):
    Import.objects.update(status="importing", position=2)
    page = as_ada.get(address(checked)).content.decode()

    assert 'hx-trigger="every 1s"' in page
    assert '<noscript><meta http-equiv="refresh" content="3"></noscript>' in page
    assert "2 of 6" in page_text(as_ada, address(checked))


def test_when_it_is_done_the_asking_page_is_loaded_anew(as_ada, imported):
    answer = as_ada.get(address(imported), headers={"HX-Request": "true"})

    assert answer["HX-Refresh"] == "true"
