"""Offsets, lines and columns."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from biasdetect.util.lines import Lines, Position

texts = st.text(st.sampled_from("ab \n\r\u2028\x0b\x85é𝒜🙂\ud800"), max_size=40)


def units(text):
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


@given(texts)
def test_positions_are_those_of_counting(text):
    lines = Lines(text)
    assert len(lines) == len(re.split("\r\n|\r|\n", text))
    for offset in range(len(text) + 1):
        if text[offset - 1 : offset + 1] == "\r\n":
            continue  # inside of a line break
        *before, line = re.split("\r\n|\r|\n", text[:offset])
        assert lines.position(offset) == Position(len(before), len(line), units(line))


@given(texts)
def test_a_position_leads_back(text):
    lines = Lines(text)
    for offset in range(len(text) + 1):
        if text[offset - 1 : offset + 1] != "\r\n":
            place = lines.position(offset)
            assert lines.offset_of(place.line, place.character) == offset


@given(texts, st.integers(0, 50), st.integers(0, 50))
def test_any_position_is_a_place_in_its_line(text, line, character):
    lines = Lines(text)
    offset = lines.offset_of(line, character)
    assert 0 <= offset <= len(text)
    if line < len(lines):
        found = lines.position(offset)
        assert found.line == line
        assert found.character <= character
    else:
        assert offset == len(text)


def test_the_middle_of_a_pair_is_its_beginning():
    lines = Lines("a🙂b🙂\nc")
    assert [lines.offset_of(0, character) for character in range(8)] == [0, 1, 1, 2, 3, 3, 4, 4]
    assert lines.offset_of(1, 99) == 6


def test_a_line_end_is_where_the_line_break_begins():
    assert [Lines(f"ab{end}c").offset_of(0, 9) for end in ("\n", "\r", "\r\n")] == [2, 2, 2]


def test_places_outside_are_refused():
    lines = Lines("ab")
    for offset in (-1, 3):
        with pytest.raises(ValueError, match="outside"):
            lines.position(offset)
    for line, character in ((-1, 0), (0, -1)):
        with pytest.raises(ValueError, match="negative"):
            lines.offset_of(line, character)


def test_a_line_of_millions_is_quick():
    text = "🙂a" * 1_000_000
    lines = Lines(text)
    for offset in range(0, len(text), 500):
        place = lines.position(offset)
        assert lines.offset_of(place.line, place.character) == offset
