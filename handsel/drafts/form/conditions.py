"""The builder of conditions: what a rule asks for, with groups inside groups."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from handsel.drafts.form.branches import FOLDER, MARK, Button, Group, Items, Node, joined
from handsel.drafts.form.leaves import Amount as AmountLeaf
from handsel.drafts.form.leaves import Choice, Countries, Leaf, Line, Marks, Names
from handsel.drafts.form.leaves import Whole as WholeLeaf
from handsel.drafts.form.scope import Data, Reading, Scope, Showing, Text
from handsel.engine.terms.conditions import DEPTH_MAX
from handsel.ui.wording.terms.conditions import DEVICES, EVENTS

NAMES_HINT = gettext_lazy("Parted by commas. Any of them will do.")
ONLY_WHEN = gettext_lazy("Only when")
CUSTOMERS = (
    ("new", gettext_lazy("New customers")),
    ("returning", gettext_lazy("Customers who have bought before")),
)
FIELDS: tuple[Leaf | Group | Items, ...] = (
    Choice(name="customer", label=gettext_lazy("Customer"), options=CUSTOMERS),
    Names(name="skus", label=gettext_lazy("Articles (SKU)"), hint=NAMES_HINT),
    Names(name="categories", label=gettext_lazy("Categories"), hint=NAMES_HINT),
    Marks(name="events", label=gettext_lazy("Events"), options=tuple(EVENTS.items())),
    Names(name="links", label=gettext_lazy("Links"), hint=NAMES_HINT),
    Names(name="codes", label=gettext_lazy("Codes"), hint=NAMES_HINT),
    Countries(
        name="countries",
        label=gettext_lazy("Countries of the buyer"),
        hint=gettext_lazy("Two letters each, parted by commas, as in SE, NO."),
    ),
    Marks(name="devices", label=gettext_lazy("Devices"), options=tuple(DEVICES.items())),
    Names(
        name="sources",
        label=gettext_lazy("Sites the click came from"),
        hint=gettext_lazy("Hosts, parted by commas, as in blog.example. Those under them count."),
    ),
    Group(
        name="renewals",
        label=gettext_lazy("Payment of a subscription"),
        hint=gettext_lazy("The first order is 0, the first renewal 1."),
        template="pair",
        members=(
            WholeLeaf(name="least", label=gettext_lazy("From"), optional=True, empty=0),
            WholeLeaf(name="most", label=gettext_lazy("To"), optional=True),
        ),
    ),
    Group(
        name="order_minor",
        label=gettext_lazy("Size of the order"),
        hint=gettext_lazy("The goods as the buyer paid them, after what was sent back."),
        template="pair",
        members=(
            AmountLeaf(name="least", label=gettext_lazy("From"), optional=True, empty=0),
            AmountLeaf(name="most", label=gettext_lazy("To"), optional=True),
        ),
    ),
    Items(
        name="metadata",
        label=gettext_lazy("A field of the shop’s own"),
        kinds={
            "": Group(
                name="metadata",
                template="pair",
                members=(
                    Line(name="name", label=gettext_lazy("Field")),
                    Names(name="values", label=gettext_lazy("Values"), hint=NAMES_HINT),
                ),
            )
        },
        blanks=(("metadata", gettext_lazy("Another field")),),
        add_label=gettext_lazy("Another field"),
        item_template="small_item",
    ),
)
BY_NAME = {field.name: field for field in FIELDS}
NESTED: tuple[tuple[str, Text], ...] = (
    ("any_of", gettext_lazy("At least one of these holds")),
    ("none_of", gettext_lazy("None of these holds")),
)


@dataclass(frozen=True, kw_only=True)
class Conditions:
    """What must hold, all of it; nothing shown asks nothing."""

    name: str = "when"
    label: Text = ONLY_WHEN
    hint: Text = ""

    def read(self, reading: Reading, path: str, scope: Scope) -> Data:
        data: Data = {}
        inside = scope.within(data)
        for field in FIELDS:
            where = joined(path, field.name)
            if reading.has(where):
                data[field.name] = field.read(reading, where, inside)
                if data[field.name] in ([], None, ""):
                    reading.errors[where] = [_("Fill this in, or remove the condition.")]
        for name, _label in NESTED:
            where = joined(path, name)
            if reading.has(where):
                data[name] = [
                    self.read(reading, f"{where}.{place}", inside)
                    for place in reading.places(where)
                ]
        return data

    def show(self, value: Any, path: str, scope: Scope, showing: Showing) -> Node:
        return self._show(value, path, scope, showing, depth=1)

    def _show(self, value: Any, path: str, scope: Scope, showing: Showing, *, depth: int) -> Node:
        data = value if isinstance(value, dict) else {}
        inside = scope.within(data)
        asked = [field for field in FIELDS if data.get(field.name) not in (None, [])]
        nodes: list[Any] = [
            Node(
                template=f"{FOLDER}/_asked.html",
                path=joined(path, field.name),
                label=field.label,
                nodes=[field.show(data[field.name], joined(path, field.name), inside, showing)],
                buttons=[Button(f"remove {joined(path, field.name)}", field.label, "x")],
            )
            for field in asked
        ]
        for name, label in NESTED:
            if data.get(name):
                group = (joined(path, name), label)
                nodes.append(self._nested(group, data[name], inside, showing, depth=depth))
        return Node(
            template=f"{FOLDER}/_conditions.html",
            path=path,
            label=self.label if depth == 1 else "",
            hint=self.hint,
            nodes=nodes,
            errors=showing.at(path),
            warnings=showing.warnings.get(path, ()),
            marked=True,
            focus=showing.focus == path,
            choices=_choices(data, depth),
            choose_label=_("What else must hold") if asked else _("What must hold"),
        )

    def _nested(
        self, group: tuple[str, Text], items: Any, scope: Scope, showing: Showing, *, depth: int
    ) -> Node:
        path, label = group
        listed = items if isinstance(items, list) else []
        return Node(
            template=f"{FOLDER}/_nested.html",
            path=path,
            label=label,
            nodes=[
                Node(
                    template=f"{FOLDER}/_alternative.html",
                    path=f"{path}.{place}",
                    label=_("Alternative %(number)d") % {"number": place + 1},
                    nodes=[self._show(item, f"{path}.{place}", scope, showing, depth=depth + 1)],
                    buttons=[Button(f"remove {path}.{place}", label, "x")],
                )
                for place, item in enumerate(listed)
            ],
            buttons=[Button(f"put {path} when", _("Another one"), "plus", showing.focus == path)],
            errors=showing.at(path),
        )


def _choices(data: Data, depth: int) -> Sequence[tuple[str, Text]]:
    left = [(f.name, f.label) for f in FIELDS if data.get(f.name) in (None, [])]
    groups = [one for one in NESTED if not data.get(one[0])] if depth < DEPTH_MAX else []
    return [*left, *groups]


__all__ = ["BY_NAME", "FIELDS", "MARK", "NESTED", "Conditions"]
