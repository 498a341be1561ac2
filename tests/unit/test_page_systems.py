"""Pages as content systems write them: the article is found, and none is lost."""

import json
import runpy

import pytest

import biasdetect


@pytest.fixture(scope="module")
def outcomes(root):
    bench = runpy.run_path(str(root / "benchmarks" / "pages.py"))
    return {
        path.stem: bench["compare"](
            bench["ours"](path.with_suffix(".html").read_bytes()), json.loads(path.read_text(encoding="utf-8"))
        )
        for path in sorted((root / "tests" / "data" / "pages" / "systems").glob("*.json"))
    }


# no library that was measured finds all of these: the article stands in captions, in a list of other stories, or half of it
# in a second row of a page builder, of which the report warns (below)
KNOWN = {"slideshow", "quintype", "blox", "frontpage", "wpbakery"}


def test_no_article_is_lost(outcomes):
    assert len(outcomes) >= 60
    lost = [name for name, outcome in outcomes.items() if outcome.recall < 0.8 and name.rsplit("-", 1)[0] not in KNOWN]
    assert not lost


def test_little_else_is_taken_for_the_article(outcomes):
    assert sum(outcome.f1 for outcome in outcomes.values()) / len(outcomes) >= 0.88


def test_where_half_of_an_article_is_left_out_the_report_says_so(root, detector):
    report = detector.score(
        biasdetect.read_file(str(root / "tests" / "data" / "pages" / "systems" / "wpbakery-1.html"))
    )
    assert any("outside the article" in warning and "--keep-boilerplate" in warning for warning in report.warnings)
