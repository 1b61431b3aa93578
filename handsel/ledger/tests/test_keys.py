import stat
import threading

import pytest

from handsel.ledger.keys import FILE, SigningKeyUnusable, public_key, signing_key


def test_the_key_is_made_once_for_its_owner_alone(tmp_path):
    keys = tmp_path / "keys"

    assert public_key(keys) == public_key(keys)
    assert stat.S_IMODE((keys / FILE).stat().st_mode) == 0o600
    assert [path.name for path in keys.iterdir()] == [FILE]


def test_makers_at_once_end_up_with_one_key(tmp_path):
    found = []
    threads = [
        threading.Thread(target=lambda: found.append(public_key(tmp_path))) for _ in range(16)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert len(found) == 16
    assert len(set(found)) == 1


def test_half_a_key_is_refused_and_left_as_it_is(tmp_path):
    (tmp_path / FILE).write_bytes(b"half")

    with pytest.raises(SigningKeyUnusable, match=FILE):
        signing_key(tmp_path)
    assert (tmp_path / FILE).read_bytes() == b"half"


def test_a_folder_that_cannot_be_made_is_refused(tmp_path):
    (tmp_path / "file").touch()

    with pytest.raises(SigningKeyUnusable):
        signing_key(tmp_path / "file")
