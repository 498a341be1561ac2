"""Runs texts through the model with ONNX Runtime, without torch: tokens, windows, batches, a cache of results."""

from __future__ import annotations

import os
from abc import ABC, abstractmethod
from collections import OrderedDict
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from threading import Lock
from typing import TYPE_CHECKING, Protocol

import numpy as np

from biasdetect.errors import ModelError
from biasdetect.model.config import LEAST_TOKENS
from biasdetect.model.folder import GRAPH, QUANTIZED_GRAPH, TOKENIZER, ModelFolder
from biasdetect.model.phrases import Floats, logit

if TYPE_CHECKING:
    from numpy.typing import NDArray
    from tokenizers import Encoding

    Integers = NDArray[np.int64]

_OVERLAP = LEAST_TOKENS // 2  # tokens that neighbouring windows of an over-long text share
_SPECIAL = 2  # tokens around every text
_MOST_TOKENS = 64  # of a character, when it is normalised and taken apart into bytes
_TOKENIZER_BYTES = 100_000_000  # the largest in use have a third of it
_REMEMBERED = 4096  # texts: wire copy, boilerplate, what an editor scores again; some 6 kB each
_LONGEST_REMEMBERED = 2000  # characters; longer texts are rare, large and seldom seen twice
_MOST_THREADS = 4  # more do not help batches this small: processes do


@dataclass(frozen=True, slots=True)
class Scored:
    """Raw output for one text.

    Attributes:
        logit: of the sentence being biased.
        ids: token numbers, special tokens included.
        offsets: character offsets of the tokens into the text; special tokens are empty.
        token_logits: (tokens, 1 + categories).
    """

    logit: float
    ids: list[int]
    offsets: list[tuple[int, int]]
    token_logits: Floats


class Runtime(Protocol):
    """What a detector runs texts through.

    Attributes:
        folder: what is loaded, with the settings of inference.
    """

    folder: ModelFolder

    def run(self, texts: Sequence[str]) -> list[Scored]:
        """Score texts as they stand, in order."""
        ...


class BatchingRuntime(ABC):
    """All of a runtime but the network. Threads may share it.

    Texts are batched with others of about their length, so that a text costs what its own length does, and what was
    scored lately is not computed again.
    """

    batch_tokens = 512
    """Tokens of a batch, padding included: enough for the matrix products, few enough for the caches."""

    def __init__(self, folder: ModelFolder) -> None:
        """Raises ModelError where the tokenizer cannot be loaded, or is none of a model like this."""
        from tokenizers import Tokenizer

        self.folder = folder
        self._max_tokens = folder.config.max_tokens
        file = folder.path / TOKENIZER
        with usable(folder):
            if file.stat().st_size > _TOKENIZER_BYTES:
                raise ValueError(f"{TOKENIZER} is larger than {_TOKENIZER_BYTES // 1_000_000} MB")
            self._tokenizer = Tokenizer.from_file(str(file))
            self._tokenizer.no_padding()
            self._tokenizer.no_truncation()
            if self._tokenizer.num_special_tokens_to_add(False) != _SPECIAL:
                raise ValueError(f"{TOKENIZER} does not put {_SPECIAL} special tokens around a text")
        self._remembered: OrderedDict[str, Scored] = OrderedDict()
        self._lock = Lock()

    def run(self, texts: Sequence[str]) -> list[Scored]:
        """Score texts as they stand, in order.

        A text longer than the encoder takes is read in overlapping windows; its logit is the highest of theirs. What a
        text gets does not depend on the texts that it is scored with, bit for bit.
        """
        known = self._recall(texts)
        new = [text for text in dict.fromkeys(texts) if text not in known]
        if new:
            known.update(zip(new, self._compute(new), strict=True))
        self._remember(texts, known)
        return [known[text] for text in texts]

    @abstractmethod
    def _outputs(self, rows: Sequence[list[int]]) -> list[tuple[float, Floats]]:
        """Logit and token logits, (tokens, 1 + categories), of rows of token numbers, the shortest first."""

    def _recall(self, texts: Sequence[str]) -> dict[str, Scored]:
        with self._lock:
            return {text: self._remembered[text] for text in texts if text in self._remembered}

    def _remember(self, texts: Sequence[str], known: dict[str, Scored]) -> None:
        with self._lock:
            for text in texts:
                if len(text) <= _LONGEST_REMEMBERED:
                    self._remembered[text] = known[text]
                    self._remembered.move_to_end(text)
            while len(self._remembered) > _REMEMBERED:
                self._remembered.popitem(last=False)

    def _compute(self, texts: Sequence[str]) -> list[Scored]:
        with usable(self.folder):
            encodings = self._tokenizer.encode_batch([_valid(text) for text in texts])
            for text, encoding in zip(texts, encodings, strict=True):
                _check_tokens(encoding, len(text))
        windows = [
            (index, first, last)
            for index, encoding in enumerate(encodings)
            for first, last in _windows(len(encoding.ids) - _SPECIAL, self._max_tokens - _SPECIAL)
        ]
        windows.sort(key=lambda window: window[2] - window[1])
        rows = [_window_ids(encodings[index], first, last) for index, first, last in windows]
        with usable(self.folder):
            outputs = self._outputs(rows)
            for row, (output, found) in zip(rows, outputs, strict=True):
                self._check_output(row, output, found)
        logits = np.full(len(texts), -np.inf, np.float32)
        tokens: list[Floats | None] = [None] * len(texts)
        for (index, first, last), (output, found) in zip(windows, outputs, strict=True):
            logits[index] = max(logits[index], output)
            whole = tokens[index]
            if whole is None:
                whole = np.full((len(encodings[index].ids), found.shape[1]), -20.0, np.float32)
                tokens[index] = whole
            # the first and last rows are the special tokens around the window
            part = found[1:-1]
            target = whole[1 + first : 1 + last]
            stronger = part[:, 0] > target[:, 0]
            target[stronger] = part[stronger]
        scored = []
        for index, encoding in enumerate(encodings):
            whole = tokens[index]
            assert whole is not None  # every text has a window
            whole.setflags(write=False)  # it is shared with whoever scores the text again
            scored.append(Scored(float(logits[index]), encoding.ids, encoding.offsets, whole))
        return scored

    def _check_output(self, row: list[int], output: float, tokens: Floats) -> None:
        """A model that gives NaN would flag nothing, and one with fewer outputs than its categories would name wrong ones."""
        shape = (len(row), 1 + len(self.folder.config.categories))
        if tokens.shape != shape:
            raise ValueError(f"its outputs have the shape {tokens.shape} and not {shape}")
        if not (np.isfinite(output) and np.isfinite(tokens).all()):
            raise ValueError("its outputs are no finite numbers")


class OnnxRuntime(BatchingRuntime):
    """A model folder on the processor, by ONNX Runtime."""

    def __init__(self, folder: ModelFolder, threads: int | None = None) -> None:
        """Raises ModelError where tokenizer or graph cannot be loaded."""
        super().__init__(folder)
        self._graph = _Graph(folder, GRAPH, threads)

    def _outputs(self, rows: Sequence[list[int]]) -> list[tuple[float, Floats]]:
        return in_batches(self._graph.run, rows, self.batch_tokens)


class FastRuntime(BatchingRuntime):
    """The same by a graph with matrix products in eight bits; where its answer is near a decision, the exact one's.

    Near is what the folder's margins say: as far as the quantised graph was ever wrong, but for few sentences in a
    thousand.
    """

    def __init__(self, folder: ModelFolder, threads: int | None = None, threshold: float | None = None) -> None:
        """As :class:`OnnxRuntime`.

        Args:
            folder: the model.
            threads: as there.
            threshold: of the phrases that will be looked for, 0 to 1; the model's own by default.

        Raises:
            ModelError: where the folder has no quantised graph, or what it has cannot be loaded.
        """
        super().__init__(folder)
        config = folder.config
        if config.margins is None:
            raise ModelError(
                f"{folder.path} has no quantised graph. Score with it exactly, or make one with training/quantize.py."
            )
        self._margins = config.margins
        self._half = logit(0.5, config.sentence)
        self._threshold = logit(config.threshold if threshold is None else threshold, config.phrase)
        self._quick = _Graph(folder, QUANTIZED_GRAPH, threads, bulk=True)
        self._exact = _Graph(folder, GRAPH, threads, bulk=True)

    def _outputs(self, rows: Sequence[list[int]]) -> list[tuple[float, Floats]]:
        found = in_batches(self._quick.run, rows, self.batch_tokens)
        doubtful = [index for index, output in enumerate(found) if self._is_near(*output)]
        exact = in_batches(self._exact.run, [rows[index] for index in doubtful], self.batch_tokens)
        for index, output in zip(doubtful, exact, strict=True):
            found[index] = output
        return found

    def _is_near(self, output: float, tokens: Floats) -> bool:
        if abs(output - self._half) < self._margins.sentence:
            return True
        return bool((np.abs(tokens[1:-1, 0] - self._threshold) < self._margins.phrase).any())


class _Graph:
    """One of a folder's graphs, loaded."""

    def __init__(self, folder: ModelFolder, name: str, threads: int | None, *, bulk: bool = False) -> None:
        """Load it, for an answer soon or for many.

        For an answer soon, threads spin between batches, which keeps others from the cores, and weights are not laid out
        anew for the products, which takes longer than it saves on an article.
        """
        import onnxruntime

        options = onnxruntime.SessionOptions()
        options.log_severity_level = 3
        options.add_session_config_entry("session.load_model_format", "ONNX")  # as its data was checked
        options.intra_op_num_threads = threads or default_threads()
        if bulk:
            options.add_session_config_entry("session.intra_op.allow_spinning", "0")
        else:
            options.add_session_config_entry("session.disable_prepacking", "1")
        with usable(folder):
            self._session = onnxruntime.InferenceSession(
                str(folder.path / name), options, providers=["CPUExecutionProvider"]
            )

    def run(self, ids: Integers, mask: Integers) -> tuple[Floats, Floats]:
        # another kernel computes a batch of one, with other rounding: its double beside it keeps the bits the same
        rows = len(ids)
        if rows == 1:
            ids, mask = np.repeat(ids, 2, axis=0), np.repeat(mask, 2, axis=0)
        sentence, token = self._session.run(
            ["sentence_logits", "token_logits"], {"input_ids": ids, "attention_mask": mask}
        )
        return sentence[:rows], token[:rows]


def in_batches(
    forward: Callable[[Integers, Integers], tuple[Floats, Floats]], rows: Sequence[list[int]], most: int
) -> list[tuple[float, Floats]]:
    """What a network gives for rows of token numbers, padding taken off.

    Args:
        forward: padded token numbers and mask, both (rows, tokens), to sentence logits, (rows,), and token logits,
            (rows, tokens, 1 + categories).
        rows: the shortest first.
        most: tokens of a batch, padding included.
    """
    found: list[tuple[float, Floats]] = []
    for batch in _batches(rows, most):
        sentence, token = forward(*_padded(batch))
        found += [(float(sentence[index]), token[index, : len(row)]) for index, row in enumerate(batch)]
    return found


def default_threads() -> int:
    """Threads for one model where nothing is said: the cores that the process may use, up to four."""
    return min(usable_cores(), _MOST_THREADS)


def usable_cores() -> int:
    """Cores that this process may use, where the system tells; else all of them."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


@contextmanager
def usable(folder: ModelFolder) -> Iterator[None]:
    """Whatever a model's files make the libraries raise is an error of the model."""
    try:
        yield
    except (ModelError, MemoryError):
        raise
    except BaseException as error:  # the libraries raise bare exceptions, and those of Rust's panics are no Exception
        if not isinstance(error, Exception) and type(error).__name__ != "PanicException":
            raise
        raise ModelError(f"{folder.path} cannot be used ({error}). Copy the folder again.") from error


def _check_tokens(encoding: Encoding, length: int) -> None:
    """Raises ValueError for tokens that are not those of a text of this length."""
    offsets = encoding.offsets
    if not _SPECIAL <= len(offsets) <= _SPECIAL + _MOST_TOKENS * length:
        raise ValueError(f"{TOKENIZER} makes {len(offsets)} tokens of {length} characters")
    if not all(start <= end <= length for start, end in offsets):
        raise ValueError(f"{TOKENIZER} finds tokens outside of the text")


def _padded(rows: Sequence[list[int]]) -> tuple[Integers, Integers]:
    longest = max(len(row) for row in rows)
    ids = np.zeros((len(rows), longest), np.int64)
    mask = np.zeros((len(rows), longest), np.int64)
    for index, row in enumerate(rows):
        ids[index, : len(row)] = row
        mask[index, : len(row)] = 1
    return ids, mask


def _valid(text: str) -> str:
    """Lone surrogates, which the tokenizer cannot take, stood in for one to one so that offsets hold."""
    if text.isascii():
        return text
    return "".join("\ufffd" if "\ud800" <= char <= "\udfff" else char for char in text)


def _windows(tokens: int, room: int) -> Iterator[tuple[int, int]]:
    first = 0
    while True:
        last = min(first + room, tokens)
        yield first, last
        if last == tokens:
            return
        first = max(last - _OVERLAP, first + 1)


def _window_ids(encoding: Encoding, first: int, last: int) -> list[int]:
    ids = encoding.ids
    return [ids[0], *ids[1 + first : 1 + last], ids[-1]]


def _batches(rows: Sequence[list[int]], most: int) -> Iterator[Sequence[list[int]]]:
    batch: list[list[int]] = []
    for row in rows:
        if batch and (len(batch) + 1) * len(row) > most:
            yield batch
            batch = []
        batch.append(row)
    if batch:
        yield batch
