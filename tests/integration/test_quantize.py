"""A graph in eight bits beside the exact one: what is near a decision is decided exactly."""

import json
import shutil
from dataclasses import replace

import numpy as np
import pytest
from tiny import METRICS

import biasdetect
from biasdetect.model.folder import QUANTIZED_GRAPH, Margins, open_model
from biasdetect.model.runtime import FastRuntime, OnnxRuntime


@pytest.fixture(scope="module")
def model(train_extra, tmp_path_factory, tiny_texts, root):
    """A model large enough for its weights to be stored by name, with random weights, and its quantised graph."""
    from transformers import AutoTokenizer, BertConfig, BertModel

    from biasdetect.finetune.export.folder import export_model
    from biasdetect.finetune.export.quantize import add_quantized
    from biasdetect.finetune.network.smoke import make_tiny_encoder
    from biasdetect.model.categories import CATEGORIES
    from biasdetect.model.folder import Calibration, InferenceConfig
    from biasdetect.model.network import BiasNetwork

    folder = tmp_path_factory.mktemp("quantize")
    base = make_tiny_encoder(folder / "tiny", tiny_texts)
    tokenizer = AutoTokenizer.from_pretrained(base)
    sizes = {"hidden_size": 64, "num_hidden_layers": 2, "num_attention_heads": 4, "intermediate_size": 128}
    BertModel(BertConfig(vocab_size=len(tokenizer), **sizes)).save_pretrained(folder / "encoder")
    tokenizer.save_pretrained(folder / "encoder")
    config = InferenceConfig("tiny", CATEGORIES, "en", 128, 0.3, Calibration(), Calibration())
    metrics = json.loads((root / "models" / "biasdetect-en-small" / "metrics.json").read_text(encoding="utf-8"))
    network = BiasNetwork.from_encoder(str(folder / "encoder"))
    export_model(network, tokenizer, config, metrics, folder / "model", tiny_texts[:5])
    shutil.copytree(folder / "model", folder / "exact")
    return folder, add_quantized(folder / "model", tiny_texts[:100], tiny_texts[100:])


def logits(runtime, texts):
    return np.array([scored.logit for scored in runtime.run(texts)])


def contents(folder):
    return {path.name: path.read_bytes() for path in folder.iterdir()}


@pytest.fixture
def exact(model, tmp_path):
    """A copy of the model without the graph, to add it to."""
    return shutil.copytree(model[0] / "exact", tmp_path / "mine")


@pytest.fixture
def finished(model, tmp_path):
    """The call that makes a model folder of a training that has come to its end, and where the folder will lie."""
    import torch

    from biasdetect.finetune.retrain import training
    from biasdetect.finetune.retrain.annotations import split
    from biasdetect.finetune.stages import save_network
    from biasdetect.labels import LabelRecord

    words = ("shameless", "former")
    records = [LabelRecord(f"The {words[n % 2]} mayor of town {n} spoke on Monday.", n % 2 == 0) for n in range(40)]
    settings = training.RetrainSettings("mine", base=str(model[0] / "encoder"))
    start = training.open_start(settings)
    with torch.no_grad():  # answers as far apart as those of a trained network
        for layer in (start.network.token_head, start.network.sentence_dense, start.network.sentence_head):
            layer.weight.mul_(20)
    save_network(start.network, tmp_path / "work", {"figures": {}, "seconds": 1, "replayed": 400})

    def finish(**changed):
        parts = split(records, keep_test=True)
        training.retrain(parts, replace(settings, **changed), start, tmp_path / "work", tmp_path / "mine", {})

    return finish, tmp_path / "mine"


def shown(folder):
    """The lines that a user reads when a training has ended with this model."""
    from biasdetect.commands.train import _outcome
    from biasdetect.finetune.retrain.result import Training

    split = {"train": 30, "development": 5, "test": 5}
    metrics = json.loads((folder / "metrics.json").read_text(encoding="utf-8"))
    training = Training(folder, metrics={**metrics, "data": {"records": 40}, "split": split})
    return list(_outcome(training, 10.0)), training


def test_the_graph_is_smaller_and_all_but_as_exact(model, tiny_texts):
    folder, record = model
    quantized = open_model(folder / "model")
    assert quantized.config.margins is not None
    assert quantized.fingerprint != open_model(folder / "exact").fingerprint
    quick = FastRuntime(replace(quantized, config=replace(quantized.config, margins=Margins(0, 0))))
    exact = OnnxRuntime(quantized)
    assert not np.array_equal(logits(quick, tiny_texts), logits(exact, tiny_texts))
    assert logits(quick, tiny_texts) == pytest.approx(logits(exact, tiny_texts), abs=0.05)
    assert record["eight bits alone"]["mean difference"] < 0.005
    card = (folder / "model" / "README.md").read_text(encoding="utf-8")
    assert "eight bits" in card


def test_what_is_near_a_decision_is_computed_exactly(model, tiny_texts):
    quantized = open_model(model[0] / "model")
    careful = FastRuntime(replace(quantized, config=replace(quantized.config, margins=Margins(100, 100))))
    assert np.array_equal(logits(careful, tiny_texts), logits(OnnxRuntime(quantized), tiny_texts))
    exact, fast = biasdetect.load(quantized.path), biasdetect.load(quantized.path, precision="fast")
    for one, other in zip(exact.score_sentences(tiny_texts), fast.score_sentences(tiny_texts), strict=True):
        assert (one.score >= 0.5) == (other.score >= 0.5)
        assert [phrase.text for phrase in one.phrases] == [phrase.text for phrase in other.phrases]


def test_the_company_that_a_text_is_scored_in_does_not_matter(model, tiny_texts):
    quantized = open_model(model[0] / "model")
    alone = [logits(FastRuntime(quantized), [text])[0] for text in tiny_texts[:20]]
    assert np.array_equal(logits(FastRuntime(quantized), tiny_texts)[:20], alone)


def test_a_model_without_the_graph_says_so(model):
    with pytest.raises(biasdetect.ModelError, match=r"training/quantize\.py"):
        biasdetect.load(model[0] / "exact", precision="fast")
    with pytest.raises(ValueError, match="exact, fast"):
        biasdetect.load(model[0] / "exact", precision="half")


@pytest.mark.parametrize("change", ["altered", "missing"])
def test_a_graph_that_is_not_what_was_written_is_refused(model, tmp_path, change):
    copied = tmp_path / "model"
    shutil.copytree(model[0] / "model", copied)
    if change == "altered":
        with (copied / QUANTIZED_GRAPH).open("ab") as file:
            file.write(b"\0")
    else:
        (copied / QUANTIZED_GRAPH).unlink()
    with pytest.raises(biasdetect.ModelError, match=r"model\.int8\.onnx"):
        biasdetect.load(copied)


def test_a_graph_that_decides_otherwise_is_not_added(model, tiny_texts, monkeypatch):
    from biasdetect.finetune.export import quantize
    from biasdetect.finetune.export.folder import ParityError

    before = contents(model[0] / "exact")
    monkeypatch.setitem(quantize._MOST, "mean difference", -1.0)
    with pytest.raises(ParityError, match="was not added"):
        quantize.add_quantized(model[0] / "exact", tiny_texts[:50], tiny_texts[100:150])
    assert contents(model[0] / "exact") == before


def test_the_record_tells_how_many_sentences_are_run_again_exactly(
    train_extra, root, tmp_path, tiny_texts, monkeypatch
):
    from biasdetect.finetune.export import quantize

    monkeypatch.setitem(quantize._MOST, "mean difference", 1.0)  # over so few sentences
    folder = shutil.copytree(root / "models" / "biasdetect-en-small", tmp_path / "model")
    record = quantize._judge(open_model(folder), tiny_texts[:80])
    fast, again = FastRuntime(open_model(folder)), []
    exactly = fast._exactly
    monkeypatch.setattr(fast, "_exactly", lambda rows: again.extend(rows) or exactly(rows))
    fast.run(tiny_texts[:80])
    assert 4 < len(again) < 76
    assert record["computed exactly"] == pytest.approx(len(again) / 80)


def test_in_reports_fewer_sentences_are_run_again_and_no_decision_is_another(root, tiny_texts, monkeypatch):
    folder = open_model(root / "models" / "biasdetect-en-small")
    text = "\n\n".join(tiny_texts)

    def decided(runtime):
        sentences = biasdetect.Detector(runtime).score(text, keep_boilerplate=True, suggest=False).sentences
        return [(one.score > 0.5, [(flag.start, flag.end, flag.voice) for flag in one.phrases]) for one in sentences]

    def run_again(in_reports):
        runtime, again = FastRuntime(folder, in_reports=in_reports), []
        exactly = runtime._exactly
        monkeypatch.setattr(runtime, "_exactly", lambda rows: again.extend(rows) or exactly(rows))
        return decided(runtime), len(again)

    exact = decided(OnnxRuntime(folder))
    (one, most), (other, fewer) = run_again(False), run_again(True)
    assert one == other
    assert [above for above, _ in other] == [above for above, _ in exact]
    assert 0 < fewer < most


def test_it_can_be_made_anew(model, tmp_path, tiny_texts):
    from biasdetect.finetune.export.quantize import add_quantized

    again, counted = shutil.copytree(model[0] / "model", tmp_path / "again"), []
    record = add_quantized(again, tiny_texts[:100], tiny_texts[100:], lambda *done: counted.append(done))
    assert record == model[1]
    assert open_model(again).fingerprint == open_model(model[0] / "model").fingerprint
    assert counted == [(number, len(counted)) for number in range(1, len(counted) + 1)]


def test_a_model_that_a_user_trains_has_it(finished, tmp_path, tiny_texts):
    finish, folder = finished
    finish()
    lines, training = shown(folder)
    record = training.metrics["quantized"]
    assert record["sentences"] >= 500
    assert record["exact where near a decision"]["sentences decided otherwise, per 1,000"] <= 2
    assert not training.exact_alone
    (line,) = [line for line in lines if "fast graph" in line]
    assert f"On {record['sentences']} texts that this was not fitted on" in line
    assert "computed exactly" in (folder / "README.md").read_text(encoding="utf-8")
    opened = open_model(folder)
    quick = FastRuntime(replace(opened, config=replace(opened.config, margins=Margins(0, 0))))
    off = np.abs(logits(quick, tiny_texts) - logits(OnnxRuntime(opened), tiny_texts))
    assert off.max() > 0
    assert np.mean(off > opened.config.margins.sentence) < 0.03
    exact, fast = biasdetect.load(folder), biasdetect.load(folder, precision="fast")
    for one, other in zip(exact.score_sentences(tiny_texts), fast.score_sentences(tiny_texts), strict=True):
        assert (one.score >= 0.5) == (other.score >= 0.5)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["mine", "work"]


def test_a_training_that_is_stopped_as_it_is_made_leaves_no_part_of_a_model(finished, model, tmp_path, monkeypatch):
    from biasdetect.errors import InterruptedTrainingError
    from biasdetect.finetune.retrain import fast, training

    def stopped(folder, *_):
        (folder / QUANTIZED_GRAPH).write_bytes(b"half")
        raise InterruptedTrainingError

    finish, folder = finished
    monkeypatch.setattr(training, "_export", lambda *arguments: shutil.copytree(model[0] / "exact", arguments[-1]))
    monkeypatch.setattr(fast, "add_quantized", stopped)
    with pytest.raises(InterruptedTrainingError):
        finish()
    assert sorted(path.name for path in tmp_path.iterdir()) == ["work"]
    (tmp_path / "mine.part" / "model").mkdir(parents=True)  # as after a kill
    finish(fast=False)
    assert contents(folder) == contents(model[0] / "exact")
    assert sorted(path.name for path in tmp_path.iterdir()) == ["mine", "work"]


def test_it_is_measured_on_other_texts_than_it_is_fitted_on(exact, monkeypatch):
    from biasdetect.finetune.retrain import fast
    from biasdetect.finetune.retrain.steps import Steps

    drawn = []
    monkeypatch.setattr(fast, "add_quantized", lambda _, fitted, measured, __: drawn.append((fitted, measured)))
    trained_on, others = [f"Trained on {number}." for number in range(900)], [f"New {n}." for n in range(700)]
    fast.add_fast_graph(exact, trained_on, [*others, *trained_on[:5]], 13, Steps())
    fast.add_fast_graph(exact, [*trained_on[::-1], *trained_on], others, 13, Steps())
    fast.add_fast_graph(exact, trained_on, others, 14, Steps())
    fast.add_fast_graph(exact, trained_on[:600], [*others, *(f"{text} Twice." for text in others * 3)], 13, Steps())
    assert drawn[0] == drawn[1] != drawn[2]
    for fitted, measured in drawn:
        assert len(set(fitted) & set(trained_on)) == 450
        assert not set(fitted) & set(measured)
        assert len(set(measured)) == len(measured) <= 2000
        assert {text for text in measured[:700] if "New" not in text} == set()  # those that training has not seen
    few = [f"Trained on {number}." for number in range(410)]
    fast.add_fast_graph(exact, few, others[:1], 13, Steps())
    assert len(drawn) == 4
    fast.add_fast_graph(exact, few, [*others, *(f"{text} Twice." for text in others[:200])], 13, Steps())
    assert [len(texts) for texts in drawn[4]] == [310, 1000]


@pytest.mark.parametrize(
    ("trained_on", "others"),
    [(199, 1200), (1199, 0)],  # too few to fit on, or to measure on
)
def test_too_few_texts_leave_the_exact_model_and_it_is_said(exact, trained_on, others):
    from biasdetect.finetune.retrain.fast import add_fast_graph
    from biasdetect.finetune.retrain.steps import Steps

    before = contents(exact)
    texts = [f"The mayor of town {number} spoke." for number in range(trained_on + others)]
    said = []
    add_fast_graph(exact, texts[:trained_on] * 2, texts[trained_on:], 13, Steps(said.append))
    assert {name for name, content in contents(exact).items() if content != before[name]} == {"metrics.json"}
    assert biasdetect.load(exact).score_sentences(["The mayor spoke."])
    assert not said  # there is no step to name
    lines, training = shown(exact)
    assert training.exact_alone in lines
    assert f"this training had {trained_on + others:,}" in training.exact_alone
    assert "Label more sentences" in training.exact_alone


def test_a_graph_that_decides_otherwise_leaves_the_exact_model_and_it_is_said(exact, tiny_texts, monkeypatch):
    from biasdetect.finetune.export import quantize
    from biasdetect.finetune.retrain import fast
    from biasdetect.finetune.retrain.steps import Steps

    monkeypatch.setattr(fast, "_LEAST_FITTED", 50)
    monkeypatch.setattr(fast, "_LEAST_MEASURED", 100)
    monkeypatch.setitem(quantize._MOST, "mean difference", -1.0)
    before = contents(exact)
    fast.add_fast_graph(exact, tiny_texts[:100], tiny_texts[100:], 13, Steps())
    assert {name for name, content in contents(exact).items() if content != before[name]} == {"metrics.json"}
    (line,) = [line for line in shown(exact)[0] if "fast graph" in line]
    assert "mean difference" in line
    assert "Label more" in line


def test_an_encoder_whose_layers_are_used_over_and_over_leaves_the_exact_model(train_extra, tmp_path, tiny_texts):
    from transformers import AlbertConfig, AlbertModel, AutoTokenizer

    from biasdetect.finetune.export.folder import export_model, inference_config
    from biasdetect.finetune.export.quantize import UnsupportedEncoderError, add_quantized
    from biasdetect.finetune.network.development import Fit
    from biasdetect.finetune.network.smoke import make_tiny_encoder
    from biasdetect.model.folder import Calibration
    from biasdetect.model.network import BiasNetwork

    tokenizer = AutoTokenizer.from_pretrained(make_tiny_encoder(tmp_path / "tiny", tiny_texts))
    sizes = {"embedding_size": 64, "hidden_size": 64, "num_hidden_layers": 2, "num_attention_heads": 4}
    AlbertModel(AlbertConfig(vocab_size=len(tokenizer), intermediate_size=128, **sizes)).save_pretrained(
        tmp_path / "encoder"
    )
    network = BiasNetwork.from_encoder(str(tmp_path / "encoder"))
    config = inference_config("albert", "en", network, Fit(Calibration(), Calibration(), 0.3))
    export_model(network.eval(), tokenizer, config, METRICS, tmp_path / "mine", tiny_texts[:2])
    before = contents(tmp_path / "mine")
    with pytest.raises(UnsupportedEncoderError, match=r"\(albert\) lacks the layers for it"):
        add_quantized(tmp_path / "mine", tiny_texts[:50], tiny_texts[50:])
    assert contents(tmp_path / "mine") == before
