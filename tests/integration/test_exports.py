"""Exported folders open with transformers and sentence-transformers alone, and say the same."""

from __future__ import annotations

import importlib.util
import json
import subprocess
import sys

import numpy as np
import pytest
from conftest import needs
from tiny import make_tiny_model

import biasdetect

TEXTS = [
    "The shameless mayor rammed his budget through the council on Monday.",
    "The council met on Tuesday.",
    "“A disgrace,” said the balding minister, who left the so-called summit early and would not be drawn on it.",
    "No.",
    "naïve Zürich 🎉 1,234.56",
]


@pytest.fixture(scope="module")
def tiny(tmp_path_factory, tiny_texts, train_libraries):
    return make_tiny_model(tmp_path_factory.mktemp("exports") / "tiny", tiny_texts)


def logits(kind, folder, texts):
    """What the library says of padded texts: a row a text, special tokens and padding taken off where it is of tokens."""
    import torch
    import transformers

    tokenizer = transformers.AutoTokenizer.from_pretrained(folder, trust_remote_code=False)
    model, loading = getattr(transformers, kind).from_pretrained(
        folder, trust_remote_code=False, output_loading_info=True
    )
    assert not loading["missing_keys"] and not loading["unexpected_keys"]
    batch = tokenizer(texts, padding=True, return_tensors="pt")
    with torch.no_grad():
        found = model(**batch).logits.softmax(-1)
    if found.ndim == 2:
        return found.numpy()
    return [row[mask.bool()][1:-1].numpy() for row, mask in zip(found, batch["attention_mask"], strict=True)]


def export(model, folder, form):
    from biasdetect.finetune.export.standard import export_standard

    return export_standard(model, folder, form)


@pytest.mark.parametrize("form", ["sentences", "words", "categories"])
def test_transformers_gives_the_same_probabilities(tiny, tmp_path, form):
    exported = export(tiny, tmp_path / form, form)
    detector = biasdetect.load(tiny)
    config = detector.folder.config
    assert exported.sentences == 150
    if form == "sentences":
        ours = [[1 - sentence.score, sentence.score] for sentence in detector.score_sentences(TEXTS)]
        theirs = logits("AutoModelForSequenceClassification", tmp_path / form, TEXTS)
        assert np.ptp([score for _, score in ours]) > 0.02  # they do tell texts apart
        assert np.abs(np.array(ours) - theirs).max() < 1e-3
        return
    from biasdetect.model.phrases import sigmoid, softmax

    theirs = logits("AutoModelForTokenClassification", tmp_path / form, TEXTS)
    for scored, found in zip(detector.runtime.run(TEXTS), theirs, strict=True):
        if form == "words":
            assert np.abs(sigmoid(scored.token_logits[1:-1, 0], config.phrase) - found[:, 1]).max(initial=0) < 1e-4
        else:
            assert np.abs(softmax(scored.token_logits[1:-1, 1:]) - found).max(initial=0) < 1e-4
    if form == "categories":
        names = json.loads((tmp_path / form / "config.json").read_text())["id2label"]
        assert [name.removeprefix("I-") for name in names.values()] == list(config.categories)


@pytest.mark.parametrize("kind", ["bert", "roberta"])
def test_the_pooling_is_the_same_in_every_kind_of_encoder(kind, tmp_path, tiny_texts, train_libraries):
    import torch
    from transformers import AutoTokenizer

    from biasdetect.finetune.export.pooling import as_bart
    from biasdetect.finetune.network.smoke import make_tiny_encoder
    from biasdetect.model.folder import Calibration
    from biasdetect.model.network import BiasNetwork

    base = make_tiny_encoder(tmp_path / "encoder", tiny_texts, kind, seed=7)
    network = BiasNetwork.from_encoder(str(base)).eval()
    with torch.no_grad():
        for layer in (network.token_head, network.sentence_head):
            layer.weight.mul_(50)  # loaded tokens stand out, and the score depends on them
        network.sentence_head.weight[0, [4, 9, 20]] = 0.0  # the three units that are not kept
    first, *_, last = AutoTokenizer.from_pretrained(base)("a")["input_ids"]
    draw = torch.Generator().manual_seed(1)

    def texts(count, length):
        inside = torch.randint(5, 500, (count, length), generator=draw)
        return torch.cat([torch.full((count, 1), first), inside, torch.full((count, 1), last)], 1)

    bart = as_bart(network, [texts(30, length) for length in (3, 9, 20, 40)], Calibration(1.0, 0.0), last)
    for length in (1, 7, 60):
        ids = texts(8, length)
        with torch.no_grad():
            ours = network(ids, torch.ones_like(ids)).sentence_logits
            theirs = bart(input_ids=ids, attention_mask=torch.ones_like(ids)).logits[:, 1]
        assert torch.allclose(ours, theirs, atol=2e-4)
        assert ours.std() > 0.02


def test_the_shipped_models_sentences_are_the_same_to_four_places(shipped, detector, tmp_path, train_libraries):
    assert export(shipped, tmp_path / "sentences", "sentences").largest_difference < 1e-4
    ours = [sentence.score for sentence in detector.score_sentences(TEXTS)]
    theirs = logits("AutoModelForSequenceClassification", tmp_path / "sentences", TEXTS)[:, 1]
    assert np.abs(np.array(ours) - theirs).max() < 1e-4
    assert np.ptp(ours) > 0.5


def test_sentence_transformers_gives_the_same_embeddings(tiny, tmp_path, monkeypatch):
    needs(bool(importlib.util.find_spec("sentence_transformers")), 'needs sentence-transformers: pip install ".[dev]"')
    monkeypatch.setenv("HF_HUB_OFFLINE", "1")
    from sentence_transformers import SentenceTransformer

    export(tiny, tmp_path / "vectors", "embeddings")
    theirs = SentenceTransformer(str(tmp_path / "vectors"), device="cpu").encode(TEXTS)
    assert np.abs(theirs - biasdetect.load(tiny).embed(TEXTS)).max() < 1e-4


def test_a_classifier_that_was_exported_scores_here_too(tiny, tmp_path):
    export(tiny, tmp_path / "sentences", "sentences")
    ours, theirs = biasdetect.load(tiny), biasdetect.load(tmp_path / "sentences")
    for one, other in zip(ours.score_sentences(TEXTS), theirs.score_sentences(TEXTS), strict=True):
        assert abs(one.score - other.score) < 1e-3


def test_an_encoder_that_bart_cannot_hold_is_told(tiny, tmp_path, monkeypatch):
    from biasdetect.finetune.export import pooling

    monkeypatch.setattr(pooling, "LIKE_BERT", ("bart",))
    with pytest.raises(biasdetect.DataError, match="Export words or embeddings"):
        export(tiny, tmp_path / "sentences", "sentences")
    assert not list(tmp_path.iterdir())


def test_what_would_not_answer_the_same_is_not_written(tiny, tmp_path, monkeypatch):
    from biasdetect.finetune.export import pooling

    monkeypatch.setattr(pooling, "_LARGE", 2.0)  # then the layer normalisations change much
    with pytest.raises(biasdetect.DataError, match="differs from it by"):
        export(tiny, tmp_path / "sentences", "sentences")
    assert not list(tmp_path.iterdir())


def test_the_command_tells_the_difference_and_replaces_nothing(tiny, tmp_path, monkeypatch, capsys):
    from biasdetect.commands.main import main

    def run(*arguments):
        monkeypatch.setattr(sys, "argv", ["biasdetect", "models", "export", *map(str, arguments)])
        with pytest.raises(SystemExit) as ended:
            main()
        return ended.value.code, capsys.readouterr()

    code, shown = run(tiny, tmp_path / "words", "--as", "words")
    assert code == 0
    assert "differ from biasdetect's by at most" in shown.out
    card = (tmp_path / "words" / "README.md").read_text(encoding="utf-8")
    assert biasdetect.load(tiny).folder.label in card
    before = {path.name: path.stat().st_mtime_ns for path in (tmp_path / "words").iterdir()}
    code, shown = run(tiny, tmp_path / "words", "--as", "words")
    assert code == 4
    assert "is there already" in shown.err
    assert {path.name: path.stat().st_mtime_ns for path in (tmp_path / "words").iterdir()} == before
    assert run(tiny, tmp_path / "x", "--as", "poems")[0] == 2


def test_where_there_is_no_torch_the_extra_is_named(tmp_path):
    code = "import sys; sys.modules['torch'] = None; from biasdetect.commands.main import main; main()"
    process = subprocess.run(
        [sys.executable, "-c", code, "models", "export", "biasdetect-en-small", tmp_path / "x"],
        capture_output=True,
        text=True,
        check=False,
    )
    assert process.returncode == 4
    assert "biasdetect[train]" in process.stderr
