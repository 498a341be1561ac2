"""What to do about a phrase, in words: for pages, findings and editors alike."""

from __future__ import annotations

from biasdetect.results import Phrase, Suggestion
from biasdetect.util.display import clean


def suggestion_text(phrase: Phrase) -> str:
    """Wording to use in place of a phrase, best first, in one line; empty where there is none to offer."""
    offers = [f"{advice(phrase, offer)} ({offer.before:.2f} → {offer.after:.2f})" for offer in phrase.suggestions]
    if offers:
        return f"instead: {', or '.join(offers)}"
    return f"advice: {clean(phrase.advice)}" if phrase.advice else ""


def advice(phrase: Phrase, suggestion: Suggestion) -> str:
    """What to do with a phrase: the wording in quotation marks, or that something goes."""
    if not suggestion.words:
        return "leave it out"
    if suggestion.words == phrase.text:  # scare quotes: the words stay
        return "leave out the quotation marks"
    return f"“{clean(suggestion.words)}”"
