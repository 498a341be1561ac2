"""``biasdetect train``: trains a model on labels, and compares it with the one in use before it replaces it."""

from __future__ import annotations

import logging
import os
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from biasdetect.commands import Exit, print_error
from biasdetect.commands.categories import ADVICE, asked_for, has_unknown, known_to, to_train
from biasdetect.commands.groups import complete_files
from biasdetect.commands.labels import (
    agreement_lines,
    agreements,
    counted,
    described,
    print_line,
    read_options,
    reading_options,
    refuse_unwritable,
)
from biasdetect.commands.numbers import Number, Whole
from biasdetect.errors import InvertedLabelsError, MissingExtraError
from biasdetect.util.atomic import write_text

if TYPE_CHECKING:
    from biasdetect.finetune.retrain.update import Update
    from biasdetect.labels.build import ReadOptions
    from biasdetect.labels.records import LabelRecord

_EPILOG = """\b
Examples:
  biasdetect train labels.csv --out models/mine
  biasdetect train labels.csv more.jsonl --out models/mine --replace
  biasdetect train labels.csv --test held-out.csv --out models/mine
  biasdetect train labels.jsonl --new-categories beside --out models/mine
  biasdetect train labels.jsonl --categories categories.toml --out models/mine
  biasdetect train urteile.csv --base xlm-roberta-base --language de --out models/german
  biasdetect train labels.csv --out models/mine --resume
  accelerate launch -m biasdetect train labels.csv --out models/mine

\b
Exit codes: 0 done; 1 the new model is worse and did not replace the old one; 2 wrong usage; 3 problems
in the labels, or labels that are inverted (with --skip-bad: some rows were left out, the rest was
trained on); 4 failure; 5 interrupted, --resume goes on.
"""


@click.command(epilog=_EPILOG)
@click.argument("files", nargs=-1, required=True, metavar="FILE...", shell_complete=complete_files)
@click.option("--out", required=True, type=click.Path(file_okay=False, path_type=Path), metavar="FOLDER", help="Folder of the new model.")  # fmt: skip
@click.option("--replace", "replace_old", is_flag=True, help="Where FOLDER is there: put the new model in its place, unless it is significantly worse. The old one is kept.")  # fmt: skip
@click.option("--model", metavar="MODEL", help="Model to go on from.  [default: the one in FOLDER, or the one that ships]")  # fmt: skip
@click.option("--base", metavar="ENCODER", help="Start from a pretrained encoder instead: a folder or a name on the hub.")  # fmt: skip
@click.option("--language", metavar="CODE", help="Language of the texts, such as de.  [default: the model's]")
@click.option("--test", multiple=True, metavar="FILE", help="Labelled sentences for the proof; may be given several times.  [default: a fifth of the labels is kept apart]")  # fmt: skip
@click.option("--regression", multiple=True, metavar="FILE", help="Sentences of yours of which something must stay true, beside the project's; docs/annotate/comparing.md shows the form.")  # fmt: skip
@click.option("--epochs", type=Whole(1, 100), metavar="N", help="Passes over the labels, at most.  [default: by their number]")  # fmt: skip
@click.option(
    "--learning-rate",
    type=Number(0, 1, above=True),
    metavar="RATE",
    help="Highest, after the warm-up.  [default: 5e-5; 1e-4 with --base]",
)
@click.option(
    "--batch-size", type=Whole(1, 4096), metavar="N", default=32, show_default=True, help="Sentences per step."
)
@click.option("--seed", type=Whole(0, 2**31 - 1), metavar="N", default=13, show_default=True, help="The same seed gives the same model on the same machine.")  # fmt: skip
@click.option("--no-corpus", is_flag=True, help="Do not mix in sentences of the project's own corpus.")
@click.option("--trust-labels", is_flag=True, help="Train also where the labels say the opposite of what the old model says.")  # fmt: skip
@click.option("--resume", is_flag=True, help="Go on with a training that was stopped.")
@click.option("--work", type=click.Path(file_okay=False, path_type=Path), metavar="FOLDER", help="Folder in which a folder for checkpoints is made.  [default: that of --out]")  # fmt: skip
@click.option("--html", type=click.Path(dir_okay=False, path_type=Path), metavar="FILE", help="Write the comparison with the old model as a page too.")  # fmt: skip
@click.option("--skip-bad", type=click.Path(dir_okay=False, path_type=Path), metavar="REJECTED", help="Write bad rows with their reasons to this JSON Lines file and train on the others.")  # fmt: skip
@reading_options
def train(
    files: tuple[str, ...],
    out: Path,
    replace_old: bool,
    model: str | None,
    base: str | None,
    language: str | None,
    test: tuple[str, ...],
    regression: tuple[str, ...],
    epochs: int | None,
    learning_rate: float | None,
    batch_size: int,
    seed: int,
    no_corpus: bool,
    trust_labels: bool,
    resume: bool,
    work: Path | None,
    html: Path | None,
    skip_bad: Path | None,
    **reading: Any,
) -> int:
    """Train a model on labels, and prove it.

    FILE is what `biasdetect labels check` reads, and what `biasdetect label` writes. Training goes on from the model
    that ships, or the one in --out, and keeps what it knows. A part of the labels is kept apart; on it, and on
    sentences of which something must stay true, the new model is compared with the old one.
    """
    if model and base:
        raise click.UsageError("--model and --base exclude each other. Give one of them.")
    if out.exists() and not replace_old and not resume:
        raise click.UsageError(f"{out} is there already. Pass --replace to put a better model in its place, or name another folder with --out.")  # fmt: skip
    refuse_unwritable(html, "--html", (*files, *test))
    refuse_unwritable(skip_bad, "--skip-bad", (*files, *test))
    try:
        import biasdetect.finetune.retrain.update  # noqa: F401 - it needs torch and more
    except ImportError as error:
        raise MissingExtraError("Training", "train") from error
    from rich.console import Console

    from biasdetect.evaluation.regression import read_regressions
    from biasdetect.finetune.network.progress import TrainingProgress
    from biasdetect.finetune.retrain.training import RetrainSettings
    from biasdetect.finetune.retrain.update import update_model

    expectations = read_regressions(regression) if regression else {}
    first = os.environ.get("RANK", "0") == "0"
    known = None if base else known_to(model or (out if out.exists() else None))
    result = _labels(files, test, skip_bad, read_options(**reading, known=known), first)
    if result is None:
        return Exit.UNREADABLE
    records, kept_apart, problems, options = result
    own, instead = to_train(records, options, reading["categories"], reading["new_categories"])
    _hush()
    console = Console(stderr=True, quiet=not first)
    progress = TrainingProgress(console)
    try:
        update = update_model(
            records,
            out,
            RetrainSettings(
                out.resolve().name,
                model,
                base,
                language,
                seed,
                epochs,
                batch_size,
                learning_rate,
                not no_corpus,
                own,
                instead,
            ),
            test=kept_apart,
            files=files,
            expectations=expectations,
            replace_old=replace_old,
            resume=resume,
            trust_labels=trust_labels,
            work=work,
            callbacks=[progress],
            say=lambda text: console.print(text, highlight=False, markup=False),
        )
    except InvertedLabelsError as error:
        print_error(error)
        return Exit.UNREADABLE
    finally:
        progress.close()
    if update is None:
        return Exit.DONE
    _tell(update)
    if html and update.proof:
        from biasdetect.evaluation.comparison_page import render_proof

        write_text(html, render_proof(update.proof))
    elif html and update.figures:
        from biasdetect.evaluation.page import render_page

        write_text(html, render_page([update.figures]))
    if update.reasons:
        return Exit.FAIL_ABOVE
    return Exit.UNREADABLE if problems else Exit.DONE


def _labels(
    files: Sequence[str], test: Sequence[str], skip_bad: Path | None, options: ReadOptions, first: bool
) -> tuple[tuple[LabelRecord, ...], tuple[LabelRecord, ...], bool, ReadOptions] | None:
    """The records to train on and those for the proof, whether some are left out, and how they were read.

    None where they are not good.
    """
    from biasdetect.labels.check import one_kind
    from biasdetect.labels.read import read_labels

    result = read_labels(files, options, test)
    if first:
        result, options = asked_for(files, options, test, result)
    proof = read_labels(test, options) if test else None
    if first:
        for line in (*described(result), *agreement_lines(*agreements(result))):
            print_line(line)
        for problem in proof.problems if proof else ():
            if problem.kind != "one-class":
                print_line(str(problem))
        if proof and (said := one_kind(proof.records)):
            print_line(f"{', '.join(test)}: {said}, which proves nothing. Add texts of the other kind.")
        if skip_bad:
            write_text(skip_bad, result.rejected_lines())
            print_line(f"{counted(len(result.rejected), 'rejected row')} written to {skip_bad}.")
    problems = bool(result.problems or (proof and proof.problems))
    # what cannot be read at all is no row that could be left out
    of_test = bool(proof and proof.problems)
    fatal = of_test or any(problem.fatal or problem.kind == "one-class" for problem in result.problems)
    if problems and (fatal or not skip_bad):
        advice = "Correct the problems." if fatal else "Correct the problems, or pass --skip-bad FILE."
        print_line(f"Nothing was trained. {advice}" + (f" {ADVICE}" if has_unknown(result) else ""), err=True)
        return None
    return result.records, proof.records if proof else (), problems, options


def _hush() -> None:
    """No bars and remarks of the libraries between ours."""
    import datasets
    import transformers

    datasets.disable_progress_bars()
    transformers.utils.logging.disable_progress_bar()
    transformers.utils.logging.set_verbosity_error()
    for name in ("torch.onnx", "onnxscript", "onnx_ir", "accelerate"):
        logging.getLogger(name).setLevel(logging.ERROR)


def _tell(update: Update) -> None:
    from rich.console import Console

    if update.proof:
        from biasdetect.evaluation.comparison_tables import print_proof

        print_proof(update.proof, Console(highlight=False))
    elif update.figures:
        from biasdetect.evaluation.tables import print_tables

        print_tables([update.figures], Console(highlight=False))
        print_line("There is no old model of this language to compare it with.")
    for line in _outcome(update):
        print_line(line)


def _outcome(update: Update) -> Iterable[str]:
    split = update.metrics["split"]
    yield ""
    yield f"Trained on {split['train']} of {update.metrics['data']['records']} labelled sentences in {update.metrics['seconds']} s; {split['development']} chose the epoch and the calibration, {split['test']} were kept for the figures."  # fmt: skip
    if known := split.get("left_out"):
        yield f"Left out of the figures: {counted(known, 'sentence')} that the old model was trained on."
    if update.reasons:
        for reason in update.reasons:
            if not update.proof or reason not in update.proof.reasons:
                yield f"Worse: {reason}"
        yield f"The old model stays. The new one lies in {update.folder}; look at it with: biasdetect models show {update.folder}"  # fmt: skip
        return
    yield f"The model lies in {update.folder}. Use it with: biasdetect score --model {update.folder} article.txt"
    if update.previous:
        yield f"The old one is kept in {update.previous}. Go back to it with: biasdetect models rollback {update.folder}"
