"""Demo data has a clock of its own, and it only goes forward."""

from datetime import timedelta

import pytest
from django.db import DatabaseError, transaction
from django.utils import timezone

from handsel import clock
from handsel.organizations.models import Installation
from handsel.organizations.services import (
    NotDemoData,
    NotEmpty,
    TimeGoesForward,
    begin_demo,
    demo,
    move_time,
    read_clock,
)

pytestmark = pytest.mark.django_db
A_YEAR = timedelta(days=365)


@pytest.fixture(autouse=True)
def asked_at_once(monkeypatch, real_time):
    monkeypatch.setattr(demo, "_read_at", None)


def seconds_ahead():
    return round((clock.now() - timezone.now()).total_seconds())


def test_a_demo_begins_in_the_past_and_moves_on(django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True):
        begin_demo(-A_YEAR)
        move_time(timedelta(days=30))

    assert seconds_ahead() == -335 * 86_400


def test_another_process_reads_the_clock_from_the_database():
    begin_demo(timedelta(days=31))

    read_clock()

    assert seconds_ahead() == 31 * 86_400


def test_the_database_tells_the_same_time():
    begin_demo(timedelta(days=31))

    with transaction.get_connection().cursor() as cursor:
        cursor.execute("SELECT handsel_now() - now()")
        assert cursor.fetchone() == (timedelta(days=31),)


def test_time_never_goes_backwards_in_python_or_in_sql():
    begin_demo(timedelta(days=31))

    with pytest.raises(TimeGoesForward):
        move_time(-timedelta(days=1))
    with pytest.raises(DatabaseError), transaction.atomic():
        Installation.objects.update(demo_offset_s=0)
    assert Installation.objects.get().demo_offset_s == 31 * 86_400


def test_where_the_data_is_real_time_stays():
    Installation.objects.get_or_create(pk=1)

    with pytest.raises(NotDemoData):
        move_time(timedelta(days=1))
    read_clock()

    assert seconds_ahead() == 0


def test_a_demo_is_not_loaded_on_top_of_anything(acme):
    with pytest.raises(NotEmpty):
        begin_demo(timedelta())
