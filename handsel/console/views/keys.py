"""Keys for machines. A new one is shown on the page that follows, and never again."""

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_POST

from handsel.console.forms.settings import KeyForm
from handsel.console.views.settings import tabs
from handsel.organizations.access import MemberRequest, requires
from handsel.organizations.models import ApiKey, Member
from handsel.organizations.services import create_api_key, revoke_api_key
from handsel.ui.refusals import said_by_form, status_of


@require_http_methods(["GET", "POST"])
@requires(Member.Role.MANAGER)
def keys(request: MemberRequest) -> HttpResponse:
    """All keys, newest first, and a new one."""
    form = KeyForm(request.POST or None)
    text = ""
    if request.method == "POST" and form.is_valid():
        with said_by_form(form):
            _key, text = create_api_key(request.member, **form.cleaned_data)
            form = KeyForm()
    rows = ApiKey.objects.visible_to(request.member).select_related("created_by__user")
    return render(
        request,
        "console/settings/keys.html",
        {
            "tabs": tabs("keys", request.member),
            "keys": rows.order_by("-created_at"),
            "form": form,
            "text": text,
        },
        status=status_of(form),
    )


@require_POST
@requires(Member.Role.MANAGER)
def revocation(request: MemberRequest, pk: str) -> HttpResponse:
    """Shut a key at once."""
    key = get_object_or_404(ApiKey.objects.visible_to(request.member), pk=pk)
    revoke_api_key(key.pk, actor=request.member)
    return redirect("console:keys")
