"""Measures and compares models on labelled data of any form: what ``biasdetect.evaluate`` and ``biasdetect.compare`` do."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, Unpack

from biasdetect.detector import Detector
from biasdetect.errors import DataError, MissingExtraError
from biasdetect.evaluation.labelled import Labelled, as_labelled, refuse_problems
from biasdetect.evaluation.models import Model, open_detector
from biasdetect.labels.memory import NAME, LabelData, as_sources, is_name
from biasdetect.labels.options import Reading, known_to, read_options
from biasdetect.labels.read import Rejected, read_records
from biasdetect.labels.seen import read_seen, text_digest
from biasdetect.model.folder import ModelFolder

if TYPE_CHECKING:
    from biasdetect.evaluation.figures import Figures
    from biasdetect.evaluation.proof import Proof
    from biasdetect.labels.build import ReadOptions

Sets = Mapping[str, Sequence[Labelled]]


@dataclass(frozen=True, slots=True)
class Evaluation:
    """Figures of models on labelled data.

    Attributes:
        results: one a model and set, with the number of texts and an interval for each figure.
        left_out: by set, the rows that could not be read and are not measured; empty lists unless ``skip_bad``.
        known: by model and set, on how many of its texts the model was trained, as far as it records them: these flatter.
    """

    results: tuple[Figures, ...]
    left_out: Mapping[str, tuple[Rejected, ...]] = field(default_factory=dict)
    known: Mapping[str, Mapping[str, int]] = field(default_factory=dict)

    def rows(self) -> list[dict[str, Any]]:
        """One dictionary a figure (data, model, texts, figure, value, low, high), for ``pandas.DataFrame(...)``."""
        from biasdetect.evaluation.forms import figure_rows

        return figure_rows(self.results)

    def to_dict(self) -> dict[str, Any]:
        """Plain dictionaries, lists, strings and numbers; None where a figure is not defined."""
        return {
            "results": [result.to_dict() for result in self.results],
            "left_out": {name: len(rejected) for name, rejected in self.left_out.items()},
            "known": {model: dict(counts) for model, counts in self.known.items()},
        }

    def to_csv(self) -> str:
        """The rows as CSV, the names of the columns first."""
        from biasdetect.evaluation.forms import as_csv

        return as_csv(self.results)

    def to_latex(self) -> str:
        """A table for each set, models as columns, for a paper that uses ``booktabs``."""
        from biasdetect.evaluation.forms import as_latex

        return as_latex(self.results)

    def to_html(self) -> str:
        """A page that needs nothing else: tables and reliability diagrams."""
        from biasdetect.evaluation.page import render_page

        return render_page(self.results)


def evaluate(
    data: LabelData | Mapping[str, LabelData] | None = None,
    models: Model | Sequence[Model] = None,
    *,
    suite: bool = False,
    skip_bad: bool = False,
    **reading: Unpack[Reading],
) -> Evaluation:
    """Measure models on labelled data: what ``biasdetect evaluate`` prints.

    Args:
        data: a data frame, a set of the datasets library, records, a path or several, each a set of its own; or a
            dictionary of such by the names that the sets are to have. Needs not be given where ``suite`` is.
        models: one or several; see :data:`Model`.
        suite: run the fairness suite too.
        skip_bad: leave out rows that cannot be read; without it they are an error.
        **reading: how labels are read, see :class:`biasdetect.labels.options.Reading`: ``text_column``, ``map``, …

    Raises:
        DataError: where labels cannot be read, or there are none.
        ModelError: where a model cannot be loaded.
        MissingExtraError: where scikit-learn, or what a format needs, is not installed.
    """
    need_scikit_learn("Evaluation")
    several = list(models) if isinstance(models, Sequence) and not isinstance(models, str) else [models]
    sets, left_out = _sets(data, read_options(_known(several), **reading), skip_bad=skip_bad)
    if not sets and not suite:
        raise DataError("There is nothing to measure on. Pass labelled data, or suite=True.")
    known: dict[str, dict[str, int]] = {}

    def note(folder: ModelFolder) -> None:
        known[folder.label] = known_texts(sets, folder)

    return Evaluation(tuple(measured(sets, several, suite=suite, opened=note)), left_out, known)


def compare(
    old: Model,
    new: Model,
    data: LabelData | Mapping[str, LabelData] | None = None,
    *,
    suite: bool = False,
    regression: str | Path | bool = True,
    examples: int = 10,
    skip_bad: bool = False,
    **reading: Unpack[Reading],
) -> Proof:
    """Compare two models on the same texts: what ``biasdetect compare`` prints.

    Args:
        old: the model in use; see :data:`Model`.
        new: the one that may take its place.
        data: as for :func:`evaluate`.
        suite: compare them on the fairness suite too.
        regression: a file of sentences of which something must stay true; by default the project's own, False for none.
        examples: how many sentences and phrases a list of changes holds, at least 0.
        skip_bad: leave out rows that cannot be read; without it they are an error.
        **reading: how labels are read, see :class:`biasdetect.labels.options.Reading`.

    Returns:
        The differences with their intervals; its ``reasons`` say why the new model is worse, where it is.

    Raises:
        DataError: where labels or the regression sentences cannot be read, or there is nothing to compare on.
        ModelError: where a model cannot be loaded.
        MissingExtraError: where scikit-learn, or what a format needs, is not installed.
    """
    need_scikit_learn("Comparing models")
    from biasdetect.evaluation.proof import prove
    from biasdetect.evaluation.regression import read_regressions

    sets, _ = _sets(data, read_options(_known([old, new]), **reading), skip_bad=skip_bad)
    own = isinstance(regression, bool)
    if not sets and not suite and own:
        raise DataError("There is nothing to compare on. Pass labelled data, or suite=True.")
    expectations = read_regressions([] if own else [str(regression)]) if regression else {}
    return prove(old, new, sets, expectations, suite=suite, examples=examples)


def need_scikit_learn(what: str) -> None:
    """Check that figures can be computed.

    Raises:
        MissingExtraError: where scikit-learn is not installed.
    """
    try:
        import biasdetect.evaluation.compare  # noqa: F401 - it needs scikit-learn and scipy
    except ImportError as error:
        raise MissingExtraError(what, "train") from error


def measured(
    sets: Sets, models: Sequence[Model], *, suite: bool = False, opened: Callable[[ModelFolder], None] | None = None
) -> Iterator[Figures]:
    """Everything with one model, then with the next, so that one is in memory at a time.

    Args:
        sets: labelled texts by the name of their set.
        models: see :data:`Model`.
        suite: run the fairness suite too.
        opened: called with each model before it scores.
    """
    from biasdetect.evaluation.figures import evaluate as take_figures
    from biasdetect.evaluation.suites import fairness, refuse_other_language

    if not sets and not suite:
        return
    for model in models:
        detector = open_detector(model)
        if suite:
            refuse_other_language(detector)
        if opened:
            opened(detector.folder)
        for name, labelled in sets.items():
            yield take_figures(name, detector.folder.label, labelled, detector)
        if suite:
            yield fairness(detector.folder.label, detector)


def known_texts(sets: Sets, folder: ModelFolder) -> dict[str, int]:
    """By set, on how many of its texts a model was trained, as far as it records them; sets without any are left out."""
    seen = read_seen(folder.path) or frozenset()
    counts = {name: sum(text_digest(item.text) in seen for item in labelled) for name, labelled in sets.items()}
    return {name: count for name, count in counts.items() if count}


def _known(models: Sequence[Model]) -> Any:
    return known_to([model.folder.path if isinstance(model, Detector) else model for model in models])


def _sets(
    data: LabelData | Mapping[str, LabelData] | None, options: ReadOptions, *, skip_bad: bool
) -> tuple[dict[str, list[Labelled]], dict[str, tuple[Rejected, ...]]]:
    sets: dict[str, list[Labelled]] = {}
    left_out: dict[str, tuple[Rejected, ...]] = {}
    for name, sources in _named(data):
        labels = read_records(sources, options)
        if any(problem.fatal for problem in labels.problems) or not skip_bad:
            refuse_problems(labels, name)
        left_out[name] = labels.rejected
        if labels.records:
            sets[name] = [as_labelled(record) for record in labels.records]
    return sets, left_out


def _named(data: LabelData | Mapping[str, LabelData] | None) -> Iterator[tuple[str, list[Any]]]:
    if data is None:
        return
    if isinstance(data, Mapping):
        yield from ((str(name), as_sources(part)) for name, part in data.items())
        return
    for source in as_sources(data):
        yield str(source) if is_name(source) else NAME, [source]
