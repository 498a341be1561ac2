"""The table of categories of loaded wording: what each is, for people, and how pages, terminals and notebooks show it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from types import MappingProxyType

from biasdetect.results import OwnCategory


@dataclass(frozen=True, slots=True)
class Category:
    """A category of loaded wording. ``docs/edit/categories.md`` is the same table for readers, and a test compares them.

    Attributes:
        name: as reports and models have it.
        why: the one line that a reader is told of a phrase.
        definition: what it is.
        flagged: an example, in Markdown with the wording in question between asterisks.
        plain: an example that is not flagged.
        advice: a sentence for the writer, where nothing closer is known; empty for categories of a model's own.
        source: the techniques of the literature that it corresponds to.
        light: its colour on a light page; with ``dark``, at a contrast of 4.5 to 1 at least.
        dark: its colour on a dark page.
        middle: a colour that stands out from white and from black alike, for notebooks, which are either.
        terminal: the name of its colour there.
        line: the kind of line under it, a value of CSS ``text-decoration-style``; not by colour alone.
        overlined: whether there is a line above it too.
        title: as people read it; the name where it is empty.
    """

    name: str
    why: str
    definition: str
    flagged: str
    plain: str
    advice: str
    source: str
    light: str
    dark: str
    middle: str
    terminal: str
    line: str
    overlined: bool = False
    title: str = ""

    @property
    def shown(self) -> str:
        """What a reader sees in place of the name."""
        return self.title or self.name


TABLE: tuple[Category, ...] = (
    Category(
        name="loaded-language",
        why="emotionally charged wording where a plain word exists",
        definition="emotionally charged or judging wording where a plain word exists",
        flagged="The council **gutted** the library budget.",
        plain="Fire gutted the library.",
        advice="Take the plain word for what was done or said.",
        source="Loaded Language",
        light="#b3261e",
        dark="#ff8f86",
        middle="#d0473c",
        terminal="red",
        line="wavy",
    ),
    Category(
        name="labeling",
        why="a label that carries a judgement",
        definition="a label put on a person, group, institution or outlet that carries a judgement",
        flagged="… wrote the **party megaphone** Nova Gazeta.",
        plain="… wrote the state-owned daily Nova Gazeta.",
        advice="Give name, office or role, or say what they did.",
        source="Name Calling or Labeling",
        light="#8a2a8a",
        dark="#e59ae5",
        middle="#b04fb0",
        terminal="magenta",
        line="solid",
    ),
    Category(
        name="epithet",
        why="a descriptor that has no bearing on the news",
        definition="a descriptor of a person that has no bearing on the news: looks, age, dress, voice, family, hobbies",
        flagged="The **double-chinned** minister opened the session.",
        plain="Police seek a man with a double chin.",
        advice="Leave it out unless the news is about it.",
        source="part of Name Calling or Labeling",
        light="#7a5200",
        dark="#efc15c",
        middle="#a9720a",
        terminal="yellow",
        line="double",
    ),
    Category(
        name="exaggeration",
        why="overstatement or belittling",
        definition="overstatement, or belittling",
        flagged="a **bottomless pit** of a project",
        plain="a pit 300 metres deep",
        advice="Give the figure, or leave it out.",
        source="Exaggeration or Minimisation",
        light="#1f4fbf",
        dark="#93b8ff",
        middle="#3f76d8",
        terminal="blue",
        line="dashed",
    ),
    Category(
        name="opinion",
        why="the writer's own judgement or stance",
        definition="the writer's own judgement: stance adverbs, evaluative adjectives, set phrases",
        flagged="**Shamefully**, the vote was put off.",
        plain="The vote was put off until May.",
        advice="Say who thinks so, or leave it out.",
        source="part of Loaded Language; framing words of Recasens et al. 2013",
        light="#00656b",
        dark="#62d3d9",
        middle="#0b8a90",
        terminal="cyan",
        line="dotted",
    ),
    Category(
        name="doubt",
        why="casts doubt on words or standing without evidence",
        definition="casts doubt on words or standing without evidence: so-called, scare quotes, verbs of saying that judge",
        flagged="the **so-called** expert **droned** that …",
        plain="the expert said that …",
        advice="Write “said”, or say what speaks against it.",
        source="Doubt; epistemological bias of Recasens et al. 2013",
        light="#2c6b1e",
        dark="#95d980",
        middle="#4c8f2f",
        terminal="green",
        line="solid",
        overlined=True,
    ),
)

CATEGORIES: tuple[str, ...] = tuple(category.name for category in TABLE)
BY_NAME: dict[str, Category] = {category.name: category for category in TABLE}

UNLISTED = "unlisted"
"""What a category that no table has is called where its look is named."""

_PAPERS = {"light": (0xFD, 0xFC, 0xFA), "dark": (0x17, 0x16, 0x15)}  # of pages
_CONTRAST = 4.5  # that WCAG 2 asks of text (level AA)
_LINES = (
    ("wavy", True), ("double", True), ("dashed", True), ("dotted", True),  # those that none of ours has come first
    ("solid", False), ("dashed", False), ("double", False), ("wavy", False), ("dotted", False), ("solid", True),
)  # fmt: skip


@lru_cache(maxsize=64)
def table_of(own: tuple[OwnCategory, ...] = ()) -> Mapping[str, Category]:
    """All categories that may be shown, by name: ours, and those of a model's own, which win over ours of the same name."""
    looks = {category.name: _complete(category, place) for place, category in enumerate(own)}
    return MappingProxyType(BY_NAME | looks)


def _complete(own: OwnCategory, place: int) -> Category:
    """A category with its look: shades of its colour that can be read, and a line that tells it from its neighbours."""
    line, overlined = _LINES[place % len(_LINES)]
    meaning = own.definition or own.title
    return Category(
        name=own.name,
        why=meaning,
        definition=meaning,
        flagged="",
        plain="",
        advice="",
        source="",
        light=readable(own.colour, "light"),
        dark=readable(own.colour, "dark"),
        middle=own.colour,
        terminal=own.colour,
        line=line,
        overlined=overlined,
        title=own.title,
    )


def readable(colour: str, page: str) -> str:
    """The colour, or the nearest darker or lighter shade of it that can be read as text on a page.

    Args:
        colour: ``#rrggbb``.
        page: ``light`` or ``dark``.
    """
    paper, end = _PAPERS[page], 0 if page == "light" else 255
    parts = [int(colour[first : first + 2], 16) for first in (1, 3, 5)]
    for step in range(21):
        shade = [round(part + (end - part) * step / 20) for part in parts]
        one, other = sorted((_luminance(shade), _luminance(paper)))
        if (other + 0.05) / (one + 0.05) >= _CONTRAST:
            break
    return "#" + "".join(f"{part:02x}" for part in shade)


def _luminance(parts: Sequence[int]) -> float:
    """Relative luminance of red, green and blue, each 0 to 255 (WCAG 2)."""
    shares = (part / 255 for part in parts)
    linear = [share / 12.92 if share <= 0.04045 else ((share + 0.055) / 1.055) ** 2.4 for share in shares]
    return sum(weight * value for weight, value in zip((0.2126, 0.7152, 0.0722), linear, strict=True))


REMEDIES = ("leave out", "replace", "write anew")
"""What an editor does about a phrase: the sentence stays whole without it, with plainer words in its place, or neither."""

EDIT_PARTS = 6
"""Outputs of a token about an edit: that it stands left of, in and right of its place, in the edited sentence and before."""

PATTERNS = (
    "absolute", "advocacy", "belittling-amount", "charged-word", "contempt-label", "doubting-verb", "drama", "emotive",
    "empty-praise", "insinuation", "irony", "judging-clause", "judging-verb-of-saying", "looks-or-age", "mind-reading",
    "nickname", "political-label", "prejudice", "private-life", "shouting", "so-called", "stance-adverb", "verdict-word",
    "violent-verb", "vivid-image",
)  # fmt: skip
"""What loaded wording does, in more detail than a category says."""
