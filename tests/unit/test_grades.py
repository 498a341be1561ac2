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
from biasdetect.suggest.deletions import UNLISTED
from biasdetect.suggest.edits import Edit
from biasdetect.suggest.grades import changed_words, grade
from biasdetect.suggest.wording import load_wording

WORDING = load_wording()


def may_go_unread(text: str) -> bool:
    """Whether the words in square brackets may be left out by a listed function."""
    start, end = text.index("["), text.index("]") - 1
    text = text.replace("[", "").replace("]", "")
    found = find_candidates(text, start, end, "opinion", WORDING)
    return any(one.kind == "deletion" and one.relation == "same" and one.sureness > UNLISTED for one in found)


@pytest.mark.parametrize(
    ("text", "what"),
    [
        ("The [shameless] mayor left.", True),
        ("She gave an [obscene] reply in May.", True),
        ("A tired and [shameless] plan passed.", True),
        ("Its [farcical, shambolic] rollout began.", True),
        ("Nine [hapless] passengers waited.", True),
        ("The tired, [shameless] mayor left.", True),
        ("They met the [haughty] Orla Brennock.", True),
        ("The board [shamefully] sold the pier.", True),
        ("[Mercifully] the talks ended.", True),
        ("The council has [scandalously] met in May.", True),
        ("[Mercifully], the talks ended.", True),
        ("The talks, [needless to say], ended.", True),
        ("The talks ([alas]) ended.", True),
        # it would say something else about the world
        ("There was no [shameless] plan.", False),
        ("The board did not [shamefully] sell the pier.", False),
        ("Few [shameless] mayors stay.", False),
        ("It was the most [shameless] plan of all.", False),
        ("The [so-called] healer was charged.", False),
        ("The [self-styled] reformer left.", False),
        ("Voters [overwhelmingly] rejected the dam.", False),
        ("The [unprecedented] strike ended.", False),
        ("The [unsubstantiated] claims spread.", False),
        ("[Feckless] fathers owe 61 million.", False),
        ("[Woeful] demand led to cuts.", False),
        ("The [pygmy] hippo put on 4 kg.", False),
        ("The [shuttered] brewery burned.", False),
        # the sentence would lack something, or say nothing
        ("It was a [shameless] plan.", False),
        ("The [gullible] paid 80 crowns a head.", False),
        ("Only the [foolhardy] cross in winter.", False),
        ("The [foolhardy] crossing took an hour.", True),
        # whether a thing is what it is called
        ("The [dubious] cure holds no herbs.", False),
        ("It died an [ignominious] death.", False),
        ("The guild had a [woeful] run.", False),
        ("It took an [unforgivable] 19 months.", True),
        ("The barn was [shamefully] and allegedly burned.", False),
        ("The crew behaved [appallingly].", False),
        ("The heaters looked [shoddy].", False),
        ("Rain, [dreary] rain, fell.", False),
    ],
)
def test_words_of_a_listed_function_may_go_unread_where_they_can_have_no_other(text, what):
    assert may_go_unread(text) == what


@pytest.mark.parametrize(
    ("text", "result", "expected"),
    [
        # words of listed functions go, listed words give way to others of the same meaning
        ("The plan is [wildly unrealistic].", "The plan is unrealistic.", "safe"),
        ("There is [absolutely no evidence whatsoever] of it.", "There is no evidence of it.", "safe"),
        ("The clerk [whipped up fear] of it.", "The clerk caused fear of it.", "safe"),
        # a word that the table has not, alone or beside one that it has
        ("The [willfully ignorant] Lind crowd left.", "The Lind crowd left.", "check"),
        ("These [loser] senators left.", "These senators left.", "check"),
        ("The clerk [whipped up gaudy fear] of it.", "The clerk caused fear of it.", "check"),
        # less is said
        ("He [slammed the shameless dictator].", "He criticised the ruler.", "check"),
        # neither a deletion nor a replacement
        ("That is [NOT] what they said.", "That is not what they said.", "check"),
        # whether a comment is a fact the words do not tell
        ("The talks failed — [as if anyone had doubted it].", "The talks failed.", "check"),
        ("[It is hardly a surprise that] the mayor left.", "The mayor left.", "check"),
        ("He dropped some of his [most outlandish] ideas.", "He dropped some of his ideas.", "check"),
    ],
)
def test_what_has_no_listed_function_is_to_be_checked(text, result, expected):
    start, end = text.index("["), text.index("]") - 1
    plain = text.replace("[", "").replace("]", "")
    (found,) = [
        one for one in find_candidates(plain, start, end, "opinion", WORDING) if one.edits[0].of(plain) == result
    ]
    assert grade(found, changed_words(plain, found.edits[0])[0], 0.99, None) == expected


def graded(relation="same", sureness=0.75, signed=0.95, kind="deletion", reasons=None, gone="shameless"):
    words = list(re.finditer(r"\S+", gone))
    return grade(Candidate((Edit(0, 1, ""),), "", kind, sureness, relation), words, signed, reasons)


def test_wording_that_says_less_or_that_editors_would_rather_keep_is_to_be_checked():
    assert graded() == "safe"
    assert graded(relation="wider") == "check"
    assert graded(sureness=UNLISTED) == "check"
    assert graded(signed=0.8) == "check"
    assert graded(gone="phoney") == "check"  # that it is none
    for sure, expected in ((0.5, "safe"), (0.49, "check")):
        assert graded(reasons=SimpleNamespace(leave_out=sure, replace=0.0)) == expected
        assert graded(kind="word", reasons=SimpleNamespace(leave_out=0.0, replace=sure)) == expected


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("The lunatic senator left. {} The hall was empty.", "safe"),
        ("The lunatic senator left. {} The lunatic came back in May.", "check"),
        ("The lunatic senator left. {} Nobody missed these two lunatics.", "check"),
        ("The lunatic senator left, and the lunatic came back. {}", "check"),
        ("The lunatic senator left. {} A lunatic was seen in May.", "safe"),
        ("The shameless senator left. {} The shameless chair stayed.", "safe"),  # no noun: nobody is spoken of by it
    ],
)
def test_what_goes_is_not_spoken_of_later(candidates, text, left):
    for between in ("It rained.", "It rained.\n\n"):
        report = candidates(text.format(between), re.compile("lunatic |shameless "))
        assert report.phrases[0].suggestions[0].grade == left


def judged_as(score, flagged=()):
    return _Judged(score, flagged, None)


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
            return [Candidate((edit,), "", "deletion", 0.75)]

        def judged(voices, lifts, context):
            if judge:
                return [judge(voice.text) for voice in voices]
            return [judged_as(0.1 if not pattern.search(voice.text) else 0.9, ()) for voice in voices]

        monkeypatch.setattr("biasdetect.suggest.check.find_candidates", found)
        monkeypatch.setattr("biasdetect.suggest.check._judge", judged)
        monkeypatch.setattr("biasdetect.suggest.check._signed", lambda *_: 0.95)
        report = Report("a", "m", 0.9, 0.9, None, tuple(sentences), (), Settings(0.5))
        readings = [SimpleNamespace(voice=voice, output=SimpleNamespace(reasons=None), lift=0.0) for voice in voices]
        return add_suggestions(report, document, readings, SimpleNamespace(rules=Rules()))

    return made


PAIR = "The shameless mayor and the hapless clerk left."


def grades_of(report):
    return {phrase.text: [one.grade for one in phrase.suggestions] for phrase in report.phrases}


def judge_of(together):
    """Each edit is good by itself; the sentence without either word is what it is told to be."""

    def judge(text):
        words = [word for word in ("shameless", "hapless") if word in text]
        if "clerk" in text and not words and "the clerk" in text and "The mayor" in text and "  " not in text:
            return together
        return judged_as(
            0.2 if len(words) == 0 else 0.9, ((text.index(words[0]), text.index(words[0]) + 5),) if words else ()
        )

    return judge


def test_two_edits_of_a_sentence_that_pass_together_are_both_safe(candidates):
    report = candidates(PAIR, re.compile("shameless |hapless "), judge_of(judged_as(0.2, ())))
    assert grades_of(report) == {"shameless": ["safe"], "hapless": ["safe"]}
    assert fix.apply(PAIR, fix.safe_edits(report)) == "The mayor and the clerk left."


def test_of_two_edits_that_do_not_pass_together_the_weaker_is_to_be_checked(candidates):
    """Each is judged beside the other's likeliest edit; the score of both is 0.9 where they are judged as they would be made."""
    calls = []

    def judge(text):
        calls.append(text)
        both = "shameless" not in text and "hapless" not in text
        if both and calls.count(text) > 2:  # judged for each of the two, and then for both
            return judged_as(0.9, ())
        return judged_as(0.3 if both else 0.9, ())

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
            "<p>The shameless mayor &mdash; of Lirna&rsquo;s caf&eacute; &amp; Graz &mdash; left.</p>",
            "<p>The mayor &mdash; of Lirna&rsquo;s caf&eacute; &amp; Graz &mdash; left.</p>",
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
