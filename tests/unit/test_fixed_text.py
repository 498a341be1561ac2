"""A text with edits made: which, in what order, and the diff with its scores."""

from dataclasses import replace

import pytest

from biasdetect.results import Phrase, Report, Sentence, Settings, Suggestion
from biasdetect.suggest import fix


def suggestion(start, end, text=""):
    return Suggestion(text, start, end, text, "deletion", 0.9, 0.1)


def report(source, scores, *suggestions):
    """Of a text whose lines are its sentences, with scores in turn, each suggestion the first of a phrase of its own."""
    sentences, start = [], 0
    for line, score in zip(source.splitlines(keepends=True), scores, strict=True):
        words = line.rstrip("\n")
        phrases = tuple(
            Phrase("x", one.start, one.end, 0.9, "opinion", suggestions=(one, suggestion(0, 1, "never")))
            for one in suggestions
            if start <= one.start < start + len(line)
        )
        sentences.append(Sentence(words, start, start + len(words), score, phrases=phrases))
        start += len(line)
    return Report("a.txt", "m", 0.5, 0.5, None, tuple(sentences), (), Settings(0.5))


LINE = "The vile old plan is bad.\n"


@pytest.mark.parametrize(
    ("spans", "left"),
    [
        ([(4, 9), (9, 13)], "The plan is bad.\n"),  # one ends where the other begins
        ([(9, 13), (4, 9)], "The plan is bad.\n"),
        ([(4, 9), (4, 13)], "The plan is bad.\n"),  # the longer of two that overlap
        ([(4, 13), (9, 18)], "The plan is bad.\n"),  # of two of a length the first
        ([(8, 13), (0, 9)], "old plan is bad.\n"),
        ([(4, 9), (8, 18)], "The vileis bad.\n"),
        ([], LINE),
    ],
)
def test_of_suggestions_that_overlap_the_longer_is_taken(spans, left):
    made = report(LINE, [0.9], *(suggestion(*span) for span in spans))
    assert fix.apply(LINE, fix.first_edits(made)) == left


def test_a_suggestion_behind_the_end_is_of_another_text():
    assert fix.apply(LINE[:25], [suggestion(20, 25)]) == LINE[:20]
    with pytest.raises(ValueError, match="another text"):
        fix.apply(LINE[:24], [suggestion(20, 25)])


def test_edits_are_made_in_any_order_and_none_over_another():
    edits = [suggestion(14, 18), suggestion(4, 9, "old")]
    assert fix.apply(LINE, edits) == "The oldold pis bad.\n"
    with pytest.raises(ValueError, match="overlap"):
        fix.apply(LINE, [*edits, suggestion(8, 10)])


def test_the_first_safe_suggestion_of_each_phrase_is_taken_and_no_other():
    check, safe, second = suggestion(4, 9, "odd"), replace(suggestion(4, 9), grade="safe"), replace(suggestion(4, 9, "x"), grade="safe")  # fmt: skip
    phrases = (
        Phrase("vile", 4, 8, 0.9, "opinion", suggestions=(check, safe, second)),
        Phrase("old", 9, 12, 0.9, "opinion", suggestions=(suggestion(9, 13),)),
        Phrase("bad", 21, 24, 0.9, "opinion"),
    )
    made = Report("a", "m", 0.9, 0.9, None, (Sentence(LINE, 0, 25, 0.9, phrases=phrases),), (), Settings(0.5))
    assert fix.safe_edits(made) == [safe]
    assert fix.first_edits(made) == [check, suggestion(9, 13)]


def test_each_hunk_of_a_diff_has_the_scores_of_its_sentences():
    plain = "It rained.\n"
    source = "The vile plan.\n" + plain * 9 + "A bad, bad end.\n" + "Vile.\n" + plain * 9 + "Vile!"
    edits = suggestion(4, 8, "very very long"), suggestion(source.index("A bad"), source.index("A bad") + 6), suggestion(len(source) - 5, len(source) - 1, "Poor")  # fmt: skip
    before = report(source, [0.9, *[0.1] * 9, 0.8, 0.55, *[0.1] * 9, 0.7], *edits)
    fixed = fix.apply(source, edits)
    after = report(fixed, [0.3, *[0.12] * 9, 0.2, 0.55, *[0.12] * 9, 0.4])
    lines = list(fix.unified_diff("a.txt", source, edits, before, after))
    assert lines[:2] == ["--- a/a.txt\n", "+++ b/a.txt\n"]
    assert [line for line in lines if line.startswith("@@")] == [
        "@@ -1,4 +1,4 @@ 0.90 → 0.30\n",
        "@@ -8,7 +8,7 @@ 0.80 → 0.20\n",
        "@@ -19,4 +19,4 @@ 0.70 → 0.40\n",
    ]
    assert lines[-2:] == ["-Vile!\n\\ No newline at end of file\n", "+Poor!\n\\ No newline at end of file\n"]


def test_a_hunk_of_one_line_has_its_score():
    before, after = report("Vile.\n", [0.9]), report("Poor.\n", [0.2])
    assert (
        list(fix.unified_diff("a", "Vile.\n", [suggestion(0, 4, "Poor")], before, after))[2]
        == "@@ -1 +1 @@ 0.90 → 0.20\n"
    )


def test_what_has_no_sentence_left_has_no_score():
    before = report("Vile.\n", [0.9])
    nothing = Report("a", "m", 0.0, None, None, (), (), Settings(0.5))
    assert list(fix.unified_diff("a", "Vile.\n", [suggestion(0, 5)], before, nothing))[2] == "@@ -1 +1 @@\n"


def test_a_line_separator_ends_no_line_of_a_diff():
    source = "Vile\u2028and\x0cbad.\n"
    before, after = report("x", [0.9]), report("x", [0.9])
    edits = [suggestion(source.index("bad"), source.index("bad") + 3, "poor")]
    lines = list(fix.unified_diff("a", source, edits, before, after))
    assert lines[3:] == [f"-{source}", "+" + source.replace("bad", "poor")]
