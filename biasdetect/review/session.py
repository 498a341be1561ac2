"""State of a review: the sentence being judged, the queue, and the file that holds every decision as soon as it is made."""

from __future__ import annotations

import json
import os
from collections import Counter
from collections.abc import Collection, Iterable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Literal, get_args

from biasdetect.errors import InputError
from biasdetect.labels import LabelRecord, Vote
from biasdetect.labels.check import same_text
from biasdetect.model.categories import CATEGORIES, TABLE, Category
from biasdetect.model.phrases import find_words
from biasdetect.results import Voice
from biasdetect.review.candidates import Item, Mark, words_within
from biasdetect.util.atomic import explained_writes, write_text

Decision = Literal["accepted", "rejected", "changed", "skipped"]
_NUMBERS = ("start", "end", "model_label", "model_score")
_Stamp = tuple[int, int, int] | None
_State = tuple[tuple[Mark, ...], int, bool, int | None, tuple[Mark, ...]]
"""Of a draft: its phrases, the chosen one, whether that is new, what the reviewer said, and the phrases put aside."""


class Draft:
    """A sentence being judged: the model's suggestion, and what the reviewer makes of it.

    Phrases are whole words, in order, and never overlap. A sentence with a phrase of the outlet's is biased; one
    without is what the reviewer said, or else what the model says. A step that cannot be taken changes nothing.

    Attributes:
        item: the sentence.
        marks: the phrases as they are now.
        chosen: number of the phrase that the next steps change.
        marking: whether that phrase is new and still looks for its place.
        suggested: whether the item holds what the model suggested; otherwise it holds what was decided before.
    """

    def __init__(
        self,
        item: Item,
        record: LabelRecord | None = None,
        *,
        suggested: bool = True,
        categories: Sequence[str] = CATEGORIES,
    ) -> None:
        """Take up a sentence.

        Args:
            item: the sentence.
            record: what was decided of it before, where that is taken back.
            suggested: whether the item holds what the model suggested; otherwise it holds what was decided.
            categories: that a mark may have, the first being that of a new one.
        """
        self.item = item
        self._categories = categories
        self.marks = list(item.marks)
        self.chosen = 0
        self.marking = False
        self._words = item.words
        self._said: int | None = None
        self._aside: list[Mark] = []
        self._before: list[_State] = []
        self.suggested = suggested
        self._earlier = None if suggested else record
        if record and record.spans is not None and record.label is not None:
            self.marks = _marks(record, item)
            self._said = int(record.label)
            if record.label == 0:
                self._aside = [mark for mark in item.marks if mark.counts]

    @property
    def label(self) -> int:
        """0 (plain) or 1 (biased), for the outlet's own words."""
        if any(mark.counts for mark in self.marks):
            return 1
        if self._said is not None:
            return self._said
        # the model's label where it was not for the phrases that are gone; in a quotation the outlet says nothing
        return self.item.label if not any(mark.counts for mark in self.item.marks) else int(self.item.score >= 0.5)

    @property
    def mark(self) -> Mark | None:
        """The chosen phrase, None where there is none at all."""
        return self.marks[self.chosen] if self.marks else None

    @property
    def changed(self) -> bool:
        """Whether it says anything else than the model suggests."""
        return self.label != self.item.label or _wording(self.marks) != _wording(self.item.marks)

    @property
    def decision(self) -> Decision:
        """What it makes of the suggestion, by whichever keys: takes it, takes nothing of it (plain), or changes it."""
        if (earlier := self._earlier) and self.label == earlier.label and _wording(self.marks) == _wording(self.item.marks):  # fmt: skip
            decided = str(earlier.extra["decision"])
            return next(name for name in get_args(Decision) if name == decided)
        if not self.changed and not self._earlier:
            return "accepted"
        return "changed" if self.label or self.marks else "rejected"

    def undo(self) -> bool:
        """Take the last edit back; False where there is none."""
        while self._before:
            state = self._before.pop()
            if state != self._state():
                self.marks, self.chosen, self.marking, self._said, self._aside = (
                    list(state[0]), state[1], state[2], state[3], list(state[4])
                )  # fmt: skip
                return True
        return False

    def _state(self) -> _State:
        return tuple(self.marks), self.chosen, self.marking, self._said, tuple(self._aside)

    def _remember(self) -> None:
        """To be called before an edit."""
        self._before.append(self._state())

    def set_label(self, label: int) -> None:
        """The sentence is biased (1), or plain (0): then the outlet's phrases are put aside until it is biased again."""
        self._remember()
        self.marking = False
        self._said = label
        aside, self._aside = self._aside, []
        if label == 0:
            self._aside = [mark for mark in self.marks if mark.counts] or aside
            self.marks = [mark for mark in self.marks if not mark.counts]
        else:
            free = [mark for mark in aside if not any(_overlap(mark, other) for other in self.marks)]
            self.marks = sorted([*self.marks, *free], key=lambda mark: mark.first)
        self.chosen = 0

    def choose(self, step: int) -> None:
        """Go to the next phrase (1) or the one before (-1), round and round."""
        self.marking = False
        if self.marks:
            self.chosen = (self.chosen + step) % len(self.marks)

    def delete(self) -> None:
        """Take the chosen phrase away."""
        self._remember()
        self.marking = False
        if self.marks:
            del self.marks[self.chosen]
            self.chosen = min(self.chosen, max(0, len(self.marks) - 1))

    def move_start(self, step: int) -> None:
        """Begin the chosen phrase a word later (1) or earlier (-1)."""
        if mark := self.mark:
            self._move(mark.first + step, mark.stop)

    def move_end(self, step: int) -> None:
        """End the chosen phrase a word later (1) or earlier (-1)."""
        if mark := self.mark:
            self._move(mark.first, mark.stop + step)

    def begin(self) -> None:
        """Mark a new phrase: at first the free word behind the chosen phrase, from where :meth:`slide` takes it on."""
        word = self._free(self.marks[self.chosen].stop if self.marks else 0, 1)
        if word is None:
            word = self._free(0, 1)
        if word is not None:
            self._remember()
            self._put(Mark(word, word + 1, self._categories[0], self.item.voice(word, word + 1)))
            self.marking = True

    def slide(self, step: int) -> None:
        """Take the new phrase to the next free word (1) or the one before (-1)."""
        if self.marking and (mark := self.mark):
            word = self._free(mark.first + step, step)
            if word is not None:
                self._remember()
                del self.marks[self.chosen]
                self._put(replace(mark, first=word, stop=word + 1, voice=self.item.voice(word, word + 1)))

    def end(self) -> None:
        """The new phrase stands where it should."""
        self.marking = False

    def categorise(self, category: str = "") -> None:
        """Give the chosen phrase a category, or the one behind its own."""
        if mark := self.mark:
            self._remember()
            names = self._categories
            following = names.index(mark.category) + 1 if mark.category in names else 0
            self.marks[self.chosen] = replace(mark, category=category or names[following % len(names)])

    def _move(self, first: int, stop: int) -> None:
        lowest = self.marks[self.chosen - 1].stop if self.chosen else 0
        highest = self.marks[self.chosen + 1].first if self.chosen + 1 < len(self.marks) else len(self._words)
        if lowest <= first < stop <= highest:
            self._remember()
            voice = self.item.voice(first, stop)
            self.marks[self.chosen] = replace(self.marks[self.chosen], first=first, stop=stop, voice=voice, score=None)

    def _free(self, word: int, step: int) -> int | None:
        """The first word from here on in this direction that stands in no phrase."""
        while 0 <= word < len(self._words):
            if not any(mark.first <= word < mark.stop for mark in self.marks):
                return word
            word += step
        return None

    def _put(self, new: Mark) -> None:
        self.marks = sorted([*self.marks, new], key=lambda mark: mark.first)
        self.chosen = self.marks.index(new)


class ReviewFile:
    """Decisions as JSON Lines, the form of the project's corpus; the file holds every one as soon as it is made.

    Attributes:
        path: of the file, which need not be there.
        records: the decisions in it, in the order in which they were made.
    """

    def __init__(self, path: Path) -> None:
        """Read what was decided before.

        Raises:
            InputError: where the file was not written by a review, or cannot be read or written; it is left as it is.
        """
        self.path = path
        folder = path.absolute().parent
        if not os.access(folder, os.W_OK | os.X_OK):
            raise InputError(f"{path}: there is no folder {folder} that can be written to. Name another --out.")
        if path.exists() and not path.is_file():
            raise InputError(f"{path}: is no regular file. Name another --out.")
        try:
            self._stamp = self._stat()
            text = path.read_bytes().decode("utf-8") if self._stamp else ""
        except UnicodeDecodeError:
            raise _foreign(path, 1) from None
        except OSError as error:
            raise InputError(f"{path}: cannot be read ({error.strerror or error}). Check its rights.") from None
        self._lines = [line for line in text.split("\n") if line.strip()]
        self.records = [_record(line, path, number) for number, line in enumerate(self._lines, 1)]

    @property
    def counts(self) -> Counter[str]:
        """How many sentences were decided in which way."""
        return Counter(str(record.extra["decision"]) for record in self.records)

    def append(self, record: LabelRecord) -> None:
        """Add a decision.

        Raises:
            OutputError: where it cannot be written; the decisions before it are in the file.
            InputError: where another program has written to the file meanwhile.
        """
        line = json.dumps(record.to_dict(), ensure_ascii=False, allow_nan=False)
        self._write([*self._lines, line])
        self.records.append(record)

    def pop(self) -> LabelRecord:
        """Take the last decision out.

        Raises:
            OutputError, InputError: as for :meth:`append`.
        """
        self._write(self._lines[:-1])
        return self.records.pop()

    def _write(self, lines: list[str]) -> None:
        with explained_writes(self.path):
            if self._stat() != self._stamp:
                raise InputError(
                    f"{self.path}: was changed by another program since it was read, so nothing is written. "
                    "Start again, and give each annotator an --out of their own."
                )
            write_text(self.path, "".join(line + "\n" for line in lines))
            self._stamp = self._stat()
        self._lines = lines

    def _stat(self) -> _Stamp:
        try:
            found = self.path.stat()
        except FileNotFoundError:
            return None
        return found.st_ino, found.st_size, found.st_mtime_ns


class Session:
    """A queue of sentences on their way into a file of decisions.

    Attributes:
        file: the decisions, also those of earlier sittings.
        draft: the sentence being judged, None where nothing is left.
        categories: that wording is marked with.
    """

    def __init__(
        self,
        file: ReviewFile,
        queue: Iterable[Item],
        items: Iterable[Item] = (),
        annotator: str = "",
        categories: Sequence[Category] = TABLE,
    ) -> None:
        """Begin, or go on.

        Args:
            file: the decisions so far.
            queue: the sentences to judge; what is decided, or stands in the queue twice, is left out.
            items: all sentences at hand, so that one judged in an earlier sitting can be shown again.
            annotator: who judges; empty where nobody is named.
            categories: that wording is marked with, at least one.
        """
        self.file = file
        self.categories = tuple(categories)
        self._annotator = annotator
        self._items = {same_text(item.text): item for item in items}
        self._queue = _new(queue, [record.text for record in file.records])
        self._at = 0
        self.draft = self._next()

    @property
    def position(self) -> tuple[int, int]:
        """Number of this sentence in the queue, from 1, and how many there are."""
        return self._at + 1, len(self._queue)

    def accept(self) -> None:
        """The sentence is as it stands in the draft. Raises: as :meth:`ReviewFile.append`, for all decisions."""
        if self.draft:
            self._decide(self.draft.decision)

    def reject(self) -> None:
        """The sentence is plain, and nothing in it is marked."""
        if draft := self.draft:
            # of a sentence that the model takes for plain as well, this takes the suggestion
            agreed = draft.suggested and not draft.item.label and not draft.item.marks
            self._decide("accepted" if agreed else "rejected", plain=True)

    def skip(self) -> None:
        """No judgement; the sentence does not come again."""
        self._decide("skipped")

    def undo(self) -> bool:
        """Take the last edit of the sentence back; without one, the last decision out of the file.

        The sentence of that decision is shown again, as it was decided.

        Returns:
            Whether there was one.

        Raises:
            OutputError, InputError: as for :meth:`ReviewFile.append`.
        """
        if self.draft and self.draft.undo():
            return True
        if not self.file.records:
            return False
        record = self.file.pop()
        suggested = True
        if self._at and self._queue[self._at - 1].text == record.text:
            self._at -= 1
        else:  # of an earlier sitting
            found = self._items.get(same_text(record.text))
            suggested = found is not None
            self._queue.insert(self._at, found or _item(record))
        self.draft = self._draft(record, suggested=suggested)
        return True

    def _decide(self, decision: Decision, *, plain: bool = False) -> None:
        if draft := self.draft:
            self.file.append(as_record(draft, decision, self._annotator, plain=plain))
            self._at += 1
            self.draft = self._next()

    def _next(self) -> Draft | None:
        return self._draft() if self._at < len(self._queue) else None

    def _draft(self, record: LabelRecord | None = None, *, suggested: bool = True) -> Draft:
        names = [category.name for category in self.categories]
        return Draft(self._queue[self._at], record, suggested=suggested, categories=names)


def as_record(draft: Draft, decision: Decision, annotator: str = "", *, plain: bool = False) -> LabelRecord:
    """A decision as it stands in the file.

    Args:
        draft: what the reviewer made of the sentence.
        decision: how it compares with what was suggested.
        annotator: who judged; empty where nobody is named.
        plain: the sentence is plain and nothing in it is marked, whatever the draft holds.
    """
    item = draft.item
    extra = {**item.extra, "decision": decision}
    if decision == "skipped":
        # without label and marks it is no training data, and readers of labels know what that means
        return LabelRecord(item.text, id=item.id, extra=extra)
    label = 0.0 if plain else float(draft.label)
    return LabelRecord(
        item.text,
        label,
        (Vote(label, annotator),) if annotator else (),
        () if plain else item.spans(draft.marks, annotator),
        item.id,
        extra,
    )


def _new(queue: Iterable[Item], known: Collection[str]) -> list[Item]:
    """Sentences that are not known, each once: copies that differ in case, space or kind of quotes are the same."""
    seen = {same_text(text) for text in known}
    new = []
    for item in queue:
        key = same_text(item.text)
        if key not in seen:
            seen.add(key)
            new.append(item)
    return new


def _record(line: str, path: Path, number: int) -> LabelRecord:
    """A decision of an earlier sitting; anything else is somebody's data, which nothing may be added to."""
    try:
        record = LabelRecord.from_dict(json.loads(line))
        extra = record.extra
        skipped = extra["decision"] == "skipped"
        if (
            extra["decision"] not in get_args(Decision)
            or not isinstance(record.text, str)
            or not all(isinstance(extra[key], str) for key in ("article", "model"))
            or not all(isinstance(extra[key], int | float) for key in _NUMBERS)
            or (record.label is None) != skipped
            or (record.spans is None) != skipped
        ):
            raise _foreign(path, number)
    except (ValueError, TypeError, KeyError, AttributeError, OverflowError, RecursionError):
        raise _foreign(path, number) from None
    return record


def _foreign(path: Path, number: int) -> InputError:
    return InputError(
        f"{path}, line {number}: is no decision of a review, so the file is left as it is. Name another --out."
    )


def _item(record: LabelRecord) -> Item:
    """The sentence of a decision whose article is not at hand: without neighbours, and its marks for suggestions."""
    extra = record.extra
    words = find_words(record.text)
    voices: list[Voice] = [Voice.OUTLET] * len(words)
    for span in record.spans or ():
        first, stop = words_within(words, span.start, span.end)
        voices[first:stop] = [_voice(span.voice)] * (stop - first)
    item = Item(
        text=record.text,
        article=extra["article"],
        start=int(extra["start"]),
        end=int(extra["end"]),
        model=extra["model"],
        label=int(extra["model_label"]),
        score=float(extra["model_score"]),
        whole=float(extra["model_score"]),
        voices=tuple(voices),
    )
    return replace(item, marks=tuple(_marks(record, item)))


def _marks(record: LabelRecord, item: Item) -> list[Mark]:
    """The marks of a decision, with the model's score where it suggested the same."""
    words = find_words(record.text)
    scores = {mark[:2]: mark[2] for mark in ((mark.first, mark.stop, mark.score) for mark in item.marks)}
    marks: list[Mark] = []
    for span in record.spans or ():
        first, stop = words_within(words, span.start, span.end)
        if first < stop and first >= (marks[-1].stop if marks else 0):
            marks.append(Mark(first, stop, span.category, _voice(span.voice), scores.get((first, stop))))
    return marks


def _voice(name: str) -> Voice:
    return next((voice for voice in Voice if voice == name), Voice.OUTLET)


def _wording(marks: Sequence[Mark]) -> list[tuple[int, int, str]]:
    return [(mark.first, mark.stop, mark.category) for mark in marks]


def _overlap(one: Mark, other: Mark) -> bool:
    return one.first < other.stop and other.first < one.stop
