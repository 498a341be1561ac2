"""Categories of one's own: how names become them, what a file may say, and how every form of a report shows them."""

import io
import json
import re
from dataclasses import replace
from types import SimpleNamespace

import numpy as np
import pytest
from lsprotocol import types
from rich.console import Console
from scored_files import article, rows_of, sentence, write

from biasdetect.corpus_report.scored_rows import open_scored
from biasdetect.corpus_report.summary import summarise
from biasdetect.corpus_report.tables import to_csv
from biasdetect.detector import Detector
from biasdetect.errors import DataError
from biasdetect.evaluation.figures import measure
from biasdetect.evaluation.labelled import GoldSpan, Labelled
from biasdetect.findings.sarif import SarifLog
from biasdetect.house import Rules
from biasdetect.house.style import read_house_style
from biasdetect.labels import LabelRecord, LabelSpan, ReadOptions, export_labels, read_labels
from biasdetect.labels.categories import OwnNames, names_of_models, read_categories
from biasdetect.lsp.findings import hover
from biasdetect.model.categories import CATEGORIES, TABLE, readable, table_of
from biasdetect.model.phrases import find_words
from biasdetect.model.runtime import Scored
from biasdetect.report import vocabulary
from biasdetect.report.html import render_page
from biasdetect.report.notebook import render_fragment
from biasdetect.report.terminal import print_report
from biasdetect.results import OwnCategory, Phrase, Report, Sentence
from biasdetect.review.candidates import Item, Mark
from biasdetect.review.session import ReviewFile, Session
from biasdetect.review.terminal import review
from biasdetect.util.lines import Lines

TEXT = "They know which neighbourhood to blame. The shameless mayor left."
WHISTLE = OwnCategory("dogwhistle", "Dog whistle", "heard by a part of the audience <alone>", "#ffcc00")
PAPERS = {"light": "#fdfcfa", "dark": "#171615"}


@pytest.fixture
def write_file(tmp_path):
    def write_file(name, content):
        text = content if isinstance(content, str) else "".join(json.dumps(row) + "\n" for row in content)
        (tmp_path / name).write_text(text, encoding="utf-8")
        return tmp_path / name

    return write_file


def rows(*names):
    return [{"text": f"The mayor of town {number} spoke.", "spans": [[4, 9, name]]} for number, name in enumerate(names)]  # fmt: skip


# --- names


@pytest.mark.parametrize(
    ("own", "found"),
    [
        (OwnNames(("dogwhistle", "red-herring")), ["dogwhistle", "", "labeling", "red-herring", "opinion"]),
        (OwnNames(any=True), ["dogwhistle", "", "labeling", "red-herring", "opinion"]),
        (OwnNames(any=True, instead=True), ["dogwhistle", "", "name-calling-labeling", "red-herring", "opinion"]),
    ],
)
def test_names_of_marks_are_categories_of_ones_own_where_they_are_said_to_be(write_file, own, found):
    path = write_file("a.jsonl", rows("Dogwhistle", "loaded", "Name_Calling,Labeling", "Red_Herring", "opinion"))
    read = read_labels([path], ReadOptions(own=own))
    assert [problem.message for problem in read.problems if problem.kind != "one-class"] == []
    assert [record.spans[0].category for record in read.records] == found
    assert not any(record.spans[0].technique for record in read.records)


def test_without_a_word_an_unknown_name_is_a_problem_and_where_others_are_defined_too(write_file):
    path = write_file("a.jsonl", rows("dogwhistle", "opinion"))
    assert [problem.kind for problem in read_labels([path]).problems] == ["unknown-category"]
    (problem,) = [one for one in read_labels([path], ReadOptions(own=OwnNames(("dog-whistle",)))).problems if one.kind == "unknown-category"]  # fmt: skip
    assert "dogwhistle" in problem.message
    alone = ReadOptions(own=OwnNames(("dogwhistle",), instead=True))
    (problem,) = [one for one in read_labels([path], alone).problems if one.kind == "unknown-category"]
    assert 'opinion" is no known category; known are dogwhistle' in problem.message


@pytest.mark.parametrize("name", ["score", "unlisted", "neutral", "x" * 61])
def test_a_name_that_means_something_else_is_told(write_file, name):
    everything = ReadOptions(own=OwnNames(any=True, instead=True))
    (problem, *_) = read_labels([write_file("a.jsonl", rows(name, "opinion"))], everything).problems
    assert "no name for a category" in problem.message


@pytest.mark.parametrize("form", ["jsonl", "csv", "label-studio", "doccano"])
def test_categories_of_ones_own_survive_every_form(form, tmp_path):
    record = LabelRecord("The shameless mayor left.", 1.0, (), (LabelSpan(4, 13, "dogwhistle"),), "s-1")
    path = tmp_path / f"a.{'json' if form == 'label-studio' else form.replace('doccano', 'jsonl')}"
    export_labels([record], form, path)
    assert list(read_labels([path], ReadOptions(own=OwnNames(("dogwhistle",)))).records) == [record]


def test_models_say_which_names_are_known():
    def config(*names):
        return SimpleNamespace(categories=names)

    assert names_of_models([config(*CATEGORIES)]) == OwnNames()
    assert names_of_models([config(*CATEGORIES, "slur")]) == OwnNames(("slur",))
    assert names_of_models([config("slur", "hedge")]) == OwnNames(("slur", "hedge"), instead=True)
    assert names_of_models([config("")]) == OwnNames()  # a classifier names none


# --- the file


def test_a_file_defines_categories_and_what_it_leaves_out_is_filled_in(write_file):
    path = write_file(
        "a.toml",
        'instead = true\n[categories.dogwhistle]\ntitle = "Dog whistle"\ndefinition = "heard"\ncolour = "#FFCC00"\n[categories.red-herring]\n',
    )
    given = read_categories(path)
    assert given.instead
    first, second = given.categories
    assert first == OwnCategory("dogwhistle", "Dog whistle", "heard", "#ffcc00")
    assert (second.title, second.definition) == ("red herring", "")
    assert re.fullmatch("#[0-9a-f]{6}", second.colour)


def test_every_mistake_of_a_file_is_told_at_once(write_file):
    path = write_file(
        "a.toml",
        """
        instaed = true
        instead = 1
        [categories.Dog_Whistle]
        [categories.biased]
        [categories.slur]
        titel = "Slur"
        colour = "red"
        definition = 4
        [categories]
        hedge = "x"
        """,
    )
    with pytest.raises(DataError) as refused:
        read_categories(path)
    for told in ("instaed", "instead must be", "dog-whistle", "biased", "did you mean title", "colour such as", "at most 300", "must be a table"):  # fmt: skip
        assert told in str(refused.value)


@pytest.mark.parametrize("content", ["", "categories = 3", "[categories]", "= broken", "a=" + "[" * 5000])
def test_a_file_that_defines_nothing_is_refused(write_file, content):
    with pytest.raises(DataError):
        read_categories(write_file("a.toml", content))
    with pytest.raises(DataError, match="cannot be read"):
        read_categories("no-such.toml")


# --- looks


@pytest.mark.parametrize("colour", ["#000000", "#ffffff", "#ffcc00", "#777777", "#332288", "#00ff00"])
@pytest.mark.parametrize("page", PAPERS)
def test_any_colour_is_shaded_until_it_can_be_read(colour, page):
    def luminance(text):
        parts = [int(text[first : first + 2], 16) / 255 for first in (1, 3, 5)]
        linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
        return sum(weight * part for weight, part in zip((0.2126, 0.7152, 0.0722), linear, strict=True))

    one, other = sorted((luminance(readable(colour, page)), luminance(PAPERS[page])))
    assert (other + 0.05) / (one + 0.05) >= 4.5


def test_categories_beside_ours_are_told_apart_without_colour():
    own = tuple(OwnCategory(f"c{number}", f"C {number}", "", "#ffcc00") for number in range(4))
    looks = [(category.line, category.overlined) for category in table_of(own).values()]
    assert len(set(looks)) == len(TABLE) + 4


def test_names_of_categories_do_not_meet_names_of_the_pages_style():
    own = tuple(OwnCategory(name, name, "", "#ffcc00") for name in ("line", "text", "other", "opinion"))
    style = vocabulary.style(own)
    assert not re.search(r"--(?:line|text|other|opinion):", style)
    for name in ("line", "text", "other", "opinion", "unlisted"):
        assert len(re.findall(rf"\.c-{name} \{{", style)) == 1
    assert style.count("--category-opinion: ") == 2  # in the place of ours


# --- a model that has some


class Knows:
    """A model with a category of its own beside ours, or alone, that finds the words that it is told."""

    def __init__(self, runtime, own, words, categories=None):
        names = categories or (*CATEGORIES, *(category.name for category in own))
        config = replace(
            runtime.folder.config, categories=names, own=own, voice=False, reasons=False, surroundings=None
        )
        self.folder = replace(runtime.folder, config=config)
        self._words = words

    def run(self, texts, quoted=None):
        return [self._scored(text) for text in texts]

    def _scored(self, text):
        offsets, names = find_words(text), self.folder.config.categories
        logits = np.full((len(offsets), 1 + len(names)), -20, np.float32)
        for row, (start, end) in enumerate(offsets):
            if category := self._words.get(text[start:end]):
                logits[row, 0], logits[row, 1 + names.index(category)] = 20, 20
        return Scored(5.0, [], offsets, logits)


@pytest.fixture
def report(detector):
    model = Detector(Knows(detector.runtime, (WHISTLE,), {"neighbourhood": "dogwhistle", "shameless": "opinion"}))
    return model.score(TEXT, name="a.txt")


def test_a_report_explains_the_models_own_categories_and_wording_is_suggested_for_ours_alone(report):
    whistle, opinion = report.phrases
    assert (whistle.category, whistle.why) == ("dogwhistle", WHISTLE.definition)
    assert report.categories == (WHISTLE,)
    assert Report.from_dict(json.loads(json.dumps(report.to_dict()))) == report
    assert (whistle.suggestions, whistle.advice) == ((), "")
    assert opinion.category == "opinion"


def test_a_report_of_before_there_were_any_is_read(report):
    data = report.to_dict()
    del data["categories"]
    assert Report.from_dict(data).categories == ()


def test_in_an_opinion_piece_a_category_of_ones_own_is_reported_all_the_same(detector):
    model = Detector(Knows(detector.runtime, (WHISTLE,), {"neighbourhood": "dogwhistle", "shameless": "opinion"}))
    assert [phrase.category for phrase in model.score(TEXT, kind="opinion").phrases] == ["dogwhistle"]


def test_a_model_without_ours_names_none_of_ours_not_even_in_scare_quotes(detector):
    model = Detector(Knows(detector.runtime, (WHISTLE,), {"neighbourhood": "dogwhistle"}, ("dogwhistle",)))
    (phrase,) = model.score("They know which so-called “neighbourhood” to blame.").phrases
    assert (phrase.voice, phrase.category) == ("scare-quote", "dogwhistle")


def test_a_category_that_nobody_defines_is_reported_too(detector):
    model = Detector(Knows(detector.runtime, (), {"neighbourhood": "slant"}, ("slant",)))
    made = model.score(TEXT)
    assert [(phrase.category, phrase.why) for phrase in made.phrases] == [("slant", "")]
    assert 'class="phrase c-unlisted' in render_page(made, TEXT)


def test_every_form_shows_title_definition_and_colour(report):
    page = render_page(report, TEXT)
    assert "Dog whistle" in page
    assert "Heard by a part of the audience &lt;alone&gt;" in page
    assert 'class="phrase c-dogwhistle' in page
    assert "--category-dogwhistle: #ffcc00" in page  # on a dark page
    stream = io.StringIO()
    print_report(report, Console(file=stream, width=200, force_terminal=True, color_system="truecolor"))
    assert "38;2;255;204;0" in stream.getvalue()
    assert "Dog whistle" in stream.getvalue()
    fragment = render_fragment(report)
    assert "Dog whistle" in fragment
    assert "#ffcc00" in fragment


def test_sarif_has_a_rule_for_it(report):
    log = SarifLog()
    log.add(report, "a.txt", [])
    log.add(replace(report, categories=(replace(WHISTLE, name="opinion", title="Stance"),)), "b.txt", [])
    rules = {rule["id"]: rule for rule in log.finish([])["runs"][0]["tool"]["driver"]["rules"]}
    assert list(rules) == [*CATEGORIES, "dogwhistle"]
    assert rules["dogwhistle"]["fullDescription"]["text"] == "Heard by a part of the audience <alone>."
    assert rules["opinion"]["name"] == "Stance"  # defined anew by the model


def test_an_editor_explains_it(report):
    outcome = SimpleNamespace(report=report, lines=Lines(TEXT))
    shown = hover(outcome, types.Position(0, TEXT.index("neighbourhood") + 2), True)
    assert "**Dog whistle**" in shown.contents.value
    assert "heard by a part of the audience \\<alone\\>" in shown.contents.value


def test_a_house_style_may_name_it_and_a_model_without_it_says_so(detector, tmp_path):
    (tmp_path / ".biasdetect.toml").write_text("[categories]\ndogwhistle = false\n")
    rules = read_house_style(tmp_path / ".biasdetect.toml").rules
    model = Detector(Knows(detector.runtime, (WHISTLE,), {"neighbourhood": "dogwhistle", "shameless": "opinion"}))
    assert [phrase.category for phrase in model.score(TEXT, rules=rules).phrases] == ["opinion"]
    assert not model.score(TEXT, rules=rules).warnings
    (warning,) = detector.score(TEXT, rules=Rules(categories={"dogwhistle": False, "epithet": False})).warnings
    assert "dogwhistle" in warning
    assert "epithet" not in warning


# --- corpora, evaluation, review


def test_a_corpus_report_counts_it(tmp_path):
    corpus = [
        article("a", sentence(0.8, ("those people", "dogwhistle", "outlet"), ("vile", "labeling", "outlet"), words=10)),
        article("b", sentence(0.2, ("their kind", "dogwhistle", "outlet"), ("odd", "flagged", "outlet"), words=10)),
    ]
    path = tmp_path / "scored.jsonl"
    write(path, rows_of(corpus, "sentences"))
    summary = summarise([open_scored(path)], min_articles=1)
    (cell,) = summary.cells
    assert summary.names == ("flagged", "score", "phrases", "labeling", "dogwhistle", "no category")
    figures = {rate.name: rate.value for rate in cell.rates}
    assert (figures["dogwhistle"], figures["labeling"], figures["phrases"]) == (100, 50, 200)
    assert figures["no category"] == 50  # a name that is a figure's
    assert "dogwhistle_low" in to_csv(summary).splitlines()[0]
    assert summary.sorted("dogwhistle").cells == summary.cells


def test_figures_know_the_categories_that_annotators_and_models_name():
    text = "They know which neighbourhood to blame."
    start = text.index("neighbourhood")
    gold = [Labelled(text, 1, (GoldSpan(start, start + 13, "dogwhistle"),)), Labelled("It met.", 0, ())]
    for called, recall, right in (("dogwhistle", 1.0, 1.0), ("slur", 1.0, 0.0)):
        phrase = Phrase("neighbourhood", start, start + 13, 0.9, called)
        found = [Sentence(text, 0, len(text), 0.9, phrases=(phrase,)), Sentence("It met.", 0, 7, 0.1)]
        figures = {figure.name: figure.value for figure in measure("d", "m", gold, found).figures}
        assert figures["recall_dogwhistle"] == recall
        assert figures["category_macro_f1"] == pytest.approx(right)


def test_the_review_marks_with_it(tmp_path):
    item = Item("They know which street.", "a.txt", 0, 23, "m@1", 0, 0.1, 0.1, ("outlet",) * 4, (Mark(3, 4, "opinion", "outlet", 0.4),))  # fmt: skip
    categories = (*TABLE, table_of((WHISTLE,))["dogwhistle"])
    session = Session(ReviewFile(tmp_path / "r.jsonl"), [item], [item], categories=categories)
    stream = io.StringIO()
    keys = iter(["7", "?", "x", "a"])
    review(session, Console(file=stream, width=80), lambda: next(keys, ""))
    assert "1 to 7" in stream.getvalue()
    assert "Dog whistle: heard by a part" in " ".join(stream.getvalue().split())
    (record,) = session.file.records
    assert [span.category for span in record.spans] == ["dogwhistle"]
    assert [one.spans for one in ReviewFile(tmp_path / "r.jsonl").records] == [record.spans]
