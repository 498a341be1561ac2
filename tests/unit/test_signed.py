"""Edits are judged by their words and by what the network makes of the place."""

import json
import shutil
from types import SimpleNamespace

import numpy as np
import pytest

import biasdetect
from biasdetect.errors import DataError
from biasdetect.model.folder import CONFIG, fingerprint_of
from biasdetect.suggest.edits import Edit
from biasdetect.suggest.signed import place_of, probability, signed_features

TEXT = "The shameless mayor left."
OFFSETS = [(0, 0), (0, 3), (4, 13), (14, 19), (20, 24), (24, 25), (0, 0)]


def test_the_place_of_an_edit_is_its_words_with_one_on_either_side():
    assert place_of(OFFSETS, 4, 13) == ([1], [2], [3])
    assert place_of(OFFSETS, 0, 3) == ([], [1], [2])


def test_where_words_were_left_out_the_place_is_between_their_neighbours():
    assert place_of([(0, 0), (0, 3), (4, 9), (10, 14), (14, 15), (0, 0)], 4, 4) == ([1], [], [2])


def scored(edits):
    return SimpleNamespace(offsets=OFFSETS, edits=None if edits is None else np.array(edits, np.float32))


def test_the_network_is_heard_where_it_judges_edits_and_the_words_alone_where_it_does_not():
    for_it = scored([[1.0, 9.0, 1.0, 0.0, 0.0, 0.0]] * 7)  # nothing stands in the place of what was left out
    against_it = scored([[-1.0, 9.0, -1.0, 0.0, 0.0, 0.0]] * 7)
    before = scored([[0.0, 0.0, 0.0, 0.0, 0.5, 0.0]] * 7)
    assert probability(0.0, before, (4, 13), for_it, (4, 4)) > 0.9
    assert probability(0.0, before, (4, 13), against_it, (4, 4)) < 0.2
    assert probability(0.0, scored(None), (4, 13), scored(None), (4, 4)) == 0.5


def test_features_of_an_edit_know_what_stands_beside_it_and_not_where():
    there = signed_features(TEXT, Edit(4, 14, ""), "opinion", "deletion")
    later = signed_features("On Monday the shameless mayor left.", Edit(14, 24, ""), "opinion", "deletion")
    assert "deletion left the" in there
    assert "deletion left the" in later
    assert "old shameless" in there


@pytest.fixture
def network(tmp_path, tiny_texts, train_libraries):
    from transformers import AutoTokenizer

    from biasdetect.finetune.network.smoke import make_tiny_encoder
    from biasdetect.model.network import BiasNetwork

    base = make_tiny_encoder(tmp_path / "encoder", tiny_texts)
    return BiasNetwork.from_encoder(str(base)).eval(), AutoTokenizer.from_pretrained(base)


def edits_of(texts):
    from biasdetect.finetune.recipe.judged import Judged

    found = []
    for number, text in enumerate(texts):
        first = text.index(" ") + 1
        second = text.index(" ", first) + 1
        verdict = "g" if number % 2 else "b"
        found.append(Judged(f"{number:012x}", text, first, second, "", "deletion", "opinion", verdict))
    return found


def test_a_head_for_edits_changes_nothing_else(network, tiny_texts):
    import torch

    from biasdetect.finetune.network.edits import edit_states, with_edit_head

    network, tokenizer = network
    edits = edits_of([text for text in tiny_texts if text.count(" ") > 2])
    extended = with_edit_head(network, edits, edit_states(network, tokenizer, edits, [1, 2]), [1, 2])
    encoded = tokenizer([tiny_texts[0]], return_tensors="pt")
    inputs = encoded["input_ids"], encoded["attention_mask"]
    with torch.no_grad():
        before, after = network(*inputs), extended(*inputs)
    assert before.edit_logits is None
    assert after.edit_logits.shape == (*inputs[0].shape, 6)
    assert torch.equal(before.sentence_logits, after.sentence_logits)
    assert torch.equal(before.token_logits, after.token_logits)


def test_a_model_that_judges_edits_in_a_way_of_before_is_read_and_its_words_alone_are_heard(detector, tmp_path):
    copy = shutil.copytree(detector.folder.path, tmp_path / "copy")
    settings = json.loads((copy / CONFIG).read_text(encoding="utf-8"))
    inference = settings["biasdetect"]["inference"]
    del inference["edit_parts"], settings["edit_layers"]
    inference["edits"], settings["edit_layer"] = True, 3
    settings["biasdetect"] |= {"format": 4, "fingerprint": fingerprint_of(inference, settings["biasdetect"]["files"])}
    (copy / CONFIG).write_text(json.dumps(settings), encoding="utf-8")
    report = biasdetect.load(copy).score("The shameless mayor of Torvik left the hall on Monday.")
    assert [phrase.text for sentence in report.sentences for phrase in sentence.phrases] == ["shameless"]


def test_edits_whose_sentences_are_nowhere_are_told(tmp_path, train_libraries):
    from biasdetect.finetune.recipe.judged import read_judged

    row = {
        "digest": "0" * 12,
        "start": 0,
        "end": 1,
        "new": "",
        "kind": "deletion",
        "category": "opinion",
        "verdict": "g",
    }
    (tmp_path / "judged.jsonl").write_text(json.dumps(row) + "\n", encoding="utf-8")
    (tmp_path / "sample.jsonl").write_text("", encoding="utf-8")
    with pytest.raises(DataError, match="1 sentences are not among those"):
        read_judged(tmp_path / "judged.jsonl", tmp_path, tmp_path)
    with pytest.raises(DataError, match="cannot be read"):
        read_judged(tmp_path / "none.jsonl", tmp_path, tmp_path)


# what breaks a sentence, or says something else, though its score falls; the others an editor would sign
@pytest.mark.parametrize(
    ("before", "words", "after", "good"),
    [
        ("The shameless mayor of Torvik left the hall.", "shameless", "The mayor of Torvik left the hall.", True),
        ("The council slammed the plan on Monday.", "slammed", "The council criticised the plan on Monday.", True),
        (
            "The plan for the port is disastrous, she wrote.",
            "disastrous",
            "The plan for the port is, she wrote.",
            False,
        ),
    ],
)
def test_the_shipped_model_tells_edits_to_sign_from_others(before, words, after, good, detector):
    from biasdetect.suggest.signed import words_logit

    start = before.index(words)
    end = start + len(words)
    tail = len(before) - end
    new = after[start : len(after) - tail] if len(after) - tail > start else ""
    edit = Edit(start, end if new else end + 1, new)
    kind = "word" if new else "deletion"
    known, edited = detector.runtime.run([before, after])
    place = (start, start + len(new))
    chance = probability(
        words_logit(signed_features(before, edit, "opinion", kind)), known, (edit.start, edit.end), edited, place
    )
    assert (chance > 0.5) == good
