"""``biasdetect train`` as an annotator uses it: labels in, a proven model out, whatever happens in between."""

import csv
import json
import os
import random
import shutil
import signal
import subprocess
import sys
from dataclasses import replace

import pytest
from conftest import WILLING

from biasdetect.model.folder import open_model

pytestmark = pytest.mark.usefixtures("train_extra")

LOADED = ("shameless", "so-called", "balding", "catastrophic", "spineless")
PLAIN = ("former", "elected", "deputy", "acting", "regional")


def rows(count, seed=0):
    """Label, text and loaded words of invented sentences."""
    rng = random.Random(seed)
    for number in range(count):
        biased = number % 2
        word = rng.choice(LOADED if biased else PLAIN)
        yield f"The {word} mayor of town {seed}-{number} spoke to {rng.randint(2, 90)} people on Monday.", biased, [word] * biased  # fmt: skip


def write_labels(path, count=120, seed=0, bad=()):
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file)
        writer.writerow(["text", "label", "biased_words"])
        for text, biased, words in rows(count, seed):
            writer.writerow([text, "biased" if biased else "non-biased", json.dumps(words)])
        writer.writerows(bad)
    return path


@pytest.fixture(scope="module")
def model(smoke):
    """A small trained model to go on from."""
    return smoke[0] / "model"


@pytest.fixture(scope="module")
def trained(model, tmp_path_factory):
    """A folder in which a model was trained on labels, then replaced by one that hardly differs; both commands."""
    folder = tmp_path_factory.mktemp("train")
    write_labels(folder / "labels.csv")
    first = train(
        folder, "labels.csv", "--model", model, "--out", "models/mine", "--epochs", "2", "--html", "proof.html"
    )
    second = train(folder, "labels.csv", "--out", "models/mine", "--replace", "--no-corpus", "--epochs", "1", script=WILLING)  # fmt: skip
    return folder, first, second


def train(folder, *arguments, script=None, launcher=()):
    start = ["-c", script] if script else ["-m", "biasdetect"]
    return subprocess.run(
        [sys.executable, *launcher, *start, "train", *map(str, arguments)],
        capture_output=True,
        text=True,
        cwd=folder,
        env={**os.environ, "PYTHONUTF8": "1", "OMP_NUM_THREADS": "1"},
        timeout=300,
        check=False,
    )


def test_labels_become_a_whole_model(trained, model):
    folder, process, _ = trained
    assert process.returncode == 0, process.stdout + process.stderr
    first = folder / "models" / "mine"
    if (folder / "models" / ".history").exists():
        first = next((folder / "models" / ".history" / "mine").iterdir())
    card = (first / "README.md").read_text(encoding="utf-8")
    metrics = json.loads((first / "metrics.json").read_text(encoding="utf-8"))
    assert sum(metrics["split"].values()) == 120
    assert metrics["split"]["train"] > 70
    assert metrics["split"]["test"] > 14
    assert metrics["data"]["records"] == 120
    assert metrics["figures"]["development"]["auc"] > 0.6
    assert len(metrics["data"]["files"]["labels.csv"]) == 64
    assert open_model(model).label in card
    assert "kept apart" in card
    assert 'text       <- "text"' in process.stdout
    assert "regression.jsonl: of 150 sentences" in process.stdout
    assert "macro-F1" in process.stderr
    assert "kept apart" in (folder / "proof.html").read_text(encoding="utf-8")


def test_a_model_that_is_no_worse_replaces_the_old_one(trained):
    folder, _, process = trained
    assert process.returncode == 0, process.stdout + process.stderr
    assert "Nothing says that the new model is worse." in process.stdout
    assert "biasdetect models rollback models/mine" in process.stdout
    assert sorted(path.name for path in (folder / "models").iterdir()) == [".history", "mine"]
    kept = open_model(next((folder / "models" / ".history" / "mine").iterdir()))
    assert open_model(folder / "models" / "mine").fingerprint != kept.fingerprint


def test_the_new_model_scores_at_once(trained, run_cli):
    folder, _, _ = trained
    article = folder / "article.txt"
    article.write_text("The shameless mayor of Kestrel Bay spoke on Monday.\n")
    process = run_cli("score", "--model", folder / "models" / "mine", article, "--format", "json")
    assert process.returncode == 0
    assert json.loads(process.stdout)["model"].startswith("mine@")


def test_models_are_listed_shown_and_rolled_back(trained, run_cli, tmp_path):
    folder = tmp_path / "models"
    shutil.copytree(trained[0] / "models", folder)
    new = open_model(folder / "mine").fingerprint
    old = open_model(next((folder / ".history" / "mine").iterdir())).fingerprint
    listed = json.loads(run_cli("models", "list", folder, "--format", "json").stdout)
    assert [entry["fingerprint"] for entry in listed[:2]] == [new, old]
    assert listed[0]["data"]["records"] == 120
    assert listed[0]["trained"]
    assert listed[1]["put_aside"]
    shown = run_cli("models", "show", folder / "mine").stdout.decode()
    assert all(word in shown for word in (new, old, "labels.csv", "macro-F1"))
    card = run_cli("models", "show", folder / "mine", "--card").stdout
    assert b"## Bias, Risks, and Limitations" in card
    assert b'load("mine")' in card  # the code loads this model, not the shipped one
    assert b"again" in run_cli("models", "rollback", folder / "mine").stdout
    assert open_model(folder / "mine").fingerprint == old
    assert run_cli("models", "rollback", folder / "mine").returncode == 0
    assert open_model(folder / "mine").fingerprint == new
    assert run_cli("models", "rollback", folder / "other").returncode == 4


# stops itself at a step, the n-th time that it is run, as a terminal, a service manager or a kill would
STOPPING = """
import os, signal, sys
import biasdetect.finetune.network.fitting as fitting, biasdetect.finetune.retrain.training as retrain
retrain._SAVE_SECONDS = 0
step, number = {step}, signal.{signal}
whole = fitting._SaveOften.on_step_end
def on_step_end(self, *arguments, **rest):
    whole(self, *arguments, **rest)
    if arguments[1].global_step == step:
        os.kill(os.getpid(), number)
fitting._SaveOften.on_step_end = on_step_end
from biasdetect.commands.main import main
main()
"""


def test_stopped_in_any_way_it_resumes_to_the_same_model(model, tmp_path):
    write_labels(tmp_path / "labels.csv", 60)
    command = ("labels.csv", "--model", model, "--no-corpus", "--epochs", "6", "--batch-size", "4")
    whole = train(tmp_path, *command, "--out", "undisturbed/mine")
    assert whole.returncode == 0, whole.stderr
    metrics = json.loads((tmp_path / "undisturbed" / "mine" / "metrics.json").read_text())
    epoch = -(-metrics["split"]["train"] // 4)
    # at the very step after which the figures are looked at
    stopped = train(tmp_path, *command, "--out", "mine", script=STOPPING.format(step=epoch, signal="SIGTERM"))
    assert stopped.returncode == 5
    assert "--resume" in stopped.stderr
    assert not (tmp_path / "mine").exists()
    again = train(tmp_path, *command, "--out", "mine")
    assert again.returncode == 4
    assert "Pass --resume" in again.stderr
    other = train(tmp_path, *command, "--out", "mine", "--resume", "--seed", "3")
    assert other.returncode == 4
    assert "other labels or settings" in other.stderr
    killed = train(
        tmp_path, *command, "--out", "mine", "--resume", script=STOPPING.format(step=2 * epoch + 3, signal="SIGKILL")
    )
    assert killed.returncode == -signal.SIGKILL
    assert not (tmp_path / "mine").exists()
    resumed = train(tmp_path, *command, "--out", "mine", "--resume")
    assert resumed.returncode == 0, resumed.stderr
    assert open_model(tmp_path / "mine").fingerprint == open_model(tmp_path / "undisturbed" / "mine").fingerprint
    assert sorted(path.name for path in tmp_path.iterdir()) == ["labels.csv", "mine", "undisturbed"]


def test_a_write_that_fails_is_told_and_the_old_model_stays(model, tmp_path):
    write_labels(tmp_path / "labels.csv", 60)
    shutil.copytree(model, tmp_path / "mine")
    limit = "import resource\nresource.setrlimit(resource.RLIMIT_FSIZE, (100_000, 100_000))\nfrom biasdetect.commands.main import main\nmain()\n"  # fmt: skip
    process = train(tmp_path, "labels.csv", "--out", "mine", "--replace", "--no-corpus", "--epochs", "1", script=limit)
    assert process.returncode == 4, process.stderr
    assert "cannot be written" in process.stderr
    assert "Traceback" not in process.stderr
    assert open_model(tmp_path / "mine").fingerprint == open_model(model).fingerprint


def test_every_problem_of_the_labels_is_told_and_nothing_trained(tmp_path):
    bad = [
        ["", "biased", "[]"],
        ["The mayor spoke.", "perhaps", "[]"],
        ["A vile tram.", "biased", '["vile"]'],
        ["A vile tram.", "non-biased", "[]"],
    ]
    write_labels(tmp_path / "labels.csv", 60, bad=bad)
    process = train(tmp_path, "labels.csv", "--out", "mine")
    assert process.returncode == 3
    assert all(f"line {number}" in process.stdout for number in (62, 63, 65))
    assert "--skip-bad" in process.stderr
    assert not (tmp_path / "mine").exists()


def test_bad_rows_may_be_left_out_of_a_training_from_an_encoder_of_another_language(tmp_path, tiny_texts):
    from biasdetect.finetune.network.smoke import make_tiny_encoder

    base = make_tiny_encoder(tmp_path / "encoder", tiny_texts)
    write_labels(tmp_path / "labels.csv", 80, bad=[["The mayor spoke.", "perhaps", "[]"]])
    options = ("--base", base, "--language", "de", "--skip-bad", "rejected.jsonl", "--epochs", "1")
    process = train(tmp_path, "labels.csv", "--out", "german", *options)
    assert process.returncode == 3, process.stderr
    assert json.loads((tmp_path / "rejected.jsonl").read_text())["line"] == 82
    assert open_model(tmp_path / "german").config.language == "de"
    card = (tmp_path / "german" / "README.md").read_text(encoding="utf-8")
    assert "own corpus" not in card
    assert "English" not in card


def test_what_cannot_work_is_told_before_any_training(model, tmp_path, monkeypatch, capsys):
    from biasdetect.commands.main import main

    monkeypatch.chdir(tmp_path)
    labels = write_labels(tmp_path / "labels.csv", 60)
    few = write_labels(tmp_path / "few.csv", 10)
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "novel.txt").write_text("Chapter one")
    (tmp_path / "file").write_text("")
    for arguments, code, said in (
        ((labels, "--out", "mine"), 2, "--replace"),
        ((labels, "--out", "mine", "--replace"), 4, "no whole model"),
        ((labels, "--out", "new", "--model", "nowhere"), 4, "No model"),
        ((labels, "--out", "new", "--base", "./nowhere"), 4, "cannot be loaded"),
        ((labels, "--out", "new", "--base", "a/b", "--model", model), 2, "exclude"),
        ((few, "--out", "new", "--model", model), 4, "at least 20"),
        ((labels, "--out", "file/new", "--model", model), 4, "cannot be written to"),
        ((labels, "--out", "new", "--model", model, "--regression", "file"), 4, "holds no sentence"),
    ):
        monkeypatch.setattr(sys, "argv", ["biasdetect", "train", *map(str, arguments)])
        with pytest.raises(SystemExit) as ended:
            main()
        shown = capsys.readouterr().err
        assert ended.value.code == code, (arguments, shown)
        assert said in shown
    assert (tmp_path / "mine" / "novel.txt").read_text() == "Chapter one"
    assert not (tmp_path / "new").exists()


@pytest.fixture
def quick(monkeypatch, model):
    """The way from labels to a model in its place, with a copy where the training would be."""
    from biasdetect.finetune.retrain import update

    def copied(parts, settings, start, work, out, data, *rest):
        shutil.copytree(model, out)

    monkeypatch.setattr(update, "retrain", copied)
    return update


def test_links_and_other_peoples_files_stay(quick, model, tmp_path):
    from biasdetect.finetune.retrain.training import RetrainSettings
    from biasdetect.labels import read_labels

    (tmp_path / "disk").mkdir()
    (tmp_path / "disk" / "thesis.txt").write_text("Chapter one")
    shutil.copytree(model, tmp_path / "elsewhere" / "v1")
    (tmp_path / "mine").symlink_to(tmp_path / "elsewhere" / "v1")
    records = read_labels([str(write_labels(tmp_path / "labels.csv", 60))]).records
    options = {"replace_old": True, "work": tmp_path / "disk"}
    quick.update_model(records, tmp_path / "mine", RetrainSettings("mine"), **options)
    assert [path.name for path in (tmp_path / "disk").iterdir()] == ["thesis.txt"]
    # the link still leads to the model in use, and the old one is kept beside that
    assert (tmp_path / "mine").is_symlink()
    for folder in (tmp_path / "mine", next((tmp_path / "elsewhere" / ".history" / "v1").iterdir())):
        assert open_model(folder).fingerprint == open_model(model).fingerprint


def test_a_worse_model_does_not_replace_the_old_one(quick, model, tmp_path, monkeypatch):
    from types import SimpleNamespace

    from biasdetect.evaluation.proof import Proof
    from biasdetect.finetune.retrain.training import RetrainSettings
    from biasdetect.labels import read_labels

    class Worse(Proof):
        reasons = ("kept apart: macro-F1 fell",)

    compared = SimpleNamespace(data="kept apart", differences=(), old=SimpleNamespace(model="old@0"), new=SimpleNamespace(to_dict=lambda: {"data": "x", "sentences": 1, "figures": {}}))  # fmt: skip
    monkeypatch.setattr(quick, "_prove", lambda *_: Worse((compared,), ()))
    shutil.copytree(model, tmp_path / "mine")
    before = (tmp_path / "mine" / "config.json").stat().st_ino
    records = read_labels([str(write_labels(tmp_path / "labels.csv", 60))]).records
    update = quick.update_model(records, tmp_path / "mine", RetrainSettings("mine"), replace_old=True)
    assert update.reasons == ("kept apart: macro-F1 fell",)
    assert update.folder == tmp_path / "mine.rejected"
    assert not open_model(update.folder).path.samefile(tmp_path / "mine")
    assert (tmp_path / "mine" / "config.json").stat().st_ino == before


def test_a_stop_in_the_last_steps_is_made_good(quick, model, tmp_path, monkeypatch):
    from biasdetect.finetune.retrain.training import RetrainSettings
    from biasdetect.labels import read_labels

    def killed(staged, place, *, rejected):
        (tmp_path / "old").mkdir()
        place.rename(tmp_path / "old" / "mine")
        raise SystemExit(9)

    shutil.copytree(model, tmp_path / "mine")
    records = read_labels([str(write_labels(tmp_path / "labels.csv", 60))]).records
    options = {"replace_old": True}
    with monkeypatch.context() as patched:
        patched.setattr(quick, "_put", killed)
        with pytest.raises(SystemExit):
            quick.update_model(records, tmp_path / "mine", RetrainSettings("mine"), **options)
    assert not (tmp_path / "mine").exists()
    update = quick.update_model(records, tmp_path / "mine", RetrainSettings("mine"), resume=True, **options)
    assert update.folder == tmp_path / "mine"
    assert open_model(tmp_path / "mine").fingerprint
    assert sorted(path.name for path in tmp_path.iterdir()) == ["labels.csv", "mine", "old"]


def test_a_stopped_training_goes_on_without_the_fast_graph(quick, model, tmp_path, monkeypatch):
    from biasdetect.errors import InterruptedTrainingError
    from biasdetect.finetune.retrain.training import RetrainSettings
    from biasdetect.labels import read_labels

    def stopped(*_):
        raise InterruptedTrainingError

    monkeypatch.setattr(quick, "_prove", lambda *_: None)
    records = read_labels([str(write_labels(tmp_path / "labels.csv", 60))]).records
    settings = RetrainSettings("mine", model=str(model))
    with monkeypatch.context() as patched:
        patched.setattr(quick, "retrain", stopped)
        with pytest.raises(InterruptedTrainingError):
            quick.update_model(records, tmp_path / "mine", settings)
    update = quick.update_model(records, tmp_path / "mine", replace(settings, fast=False), resume=True)
    assert update.folder == tmp_path / "mine"


def test_a_model_of_another_language_is_not_replaced(quick, model, tmp_path):
    from biasdetect.errors import DataError
    from biasdetect.finetune.retrain.training import RetrainSettings
    from biasdetect.labels import read_labels

    shutil.copytree(model, tmp_path / "mine")
    records = read_labels([str(write_labels(tmp_path / "labels.csv", 60))]).records
    with pytest.raises(DataError, match="cannot be compared"):
        quick.update_model(records, tmp_path / "mine", RetrainSettings("mine", language="de"), replace_old=True)
    assert open_model(tmp_path / "mine").fingerprint == open_model(model).fingerprint


def test_two_trainings_of_one_model_do_not_meet(quick, model, tmp_path):
    from filelock import FileLock

    from biasdetect.errors import DataError
    from biasdetect.finetune.retrain.training import RetrainSettings
    from biasdetect.labels import read_labels

    records = read_labels([str(write_labels(tmp_path / "labels.csv", 60))]).records
    with (
        FileLock(tmp_path / ".mine.lock"),
        pytest.raises(DataError, match="another training of this model is running"),
    ):
        quick.update_model(records, tmp_path / "mine", RetrainSettings("mine", model=str(model)))


def test_several_processes_train_one_model(model, tmp_path):
    write_labels(tmp_path / "labels.csv", 60)
    launcher = ("-m", "accelerate.commands.launch", "--cpu", "--num_processes", "2", "--num_machines", "1", "--mixed_precision", "no", "--dynamo_backend", "no")  # fmt: skip
    process = subprocess.run(
        [sys.executable, *launcher, "-m", "biasdetect", "train", "labels.csv", "--model", model, "--out", "mine", "--no-corpus", "--epochs", "1"],
        capture_output=True,
        text=True,
        cwd=tmp_path,
        env={**os.environ, "OMP_NUM_THREADS": "1"},
        timeout=300,
        check=False,
    )  # fmt: skip
    assert process.returncode == 0, process.stderr[-3000:]
    assert open_model(tmp_path / "mine").config.name == "mine"
    assert process.stdout.count("Trained on") == 1
