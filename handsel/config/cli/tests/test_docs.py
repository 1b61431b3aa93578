"""The pages for operators name what there is, and nothing else."""

import re
from pathlib import Path

import typer

from handsel.config.cli import app
from handsel.environment import Environment

DOCS = Path(__file__).resolve().parents[4] / "docs"


def test_every_setting_stands_in_the_page_with_its_default_and_its_words():
    rows = [
        f"| `HANDSEL_{name.upper()}` | {f'`{field.default}`' if str(field.default) else ''} |"
        f" {field.description} |"
        for name, field in Environment.model_fields.items()
    ]
    page = (DOCS / "settings.md").read_text().replace("|  |", "| |")

    assert [row.replace("|  |", "| |") for row in rows] == re.findall(
        r"^\| `HANDSEL_(?!PASSPHRASE).*$", page, re.M
    )


def test_every_command_is_described():
    page = (DOCS / "operations.md").read_text()
    root = typer.main.get_group(app)
    commands = {name for name, command in root.commands.items() if not command.hidden}

    assert {name for name in commands if f"`handsel {name}" not in page} == set()
