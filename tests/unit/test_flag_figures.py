"""Flags against marks: what is right, found, left out, and the same to the letter; and how a card shows it by threshold."""

import json

import pytest

from biasdetect.evaluation.flags import Read, flag_figures, share

OWN, DEBATABLE = (10, 20), (40, 50)


def test_a_flag_on_debatable_wording_alone_counts_neither_way():
    figures = flag_figures([Read([(10, 20), (18, 42), (45, 48), (60, 70)], [OWN], [DEBATABLE])])
    value, _, _, judged = figures["precision"]
    assert (value, judged) == (pytest.approx(2 / 3, abs=1e-3), 3)
    assert figures["recall"][0] == 1
    assert figures["exact precision"][0] == pytest.approx(1 / 3, abs=1e-3)
    assert figures["f1"][0] == pytest.approx(0.8)


def test_exact_is_to_the_letter():
    figures = flag_figures([Read([(10, 21)], [OWN]), Read([(0, 5)], [(0, 5)])])
    assert figures["f1"][0] == 1
    assert figures["exact f1"][0] == 0.5
    assert figures["exact f1"][3] == 4


def test_nothing_to_measure_is_no_figure():
    figures = flag_figures([Read([], []), Read([], [])])
    assert set(figures.values()) == {(None, None, None, 0)}


def test_intervals_are_over_texts_and_hold_the_figure():
    texts = [Read([(0, 5), (7, 9)], [(0, 5)]), Read([(0, 5)], [(0, 5)]), Read([(2, 3)], [(0, 5)])] * 20
    value, low, high, count = flag_figures(texts)["precision"]
    assert low < value < high
    assert count == 80
    assert share([2, 1], [4, 1])[0] == 0.6


def test_a_card_shows_the_curve_of_its_own_model_alone(shipped, train_libraries):
    from biasdetect.finetune.export.card import render_card

    metrics = json.loads((shipped / "metrics.json").read_text(encoding="utf-8"))
    config = json.loads((shipped / "config.json").read_text(encoding="utf-8"))["biasdetect"]
    right, found = [0.5, 0.4, 0.6, 20], [0.25, 0.2, 0.3, 40]
    row = {"precision": right, "recall": found}
    label = f"{config['inference']['name']}@{config['fingerprint']}"
    reports = {
        "split": "dev",
        "model": label,
        "thresholds": {"0.4": row, "0.3": {**row, "precision": [None, None, None, 0]}},
        "places": {"news": row},
    }
    card = render_card({**metrics, "reports": reports}, config)
    lines = [line for line in card.splitlines() if line.startswith(("| 0.3 ", "| 0.4 "))]
    assert lines == [
        "| 0.3 |  |  | 0 | 0.250 | 0.200 to 0.300 | 40 |",
        "| 0.4 | 0.500 | 0.400 to 0.600 | 20 | 0.250 | 0.200 to 0.300 | 40 |",
    ]
    assert "the model flags from 0.4 on" in card
    assert "by threshold" not in render_card({**metrics, "reports": {**reports, "model": "another@0"}}, config)


def test_a_card_tells_how_often_words_are_marked_in_real_sentences_too(shipped, train_libraries):
    from biasdetect.finetune.export.card import render_card

    metrics = json.loads((shipped / "metrics.json").read_text(encoding="utf-8"))
    config = json.loads((shipped / "config.json").read_text(encoding="utf-8"))["biasdetect"]
    title = "**Reliability of phrase scores (per word)**, `{}`"
    card = render_card(metrics, config)
    assert title.format(metrics["recipe"]["development"]) in card
    assert title.format(metrics["recipe"]["phrase_development"]) in card
    del metrics["figures"]["phrase_development"]
    assert title.format(metrics["recipe"]["phrase_development"]) not in render_card(metrics, config)
