"""Options that several commands share. What is given wins over the environment's variables."""

import os
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from handsel.environment import Environment

Data = Annotated[
    Path | None, typer.Option("--data", help="Folder of everything that must survive.")
]
Port = Annotated[
    int | None,
    typer.Option("--port", min=1, max=65534, help="Port of the pages; links take the next one."),
]
Host = Annotated[str | None, typer.Option("--host", help="Address to listen on.")]
Workers = Annotated[int, typer.Option("--workers", min=1, help="Processes that answer.")]


def chosen(
    data: Path | None = None, port: int | None = None, host: str | None = None
) -> "Environment":
    """The settings with these options in them, for this process and those it starts."""
    from pydantic import ValidationError

    from handsel.environment import environment

    given = {"HANDSEL_DATA": data, "HANDSEL_PORT": port, "HANDSEL_HOST": host}
    os.environ.update({name: str(value) for name, value in given.items() if value is not None})
    os.environ["HANDSEL_DATA"] = str(environment_data())
    environment.cache_clear()
    try:
        return environment()
    except ValidationError as error:
        wrong = error.errors(include_url=False)[0]
        name = f"HANDSEL_{str(wrong['loc'][0]).upper()}"
        said = f"“{wrong['input']}”. {wrong['msg']}. Correct or unset it; see docs/settings.md."
        raise typer.BadParameter(said, param_hint=name) from error


def environment_data() -> Path:
    """The data folder as an absolute path: children may work in another folder."""
    return Path(os.environ.get("HANDSEL_DATA") or "data").absolute()
