"""Is a text English? A cheap test settles nearly every text; py3langid is asked about the rest."""

from __future__ import annotations

from functools import cache
from typing import Any

from biasdetect.english.function_words import DISTINCTIVE
from biasdetect.util.patterns import lazy

_WORD = lazy(r"[^\W\d_]+(?:['’][^\W\d_]+)?")
_ENOUGH = 8  # words; fewer say nothing about a language
_SAMPLE = 20_000  # characters


def other_language(text: str) -> str | None:
    """ISO 639-1 code of the language of a text that is not English, or None where it is or may be."""
    words = [word.lower() for word in _WORD.findall(text[:_SAMPLE])]
    if len(words) < _ENOUGH or sum(word in DISTINCTIVE for word in words) >= 0.15 * len(words):
        return None
    code, probability = _identifier().classify(text[:_SAMPLE].encode("utf-8", "replace").decode("utf-8"))
    return code if code != "en" and probability > 0.9 else None


@cache
def _identifier() -> Any:
    from py3langid.langid import MODEL_FILE, LanguageIdentifier  # half a second

    return LanguageIdentifier.from_model_file(MODEL_FILE, norm_probs=True)
