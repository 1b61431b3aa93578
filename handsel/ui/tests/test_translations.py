"""What people read is there in every language, whole, and nothing of it bypasses gettext."""

import ast
import re
from collections import Counter
from collections.abc import Iterable, Iterator
from html.parser import HTMLParser

import pytest
from babel.messages.catalog import Catalog, Message
from django.conf import settings
from django.template.base import Lexer, Token, TokenType

from handsel.locale import messages
from handsel.locale.messages import PACKAGE
from handsel.ui.wording.inbox import EVENT_REFUSALS
from handsel.ui.wording.refusals import REFUSALS

LANGUAGES = messages.languages()
SOURCES = [
    file for file in sorted(PACKAGE.rglob("*.py")) if not {"tests", "migrations"} & {*file.parts}
]
TEMPLATES = [
    file
    for file in sorted(PACKAGE.glob("*/templates/**/*.*"))
    # The pattern sheet is read by whoever builds pages, no address leads there; attributes that
    # controls share are inside of a tag where they are included.
    if file.suffix in {".html", ".txt"} and file.name not in {"components.html", "_attributes.html"}
]


# ---- The catalogues ------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def sources() -> Catalog:
    return messages.extracted()


def names(catalog: Iterable[Message]) -> set[tuple[str | None, str]]:
    """Messages by context and English text, without the head of the catalogue."""
    ids = ((m.context, m.id if isinstance(m.id, str) else m.id[0]) for m in catalog)
    return {(context, text) for context, text in ids if text}


def test_every_language_but_english_has_a_catalogue():
    offered = {code for code, _name in settings.LANGUAGES}

    assert {*LANGUAGES, "en"} == offered


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_catalogue_has_exactly_the_messages_of_the_sources(language, sources):
    known, said = names(messages.read(language)), names(sources)

    assert said - known == set(), "run `make messages`"
    assert known - said == set(), "run `make messages`"


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_message_has_its_words(language):
    catalog = messages.read(language)
    said = [message for message in catalog if message.id]
    plurals = [message for message in said if message.pluralizable]

    assert [message.id for message in said if not messages.is_translated(message)] == []
    assert {len(message.string or ()) for message in plurals} == {catalog.num_plurals}


BLANKS = re.compile(r"%\(\w+\)[sd]|%%|</?\w+[^>]*>")


def blanks(text: str) -> Counter[str]:
    """What is filled in later, and markup: both have to survive a translation."""
    return Counter(BLANKS.findall(text))


def disagreeing(message: Message) -> bool:
    """The form for one may leave its number out, as in "the day before"; the last form has all."""
    if isinstance(message.id, str):
        return blanks(str(message.string)) != blanks(message.id)
    whole, forms = blanks(message.id[1]), [blanks(form) for form in message.string or ()]
    return forms[-1:] != [whole] or any(form - whole for form in forms)


@pytest.mark.parametrize("language", LANGUAGES)
def test_translations_keep_blanks_and_markup(language):
    catalog = messages.read(language)
    done = [message for message in catalog if message.id and messages.is_translated(message)]

    assert [message.id for message in done if disagreeing(message)] == []


def test_a_lost_blank_and_lost_markup_are_noticed():
    assert disagreeing(Message("Why %(amount)s?", "Varför?"))
    assert disagreeing(Message("You earn <b>%(amount)s</b>.", "Du får %(amount)s."))
    assert disagreeing(Message(("a day", "%(days)d days"), ("en dag", "dagar")))
    assert not disagreeing(Message(("%(days)d day", "%(days)d days"), ("en dag", "%(days)d dagar")))


# ---- Templates -----------------------------------------------------------------------------------

SHOWN_ATTRIBUTES = {"alt", "aria-label", "data-copied", "placeholder", "title"}
# A literal of a tag that reads like words: a capital and more letters, none of a name's signs.
WORDS_IN_A_TAG = re.compile(r"""["']([A-Z][a-z]+[^"'/_:]*)["']""")
TRANSLATING = re.compile(r"(block)?trans(late)?\b|plural\b|comment\b")
# Names are alike in every language: ours, a hash, a header, methods, addresses, placeholders,
# parameters.
NAME = re.compile(r"Handsel|SHA-256|sec-fetch-|GET|POST|https?://\S+|\{\w+\}|utm_[a-z]+|s\d")
# Blocks that fill an attribute no reader sees.
UNSEEN_BLOCKS = {"area", "width"}


class Shown(HTMLParser):
    """Collects what a browser would show of a page without its template's parts."""

    def __init__(self) -> None:
        super().__init__()
        self.texts: list[str] = []
        self.inside: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in {"script", "style"}:
            self.inside.append(tag)
        self.texts += [value for name, value in attrs if name in SHOWN_ATTRIBUTES and value]

    def handle_endtag(self, tag: str) -> None:
        if self.inside and tag == self.inside[-1]:
            self.inside.pop()

    def handle_data(self, data: str) -> None:
        if not self.inside:
            self.texts.append(data)


def outside_translations(tokens: Iterable[Token]) -> Iterator[Token]:
    """A template's parts without what stands in blocks of translation or comment."""
    inside = ""
    for token in tokens:
        word, *rest = token.split_contents() if token.token_type == TokenType.BLOCK else [""]
        if not inside and (
            word in {"blocktranslate", "comment"}
            or (word == "block" and UNSEEN_BLOCKS.intersection(rest))
        ):
            inside = word
        elif inside and word == f"end{inside}":
            inside = ""
        elif not inside:
            yield token


def bare_words(template: str) -> list[str]:
    """Words that a reader would see in English whatever the language."""
    page, found = "", []
    for token in outside_translations(Lexer(template).tokenize()):
        if token.token_type == TokenType.TEXT:
            page += token.contents
        elif token.token_type == TokenType.VAR or not TRANSLATING.match(token.contents):
            found += WORDS_IN_A_TAG.findall(token.contents.replace("_(", "(_"))
    shown = Shown()
    shown.feed(page)
    found += [text for text in shown.texts if re.search(r"[^\W\d_]{2}", text)]
    return [text.strip() for text in found if not NAME.fullmatch(text.strip(" ·.,…\n"))]


@pytest.mark.parametrize("file", TEMPLATES, ids=lambda file: str(file.relative_to(PACKAGE)))
def test_a_template_says_nothing_outside_translations(file):
    assert bare_words(file.read_text()) == []


@pytest.mark.parametrize(
    "template",
    [
        "<p>Nothing here</p>",
        "{% if yes %}<b>{{ name }} earned</b>{% endif %}",
        '<a aria-label="Close the menu"></a>',
        '{% include "ui/_empty.html" with title="Nothing here" %}',
        '{{ name|default:"Nobody" }}',
        "{% translate 'Kept' %} by us",
        "<code>{partner}</code> of https://shop.example",
    ],
)
def test_bare_words_are_noticed(template):
    assert bare_words(template) != []


# ---- Python --------------------------------------------------------------------------------------

# What a person reads of these calls, by keyword and by place.
SHOWN_KEYWORDS = {"label", "help_text", "remedy", "verbose_name", "verbose_name_plural"}
SHOWN_PLACES = {"ValidationError": 0, "add_error": 1, "success": 1, "warning": 1, "error": 1}
# Read in a terminal by whoever runs the server, or by programmers whose code posted nonsense.
IN_ENGLISH = (
    "config/backup/",
    "config/cli/",
    "config/postgres/",
    "config/supervisor/",
    "connectors/",
    "demo/",
    "ledger/",
)
# The engine knows no language: its refusals are worded by their code, in these tables.
WORDED = {*REFUSALS, *EVENT_REFUSALS}


def name_of(expression: ast.expr) -> str:
    """`Name` of both `Name` and `module.Name`."""
    return str(getattr(expression, "id", getattr(expression, "attr", "")))


def classes_below(name: str, trees: Iterable[ast.AST]) -> set[str]:
    """Names of the classes that derive from one, in any file."""
    bases = {
        node.name: set(map(name_of, node.bases))
        for tree in trees
        for node in ast.walk(tree)
        if isinstance(node, ast.ClassDef)
    }
    below = {name}
    while more := {child for child, parents in bases.items() if parents & below} - below:
        below |= more
    return below


def code_of(refusal: str) -> str:
    return re.sub(r"(?<!^)(?=[A-Z])", "-", refusal).lower()


def is_english(node: ast.AST | None) -> bool:
    """A text written out in the source instead of asked of gettext."""
    match node:
        case ast.Constant(value=str(text)):
            return any(letter.isalpha() for letter in text) and not NAME.fullmatch(text)
        case ast.JoinedStr(values=values):
            return any(is_english(value) for value in values)
        case ast.BinOp(left=left):
            return is_english(left)
    return False


def shown_arguments(call: ast.Call, refusals: set[str]) -> Iterator[ast.AST]:
    name = name_of(call.func)
    if name in refusals:
        if code_of(name) in WORDED:
            return
        yield from call.args[:1]
    elif name in SHOWN_PLACES and not is_log(call.func):
        yield from call.args[SHOWN_PLACES[name] :][:1]
    yield from (k.value for k in call.keywords if k.arg in SHOWN_KEYWORDS)


def is_log(function: ast.expr) -> bool:
    """`log.error(…)` is for whoever runs the server; `messages.error(…)` is for the reader."""
    owner = getattr(function, "value", None)
    return getattr(function, "attr", "") != "add_error" and getattr(owner, "id", "") != "messages"


def english_in(tree: ast.AST, refusals: set[str]) -> list[str]:
    found = [
        ast.unparse(argument)
        for call in ast.walk(tree)
        if isinstance(call, ast.Call)
        for argument in shown_arguments(call, refusals)
        if is_english(argument)
    ]
    choices = [
        statement.value.elts[1]
        for node in ast.walk(tree)
        if isinstance(node, ast.ClassDef) and "TextChoices" in map(name_of, node.bases)
        for statement in node.body
        if isinstance(statement, ast.Assign) and isinstance(statement.value, ast.Tuple)
    ]
    return [*found, *(ast.unparse(label) for label in choices if is_english(label))]


def test_python_says_nothing_without_gettext():
    trees = {file: ast.parse(file.read_text()) for file in SOURCES}
    refusals = classes_below("DomainError", trees.values())

    found = {
        name: english
        for file, tree in trees.items()
        if not (name := str(file.relative_to(PACKAGE))).startswith(IN_ENGLISH)
        and (english := english_in(tree, refusals))
    }

    assert found == {}


@pytest.mark.parametrize(
    "source",
    [
        'raise CodeTaken(f"The code {code} is taken.")',
        'raise CodeTaken(_("It is taken."), remedy="Choose another.")',
        'forms.CharField(label="Name")',
        'forms.CharField(label="utm_source of it")',
        'messages.success(request, "%s is in." % name)',
        'class Kind(models.TextChoices):\n    ORDER = "order", "Order"',
    ],
)
def test_english_in_python_is_noticed(source):
    assert english_in(ast.parse(source), {"CodeTaken"}) != []
