"""Wording that a house style asks for in the place of a term, in the term's own form: regimes, governments."""

from __future__ import annotations

from collections.abc import Iterator

from biasdetect.house.terms import Term, Terms, plain_words
from biasdetect.results import Change
from biasdetect.suggest.candidates import Candidate
from biasdetect.suggest.edits import replace
from biasdetect.suggest.grammar import regular_plural, regular_verb, with_case_of
from biasdetect.suggest.wording import Wording


def asked_candidates(text: str, start: int, end: int, terms: Terms, wording: Wording) -> Iterator[Candidate]:
    """What the terms in ``text[start:end]`` of a sentence are to be replaced by, best first."""
    for first, last, term in terms.find(text):
        if first < start or last > end:
            continue
        opens = not any(char.isalnum() for char in text[:first])
        for instead in term.instead:
            words = _in_form(instead, text[first:last], term, wording)
            if words:
                words = with_case_of(words, text[first:last], opens)
                kind: Change = "rephrasing" if " " in f"{words}{term.text}" else "word"
                yield Candidate(tuple(replace(text, first, last, words)), words, kind, 1.0)


def _in_form(instead: str, found: str, term: Term, wording: Wording) -> str | None:
    """The wording inflected as the term is in the text; None where it is not known how."""
    bases, forms = plain_words(term.text), plain_words(found)
    changed = [number for number, form in enumerate(forms) if form != bases[number]]
    if not changed:
        return instead
    number = changed[0]
    base, form = bases[number], forms[number]
    possessive = "'s" if form.endswith("'s") and not base.endswith("'s") else ""
    form = form.removesuffix(possessive)
    before, _, last = instead.rpartition(" ")
    if len(changed) > 1:
        return None
    if form == base or form == wording.plurals.get(base, regular_plural(base)):
        last = last if form == base else wording.plurals.get(last, regular_plural(last))
        return f"{before} {last}{possessive}".strip() if number == len(bases) - 1 else None
    verb, _, after = instead.partition(" ")
    known = _verb(base, wording)
    if possessive or number or form not in known:
        return None
    return f"{_verb(verb, wording)[known.index(form)]} {after}".strip()


def _verb(base: str, wording: Wording) -> tuple[str, ...]:
    return wording.verbs.get(base) or regular_verb(base)
