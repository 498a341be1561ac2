"""``biasdetect models``: lists models, shows one, rolls back to an earlier one, and exports and uploads them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import click

from biasdetect.commands import Exit, print_json
from biasdetect.commands.groups import CommandGroup
from biasdetect.commands.labels import print_line
from biasdetect.commands.sharing import export, push
from biasdetect.errors import ModelError
from biasdetect.model.folder import CARD, open_model
from biasdetect.model.store import Entry, describe_model, history, models_in, rollback
from biasdetect.util.counting import count_of
from biasdetect.util.numbers import Range

_LIST_EPILOG = """\b
Examples:
  biasdetect models list
  biasdetect models list /srv/models --format json

\b
Exit codes: 0 done; 2 wrong usage.
"""
_SHOW_EPILOG = """\b
Examples:
  biasdetect models show models/mine
  biasdetect models show models/mine --card | less

\b
Exit codes: 0 done; 2 wrong usage; 4 the model cannot be used.
"""
_ROLLBACK_EPILOG = """\b
Examples:
  biasdetect models rollback models/mine
  biasdetect models rollback models/mine --to 3f9c

\b
Exit codes: 0 done; 2 wrong usage; 4 there is nothing to go back to.
"""
_FIGURE = Range(-1, 1)
_FIGURES = (("macro_f1", "macro-F1"), ("auc", "AUC"), ("word_f1", "word F1"))
_CORPUS = "own corpus"
"""What trainings call the development part of the project's own corpus: the sentences that all English models share."""


@click.group(cls=CommandGroup)
def models() -> None:
    """List and show models, go back to an earlier one, export and upload them."""


models.add_command(export)
models.add_command(push)


@models.command("list", epilog=_LIST_EPILOG)
@click.argument("folder", default="models", type=click.Path(file_okay=False, path_type=Path))
@click.option("--format", "form", type=click.Choice(["terminal", "json"]), default="terminal", show_default=True, help="json: everything, on standard output.")  # fmt: skip
def list_models(folder: Path, form: str) -> int:
    """List the models in FOLDER, those they replaced, and the one that ships.

    FOLDER is `models` unless another is named. Figures stand side by side only where they are of the same sentences,
    those of the project's own corpus; `models show` has those on a model's own labels.
    """
    entries = [described for entry in models_in(folder) for described in (entry, *history(entry.path))]
    shipped = describe_model(open_model().path)
    if shipped.path.resolve() not in {entry.path.resolve() for entry in entries}:
        entries.append(shipped)
    if form == "json":
        print_json([_as_data(entry) for entry in entries])
        return Exit.DONE
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    from biasdetect.util.display import clean

    table = Table(box=None, pad_edge=False, padding=(0, 1, 0, 0))
    for title in ("folder", "fingerprint", "trained", "labels", *(shown for _, shown in _FIGURES), ""):
        table.add_column(title, overflow="fold")
    same = _sentences(_on_corpus(shipped.metrics or {}))
    for entry in entries:
        table.add_row(*(Text(clean(cell)) for cell in _row(entry, same, ships=entry is shipped)))
    console = Console(highlight=False)
    console.print(table)
    if same:
        console.print(f"Figures: on the same {same} sentences of the project's own corpus; – where not measured on them.")  # fmt: skip
    return Exit.DONE


@models.command(epilog=_SHOW_EPILOG)
@click.argument("model")
@click.option("--card", is_flag=True, help="Print the whole model card.")
@click.option("--format", "form", type=click.Choice(["terminal", "json"]), default="terminal", show_default=True, help="json: everything, on standard output.")  # fmt: skip
def show(model: str, card: bool, form: str) -> int:
    """Show name, figures, date and data of MODEL, and the models that it replaced."""
    place = open_model(model).path
    entry = describe_model(place)
    if card:
        try:
            lines = (place / CARD).read_text(encoding="utf-8").splitlines()
        except OSError as error:
            raise ModelError(f"{place} has no card ({error.strerror}).") from None
        for line in lines:
            print_line(line)
        return Exit.DONE
    if form == "json":
        print_json({**_as_data(entry), "earlier": [_as_data(old) for old in history(place)]})
        return Exit.DONE
    for line in _described(entry, history(place)):
        print_line(line)
    return Exit.DONE


@models.command("rollback", epilog=_ROLLBACK_EPILOG)
@click.argument("folder", type=click.Path(file_okay=False, path_type=Path))
@click.option("--to", "fingerprint", metavar="FINGERPRINT", help="The model to go back to, or how it begins.  [default: the one replaced last]")  # fmt: skip
def roll_back(folder: Path, fingerprint: str | None) -> int:
    """Bring back the model that was in FOLDER before; the one there now is kept in turn."""
    entry, aside = rollback(folder, fingerprint)
    print_line(f"{folder} holds {entry.name}@{entry.fingerprint} again.")
    if aside:
        print_line(f"The one that was there is kept in {aside}.")
    return Exit.DONE


def _row(entry: Entry, same: int | None, *, ships: bool) -> Iterator[str]:
    """The cells of a model; ``same`` is the number of sentences that figures are shown of."""
    metrics = entry.metrics or {}
    shared = _on_corpus(metrics)
    comparable = same is not None and _sentences(shared) == same
    yield entry.name if ships else str(entry.path)  # its name is enough for --model, and its folder a long one
    yield entry.fingerprint or "–"
    yield str(metrics.get("trained", "–"))
    yield str(_table(metrics, "data").get("records", "–"))
    for name, _ in _FIGURES:
        yield _shown(_value(shared, name) if comparable else None)
    aside = f"put aside {entry.put_aside[:16].replace('T', ' ')}" if entry.put_aside else ""
    yield " ".join(entry.problem.split()) or aside or ("ships" if ships else "")


def _described(entry: Entry, earlier: Sequence[Entry]) -> Iterator[str]:
    metrics = entry.metrics or {}
    yield f"{entry.name}@{entry.fingerprint}"
    yield f"  folder       {entry.path}"
    yield f"  trained      {metrics.get('trained', 'not recorded')}"
    if metrics.get("parent"):
        yield f"  from         {metrics['parent']}"
    data = _table(metrics, "data")
    if data:
        yield f"  labels       {data.get('records')}, fingerprint {data.get('fingerprint')}"
        for name, digest in _table(data, "files").items():
            yield f"               {name}" + (f", SHA-256 {str(digest)[:16]}…" if digest else "")
    development = _table(_table(metrics, "figures"), "development")
    count = _sentences(development)
    on = "" if count is None else f", {count_of(count, 'sentence')}"
    values = ", ".join(f"{shown} {_shown(_value(development, name))}" for name, shown in _FIGURES)
    yield f"  figures      {values} (development data{on}, which chose the epoch too)"
    for result in _evaluations(metrics):
        yield f"  measured on  {result.get('data')}, {count_of(_sentences(result) or 0, 'sentence')}: {_with_intervals(result)}"  # fmt: skip
    proof = _table(metrics, "proof")
    if proof:
        worse = proof.get("worse")
        verdict = "; ".join(map(str, worse)) if worse and isinstance(worse, list) else "nothing said that it was worse"
        yield f"  against      {proof.get('old')}: {verdict}"
    for old in earlier:
        yield f"  before       {old.name}@{old.fingerprint}, put aside {old.put_aside}, in {old.path}"


def _as_data(entry: Entry) -> dict[str, Any]:
    metrics = entry.metrics or {}
    return {
        "folder": str(entry.path),
        "name": entry.name,
        "fingerprint": entry.fingerprint,
        "trained": metrics.get("trained"),
        "parent": metrics.get("parent"),
        "data": _table(metrics, "data"),
        "figures": _figures(_table(_table(metrics, "figures"), "development")),
        "own_corpus": _figures(_on_corpus(metrics)),
        "proof": metrics.get("proof"),
        "put_aside": entry.put_aside or None,
        "problem": entry.problem or None,
    }


def _table(metrics: dict[str, Any], name: str) -> dict[str, Any]:
    """A table in what is recorded of a model, which nothing vouches for."""
    table = metrics.get(name)
    return table if isinstance(table, dict) else {}


def _evaluations(metrics: dict[str, Any]) -> list[dict[str, Any]]:
    """The sets that a model was measured on with intervals and has figures of sentences or words for."""
    results = metrics.get("evaluation")
    found = [result for result in results if isinstance(result, dict)] if isinstance(results, list) else []
    return [result for result in found if any(_value(result, name) is not None for name, _ in _FIGURES)]


def _on_corpus(metrics: dict[str, Any]) -> dict[str, Any]:
    """The figures on the project's own corpus, by whichever name; empty where there are none."""
    names = (_CORPUS, _table(metrics, "recipe").get("own_development"))
    return next((result for result in _evaluations(metrics) if result.get("data") in names), {})


def _sentences(measured: dict[str, Any]) -> int | None:
    count = measured.get("sentences")
    return count if isinstance(count, int) and 0 < count < 1_000_000_000 else None


def _value(measured: dict[str, Any], name: str, end: str = "value") -> float | None:
    """A figure, or an end of its interval, where it is recorded and can be one."""
    figures = _table(measured, "figures") or measured
    value = figures.get(name)
    value = value.get(end) if isinstance(value, dict) else value
    return value if value in _FIGURE else None


def _figures(measured: dict[str, Any]) -> dict[str, Any]:
    return {"sentences": _sentences(measured), **{name: _value(measured, name) for name, _ in _FIGURES}}


def _with_intervals(result: dict[str, Any]) -> str:
    parts = []
    for name, shown in _FIGURES:
        value, low, high = (_value(result, name, end) for end in ("value", "low", "high"))
        if value is not None:
            interval = "" if low is None or high is None else f" ({low:.3f} to {high:.3f})"
            parts.append(f"{shown} {value:.3f}{interval}")
    return ", ".join(parts)


def _shown(value: float | None) -> str:
    return "–" if value is None else f"{value:.3f}"
