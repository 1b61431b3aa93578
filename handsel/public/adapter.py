from allauth.account.adapter import DefaultAccountAdapter
from django.http import HttpRequest


class Adapter(DefaultAccountAdapter):  # type: ignore[misc]
    """People come by invitation or through the first-run wizard, not by signing up."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False
