"""Make the file Django reads of a catalogue: `python -m handsel.locale.compile FROM.po TO.mo`.

`pybabel compile` takes the "% o" of "8% of each order" for a blank and refuses every translation
of it. What is wrong with a catalogue is found by `ui/tests/test_translations.py` instead.
"""

import sys
from pathlib import Path

from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po


def main(source: Path, target: Path) -> None:
    with source.open("rb") as file:
        catalog = read_po(file, locale=source.parents[1].name)
    with target.open("wb") as file:
        write_mo(file, catalog)


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
