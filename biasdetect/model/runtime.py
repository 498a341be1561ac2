"""Runs texts through the model with ONNX Runtime, without torch: tokens, windows, batches, a cache of results."""

from __future__ import annotations

import os
from abc import ABC, abstractmethod
from collections import OrderedDict
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from threading import Lock
from typing import TYPE_CHECKING, NamedTuple, Protocol

import numpy as np

from biasdetect.errors import BiasDetectError, ModelError
from biasdetect.model.categories import EDIT_PARTS, PATTERNS, REMEDIES
from biasdetect.model.config import LEAST_TOKENS, read_json
from biasdetect.model.folder import CONFIG, GRAPH, QUANTIZED_GRAPH, TOKENIZER, ModelFolder
from biasdetect.model.graphs import with_states
from biasdetect.model.phrases import EXTENSION, Floats, logit

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
_NOBODY = -20.0  # logit of a voice that is none
_OF_TOKENS = {"others": "voice_logits", "sources": "source_logits", "reasons": "reason_logits", "edits": "edit_logits"}
"""Fields of :class:`Scored` that a model may have for each token, and the outputs that they come from."""
_WEIGHTS_IN = "session.model_external_initializers_file_folder_path"  # of a graph that is no file
_MOST_THREADS = 4  # more do not help batches this small: processes do

Offsets = tuple[tuple[int, int], ...]
_Key = tuple[str, Offsets]


@dataclass(frozen=True, slots=True)
class Scored:
    """Raw output for one text.

    Attributes:
        logit: of the sentence being biased.
        ids: token numbers, special tokens included.
        offsets: character offsets of the tokens into the text; special tokens are empty.
        token_logits: (tokens, 1 + categories).
        parts: logits of the outlet's words, and of those of others, being biased; None where the model knows no voices.
        others: (tokens,) logits of being somebody else's word; None likewise.
        sources: (tokens,) logits of naming who speaks; None likewise.
        reasons: (tokens, remedies + patterns) logits, see :mod:`biasdetect.model.categories`; None where the model knows none.
        edits: (tokens, :data:`biasdetect.model.categories.EDIT_PARTS`), what a token says for an edit by its place, see
            :mod:`biasdetect.suggest.signed`; None where the model does not judge edits.
    """

    logit: float
    ids: list[int]
    offsets: list[tuple[int, int]]
    token_logits: Floats
    parts: tuple[float, float] | None = None
    others: Floats | None = None
    sources: Floats | None = None
    reasons: Floats | None = None
    edits: Floats | None = None


class Row(NamedTuple):
    """What the network reads of a text: token numbers, and for each token 1 where it stands in quotation marks."""

    ids: list[int]
    quoted: list[int]


class Output(NamedTuple):
    """What the network gives for a row; fields as of :class:`Scored`."""

    logit: float
    token_logits: Floats
    parts: tuple[float, float] | None = None
    others: Floats | None = None
    sources: Floats | None = None
    reasons: Floats | None = None
    edits: Floats | None = None


Forward = Callable[["Integers", "Integers", "Integers"], Mapping[str, Floats]]
"""Padded token numbers, mask and quotation marks, all (rows, tokens), to the outputs that a network has, by name:
``sentence_logits`` (rows,), ``token_logits`` (rows, tokens, 1 + categories), ``part_logits`` (rows, 2), ``voice_logits`` and
``source_logits`` (rows, tokens), ``reason_logits`` (rows, tokens, remedies + patterns), ``edit_logits`` (rows, tokens, parts)."""


class Runtime(Protocol):
    """What a detector runs texts through.

    Attributes:
        folder: what is loaded, with the settings of inference.
    """

    folder: ModelFolder

    def run(self, texts: Sequence[str], quoted: Sequence[Offsets] | None = None) -> list[Scored]:
        """Score texts as they stand, in order.

        Args:
            texts: to be scored.
            quoted: of each, the characters that stand inside quotation marks; it tells whose words they are, and changes
                no other score. None for no marks.
        """
        ...

    def settle(
        self, texts: Sequence[str], quoted: Sequence[Offsets], outputs: list[Scored], lifts: Sequence[float]
    ) -> list[Scored]:
        """Outputs that are sure where loaded logits rise by what stands around a text; those that are sure already stay.

        Args:
            texts: as given to :meth:`run`.
            quoted: likewise.
            outputs: what it gave.
            lifts: of each text, how much is added to its loaded logits, see :mod:`biasdetect.model.surroundings`.
        """
        ...

    def embed(self, texts: Sequence[str]) -> Floats:
        """The mean of the encoder's last states over the tokens of each text, (texts, hidden)."""
        ...


class _Memory:
    """Outputs for the texts that were run last. Threads may share it."""

    def __init__(self) -> None:
        self._outputs: OrderedDict[_Key, Scored] = OrderedDict()
        self._lock = Lock()

    def recall(self, keys: Sequence[_Key]) -> dict[_Key, Scored]:
        """Those that are remembered."""
        with self._lock:
            return {key: self._outputs[key] for key in keys if key in self._outputs}

    def remember(self, keys: Sequence[_Key], known: Mapping[_Key, Scored]) -> None:
        """Keep the outputs of these, as the newest; the oldest go."""
        with self._lock:
            for key in keys:
                if len(key[0]) <= _LONGEST_REMEMBERED:
                    self._outputs[key] = known[key]
                    self._outputs.move_to_end(key)
            while len(self._outputs) > _REMEMBERED:
                self._outputs.popitem(last=False)


class BatchingRuntime(ABC):
    """All of a runtime but the network. Threads may share it.

    Texts are batched with others of about their length, so that a text costs what its own length does, and what was
    scored lately is not computed again.
    """

    batch_tokens = 512
    """Tokens of a batch, padding included: enough for the matrix products, few enough for the caches."""

    def __init__(self, folder: ModelFolder, threads: int | None = None) -> None:
        """Raises ModelError where the tokenizer cannot be loaded, or is none of a model like this."""
        from tokenizers import Tokenizer

        self.folder = folder
        self._threads = threads
        self._states: _Graph | None = None  # of embeddings; loaded where one is asked for
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
        self._lock = Lock()
        self._memory = _Memory()

    def run(self, texts: Sequence[str], quoted: Sequence[Offsets] | None = None) -> list[Scored]:
        """Score texts as they stand, in order; arguments as of :meth:`Runtime.run`.

        A text longer than the encoder takes is read in overlapping windows; its logit is the highest of theirs. What a
        text gets does not depend on the texts that it is scored with, bit for bit.
        """
        keys = list(zip(texts, quoted if quoted is not None else [()] * len(texts), strict=True))
        return self._known(keys, self._memory, self._outputs)

    def settle(
        self, texts: Sequence[str], quoted: Sequence[Offsets], outputs: list[Scored], lifts: Sequence[float]
    ) -> list[Scored]:
        """As :meth:`Runtime.settle`: what is computed exactly is sure."""
        del texts, quoted, lifts
        return outputs

    def embed(self, texts: Sequence[str]) -> Floats:
        """The mean of the encoder's last states over the tokens of each text, the special ones included, (texts, hidden).

        Of a text longer than the encoder takes it is the mean over overlapping windows, each by its number of tokens. What
        a text gets does not depend on the texts beside it, bit for bit; nothing is remembered.
        """
        _, windows, rows = self._windowed([(text, ()) for text in texts])
        with usable(self.folder):
            means = [states.mean(0, dtype=np.float64) for states in self._last_states(rows)]
            hidden = int(read_json(self.folder.path / CONFIG)["encoder"]["hidden_size"])
            if not all(mean.shape == (hidden,) and np.isfinite(mean).all() for mean in means):
                raise ValueError(f"its states are not {hidden} finite numbers")
        totals, counts = np.zeros((len(texts), hidden)), np.zeros((len(texts), 1))
        for (index, _, _), row, mean in zip(windows, rows, means, strict=True):
            totals[index] += len(row.ids) * mean
            counts[index] += len(row.ids)
        return (totals / counts).astype(np.float32)

    @abstractmethod
    def _outputs(self, rows: Sequence[Row]) -> list[Output]:
        """What the network gives for rows, the shortest first."""

    def _last_states(self, rows: Sequence[Row]) -> Iterator[Floats]:
        """The encoder's last states of each row, (tokens, hidden), the shortest first; by the exact graph."""
        with self._lock:
            self._states = self._states or _Graph(self.folder, GRAPH, self._threads, bulk=True, states=True)
        return states_in_batches(self._states.run, rows, self.batch_tokens)

    def _known(
        self, keys: Sequence[_Key], memory: _Memory, compute: Callable[[Sequence[Row]], list[Output]]
    ) -> list[Scored]:
        """Outputs for texts, those that are not remembered computed."""
        known = memory.recall(keys)
        new = [key for key in dict.fromkeys(keys) if key not in known]
        if new:
            known.update(zip(new, self._computed(new, compute), strict=True))
        memory.remember(keys, known)
        return [known[key] for key in keys]

    def _windowed(self, keys: Sequence[_Key]) -> tuple[list[Encoding], list[tuple[int, int, int]], list[Row]]:
        """The tokens of texts, and of their windows which text and which of its tokens, and the rows; the shortest first."""
        with usable(self.folder):
            encodings = self._tokenizer.encode_batch([_valid(text) for text, _ in keys])
            for (text, _), encoding in zip(keys, encodings, strict=True):
                _check_tokens(encoding, len(text))
        quoted = [tokens_inside(encoding.offsets, spans) for encoding, (_, spans) in zip(encodings, keys, strict=True)]
        windows = [
            (index, first, last)
            for index, encoding in enumerate(encodings)
            for first, last in _windows(len(encoding.ids) - _SPECIAL, self._max_tokens - _SPECIAL)
        ]
        windows.sort(key=lambda window: window[2] - window[1])
        rows = [
            Row(_window(encodings[index].ids, first, last), _window(quoted[index], first, last))
            for index, first, last in windows
        ]
        return encodings, windows, rows

    def _computed(self, keys: Sequence[_Key], compute: Callable[[Sequence[Row]], list[Output]]) -> list[Scored]:
        encodings, windows, rows = self._windowed(keys)
        with usable(self.folder):
            outputs = compute(rows)
            for row, output in zip(rows, outputs, strict=True):
                self._check_output(row, output)
        found: list[list[tuple[int, int, Output]]] = [[] for _ in keys]
        for (index, first, last), output in zip(windows, outputs, strict=True):
            found[index].append((first, last, output))
        return [_joined(encoding, pieces) for encoding, pieces in zip(encodings, found, strict=True)]

    def _check_output(self, row: Row, output: Output) -> None:
        """A model that gives NaN would flag nothing, and one with fewer outputs than its categories would name wrong ones."""
        config, tokens = self.folder.config, len(row.ids)
        expected: dict[str, tuple[int, ...] | None] = {
            "logit": (),
            "token_logits": (tokens, 1 + len(config.categories)),
            "parts": (2,) if config.voice else None,
            "others": (tokens,) if config.voice else None,
            "sources": (tokens,) if config.voice else None,
            "reasons": (tokens, len(REMEDIES) + len(PATTERNS)) if config.reasons else None,
            "edits": (tokens, EDIT_PARTS) if config.edits else None,
        }
        for (name, shape), value in zip(expected.items(), output, strict=True):
            found = None if value is None else np.shape(value)
            if found != shape:
                raise ValueError(f"its outputs for {name} have the shape {found} and not {shape}")
            if value is not None and not np.isfinite(value).all():
                raise ValueError("its outputs are no finite numbers")


class OnnxRuntime(BatchingRuntime):
    """A model folder on the processor, by ONNX Runtime."""

    def __init__(self, folder: ModelFolder, threads: int | None = None) -> None:
        """Raises ModelError where tokenizer or graph cannot be loaded."""
        super().__init__(folder, threads)
        self._graph = _Graph(folder, GRAPH, threads)

    def _outputs(self, rows: Sequence[Row]) -> list[Output]:
        return in_batches(self._graph.run, rows, self.batch_tokens)


class FastRuntime(BatchingRuntime):
    """The same by a graph with matrix products in eight bits; where its answer is near a decision, the exact one's.

    Near is what the folder's margins say: as far as the quantised graph was ever wrong, but for few sentences in a
    thousand.
    """

    def __init__(
        self,
        folder: ModelFolder,
        threads: int | None = None,
        threshold: float | None = None,
        *,
        in_reports: bool = False,
    ) -> None:
        """As :class:`OnnxRuntime`.

        Args:
            folder: the model.
            threads: as there.
            threshold: of the phrases that will be looked for, 0 to 1; the model's own by default.
            in_reports: the outputs go into reports alone, where no sentence is above one half without wording that says why:
                without such wording its score is no decision.

        Raises:
            ModelError: where the folder has no quantised graph, or what it has cannot be loaded.
        """
        super().__init__(folder, threads)
        config = folder.config
        if config.margins is None:
            raise ModelError(
                f"{folder.path} has no fast graph. Score with it exactly. biasdetect train adds one where there are texts enough, "
                "and says why where there is none; training/quantize.py makes one for the model of a recipe."
            )
        self._margins = config.margins
        self._half = logit(0.5, config.sentence)
        lowest = config.threshold if threshold is None else threshold
        self._threshold = logit(lowest, config.phrase)
        self._joining = logit(lowest * EXTENSION, config.phrase)
        self._reason = logit(min(lowest, config.threshold), config.phrase) if in_reports else None
        self._quick = _Graph(folder, QUANTIZED_GRAPH, threads, bulk=True)
        self._exact = _Graph(folder, GRAPH, threads, bulk=True)
        self._settled = _Memory()

    def settle(
        self, texts: Sequence[str], quoted: Sequence[Offsets], outputs: list[Scored], lifts: Sequence[float]
    ) -> list[Scored]:
        """As :meth:`Runtime.settle`: where the rise takes a word near to a decision, the answer is the exact one's.

        It is found by what the rise makes of the first answer alone: so it is the same whatever was scored before.
        """
        doubtful = [
            index
            for index, (output, lift) in enumerate(zip(outputs, lifts, strict=True))
            if lift and self._is_near(output, lift)
        ]
        exact = self._known([(texts[index], quoted[index]) for index in doubtful], self._settled, self._exactly)
        found = list(outputs)
        for index, output in zip(doubtful, exact, strict=True):
            found[index] = output
        return found

    def _outputs(self, rows: Sequence[Row]) -> list[Output]:
        found = in_batches(self._quick.run, rows, self.batch_tokens)
        doubtful = [index for index, output in enumerate(found) if self._is_near(output)]
        for index, output in zip(doubtful, self._exactly([rows[index] for index in doubtful]), strict=True):
            found[index] = output
        return found

    def _exactly(self, rows: Sequence[Row]) -> list[Output]:
        return in_batches(self._exact.run, rows, self.batch_tokens)

    def _is_near(self, output: Output | Scored, lift: float = 0.0) -> bool:
        margins = self._margins
        words = output.token_logits[1:-1, 0] + lift
        loaded = words - self._threshold
        if bool((np.abs(loaded) < margins.phrase).any()):
            return True
        decides = self._reason is None or bool((words > self._reason - margins.phrase).any())
        if decides and self._has_score_near(output):
            return True
        # where a word is flagged, it is a decision whether those beside it belong to its phrase
        if bool((loaded >= 0).any() and (np.abs(words - self._joining) < margins.phrase).any()):
            return True
        # whose words they are is a decision where they are flagged
        return output.others is not None and bool((np.abs(output.others[1:-1][loaded >= 0]) < margins.voice).any())

    def _has_score_near(self, output: Output | Scored) -> bool:
        scores = [output.logit]
        if output.parts and output.others is not None:
            scores += [score for part, score in enumerate(output.parts) if _speaks(part, output.others)]
        return any(abs(score - self._half) < self._margins.sentence for score in scores)


class _Graph:
    """One of a folder's graphs, loaded."""

    def __init__(
        self, folder: ModelFolder, name: str, threads: int | None, *, bulk: bool = False, states: bool = False
    ) -> None:
        """Load it, for an answer soon or for many; with ``states``, to give the encoder's last states in place of all else.

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
        config = folder.config
        self._inputs, self._outputs = names_of(voice=config.voice, reasons=config.reasons, edits=config.edits)
        graph: str | bytes = str(folder.path / name)
        with usable(folder):
            if states:
                graph, output = with_states(folder.path / name)
                self._outputs = (output,)
                options.add_session_config_entry(_WEIGHTS_IN, str(folder.path))
            self._session = onnxruntime.InferenceSession(graph, options, providers=["CPUExecutionProvider"])

    def run(self, ids: Integers, mask: Integers, quoted: Integers) -> dict[str, Floats]:
        # another kernel computes a batch of one, with other rounding: its double beside it keeps the bits the same
        rows = len(ids)
        inputs = dict(zip(self._inputs, (ids, mask, quoted), strict=False))
        if rows == 1:
            inputs = {name: np.repeat(value, 2, axis=0) for name, value in inputs.items()}
        outputs = self._session.run(self._outputs, inputs)
        return {name: output[:rows] for name, output in zip(self._outputs, outputs, strict=True)}


def names_of(*, voice: bool, reasons: bool, edits: bool) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Names of the inputs and of the outputs of a graph, with what it tells beside phrases."""
    inputs = ("input_ids", "attention_mask", *(("quoted",) if voice else ()))
    outputs: tuple[str, ...] = ("sentence_logits", "token_logits")
    outputs += ("part_logits", "voice_logits", "source_logits") if voice else ()
    outputs += ("reason_logits",) if reasons else ()
    return inputs, (*outputs, "edit_logits") if edits else outputs


def in_batches(forward: Forward, rows: Sequence[Row], most: int) -> list[Output]:
    """What a network gives for rows, padding taken off.

    Args:
        forward: runs a batch.
        rows: the shortest first.
        most: tokens of a batch, padding included.
    """
    found: list[Output] = []
    for batch in _batches(rows, most):
        outputs = forward(*_padded(batch))
        for index, row in enumerate(batch):
            length = len(row.ids)
            of_tokens = {field: outputs[name][index, :length] for field, name in _OF_TOKENS.items() if name in outputs}
            parts = None
            if "part_logits" in outputs:
                outlet, theirs = outputs["part_logits"][index].tolist()
                parts = outlet, theirs
            found.append(
                Output(
                    float(outputs["sentence_logits"][index]),
                    outputs["token_logits"][index, :length],
                    parts,
                    **of_tokens,
                )
            )
    return found


def states_in_batches(forward: Forward, rows: Sequence[Row], most: int) -> Iterator[Floats]:
    """The states that a network gives for rows, (tokens, hidden), padding taken off; arguments as of :func:`in_batches`."""
    for batch in _batches(rows, most):
        (states,) = forward(*_padded(batch)).values()
        yield from (states[index, : len(row.ids)] for index, row in enumerate(batch))


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
    except (BiasDetectError, MemoryError):  # a training that is stopped, for one
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


def _padded(rows: Sequence[Row]) -> tuple[Integers, Integers, Integers]:
    longest = max(len(row.ids) for row in rows)
    ids, mask, quoted = (np.zeros((len(rows), longest), np.int64) for _ in range(3))
    for index, row in enumerate(rows):
        length = len(row.ids)
        ids[index, :length] = row.ids
        mask[index, :length] = 1
        quoted[index, :length] = row.quoted
    return ids, mask, quoted


def tokens_inside(offsets: Sequence[tuple[int, int]], spans: Sequence[tuple[int, int]]) -> list[int]:
    """1 for each token that shares a character with a span. Spans are in order, as tokens are."""
    inside = [0] * len(offsets)
    number = 0
    for index, (start, end) in enumerate(offsets):
        while number < len(spans) and spans[number][1] <= start:
            number += 1
        inside[index] = int(number < len(spans) and start < end and spans[number][0] < end)
    return inside


def _joined(encoding: Encoding, pieces: Sequence[tuple[int, int, Output]]) -> Scored:
    """The output for a text of those for its windows, each between two of its tokens.

    Of the tokens that two windows hold, the loaded logits are the higher ones; whose words they are is said by the window
    in which they lie farther from an end.
    """
    length = len(encoding.ids)
    pieces = sorted(pieces, key=lambda piece: piece[0])
    whole = np.full((length, pieces[0][2].token_logits.shape[1]), -20.0, np.float32)
    for first, last, output in pieces:
        # the first and last rows are the special tokens around the window
        part, target = output.token_logits[1:-1], whole[1 + first : 1 + last]
        stronger = part[:, 0] > target[:, 0]
        target[stronger] = part[stronger]
    whole.setflags(write=False)  # it is shared with whoever scores the text again
    logit = max(output.logit for _, _, output in pieces)
    of_tokens: dict[str, Floats] = {}
    for name in _OF_TOKENS:
        found = [getattr(output, name) for _, _, output in pieces]
        if found[0] is None:
            continue
        values = np.full((length, *found[0].shape[1:]), _NOBODY, np.float32)
        for (first, last, _), part in zip(pieces, found, strict=True):
            skipped = _OVERLAP // 2 if first else 0
            values[1 + first + skipped : 1 + last] = part[1 + skipped : -1]
        values.setflags(write=False)
        of_tokens[name] = values
    highest = tuple(_highest_part(part, [output for _, _, output in pieces]) for part in (0, 1))
    parts = None if pieces[0][2].parts is None else (highest[0], highest[1])
    fields = (of_tokens.get(name) for name in _OF_TOKENS)
    return Scored(logit, encoding.ids, encoding.offsets, whole, parts, *fields)


def _speaks(part: int, others: Floats) -> bool:
    """Whether any word is the outlet's (0) or somebody else's (1)."""
    return bool(((others[1:-1] > 0) == bool(part)).any())


def _highest_part(part: int, outputs: Sequence[Output]) -> float:
    """The highest logit of the outlet's words (0) or of others' (1), among the windows in which there are any."""
    logits = [(output.parts[part], output.others) for output in outputs if output.parts and output.others is not None]
    speaking = [logit for logit, others in logits if _speaks(part, others)]
    return max(speaking or [logit for logit, _ in logits], default=0.0)


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


def _window(values: list[int], first: int, last: int) -> list[int]:
    return [values[0], *values[1 + first : 1 + last], values[-1]]


def _batches(rows: Sequence[Row], most: int) -> Iterator[Sequence[Row]]:
    batch: list[Row] = []
    for row in rows:
        if batch and (len(batch) + 1) * len(row.ids) > most:
            yield batch
            batch = []
        batch.append(row)
    if batch:
        yield batch
