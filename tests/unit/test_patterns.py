"""What loaded wording does is told phrase by phrase, and where it is not sure the category has to do."""

import re
from pathlib import Path

import pytest

import biasdetect
from biasdetect.model.categories import CATEGORIES, PATTERNS
from biasdetect.model.patterns import TABLE
from biasdetect.model.reasons import find_subject, pattern_of, reasons_of, why

EXAMPLES = [(pattern, example) for pattern in TABLE for example in pattern.examples]


@pytest.fixture(scope="module")
def detector():
    return biasdetect.load()


def parts(example):
    before, words, after = example.split("**")
    return before + words + after, len(before), len(before) + len(words)


@pytest.mark.parametrize("pattern", TABLE, ids=lambda pattern: pattern.name)
def test_every_pattern_says_what_the_words_do_and_what_to_do(pattern):
    assert len(pattern.examples) >= 2
    assert pattern.advice.endswith(".")
    assert re.match(r"[a-z].*[^.]$", pattern.why), "a clause"
    assert pattern.of.count("{}") == bool(pattern.of)
    assert set(pattern.categories) <= set(CATEGORIES)
    for said in (pattern.why, pattern.of, pattern.advice):
        assert "outlet" not in said


@pytest.mark.parametrize(("pattern", "example"), EXAMPLES, ids=[example for _, example in EXAMPLES])
def test_every_example_is_known_for_what_it_does(detector, pattern, example):
    text, start, end = parts(example)
    (output,) = detector.runtime.run([text])
    reasons = reasons_of(output, start, end)
    found = {pattern_of(text, start, end, name, reasons) for name in pattern.categories or CATEGORIES}
    assert pattern.name in found


@pytest.mark.parametrize(("pattern", "example"), EXAMPLES, ids=[example for _, example in EXAMPLES])
def test_no_report_takes_an_example_for_anything_else(detector, pattern, example):
    text, start, end = parts(example)
    (sentence,) = detector.score_sentences([text])
    found = [phrase for phrase in sentence.phrases if phrase.start < end and start < phrase.end]
    assert {phrase.pattern for phrase in found} <= {pattern.name, ""}
    assert all(phrase.why for phrase in found)


def test_most_examples_are_explained_in_reports(detector):
    sentences = detector.score_sentences([example.replace("**", "") for _, example in EXAMPLES])
    told = [
        any(phrase.pattern == pattern.name for phrase in sentence.phrases)
        for (pattern, _), sentence in zip(EXAMPLES, sentences, strict=True)
    ]
    assert sum(told) >= 35


@pytest.mark.parametrize(
    ("example", "subject"),
    [
        ("The **potbellied** deputy mayor spoke last.", "the deputy mayor"),
        ("The **city hall mouthpiece** Lirna Kurier had the story.", "Lirna Kurier"),
        ("The **shameless** mayor rammed it through.", "the mayor"),
        ("Tomas Brandl, a **notorious crony**, spoke last.", "Tomas Brandl"),
        ("The **brilliant** young engineer drew the plans.", "the young engineer"),
        ("He thanked **hardworking** families of the town.", "families"),
        ("The **mouthpiece** Lirna Kurier’s story was long.", "Lirna Kurier"),
        ("The “**shameless**” plan was passed.", "the plan"),
        ("The plan is **absurd**.", ""),
        ("The **brilliant** young drew the plans.", ""),
        ("It was **absurd** to vote.", ""),
    ],
)
def test_whom_or_what_words_are_about(example, subject):
    assert find_subject(*parts(example)) == subject


def test_the_reader_is_told_whom_it_is_about():
    text, start, end = parts("The **shameful** decision was taken at night.")
    assert why("verdict-word", text, start, end) == (
        "passes a verdict on the decision before the reader has seen the facts"
    )
    assert "{" not in why("verdict-word", *parts("The decision was **shameful**."))


def test_without_the_models_word_only_the_tables_are_asked():
    assert pattern_of("The minister ranted.", 13, 19, "loaded-language", None) == "judging-verb-of-saying"
    assert pattern_of("The minister walked.", 13, 19, "loaded-language", None) == ""


def test_a_text_in_capitals_does_not_shout():
    assert pattern_of("COUNCIL APPROVES CRIMSON BRIDGE", 17, 24, "opinion", None) == ""
    assert pattern_of("The council approves a CRIMSON bridge", 23, 30, "opinion", None) == "shouting"
    assert pattern_of("The council SHOULD resign", 12, 25, "opinion", None) == "shouting"


@pytest.mark.parametrize("words", ["TRAITOR’S plan", "ILL-ADVISED plan", "BOMBSHELL", "WON’T", "NEVER", "SLEAZEBAG"])
def test_words_in_capitals_shout(words):
    text = f"The paper had {words} in its report."
    assert pattern_of(text, 14, 14 + len(words), "opinion", None) == "shouting"


@pytest.mark.parametrize("words", ["UNESCO praise factory", "BRDO hymn sheet", "NATO’s poodle"])
def test_an_abbreviation_does_not_shout(words):
    text = f"The {words} met in Lyon."
    assert pattern_of(text, 4, 4 + len(words), "labeling", None) == ""


@pytest.mark.parametrize(
    ("words", "category", "doubts"),
    [
        ("professes to know the sum", "opinion", True),
        ("purported to act for them all", "loaded-language", True),
        ("ridiculous claim to the throne", "opinion", False),
        ("maintain", "opinion", False),
    ],
)
def test_what_opens_with_a_verb_of_doubt_doubts(words, category, doubts):
    found = pattern_of(f"The chair {words}.", 10, 10 + len(words), category, None)
    assert (found == "doubting-verb") is doubts


def test_the_page_about_categories_lists_the_patterns():
    page = (Path(__file__).parents[2] / "docs" / "edit" / "categories.md").read_text(encoding="utf-8")
    rows = re.findall(r"^\| `([a-z-]+)` \| (.*?) \| (.*?) \| (.*?) \|$", page, re.MULTILINE)
    shown = {name: (what, advice, example) for name, what, advice, example in rows if name in PATTERNS}
    assert shown == {pattern.name: (pattern.why, pattern.advice, pattern.examples[0]) for pattern in TABLE}
