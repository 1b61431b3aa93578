"""How a running import behaves beside others, and how long files are kept."""

import io
from collections.abc import Callable
from datetime import timedelta

import pytest
from django.utils.timezone import now

from handsel.connectors.files import proposals, running, tasks
from handsel.connectors.files.models import Import, Piece, RefusedRow
from handsel.connectors.files.refusals import NotThatFar
from handsel.connectors.files.running import run
from handsel.connectors.files.services import (
    check,
    discard,
    remove_file,
    remove_old,
    start,
    upload,
)
from handsel.connectors.files.tests.bringing import csv_bytes, no_worker, proposed
from handsel.conversions.models import Conversion

ROWS = [[f"R-{n}", "10.00", "2026-11-18 10:00", ""] for n in range(25)]


@pytest.fixture
def small_batches(monkeypatch):
    monkeypatch.setattr(running, "BATCH", 10)


@pytest.fixture
def begun(program, ada):
    found = upload(program, "r.csv", io.BytesIO(csv_bytes(ROWS)), actor=ada)
    check(found.pk, proposed(found), actor=ada, wake=no_worker)
    run(found.pk)
    return start(found.pk, actor=ada, wake=no_worker)


def stop_after(batches: int) -> Callable[[], bool]:
    answers = iter([False] * batches)
    return lambda: next(answers, True)


def test_an_import_goes_on_where_it_was_stopped(small_batches, begun):
    run(begun.pk, should_stop=stop_after(2))
    begun.refresh_from_db()
    assert (begun.position, begun.status, Conversion.objects.count()) == (20, "importing", 20)

    run(begun.pk)
    begun.refresh_from_db()
    assert (begun.status, begun.report["new"], begun.report["known"]) == ("imported", 25, 0)


def test_two_workers_at_one_import_do_each_batch_once(small_batches, begun, monkeypatch):
    """The second begins in the middle of the first."""
    locked = running._is_mine
    between: list[bool] = []

    def is_mine(found, position):
        if not between:
            between.append(True)
            run(begun.pk)
        return locked(found, position)

    monkeypatch.setattr(running, "_is_mine", is_mine)
    run(begun.pk)
    begun.refresh_from_db()
    assert (begun.report["new"], begun.report["rows"], begun.position) == (25, 25, 25)


def test_a_file_given_up_while_it_is_checked_is_left_alone(small_batches, program, ada):
    found = upload(program, "r.csv", io.BytesIO(csv_bytes(ROWS)), actor=ada)
    check(found.pk, proposed(found), actor=ada, wake=no_worker)
    run(found.pk, should_stop=stop_after(1))
    discard(found.pk, actor=ada)
    run(found.pk)

    found.refresh_from_db()
    assert (found.status, found.position) == ("given_up", 10)


def test_a_file_that_breaks_off_far_down_stops_and_says_where(program, ada, monkeypatch):
    monkeypatch.setattr(proposals, "LOOKED_AT", 10)
    rows = [[f"R-{n}", "10.00", "2026-11-18 10:00", ""] for n in range(70)]
    content = csv_bytes(rows) + b'R-99,10.00,"never closed'
    found = upload(program, "r.csv", io.BytesIO(content), actor=ada)
    check(found.pk, proposed(found), actor=ada, wake=no_worker)
    run(found.pk)

    found.refresh_from_db()
    assert (found.status, found.problem) == ("stopped", "file-unreadable")
    assert found.problem_params == {"row": 72}


def test_an_import_that_a_killed_worker_left_is_taken_up(begun, monkeypatch):
    woken: list[str] = []
    monkeypatch.setattr(tasks, "wake_worker", woken.append)
    tasks.resume_left(0)
    assert woken == []

    Import.objects.update(moved_at=now() - timedelta(minutes=2))
    tasks.resume_left(0)
    assert woken == [begun.pk]


def test_files_are_forgotten_after_thirty_days_and_reports_stay(begun):
    run(begun.pk)
    assert remove_old() == 0
    Import.objects.update(uploaded_at=now() - timedelta(days=31))

    assert remove_old() == 1
    begun.refresh_from_db()
    assert not Piece.objects.exists()
    assert (begun.profile, begun.report["new"]) == ({}, 25)


def test_what_runs_is_not_forgotten(begun):
    Import.objects.update(uploaded_at=now() - timedelta(days=31))

    assert remove_old() == 0


def test_cells_of_refused_rows_go_with_the_file(program, ada):
    rows = [*ROWS, ["R-100", "much", "2026-11-18", ""]]
    found = upload(program, "r.csv", io.BytesIO(csv_bytes(rows)), actor=ada)
    check(found.pk, proposed(found), actor=ada, wake=no_worker)
    run(found.pk)
    start(found.pk, actor=ada, wake=no_worker)
    run(found.pk)
    remove_file(found.pk, actor=ada)

    refused = RefusedRow.objects.get()
    assert (refused.cells, refused.params, refused.reason) == ([], {}, "amount-unreadable")


def test_nothing_is_checked_again_once_it_is_imported(begun, ada):
    run(begun.pk)
    with pytest.raises(NotThatFar):
        check(begun.pk, proposed(begun), actor=ada, wake=no_worker)
    with pytest.raises(NotThatFar):
        discard(begun.pk, actor=ada)


def test_a_checked_file_that_was_forgotten_cannot_be_imported(program, ada):
    found = upload(program, "r.csv", io.BytesIO(csv_bytes(ROWS)), actor=ada)
    check(found.pk, proposed(found), actor=ada, wake=no_worker)
    run(found.pk)
    Import.objects.update(uploaded_at=now() - timedelta(days=31))
    remove_old()

    found.refresh_from_db()
    assert found.status == "given_up"
    with pytest.raises(NotThatFar):
        start(found.pk, actor=ada, wake=no_worker)
