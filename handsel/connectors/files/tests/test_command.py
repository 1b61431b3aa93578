import pytest
from typer.testing import CliRunner, Result

from handsel.connectors.files.command import MappingNotKept, ProgramNotNamed, app
from handsel.connectors.files.models import Import
from handsel.connectors.files.tests.bringing import csv_bytes
from handsel.conversions.models import Conversion

GOOD = ["1001", "12.00", "2026-11-18 10:00", ""]
BAD = ["1002", "much", "2026-11-18 10:00", ""]


@pytest.fixture
def file(tmp_path):
    path = tmp_path / "till.csv"
    path.write_bytes(csv_bytes([GOOD, BAD]))
    return path


def handsel(*args: object) -> Result:
    return CliRunner().invoke(app, [str(arg) for arg in args])


def test_a_file_is_imported_and_refused_rows_end_with_status_1(program, file, tmp_path):
    answer = handsel(file, "--refused", tmp_path / "refused.csv")

    assert answer.exit_code == 1
    assert "“much” is no amount." in " ".join(answer.output.split())
    assert Conversion.objects.get().order_reference == "1001"
    assert "1002,much,2026-11-18 10:00,,3,Total,amount-unreadable" in (
        (tmp_path / "refused.csv").read_text("utf-8-sig")
    )


def test_a_dry_run_leaves_no_conversion_and_no_file(program, file):
    handsel(file, "--dry-run")

    assert not Conversion.objects.exists()
    assert Import.objects.get().status == "given_up"


def test_what_is_not_there_is_refused_before_the_file_is_taken(program, file):
    assert isinstance(handsel(file, "--program", "prg_x").exception, ProgramNotNamed)
    assert isinstance(handsel(file, "--mapping", "Nothing").exception, MappingNotKept)
    assert not Import.objects.exists()
