"""Whether a server answers, and what `handsel up` says when all do."""

import asyncio
from contextlib import suppress

from handsel.environment import Environment

EVERYWHERE = {"0.0.0.0": "127.0.0.1", "::": "::1", "": "127.0.0.1"}  # noqa: S104 - not bound here
ANSWER_SECONDS = 2.0


async def answers(host: str, port: int) -> bool:
    """Whether HTTP is spoken there. A port alone says little: it is bound before the app loads."""
    try:
        async with asyncio.timeout(ANSWER_SECONDS):
            reader, writer = await asyncio.open_connection(EVERYWHERE.get(host, host), port)
            try:
                writer.write(
                    b"GET /healthz HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n"
                )
                return (await reader.readline()).startswith(b"HTTP/")
            finally:
                writer.close()
                with suppress(OSError):
                    await writer.wait_closed()
    except (OSError, TimeoutError):
        return False


def ready_lines(environment: Environment, setup_link: str) -> list[str]:
    """`setup_link` is empty once there is an organization."""
    lines = [f"Ready: {environment.pages_url}", f"Links: {environment.links_url}"]
    if setup_link:
        lines.append(f"Begin here, once: {setup_link}")
    return [*lines, "Ctrl-C stops everything."]
