"""Whose folder it is, and who works on it."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from handsel.config.supervisor import folder
from handsel.config.supervisor.folder import (
    FolderInUse,
    FolderNotUsable,
    await_leftovers,
    claim,
    held,
)
from handsel.config.supervisor.tests.living import is_alive

HOLD = """
import subprocess, sys
from pathlib import Path
from handsel.config.supervisor.folder import held
with held(Path(sys.argv[1])) as lock:
    leftover = subprocess.Popen(["sleep", sys.argv[2]], pass_fds=[lock])
    print(leftover.pid, flush=True)
    sys.stdin.read()
"""


def hold(data, leftover_seconds):
    holder = subprocess.Popen(
        [sys.executable, "-c", HOLD, data, str(leftover_seconds)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert holder.stdout is not None
    return holder, int(holder.stdout.readline())


def test_a_new_folder_is_claimed_with_those_above_it(tmp_path):
    claim(tmp_path / "a" / "b")

    assert (tmp_path / "a" / "b" / "HANDSEL").read_text() == "layout 1\n"


def test_a_folder_is_claimed_once_and_stays(tmp_path):
    claim(tmp_path)
    (tmp_path / "notes.txt").write_text("kept beside Handsel's files by its owner")
    claim(tmp_path)


def test_a_fresh_volume_is_empty_enough(tmp_path):
    (tmp_path / "lost+found").mkdir()
    claim(tmp_path)


def test_somebody_elses_folder_is_refused_and_not_touched(tmp_path):
    (tmp_path / "thesis.txt").write_text("mine")

    with pytest.raises(FolderNotUsable, match=r"such as thesis\.txt"):
        claim(tmp_path)
    assert os.listdir(tmp_path) == ["thesis.txt"]


def test_a_file_is_no_folder(tmp_path):
    (tmp_path / "x").touch()

    with pytest.raises(FolderNotUsable, match="is not a folder"):
        claim(tmp_path / "x")


def test_a_folder_that_cannot_be_written_to_is_refused():
    """/proc is closed to root, too."""
    with pytest.raises(FolderNotUsable, match="cannot be written to"):
        claim(Path("/proc/handsel"))


def test_a_folder_of_a_newer_handsel_is_refused(tmp_path):
    (tmp_path / "HANDSEL").write_text("layout 2\n")

    with pytest.raises(FolderNotUsable, match="newer Handsel"):
        claim(tmp_path)


def test_two_cannot_hold_one_folder(tmp_path):
    claim(tmp_path)
    holder, _ = hold(tmp_path, 0)

    with pytest.raises(FolderInUse, match=f"process {holder.pid}"), held(tmp_path):
        pass
    holder.communicate()


def test_the_leftovers_of_a_killed_holder_are_waited_for(tmp_path):
    claim(tmp_path)
    holder, leftover = hold(tmp_path, 1)
    holder.kill()
    holder.wait()

    with held(tmp_path):
        assert not is_alive(leftover)


def test_the_secret_key_is_made_once_and_closed_to_others(tmp_path):
    folder.ensure_secret_key(tmp_path / "keys")
    made = (tmp_path / "keys" / "django.key").read_text()
    folder.ensure_secret_key(tmp_path / "keys")

    assert (tmp_path / "keys" / "django.key").read_text() == made
    assert len(made) > 40
    assert (tmp_path / "keys" / "django.key").stat().st_mode & 0o777 == 0o600


def test_the_leftovers_of_a_killed_supervisor_are_waited_for(tmp_path):
    claim(tmp_path)
    holder, leftover = hold(tmp_path, 0.7)
    holder.kill()
    holder.wait()

    assert is_alive(leftover)
    await_leftovers(tmp_path)
    assert not is_alive(leftover)


def test_nobody_waits_for_a_supervisor_that_lives(tmp_path):
    claim(tmp_path)
    with held(tmp_path):
        await_leftovers(tmp_path)
