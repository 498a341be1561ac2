"""What the model thinks that an editor would do about a phrase, and advice for where no wording is safe to offer.

The model has learned from marks of which an editor said whether the words can go, can be said plainly in their place, or
ask for the sentence to be written anew, and what it is that they do. Advice is for a person: nothing here is ever applied.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from dataclasses import dataclass

import numpy as np

from biasdetect.model.categories import PATTERNS, REMEDIES
from biasdetect.model.runtime import Scored

_NAME_IT = "Name the act or the fact instead of judging it."
_SOURCE = "Say who thinks so, or leave it out."
_ADVICE = {
    "absolute": "Say how many or how often, or leave the absolute out.",
    "advocacy": "Say who demands it, or leave it out.",
    "belittling-amount": "Give the amount alone.",
    "charged-word": "Take the word that all sides would use.",
    "contempt-label": "Give name, office or role instead of the label.",
    "doubting-verb": "Write “said”, or say what speaks against it.",
    "drama": "Say what happened and how large it was.",
    "emotive": "Say what happened, and leave the feeling to the reader.",
    "empty-praise": "Say what it can do, by whose measure, or leave the praise out.",
    "insinuation": "Say outright what is known, with its source, or leave the hint out.",
    "irony": "Say it straight, or leave it out.",
    "judging-clause": "The whole clause judges: attribute it, or leave it out.",
    "judging-verb-of-saying": "Write “said”.",
    "looks-or-age": "Leave it out unless the news is about it.",
    "mind-reading": "Nobody can know what they think: say what they did or said.",
    "nickname": "Use the name.",
    "political-label": "Say what they stand for, or who calls them so.",
    "prejudice": "Say it of those whom it is about, with a source, and not of the group.",
    "private-life": "Leave it out unless the news is about it.",
    "shouting": "Set it in ordinary letters and with a full stop.",
    "so-called": "Say what is in doubt and who doubts it, or leave the distance out.",
    "stance-adverb": _SOURCE,
    "verdict-word": _NAME_IT,
    "violent-verb": "Take the plain verb for what was done.",
    "vivid-image": "Say plainly what the image stands for.",
}


@dataclass(frozen=True, slots=True)
class Reasons:
    """What the model makes of a phrase.

    Attributes:
        leave_out: probability that an editor would let the words go, 0 to 1.
        replace: the same of plainer words in their place.
        pattern: what the words do, one of :data:`biasdetect.model.categories.PATTERNS`.
    """

    leave_out: float
    replace: float
    pattern: str

    @property
    def advice(self) -> str:
        """One sentence for the writer."""
        return _ADVICE[self.pattern]


def reasons_of(output: Scored, start: int, end: int) -> Reasons | None:
    """What the model makes of ``text[start:end]``; None where it knows no reasons.

    Args:
        output: for the sentence.
        start: of the phrase in the sentence.
        end: of the phrase in the sentence.
    """
    if output.reasons is None:
        return None
    # between the special tokens at both ends, whose offsets are empty, tokens stand in order
    last = len(output.offsets) - 1
    first = bisect_right(output.offsets, start, lo=1, hi=last, key=lambda offsets: offsets[1])
    behind = bisect_left(output.offsets, end, lo=1, hi=last, key=lambda offsets: offsets[0])
    if first >= behind:
        return None
    remedies, patterns = np.split(output.reasons[first:behind].mean(axis=0), [len(REMEDIES)])
    shares = np.exp(remedies - remedies.max())
    leave_out, replace, _ = (shares / shares.sum()).tolist()
    return Reasons(leave_out, replace, PATTERNS[int(patterns.argmax())])
