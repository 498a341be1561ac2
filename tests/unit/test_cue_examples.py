"""Each cue of speech, and each pattern around it, has examples of what it finds and what it passes over."""

import importlib
import json
from pathlib import Path

import pytest

from biasdetect.language import cues
from biasdetect.util.patterns import _Pattern

EXAMPLES = json.loads(Path(cues.__file__).with_name("cue_examples.json").read_text(encoding="utf-8"))
ROOMS = ("cues", "attribution", "quotations", "speakers", "voice")


def found_in(sentence):
    """The cues of a sentence by name."""
    found = {}
    position = 0
    while cue := cues.next_cue(sentence, position, len(sentence)):
        found.setdefault(cue.name, cue.text)
        position = cue.end
    return found


def patterns(room):
    """A module's own patterns by name."""
    module = importlib.import_module(f"biasdetect.language.{room}")
    source = Path(module.__file__).read_text(encoding="utf-8").splitlines()
    return {
        name: value
        for name, value in vars(module).items()
        if isinstance(value, _Pattern) and any(line.startswith(f"{name} = ") for line in source)
    }


def test_every_cue_has_examples_and_every_example_a_cue():
    names = [name for name, *_ in cues._CUES]
    assert len(set(names)) == len(names)
    assert set(EXAMPLES["cues"]) == set(names)


@pytest.mark.parametrize("name", [name for name, *_ in cues._CUES])
def test_a_cue_is_found_where_it_stands_and_nowhere_else(name):
    examples = EXAMPLES["cues"][name]
    assert examples["finds"]
    assert examples["not"]
    assert {sentence: found_in(sentence).get(name) for sentence in examples["finds"]} == examples["finds"]
    assert [sentence for sentence in examples["not"] if name in found_in(sentence)] == []


@pytest.mark.parametrize("room", ROOMS)
def test_every_pattern_has_examples_and_every_example_a_pattern(room):
    assert set(EXAMPLES["patterns"][room]) == set(patterns(room))


@pytest.mark.parametrize(("room", "name"), [(room, name) for room in ROOMS for name in patterns(room)])
def test_a_pattern_finds_what_it_is_for_and_nothing_else(room, name):
    examples = EXAMPLES["patterns"][room][name]
    look = getattr(patterns(room)[name], examples.get("how", "search"))
    assert examples["finds"]
    assert examples["not"]
    assert {text: (look(text) or [None])[0] for text in examples["finds"]} == examples["finds"]
    assert [text for text in examples["not"] if (match := look(text)) and match[0]] == []
