"""Whose words, on the hand-written set in tests/data/voice.jsonl."""

import json
from collections import Counter
from pathlib import Path
from typing import get_args

import pytest

from biasdetect.detector import _sentences
from biasdetect.language.voice import VoiceMap, find_quotations
from biasdetect.reading.text import read_text
from biasdetect.results import Voice

RECORDS = [
    json.loads(line)
    for line in (Path(__file__).parent.parent / "data" / "voice.jsonl").read_text(encoding="utf-8").splitlines()
]
VOICES = get_args(Voice)
# The rules were tuned on the first part; the second was written before anyone looked at results for it.
PARTS = {"first": RECORDS[:280], "second": RECORDS[280:]}


def judged(record):
    """Each mark of a record with the voice it gets, in a document and its sentences as the detector sees them."""
    maps = list(_sentences(read_text(record["text"])))
    for mark in record["marks"]:
        start = record["text"].index(mark["phrase"])
        end = start + len(mark["phrase"])
        found = next((voices.voice(start, end) for voices in maps if voices.start <= start < voices.end), "skipped")
        yield mark, found


def test_the_set_is_sound():
    assert len(RECORDS) == 420
    assert len({record["text"] for record in RECORDS}) == len({record["id"] for record in RECORDS}) == len(RECORDS)
    for record in RECORDS:
        assert record["marks"], record["id"]
        for mark in record["marks"]:
            assert record["text"].count(mark["phrase"]) == 1, (record["id"], mark)
            assert mark["voice"] in VOICES, (record["id"], mark)


@pytest.mark.parametrize("part", PARTS)
def test_voices_of_the_set(part):
    confusion = Counter()
    wrong = []
    for record in PARTS[part]:
        for mark, found in judged(record):
            confusion[mark["voice"], found] += 1
            if found != mark["voice"]:
                wrong.append(f"{record['id']} {mark['phrase']!r}: {mark['voice']}, found {found}")
    right = 1 - len(wrong) / confusion.total()
    columns = (*VOICES, "skipped")
    table = "".join(f"{voice:>12}" for voice in ("", *columns))
    for voice in VOICES:
        table += f"\n{voice:>12}" + "".join(f"{confusion[voice, found]:12}" for found in columns)
    assert right >= 0.95, f"{right:.1%} of the {part} part\n{table}\n" + "\n".join(wrong)


@pytest.mark.parametrize(
    ("text", "quoted"),
    [
        ("“We go on.\n“We stop,” he said.", ["“We go on.", "“We stop,”"]),
        ("‘We go on. It’s late.\n‘We stop,’ he said.", ["‘We go on. It’s late.", "‘We stop,’"]),
        ("'We go on. It's late.\n'We stop,' he said.", ["'We go on. It's late.", "'We stop,'"]),
        ("«We go on. So be it.\n»We stop», he said.", ["«We go on. So be it.", "»We stop»"]),
        ("“No,” he said. “We go on. He said ‘no’.\n“We stop,” he said.", ["“No,”", "“We go on. He said ‘no’.", "“We stop,”"]),
        ("“We go on. The hall fell silent.\n'Cause of the noise, we left.", ["“We go on."]),
        ("“We go on. The hall fell silent.\nWe stop.", ["“We go on."]),
        ("“We go on. He left. “We stop,” she said.", ["“We go on.", "“We stop,”"]),
    ],
)  # fmt: skip
def test_speech_over_several_blocks(text, quoted):
    blocks = read_text(text).blocks
    found = []
    for index, block in enumerate(blocks):
        following = text[blocks[index + 1].start] if index + 1 < len(blocks) else ""
        found += [text[quote.start : quote.end] for quote in find_quotations(text, block.start, block.end, following)]
    assert found == quoted


@pytest.mark.parametrize(
    "piece", ['"', "“", "'", "„‘", '"a ', "s' ", "a", " a", "he said, ", "accused of, ", "told x ", "in a, b said c "]
)
def test_hostile_lines_are_read(piece):
    """Each would take minutes where time grew by squares; benchmarks/voice.py shows the growth."""
    text = piece * (100_000 // len(piece))
    quotations = find_quotations(text, 0, len(text), "“")
    assert all(0 <= quote.start < quote.end <= len(text) for quote in quotations)
    assert VoiceMap(text, 0, len(text), quotations).without_quotes(text)
