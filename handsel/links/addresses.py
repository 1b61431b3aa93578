from urllib.parse import urlencode, urlsplit

from handsel.domains.queries import host_for
from handsel.environment import environment
from handsel.links.models import Link
from handsel.tracking.subs import SUB_MAX


def link_url(link: Link) -> str:
    """The address a visitor clicks: on the brand's own name, if it has one that works."""
    return f"{links_url(link.program_id)}/{link.slug}"


def links_url(program_id: str) -> str:
    """Where a program's links, script and postbacks answer, as its brand shows it."""
    shared, host = environment().links_url, host_for(program_id)
    if not host:
        return shared
    parts = urlsplit(shared)
    port = f":{parts.port}" if parts.port else ""
    return f"{parts.scheme}://{host}{port}"


def with_sub(address: str, sub: str) -> str:
    """The address with a sub-id of its own, if there is one; cut where tracking would cut it."""
    return f"{address}?{urlencode({'s1': sub[:SUB_MAX]})}" if sub else address
