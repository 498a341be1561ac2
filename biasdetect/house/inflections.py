"""The forms of an English word, from its base form by rule. What is no word harms nothing: no text holds it."""

from __future__ import annotations

import re

_IRREGULAR = """
be am is are was were been being|have has had having|do does did done doing|go goes went gone going|say says said
make made|take took taken|give gave given|get got gotten|come came|see saw seen|know knew known|think thought
tell told|find found|become became|leave left|feel felt|bring brought|begin began begun|keep kept|hold held
write wrote written|stand stood|hear heard|mean meant|meet met|run ran running|pay paid|sit sat|speak spoke spoken
lie lay lain lying|lead led|grow grew grown|lose lost|fall fell fallen|send sent|build built|draw drew drawn
break broke broken|spend spent|rise rose risen|drive drove driven|buy bought|wear wore worn|choose chose chosen
seek sought|throw threw thrown|catch caught|deal dealt|win won winning|forget forgot forgotten|hide hid hidden
fight fought|teach taught|eat ate eaten|sell sold|shoot shot|shake shook shaken|steal stole stolen|strike struck stricken
sing sang sung|sink sank sunk|swear swore sworn|tear tore torn|swing swung|sweep swept|creep crept|weep wept
freeze froze frozen|fly flew flown|blow blew blown|bite bit bitten|ride rode ridden|ring rang rung|drink drank drunk
swim swam swum|spring sprang sprung|shrink shrank shrunk|stink stank stunk|cling clung|fling flung|sling slung
slay slew slain|flee fled|bleed bled|breed bred|feed fed|speed sped|bend bent|lend lent|light lit|slide slid
hang hung|dig dug|stick stuck|spin spun|wind wound|grind ground|bind bound|forbid forbade forbidden
cut cutting|hit hitting|put putting|set setting|let letting|shut shutting|split splitting|quit quitting|slit slitting
man men|woman women|child children|person people persons|foot feet|tooth teeth|goose geese|mouse mice|ox oxen
"""
# of each of these every form is given, or follows by rule from the first
_FORMS = {group.split()[0]: group.split() for line in _IRREGULAR.split("\n") for group in line.split("|") if group}
_FIXED = frozenset("a an the and or but nor of to in on at by for with from as than that this it its his her".split())
_DOUBLES = re.compile(r"[^aeiou][aeiou][bdfgklmnprtvz]$")
_VOWELS = re.compile(r"[aeiouy]+")


def inflections(word: str) -> frozenset[str]:
    """The word itself, its plural, third person, past and -ing forms, and the possessives of all of them.

    Args:
        word: its base form, in lower case; in a compound with hyphens the last part is inflected.
    """
    if word in _FIXED or not word[-1:].isalpha():
        return frozenset((word,))
    forms = {word, *_FORMS.get(word, ())}
    if len(word) > 2:
        forms |= {*_plurals(word), *_verb_forms(word)}
    return frozenset(forms | {f"{form}'s" for form in forms})


def _plurals(word: str) -> list[str]:
    if word.endswith("sis"):
        return [f"{word[:-2]}es"]
    if word.endswith(("s", "x", "z", "ch", "sh")):
        return [f"{word}es"]
    if word.endswith("y") and word[-2] not in "aeiou":
        return [f"{word[:-1]}ies"]
    if word.endswith("man"):
        return [f"{word}s", f"{word[:-3]}men"]
    if word.endswith(("f", "fe")):
        return [f"{word}s", f"{word.rstrip('e')[:-1]}ves"]
    return [f"{word}s", f"{word}es"] if word.endswith("o") else [f"{word}s"]


def _verb_forms(word: str) -> list[str]:
    if word.endswith("ie"):
        return [f"{word}d", f"{word[:-2]}ying"]
    if word.endswith("e"):
        return [f"{word}d", f"{word}ing" if word.endswith(("ee", "oe", "ye")) else f"{word[:-1]}ing"]
    if word.endswith("y") and word[-2] not in "aeiou":
        return [f"{word[:-1]}ied", f"{word}ing"]
    if word.endswith("c"):
        return [f"{word}ked", f"{word}king"]
    doubled = [f"{word}{word[-1]}{ending}" for ending in ("ed", "ing")] if _DOUBLES.search(word) else []
    if doubled and len(_VOWELS.findall(word)) == 1:  # "barred": "bared" is of another word
        return doubled
    return [*doubled, f"{word}ed", f"{word}ing"]
