from django import template

from handsel.activity.models import Activity
from handsel.activity.wording import done

register = template.Library()


@register.filter
def done_words(activity: Activity) -> str:
    """`{{ activity|done_words }}`: what was done, as "Link made"."""
    return done(activity.verb)
