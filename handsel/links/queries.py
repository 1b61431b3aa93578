from handsel.links.models import Link, LinkDefaults


def defaults_of(link: Link) -> LinkDefaults | None:
    """What its program's links have in common, where anything was said about it."""
    return LinkDefaults.objects.filter(program=link.program_id).first()


def program_utm(link: Link) -> dict[str, str]:
    """The parameters that it carries because all links of its program do."""
    defaults = defaults_of(link)
    return defaults.utm if defaults else {}
