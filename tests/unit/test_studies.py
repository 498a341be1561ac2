"""Figures over seeds and folds and by the number of labels: their values, their intervals, and what they are taken to say."""

import csv
import io
import math
import random
from xml.etree import ElementTree

import pytest
from rich.console import Console

from biasdetect import Phrase, Sentence

pytest.importorskip("sklearn", reason="needs the train extra")

from biasdetect.evaluation.figures import Figure, Figures, measure
from biasdetect.evaluation.forms import as_csv, as_latex
from biasdetect.evaluation.labelled import GoldSpan, Labelled
from biasdetect.evaluation.page import render_page
from biasdetect.evaluation.studies import learning_curve, over_folds, over_seeds
from biasdetect.evaluation.study_page import curve_svg, render_training, study_parts
from biasdetect.evaluation.study_tables import print_study

TEXTS = [f"The {'vile' if number % 2 else 'late'} tram {number} stopped." for number in range(80)]
LABELLED = [
    Labelled(text, number % 2, (GoldSpan(4, 8, "opinion"),) if number % 2 else ()) for number, text in enumerate(TEXTS)
]


def said(share_right, seed=0):
    """What a model says that is right on such a share of the sentences, and of the words in them."""
    rng = random.Random(seed)
    sentences = []
    for item in LABELLED:
        biased = bool(item.label) == (rng.random() < share_right)
        phrases = (Phrase(item.text[4:8], 4, 8, 0.9, "opinion"),) if biased else ()
        sentences.append(Sentence(item.text, 0, len(item.text), 0.6 + 0.3 * rng.random() if biased else 0.3 * rng.random(), phrases=phrases))  # fmt: skip
    return sentences


def printed(study):
    console = Console(file=io.StringIO(), width=200)
    print_study(study, console)
    return console.file.getvalue()


def test_over_seeds_the_mean_has_an_interval_of_sentences_and_seeds():
    runs = [said(share, seed) for seed, share in enumerate((0.95, 0.85, 0.75))]
    study = over_seeds(LABELLED, runs, (13, 14, 15), said(0.6))
    alone = [{figure.name: figure for figure in measure("", "", LABELLED, run).figures} for run in runs]
    spreads = {spread.name: spread for spread in study.spreads}
    assert {"macro_f1", "auc", "word_f1", "phrase_recall"} <= set(spreads)
    for name, spread in spreads.items():
        values = [figures[name].value for figures in alone if not math.isnan(figures[name].value)]
        if values:
            assert spread.mean == pytest.approx(sum(values) / len(values))
            assert (spread.lowest, spread.highest) == (min(values), max(values))
    macro = spreads["macro_f1"]
    assert macro.low < macro.mean < macro.high
    # seeds that differ make it wider than sentences alone do
    same = over_seeds(LABELLED, [runs[1]] * 3, (13, 14, 15)).spreads[0]
    assert macro.high - macro.low > same.high - same.low
    assert same.deviation == 0
    assert same.low == pytest.approx(alone[1]["macro_f1"].low, abs=0.02)
    shown = printed(study)
    assert "3 seeds (13, 14, 15), 80 texts kept apart" in shown
    assert f"{macro.mean:.3f} ({macro.low:.3f} to {macro.high:.3f})" in shown
    assert study.to_dict()["figures"]["macro_f1"]["old"] == pytest.approx(macro.old, abs=1e-4)


def test_over_folds_all_texts_are_measured_together_and_beside_the_old_model():
    scored = said(0.9)
    folds = [number % 4 for number in range(80)]
    study = over_folds(LABELLED, scored, folds, "mine", ("old", said(0.6, seed=5)))
    assert (study.folds, study.texts) == (4, 80)
    assert study.figures.figures == measure("4 folds", "mine", LABELLED, scored).figures
    verdicts = {row.name: row.verdict for row in study.comparison.differences}
    assert verdicts["macro_f1"] == "better"
    macro = next(spread for spread in study.spreads if spread.name == "macro_f1")
    assert macro.lowest < macro.highest
    assert "80 texts, each judged by a model that was not trained on it" in printed(study)
    alone = over_folds(LABELLED, scored, folds, "mine")
    assert alone.comparison is None
    assert alone.to_dict()["differences"] is None
    assert "macro-F1" in printed(alone)


@pytest.mark.parametrize(
    ("shares", "told"),
    [((0.6, 0.75, 0.98), "More labels pay"), ((0.9, 0.9, 0.9), "hardly pay"), ((0.9, 0.95, 0.9), "cannot be told")],
)
def test_a_learning_curve_says_whether_more_labels_pay(shares, told):
    runs = [(count, share, said(right, 0 if told == "hardly pay" else count)) for count, share, right in zip((25, 50, 100), (0.25, 0.5, 1.0), shares, strict=True)]  # fmt: skip
    study = learning_curve(LABELLED, runs, said(0.55, 9))
    assert told in study.verdict
    assert "50 to 100 labels" in study.verdict
    shown = printed(study)
    assert "100 (100%)" in shown
    assert "0 (the old model)" in shown
    picture = ElementTree.fromstring(curve_svg(study))
    assert len(picture.findall("circle")) == 9  # three figures at three points
    assert {text.text for text in picture.findall("text")} >= {"25", "50", "100", "labels"}
    page = render_training(None, [], [study])
    assert study.verdict.replace("&", "&amp;") in page
    assert "http" not in page.split("<style>")[0].replace("http-equiv", "")


def test_one_point_is_no_curve():
    study = learning_curve(LABELLED, [(30, 1.0, said(0.9))])
    assert "too few labels" in study.verdict
    assert study_parts(study)


def test_csv_and_latex_hold_all_figures_with_their_intervals():
    undefined = Figure("mcc", math.nan, math.nan, math.nan)
    results = [
        measure("babe & co_1.jsonl", "old@1", LABELLED, said(0.7)),
        Figures("babe & co_1.jsonl", "new_{2}", 80, (Figure("macro_f1", 0.5, 0.4, 0.6), undefined)),
    ]
    rows = list(csv.DictReader(io.StringIO(as_csv(results))))
    assert list(rows[0]) == ["data", "model", "texts", "figure", "value", "low", "high"]
    assert len(rows) == len(results[0].figures) + 2
    assert float(rows[0]["value"]) == results[0].figures[0].value
    assert rows[-1] == {"data": "babe & co_1.jsonl", "model": "new_{2}", "texts": "80", "figure": "mcc", "value": "", "low": "", "high": ""}  # fmt: skip
    table = as_latex(results)
    assert r"babe \& co\_1.jsonl, 80 texts" in table
    assert r"new\_\{2\}" in table
    assert "0.500 [0.400, 0.600]" in table
    assert table.count(r"\toprule") == 1
    macro = next(line for line in table.splitlines() if line.startswith("sentences, macro-F1"))
    assert macro.count("&") == 2
    assert macro.endswith(r"\\")
    assert as_csv([]).startswith("data,model")
    assert render_page(results)
