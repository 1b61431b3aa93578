"""What a browser would send of a form that is shown: every control's name and value."""

from collections.abc import Iterable, Iterator, Sequence

from django.http import QueryDict

from handsel.drafts.form import Shown
from handsel.drafts.form.branches import MARK, Node
from handsel.drafts.form.leaves import Field

ONCE = frozenset({"choice", "choice_number"})
ALL_CHOSEN = frozenset({"marks", "ranks"})


def sent(sections: Sequence[Shown]) -> QueryDict:
    posted = QueryDict(mutable=True)
    for section in sections:
        for name, value in _controls(section.nodes):
            posted.appendlist(name, value)
    return posted


def _controls(nodes: Iterable[Node | Field]) -> Iterator[tuple[str, str]]:
    for node in nodes:
        if isinstance(node, Field):
            yield from _field(node)
            continue
        if node.marked:
            yield f"{node.path}.{MARK}", "1"
        yield from node.hidden.items()
        yield from _controls(node.nodes)


def _field(field: Field) -> Iterator[tuple[str, str]]:
    kind = field.template.rpartition("/_")[2].removesuffix(".html")
    if kind in ONCE or kind in ALL_CHOSEN:
        chosen = [option.value for option in field.options if option.selected]
        # A select always sends something: without a choice its first option.
        if kind in ONCE:
            chosen = chosen[:1] or [field.options[0].value]
        yield from ((field.path, value) for value in chosen)
        if kind == "choice_number":
            yield f"{field.path}.number", field.number
    elif kind != "flag" or field.value:
        yield field.path, field.value
