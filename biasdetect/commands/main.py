"""Entry point of the command line; turns errors into messages and exit codes."""

from __future__ import annotations

import sys
import traceback
from collections import UserDict
from contextlib import suppress
from importlib import import_module

import click

from biasdetect.commands import Exit, print_error
from biasdetect.commands.groups import ScoringGroup
from biasdetect.commands.streams import ReaderGoneError, finish_output, guard_streams
from biasdetect.errors import BiasDetectError, HouseStyleError, InterruptedTrainingError, OutputError, RevisionError
from biasdetect.util.atomic import DISK_TROUBLE
from biasdetect.version import __version__


class _Commands(UserDict[str, click.Command]):
    """Commands by name, imported when they are asked for: each stands in the module of its name."""

    def __getitem__(self, name: str) -> click.Command:
        if name not in self.data:
            raise KeyError(name)
        command: click.Command = getattr(import_module(f"biasdetect.commands.{name}"), name)
        return command


_COMMANDS = (
    "compare",
    "corpus",
    "evaluate",
    "help",
    "label",
    "labels",
    "lsp",
    "mcp",
    "models",
    "report",
    "score",
    "serve",
    "train",
)

_EPILOG = """\b
Examples:
  biasdetect article.txt
  biasdetect help score

\b
Exit codes, of all commands:
""" + "\n".join(f"  {code.value}  {code.meaning}" for code in Exit)


@click.group(
    cls=ScoringGroup,
    epilog=_EPILOG,
    subcommand_metavar="{COMMAND|FILE} [ARGS]...",
    commands=_Commands.fromkeys(_COMMANDS),
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
)
@click.version_option(__version__, "-V", "--version", prog_name="biasdetect")
def cli() -> None:
    """Find editorializing in news prose.

    A file, a folder, an address or - in place of COMMAND is scored.
    """


def main() -> None:
    """Run the command line and exit with one of :class:`biasdetect.commands.Exit`."""
    guard_streams()
    try:
        code = cli.main(prog_name="biasdetect", standalone_mode=False)
        finish_output()
    except click.ClickException as error:
        from biasdetect.commands.nearest import with_nearest

        with_nearest(error).show()
        code = Exit.USAGE
    except (click.Abort, KeyboardInterrupt):
        click.echo("Interrupted.", err=True)
        code = Exit.INTERRUPTED
    except ReaderGoneError:  # it has seen enough
        code = Exit.DONE
    except InterruptedTrainingError as error:
        click.echo(f"\n{error}", err=True)
        code = Exit.INTERRUPTED
    except (HouseStyleError, RevisionError) as error:
        print_error(error)
        code = Exit.USAGE
    except BiasDetectError as error:
        print_error(error)
        code = Exit.FAILURE
    except Exception as error:  # without this, Python's exit code would be that of an article above --fail-above
        if isinstance(error, OSError) and error.errno in DISK_TROUBLE:
            place = error.filename or "A file"
            print_error(f"{place}: {error.strerror}. Check the path, the rights to it and the room on the disk.")
        else:
            traceback.print_exc()
            click.echo("This is a mistake in biasdetect: please report it with the lines above.", err=True)
        code = Exit.FAILURE
    finally:
        with suppress(OutputError, ReaderGoneError):  # told above, or of less weight than what was told
            finish_output()
    sys.exit(code)
