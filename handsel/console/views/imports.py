"""Conversions from a file: upload, columns, trial run, import."""

from collections.abc import Callable
from functools import partial
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST
from django_htmx.http import HttpResponseClientRefresh

from handsel.connectors.files import services
from handsel.connectors.files.models import Import, RefusedRow, SavedMapping
from handsel.connectors.files.report import Report
from handsel.connectors.files.sample import sample_rows
from handsel.connectors.files.storage import FILE_BYTES_MAX
from handsel.connectors.files.tasks import wake_worker
from handsel.console.forms.imports import MappingForm, ReadingForm, UploadForm
from handsel.console.frame import program_or_404
from handsel.console.imports import (
    figures_of,
    mapping_said,
    partner_lines,
    problem_of,
    refused_line,
    refused_lines,
    steps_of,
    words_met,
)
from handsel.console.paging import slice_of
from handsel.organizations.access import MemberRequest, requires
from handsel.organizations.models import Member
from handsel.partnerships.models import Partnership
from handsel.rows.querysets import OwnedQuerySet
from handsel.ui.refusals import said_by_form, status_of
from handsel.ui.tables import csv_response
from handsel.ui.uploads import takes_file

# Files hold customers' addresses: they are not for everybody who may read figures.
ROLES = (Member.Role.MANAGER,)
S = Import.Status


@takes_file(FILE_BYTES_MAX)
@require_http_methods(["GET", "POST"])
@requires(*ROLES)
def imports(request: MemberRequest) -> HttpResponse:
    """Those so far, and the form that begins another."""
    program = program_or_404(request)
    form = UploadForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        with said_by_form(form):
            file = form.cleaned_data["file"]
            found = services.upload(program, file.name, file, actor=request.member)
            return redirect("console:import", found.pk)
    mine = own(request).filter(program=program).select_related("uploaded_by__user")
    context = {
        "form": form,
        "slice": slice_of(mine.defer("profile", "mapping"), "uploaded_at", request),
        "crumbs": [(_("Conversions"), reverse("console:conversions")), (_("From a file"), "")],
    }
    return render(request, "console/imports/list.html", context, status=status_of(form))


@require_GET
@requires(*ROLES)
def one(request: MemberRequest, pk: str) -> HttpResponse:
    """Where it stands: its columns to be mapped, how far it is, or what came of it."""
    found = get_object_or_404(own(request), pk=pk)
    if request.htmx and not found.is_running:
        return HttpResponseClientRefresh()
    again = found.status == S.CHECKED and request.GET.get("step") == "columns"
    if found.removed_at is None and (found.status in {S.MAPPING, S.STOPPED} or again):
        return _columns_page(request, found)
    return _page(
        request, found, "running" if found.is_running else "report", _report(request, found)
    )


@require_POST
@requires(*ROLES)
def reading(request: MemberRequest, pk: str) -> HttpResponse:
    """Read it another way: sheet, encoding, delimiter, headings."""
    found = get_object_or_404(own(request), pk=pk)
    form = ReadingForm(request.POST, shape=found.read_shape)
    if form.is_valid():
        with said_by_form(form):
            services.reshape(found.pk, form.cleaned_data)
            return redirect("console:import", found.pk)
    return _columns_page(request, found, reading_form=form)


@require_POST
@requires(*ROLES)
def check(request: MemberRequest, pk: str) -> HttpResponse:
    """Take the mapping, and have every row understood by it."""
    found = get_object_or_404(own(request).select_related("program"), pk=pk)
    form = _mapping_form(found, request.POST)
    if form.asks_words:
        messages.info(request, _("Now say what the words of that column mean."))
    elif form.is_valid():
        with said_by_form(form):
            mapping = form.mapping()
            if name := form.cleaned_data["save_as"]:
                services.save_mapping(found.program, name, mapping, actor=request.member)
            services.check(found.pk, mapping, actor=request.member, wake=wake_worker)
            return redirect("console:import", found.pk)
    return _columns_page(request, found, mapping_form=form)


Act = Callable[[str], Import]


def _act(request: MemberRequest, pk: str, act: Act) -> HttpResponse:
    found = act(get_object_or_404(own(request), pk=pk).pk)
    return redirect("console:import", found.pk)


@require_POST
@requires(*ROLES)
def start(request: MemberRequest, pk: str) -> HttpResponse:
    return _act(request, pk, partial(services.start, actor=request.member, wake=wake_worker))


@require_POST
@requires(*ROLES)
def discarding(request: MemberRequest, pk: str) -> HttpResponse:
    return _act(request, pk, partial(services.discard, actor=request.member))


@require_POST
@requires(*ROLES)
def removal(request: MemberRequest, pk: str) -> HttpResponse:
    return _act(request, pk, partial(services.remove_file, actor=request.member))


@require_GET
@requires(*ROLES)
def refused(request: MemberRequest, pk: str) -> HttpResponse:
    """The rows that were refused, as they stand in the file, with what is wrong with each: to be
    mended and uploaded again."""
    found = get_object_or_404(own(request), pk=pk)
    rows = RefusedRow.objects.visible_to(request.member).filter(file=found).order_by("row")
    headings = [column["heading"] for column in found.profile.get("columns", [])]
    own_columns = [_("Row"), _("Column"), _("What is wrong"), _("What to do")]
    lines = ((row, refused_line(row)) for row in rows)
    return csv_response(
        f"{found.program.slug}-refused",
        [*headings, *own_columns],
        (
            [*_padded(row.cells, len(headings)), row.row, line.column, *line.said]
            for row, line in lines
        ),
    )


def _padded(cells: list[str], width: int) -> list[str]:
    return [*cells[:width], *[""] * (width - len(cells))]


@require_GET
@requires(*ROLES)
def sample(request: MemberRequest) -> HttpResponse:
    """A file that this program would take as it is."""
    program = program_or_404(request)
    columns, rows = sample_rows(program)
    return csv_response(f"{program.slug}-sample", columns, rows)


def own(request: MemberRequest) -> "OwnedQuerySet[Import]":
    return Import.objects.visible_to(request.member)


def _mapping_form(
    found: Import, data: Any = None, saved: SavedMapping | None = None
) -> MappingForm:
    mapping = saved.mapping if saved else found.mapping or {}
    return MappingForm(data, found=found, mapping=mapping, met=words_met(found))


def _columns_page(
    request: MemberRequest,
    found: Import,
    *,
    reading_form: ReadingForm | None = None,
    mapping_form: MappingForm | None = None,
) -> HttpResponse:
    saved = SavedMapping.objects.visible_to(request.member).filter(program=found.program)
    chosen = saved.filter(pk=request.GET.get("mapping", "")).first()
    context = {
        "form": mapping_form or _mapping_form(found, saved=chosen),
        "reading_form": reading_form or ReadingForm(None, shape=found.read_shape),
        "saved": saved.order_by("name"),
        "chosen": chosen,
    }
    asks_words = mapping_form is not None and mapping_form.asks_words
    status = 200 if asks_words else status_of(reading_form, mapping_form)
    return _page(request, found, "columns", context, status=status)


def _report(request: MemberRequest, found: Import) -> dict[str, object]:
    report = Report.read(found.report)
    rows = RefusedRow.objects.visible_to(request.member).filter(file=found)
    return {
        "report": report,
        "figures": figures_of(found, report),
        "refused": refused_lines(rows),
        "partners": partner_lines(report, Partnership.objects.visible_to(request.member)),
        "to_import": report.new + report.changed,
        "mapped": mapping_said(found.mapping or {}),
    }


def _page(
    request: MemberRequest,
    found: Import,
    name: str,
    context: dict[str, object],
    *,
    status: int = 200,
) -> HttpResponse:
    crumbs = [
        (_("From a file"), reverse("console:imports")),
        (found.file_name, ""),
    ]
    whole = {
        "file": found,
        "steps": steps_of(found),
        "problem": problem_of(found),
        "crumbs": crumbs,
        **context,
    }
    return render(request, f"console/imports/{name}.html", whole, status=status)
