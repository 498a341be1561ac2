"""Inflects the wording that a house style asks for to the form of the term it replaces: regimes, governments."""

from __future__ import annotations

from collections.abc import Iterator

from biasdetect.english.inflection import VERB_FORMS, is_noun, is_plural, plural, verb_forms, which_verb_form
from biasdetect.english.orthography import with_case_of
from biasdetect.house.terms import Term, Terms, plain_words
from biasdetect.results import Change
from biasdetect.suggest.candidates import Candidate, follows_be_or_have
from biasdetect.suggest.edits import replace


def asked_candidates(text: str, start: int, end: int, terms: Terms) -> Iterator[Candidate]:
    """What the terms in ``text[start:end]`` of a sentence are to be replaced by, best first."""
    for first, last, term in terms.find(text):
        if first < start or last > end:
            continue
        opens = not any(char.isalnum() for char in text[:first])
        passive = follows_be_or_have(text, first)
        for instead in term.instead:
            words = _in_form(instead, text[first:last], term, passive)
            if words:
                words = with_case_of(words, text[first:last], opens)
                kind: Change = "rephrasing" if " " in f"{words}{term.text}" else "word"
                yield Candidate(tuple(replace(text, first, last, words)), words, kind, 1.0)


def _in_form(instead: str, found: str, term: Term, passive: bool) -> str | None:
    """The wording inflected as the term is in the text; None where it is not known how."""
    bases, forms = plain_words(term.text), plain_words(found)
    changed = [number for number, form in enumerate(forms) if form != bases[number]]
    if not changed:
        return instead
    number = changed[0]
    base, form = bases[number], forms[number]
    if len(changed) > 1:
        return None
    possessive = "'s" if form.endswith("'s") and not base.endswith("'s") else ""
    form = form.removesuffix(possessive)
    before, space, last = instead.rpartition(" ")
    verb, gap, after = instead.partition(" ")
    names = number == len(bases) - 1 and (is_noun(last.lower()) or bool(possessive))
    if names and (form == base or is_plural(form, base)):
        return f"{before}{space}{last if form == base else plural(last)}{possessive}"
    acts = None if possessive or number else which_verb_form(form, base)
    if acts is None:
        return None
    if passive and VERB_FORMS[acts] == "past":
        acts = VERB_FORMS.index("participle")
    return f"{verb_forms(verb)[acts]}{gap}{after}"
