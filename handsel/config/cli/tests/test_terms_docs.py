"""A newcomer copies the files and commands of docs/terms.md, and reads what the page says."""

import re
import shlex
from pathlib import Path

import pytest
from django.utils import translation
from typer.testing import CliRunner

from handsel.config.cli import app

PAGE = (Path(__file__).resolve().parents[4] / "docs" / "terms.md").read_text(encoding="utf-8")
FILES = dict(re.findall(r"`([a-z]+\.json)`[^\n]*:\n\n```json\n(.*?)```", PAGE, re.DOTALL))
[CONSOLE] = re.findall(r"```console\n(.*?)```", PAGE, re.DOTALL)
COMMANDS = [block.partition("\n")[::2] for block in CONSOLE.split("$ handsel ")[1:]]


@pytest.mark.parametrize(("command", "said"), COMMANDS)
def test_a_command_of_the_page_says_what_the_page_shows(command, said, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    for name, text in FILES.items():
        Path(name).write_text(text, encoding="utf-8")
    with translation.override("en"):
        result = CliRunner().invoke(app, [*shlex.split(command), "--language", "en"])

    assert result.stdout == said


def test_the_page_shows_every_kind_of_command():
    assert {"terms.json", "next.json", "order.json"} == set(FILES)
    assert [command.split()[1] for command, _ in COMMANDS] == ["check", "diff", "evaluate"]
    assert "`handsel terms explain" in PAGE
