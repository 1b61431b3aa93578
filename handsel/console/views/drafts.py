"""Writing terms: drafts for a group, a partner or a new group, and the library to start from."""

import json
from typing import NamedTuple

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST
from django_htmx.http import HttpResponseClientRedirect

from handsel.console.editing import Editor, editor_of
from handsel.console.frame import program_or_404
from handsel.console.library import own_templates, shelves
from handsel.drafts.form import act, read_form
from handsel.drafts.form.whole import PARTS
from handsel.drafts.models import Draft
from handsel.drafts.services import (
    begin_draft,
    keep_as_template,
    remove_draft,
    use_for_group,
    write_draft,
)
from handsel.engine.terms import Terms, canonical, read
from handsel.engine.terms.library import templates
from handsel.engine.terms.schema import schema_text
from handsel.engine.values import parse_written
from handsel.errors import DomainError, InvalidInput
from handsel.organizations.access import MemberRequest, requires, requires_member
from handsel.organizations.models import Member
from handsel.partnerships.models import Partnership
from handsel.partnerships.queries import latest_version
from handsel.partnerships.queries import terms_of as agreed
from handsel.programs.models import Group, Program
from handsel.programs.queries import terms_of
from handsel.ui.wording import error_words
from handsel.ui.wording.terms.library import TEMPLATES

IMPORT_BYTES_MAX = 300_000


class _Aim(NamedTuple):
    """Whom a draft is for: a group, a partnership, or (neither) a new group."""

    group: Group | None = None
    partnership: Partnership | None = None


@require_GET
@requires_member
def library(request: MemberRequest) -> HttpResponse:
    """Terms to start from, ours and the brand's own, and what was begun already."""
    return _library(request)


@require_POST
@requires(Member.Role.MANAGER)
def begin(request: MemberRequest) -> HttpResponse:
    """Start a draft `from` something: the terms in force, a template, a group, or a file."""
    program = program_or_404(request)
    aim = _aim(request)
    try:
        terms, name = _source(request, program, aim)
    except DomainError as error:
        words = error_words(error)
        where = f"{error.field}: " if error.field else ""
        said = f"{where}{words.message} {words.remedy}".strip()
        return _library(request, said=said, status=error.status)
    draft = begin_draft(
        program,
        terms,
        actor=request.member,
        group=aim.group,
        partnership=aim.partnership,
        name="" if aim.group or aim.partnership else name,
    )
    return redirect("console:terms-draft", draft.pk)


@require_http_methods(["GET", "POST"])
@requires(Member.Role.MANAGER)
def draft(request: MemberRequest, pk: str) -> HttpResponse:
    """The editor. Every answer of the form is kept, right or wrong; `act` says what else to do."""
    found = _draft(request, pk)
    if request.method == "GET":
        return _page(request, editor_of(found, language=request.GET.get("words", "")))
    posted = request.POST
    written, unread = read_form(posted, currency=found.program.currency)
    asked = posted.get("act", "look")
    acted = act(written, asked, posted)
    kept = write_draft(found.pk, written=acted.data, name=posted.get("name", found.name))
    found.written, found.name = kept.written, kept.name
    moved = acted.data is not written
    editor = editor_of(
        found,
        # What moved away would be said at the wrong place; a hole that was just made is no mistake.
        unread={} if moved else dict(unread),
        language=posted.get("words", ""),
        focus=acted.focus,
        opened=frozenset(part.name for part in PARTS if f"open.{part.name}" in posted),
        strict=not moved,
        names_are_new=asked not in ("use", "keep") or "names_are_new" in posted,
    )
    if request.headers.get("HX-Target") == "preview":
        return render(request, "console/drafts/_preview.html", {"editor": editor})
    if asked in ("use", "keep") and editor.judged.is_fit and editor.judged.terms is not None:
        return _done(request, editor, editor.judged.terms, asked)
    refused = asked in ("use", "keep", "look") and not editor.judged.is_fit
    return _page(request, editor, status=422 if refused else 200)


@require_POST
@requires(Member.Role.MANAGER)
def removal(request: MemberRequest, pk: str) -> HttpResponse:
    found = _draft(request, pk, used=True)
    remove_draft(found.pk, actor=request.member)
    messages.success(request, _("Thrown away."))
    return redirect("console:terms-library")


@require_GET
@requires(Member.Role.MANAGER)
def export(request: MemberRequest, pk: str) -> HttpResponse:
    """The terms as data: what `Start from a file` takes. 422 while they are none."""
    found = _draft(request, pk, used=True)
    editor = editor_of(found)
    if editor.judged.terms is None:
        return _page(request, editor, status=422)
    response = HttpResponse(canonical(editor.judged.terms), content_type="application/json")
    response["Content-Disposition"] = 'attachment; filename="terms.json"'
    return response


@require_GET
@requires_member
def schema(_request: MemberRequest) -> HttpResponse:
    """The published JSON Schema of terms."""
    return HttpResponse(schema_text(), content_type="application/schema+json")


def _done(request: MemberRequest, editor: Editor, terms: Terms, asked: str) -> HttpResponse:
    """Bring the draft into use, or keep a copy as a template; refusals are said on the page."""
    found, actor = editor.draft, request.member
    try:
        if asked == "keep":
            name = request.POST.get("template_name", "")
            keep_as_template(found.pk, terms, name=name, actor=actor)
            messages.success(request, _("Kept among your own templates."))
            return _go(request, reverse("console:terms-library"))
        if found.partnership_id is not None:
            offer = reverse("console:partner-offer", args=[found.partnership_id])
            return _go(request, f"{offer}?draft={found.pk}")
        reason = request.POST.get("reason", "")[:500]
        version = use_for_group(found.pk, terms, actor=actor, reason=reason)
    except DomainError as error:
        words = error_words(error)
        said = f"{words.message} {words.remedy}".strip()
        return _page(request, editor, said=said, status=error.status)
    messages.success(request, _("Partners who join from now on get these terms."))
    if found.group_id is None:
        return _go(request, reverse("console:terms"))
    return _go(request, reverse("console:group-offers", args=[version.group_id]))


def _go(request: MemberRequest, url: str) -> HttpResponse:
    return HttpResponseClientRedirect(url) if request.htmx else HttpResponseRedirect(url)


def _page(
    request: MemberRequest, editor: Editor, *, said: str = "", status: int = 200
) -> HttpResponse:
    name = "_editor.html" if getattr(request, "htmx", False) else "draft.html"
    crumbs = [editor.back[::1], (editor.title, "")]
    context = {"editor": editor, "said": said, "crumbs": crumbs}
    return render(request, f"console/drafts/{name}", context, status=status)


def _library(request: MemberRequest, *, said: str = "", status: int = 200) -> HttpResponse:
    program = program_or_404(request)
    rows = Draft.objects.visible_to(request.member).filter(program=program)
    aim = _aim(request)
    context = {
        "shelves": shelves(program.currency),
        "own": own_templates(rows),
        "drafts": rows.filter(used_at=None, template_at=None)
        .select_related("group", "partnership__partner", "by__user")
        .order_by("-changed_at")[:20],
        "groups": Group.objects.visible_to(request.member).filter(program=program),
        "aim": aim,
        "aimed": f"group:{aim.group.pk}" if aim.group else "",
        "said": said,
        "may_change": request.member.may(Member.Role.MANAGER),
        "crumbs": [(_("Groups"), reverse("console:terms")), (_("Templates of terms"), "")],
    }
    return render(request, "console/drafts/library.html", context, status=status)


def _draft(request: MemberRequest, pk: str, *, used: bool = False) -> Draft:
    rows = Draft.objects.visible_to(request.member).select_related(
        "program", "group", "partnership__partner"
    )
    return get_object_or_404(rows if used else rows.filter(used_at=None), pk=pk)


def _aim(request: MemberRequest) -> _Aim:
    """As `for` says: `group:<id>`, `partnership:<id>`, or nothing."""
    said = request.POST.get("for", "") or request.GET.get("for", "")
    kind, _colon, pk = said.partition(":")
    if kind == "group":
        rows = Group.objects.visible_to(request.member)
        return _Aim(group=get_object_or_404(rows, pk=pk))
    if kind == "partnership":
        partnerships = Partnership.objects.visible_to(request.member)
        own = partnerships.filter(brand_id=request.member.organization_id)
        return _Aim(partnership=get_object_or_404(own.select_related("partner"), pk=pk))
    return _Aim()


def _source(request: MemberRequest, program: Program, aim: _Aim) -> tuple[Terms, str]:
    """The terms to start from, and what to call a new group that is made of them."""
    kind, _colon, pk = request.POST.get("from", "").partition(":")
    if kind == "template":
        for template in templates(program.currency):
            if template.name == pk:
                return template.terms, str(TEMPLATES[pk].title)
    if kind == "own":
        rows = Draft.objects.visible_to(request.member).filter(program=program)
        own = get_object_or_404(rows.exclude(template_at=None), pk=pk)
        return read(json.dumps(own.written)), own.name
    if kind == "group":
        group = get_object_or_404(Group.objects.visible_to(request.member), pk=pk)
        return terms_of(group), _("%(name)s, a copy") % {"name": group.name}
    if kind == "data":
        return _imported(request, program), _("From a file")
    if aim.partnership is not None:
        return agreed(latest_version(aim.partnership)), ""
    if aim.group is not None:
        return terms_of(aim.group), ""
    raise InvalidInput(_("It is not said what to start from."), remedy=_("Choose one."))


def _imported(request: MemberRequest, program: Program) -> Terms:
    file = request.FILES.get("file")
    if file is not None and (file.size or 0) > IMPORT_BYTES_MAX:
        raise InvalidInput(_("This file is too large for terms."), remedy=_("Send another one."))
    data = file.read() if file is not None else request.POST.get("data", "").encode()
    terms = parse_written(Terms, data)
    if terms.currency != program.currency:
        said = {"expected": program.currency, "currency": terms.currency}
        raise InvalidInput(
            _("The program pays in %(expected)s, these terms in %(currency)s.") % said,
            field="currency",
            remedy=_("Write the terms in %(expected)s.") % said,
        )
    return terms
