"""The categories of loaded wording; ``docs/edit/categories.md`` gives the sources too."""

from __future__ import annotations

from dataclasses import dataclass

WHY: dict[str, str] = {
    "loaded-language": "emotionally charged wording where a plain word exists",
    "labeling": "a label that carries a judgement",
    "epithet": "a descriptor that has no bearing on the news",
    "exaggeration": "overstatement or belittling",
    "opinion": "the writer's own judgement or stance",
    "doubt": "casts doubt on words or standing without evidence",
}
"""For every category, the one line that a reader is told."""

CATEGORIES: tuple[str, ...] = tuple(WHY)


@dataclass(frozen=True, slots=True)
class Guide:
    """What a category is, for people; examples are Markdown, the wording in question between asterisks."""

    definition: str
    flagged: str
    plain: str


GUIDES: dict[str, Guide] = {
    "loaded-language": Guide(
        "emotionally charged or judging wording where a plain word exists",
        "The council **gutted** the library budget.",
        "Fire gutted the library.",
    ),
    "labeling": Guide(
        "a label put on a person, group, institution or outlet that carries a judgement",
        "… wrote the **party megaphone** Nova Gazeta.",
        "… wrote the state-owned daily Nova Gazeta.",
    ),
    "epithet": Guide(
        "a descriptor of a person that has no bearing on the news: looks, age, dress, voice, family, hobbies",
        "The **double-chinned** minister opened the session.",
        "Police seek a man with a double chin.",
    ),
    "exaggeration": Guide(
        "overstatement, or belittling",
        "a **bottomless pit** of a project",
        "a pit 300 metres deep",
    ),
    "opinion": Guide(
        "the writer's own judgement: stance adverbs, evaluative adjectives, set phrases",
        "**Shamefully**, the vote was put off.",
        "The vote was put off until May.",
    ),
    "doubt": Guide(
        "casts doubt on words or standing without evidence: so-called, scare quotes, verbs of saying that judge",
        "the **so-called** expert **droned** that …",
        "the expert said that …",
    ),
}
"""For every category, its definition, an example that is flagged and one that is not."""
