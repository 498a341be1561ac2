"""A teacher's soft labels are mixed into the targets of the sentences that it was asked about."""

import gzip
import json
import math

import pytest

from biasdetect.errors import DataError
from biasdetect.finetune.recipe.example import UNKNOWN, Example, TargetSpan
from biasdetect.finetune.recipe.examples import read_source
from biasdetect.finetune.recipe.schema import DataSource
from biasdetect.finetune.recipe.standoff import digest
from biasdetect.finetune.recipe.taught import NOT_LOADED, SENTENCE_SHARE, WORD_SHARE, Taught, read_taught, with_taught

TEXT = "The reckless mayor and her cronies left early."


def place(words, text=TEXT):
    start = text.index(words)
    return start, start + len(words)


def at(example, words):
    """Target and category of words, as the last span that touches them has it."""
    start, end = place(words)
    spans = [span for span in example.spans if span.start < end and start < span.end]
    return (spans[-1].target, spans[-1].category) if spans else (example.rest, None)


def mixed(hard, soft):
    return pytest.approx((1 - WORD_SHARE) * hard + WORD_SHARE * soft)


def test_each_word_has_a_share_of_the_mark_and_a_share_of_the_teacher():
    marked = TargetSpan(*place("reckless"), 1.0, 4, 1, 5)
    unsure = TargetSpan(*place("cronies"), UNKNOWN)
    example = Example(TEXT, 1.0, (unsure, marked), rest=0.0, marked=(marked,))
    words = ((*place("reckless"), 0.6), (*place("cronies"), 0.8), (*place("early"), 0.1))
    mixed_in = with_taught(example, Taught(0.4, words))
    assert mixed_in.sentence == pytest.approx((1 - SENTENCE_SHARE) * 1.0 + SENTENCE_SHARE * 0.4)
    assert at(mixed_in, "reckless") == (mixed(1.0, 0.6), 4)
    assert at(mixed_in, "cronies") == (0.8, None)  # nobody knows, so the teacher alone says
    assert at(mixed_in, "early") == (mixed(0.0, 0.1), None)
    assert at(mixed_in, "mayor") == (mixed(0.0, NOT_LOADED), None)
    assert mixed_in.marked == example.marked


def test_a_mark_that_the_teacher_does_not_see_counts_for_less():
    example = Example(TEXT, UNKNOWN, (TargetSpan(*place("reckless"), 1.0, 4),), rest=0.0)
    assert at(with_taught(example, Taught(0.2, ())), "reckless") == (mixed(1.0, NOT_LOADED), 4)
    assert with_taught(example, Taught(0.2, ())).sentence == 0.2


def test_of_words_that_nobody_marked_the_teacher_alone_says():
    example = Example(TEXT, 1.0)
    assert math.isnan(example.rest)
    taught = with_taught(example, Taught(0.9, ((*place("cronies"), 0.7),)))
    assert (at(taught, "cronies"), at(taught, "mayor")) == ((0.7, None), (NOT_LOADED, None))


@pytest.fixture
def source(tmp_path):
    def source(lines, soft):
        articles = tmp_path / "articles"
        articles.mkdir(exist_ok=True)
        (articles / "some.txt").write_text("## news | France | daily\n" + "\n".join(lines) + "\n", encoding="utf-8")
        rows = [{"digest": digest(text), "sentence": value, "words": []} for text, value in soft.items()]
        file = tmp_path / "taught.jsonl.gz"
        file.write_bytes(gzip.compress("".join(json.dumps(row) + "\n" for row in rows).encode()))
        return DataSource(path=str(articles), form="inline", taught=str(file))

    return source


def test_what_the_teacher_was_not_asked_about_is_left_out_unless_it_is_clearly_marked(source):
    lines = [
        "The road opens in May.",
        "The council met.",
        "The [[bungling|epithet]] mayor left.",
        "It is [[odd|opinion|debatable]].",
    ]
    examples = read_source("some", source(lines, {"The council met.": 0.3}))
    assert [example.text for example in examples] == ["The council met.", "The bungling mayor left."]
    assert examples[0].sentence == pytest.approx(SENTENCE_SHARE * 0.3)
    assert examples[1].sentence == 1.0


def test_a_sentence_of_which_it_is_known_who_speaks_stays_and_takes_what_the_teacher_says(tmp_path):
    voices = tmp_path / "voices"
    voices.mkdir()
    (voices / "some.txt").write_text("<She> said {it was a farce}.\nThe road opens in May.\n", encoding="utf-8")
    said = "She said it was a farce."
    row = {"digest": digest(said), "sentence": 0.8, "words": [[18, 23, 0.9]]}
    file = tmp_path / "taught.jsonl.gz"
    file.write_bytes(gzip.compress(json.dumps(row).encode()))
    first, second = read_source("some", DataSource(path=str(voices), form="attributions", taught=str(file)))
    assert (first.text, first.sentence, second.text) == (said, 0.8, "The road opens in May.")
    assert [(said[span.start : span.end], span.target) for span in first.spans] == [("farce", 0.9)]
    assert [said[span.start : span.end] for span in first.voices] == ["it was a farce"]
    assert math.isnan(second.sentence) and not second.spans


@pytest.mark.parametrize(
    "content",
    [b"no gzip", gzip.compress(b'{"digest": "a"}\n'), gzip.compress(b"[1]\n")],
    ids=["no gzip", "no sentence", "a list"],  # gzip's own bytes hold the time
)
def test_a_file_that_holds_no_soft_labels(tmp_path, content):
    file = tmp_path / "taught.jsonl.gz"
    file.write_bytes(content)
    with pytest.raises(DataError, match=r"taught\.jsonl\.gz: "):
        read_taught(file)
