from collections.abc import Mapping
from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.utils import user_email
from django.contrib.auth.base_user import AbstractBaseUser
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import override

from handsel.environment import environment
from handsel.public import guessing
from handsel.public.addresses import address_of, network_of


class Adapter(DefaultAccountAdapter):  # type: ignore[misc]
    """Sign-in in our words. People come by invitation or the first steps, not by signing up."""

    error_messages = {
        **DefaultAccountAdapter.error_messages,
        "email_password_mismatch": _("This e-mail address and password do not belong together."),
        "too_many_login_attempts": _("Too many attempts. Wait five minutes, then try again."),
        "too_many_for_account": _(
            "Somebody has tried too many passwords for this address. Sign in where you have signed"
            " in before, choose a new password by letter, or wait an hour."
        ),
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

    def pre_authenticate(self, request: HttpRequest, **credentials: Any) -> None:
        super().pre_authenticate(request, **credentials)
        if not guessing.may_try(request, _login(credentials)):
            raise self.validation_error("too_many_for_account")

    def authenticate(self, request: HttpRequest, **credentials: Any) -> AbstractBaseUser | None:
        user: AbstractBaseUser | None = super().authenticate(request, **credentials)
        if user is not None:
            guessing.was_right(request, _login(credentials))
        return user

    def post_login(
        self, request: HttpRequest, user: AbstractBaseUser, **options: Any
    ) -> HttpResponse:
        response: HttpResponse = super().post_login(request, user, **options)
        guessing.know_browser(request, response, _login({"email": user_email(user)}))
        return response

    def _delete_login_attempts_cached_email(self, request: HttpRequest, **credentials: Any) -> None:
        super()._delete_login_attempts_cached_email(request, **credentials)
        guessing.begin_anew(_login(credentials))

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


def _login(credentials: Mapping[str, Any]) -> str:
    return str(credentials.get("email") or "").lower()
