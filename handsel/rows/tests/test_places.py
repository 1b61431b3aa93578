from datetime import UTC, datetime

import pytest

from handsel.rows.places import Place, read_place


def test_a_place_is_read_as_it_was_written() -> None:
    place = Place(datetime(2026, 11, 20, 9, 30, 0, 7, UTC), 2, "ibx_1~2")
    assert read_place(str(place)) == place


@pytest.mark.parametrize(
    "text",
    [
        "",
        "2026-11-20",
        "2026-11-20T09:30:00~1~x",
        "2026-11-20T09:30:00+00:00~one~x",
        "2026-11-20T09:30:00+00:00~1~\0",
        # A page looks back from here, and a calendar ends somewhere.
        "0001-01-01T00:00:00+00:00~1~x",
        "9999-12-31T23:59:59-23:00~1~x",
    ],
)
def test_what_was_made_up_is_no_place(text: str) -> None:
    assert read_place(text) is None
