"""``biasdetect labels``: checks labelled files, and converts them into other formats."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

import click

from biasdetect.commands import Exit, print_json
from biasdetect.commands.categories import ADVICE, category_options, has_unknown, marked_as_own, own_categories
from biasdetect.commands.groups import CommandGroup, complete_files
from biasdetect.commands.tables import known_encoding
from biasdetect.errors import MissingExtraError
from biasdetect.util.atomic import write_text

if TYPE_CHECKING:
    from biasdetect.labels.agreement import Agreement
    from biasdetect.labels.build import ReadOptions
    from biasdetect.labels.categories import OwnNames
    from biasdetect.labels.read import FileReport, Labels
    from biasdetect.labels.records import Problem

_CHECK_EPILOG = """\b
Examples:
  biasdetect labels check labels.csv
  biasdetect labels check labels.csv --text-column satz --label-column urteil
  biasdetect labels check project-1.json --map slanted=biased --map Smear=labeling
  biasdetect labels check anna.jsonl ben.jsonl --annotator-from-file
  biasdetect labels check train.jsonl --test test.jsonl
  biasdetect labels check labels.csv --skip-bad rejected.jsonl --format json > labels.json

\b
Exit codes: 0 clean (there may be warnings); 2 wrong usage; 3 problems found, or a file could not
be read; 4 failure.
"""
_EXPORT_EPILOG = """\b
Examples:
  biasdetect labels export labels.csv --to label-studio --out tasks.json
  biasdetect labels export project-1.json --to jsonl --out train.jsonl
  biasdetect labels export votes.csv --to jsonl --out train.jsonl --decide
  biasdetect labels export votes.csv --to jsonl --out train.jsonl --skip-bad rejected.jsonl

\b
Exit codes: 0 written; 2 wrong usage; 3 problems found, or a file could not be read (nothing is
written, with --skip-bad the good rows are); 4 failure.
"""
_SHOWN_LINES = 8
_FILES_BY_NAME = 5  # more files of one folder that are alike are described once
_Command = Callable[..., Any]


def reading_options(command: _Command) -> _Command:
    """The options that say how labelled files are read."""
    for option in (
        click.option("--split", metavar="NAME", help="Split of a datasets folder or a set on the hub.  [default: train]"),
        click.option("--encoding", callback=known_encoding, metavar="NAME", help="Encoding of text files, such as cp1252.  [default: recognised]"),
        click.option("--contradictions", metavar="HOW", type=click.Choice(["reject", "votes"]), default="reject", show_default=True, help="Rows of the same text with opposite labels: reject them, or take them for votes."),
        click.option("--annotator-from-file", is_flag=True, help="Each FILE holds one annotator's labels of the same texts."),
        click.option("--scale", metavar="LOW..HIGH", help="Lowest and highest label, such as 1..5.  [default: 0..1, or recognised]"),
        *category_options(),
        click.option("--map", "names", multiple=True, metavar="NAME=KNOWN", help="A label or category of yours and what it stands for: biased, 0, labeling …"),
        click.option("--votes-columns", metavar="NAME,NAME", help="Columns that each hold one annotator's labels.  [default: recognised, such as rater_1 and rater_2]"),
        click.option("--annotator-column", metavar="NAME", help="Column that says who labelled; rows of one text become one record with votes.  [default: recognised]"),
        click.option("--spans-column", metavar="NAME", help="Column of marked wording.  [default: recognised]"),
        click.option("--label-column", metavar="NAME", help="Column of labels.  [default: recognised]"),
        click.option("--text-column", metavar="NAME", help="Column of texts.  [default: recognised]"),
    ):  # fmt: skip
        command = option(command)
    return command


_TEST = click.option("--test", multiple=True, metavar="FILE", help="Test data: no sentence of it may stand in FILE; may be given several times.")  # fmt: skip
_SKIP = click.option("--skip-bad", type=click.Path(dir_okay=False, path_type=Path), metavar="REJECTED", help="Write bad rows with their reasons to this JSON Lines file and go on with the others.")  # fmt: skip


@click.group(cls=CommandGroup)
def labels() -> None:
    """Check labels of annotators, and change their form."""


@labels.command(epilog=_CHECK_EPILOG)
@click.argument("files", nargs=-1, required=True, metavar="FILE...", shell_complete=complete_files)
@reading_options
@_TEST
@_SKIP
@click.option("--format", "form", type=click.Choice(["terminal", "json"]), default="terminal", show_default=True, help="json: columns, problems, warnings and agreement.")  # fmt: skip
def check(files: tuple[str, ...], test: tuple[str, ...], skip_bad: Path | None, form: str, **reading: Any) -> int:
    """Read labelled files and report all that is wrong with them.

    FILE is CSV, TSV, JSON, JSON Lines, .xlsx or Parquet, also .gz or .zst; an export of Label Studio, doccano, Prodigy,
    Labelbox, LightTag, GATE, WebAnno or INCEpTION; words with BIO tags; spaCy's .spacy; a published set such as
    BABE, BASIL or SemEval's; a folder of brat, of datasets, of a clone of the hub or of such files; or the name of a
    set on the hub. Several are one set.
    """
    from biasdetect.labels.read import read_labels

    refuse_unwritable(skip_bad, "--skip-bad", (*files, *test))
    result = read_labels(files, read_options(**reading), test)
    if skip_bad:
        write_text(skip_bad, result.rejected_lines())
    agreement, note = agreements(result)
    if form == "json":
        print_json(_as_data(result, agreement, note))
    else:
        for line in (*described(result), *agreement_lines(agreement, note)):
            print_line(line)
        if has_unknown(result):
            print_line(ADVICE)
        if few := _too_few(result):
            print_line(f"{few}.")
        if skip_bad:
            print_line(f"{counted(len(result.rejected), 'rejected row')} written to {skip_bad}.")
    return Exit.UNREADABLE if result.problems else Exit.DONE


@labels.command(epilog=_EXPORT_EPILOG)
@click.argument("files", nargs=-1, required=True, metavar="FILE...", shell_complete=complete_files)
@click.option("--to", "target", required=True, type=click.Choice(["jsonl", "csv", "label-studio", "doccano"]), help="Form to write; jsonl is that of the project's corpus.")  # fmt: skip
@click.option("--out", required=True, type=click.Path(dir_okay=False, path_type=Path), metavar="PATH", help="File to write, whole or not at all.")  # fmt: skip
@click.option("--decide", is_flag=True, help="Give every record the label 0 or 1: that of the majority, and of a grade the nearer one. Votes stay; a tie has no label.")  # fmt: skip
@reading_options
@_TEST
@_SKIP
def export(
    files: tuple[str, ...],
    target: str,
    out: Path,
    decide: bool,
    test: tuple[str, ...],
    skip_bad: Path | None,
    **reading: Any,
) -> int:
    """Write labels in the form of a tool, as a table or as JSON Lines.

    Reading the file again gives the same labels, votes, spans, annotators, ids and further fields.
    """
    from biasdetect.labels.export import export_labels
    from biasdetect.labels.read import read_labels

    refuse_unwritable(out, "--out", (*files, *test))
    refuse_unwritable(skip_bad, "--skip-bad", (*files, *test, str(out)))
    result = read_labels(files, read_options(**reading), test)
    for line in described(result):
        print_line(line, err=True)
    if result.problems and not skip_bad:
        print_line("Nothing is written. Correct the problems, or pass --skip-bad FILE.", err=True)
        return Exit.UNREADABLE
    if skip_bad:
        write_text(skip_bad, result.rejected_lines())
        print_line(f"{counted(len(result.rejected), 'rejected row')} written to {skip_bad}.", err=True)
    export_labels([record.decided() if decide else record for record in result.records], target, out)
    print_line(f"{counted(len(result.records), 'record')} written to {out}.")
    return Exit.UNREADABLE if result.problems else Exit.DONE


def _too_few(result: Labels) -> str:
    from biasdetect.labels.check import too_few

    return too_few(sum(record.trainable for record in result.records)) if result.records else ""


def read_options(
    text_column: str | None,
    label_column: str | None,
    spans_column: str | None,
    annotator_column: str | None,
    votes_columns: str | None,
    names: Sequence[str],
    categories: str | None,
    new_categories: Literal["beside", "instead"] | None,
    scale: str | None,
    encoding: str | None,
    split: str | None,
    annotator_from_file: bool,
    contradictions: Literal["reject", "votes"],
    known: OwnNames | None = None,
) -> ReadOptions:
    """What the options of :func:`reading_options` say, for :func:`biasdetect.labels.read_labels`.

    ``known`` are the categories of the models that the labels are for.
    """
    from biasdetect.labels import options

    try:
        return options.read_options(
            known,
            text_column=text_column,
            label_column=label_column,
            spans_column=spans_column,
            annotator_column=annotator_column,
            votes_columns=_listed(votes_columns),
            map=_pairs(names),
            scale=_scale(scale),
            encoding=encoding,
            split=split,
            annotator_from_file=annotator_from_file,
            contradictions=contradictions,
            new_categories=new_categories,
            categories=own_categories(categories),
        )
    except ValueError as error:
        raise click.BadParameter(str(error), param_hint="--map") from None


def _listed(names: str | None) -> tuple[str, ...]:
    return tuple(name.strip() for name in (names or "").split(",") if name.strip())


def _pairs(names: Iterable[str]) -> dict[str, str]:
    pairs = {}
    for pair in names:
        name, mark, known = pair.rpartition("=")
        if not mark:
            raise click.BadParameter(f"{pair!r}: write NAME=KNOWN, where KNOWN is biased, non-biased, a number or a category.", param_hint="--map")  # fmt: skip
        pairs[name] = known
    return pairs


def _scale(scale: str | None) -> tuple[float, float] | None:
    if scale is None:
        return None
    try:
        low, high = map(float, scale.split(".."))
    except ValueError:
        low = high = 0.0
    if not -1e6 <= low < high <= 1e6:
        raise click.BadParameter(f"{scale!r} is no scale. Write it as 1..5.", param_hint="--scale")
    return low, high


def refuse_unwritable(path: Path | None, option: str, inputs: Sequence[str]) -> None:
    """Refuse what would fail after all the work, or overwrite what is read."""
    if path is None:
        return
    if not path.absolute().parent.is_dir():
        raise click.BadParameter(f"there is no folder {path.absolute().parent}.", param_hint=option)
    if any(path.resolve() == Path(name).resolve() for name in inputs):
        raise click.BadParameter(f"{path} is read or written already. Name another file.", param_hint=option)


def agreements(result: Labels) -> tuple[dict[str, Agreement], str]:
    """Agreement on labels and on words where there are votes, or a note that says why not."""
    from biasdetect.labels.agreement import label_agreement, word_agreement

    try:
        found = {"labels": label_agreement(result.records), "words": word_agreement(result.records)}
    except MissingExtraError as error:
        return {}, str(error)
    return {name: agreement for name, agreement in found.items() if agreement}, ""


def described(result: Labels) -> Iterable[str]:
    """The whole result as lines for a reader."""
    for files in _alike(result.files):
        yield from _columns(files)
    for title, found in (("Problems", result.problems), ("Warnings", result.warnings)):
        if found:
            yield f"{title} ({len(found)})"
            yield from (f"  {line}" for line in grouped(found))
            yield ""
    read = sum(file.rows for file in result.files)
    yield from marked_as_own(result)
    text = f"{counted(read, 'row')} read, {counted(len(result.records), 'record')} good"
    if result.rejected:
        text += f", {counted(len(result.rejected), 'row')} rejected"
    yield f"{text}. {_balance(result)}"


def _alike(files: Iterable[FileReport]) -> Iterable[list[FileReport]]:
    """The files that were read, those of one folder together where they were read in the same way."""
    groups: dict[Any, list[FileReport]] = {}
    for file in files:
        if file.columns:
            key = (str(Path(file.name).parent), file.form, tuple(file.columns.items()), file.kept, file.scale)
            groups.setdefault(key, []).append(file)
    for group in groups.values():
        yield from [group] if len(group) > _FILES_BY_NAME else ([file] for file in group)


def _columns(files: Sequence[FileReport]) -> Iterable[str]:
    file = files[0]
    low, high = file.scale
    more = f" and {len(files) - 1} more files" if len(files) > 1 else ""
    yield f"{file.name}{more}: {file.form}, {counted(sum(file.rows for file in files), 'row')}"
    for part, column in file.columns.items():
        graded = f" ({low:g} to {high:g})" if part in ("label", "votes") and file.scale != (0, 1) else ""
        yield f'  {part:<10} <- "{column}"{graded}'
    if file.kept:
        more = f" and {len(file.kept) - 8} more" if len(file.kept) > 8 else ""
        yield f"  kept too      {', '.join(file.kept[:8])}{more}"
    yield ""


def grouped(found: Iterable[Problem]) -> Iterable[str]:
    """One line for each message, however many rows it is true of."""
    groups: dict[tuple[str, str, str], list[int]] = {}
    for problem in found:
        key = (problem.place.file, problem.place.column, problem.message)
        groups.setdefault(key, []).extend([] if problem.place.line is None else [problem.place.line])
    for (file, column, message), lines in groups.items():
        place = [file]
        if lines:
            some = ", ".join(map(str, lines[:_SHOWN_LINES]))
            place.append(f"{'line' if len(lines) == 1 else 'lines'} {some}")
        if len(lines) > _SHOWN_LINES:
            place[-1] += f" and {len(lines) - _SHOWN_LINES:,} more"
        yield f"{', '.join(place)}{f', column {column}' if column else ''}: {message}"


def _balance(result: Labels) -> str:
    hard = [record.hard for record in result.records]
    by_marks = [record.decision for record in result.records if record.target is None]
    parts = [f"{hard.count(1)} biased", f"{hard.count(0)} plain"]
    if with_marks := by_marks.count(1):
        parts.append(f"{with_marks} by marks alone")
    if undecided := sum(record.hard is None and record.target is not None for record in result.records):
        parts.append(f"{undecided} undecided")
    if spans := sum(len(record.spans or ()) for record in result.records):
        parts.append(counted(spans, "span"))
    return ", ".join(parts) + "."


def agreement_lines(agreement: dict[str, Agreement], note: str) -> Iterable[str]:
    """Agreement as lines for a reader."""
    if note:
        yield f"Agreement was not computed. {note}"
    for name, found in agreement.items():
        units = counted(found.units, "word" if name == "words" else "text")
        value = "is not defined (all votes are the same)" if found.alpha is None else f"{found.alpha:.2f}"
        yield f"Agreement on {name}: Krippendorff's alpha {value}, {found.level}, {units} with {found.votes:,} votes."
        if found.alarming:
            yield f"Warning: on {name} they agree hardly more than chance would, or less. Look whether the votes answer one question, and mean the same by it, before you train on them."  # fmt: skip


def _as_data(result: Labels, agreement: dict[str, Agreement], note: str) -> dict[str, Any]:
    from dataclasses import asdict

    return {
        "files": [asdict(file) for file in result.files],
        "problems": [problem.to_dict() for problem in result.problems],
        "warnings": [problem.to_dict() for problem in result.warnings],
        "rows": sum(file.rows for file in result.files),
        "records": len(result.records),
        "rejected": len(result.rejected),
        "agreement": {name: asdict(found) | {"alarming": found.alarming} for name, found in agreement.items()},
        **({"note": note} if note else {}),
        **({"too_few": few} if (few := _too_few(result)) else {}),
    }


def counted(number: int, noun: str) -> str:
    """A number and its noun."""
    return f"{number:,} {noun}{'' if number == 1 else 's'}"


def print_line(line: str, *, err: bool = False) -> None:
    """Print a line of which no character is obeyed by the terminal."""
    # file and column names may hold what a terminal would obey
    plain = "".join(c if c.isprintable() else c.encode("unicode_escape").decode() for c in line)
    click.echo(plain.encode("utf-8", "backslashreplace").decode(), err=err)
