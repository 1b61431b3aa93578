import os
import re

from hypothesis import given
from hypothesis import strategies as st

from handsel.tracking.click_id import ClickIdParts, mint, read

KEY = b"k" * 32

numbers = st.integers(0, 2**32 - 1)
moments = st.integers(0, 2**48 - 1)


@given(numbers, moments)
def test_an_id_says_what_it_was_minted_with(number: int, at_ms: int) -> None:
    click_id = mint(KEY, number, at_ms)

    parts = read(KEY, click_id)
    assert isinstance(parts, ClickIdParts)
    assert (parts.clicked_at_ms, parts.link_number) == (at_ms, number)
    assert re.fullmatch(r"[A-Za-z0-9_-]{32}", click_id)


@given(numbers, moments, st.integers(0, 31), st.characters())
def test_an_id_with_another_character_anywhere_is_refused(
    number: int, at_ms: int, place: int, character: str
) -> None:
    click_id = mint(KEY, number, at_ms)
    forged = click_id[:place] + character + click_id[place + 1 :]

    assert (read(KEY, forged) is None) == (forged != click_id)


@given(st.text(max_size=40))
def test_any_text_is_read_without_an_error(text: str) -> None:
    assert read(KEY, text) is None


def test_an_id_of_another_key_is_refused() -> None:
    assert read(b"x" * 32, mint(KEY, 7, 1)) is None


def test_the_standard_alphabet_is_not_another_spelling_of_an_id() -> None:
    click_id = next(i for i in iter(lambda: mint(KEY, 7, 1), "") if "-" in i or "_" in i)

    assert read(KEY, click_id.replace("-", "+").replace("_", "/")) is None


def test_two_clicks_of_one_moment_have_two_ids() -> None:
    assert len({mint(KEY, 7, 1) for _ in range(1000)}) == 1000


def test_a_forked_process_mints_other_ids() -> None:
    mint(KEY, 7, 0)
    reading, writing = os.pipe()
    if (child := os.fork()) == 0:
        os.write(writing, mint(KEY, 7, 0).encode())
        os._exit(0)
    os.waitpid(child, 0)

    assert os.read(reading, 100).decode() != mint(KEY, 7, 0)
    os.close(reading)
    os.close(writing)
