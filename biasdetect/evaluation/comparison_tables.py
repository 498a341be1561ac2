"""Prints a comparison in a terminal: the figures of both models side by side, and the texts on which they differ."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import TYPE_CHECKING

from rich.console import Console
from rich.table import Table
from rich.text import Text

from biasdetect.evaluation.compare import Comparison, Decisions, Difference, Listed, PhraseChange, ScoreChange, summary
from biasdetect.evaluation.figures import label
from biasdetect.evaluation.regression import Broken, Regression

if TYPE_CHECKING:
    from biasdetect.evaluation.proof import Proof

_STYLES = {"better": "green", "worse": "red"}


def print_proof(proof: Proof, console: Console) -> None:
    """Print a table and lists for every set, what became of the regression sentences, and the verdict."""
    for comparison in proof.comparisons:
        console.print(comparison_table(comparison))
        if comparison.decisions:
            console.print(Text(decided(comparison.decisions)))
        console.print(Text(summary(comparison), style="bold"))
        if comparison.data not in proof.known:
            for title, changes in lists(comparison):
                _print_list(title, changes, console)
        console.print()
    if proof.comparisons:
        console.print(Text("In brackets: 95 % bootstrap intervals of the difference, new less old.", style="dim"))
    for regression in proof.regressions:
        _print_regression(regression, console)
    reasons = proof.reasons
    for reason in reasons:
        console.print(Text(f"Worse: {_clean(reason)}", style="bold red"))
    if not reasons:
        console.print(Text("Nothing says that the new model is worse.", style="bold"))


def difference(row: Difference) -> str:
    """The difference and its interval to three digits; a dash where it is not defined."""
    if row.verdict == "not defined":
        return "–"
    return f"{signed(row.value)} ({signed(row.low)} to {signed(row.high)})"


def number(value: float) -> str:
    """A figure to three digits; a dash where it is not defined."""
    return "–" if math.isnan(value) else f"{value:.3f}"


def signed(value: float) -> str:
    """A difference to three digits with its sign, also where these show none of it; a dash where it is not defined."""
    if math.isnan(value):
        return "–"
    return f"{value:+.3f}" if value else "0.000"


def name(row: Difference) -> str:
    """What a reader is told a figure is, and where less of it is better."""
    return label(row.name) + (" (less is better)" if row.lower_is_better else "")


def decided(decisions: Decisions) -> str:
    """How the decisions on sentences split, and whether that is more than chance."""
    return (
        f"Decisions on sentences: right with both models {decisions.both}, with the new one alone {decisions.new_only}, "
        f"with the old one alone {decisions.old_only}, with neither {decisions.neither}; "
        f"p = {decisions.p:.3g} (McNemar's exact test)."
    )


def lists(comparison: Comparison) -> list[tuple[str, Listed[ScoreChange] | Listed[PhraseChange]]]:
    """The lists of a comparison that hold something, each with its title."""
    changes = comparison.changes
    titled: list[tuple[str, Listed[ScoreChange] | Listed[PhraseChange]]] = [
        ("Scores nearer to the label", changes.better),
        ("Scores farther from the label", changes.worse),
        ("Marked phrases that the new model alone finds", changes.gained),
        ("Marked phrases that the old model alone finds", changes.lost),
        ("Unmarked wording that the new model alone flags", changes.alarms),
        ("Unmarked wording that the old model alone flags", changes.calmed),
    ]
    return [(title, listed) for title, listed in titled if listed.total]


def counted(title: str, shown: int, total: int) -> str:
    """The title of a list with how many there are, and of how many it shows the first."""
    return f"{title}: {total}" + ("" if shown == total else f", the first {shown}" if shown else "")


def comparison_table(comparison: Comparison) -> Table:
    """The figures of both models and their differences, line by line."""
    title = Text(_clean(f"{comparison.data}, {comparison.old.sentences} texts"), style="bold")
    for side, figures in (("old", comparison.old), ("new", comparison.new)):
        title.append(f"\n{side}: {_clean(figures.model)}", style="not bold")
    table = Table(title=title, title_justify="left", box=None, pad_edge=False)
    table.add_column("")
    for head in ("old", "new", "difference"):
        table.add_column(head, justify="right", no_wrap=True)
    table.add_column("")
    for row in comparison.differences:
        verdict = Text(row.verdict, style=_STYLES.get(row.verdict, "dim"))
        table.add_row(name(row), number(row.old), number(row.new), difference(row), verdict)
    return table


def _print_list(title: str, listed: Listed[ScoreChange] | Listed[PhraseChange], console: Console) -> None:
    console.print(Text(counted(title, len(listed.items), listed.total), style="bold"))
    table = Table(box=None, show_header=False, pad_edge=False)
    table.add_column(justify="right", no_wrap=True)
    table.add_column()
    for change in listed.items:
        if isinstance(change, ScoreChange):
            table.add_row(f"{change.old:.2f} → {change.new:.2f}", Text(_clean(change.text)))
        else:
            text = Text(_clean(change.text[: change.start]))
            text.append(f"[{_clean(change.phrase)}]", style="bold").append(_clean(change.text[change.end :]))
            table.add_row(f"{change.score:.2f}", text)
    if listed.items:
        console.print(table)


def _print_regression(regression: Regression, console: Console) -> None:
    console.print(
        Text(
            _clean(
                f"{regression.data}: of {regression.sentences} sentences the old model has {regression.old_right} right, "
                f"the new one {regression.new_right}."
            ),
            style="bold",
        )
    )
    if regression.broken:
        console.print(Text(f"Right with the old model, wrong with the new one: {len(regression.broken)}", style="bold"))
        console.print(_broken(regression.broken))
    if regression.mended:  # good news: the page and the JSON list it
        console.print(Text(f"Wrong with the old model, right with the new one: {len(regression.mended)}"))


def _broken(items: Sequence[Broken]) -> Table:
    table = Table(box=None, show_header=False, pad_edge=False)
    table.add_column(ratio=3)
    table.add_column(ratio=2)
    for item in items:
        table.add_row(Text(_clean(item.text)), Text(_clean("; ".join(item.what)), style="dim"))
    return table


def _clean(text: str) -> str:
    """No control character of a text or a name reaches the terminal."""
    return "".join(char if char.isprintable() else " " for char in text)
