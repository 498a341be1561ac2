"""The categories of loaded wording; ``docs/categories.md`` gives definitions, sources and examples."""

from __future__ import annotations

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
