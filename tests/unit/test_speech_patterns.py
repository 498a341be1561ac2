"""Each pattern of the rules of speech has examples of what it finds and what it passes over."""

import importlib
import json
from pathlib import Path

import pytest

from biasdetect.util.patterns import _Pattern

EXAMPLES = json.loads((Path(__file__).parent.parent / "data" / "patterns-of-speech.json").read_text(encoding="utf-8"))
ROOMS = ("quotations", "speakers", "voice")


def patterns(room):
    """A module's own patterns by name."""
    module = importlib.import_module(f"biasdetect.language.{room}")
    source = Path(module.__file__).read_text(encoding="utf-8").splitlines()
    return {
        name: value
        for name, value in vars(module).items()
        if isinstance(value, _Pattern) and any(line.startswith(f"{name} = ") for line in source)
    }


@pytest.mark.parametrize("room", ROOMS)
def test_every_pattern_has_examples_and_every_example_a_pattern(room):
    assert set(EXAMPLES[room]) == set(patterns(room))


@pytest.mark.parametrize(("room", "name"), [(room, name) for room in ROOMS for name in patterns(room)])
def test_a_pattern_finds_what_it_is_for_and_nothing_else(room, name):
    examples = EXAMPLES[room][name]
    look = getattr(patterns(room)[name], examples.get("how", "search"))
    assert examples["finds"]
    assert examples["not"]
    assert {text: (look(text) or [None])[0] for text in examples["finds"]} == examples["finds"]
    assert [text for text in examples["not"] if (match := look(text)) and match[0]] == []
