"""Asks about the edits of one document on a terminal: each in its sentence, taken, skipped or reworded by single keys."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial

import click
from rich.console import Console, Group, RenderableType
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from biasdetect.errors import InputError
from biasdetect.model.categories import Category, table_of
from biasdetect.report.advice import offer
from biasdetect.report.terminal import colour_of
from biasdetect.results import Phrase, Report, Sentence, Suggestion
from biasdetect.review.keys import show_screen, typed_keys, typed_line
from biasdetect.suggest.edits import replace as replacements
from biasdetect.util.counting import count_of
from biasdetect.util.display import clean

_CONTEXT = 200  # characters of a neighbouring sentence
_MARKUP = frozenset("<>&*_[]`")  # would be no letters where a document has markup
_KEYS = "a accept  s skip  e edit the wording  u undo\n{others}? help  q quit"
_OTHERS = "tab or 1 to {} other wording\n"
_HELP = (
    ("a or y", "accept: the edit is made as it is shown"),
    ("s or n", "skip: the sentence stays as it is"),
    ("e", "edit the wording that takes the place of the phrase; an empty line leaves all as it was"),
    ("tab, 1 to 3", "show another wording"),
    ("u", "undo: back to the edit before"),
    ("q", "quit: what was accepted is written, the rest stays as it is"),
    ("Ctrl-C", "break off: nothing is written"),
)


@dataclass(frozen=True, slots=True)
class Item:
    """A phrase to decide on, in its sentence.

    Attributes:
        sentence: that it stands in.
        phrase: with its suggestions, best first.
    """

    sentence: Sentence
    phrase: Phrase


class Fixing:
    """Decisions on the edits of one document."""

    def __init__(self, source: str, report: Report, *, marked_up: bool, writable: Callable[[str], None]) -> None:
        """Prepare.

        Args:
            source: of the document.
            report: of it, with suggestions.
            marked_up: whether the source holds markup.
            writable: raises InputError for wording that has no form in the file's encoding.
        """
        self.source, self.report = source, report
        self._marked_up, self._writable = marked_up, writable
        self.items = [
            Item(sentence, phrase)
            for sentence in report.sentences
            for phrase in sentence.phrases
            if phrase.counts and phrase.suggestions
        ]
        self._decided: list[tuple[int, Suggestion | None]] = []
        self._chosen = 0

    @property
    def edits(self) -> list[Suggestion]:
        """Those that were accepted, in the order of the source."""
        return sorted((edit for _, edit in self._decided if edit), key=lambda edit: edit.start)

    @property
    def skipped(self) -> int:
        """How many were skipped."""
        return sum(edit is None for _, edit in self._decided)

    @property
    def number(self) -> int | None:
        """Which item is asked about, from 0; None where none is left. One that an accepted edit overlaps is passed over."""
        following = self._decided[-1][0] + 1 if self._decided else 0
        return next((number for number in range(following, len(self.items)) if self._free(number)), None)

    @property
    def offers(self) -> list[Suggestion]:
        """The wordings of the item that is asked about."""
        return [] if self.number is None else self._free(self.number)

    @property
    def suggestion(self) -> Suggestion:
        """The wording that is shown."""
        return self.offers[self._chosen]

    def choose(self, number: int) -> None:
        """Show another wording.

        Args:
            number: which, from 0; one that there is not is the first again.
        """
        self._chosen = number if number < len(self.offers) else 0

    def choose_next(self) -> None:
        """Show the wording after the one that is shown."""
        self.choose(self._chosen + 1)

    def accept(self, edit: Suggestion | None = None) -> None:
        """Make an edit.

        Args:
            edit: the one that is shown by default.
        """
        self._decide(edit or self.suggestion)

    def skip(self) -> None:
        """Leave the phrase as it is."""
        self._decide(None)

    def undo(self) -> bool:
        """Take the last decision back; whether there was one."""
        self._chosen = 0
        return bool(self._decided and self._decided.pop())

    def reworded(self, words: str) -> Suggestion:
        """The edit that puts somebody's own wording in the place of the phrase, with the article that it needs.

        Raises:
            InputError: where it cannot be put there, with the reason.
        """
        number = self.number
        assert number is not None
        item = self.items[number]
        phrase, text = item.phrase, item.sentence.text
        if self._marked_up and _MARKUP & set(words):
            raise InputError(f"Not in a text with markup: {' '.join(sorted(_MARKUP & set(words)))}")
        self._writable(words)
        span = phrase.position, phrase.position + len(phrase.text)
        edit = next(replacements(text, *span, words), None)
        starts = [edit.start] if edit else []
        for start in [*starts, phrase.position]:
            first = phrase.start - (phrase.position - start)
            new = edit.new if edit and start == edit.start else words
            if self.source[first : phrase.end] == text[start : span[1]] and self._is_free(first, phrase.end):
                shown = self.suggestion
                return replace(
                    shown, text=new, start=first, end=phrase.end, words=words, kind="rephrasing", grade="check"
                )
        raise InputError("There is markup in the phrase, or an edit beside it: change it in the file itself.")

    def _decide(self, edit: Suggestion | None) -> None:
        number = self.number
        assert number is not None
        self._decided.append((number, edit))
        self._chosen = 0

    def _free(self, number: int) -> list[Suggestion]:
        return [one for one in self.items[number].phrase.suggestions if self._is_free(one.start, one.end)]

    def _is_free(self, start: int, end: int) -> bool:
        return all(end <= edit.start or edit.end <= start for edit in self.edits)


def ask(
    fixing: Fixing,
    console: Console,
    read: Callable[[], str] = click.getchar,
    read_line: Callable[[str, str], str] = typed_line,
) -> bool:
    """Show edit after edit and take decisions, until nothing is left or the writer quits.

    Args:
        fixing: what is decided.
        console: that edits are shown on.
        read: waits for a key and returns what the terminal sends for it; nothing, once the terminal is closed.
        read_line: asks for a line, given a prompt and what the line begins with.

    Returns:
        Whether the writer quit, so that there is no need to ask about other documents.

    Raises:
        KeyboardInterrupt: for Ctrl-C: nothing is to be written.
    """
    keys = typed_keys(read)
    note = ""
    while True:
        show_screen(console, _screen(fixing, note))
        key = next(keys, "q")
        note = ""
        if key == "u":
            note = "Taken back." if fixing.undo() else "There is nothing to take back."
        elif fixing.number is None or key == "q":
            return key == "q"
        elif key == "?":
            show_screen(console, _help())
            next(keys, "")
        elif key == "e":
            note = _reword(fixing, read_line)
        else:
            note = _press(fixing, key)


def _press(fixing: Fixing, key: str) -> str:
    steps: dict[str, Callable[[], None]] = {
        "a": fixing.accept,
        "y": fixing.accept,
        "s": fixing.skip,
        "n": fixing.skip,
        "next": fixing.choose_next,
        **{str(number + 1): partial(fixing.choose, number) for number in range(len(fixing.offers))},
    }
    if key not in steps:
        return "That key does nothing; ? lists the keys."
    steps[key]()
    return ""


def _reword(fixing: Fixing, read_line: Callable[[str, str], str]) -> str:
    """Ask for wording and take it; a word on it where it was not."""
    number = fixing.number
    assert number is not None
    phrase = fixing.items[number].phrase
    words = read_line(f"In place of “{clean(phrase.text)}”: ", fixing.suggestion.words or phrase.text)
    words = " ".join(clean(words).split())
    if not words or words == phrase.text:
        return "Nothing is changed."
    try:
        fixing.accept(fixing.reworded(words))
    except InputError as error:
        return str(error)
    return ""


def _screen(fixing: Fixing, note: str) -> RenderableType:
    number = fixing.number
    done = f"{len(fixing.edits)} accepted, {fixing.skipped} skipped."
    said = [Text(note, style="bold")] if note else []
    if number is None:
        return Group(
            Text(f"No edit is left: {clean(fixing.report.source)}", style="bold"),
            Text(done, style="dim"),
            *said,
            Text("u undo  q quit  any other key goes on", style="dim"),
        )
    item, offers = fixing.items[number], fixing.offers
    others = _OTHERS.format(len(offers)) if len(offers) > 1 else ""
    table = Table(box=None, show_header=False, pad_edge=False, expand=True)
    table.add_column(width=4, justify="right")
    table.add_column(ratio=1)
    before, after = _neighbours(fixing.report.sentences, item.sentence)
    if before:
        table.add_row("", Text(before, style="dim"))
    table.add_row(Text(f"{item.sentence.score:.2f}", style="bold"), _edited(fixing, item.sentence))
    if after:
        table.add_row("", Text(after, style="dim"))
    return Group(
        Text(f"Edit {number + 1} of {len(fixing.items)}: {clean(fixing.report.source)}", style="bold"),
        Text(done, style="dim"),
        Text(""),
        table,
        Text(""),
        _about(item.phrase, table_of(fixing.report.categories)),
        *(Padding(_offer(item.phrase, one, one is fixing.suggestion), (0, 0, 0, 2)) for one in offers),
        Text(""),
        *said,
        Text(_KEYS.format(others=others), style="dim"),
    )


def _neighbours(sentences: Sequence[Sentence], sentence: Sentence) -> tuple[str, str]:
    """The sentences before and after one, cut to what is near."""
    place = next(number for number, other in enumerate(sentences) if other is sentence)
    before = clean(sentences[place - 1].text) if place else ""
    after = clean(sentences[place + 1].text) if place + 1 < len(sentences) else ""
    return (
        before if len(before) <= _CONTEXT else "…" + before[-_CONTEXT:],
        after if len(after) <= _CONTEXT else after[:_CONTEXT] + "…",
    )


def _edited(fixing: Fixing, sentence: Sentence) -> Text:
    """The sentence as it is written, with the edits that were accepted; what is asked about as [-old-]{+new+}."""
    source, shown = fixing.source, fixing.suggestion
    edits = [edit for edit in fixing.edits if edit.start < sentence.end and sentence.start < edit.end]
    text = Text()
    position = min([sentence.start, shown.start, *(edit.start for edit in edits)])
    for edit in sorted([*edits, shown], key=lambda edit: edit.start):
        start, end = (edit.start, edit.end) if edit is not shown else _whole_words(fixing, edit)
        text.append(_line(source[position:start]))
        if edit is not shown:
            text.append(_line(edit.text))
        else:
            old = source[start:end]
            new = source[start : edit.start] + edit.text + source[edit.end : end]
            text.append(f"[-{_line(old)}-]", style="strike red")
            if new.strip():
                text.append(f"{{+{_line(new)}+}}", style="bold green")
        position = end
    return text.append(_line(source[position : max(position, sentence.end)]))


def _whole_words(fixing: Fixing, edit: Suggestion) -> tuple[int, int]:
    """An edit's place, made longer so that no word is shown in pieces and no other edit is touched."""
    source, start, end = fixing.source, edit.start, edit.end
    floor = max((other.end for other in fixing.edits if other.end <= start), default=0)
    ceiling = min((other.start for other in fixing.edits if other.start >= end), default=len(source))
    if edit.text:
        while start > floor and source[start - 1].isalnum() and source[start : start + 1].isalnum():
            start -= 1
        while end < ceiling and source[end - 1 : end].isalnum() and source[end].isalnum():
            end += 1
    return start, end


def _line(text: str) -> str:
    return clean(text.replace("\r\n", " ").replace("\n", " "))


def _about(phrase: Phrase, categories: Mapping[str, Category]) -> Text:
    known, colour = categories.get(phrase.category), colour_of(phrase.category, categories)
    category = clean(known.shown if known else phrase.category) or "loaded wording"
    text = Text(clean(phrase.text), style=f"bold {colour}")
    text.append(f"  {category} {phrase.score:.2f}", style=colour)
    return text.append(f"  {phrase.why}" if phrase.why else "", style="dim")


def _offer(phrase: Phrase, suggestion: Suggestion, shown: bool) -> Text:
    return Text("> " if shown else "  ", style="bold").append(offer(phrase, suggestion), style="" if shown else "dim")


def _help() -> RenderableType:
    keys = Table(box=None, show_header=False, pad_edge=False)
    for key, what in _HELP:
        keys.add_row(Text(key, style="bold"), what)
    return Group(
        Text("What stands in [-brackets-] goes, and what stands in {+braces+} comes in its place. The numbers are the score of "
             "the sentence before and after. The original stays as it is unless --in-place was given."),
        Text(""),
        keys,
        Text("Any key goes back.", style="dim"),
    )  # fmt: skip


def summary(fixing: Fixing) -> str:
    """What was decided, in a line."""
    return f"{count_of(len(fixing.edits), 'edit')} accepted, {fixing.skipped} skipped"
