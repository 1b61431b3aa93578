"""`handsel verify` on the golden proof, where there is nothing but the file."""

import subprocess
import sys
from pathlib import Path

import handsel

FOLDER = Path(handsel.__file__).parent / "engine" / "tests" / "golden"
GOLDEN, STATEMENT = FOLDER / "proof.json", FOLDER / "statement.json"
MONTH = FOLDER / "proof-month.json"
KEY = "29acbae141bccaf0b22e1a94d34d0bc7361e526d0bfe12c89794bc9322966dd7"


def verify(*arguments):
    """Away from the project, with no settings, no folder and no database."""
    return subprocess.run(
        [sys.executable, "-m", "handsel.config.cli", "verify", *map(str, arguments)],
        capture_output=True,
        text=True,
        check=False,
        cwd="/",
        env={"PATH": "/usr/bin:/bin", "PYTHONPATH": str(Path(handsel.__file__).parents[1])},
    )


def test_a_proof_under_a_known_key_holds():
    result = verify(GOLDEN, "--key", KEY)

    assert result.returncode == 0, result.stderr
    assert result.stdout.splitlines()[-1] == "The proof holds."
    assert "✗" not in result.stdout


def test_without_a_key_the_files_own_is_shown_to_compare():
    result = verify(GOLDEN)

    assert result.returncode == 0
    assert KEY in result.stdout.splitlines()[-1]


def test_another_key_does_not_do():
    result = verify(GOLDEN, "--key", "00" * 32)

    assert result.returncode == 1
    assert "✗ That key is not the one you trust." in result.stdout


def test_a_changed_file_says_what_does_not_hold(tmp_path):
    changed = tmp_path / "proof.json"
    changed.write_text(GOLDEN.read_text().replace("Lofthus", "Lofthuz"))
    result = verify(changed)

    assert result.returncode == 1
    assert "✗ The file was changed after its installation sealed it." in result.stdout
    assert result.stdout.splitlines()[-1] == "The proof does not hold."


def test_a_statement_is_told_in_amounts():
    result = verify(STATEMENT, "--key", KEY)

    assert result.returncode == 0, result.stderr
    assert "✓ The lines add up to €15.42." in result.stdout
    assert "✓ The money was paid: €15.42." in result.stdout
    assert result.stdout.splitlines()[-1] == "The proof holds."


def test_a_statement_with_another_amount_does_not_hold(tmp_path):
    changed = tmp_path / "statement.json"
    changed.write_text(STATEMENT.read_text().replace('"amount_minor":1442', '"amount_minor":1642'))
    result = verify(changed, "--key", KEY)

    assert result.returncode == 1
    assert "✗ The lines add up to €17.42 and not to €15.42." in result.stdout
    assert "✗ The payout was made of other lines." in result.stdout


def test_any_other_file_is_no_proof(tmp_path):
    (tmp_path / "x").write_bytes(b"\x00\xff")
    result = verify(tmp_path / "x")

    assert result.returncode == 1
    assert "Traceback" not in result.stderr


def test_it_speaks_the_readers_language_about_every_kind():
    for file in (GOLDEN, STATEMENT, MONTH):
        english = verify(file, "--key", KEY, "--language", "en")
        swedish = verify(file, "--key", KEY, "--language", "sv")

        assert (english.returncode, swedish.returncode) == (0, 0)
        assert english.stdout.splitlines()[-1] == "The proof holds."
        told = zip(english.stdout.splitlines(), swedish.stdout.splitlines(), strict=True)
        assert [line for line, other in told if line == other] == []


def test_a_language_it_does_not_speak_is_refused():
    asked = verify(GOLDEN, "--language", "tlh")

    assert asked.returncode == 2
    # The frame around it breaks its lines wherever the terminal ends.
    assert "Choose one of: en, nb, pl, sv." in " ".join(asked.stderr.replace("│", " ").split())
