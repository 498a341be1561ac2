"""``biasdetect.train``, ``evaluate`` and ``compare`` as a researcher calls them, on whatever holds the labels."""

import importlib.util
import io
import json
import re
import runpy
import shutil
import signal
import sys
import types

import pytest
from conftest import needs
from test_train import rows, write_labels

import biasdetect
from biasdetect.errors import DataError, InterruptedTrainingError, MissingExtraError, MissingLibraryError, ModelError
from biasdetect.model.folder import open_model

pytestmark = pytest.mark.usefixtures("train_libraries")


@pytest.fixture(autouse=True)
def in_no_language(monkeypatch):
    """The tiny model says that it reads German, and the labels are English: nothing here is about that."""
    monkeypatch.setattr("biasdetect.finetune.retrain.update.other_language", lambda *_: None)


def records(count=80, seed=0):
    return [{"text": text, "label": biased, "biased_words": words} for text, biased, words in rows(count, seed)]


def frame(*arguments):
    needs(bool(importlib.util.find_spec("pandas")), 'needs the notebook extra (pandas missing): pip install ".[dev]"')
    import pandas

    return pandas.DataFrame(records(*arguments))


@pytest.fixture(scope="module")
def encoder(tmp_path_factory, train_libraries, tiny_texts):
    from biasdetect.finetune.network.smoke import make_tiny_encoder

    return make_tiny_encoder(tmp_path_factory.mktemp("encoder"), tiny_texts)


@pytest.fixture(scope="module")
def trained(encoder, tmp_path_factory):
    """A tiny model of German, which our own has no say in: what became of its training, and what was told meanwhile."""
    from transformers import TrainerCallback

    class Counting(TrainerCallback):
        steps = 0

        def on_step_end(self, *_, **__):
            self.steps += 1

    said, counting = [], Counting()
    data = frame()
    data.loc[len(data)] = ["", 1, []]
    data.loc[len(data)] = ["Nobody judged this.", None, None]
    training = biasdetect.train(
        data, tmp_path_factory.mktemp("model") / "mine", base=encoder, language="de", epochs=1, batch_size=8,
        skip_bad=True, callbacks=[counting], say=said.append,
    )  # fmt: skip
    return training, said, counting


@pytest.fixture
def tiny(trained):
    return trained[0].folder


@pytest.fixture
def quick(monkeypatch, tiny):
    """The way from labels to a model in its place, with a copy where each training would be; the parts of each."""
    from biasdetect.finetune.retrain import study, update

    seen = []

    def copied(parts, settings, start, work, out, data, *rest):
        seen.append((settings.seed, len(parts.train) + len(parts.development), settings.fast))
        shutil.copytree(tiny, out)
        metrics = json.loads((out / "metrics.json").read_text(encoding="utf-8"))
        split = {name: len(getattr(parts, name)) for name in ("train", "development", "test")}
        (out / "metrics.json").write_text(json.dumps({**metrics, "data": data, "split": split}))

    monkeypatch.setattr(update, "retrain", copied)
    monkeypatch.setattr(study, "retrain", copied)
    return seen


def test_a_data_frame_becomes_a_model_with_figures(trained):
    training, said, counting = trained
    assert open_model(training.folder).config.language == "de"
    assert training.load().score("Der Chef kam.").model.startswith("mine@")
    (figures,) = training.figures
    assert figures.sentences == training.metrics["split"]["test"] > 10
    auc = next(figure for figure in figures.figures if figure.name == "auc")
    assert auc.low <= auc.value <= auc.high
    assert (training.verdict, training.proof, training.old_figures) == ("not compared", None, ())
    assert [row.line for row in training.left_out.rejected] == [81]
    assert training.left_out.unlabelled == 1
    assert counting.steps >= 7
    assert "Calibrating, exporting and checking the model" in said
    assert list(training.seconds) == ["preparing the labels", "training", "calibrating, exporting and checking the model", "measuring the model"]  # fmt: skip
    assert set(training.rows()[0]) == {"data", "model", "texts", "figure", "value", "low", "high"}
    assert json.loads(json.dumps(training.to_dict(), allow_nan=True))["left_out"]["unlabelled"] == 1
    assert "kept apart" in training.to_html()


def test_a_second_training_is_proven_against_the_first(tiny, tmp_path):
    from datasets import Dataset

    shutil.copytree(tiny, tmp_path / "mine")
    data = Dataset.from_list(records(60, seed=3))
    training = biasdetect.train(data, tmp_path / "mine", replace_old=True, trust_labels=True, epochs=1)
    assert training.verdict in ("better", "no worse", "worse")
    assert training.rejected == bool(training.previous is None)
    (comparison,) = training.proof.comparisons
    assert training.figures == (comparison.new,)
    assert training.old_figures == (comparison.old,)
    assert comparison.new.sentences == training.metrics["split"]["test"]
    assert {"old", "new", "low", "high", "verdict"} <= set(training.rows()[0])


def test_what_is_wrong_is_an_error_of_ours_and_trains_nothing(tmp_path, tiny, encoder):
    bad = [*records(40), {"text": "A tram.", "label": "perhaps"}]
    for error, message, data, options in (
        (DataError, "data, line 41, column label", bad, {}),
        (DataError, "at least 20", records(10), {}),
        (DataError, "All labelled|all 30", [row | {"label": 1} for row in records(30)], {"skip_bad": True}),
        (DataError, "no such file|cannot be read", "nowhere.csv", {}),
        (DataError, "cannot be loaded", records(40), {"model": None, "base": "./nowhere"}),
        (ModelError, "No model", records(40), {"model": "nowhere"}),
        (ValueError, "exclude each other", records(40), {"base": encoder}),
        (ValueError, "epochs", records(40), {"epochs": 0}),
        (ValueError, "no tracker", records(40), {"log": "paper"}),
        (TypeError, "text_colum", records(40), {"text_colum": "text"}),
        (TypeError, "data frame", None, {}),
    ):
        with pytest.raises(error, match=f"(?i){message}"):
            biasdetect.train(data, tmp_path / "mine", **{"model": tiny, **options})
    assert list(tmp_path.iterdir()) == []


def test_without_the_extra_it_says_what_to_install(monkeypatch, tmp_path):
    monkeypatch.setitem(sys.modules, "biasdetect.finetune.retrain.update", None)
    with pytest.raises(MissingExtraError, match=r"biasdetect\[train\]"):
        biasdetect.train(records(), tmp_path / "mine")
    monkeypatch.setitem(sys.modules, "biasdetect.evaluation.compare", None)
    for function in (biasdetect.evaluate, biasdetect.compare):
        with pytest.raises(MissingExtraError, match=r"biasdetect\[train\]"):
            function(records(), "a") if function is biasdetect.evaluate else function("a", "b", records())


def test_models_are_measured_on_whatever_holds_labels(tiny):
    detector = biasdetect.load(tiny)
    evaluation = biasdetect.evaluate({"frame": frame(20), "records": records(20, 2)}, [tiny, detector])
    assert [(one.data, one.sentences) for one in evaluation.results] == [("frame", 20), ("records", 20)] * 2
    assert len(evaluation.rows()) == sum(len(one.figures) for one in evaluation.results)
    assert evaluation.to_csv().count("\n") == len(evaluation.rows()) + 1
    assert evaluation.to_latex().count(r"\begin{table}") == 2
    assert "frame, 20 texts" in evaluation.to_html()
    # the sentences of the first frame are among those that it was trained on
    known = biasdetect.evaluate(records(80), tiny).known
    assert 50 < known[detector.folder.label]["data"] < 80
    with pytest.raises(DataError, match="data, line 1"):
        biasdetect.evaluate([{"text": "A tram.", "label": "perhaps"}, *records(4)], tiny)
    left = biasdetect.evaluate([{"text": "A tram.", "label": "perhaps"}, *records(4)], tiny, skip_bad=True)
    assert [row.line for row in left.left_out["data"]] == [1]
    with pytest.raises(DataError, match="nothing to measure"):
        biasdetect.evaluate()


def test_two_models_are_compared(tiny, tmp_path):
    shutil.copytree(tiny, tmp_path / "same")
    proof = biasdetect.compare(tiny, tmp_path / "same", frame(20), regression=False)
    assert proof.verdict == "no worse"
    assert {row["verdict"] for row in proof.rows()} <= {"no difference", "not defined"}
    assert proof.to_dict()["worse"] == []
    assert "Comparison of two models" in proof.to_html()
    with pytest.raises(DataError, match="nothing to compare"):
        biasdetect.compare(tiny, tiny)


def test_seeds_folds_and_a_learning_curve(quick, tiny, tmp_path):
    said = []
    training = biasdetect.train(
        records(120, seed=7), tmp_path / "mine", model=tiny, trust_labels=True, seeds=3, folds=4, learning_curve=True,
        say=said.append,
    )  # fmt: skip
    seeds, curve, folds = training.studies
    n = training.metrics["split"]["test"]
    assert (seeds.seeds, seeds.texts) == ((13, 14, 15), n)
    assert [seed for seed, *_ in quick][:3] == [13, 14, 15]
    assert [fast for *_, fast in quick] == [True] + [False] * (len(quick) - 1)  # the others are put away
    assert (folds.folds, folds.texts) == (4, 120)  # every text is judged once
    assert [count for _, count, _ in quick[-4:]] == [90] * 4
    assert folds.comparison.old.sentences == 120
    labels = [point.labels for point in curve.points]
    assert labels == sorted(labels)
    assert labels[-1] == 120 - n
    assert labels[0] >= 20  # a tenth is too few to train on
    assert any("too few to train on" in line for line in said)
    assert "Training without fold 2 of 4" in said
    recorded = json.loads((training.folder / "metrics.json").read_text(encoding="utf-8"))
    assert [one["study"] for one in recorded["studies"]] == ["seeds", "learning curve", "folds"]
    assert "<svg" in training.to_html()
    assert sorted(path.name for path in tmp_path.iterdir()) == ["mine"]


def test_a_fold_holds_both_classes_and_no_text_twice():
    from biasdetect.finetune.retrain.annotations import deal, first_share, split
    from biasdetect.labels import read_labels

    twice = [*records(60), {"text": records(1)[0]["text"].upper(), "label": 0}]
    found = read_labels([twice]).records
    folds = deal(found, 5)
    assert sum(map(len, folds)) == len(found) == 61
    assert max(map(len, folds)) - min(map(len, folds)) <= 2
    assert all({record.decision for record in fold} == {0, 1} for fold in folds)
    (place,) = {number for number, fold in enumerate(folds) for record in fold if record.text.casefold() == twice[0]["text"].casefold()}  # fmt: skip
    assert place in range(5)
    parts = split(found, keep_test=True)
    half, quarter = first_share(parts, 0.5), first_share(parts, 0.25)
    assert set(quarter.train) <= set(half.train) <= set(parts.train)
    assert half.test == parts.test
    assert len(half.train) == pytest.approx(len(parts.train) / 2, abs=2)
    assert {record.decision for record in quarter.train} == {0, 1}


def test_a_tracker_that_is_not_installed_is_told_before_any_work(tmp_path, tiny, monkeypatch):
    from biasdetect.finetune.retrain import trackers

    monkeypatch.setitem(trackers._AVAILABLE, "wandb", lambda: False)
    with pytest.raises(MissingLibraryError, match="pip install wandb"):
        biasdetect.train(records(), tmp_path / "mine", model=tiny, log="wandb")
    assert list(tmp_path.iterdir()) == []


def test_a_tracker_sees_the_training_and_nothing_is_reported_unasked(tmp_path, encoder, monkeypatch):
    from biasdetect.finetune.retrain import trackers

    written = []

    class SummaryWriter:
        def __init__(self, log_dir):
            written.append(("folder", log_dir))

        def add_text(self, name, *_):
            written.append((name, None))

        def add_scalar(self, name, value, step):
            written.append((name, value))

        def flush(self):
            pass

        close = flush

    fake = types.ModuleType("torch.utils.tensorboard")
    fake.SummaryWriter = SummaryWriter
    monkeypatch.setitem(sys.modules, "torch.utils.tensorboard", fake)
    monkeypatch.setitem(trackers._AVAILABLE, "tensorboard", lambda: True)
    monkeypatch.setattr("transformers.integrations.integration_utils.is_tensorboard_available", lambda: True)
    monkeypatch.delenv("TENSORBOARD_LOGGING_DIR", raising=False)
    biasdetect.train(records(40), tmp_path / "mine", base=encoder, language="de", epochs=1, batch_size=2, log="tensorboard")  # fmt: skip
    assert str(dict(written)["folder"]).startswith(str(tmp_path / "runs" / "mine-"))
    assert {"train/loss", "eval/auc"} <= {name for name, _ in written}


def test_ctrl_c_is_acknowledged_at_once_and_resume_goes_on(tmp_path, encoder):
    from transformers import TrainerCallback

    said = []

    class Pressing(TrainerCallback):
        def on_step_begin(self, arguments, state, *_, **__):
            if state.global_step == 3:
                signal.raise_signal(signal.SIGINT)
                assert "Stopping after this step" in said[-1]  # at once, in mid-step

    options = {"base": encoder, "language": "de", "epochs": 1, "batch_size": 4, "say": said.append}
    with pytest.raises(InterruptedTrainingError, match="checkpoint is stored"):
        biasdetect.train(records(40), tmp_path / "mine", callbacks=[Pressing()], **options)
    assert not (tmp_path / "mine").exists()
    with pytest.raises(DataError, match="resume"):
        biasdetect.train(records(40), tmp_path / "mine", **options)
    assert biasdetect.train(records(40), tmp_path / "mine", resume=True, **options).folder.is_dir()


def test_a_bar_shows_how_far_the_old_model_is_read():
    from rich.console import Console

    from biasdetect.finetune.network.progress import TrainingProgress

    console = Console(file=io.StringIO(), force_terminal=True, width=100)
    progress = TrainingProgress(console)
    progress.count("reading what the model says so far", 10, 40)
    progress.count("reading what the model says so far", 40, 40)
    assert "Reading what the model says so far" in console.file.getvalue()
    assert "40/40" in console.file.getvalue()
    assert console.file.getvalue().rstrip().endswith("\x1b[2K")  # it is taken away again


def test_reading_the_old_model_is_counted(tmp_path, trained):
    from biasdetect.finetune.retrain import training
    from biasdetect.finetune.retrain.annotations import split
    from biasdetect.finetune.retrain.steps import Steps
    from biasdetect.labels import read_labels

    counted = []
    settings = training.RetrainSettings("mine", str(trained[0].folder))
    start = training.open_start(settings)
    unmarked = [
        {"text": row["text"], "label": row["label"]} for row in records(80, 4)
    ]  # the old model says what of it is loaded
    run = training._prepare(split(read_labels([unmarked]).records, keep_test=True), settings, start, tmp_path)
    steps = Steps(counted=lambda *said: counted.append(said))
    steps.begin("reading")
    training._dataset(run, start.network, steps)
    assert [done for _, done, _ in counted] == sorted(done for _, done, _ in counted)
    assert counted[-1][1] == counted[-1][2] > 0


def test_the_study_of_the_examples_runs(quick, tiny, tmp_path, root, monkeypatch, capsys):
    """As it stands, but for a small model to go on from, and a copy of it where each training would be."""
    needs(bool(importlib.util.find_spec("pandas")), 'needs the notebook extra (pandas missing): pip install ".[dev]"')
    monkeypatch.setattr(
        "biasdetect.finetune.retrain.update._refuse_inverted", lambda *_: None
    )  # it knows nothing of them
    monkeypatch.setattr(sys, "argv", ["research.py", str(tiny), str(tmp_path / "out")])
    runpy.run_path(str(root / "examples" / "research.py"))
    shown = capsys.readouterr().out
    assert "Training on 50% of the labels" in shown
    assert "macro_f1" in shown
    written = {path.name for path in (tmp_path / "out").iterdir()}
    assert written == {"model", "figures.csv", "figures.tex", "sentences.jsonl", "training.html"}
    assert r"\begin{tabular}{lrr}" in (tmp_path / "out" / "figures.tex").read_text(encoding="utf-8")
    assert "<svg" in (tmp_path / "out" / "training.html").read_text(encoding="utf-8")
    assert (tmp_path / "out" / "sentences.jsonl").read_text(encoding="utf-8").count("\n") > 10


def test_the_commands_print_studies_times_and_tables(quick, tiny, tmp_path, monkeypatch, capsys):
    from biasdetect.commands.main import main

    def run(*arguments):
        monkeypatch.setattr(sys, "argv", ["biasdetect", *map(str, arguments)])
        with pytest.raises(SystemExit) as ended:
            main()
        return ended.value.code, capsys.readouterr().out

    monkeypatch.chdir(tmp_path)
    write_labels(tmp_path / "labels.csv", 120, seed=7)
    studies = ("--seeds", "2", "--folds", "2", "--learning-curve", "--html", "study.html")
    code, shown = run("train", "labels.csv", "--model", tiny, "--out", "mine", "--trust-labels", *studies)
    assert code == 0
    assert "2 seeds (13, 14)" in shown
    assert "2 folds, 120 texts" in shown
    assert "Learning curve" in shown
    assert "<svg" in (tmp_path / "study.html").read_text(encoding="utf-8")
    (took,) = [line for line in shown.splitlines() if line.startswith("It took ")]
    whole, *steps = map(int, re.findall(r"(\d+)(?= s:|,|\.)", took))
    assert abs(whole - sum(steps)) <= len(steps)  # the steps are all of it
    assert "starting and reading the labels" in took
    assert "training further models" in took
    code, shown = run("evaluate", "labels.csv", "--model", tiny, "--format", "csv")
    assert (code, shown.splitlines()[0]) == (0, "data,model,texts,figure,value,low,high")
    code, shown = run("evaluate", "labels.csv", "--model", tiny, "--format", "latex")
    assert code == 0
    assert shown.startswith("% needs")


def test_a_model_that_is_to_read_another_language_keeps_nothing_of_the_old_one(tiny):
    from biasdetect.finetune.retrain.training import RetrainSettings, open_start, plan

    same = RetrainSettings("mine", str(tiny))
    assert open_start(same).keeps
    assert not open_start(RetrainSettings("mine", str(tiny), language="fr")).keeps
    assert plan(100, same, fresh=True).epochs == 2 * plan(100, same).epochs
