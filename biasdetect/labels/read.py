"""Reads labelled files into records, and reports every problem with file, line and column."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from biasdetect.labels import check
from biasdetect.labels.build import Built, FileBuilder, ReadOptions, common_extra
from biasdetect.labels.columns import ColumnNames, find_columns
from biasdetect.labels.formats.registry import files_of, open_rows
from biasdetect.labels.memory import NAME, given_records, is_name, open_memory
from biasdetect.labels.records import EMBEDDED, LabelRecord, Place, Problem, Vote
from biasdetect.labels.rows import MAX_DEPTH, Row, RowSource, UnreadableError
from biasdetect.reading.tables.columns import field_value, joined_paragraphs


@dataclass(frozen=True, slots=True)
class FileReport:
    """How one file was read: its format, the column of each part, its other columns, number of rows, label scale."""

    name: str
    form: str
    columns: dict[str, str]
    kept: tuple[str, ...]
    rows: int
    scale: tuple[float, float]


@dataclass(frozen=True, slots=True)
class Rejected:
    """A row that is not among the records, as it was read, and why."""

    file: str
    line: int
    row: Any
    reasons: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Labels:
    """What was read.

    Attributes:
        records: the good ones, in the order of the files.
        problems: everything that is wrong.
        warnings: what is worth knowing and stops nothing.
        rejected: the rows that are not among the records.
        files: how each file was read.
    """

    records: tuple[LabelRecord, ...]
    problems: tuple[Problem, ...]
    warnings: tuple[Problem, ...]
    rejected: tuple[Rejected, ...]
    files: tuple[FileReport, ...]

    def rejected_lines(self) -> str:
        """The rejected rows as JSON Lines: file, line, reasons, row. ASCII, since a row may be wrongly encoded."""
        lines = [
            {"file": row.file, "line": row.line, "reasons": list(row.reasons), "row": row.row} for row in self.rejected
        ]
        return "".join(_dumped(line) + "\n" for line in lines)


def _dumped(line: dict[str, Any]) -> str:
    try:
        return json.dumps(line)
    except (RecursionError, ValueError):  # a row that is nested beyond all bounds
        return json.dumps({**line, "row": None, "note": f"the row is nested more than {MAX_DEPTH} deep"})


_DEFAULT = ReadOptions()


def read_records(files: Sequence[Any], options: ReadOptions = _DEFAULT) -> Labels:
    """Read labelled files as one set, each row checked by itself.

    Args:
        files: paths (CSV, TSV, JSON Lines, JSON, xlsx, Parquet, XMI, also packed; a folder of datasets, of brat, or of
            any of the others), names of data sets on the hub, or labels in memory: see
            :data:`biasdetect.labels.memory.LabelData`.
        options: columns, names, scale, encoding.

    Raises:
        MissingExtraError: where a format needs a library that is not installed.
    """
    return _result(*_read(files, options), check.CheckResult())


def read_labels(files: Sequence[Any], options: ReadOptions = _DEFAULT, test: Sequence[Any] = ()) -> Labels:
    """Read labelled files as one set to train on: as :func:`read_records`, and its records checked beside each other.

    Args:
        files: as for :func:`read_records`.
        options: columns, names, scale, encoding.
        test: files of test data: no sentence may stand in both.

    Raises:
        MissingExtraError: where a format needs a library that is not installed.
    """
    sources, reports, built = _read(files, options)
    texts = [text for given in test for text in _test_texts(given, options, sources)]
    return _result(sources, reports, built, check.check([made.record for made in built], texts))


def _read(files: Sequence[Any], options: ReadOptions) -> tuple[list[RowSource], list[FileReport], list[Built]]:
    sources, reports, built = list[RowSource](), list[FileReport](), list[Built]()
    for one in files:
        if not is_name(one):
            source, report, made = _in_memory(one, options)
            sources.append(source)
            reports.append(report)
            built += made
            continue
        given = str(one)
        names, told = files_of(given, options.split)
        if told:
            fatal, rest = ([problem for problem in told if problem.fatal is is_fatal] for is_fatal in (True, False))
            sources.append(RowSource(given, problems=fatal, warnings=rest))
        for name in names:
            source = open_rows(name, options.encoding, options.split)
            report, made = _read_rows(source, options)
            sources.append(source)
            reports.append(report)
            built += made
    built = _merged(built, whole_files=options.annotator_from_file)
    return sources, reports, _voted(built) if options.contradictions == "votes" else built


def _in_memory(given: Any, options: ReadOptions) -> tuple[RowSource, FileReport, list[Built]]:
    if records := given_records(given):
        report = FileReport(NAME, "records", {}, (), len(records), (0.0, 1.0))
        return RowSource(NAME, "records", [row for made in records for row in made.rows]), report, records
    source = open_memory(given, split=options.split)
    return source, *_read_rows(source, options)


def _read_rows(source: RowSource, options: ReadOptions) -> tuple[FileReport, list[Built]]:
    """The records of one file; its problems and rejected rows stand in the source."""
    source.rows = source.rows[options.part]
    _lift(source.rows, options.columns)
    file = FileBuilder(source, options)
    built = file.build()
    others = dict.fromkeys(key for row in source.rows for key in row.fields if key not in file.columns.values())
    others.pop(EMBEDDED, None)
    source.rejected += [
        (row.file, row.line, row.raw, reason) for key, row in file.raws.items() for reason in file.reasons[key]
    ]
    return FileReport(source.name, source.format, file.columns, tuple(others), len(source.rows), file.scale), built


def _lift(rows: Sequence[Row], columns: ColumnNames) -> None:
    """Put fields inside fields that the user named, such as ``article.body``, beside the others."""
    for name in (columns.text, columns.label, columns.spans, columns.annotator):
        if name is None or "." not in name:
            continue
        for row in rows:
            if (value := field_value(row.fields, name)) is not None:
                row.fields = {**row.fields, name: value}


def _result(
    sources: Sequence[RowSource], reports: Sequence[FileReport], built: Sequence[Built], found: check.CheckResult
) -> Labels:
    order = {source.name: number for number, source in enumerate(sources)}
    for number, source in enumerate(sources):  # a folder's problems stand in its files
        order |= {problem.place.file: number for problem in source.problems}
        order |= {row.file: number for row in source.rows}
    problems, warnings = (
        sorted(several, key=lambda one: (order[one.place.file], one.place.file, one.place.line or 0))
        for several in (
            [problem for source in sources for problem in source.problems] + found.problems,
            [problem for source in sources for problem in source.warnings] + found.warnings,
        )
    )
    rejected = [
        Rejected(file, line, raw, (reason,)) for source in sources for file, line, raw, reason in source.rejected
    ]
    for number, reasons in found.rejected.items():
        rejected += [Rejected(row.file, row.line, row.raw, tuple(reasons)) for row in built[number].rows]
    return Labels(
        tuple(made.record for number, made in enumerate(built) if number not in found.rejected),
        tuple(problems),
        tuple(warnings),
        tuple(sorted(_by_row(rejected), key=lambda row: (order[row.file], row.file, row.line))),
        tuple(reports),
    )


def _merged(built: Sequence[Built], *, whole_files: bool) -> list[Built]:
    """Records of the same text by several annotators, as one.

    Args:
        built: of all files.
        whole_files: each file is one annotator's; otherwise a record says whose it is by the names of its votes.
    """
    merged: dict[Any, list[Built]] = {}
    for made in built:
        votes = made.record.votes
        if not whole_files and not (votes and all(vote.annotator for vote in votes)):
            merged[id(made)] = [made]
            continue
        group = merged.setdefault(made.record.text, [])
        taken = {vote.annotator for other in group for vote in other.record.votes}
        # who labels a text twice is reported as for any other repetition
        repeated = bool(taken & {vote.annotator for vote in made.record.votes})
        (merged.setdefault(id(made), []) if repeated else group).append(made)
    return [_as_one(group) for group in merged.values()]


def _voted(built: Sequence[Built]) -> list[Built]:
    """Records of the very same text that contradict each other, as the votes of one; an annotator has one vote."""
    texts: dict[str, list[Built]] = {}
    for made in built:
        texts.setdefault(made.record.text, []).append(made)
    result: list[Built] = []
    for group in texts.values():
        voting = [made if made.record.votes else _as_vote(made) for made in group]
        names = [vote.annotator for made in voting for vote in made.record.votes if vote.annotator]
        together = check.contradict([made.record for made in group]) and len(set(names)) == len(names)
        result += [_as_one(voting)] if together else group
    return result


def _as_vote(made: Built) -> Built:
    """A record whose label is the vote of somebody without a name."""
    record = made.record
    votes = () if record.label is None else (Vote(record.label),)
    return Built(replace(record, label=None, votes=votes), made.rows)


def _as_one(group: Sequence[Built]) -> Built:
    if len(group) == 1:
        return group[0]
    records = [made.record for made in group]
    spans = [span for record in records for span in record.spans or ()]
    joined = replace(
        records[0],
        label=records[0].label if len({record.label for record in records}) == 1 else None,
        votes=tuple(vote for record in records for vote in record.votes),
        spans=None
        if all(record.spans is None for record in records)
        else tuple(sorted(spans, key=lambda span: (span.start, span.end))),
        extra=common_extra(
            [(record.votes[0].annotator if record.votes else "", record.id, record.extra) for record in records]
        ),
        words=None,
        word_votes={},
    )
    return Built(joined, [row for made in group for row in made.rows])


def _test_texts(given: Any, options: ReadOptions, sources: list[RowSource]) -> list[tuple[str, Place]]:
    if is_name(given):
        source = open_rows(str(given), options.encoding, options.split)
    else:
        source = open_memory(given, f"test {NAME}", options.split)
    name = source.name
    _lift(source.rows, options.columns)
    texts: list[tuple[str, Place]] = []
    try:
        column = find_columns(source.rows, options.columns, text_alone=True)["text"] if source.rows else ""
    except UnreadableError as error:
        source.fail(error.kind, str(error))
        column = ""
    for row in source.rows:
        if isinstance(text := joined_paragraphs(row.fields.get(column)), str) and text.strip():
            texts.append((text, Place(name, row.line)))
    if not texts and not source.problems:
        source.fail("empty", "holds no texts to compare with.")
    sources.append(RowSource(name, problems=source.problems))
    return texts


def _by_row(rejected: Sequence[Rejected]) -> list[Rejected]:
    """Each row once, with all its reasons."""
    rows: dict[tuple[str, int, int], Rejected] = {}
    for one in rejected:
        key = (one.file, one.line, id(one.row))
        before = rows.get(key)
        rows[key] = replace(before, reasons=before.reasons + one.reasons) if before else one
    return list(rows.values())
