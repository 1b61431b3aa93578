from django import template

from handsel.activity.models import Activity
from handsel.activity.wording import changed, done

register = template.Library()


@register.filter
def done_words(activity: Activity) -> str:
    """`{{ activity|done_words }}`: what was done, as "Link made"."""
    return done(activity.verb)


@register.filter
def changed_words(activity: Activity) -> str:
    """`{{ activity|changed_words }}`: which parts of it were changed, as "Rules · Split"."""
    return changed(activity.verb, activity.data)
