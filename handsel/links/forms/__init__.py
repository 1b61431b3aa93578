"""What people write of one link, in the console and in the portal, part by part."""

from handsel.links.forms.address import AddressPart
from handsel.links.forms.parameters import Parameters, ParametersPart, parameters_initial
from handsel.links.forms.routing import RULES_PART, SCHEDULE_PART, SPLIT_PART, asked_again

__all__ = [
    "RULES_PART",
    "SCHEDULE_PART",
    "SPLIT_PART",
    "AddressPart",
    "Parameters",
    "ParametersPart",
    "asked_again",
    "parameters_initial",
]
