"""``biasdetect train``: trains a model on labels, and compares it with the one in use before it replaces it."""

from __future__ import annotations

import logging
import os
import time
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from biasdetect.commands import Exit, print_error
from biasdetect.commands.categories import ADVICE, asked_for, has_unknown, own_categories
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
from biasdetect.errors import InvertedLabelsError
from biasdetect.util.atomic import write_text

if TYPE_CHECKING:
    from biasdetect.finetune.retrain.api import Tracker
    from biasdetect.finetune.retrain.result import Training
    from biasdetect.labels.build import ReadOptions
    from biasdetect.labels.read import Labels

_EPILOG = """\b
Examples:
  biasdetect train labels.csv --out models/mine
  biasdetect train labels.csv more.jsonl --out models/mine --replace
  biasdetect train labels.csv --test held-out.csv --out models/mine
  biasdetect train labels.jsonl --new-categories beside --out models/mine
  biasdetect train labels.jsonl --categories categories.toml --out models/mine
  biasdetect train urteile.csv --base xlm-roberta-base --language de --out models/german
  biasdetect train labels.csv --out models/mine --seeds 5 --folds 5 --learning-curve --html study.html
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
    help="Highest, after the warm-up.  [default: 5e-5; 1e-4 with --base or for another language]",
)
@click.option(
    "--batch-size", type=Whole(1, 4096), metavar="N", default=32, show_default=True, help="Sentences per step."
)
@click.option("--seed", type=Whole(0, 2**31 - 1), metavar="N", default=13, show_default=True, help="The same seed gives the same model on the same machine.")  # fmt: skip
@click.option("--no-corpus", is_flag=True, help="Do not mix in sentences of the project's own corpus.")
@click.option("--no-fast", is_flag=True, help="Do not make the graph in eight bits, which --precision fast scores with; it takes a minute or two.")  # fmt: skip
@click.option("--trust-labels", is_flag=True, help="Train also where the labels say the opposite of what the old model says.")  # fmt: skip
@click.option("--resume", is_flag=True, help="Go on with a training that was stopped.")
@click.option("--work", type=click.Path(file_okay=False, path_type=Path), metavar="FOLDER", help="Folder in which a folder for checkpoints is made.  [default: that of --out]")  # fmt: skip
@click.option("--html", type=click.Path(dir_okay=False, path_type=Path), metavar="FILE", help="Write the comparison with the old model as a page too.")  # fmt: skip
@click.option("--skip-bad", type=click.Path(dir_okay=False, path_type=Path), metavar="REJECTED", help="Write bad rows with their reasons to this JSON Lines file and train on the others.")  # fmt: skip
@click.option("--seeds", type=Whole(2, 100), metavar="N", help="Train with N seeds and print how far the figures go apart; the first model is kept.")  # fmt: skip
@click.option("--folds", type=Whole(2, 100), metavar="N", help="Cross-validation: judge every label by a model that was not trained on it, in N parts.")  # fmt: skip
@click.option("--learning-curve", is_flag=True, help="Train on 10, 25 and 50 % of the labels too, and say whether more labels pay; --html has the plot.")  # fmt: skip
@click.option("--log", multiple=True, type=click.Choice(["wandb", "mlflow", "tensorboard"]), help="Report the training to a tracker of experiments, by its own settings; may be given several times.")  # fmt: skip
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
    no_fast: bool,
    trust_labels: bool,
    resume: bool,
    work: Path | None,
    html: Path | None,
    skip_bad: Path | None,
    seeds: int | None,
    folds: int | None,
    learning_curve: bool,
    log: tuple[Tracker, ...],
    **reading: Any,
) -> int:
    """Train a model on labels, and prove it.

    FILE is what `biasdetect labels check` reads, and what `biasdetect label` writes. Training goes on from the model
    that ships, or the one in --out, and keeps what it knows. A part of the labels is kept apart; on it, and on
    sentences of which something must stay true, the new model is compared with the old one.
    """
    started = time.monotonic()
    if model and base:
        raise click.UsageError("--model and --base exclude each other. Give one of them.")
    if out.exists() and not replace_old and not resume:
        raise click.UsageError(f"{out} is there already. Pass --replace to put a better model in its place, or name another folder with --out.")  # fmt: skip
    refuse_unwritable(html, "--html", (*files, *test))
    refuse_unwritable(skip_bad, "--skip-bad", (*files, *test))
    from biasdetect.finetune.retrain.api import need_train_extra
    from biasdetect.finetune.retrain.api import train as train_model

    need_train_extra()
    from rich.console import Console

    from biasdetect.evaluation.regression import read_regressions
    from biasdetect.finetune.network.progress import TrainingProgress
    from biasdetect.labels.options import known_to

    if regression:
        read_regressions(regression)  # what is wrong with them is better told before the labels are read
    first = os.environ.get("RANK", "0") == "0"
    known = None if base else known_to([model or (out if out.exists() else None)])
    result = _labels(files, test, skip_bad, read_options(**reading, known=known), first)
    if result is None:
        return Exit.UNREADABLE
    labels, kept_apart, options = result
    _hush()
    console = Console(stderr=True, quiet=not first)
    progress = TrainingProgress(console)
    try:
        training = train_model(
            labels,
            out,
            model=model,
            base=base,
            language=language,
            test=kept_apart,
            regression=regression,
            replace_old=replace_old,
            resume=resume,
            epochs=epochs,
            learning_rate=learning_rate,
            batch_size=batch_size,
            seed=seed,
            corpus=not no_corpus,
            fast=not no_fast,
            trust_labels=trust_labels,
            seeds=seeds or 1,
            folds=folds or 1,
            learning_curve=learning_curve,
            log=log,
            work=work,
            callbacks=[progress],
            say=lambda text: console.print(text, highlight=False, markup=False),
            count=progress.count,
            categories=own_categories(reading["categories"]),
            new_categories=reading["new_categories"] or ("beside" if options.own.any else None),
        )
    except InvertedLabelsError as error:
        print_error(error)
        return Exit.UNREADABLE
    finally:
        progress.close()
    if not first:
        return Exit.DONE
    _tell(training, time.monotonic() - started)
    if html:
        write_text(html, training.to_html())
    if training.rejected:
        return Exit.FAIL_ABOVE
    problems = labels.problems or (kept_apart and kept_apart.problems)
    return Exit.UNREADABLE if problems else Exit.DONE


def _labels(
    files: Sequence[str], test: Sequence[str], skip_bad: Path | None, options: ReadOptions, first: bool
) -> tuple[Labels, Labels | None, ReadOptions] | None:
    """The labels to train on and those for the proof, and how they were read.

    None where they are not good.
    """
    from biasdetect.finetune.retrain.api import stops_training
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
    fatal = of_test or any(map(stops_training, result.problems))
    if problems and (fatal or not skip_bad):
        advice = "Correct the problems." if fatal else "Correct the problems, or pass --skip-bad FILE."
        print_line(f"Nothing was trained. {advice}" + (f" {ADVICE}" if has_unknown(result) else ""), err=True)
        return None
    return result, proof, options


def _hush() -> None:
    """No bars and remarks of the libraries between ours."""
    import datasets
    import transformers

    datasets.disable_progress_bars()
    transformers.utils.logging.disable_progress_bar()
    transformers.utils.logging.set_verbosity_error()
    for name in ("torch.onnx", "onnxscript", "onnx_ir", "accelerate"):
        logging.getLogger(name).setLevel(logging.ERROR)


def _tell(training: Training, seconds: float) -> None:
    from rich.console import Console

    from biasdetect.evaluation.study_tables import print_study

    console = Console(highlight=False)
    if training.proof:
        from biasdetect.evaluation.comparison_tables import print_proof

        print_proof(training.proof, console)
    elif training.figures:
        from biasdetect.evaluation.tables import print_tables

        print_tables(training.figures, console)
        print_line("There is no old model of this language to compare it with.")
    print_line("")
    for study in training.studies:
        print_study(study, console)
    for line in _outcome(training, seconds):
        print_line(line)


def _outcome(training: Training, seconds: float) -> Iterable[str]:
    split = training.metrics["split"]
    yield f"Trained on {split['train']} of {training.metrics['data']['records']} labelled sentences; {split['development']} chose the epoch and the calibration, {split['test']} were kept for the figures."  # fmt: skip
    yield f"It took {seconds:.0f} s: {_steps(training, seconds)}."
    if known := training.left_out.known:
        yield f"Left out of the figures: {counted(known, 'sentence')} that the old model was trained on."
    if training.rejected:
        for reason in training.reasons:
            if not training.proof or reason not in training.proof.reasons:
                yield f"Worse: {reason}"
        yield f"The old model stays. The new one lies in {training.folder}; look at it with: biasdetect models show {training.folder}"  # fmt: skip
        return
    yield f"The model lies in {training.folder}. Use it with: biasdetect score --model {training.folder} article.txt"
    yield from _fast_graph(training)
    if training.previous:
        yield f"The old one is kept in {training.previous}. Go back to it with: biasdetect models rollback {training.folder}"  # fmt: skip


def _fast_graph(training: Training) -> Iterable[str]:
    """How far the fast graph agrees with the exact one, or why there is none."""
    if training.exact_alone:
        yield training.exact_alone
    elif record := training.metrics.get("quantized"):
        agreement = record["exact where near a decision"]
        yield f"It has a fast graph too (--precision fast). On {counted(record['sentences'], 'text')} that this was not fitted on, its scores differ from the exact ones by {agreement['mean difference']:.2g} on average; of 1,000 sentences {agreement['sentences decided otherwise, per 1,000']:.2g} are decided otherwise."  # fmt: skip


def _steps(training: Training, seconds: float) -> str:
    """How long each step took; what is not in them is the start and the reading of the labels."""
    before = {"starting and reading the labels": seconds - sum(training.seconds.values())}
    return ", ".join(f"{name} {round(took)}" for name, took in {**before, **training.seconds}.items())
