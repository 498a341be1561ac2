"""A graph in eight bits beside the exact one: what is near a decision is decided exactly."""

import json
import shutil
from dataclasses import replace

import numpy as np
import pytest

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
    config = InferenceConfig("tiny", CATEGORIES, "en", 128, 0.3, Calibration(), Calibration())
    metrics = json.loads((root / "models" / "biasdetect-en-small" / "metrics.json").read_text(encoding="utf-8"))
    network = BiasNetwork.from_encoder(str(folder / "encoder"))
    export_model(network, tokenizer, config, metrics, folder / "model", tiny_texts[:5])
    shutil.copytree(folder / "model", folder / "exact")
    return folder, add_quantized(folder / "model", tiny_texts[:100], tiny_texts[100:])


def logits(runtime, texts):
    return np.array([scored.logit for scored in runtime.run(texts)])


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

    before = {path.name: path.read_bytes() for path in (model[0] / "exact").iterdir()}
    monkeypatch.setitem(quantize._MOST, "mean difference", -1.0)
    with pytest.raises(ParityError, match="was not added"):
        quantize.add_quantized(model[0] / "exact", tiny_texts[:50], tiny_texts[100:150])
    assert {path.name: path.read_bytes() for path in (model[0] / "exact").iterdir()} == before
