"""Generates candidate wording for a phrase, before the model has judged it.

Words that only judge may be left out; the project's table may know a plainer wording for the phrase or for its head. Marks of
doubt stay: without them a sentence claims what it doubted. What an edit may never take out of a sentence, or put into it, is sorted out here.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from dataclasses import replace as changed

from biasdetect.english.classes import is_known, word_classes
from biasdetect.english.function_words import FUNCTION_WORDS
from biasdetect.english.orthography import WORD, with_case_of, with_plain_hyphens
from biasdetect.english.titles import TITLES
from biasdetect.results import Change, Relation
from biasdetect.suggest.asides import LONGEST as LONGEST_ASIDE
from biasdetect.suggest.combined import find_combined
from biasdetect.suggest.deletions import UNLISTED, find_deletions
from biasdetect.suggest.edits import Edit, begins, replace
from biasdetect.suggest.listed import find_listed
from biasdetect.suggest.tokens import Tokens
from biasdetect.suggest.wording import Wording
from biasdetect.util.patterns import lazy

MOST_TRIED = 6
_LONGEST = 12  # words of a phrase; no longer one is taken apart
_OPENING, _CLOSING = "\"'“‘«„", "\"'”’»“"
_ARTICLE_BEFORE = lazy(r"(?<![\w'’-])(the|an?)\s*$", re.IGNORECASE)
_NAMES = lazy(r"([A-Z][\w’'-]*)(\.)?(?:\s+([A-Z][\w’'-]*))?")
_MORE = lazy(r"(?:\s+[A-Z][\w.’'-]*)*\s+([a-z][\w’'-]*)")  # what follows names: San Diego [rally]
_BE_OR_HAVE = lazy(r"\b(?:am|is|are|was|were|be|been|being|has|have|had|having|[\w]+['’](?:s|ve|d|re))\s+(?:\w+ly\s+|not\s+|also\s+)?$")  # fmt: skip
_PASTS = frozenset("left saw felt found cut met put set hit read let led won went lay ran spoke shot bit fell".split())
_TITLES = TITLES | set(
    "abbot admiral baroness brother dom fra imam king mother pope prince princess queen sheikh sister vice".split()
)
_NEAR = 80  # characters on either side in which a word is heard again
_PIECE = lazy(r"\w+")
_NUMBER_WORD = lazy(r"(?:one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|dozen|hundred|thousand|million|billion)s?$")  # fmt: skip

# without these words a sentence says more, or the opposite, about the world
_KEPT = frozenset(
    # legal caution and hedges
    "alleged allegedly apparent apparently accused suspected reported reportedly purported purportedly presumed presumably "
    "likely unlikely probable probably possible possibly potential potentially perhaps maybe may might could would seem seems "
    "seemed seemingly appear appears appeared almost nearly roughly approximately attempted attempting unconfirmed unproven "
    "disputed would-be former supposed supposedly unverified untested wrongly claimed admitted self-described terminally ostensible ostensibly notional notionally putative nominal nominally self-styled self-proclaimed "
    "unprecedented unilateral unilaterally unanimous unanimously overwhelming overwhelmingly unintentionally "
    "knowingly intentionally deliberately accidentally unwittingly fraudulently illegally unlawfully criminally wrongfully "
    "so-called soi-disant adulterous proper unsubstantiated unfounded unsupported uncorroborated "
    "notwithstanding despite"
    # negation and what limits
    " not no never none nothing nobody nowhere nor neither without hardly scarcely barely only unless except until cannot few "
    "less least most more half part partly if whether false falsely fake failed unsuccessful unsuccessfully".split()
)

_HOPES = frozenset(("hopefully", "ideally"))  # without them a sentence claims what it hopes

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
        sureness: how likely it is right, 0 to 1.
        relation: ``same`` where the sentence says the same of the world, ``wider`` where it says less of it.
        is_listed: whether words of a listed function go, or listed words give way to others, and nothing else.
    """

    edits: tuple[Edit, ...]
    words: str
    kind: Change
    sureness: float
    relation: Relation = "same"
    is_listed: bool = True


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
    plain = with_plain_hyphens(text)
    found: dict[str, Candidate] = {}
    for candidate, is_comment in _all(text, (start, end), outer, category, wording):
        edits = tuple(edit for edit in candidate.edits if _leaves_the_facts(plain, edit, wording, is_comment))
        if not edits:
            continue
        result = edits[0].of(text)
        if result not in found or found[result].sureness < candidate.sureness:
            found[result] = changed(candidate, edits=edits)
    return sorted(found.values(), key=lambda candidate: -candidate.sureness)[:MOST_TRIED]


def _all(
    text: str, phrase: tuple[int, int], outer: tuple[int, int], category: str, wording: Wording
) -> Iterator[tuple[Candidate, bool]]:
    """Candidates, each with whether it takes out a comment in passing, which may hold a negation of its own."""
    start, end = phrase
    words = [
        (start + match.start(), start + match.end()) for match in WORD.finditer(with_plain_hyphens(text[start:end]))
    ]
    if not words or len(words) > LONGEST_ASIDE:
        return
    while len(words) > 1 and begins(text, words[1][0]):  # a dateline is no part of it
        words = words[1:]
        outer = (words[0][0], outer[1])
        start = words[0][0]
    marked = outer != (start, end)
    tokens = Tokens(text)
    if not marked:
        for deletion in find_deletions(tokens, start, end, wording, category):
            edits = (_before_name(text, edit, wording) for edit in deletion.edits)
            kept = "" if deletion.whole else " ".join(text[start:end].split()[1:])
            kind: Change = "deletion" if deletion.whole else "rephrasing"
            possible = tuple(edit for edit in edits if edit)
            candidate = Candidate(possible, kept, kind, deletion.sureness, is_listed=deletion.sureness > UNLISTED)
            yield candidate, deletion.is_comment
    if marked or len(words) > _LONGEST:
        return
    for listed in find_listed(tokens, start, end, wording):
        kind = "word" if len(words) == 1 and " " not in listed.words else "rephrasing"
        span = listed.start, listed.end
        new = with_case_of(listed.words, text[slice(*span)].strip(_OPENING + _CLOSING), begins(text, span[0]))
        yield _put(text, span, new, kind, listed.sureness, listed.relation), False
    for combined in find_combined(tokens, start, end, wording):
        edit = combined.edit
        sureness, relation, is_listed = combined.sureness, combined.relation, combined.is_listed
        yield Candidate((edit,), edit.new.strip(), "rephrasing", sureness, relation, is_listed), False


def _put(text: str, span: tuple[int, int], words: str, kind: Change, sureness: float, relation: Relation) -> Candidate:
    return Candidate(tuple(replace(text, *span, words)), words, kind, sureness, relation)


def _with_marks(text: str, start: int, end: int) -> tuple[int, int]:
    """The phrase with the quotation marks that stand around it alone."""
    if start and text[start - 1] in _OPENING and text[end : end + 1] and text[end] in _CLOSING:
        return start - 1, end + 1
    return start, end


def _before_name(text: str, edit: Edit, wording: Wording) -> Edit | None:
    """The edit without the article that its words needed and a name does not; None where that cannot be told."""
    found = _ARTICLE_BEFORE.search(text, max(0, edit.start - 6), edit.start)
    names = _NAMES.match((edit.new + text[edit.end : edit.end + 80]).lstrip())
    if not found or not names:
        return edit
    first, title, second = names.groups()
    behind = _MORE.match((edit.new + text[edit.end : edit.end + 120]).lstrip(), names.end())
    noun = behind and behind[1] not in FUNCTION_WORDS and "N" in word_classes(behind[1])
    # the [sordid] Lee saga, the [sketchy] NHS rules
    acts = behind and (behind[1].endswith(("s", "ed")) or behind[1] in _PASTS) and "V" in word_classes(behind[1])
    if noun and not second and (first.isupper() or not acts):
        return edit
    if first.lower() in _TITLES and second and not (noun and not acts):
        return None  # the [grumpy] Mayor Lee: whether a name follows, or "Motors" behind "General", cannot be told
    if (
        found[1].lower() != "the"
        and not second
        and not _MORE.match((edit.new + text[edit.end : edit.end + 120]).lstrip(), names.end())
    ):
        return None  # a [grumpy] Lee
    common = wording.with_the if found[1].lower() == "the" else frozenset[str]()
    if not (title and second) and (first in common or is_known(first.lower())):
        return edit
    if not second or is_known(second.lower()):
        return None
    if noun:
        return edit
    start = found.start()
    return Edit(start, edit.end, edit.new.lstrip()) if text[edit.start - 1].isspace() else None


def follows_be_or_have(text: str, start: int) -> bool:
    """Whether what begins at an offset is a participle if it is a past: "was [slammed]", "had not [slammed]"."""
    return bool(_BE_OR_HAVE.search(text[max(0, start - 40) : start]))


def _leaves_the_facts(plain: str, edit: Edit, wording: Wording, is_comment: bool) -> bool:
    """Whether a sentence with plain hyphens says of the world what it said, and no word stands in it twice."""
    same = changed(edit, new=with_plain_hyphens(edit.new))
    return not _loses(plain, same, wording, is_comment) and not _adds_a_fact(plain, same) and not _repeats(plain, same)


def _loses(text: str, edit: Edit, wording: Wording, is_comment: bool) -> bool:
    """Whether an edit takes a number, a name, legal caution, a hedge or a negation out of its sentence."""
    kept = Counter(word.lower() for word in WORD.findall(edit.of(text)))
    words = list(WORD.finditer(text))
    if _HOPES & {word.group().lower() for word in words if edit.start <= word.start() < edit.end}:
        return True  # not even as a comment in passing
    inner = [word.group() for word in words if word.group().lower() not in FUNCTION_WORDS]
    headline = sum(word[0].isupper() for word in inner) > 0.6 * len(inner)
    for match in words:
        word = match.group()
        kept[word.lower()] -= 1
        if kept[word.lower()] >= 0:
            continue
        if any(char.isdigit() for char in word) or _NUMBER_WORD.match(word.lower()):
            return True
        negates = word.lower().endswith(("n't", "n’t"))
        if (
            is_comment
            and edit.start <= match.start() < edit.end
            and (negates or word.lower() in FUNCTION_WORDS | _KEPT)
        ):
            continue
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


def _repeats(text: str, edit: Edit) -> bool:
    """Whether a word that an edit puts in stands beside it already: "he criticised the clerk and [slammed] her board"."""
    beside = text[max(0, edit.start - _NEAR) : edit.start] + " " + text[edit.end : edit.end + _NEAR]
    old, new = ({word.lower() for word in WORD.findall(words)} for words in (text[edit.start : edit.end], edit.new))
    return not (new - old - FUNCTION_WORDS).isdisjoint(word.lower() for word in WORD.findall(beside))


def _is_ordinary(word: str, wording: Wording) -> bool:
    """Whether a word with a capital where all have one is no name: known in lower case, or not known as a name."""
    lower = word.lower()
    return (
        lower in FUNCTION_WORDS
        or is_known(lower)
        or lower in wording.base_verbs
        or lower in wording.plurals
        or lower in wording.singulars
        or not any(piece in wording.names for piece in (word, *_PIECE.findall(word)))
    )
