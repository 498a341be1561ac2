"""Makes counterfactual training sentences: who and where is changed, what is loaded stays, and so do the labels.

Two kinds. *Swaps* put another group, party, country, place or name in place of one (Kaushik et al. 2020,
counterfactually-augmented data; Zhao et al. 2018 for pronouns), so that none of them becomes a cue.
*Transplants* move a dispensable loaded phrase from one sentence into a plain one, before the same noun or
to the start of the sentence, so that the phrase and not its surroundings is learned.

Only training data is made here. Inference knows no groups and no lists.
"""

from __future__ import annotations

import random
import re
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Literal

from biasdetect.finetune.recipe.example import UNKNOWN, Example, TargetSpan
from biasdetect.model.categories import CATEGORIES

# Words of one line can stand for each other without harm to grammar.
_GROUPS = """
Muslim Christian Jewish Hindu Buddhist Sikh Catholic Mormon
Muslims Christians Jews Hindus Buddhists Sikhs Catholics Mormons
Islam Christianity Judaism Hinduism Buddhism Sikhism
mosque church synagogue temple
mosques churches synagogues temples
imam pastor rabbi priest
Republican Democrat
Republicans Democrats
Democratic Republican
liberal conservative progressive libertarian
liberals conservatives progressives libertarians
leftist rightist
leftists rightists
left-wing right-wing
far-left far-right
socialist nationalist
socialists nationalists
black white Asian Latino Hispanic Arab
African-American Asian-American Mexican-American Arab-American Irish-American
gay straight lesbian bisexual transgender
woman man
women men
girl boy
girls boys
mother father
mothers fathers
wife husband
daughter son
sister brother
female male
teenagers pensioners students workers
migrants refugees immigrants residents locals
migrant refugee immigrant resident
young elderly
rural urban
Russian Ukrainian American Chinese Israeli Iranian German French British Indian Pakistani Turkish Mexican Nigerian Brazilian Polish Japanese Korean Egyptian Kenyan Australian Canadian Italian Spanish Greek Swedish Palestinian Syrian Afghan Cuban
Russians Ukrainians Americans Israelis Iranians Germans Indians Pakistanis Mexicans Nigerians Brazilians Koreans Egyptians Kenyans Australians Canadians Italians Greeks Palestinians Syrians Afghans Cubans
Google Amazon Facebook Apple Microsoft Boeing Pfizer Shell Walmart Tesla
""".strip().splitlines()
_PLACE_NAMES = """
Russia Ukraine America China Israel Iran Germany France Britain India Pakistan Turkey Mexico Nigeria Brazil Poland Japan Egypt Kenya Australia Canada Italy Spain Greece Sweden Syria Afghanistan Cuba
Moscow Kyiv Washington Beijing Jerusalem Tehran Berlin Paris London Delhi Ankara Abuja Warsaw Tokyo Cairo Nairobi Canberra Ottawa Rome Madrid Athens Stockholm Damascus Kabul Havana
Liverpool Hamburg Lyon Naples Valencia Porto Kraków Bergen Aarhus Turku Ghent Basel Brno Zagreb Varna Odesa Kazan Tbilisi Almaty Izmir Haifa Basra Shiraz Karachi Lahore Dhaka Chennai Kolkata Mandalay Hanoi Cebu Surabaya Perth Auckland Sapporo Busan Wuhan Dakar Accra Kumasi Kano Mombasa Kampala Harare Durban Maputo Tunis Rabat Quito Lima Cusco Medellín Santiago Rosario Recife Manaus Asunción Managua Monterrey Puebla Halifax Calgary Omaha Memphis Tampa Tucson Boise Toledo Spokane
Texas California Florida Ohio Georgia Virginia Michigan Wisconsin Arizona Nevada Alabama Oregon Minnesota Kentucky
Chicago Houston Boston Seattle Denver Atlanta Dallas Phoenix Portland Minneapolis Detroit Baltimore
""".strip().splitlines()
_PERSON_NAMES = """
Trump Biden Obama Clinton Sanders Pelosi McConnell Warren Cruz Harris Pence Bush Romney Rubio Johnson Starmer Macron Merkel Putin Modi Netanyahu Erdogan Bolsonaro Lula
Donald Joe Barack Hillary Bernie Nancy Mitch Elizabeth Kamala Mike George Boris Emmanuel Angela Vladimir
John Maria Ahmed Wei Olga Kwame Sofia Rajesh Emily Carlos Fatima Lukas Ian Priya Sergei Amina Yusuf Elena Peter Anna Paul Linda Daniel Ruth Omar Leila Viktor Marta Piotr Zofia Jorge Lucia Ali Noor Kofi Ama Juan Rosa Anders Karin Luca Chiara
Smith Garcia Khan Chen Ivanova Mensah Rossi Patel Kowalski Okafor Müller Tanaka Brown Novak Silva Hassan Petrov Nguyen Kim Larsen Moreau Costa Adeyemi Jovanović Murphy Schmidt Ferrari Gupta Haddad Lindqvist Sato
""".strip().splitlines()

_LINES = (*_GROUPS, *_PLACE_NAMES, *_PERSON_NAMES)

_OPINION = CATEGORIES.index("opinion")

_CLASS: dict[str, tuple[str, ...]] = {}
for _line in _LINES:
    _words = tuple(_line.split())
    for _word in _words:
        _CLASS.setdefault(_word.lower(), _words)
_ARE_PLACES = frozenset(tuple(line.split()) for line in _PLACE_NAMES)
_ARE_PERSONS = frozenset(tuple(line.split()) for line in _PERSON_NAMES)

# Pronouns go together: all of a sentence's, or none. "her" is either "him" or "his"; what follows tells.
_HE = {"he": "she", "him": "her", "his": "her", "himself": "herself"}
_SHE = {"she": "he", "hers": "his", "herself": "himself"}
_WORD = re.compile(r"[^\W\d_]+(?:-[^\W\d_]+)*")
_PERSON_FIRST = re.compile(r"(?:(?:President|Senator|Mr\.|Mrs\.|Ms\.|Rep\.|Sen\.|Gov\.|Prime Minister|Mayor|Governor|Chancellor) )?[A-Z][a-z]+ (?:[A-Z]\. )?[A-Z][a-z]+(?= (?:said|told|has|had|was|is|will|would|wrote|did|does|[a-z]{3,}(?:ed|s))\b)")  # fmt: skip
_DETERMINER = r"\b(?:[Tt]he|[Aa]n?|[Hh]is|[Hh]er|[Ii]ts|[Tt]heir|[Tt]h(?:is|at|ese|ose)) "
_AFTER_DETERMINER = re.compile(_DETERMINER + "$")
_ENDS_OPEN = re.compile(r" (?:of|on|to|for|from|in|at|with)$")
_NOUN = re.compile(r" ([a-z]{3,})\b")
_PLACE = re.compile(_DETERMINER + r"([a-z]{3,})\b")


@dataclass(frozen=True, slots=True)
class _Edit:
    start: int
    end: int
    text: str


def counterfactuals(examples: Sequence[Example], share: float, rng: random.Random) -> list[Example]:
    """Swapped copies of a share of the examples, with their labels; texts without anything to swap give none.

    Args:
        examples: labelled texts.
        share: of the examples that get a copy, 0 to 1.
        rng: decides which, and what becomes of them.
    """
    copies = []
    for example in examples:
        if rng.random() < share:
            edits = _swaps(example.text, rng)
            if edits:
                copies.append(replace(apply_edits(example, edits), swapped_from=example.text))
    return copies


def swapped(text: str, what: Literal["places", "persons"], rng: random.Random) -> str | None:
    """A text with other places in it, or other persons (names, and pronouns for names or of the other gender), and all else kept.

    Args:
        text: a sentence.
        what: is swapped.
        rng: decides what for; persons may be let stand.

    Returns:
        None where nothing was swapped.
    """
    edits = [edit for edit in _swaps(text, rng) if _kind(text[edit.start : edit.end]) == what]
    return apply_edits(Example(text, UNKNOWN), edits).text if edits else None


def _kind(swapped_out: str) -> str:
    """What it is that was swapped for something else; of several words only who is named first in a sentence is."""
    word = swapped_out.lower()
    line = _CLASS.get(word)
    if line in _ARE_PERSONS or word in _HE or word in _SHE or " " in word:
        return "persons"
    return "places" if line in _ARE_PLACES else "groups"


def transplants(donors: Sequence[Example], plain: Sequence[Example], count: int, rng: random.Random) -> list[Example]:
    """Plain sentences with a loaded phrase of another sentence put in.

    Args:
        donors: examples with marked spans; those that stand between a determiner and a noun, or open a
            sentence before a comma, can move.
        plain: texts labelled neutral throughout.
        count: how many to make; fewer come back where too few fit.
        rng: decides which.
    """
    before_noun: dict[str, list[tuple[str, TargetSpan]]] = defaultdict(list)
    opening: list[tuple[str, TargetSpan]] = []
    for donor in donors:
        for span in donor.marked:
            phrase = donor.text[span.start : span.end]
            noun = _NOUN.match(donor.text, span.end)
            opens = span.start == 0 and donor.text[span.end : span.end + 2] == ", "
            if opens and span.category == _OPINION and len(phrase.split()) <= 3:
                opening.append((phrase, span))
            elif noun and not _ENDS_OPEN.search(phrase) and _AFTER_DETERMINER.search(donor.text, 0, span.start):
                before_noun[noun.group(1)].append((phrase, span))
    made: list[Example] = []
    order = list(plain)
    rng.shuffle(order)
    for example in order:
        if len(made) == count:
            break
        places = [match for match in _PLACE.finditer(example.text) if match.group(1) in before_noun]
        if opening and example.text[:1].isalpha() and rng.random() < 0.15:
            phrase, span = rng.choice(opening)
            text = example.text
            rest = (
                text if text.split(" ", 1)[0][1:] != text.split(" ", 1)[0][1:].lower() else text[0].lower() + text[1:]
            )
            made.append(_loaded(example, f"{phrase}, {rest}", 0, len(phrase), span))
        elif places:
            place = rng.choice(places)
            phrase, span = rng.choice(before_noun[place.group(1)])
            before = _with_article(example.text[: place.start(1)], phrase)
            text = f"{before}{phrase} {example.text[place.start(1) :]}"
            made.append(_loaded(example, text, len(before), len(before) + len(phrase), span))
    return made


def _with_article(before: str, phrase: str) -> str:
    """Text before a phrase, its article made to agree: a shameless plan, an ill-advised plan."""
    match = re.search(r"\b([Aa])n? $", before)
    if not match:
        return before
    return f"{before[: match.start()]}{match.group(1)}{'n' if phrase[0].lower() in 'aeiou' else ''} "


def _loaded(example: Example, text: str, start: int, end: int, span: TargetSpan) -> Example:
    moved = TargetSpan(start, end, span.target, span.category)
    known = 1.0 if example.outlet == 0 else UNKNOWN  # where it was the outlet that said nothing loaded, it does now
    return replace(
        example,
        text=text,
        sentence=1.0,
        spans=(moved,),
        marked=(moved,),
        rest=0.0,
        label=1,
        outlet=known,
        others=UNKNOWN,
        voices=(),
        voice_rest=UNKNOWN,
        sources=(),
        source_rest=UNKNOWN,
        quoted=None,
    )


def apply_edits(example: Example, edits: Sequence[_Edit]) -> Example:
    """The example with pieces of its text replaced, and every span moved along."""
    text = example.text
    pieces = []
    position = 0
    for edit in edits:
        pieces += [text[position : edit.start], edit.text]
        position = edit.end
    pieces.append(text[position:])

    def moved(offset: int, at_end: bool) -> int:
        shift = 0
        for edit in edits:
            if edit.end <= offset and (edit.end < offset or at_end or edit.start < offset):
                shift += len(edit.text) - (edit.end - edit.start)
            elif edit.start < offset:  # inside the replaced piece: to its near edge
                return edit.start + shift + (len(edit.text) if at_end else 0)
        return offset + shift

    def move(span: TargetSpan) -> TargetSpan:
        return replace(span, start=moved(span.start, False), end=moved(span.end, True))

    return replace(
        example,
        text="".join(pieces),
        spans=tuple(move(span) for span in example.spans),
        marked=tuple(move(span) for span in example.marked),
        voices=tuple(move(span) for span in example.voices),
        sources=tuple(move(span) for span in example.sources),
        quoted=None if example.quoted is None else tuple((moved(a, False), moved(b, True)) for a, b in example.quoted),
    )


def _swaps(text: str, rng: random.Random) -> list[_Edit]:
    """Edits that put other groups, places, names or pronouns into a text, in order; same word, same stand-in."""
    edits: list[_Edit] = []
    first = _PERSON_FIRST.match(text)
    if first and rng.random() < 0.6:
        edits.append(_Edit(first.start(), first.end(), rng.choice(("He", "She"))))
    chosen: dict[str, str] = {}
    turn_pronouns = rng.random() < 0.5
    for match in _WORD.finditer(text):
        if edits and match.start() < edits[-1].end:
            continue
        word = match.group()
        stand_in = _pronoun(text, match) if turn_pronouns else None
        if stand_in is None:
            line = _CLASS.get(word.lower())
            if line is None or not _is_of(line, word, text[match.end() : match.end() + 2]):
                continue
            key = word.lower()
            if key not in chosen:
                chosen[key] = rng.choice([other for other in line if other.lower() != key])
            stand_in = chosen[key]
        if word[0].isupper():
            stand_in = stand_in[0].upper() + stand_in[1:]
        edits.append(_Edit(match.start(), match.end(), stand_in))
    return edits


def _is_of(line: tuple[str, ...], word: str, following: str) -> bool:
    """Whether a word is meant as its line has it: no common noun for a name, no part of a name ("White House")."""
    if line[0][0].isupper():
        return word[0].isupper()
    return not (word[0].isupper() and following[1:].isupper())


def _pronoun(text: str, match: re.Match[str]) -> str | None:
    word = match.group().lower()
    if word == "her":
        following = text[match.end() : match.end() + 2]
        return "his" if following[:1] == " " and following[1:].isalpha() else "him"
    return _HE.get(word) or _SHE.get(word)
