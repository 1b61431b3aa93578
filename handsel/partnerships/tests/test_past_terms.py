"""What the migration makes of the changes that were recorded before groups had versions."""

from datetime import UTC, datetime
from importlib import import_module
from types import SimpleNamespace

MADE = datetime(2026, 1, 1, tzinfo=UTC)


def changes(*before):
    return [
        SimpleNamespace(data={"before": terms}, recorded_at=datetime(2026, 2 + n, 1, tzinfo=UTC))
        for n, terms in enumerate(before)
    ]


def test_each_change_is_a_version_since_its_day():
    migration = import_module("handsel.programs.migrations.0009_past_group_terms")
    recorded = changes("a", "b")
    found = migration.versions(MADE, "c", recorded)

    assert [(terms, since) for terms, since, _by in found] == [
        ("a", MADE),
        ("b", recorded[0].recorded_at),
        ("c", recorded[1].recorded_at),
    ]
    assert [by for _terms, _since, by in found] == [None, *recorded]


def test_terms_that_never_changed_are_the_first_version():
    migration = import_module("handsel.programs.migrations.0009_past_group_terms")

    assert migration.versions(MADE, "a", []) == [("a", MADE, None)]
