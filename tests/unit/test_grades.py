"""Grades of suggestions: what may be made unread, what has to be checked, and where there is no edit at all."""

import re
from types import SimpleNamespace

import pytest

import biasdetect
from biasdetect.house import Rules
from biasdetect.language.voice import Heard, QuotedSentence, VoiceMap, find_quotations
from biasdetect.model.phrases import find_words
from biasdetect.results import Phrase, Report, Sentence, Settings
from biasdetect.suggest import fix
from biasdetect.suggest.candidates import Candidate, find_candidates
from biasdetect.suggest.check import _Judged, add_suggestions
from biasdetect.suggest.edits import Edit, delete
from biasdetect.suggest.grades import changed_words, function_of, grade
from biasdetect.suggest.wording import load_wording

WORDING = load_wording()


def function(text: str) -> str | None:
    """What the words in square brackets are for."""
    start, end = text.index("["), text.index("]") - 1
    text = text.replace("[", "").replace("]", "")
    offered = [one for one in find_candidates(text, start, end, "opinion", WORDING) if one.kind == "deletion"]
    edit = offered[0].edits[0] if offered else next(delete(text, start, end), Edit(start, end + 1, ""))
    gone, come = changed_words(text, edit)
    assert gone
    assert not come
    return function_of(text, edit, WORDING)


@pytest.mark.parametrize(
    ("text", "what"),
    [
        ("The [shameless] mayor left.", "epithet"),
        ("She gave an [obscene] reply in May.", "epithet"),
        ("A tired and [shameless] plan passed.", "epithet"),
        ("Its [farcical, shambolic] rollout began.", "epithet"),
        ("Nine [hapless] passengers waited.", "epithet"),
        ("The tired, [shameless] mayor left.", "epithet"),
        ("They met the [haughty] Orla Brennock.", "epithet"),
        ("The board [shamefully] sold the pier.", "adverb"),
        ("It was an [absurdly] late train.", "adverb"),
        ("[Mercifully] the talks ended.", "adverb"),
        ("The council has [scandalously] met in May.", "adverb"),
        ("[Mercifully], the talks ended.", "comment"),
        ("The talks, [needless to say], ended.", "comment"),
        ("The talks ([alas]) ended.", "comment"),
        # it would say something else about the world
        ("There was no [shameless] plan.", None),
        ("The board did not [shamefully] sell the pier.", None),
        ("Few [shameless] mayors stay.", None),
        ("It was the most [shameless] plan of all.", None),
        ("The [so-called] healer was charged.", None),
        ("The [self-styled] reformer left.", None),
        ("Voters [overwhelmingly] rejected the dam.", None),
        ("The [unprecedented] strike ended.", None),
        ("[Feckless] fathers owe 61 million.", None),
        ("[Woeful] demand led to cuts.", None),
        ("The [pygmy] hippo put on 4 kg.", None),
        ("The [shuttered] brewery burned.", None),
        # the sentence would lack something, or say nothing
        ("It was a [shameless] plan.", None),
        ("It died an [ignominious] death.", None),
        ("The guild had a [woeful] run.", None),
        ("It took an [unforgivable] 19 months.", None),
        ("The barn was [shamefully] and allegedly burned.", None),
        ("The crew behaved [appallingly].", None),
        ("The heaters looked [shoddy].", None),
        ("Rain, [dreary] rain, fell.", None),
    ],
)
def test_words_of_a_listed_function_may_go_unread_where_they_can_have_no_other(text, what):
    assert function(text) == what


def graded(text, words, new, kind="word", reasons=None):
    start = text.index(words)
    edit = Edit(start, start + len(words), new)
    return grade(text, Candidate((edit,), new, kind, 0.9), edit, WORDING, reasons)


def test_other_wording_is_to_be_checked_and_so_is_what_an_editor_would_rather_keep():
    text = "The shameless mayor slammed the report."
    assert graded(text, "slammed", "left") == "check"
    assert graded(text, "shameless mayor", "official") == "check"
    assert graded(text, "shameless ", "") == "safe"
    for sure, expected in ((0.5, "safe"), (0.49, "check")):
        reasons = SimpleNamespace(leave_out=sure, pattern="verdict-word")
        assert graded(text, "shameless ", "", reasons=reasons) == expected
    for sure, pattern, expected in (
        (0.85, "looks-or-age", "safe"),
        (0.84, "looks-or-age", "check"),
        (0.9, "drama", "check"),
    ):
        looks = SimpleNamespace(leave_out=sure, pattern=pattern)
        assert graded("The potbellied clerk left.", "potbellied ", "", reasons=looks) == expected
        assert graded("The police clerk left.", "police ", "", reasons=looks) == "check"  # a noun
        assert graded("The ageing, bleary-eyed rocker left.", ", bleary-eyed rocker", "", reasons=looks) == "check"
    assert graded("The “vile” plan passed.", "“vile”", "vile") == "check"  # doubt that goes with its marks


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("The savage senator left. {} The hall was empty.", "safe"),
        ("The savage senator left. {} The savage came back in May.", "check"),
        ("The savage senator left. {} Nobody missed these two savages.", "check"),
        ("The savage senator left, and the savage came back. {}", "check"),
        ("The savage senator left. {} A savage was seen in May.", "safe"),
        ("The shameless senator left. {} The shameless chair stayed.", "safe"),  # no noun: nobody is spoken of by it
    ],
)
def test_what_goes_is_not_spoken_of_later(candidates, text, left):
    for between in ("It rained.", "It rained.\n\n"):
        report = candidates(text.format(between), re.compile("savage |shameless "))
        assert report.phrases[0].suggestions[0].grade == left


@pytest.fixture
def candidates(monkeypatch):
    """A report in which what a pattern finds is flagged and deleted; the model finds each edit good unless told otherwise."""

    def made(text, pattern, judge=None):
        document = biasdetect.read(text)
        quotations = find_quotations(document.text, 0, len(document.text))
        spans = [(match.start(), match.end()) for match in re.finditer(r"\S[^.\n]*\.", document.text)]
        voices, sentences = [], []
        for start, end in spans:
            sentence = QuotedSentence(document.text, start, end, quotations)
            voices.append(VoiceMap(sentence, Heard(find_words(sentence.text))))
            phrases = tuple(
                Phrase(match[0].strip(), start + match.start(), start + match.start() + len(match[0].strip()), 0.9, "opinion", position=match.start())
                for match in pattern.finditer(sentence.text)
            )  # fmt: skip
            sentences.append(Sentence(sentence.text, start, end, 0.9, phrases=phrases))

        def found(whole, start, end, *_):
            edit = Edit(start, end + 1, "")
            return [Candidate((edit,), "", "deletion", 0.5)]

        def judged(voices, context):
            if judge:
                return [judge(voice.text) for voice in voices]
            return [_Judged(0.1 if not pattern.search(voice.text) else 0.9, ()) for voice in voices]

        monkeypatch.setattr("biasdetect.suggest.check.find_candidates", found)
        monkeypatch.setattr("biasdetect.suggest.check._judge", judged)
        report = Report("a", "m", 0.9, 0.9, None, tuple(sentences), (), Settings(0.5))
        readings = [SimpleNamespace(voice=voice, output=SimpleNamespace(reasons=None)) for voice in voices]
        return add_suggestions(report, document, readings, SimpleNamespace(rules=Rules()))

    return made


PAIR = "The shameless mayor and the hapless clerk left."


def grades_of(report):
    return {phrase.text: [one.grade for one in phrase.suggestions] for phrase in report.phrases}


def test_two_edits_of_a_sentence_that_pass_together_are_both_safe(candidates):
    report = candidates(PAIR, re.compile("shameless |hapless "))
    assert grades_of(report) == {"shameless": ["safe"], "hapless": ["safe"]}
    assert fix.apply(PAIR, fix.safe_edits(report)) == "The mayor and the clerk left."


def test_of_two_edits_that_do_not_pass_together_the_weaker_is_to_be_checked(candidates):
    """Each is judged beside the other's likeliest edit; the score of both is 0.9 where they are judged as they would be made."""
    calls = []

    def judge(text):
        calls.append(text)
        both = "shameless" not in text and "hapless" not in text
        if both and calls.count(text) > 2:  # judged for each of the two, and then for both
            return _Judged(0.9, ())
        return _Judged(0.3 if both else 0.9, ())

    report = candidates(PAIR, re.compile("shameless |hapless "), judge)
    assert sorted(grade for grades in grades_of(report).values() for grade in grades) == ["check", "safe"]
    assert len(fix.safe_edits(report)) == 1


NO_EDIT = [
    # one word, or two
    ("text", "Shameless."),
    ("text", "Disgraceful scenes"),
    ("text", "The shameless mayor"),
    # titles
    ("markdown", "# Shameless\n\nThe mayor of Lirna left the hall.\n"),
    ("markdown", "# A shameless farce\n\nThe mayor of Lirna left the hall.\n"),
    # lists and rows of tables
    ("markdown", "The mayor of Lirna is\n\n- shameless\n- disgraceful\n- a shameless man\n"),
    ("html", "<p>The mayor is</p><ul><li>shameless</li><li>disgraceful</li></ul>"),
    ("text", "shameless, vile, disgraceful, corrupt"),
    ("markdown", "| who | hours |\n|---|---|\n| shameless mayor | 14 |\n\nThe council met.\n"),
    ("html", "<p>The council met.</p><table><tr><td>Shameless mayor</td><td>14</td></tr></table>"),
    ("text", "The council met.\n\nShameless mayor\t14\t20\t31\tLirna"),
    ("text", "The council met.\n\nShameless mayor, 14, 20, 31"),
    # quotations that are cut in the middle
    ("text", "He said: “It is late. The shameless mayor left the hall"),
    ("text", 'He said: "It is late. The shameless mayor left the hall'),
    ("text", "The shameless mayor left the hall. It is late,” said Ann Lee."),
    ("text", "“The shameless mayor left the hall.\n\n“The disgraceful council voted,” said Ann Lee."),
    # markup in the phrase or at its end, and what would be left of it
    ("html", "<p>The shame<i>less mayor</i> left the hall.</p>"),
    ("html", "<p>The shame<a href='/x'>less</a> mayor left the hall.</p>"),
    ("html", "<p>The mayor<i> shamelessly</i> left the hall.</p>"),
    ("markdown", "The [shameless](http://example.org) mayor left the hall.\n"),
    ("markdown", "The shame\\-less mayor left the hall.\n"),
    ("markdown", "The shameless\\* mayor left the hall.\n"),
    ("html", "<p>The shame&shy;less mayor left the hall.</p>"),
    ("html", "<p>The shame&#108;ess mayor left the hall.</p>"),
    # another language
    ("text", "The council met on Monday.\n\nDie shameless Bürgermeisterin verließ gestern nach langer Debatte wütend den Saal."),
]  # fmt: skip


@pytest.mark.parametrize(("form", "text"), NO_EDIT)
def test_no_edit_rather_than_a_bad_one(detector, form, text):
    report = detector.score(biasdetect.read(text, form))
    assert report.phrases
    assert not any(phrase.suggestions for phrase in report.phrases)


@pytest.mark.parametrize(
    ("form", "text", "left"),
    [
        ("markdown", "- The shameless mayor of Lirna left\n", "- The mayor of Lirna left\n"),
        (
            "html",
            "<p>The caf&eacute;&rsquo;s shameless owner &mdash; of Lirna &amp; Graz &mdash; left.</p>",
            "<p>The caf&eacute;&rsquo;s owner &mdash; of Lirna &amp; Graz &mdash; left.</p>",
        ),
        ("markdown", "The [shameless mayor](http://example.org) left the hall.\n", "The [mayor](http://example.org) left the hall.\n"),
        ("text", "“It is late.” The shameless mayor left the hall.", "“It is late.” The mayor left the hall."),
    ],
)  # fmt: skip
def test_a_good_one_keeps_its_surroundings(detector, form, text, left):
    report = detector.score(biasdetect.read(text, form))
    assert fix.apply(text, fix.safe_edits(report)) == left


def test_grades_go_through_the_wire_and_come_from_before_there_were_any(detector):
    report = detector.score("The shameless mayor left.")
    data = report.to_dict()
    (suggestion,) = data["sentences"][0]["phrases"][0]["suggestions"]
    assert suggestion["grade"] == "safe"
    assert Report.from_dict(data) == report
    del suggestion["grade"]
    assert Report.from_dict(data).phrases[0].suggestions[0].grade == "check"
