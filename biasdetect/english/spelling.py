"""Whether a text is spelled as in the United States or as in Britain, and words in either spelling."""

from __future__ import annotations

import re

from biasdetect.util.patterns import lazy

_STEMS = (
    "apolog author character civil critic emphas general industr legal legit local maxim minim mobil modern national normal organ "
    "patron penal polar priorit privat public radical real recogn reorgan social special stabil summar sympath victim"
).replace(" ", "|")
_OURS = "arm behavi cand col end fav flav harb hon hum lab neighb od parl rum sav vig".replace(" ", "|")
_AMERICAN = lazy(
    rf"\b(?:(?:{_STEMS})iz\w+|(?:{_OURS})or(?:s|ed|ing|able|ite|hood|ly)?|centers?|defense|offense|percent|toward|gotten|"
    r"(?:travel|cancel|label|model|fuel)(?:ed|ing)|skeptic\w*|programs?|Sen\.|Rep\.|Gov\.|GOP|Congress(?:man|woman)?|"
    r"Democrats?|Republicans?)(?!\w)",
    re.IGNORECASE,
)
_BRITISH = lazy(
    rf"\b(?:(?:{_STEMS})is(?:e|ed|es|ing|ation|ations|er|ers)|(?:{_OURS})our(?:s|ed|ing|able|ite|hood|ly)?|centres?|defence|"
    r"offence|per cent|towards|(?:travel|cancel|label|model|fuel)l(?:ed|ing)|sceptic\w*|programmes?|MPs?|Tory|Tories|"
    r"Whitehall|Westminster|Holyrood|Downing Street)(?!\w)|£",
    re.IGNORECASE,
)
_TO_CHANGE = lazy(rf"\b((?:{_STEMS}))is(e|ed|es|ing|er|ers)\b", re.IGNORECASE)
_SCEPTIC = lazy(r"\b(s)ceptic", re.IGNORECASE)


def is_american(text: str) -> bool:
    """Whether more words of a text are spelled as in the United States than as in Britain, or are at home there."""
    return len(_AMERICAN.findall(text)) > len(_BRITISH.findall(text))


def in_american(words: str) -> str:
    """Words in British spelling as they are spelled in the United States: criticise, criticize."""
    return _SCEPTIC.sub(r"\1keptic", _TO_CHANGE.sub(_with_z, words))


def _with_z(match: re.Match[str]) -> str:
    return f"{match[1]}{'IZ' if match[1].isupper() else 'iz'}{match[2]}"
