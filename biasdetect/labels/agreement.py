"""Measures how far annotators agree: Krippendorff's alpha of their labels, and of the words that they marked."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Literal

from biasdetect.errors import MissingExtraError
from biasdetect.labels.records import LabelRecord
from biasdetect.model.phrases import find_words

_ALARMING = 0.1  # alpha; what is left beside it may be chance alone
_MOST_LEVELS = 20  # graded votes with more are rounded to tenths: the memory needed grows with their square


@dataclass(frozen=True, slots=True)
class Agreement:
    """Krippendorff's alpha: 1 is full agreement, 0 what chance gives, below 0 less than that.

    Attributes:
        alpha: None where it is not defined, since all votes are the same.
        units: texts or words with two or more votes.
        votes: on them.
        level: nominal for 0 and 1, ordinal for grades.
    """

    alpha: float | None
    units: int
    votes: int
    level: Literal["nominal", "ordinal"]

    @property
    def alarming(self) -> bool:
        """Whether annotators agree hardly more than by chance, or less, which hints at labels read wrongly."""
        return self.alpha is not None and self.alpha < _ALARMING


def label_agreement(records: Sequence[LabelRecord]) -> Agreement | None:
    """Agreement on the labels of sentences; None where no text has two votes.

    Raises:
        MissingExtraError: without the library krippendorff.
    """
    return _agreement([[vote.value for vote in record.votes if vote.value is not None] for record in records])


def word_agreement(records: Sequence[LabelRecord]) -> Agreement | None:
    """Agreement on which words are marked, among named annotators; None where no two marked one text.

    Raises:
        MissingExtraError: without the library krippendorff.
    """
    return _agreement(votes for record in records for votes in _word_votes(record))


def _word_votes(record: LabelRecord) -> Iterable[list[float]]:
    annotators = [vote.annotator for vote in record.votes if vote.annotator]
    if record.spans is None or len(annotators) < 2:
        return
    for start, end in find_words(record.text):
        marked = {span.annotator for span in record.spans if span.start < end and start < span.end}
        yield [float(annotator in marked) for annotator in annotators]


def _agreement(votes: Iterable[list[float]]) -> Agreement | None:
    units = [unit for unit in votes if len(unit) > 1]
    if not units:
        return None
    levels = sorted({value for unit in units for value in unit})
    if len(levels) > _MOST_LEVELS:
        units = [[round(value, 1) for value in unit] for unit in units]
        levels = sorted({value for unit in units for value in unit})
    level: Literal["nominal", "ordinal"] = "nominal" if set(levels) <= {0, 1} else "ordinal"
    total = sum(map(len, units))
    if len(levels) == 1:
        return Agreement(None, len(units), total, level)
    try:
        import krippendorff  # type: ignore[import-not-found]
    except ImportError as error:
        raise MissingExtraError("The agreement of annotators", "train") from error
    counts = [[count[value] for value in levels] for count in map(Counter, units)]
    alpha = krippendorff.alpha(value_counts=counts, value_domain=levels, level_of_measurement=level)
    return Agreement(float(alpha), len(units), total, level)
