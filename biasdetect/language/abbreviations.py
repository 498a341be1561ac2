"""Abbreviations of English news, and whether a sentence ends after the full stop of each."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import NamedTuple

from biasdetect.util.patterns import lazy

_UPPER = r"[^\W\d_a-z]"


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


_TITLES = _words(
    """Mr Mrs Ms Mx Dr Drs Prof Profs Sen Sens Rep Reps Gov Govs Gen Gens Lt Col Cpl Capt Cmdr Comdr Sgt Maj Pvt Pfc Spc
    Adm Brig Insp Det Supt Asst Assoc Rev Revd Fr Br Hon Pres Amb Messrs Mme Mlle Msgr Mgr Dep Atty Treas Ald Cllr Cllrs
    Ste Under-Sec Vice-Pres Lieut Sec-Gen Sr Srta Comm Commr Const"""
)
_SAINTS = _words("St Sts Mt Ft Pt Card")  # words or the ends of names too: Dock St.
_NEVER = _words("e.g i.e vs v viz cf approx Approx incl esp")  # the sentence goes on, whatever follows
_NUMBERED = _words("No Nos no nos Sec Secs Art Arts Fig Figs fig figs p pp Vol Vols Ch Chap Para Paras Reg Ex Op Rs Rm")
_BEFORE_NUMBERS = _words("A.D Utd c ca")
_MONTHS = _words("Jan Feb Mar Apr Jun Jul Aug Sep Sept Oct Nov Dec Mon Tue Tues Wed Thu Thur Thurs Fri Sat Sun")
_COMPANIES = _words("Inc Corp Ltd Co Cos Bros LLC LLP Plc PLC Utd Intl")
_OFFICES = _words("Dept Depts Univ Assn Govt Natl")
_ENDS_NAME = _words("Jr Esq Ph.D M.A B.A M.D B.Sc M.Sc M.B.A J.D B.C B.C.E C.E Ave Blvd Rd Ln Sq Hwy Pkwy")
_UNITS = _words("etc lb lbs oz hr hrs min mins sec secs ft yd yds mi kg km cm mm in m.p.h p.c pct cu sq")
_COUNTRIES = _words("U.S U.K U.N E.U U.S.A U.S.S.R U.A.E D.C N.Y L.A")
_STATES = _words(
    """Vt Fla Calif Mass Conn Ala Ariz Ark Colo Ga Ill Ind Kan Ky La Md Mich Minn Miss Mo Mont Neb Nev Okla Ore Pa Tenn
    Tex Va Wash Wis Wyo Ont Que"""
)
_HALF_DAYS = _words("a.m p.m A.M P.M am pm")
_LOWER = _words(
    """dept govt univ assoc assn prof gov approx incl intl natl temp corp bros capt cont est inc col cit ext tel pop ret
    max avg dep ed eds op al ibid resp misc orig"""
)

STARTERS = _words(
    """A About According Across After Again All Almost Along Already Also Although Among An And Another Any Are As At
    Back Because Before Behind Besides Between Beyond Both But By Can Could Despite Did Do Does Down During Each Earlier
    Either Even Every Everyone Few Finally For Four Five Six Seven Eight Nine Ten From Had Half Has Have He Her Here His
    How However I If In Indeed Inside Instead Into Is It Its Just Last Later Like Many Maybe Meanwhile More Most Much My
    Near Nearly Neither Never Nevertheless Next No Nobody None Nor Not Nothing Now Of Off On Once One Only Or Other
    Others Otherwise Our Out Over Perhaps Rather She Should Since So Some Someone Sometimes Soon Still Such Than That
    The Their Then There These They This Those Though Three Through Thus To Today Together Tomorrow Tonight Too Two
    Under Unless Until Up Was We Were What Whatever When Whenever Where Whether Which While Who Whose Why With Within
    Without Would Yesterday Yet You Your"""
)
_WEEKDAYS = _words("Monday Tuesday Wednesday Thursday Friday Saturday Sunday")
MONTH_NAMES = _words("January February March April May June July August September October November December")
# what follows times, companies, countries and stays in their sentence
_ZONES = _words("GMT UTC EST EDT ET CST CDT CT MST MDT MT PST PDT PT BST CET CEST IST JST AEST Eastern Central Pacific")
_ROLES = _words(
    """Chief Chairman Chairwoman Chair President Vice Director Founder Co-founder CEO CFO COO Executive Managing Senior
    Spokesman Spokeswoman Treasurer Manager Analyst Partner Secretary Circus Group Holdings International Board"""
)
_BODIES = _words(
    """Administration Agency Air Ambassador Army Attorney Bank Bishop Bishops Bureau Capitol Census Charter Circuit
    Coast Commission Conference Congress Constitution Consulate Council Court Customs Department District Dollars
    Embassy Envoy Federal Food Forces Forest Government Gulf House Human Immigration Interior Justice Labor Marine
    Marines Marshals Masters Military Mission Navy Olympic Open Parliament Peacekeepers Postal President Rep
    Representative Secret Secretary Security Sen Senate Senator Senators Special State States Steel Supreme Surgeon
    Trade Treasury Undersecretary Vice Virgin"""
)
# what a letter follows that is no initial: plan B
_LABELS = _words(
    """appendix area block class category channel exhibit figure gate grade group hall hepatitis lane letter level line
    lot model object option part patient phase plan platform point room row schedule section sector signed site stage
    stand step terminal tier type unit version vitamin ward war wing zone ch sec art fig vol para"""
)
_FRONTED_TIME = lazy(
    r"\A\W*(?:(?:Just|Shortly|Only) )?(?:At|By|Around|About|Before|After|From|Since|Until)"
    r"(?: (?:about|around|just after|almost))? [\d:.]{1,5}\s?\Z"
)
_PREPOSITION = lazy(
    r"\b(?:in|to|from|of|for|with|by|at|against|across|through|throughout|outside|inside|within|into|near|around|and|over"
    r"|left|leave|entered|enter|reached)\s(?:the\s)?\Z|,\s\Z"
)
_INITIAL = lazy(rf"(?:{_UPPER}(?:\.-?|-))*{_UPPER}")
_ROMAN = lazy(r"(?=[IVXL]{2})X{0,3}(?:I[XV]|V?I{0,3}|L)")
# words that are no abbreviation: four small letters or more, amounts, what ends with a bracket
_ORDINARY = lazy(r"[^\W\d_A-Z][^\W\d_]{3,}|[$£€¥]?\d[\w,.:/%°–-]*|[a-z]+\d+|.*[\])]")
_SHORT_WORD = lazy(r"(?=\w?\w?[aeiouy])[a-z]{2,3}")


class Near(NamedTuple):
    """The surroundings of a full stop after which no lower case follows."""

    before: str  # from the beginning of the sentence, as far as it is looked at, to the word
    word: str  # the word that the full stop follows, without it
    following: str  # the next word
    second: str  # the word after that
    dotted: bool  # the next word has a full stop too
    starter: bool  # the next word is one that sentences begin with


def is_ordinary(word: str) -> bool:
    """Whether a word or amount is none that is written with a full stop."""
    return bool(_ORDINARY.fullmatch(word) or (_SHORT_WORD.fullmatch(word) and word not in _LOWER))


Rule = Callable[[Near], bool | None]  # whether a sentence ends here; None where the library may say


def rule_for(word: str) -> Rule | None:
    """How to tell whether a sentence ends after a word and its full stop; None where the word is no abbreviation."""
    rule = _RULES.get(word.lstrip("0123456789:") or word)
    if rule is None:
        return _initial if _INITIAL.fullmatch(word) else _ends_name if _ROMAN.fullmatch(word) else None
    return rule


def _never(near: Near) -> bool | None:
    return False


def _saint(near: Near) -> bool | None:
    return near.starter


def _numbered(near: Near) -> bool | None:
    if near.following[:1].isdigit() or len(near.following) <= 1 or _ROMAN.fullmatch(near.following):
        return False
    if near.dotted and near.following in _NUMBERED:  # Reg. No. 8; but also: No. No.
        return near.word == "No" and not near.before.strip(' \n"“‘')
    return near.starter or near.word in ("No", "no") or None


def _before_number(near: Near) -> bool | None:
    return False if near.following[:1].isdigit() else None


def _month(near: Near) -> bool | None:
    return not near.following[:1].isdigit() and not (near.dotted and near.following in _MONTHS)


def _company(near: Near) -> bool | None:
    if near.word == "Co" and near.before.endswith((" in ", " from ", " to ")):
        return near.starter  # in Co. Kerry
    if near.word == "Utd" and near.following[:1].isdigit():
        return False
    return near.starter or near.following not in _ROLES | _WEEKDAYS | _COMPANIES


def _ends_name(near: Near) -> bool | None:
    return near.following not in _WEEKDAYS


def _half_day(near: Near) -> bool | None:
    if near.following in _WEEKDAYS | _ZONES | _MONTHS | MONTH_NAMES:
        return False
    return not _FRONTED_TIME.search(near.before + " " * (near.word not in _HALF_DAYS))


def _country(near: Near) -> bool | None:
    if near.starter or near.following.removesuffix("’s").removesuffix("'s") in _BODIES:
        return near.starter
    if near.dotted and near.following in _TITLES:
        return True
    # rose in the U.S. Critics say; but: the bishops of the U.S. Conference of, the navy of the U.S. Virgin Islands
    return bool(_PREPOSITION.search(near.before)) and near.second.islower() and near.second not in ("of", "and", "for")


def _state(near: Near) -> bool | None:
    return True if near.starter else None


def _initial(near: Near) -> bool | None:
    if near.before.rstrip(" .").rpartition(" ")[2].lower() in _LABELS:
        return True
    return near.starter and not (near.word == "I" and not near.before.strip())


_RULES: dict[str, Rule] = {
    word: rule
    for words, rule in (
        (_STATES, _state),
        (_BEFORE_NUMBERS, _before_number),
        (_TITLES | _NEVER, _never),
        (_SAINTS | _OFFICES, _saint),
        (_NUMBERED, _numbered),
        (_MONTHS, _month),
        (_ENDS_NAME | _UNITS, _ends_name),
        (_COMPANIES, _company),
        (_HALF_DAYS, _half_day),
        (_COUNTRIES, _country),
    )
    for word in words
}
ABBREVIATIONS = (_RULES.keys() | _LOWER) - {"no", "in", "am"}  # full stops of these are followed by lower case


TITLES: Mapping[str, frozenset[str]] = {
    "de": frozenset("Fa Hr Fr Frl Hrn Hl".split()),
    "fr": frozenset("M MM Mme Mmes Mlle Mlles Me Mgr Dr Pr St Ste Cie".split()),
    "it": frozenset("Sig Sigg Dott Prof On Avv Ing Mons".split()),
    "nl": frozenset("Dhr Mevr Mr Drs Ir Ing Prof Dr St".split()),
    "pt": frozenset("Sr Sra Srs Dr Dra Prof Profa Exmo Exma".split()),
    "es": frozenset("Sr Sra Sres Srta Dr Dra Ud Uds D Dña".split()),
}
"""Of other languages, before names, what the library takes for the end of a sentence."""
