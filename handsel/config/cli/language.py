"""The reader's language on the command line, with no settings module and no database."""

import os
from pathlib import Path

import typer


def speak(language: str | None = None) -> None:
    """Django's translations without the rest of it, in a language by its name or the reader's own.

    Raises BadParameter for a language that Handsel does not speak.
    """
    import django
    from django.conf import settings
    from django.utils import translation

    import handsel

    locales = Path(handsel.__file__).parent / "locale"
    if not settings.configured:
        settings.configure(
            USE_I18N=True, LOCALE_PATHS=[locales], LANGUAGE_CODE="en", TIME_ZONE="UTC"
        )
        django.setup()
    spoken = {"en", *(path.parent.name for path in locales.glob("*/LC_MESSAGES"))}
    if language is not None and language not in spoken:
        names = ", ".join(sorted(spoken))
        raise typer.BadParameter(f"Choose one of: {names}.", param_hint="--language")
    own = (os.environ.get("LC_ALL") or os.environ.get("LANG") or "en")[:2].lower()
    translation.activate(language or (own if own in spoken else "en"))
