import json

from handsel.engine.terms import Terms, read
from handsel.programs.models import Group


def terms_of(group: Group) -> Terms:
    """A group's terms as the engine reads them."""
    return read(json.dumps(group.terms))
