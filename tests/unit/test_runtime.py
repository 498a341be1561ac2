"""What a text gets from the runtime does not depend on when, and with which others, it is scored."""

import random

import numpy as np
import pytest

import biasdetect
from biasdetect.model import runtime
from biasdetect.model.runtime import OnnxRuntime, default_threads

WORDS = (
    "the mayor shamelessly called a council vote on 48 million euros, said Veldt after nine weary hours of talk".split()
)


@pytest.fixture(scope="module")
def texts():
    source = random.Random(5)
    return [" ".join(source.choices(WORDS, k=length)) for length in (1, 3, 8, 8, 15, 30, 45, 90, 700)]


@pytest.fixture
def fresh(detector):
    return OnnxRuntime(detector.folder, threads=1)


def same(one, other):
    return (
        one.logit == other.logit
        and one.offsets == other.offsets
        and one.ids == other.ids
        and np.array_equal(one.token_logits, other.token_logits)
    )


def test_alone_or_in_any_company_a_text_gets_the_same_bits(detector, texts, fresh):
    together = fresh.run(texts)
    for text, scored in zip(texts, together, strict=True):
        assert same(OnnxRuntime(detector.folder, threads=1).run([text])[0], scored)
    shuffled = random.Random(1).sample(texts, len(texts))
    again = OnnxRuntime(detector.folder, threads=1).run(shuffled)
    assert all(same(again[shuffled.index(text)], scored) for text, scored in zip(texts, together, strict=True))


def test_what_was_scored_lately_is_not_computed_again(texts, fresh, monkeypatch):
    short = [text for text in texts if len(text) < 500]
    first = fresh.run(short)
    monkeypatch.setattr(OnnxRuntime, "_outputs", lambda *_: pytest.fail("computed again"))
    assert all(same(one, other) for one, other in zip(fresh.run(short[::-1])[::-1], first, strict=True))


def test_what_is_remembered_is_bounded(fresh, monkeypatch):
    monkeypatch.setattr(runtime, "_REMEMBERED", 3)
    fresh.run(["a", "b", "c"])
    fresh.run(["a", "d", "e"])
    assert list(fresh._remembered) == ["a", "d", "e"]
    fresh.run(["word " * 1000])
    assert len(fresh._remembered) == 3


def test_what_is_handed_out_cannot_be_changed(fresh):
    with pytest.raises(ValueError, match="read-only"):
        fresh.run(["The shameless mayor left."])[0].token_logits[:] = 0


def test_nothing_to_score(fresh):
    assert fresh.run([]) == []
    assert len(fresh.run(["", " "])) == 2


def test_threads_are_those_the_process_may_use_up_to_four(monkeypatch):
    for cores, threads in ((1, 1), (2, 2), (16, 4)):
        monkeypatch.setattr("os.sched_getaffinity", lambda _, cores=cores: set(range(cores)), raising=False)
        assert default_threads() == threads


def test_torch_gives_what_onnx_gives(detector, texts, fresh, train_extra):
    from biasdetect.model.torch_runtime import TorchRuntime

    torch_runtime = TorchRuntime(detector.folder, "cpu")
    for one, other in zip(torch_runtime.run(texts), fresh.run(texts), strict=True):
        assert one.logit == pytest.approx(other.logit, abs=1e-3)
        assert one.token_logits == pytest.approx(other.token_logits, abs=5e-3)


def test_a_device_that_is_not_there(detector, train_extra):
    with pytest.raises(biasdetect.ModelError, match="leave the device out"):
        biasdetect.load(device="teapot")
