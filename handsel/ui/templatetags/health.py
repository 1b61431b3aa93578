"""A partnership's health as both sides see it: `{% include "ui/_health.html" %}`.

`{{ part|part_words }}`, `{% health_badge health %}`.
"""

from django import template
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from handsel.engine.health import Health, Part
from handsel.ui.states import state_of
from handsel.ui.templatetags.ui import badge
from handsel.ui.wording.health import PARTS

register = template.Library()


@register.filter
def part_words(part: Part) -> str:
    """What a part is called."""
    return str(PARTS[part.code])


@register.simple_tag
def health_badge(health: Health) -> SafeString:
    """The level with its score: `Strong, 86 of 100`."""
    if health.score is None:
        return badge(health.level)
    said = {"level": state_of(health.level).word, "score": health.score}
    return badge(health.level, _("%(level)s, %(score)d of 100") % said)
