"""Django's settings. What an operator may set is in `handsel.environment`."""

import os
import secrets
from pathlib import Path
from typing import Any

import dj_database_url
from csp.constants import NONE, SELF

from handsel.config.hosts import allowed_hosts
from handsel.environment import environment
from handsel.rows.arrays import dump_lists_quickly

ENV = environment()
PACKAGE = Path(__file__).resolve().parent.parent

DEBUG = ENV.debug
ALLOWED_HOSTS = allowed_hosts(ENV)
USE_X_FORWARDED_HOST = False


def _secret_key() -> str:
    """The operator's, else the one in the data folder's keys, made by `handsel up`."""
    kept = ENV.keys_dir / "django.key"
    if ENV.secret_key:
        return ENV.secret_key
    return kept.read_text().strip() if kept.is_file() else secrets.token_urlsafe(48)


SECRET_KEY = _secret_key()


# A server that falls silent is given up within half a minute; libpq would wait two hours.
SILENCE = {
    "connect_timeout": 5,
    "tcp_user_timeout": 30_000,
    "keepalives_idle": 20,
    "keepalives_interval": 5,
    "keepalives_count": 2,
}


def _database() -> dict[str, Any]:
    """As the tables' owner for migrations, otherwise as the application's role, without which
    row-level security would not hold. See docs/decisions/0003-tenancy.md."""
    as_owner = os.environ.get("HANDSEL_AS_OWNER") == "1"
    url = (as_owner and ENV.database_owner_url) or ENV.database_url
    database: dict[str, Any] = dict(dj_database_url.parse(url or "postgres:///handsel"))
    scope = "system" if as_owner else os.environ.get("HANDSEL_SCOPE", "")
    role = "" if as_owner else "-c role=handsel_app "
    database["OPTIONS"] = {
        **SILENCE,
        **database.get("OPTIONS", {}),
        "options": f"{role}-c handsel.scope={scope}",
    }
    database["CONN_MAX_AGE"] = 600
    database["CONN_HEALTH_CHECKS"] = True
    return database


DATABASES = {"default": _database()}
dump_lists_quickly()
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

# What allauth counts by: shared by all web processes, and no addresses in it.
CACHES = {
    "default": {
        "BACKEND": "django.core.cache.backends.db.DatabaseCache",
        "LOCATION": "quotas_cache",
        "KEY_FUNCTION": "handsel.quotas.storage.cache_key",
        # Beyond the usual 300 Django drops a third, live counts too: whoever fails with 300
        # addresses would be free to go on. The worker drops those that have ended.
        "OPTIONS": {"MAX_ENTRIES": 1_000_000},
    }
}

INSTALLED_APPS = [
    "handsel.ui",
    "handsel.quotas",
    "handsel.organizations",
    "handsel.ledger",
    "handsel.activity",
    "handsel.programs",
    "handsel.partnerships",
    "handsel.domains",
    "handsel.links",
    "handsel.clicks",
    "handsel.customers",
    "handsel.conversions",
    "handsel.commissions",
    "handsel.intake",
    "handsel.connectors.files",
    "handsel.payouts",
    "handsel.postbacks",
    "handsel.papers",
    "handsel.drafts",
    "handsel.relations",
    "handsel.recruiting",
    "handsel.insights",
    "handsel.mail",
    "handsel.console",
    "handsel.portal",
    "handsel.public",
    "handsel.api",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "django.contrib.postgres",
    "django.contrib.humanize",
    "django.forms",
    "allauth",
    "allauth.account",
    "csp",
    "django_htmx",
    "ninja",
    "procrastinate.contrib.django",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "handsel.config.middleware.observe",
    "handsel.config.middleware.probes",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "handsel.config.uploads.Uploads",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "handsel.config.middleware.speak_their_language",
    "handsel.config.middleware.keep_time",
    "handsel.config.middleware.act_for_member",
    "handsel.config.middleware.Refusals",
]

ROOT_URLCONF = "handsel.config.urls"
WSGI_APPLICATION = "handsel.config.wsgi.application"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "handsel.config.context.page",
                "handsel.console.frame.frame",
                "handsel.portal.frame.frame",
            ],
        },
    },
]
FORM_RENDERER = "handsel.ui.forms.Renderer"

AUTH_USER_MODEL = "organizations.User"
AUTHENTICATION_BACKENDS = [
    "django.contrib.auth.backends.ModelBackend",
    "allauth.account.auth_backends.AuthenticationBackend",
]
AUTH_PASSWORD_VALIDATORS = [
    {
        "NAME": "django.contrib.auth.password_validation.MinimumLengthValidator",
        "OPTIONS": {"min_length": 10},
    },
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
]
ACCOUNT_ADAPTER = "handsel.public.adapter.Adapter"
ACCOUNT_FORMS = {"login": "handsel.public.forms.sign_in.SignInForm"}
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*"]
ACCOUNT_EMAIL_VERIFICATION = "none"  # people come by invitation, which proves their address
ACCOUNT_SESSION_REMEMBER = True
ACCOUNT_LOGOUT_ON_GET = False
ACCOUNT_PREVENT_ENUMERATION = True
ACCOUNT_EMAIL_UNKNOWN_ACCOUNTS = False  # no letters to strangers because somebody typed an address
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "home"
ACCOUNT_LOGOUT_REDIRECT_URL = "account_login"

LANGUAGE_CODE = "en"
LANGUAGES = [
    ("en", "English"),
    ("sv", "Svenska"),
    ("nb", "Norsk bokmål"),
    ("pl", "Polski"),
]
LOCALE_PATHS = [PACKAGE / "locale"]
USE_I18N = True
USE_TZ = True
TIME_ZONE = "UTC"

STATIC_URL = "static/"
STATIC_ROOT = ENV.data / "static"
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}
WHITENOISE_USE_FINDERS = True
WHITENOISE_AUTOREFRESH = DEBUG
MEDIA_ROOT = ENV.data / "uploads"

_https = ENV.pages_url.startswith("https://")
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = _https
SESSION_COOKIE_NAME = "__Host-session" if _https else "handsel_session"
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
LANGUAGE_COOKIE_NAME = "language"
CSRF_COOKIE_NAME = "handsel_csrf"
CSRF_TRUSTED_ORIGINS = [ENV.pages_url]
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if ENV.trusted_proxies else None
SECURE_HSTS_SECONDS = 31_536_000 if _https else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = _https
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF, "data:"],
        "font-src": [SELF],
        "connect-src": [SELF],
        "manifest-src": [SELF],
        "form-action": [SELF],
        "base-uri": [NONE],
        "frame-ancestors": [NONE],
    },
}

EMAIL_BACKEND = "handsel.mail.backend.Outbox"
DEFAULT_FROM_EMAIL = ENV.mail_from

MESSAGE_STORAGE = "django.contrib.messages.storage.session.SessionStorage"
LOGGING_CONFIG = "handsel.config.logs.configure"
LOGGING: dict[str, object] = {"level": ENV.log_level, "format": ENV.log_format}
PROCRASTINATE_ON_APP_READY = None
