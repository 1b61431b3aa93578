"""Who may open a page: `@requires_member`, or `@requires("manager", "finance")`.

The owner may do everything. A manager runs programs, partners, links and commissions; finance
approves and pays; a viewer reads. What a member may *see* is not decided here but by `visible_to`.

`@requires_reader` is for the portal's pages that a brand may view as their partner; all others are
closed to who views.
"""

from collections.abc import Callable
from functools import wraps
from typing import Concatenate, ParamSpec

from babel.lists import format_list
from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse
from django.shortcuts import resolve_url
from django.utils.translation import gettext as _
from django_htmx.http import HttpResponseClientRedirect
from django_htmx.middleware import HtmxDetails

from handsel.errors import DomainError
from handsel.organizations.models import Member
from handsel.organizations.viewing import NotWhileViewing, Reader, Viewing
from handsel.ui.locales import reader_locale

P = ParamSpec("P")


class MemberRequest(HttpRequest):
    """A request as a view behind `requires_member` gets it."""

    member: Member
    htmx: HtmxDetails


class ReaderRequest(HttpRequest):
    """A request as a view behind `requires_reader` gets it."""

    member: Reader
    htmx: HtmxDetails


MemberView = Callable[Concatenate[MemberRequest, P], HttpResponse]
ReaderView = Callable[Concatenate[ReaderRequest, P], HttpResponse]
View = Callable[Concatenate[HttpRequest, P], HttpResponse]


class NotAllowed(DomainError):
    """The member's role does not reach this far."""

    status = 403


class NotAMember(DomainError):
    """Signed in, but shut out of the organization, or in none."""

    status = 403


def requires_member(view: MemberView[P]) -> View[P]:
    """Strangers are sent to the sign-in page; who belongs to no organization is told so."""
    return requires(*Member.Role.values)(view)


def requires_reader(view: ReaderView[P]) -> View[P]:
    """As `requires_member`, and open to who views as the partner: to be read, and only so."""

    @wraps(view)
    def guarded(request: HttpRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
        if not request.user.is_authenticated:
            return _sign_in_first(request)
        if isinstance(_reader(request), Viewing) and request.method not in ("GET", "HEAD"):
            raise _only_looking(request)
        return view(request, *args, **kwargs)  # type: ignore[arg-type]

    return guarded


def requires(*roles: str) -> Callable[[MemberView[P]], View[P]]:
    """Let in members with one of these roles, and owners. Raises NotAllowed for the others."""

    def decorate(view: MemberView[P]) -> View[P]:
        @wraps(view)
        def guarded(request: HttpRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
            if not request.user.is_authenticated:
                return _sign_in_first(request)
            member = _reader(request)
            if isinstance(member, Viewing):
                raise _only_looking(request)
            if not member.may(*roles):
                raise NotAllowed(
                    _("This is for another role than yours: %(roles)s.")
                    % {"roles": _in_words((Member.Role.OWNER, *roles))},
                    remedy=_("Ask one of them to do it, or to change your role."),
                    params={"roles": [Member.Role.OWNER.value, *roles]},
                )
            return view(request, *args, **kwargs)  # type: ignore[arg-type]

        return guarded

    return decorate


def _reader(request: HttpRequest) -> Reader:
    reader: Reader | None = getattr(request, "member", None)
    if reader is None:
        raise NotAMember(
            _("You do not belong to an organization here, or no longer."),
            remedy=_("Ask its owner for an invitation."),
        )
    return reader


def _only_looking(request: HttpRequest) -> NotWhileViewing:
    if request.method in ("GET", "HEAD"):
        return NotWhileViewing(
            _("This page is for the partner’s own people only."),
            remedy=_("Go back, or leave the view."),
        )
    return NotWhileViewing(
        _("You only look on here: nothing can be changed while you view as a partner."),
        remedy=_("Leave the view first."),
    )


def _sign_in_first(request: HttpRequest) -> HttpResponse:
    """A fragment asked for by HTMX cannot show the sign-in page; the whole page goes there."""
    htmx: HtmxDetails | None = getattr(request, "htmx", None)
    if htmx:
        back = htmx.current_url_abs_path or resolve_url("home")
        return HttpResponseClientRedirect(redirect_to_login(back).url)
    return redirect_to_login(request.get_full_path())


def _in_words(roles: tuple[str, ...]) -> str:
    labels = [str(Member.Role(role).label) for role in dict.fromkeys(roles)]
    return format_list(labels, style="or", locale=reader_locale())
