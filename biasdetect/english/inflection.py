"""Forms of English words: of a verb, the plural of a noun, and every form that a word may take.

lemminflect knows them, and guesses those of words it does not know by a small network of its own. It is imported when the
first form is asked for. Forms that the package itself needs at every start are kept in files beside their users.
"""

from __future__ import annotations

import gzip
import unicodedata
from bisect import bisect_left
from functools import cache, lru_cache
from pathlib import Path
from typing import Any

from biasdetect.english.function_words import FUNCTION_WORDS, PREPOSITIONS, UNINFLECTED
from biasdetect.util.patterns import lazy

VERB_FORMS = ("base", "s", "ing", "past", "participle")
"""The forms of a verb, as :func:`verb_forms` gives them."""

# of words that lemminflect does not know
_PLURAL = lazy(r"(?:[^su]s|ese)$")
_NO_VERB = lazy(r"(?:[^su]s|ed|ing|man)$")
_TAGS = dict(zip(VERB_FORMS, ("VB", "VBZ", "VBG", "VBD", "VBN"), strict=True))  # of the Penn Treebank
# what newspapers write, where lemminflect puts another form first or has a wrong one
_USUAL = {
    "NNS": {
        "aircraft": "aircraft",
        "beef": "beefs",
        "fish": "fish",
        "flack": "flacks",
        "low-life": "low-lifes",
        "offspring": "offspring",
        "person": "people",
    },
    "VBD": {
        "bid": "bid",
        "broadcast": "broadcast",
        "forecast": "forecast",
        "lie": "lied",
        "mimic": "mimicked",
        "pal": "palled",
        "program": "programmed",
        "reprogram": "reprogrammed",
        "tar": "tarred",
    },
    "VBG": {
        "mimic": "mimicking",
        "pal": "palling",
        "program": "programming",
        "reprogram": "reprogramming",
        "tar": "tarring",
    },
    "VBN": {
        "bias": "biased",
        "lean": "leaned",
        "light": "lit",
        "quit": "quit",
        "ski": "skied",
        "smell": "smelled",
        "spell": "spelled",
        "spoil": "spoiled",
    },
}
_USUAL["VBN"] = {**_USUAL["VBD"], **_USUAL["VBN"]}
# forms of lemminflect's that are other words in a newspaper
_OTHER_WORDS = {"crow": {"crew"}, "pal": {"paled", "paling"}, "tar": {"tared", "taring"}}


def verb_forms(verb: str) -> tuple[str, str, str, str, str]:
    """The forms of a verb: base, third person, -ing, past, participle; of several spellings the usual one.

    Args:
        verb: its base form, in lower case.
    """
    base, s, ing, past, participle = (_spellings(verb, tag)[0] for tag in _TAGS.values())
    return base, s, ing, past, participle


def all_verb_forms(verb: str) -> list[str]:
    """Every form of a verb in every spelling: label, labels, labeling, labelling, labeled, labelled.

    Args:
        verb: its base form, in lower case.
    """
    found = [form for tag in _TAGS.values() for form in _spellings(verb, tag)]
    return list(dict.fromkeys(found))


def which_verb_form(form: str, verb: str) -> int | None:
    """The number in :data:`VERB_FORMS` of a form of a verb in any spelling, the first where it may be several.

    None where it is no form of the verb, or the verb is none.

    Args:
        form: in lower case.
        verb: its base form, in lower case.
    """
    if not is_verb(verb):
        return None
    return next((number for number, tag in enumerate(_TAGS.values()) if form in _spellings(verb, tag)), None)


def plural(noun: str) -> str:
    """The plural of a noun, of several the usual one.

    Args:
        noun: its singular, in lower case but for names.
    """
    parts = noun.split("-")
    if _is_led_by_its_head(parts):
        return "-".join([plural(parts[0]), *parts[1:]])
    return _spellings(noun, "NNS")[0]


def is_plural(form: str, noun: str) -> bool:
    """Whether a form is a plural of a noun, in any spelling; both in lower case."""
    return form != noun and form in (plural(noun), *_spellings(noun, "NNS"))


def is_noun(word: str) -> bool:
    """Whether a word in its base form may be a noun; of a word that is not known, it may."""
    known = _known(word.rpartition("-")[2])
    return word not in FUNCTION_WORDS and (not known or "NN" in known)


def is_verb(word: str) -> bool:
    """Whether a word in its base form may be a verb; of a word that is not known, it may."""
    known = _known(word.rpartition("-")[2])
    return not known or "VB" in known


def all_forms(word: str) -> frozenset[str]:
    """Every form of a word as whatever it may be, noun, verb or adjective, in every spelling, and its possessives.

    Args:
        word: its base form, in lower case; in a compound with hyphens the last part is inflected.
    """
    if word in UNINFLECTED or not word[-1:].isalpha():
        return frozenset((word,))
    if not word.isascii():
        plain = _without_accents(word)
        return frozenset(_with_accents(word, form) for form in all_forms(plain)) if plain else frozenset((word,))
    before, hyphen, last = word.rpartition("-")
    known = _known(word)
    if known or not hyphen:
        forms, nouns = _forms_by_use(word, known)
    else:
        forms = set() if last in PREPOSITIONS else {f"{before}-{form}" for form in all_forms(last)}
        nouns = {plural(word)}
    nouns.add(word)
    return frozenset(forms | nouns | {f"{noun}'s" for noun in nouns})


def _forms_by_use(word: str, known: dict[str, tuple[str, ...]]) -> tuple[set[str], set[str]]:
    """Every form of a word that is no compound with a hyphen, and those of them that are forms of a noun."""
    forms = {form for spellings in known.values() for form in spellings}
    forms.update(usual[word] for usual in _USUAL.values() if word in usual)
    nouns = set(known.get("NNS", ()))
    if not {"NN", "VB"} & known.keys():  # unknown, or an adjective, which may be used as a noun: illegals
        nouns.add(plural(word))
    if "VB" in known or not (known or _NO_VERB.search(word)):
        forms.update(all_verb_forms(word))
    elif verb := _verb_at_the_end(word):
        forms.update(word.removesuffix(verb) + form for form in all_verb_forms(verb))
    return forms, nouns


def _verb_at_the_end(word: str) -> str:
    """The verb that a compound of two words ends in, and may be used as: gaslight, gaslit; empty for other words."""
    for place in range(3, len(word) - 3):
        if "VB" in _known(word[place:]) and "NN" in _known(word[:place]):
            return word[place:]
    return ""


def _spellings(word: str, tag: str) -> tuple[str, ...]:
    """One form in every spelling, the usual one first."""
    if not word[-1:].isalpha():
        return (word,)
    if any(char.isupper() for char in word[1:]):  # MP, iPhone
        return (f"{word}s" if tag == "NNS" else word,)
    if word[0].isupper():
        return tuple(form[0].upper() + form[1:] for form in _spellings(word[0].lower() + word[1:], tag))
    if not word.isascii():
        plain = _without_accents(word)
        return tuple(_with_accents(word, form) for form in _spellings(plain, tag)) if plain else (word,)
    usual = _USUAL.get(tag, {}).get(word)
    found = dict.fromkeys((usual, *_listed(word, tag)) if usual else _listed(word, tag))
    return tuple(form for form in found if form not in _OTHER_WORDS.get(word, ()))


def _listed(word: str, tag: str) -> tuple[str, ...]:
    """One form as lemminflect lists or guesses it; of a compound with a hyphen, that of its last part."""
    known = _known(word)
    before, hyphen, last = word.rpartition("-")
    if known:
        other = {"VBD": "VBN", "VBN": "VBD"}.get(tag, tag)  # of a regular verb one of them is listed
        return known.get(tag) or known.get(other) or _guessed(word, tag)
    if hyphen and last:
        return tuple(f"{before}-{form}" for form in _spellings(last, tag))
    if tag == "NNS" and word.endswith("man"):  # strongmen; the common ones are listed
        return (f"{word[:-2]}en",)
    return (word,) if tag == "NNS" and _PLURAL.search(word) else _guessed(word, tag)


def _guessed(word: str, tag: str) -> tuple[str, ...]:
    """One form of a word that lemminflect does not know, as that kind of word."""
    return _guesses(word, "NOUN" if tag == "NNS" else "VERB").get(tag, (word,))


@lru_cache(maxsize=1000)
def _guesses(word: str, kind: str) -> dict[str, tuple[str, ...]]:
    return _inflections().getAllInflectionsOOV(word, kind)


@lru_cache(maxsize=1000)
def _known(word: str) -> dict[str, tuple[str, ...]]:
    """The forms that lemminflect's tables have of a word, by tag; of an unknown one those of a name."""
    listed = _inflections().infl_dict.get(word, {})
    if not listed:
        name = _inflections().getAllInflections(word, "PROPN").get("NNS", ("",))[0].lower()
        # of many names the plural is listed as the name itself: Mary
        return {"NN": (word,), "NNS": (name,)} if name not in ("", word) else {}
    corrected = _inflections().getAllInflections(word)
    other = _OTHER_WORDS.get(word, ())
    hyphens = word.count("-")
    return {
        tag: tuple(
            form
            for form in sorted(
                dict.fromkeys((*corrected[tag], *spellings)), key=lambda form: form.count("-") != hyphens
            )
            if form not in other and " " not in form
        )
        for tag, spellings in listed.items()
    }


def _without_accents(word: str) -> str:
    """A word with the plain letters for those with accents, as long as it is; empty where that cannot be."""
    plain = "".join(char for char in unicodedata.normalize("NFD", word) if not unicodedata.combining(char))
    return plain if plain.isascii() and len(plain) == len(word) else ""


def _with_accents(word: str, form: str) -> str:
    """A form of a word, made from the word without its accents, with them."""
    same = 0
    for ours, plain in zip(form, _without_accents(word), strict=False):
        if ours != plain:
            break
        same += 1
    return word[:same] + form[same:]


def _is_led_by_its_head(parts: list[str]) -> bool:
    """Whether the first part of a compound is the noun: advocate-in-chief, runner-up."""
    if len(parts) < 2 or parts[1] not in PREPOSITIONS:
        return False
    return len(parts) > 2 or (parts[0].endswith(("er", "or")) and "VB" not in _known(parts[0]))


class _Table:
    """lemminflect's table of forms, of which no line is parsed before its word is asked for.

    lemminflect itself parses all 40,000 at once, which takes a third of a second and 19 MB.
    """

    def __init__(self, path: str) -> None:
        from lemminflect.codecs.InflectionLUCodec import InflectionLUCodec

        self._codec = InflectionLUCodec
        self._auxiliaries = InflectionLUCodec.updateForAuxMod({})
        self._lines = sorted(gzip.decompress(Path(path).read_bytes()).decode().splitlines())

    def get(self, word: str, default: dict[str, tuple[str, ...]]) -> dict[str, tuple[str, ...]]:
        """The forms of a word by their tags, each in its spellings."""
        if word in self._auxiliaries:
            return self._auxiliaries[word]
        forms: dict[str, tuple[str, ...]] = {}
        for index in range(bisect_left(self._lines, f"{word},"), len(self._lines)):
            if not self._lines[index].startswith(f"{word},"):
                break
            forms.update(self._codec.fromString(self._lines[index])[2])
        return forms or default


@cache
def _inflections() -> Any:
    from lemminflect import config
    from lemminflect.core.Inflections import Inflections

    inflections = Inflections()
    inflections.infl_dict = _Table(config.inflection_lu_fn)  # what it would load by itself
    return inflections
