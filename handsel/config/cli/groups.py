"""Command groups that load late and refuse clearly."""

from importlib import import_module
from typing import Any, ClassVar

import typer
from rich.console import Console
from typer.core import TyperGroup

from handsel.errors import DomainError


class LazyGroup(TyperGroup):
    """A group some of whose commands are imported when they are named: `lazy` says from where."""

    lazy: ClassVar[dict[str, str]] = {}

    def list_commands(self, ctx: Any) -> list[str]:
        return [*super().list_commands(ctx), *self.lazy]

    def get_command(self, ctx: Any, cmd_name: str) -> Any:
        if cmd_name not in self.lazy:
            return super().get_command(ctx, cmd_name)
        module, name = self.lazy[cmd_name].split(":")
        command = typer.main.get_command(getattr(import_module(module), name))
        command.name = cmd_name
        return command


class RefusingGroup(TyperGroup):
    """Words a DomainError as what is wrong and what to do, and ends with status 1."""

    def invoke(self, ctx: Any) -> Any:
        try:
            return super().invoke(ctx)
        except DomainError as refusal:
            say_refusal(refusal)
            raise typer.Exit(1) from refusal


def say_refusal(refusal: DomainError) -> None:
    console = Console(stderr=True, highlight=False, soft_wrap=True, markup=False)
    console.print(refusal.message, style="bold red")
    if refusal.remedy:
        console.print(f"→ {refusal.remedy}")
