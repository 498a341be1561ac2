"""Is a text English? A cheap test settles nearly every text; py3langid is asked about the rest."""

from __future__ import annotations

from functools import cache
from typing import Any

from biasdetect.util.patterns import lazy

# The commonest English words that are not also common words of its neighbours.
_FUNCTION_WORDS = frozenset(
    [
        "the",
        "of",
        "and",
        "to",
        "that",
        "is",
        "was",
        "for",
        "it",
        "with",
        "as",
        "his",
        "on",
        "be",
        "by",
        "he",
        "this",
        "have",
        "from",
        "not",
        "are",
        "which",
        "they",
        "were",
        "had",
        "has",
        "their",
        "its",
        "been",
        "but",
        "said",
        "at",
        "her",
        "she",
        "would",
        "who",
        "will",
        "an",
        "after",
        "or",
    ]
)
_WORD = lazy(r"[^\W\d_]+(?:['’][^\W\d_]+)?")
_ENOUGH = 8  # words; fewer say nothing about a language
_SAMPLE = 20_000  # characters


def other_language(text: str) -> str | None:
    """ISO 639-1 code of the language of a text that is not English, or None where it is or may be."""
    words = [word.lower() for word in _WORD.findall(text[:_SAMPLE])]
    if len(words) < _ENOUGH or sum(word in _FUNCTION_WORDS for word in words) >= 0.15 * len(words):
        return None
    code, probability = _identifier().classify(text[:_SAMPLE].encode("utf-8", "replace").decode("utf-8"))
    return code if code != "en" and probability > 0.9 else None


@cache
def _identifier() -> Any:
    from py3langid.langid import MODEL_FILE, LanguageIdentifier  # half a second

    return LanguageIdentifier.from_model_file(MODEL_FILE, norm_probs=True)
