from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import override

from handsel.environment import environment
from handsel.public.addresses import address_of, network_of


class Adapter(DefaultAccountAdapter):  # type: ignore[misc]
    """Sign-in in our words. People come by invitation or the first steps, not by signing up."""

    error_messages = {
        **DefaultAccountAdapter.error_messages,
        "email_password_mismatch": _("This e-mail address and password do not belong together."),
        "too_many_login_attempts": _("Too many attempts. Wait five minutes, then try again."),
        "incorrect_password": _("This is not your password."),
        "account_inactive": _("This sign-in is closed."),
    }

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False

    def get_client_ip(self, request: HttpRequest) -> str:
        """What attempts are counted by: nobody's own X-Forwarded-For."""
        return address_of(request)

    def _get_login_attempts_cache_key(self, request: HttpRequest, **credentials: Any) -> str:
        """Of one account from one network: else anybody who knows an address could keep its
        owner out by failing in their place."""
        key: str = super()._get_login_attempts_cache_key(request, **credentials)
        return f"{key} {network_of(request)}"

    def get_reset_password_from_key_url(self, key: str) -> str:
        """On the server's own address: the Host header is whatever a stranger wrote into it."""
        path = reverse("account_reset_password_from_key", kwargs={"uidb36": "UID", "key": "KEY"})
        return environment().pages_url + path.replace("UID-KEY", key)

    def format_email_subject(self, subject: str) -> str:
        return subject

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        """In the reader's language, who need not be the one who asks."""
        user = context.get("user")
        with override(user.language if user else None):
            super().send_mail(template_prefix, email, context)

    def add_message(self, *args: Any, **options: Any) -> None:
        """Nothing: the pages that follow say what happened themselves."""
