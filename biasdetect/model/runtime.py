"""The ONNX runtime: texts to sentence logits and token logits, without torch."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

import numpy as np

from biasdetect.errors import ModelError
from biasdetect.model.folder import GRAPH, TOKENIZER, ModelFolder
from biasdetect.model.phrases import Floats

if TYPE_CHECKING:
    from tokenizers import Encoding

_BATCH_TOKENS = 1024  # padding included: keeps two cores busy and memory flat
_OVERLAP = 32  # tokens that neighbouring windows of an over-long text share


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


class OnnxRuntime:
    """A model folder ready to run. Holds no state between calls, so threads may share it."""

    def __init__(self, folder: ModelFolder) -> None:
        """Raises ModelError where tokenizer or graph cannot be loaded."""
        import onnxruntime
        from tokenizers import Tokenizer

        self.folder = folder
        self._max_tokens = folder.config.max_tokens
        try:
            self._tokenizer = Tokenizer.from_file(str(folder.path / TOKENIZER))
            options = onnxruntime.SessionOptions()
            options.log_severity_level = 3
            self._session = onnxruntime.InferenceSession(
                str(folder.path / GRAPH), options, providers=["CPUExecutionProvider"]
            )
        except Exception as error:  # both libraries raise bare exceptions of their own
            raise ModelError(f"{folder.path} cannot be loaded ({error}). Copy the folder again.") from error
        self._tokenizer.no_padding()
        self._tokenizer.no_truncation()

    def run(self, texts: Sequence[str]) -> list[Scored]:
        """Score texts as they stand, in order.

        A text longer than the encoder takes is read in overlapping windows; its logit is the highest of theirs.
        A text that occurs twice is computed once.
        """
        unique = list(dict.fromkeys(texts))
        if len(unique) < len(texts):
            known = dict(zip(unique, self.run(unique), strict=True))
            return [known[text] for text in texts]
        encodings = self._tokenizer.encode_batch([_valid(text) for text in texts])
        windows = [
            (index, first, last)
            for index, encoding in enumerate(encodings)
            for first, last in _windows(len(encoding.ids) - 2, self._max_tokens - 2)
        ]
        windows.sort(key=lambda window: window[2] - window[1])
        logits = np.full(len(texts), -np.inf, np.float32)
        tokens: list[Floats | None] = [None] * len(texts)
        for batch in _batches(windows):
            sentence, token = self._forward([_window_ids(encodings[i], a, b) for i, a, b in batch])
            for row, (index, first, last) in enumerate(batch):
                logits[index] = max(logits[index], sentence[row])
                whole = tokens[index]
                if whole is None:
                    whole = np.full((len(encodings[index].ids), token.shape[2]), -20.0, np.float32)
                    tokens[index] = whole
                # the first and last rows are the special tokens around the window
                part = token[row, 1 : 1 + last - first]
                target = whole[1 + first : 1 + last]
                stronger = part[:, 0] > target[:, 0]
                target[stronger] = part[stronger]
        return [
            Scored(float(logits[index]), encoding.ids, encoding.offsets, tokens[index])  # type: ignore[arg-type]
            for index, encoding in enumerate(encodings)
        ]

    def _forward(self, rows: list[list[int]]) -> tuple[Floats, Floats]:
        longest = max(len(row) for row in rows)
        ids = np.zeros((len(rows), longest), np.int64)
        mask = np.zeros((len(rows), longest), np.int64)
        for index, row in enumerate(rows):
            ids[index, : len(row)] = row
            mask[index, : len(row)] = 1
        sentence, token = self._session.run(
            ["sentence_logits", "token_logits"], {"input_ids": ids, "attention_mask": mask}
        )
        return sentence, token


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
        first = last - _OVERLAP


def _window_ids(encoding: Encoding, first: int, last: int) -> list[int]:
    ids = encoding.ids
    return [ids[0], *ids[1 + first : 1 + last], ids[-1]]


def _batches(windows: Sequence[tuple[int, int, int]]) -> Iterator[Sequence[tuple[int, int, int]]]:
    batch: list[tuple[int, int, int]] = []
    for window in windows:
        if batch and (len(batch) + 1) * (window[2] - window[1] + 2) > _BATCH_TOKENS:
            yield batch
            batch = []
        batch.append(window)
    if batch:
        yield batch
