"""``biasdetect models export`` and ``push``: a model for other libraries, and for others."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from biasdetect.commands import Exit
from biasdetect.commands.labels import print_line
from biasdetect.errors import MissingExtraError
from biasdetect.util.counting import count_of

_FORMS = ("sentences", "words", "categories", "embeddings")
_EXPORT_EPILOG = """\b
Examples:
  biasdetect models export models/mine exported/sentences
  biasdetect models export models/mine exported/words --as words
  biasdetect models export models/mine exported/vectors --as embeddings

\b
Exit codes: 0 done; 2 wrong usage; 4 the model cannot be used, or not exported so that it answers the same.
"""
_PUSH_EPILOG = """\b
Examples:
  hf auth login
  biasdetect models push models/mine jane/loaded-words
  biasdetect models push models/mine jane/loaded-words --public --yes

\b
Exit codes: 0 done; 2 wrong usage; 4 the model cannot be used, there is no token, or the hub does not take it;
5 interrupted, or not confirmed.
"""


@click.command(epilog=_EXPORT_EPILOG)
@click.argument("model")
@click.argument("folder", type=click.Path(path_type=Path))
@click.option("--as", "form", type=click.Choice(_FORMS), default="sentences", show_default=True, help="sentences: a sequence classifier. words: a token classifier, loaded or not. categories: a token classifier, which category. embeddings: for sentence-transformers.")  # fmt: skip
def export(model: str, folder: Path, form: str) -> int:
    """Write MODEL to FOLDER for transformers or sentence-transformers, which open it without biasdetect.

    Before anything is written, both are asked about 150 sentences; the largest difference is told.
    """
    try:
        from biasdetect.finetune.export.standard import export_standard
    except ImportError as error:
        raise MissingExtraError("Exporting a model", "train") from error
    done = export_standard(model, folder, form)  # type: ignore[arg-type]
    what = "numbers" if form == "embeddings" else "probabilities"
    print_line(f"Written to {done.folder}. On {count_of(done.sentences, 'sentence')} its {what} differ from biasdetect's by at most {done.largest_difference:.1g}.")  # fmt: skip
    print_line(f"Its README.md shows how to open it; terms of use are those of {model}.")
    return Exit.DONE


@click.command(epilog=_PUSH_EPILOG)
@click.argument("model")
@click.argument("repository", metavar="OWNER/NAME")
@click.option("--public", is_flag=True, help="A repository that is made can be seen by everybody.  [default: by its owner alone]")  # fmt: skip
@click.option("--yes", is_flag=True, help="Do not ask.")
def push(model: str, repository: str, public: bool, yes: bool) -> int:
    """Upload MODEL with its card to OWNER/NAME on the Hugging Face hub.

    The token is that of `hf auth login`, or HF_TOKEN. What will be sent is shown first, and asked about; without a terminal
    --yes is needed. Others load it with --model OWNER/NAME.
    """
    from biasdetect.model.hub import find_token, pack, send

    try:
        parcel = pack(model, repository)
    except ValueError as error:
        raise click.UsageError(str(error)) from None
    token = find_token()
    print_line(f"{parcel.label} to {repository}, {parcel.size / 1e6:.1f} MB: {', '.join(parcel.files)}")
    if not yes:
        if not sys.stdin.isatty():
            raise click.UsageError("Nothing was sent: there is no terminal to ask at. Pass --yes.")
        if not click.confirm("Send it?"):
            return Exit.INTERRUPTED
    address = send(parcel, token, private=not public)
    print_line(f"Sent: {address}")
    return Exit.DONE
