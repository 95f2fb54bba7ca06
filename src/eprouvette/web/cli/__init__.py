"""``eprouvette …``: the one command line.

Commands are declared as entry points (group ``eprouvette.commands``) and loaded only when called: a
publisher who uses ``eprouvette check`` never imports Django, and the sandbox stays outside of the web
room, which knows it by name only.
"""

from __future__ import annotations

import sys
import warnings
from importlib.metadata import entry_points

import click

from eprouvette import __version__
from eprouvette.core.errors import EprouvetteError

GROUP = "eprouvette.commands"


class LazyCommands(click.Group):
    """A Click group whose commands are entry points, imported at the first call."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """The names of every declared command, in order."""
        return sorted(entry_points(group=GROUP).names)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """The command of that name, or None when nobody declares it."""
        found = tuple(entry_points(group=GROUP, name=cmd_name))
        if not found:
            return None
        command = found[0].load()
        if not isinstance(command, click.Command):
            raise click.ClickException(f"« {cmd_name} » n'est pas une commande.")
        return command


@click.group(cls=LazyCommands, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="eprouvette")
def root() -> None:
    """Éprouvette, système de gestion de laboratoire libre."""


def main() -> None:
    """Run the command line; an expected error is two sentences and exit code 2, never a traceback."""
    # The embedded database's wheel warns on machines without a session; it then uses the temporary folder.
    warnings.filterwarnings("ignore", message="XDG_RUNTIME_DIR")
    try:
        root(prog_name="eprouvette")
    except EprouvetteError as error:
        click.echo(f"Erreur : {error.message}", err=True)
        if error.hint:
            click.echo(f"Que faire : {error.hint}", err=True)
        sys.exit(2)
