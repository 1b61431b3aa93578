from django.conf import settings
from django.utils.translation import gettext as _

from handsel.errors import InvalidInput
from handsel.organizations.models import User


def choose_language(user: User, language: str) -> None:
    """The language a person reads pages and letters in. Raises InvalidInput for one we lack."""
    if language not in dict(settings.LANGUAGES):
        raise InvalidInput(_("Handsel does not speak this language yet."), field="language")
    user.language = language
    user.save(update_fields=["language"])
