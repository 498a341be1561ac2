"""What a text gets from the runtime does not depend on when, and with which others, it is scored."""

import random
from dataclasses import fields

import numpy as np
import pytest

import biasdetect
from biasdetect.errors import InterruptedTrainingError
from biasdetect.model import runtime
from biasdetect.model.categories import EDIT_PARTS, PATTERNS, REMEDIES
from biasdetect.model.folder import GRAPH
from biasdetect.model.phrases import EXTENSION, logit
from biasdetect.model.runtime import FastRuntime, OnnxRuntime, Output, default_threads, tokens_inside

WORDS = (
    "the mayor shamelessly called a council vote on 48 million euros, said Veldt after nine weary hours of talk".split()
)


@pytest.fixture(scope="module")
def texts():
    source = random.Random(5)
    return [" ".join(source.choices(WORDS, k=length)) for length in (1, 3, 8, 8, 15, 30, 45, 90, 500)]


@pytest.fixture(scope="module")
def quoted(texts):
    """Of each text what stands in quotation marks: nothing, all of it, or a few stretches."""
    source = random.Random(7)
    places = [sorted(source.sample(range(len(text) + 1), min(6, len(text) // 2 * 2))) for text in texts]
    spans = [tuple(zip(some[::2], some[1::2], strict=True)) for some in places]
    return [(), ((0, len(texts[1])),), *spans[2:]]


@pytest.fixture
def fresh(detector):
    return OnnxRuntime(detector.folder, threads=1)


def same(one, other):
    """Whether two texts got the same, bit for bit, in everything that the network gives."""
    pairs = [(getattr(one, field.name), getattr(other, field.name)) for field in fields(one)]
    assert all(value is not None for pair in pairs for value in pair)  # the model that ships has all of them
    return all(np.array_equal(value, others) for value, others in pairs)


def test_a_stop_while_a_model_scores_is_no_fault_of_the_model(fresh, texts, monkeypatch):
    def stopped(*_):
        raise InterruptedTrainingError("Stopped.")

    monkeypatch.setattr(fresh._graph, "run", stopped)  # the signal comes while the graph runs
    with pytest.raises(InterruptedTrainingError):
        fresh.run(texts)


@pytest.mark.parametrize("kind", [OnnxRuntime, FastRuntime])
def test_alone_or_in_any_company_a_text_gets_the_same_bits(detector, texts, quoted, kind):
    runtime = kind(detector.folder, threads=1)

    def anew(some):
        runtime._memory._outputs.clear()
        return runtime.run(*zip(*some, strict=True))

    inputs = list(zip(texts, quoted, strict=True))
    together = anew(inputs)
    for one, scored in zip(inputs, together, strict=True):
        assert same(anew([one])[0], scored)
    shuffled = random.Random(1).sample(inputs, len(inputs))
    again = anew(shuffled)
    assert all(same(again[shuffled.index(one)], scored) for one, scored in zip(inputs, together, strict=True))
    # among the same words with other marks, each keeps its own
    rotated = anew([*inputs, *((text, ()) for text in texts)])
    assert all(same(one, other) for one, other in zip(rotated, together, strict=False))


def test_whose_words_they_are_is_told_over_the_seams_of_windows_as_anywhere(fresh, monkeypatch):
    """What stands in marks is given to every window, and each token is told by a window with room on both its sides."""
    text = " ".join(WORDS * 120)
    marks = [(at, at + 900) for at in range(500, len(text) - 900, 1900)]
    longest = 0

    def echo(rows):
        nonlocal longest
        longest = max(longest, *(len(row.ids) for row in rows))
        found = []
        for row in rows:
            room = np.minimum(np.arange(len(row.ids)), np.arange(len(row.ids))[::-1])
            others = np.array(row.quoted, np.float32)
            loaded = np.zeros((len(row.ids), 7), np.float32)
            reasons = np.zeros((len(row.ids), len(REMEDIES) + len(PATTERNS)), np.float32)
            edits = np.zeros((len(row.ids), EDIT_PARTS), np.float32)
            found.append(Output(0.0, loaded, (0.0, 0.0), others, room.astype(np.float32), reasons, edits))
        return found

    monkeypatch.setattr(fresh, "_outputs", echo)
    (scored,) = fresh.run([text], [tuple(marks)])
    assert longest <= fresh.folder.config.max_tokens < len(scored.ids) / 3
    assert scored.others[1:-1].tolist() == tokens_inside(scored.offsets, marks)[1:-1]
    room = scored.sources[1:-1]
    inner = runtime._OVERLAP // 2
    assert (room[inner:-inner] >= inner).all()


def test_windows_of_a_long_text_are_bounded_and_grow_with_its_length(fresh):
    def windows(words):
        _, _, rows = fresh._windowed([(" ".join(WORDS * (words // len(WORDS))), ())])
        assert max(len(row.ids) for row in rows) <= fresh.folder.config.max_tokens
        return len(rows)

    assert windows(20_000) <= 4 * windows(5_000) + 4


def test_what_was_scored_lately_is_not_computed_again(texts, fresh, monkeypatch):
    short = [text for text in texts if len(text) < 500]
    first = fresh.run(short)
    monkeypatch.setattr(OnnxRuntime, "_outputs", lambda *_: pytest.fail("computed again"))
    assert all(same(one, other) for one, other in zip(fresh.run(short[::-1])[::-1], first, strict=True))


def test_what_is_remembered_is_bounded(fresh, monkeypatch):
    monkeypatch.setattr(runtime, "_REMEMBERED", 3)
    fresh.run(["a", "b", "c"])
    fresh.run(["a", "d", "e"])
    assert [text for text, _ in fresh._memory._outputs] == ["a", "d", "e"]
    fresh.run(["word " * 1000])
    assert len(fresh._memory._outputs) == 3


def test_what_is_handed_out_cannot_be_changed(fresh):
    with pytest.raises(ValueError, match="read-only"):
        fresh.run(["The shameless mayor left."])[0].token_logits[:] = 0


def test_nothing_to_score(fresh):
    assert fresh.run([]) == []
    assert len(fresh.run(["", " "])) == 2


EXACT = 50.0


@pytest.fixture
def fast(detector, monkeypatch):
    """What the fast runtime says of a text where its quick graph gives a sentence logit and two for each token.

    The second one is that of somebody else's word.
    """

    def score(sentence, tokens, threshold=None, others=(-9.0,) * 4):
        class Graph:
            def __init__(self, folder, name, threads, *, bulk=False):
                self.exact = name == GRAPH

            def run(self, ids, mask, quoted):
                found = np.full((*ids.shape, 7), EXACT, np.float32)
                if not self.exact:
                    found[:, :, 0] = tokens
                logits = np.full(len(ids), EXACT if self.exact else sentence, np.float32)
                voices = np.array([others] * len(ids), np.float32)
                return {
                    "sentence_logits": logits,
                    "token_logits": found,
                    "part_logits": np.full((len(ids), 2), -9.0, np.float32),
                    "voice_logits": voices,
                    "source_logits": voices,
                    "reason_logits": np.zeros((*ids.shape, len(REMEDIES) + len(PATTERNS)), np.float32),
                    "edit_logits": np.zeros((*ids.shape, EDIT_PARTS), np.float32),
                }

        monkeypatch.setattr(runtime, "_Graph", Graph)
        (scored,) = FastRuntime(detector.folder, threshold=threshold).run(["mayor left"])
        assert len(scored.ids) == 4
        return scored.logit

    return score


@pytest.mark.parametrize("side", [-1, 1])
@pytest.mark.parametrize(("share", "again"), [(0.0, True), (0.95, True), (1.05, False), (3.0, False)])
def test_what_is_within_a_margin_of_a_decision_is_run_again_exactly(detector, fast, side, share, again):
    """A sentence beside even odds, or a word beside the threshold, as far as the folder's margins reach."""
    config = detector.folder.config
    half, far = logit(0.5, config.sentence), -9.0
    near_sentence = half + side * share * config.margins.sentence
    assert fast(near_sentence, [far] * 4) == pytest.approx(EXACT if again else near_sentence)
    near_phrase = logit(config.threshold, config.phrase) + side * share * config.margins.phrase
    assert fast(far, [far, far, near_phrase, far]) == pytest.approx(EXACT if again else far)
    # of another threshold, another word is near
    assert fast(far, [far, far, near_phrase, far], threshold=0.999) == pytest.approx(far)
    other = logit(0.9, config.phrase) + side * share * config.margins.phrase
    assert fast(far, [far, other, far, far], threshold=0.9) == pytest.approx(EXACT if again else far)


def test_whose_word_it_is_is_a_decision_where_the_word_is_flagged(detector, fast):
    near = 0.5 * detector.folder.config.margins.voice
    assert fast(-9.0, [-9.0, 20.0, -9.0, -9.0], others=[-9.0, near, -9.0, -9.0]) == EXACT
    assert fast(-9.0, [-9.0, 20.0, -9.0, -9.0], others=[-9.0, -9.0, near, -9.0]) == -9.0


def test_whether_a_word_joins_a_phrase_is_a_decision_where_one_is_flagged(detector, fast):
    config = detector.folder.config
    near = logit(config.threshold * EXTENSION, config.phrase) + 0.5 * config.margins.phrase
    assert fast(-9.0, [-9.0, 20.0, near, -9.0]) == EXACT
    assert fast(-9.0, [-9.0, -9.0, near, -9.0]) == -9.0


def test_what_surrounds_a_text_is_near_no_decision(detector, fast):
    """The special tokens at its ends are no words, whatever the network gives for them."""
    near = logit(detector.folder.config.threshold, detector.folder.config.phrase)
    assert fast(-9.0, [near, -9.0, -9.0, near]) == -9.0


def test_threads_are_those_the_process_may_use_up_to_four(monkeypatch):
    for cores, threads in ((1, 1), (2, 2), (16, 4)):
        monkeypatch.setattr("os.sched_getaffinity", lambda _, cores=cores: set(range(cores)), raising=False)
        assert default_threads() == threads


def test_torch_gives_what_onnx_gives(detector, texts, fresh, train_libraries):
    from biasdetect.model.torch_runtime import TorchRuntime

    torch_runtime = TorchRuntime(detector.folder, "cpu")
    for one, other in zip(torch_runtime.run(texts), fresh.run(texts), strict=True):
        assert one.logit == pytest.approx(other.logit, abs=1e-3)
        assert one.token_logits == pytest.approx(other.token_logits, abs=5e-3)


def test_a_device_that_is_not_there(detector, train_extra):
    with pytest.raises(biasdetect.ModelError, match="leave the device out"):
        biasdetect.load(device="teapot")
