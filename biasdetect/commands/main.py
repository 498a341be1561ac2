"""``biasdetect``: the entry point, and the one place where errors become messages and exit codes."""

from __future__ import annotations

import os
import sys

import click

import biasdetect
from biasdetect.commands import Exit
from biasdetect.commands.compare import compare
from biasdetect.commands.evaluate import evaluate
from biasdetect.commands.label import label
from biasdetect.commands.labels import labels
from biasdetect.commands.models import models
from biasdetect.commands.score import score
from biasdetect.commands.train import train
from biasdetect.errors import BiasDetectError, InterruptedTrainingError


@click.group(context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.version_option(biasdetect.__version__, prog_name="biasdetect")
def cli() -> None:
    """Find editorializing in news prose."""


cli.add_command(compare)
cli.add_command(evaluate)
cli.add_command(label)
cli.add_command(labels)
cli.add_command(models)
cli.add_command(score)
cli.add_command(train)


def main() -> None:
    """Run the command line and exit with one of :class:`biasdetect.commands.Exit`."""
    try:
        code = cli.main(standalone_mode=False)
        sys.stdout.flush()
    except click.ClickException as error:
        error.show()
        code = Exit.USAGE
    except (click.Abort, KeyboardInterrupt):
        click.echo("Interrupted.", err=True)
        code = Exit.FAILURE
    except BrokenPipeError:  # the reader of a pipe, such as head, has seen enough
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        code = Exit.DONE
    except InterruptedTrainingError as error:
        click.echo(f"\n{error}", err=True)
        code = Exit.INTERRUPTED
    except BiasDetectError as error:
        click.echo(f"Error: {error}", err=True)
        code = Exit.FAILURE
    sys.exit(code)
