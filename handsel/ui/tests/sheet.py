"""The pattern sheet: every part in every state, for the tests to render."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

from django import forms
from django.core.paginator import Paginator
from django.http import HttpRequest
from django.template.loader import render_to_string
from django.test import RequestFactory
from django.utils import timezone

from handsel.engine.orders.errors import RefundAboveSale
from handsel.ui.charts import Mark, Series, Unit, chart
from handsel.ui.forms import Switch, UnitInput
from handsel.ui.navigation import Choice, Entry, Section, Switcher, Viewer, mark_current
from handsel.ui.states import STATES


class Amount:
    amount_minor = -914
    currency = "EUR"


class EveryField(forms.Form):
    name = forms.CharField(label="Partner name", help_text="As readers know them.")
    rate = forms.DecimalField(
        label="Rate", widget=UnitInput(after="%"), min_value=0, max_value=20, localize=True
    )
    currency = forms.ChoiceField(label="Pays in", choices=[("EUR", "Euro"), ("NOK", "Krone")])
    note = forms.CharField(label="Note", widget=forms.Textarea, required=False)
    locked = forms.CharField(label="Locked by agreement v3", disabled=True, initial="30 days")
    kind = forms.ChoiceField(
        label="Kind",
        widget=forms.RadioSelect,
        choices=[("content", "Content"), ("coupon", "Coupon")],
    )
    markets = forms.MultipleChoiceField(
        label="Markets",
        widget=forms.CheckboxSelectMultiple,
        required=False,
        choices=[("NO", "Norway"), ("SE", "Sweden")],
    )
    open = forms.BooleanField(label="Open for applications", widget=Switch, required=False)
    agrees = forms.BooleanField(label="I have read the terms and agree.")
    secret = forms.CharField(widget=forms.HiddenInput, required=False)


NAVIGATION = (
    Section(
        (
            Entry("Overview", "/", "layout-dashboard"),
            Entry("Partners", "/partners/", "users", count=142),
            Entry("Applications", "/applications/", "user-plus", count=6, due=True),
        )
    ),
    Section((Entry("Commissions", "/commissions/", "receipt-text"),), title="Money"),
    Section((Entry("Settings", "/settings/", "settings"),), at_end=True),
)
FORM_DATA = {"name": "Slow Trails", "rate": "95", "currency": "EUR", "secret": "s"}


def sheet_context(path: str = "/partners/") -> dict[str, Any]:
    now = timezone.now()
    days = [str(day) for day in range(1, 15)]
    refusal = RefundAboveSale(
        "Refund R-1 takes back more than is left.", field="amount_minor", params={"refund": "R-1"}
    )
    return {
        "navigation": mark_current(NAVIGATION, path),
        "switcher": Switcher(
            "Lofthus Wool",
            "EUR",
            (Choice("Lofthus Wool", "/a", current=True), Choice("Tind", "/b")),
        ),
        "viewer": Viewer("Sigrid Bakke", "sigrid@lofthus.example", "brand", "/out/", "/me/"),
        "search_url": "/search/",
        "theme": "",
        "form": EveryField(FORM_DATA),
        "page": Paginator(range(2000), 50).page(2),
        "statuses": sorted(STATES),
        "amount": Amount(),
        "now": now,
        "near": now + timedelta(days=3),
        "past": now.replace(year=now.year - 1, day=12),
        "trend": [3, 8, 5, 9, 14, 11, 16],
        "error": refusal,
        "chart": chart(
            "line",
            days,
            [
                Series("This month", tuple(1000 * (n * 7 % 11) for n in range(14))),
                Series("Month before", tuple(900 * (n * 5 % 9) for n in range(14)), "before"),
            ],
            Unit.money("EUR"),
            [Mark("5", "Autumn knit launch")],
        ),
    }


def request_for(path: str = "/partners/") -> HttpRequest:
    return RequestFactory().get(path)


def render_sheet(change: Callable[[dict[str, Any]], None] = lambda context: None) -> str:
    context = sheet_context()
    change(context)
    return render_to_string("ui/components.html", context, request_for())
