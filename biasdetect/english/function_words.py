"""English function words by kind, and the sets that more than one room composes from them.

A room that means other words than these composes its own set of them, so that what is deliberate can be seen.
"""

from __future__ import annotations


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


ARTICLES = _words("a an the")
DEMONSTRATIVES = _words("this that these those")
POSSESSIVES = _words("his her its their our my your")
QUANTIFIERS = _words("every each all both any some no")
SUBJECT_PRONOUNS = _words("he she it they we you i")
OBJECT_PRONOUNS = _words("him them us me you it")
RELATIVES = _words("who which whose")
COORDINATORS = _words("and or but nor")
SUBORDINATORS = _words("if when while after before since until because")
BE = _words("is are was were be been being")
HAVE = _words("has have had")
DO = _words("do does did")
MODALS = _words("will would can could may might must should")
COMMON_PREPOSITIONS = _words("of to in on at by for with from")
PREPOSITIONS = COMMON_PREPOSITIONS | _words(
    "about after against among as before between during into off out over since than through under until up"
)
COMMON_PARTICLES = _words("up down off out away through back over")
# the commonest words of a text that are not also common words of the languages around English
DISTINCTIVE = _words(
    "the of and to that is was for it with as his on be by he this have from not are which they were had has their its "
    "been but said at her she would who will an after or"
)

# what no phrase starts or ends with: a judgement is never in them
NEVER_LOADED = (
    ARTICLES | DEMONSTRATIVES | POSSESSIVES | SUBJECT_PRONOUNS | COORDINATORS | COMMON_PREPOSITIONS | BE | HAVE | DO
    | _words("as than who which will would")
)  # fmt: skip
FUNCTION_WORDS = (
    NEVER_LOADED | RELATIVES | MODALS | PREPOSITIONS | SUBORDINATORS | _words("not so yet there then also only just no")
)
# words of a term that stand for themselves: "it" is not looked for where "its" is meant, nor "a" as "an"
UNINFLECTED = ARTICLES | COORDINATORS | COMMON_PREPOSITIONS | _words("as than that this it its his her")
