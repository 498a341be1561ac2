"""Nouns that tell in which sense a loaded word stands: what can rise, what can be bought, what can be voted on."""

from __future__ import annotations

from biasdetect.english.classes import is_plural_noun
from biasdetect.suggest.tokens import Tokens


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


PRICES = _words(
    "price cost fee fare charge rent bill tax rate premium toll tariff fine penalty levy tuition salary wage pay bonus interest "
    "valuation markup margin tuition expense spending"
)
AMOUNTS = PRICES | _words(
    "sum amount number figure total budget debt deficit surplus fund funding money cash benefit pension share stock profit "
    "revenue sale turnover income earning dividend loss saving investment inflation unemployment employment growth output demand "
    "supply production poverty crime homelessness immigration migration emission temperature subsidy grant payment payout payoff "
    "settlement award loan mortgage credit poll rating popularity approval support vote turnout majority lead percentage "
    "proportion value currency dollar pound euro yen peso ruble rouble lira rupee index market gdp export import trade "
    "population membership attendance audience viewership readership circulation traffic death casualty case infection "
    "hospitalization caseload backlog queue waiting-list job vacancy position post workforce headcount staff staffing "
    "expenditure contribution donation increase rise cut reduction decrease gain crowd fortune quantity volume level stake "
    "estate bounty discount rebate refund fund-raising fundraising reserve asset liability enrolment enrollment"
)
JOBS = _words("job post position role staff worker employee workforce redundancy vacancy")
PLANS = _words(
    "plan proposal idea bid bill law reform scheme deal motion amendment measure project policy offer request appeal move "
    "merger takeover talk legislation effort attempt suggestion programme program rule regulation agreement treaty pact accord "
    "negotiation vote nomination appointment tax levy ban budget strategy initiative pledge promise target requirement "
    "standard protection provision subsidy grant service scheme act package pipeline rail railway route candidate candidacy "
    "campaign resolution sanction tariff brexit referendum inquiry investigation nominee protocol framework mandate review "
    "report clause quota cap test exam curriculum course contract ceasefire truce summit election system guideline ordinance "
    "statute decree compromise"
)
CONTESTS = _words(
    "election vote primary poll match game final league cup season contest race seat caucus rival opponent side team semi-final "
    "semifinal quarter-final quarterfinal championship tournament runoff by-election playoff score fixture title"
)


def is_one_of(word: str, nouns: frozenset[str]) -> bool:
    """Whether a word is one of some nouns, in either number."""
    word = word.rpartition("-")[2] if word not in nouns else word
    if word in nouns or word.removesuffix("s") in nouns or word.removesuffix("es") in nouns:
        return True
    return word.endswith("ies") and f"{word[:-3]}y" in nouns


def any_of(tokens: Tokens, start: int, stop: int, nouns: frozenset[str], numbers: bool = False) -> bool:
    """Whether one of some nouns stands among tokens, up to the first mark; with ``numbers``, or digits."""
    for place in range(max(start, 0), min(stop, len(tokens))):
        token = tokens[place]
        if not token.is_word and token.text not in "\"'“‘’”$€£¥-%":
            return False
        if is_one_of(token.lower, nouns) or (numbers and (token.is_number or token.lower in ("million", "billion"))):
            return True
    return False


def any_before(tokens: Tokens, stop: int, width: int, nouns: frozenset[str]) -> bool:
    """Whether one of some nouns stands among the words before a token, back to the first mark."""
    for place in range(stop - 1, max(-1, stop - width - 1), -1):
        token = tokens[place]
        if not token.is_word and token.text not in "\"'“‘’”$€£¥-%":
            return False
        if is_one_of(token.lower, nouns):
            return True
    return False


def plural_after(tokens: Tokens, start: int, width: int = 3) -> bool:
    """Whether a plural noun follows: "complaints", "angry complaints"."""
    for place in range(start, start + width):
        token = tokens[place]
        if not token.is_word:
            return False
        if "N" in token.classes and is_plural_noun(token.lower):
            return not tokens.is_compound_head(place)
        if not tokens.is_modifier(place) and not ("N" in token.classes or tokens.is_name(place)):
            return False
    return False
