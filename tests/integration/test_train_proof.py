"""What `biasdetect train` must notice before a model takes another's place: inverted labels, known texts, losses."""

import csv
import json
import math
import shutil
import sys

import pytest
from test_train import rows

from biasdetect.labels import read_labels
from biasdetect.labels.seen import read_seen, text_digest, write_seen
from biasdetect.model.folder import TRAINED_ON, open_model

pytestmark = pytest.mark.usefixtures("train_extra")


def labels(path, count=60, *, inverted=False):
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file)
        writer.writerow(["text", "label"])
        writer.writerows([text, "biased" if biased != inverted else "non-biased"] for text, biased, _ in rows(count))
    return path


def split_of(folder):
    return json.loads((folder / "metrics.json").read_text(encoding="utf-8"))["split"]


@pytest.fixture
def proven(monkeypatch, shipped, tmp_path):
    """``update_model`` with a copy of the shipped model where the training would be, and little to prove it on."""
    from biasdetect.finetune.retrain import update

    def copied(parts, settings, start, work, out, data, *rest):
        shutil.copytree(shipped, out)
        metrics = json.loads((out / "metrics.json").read_text(encoding="utf-8"))
        split = {name: len(getattr(parts, name)) for name in ("train", "development", "test")}
        (out / "metrics.json").write_text(json.dumps({**metrics, "data": data, "split": split, "seconds": 1}))

    (tmp_path / "corpus").mkdir()
    corpus = [{"text": text, "label": biased} for text, biased, _ in rows(10, seed=5)]
    (tmp_path / "corpus" / "dev.jsonl").write_text("".join(json.dumps(row) + "\n" for row in corpus))
    monkeypatch.setattr(update, "retrain", copied)
    monkeypatch.setattr(update, "development_file", lambda: tmp_path / "corpus" / "dev.jsonl")
    monkeypatch.setattr(update, "read_regressions", lambda _: {})
    return update


@pytest.fixture
def command(proven, tmp_path, monkeypatch, capsys):
    from biasdetect.commands.main import main

    def run(*arguments):
        monkeypatch.chdir(tmp_path)
        monkeypatch.setattr(sys, "argv", ["biasdetect", "train", *map(str, arguments)])
        with pytest.raises(SystemExit) as ended:
            main()
        shown = capsys.readouterr()
        return ended.value.code, shown.out + shown.err

    return run


def test_labels_turned_into_their_opposite_stop_the_training(command, tmp_path):
    labels(tmp_path / "labels.csv", inverted=True)
    code, said = command("labels.csv", "--out", "mine")
    assert code == 3
    assert "the opposite" in said
    assert "AUC is 0." in said
    assert "--trust-labels" in said
    assert not (tmp_path / "mine").exists()
    code, said = command("labels.csv", "--out", "mine", "--trust-labels")
    assert code == 0, said
    assert (tmp_path / "mine").is_dir()


def test_sentences_that_the_old_model_was_trained_on_prove_nothing(command, tmp_path, shipped):
    path = labels(tmp_path / "labels.csv", 120)
    shutil.copytree(shipped, tmp_path / "mine")
    (tmp_path / "mine" / TRAINED_ON).unlink()
    code, said = command(path, "--out", "mine", "--replace")
    assert code == 0, said
    assert said.count("does not record which texts it was trained on") == 1
    before = split_of(tmp_path / "mine")
    # the model has learned all but what was kept apart, so that is still apart
    code, said = command(path, "--out", "mine", "--replace")
    assert code == 0, said
    assert "does not record" not in said
    assert split_of(tmp_path / "mine") == before
    assert before["left_out"] == 0
    records = read_labels([path]).records
    write_seen(tmp_path / "mine", [record.text for record in records[: len(records) // 2]])
    code, said = command(path, "--out", "mine", "--replace")
    assert "Left out of the figures:" in said
    split = split_of(tmp_path / "mine")
    assert 0 < split["left_out"] < before["test"]
    assert split["test"] + split["left_out"] == before["test"]


def test_a_model_that_knows_all_sentences_of_the_proof_stays(command, tmp_path, shipped):
    path = labels(tmp_path / "labels.csv")
    shutil.copytree(shipped, tmp_path / "mine")
    write_seen(tmp_path / "mine", [record.text for record in read_labels([path]).records])
    code, said = command(path, "--out", "mine", "--replace")
    assert code == 1
    assert "nothing proves the new one" in said
    assert open_model(tmp_path / "mine").fingerprint == open_model(shipped).fingerprint
    assert (tmp_path / "mine.rejected").is_dir()


def test_a_test_file_that_the_old_model_was_trained_on_is_left_out(command, tmp_path, shipped):
    test = tmp_path / "test.csv"
    test.write_text(
        "text,label\nThe balding mayor scurried off.,1\nIt rained on Sunday.,0\nThe clerk spoke at nine.,0\n"
    )
    shutil.copytree(shipped, tmp_path / "mine")
    write_seen(tmp_path / "mine", ["it  rained on sunday."])  # case and spaces aside
    code, said = command(labels(tmp_path / "labels.csv"), "--test", test, "--out", "mine", "--replace")
    assert code == 0, said
    assert "kept apart, 2 texts" in said
    assert "Left out of the figures: 1 sentence" in said


def test_a_significant_loss_on_what_the_old_model_could_do_keeps_it(command, proven, tmp_path, shipped, monkeypatch):
    """The labels' own part says nothing against the new model; the project's own sentences do."""
    from dataclasses import replace

    from biasdetect.evaluation import proof
    from biasdetect.evaluation.compare import Side

    whole = proof.record
    calls = []

    def forgetful(side, texts):
        scored = whole(side, texts)
        calls.append(side)
        if len(calls) % 2 == 0:  # the new model has forgotten the corpus
            for text, biased, _ in rows(10, seed=5):
                sentence = scored.scorer.sentences[text]
                scored.scorer.sentences[text] = replace(sentence, score=0.1 if biased else 0.9)
        return Side(scored.name, scored.scorer)

    monkeypatch.setattr(proof, "record", forgetful)
    shutil.copytree(shipped, tmp_path / "mine")
    code, said = command(labels(tmp_path / "labels.csv"), "--out", "mine", "--replace")
    assert code == 1, said
    assert "own corpus: sentences, macro-F1" in said
    assert open_model(tmp_path / "mine").fingerprint == open_model(shipped).fingerprint


def test_what_a_model_was_trained_on_is_in_its_folder_and_goes_on_to_the_next(command, tmp_path, shipped):
    path = labels(tmp_path / "labels.csv")
    shutil.copytree(shipped, tmp_path / "old")
    write_seen(tmp_path / "old", ["An earlier sentence."])
    assert command(path, "--model", "old", "--out", "mine")[0] == 0
    seen = read_seen(tmp_path / "mine")
    assert text_digest("An earlier sentence.") in seen
    split = split_of(tmp_path / "mine")
    assert len(seen) == 1 + split["train"] + split["development"]
    assert not any(record.text in (tmp_path / "mine" / "trained-on.txt").read_text() for record in read_labels([path]).records)  # fmt: skip


def test_labels_of_one_kind_are_no_labels_for_a_training(proven, tmp_path):
    from biasdetect.errors import DataError
    from biasdetect.finetune.retrain.training import RetrainSettings
    from biasdetect.labels import LabelRecord

    records = [LabelRecord(f"Town {number} spoke.", 1.0) for number in range(40)]
    with pytest.raises(DataError, match="All labelled sentences are biased"):
        proven.update_model(records, tmp_path / "mine", RetrainSettings("mine"))


def test_a_model_without_an_old_one_of_its_language_has_figures_too(command, tmp_path, monkeypatch, proven):
    monkeypatch.setattr(proven, "_old_model", lambda *_: None)
    monkeypatch.setattr(proven, "_prove", lambda *_: None)
    code, said = command(labels(tmp_path / "labels.csv"), "--out", "mine", "--html", "figures.html")
    assert code == 0, said
    assert "sentences, macro-F1" in said
    assert "no old model of this language" in said
    assert "were kept for the figures" in said
    assert "macro-F1" in (tmp_path / "figures.html").read_text(encoding="utf-8")


def test_seven_sentences_make_no_certainty():
    """Where there is neither a model before nor a corpus, as for another language than English."""
    from types import SimpleNamespace

    import numpy as np

    from biasdetect.finetune.network.development import Predictions
    from biasdetect.finetune.retrain.annotations import as_example
    from biasdetect.finetune.retrain.training import _calibrated
    from biasdetect.labels import LabelRecord

    def slope(count):
        examples = [as_example(LabelRecord(f"Town {number}", float(number % 2))) for number in range(count)]
        logits = np.array([0.1 if example.label else -0.1 for example in examples], np.float32)
        offsets = [[(0, 4)] for _ in examples]
        outputs = Predictions(logits, offsets, [np.zeros((1, 7), np.float32) for _ in examples])
        run = SimpleNamespace(start=SimpleNamespace(parent=None), corpus=[], development=examples)
        return _calibrated(run, outputs, examples, outputs).sentence.slope

    assert 0.5 < slope(7) < 5
    assert slope(2000) > slope(7)
    assert math.isfinite(slope(2))


@pytest.mark.parametrize("content", [b"\xff\xfe", b"not digests at all\n"])
def test_a_list_of_texts_that_is_none_is_as_good_as_absent(tmp_path, content):
    (tmp_path / "trained-on.txt").write_bytes(content)
    assert read_seen(tmp_path) is None
    assert read_seen(tmp_path / "nowhere") is None
