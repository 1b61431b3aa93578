import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from handsel.connectors.files.models import Import
from handsel.connectors.files.running import run
from handsel.connectors.files.tests.bringing import csv_bytes

HEADER = ["Order", "Total", "Date", "Code", "Affiliate", "Status"]
ROWS = [
    ["1001", "120.00", "2026-11-18 10:00", "BEN10", "Ben", "paid"],
    ["1002", "80.50", "2026-11-19 11:00", "", "", "paid"],
    ["1003", "much", "2026-11-19 12:00", "", "", "paid"],
    ["1004", "9.00", "2026-11-19 13:00", "", "", "pending"],
    ["1002", "80.50", "2026-11-19 11:00", "", "", "paid"],
    ["1001", "20.00", "2026-11-19 10:00", "", "", "refunded"],
]


@pytest.fixture
def upload(as_ada, program):
    """`upload(rows)` as Ada, by the form; the import."""

    def upload(rows=ROWS, header=HEADER, name="orders.csv"):
        content = rows if isinstance(rows, bytes) else csv_bytes(rows, header)
        as_ada.post(reverse("console:imports"), {"file": SimpleUploadedFile(name, content)})
        return Import.objects.latest("uploaded_at")

    return upload


@pytest.fixture
def send_mapping(as_ada):
    """`send_mapping(found, **changes)`: the form as it stands on the page, with changes; the
    answer. The worker does its part."""

    def send_mapping(found, **changes):
        page = as_ada.get(reverse("console:import", args=[found.pk]) + "?step=columns")
        form = page.context["form"]
        said = {field.html_name: field.value() for field in form if field.value()}
        address = reverse("console:import-check", args=[found.pk])
        answer = as_ada.post(address, {**said, **changes})
        run(found.pk)
        found.refresh_from_db()
        return answer

    return send_mapping


@pytest.fixture
def checked(upload, send_mapping):
    found = upload()
    send_mapping(found)
    return found


@pytest.fixture
def imported(checked, as_ada):
    as_ada.post(reverse("console:import-start", args=[checked.pk]))
    run(checked.pk)
    checked.refresh_from_db()
    return checked
