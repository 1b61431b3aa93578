"""The log: clicks, impressions and what the shop sent, as it comes, and each of them in full."""

import csv
import io
import json
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from hashlib import sha256
from typing import Any, cast

from django.contrib import messages
from django.http import HttpResponse, StreamingHttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from handsel.clicks.models import Impression
from handsel.clock import now
from handsel.console.click import impression_story, story_of
from handsel.console.forms.filters import DAY
from handsel.console.forms.log import LogFilters
from handsel.console.frame import program_or_404
from handsel.console.log.export import DAYS_MAX, check_period, columns, rows_of
from handsel.console.log.lines import Line, lines_of
from handsel.console.log.sources import began_at, click_of, sources_of
from handsel.console.paging import PAGE_SIZE
from handsel.console.periods import midnight
from handsel.intake.models import InboxEvent
from handsel.intake.services import retry
from handsel.organizations.access import MemberRequest, requires, requires_member
from handsel.organizations.models import Member
from handsel.rows.places import Place, read_place
from handsel.rows.stream import Found, latest
from handsel.ui.tables import Cell, cell


@require_GET
@requires_member
def events(request: MemberRequest) -> HttpResponse:
    """The latest first; the first page follows what comes."""
    program = program_or_404(request)
    refused = InboxEvent.objects.visible_to(request.member).filter(
        program=program, status=InboxEvent.Status.REFUSED
    )
    until = now().date()
    context = {
        **_page(request, read_place(request.GET.get("before", ""))),
        "refused_total": refused.count(),
        "export_since": until - (DAYS_MAX - 1) * DAY,
        "export_until": until,
        "export_days_max": DAYS_MAX,
    }
    return render(request, "console/events/list.html", context)


@require_GET
@requires_member
def live(request: MemberRequest) -> HttpResponse:
    """The first page anew, where it is another than the one that is `seen`; else nothing."""
    context = _page(request, None)
    if context["seen"] == request.GET.get("seen"):
        return HttpResponse(status=204)
    top = read_place(request.GET.get("top", ""))
    lines: Sequence[Line] = context["lines"]
    context["fresh"] = {line.key for line in lines if top is not None and line.at > top.at}
    # Without the request there is no frame: its counts are not needed here each second.
    return HttpResponse(render_to_string("console/events/_live.html", context))


@require_GET
@requires_member
def export(request: MemberRequest) -> HttpResponse:
    """All of a period that fit, while they are read."""
    program = program_or_404(request)
    filters = LogFilters(request.GET, program=program)
    since, until = _period(filters)
    first = since or midnight(now().date() - (DAYS_MAX - 1) * DAY)
    last = until or midnight(now().date() + DAY)
    check_period(first, last)
    sources = sources_of(program, request.member, filters.said)
    rows = rows_of(sources, request.member, since=first, until=last)
    response = StreamingHttpResponse(_csv(columns(), rows), content_type="text/csv; charset=utf-8")
    name = f"{program.slug}-events-{first:%Y-%m-%d}"
    response["Content-Disposition"] = f'attachment; filename="{name}.csv"'
    return cast(HttpResponse, response)  # all that a view may answer, but for being read at once


@require_GET
@requires_member
def event(request: MemberRequest, pk: str) -> HttpResponse:
    """One event with its body, as it came or as it was understood."""
    mine = InboxEvent.objects.visible_to(request.member)
    found = get_object_or_404(mine.select_related("conversion", "program"), pk=pk)
    body = json.dumps(found.body, indent=2, ensure_ascii=False)
    crumbs = [(_("Events"), reverse("console:events")), (found.event_id or found.source, "")]
    refused = found.status == InboxEvent.Status.REFUSED and found.can_be_retried()
    context = {
        "event": found,
        "body": body,
        "crumbs": crumbs,
        "may_retry": refused and request.member.may(Member.Role.MANAGER),
        "file_url": _file_url(found, request.member),
    }
    return render(request, "console/events/event.html", context)


def _file_url(found: InboxEvent, member: Member) -> str:
    """The import whose refused row it is, for those who may see files."""
    if found.source != "file" or "import" not in found.body:
        return ""
    may_see = member.may(Member.Role.MANAGER)
    return reverse("console:import", args=[found.body["import"]]) if may_see else ""


@require_POST
@requires(Member.Role.MANAGER)
def retrial(request: MemberRequest, pk: str) -> HttpResponse:
    """Judge a refused event again: what was wrong may have been mended here."""
    mine = InboxEvent.objects.visible_to(request.member)
    judged = retry(get_object_or_404(mine, pk=pk), actor=request.member)
    if judged.status == InboxEvent.Status.REFUSED:
        messages.warning(request, _("It is refused again; the reason is below."))
    else:
        messages.success(request, _("It is taken in."))
    return redirect("console:event", judged.pk)


@require_GET
@requires_member
def click(request: MemberRequest, pk: str) -> HttpResponse:
    """All that is known of a click, what is not kept, and the orders it led to."""
    member = request.member
    rows = click_of(member, pk).filter(brand_id=member.organization_id)
    story = story_of(get_object_or_404(rows), member)
    crumbs = [(_("Events"), reverse("console:events")), (_("Click"), "")]
    return render(request, "console/events/click.html", {"story": story, "crumbs": crumbs})


@require_GET
@requires_member
def impression(request: MemberRequest, pk: str) -> HttpResponse:
    """All that is known of a banner or widget that was shown."""
    member = request.member
    rows = Impression.objects.visible_to(member).filter(brand_id=member.organization_id)
    seen = impression_story(get_object_or_404(rows, impression_id=pk), member)
    crumbs = [(_("Events"), reverse("console:events")), (_("Impression"), "")]
    return render(request, "console/events/impression.html", {"story": seen, "crumbs": crumbs})


def _page(request: MemberRequest, before: Place | None) -> dict[str, Any]:
    program, member = program_or_404(request), request.member
    filters = LogFilters(request.GET, program=program)
    since, until = _period(filters)
    began = began_at(program, member)
    found: Found = latest(
        sources_of(program, member, filters.said),
        PAGE_SIZE,
        now=now(),
        since=max(since, began) if since else began,
        until=until,
        after=before,
    )
    lines = lines_of(found.rows, member)
    return {
        "filters": filters,
        "lines": lines,
        "found": found,
        "before": before,
        "older": _address(request, found.older),
        "latest": _address(request, None),
        "query": _address(request, None).removeprefix("?"),
        "seen": _seen(lines),
        "top": found.rows[0][0].place(found.rows[0][1]) if found.rows else "",
    }


def _period(filters: LogFilters) -> tuple[datetime | None, datetime | None]:
    said = filters.said
    since, until = said.get("since"), said.get("until")
    return midnight(since) if since else None, midnight(until + DAY) if until else None


def _seen(lines: Iterable[Line]) -> str:
    """Tells a page from another: a row more, or one that became something else."""
    read = [(line.key, line.state, line.became, line.partner) for line in lines]
    return sha256(repr(read).encode()).hexdigest()[:16]


def _address(request: MemberRequest, before: Place | None) -> str:
    query = request.GET.copy()
    for name in ("before", "seen", "top"):
        query.pop(name, None)
    if before is not None:
        query["before"] = str(before)
    return f"?{query.urlencode()}"


def _csv(names: Sequence[str], rows: Iterable[Sequence[Cell]]) -> Iterator[str]:
    # The mark tells Excel that it is UTF-8.
    yield "\ufeff" + _csv_line(names)
    for row in rows:
        yield _csv_line([cell(value) for value in row])


def _csv_line(cells: Sequence[str]) -> str:
    line = io.StringIO()
    csv.writer(line).writerow(cells)
    return line.getvalue()
