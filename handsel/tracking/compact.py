"""JavaScript for the wire: a careful, small minifier for sources of our own.

Comments and needless white space go, and names that the source declares become short. It reads
names, texts, regular expressions and marks, no more: no template literals, no division, no
destructuring, no shorthand properties. A line end stays wherever it might end a statement.
"""

import re
from collections import Counter
from collections.abc import Iterator
from itertools import product
from string import ascii_letters

_PIECE = re.compile(
    r"""(?P<comment>/\*.*?\*/|//[^\n]*)
    |(?P<space>\s+)
    |(?P<text>"(?:[^"\\\n]|\\.)*"|'(?:[^'\\\n]|\\.)*')
    |(?P<word>[\w$]+)
    |(?P<mark>=>|\.\.\.|\?\?|\?\.|&&|\|\||\+\+|--|[=!]==?|[-+*%<>]=|[^\s\w`"'])""",
    re.VERBOSE | re.DOTALL,
)
_PATTERN = re.compile(r"/(?:[^/\\\[\n]|\\.|\[(?:[^\]\\\n]|\\.)*\])+/[a-z]*")


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


# A slash after one of these begins a regular expression; elsewhere it would divide: refused.
_BEFORE_PATTERN = _words("( , = : [ ! && || ? { ; => return")
# After these no statement can end, and before these none can begin.
_GOES_ON = _words("; { ( [ , . = : ? ! + - * < > & | && || ?? == != === !== => ...")
_CARRIES_ON = _words("} ) ] ; , . = : ? * < > & | && || ?? == != === !== =>")
_DECLARES = _words("const let var")
_OPENING = _words("( [ {")
_CLOSING = _words(") ] }")
_KEYWORDS = _words(
    "const let var function return if else try catch typeof new null true false this for in of"
    " while do void delete switch case break continue throw async await arguments"
)


class NotCompactable(ValueError):
    """The source has what this minifier does not read."""


def compact(source: str) -> str:
    """The same program, shorter. Raises NotCompactable."""
    pieces = list(_pieces(source))
    names = _short_names(pieces)
    short: list[tuple[str, bool]] = []
    for place, (piece, on_new_line) in enumerate(pieces):
        if piece in names and not _is_property(pieces, place):
            short.append((names[piece], on_new_line))
        else:
            short.append(("let" if piece == "const" else piece, on_new_line))
    out: list[str] = []
    previous = ""
    for piece, on_new_line in _joined(short):
        out += [_gap(previous, piece, on_new_line), piece]
        previous = piece
    return "".join(out) + "\n"


def _joined(pieces: list[tuple[str, bool]]) -> Iterator[tuple[str, bool]]:
    """`let a = 1; let b = 2;` becomes `let a = 1, b = 2;`."""
    declares = [False]  # whether the statement at hand declares, for each open bracket
    begins = True
    pending = ""
    for piece, on_new_line in pieces:
        if pending:
            joins = piece == "let" and declares[-1]
            yield ("," if joins else pending), False
            pending = ""
            if joins:
                continue
            declares[-1], begins = False, True
        if begins and piece not in _CARRIES_ON:
            declares[-1] = piece == "let"
        begins = piece in ("{", "}")
        if piece in _OPENING:
            declares.append(False)
        elif piece in _CLOSING:
            declares.pop()
        if piece == ";":
            pending = piece
        else:
            yield piece, on_new_line
    if pending:
        yield pending, False


def _pieces(source: str) -> Iterator[tuple[str, bool]]:
    """Each name, text, pattern or mark, and whether a line ended before it."""
    at, previous, on_new_line = 0, ";", False
    while at < len(source):
        match = _PIECE.match(source, at)
        if match and match["mark"] == "/":
            match = _PATTERN.match(source, at) if previous in _BEFORE_PATTERN else None
        if match is None:
            raise NotCompactable(f"Not read: {source[at : at + 40]!r}")
        at = match.end()
        kind = match.lastgroup
        if kind in ("comment", "space"):
            on_new_line = on_new_line or "\n" in match[0]
            continue
        previous = match[0]
        yield previous, on_new_line
        on_new_line = False


def _gap(previous: str, piece: str, on_new_line: bool) -> str:
    if on_new_line and previous and previous not in _GOES_ON and piece not in _CARRIES_ON:
        return "\n"
    if _is_word(previous[-1:]) and _is_word(piece[0]):
        return " "
    return " " if previous[-1:] == piece[0] and piece[0] in "+-" else ""


def _is_word(character: str) -> bool:
    return character.isalnum() or character in ("_", "$") if character else False


def _is_property(pieces: list[tuple[str, bool]], place: int) -> bool:
    before = pieces[place - 1][0] if place else ""
    after = pieces[place + 1][0] if place + 1 < len(pieces) else ""
    return before in (".", "?.") or (before in ("{", ",") and after == ":")


def _short_names(pieces: list[tuple[str, bool]]) -> dict[str, str]:
    """The shortest names for what is used most; none that means something already.

    Two names may become the same one where no function sees both.
    """
    words = [piece for piece, _ in pieces]
    scopes = _declared(words)
    used = Counter(word for place, word in enumerate(words) if not _is_property(pieces, place))
    taken = {word for word in used if word not in scopes} | _KEYWORDS
    free = [
        "".join(letters)
        for length in (1, 2)
        for letters in product(ascii_letters, repeat=length)
        if "".join(letters) not in taken
    ]
    names: dict[str, str] = {}
    for name in sorted(scopes, key=lambda name: (-used[name], name)):
        visible = {short for other, short in names.items() if _overlap(scopes[name], scopes[other])}
        names[name] = next(short for short in free if short not in visible)
    return names


Scope = tuple[int, int]


def _overlap(some: list[Scope], others: list[Scope]) -> bool:
    return any(a <= d and c <= b for a, b in some for c, d in others)


def _declared(words: list[str]) -> dict[str, list[Scope]]:
    """Names after const, let and var, and parameters, each with the functions that declare it."""
    functions = [_function(words, at) for at, word in enumerate(words) if word == "=>"]
    scopes: dict[str, list[Scope]] = {}

    def declare(at: int) -> None:
        around = [scope for scope in functions if scope[0] <= at <= scope[1]]
        innermost = min(around, key=lambda s: s[1] - s[0], default=(0, len(words)))
        scopes.setdefault(words[at], []).append(innermost)

    for at, word in enumerate(words):
        if word in _DECLARES:
            declare(at + 1)
            rest = at + 2
            while words[rest] == ",":  # let a, b;
                declare(rest + 1)
                rest += 2
        elif word == "=>":
            for place in range(_parameters_begin(words, at), at):
                if _is_word(words[place][0]):
                    declare(place)
    return scopes


def _function(words: list[str], arrow: int) -> Scope:
    """From its first parameter to the end of its body."""
    depth, at = 0, arrow + 1
    while at < len(words):
        if words[at] in _OPENING:
            depth += 1
        elif words[at] in _CLOSING:
            depth -= 1
            if depth < 0 or (depth == 0 and words[arrow + 1] == "{"):
                break
        elif depth == 0 and words[at] in (",", ";"):
            break
        at += 1
    return _parameters_begin(words, arrow), at


def _parameters_begin(words: list[str], arrow: int) -> int:
    begin = arrow - 1
    if words[begin] == ")":
        while words[begin] != "(":
            begin -= 1
    return begin
