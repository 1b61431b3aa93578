from django import template

from handsel.clock import now
from handsel.customers.models import Binding

register = template.Library()


@register.filter
def binding_state(binding: Binding) -> str:
    """The badge of a binding: whether orders made now are the partner's by it."""
    return "active" if binding.is_running(now()) else "ended"
