"""Sub-ids: up to five words of the partner's own, so that it can tell its places apart.

They are called `s1` to `s5`. Other systems write `sub1` to `sub5` or `subid`; those are read too,
so that links which were made for them go on working. What the address says goes before what the
link says by itself.
"""

from collections.abc import Mapping

from handsel.tracking.http import clean

SUBS = ("s1", "s2", "s3", "s4", "s5")
SUB_MAX = 100

_SPELLINGS = {**{f"sub{n}": f"s{n}" for n in range(1, 6)}, "subid": "s1"}


def subs_of(query: Mapping[str, str], own: Mapping[str, str]) -> dict[str, str]:
    """The sub-ids of a visit: from its address, else the link's own.

    >>> subs_of({"s1": "story", "subid": "old", "sub2": "b", "x": "1"}, {"s3": "qr"})
    {'s3': 'qr', 's2': 'b', 's1': 'story'}
    """
    if not query:
        return dict(own)
    found = dict(own)
    for spelling, name in _SPELLINGS.items():
        if value := query.get(spelling):
            found[name] = clean(value, SUB_MAX)
    for name in SUBS:
        if value := query.get(name):
            found[name] = clean(value, SUB_MAX)
    return found
