"""{% load clicks %}: {{ reason|filtered_words }}, {{ program.click_filter|filter_words }}"""

from django import template

from handsel.ui.wording import clicks

register = template.Library()

register.filter("filtered_words", clicks.filtered_words)
register.filter("filtered_means", clicks.filtered_means)
register.filter("filter_words", clicks.filter_words)
