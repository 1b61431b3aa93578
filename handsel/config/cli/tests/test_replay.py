"""`handsel replay` on a program, as an operator calls it."""

import json
import sys
from contextlib import contextmanager
from types import SimpleNamespace

import pytest
from typer.testing import CliRunner

from handsel.clock import now
from handsel.config.cli import app
from handsel.environment import environment

TERMS = {"currency": "EUR", "pay": [{"kind": "percent", "rate_ppm": 120_000}]}


@pytest.fixture
def run(tmp_path, monkeypatch, program, bens):
    """The command, with the tests' own database in place of the folder's."""
    monkeypatch.setattr(environment(), "data", tmp_path)
    file = tmp_path / "terms.json"
    file.write_text(json.dumps(TERMS))

    @contextmanager
    def here(*_):
        yield SimpleNamespace(app="")

    monkeypatch.setattr("handsel.config.supervisor.database.database", here)
    # The package names the command as its module is named.
    module = sys.modules["handsel.config.cli.replay"]
    monkeypatch.setattr(module, "_as_system", here)
    monkeypatch.setattr(module, "chosen", lambda data: None)

    def call(*options):
        return CliRunner().invoke(app, ["replay", "--terms", str(file), *options])

    return call


def test_everything_comes_as_json(run, program):
    found = run("--program", program.name, "--json")
    assert json.loads(found.stdout)["orders"] == 0


def test_a_program_that_is_not_there_is_named(run):
    found = run("--program", "Nobody's")
    assert found.exit_code == 1


def test_days_that_lie_ahead_are_refused(run, program):
    found = run("--program", program.slug, "--to", f"{now().year + 1}-01-01")
    assert found.exit_code == 1
    assert "has not happened yet" in found.stderr
