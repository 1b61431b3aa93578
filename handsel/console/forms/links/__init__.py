"""What people write of links: where they lead, whom, since when, with which parameters."""

from handsel.console.forms.links.address import AddressPart
from handsel.console.forms.links.filters import LinkFilters
from handsel.console.forms.links.many import DefaultsForm, ManyForm
from handsel.console.forms.links.routing import RULES_PART, SCHEDULE_PART, SPLIT_PART
from handsel.console.forms.links.trying import TryForm

__all__ = [
    "RULES_PART",
    "SCHEDULE_PART",
    "SPLIT_PART",
    "AddressPart",
    "DefaultsForm",
    "LinkFilters",
    "ManyForm",
    "TryForm",
]
