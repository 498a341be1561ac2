"""A model with categories of the user's own, from labels to a report: beside ours, and in their place."""

import json
import random
import sys

import pytest

import biasdetect
from biasdetect.labels import LabelRecord, LabelSpan
from biasdetect.model.categories import CATEGORIES
from biasdetect.model.folder import open_model

pytestmark = pytest.mark.usefixtures("train_extra")

WORDS = {"dogwhistle": ("those people", "their kind"), "opinion": ("shameless", "spineless")}
DEFINED = """
[categories.dogwhistle]
title = "Dog whistle"
definition = "heard by a part of the audience"
colour = "#8a5a00"
"""


def rows(count, names=("dogwhistle", "opinion"), seed=0):
    rng = random.Random(seed)
    for number in range(count):
        name = (*names, None, None)[number % (len(names) + 2)]
        said = rng.choice(WORDS[name]) if name else "the budget"
        text = f"The mayor of town {seed}-{number} spoke of {said} to {rng.randint(2, 90)} guests."
        start = text.index(said)
        yield {"text": text, "spans": [{"start": start, "end": start + len(said), "label": name}] if name else []}


@pytest.fixture
def labels(tmp_path):
    def labels(name, count=60, **made):
        (tmp_path / name).write_text("".join(json.dumps(row) + "\n" for row in rows(count, **made)), encoding="utf-8")
        return name

    return labels


@pytest.fixture
def command(tmp_path, monkeypatch, capsys):
    """The command line in this process, with nothing of our corpus, which would take long."""
    from biasdetect.commands.main import main
    from biasdetect.finetune.retrain import training, update

    (tmp_path / "corpus").mkdir()
    dev = [{**row, "label": int(bool(row["spans"]))} for row in rows(12, ("opinion",), 7)]
    for name in ("dev.jsonl", "train.jsonl"):
        (tmp_path / "corpus" / name).write_text("".join(json.dumps(row) + "\n" for row in dev), encoding="utf-8")
    monkeypatch.setattr("biasdetect.finetune.retrain.annotations.corpus_folder", lambda: tmp_path / "corpus")
    monkeypatch.setattr(training, "_PARITY_SENTENCES", 4)
    monkeypatch.setattr(update, "read_regressions", lambda _: {})
    monkeypatch.chdir(tmp_path)

    def run(*arguments):
        monkeypatch.setattr(sys, "argv", ["biasdetect", *map(str, arguments)])
        with pytest.raises(SystemExit) as ended:
            main()
        shown = capsys.readouterr()
        return ended.value.code, shown.out + shown.err

    return run


def test_a_category_beside_ours_is_learned_defined_and_kept(command, labels, smoke, tmp_path):
    (tmp_path / "own.toml").write_text(DEFINED)
    fast = ("--epochs", "1", "--batch-size", "16")
    code, said = command("train", labels("a.jsonl"), "--categories", "own.toml", "--model", smoke[0] / "model", "--out", "mine", *fast)  # fmt: skip
    assert code == 0, said
    assert "new category dogwhistle, 15 marks: it will hardly be found" in said
    config = open_model("mine").config
    assert config.categories == (*CATEGORIES, "dogwhistle")
    assert config.own[0].definition == "heard by a part of the audience"
    assert "Dog whistle | heard by a part" in (tmp_path / "mine" / "README.md").read_text(encoding="utf-8")
    assert json.loads((tmp_path / "mine" / "config.json").read_text())["biasdetect"]["format"] == 3
    report = biasdetect.load("mine").score("The mayor spoke of those people.")
    assert report.categories == config.own

    # the model knows its categories: labels for it need no option, and it keeps them
    code, said = command("evaluate", "a.jsonl", "--model", "mine")
    assert code == 0, said
    assert "no known category" not in said
    code, said = command("train", labels("b.jsonl", seed=1), "--out", "mine", "--replace", *fast)
    assert code in (0, 1), said
    assert "no known category" not in said
    later = open_model("mine" if code == 0 else "mine.rejected").config
    assert (later.categories, later.own) == (config.categories, config.own)


def test_names_of_the_labels_in_place_of_ours(command, labels, smoke, tmp_path):
    fast = ("--epochs", "1", "--batch-size", "16")
    code, said = command("train", labels("a.jsonl"), "--new-categories", "instead", "--model", smoke[0] / "model", "--out", "mine", *fast)  # fmt: skip
    assert code == 0, said
    config = open_model("mine").config
    assert config.categories == ("dogwhistle", "opinion")
    assert [own.title for own in config.own] == ["dogwhistle", "opinion"]
    assert not config.reasons
    assert "own corpus" not in said  # it asks another question
    stage = json.loads((tmp_path / "mine" / "metrics.json").read_text())["recipe"]["stages"][0]
    assert (stage["sources"], stage["teachers"], stage["old_share"]) == (["labels"], [], 0.0)
    code, said = command("labels", "check", "a.jsonl")
    assert code == 3
    assert "--new-categories beside" in said


def test_what_cannot_be_learned_is_told_before_any_training(command, labels, smoke, tmp_path):
    (tmp_path / "own.toml").write_text("[categories.slur]\n")
    here = ("--model", smoke[0] / "model", "--out", "mine")
    plain = labels("a.jsonl", names=("opinion",))
    code, said = command("train", plain, "--categories", "own.toml", *here)
    assert (code, "named slur" in said) == (4, True), said
    (tmp_path / "bad.toml").write_text("[categories.slur]\ntitel = 3\n")
    code, said = command("train", plain, "--categories", "bad.toml", *here)
    assert (code, "did you mean title" in said) == (2, True), said
    code, said = command("train", labels("b.jsonl"), *here)
    assert (code, "Nothing was trained" in said) == (3, True), said
    assert "--new-categories beside" in said
    assert not (tmp_path / "mine").exists()


def test_at_a_terminal_it_is_asked(command, labels, monkeypatch):
    from biasdetect.commands import categories
    from biasdetect.labels import ReadOptions, read_labels

    name = labels("a.jsonl")
    read = read_labels([name])
    assert read.problems
    monkeypatch.setattr(categories.sys, "stdin", type("Terminal", (), {"isatty": lambda _: True})())
    for answer, good in ((True, 60), (False, 45)):
        monkeypatch.setattr(categories.click, "confirm", lambda question, answer=answer: answer)
        result, options = categories.asked_for([name], ReadOptions(), (), read)
        assert (len(result.records), options.own.any) == (good, answer)


def test_a_new_category_begins_untaught_and_the_others_as_they_were(smoke, train_libraries):
    import torch

    from biasdetect.model.network import BiasNetwork

    network = BiasNetwork.from_pretrained(smoke[0] / "model", dtype=torch.float32).eval()
    more = network.with_categories((*CATEGORIES, "dogwhistle"), reasons=network.config.reasons).eval()
    alone = network.with_categories(("opinion", "dogwhistle"), reasons=False).eval()
    ids = torch.randint(5, 90, (4, 12), generator=torch.Generator().manual_seed(1))
    mask = torch.ones_like(ids)
    with torch.no_grad():
        before, after, other = (each(ids, mask) for each in (network, more, alone))
    assert torch.allclose(before.token_logits, after.token_logits[..., :-1], atol=1e-6)
    assert torch.equal(before.sentence_logits, after.sentence_logits)
    assert (after.token_logits[..., 1:].argmax(-1) < len(CATEGORIES)).all()
    opinion = 1 + CATEGORIES.index("opinion")
    assert torch.allclose(other.token_logits[..., :2], before.token_logits[..., [0, opinion]], atol=1e-6)


def test_going_on_keeps_the_heads_that_the_model_has(shipped, train_libraries):
    from biasdetect.finetune.retrain.training import RetrainSettings, open_start
    from biasdetect.results import OwnCategory

    before = open_model(shipped).config
    own = (OwnCategory("slur", "Slur", "", "#8a5a00"),)
    for settings, reasons in ((RetrainSettings("a"), True), (RetrainSettings("a", own=own), True), (RetrainSettings("a", own=own, instead=True), False)):  # fmt: skip
        network = open_start(settings).network
        assert (network.config.voice, network.config.reasons) == (before.voice, before.reasons and reasons)
        assert hasattr(network, "voice_head")


def test_where_new_wording_alone_is_marked_the_rest_is_left_to_the_old_model():
    import math

    from biasdetect.finetune.retrain.annotations import as_open_example, of_new_alone

    names = (*CATEGORIES, "hedge")
    marked = LabelRecord("Perhaps the shameless mayor left.", spans=(LabelSpan(0, 7, "hedge"),))
    bare = LabelRecord("The shameless mayor left.", spans=())
    both = LabelRecord("The vile mayor left.", spans=(LabelSpan(4, 8, "opinion"),))
    assert of_new_alone([marked, bare], CATEGORIES)
    assert not of_new_alone([marked, both], CATEGORIES)
    assert not of_new_alone([bare], CATEGORIES)
    one, other = (as_open_example(record, names) for record in (marked, bare))
    assert (one.sentence, one.spans[0].category, math.isnan(one.rest)) == (1.0, 6, True)
    assert math.isnan(other.sentence)
    assert math.isnan(other.rest)
