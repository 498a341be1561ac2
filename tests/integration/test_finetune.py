"""From labels to a model that scores, on a tiny encoder made on the spot."""

import json
import os
import subprocess
import sys
from dataclasses import replace

import pytest

import biasdetect
from biasdetect.labels.seen import read_seen
from biasdetect.model.folder import METRICS, open_model
from biasdetect.model.runtime import OnnxRuntime

pytestmark = pytest.mark.usefixtures("train_extra")


def test_the_whole_path_runs_and_its_model_scores(smoke, run_cli):
    folder, process = smoke
    assert "torch and ONNX Runtime differ by at most" in process.stderr
    result = run_cli("score", "--model", folder / "model", "--format", "json", stdin=b"The mayor left.")
    assert json.loads(result.stdout)["model"].startswith("smoke@")
    metrics = json.loads((folder / "model" / METRICS).read_text())
    assert [entry["stage"] for entry in metrics["stages"]] == ["first", "seeds", "seeds", "seeds", "student", "blend"]
    assert {"macro_f1", "mcc", "auc", "ece", "word_f1", "phrase_recall", "plain_flagged"} <= set(
        metrics["figures"]["own_development"]
    )
    assert str(folder) not in (folder / "model" / METRICS).read_text()
    seen = read_seen(folder / "model")
    assert len(seen) > sum(metrics["records"].values()) / 2  # some texts stand in several sources
    (own,) = metrics["evaluation"]
    assert own["figures"]["phrase_recall"]["low"] <= own["figures"]["phrase_recall"]["value"]
    card = (folder / "model" / "README.md").read_text(encoding="utf-8")
    assert "**own-dev**" in card
    assert "**By genre**" in card


def test_finished_stages_are_not_trained_again(root, tmp_path):
    from biasdetect.finetune.network.smoke import make_tiny_encoder
    from biasdetect.finetune.recipe.schema import read_recipe
    from biasdetect.finetune.stages import train_recipe, train_stages

    texts = (root / "training" / "corpus" / "dev.jsonl").read_text(encoding="utf-8").splitlines()
    base = make_tiny_encoder(tmp_path / "encoder", texts)
    recipe = read_recipe(root / "training" / "recipes" / "smoke.toml")
    recipe = recipe.model_copy(update={"base": str(base), "stages": recipe.stages[:1]})
    train_recipe(recipe, tmp_path / "one", tmp_path / "work")
    record = tmp_path / "work" / "first" / "seed-13" / "record.json"
    before = record.stat().st_mtime_ns
    train_recipe(recipe, tmp_path / "two", tmp_path / "work")
    assert record.stat().st_mtime_ns == before
    assert open_model(tmp_path / "one").fingerprint == open_model(tmp_path / "two").fingerprint
    assert train_stages(recipe, tmp_path / "work") == {"first": [record.parent / "network"]}
    assert record.stat().st_mtime_ns == before
    strict = recipe.model_copy(update={"threshold": 0.61})
    train_recipe(strict, tmp_path / "strict", tmp_path / "work")
    assert record.stat().st_mtime_ns == before
    assert open_model(tmp_path / "strict").config.threshold == 0.61
    changed = recipe.model_copy(update={"stages": [recipe.stages[0].model_copy(update={"learning_rate": 2e-3})]})
    train_recipe(changed, tmp_path / "three", tmp_path / "work")
    assert open_model(tmp_path / "three").fingerprint != open_model(tmp_path / "one").fingerprint


def test_a_stage_of_no_epochs_is_the_interpolation_of_its_starts(root, tmp_path, tiny_texts):
    import torch

    from biasdetect.finetune.network.smoke import make_tiny_encoder
    from biasdetect.finetune.recipe.schema import read_recipe
    from biasdetect.finetune.stages import train_recipe
    from biasdetect.model.network import BiasNetwork

    recipe = read_recipe(root / "training" / "recipes" / "smoke.toml")
    first = recipe.stages[0]
    stages = [
        first,
        first.model_copy(update={"name": "second", "start": {"first": 1.0}}),
        recipe.stages[-1].model_copy(update={"start": {"first": 0.25, "second": 0.75}}),
    ]
    base = make_tiny_encoder(tmp_path / "encoder", tiny_texts)
    recipe = recipe.model_copy(update={"base": str(base), "stages": stages})
    train_recipe(recipe, tmp_path / "model", tmp_path / "work")
    one, two, mixed = (
        BiasNetwork.from_pretrained(tmp_path / "work" / name / "seed-13" / "network").state_dict()
        for name in ("first", "second", "blend")
    )
    for name, tensor in mixed.items():
        assert torch.allclose(tensor, 0.25 * one[name] + 0.75 * two[name], atol=1e-6)
    assert any(not torch.equal(one[name], two[name]) for name in one)


def test_teachers_speak_where_labels_are_silent_and_copies_are_judged_alike():
    import numpy as np

    from biasdetect.finetune.network.development import Predictions
    from biasdetect.finetune.stages import mix_targets

    nan = float("nan")
    rows = {
        "sentence_target": [1.0, 1.0, nan],
        "token_target": [[0.0, 1.0], [0.0, 1.0], [nan, nan]],
        "category_target": [[-100, 2], [-100, 2], [-100, -100]],
    }
    tokens = np.zeros((2, 7), np.float32)
    tokens[1, 0], tokens[1, 4] = 3.0, 9.0
    logits = np.array([2.0, -2.0, 4.0], np.float32)
    teacher = Predictions(logits, [[(0, 1), (2, 3)]] * 3, [tokens] * 3)

    from datasets import Dataset

    mixed = mix_targets(Dataset.from_dict(rows), [teacher], [teacher], [0.5, 0.0, 0.5], ["a", "a", "b"]).to_dict()
    assert mixed["sentence_target"] == pytest.approx([0.75, 1.0, 1 / (1 + np.exp(-4))], abs=1e-6)
    assert mixed["token_target"][1] == [0.0, 1.0]
    assert mixed["token_target"][2] == pytest.approx([0.5, 1 / (1 + np.exp(-3))], abs=1e-6)
    assert mixed["category_target"][2] == [-100, 3]


def test_teachers_say_nothing_of_words_where_they_are_not_asked():
    import numpy as np
    from datasets import Dataset

    from biasdetect.finetune.network.development import Predictions
    from biasdetect.finetune.stages import mix_targets

    nan = float("nan")
    rows = {"sentence_target": [nan], "token_target": [[nan, 0.0]], "category_target": [[-100, -100]]}
    teacher = Predictions(np.array([4.0], np.float32), [[(0, 1), (2, 3)]], [np.full((2, 7), 5, np.float32)])
    mixed = mix_targets(Dataset.from_dict(rows), [teacher], [teacher], [0.5], ["a"], [0.0]).to_dict()
    assert mixed["sentence_target"] == pytest.approx([1 / (1 + np.exp(-4))])
    assert np.isnan(mixed["token_target"][0][0])
    assert mixed["token_target"][0][1] == 0.0


def test_whose_words_they_are_and_why_is_kept_where_labels_say_nothing_of_it():
    import numpy as np
    from datasets import Dataset

    from biasdetect.finetune.network.development import Predictions
    from biasdetect.finetune.stages import keep_heads

    rows = {
        "sentence_target": [1.0, 0.0],
        "part_target": [[float("nan")] * 2] * 2,
        "voice_target": [[float("nan")] * 2] * 2,
        "source_target": [[float("nan")] * 2] * 2,
    }
    for name in ("remedy_target", "pattern_target"):
        rows[name] = [[-100, -100]] * 2
    voices = [np.array([[-9.0, -9.0], [-9.0, -9.0]], np.float32), np.array([[-9.0, 9.0], [9.0, -9.0]], np.float32)]
    tokens, reasons = np.zeros((2, 7), np.float32), np.zeros((2, 28), np.float32)
    tokens[1, 0] = 9
    reasons[1, 2] = reasons[1, 3 + 4] = 9
    teacher = Predictions(np.zeros(2, np.float32), [[(0, 1), (2, 3)]] * 2, [tokens] * 2, voices, [reasons] * 2)
    kept = keep_heads(Dataset.from_dict(rows), teacher).to_dict()
    assert np.round(kept["voice_target"]).tolist() == [[0, 0], [0, 1]]
    assert np.round(kept["source_target"]).tolist() == [[0, 0], [1, 0]]
    assert kept["part_target"][0][0] == 1.0  # all of it is the outlet's, so the label is of that
    assert np.isnan(kept["part_target"][1]).all()
    assert (kept["remedy_target"][0], kept["pattern_target"][0]) == ([-100, 2], [-100, 4])  # of what is loaded


def test_an_interrupted_stage_goes_on_from_its_checkpoint(root, tmp_path, tiny_texts):
    from biasdetect.finetune.network.smoke import make_tiny_encoder

    base = make_tiny_encoder(tmp_path / "encoder", tiny_texts)
    recipe = (root / "training" / "recipes" / "smoke.toml").read_text()
    recipe = (
        recipe.split("[[stages]]")[0]
        .replace("../corpus", str(root / "training" / "corpus"))
        .replace("./encoder", str(base))
    )
    recipe += '[[stages]]\nname = "long"\nsources = ["own-train"]\nepochs = 3\nlearning_rate = 1e-3\nbf16 = true\n'
    (tmp_path / "recipe.toml").write_text(recipe)
    # end the run in the middle of its second epoch, as a kill would
    script = (
        "import os, sys, transformers\n"
        "class Stop(transformers.TrainerCallback):\n"
        "    def on_save(self, args, state, control, **kwargs): state.global_step == 10 and os._exit(9)\n"
        "import biasdetect.finetune.stages as trainer\n"
        "if sys.argv[3] == 'kill':\n"
        "    whole = trainer.fit_network\n"
        "    trainer.fit_network = lambda *a, **k: whole(*a, **{**k, 'save_seconds': 0, 'callbacks': [Stop()]})\n"
        "from biasdetect.finetune.recipe.schema import read_recipe\n"
        "from pathlib import Path\n"
        "trainer.train_recipe(read_recipe(sys.argv[1]), Path(sys.argv[2]), Path(sys.argv[2] + '.work'))\n"
    )

    def run(out, mode):
        command = [sys.executable, "-c", script, tmp_path / "recipe.toml", tmp_path / out, mode]
        return subprocess.run(command, capture_output=True, text=True, env={**os.environ}, timeout=300, check=False)

    assert run("killed", "kill").returncode == 9
    assert not (tmp_path / "killed").exists()
    resumed = run("killed", "go on")
    assert resumed.returncode == 0, resumed.stderr
    assert run("undisturbed", "go on").returncode == 0
    assert open_model(tmp_path / "killed").fingerprint == open_model(tmp_path / "undisturbed").fingerprint


@pytest.mark.parametrize("kind", ["bert", "roberta"])
def test_word_pieces_and_byte_pairs_keep_exact_offsets(kind, tmp_path, tiny_texts, root):
    """Overfit a few sentences, export, load: the phrases come back letter for letter."""
    import torch
    from transformers import AutoTokenizer

    from biasdetect.finetune.export.folder import export_model
    from biasdetect.finetune.network.features import Collator, build_dataset
    from biasdetect.finetune.network.smoke import make_tiny_encoder
    from biasdetect.finetune.recipe.example import Example, TargetSpan
    from biasdetect.model.categories import CATEGORIES
    from biasdetect.model.folder import Calibration, InferenceConfig
    from biasdetect.model.network import BiasNetwork

    base = make_tiny_encoder(tmp_path / "encoder", tiny_texts, kind)
    tokenizer = AutoTokenizer.from_pretrained(base)
    marked = [
        ("The “shameless” mayor’s café — naïve? — left.", "shameless", 0),
        ("Ägypten 👩‍👩‍👧 met the   regime’s stooges\ttoday.", "stooges", 1),
    ]
    plain = ["The mayor’s café — naïve? — opened.", "Ägypten 👩‍👩‍👧 met the   ministers\ttoday."]
    examples = [
        Example(text, 1.0, (TargetSpan(text.index(phrase), text.index(phrase) + len(phrase), 1.0, category),), 0.0)
        for text, phrase, category in marked
    ] + [Example(text, 0.0, (), 0.0) for text in plain]
    network = BiasNetwork.from_encoder(str(base))
    batch = Collator(tokenizer.pad_token_id)(list(build_dataset(examples, tokenizer, 96)))
    optimizer = torch.optim.AdamW(network.parameters(), lr=3e-3)
    for _ in range(150):
        optimizer.zero_grad()
        network(**batch).loss.backward()
        optimizer.step()
    network.eval().save_pretrained(tmp_path / "saved")
    reloaded = BiasNetwork.from_pretrained(tmp_path / "saved")
    assert torch.equal(reloaded(**batch).sentence_logits, network(**batch).sentence_logits)
    config = InferenceConfig("tiny", CATEGORIES, "en", 128, 0.5, Calibration(), Calibration())
    metrics = _metrics(root)
    export_model(
        reloaded,
        tokenizer,
        config,
        metrics,
        tmp_path / "model",
        [example.text for example in examples] + tiny_texts[:20],
    )
    detector = biasdetect.load(tmp_path / "model")
    scored = detector.score_sentences([example.text for example in examples])
    assert [sentence.score > 0.5 for sentence in scored] == [True, True, False, False]
    assert [phrase.text for sentence in scored for phrase in sentence.phrases] == ["shameless", "stooges"]
    assert [phrase.category for sentence in scored for phrase in sentence.phrases] == ["loaded-language", "labeling"]
    text = " \ufeff" + "\r\n".join(example.text for example in examples)
    report = detector.score(text)  # split into other sentences than the ones learned: the offsets matter here
    assert {"shameless", "stooges"} <= {phrase.text for phrase in report.phrases}
    assert all(text[phrase.start : phrase.end] == phrase.text for phrase in report.phrases)


def test_a_graph_that_differs_is_not_written(tmp_path, tiny_texts, root, monkeypatch):
    from transformers import AutoTokenizer

    from biasdetect.finetune.export import folder as export
    from biasdetect.finetune.network.smoke import make_tiny_encoder
    from biasdetect.model.categories import CATEGORIES
    from biasdetect.model.folder import Calibration, InferenceConfig
    from biasdetect.model.network import BiasNetwork

    base = make_tiny_encoder(tmp_path / "encoder", tiny_texts)
    config = InferenceConfig("tiny", CATEGORIES, "en", 128, 0.5, Calibration(), Calibration())
    right = OnnxRuntime.run

    def wrong(self, texts, quoted=None):
        return [replace(scored, logit=scored.logit + 0.1) for scored in right(self, texts, quoted)]

    monkeypatch.setattr(OnnxRuntime, "run", wrong)
    network, tokenizer = BiasNetwork.from_encoder(str(base)), AutoTokenizer.from_pretrained(base)
    with pytest.raises(export.ParityError, match="differs from the network"):
        export.export_model(network, tokenizer, config, _metrics(root), tmp_path / "model", tiny_texts[:5])
    assert [path.name for path in tmp_path.iterdir()] == ["encoder"]


def test_a_base_that_does_not_exist_is_a_clear_error(root, tmp_path):
    command = [
        sys.executable,
        root / "training" / "finetune.py",
        "--smoke",
        "--base",
        tmp_path / "none",
        "--out",
        tmp_path / "model",
    ]
    result = subprocess.run(
        command, capture_output=True, text=True, env={**os.environ, "HF_HUB_OFFLINE": "1"}, check=False
    )
    assert result.returncode == 3
    assert "cannot be loaded" in result.stderr
    assert "Traceback" not in result.stderr


def test_without_the_extra_the_install_command_is_told(root, tmp_path):
    script = f"import sys, runpy; sys.modules['torch'] = None; sys.argv = ['finetune.py', '--smoke', '--out', 'x']; runpy.run_path({str(root / 'training' / 'finetune.py')!r}, run_name='__main__')"  # fmt: skip
    result = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, cwd=tmp_path, check=False)
    assert result.returncode == 4
    assert 'pip install "biasdetect[train]"' in result.stderr


def _metrics(root):
    """The least that a card is made from."""
    from biasdetect.finetune.recipe.schema import read_recipe

    recipe = json.loads(read_recipe(root / "training" / "recipes" / "smoke.toml").model_dump_json())
    return {"recipe": recipe, "records": {}, "figures": {"development": {"sentences": 0}, "own_development": {"sentences": 0}}, "stages": [], "parameters": 0}  # fmt: skip
