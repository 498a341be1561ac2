"""From annotators' records to parts, targets and calibration; models that take another's place."""

import json
import math
import shutil
from types import SimpleNamespace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from biasdetect.errors import ModelError
from biasdetect.labels.records import LabelRecord, LabelSpan, Vote
from biasdetect.model.categories import CATEGORIES

pytestmark = pytest.mark.usefixtures("train_libraries")

TEXT = "The shameless mayor of Kestrel Bay left early."


def record(text=TEXT, **fields):
    return LabelRecord(text, **fields)


@settings(max_examples=60, deadline=None)
@given(
    st.lists(
        st.tuples(st.integers(0, 40), st.sampled_from([0, 1, None]), st.integers(1, 15)), min_size=1, max_size=200
    ),
    st.booleans(),
    st.booleans(),
)
def test_every_record_is_in_one_part_and_no_sentence_in_two(rows, keep_test, articles):
    from biasdetect.finetune.retrain.annotations import split

    records = [
        record(f"Sentence {text} of the council.", label=label, extra={"article": f"a{article}"} if articles else {})
        for text, label, article in rows
    ]
    parts = split(records, keep_test=keep_test)
    lists = [parts.train, parts.development, parts.test]
    assert sorted(map(id, records)) == sorted(id(one) for part in lists for one in part)
    assert keep_test or not parts.test
    assert parts == split(records, keep_test=keep_test)
    texts = [{one.text for one in part} for part in lists]
    assert not (texts[0] & texts[1]) | (texts[0] & texts[2]) | (texts[1] & texts[2])


@pytest.mark.parametrize("articles", [1, 2, 3, 8, 12, 40])
def test_no_article_is_in_two_parts_unless_there_are_too_few(articles):
    from biasdetect.finetune.retrain.annotations import split

    records = [
        record(f"Town {number} spoke.", label=number % 2, extra={"article": f"a{number % articles}"})
        for number in range(120)
    ]
    parts = split(records, keep_test=True)
    names = [{one.extra["article"] for one in part} for part in (parts.train, parts.development, parts.test)]
    assert len(parts.train) >= 70
    assert len(parts.test) >= 10
    if articles >= 12:
        assert not (names[0] & names[1]) | (names[0] & names[2]) | (names[1] & names[2])


@pytest.mark.parametrize("spans_alone", [False, True])
def test_parts_have_their_share_of_both_classes(spans_alone):
    from biasdetect.finetune.retrain.annotations import as_example, split

    def made(number):
        biased = number % 10 == 0
        spans = (LabelSpan(0, 4, "opinion"),) * biased
        return record(f"Town {number} spoke.", **({"spans": spans} if spans_alone else {"label": int(biased)}))

    parts = split([made(number) for number in range(500)], keep_test=True)
    for part, size in ((parts.train, 340), (parts.development, 60), (parts.test, 100)):
        assert 0.6 * size < len(part) < 1.4 * size
        assert 0.05 < sum(as_example(one).label for one in part) / len(part) < 0.2


def test_what_proves_a_model_was_not_trained_on_when_labels_were_fewer():
    from biasdetect.finetune.retrain.annotations import split

    records = [record(f"Town {number} spoke.", label=number % 2) for number in range(700)]
    before, after = split(records[:500], keep_test=True), split(records, keep_test=True)
    assert len(after.test) > len(before.test)
    assert not {one.text for one in after.test} & {one.text for one in (*before.train, *before.development)}


@pytest.mark.parametrize("sentences", [[1] * 12, [10] * 10, [200, *[3] * 11], [1500] * 10])
def test_articles_that_are_all_plain_or_long_leave_no_part_empty(sentences):
    from biasdetect.finetune.retrain.annotations import split

    records = [
        record(f"Town {article}-{number} spoke.", label=int(article % 3 == 0), extra={"article": f"a{article}"})
        for article, count in enumerate(sentences)
        for number in range(count)
    ]
    parts = split(records, keep_test=True)
    assert min(len(parts.development), len(parts.test)) >= 1
    assert len(parts.train) >= len(records) / 2


def test_votes_become_soft_targets_and_unmarked_words_stay_unknown():
    from biasdetect.finetune.retrain.annotations import as_example

    votes = (Vote(1, "anna"), Vote(1, "ben"), Vote(0, "cy"))
    marked = (LabelSpan(4, 13, "opinion", annotator="anna"), LabelSpan(4, 19, annotator="ben"))
    example = as_example(record(votes=votes, spans=marked))
    assert example.sentence == pytest.approx(2 / 3)
    assert [(span.start, span.end, round(span.target, 2)) for span in example.spans] == [(4, 13, 0.67), (13, 19, 0.33)]
    assert example.rest == 0
    assert [(span.start, span.end) for span in example.marked] == [(4, 13)]
    assert math.isnan(as_example(record(label=1)).rest)
    assert type(as_example(record(label=1)).sentence) is float  # whatever the caller's number was
    assert as_example(record(label=0)).rest < 0.05
    words_alone = as_example(record(spans=(LabelSpan(4, 13, "opinion"),)))
    assert (words_alone.sentence, words_alone.label) == (1, 1)
    assert as_example(record(spans=())).label == 0
    quoted = as_example(record(label=0, spans=(LabelSpan(4, 13, "opinion", voice="quote"),)))
    assert math.isnan(quoted.spans[0].target)
    assert not quoted.marked


def test_a_rare_class_is_seen_more_often_but_not_without_end():
    from biasdetect.finetune.retrain.annotations import as_example, balanced

    def made(biased, plain):
        return [as_example(record(f"Town {number}.", label=int(number < biased))) for number in range(biased + plain)]

    assert sum(one.label for one in balanced(made(10, 90))) == 30
    assert sum(one.label for one in balanced(made(1, 999))) == 8
    assert len(balanced(made(40, 60))) == 100
    assert len(balanced(made(0, 20))) == 20


def test_replay_keeps_pairs_together_and_is_the_same_for_a_seed(root, tmp_path, monkeypatch):
    from biasdetect.finetune.retrain import annotations
    from biasdetect.finetune.retrain.annotations import replay

    for file in (root / "training" / "corpus").glob("train*.jsonl"):  # reading all of them takes seconds
        lines = file.read_text(encoding="utf-8").splitlines(keepends=True)
        (tmp_path / file.name).write_text("".join(lines[:400]), encoding="utf-8")
    monkeypatch.setattr(annotations, "corpus_folder", lambda: tmp_path)
    chosen = replay(300, 3)
    assert 300 <= len(chosen) < 320
    assert chosen == replay(300, 3)
    assert chosen != replay(300, 4)
    texts = {one.text for one in chosen}
    partners = [one for one in replay(10**6, 3) if one.pair and one.pair in {other.pair for other in chosen}]
    assert all(one.text in texts for one in partners)


def test_few_labels_move_the_calibration_little_and_many_move_it():
    from biasdetect.finetune.network.development import platt

    rng = np.random.default_rng(0)
    logits = rng.normal(size=400).astype(np.float32)
    said = (1 / (1 + np.exp(-2 * logits))).astype(np.float32)
    before = (logits, said, 100 / 400)

    def shift(count):
        new = rng.normal(size=count).astype(np.float32)
        labels = (rng.random(count) < 1 / (1 + np.exp(-(2 * new - 2)))).astype(int)
        return platt(new, labels, before).intercept

    assert platt(np.zeros(0, np.float32), np.zeros(0, int), before).slope == pytest.approx(2, rel=0.1)
    assert -0.6 < shift(10) < 0.3
    assert shift(3000) < -1.6


def folder(place, shipped, name):
    """A model that is told apart by its name alone."""
    from biasdetect.model.folder import fingerprint_of

    shutil.copytree(shipped, place)
    config = json.loads((place / "config.json").read_text())
    config["biasdetect"]["inference"]["name"] = name
    config["biasdetect"]["fingerprint"] = fingerprint_of(
        config["biasdetect"]["inference"], config["biasdetect"]["files"]
    )
    (place / "config.json").write_text(json.dumps(config))
    return place


def test_the_replaced_model_is_kept_and_comes_back(shipped, tmp_path):
    from biasdetect.model.store import describe_model, history, install, models_in, rollback

    place = folder(tmp_path / "models" / "mine", shipped, "first")
    for name in ("second", "third"):
        kept = install(folder(tmp_path / "models" / ".mine.new", shipped, name), place)
        assert describe_model(place).name == name
        assert not describe_model(kept).problem
    assert [entry.name for entry in history(place)] == ["second", "first"]
    assert [entry.path for entry in models_in(tmp_path / "models")] == [place]
    entry, aside = rollback(place)
    assert entry.name == "second"
    assert describe_model(aside).name == "third"
    first = next(entry for entry in history(place) if entry.name == "first")
    assert rollback(place, first.fingerprint[:6])[0].name == "first"
    assert {entry.name for entry in history(place)} == {"second", "third"}
    with pytest.raises(ModelError, match="no earlier model feed"):
        rollback(place, "feed")


def test_a_stop_between_the_two_renamings_is_mended_by_rollback(shipped, tmp_path):
    from biasdetect.model.store import _aside, describe_model, rollback

    place = folder(tmp_path / "mine", shipped, "old")
    aside = _aside(place)
    aside.parent.mkdir(parents=True)
    place.rename(aside)
    assert rollback(place)[1] is None
    assert describe_model(place).name == "old"


def test_where_the_new_one_cannot_be_moved_the_old_one_stays(shipped, tmp_path):
    from biasdetect.model.store import describe_model, install

    place = folder(tmp_path / "mine", shipped, "old")
    with pytest.raises(ModelError, match="cannot be replaced"):
        install(tmp_path / "missing", place)
    assert describe_model(place).name == "old"


def test_an_altered_model_is_not_brought_back(shipped, tmp_path):
    from biasdetect.model.store import describe_model, install, rollback

    place = folder(tmp_path / "mine", shipped, "old")
    kept = install(folder(tmp_path / "new", shipped, "new"), place)
    (kept / "tokenizer.json").write_text("{}")
    with pytest.raises(ModelError, match="altered"):
        rollback(place)
    assert describe_model(place).name == "new"


@pytest.fixture
def tiny(tmp_path, tiny_texts):
    """A small network, a data set for it and what it is trained by."""
    from transformers import AutoTokenizer

    from biasdetect.finetune.network.features import build_dataset
    from biasdetect.finetune.network.smoke import make_tiny_encoder
    from biasdetect.finetune.recipe.schema import Stage
    from biasdetect.finetune.retrain.annotations import corpus_development
    from biasdetect.model.network import BiasNetwork

    base = make_tiny_encoder(tmp_path / "encoder", tiny_texts)
    dataset = build_dataset(corpus_development()[:40], AutoTokenizer.from_pretrained(base), 64)
    stage = Stage(name="labels", sources=["labels"], epochs=1, batch_size=8, learning_rate=1e-3)
    return BiasNetwork.from_encoder(str(base)), dataset, stage


@pytest.mark.parametrize(
    ("labels", "old"), [(1, 0.5), (500, 0.5), (501, 0.25), (5000, 0.25), (5001, 0.0), (60_000, 0.0)]
)
def test_the_fewer_the_labels_the_more_is_left_of_the_old_weights(labels, old, tiny, tmp_path):
    import torch

    from biasdetect.finetune.retrain import training
    from biasdetect.finetune.retrain.categories import ModelCategories

    network, _, stage = tiny
    network.save_pretrained(tmp_path / "parent")
    before = {name: weights.clone() for name, weights in network.state_dict().items()}
    with torch.no_grad():
        for weights in network.parameters():
            weights.add_(1.0)
    after = {name: weights.clone() for name, weights in network.state_dict().items()}

    def mixed(parent):
        start = training.Start(network, None, "en", ModelCategories(CATEGORIES), parent, keeps=parent is not None)
        parts = SimpleNamespace(train=range(labels))
        training._keep_old(training._Run(None, parts, start, tmp_path, stage), network)
        return network.state_dict()

    # an encoder with fresh heads knew nothing that is worth keeping
    assert all(torch.equal(weights, after[name]) for name, weights in mixed(None).items())
    parent = SimpleNamespace(path=tmp_path / "parent", config=SimpleNamespace(categories=CATEGORIES))
    for name, weights in mixed(parent).items():
        assert torch.allclose(weights, old * before[name] + (1 - old) * after[name], atol=1e-5), name


def test_a_batch_that_does_not_fit_is_halved_until_it_does(tiny, tmp_path, caplog):
    import torch

    from biasdetect.finetune.network.fitting import fit_network

    network, dataset, stage = tiny
    sizes = []

    def limited(_, __, inputs):
        sizes.append(len(inputs["input_ids"]))
        if sizes[-1] > 2:
            raise torch.OutOfMemoryError("CUDA out of memory. Tried to allocate 2 GiB")

    network.register_forward_pre_hook(limited, with_kwargs=True)
    fit_network(network, dataset, stage, 1, tmp_path / "checkpoints", pad_id=0, judge=None)
    assert sizes[:3] == [8, 4, 2]
    assert set(sizes[2:]) == {2}
    assert "halved to 2 sentences" in caplog.text


def test_where_not_even_one_sentence_fits_it_says_so(tiny, tmp_path):
    import torch

    from biasdetect.errors import DataError
    from biasdetect.finetune.network.fitting import fit_network

    network, dataset, stage = tiny

    def full(*_):
        raise torch.OutOfMemoryError("CUDA out of memory. Tried to allocate 2 GiB")

    network.register_forward_pre_hook(full)
    with pytest.raises(DataError, match="Not even one sentence fits"):
        fit_network(network, dataset, stage, 1, tmp_path / "checkpoints", pad_id=0, judge=None)


def test_layers_that_are_frozen_stay_as_they_are_and_those_above_learn(tiny, tmp_path):
    from biasdetect.finetune.network.fitting import fit_network

    network, dataset, stage = tiny
    before = {name: value.detach().clone() for name, value in network.named_parameters()}
    stage = stage.model_copy(update={"frozen_layers": 1})
    fit_network(network, dataset, stage, 1, tmp_path / "checkpoints", pad_id=0, judge=None)
    changed = {name for name, value in network.named_parameters() if not value.equal(before[name])}
    encoder = {name for name in before if name.startswith("encoder.")}
    below = {name for name in encoder if ".embeddings." in f".{name}" or ".layer.0." in name}
    assert not changed & below
    assert encoder - below <= changed


def test_of_a_stage_that_names_what_learns_nothing_else_does(tiny, tmp_path):
    from biasdetect.errors import DataError
    from biasdetect.finetune.network.fitting import fit_network

    network, dataset, stage = tiny
    before = {name: value.detach().clone() for name, value in network.named_parameters()}
    named = stage.model_copy(update={"learning": ["sentence_"]})
    fit_network(network, dataset, named, 1, tmp_path / "checkpoints", pad_id=0, judge=None)
    changed = {name for name, value in network.named_parameters() if not value.equal(before[name])}
    assert changed == {name for name in before if name.startswith("sentence_")}
    wrong = stage.model_copy(update={"learning": ["sentence_", "sentences."]})
    with pytest.raises(DataError, match=r"no weights begin with .sentences\."):
        fit_network(network, dataset, wrong, 1, tmp_path / "others", pad_id=0, judge=None)


def test_a_checkpoint_that_was_cut_off_is_passed_over(tmp_path):
    from biasdetect.finetune.network.fitting import last_checkpoint

    assert last_checkpoint(tmp_path / "none") is None
    for step, state in ((5, '{"global_step": 5}'), (10, '{"global_step": 10}'), (15, '{"global'), (20, None)):
        folder = tmp_path / f"checkpoint-{step}"
        folder.mkdir()
        if state:
            (folder / "trainer_state.json").write_text(state)
    assert last_checkpoint(tmp_path) == tmp_path / "checkpoint-10"


def flip(path):
    data = bytearray(path.read_bytes())
    data[len(data) // 2] ^= 0x5A
    path.write_bytes(data)


def test_a_checkpoint_with_changed_bytes_is_named_and_not_gone_on_from(tiny, tmp_path):
    from biasdetect.errors import DataError
    from biasdetect.finetune.network.fitting import fit_network

    network, dataset, stage = tiny
    checkpoints = tmp_path / "checkpoints"

    def fit():
        fit_network(network, dataset, stage, 1, checkpoints, pad_id=0, judge=None, save_seconds=0)

    fit()
    fit()  # what is whole is gone on from
    weights = next(checkpoints.glob("checkpoint-*/model.safetensors"))
    flip(weights)
    with pytest.raises(DataError, match=rf"{weights} was changed since .*delete its work folder to begin anew"):
        fit()
    weights.unlink()
    with pytest.raises(DataError, match=rf"{weights} is missing"):
        fit()


def test_stored_targets_with_changed_bytes_are_named_and_not_trained_on(tiny, tmp_path):
    from biasdetect.errors import DataError
    from biasdetect.finetune.stages import load_targets, store_targets

    stored = tmp_path / "targets"
    store_targets(tiny[1], stored)
    assert list(load_targets(stored)["length"]) == list(tiny[1]["length"])
    flip(next(stored.glob("*.arrow")))
    with pytest.raises(DataError, match="arrow was changed since"):
        load_targets(stored)
