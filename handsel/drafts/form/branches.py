"""Controls that hold others: sections, lists of items, what may be there or not."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from handsel.drafts.form.leaves import Field, Leaf
from handsel.drafts.form.picture import Picture, picture
from handsel.drafts.form.scope import Data, Reading, Scope, Showing, Text

MARK = "_"
"""Says that something is there, however little of it was filled in."""
FOLDER = "drafts"


@dataclass(frozen=True)
class Button:
    act: str
    label: Text
    icon: str = ""
    focus: bool = False
    disabled: bool = False


@dataclass(frozen=True)
class Node:
    """Something with controls inside, as its template draws it."""

    template: str
    path: str
    label: Text = ""
    hint: Text = ""
    nodes: Sequence["Node | Field"] = ()
    buttons: Sequence[Button] = ()
    errors: Sequence[str] = ()
    warnings: Sequence[str] = ()
    marked: bool = False
    hidden: Mapping[str, str] = field(default_factory=dict)
    choices: Sequence[tuple[str, Text]] = ()
    choose_label: Text = ""
    focus: bool = False
    picture: Picture | None = None

    @property
    def id(self) -> str:
        return self.path.replace(".", "-") or "terms"


@dataclass(frozen=True, kw_only=True)
class Group:
    """Members side by side. `optional`: may be missing as a whole; then `blank` begins it."""

    name: str
    label: Text = ""
    hint: Text = ""
    members: "Sequence[Branch | Leaf]" = ()
    optional: bool = False
    add_label: Text = ""
    constants: Mapping[str, Any] = field(default_factory=dict)
    template: str = "group"

    def read(self, reading: Reading, path: str, scope: Scope) -> Any:
        if self.optional and not reading.has(path):
            return None
        data: Data = dict(self.constants)
        inside = scope.within(data)
        for member in self.members:
            data[member.name] = member.read(reading, joined(path, member.name), inside)
        return data

    def show(self, value: Any, path: str, scope: Scope, showing: Showing) -> Node:
        shown = Node(
            template=f"{FOLDER}/_{self.template}.html",
            path=path,
            label=self.label,
            hint=self.hint,
            errors=showing.at(path),
            warnings=showing.warnings.get(path, ()),
            focus=showing.focus == path,
        )
        if self.optional and not isinstance(value, dict):
            add = Button(f"put {path} {self.name}", self.add_label, "plus", shown.focus)
            return changed(shown, template=f"{FOLDER}/_absent.html", buttons=[add])
        data = value if isinstance(value, dict) else {}
        inside = scope.within(data)
        nodes = [
            member.show(data.get(member.name), joined(path, member.name), inside, showing)
            for member in self.members
        ]
        remove = [Button(f"remove {path}", self.label, "x")] if self.optional else []
        drawn = picture(data, scope) if self.template == "tiers" else None
        return changed(shown, nodes=nodes, marked=self.optional, buttons=remove, picture=drawn)


@dataclass(frozen=True, kw_only=True)
class Items:
    """A list of things, of one kind or several. `blanks`: what can be added, and its words."""

    name: str
    label: Text = ""
    hint: Text = ""
    kinds: Mapping[str, Group]
    blanks: Sequence[tuple[str, Text]]
    add_label: Text
    most: int = 100
    template: str = "items"
    item_template: str = "item"

    def read(self, reading: Reading, path: str, scope: Scope) -> list[Any]:
        return [self._read_one(reading, f"{path}.{place}", scope) for place in reading.places(path)]

    def _read_one(self, reading: Reading, path: str, scope: Scope) -> Any:
        kind = reading.text(f"{path}.kind")
        group = self.kinds.get(kind) or next(iter(self.kinds.values()))
        data = group.read(reading, path, scope)
        return {**data, "kind": kind} if kind in self.kinds and kind else data

    def show(self, value: Any, path: str, scope: Scope, showing: Showing) -> Node:
        items = value if isinstance(value, list) else []
        nodes = [self._item(items, place, path, scope, showing) for place in range(len(items))]
        return Node(
            template=f"{FOLDER}/_{self.template}.html",
            path=path,
            label=self.label,
            hint=self.hint,
            nodes=nodes,
            errors=showing.at(path),
            warnings=showing.warnings.get(path, ()),
            focus=showing.focus == path,
            choices=self.blanks,
            choose_label=self.add_label,
        )

    def _item(
        self, items: list[Any], place: int, above: str, scope: Scope, showing: Showing
    ) -> Node:
        path, total = f"{above}.{place}", len(items)
        data = items[place] if isinstance(items[place], dict) else {}
        kind = str(data.get("kind", ""))
        group = self.kinds.get(kind) or next(iter(self.kinds.values()))
        shown = group.show(data, path, scope, showing)
        at_top = showing.focus == f"{path}:up"
        at_foot = showing.focus == f"{path}:down"
        return changed(
            shown,
            template=f"{FOLDER}/_{self.item_template}.html",
            hidden={f"{path}.kind": kind} if kind else {},
            marked=True,
            focus=showing.focus == path,
            buttons=[
                Button(f"up {path}", "up", "chevron-up", at_top and place > 0, place == 0),
                Button(
                    f"down {path}",
                    "down",
                    "chevron-down",
                    (at_foot and place < total - 1) or (at_top and place == 0 and total > 1),
                    place == total - 1,
                ),
                Button(f"remove {path}", "remove", "trash-2"),
            ],
        )


Branch = Group | Items


def joined(path: str, name: str) -> str:
    return f"{path}.{name}" if path else name


def changed(node: Node, **members: Any) -> Node:
    return Node(**{**node.__dict__, **members})
