"""Where one is in a stream: the moment of a row, the source it comes from, and its id there.

The latest first. Of one moment the sources come in the order of their rank, the highest first, and
within one the higher id.
"""

from datetime import datetime
from typing import NamedTuple

from django.db.models import Q

SEPARATOR = "~"
# What lies outside was never written by us, and could not be counted on from.
YEARS = range(1900, 9000)


class Place(NamedTuple):
    """All rows of a source of higher rank at this moment come before it, of a lower one after."""

    at: datetime
    rank: int
    pk: str

    def __str__(self) -> str:
        return SEPARATOR.join((self.at.isoformat(), str(self.rank), self.pk))


def read_place(text: str) -> Place | None:
    """A place as `str` writes it; None for anything else."""
    at, _sep, rest = text.partition(SEPARATOR)
    rank, _sep, pk = rest.partition(SEPARATOR)
    try:
        moment = datetime.fromisoformat(at)
        place = Place(moment, int(rank), pk)
    except ValueError:
        return None
    usable = moment.tzinfo is not None and moment.year in YEARS and "\0" not in pk
    return place if usable else None


def older_than(place: Place, rank: int, moment: str, key: str) -> Q:
    """Rows of the source of this rank that come after the place.

    The bound on the moment alone is what an index can begin at: where it is not said, the
    thousandth page reads the nine hundred and ninety-nine before it.
    """
    if rank > place.rank:
        return Q(**{f"{moment}__lt": place.at})
    bound = Q(**{f"{moment}__lte": place.at})
    if rank < place.rank:
        return bound
    return bound & (Q(**{f"{moment}__lt": place.at}) | Q(**{f"{key}__lt": place.pk}))
