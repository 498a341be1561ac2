"""Classifies a single line as boilerplate or prose, by a linear classifier over its features.

Three regressions over hashed features, made by ``training/train_boilerplate.py`` from hand-written lines: of the form of a
line, of its words, and of both. What form or words say alone is capped, so that neither a boilerplate-like shape (a bare
label) nor a boilerplate-like word ("subscribe") makes boilerplate of a line without the other.
"""

from __future__ import annotations

import base64
import json
import re
import zlib
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from biasdetect.english.function_words import (
    ARTICLES,
    BE,
    COMMON_PREPOSITIONS,
    COORDINATORS,
    DEMONSTRATIVES,
    DO,
    HAVE,
    MODALS,
)
from biasdetect.util.patterns import lazy

BUCKETS = 1 << 18
KIND_BUCKETS = 1 << 13

LONGEST = 500  # characters; what is longer is prose, whatever it says
NOT_BOILERPLATE = -100.0  # the score of what is not looked at
MOST_PER_VIEW = 3.0
THRESHOLD = 1.2  # of the sum: few lines of prose may be lost, at the price of boilerplate that stays

_SIGNS_WITHIN = 240  # characters from the start of a line
_HEAD, _TAIL = 32, 16  # tokens of a longer line that are looked at, from its start and its end
_TOKEN = lazy(r"[^\W\d_]+(?:[-’'.][^\W\d_]+)*|\d+|[^\w\s]|_")

_PUNCTUATION = {
    character: name
    for name, characters in {"SEPARATOR": "|·•", "ARROW": "»›→>←", "QUOTE": "«\"“”'‘’", "DASH": "–—-"}.items()
    for character in characters
}

# Classes of words, so that what is learnt of one month, network or pronoun holds for the others.
_CLASSES: dict[str, str] = {}
for _name, _words in {
    "NETWORK": """facebook twitter whatsapp telegram linkedin reddit pinterest instagram tiktok youtube snapchat vk viber
        messenger mastodon bluesky threads tumblr flipboard odnoklassniki discord wechat weibo patreon spotify google apple
        android ios iphone substack""",
    "MONTH": """january february march april may june july august september october november december jan feb mar apr jun
        jul aug sep sept oct nov dec""",
    "DAY": "monday tuesday wednesday thursday friday saturday sunday mon tue tues wed thu thur thurs fri sat sun today yesterday",
    "CLOCK": """am pm a.m p.m gmt bst utc est edt cst cdt mst pst pdt ist wat eat cat sgt hkt aest aedt cet cest msk pkt jst
        kst wib nzst nzdt sast wita trt""",
    "UNIT": "min mins minute minutes hour hours hrs days ago sec",
    "WE": "we our us ours we're we've we'll",
    "YOU": "you your yours you're you've you'll",
    "THIRD": "i my me he she they his their her him them it its who",
    "PREPOSITION": " ".join(COMMON_PREPOSITIONS)
    + " about after before over under into as against between during through",
    "ARTICLE": " ".join(ARTICLES),
    "THIS": " ".join(DEMONSTRATIVES),
    "AUXILIARY": " ".join(BE | HAVE | MODALS | DO),
    "SAY": "said says told tells added asked asks warned vows denies claims announced",
    "CREDIT": """photo photograph photographs photos photographer image images picture pictures pic pics credit credits
        illustration graphic graphics infographic getty shutterstock alamy istock unsplash pixabay reuters afp ap epa upi
        tass interfax xinhua ani pti collage screenshot screengrab supplied handout courtesy file cartoon chart map""",
    "CONJUNCTION": " ".join(COORDINATORS) + " &",
    "PAGE": """article articles story stories page pages site website websites web post posts newsletter newsletters app apps
        channel comment comments subscription subscriptions subscriber subscribers account reader readers journalism
        reporting newsroom editor editors editorial cookie cookies privacy email e-mail emails inbox link links podcast
        podcasts video videos browser content column blog edition version transcript headline headlines copyright
        advertiser ad ads advert advertising advertisement notifications alerts updates briefing coverage feed login
        password profile settings preferences policy consent terms disclaimer correction corrections typo error mistake
        hyperlink material materials reproduction permission license licence affiliate commission sponsor sponsored partner
        partners premium trial free access unlimited membership member members donation donate donations contribution quiz
        poll survey gallery caption captions bookmark print pdf topic topics tags tag section menu search news text views
        opinions author authors writer publisher published reporter correspondent columnist interview episode episodes
        series live discussion moderated moderators debate conversation""",
    "COMMAND": """read see watch listen subscribe follow share sign join get download click tap find check support help
        become register log enter leave add save send tell write contact call visit view show open close skip scroll
        continue explore discover learn try start stay keep enjoy accept allow manage please submit report select choose
        vote take test play buy order unlock upgrade browse catch don't never create give make like enable turn install
        receive jump go use update rate review tweet tune""",
}.items():
    for _word in _words.split():
        _CLASSES.setdefault(_word, _name)

_COMMANDS = {word for word, name in _CLASSES.items() if name == "COMMAND"} | set(
    "search donate print email want got have found spotted noticed".split()
)
_PAST = set(
    """was were had said told did went came got made took gave found left lost won fell rose held kept led met paid sold sent
    spent stood struck thought wrote saw ran began broke brought built bought caught chose drew drove fed felt fought flew
    forgot froze grew heard hid hung knew laid lay lit meant rang sang sank sat shook shot slept spoke stole stuck swam
    swore taught threw wore""".split()
)

_NAME = r"(?:[A-Z][\w’'.-]*\s+){1,3}[A-Z][\w’'-]+"
_MONTH = (
    r"(?:jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?|oct(?:ober)?"
    r"|nov(?:ember)?|dec(?:ember)?)\.?"
)
# Most signs need one of these tokens, which is quicker to see than the sign itself; "9" stands for any number.
_NOTHING: frozenset[str] = frozenset()
_NEEDED = {
    name: frozenset(tokens.split())
    for name, tokens in {
        "date": "9",
        "stamp": "9 today yesterday just",
        "reading-time": "min mins minute minutes read reading time",
        "slash": "/ |",
        "agency": "afp ap reuters getty epa pti ani ians xinhua tass alamy shutterstock anadolu aap upi dpa",
        "brackets": "( [",
        "copyright": "© c copyright rights",
        "reuse": "may permission consent allowed link hyperlink hyperlinks hyper-link reproduction",
        "edited": "by with contributed",
        "disclaimer": "view views opinion opinions constitute advice guarantee indicative conflict conflicts",
        "cookies": "cookie cookies",
        "affiliate": "affiliate earn commission",
        "error-report": "typo error mistake inaccuracy ctrl",
        "trail": "| · • › » > /",
        "price": "9",
        "degrees": "°",
        "opens-quote": "\" “ ' ‘ «",
        "closes-quote": "\" ” ' ’ »",
        "score": "9",
        "mail-or-handle": "@",
        "telephone": "9",
        "clock": "9",
        "year": "9",
        "self": """this these original earlier previous version author authors writer writers columnist columnists contributor
            contributors views opinions""",
    }.items()
}
# Signs, each worth a feature and none a verdict: what they prove together is learnt. Those that are not cased are
# looked for in lower case.
_SIGNS: tuple[tuple[str, bool, frozenset[str], re.Pattern[str]], ...] = tuple(
    (name, cased, _NEEDED.get(name, _NOTHING), lazy(pattern))
    for name, cased, pattern in (
        (
            "pointer",
            False,
            r"^\W*(?:also\s+)?(?:please\s+)?(?:read|see|watch|listen|look)(?:\s+(?:also|more|next|now|this|on|further|too"
            r"|about))*\s*[:|»›→–—-]+\s*\S",
        ),
        (
            "label",
            False,
            r"^\W*(?:related|more|also|recommended|trending|previous|next|earlier|opinion|explained|editor'?s pick|don'?t miss"
            r"|must read|in case you missed it|icymi|further reading|see also|read also|also read|read more|read next|watch"
            r"|listen|video|photos?|gallery|live|podcast|quiz|poll)(?:\s+(?:on|in|about|from|article|story|stories|coverage"
            r"|topic|topics|read|news|this))*(?:\s+\w+){0,2}\s*[:|]\s*\S",
        ),
        (
            "topics",
            False,
            r"^\W*(?:related\s+)?(?:tags?|tagged|topics?|keywords?|key\s?words|categor(?:y|ies)|filed|posted|labels?|subjects?"
            r"|places|people|themes?|sections?|more on)\b(?:\s+(?:in|under|with|as))?\s*[:|→]",
        ),
        ("hashtags", True, r"^(?:#\w+[\s,|]*)+$"),
        (
            "byline",
            True,
            r"^\W*(?:(?:written|words|text|story|report|reported|edited|posted|interview|analysis|opinion|photos?|compiled"
            r"|prepared|translated|reviewed|submitted|published)(?:\s+and\s+\w+)?\s+)?[Bb][Yy]:?\s+" + _NAME + r"\b\W*$",
        ),
        (
            "by",
            True,
            r"^\W*(?:B[yY]|by):?\s+[A-Z][\w’'.-]+(?:\s+(?:[A-Z][\w’'.-]*|and|&|de|la|van|von|der|bin|al|für|ter))*"
            r"\s*(?:$|[,|/·•–-]|\b(?:in|for|of)\b)",
        ),
        ("name", True, f"^{_NAME}$"),
        (
            "role",
            True,
            f"^{_NAME}" + r"\s*[,|·–-]?\s+(?:[\w-]+\s+){0,3}(?i:reporter|correspondent|editor|writer|columnist|contributor"
            r"|producer|journalist|desk|bureau)\b",
        ),
        (
            "about-author",
            True,
            f"^{_NAME}" + r",?\s+(?:is|was|covers|writes|reports|has (?:been|covered)|joined|contributed|teaches|works"
            r"|can be reached)\b",
        ),
        (
            "date",
            False,
            r"^\W*(?:\w+,?\s+)?(?:\d{1,2}(?:st|nd|rd|th)?\s+" + _MONTH + "|" + _MONTH + r"\s+\d{1,2}(?:st|nd|rd|th)?)\b"
            r"[\s,]*(?:\d{4})?[\s,|·•/-]*(?:at\s+)?(?:\d{1,2}[:.]\d\d)?\s*(?:[ap]\.?m\.?)?\s*(?:\(?[a-z]{2,4}\)?)?\W*$",
        ),
        (
            "stamp",
            False,
            r"^\W*(?:(?:first|last|originally)\s+)?(?:published|updated|posted|modified|edited|created|released|uploaded"
            r"|archived)\b(?:\s+(?:date|on|at|by))?\s*[:\-–]?\s*(?:\w+,?\s+)?(?:\d|" + _MONTH + "|today|yesterday|just)",
        ),
        (
            "ago",
            False,
            r"^\W*(?:\w+\s+)?(?:\d+|an?|one|two|three)\s*(?:m|h|d|w|s|min|mins|minutes?|hours?|hrs?|days?|weeks?|months?"
            r"|years?|secs?)\s*(?:ago|read)?\W*$",
        ),
        ("reading-time", False, r"\b\d+[\s-]*min(?:ute)?s?\.?\s*(?:read|listen)|read(?:ing)? time|time to read"),
        (
            "credit",
            False,
            r"^\W*(?:(?:file|courtesy|provided|contributed|supplied)\s+)?(?:photo(?:graph)?s?|images?|pictures?|pics?|credits?"
            r"|illustrations?|graphics?|sources?|videos?|caption|data|chart|map|cartoon|collage|screen\s?(?:shot|grab)s?"
            r"|courtesy|supplied|handout|via)\b(?:\s+(?:credit|by|courtesy|source|caption|copyright|from))*(?:\s+of)?\s*[:|/,]",
        ),
        ("slash", True, r"[A-Z]\w+\s*[/|]\s*(?:[A-Z]|The\b)"),
        (
            "agency",
            True,
            r"\b(?:AFP|AP|Reuters|REUTERS|Getty|EPA|PTI|ANI|IANS|Xinhua|TASS|Alamy|Shutterstock|Anadolu|AAP|UPI|dpa)\b",
        ),
        ("brackets", True, r"^[(\[][^)\]]{1,90}[)\]]\.?$"),
        ("copyright", False, r"©|\(c\)|\bcopyright\b[^.]{0,80}\d{4}|all rights reserved"),
        (
            "reuse",
            False,
            r"may not be (?:re)?(?:published|produced|broadcast|copied)"
            r"|without (?:the )?(?:(?:prior|written|express) ){0,3}(?:permission|consent)"
            r"|(?:re)?print(?:ing|ed)? (?:of|only|is|with)\b[^.]{0,80}(?:permission|allowed|link|consent)|hyper-?link|reproduction\b",
        ),
        (
            "edited",
            False,
            r"\b(?:editing|reporting|writing|compiled) by\b|contributed to this (?:report|story|article)"
            r"|with (?:inputs?|files|reporting|material|information) (?:from|by)",
        ),
        (
            "history",
            False,
            r"^(?:this|the|an?)\b(?:\s+\w+){0,3}\s+(?:article|story|piece|post|report|column|essay|interview|version|page"
            r"|live blog|text|material|video|podcast|episode|content|newsletter)\b.{0,40}\b(?:first|originally|updated|amended"
            r"|corrected|appeared|published|edited|produced|republished|sponsored|older|translated|part of|made possible"
            r"|misstated|misspelled|exclusive|available|contains|for (?:subscribers|members))\b",
        ),
        (
            "disclaimer",
            False,
            r"\b(?:views?|opinions?)\b.{0,80}\b(?:author|authors|writer|writers|own|contributors?|personal|editors|editorial"
            r"|reflect|necessarily)\b|does not constitute|not (?:financial|investment|medical) advice"
            r"|no guarantee of future|not indicative|conflicts? of interest",
        ),
        (
            "cookies",
            False,
            r"\bcookies?\b.{0,80}\b(?:use|uses|accept|policy|settings|experience|agree|site|consent|manage|reject|enable|allow)\b"
            r"|\b(?:use|uses|accept|agree|consent|enable|reject|allow)\b.{0,80}\bcookies?\b",
        ),
        (
            "affiliate",
            False,
            r"\baffiliate\b|earn (?:a )?(?:small )?(?:commission|money)|\bcommission\b.{0,80}\b(?:links?|buy|purchase|sales?)\b",
        ),
        (
            "error-report",
            False,
            r"\b(?:typo|error|mistake|inaccuracy)\b.{0,80}\b(?:ctrl|press|select|highlight|let us know|tell us|report|text"
            r"|write|please|editor)\b|ctrl\s*\+",
        ),
        (
            "count",
            False,
            r"^\W*[\d.,]+[km]?\s+(?:comments?|shares?|views?|likes?|votes?|replies|reads|claps|responses|reactions|people)\b"
            r"|^\W*(?:comments?|shares?|views?|likes?|hits|reads|reposts?)\W*[\d.,]+[km]?\W*$",
        ),
        ("trail", True, r"\S\s?[|·•›»>/]\s?\S.*[|·•›»>/]\s?\S"),
        ("price", False, r"(?:[$£€₹]|rs\.?|n|us\$)\s?\d+(?:[.,]\d+)?\s*(?:/|a|per)\s*(?:mo|month|week|year|day|wk|yr)"),
        ("this-is", False, r"^this (?:article|story|post|piece|content|page|site|website|video|column|material|is an? )\b"),
        (
            "if-you",
            False,
            r"^(?:if|do|did|have|are|were|was|want|got|found|spotted|noticed|see|saw|know|need|looking|like|enjoyed)\b"
            r".{0,200}\b(?:you|your|us|our)\b",
        ),
        # \u0370-\u1fff and \u3040-\uffff, said by what they are not: a set is compiled a character at a time
        ("other-script", True, r"[^\x00-\u036f\u2000-\u303f\U00010000-\U0010ffff]"),
        ("digits-only", True, r"^[\d:. /|]+$"),
        ("degrees", True, r"\d\s?°|°[CF]?\b"),
        ("symbols", True, r"[\u2190-\u21ff\u2600-\u27bf\U0001f300-\U0001faff★▲▼▶]"),
        ("opens-quote", True, r"^[\"“'‘«]"),
        ("closes-quote", True, r"[\"”'’»][.,!?]?$|[.,!?][\"”'’»]\s+\w+[^\"”'’»]*$"),
        ("list-item", True, r"^(?:[-–—*•]|\d+[.)]|\(?[a-z]\))\s"),
        ("dateline", True, r"^[A-Z][\w .,'/-]{2,40}(?:\([\w .-]+\))?\s?(?:[-–—:]|\.)\s+[A-Z]"),
        ("score", True, r"\b\d{1,3}\s?[-–:]\s?\d{1,3}\b"),
        ("sign-off", True, r"^[-–—/]+\s?(?:(?i:with|additional|reporting|by|from|agenc|end)|[A-Z][\w ]+/\s?[A-Za-z]{2,}|[A-Z]{2,}\b[^a-z]*$)"),
        ("address", False, r"https?:|www\.|\b[\w-]+\.(?:com|org|net|example|co|info|ru|ua|news|uk|ng|in|io|tv)\b"),
        ("mail-or-handle", True, r"\S@\S+\.\w|(?<!\w)@\w{2,}"),
        (
            "telephone",
            True,
            r"\+\d[\d ()-]{7,20}\d|\b0\d{2,4}[ -]\d{3}[ -]?\d{3,4}\b|(?<![\d-])\d{3}-\d{4}(?![\d-])"
            r"|(?<![\d-])(?:1[- ])?\(?\d{3}\)?[- ]\d{3}[- ]\d{3,4}\b",
        ),
        ("clock", False, r"\b\d{1,2}[:.]\d\d\b|\b\d{1,2} ?[ap]\.?m\b"),
        ("year", True, r"\b(?:19|20)\d\d\b"),
        (
            "self",
            False,
            r"\b(?:this|these|the original|an earlier|a previous|a version of (?:this|the)) (?:\w+ ){0,2}?(?:article|story|piece"
            r"|post|page|site|website|newsletter|video|podcast|episode|interview|column|blog|content|material|text|report|essay"
            r"|version|headline|photo|image|section|series|feed|translation|transcript|newspaper|publication)\b"
            r"|\b(?:author|writer|columnist|contributor)s?\b|\b(?:views|opinions) (?:expressed|are|in)\b",
        ),
    )
)  # fmt: skip
_FLAGGED = ("YOU", "WE", "THIRD", "NETWORK", "MONTH", "DAY", "CLOCK", "CREDIT", "SAY", "PAGE", "THIS")
_LENGTHS = (0, 1, 2, 3, 5, 8, 12, 20, 32)  # words
_ADDRESSES_READER = {"YOU", "WE", "COMMAND", "address", "mail-or-handle", "self", "edited"}


def _shape(token: str) -> str:
    """The look of a token: its punctuation, its number of digits, how its letters are capitalised."""
    first = token[0]
    if first.isdigit():
        return "9" * min(len(token), 4)
    if not first.isalpha():
        return _PUNCTUATION.get(token, token)
    if len(token) == 1:
        return "X" if first.isupper() else "x"
    if token.isupper():
        return "XX"
    return "Xx" if first.isupper() else "xx"


@dataclass(frozen=True, slots=True)
class _Tokens:
    """A line in tokens: how each looks, its class of words if it has one, and the key under which it is learnt."""

    lower: list[str]
    shapes: list[str]
    kinds: list[str | None]
    keys: list[str]
    classes: list[str]


def _tokens(line: str) -> _Tokens:
    tokens = _TOKEN.findall(line)
    if len(tokens) > _HEAD + _TAIL:
        tokens = tokens[:_HEAD] + tokens[-_TAIL:]
    shapes = [_shape(token) for token in tokens]
    lower = [token.lower().replace("’", "'") for token in tokens]
    if not line.isupper():  # the country is no "us"
        lower = ["u.s" if token == "US" else word for token, word in zip(tokens, lower, strict=True)]
    kinds = [_CLASSES.get(word) for word in lower]
    kinds = [  # "may" and "march" are months with a capital letter only
        ("AUXILIARY" if word == "may" else None) if kind in ("MONTH", "DAY") and shape == "xx" else kind
        for word, kind, shape in zip(lower, kinds, shapes, strict=True)
    ]
    keys = [shape if shape[0] == "9" else word for word, shape in zip(lower, shapes, strict=True)]
    return _Tokens(lower, shapes, kinds, keys, [kind or shape for kind, shape in zip(kinds, shapes, strict=True)])


def _form(tokens: _Tokens) -> tuple[str, str, str, str]:
    """How a line ends, its signs of a finite verb, its length, and how many of its words have capitals."""
    letters = [shape for shape in tokens.shapes if shape[0] in "Xx"]
    last = tokens.shapes[-1]
    end = "9" if last[0] == "9" else "w" if last[0] in "Xx" else last
    verb = "A" if any(kind in ("AUXILIARY", "SAY") for kind in tokens.kinds[1:]) else ""
    if any(word.endswith("ed") and len(word) > 4 for word in _small_words(tokens)):
        verb += "E"
    capitals = round(4 * sum(shape in ("Xx", "XX") for shape in letters) / len(letters)) if letters else 9
    length = sum(len(letters) > limit for limit in _LENGTHS)
    return f"end {end}", f"verb {verb}", f"length {length}", f"capitals {capitals}"


def _small_words(tokens: _Tokens) -> list[str]:
    return [word for word, shape in zip(tokens.lower[1:], tokens.shapes[1:], strict=True) if shape == "xx"]


def _flags(line: str, tokens: _Tokens) -> list[str]:
    """The signs that a line bears, and whether it speaks of its page and to its reader or tells of something else."""
    flags = [name for name in _FLAGGED if name in tokens.kinds]
    flags += [f"many {name}" for name in ("PAGE", "NETWORK", "CREDIT") if tokens.kinds.count(name) > 1]
    if tokens.lower[0] in _COMMANDS:
        flags.append("COMMAND")
    if line.isupper():
        flags.append("CAPITALS")
    texts = (line[:_SIGNS_WITHIN].lower(), line[:_SIGNS_WITHIN])
    present = {*tokens.lower, "9"} if any(shape[0] == "9" for shape in tokens.shapes) else set(tokens.lower)
    flags += [
        name
        for name, cased, needed, pattern in _SIGNS
        if not (needed and needed.isdisjoint(present)) and pattern.search(texts[cased])
    ]
    words = sum(shape[0] in "Xx" for shape in tokens.shapes)
    if not _ADDRESSES_READER.isdisjoint(flags):
        flags.append("addressed")
    elif words > 3 and tokens.shapes[-1] in (".", "QUOTE", "!", "?"):
        past = any(word in _PAST or (word.endswith("ed") and len(word) > 4) for word in _small_words(tokens))
        flags.append("narrated" if past else "stated")
    return flags


@dataclass(frozen=True, slots=True)
class Features:
    """What a line says.

    Attributes:
        flags: the signs it bears.
        form: pairs of signs, the classes of its words in their order, its length, its end.
        words: its words, and each with the next.
        phrases: what else its words say: with the class of a neighbour, with their place, their beginnings and ends.
    """

    flags: list[str]
    form: list[str]
    words: list[str]
    phrases: list[str]


def line_features(line: str) -> Features:
    """The features of a line."""
    tokens = _tokens(line)
    if not tokens.keys:
        return Features(["#empty"], [], [], [])
    flags = _flags(line, tokens)
    keys, classes = tokens.keys, tokens.classes
    end, verb, length, capitals = _form(tokens)
    first, (second, third, fourth) = keys[0], [*classes[1:4], "$", "$", "$"][:3]

    form = [length, end, verb, capitals, length + end, capitals + length, capitals + end + verb, length + end + verb]
    for place, flag in enumerate(flags):
        form += [f"#{flag}&{other}" for other in (*flags[place + 1 :], end, verb, length)]
    if not flags:
        form.append(f"#none {length} {end}")
    padded = ["^", "^", *classes, "$"]
    form += [f"t{one} {two} {three}" for one, two, three in zip(padded, padded[1:], padded[2:], strict=False)]
    form.append(f"z{classes[0]} {second} {third} {fourth}")

    words = [f"w{key}" for key in keys]
    words += [f"b{one} {two}" for one, two in zip(["^", *keys], [*keys, "$"], strict=True)]

    phrases = [f"m{one} {two}" for one, two in zip(["^", *keys], classes, strict=False)]
    phrases += [f"n{one} {two}" for one, two in zip(["^", *classes], keys, strict=False)]
    phrases += [f"s{one} {two}" for one, two in zip(keys, keys[2:], strict=False)]
    for key, shape in zip(keys, tokens.shapes, strict=True):
        if len(key) > 4 and shape[0] in "Xx":
            phrases += [f"p{key[:4]}", f"q{key[-3:]}"]
    phrases += [f"a{first}{part}" for part in (end, length, verb, capitals, end + verb)]
    phrases += [f"a{first} {second}", f"a{first} {second} {third}"]
    if len(keys) <= 4:
        phrases.append("f" + " ".join(keys))
    return Features([f"#{flag}" for flag in flags] or ["#none"], form, words, phrases)


_OF_PAGES = frozenset(
    "NETWORK MONTH DAY CLOCK UNIT WE YOU PREPOSITION ARTICLE THIS CREDIT CONJUNCTION PAGE COMMAND".split()
)


def word_classes(words: list[str]) -> list[bool]:
    """For each word whether pages have it in their labels: networks, days, commands, words for parts of a page."""
    return [_CLASSES.get(word.lower()) in _OF_PAGES for word in words]


def buckets(features: list[str], size: int = BUCKETS) -> list[int]:
    """The places of features in a table of ``size``, a power of two; each place once."""
    return list({zlib.crc32(feature.encode("utf-8", "surrogatepass")) & (size - 1) for feature in features})


def scale(number: int) -> float:
    """What one of ``number`` features of a line counts: a long line has many, and each says less."""
    return 10.0 / max(number, 1) ** 0.25


@dataclass(frozen=True, slots=True)
class Classifier:
    """Weights of features, as ``line_classifier.json`` stores them.

    Attributes:
        form: a weight per bucket, learnt from the form of lines alone.
        words: a weight per bucket, learnt from their words alone.
        joint: a weight per bucket, learnt from both together.
        biases: added to the three sums.
        kinds: the reasons, in the order of the rows of ``kind_weights``.
        kind_weights: per reason a row of weights, one per bucket of flags and words.
        kind_bias: per reason, added to its sum.
    """

    form: NDArray[np.float32]
    words: NDArray[np.float32]
    joint: NDArray[np.float32]
    biases: tuple[float, float, float]
    kinds: tuple[str, ...]
    kind_weights: NDArray[np.float32]
    kind_bias: NDArray[np.float32]

    def score(self, line: str) -> float:
        """How much a line looks like boilerplate.

        Returns:
            A margin: above 0, it is boilerplate by itself; near 0, its neighbours may tell.
        """
        if not line or len(line) > LONGEST:
            return NOT_BOILERPLATE
        features = line_features(line)
        form = np.asarray(buckets(features.flags + features.form))
        words = np.asarray(buckets(features.words + features.phrases), np.intp)
        of_form, of_words, of_both = self.biases
        both = float(self.joint[form].sum() + self.joint[words].sum()) * scale(len(form) + len(words)) + of_both
        return (
            min(float(self.form[form].sum()) * scale(len(form)) + of_form, MOST_PER_VIEW)
            + min(float(self.words[words].sum()) * scale(len(words)) + of_words, MOST_PER_VIEW)
            + both / 2
            - THRESHOLD
        )

    def kind(self, line: str) -> str:
        """The reason that fits a line of boilerplate best."""
        features = line_features(line)
        places = buckets(features.flags + features.words, KIND_BUCKETS)
        return self.kinds[int((self.kind_weights[:, places].sum(axis=1) + self.kind_bias).argmax())]


def packed(weights: NDArray[np.float32]) -> dict[str, Any]:
    """Weights as JSON holds them: eight bits each, finer for small ones, compressed."""
    largest = float(np.abs(weights).max()) or 1.0
    data = np.rint(127 * np.sign(weights) * np.sqrt(np.abs(weights) / largest)).astype(np.int8)
    return {
        "shape": list(weights.shape),
        "largest": largest,
        "data": base64.b64encode(zlib.compress(data.tobytes(), 9)).decode("ascii"),
    }


def unpacked(stored: dict[str, Any]) -> NDArray[np.float32]:
    """The weights that ``packed`` stored."""
    data = np.frombuffer(zlib.decompress(base64.b64decode(stored["data"])), np.int8).astype(np.float32) / 127
    return (data * np.abs(data) * np.float32(stored["largest"])).reshape(stored["shape"])


@cache
def load_classifier() -> Classifier:
    """The classifier that the package ships."""
    stored = json.loads(Path(__file__).with_name("line_classifier.json").read_text(encoding="utf-8"))
    return Classifier(
        form=unpacked(stored["form"]),
        words=unpacked(stored["words"]),
        joint=unpacked(stored["joint"]),
        biases=tuple(stored["biases"]),
        kinds=tuple(stored["kinds"]),
        kind_weights=unpacked(stored["kind_weights"]),
        kind_bias=np.asarray(stored["kind_bias"], np.float32),
    )
