"""What is too large is refused unread: the test's client fails whoever reads a body that is not
there."""

from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from handsel.cast import SignIn
from handsel.connectors.files.storage import FILE_BYTES_MAX
from handsel.organizations.models import Member
from handsel.programs.models import Program

pytestmark = pytest.mark.django_db
MB = 1024 * 1024
FORM = "multipart/form-data; boundary=x"


def announced(client: Client, path: str, size: int, **headers: Any) -> tuple[int, str]:
    """A form is said to be so large, and one byte of it comes."""
    answer = client.generic("POST", path, b"-", FORM, CONTENT_LENGTH=str(size), **headers)
    return answer.status_code, answer.content.decode()


@pytest.fixture
def adas(client: Client, ada: Member, signed_in: SignIn) -> Client:
    signed_in(client, ada)
    return client


def test_an_import_that_is_too_large_is_refused_before_it_is_read(
    adas: Client, program: Program
) -> None:
    status, said = announced(adas, reverse("console:imports"), FILE_BYTES_MAX + MB)

    assert status == 413
    assert "50 MB" in said


@pytest.mark.parametrize("name", ["account_login", "console:imports"])
def test_a_stranger_has_no_file_to_bring(name: str) -> None:
    status, _said = announced(Client(), reverse(name), 4 * MB)

    assert status == 413


def test_a_form_without_a_file_is_small(adas: Client, program: Program) -> None:
    status, _said = announced(adas, reverse("console:import-check", args=["imp_x"]), 4 * MB)

    assert status == 413


def test_a_refusal_is_shown_in_place_by_htmx(adas: Client, program: Program) -> None:
    path = reverse("console:imports")
    status, said = announced(adas, path, FILE_BYTES_MAX + MB, HTTP_HX_REQUEST="true")

    assert (status, "<html" in said) == (413, False)


def test_what_a_member_may_bring_is_read(adas: Client, program: Program) -> None:
    rows = b"Order,Total,Date\n" + b"1,2.00,2026-11-01\n" * 200_000
    assert len(rows) > 3 * MB
    file = SimpleUploadedFile("orders.csv", rows)

    assert adas.post(reverse("console:imports"), {"file": file}).status_code == 302
