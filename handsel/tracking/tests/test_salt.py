from pathlib import Path

import pytest

from handsel.tracking.keys import KeyUnusable
from handsel.tracking.salt import DailySalt


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "visitor.salt"


def test_each_day_has_a_salt_of_its_own(path: Path) -> None:
    salt = DailySalt(path)
    salts = [salt.of(day) for day in (20_700, 20_700, 20_701, 20_702)]

    assert salts[0] == salts[1]
    assert len(set(salts)) == 3


def test_processes_agree_whichever_days_each_has_seen(path: Path) -> None:
    one, other = DailySalt(path), DailySalt(path)
    for day in (20_700, 20_701, 20_702):
        one.of(day)

    assert other.of(20_702) == one.of(20_702) == DailySalt(path).of(20_702)


def test_the_salt_of_yesterday_is_gone(path: Path) -> None:
    salt = DailySalt(path)
    yesterday = salt.of(20_700)
    salt.of(20_701)

    assert [p.name for p in path.parent.iterdir()] == [path.name]
    assert yesterday not in path.read_bytes()
    assert DailySalt(path).of(20_700) != yesterday


def test_a_clock_that_goes_back_over_midnight_keeps_todays(path: Path) -> None:
    salt = DailySalt(path)
    today = salt.of(20_701)

    assert salt.of(20_700) == today == salt.of(20_701)


def test_a_clock_that_came_back_from_the_far_future_goes_on(path: Path) -> None:
    salt = DailySalt(path)
    salts = {salt.of(day) for day in (20_700, 2_900_000, 20_700, 20_701)}

    assert len(salts) == 4


def test_processes_agree_again_when_the_clock_of_one_was_wrong_for_a_while(path: Path) -> None:
    """It has thrown the salt away that the other still has: there is no way back to that one."""
    one, other = DailySalt(path), DailySalt(path)
    before = one.of(20_700), other.of(20_700)
    one.of(20_900)
    one.of(20_700)

    assert before[0] == before[1]
    assert other.of(20_700) == one.of(20_700)
    assert other.of(20_701) == one.of(20_701)


def test_a_clock_that_jumped_for_all_leaves_them_agreed(path: Path) -> None:
    one, other = DailySalt(path), DailySalt(path)
    for day in (20_700, 20_900, 20_700, 20_701):
        assert one.of(day) == other.of(day)


def test_a_file_that_is_gone_keeps_nobody_from_being_told_apart(path: Path) -> None:
    salt = DailySalt(path)
    today = salt.of(20_700)
    path.unlink()

    assert salt.of(20_700) == today
    assert salt.of(20_701) != today
    assert DailySalt(path).of(20_701) == salt.of(20_701)


def test_installations_begin_apart(tmp_path: Path) -> None:
    assert DailySalt(tmp_path / "a").of(20_700) != DailySalt(tmp_path / "b").of(20_700)


def test_the_file_is_for_its_owner_only(path: Path) -> None:
    DailySalt(path).of(20_700)

    assert path.stat().st_mode & 0o777 == 0o600


def test_a_file_that_was_cut_short_is_named(path: Path) -> None:
    path.write_bytes(b"short")

    with pytest.raises(KeyUnusable, match=r"visitor\.salt holds 5 bytes"):
        DailySalt(path)
