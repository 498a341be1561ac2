"""Inputs of kinds that readers of news really have, and what has to come of them: tests/data/cases."""

from __future__ import annotations

import csv
import re
import unicodedata
from io import StringIO
from pathlib import Path

import pytest
from rich.console import Console

import biasdetect
from biasdetect.corpus_report.dates import read_date
from biasdetect.errors import InputError
from biasdetect.reading.inputs import read_inputs
from biasdetect.report.html import render_page
from biasdetect.report.terminal import print_report
from biasdetect.results import Report
from biasdetect.suggest import fix


@pytest.fixture(scope="module")
def cases(root: Path) -> Path:
    return root / "tests" / "data" / "cases"


def reports(detector: biasdetect.Detector, path: Path) -> list[Report]:
    found = list(read_inputs(str(path)))
    assert not [one for one in found if isinstance(one, InputError)]
    return [detector.score(document, suggest=False) for document in found]


def report(detector: biasdetect.Detector, path: Path) -> Report:
    (found,) = reports(detector, path)
    return found


@pytest.mark.parametrize(
    "name",
    [
        "wp-plain.html",
        "control-long-page.html",
        "wp-tag-class.html",
        "sticky-sidebar.html",
        "social-share-enabled.html",
    ],
)
def test_no_article_is_lost_to_a_class_name(detector, cases, name):
    found = report(detector, cases / name)
    assert len(found.sentences) == 10
    assert [(phrase.text, phrase.voice) for phrase in found.phrases] == [
        ("shameless", "outlet"),
        ("potbellied", "outlet"),
    ]


@pytest.mark.parametrize(
    "name",
    [
        "blockquote.html",
        "blockquote.md",
        "q-element.html",
        "interview.txt",
        "headline-speaker.txt",
        "statement.txt",
        "latin1-label.html",
    ],
)
def test_what_others_say_is_not_the_outlets(detector, cases, name):
    found = report(detector, cases / name)
    assert found.phrases
    assert not any(phrase.counts for phrase in found.phrases)
    assert found.outlet_score < 0.1


@pytest.mark.parametrize(
    ("name", "flagged"),
    [
        ("url.txt", []),
        ("hugo.md", ["potbellied"]),
        ("mdx.md", ["potbellied"]),
        ("json.md", []),
        ("inline-code.md", []),
        ("del.html", []),
    ],
)
def test_what_is_no_prose_is_not_scored(detector, cases, name, flagged):
    assert [phrase.text for phrase in report(detector, cases / name).phrases] == flagged


def test_an_address_is_offered_as_one(cases):
    (error,) = read_inputs(str(cases / "pasted-address.txt"))
    assert "biasdetect score https://news.example/2024/05/council-votes.html" in str(error)


@pytest.mark.parametrize(("name", "sentences"), [("dateline.txt", 2), ("headlines.txt", 6), ("x85.txt", 2)])
def test_headlines_datelines_and_whole_sentences_are_scored(detector, cases, name, sentences):
    found = report(detector, cases / name)
    assert len(found.sentences) == sentences
    assert not found.skipped


def test_an_opinion_piece_is_offered_as_one(detector, cases):
    found = report(detector, cases / "opinion.txt")
    assert found.sentences[0].text == "The city deserves better than this budget"
    assert [piece.text for piece in found.skipped] == ["Opinion by Dana Reed"]
    assert any("--kind opinion" in note for note in found.notes)


def test_columns_are_read_one_after_the_other_however_they_are_drawn(detector, cases):
    by_columns, by_rows = (report(detector, cases / f"cols_{order}.pdf") for order in ("colwise", "rowwise"))
    assert [sentence.text for sentence in by_rows.sentences] == [sentence.text for sentence in by_columns.sentences]
    assert [phrase.text for phrase in by_rows.phrases] == ["shameless", "potbellied"]


def test_a_phrase_ends_with_a_whole_letter(detector, cases):
    text = (cases / "nfd.txt").read_text(encoding="utf-8")
    for phrase in report(detector, cases / "nfd.txt").phrases:
        assert not unicodedata.combining(text[phrase.end : phrase.end + 1] or " ")


def test_a_joined_emoji_costs_no_word_and_stays_joined(detector, cases):
    found = report(detector, cases / "emoji-zwj.txt")
    for coloured in (True, False):
        console = Console(
            file=StringIO(), width=80, force_terminal=coloured, color_system="truecolor" if coloured else None
        )
        print_report(found, console)
        shown = "".join(console.file.getvalue().split())
        assert all(word in shown for word in ("council", "on", "Monday."))
        assert "…" not in shown
    assert "👩\u200d👩\u200d👧\u200d👦" in render_page(found, (cases / "emoji-zwj.txt").read_text(encoding="utf-8"))


@pytest.mark.parametrize(("name", "language"), [("arabic.txt", "ar"), ("ja.txt", "ja"), ("german.txt", "de")])
def test_what_the_model_cannot_read_is_not_called_clean(detector, cases, name, language):
    (document,) = read_inputs(str(cases / name))
    found = detector.score(document)
    assert found.foreign_language == language
    assert found.warnings
    assert not any(phrase.suggestions for phrase in found.phrases)


@pytest.mark.parametrize(
    ("name", "texts"),
    [
        ("array.jsonl", ["The shameless mayor left. She will return in May.", "The council met."]),
        ("pretty.jsonl", ["The shameless mayor left. She will return in May.", "The council met."]),
        ("cp1252.csv", ["“A disgrace,” said Ann. The shameless café owner left."]),
        ("utf16.csv", ["The shameless mayor left. She will return in May."]),
        ("paras.jsonl", ["The shameless mayor left.\n\nShe will return in May."]),
    ],
)
def test_tables_are_read_by_what_stands_in_them(cases, name, texts):
    assert [document.source for document in read_inputs(str(cases / name))] == texts


def test_every_usual_form_of_a_date_is_read(cases):
    with (cases / "dates.csv").open(encoding="utf-8", newline="") as file:
        months = [read_date(row["date"]).cut("month") for row in csv.DictReader(file)]
    # seconds since 1970 name no local time: theirs is that of UTC, where it was already May
    assert months == ["2024-04"] * 5 + ["2024-05"] * 2 + ["2024-04"] * 6


def test_the_month_is_that_of_the_local_time_that_stands_there(cases):
    with (cases / "tzs.csv").open(encoding="utf-8", newline="") as file:
        assert [read_date(row["date"]).cut("month") for row in csv.DictReader(file)] == ["2024-04", "2024-05"]


@pytest.mark.parametrize("name", ["moderate.txt", "heavy.txt", "rewording.txt"])
def test_no_offered_wording_touches_caution_numbers_names_or_quotations(detector, cases, name):
    text = (cases / name).read_text(encoding="utf-8")
    offers = [one for phrase in detector.score(text).phrases for one in phrase.suggestions]
    assert offers
    kept = re.compile(
        r"“[^”]*”|\"[^\"]*\"|\d[\d.,]*|\b(?:alleged|apparently|scarcely|not|no|never|[Nn]obody)\b|(?<=[a-z,] )[A-Z]\w+"
    )
    for offer in offers:
        edited = fix.apply(text, [offer])
        # what stands there is what stood there, in its order
        assert kept.findall(edited) == kept.findall(text), offer


def test_scripts_never_overrule_what_the_house_style_asks_for(run_cli, cases, tmp_path):
    text, style = tmp_path / "article.txt", tmp_path / "house.toml"
    text.write_bytes((cases / "house-terms.txt").read_bytes())
    style.write_bytes((cases / "house-terms.toml").read_bytes())
    result = run_cli("score", "--house-style", str(style), "--fix=safe", str(text))
    assert b"no safe edit" in result.stderr
    assert not (tmp_path / "article.fixed.txt").exists()
