import json
import re
import runpy
import subprocess
import sys
from types import SimpleNamespace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import biasdetect
from biasdetect.house import Rules, Term, Terms
from biasdetect.language.voice import Heard, QuotedSentence, VoiceMap, find_quotations
from biasdetect.model.phrases import find_words
from biasdetect.results import Phrase, Report, Sentence, Settings
from biasdetect.suggest import fix
from biasdetect.suggest.candidates import MOST_TRIED, Candidate, find_candidates
from biasdetect.suggest.check import _Judged, add_suggestions
from biasdetect.suggest.deletions import UNLISTED
from biasdetect.suggest.edits import Edit, delete, is_broken, replace
from biasdetect.suggest.listed import find_listed
from biasdetect.suggest.tokens import Tokens
from biasdetect.suggest.wording import load_wording, read_use


def signs_what_is_sure(monkeypatch):
    """An editor who signs what a candidate is sure of, and whom nothing is too little."""
    monkeypatch.setattr("biasdetect.suggest.check._signed", lambda trial, *_: trial.candidate.sureness)
    monkeypatch.setattr("biasdetect.suggest.check._least", lambda *_: 0.0)


def left_out(text: str, words: str) -> list[str]:
    start = text.index(words)
    return [edit.of(text) for edit in delete(text, start, start + len(words))]


@pytest.mark.parametrize(
    ("text", "words", "right"),
    [
        ("The shameless mayor left.", "shameless", "The mayor left."),
        ("Shameless mayor leaves", "Shameless", "Mayor leaves"),
        ("She gave an obscene answer.", "obscene", "She gave an answer."),
        ("She gave an obscene reply.", "obscene", "She gave a reply."),
        ("It was a grossly unfair rule.", "grossly", "It was an unfair rule."),
        ("Ana Lind, red-faced, left the room.", "red-faced", "Ana Lind left the room."),
        ("Ana Lind, red-faced, who chairs it, left.", "red-faced", "Ana Lind, who chairs it, left."),
        ("The room was left by Ana Lind, red-faced.", "red-faced", "The room was left by Ana Lind."),
        ("Red-faced, the chair left the room.", "Red-faced", "The chair left the room."),
        ("The chair (red-faced) left.", "red-faced", "The chair left."),
        ("The chair – red-faced – left.", "red-faced", "The chair left."),
        ("(Sadly, it rained.)", "Sadly", "(It rained.)"),
        ("OSLO - Shameless mayor Eva Lund left.", "Shameless", "OSLO - Mayor Eva Lund left."),
    ],
)
def test_what_is_left_out_leaves_the_sentence_in_order(text, words, right):
    assert left_out(text, words)[0] == right


@pytest.mark.parametrize("hyphen", ["\u2010", "\u2011"])
@pytest.mark.parametrize("words", ["far-fetched", "breath-taking", "slammed the self-styled shameless"])
def test_words_joined_by_a_typesetters_hyphen_are_the_same_words_and_others_stay_as_they_are(words, hyphen):
    def found(text: str, words: str) -> list[str]:
        start = text.index(words)
        candidates = find_candidates(text, start, start + len(words), "opinion", load_wording())
        return [edit.of(text) for candidate in candidates for edit in candidate.edits]

    text = f"The long-delayed report, he said, {words} co-owner made claims on Monday."
    assert found(text, words)
    assert found(text.replace("-", hyphen), words.replace("-", hyphen)) == [
        result.replace("-", hyphen) for result in found(text, words)
    ]


def test_an_adverb_leaves_the_and_before_it():
    assert left_out("They sat and shamelessly ate.", "shamelessly")[0] == "They sat and ate."


def test_no_word_stands_twice_where_an_edit_was():
    assert left_out("Rain, dreary rain, fell.", "dreary") == []


LISTS = [
    ("A tired and [shameless] plan passed.", "A tired plan passed."),
    ("A [shameless] and tired plan passed.", "A tired plan passed."),
    ("A [shameless], tired plan passed.", "A tired plan passed."),
    ("A tired, [shameless] plan passed.", "A tired plan passed."),
    ("It made an [obtuse], vapid, and cruel remark.", "It made a vapid and cruel remark."),
    ("It made an obtuse, [vapid], and cruel remark.", "It made an obtuse and cruel remark."),
    ("It made an obtuse, vapid, and [cruel] remark.", "It made an obtuse and vapid remark."),
    ("They met stubborn, [odious] clerks.", "They met stubborn clerks."),
    ("She calmly, [shamelessly], and slowly rose.", "She calmly and slowly rose."),
    # "and" joins what the adjective stands before, not the adjective
    ("They met an editor and [shameless] liar Bo Lind.", "They met an editor and liar Bo Lind."),
    ("Remove the cameras, and [shameless], vain senators leave.", "Remove the cameras, and vain senators leave."),
]


@pytest.mark.parametrize(("text", "right"), LISTS)
def test_of_a_list_the_others_stay_joined(text, right):
    start, end = text.index("["), text.index("]") - 1
    text = text.replace("[", "").replace("]", "")
    found = find_candidates(text, start, end, "opinion", load_wording())
    assert [edit.of(text) for one in found for edit in one.edits if one.kind == "deletion"][:1] == [right]


@pytest.mark.parametrize(
    "text",
    [
        "In a [weird] way, it worked.",  # what is left says nothing
        "It is backed by [stellar] amounts of data.",
        "He is not a [shameless] man of the left.",
        "It was such a [ridiculous] lift that they laughed.",
        "It was the most [shameless] plan.",
        "Trade grew even for the [shameless] landlords of the port.",  # else nothing is surprising about it
        "Given two [clueless] leaders, it may fail.",
        "They pardoned all [dubious] payments.",
        "He fought every [shameless] landlord in town.",
        "They pardoned all the [dubious] payments.",
        "They pardoned both [dubious] payments.",
        "He fought each of the [shameless] landlords.",
        "They have [dubious] credentials.",
        "The board paid with [great] care.",
        "The policies [crippling] Europe stay.",
        "She saw its often [odious] effects.",
        "It was a [terrible] deal.",
        "They treated her [shamefully].",
        "A [shamefully] made film won.",
        "Four voters, [shameless] souls, stayed.",
        "It came from [vile], unnamed.",
        "The rule is [shameless].",
        "It was as [shameless] as ever.",
    ],
)
def test_a_judgement_stays_where_it_is_what_is_said(text):
    start, end = text.index("["), text.index("]") - 1
    text = text.replace("[", "").replace("]", "")
    found = find_candidates(text, start, end, "opinion", load_wording())
    assert [one for one in found if one.kind == "deletion" and one.sureness > UNLISTED] == []


def test_an_adjective_before_its_noun_is_not_taken_for_a_noun():
    text = "He knew of the scheme and its illegal cover-up."
    start = text.index("illegal")
    assert find_candidates(text, start, start + len("illegal"), "labeling", load_wording()) == []


@pytest.mark.parametrize(
    ("text", "right"),
    [
        ("A [whopping] 58 percent voted.", "58 percent voted."),
        ("It took an [amazing] ten months.", "It took ten months."),
        ("It had a [dismal] 11.3 rating.", "It had an 11.3 rating."),
        ("He led it to a [massive] $4 million deal.", "He led it to a $4 million deal."),
    ],
)
def test_a_number_keeps_the_article_that_its_noun_needs(text, right):
    start, end = text.index("["), text.index("]") - 1
    text = text.replace("[", "").replace("]", "")
    found = find_candidates(text, start, end, "exaggeration", load_wording())
    assert {one.edits[0].of(text) for one in found if one.kind == "deletion"} == {right}


@pytest.mark.parametrize(
    ("text", "words", "right"),
    [
        ("In a stunning move, the board left.", "stunning", "The board left."),
        ("To add insult to injury, they lost.", "insult to injury", "They lost."),
        ("The club, not surprisingly, lost.", "not surprisingly", "The club lost."),
        ("It is no secret that the club lost.", "It is no secret", "The club lost."),
    ],
)
def test_a_comment_in_passing_goes_whole(text, words, right):
    assert right in offered(text, words, "opinion")


def test_no_word_is_put_beside_itself():
    def proposed_for(text, words):
        start = text.index(words)
        found = find_candidates(text, start, start + len(words), "loaded-language", load_wording())
        return [one.edits[0].of(text) for one in found]

    said = "The mayor slammed the report."
    assert proposed_for(said, "slammed") == ["The mayor criticised the report."]
    assert proposed_for(f"Aides criticised it and {said}", "slammed") == []
    assert proposed_for(f"Aides criticised it{' for its length' * 6}, and {said}", "slammed") != []  # far away


def test_what_somebody_does_is_no_comment_in_passing():
    text = "The bishop, muttering in a barely audible way, left early."
    start, end = text.index("muttering"), text.index(", left")
    found = find_candidates(text, start, end, "epithet", load_wording())
    assert not any(one.edits[0].of(text) == "The bishop left early." for one in found)


def test_a_hope_alone_is_no_comment_in_passing():
    """Without it the sentence claims what it hopes."""
    assert offered("Hopefully, the board listens.", "Hopefully", "opinion") == []
    assert offered("Shamefully, the board listens.", "Shamefully", "opinion") == ["The board listens."]


@pytest.mark.parametrize(
    ("text", "right"),
    [
        ("She met the notorious Cardinal Bertil Qvarnsund in May.", []),  # the Cardinal Qvarnsund, a Mayor Lee
        ("She met a notorious Mayor Bertil Qvarnsund in May.", []),
        ("She left the notorious Mayor Qvarnsund office.", ["She left the Mayor Qvarnsund office."]),
        ("She met the notorious Supreme Court in May.", ["She met the Supreme Court in May."]),
        ("She met the notorious President of Norland.", ["She met the President of Norland."]),
    ],
)
def test_before_a_title_with_its_name_no_article_is_left(text, right):
    assert offered(text, "notorious", "opinion") == right


@pytest.mark.parametrize(
    ("text", "words", "right"),
    [
        ("It has given the shameless board a rise.", "shameless", "It has given the board a rise."),
        ("Prices rose even as the shameless board met.", "shameless", "Prices rose even as the board met."),
        ("He even praised the shameless report.", "shameless", "He even praised the report."),
    ],
)
def test_a_judgement_goes_where_it_is_no_reason(text, words, right):
    assert offered(text, words, "opinion") == [right]


@pytest.mark.parametrize(
    ("text", "right"),
    [
        ("The clerk whined “We lost the port.”", ["The clerk said “We lost the port.”"]),
        ("The clerk whined “it is over”.", ["The clerk said “it is over”."]),
        ("The clerk lamented “the rain in the valley”.", []),
    ],
)
def test_what_is_no_sentence_is_not_said(text, right):
    found = offered(text, "whined" if "whined" in text else "lamented", "loaded-language")
    assert [one for one in found if " said " in one or " says " in one] == right


def test_a_line_break_stays():
    assert left_out("It passed the shameless\nplan at noon.", "shameless")[0] == "It passed the\nplan at noon."


def test_nothing_is_left_hanging():
    assert left_out("The plan of the shameless.", "shameless") == []
    assert is_broken("It is a farce.", Edit(8, 13, ""))


def test_a_replacement_brings_its_article():
    text = "He runs a shady outfit."
    start = text.index("shady outfit")
    assert [edit.of(text) for edit in replace(text, start, start + 12, "agency")] == ["He runs an agency."]


def offered(text: str, words: str, category: str) -> list[str]:
    start = text.index(words)
    found = find_candidates(text, start, start + len(words), category, load_wording())
    assert len(found) <= MOST_TRIED
    return [candidate.edits[0].of(text) for candidate in found]


def test_a_verb_that_judges_what_is_said_becomes_said_in_its_form():
    assert "The union said that pay was low." in offered("The union whined that pay was low.", "whined", "doubt")
    assert "The union says that pay is low." in offered("The union whines that pay is low.", "whines", "doubt")


@pytest.mark.parametrize(
    ("text", "words", "right"),
    [
        # the words beside it go, and it stays
        ("The shameless 14th plan passed.", "shameless 14th", ["The 14th plan passed."]),
        ("He met the disgraced 14-year-old liar.", "disgraced 14-year-old", ["He met the 14-year-old liar."]),
        ("The board met for 14 shameless hours.", "14 shameless", ["The board met for 14 hours."]),
        ("Two hapless ministers left.", "Two hapless", ["Two ministers left."]),
        ("They passed the 14th shameless plan.", "14th shameless", ["They passed the 14th plan."]),
        # there is no way to say it without
        ("The 300-pound mayor left.", "300-pound", []),
    ],
)
def test_a_number_is_never_lost(text, words, right):
    assert offered(text, words, "opinion") == right


def test_a_name_is_never_lost():
    found = offered("The mayor, a Kremlin poodle, left.", "Kremlin poodle", "labeling")
    assert found == ["The mayor, a Kremlin supporter, left."]


def test_a_name_keeps_no_article_that_its_epithet_needed():
    assert offered("They met the affable Orla Brennock in May.", "affable", "epithet") == [
        "They met Orla Brennock in May."
    ]
    assert offered("They met the shameless mayor in May.", "shameless", "opinion")[0] == "They met the mayor in May."
    assert offered("They met a grumpy Lee, who left.", "grumpy", "opinion") == []
    assert offered("It was at a boisterous San Diego rally.", "boisterous", "opinion") == [
        "It was at a San Diego rally."
    ]


def test_the_head_of_a_phrase_may_stay():
    assert "It was a plan of the board." in offered(
        "It was a shameless plan of the board.", "shameless plan", "opinion"
    )


@pytest.mark.parametrize(
    ("text", "words", "category", "right"),
    [
        # an aside that goes on would lose its beginning
        ("The mayor, true to his word, left.", "true", "opinion", []),
        ("Shameless to the end, the mayor left.", "Shameless", "opinion", []),
        ("The mayor, shameless, left.", "shameless", "opinion", ["The mayor left."]),
        ("It was a very shameless plan of the board.", "shameless", "opinion", ["It was a plan of the board."]),
        ("OSLO — Shameless mayor left.", "OSLO — Shameless", "opinion", ["OSLO — Mayor left."]),
        # a name with a title keeps no article
        ("They met the affable St. Brennock.", "affable", "epithet", ["They met St. Brennock."]),
        # in a headline a capital makes no name
        ("Mayor Slams Board Over Ferry Plan", "Slams", "loaded-language", ["Mayor Criticises Board Over Ferry Plan"]),
        ("Ferry Board Slammed Over Lirna Plan", "Slammed", "loaded-language", ["Ferry Board Criticised Over Lirna Plan"]),
        # what is said, in the form of the verb, and not of what nothing is said
        ("“It rained,” whined the mayor.", "whined", "doubt", ["“It rained,” said the mayor."]),
        ("The mayor whined about the rain.", "whined", "doubt", ["The mayor complained about the rain."]),
        ("The mayor had shamelessly slammed the board.", "shamelessly slammed", "opinion", ["The mayor had criticised the board.", "The mayor had slammed the board."]),
    ],
)  # fmt: skip
def test_what_is_tried_first_is_the_likeliest(text, words, category, right):
    assert offered(text, words, category)[:3] == right


def test_the_likeliest_are_tried_each_once_and_no_more_than_six(monkeypatch):
    surest = [0.5, 0.9, 0.1, 0.8, 0.2, 0.7, 0.3, 0.6]
    candidates = [Candidate((Edit(4, 13, f"w{share}"),), f"w{share}", "word", share) for share in [*surest, 0.4]]
    again = [Candidate((Edit(4, 13, "w0.1"),), "w0.1", "word", 0.55)]  # the same sentence by a surer way
    monkeypatch.setattr(
        "biasdetect.suggest.candidates._all", lambda *_: ((one, False) for one in [*candidates, *again])
    )
    found = find_candidates("The shameless mayor left.", 4, 13, "opinion", load_wording())
    assert [candidate.sureness for candidate in found] == [0.9, 0.8, 0.7, 0.6, 0.55, 0.5]


LISTED = [
    ("The coalition rammed through the tax bill on Monday.", "rammed through", "The coalition passed the tax bill on Monday."),
    ("Ministers rammed the tax bill through on Monday.", "rammed", "Ministers passed the tax bill on Monday."),
    ("The mayor slammed the report.", "slammed", "The mayor criticised the report."),
    ("The report was slammed by the mayor.", "slammed", "The report was criticised by the mayor."),
    ("Unions are dragging their feet on the rota.", "dragging their feet", "Unions are delaying the rota."),
    ("Rents skyrocketed by 4 percent.", "skyrocketed", "Rents rose by 4 percent."),
    ("He was booted out of the club.", "booted out", "He was removed from the club."),
    ("She wrote for a propaganda outlet in Graz.", "propaganda outlet", "She wrote for a media outlet in Graz."),
    ("The party's cronies met in Graz.", "cronies", "The party's associates met in Graz."),
    ("The Graz poodle of the ministry left.", "Graz poodle", "The Graz supporter of the ministry left."),
    ("They abused countless children.", "countless", "They abused many children."),
    ("Truckloads of managers met in Graz.", "Truckloads", "Many managers met in Graz."),
    # the object, or what is said, decides
    ("The council axed the plan.", "axed", "The council dropped the plan."),
    ("The council axed 300 jobs.", "axed", "The council cut 300 jobs."),
    ("The plan was axed in May.", "axed", "The plan was dropped in May."),
    ("The union claims the plan was late.", "claims", "The union says the plan was late."),
    ("He bragged that he won.", "bragged", "He said that he won."),
    ("The ruling sparked outrage from unions.", "sparked outrage", "The ruling drew criticism from unions."),
    ("They were up in arms over it.", "up in arms", "They were angry about it."),
    ("She was furious.", "furious", "She was angry."),
    # what counts, and what is a mass
    ("They got a host of complaints.", "host", "They got a number of complaints."),
    ("It drew a fierce backlash from voters.", "fierce backlash", "It drew criticism from voters."),
    ("It was a crushing blow to the club.", "crushing blow", "It was a setback for the club."),
    ("It fell by a staggering amount.", "staggering amount", "It fell by a large amount."),
    ("It repealed the draconian rule.", "draconian", "It repealed the strict rule."),
    ("It was a mega-deal.", "mega-deal", "It was a deal."),
    ("The wine-swilling board met.", "wine-swilling", "The board met."),
    ("The board massively overspent.", "massively", "The board overspent."),
    ("SLAMMED by the board, he left.", "SLAMMED", "CRITICISED by the board, he left."),
]  # fmt: skip


@pytest.mark.parametrize(("text", "words", "right"), LISTED)
def test_the_table_gives_a_plain_word_in_the_form_of_the_loaded_one(text, words, right):
    assert right in offered(text, words, "loaded-language")


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("The mayor plummeted the town into debt.", "plummeted"),  # "fell" takes no object
        ("A torrent of abuse followed.", "torrent"),  # nothing that can be counted
        ("It was not massively late.", "massively"),
        ("It sounds the death knell for the club.", "death knell"),
        ("He met Ann Lee, a cesspool, in May.", "cesspool"),
        ("Rogue landlords left.", "Rogue"),
        ("A whopping 58 percent voted.", "whopping"),
        ("The mayor squealed in Graz.", "squealed"),  # nothing is said
        ("They lamented illegal felling.", "lamented"),
        ("They slammed the door.", "slammed"),  # another sense
        ("Owners were slammed with a bill.", "slammed"),
        ("He shot down the drone.", "shot down"),
        ("They axed the tree.", "axed"),
        ("The old works, now an eyesore, will be pulled down.", "eyesore"),  # what it is said to be
        ("The mayor rammed her budget through a council in May.", "rammed"),  # nothing is passed through anybody
        ("She plunged into the lake.", "plunged"),
        ("The tax regime is strict.", "regime"),  # a part of a compound
        ("The regime change failed.", "regime"),
        ("Her highly partisan aide left.", "highly partisan"),
        ("They echoed House claims that it rained.", "claims"),  # a noun
        ("It led to a firestorm of letters.", "firestorm"),
        ("The paper is a rag.", "rag"),  # all that is said of it
        ("He is their most fawning sycophant.", "fawning sycophant"),
        ("The so-called cronies met.", "cronies"),
        ("This drivel is long.", "drivel"),  # no agreement
        ("The army of clerks left.", "army"),
    ],
)
def test_the_table_is_silent_where_its_word_would_not_fit(text, words):
    start = text.index(words)
    assert list(find_listed(Tokens(text), start, start + len(words), load_wording())) == []


def test_what_the_table_has_says_whether_it_means_the_same():
    def relations(text, words):
        start = text.index(words)
        found = find_candidates(text, start, start + len(words), "labeling", load_wording())
        return [candidate.relation for candidate in found]

    assert relations("The mayor slammed the report.", "slammed") == ["same"]
    assert relations("The mayor smeared the clerk.", "smeared") == ["wider"]
    assert relations("The mayor sneered at the clerk.", "sneered at") == ["wider"]
    assert relations("The shameless mayor left.", "shameless") == ["same"]


def test_a_verb_is_spelled_as_its_text_is(detector):
    text = "The mayor slammed the board’s report on Monday."
    assert detector.score(text).phrases[0].suggestions[0].words == "criticised"
    report = detector.score(f"Sen. Ann Lee organized the defense program. {text}")
    assert next(one for one in report.phrases if one.text == "slammed").suggestions[0].words == "criticized"


USES = frozenset("obj none said over plan jobs amount of not beaten named on to passive last".split())
NOUN_USES = frozenset("mass plural poss of compound pred in into for mass-of unless".split())


def test_the_table_is_sound(root):
    lines = (root / "training" / "wording.tsv").read_text(encoding="utf-8").splitlines()
    rows = [line.split("\t") for line in lines[1:]]
    assert len(rows) > 5000
    assert len({(wording, part, use, bool(neutral)) for wording, part, _, use, neutral in rows}) == len(rows)
    for wording, part, relation, use, neutral in rows:
        assert part in ("verb", "noun", "adjective", "adverb", "fixed")
        assert relation == "" if not neutral else relation in ("same", "wider")
        assert wording == " ".join(wording.split())
        assert wording != neutral
        known = {"verb": USES, "noun": NOUN_USES}.get(part, frozenset({"pred", "amount", "price", "many"}))
        assert set(read_use(use)) <= known, (wording, use)
        assert part != "verb" or (neutral and use)
    # no neutral wording is itself loaded in the table
    loaded = {(wording, part) for wording, part, *_ in rows if part != "fixed"}
    assert [row for row in rows if (row[4], row[1]) in loaded] == []


TEXTS = (
    "The shameless mayor, Tom Hale, left. A hapless minister spoke on Monday.",
    "Balding minister Jon Reve whined that 14 votes were lost.",
    "“We won,” the red-faced coach sneered. The obscene award cost 3 million euros.",
    "The so-called experts met in Graz, scandalously late, on 4 May.",
)


@pytest.mark.parametrize("text", TEXTS)
@pytest.mark.parametrize("form", ["text", "markdown", "html"])
def test_an_edit_changes_its_piece_and_reads_again_as_the_edited_sentence(detector, text, form):
    source = {
        "text": text,
        "markdown": f"# Title of it\n\nFirst *line* &amp; more.\n\n{text.replace('mayor', '*mayor*')}\n",
        "html": f"<h1>Title</h1><p>Tea &amp; cake.</p><p>{text.replace('shame', '<b>shame</b>').replace('Jon', '<i>Jon</i>')}</p>",
    }[form]
    document = biasdetect.read(source, form)
    report = detector.score(document)
    for sentence in report.sentences:
        for phrase in sentence.phrases:
            for suggestion in phrase.suggestions:
                edited = source[: suggestion.start] + suggestion.text + source[suggestion.end :]
                # what is outside the edit is as it was, and numbers and names are all there
                assert re.findall(r"\d+", edited) == re.findall(r"\d+", source)
                again = biasdetect.read(edited, form)
                left = document.text.index(sentence.text)
                right = len(document.text) - left - len(sentence.text)
                assert again.text[:left] == document.text[:left]
                assert again.text[len(again.text) - right :] == document.text[left + len(sentence.text) :]
                inner = again.text[left : len(again.text) - right]
                assert suggestion.words.lower() in inner.lower()
                gone = re.sub(
                    r"</?b>|\*", "", source[suggestion.start : suggestion.end]
                )  # emphasis goes with its words
                assert len(inner) - len(sentence.text) == len(suggestion.text) - len(gone)


NO_REASONS = SimpleNamespace(reasons=None)
PLAN = "The board passed the shameless plan on Monday."
PHRASE = PLAN.index("shameless"), PLAN.index("shameless") + len("shameless")


@pytest.fixture
def suggested(monkeypatch):
    """What is offered, in order, of wordings with a score each that the model gives and how sure the corpus is of it."""

    def offered(before, wordings, flagged=(), flagged_before=(), terms=(), graded=""):
        text = biasdetect.read(PLAN)
        voice = VoiceMap(QuotedSentence(PLAN, 0, len(PLAN), []), Heard(find_words(PLAN)))
        reading = SimpleNamespace(voice=voice, output=NO_REASONS, lift=0.0)
        context = SimpleNamespace(rules=Rules(flag=Terms(terms)))
        candidates = [Candidate((Edit(*PHRASE, words),), words, "word", sure) for words, _, sure in wordings]
        monkeypatch.setattr("biasdetect.suggest.check.find_candidates", lambda *_: candidates)
        scores = {PLAN.replace("shameless", words): score for words, score, _ in wordings}

        def judge(voices, lifts, context):
            return [
                _Judged(scores[voice.text], tuple(flagged), None)
                if voice.text in scores
                else _Judged(before, flagged_before, None)
                for voice in voices
            ]

        monkeypatch.setattr("biasdetect.suggest.check._judge", judge)
        signs_what_is_sure(monkeypatch)
        phrase = Phrase("shameless", *PHRASE, 0.9, "opinion", position=PHRASE[0])
        sentence = Sentence(PLAN, 0, len(PLAN), before, phrases=(phrase,))
        report = Report("a", "m", before, before, None, (sentence,), (), Settings(0.5))
        (told,) = add_suggestions(report, text, [reading], context).phrases
        return [suggestion.words for suggestion in told.suggestions if not graded or suggestion.grade == graded]

    return offered


@pytest.mark.parametrize(
    ("before", "most"), [(0.5, 1 / 3), (0.9, 9 / 11), (0.2, 1 / 9), (0.99, 99 / 101)]
)  # odds of 1, 9, 1/4, 99
def test_a_suggestion_halves_the_odds_that_the_sentence_is_biased(suggested, before, most):
    assert suggested(before, [("odd", most - 0.001, 0.9)]) == ["odd"]
    assert suggested(before, [("odd", most + 0.001, 0.9)]) == []


def test_of_suggestions_the_first_lowers_the_score_most_and_is_what_an_editor_would_do(suggested):
    # the score is worth as much as being signed
    wordings = [("low", 0.10, 0.0), ("sure", 0.20, 0.5), ("high", 0.30, 0.5), ("worst", 0.30, 0.1)]
    for order in (wordings, wordings[::-1]):
        assert suggested(0.9, order) == ["sure", "high", "low"]
    assert suggested(0.9, [("sure", 0.3, 1.0), ("low", 0.0, 0.0)]) == ["sure", "low"]


def test_what_the_house_style_asks_for_is_first_whatever_the_model_thinks(suggested):
    term = Term("shameless", instead=("bold",))
    assert suggested(0.9, [("low", 0.01, 1.0), ("bold", 0.99, 0.0)], terms=[term]) == ["bold", "low"]


def test_where_the_house_style_asks_for_wording_no_other_is_taken_unread(suggested):
    wordings = [("low", 0.01, 1.0), ("bold", 0.99, 0.0)]
    assert suggested(0.9, wordings[:1], graded="safe") == ["low"]
    asked = [Term("shameless", instead=("bold",))]
    assert suggested(0.9, wordings, terms=asked, graded="check") == ["bold", "low"]
    # nor where it asks for wording that cannot be offered here, since the term is longer than the phrase
    asked = [Term("shameless plan", instead=("bold move",))]
    assert suggested(0.9, wordings[:1], terms=asked, graded="check") == ["low"]
    # a term that is flagged and no more asks for nothing
    assert suggested(0.9, wordings[:1], terms=[Term("shameless")], graded="safe") == ["low"]


def test_a_suggestion_leaves_nothing_flagged_that_was_not(suggested):
    monday, start = (PLAN.index("Monday"), PLAN.index("Monday") + 6), PHRASE[0]
    after = (monday[0] - 6, monday[1] - 6)  # in the sentence with three letters for nine
    assert suggested(0.9, [("odd", 0.1, 0.9)], flagged=[(start, start + 3)]) == []
    # what stands in the phrase's place is flagged as it was
    assert suggested(0.9, [("odd", 0.1, 0.9)], flagged=[(start, start + 3)], flagged_before=[PHRASE]) == []
    assert suggested(0.9, [("odd", 0.1, 0.9)], flagged=[after]) == []
    assert suggested(0.9, [("odd", 0.1, 0.9)], flagged=[after], flagged_before=[monday]) == ["odd"]
    assert suggested(0.9, [("odd", 0.1, 0.9)], flagged=[(0, 3)], flagged_before=[(0, 3)]) == ["odd"]
    assert suggested(0.9, [("odd", 0.1, 0.9)], flagged=[(0, 3), after], flagged_before=[(0, 3)]) == []


LATE = "It was late. "


def voice_of(sentence):
    """A sentence in which nobody says a word alone in quotation marks, and somebody whatever else stands in them."""
    words = find_words(sentence.text)
    spoken = [span for span in sentence.quoted if " " in sentence.text[slice(*span)]]
    return VoiceMap(sentence, Heard(words, [1.0 if any(a <= w < b for a, b in spoken) else -1.0 for w, _ in words]))


@pytest.fixture
def tried(monkeypatch):
    """The texts that are judged, and the suggestions where they all pass, for the second of two sentences."""

    def judged(sentence, phrases, edits, kind="word"):
        text = LATE + sentence
        texts = []

        def judge(voices, lifts, context):
            texts.extend(voice.text for voice in voices)
            return [_Judged(0.9 if number < len(counted) else 0.1, (), None) for number, _ in enumerate(voices)]

        def candidates(whole, start, end, *_):
            assert whole == sentence
            return [Candidate((edit,), edit.new, kind, 0.5) for edit in edits(whole, start, end)]

        monkeypatch.setattr("biasdetect.suggest.check._judge", judge)
        signs_what_is_sure(monkeypatch)
        monkeypatch.setattr("biasdetect.suggest.check.find_candidates", candidates)
        found = [
            Phrase(words, *span, 0.9, "opinion", voice, position=span[0] - len(LATE))
            for words, voice in phrases
            for span in [(text.index(words), text.index(words) + len(words))]
        ]
        counted = [phrase for phrase in found if phrase.counts]
        quotations = find_quotations(text, 0, len(text))
        places = ((0, len(LATE) - 1), (len(LATE), len(text)))
        readings = [
            SimpleNamespace(voice=voice_of(QuotedSentence(text, *place, quotations)), output=NO_REASONS, lift=0.0)
            for place in places
        ]
        sentences = [
            Sentence(text[slice(*place)], *place, 0.9, phrases=tuple(inside))
            for place, inside in zip(places, ([], found), strict=True)
        ]
        report = Report("a", "m", 0.9, 0.9, None, tuple(sentences), (), Settings(0.5))
        context = SimpleNamespace(rules=Rules())
        told = add_suggestions(report, biasdetect.read(text), readings, context)
        edited = [
            text[: suggestion.start] + suggestion.text + text[suggestion.end :]
            for phrase in told.phrases
            for suggestion in phrase.suggestions
        ]
        return texts, edited

    return judged


def odd(whole, start, end):
    return [Edit(start, end, "odd")]


TWO = "The shameless mayor and a hapless clerk left."


def test_each_phrase_is_judged_without_the_others_of_its_sentence(tried):
    texts, edited = tried(TWO, [("shameless", "outlet"), ("hapless", "scare-quote")], odd)
    assert texts == [
        "The shameless mayor and a odd clerk left.",
        "The odd mayor and a hapless clerk left.",
        *["The odd mayor and a odd clerk left."] * 2,
    ]
    assert edited == [LATE + TWO.replace("shameless", "odd"), LATE + TWO.replace("hapless", "odd")]
    # what rephrases a phrase alters too much to be taken for granted: its words are cut out
    texts, _ = tried(TWO, [("shameless", "outlet"), ("hapless", "outlet")], odd, "rephrasing")
    assert texts[:2] == [TWO.replace("hapless", ""), TWO.replace("shameless", "")]


def test_words_of_others_stay_while_a_phrase_is_judged(tried):
    texts, edited = tried(TWO, [("shameless", "outlet"), ("hapless", "quote")], odd)
    assert texts == [TWO, TWO.replace("shameless", "odd")]
    assert edited == [LATE + TWO.replace("shameless", "odd")]


def test_edits_that_would_meet_are_not_made_together(tried):
    def edits(whole, start, end):
        wide = Edit(start, whole.index("hapless") + 7, "odd")  # from the first phrase over the second
        return [Edit(start, end, "odd"), wide] if whole[start:end] == "shameless" else odd(whole, start, end)

    texts, _ = tried(TWO, [("shameless", "outlet"), ("hapless", "outlet")], edits)
    assert texts[0] == TWO
    assert texts[2:4] == [TWO.replace("shameless", "odd"), "The odd clerk left."]


@pytest.mark.parametrize(
    ("sentence", "words", "left"),
    [
        ("The “shameless” mayor left.", "“shameless”", ["The odd mayor left."]),  # doubt goes with its marks
        ("The “shameless” mayor left.", "shameless", []),  # and not without
        ("The “shameless” mayor left.", "shameless” mayor", []),
        ("The “shameless” mayor left.", "mayor", ["The “shameless” odd left."]),
        ("“We hate the shameless mayor!” said Bly.", "shameless", []),
        ("“We hate the shameless mayor!” said Bly.", "“We hate the shameless mayor!”", []),
        ("“We hate the shameless mayor!” said Bly.", "said", ["“We hate the shameless mayor!” odd Bly."]),
    ],
)
def test_what_others_say_is_left_as_it_is(tried, sentence, words, left):
    def edits(whole, start, end):
        place = whole.index(words)
        return [Edit(place, place + len(words), "odd")]

    _, edited = tried(sentence, [("shameless", "outlet")], edits)
    assert edited == [LATE + edit for edit in left]


def test_what_is_no_prose_to_edit_is_left_alone(tried):
    words = [f"w{number:02}" for number in range(21)]
    sentence = f"The {' and '.join(words)} left."
    assert len(tried(sentence, [(word, "outlet") for word in words[:20]], odd)[1]) == 20
    assert tried(sentence, [(word, "outlet") for word in words], odd)[1] == []
    for length, offered in ((3000, 1), (3001, 0)):
        sentence = "The shameless mayor left" + " the hall" * 340
        sentence = f"{sentence[: length - 1]}."
        assert len(tried(sentence, [("shameless", "outlet")], odd)[1]) == offered


def test_suggestions_are_for_the_outlet_and_lower_the_score(detector):
    text = "The shameless mayor left. “This shameless plan is a farce,” said Ann Lee."
    phrases = detector.score(text).phrases
    assert [bool(phrase.suggestions) for phrase in phrases if phrase.text == "shameless" and phrase.counts] == [True]
    assert all(not phrase.suggestions for phrase in phrases if not phrase.counts)
    first = next(phrase for phrase in phrases if phrase.counts).suggestions[0]
    assert (first.kind, first.words) == ("deletion", "")
    assert first.before > 0.5 > first.after


def test_nothing_is_offered_where_nothing_passes(detector):
    phrases = detector.score("His speech was a masterclass in cowardice.").phrases
    assert phrases
    assert all(not phrase.suggestions for phrase in phrases)


def test_no_suggestions_when_none_are_wanted(detector):
    report = detector.score("The shameless mayor left.", suggest=False)
    assert report.phrases
    assert all(not phrase.suggestions for phrase in report.phrases)


words = st.sampled_from(
    "a an the shameless mayor whined , . and “ ” ( ) so-called 14 Lee \n - plan very obscene said that café 😀".split(
        " "
    )
)


@settings(deadline=None, max_examples=150)
@given(st.lists(words, min_size=1, max_size=14).map(" ".join), st.data())
def test_edits_stay_in_the_sentence_and_leave_the_rest_alone(text, data):
    start = data.draw(st.integers(0, len(text) - 1))
    end = data.draw(st.integers(start + 1, len(text)))
    for candidate in find_candidates(text, start, end, "opinion", load_wording()):
        for edit in candidate.edits:
            assert 0 <= edit.start < edit.end <= len(text)
            assert edit.of(text).startswith(text[: edit.start])
            assert edit.of(text).endswith(text[edit.end :])
            assert edit.of(text).count("14") == text.count("14")


def test_safe_suggestions_are_applied_together(detector):
    source = "The shameless mayor left. The hapless minister spoke on Monday.\r\n"
    edits = fix.safe_edits(detector.score(source))
    assert fix.apply(source, edits) == "The mayor left. The minister spoke on Monday.\r\n"
    with pytest.raises(ValueError, match="another text"):
        fix.apply("short", edits)


def test_bytes_come_back_in_their_encoding():
    text = "Der café — “x”\r\n"
    for encoding in ("utf-8", "utf-16", "cp1252"):
        data = text.encode(encoding)
        fixed = fix.encode_like(data, text, text.replace("x", "y"), "f.txt")
        assert fixed == text.replace("x", "y").encode(encoding)
    with pytest.raises(biasdetect.InputError, match="UTF-8"):
        fix.encode_like(b"\xff\xff\x81", text, text, "f.txt")


def test_the_wording_is_what_the_script_writes(root):
    content = (root / "biasdetect" / "suggest" / "wording.json").read_text(encoding="utf-8")
    wording = json.loads(content)
    assert content == json.dumps(wording, ensure_ascii=False, indent=0, separators=(",", ":")) + "\n"
    assert len(content.encode()) < 600_000
    script = runpy.run_path(str(root / "training" / "build_wording.py"))
    assert content == script["text_of"](script["build"](script["records"](), script["read_table"]()))


def test_wording_is_read_only_where_a_phrase_is_flagged():
    code = "import sys, biasdetect; biasdetect.load().score('The council met.'); print('biasdetect.suggest' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "False"


def test_a_preposition_is_no_particle():
    sentence = "Ministers rammed the plan through committee on Friday."
    assert not any("plan committee" in text for text in offered(sentence, "rammed", "loaded-language"))


@pytest.mark.parametrize(
    ("sentence", "phrase", "left"),
    [
        ("The gleaming, glorious tower opened.", "glorious", {"The gleaming tower opened."}),
        ("Its vast, heartless firms own the land.", "heartless", {"Its vast firms own the land."}),
        ("The crew's heroics saved 14 sailors.", "heroics", set()),
        ("It beggars belief.", "beggars belief", set()),
        ("The tycoon gleefully sacked his board.", "tycoon gleefully", set()),
        ("The rebels' odious promise was not kept.", "odious", {"The rebels' promise was not kept."}),
    ],
)
def test_what_is_left_out_leaves_a_sentence(sentence, phrase, left):
    start = sentence.index(phrase)
    found = find_candidates(sentence, start, start + len(phrase), "epithet", load_wording())
    shorter = {edit.of(sentence) for candidate in found for edit in candidate.edits if candidate.kind == "deletion"}
    assert shorter == left
    words = set(re.findall(r"\w+", sentence))
    assert not any(set(re.findall(r"\w+", edit.of(sentence))) < words for one in found for edit in one.edits) or left


@pytest.mark.parametrize("sentence", ["The puppet chairman left.", "Crowing over its coup, the zoo opened."])
def test_nothing_is_put_in_that_adds_a_fact(sentence):
    for phrase in ("puppet", "coup"):
        start = sentence.find(phrase)
        if start >= 0:
            found = find_candidates(sentence, start, start + len(phrase), "labeling", load_wording())
            added = {word for one in found for word in re.findall(r"\w+", one.words.lower())}
            assert not added & {"new", "former", "reform"}


def marked(text: str, category: str = "opinion") -> list[Candidate]:
    """What is tried for the words in square brackets."""
    start, end = text.index("["), text.index("]") - 1
    return find_candidates(text.replace("[", "").replace("]", ""), start, end, category, load_wording())


def proposed(text: str, category: str = "opinion") -> list[str]:
    plain = text.replace("[", "").replace("]", "")
    return [one.edits[0].of(plain) for one in marked(text, category)]


@pytest.mark.parametrize(
    ("text", "right"),
    [
        ("The talks failed — [as if anyone had doubted it].", "The talks failed."),
        ("The talks - [again no surprise] - went on.", "The talks went on."),
        ("The club signed nobody, [which ought to worry its fans].", "The club signed nobody."),
        ("The plan (a [miserable little thing]) passed.", "The plan passed."),
        ("[To look on the bright side for a moment], the rain stopped.", "The rain stopped."),
        ("Guards walked over him [like he was trash], and left.", "Guards walked over him, and left."),
        ("She spoke to voters [who want the rest to be poor].", "She spoke to voters."),
        ("[It is hardly a surprise that] the mayor left.", "The mayor left."),
        ("[It needs to be remembered] the rule is old.", "The rule is old."),
        ("The mayor left, and [it is shameful that] nobody asked.", "The mayor left, and nobody asked."),
    ],
)
def test_what_stands_beside_its_sentence_may_go(text, right):
    assert right in proposed(text)


@pytest.mark.parametrize(
    "text",
    [
        "The mayor left — [which the police said was alleged].",  # caution, and who says it
        "The mayor left ([allegedly in shame]).",
        "The mayor left, [which seemingly shamed the town].",
        "They bought hats, [a gaudy car], and a boat.",  # one of a list
        "The mayor, and [a vile clerk], left.",
        "It is [unlikely that] the mayor left.",
        "[It is reportedly shameful that] the mayor left.",
        "The mayor, [with no vile friends], left.",
        "[It is false that] the mayor left.",
        "[It is shameful that] the mayor should be asked.",
        "He looked [like a beaten man].",
        "The city lies [in vile ruins].",
        "The town was seized [by a greedy horde].",
        "It is the claim [that they want the rest to be poor].",
    ],
)
def test_what_its_sentence_needs_does_not_go(text):
    assert not any(one.kind == "deletion" for one in marked(text))


@pytest.mark.parametrize(
    ("text", "right"),
    [
        ("He dropped some of his [most outlandish] ideas.", "He dropped some of his ideas."),
        ("These [loser] senators left.", "These senators left."),
        ("The [sketchy] NHS rules stayed.", "The NHS rules stayed."),
        ("It was the [willfully ignorant] Lind crowd.", "It was the Lind crowd."),
    ],
)
def test_labels_and_looks_before_their_noun_may_go(text, right):
    assert right in proposed(text)


@pytest.mark.parametrize(
    "text",
    [
        "He won the seat, [embarrassing] Smith in the debate.",  # a verb with its object
        "He left after [humiliating] Smith.",
        "The board, [blasts] Ana Lind.",
        "They began to [smear] Ana Lind.",
        "The [neocon] left.",
        "The [convicted] mayor left.",
        "A [hawkish] senator left.",
        "The [enfeebled] senator left.",
        "He was [sexually] abused, and left.",
        "A [once-formidable] senator left.",
        "It was the [most outlandish] plan of all.",
    ],
)
def test_verbs_heads_and_facts_do_not_go(text):
    assert not any(one.kind == "deletion" for one in marked(text))


@pytest.mark.parametrize(
    ("text", "right"),
    [
        ("The plan is [wildly unrealistic].", "The plan is unrealistic."),
        ("There is [absolutely no evidence whatsoever] of it.", "There is no evidence of it."),
        ("That is [NOT] what they said.", "That is not what they said."),
        ("It began [a shameless smear campaign of lies] in May.", "It began a campaign of lies in May."),
        ("The clerk whipped up [fear] of it.", None),
        ("The clerk [whipped up fear] of it.", "The clerk caused fear of it."),
    ],
)
def test_parts_of_a_phrase_give_way_together(text, right):
    assert right in proposed(text) if right else proposed(text) == []


@pytest.mark.parametrize(
    "text",
    [
        "Workers of [NATO] left.",
        "Those from the [US] and UK left.",
        "THE BOARD DID [NOT] LEAVE THE ROOM.",
        "The clerk [whipped up] voters in May.",
    ],
)
def test_names_headlines_and_persons_are_not_taken_for_stress(text):
    assert proposed(text) == []


@pytest.mark.parametrize(
    ("text", "right"),
    [
        (
            "The senator gave him a [verbal lashing] in May.",
            [],
        ),  # a lashing is no "criticising", and by itself is done with a whip
        ("After [verbal lashing] the board left.", []),
        ("He gets a [verbal bashing] in the press.", ["He gets verbal criticism in the press."]),
        ("He began [savagely bashing] the mayor.", ["He began bashing the mayor."]),  # a verb
        ("the [savage trashing] of the mayor", []),  # an adjective, no militant
        ("There is [a shred of] truth in it.", []),
        ("There is not [a shred of] truth in it.", ["There is not any truth in it."]),
        ("It found [a slew of] faults.", ["It found some faults."]),
        ("It found [a slew of] water.", []),
        ("These [morons] left the hall.", ["These people left the hall."]),
        ("This [moron] left the hall.", []),  # "this person" is stiff
        ("They took it [hook, line and sinker].", ["They took it entirely."]),
        ("The mayor was [in a rage] over it.", ["The mayor was angry over it."]),
        ("The mayor struck him [in a rage].", ["The mayor struck him in anger.", "The mayor struck him."]),
    ],
)
def test_a_row_of_the_table_holds_where_its_words_mean_it(text, right):
    assert proposed(text) == right
