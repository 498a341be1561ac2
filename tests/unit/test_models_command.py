"""``biasdetect models``: figures stand side by side only where they are of the same sentences, and say of how many."""

import json
import shutil

import pytest
from click.testing import CliRunner

from biasdetect.commands.models import models


def figures(data, sentences, value):
    interval = {"value": value, "low": value - 0.1, "high": min(1.0, value + 0.1)}
    return {"data": data, "sentences": sentences, "figures": dict.fromkeys(("macro_f1", "auc", "word_f1"), interval)}  # fmt: skip


@pytest.fixture
def folder(tmp_path, shipped):
    """A model that is perfect on seven sentences of its own, and worse than the shipped one on those that both know."""
    shutil.copytree(shipped, tmp_path / "mine")
    file = tmp_path / "mine" / "metrics.json"
    metrics = json.loads(file.read_text(encoding="utf-8"))
    shared = next(entry for entry in metrics["evaluation"] if entry["data"] == metrics["recipe"]["own_development"])
    metrics["figures"]["development"] = {"sentences": 7, "macro_f1": 1.0, "auc": 1.0, "word_f1": 1.0}
    metrics["evaluation"] = [figures("kept apart", 12, 0.987), figures("own corpus", shared["sentences"], 0.612)]
    file.write_text(json.dumps(metrics), encoding="utf-8")
    return tmp_path


def run(*arguments):
    result = CliRunner().invoke(models, list(map(str, arguments)), standalone_mode=False)
    assert result.exception is None
    return result.output


def test_a_list_compares_on_the_same_sentences(folder):
    listed = run("list", folder)
    (row,) = [line for line in listed.splitlines() if "0.612" in line]
    assert "1.000" not in listed
    assert "0.987" not in listed
    assert row.count("0.612") == 3
    assert "the same" in listed


def test_a_model_that_was_not_measured_on_them_has_no_figures_in_the_list(folder):
    file = folder / "mine" / "metrics.json"
    metrics = json.loads(file.read_text(encoding="utf-8"))
    metrics["evaluation"][1]["sentences"] = 31  # of an older corpus
    file.write_text(json.dumps(metrics), encoding="utf-8")
    assert "0.612" not in run("list", folder)


def test_figures_of_a_model_say_of_how_many_sentences_they_are(folder):
    shown = run("show", folder / "mine")
    assert "macro-F1 1.000, AUC 1.000, word F1 1.000 (development data, 7 sentences" in shown
    assert "kept apart, 12 sentences: macro-F1 0.987 (0.887 to 1.000)" in shown
    (data,) = [json.loads(run("show", folder / "mine", "--format", "json"))]
    assert data["figures"]["sentences"] == 7
    assert data["own_corpus"]["macro_f1"] == 0.612


def test_the_card_of_a_model_that_is_named_as_ours_loads_that_model(shipped, train_libraries):
    from biasdetect.finetune.export.card import render_card

    metrics = json.loads((shipped / "metrics.json").read_text(encoding="utf-8"))
    config = json.loads((shipped / "config.json").read_text(encoding="utf-8"))["biasdetect"]
    assert "biasdetect.load()" in render_card(metrics, config)
    card = render_card({**metrics, "data": {"records": 60}}, config)
    assert "biasdetect.load()" not in card
    assert 'biasdetect.load("biasdetect-en-small")' in card
