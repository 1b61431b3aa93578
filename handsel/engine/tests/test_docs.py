"""Every example in the engine's docstrings and in its pages of docs/ is run."""

import doctest
import importlib
import pkgutil
import subprocess
import sys
from pathlib import Path

import pytest

from handsel import engine

ROOT = Path(engine.__file__).parents[2]
PAGES = ["terms.md", "proof.md", "statements.md", "health.md", "program-page.md", "settling.md"]
MODULES = [
    found.name
    for found in pkgutil.walk_packages(engine.__path__, "handsel.engine.")
    if ".tests" not in found.name
]


def without_fences(text):
    """Markdown as doctest reads it: the lines that open and close code become empty."""
    return "\n".join("" if line.startswith("```") else line for line in text.splitlines())


@pytest.mark.parametrize("page", PAGES)
def test_the_worked_numbers_of_a_page_are_right(page, monkeypatch):
    monkeypatch.chdir(ROOT)
    text = without_fences((ROOT / "docs" / page).read_text(encoding="utf-8"))
    examples = doctest.DocTestParser().get_doctest(text, {}, page, page, 0)

    assert len(examples.examples) > 5
    assert doctest.DocTestRunner().run(examples).failed == 0


@pytest.mark.parametrize("name", MODULES)
def test_the_examples_of_a_module_are_right(name):
    assert doctest.testmod(importlib.import_module(name)).failed == 0


def test_the_engine_runs_without_django():
    program = "import sys, handsel.engine.proof; sys.exit('django' in sys.modules)"
    finished = subprocess.run([sys.executable, "-c", program], cwd=ROOT, check=False)
    assert finished.returncode == 0
