"""Runs a model folder with torch, on a GPU: large batches, half-precision matrix products."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

import torch
from transformers.utils.logging import disable_progress_bar

from biasdetect.errors import ModelError
from biasdetect.model.folder import ModelFolder
from biasdetect.model.network import BiasNetwork
from biasdetect.model.phrases import Floats
from biasdetect.model.runtime import BatchingRuntime, Output, Row, in_batches, states_in_batches

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray


class TorchRuntime(BatchingRuntime):
    """Scores texts as :class:`biasdetect.model.runtime.OnnxRuntime` does, on any device of torch.

    On a GPU the matrix products are computed in bf16, or in fp16 where it has no bf16, and all else in fp32; on any
    other device everything is fp32.
    """

    batch_tokens = 32_768

    def __init__(self, folder: ModelFolder, device: str) -> None:
        """Raises ModelError where the device is not there or the weights cannot be loaded."""
        super().__init__(folder)
        disable_progress_bar()
        try:
            self._device = torch.device(device)
            network = BiasNetwork.from_pretrained(folder.path, dtype=torch.float32)
            self._network = network.eval().to(self._device)
        except Exception as error:  # torch and transformers raise many kinds
            raise ModelError(
                f"{folder.path} cannot be loaded on {device!r} ({error}). "
                "Check the device's name and that torch sees it, or leave the device out."
            ) from error
        on_gpu = self._device.type == "cuda"
        self._half = (torch.bfloat16 if torch.cuda.is_bf16_supported() else torch.float16) if on_gpu else None

    def _outputs(self, rows: Sequence[Row]) -> list[Output]:
        return in_batches(self._forward, rows, self.batch_tokens)

    def _last_states(self, rows: Sequence[Row]) -> Iterator[Floats]:
        return states_in_batches(self._encode, rows, self.batch_tokens)

    @torch.inference_mode()
    def _encode(self, *inputs: NDArray[np.int64]) -> dict[str, Floats]:
        ids, mask, _ = (torch.from_numpy(value).to(self._device, non_blocking=True) for value in inputs)
        with torch.autocast(self._device.type, self._half, enabled=self._half is not None):
            states = self._network.encoder(input_ids=ids, attention_mask=mask).last_hidden_state
        return {"states": states.float().cpu().numpy()}

    @torch.inference_mode()
    def _forward(self, *inputs: NDArray[np.int64]) -> dict[str, Floats]:
        ids, mask, quoted = (torch.from_numpy(value).to(self._device, non_blocking=True) for value in inputs)
        with torch.autocast(self._device.type, self._half, enabled=self._half is not None):
            output = self._network(ids, mask, quoted=quoted)
        return {name: value.float().cpu().numpy() for name, value in output.arrays().items()}
