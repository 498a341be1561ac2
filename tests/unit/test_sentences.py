import json
import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from biasdetect.language.sentences import split_sentences

DATA = Path(__file__).resolve().parent.parent / "data"


def split(text):
    return [text[start:end] for start, end in split_sentences(text, 0, len(text))]


def records(name):
    return [json.loads(line) for line in (DATA / f"{name}.jsonl").read_text(encoding="utf-8").splitlines()]


@pytest.mark.parametrize(("name", "least"), [("boundaries", 0.94), ("boundaries-2", 0.95)])
def test_most_hard_paragraphs_are_split_as_marked(name, least):
    items = records(name)
    assert sum(split(item["text"]) == item["sentences"] for item in items) >= least * len(items)


@pytest.mark.parametrize("name", ["boundaries", "boundaries-2"])
def test_no_hard_paragraph_that_was_split_as_marked_is_split_otherwise(name):
    """Known to be wrong are those in tests/data/known-wrong.json: what is mended is taken off, and nothing comes new."""
    known = json.loads((DATA / "known-wrong.json").read_text(encoding="utf-8"))[name]
    wrong = [item["text"] for item in records(name) if split(item["text"]) != item["sentences"]]
    assert [text for text in wrong if text not in known] == []


@pytest.mark.parametrize("name", ["boundaries", "boundaries-2"])
def test_the_marked_sentences_are_the_whole_paragraph(name):
    for item in records(name):
        assert "".join("".join(item["sentences"]).split()) == "".join(item["text"].split())


# "¦" is where a sentence ends
@pytest.mark.parametrize(
    "marked",
    [
        # titles, initials, saints and streets
        "Gov. Ana Pryce met Mr. O'Dell and Sgt. Maj. Toth. ¦They ate.",
        "The book by K. L. Marsh sold well. ¦J.R. Voss bought two.",
        "She was born in St. Orrin. ¦St. Orrin is small.",
        "He lived on Harbour St. ¦It was loud.",
        "MT. ORRIN, Vt. (Wire) — Snow fell. ¦It melted.",
        "The shop ran out of vitamin C. ¦It has none of vitamin D.",
        # companies, countries, times, dates, numbers
        "Varn Inc. said it would close. ¦It did.",
        "He sold Varn Inc. ¦The price was low.",
        "Shares of Varn Corp. Tuesday rose. ¦Nobody knew why.",
        "The U.S. President spoke. ¦He left the U.S. ¦It was raining.",
        "At 7 p.m. Mayor Pryce spoke. ¦She left at 8 p.m. ¦People clapped.",
        "It starts at 9 a.m. on Monday. ¦Bring a coat.",
        "The store closed on Dec. 4, 2011. ¦It opened in Nov. ¦Nobody came.",
        "The flat at No. 10 Mill Road is empty. ¦No. 12 is not.",
        "It cost $2.5 million. ¦Version 3.1 cost $4. ¦Both failed.",
        "They sell nails, screws, etc. in bulk. ¦They sell rope, etc. ¦Nobody buys it.",
        # quotations and who says them
        "“Why?” she asked. ¦No one knew.",
        '"Why now?" Mayor Ana Pryce asked. ¦"Why not?" ¦He left.',
        '"Will it rain?" ¦Farmers hope so.',
        "“How dare you!” Mr. Toth shouted. ¦They sat down.",
        "He called it “a gift to thieves.” ¦Ministers laughed.",
        "He called it 'a gift'. ¦Ministers laughed.",
        "“It broke. ¦We ran,” he said. ¦“We never looked back.”",
        "The film “Who Goes?” opens today. ¦It is short.",
        "«Who sent you?» asked the guard. ¦«Nobody,» he said.",
        # ellipses and brackets
        "He waited... and waited. ¦It grew dark…",
        "“I wanted... Well, I forget,” she said.",
        "The hunt goes on... ¦Divers return at dawn.",
        "The club (It is old. No one goes.) is shut. ¦It was loud.",
        "He won. ¦(Few had voted. ¦Fewer had watched.) ¦He wept.",
        # no space, notes, faces, names with a mark, small first letters
        "The dam broke.¦Nobody was hurt. ¦The site dam.example.org was down.",
        "The fund is empty.[2] ¦It was full in June.3 ¦Nobody looked.",
        "The pool is open :) ¦Bring a towel. 🎉 ¦It is warm.",
        "Zing! shares rose. ¦Zing! Chief Ana Pryce smiled.",
        "Nobody could log in. ¦eVarn said it was sorry.",
        # lines
        "• Boil the water.¦\n• Stay inside.¦\n• Wait",
        "1. Who knew?¦\n2. Who told?",
        "Dam breaks above Orrin¦\nA dam broke above Orrin on Sunday after three days of rain. ¦It was old.",
        "The dam above the town of\nOrrin broke on Sunday after\nthree days of rain.",
        "Two paragraphs¦\n\nThe second follows",
    ],
)
def test_sentences_end_where_a_reader_would_end_them(marked):
    assert split(marked.replace("¦", "")) == [part.strip() for part in marked.split("¦")]


def test_only_the_given_stretch_is_split_and_offsets_are_of_the_source():
    text = "Out. The dam broke. It was old. Out."
    start, end = text.index("The"), text.index(" Out", 5)
    assert [text[a:b] for a, b in split_sentences(text, start, end)] == ["The dam broke.", "It was old."]


# what news is made of, so that the rules meet; and anything at all
news_like = st.lists(
    st.sampled_from(
        [
            *'.!?…"“”‘’()[]\n :;*•-3',
            *(". ", "? ", "... ", "\u00a0", "\u202f", "\ud83d", "\ude00", "\x00", "\u200b", "🎉"),
            *(
                "Mr.",
                "U.S.",
                "p.m.",
                "No.",
                "Inc.",
                "A.",
                "The ",
                "said ",
                "Ana ",
                "lower ",
                "At 4 ",
                "[1]",
                "1. ",
                "。",
                ":)",
            ),
        ]
    ),
    max_size=40,
).map("".join)
unseen = re.compile(r"[\s\x00\u200b\ufeff]+")
anything = st.text(st.characters(codec=None, categories=None, max_codepoint=0x1FFFF))


@given(news_like | anything, st.integers(0, 5))
def test_every_visible_character_lies_in_exactly_one_sentence(text, start):
    start = min(start, len(text))
    end = start
    for first, stop in split_sentences(text, start, len(text)):
        assert end <= first < stop <= len(text)
        assert not unseen.sub("", text[end:first])
        assert text[first:stop].strip() == text[first:stop]
        end = stop
    assert not unseen.sub("", text[end:])


@pytest.mark.parametrize(
    "piece",
    [
        *(
            "a. ",
            "A.",
            "(",
            '"',
            "'",
            "(a. ",
            '"... A',
            '!" Aa ',
            "? a",
            " :)",
            "☀",
            ". ☀",
            ".“ ",
            "\n(",
            "A\nb ",
            "1. ",
        ),
        *(". ", ".\n", "No. ", "ab.[1]", "\n", " ", "Aa! ", "\ud83d", "\x00", "[a. ", "“a... B "),
    ],
)
def test_hostile_lines_take_no_more_than_their_length(piece):
    text = piece * (150_000 // len(piece))
    end = 0
    for start, stop in split_sentences(text, 0, len(text)):
        assert end <= start < stop
        end = stop
