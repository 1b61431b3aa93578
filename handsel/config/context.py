"""What every page's template knows."""

from django.http import HttpRequest


def page(request: HttpRequest) -> dict[str, object]:
    theme = request.COOKIES.get("theme", "")
    return {
        "member": getattr(request, "member", None),
        "theme": theme if theme in {"light", "dark"} else "",
    }
