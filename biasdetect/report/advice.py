"""What to do about a phrase, in words: for pages, findings and editors alike."""

from __future__ import annotations

from biasdetect.results import Phrase, Suggestion
from biasdetect.util.display import clean

CHECK = "check the meaning"
"""What a writer is told of a suggestion whose grade is ``check``."""


def suggestion_text(phrase: Phrase) -> str:
    """Wording to use in place of a phrase, best first, in one line; empty where there is none to offer."""
    checks = [suggestion.grade == "check" for suggestion in phrase.suggestions]
    if all(checks) and checks:
        offers = [f"{_effect(phrase, one)}{', a wider term' * (one.relation == 'wider')}" for one in phrase.suggestions]
        return f"instead: {', or '.join(offers)}; {CHECK}"
    if checks:
        return f"instead: {', or '.join(offer(phrase, suggestion) for suggestion in phrase.suggestions)}"
    return f"advice: {clean(phrase.advice)}" if phrase.advice else ""


def offer(phrase: Phrase, suggestion: Suggestion) -> str:
    """A suggestion with its effect and what the writer is to do about it: ``“board” (0.92 → 0.10), check the meaning``."""
    return f"{_effect(phrase, suggestion)}{hint(suggestion)}"


def _effect(phrase: Phrase, suggestion: Suggestion) -> str:
    return f"{advice(phrase, suggestion)} ({suggestion.before:.2f} → {suggestion.after:.2f})"


def hint(suggestion: Suggestion) -> str:
    """What is to be said behind a suggestion that may not be taken unread; empty for a safe one."""
    return f", {to_check(suggestion)}" if suggestion.grade == "check" else ""


def to_check(suggestion: Suggestion) -> str:
    """What somebody has to see to before the suggestion is taken; a word that says less of the world is named as one."""
    return f"a wider term: {CHECK}" if suggestion.relation == "wider" else CHECK


def advice(phrase: Phrase, suggestion: Suggestion) -> str:
    """What to do with a phrase: the wording in quotation marks, or that something goes."""
    if not suggestion.words:
        return "leave it out"
    if suggestion.words == phrase.text:  # scare quotes: the words stay
        return "leave out the quotation marks"
    return f"“{clean(suggestion.words)}”"
