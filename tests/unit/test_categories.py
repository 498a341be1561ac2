"""One table of categories and one type of voices, from which pages, scripts and terminals are made."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from biasdetect.model.categories import CATEGORIES, TABLE
from biasdetect.report import vocabulary
from biasdetect.results import Phrase, Report, Sentence, Settings, Voice, severity_of

SERVED = sorted(
    f"serve/static/{path.name}" for path in (Path(vocabulary.__file__).parents[1] / "serve" / "static").glob("*.js")
)
WRITTEN = ("serve/static/style.css", *SERVED, "report/report.css", "report/report.js")


@pytest.mark.parametrize("name", WRITTEN)
def test_no_page_repeats_the_table(root, name):
    text = (root / "biasdetect" / name).read_text(encoding="utf-8")
    for category in TABLE:
        assert category.light not in text
        assert category.dark not in text
        assert f"c-{category.name}" not in text
    for voice in (Voice.SCARE_QUOTE, Voice.ATTRIBUTED):
        assert voice not in text
    assert not re.search(r"0\.75|0\.5\b", text) or name.endswith("css")


def test_the_style_shows_every_category():
    style = vocabulary.style()
    for name in (*CATEGORIES, "unlisted"):
        assert f".c-{name} {{ --colour: var(--category-{name});" in style
        assert len(re.findall(rf"--category-{name}: #[0-9a-f]{{6}};", style)) == 2  # light and dark
    assert len({(category.line, category.overlined) for category in TABLE}) == len(TABLE)  # told apart without colour


@pytest.mark.parametrize(("page", "paper"), [("light", "#fdfcfa"), ("dark", "#171615")])
def test_colours_can_be_read(page, paper):
    for category in TABLE:
        one, other = sorted((_luminance(getattr(category, page)), _luminance(paper)))
        assert (other + 0.05) / (one + 0.05) >= 4.5, (category.name, page)


def _luminance(colour):
    parts = [int(colour[first : first + 2], 16) / 255 for first in (1, 3, 5)]
    linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    return sum(weight * part for weight, part in zip((0.2126, 0.7152, 0.0722), linear, strict=True))


def test_the_script_is_json_under_names():
    found = dict(re.findall(r"export const (\w+) = (.*?);\n(?=export|\Z)", vocabulary.script(), re.DOTALL))
    tables = {name: json.loads(text) for name, text in found.items()}
    assert tables["CATEGORIES"] == list(CATEGORIES)
    assert {name: voice["counts"] for name, voice in tables["VOICES"].items()} == {
        "outlet": True,
        "quote": False,
        "scare-quote": True,
        "attributed": False,
    }
    for score in (0.0, 0.49, 0.5, 0.74, 0.75, 1.0):
        assert next(name for name, least in tables["STRENGTHS"] if score >= least) == severity_of(score)


def test_a_voice_is_its_own_text():
    phrase = Phrase("vile", 4, 8, 0.9, "labeling", Voice.SCARE_QUOTE, position=4)
    report = Report("a", "m", 0.1, 0.1, None, (Sentence("The vile end.", 0, 13, 0.1, phrases=(phrase,)),), (), Settings(0.5))  # fmt: skip
    told = report.to_dict()["sentences"][0]["phrases"][0]
    assert type(told["voice"]) is str
    assert json.loads(json.dumps(told))["voice"] == "scare-quote" == Voice.SCARE_QUOTE == f"{Voice.SCARE_QUOTE}"
    assert repr(phrase.voice) == "'scare-quote'"
    assert phrase.counts
    again = Report.from_dict(json.loads(json.dumps(report.to_dict())))
    assert again == report
    assert again.phrases[0].voice.counts
    with pytest.raises(ValueError, match="shouted"):
        Phrase.from_dict({**told, "voice": "shouted"})


def test_reports_of_before_have_phrases_of_the_model():
    """Version 3 of the wire format had no origin and no foreign language at first."""
    phrase = Phrase("vile", 4, 8, 0.9, "labeling", position=4, origin="house")
    report = Report("a", "m", 0.1, 0.1, None, (Sentence("The vile end.", 0, 13, 0.1, phrases=(phrase,)),), (), Settings(0.5))  # fmt: skip
    data = report.to_dict()
    assert Report.from_dict(data).phrases[0].origin == "house"
    del data["foreign_language"], data["sentences"][0]["phrases"][0]["origin"]
    assert Report.from_dict(data).phrases[0].origin == "model"
