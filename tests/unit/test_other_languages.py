"""Text that the model cannot read is never called clean, reworded or written over, in any form of output."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest

import biasdetect
from biasdetect.corpus.output_table import to_batch
from biasdetect.corpus.records import Record
from biasdetect.corpus.scoring import ScoringOptions, score_record
from biasdetect.english.language import other_language
from biasdetect.lsp.client import Client
from biasdetect.lsp.findings import diagnostics
from biasdetect.lsp.scoring import ScoredSnapshot, Snapshot
from biasdetect.report.html import render_page
from biasdetect.report.notebook import render_fragment

ARABIC = """مجلس المدينة يوافق على الميزانية

وافق مجلس المدينة يوم الاثنين على الميزانية المخزية التي قدمها العمدة الفاسد.

وقال العمدة إن الخطة ستبدأ في سبتمبر.
"""
JAPANESE = "市長は恥知らずだ。予算は議会で可決された。\n野党は反対した。\n"
GERMAN = """Der schamlose Bürgermeister peitschte seinen lächerlichen Haushalt durch den rückgratlosen Rat.

Die Opposition sprach von einer Katastrophe. Der dickbäuchige Finanzchef grinste nur.

Der Stadtrat stimmt am Dienstag erneut über den Plan ab.
"""
RUSSIAN = "Бесстыжий мэр протащил свой смехотворный бюджет через бесхребетный совет. Оппозиция говорит о катастрофе.\n"
CHINESE = "市长可耻。预算获得通过。\n"
FOREIGN = {"ar": ARABIC, "ja": JAPANESE, "de": GERMAN, "ru": RUSSIAN, "zh": CHINESE}
ENGLISH = "The shameless mayor rammed his budget through the council on Monday, and the opposition will vote again."


class Reads:
    """A runtime whose model says that it reads another language."""

    def __init__(self, runtime, language):
        self.folder = replace(runtime.folder, config=replace(runtime.folder.config, language=language))
        self.run = runtime.run
        self.settle = runtime.settle


@pytest.fixture(scope="module")
def german_detector(detector):
    return biasdetect.Detector(Reads(detector.runtime, "de-AT"))


@pytest.mark.parametrize("text", FOREIGN.values(), ids=FOREIGN)
def test_no_verdict_and_no_wording(detector, text):
    report = detector.score(text)
    assert report.foreign_language
    assert "not English" in report.warnings[0]
    assert not any(phrase.suggestions for phrase in report.phrases)
    assert biasdetect.Report.from_dict(json.loads(json.dumps(report.to_dict()))) == report
    assert report.warnings[0] in render_page(report, text)
    assert report.warnings[0] in render_fragment(report)
    assert "No phrase reaches" not in render_page(report, text)


def test_languages_are_named(detector):
    assert [detector.score(text).foreign_language for text in (ARABIC, JAPANESE, GERMAN)] == ["ar", "ja", "de"]
    assert "Japanese" in detector.score(JAPANESE).warnings[0]


def test_a_model_is_told_nothing_of_the_language_that_it_reads(german_detector, detector):
    assert german_detector.score(GERMAN).warnings == ()
    assert german_detector.score(ENGLISH).foreign_language == "en"
    assert "reads German" in german_detector.score(ENGLISH).warnings[0]
    assert "reads German" in german_detector.score(ARABIC).warnings[0]
    # there is no German wording, and English one would spoil the text
    assert not any(phrase.suggestions for phrase in german_detector.score(GERMAN).phrases)
    assert any(phrase.suggestions for phrase in detector.score(ENGLISH).phrases)
    short = "The shameless mayor left."  # nobody can tell that it is not German
    assert german_detector.score(short).phrases
    assert not any(phrase.suggestions for phrase in german_detector.score(short).phrases)


@pytest.mark.parametrize(
    "text",
    [
        f"{ENGLISH} {ENGLISH}\n\n“Der Stadtrat stimmt am Dienstag erneut über den Plan ab”, he said on the steps.\n",
        f"{ENGLISH} The sign read: 市長は恥知らずだ。予算は議会で可決された。",
        f"{GERMAN}\n\n{ENGLISH} {ENGLISH}",  # English words are a good part of it
        "Guten Morgen, Herr Schmidt.",
        "Mayor quits",
        "αβγ decay",
        "",
        "1,234.56 🎉",
    ],
)
def test_quotations_and_short_texts_are_no_reason(text):
    assert other_language(text) is None


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (RUSSIAN, "uk"),  # a neighbour
        ("Ordføreren sier at byrådet skal stemme over budsjettet på mandag og tirsdag.", "da"),
        (GERMAN, "gsw"),  # nothing here knows that language
        (GERMAN, ""),  # the model does not say what it reads
        (GERMAN, "de_CH"),
        (JAPANESE, "ja"),
    ],
)
def test_what_may_be_the_models_language_is_let_pass(text, expected):
    assert other_language(text, expected) is None


def test_boilerplate_around_an_article_does_not_decide(detector):
    page = f"<nav>{'<a href=/>Home and the news of the day for all of us who read it</a> ' * 30}</nav>"
    body = "".join(f"<p>{paragraph}</p>" for paragraph in GERMAN.split("\n\n"))
    report = detector.score(biasdetect.read(f"<html><body>{page}<article>{body}</article></body></html>", "html"))
    assert report.foreign_language == "de"


def test_arabic_runs_from_right_to_left(detector):
    assert 'aria-label="The article" dir="rtl"' in render_page(detector.score(ARABIC), ARABIC)
    assert 'aria-label="The article" dir="ltr"' in render_page(detector.score(ENGLISH), ENGLISH)


def test_an_editor_shows_the_warning(detector):
    outcome = ScoredSnapshot(Snapshot("file:///ja.txt", 1, JAPANESE, "text", None, None), detector.score(JAPANESE))
    first = diagnostics(outcome, Client())[0]
    assert "Japanese" in first.message
    assert (first.range.start.line, first.range.start.character) == (0, 0)


@pytest.mark.parametrize("rows", ["articles", "sentences"])
def test_a_table_carries_the_warning(detector, rows):
    options = ScoringOptions(threshold=0.5, rows=rows)
    for text, warned in ((JAPANESE, True), (ENGLISH, False)):
        table = to_batch(score_record(detector, Record("1", "here", text, {}), options), rows).to_pylist()
        assert all(("Japanese" in (row["warning"] or "")) == warned for row in table)
        assert table
