"""The command as a whole: quick, light, and clear when it refuses."""

import subprocess
import sys

import pytest

IMPORTED = """
import sys
from typer.testing import CliRunner
from handsel.config.cli import app
result = CliRunner().invoke(app, sys.argv[1:])
assert result.exit_code == 0, result.output
print(" ".join(sorted({name.partition(".")[0] for name in sys.modules})))
"""


@pytest.mark.parametrize("arguments", [["--help"], ["up", "--help"], ["backup", "--help"]])
def test_help_loads_neither_django_nor_a_server(arguments):
    result = subprocess.run(
        [sys.executable, "-c", IMPORTED, *arguments], capture_output=True, text=True, check=True
    )

    loaded = set(result.stdout.split()) & {"django", "granian", "psycopg", "duckdb"}
    assert loaded == set()


def test_a_refusal_is_two_lines_and_status_1(tmp_path):
    (tmp_path / "thesis.txt").write_text("mine")
    result = subprocess.run(
        [sys.executable, "-m", "handsel.config.cli", "migrate", "--data", tmp_path],
        capture_output=True,
        text=True,
        check=False,
        env={"PATH": "/usr/bin:/bin"},
    )

    assert result.returncode == 1
    assert result.stdout == ""
    wrong, remedy = result.stderr.splitlines()
    assert "such as thesis.txt" in wrong
    assert remedy.startswith("→ ")


def run(*arguments, cwd=None, **environment):
    return subprocess.run(
        [sys.executable, "-m", "handsel.config.cli", *arguments],
        cwd=cwd,
        capture_output=True,
        text=True,
        check=False,
        env={"PATH": "/usr/bin:/bin", **environment},
    )


@pytest.mark.parametrize("option", [["--data", "{}"], ["--data={}"]])
def test_the_folder_of_an_import_may_stand_at_the_end(tmp_path, option):
    (tmp_path / "thesis.txt").write_text("mine")
    said = [part.format(tmp_path) for part in option]
    asked = run("import", "orders", "--owner", "ada@acme.example", *said)

    assert asked.returncode == 1
    assert "such as thesis.txt" in asked.stderr


@pytest.mark.parametrize("arguments", [["orders"], ["conversions", __file__]])
def test_an_import_makes_no_database_where_nobody_named_a_folder(tmp_path, arguments):
    asked = run("import", *arguments, cwd=tmp_path)

    assert asked.returncode == 1
    assert f"There is no Handsel in {tmp_path / 'data'}." in asked.stderr
    assert "--data" in asked.stderr.splitlines()[1]
    assert list(tmp_path.iterdir()) == []


def test_a_mistyped_folder_of_an_import_is_not_made(tmp_path):
    folder = tmp_path / "dta"
    asked = run("import", "conversions", __file__, "--data", str(folder))

    assert asked.returncode == 1
    assert f"There is no Handsel in {folder}." in asked.stderr
    assert not folder.exists()


def test_help_on_an_import_makes_no_database(tmp_path):
    asked = run("import", "orders", "--help", HANDSEL_DATA=str(tmp_path / "data"))

    assert (asked.returncode, asked.stderr) == (0, "")
    assert "--unmatched" in asked.stdout
    assert not (tmp_path / "data").exists()
    assert " orders " in run("import", "--help").stdout


def test_a_setting_that_makes_no_sense_is_named():
    refused = run("doctor", HANDSEL_PORT="abc")

    assert refused.returncode == 2
    assert "Invalid value for HANDSEL_PORT: “abc”" in refused.stderr
    assert "docs/settings.md" in refused.stderr
