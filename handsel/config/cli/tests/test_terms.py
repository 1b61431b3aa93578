"""`handsel terms …` on files, as a partner or an auditor has them: without a server."""

import json
import subprocess
import sys
from pathlib import Path

import pytest
from django.utils import translation
from typer.testing import CliRunner

import handsel
from handsel.config.cli import app

PLAIN = {"currency": "EUR", "pay": [{"kind": "percent", "rate_ppm": 95000}]}
MORE = PLAIN | {"pay": [{"kind": "percent", "rate_ppm": 100000}]}
HATS = {"categories": ["hats"]}
COVERED = PLAIN | {
    "pay": [
        {"kind": "percent", "rate_ppm": 95000, "when": HATS},
        {"kind": "excluded", "when": HATS},
    ]
}
TIED = PLAIN | {"pay": [{"kind": "percent", "rate_ppm": 1}, {"kind": "percent", "rate_ppm": 2}]}
ORDER = {
    "currency": "EUR",
    "occurred_at": "2026-09-12T12:00:00Z",
    "lines": [{"gross_minor": 15890, "discount_minor": 1589, "tax_minor": 2283}],
}


@pytest.fixture
def write(tmp_path):
    def write(name, data):
        path = tmp_path / name
        path.write_text(data if isinstance(data, str) else json.dumps(data), encoding="utf-8")
        return str(path)

    return write


def run(*arguments, language="en"):
    with translation.override("en"):
        return CliRunner().invoke(app, ["terms", *arguments, "--language", language])


def test_terms_that_make_sense_pass(write):
    result = run("check", write("terms.json", PLAIN))

    assert (result.exit_code, result.stdout) == (0, "These terms make sense.\n")


def test_nonsense_is_named_with_its_clauses_and_a_remedy(write):
    result = run("check", write("terms.json", COVERED))

    assert result.exit_code == 1
    assert result.stdout.splitlines() == [
        "✗ §2 never pays: §3 excludes everything that it asks for.",
        "  → Remove one of the two, or let the exclusion ask for more.",
    ]


def test_two_rules_for_the_same_are_a_finding_and_not_an_unusable_file(write):
    result = run("check", write("terms.json", TIED))

    assert result.exit_code == 1
    assert "✗ §2 and §3 could both pay for the same." in result.stdout


def test_names_that_the_program_does_not_have_are_found(write):
    known = write("known.json", {"categories": ["socks"]})
    result = run("check", write("terms.json", COVERED), "--known", known, "--json")

    assert result.exit_code == 1
    assert [found["code"] for found in json.loads(result.stdout)] == [
        *("rule_excluded", "categories_unknown", "categories_unknown")
    ]


def test_a_time_that_is_over_is_found_from_the_day_the_terms_begin(write):
    rule = {"kind": "percent", "rate_ppm": 1, "valid": {"until": "2026-11-20T00:00:00Z"}}
    terms = write("terms.json", PLAIN | {"pay": [*PLAIN["pay"], rule]})

    assert run("check", terms, "--at", "2026-11-19").exit_code == 0
    assert run("check", terms, "--at", "2026-11-20").exit_code == 1


def test_terms_are_explained_in_the_language_asked_for(write):
    result = run("explain", write("terms.json", PLAIN), language="sv")

    assert result.exit_code == 0
    assert "§2 9,5\N{NO-BREAK SPACE}%" in result.stdout


def test_an_explanation_ends_in_a_worked_example(write):
    said = run("explain", write("terms.json", PLAIN)).stdout

    assert "§2 9.5% of what an order counts for." in said
    assert "· The commission is €9.50." in said


def test_equal_terms_differ_in_nothing(write):
    terms = write("terms.json", PLAIN)
    result = run("diff", terms, terms)

    assert (result.exit_code, result.stdout) == (0, "Nothing changes.\n")


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        (PLAIN, MORE, "+ The rate is now 10%, was 9.5%."),
        (MORE, PLAIN, "− The rate is now 9.5%, was 10%."),
    ],
)
def test_a_difference_says_for_whom_it_is_better(write, old, new, said):
    result = run("diff", write("old.json", old), write("new.json", new))

    assert result.exit_code == 1
    assert result.stdout.splitlines() == [said, "Nothing else changes."]


def test_an_order_is_computed_to_the_cent(write):
    result = run("evaluate", write("terms.json", PLAIN), write("order.json", ORDER))

    assert result.exit_code == 0
    assert "· §2: 9.5% of €120.18 is €11.42. Exactly 11.4171, rounded once." in result.stdout


def test_machines_get_the_same_as_json(write):
    files = write("terms.json", PLAIN), write("order.json", ORDER)
    found = json.loads(run("evaluate", *files, "--json").stdout)

    assert found["amount_minor"] == 1142
    assert [line["clause"] for line in found["lines"]] == [2]


@pytest.mark.parametrize(
    ("terms", "order", "said"),
    [
        ("{", ORDER, "terms.json: The file: Invalid JSON"),
        (PLAIN | {"pay": []}, ORDER, "terms.json: pay:"),
        (PLAIN, ORDER | {"lines": []}, "order.json: lines:"),
        (PLAIN, ORDER | {"currency": "SEK"}, "in SEK"),
        (TIED, ORDER, "§2 and §3"),
    ],
)
def test_a_file_that_cannot_be_used_is_named_with_what_is_wrong(write, terms, order, said):
    result = run("evaluate", write("terms.json", terms), write("order.json", order))

    assert result.exit_code == 2
    assert said in result.stderr
    assert "→" in result.stderr


def test_a_language_that_nobody_speaks_here_is_refused(write):
    result = run("explain", write("terms.json", PLAIN), language="xx")

    assert result.exit_code == 2
    assert "en, nb, pl, sv" in result.stderr


def test_it_needs_no_settings_no_folder_and_no_database(write):
    result = subprocess.run(
        [sys.executable, "-m", "handsel.config.cli", "terms", "check", write("t.json", PLAIN)],
        capture_output=True,
        text=True,
        check=False,
        cwd="/",
        env={"PATH": "/usr/bin:/bin", "PYTHONPATH": str(Path(handsel.__file__).parents[1])},
    )

    assert (result.returncode, result.stdout) == (0, "These terms make sense.\n"), result.stderr


STEPS = [{"start": 100000, "rate_ppm": 70000}, {"start": 500000, "rate_ppm": 90000}]
TIERS = {"period": "month", "mode": "marginal", "steps": STEPS}
TIERED = PLAIN | {"pay": [{"kind": "percent", "rate_ppm": 50000, "tiers": TIERS}]}
SEPTEMBER = {
    "orders": [ORDER | {"lines": [{"gross_minor": minor}]} for minor in (400_000, 200_000)]
}


def test_a_month_of_orders_is_computed_with_its_tiers(write):
    files = write("terms.json", TIERED), write("orders.json", SEPTEMBER)
    said = run("evaluate", *files).stdout.splitlines()

    assert said[:2] == ["Order 1: €200.00", "Order 2: €100.00"]
    assert "· §2: on €6,000.00 the rates by volume give €420.00." in said
    assert said[-1] == "All together: €420.00"


def test_machines_get_the_month_as_json(write):
    files = write("terms.json", TIERED), write("orders.json", SEPTEMBER)
    found = json.loads(run("evaluate", *files, "--json").stdout)

    assert found["amount_minor"] == 42_000
    assert [one["amount_minor"] for one in found["orders"]] == [20_000, 10_000]
    assert [one["amount_minor"] for one in found["settlements"]] == [12_000]
