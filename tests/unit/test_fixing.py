"""The edits of a document as somebody decides on them, key by key."""

import io
import re

import pytest
from rich.console import Console

from biasdetect import InputError
from biasdetect.results import Phrase, Report, Sentence, Settings, Suggestion
from biasdetect.review.fixing import Fixing, ask
from biasdetect.suggest import fix

FIRST = "The council met."
SECOND = "The shameless mayor slammed an obscene report."
TEXT = f"{FIRST}\n{SECOND}\nIt rained."


def phrase(words, *edits, text=TEXT, sentence=SECOND, voice="outlet"):
    """A phrase of a text, with suggestions: what each replaces, what comes, and its grade."""
    start, first = text.index(words), text.index(sentence)
    suggestions = tuple(
        Suggestion(
            new, text.index(old), text.index(old) + len(old), new, "word" if new else "deletion", 0.9, 0.1, grade
        )
        for old, new, grade in edits
    )
    return Phrase(words, start, start + len(words), 0.9, "opinion", voice, "why", suggestions, start - first)


SHAMELESS = phrase("shameless", ("shameless ", "", "safe"))
SLAMMED = phrase("slammed", ("slammed", "criticised", "check"), ("slammed", "opposed", "check"))
OBSCENE = phrase("obscene", ("an obscene", "a", "safe"))


def fixing(*phrases, text=TEXT, sentence=SECOND, marked_up=False, writable=lambda words: None):
    start = text.index(sentence)
    around = [Sentence(FIRST, 0, len(FIRST), 0.1)] if text is TEXT else []
    sentences = (*around, Sentence(sentence, start, start + len(sentence), 0.9, phrases=phrases))
    report = Report("draft.txt", "m", 0.9, 0.9, None, sentences, (), Settings(0.5))
    return Fixing(text, report, marked_up=marked_up, writable=writable)


@pytest.fixture
def sit():
    """Somebody who presses keys, and types a line wherever one is asked for; what was decided, and all that was shown."""

    def work(made, *typed, line="", colour=False):
        keys = iter(typed)
        stream = io.StringIO()
        console = Console(file=stream, width=100, force_terminal=colour, color_system="truecolor" if colour else None)
        work.begun = []

        def read_line(prompt, start):
            work.begun.append((prompt, start))
            return line

        work.quit = ask(made, console, lambda: next(keys, ""), read_line)
        work.shown = stream.getvalue()
        return fix.apply(made.source, made.edits)

    return work


def test_each_edit_is_accepted_or_skipped_with_a_key(sit):
    made = fixing(SHAMELESS, SLAMMED, OBSCENE)
    assert sit(made, "a", "s", "y", "x") == TEXT.replace("shameless ", "").replace("an obscene", "a")
    assert not sit.quit
    assert "2 accepted, 1 skipped" in sit.shown


def test_an_edit_is_shown_in_its_sentence_without_colour_and_with(sit):
    for colour in (False, True):
        sit(fixing(SHAMELESS, SLAMMED, OBSCENE), "a", "a", "a", "q", colour=colour)
        shown = re.sub(r"\x1b\[[\d;]*[A-Za-z]", "", sit.shown)
        for line in (
            "The [-shameless -]mayor slammed an obscene report.",
            "The mayor [-slammed-]{+criticised+} an obscene report.",  # the edit before it is made
            "The mayor criticised [-an obscene-]{+a+} report.",
            "> leave it out (0.90 → 0.10)",
            "> “criticised” (0.90 → 0.10), check the meaning",
        ):
            assert line in shown
        assert FIRST in shown


def test_no_word_is_shown_in_pieces(sit):
    text = "Shameless mayors met."
    made = fixing(
        phrase("Shameless", ("Shameless m", "M", "check"), text=text, sentence=text), text=text, sentence=text
    )
    assert sit(made, "a") == "Mayors met."
    assert "[-Shameless mayors-]{+Mayors+} met." in sit.shown


@pytest.mark.parametrize("keys", [["\t", "a"], ["2", "a"], ["\t", "\t", "\t", "a"], ["?", " ", "2", "a"]])
def test_another_wording_is_chosen(sit, keys):
    assert sit(fixing(SLAMMED), *keys) == TEXT.replace("slammed", "opposed")


def test_the_last_decision_is_undone_after_the_last_edit_too(sit):
    made = fixing(SHAMELESS, OBSCENE)
    assert sit(made, "a", "a", "u", "u", "u", "s", "a", "x") == TEXT.replace("an obscene", "a")
    assert "There is nothing to take back." in sit.shown


@pytest.mark.parametrize("end", ["q", "\x04", ""])
def test_quitting_or_a_closed_terminal_keeps_what_was_accepted(sit, end):
    assert sit(fixing(SHAMELESS, OBSCENE), "a", end) == TEXT.replace("shameless ", "")
    assert sit.quit


def test_control_c_breaks_off(sit):
    with pytest.raises(KeyboardInterrupt):
        sit(fixing(SHAMELESS, OBSCENE), "a", "\x03")


def test_a_key_that_means_nothing_decides_nothing(sit):
    assert sit(fixing(SHAMELESS), "z", "2", "\r", "q") == TEXT
    assert "That key does nothing" in sit.shown


def test_wording_of_ones_own_takes_the_place_of_the_phrase_with_its_article(sit):
    assert sit(fixing(OBSCENE), "e", "q", line="  long ") == TEXT.replace("an obscene", "a long")
    assert sit.begun == [("In place of “obscene”: ", "a")]
    assert sit(fixing(SHAMELESS), "e", "q", line="evasive") == TEXT.replace("shameless", "evasive")
    assert sit.begun == [("In place of “shameless”: ", "shameless")]


@pytest.mark.parametrize("line", ["", "  ", "shameless"])
def test_an_empty_line_or_the_same_words_change_nothing(sit, line):
    assert sit(fixing(SHAMELESS), "e", "q", line=line) == TEXT
    assert "Nothing is changed." in sit.shown


def test_wording_that_cannot_be_written_is_refused_and_asked_about_again(sit):
    def refuse(words):
        raise InputError(f"“{words}” has no form in the encoding of draft.txt.")

    assert sit(fixing(SHAMELESS, writable=refuse), "e", "a", "q", line="naïve") == TEXT.replace("shameless ", "")
    assert "no form in the encoding" in sit.shown
    assert sit(fixing(SHAMELESS, marked_up=True), "e", "q", line="<b>so</b>") == TEXT
    assert "Not in a text with markup: < >" in sit.shown
    assert sit(fixing(SHAMELESS), "e", "q", line="<so>") == TEXT.replace("shameless", "<so>")


def test_wording_for_a_phrase_with_markup_in_it_is_refused(sit):
    text = "The sh<b>ame</b>less mayor left."
    edit = Suggestion("chief", text.index("mayor"), text.index("mayor") + 5, "chief", "word", 0.9, 0.1)
    found = Phrase("shameless mayor", 4, text.index(" left"), 0.9, "opinion", suggestions=(edit,), position=4)
    sentence = Sentence("The shameless mayor left.", 0, len(text), 0.9, phrases=(found,))
    report = Report("draft.html", "m", 0.9, 0.9, None, (sentence,), (), Settings(0.5))
    made = Fixing(text, report, marked_up=True, writable=lambda words: None)
    assert sit(made, "e", "a", line="clerk") == text.replace("mayor", "chief")
    assert "There is markup in the phrase" in sit.shown


def test_an_edit_that_an_accepted_one_overlaps_is_not_asked_about(sit):
    wide = phrase("shameless", ("shameless mayor slammed", "mayor criticised", "check"), ("shameless ", "", "safe"))
    made = fixing(wide, SLAMMED, OBSCENE)
    assert sit(made, "a", "s", "x") == TEXT.replace("shameless mayor slammed", "mayor criticised")
    made = fixing(wide, SLAMMED, OBSCENE)
    assert sit(made, "2", "a", "a", "s", "x") == TEXT.replace("shameless mayor slammed", "mayor criticised")
    assert "No edit is left" in sit.shown


def test_the_words_of_others_are_not_asked_about():
    said = phrase("shameless", ("shameless ", "", "safe"), voice="quote")
    assert [item.phrase.text for item in fixing(said, SLAMMED).items] == ["slammed"]
