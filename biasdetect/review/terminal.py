"""The terminal interface of a review: screen and keys, one sentence at a time."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

import click
from rich.console import Console, Group, RenderableType
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from biasdetect.labels.check import LEAST_TO_TRAIN
from biasdetect.model.categories import Category
from biasdetect.report.terminal import colour_of
from biasdetect.review.candidates import Mark
from biasdetect.review.keys import show_screen, typed_keys
from biasdetect.review.session import Draft, Session
from biasdetect.util.display import clean

_CONTEXT = 200  # characters of a neighbouring sentence
_MOST_DIGITS = 9  # categories with a key of their own; c goes through all
_KEYS = (
    "a accept  r reject (plain)  s skip  u undo\n"
    "b biased  n not biased\n"
    "tab next phrase  d delete  m mark new  c category\n"
    "left/right start  {/} end of the phrase\n"
    "? help  q quit"
)
_MARKING_KEYS = "left/right take the mark to a word  } and { longer, shorter\n1 to {} category  enter done  esc drop it"
_QUESTION = """\
Is the sentence biased, in the outlet's own words? And which of its words are loaded? Words of others, in quotation \
marks or in paraphrase, do not count: phrases in them keep their voice, and training ignores them."""
_HELP = (
    ("a", "accept: the sentence as it is shown, with what you changed"),
    ("r", "reject: the sentence is plain, and nothing in it is marked"),
    ("b, n", "the sentence is biased; is not biased (its phrases go, b brings them back)"),
    ("s", "skip: no judgement, and it does not come again"),
    ("u", "undo: the last change of this sentence; then back to the one before, also of an earlier sitting"),
    ("tab, up, down", "choose a phrase"),
    ("d", "delete the chosen phrase"),
    ("left, right", "the phrase begins a word earlier, later; also [ and ]"),
    ("{ and }", "the phrase ends a word earlier, later; also shift with left, right"),
    ("m", "mark a new phrase: left and right take it to a word, } makes it longer, enter ends, esc drops it"),
    ("c, or 1 to {}", "category of the chosen phrase: the next one, or that of the number"),
    ("q", "quit; the same command goes on later"),
)


def review(session: Session, console: Console, read: Callable[[], str] = click.getchar) -> None:
    """Show sentence after sentence and take decisions, until nothing is left or the reviewer quits.

    Args:
        session: what is judged, and where decisions go.
        console: that sentences are shown on.
        read: waits for a key and returns what the terminal sends for it; nothing, once the terminal is closed.

    Raises:
        OutputError, InputError: where a decision cannot be saved.
        KeyboardInterrupt: for Ctrl-C. All decisions are saved by then.
    """
    keys = typed_keys(read)
    note = ""
    while session.draft or session.file.records:
        show_screen(console, _screen(session, note, plain=console.color_system is None))
        key = next(keys, "q")
        if key == "q" or (session.draft is None and key != "u"):
            return
        if key == "?":
            show_screen(console, _help(session.categories))
            next(keys, "")
            note = ""
        else:
            note = _press(session, key)


def _press(session: Session, key: str) -> str:
    """Do what a key stands for; a word on it where the screen does not show what happened."""
    draft = session.draft
    if key == "u":
        return "Taken back." if session.undo() else "There is nothing to take back."
    if draft is None:
        return ""
    steps: dict[str, Callable[[], None]] = {
        "a": session.accept,
        "r": session.reject,
        "s": session.skip,
        "b": lambda: draft.set_label(1),
        "n": lambda: draft.set_label(0),
        "next": lambda: draft.choose(1),
        "previous": lambda: draft.choose(-1),
        "d": draft.delete,
        "[": lambda: draft.move_start(-1),
        "]": lambda: draft.move_start(1),
        "{": lambda: draft.move_end(-1),
        "}": lambda: draft.move_end(1),
        "left": lambda: draft.slide(-1) if draft.marking else draft.move_start(-1),
        "right": lambda: draft.slide(1) if draft.marking else draft.move_start(1),
        "m": draft.end if draft.marking else draft.begin,
        "enter": draft.end,
        "escape": draft.delete if draft.marking else draft.end,
        "c": draft.categorise,
    }
    if key in steps:
        steps[key]()
    elif key in (digits := _digits(session.categories)):
        draft.categorise(digits[key].name)
    else:
        return "That key does nothing; ? lists the keys."
    return ""


def _digits(categories: Sequence[Category]) -> dict[str, Category]:
    return {str(number): category for number, category in enumerate(categories[:_MOST_DIGITS], 1)}


def _screen(session: Session, note: str, plain: bool) -> RenderableType:
    counts = session.file.counts
    done = ", ".join(f"{counts[name]} {name}" for name in ("accepted", "rejected", "changed", "skipped"))
    missing = LEAST_TO_TRAIN - sum(counts[name] for name in ("accepted", "rejected", "changed"))
    draft = session.draft
    if draft is None:
        return Group(Text(f"Nothing is left to review ({done})."), Text("u undo  any other key ends"))
    number, total = session.position
    item = draft.item
    looks = {category.name: category for category in session.categories}
    table = Table(box=None, show_header=False, pad_edge=False, expand=True)
    table.add_column(width=4, justify="right")
    table.add_column(ratio=1)
    if item.before:
        cut = item.before if len(item.before) <= _CONTEXT else "…" + item.before[-_CONTEXT:]
        table.add_row("", Text(clean(cut), style="dim"))
    table.add_row(Text(f"{item.score:.2f}", style="bold"), _sentence(draft, looks, plain))
    if item.after:
        cut = item.after if len(item.after) <= _CONTEXT else item.after[:_CONTEXT] + "…"
        table.add_row("", Text(clean(cut), style="dim"))
    parts: list[RenderableType] = [
        Text(f"Sentence {number} of {total}: {clean(item.article)}", style="bold"),
        Text(f"{done}." + (f" {missing} more before a model can be trained." if missing > 0 else ""), style="dim"),
        Text(""),
        table,
        Text(""),
        _label(draft),
        *(Padding(_mark(draft, place, looks), (0, 0, 0, 2)) for place in range(len(draft.marks))),
        Text(""),
        *([Text(note, style="bold")] if note else []),
        Text(
            _MARKING_KEYS.replace("{}", str(len(_digits(session.categories))), 1) if draft.marking else _KEYS,
            style="dim",
        ),
    ]
    return Group(*parts)


def _label(draft: Draft) -> Text:
    item = draft.item
    text = Text("Biased" if draft.label else "Not biased", style="bold red" if draft.label else "bold green")
    model = f"  the model: {'biased' if item.label else 'not biased'}"
    if abs(item.whole - item.score) >= 0.01:
        model += f"; {item.whole:.2f} with the words of others"
    return text.append(model, style="dim")


def _sentence(draft: Draft, looks: Mapping[str, Category], plain: bool) -> Text:
    """The sentence with its phrases underlined, or in brackets where the terminal cannot; the chosen one stands out."""
    sentence = draft.item.text
    words = draft.item.words
    text = Text()
    position = 0
    for mark in draft.marks:
        start, end = words[mark.first][0], words[mark.stop - 1][1]
        text.append(clean(sentence[position:start]))
        wording = clean(sentence[start:end])
        chosen = mark is draft.mark
        if plain:
            text.append(f"[[{wording}]]" if chosen else f"[{wording}]")
        else:
            text.append(wording, style=f"underline bold {_style(mark, looks)}{' reverse' if chosen else ''}")
        position = end
    return text.append(clean(sentence[position:]))


def _mark(draft: Draft, place: int, looks: Mapping[str, Category]) -> Text:
    mark = draft.marks[place]
    known = looks.get(mark.category)
    words = draft.item.words
    chosen = place == draft.chosen
    score = "new" if chosen and draft.marking else "yours" if mark.score is None else f"{mark.score:.2f}"
    voice = "" if mark.voice == "outlet" else f", {mark.voice}"
    text = Text("> " if chosen else "  ", style="bold")
    wording = draft.item.text[words[mark.first][0] : words[mark.stop - 1][1]]
    text.append(clean(wording), style=_style(mark, looks))
    shown = clean(known.shown if known else mark.category) or "no category"
    return text.append(f"  {shown} {score}{voice}", style=_style(mark, looks))


def _style(mark: Mark, looks: Mapping[str, Category]) -> str:
    return colour_of(mark.category, looks) if mark.counts else "dim"


def _help(known: Sequence[Category]) -> RenderableType:
    keys, categories = (Table(box=None, show_header=False, pad_edge=False) for _ in range(2))
    digits = _digits(known)
    for key, what in _HELP:
        keys.add_row(Text(key.replace("{}", str(len(digits))), style="bold"), what)
    for number, category in enumerate(known, 1):
        key = str(number) if str(number) in digits else ""
        categories.add_row(Text(key, style="bold"), Text(clean(f"{category.shown}: {category.why}")))
    return Group(
        Text(_QUESTION),
        Text(""),
        keys,
        Text("Every decision is saved at once. The categories are"),
        categories,
        Text("Any key goes back.", style="dim"),
    )
