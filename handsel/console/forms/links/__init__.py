"""What people write of many links, and of which of them."""

from handsel.console.forms.links.filters import LinkFilters
from handsel.console.forms.links.many import DefaultsForm, ManyForm
from handsel.console.forms.links.trying import TryForm

__all__ = ["DefaultsForm", "LinkFilters", "ManyForm", "TryForm"]
