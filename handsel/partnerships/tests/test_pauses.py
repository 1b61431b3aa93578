from datetime import UTC, datetime, timedelta
from importlib import import_module
from types import SimpleNamespace

import pytest
from django.db import IntegrityError, transaction

from handsel.partnerships.models import Pause
from handsel.partnerships.services import (
    end_partnership,
    pause_partnership,
    resume_partnership,
)

NOON = datetime(2026, 9, 12, 12, 0, tzinfo=UTC)


def test_a_pause_is_a_period_that_stays(bens, ada):
    paused = pause_partnership(bens.pk, actor=ada, reason="Out of stock")
    began_at = paused.paused_at
    assert paused.status == "paused"

    resumed = resume_partnership(bens.pk, actor=ada)
    pause = Pause.objects.get()
    assert (resumed.status, resumed.paused_at) == ("active", None)
    assert (pause.began_at, pause.reason, pause.by) == (began_at, "Out of stock", ada)
    assert pause.ended_at is not None
    assert pause.ended_at > pause.began_at


def test_each_pause_is_a_row_and_pausing_twice_is_one(bens, ada):
    for _ in range(2):
        pause_partnership(bens.pk, actor=ada)
        pause_partnership(bens.pk, actor=ada)
        resume_partnership(bens.pk, actor=ada)
        resume_partnership(bens.pk, actor=ada)

    assert Pause.objects.count() == 2


def test_ending_ends_the_pause_too(bens, ada):
    pause_partnership(bens.pk, actor=ada)
    ended = end_partnership(bens.pk, actor=ada, reason="Moved on")

    assert (ended.status, ended.paused_at) == ("ended", None)
    assert Pause.objects.get().ended_at == ended.ended_at


def test_the_state_of_now_is_that_of_the_open_pause(bens, ada):
    for act in (pause_partnership, resume_partnership, pause_partnership):
        partnership = act(bens.pk, actor=ada)
        open_pause = Pause.objects.filter(ended_at=None).first()
        assert partnership.paused_at == (open_pause.began_at if open_pause else None)


def test_the_database_keeps_one_open_pause(bens, ada):
    pause_partnership(bens.pk, actor=ada)

    with pytest.raises(IntegrityError, match="pause_open_once"), transaction.atomic():
        Pause.objects.create(brand_id=bens.brand_id, partner_id=bens.partner_id, partnership=bens)


def test_others_see_no_pause(bens, ada, mallory):
    pause_partnership(bens.pk, actor=ada)

    assert Pause.objects.visible_to(ada).count() == 1
    assert not Pause.objects.visible_to(mallory)


@pytest.mark.parametrize(
    ("verbs", "paused_after", "ended_after", "expected"),
    [
        ("", None, None, []),
        ("pr", None, None, [(0, 1)]),
        ("prpr", None, None, [(0, 1), (2, 3)]),
        ("prp", 2, None, [(0, 1), (2, None)]),
        ("p", 0, 9, [(0, 9)]),
        ("", 5, None, [(5, None)]),
        ("rpr", None, None, [(1, 2)]),
    ],
)
def test_past_pauses_are_read_from_what_was_recorded(verbs, paused_after, ended_after, expected):
    migration = import_module("handsel.partnerships.migrations.0004_past_pauses")
    names = {"p": migration.PAUSED, "r": migration.RESUMED}

    def at(days):
        return None if days is None else NOON + timedelta(days=days)

    recorded = [
        SimpleNamespace(verb=names[verb], recorded_at=at(day)) for day, verb in enumerate(verbs)
    ]
    found = migration.periods(recorded, at(paused_after), at(ended_after))

    assert [(began, ended) for began, ended, _activity in found] == [
        (at(began), at(ended)) for began, ended in expected
    ]
