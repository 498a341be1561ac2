"""Generates candidate wording for a phrase, before the model has judged it.

A phrase, or the words of it that only judge, may be left out; a verb may only say that somebody said something; the
corpus or the project's table may know a neutral wording for the phrase or for its head. How likely each is right, the
corpus has taught, or the table's order says.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice

from biasdetect.english.function_words import FUNCTION_WORDS
from biasdetect.english.orthography import WORD, with_case_of
from biasdetect.results import Change
from biasdetect.suggest.edits import Edit, begins, delete, replace
from biasdetect.suggest.features import features, word_class
from biasdetect.suggest.listed import Listed, find_listed
from biasdetect.suggest.wording import Wording
from biasdetect.util.patterns import lazy

MOST_TRIED = 6
_LEAST = {"delete": 0.6, "part": 0.6, "say": 0.85, "say of words": 0.4}  # how sure it must be for the model to be asked
_REMEMBERED, _HEAD_REMEMBERED, _OF_HEAD, _MARKS_DROPPED = 0.9, 0.6, 0.5, 0.4  # how sure those from memory are
_LONGEST = 12  # words of a phrase; no longer one is taken apart
_OPENING, _CLOSING = "\"'“‘«„", "\"'”’»“"
_SO_CALLED = lazy(r"\bso-called\s+$", re.IGNORECASE)
_LEADING = lazy(r"(?:^|[,;:(–—]\s*)((?:[\w'’-]+\s+){1,3})$")
_OWNER = lazy(r"(?:[\w-]+\s+)?[\w-]+(?:['’]s|s['’])\s+(?=\w)")
_ARTICLE_BEFORE = lazy(r"(?<![\w'’-])(the|an?)\s+$", re.IGNORECASE)
_GOES_ON = lazy(r"\s+(?:to|of|as|than|it|that|you)\b")
_SAID_OF = lazy(r"\s+(?:about|against|around|at|for|into|of|off|on|over|through|with)\b")
_NAMES = lazy(r"([A-Z][\w’'-]*)(\.)?(?:\s+([A-Z][\w’'-]*))?")
_INTENSIFIER = lazy(r"(?<![\w-])((?:very|so|too|most|more|rather|quite|[a-z]{3,}ly)\s+)$")
# a verb (here NUL) beside words that are said: "we won," it [crowed]; it [crowed] that it had won
_INVERTED = lazy(r"[,!?][\"”’'»]\s+\0\s+(?:(?:the|an?|his|her|its|their)\s|[A-Z])")
_WORDS_SAID = lazy(r"[\"”’'»]\s+(?:[\w’'-]+\s+){0,3}\0|\0(?:\s+that\b|[,:]?\s*[\"“‘'«])")
_BE_OR_HAVE = lazy(r"\b(?:am|is|are|was|were|be|been|being|has|have|had|having|[\w]+['’](?:s|ve|d|re))\s+(?:\w+ly\s+|not\s+|also\s+)?$")  # fmt: skip
_NOUN_BEFORE = lazy(
    r"(?:^|[^\w-])(?:an?|the|this|that|his|her|its|their|our|of|in|for|with|no|[\w-]+['’]s)\s+(?:[\w-]+\s+)?$",
    re.IGNORECASE,
)
_VERB_BEFORE = lazy(r"\b(?:to|will|would|can|could|may|might|must|should|not|did|does|do|they|we|you|I|he|she|who)\s+$")
_PIECE = lazy(r"\w+")
_SUBJECT_BEFORE = lazy(r"\b(?:I|we|you|he|she|it|they|who|which)\s+$", re.IGNORECASE)  # a verb follows
_HELD = lazy(r"(?:\b(?:the|an?|this|that|his|her|its|their|our|no)|['’]s|s['’])\s+(?:[\w-]+\s+)?$", re.IGNORECASE)
_NUMBER_WORD = lazy(r"(?:one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|dozen|hundred|thousand|million|billion)s?$")  # fmt: skip

# without these words a sentence says more, or the opposite, about the world
_KEPT = frozenset(
    # legal caution and hedges
    "alleged allegedly apparent apparently accused suspected reported reportedly purported purportedly presumed presumably "
    "likely unlikely probable probably possible possibly potential potentially perhaps maybe may might could would seem seems "
    "seemed seemingly appear appears appeared almost nearly roughly approximately attempted attempting unconfirmed unproven "
    "disputed would-be former supposed supposedly unverified untested wrongly claimed admitted self-described terminally "
    "notwithstanding despite"
    # negation and what limits
    " not no never none nothing nobody nowhere nor neither without hardly scarcely barely only unless except until cannot few "
    "less least most more half part partly if whether false falsely fake failed unsuccessful unsuccessfully".split()
)

_FACTS = frozenset(
    "new old young former late current present previous next last first second third recent early modern senior junior "
    "local national foreign regional main major minor only own two three private public state-run "
    "reform reforms measure measures sudden early temporary permanent elected appointed unelected official unofficial".split()
)


@dataclass(frozen=True, slots=True)
class Candidate:
    """One way to say a sentence without a phrase.

    Attributes:
        edits: of the sentence, all to the same end: the first that its source allows is taken.
        words: the wording by itself; empty for a deletion.
        kind: what changes.
        sureness: how likely the corpus makes it that an editor would do so, 0 to 1.
    """

    edits: tuple[Edit, ...]
    words: str
    kind: Change
    sureness: float


def find_candidates(text: str, start: int, end: int, category: str, wording: Wording) -> list[Candidate]:
    """What may be tried in the place of ``text[start:end]``, the most likely first, at most ``MOST_TRIED``.

    Args:
        text: the sentence.
        start: the phrase's first character.
        end: the character after its last one.
        category: of the phrase.
        wording: what is known of words.
    """
    outer = _with_marks(text, start, end)
    found: dict[str, Candidate] = {}
    for candidate in _all(text, (start, end), outer, category, wording):
        edits = tuple(
            edit for edit in candidate.edits if not _loses(text, edit, wording) and not _adds_a_fact(text, edit)
        )
        if not edits:
            continue
        result = edits[0].of(text)
        if result not in found or found[result].sureness < candidate.sureness:
            found[result] = Candidate(edits, candidate.words, candidate.kind, candidate.sureness)
    return sorted(found.values(), key=lambda candidate: -candidate.sureness)[:MOST_TRIED]


def _all(
    text: str, phrase: tuple[int, int], outer: tuple[int, int], category: str, wording: Wording
) -> Iterator[Candidate]:
    start, end = phrase
    words = [(start + match.start(), start + match.end()) for match in WORD.finditer(text[start:end])]
    if not words or len(words) > _LONGEST:
        return
    while len(words) > 1 and begins(text, words[1][0]):  # a dateline is no part of it
        words = words[1:]
        outer = (words[0][0], outer[1])
        start = words[0][0]
    first = begins(text, start)
    marked = outer != (start, end)
    yield from _deletions(text, outer, category, wording)
    if not marked:
        for split in islice(range(len(words) - 1, 0, -1), 3):
            yield from _part_left_out(text, words, split, category, wording)
    if marked:
        yield _put(text, outer, text[start:end], "rephrasing", _MARKS_DROPPED)
    so_called = _SO_CALLED.search(text, 0, outer[0])
    if so_called:
        kept = text[start:end]
        yield _put(text, (so_called.start(), outer[1]), kept, "rephrasing", _MARKS_DROPPED)
    sureness = wording.probability("say", features(text, start, end, category, wording.classes))
    if _INVERTED.search(f"{text[max(0, start - 4) : start]}\0{text[end : end + 12]}"):
        sureness = max(sureness, _LEAST["say"])
    quoted = _WORDS_SAID.search(f"{text[max(0, start - 60) : start]}\0{text[end : end + 12]}")
    if sureness >= _LEAST["say of words" if quoted else "say"] and not _SAID_OF.match(
        text, words[-1][0] - 1 if len(words) > 1 else end
    ):
        said = wording.verbs["say"][_form(text, words, wording)]
        yield _put(
            text,
            (start, end),
            with_case_of(said, text[start:end], first),
            "word" if len(words) == 1 else "rephrasing",
            sureness,
        )
    for head in range(min(len(words), 4)):
        share = _REMEMBERED if head == 0 else _HEAD_REMEMBERED
        acts = all(word.endswith("ly") for word in text[start : words[head][0]].lower().split())  # it may be a verb
        for new, seen in _remembered(text, words[head][0], end, wording, acts):
            if new in wording.verbs["say"] and _SAID_OF.match(text, end):
                continue
            kind: Change = "word" if len(words) == 1 and " " not in new else "rephrasing"
            yield _put(text, outer, with_case_of(new, text[start:end], first), kind, share * seen)
    if category == "labeling" and not marked:
        yield from _by_head(text, words, wording)
    yield from _listed(text, phrase, outer, words, wording)


def _by_head(text: str, words: list[tuple[int, int]], wording: Wording) -> Iterator[Candidate]:
    """What the corpus puts for other phrases with the same head: of "X agency", whatever X says of it; names stay."""
    lower = words[:]
    while lower and any(char.isupper() for char in text[slice(*lower[0])]):
        lower = lower[1:]
    if len(lower) < 2 or lower[-1] != words[-1]:
        return
    head = text[slice(*lower[-1])]
    single = wording.singulars.get(head, head)
    if single not in wording.heads:
        return
    for new in dict.fromkeys((wording.heads[single], single)):
        *rest, last = new.split()
        inflected = " ".join([*rest, wording.plurals.get(last, last) if single != head else last])
        yield _put(text, (lower[0][0], lower[-1][1]), inflected, "rephrasing", _OF_HEAD)


def _listed(
    text: str, phrase: tuple[int, int], outer: tuple[int, int], words: list[tuple[int, int]], wording: Wording
) -> Iterator[Candidate]:
    """What the table has; a deletion leaves doubting quotation marks alone."""
    start, end = words[0][0], words[-1][1]
    for listed in find_listed(text, start, end, _form(text, words, wording), wording):
        if listed.words:
            kind: Change = "word" if len(words) == 1 and " " not in listed.words else "rephrasing"
            span = outer if (listed.start, listed.end) == phrase else (listed.start, listed.end)
            new = with_case_of(listed.words, text[start:end], begins(text, start))
            yield _put(text, span, new, kind, listed.sureness)
        elif outer == phrase:
            yield from _listed_deletion(text, listed, end, wording)


def _listed_deletion(text: str, listed: Listed, end: int, wording: Wording) -> Iterator[Candidate]:
    """What the table says may go, in the ways that leave the sentence in order."""
    if _is_led_on(text, listed.start, listed.end):
        return
    edits = (_before_name(text, edit, wording) for edit in delete(text, listed.start, listed.end, listed.modifies))
    whole = listed.end == end
    kept = "" if whole else text[listed.end : end].strip()
    yield Candidate(tuple(edit for edit in edits if edit), kept, "deletion" if whole else "rephrasing", listed.sureness)


def _put(text: str, span: tuple[int, int], words: str, kind: Change, sureness: float) -> Candidate:
    return Candidate(tuple(replace(text, *span, words)), words, kind, sureness)


def _with_marks(text: str, start: int, end: int) -> tuple[int, int]:
    """The phrase with the quotation marks that stand around it alone."""
    if start and text[start - 1] in _OPENING and text[end : end + 1] and text[end] in _CLOSING:
        return start - 1, end + 1
    return start, end


def _deletions(text: str, span: tuple[int, int], category: str, wording: Wording) -> Iterator[Candidate]:
    """The phrase left out: with little words that lead up to it from a comma, with an adverb that strengthens it."""
    start, end = span
    owner = _OWNER.match(text, start, end)
    if owner:  # "[the centrists' dull] congress": whose it is stays
        start = owner.end()
    start = _whole_aside(text, start, end)
    sureness = wording.probability("delete", features(text, start, end, category, wording.classes))
    if sureness < _LEAST["delete"]:
        return
    kinds = [word_class(word.lower(), wording.classes) for word in WORD.findall(text[start:end])]
    does = len(kinds) > 1 and kinds[0] == "R" and any("V" in kind and "A" not in kind for kind in kinds[1:])
    if not kinds or kinds[-1] in FUNCTION_WORDS or does or _is_led_on(text, start, end):
        return
    if _SUBJECT_BEFORE.search(text, 0, span[0]) or _is_head(text, start, end, kinds, wording):
        return
    modifies = kinds[-1] != "R"
    strengthened = _INTENSIFIER.search(text, 0, start) if modifies else None
    if strengthened:
        start = strengthened.start(1)
    edits = (_before_name(text, edit, wording) for edit in delete(text, start, end, modifies))
    yield Candidate(tuple(edit for edit in edits if edit), "", "deletion", sureness)


def _is_head(text: str, start: int, end: int, kinds: list[str], wording: Wording) -> bool:
    """Whether the words end in a noun that no noun follows: "the crew's [heroics] saved", "the [tycoon gleefully] sold"."""
    last = next((kind for kind in reversed(kinds) if kind != "R"), "R")
    if "A" in last or "R" in last or not _HELD.search(text, 0, start):
        return False
    following = WORD.match(text, end + 1) if text[end : end + 1] == " " else None
    if not following:
        return True
    kind = word_class(following.group(), wording.classes)
    return kind in FUNCTION_WORDS or ("V" in kind and "N" not in kind)


def _is_led_on(text: str, start: int, end: int) -> bool:
    """Whether an aside goes on behind the words, and would be left without its beginning: ", [true] to its word,"."""
    before = text[:start].rstrip()[-1:]
    return (before == "," or begins(text, start)) and bool(_GOES_ON.match(text, end))


def _before_name(text: str, edit: Edit, wording: Wording) -> Edit | None:
    """The edit without the article that its words needed and a name does not; None where that cannot be told."""
    found = _ARTICLE_BEFORE.search(text, max(0, edit.start - 6), edit.start)
    names = _NAMES.match((edit.new + text[edit.end : edit.end + 80]).lstrip())
    if not found or not names:
        return edit
    first, title, second = names.groups()
    common = wording.with_the if found[1].lower() == "the" else frozenset[str]()
    if not (title and second) and (first in common or first.lower() in wording.classes):
        return edit
    if not second or second.lower() in wording.classes:
        return None
    start = found.start()
    return Edit(start, edit.end, edit.new.lstrip()) if text[edit.start - 1].isspace() else None


def _whole_aside(text: str, start: int, end: int) -> int:
    """Where the aside begins of which a phrase is all but the little words: ", to its [lasting honour],"."""
    after = text[end:].lstrip()[:1]
    led = _LEADING.search(text, max(0, start - 40), start)
    if led and (not after or after in ",.;:!?)–—") and all(word.lower() in FUNCTION_WORDS for word in led[1].split()):
        return led.start(1)
    return start


def _part_left_out(
    text: str, words: list[tuple[int, int]], split: int, category: str, wording: Wording
) -> Iterator[Candidate]:
    """The words before the head left out: "[shameless plan]" to "plan"."""
    start, end, rest = words[0][0], words[split - 1][1], words[split][0]
    if any(text[slice(*word)].lower() in FUNCTION_WORDS for word in words[: split + 1]) or text[end:rest].strip():
        return
    adverb_stays = "R" in word_class(text[slice(*words[-1])], wording.classes)
    if _SUBJECT_BEFORE.search(text, 0, start) or adverb_stays:  # "The [tycoon] gleefully sold"
        return
    if text[:start].rstrip()[-1:] == "," and text[words[-1][1] :].lstrip()[:1] in ("", ",", "."):  # an aside is whole
        return
    sureness = wording.probability("delete", features(text, start, end, category, wording.classes))
    if sureness >= _LEAST["part"]:
        kept = text[rest : words[-1][1]]
        yield Candidate(tuple(delete(text, start, end, modifies=False)), kept, "rephrasing", 0.9 * sureness)


def follows_be_or_have(text: str, start: int) -> bool:
    """Whether what begins at an offset is a participle if it is a past: "was [slammed]", "had not [slammed]"."""
    return bool(_BE_OR_HAVE.search(text[max(0, start - 40) : start]))


def _form(text: str, words: list[tuple[int, int]], wording: Wording) -> int:
    """Which of the five forms a verb stands in; an adverb may stand before it."""
    start, end = next(
        (span for span in words if not text[slice(*span)].lower().endswith("ly")), words[0]
    )  # fmt: skip
    word = text[start:end].lower()
    forms = wording.base_verbs[word][1] if word in wording.base_verbs else frozenset[str]()
    if word.endswith("ing"):
        return 2
    if "past" in forms or "participle" in forms or word.endswith("ed"):
        return 4 if follows_be_or_have(text, start) and forms != {"past"} else 3
    return 1 if word.endswith("s") and not word.endswith("ss") else 0


def _remembered(text: str, start: int, end: int, wording: Wording, acts: bool) -> Iterator[tuple[str, float]]:
    """Neutral wordings that the corpus has for words, in their form, each with its share of what was seen."""
    words = text[start:end].lower().replace("’", "'").split()
    base, forms = wording.base_verbs.get(words[0], (words[0], frozenset[str]()))
    single = wording.singulars.get(words[-1], words[-1])
    acts = acts and bool(forms) and not _NOUN_BEFORE.search(text[max(0, start - 30) : start])
    names = single != words[-1] or not _VERB_BEFORE.search(text[max(0, start - 12) : start])
    keys = {
        "verb": " ".join([base, *words[1:]]) if acts else "",
        "noun": " ".join([*words[:-1], single]) if names else "",
        "": " ".join(words),
    }
    entries = [entry for slot, key in keys.items() for entry in wording.memory.get(key, ()) if entry[1] == slot]
    total = sum(seen for _, _, seen in entries) + 1
    for new, slot, seen in entries:
        inflected = new
        if slot == "verb":
            first, *rest = new.split()
            form = _form(text, [(start, start + len(words[0]))], wording)
            inflected = " ".join([wording.verbs[first][form], *rest])
        elif slot == "noun" and single != words[-1]:
            *rest, head = new.split()
            inflected = " ".join([*rest, wording.plurals[head]])
        yield inflected, 0.5 + 0.5 * seen / total


def _loses(text: str, edit: Edit, wording: Wording) -> bool:
    """Whether an edit takes a number, a name, legal caution, a hedge or a negation out of its sentence."""
    kept = Counter(word.lower() for word in WORD.findall(edit.of(text)))
    words = list(WORD.finditer(text))
    inner = [word.group() for word in words if word.group().lower() not in FUNCTION_WORDS]
    headline = sum(word[0].isupper() for word in inner) > 0.6 * len(inner)
    for match in words:
        word = match.group()
        kept[word.lower()] -= 1
        if kept[word.lower()] >= 0:
            continue
        if any(char.isdigit() for char in word) or _NUMBER_WORD.match(word.lower()):
            return True
        if word.lower() in _KEPT or word.lower().endswith(("n't", "n’t", "'s", "’s", "s'", "s’")):
            return True
        if any(char.isupper() for char in word):
            alone = headline or begins(text, match.start())
            if not alone or not _is_ordinary(word, wording):
                return True
    return False


def _adds_a_fact(text: str, edit: Edit) -> bool:
    """Whether an edit puts in a word that says when, where or which: an invented fact."""
    before = {word.lower() for word in WORD.findall(text)}
    return any(word.lower() in _FACTS and word.lower() not in before for word in WORD.findall(edit.new))


def _is_ordinary(word: str, wording: Wording) -> bool:
    """Whether a word with a capital where all have one is no name: known in lower case, or not known as a name."""
    lower = word.lower()
    return (
        lower in FUNCTION_WORDS
        or lower in wording.classes
        or lower in wording.base_verbs
        or lower in wording.plurals
        or lower in wording.singulars
        or not any(piece in wording.names for piece in (word, *_PIECE.findall(word)))
    )
