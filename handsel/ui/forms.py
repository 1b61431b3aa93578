"""How Django's forms look like ours: settings name `Renderer` as FORM_RENDERER.

A plain `{{ form }}`, or `{{ form.rate.as_field_group }}`, then renders label, hint, control and
error as the design draws them, tied together for screen readers.
"""

from typing import Any

from django.forms import (
    BoundField,
    CheckboxInput,
    CheckboxSelectMultiple,
    RadioSelect,
    Select,
    SelectMultiple,
    Textarea,
    TextInput,
    Widget,
)
from django.forms.renderers import TemplatesSetting
from django.forms.utils import flatatt
from django.utils.functional import Promise
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe

SELECTED = mark_safe(" selected")


class UnitInput(TextInput):
    """A text control with its unit beside it: `UnitInput(after="%")`, `UnitInput(before="€")`."""

    template_name = "ui/widgets/unit.html"

    def __init__(
        self,
        attrs: dict[str, Any] | None = None,
        *,
        before: str | Promise = "",
        after: str | Promise = "",
    ) -> None:
        super().__init__({"inputmode": "decimal", **(attrs or {})})
        self.before = before
        self.after = after

    def get_context(self, name: str, value: Any, attrs: dict[str, Any] | None) -> dict[str, Any]:
        context = super().get_context(name, value, attrs)
        context["widget"] |= {"before": self.before, "after": self.after}
        return context


class Switch(CheckboxInput):
    """On or off, at once understood as a state rather than a choice in a list."""

    def __init__(self, attrs: dict[str, Any] | None = None) -> None:
        super().__init__({"role": "switch", **(attrs or {})})


class LongSelect(Select):
    """A select of hundreds, written in one go: Django renders a template for every option."""

    def render(
        self,
        name: str,
        value: Any,
        attrs: dict[str, Any] | None = None,
        renderer: object = None,
    ) -> SafeString:
        widget = self.get_context(name, value, attrs)["widget"]
        options = format_html_join(
            "\n",
            '<option value="{}"{}>{}</option>',
            (
                (option["value"], SELECTED if option["selected"] else "", option["label"])
                for _group, options, _place in widget["optgroups"]
                for option in options
            ),
        )
        attributes = flatatt(widget["attrs"])
        return format_html('<select name="{}"{}>{}</select>', name, attributes, options)


class LongSelectMultiple(LongSelect, SelectMultiple):
    """The same, of which several may be chosen."""


def css_class(widget: Widget) -> str:
    """The class of a control; checkboxes and radios take theirs from the label around them."""
    if widget.is_hidden or isinstance(widget, (CheckboxInput, CheckboxSelectMultiple, RadioSelect)):
        return ""
    if isinstance(widget, Select):
        return "select"
    if isinstance(widget, Textarea):
        return "textarea"
    return "input"


class Field(BoundField):
    """A field that gives its control the class of the design."""

    def build_widget_attrs(
        self, attrs: dict[str, Any], widget: Widget | None = None
    ) -> dict[str, Any]:
        widget = widget or self.field.widget
        built = super().build_widget_attrs(attrs, widget)
        names = [css_class(widget), built.get("class", ""), widget.attrs.get("class", "")]
        if joined := " ".join(name for name in names if name):
            built["class"] = joined
        # Django's ten rows are a page of their own; two sentences are the usual answer.
        if isinstance(widget, Textarea) and widget.attrs.get("rows") == "10":
            built["rows"] = "4"
        return built

    @property
    def is_checkbox(self) -> bool:
        return isinstance(self.field.widget, CheckboxInput)

    @property
    def is_switch(self) -> bool:
        return isinstance(self.field.widget, Switch)


class Renderer(TemplatesSetting):
    form_template_name = "ui/forms/form.html"
    field_template_name = "ui/_field.html"
    bound_field_class = Field
