"""Whatever a check finds can be said."""

import re
from pathlib import Path

from handsel.domains import wording

CODE = re.compile(r'"((?:[a-z]+-)+[a-z]+|answers|wildcard|proxied)"')
FOUND_IN = ("records.py", "reaching.py", "checking.py")


def test_every_code_of_the_check_has_words_and_every_word_a_code() -> None:
    folder = Path(wording.__file__).parent
    used = {code for name in FOUND_IN for code in CODE.findall((folder / name).read_text())}

    assert used == set(wording.WORDINGS) - {"leads-here-via"}
