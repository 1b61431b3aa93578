from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from handsel.tracking.keys import KeyUnusable, load_keys


def test_keys_are_made_once_and_for_the_owner_only(tmp_path: Path) -> None:
    keys = load_keys(tmp_path / "keys")

    assert load_keys(tmp_path / "keys") == keys
    assert len(keys.click) == 32
    modes = {p.name: p.stat().st_mode & 0o777 for p in (tmp_path / "keys").iterdir()}
    assert modes == {"click.key": 0o600}


def test_processes_that_start_together_share_their_keys(tmp_path: Path) -> None:
    with ThreadPoolExecutor(8) as pool:
        loaded = list(pool.map(lambda _: load_keys(tmp_path), range(8)))

    assert len({keys.click for keys in loaded}) == 1
    assert sorted(p.name for p in tmp_path.iterdir()) == ["click.key"]


def test_a_key_that_was_cut_short_is_named(tmp_path: Path) -> None:
    (tmp_path / "click.key").write_bytes(b"short")

    with pytest.raises(KeyUnusable, match=r"click\.key holds 5 bytes"):
        load_keys(tmp_path)


def test_keys_are_not_printed(tmp_path: Path) -> None:
    keys = load_keys(tmp_path)

    assert repr(keys.click)[2:-1] not in repr(keys)
