"""What every page's template knows."""

from django.http import HttpRequest

from handsel.organizations.services import in_demo


def page(request: HttpRequest) -> dict[str, object]:
    theme = request.COOKIES.get("theme", "")
    return {
        "in_demo": in_demo(),
        "member": getattr(request, "member", None),
        "theme": theme if theme in {"light", "dark"} else "",
    }
