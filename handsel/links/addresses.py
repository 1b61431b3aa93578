from handsel.environment import environment
from handsel.links.models import Link


def link_url(link: Link) -> str:
    """The address a visitor clicks."""
    return f"{environment().links_url}/{link.slug}"
