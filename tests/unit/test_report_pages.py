"""Reports for people: the terminal, the page, the notebook."""

import importlib.util
import io
import json
import re
import sys
from dataclasses import replace
from html.parser import HTMLParser

import pytest
from conftest import needs
from hypothesis import given, settings
from hypothesis import strategies as st
from rich.console import Console

import biasdetect
from biasdetect import Phrase, Report, Sentence, Settings
from biasdetect.report.advice import suggestion_text
from biasdetect.report.html import render_page
from biasdetect.report.terminal import print_report
from biasdetect.results import Skipped, Suggestion


def make(text, *found, threshold=0.3, score=0.9, voice="outlet", **more):
    """A report on a text of one sentence: found are words, score, category and voice."""
    phrases = []
    for words, value, category, whose in found:
        start = text.index(words)
        edit = Suggestion("", start, start + len(words), "", "deletion", 0.9, 0.1)
        suggestions = (edit,) if more.get("suggest") and whose == "outlet" else ()
        phrases.append(Phrase(words, start, start + len(words), value, category, whose, "why so", suggestions, start))
    sentence = Sentence(text, 0, len(text), score, voice, tuple(phrases))
    return Report("a.txt", "m@1", score, score, None, (sentence,), (), Settings(threshold))


OWN = ("shameless", 0.9, "opinion", "outlet")
LOADED = make("The shameless mayor left.", OWN)


def printed(report, width, colour=False):
    stream = io.StringIO()
    console = Console(file=stream, width=width, force_terminal=colour, color_system="truecolor" if colour else None)
    print_report(report, console)
    return stream.getvalue()


# --- terminal


@pytest.mark.parametrize("width", [20, 80, 200])
def test_no_line_is_wider_than_the_terminal_or_ends_in_spaces(width):
    long = make("The shameless mayor left the hall. " * 8, OWN)
    for line in printed(long, width).splitlines():
        assert len(line) <= width
        assert line == line.rstrip()


def test_a_wide_terminal_has_the_notes_beside_the_sentence():
    (line,) = [line for line in printed(LOADED, 200).splitlines() if "[shameless]" in line]
    assert "opinion strong 0.90" in line
    assert line.index("└") < 120
    assert not any("[shameless]" in line and "opinion" in line for line in printed(LOADED, 80).splitlines())


def test_the_lines_of_a_note_are_indented_alike():
    narrow = printed(LOADED, 40)
    first, *rest = narrow[narrow.index("  └ ") :].split("\n\n")[0].splitlines()
    assert all(line.startswith(" " * (6 + first.index("shameless"))) for line in rest)


def test_colour_underlines_and_does_without_brackets():
    out = printed(LOADED, 80, colour=True)
    assert "[shameless]" not in out
    assert re.search(r"\x1b\[[\d;]*\b4;[\d;]*mshameless", out)


def test_the_strip_shows_where_the_wording_is():
    sentences = tuple(
        Sentence("x" * 99, start, start + 99, score, voice)
        for start, score, voice in (
            (0, 0.0, "outlet"),
            (100, 0.99, "outlet"),
            (200, 0.99, "quote"),
            (300, 0.0, "outlet"),
        )
    )
    report = Report("a.txt", "m@1", 0.2, 0.2, None, sentences, (), Settings(0.3))
    strip = next(line for line in printed(report, 80).splitlines() if "start to end" in line).split()[0]
    assert re.fullmatch("▁{10,}█{10,}·{10,}▁{10,}", strip)


@pytest.mark.parametrize(
    "report, command",
    [
        (LOADED, "biasdetect score --format html --out report.html a.txt"),
        (make("The shameless mayor left.", OWN, suggest=True), "biasdetect score --fix a.txt"),
    ],
)
def test_the_last_line_says_what_to_do_next(report, command):
    assert printed(report, 100).rstrip().splitlines()[-1].endswith(command)


def test_the_first_lines_answer():
    name, answer, *_ = printed(LOADED, 100).splitlines()
    assert (name, answer) == ("a.txt", "One phrase to change: “shameless”.")
    two = make("The shameless mayor left a huge hall.", OWN, ("huge", 0.5, "exaggeration", "outlet"), suggest=True)
    _, answer, first, second, *_ = printed(two, 100).splitlines()
    assert answer == "Two phrases to change; the worst is “shameless”: leave it out."
    assert [line.split("  ")[-1].strip() for line in (first, second)] == ["leave it out, check the meaning"] * 2


@pytest.mark.parametrize(
    ("report", "answer"),
    [
        (make("A deal."), "Nothing to change: this text is clean."),
        (
            make("A rotten deal.", ("rotten", 0.9, "opinion", "quote")),
            "Nothing to change: the one flagged phrase is in quoted words.",
        ),
    ],
)
def test_where_nothing_is_to_be_changed_nobody_is_asked_to_look_further(report, answer):
    shown = printed(report, 100)
    assert shown.splitlines()[1] == answer
    assert "--" not in shown


@pytest.mark.parametrize("width", [40, 60, 80, 119, 120, 140, 200])
def test_no_letter_is_lost_behind_joined_emoji(width):
    text = (
        "The shameless mayor 👩‍👩‍👧‍👦 rammed the budget 🏳️‍🌈 through a spineless council 👩🏽‍⚖️ on Monday at the latest."
    )
    shown = printed(make(text, OWN), width).split()
    assert [word for word in text.replace("shameless", "[shameless]").split() if word not in shown] == []


@pytest.mark.parametrize("width", range(60, 201, 10))
def test_notes_use_the_width(width):
    advice = "Say what was done, by whom and when, and leave the judgement to the reader of the paper. " * 3
    report = make("The shameless mayor left.", OWN)
    phrase = replace(report.phrases[0], advice=advice.strip())
    shown = printed(replace(report, sentences=(replace(report.sentences[0], phrases=(phrase,)),)), width)
    notes = shown[shown.index("└") : shown.index("Scores")].splitlines()
    assert max(map(len, notes)) >= width - 14


def test_scare_quotes_are_told_to_go():
    phrase = Phrase("talks", 5, 10, 0.9, "doubt", "scare-quote", "", (Suggestion("talks", 4, 11, "talks", "rephrasing", 0.9, 0.1, "safe"),), 5)  # fmt: skip
    assert suggestion_text(phrase) == "instead: leave out the quotation marks (0.90 → 0.10)"


def test_the_hint_is_given_once_where_it_is_for_all():
    check = Suggestion("poor", 0, 6, "poor", "word", 0.9, 0.1)
    safe = replace(check, words="", grade="safe")
    phrase = Phrase("rotten", 0, 6, 0.9, "opinion", suggestions=(check, replace(check, words="bad")))
    assert suggestion_text(phrase) == "instead: “poor” (0.90 → 0.10), or “bad” (0.90 → 0.10); check the meaning"
    phrase = replace(phrase, suggestions=(check, safe))
    assert suggestion_text(phrase) == "instead: “poor” (0.90 → 0.10), check the meaning, or leave it out (0.90 → 0.10)"


def test_wording_that_says_less_is_offered_as_a_wider_term_wherever_it_is_shown():
    wider = Suggestion("ruler", 2, 8, "ruler", "word", 0.9, 0.1, relation="wider")
    report = make("A despot left.", ("despot", 0.9, "labeling", "outlet"))
    phrase = replace(report.phrases[0], suggestions=(wider,))
    report = replace(report, sentences=(replace(report.sentences[0], phrases=(phrase,)),))
    for shown in (printed(report, 100), render_page(report, "A despot left."), report._repr_html_()):
        assert "a wider term" in " ".join(shown.lower().split())
    assert suggestion_text(phrase) == "instead: “ruler” (0.90 → 0.10), a wider term; check the meaning"


def test_what_has_to_be_checked_is_told_so_wherever_it_is_shown():
    check = Suggestion("bad", 2, 8, "bad", "word", 0.9, 0.1)
    for suggestion, told in ((check, True), (replace(check, grade="safe"), False)):
        report = make("A rotten deal.", ("rotten", 0.9, "opinion", "outlet"))
        phrase = replace(report.phrases[0], suggestions=(suggestion,))
        report = replace(report, sentences=(replace(report.sentences[0], phrases=(phrase,)),))
        for shown in (printed(report, 100), render_page(report, "A rotten deal."), report._repr_html_()):
            assert ("check the meaning" in shown.lower()) is told


# --- page


class Reader(HTMLParser):
    def __init__(self, page):
        super().__init__()
        self.tags, self.policy, self.data = [], "", ""
        self.feed(page)

    def handle_starttag(self, tag, attributes):
        self.tags.append((tag, dict(attributes)))
        if dict(attributes).get("http-equiv") == "Content-Security-Policy":
            self.policy = dict(attributes)["content"]

    def handle_data(self, data):
        if self.tags and self.tags[-1] == ("script", {"type": "application/json", "id": "data"}) and not self.data:
            self.data = data


def test_a_page_asks_for_nothing_and_runs_nothing_but_its_own():
    page = Reader(render_page(LOADED, "The shameless mayor left."))
    assert page.policy.startswith("default-src 'none'")
    assert "unsafe" not in page.policy
    for tag, attributes in page.tags:
        assert not {"src", "style", "srcset"} & attributes.keys(), tag
        assert not any(name.startswith("on") for name in attributes)
        assert attributes.get("href", "#").startswith("#")
        assert tag not in ("link", "img", "iframe", "base")


@settings(max_examples=60, deadline=None)
@given(st.text(st.characters(codec=None), min_size=1, max_size=60), st.text(max_size=12))
def test_no_text_of_an_article_becomes_markup(text, category):
    report = make(text, (text, 0.9, category, "outlet"))
    plain = render_page(make("x", ("x", 0.9, "", "outlet")), "x")
    page = render_page(report, text)
    page.encode("utf-8")
    reader = Reader(page)
    assert [tag for tag, _ in reader.tags if tag not in ("p", "span", "em")] == [
        tag for tag, _ in Reader(plain).tags if tag not in ("p", "span", "em")
    ]
    assert len(json.loads(reader.data)["phrases"]) == 1


def test_weaker_phrases_are_there_where_they_lie_apart():
    text = "The shameless mayor left a huge hall."
    lower = make(
        text, ("shameless mayor", 0.9, "opinion", "outlet"), ("huge", 0.15, "exaggeration", "outlet"), threshold=0.1
    )
    phrases = json.loads(Reader(render_page(make(text, OWN), text, lower)).data)["phrases"]
    assert [(phrase["category"], phrase["weak"]) for phrase in phrases] == [("opinion", False), ("exaggeration", True)]


@pytest.mark.parametrize(
    "source, format, paragraphs",
    [
        ("Council votes\nThe mayor left. She was late.\nIt rained.\n", "text", 3),
        (
            "The council of the town met on Tuesday to vote on the\nplan. The mayor, who had been away, came late to the\nhall. It rained all day and nobody else came to it.\n\nThen they voted.\n",
            "text",
            2,
        ),
        ("# Council votes\n\nThe mayor left. She\nwas late.\n\nIt rained.\n", "markdown", 3),
        ("<h1>Council votes</h1><p>The <b>mayor</b> left.\nShe was late.</p>\n<p>It rained.</p>", "html", 3),
    ],
)
def test_paragraphs_are_those_of_the_source(detector, source, format, paragraphs):
    document = biasdetect.read(source, format)
    page = render_page(detector.score(document), document.source)
    article = page[page.index("<article") : page.index("</article>")]
    assert len(re.findall(r"<(?:p|h2)>", article)) == paragraphs


def test_pieces_that_were_not_scored_are_told_with_their_reason():
    text = "It rained. “So it did,” he said."
    skipped = (Skipped("“So it did,”", 11, 23, "quotation"), Skipped("More", 40, 44, "pointer to other articles"))
    sentences = (Sentence("It rained.", 0, 10, 0.1), Sentence("“So it did,” he said.", 11, 32, 0.1))
    page = render_page(
        Report("a", "m", 0.1, 0.1, None, sentences, skipped, Settings(0.3)), f"{text}\n\n\n\n\n\n\n\nMore"
    )
    assert '<span class="skipped">“So it did,”</span> he said.' in page
    assert "not scored, pointer to other articles:</span> More" in page


def test_a_huge_article_has_a_page_of_sense():
    sentences = tuple(Sentence("It rained.", 11 * number, 11 * number + 10, 0.1) for number in range(20_000))
    page = render_page(Report("a", "m", 0.1, 0.1, None, sentences, (), Settings(0.3)), "It rained. " * 20_000)
    assert page.count('class="bar') <= 300
    assert len(page) < 2_500_000


# --- notebook


def test_a_notebook_shows_the_flagged_sentences_without_script():
    text = "The <script>shameless</script> mayor left."
    html = make(text, OWN)._repr_html_()
    assert "&lt;script&gt;<span style=" in html
    assert "opinion 0.90" in html
    assert html.index("One phrase to change: <em>shameless</em>.") < html.index("mayor left")
    assert not re.search(r"<(script|style|link|img)\b| on\w+=|url\(", html)


def test_a_report_is_a_table_of_sentences_or_of_phrases():
    needs(bool(importlib.util.find_spec("pandas")), 'needs the notebook extra (pandas missing): pip install ".[dev]"')
    import pandas

    report = make("The shameless mayor left a huge hall.", OWN, ("huge", 0.5, "exaggeration", "quote"), suggest=True)
    sentences, phrases = report.to_frame(), report.to_frame("phrases")
    assert isinstance(sentences, pandas.DataFrame)
    assert sentences[["sentence", "score", "flagged", "others"]].to_numpy().tolist() == [[1, 0.9, 1, 1]]
    assert phrases[["phrase", "counts", "start", "end"]].to_numpy().tolist() == [
        ["shameless", True, 4, 13],
        ["huge", False, 27, 31],
    ]
    assert phrases.instead[0] == ""
    assert pandas.isna(phrases.instead[1])
    assert list(make("A deal.").to_frame("phrases").columns) == list(phrases.columns)
    with pytest.raises(ValueError, match="sentences, phrases"):
        report.to_frame("words")


def test_without_pandas_the_extra_is_named(monkeypatch):
    monkeypatch.setitem(sys.modules, "pandas", None)
    with pytest.raises(biasdetect.MissingExtraError, match=r'pip install "biasdetect\[notebook\]"'):
        LOADED.to_frame()
