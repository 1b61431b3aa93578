from urllib.parse import urlsplit

from handsel.domains.queries import host_for
from handsel.environment import environment
from handsel.links.models import Link


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
