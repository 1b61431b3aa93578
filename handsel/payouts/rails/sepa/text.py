"""Names and messages in the letters that every SEPA bank takes."""

import re

from text_unidecode import unidecode

NAME_MAX = 70
MESSAGE_MAX = 140
TOWN_MAX = 35
FOREIGN = re.compile(r"[^A-Za-z0-9/\-?:().,'+ ]")
REPLACED = str.maketrans({"&": "+", "_": "-", ";": ",", "@": "(at)", '"': "'"})


def sepa_text(text: str, length_max: int) -> str:
    """Latin letters, digits and `/ - ? : ( ) . , ' +`, without slashes at the ends or in pairs.

        >>> sepa_text("Żółw & Bjørn Ærlig // Ås", 70)
        'Zolw + Bjorn AErlig / As'

    Source: EPC217-08, SEPA requirements for an extended character set; EPC clarification on
    slashes in references.
    """
    latin = unidecode(text).translate(REPLACED)
    words = " ".join(FOREIGN.sub(" ", latin).split())
    return _slashes(_slashes(words)[:length_max])


def _slashes(text: str) -> str:
    return re.sub(r"/[/ ]*/", "/", text).strip("/ ")
