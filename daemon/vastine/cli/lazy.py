"""Commands that are loaded when they are called: `vastine check`, run at every save, needs no database."""

from importlib import import_module
from typing import Any

import click


class LazyGroup(click.Group):
    """A group some of whose commands are given as `module:name`."""

    def __init__(self, *args: Any, lazy: dict[str, str] | None = None, **more: Any) -> None:
        super().__init__(*args, **more)
        self._lazy = lazy or {}

    def list_commands(self, ctx: click.Context) -> list[str]:
        return sorted({*super().list_commands(ctx), *self._lazy})

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in self._lazy:
            return super().get_command(ctx, cmd_name)
        module, _, name = self._lazy[cmd_name].partition(":")
        command: click.Command = getattr(import_module(module), name)
        return command
