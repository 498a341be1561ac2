"""``biasdetect compare`` from the command line: what it prints and writes, and how it ends."""

import json
import sys
from types import SimpleNamespace

import click
import pytest

import biasdetect
from biasdetect import Phrase, Sentence
from biasdetect.commands import compare as command
from biasdetect.commands import main as entry
from biasdetect.errors import ModelError

pytestmark = pytest.mark.usefixtures("train_extra")

RECORDS = [
    {
        "text": f"The {'vile' if number % 2 else 'grey'} mayor of town {number} spoke.",
        "label": number % 2,
        "spans": [{"start": 4, "end": 8, "category": "opinion", "voice": "outlet"}] if number % 2 else [],
    }
    for number in range(40)
]


class Fake:
    """Calls biased, and flags, what holds one of its words."""

    def __init__(self, name, *words):
        self.folder = SimpleNamespace(label=f"{name}@0", config=SimpleNamespace(language="en", categories=()))
        self.words = words

    def score_sentences(self, texts):
        scored = []
        for text in texts:
            places = [(text.index(word), text.index(word) + len(word)) for word in self.words if word in text]
            phrases = tuple(Phrase(text[slice(*place)], *place, 0.9, "opinion") for place in places)
            scored.append(Sentence(text, 0, len(text), 0.9 if places else 0.1, phrases=phrases))
        return scored


MODELS = {"good": ("vile",), "bad": ("grey",), "blind": ()}


@pytest.fixture
def run(tmp_path, monkeypatch, capfdbinary):
    """The command on a group, by the entry point's own way with errors."""

    def load(name):
        if name not in MODELS:
            raise ModelError(f"No model {name!r}.")
        return Fake(name, *MODELS[name])

    group = click.Group("biasdetect", commands={"compare": command.compare})
    monkeypatch.setattr("biasdetect.evaluation.models.load", load)
    monkeypatch.setattr(entry, "cli", group)
    monkeypatch.setenv("COLUMNS", "110")
    monkeypatch.chdir(tmp_path)
    (tmp_path / "held-out.jsonl").write_text("\n".join(map(json.dumps, RECORDS)), encoding="utf-8")
    (tmp_path / "kept.jsonl").write_text('{"text": "The vile clerk left.", "flagged": ["vile"], "label": 1}')

    def run(*arguments):
        monkeypatch.setattr(sys, "argv", ["biasdetect", "compare", *map(str, arguments)])
        with pytest.raises(SystemExit) as end:
            entry.main()
        out, err = capfdbinary.readouterr()
        return SimpleNamespace(returncode=int(end.value.code), stdout=out.decode(), stderr=err.decode())

    return run


def test_the_terminal_shows_figures_side_by_side_verdicts_and_sentences(run):
    result = run("blind", "good", "--data", "held-out.jsonl", "--regression", "kept.jsonl")
    assert result.returncode == 0, result.stderr
    out = " ".join(result.stdout.split())
    assert "old: blind@0 new: good@0" in out
    assert "sentences, macro-F1 0.333 1.000 +0.667" in out
    assert "with the new one alone 20, with the old one alone 0" in out
    assert "Better: sentences, macro-F1;" in out
    assert "0.10 → 0.90 The vile mayor of town 1 spoke." in out
    assert "Marked phrases that the new model alone finds: 20, the first 10" in out
    assert "0.90 The [vile] mayor" in out
    assert "kept.jsonl: of 1 sentences the old model has 0 right, the new one 1." in out
    assert out.endswith("Nothing says that the new model is worse.")


def test_a_worse_model_is_told_and_fails_only_where_asked(run):
    arguments = ("good", "bad", "--data", "held-out.jsonl", "--regression", "kept.jsonl")
    result = run(*arguments)
    assert result.returncode == 0, result.stderr
    assert "Worse: held-out.jsonl: words, F1" in result.stdout
    assert "does not flag “vile”" in result.stdout
    assert run(*arguments, "--fail-if-worse").returncode == 1
    assert run("bad", "good", *arguments[2:], "--fail-if-worse").returncode == 0
    assert run("good", "good", *arguments[2:], "--fail-if-worse").returncode == 0


def test_json_holds_everything(run):
    result = run(
        "good", "blind", "--data", "held-out.jsonl", "--suite", "fairness", "--format", "json", "--examples", 2
    )
    assert result.returncode == 0, result.stderr
    data = json.loads(result.stdout)
    labelled, suite = data["comparisons"]
    assert (labelled["data"], suite["data"]) == ("held-out.jsonl", "suite: fairness")
    assert labelled["differences"]["word_f1"]["verdict"] == "worse"
    assert labelled["changes"]["worse"]["total"] == 20
    assert len(labelled["changes"]["worse"]["items"]) == 2
    assert set(suite["differences"]) >= {"group_gap", "pronoun_flips"}
    assert suite["decisions"] is None
    assert data["regression"]["data"] == "regression.jsonl"
    assert data["regression"]["sentences"] == 150
    assert data["worse"] == labelled["worse"]
    assert json.loads(run("good", "bad", "--suite", "fairness", "--no-regression", "--format", "json").stdout)["regression"] is None  # fmt: skip


def test_the_page_is_written_beside_what_is_printed(run, tmp_path):
    result = run("good", "bad", "--data", "held-out.jsonl", "--no-regression", "--html", "page.html")
    assert result.returncode == 0, result.stderr
    page = (tmp_path / "page.html").read_text(encoding="utf-8")
    assert "The new model is worse" in page
    assert "<mark>vile</mark>" in page
    assert page.count("<svg") >= 3


def test_exit_codes(run, tmp_path):
    good = ("good", "good")
    assert run().returncode == 2
    assert run("good").returncode == 2
    assert run(*good).returncode == 2
    assert "No data" in run(*good).stderr
    assert run(*good, "--data", "held-out.jsonl", "--html", tmp_path / "nowhere" / "page.html").returncode == 2
    assert run(*good, "--regression", "kept.jsonl", "--no-regression").returncode == 2
    assert run(*good, "--regression", "kept.jsonl").returncode == 0
    (tmp_path / "bad.jsonl").write_text('{"sentence": "a"}')
    result = run(*good, "--data", "bad.jsonl", "--data", "held-out.jsonl")
    assert result.returncode == 3
    assert "bad.jsonl: has no column of labels" in result.stderr
    assert "held-out.jsonl, 40 texts" in result.stdout
    result = run("good", "bad", "--data", "nowhere.jsonl", "--fail-if-worse")
    assert (result.returncode, result.stdout) == (3, "")
    assert run(*good, "--data", "held-out.jsonl", "--regression", "bad.jsonl").returncode == 3
    for models in (("good", "missing"), ("missing", "good")):
        result = run(*models, "--data", "held-out.jsonl")
        assert result.returncode == 4
        assert result.stderr.strip().endswith("Error: No model 'missing'.")


def test_without_the_extra_the_install_command_is_told(run, monkeypatch):
    for name in [name for name in sys.modules if name.startswith(("biasdetect.evaluation.compare", "biasdetect.evaluation.paired"))]:  # fmt: skip
        monkeypatch.delitem(sys.modules, name)
    monkeypatch.delattr(sys.modules["biasdetect.evaluation"], "compare", raising=False)
    monkeypatch.setitem(sys.modules, "scipy.stats", None)
    result = run("good", "good", "--data", "held-out.jsonl")
    assert result.returncode == 4
    assert 'pip install "biasdetect[train]"' in result.stderr


def test_two_real_models_are_compared(smoke, tmp_path, capfd, monkeypatch, root):
    """The tiny trained model against itself: nothing differs, to the last digit."""
    folder, _ = smoke
    lines = (root / "training" / "corpus" / "dev.jsonl").read_text(encoding="utf-8").splitlines()
    data = tmp_path / "dev.jsonl"
    data.write_text("\n".join(lines[:30]), encoding="utf-8")
    model = str(folder / "model")
    code = command.compare.main([model, model, "--data", str(data), "--format", "json"], standalone_mode=False)
    result = json.loads(capfd.readouterr().out)
    assert code == 0
    assert result["worse"] == []
    label = biasdetect.load(model).folder.label
    assert result["comparisons"][0]["old"]["model"] == result["comparisons"][0]["new"]["model"] == label
    assert {row["verdict"] for row in result["comparisons"][0]["differences"].values()} <= {"no difference", "not defined"}  # fmt: skip
    assert result["regression"]["broken"] == result["regression"]["mended"] == []
