"""Exports a trained network as a model folder, and proves that the exported graph agrees with it.

The weights lie once in the folder, as half-precision numbers in ``model.safetensors``. The ONNX graph holds
none of the large ones: it points into that file (external data, by offset), so torch and ONNX Runtime
read the same bytes, and the folder is half the size.
"""

from __future__ import annotations

import json
import shutil
import tempfile
import warnings
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np
import onnx
import torch
from onnx import TensorProto, helper, numpy_helper
from safetensors.torch import save_file
from torch import Tensor, nn
from transformers import PreTrainedTokenizerFast

from biasdetect.errors import DataError
from biasdetect.finetune.export.card import write_card
from biasdetect.finetune.network.development import Fit
from biasdetect.finetune.network.features import in_quotation_marks, quotation_spans
from biasdetect.model.folder import (
    CONFIG,
    GRAPH,
    METRICS,
    TOKENIZER,
    WEIGHTS,
    Calibration,
    InferenceConfig,
    Surroundings,
    describe,
    open_model,
)
from biasdetect.model.network import BiasNetwork
from biasdetect.model.phrases import decode, sigmoid
from biasdetect.model.runtime import OnnxRuntime, names_of
from biasdetect.results import OwnCategory
from biasdetect.util.atomic import write_text

_INLINE = 4096  # elements; smaller tensors stay in the graph
_AS_IT_IS = Calibration()
_TOLERANCE = 1e-3  # largest probability difference between torch and ONNX Runtime


class ParityError(DataError):
    """The exported graph does not compute what the network computes."""


def export_model(
    network: BiasNetwork,
    tokenizer: PreTrainedTokenizerFast,
    config: InferenceConfig,
    metrics: dict[str, Any],
    out: Path,
    sentences: Sequence[str],
) -> float:
    """Write a whole model folder, or nothing.

    Args:
        network: the trained network.
        tokenizer: its fast tokenizer.
        config: names, thresholds and calibration for inference.
        metrics: recorded facts and figures; the card is made from them.
        out: the folder; an older one of that name is replaced once the new one is complete.
        sentences: real sentences for the parity check.

    Returns:
        The largest difference in probability between torch and ONNX Runtime over the sentences.

    Raises:
        ParityError: where scores or phrases differ; ``out`` is left as it was.
    """
    out.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=out.parent, prefix=f".{out.name}.") as name:
        folder = Path(name) / "model"
        folder.mkdir()
        rounded = _save_weights(network, folder)
        _save_graph(rounded, folder)
        tokenizer.backend_tokenizer.no_padding()
        tokenizer.backend_tokenizer.no_truncation()
        tokenizer.backend_tokenizer.save(str(folder / TOKENIZER))
        (folder / WEIGHTS).chmod(0o644)  # safetensors writes it for the owner alone
        network_config = rounded.config.to_dict()
        for part in (network_config, network_config["encoder"]):
            part.pop("_name_or_path", None)  # where it was trained is nobody's business
        settings = {**network_config, "biasdetect": describe(config, folder)}
        (folder / CONFIG).write_text(json.dumps(settings, indent=2, sort_keys=True) + "\n", encoding="utf-8")
        difference = check_parity(rounded, folder, sentences)
        recorded = {**metrics, "export": {"parity_sentences": len(sentences), "largest_difference": difference}}
        (folder / METRICS).write_text(json.dumps(recorded, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")
        write_card(folder)
        replace_folder(folder, out)
    return difference


def inference_config(
    name: str,
    language: str,
    network: BiasNetwork,
    fitted: Fit,
    own: Sequence[OwnCategory] = (),
    surroundings: Surroundings | None = None,
) -> InferenceConfig:
    """What inference needs besides graph and tokenizer; ``own`` are the categories of the model's own."""
    encoder = network.encoder.config
    # RoBERTa-like encoders number positions from the padding token on
    positions = encoder.max_position_embeddings - (2 if encoder.model_type.endswith("roberta") else 0)
    return InferenceConfig(
        name=name,
        categories=tuple(network.config.categories),
        language=language,
        max_tokens=min(positions, 512),
        threshold=fitted.threshold,
        sentence=fitted.sentence,
        phrase=fitted.phrase,
        voice=network.config.voice,
        reasons=network.config.reasons,
        own=tuple(own),
        edits=bool(network.config.edit_layers),
        surroundings=surroundings,
    )


def check_parity(network: BiasNetwork, folder: Path, sentences: Sequence[str]) -> float:
    """Score sentences with torch and with the folder's graph; scores and phrases must agree.

    Raises:
        ParityError: where a probability differs by more than 0.001, or any phrase does.
    """
    opened = open_model(folder)
    config = opened.config
    largest = 0.0
    network.eval()
    quoted = [quotation_spans(text) for text in sentences]
    for text, marks, scored in zip(sentences, quoted, OnnxRuntime(opened).run(sentences, quoted), strict=True):
        ids, offsets = scored.ids, scored.offsets
        if len(ids) > config.max_tokens:  # read in windows by the runtime; no single pass to compare with
            continue
        inside = torch.tensor([in_quotation_marks(text, offsets, marks)])
        with torch.no_grad():
            output = network(torch.tensor([ids]), torch.ones(1, len(ids), dtype=torch.long), quoted=inside)
        assert output.sentence_logits is not None and output.token_logits is not None
        tokens = output.token_logits[0].numpy()
        pairs = [
            (sigmoid(output.sentence_logits[0].item(), config.sentence), sigmoid(scored.logit, config.sentence)),
            (sigmoid(tokens[1:-1, 0], config.phrase), sigmoid(scored.token_logits[1:-1, 0], config.phrase)),
        ]
        further = [
            (theirs[0, 1:-1].numpy(), ours[1:-1])  # of words; nothing is told of the special tokens
            for theirs, ours in (
                (output.voice_logits, scored.others),
                (output.source_logits, scored.sources),
                (output.reason_logits, scored.reasons),
                (output.edit_logits, scored.edits),
            )
            if theirs is not None and ours is not None
        ]
        if output.part_logits is not None and scored.parts is not None:
            further.append((output.part_logits[0].numpy(), np.array(scored.parts)))
        pairs += [(sigmoid(theirs, _AS_IT_IS), sigmoid(ours, _AS_IT_IS)) for theirs, ours in further]
        largest = max([largest, *(float(np.max(np.abs(a - b), initial=0.0)) for a, b in pairs)])
        theirs = [(s.start, s.end, s.category) for s in decode(text, offsets, tokens, config.threshold, config.phrase)]
        ours = [
            (s.start, s.end, s.category)
            for s in decode(text, offsets, scored.token_logits, config.threshold, config.phrase)
        ]
        if largest > _TOLERANCE or theirs != ours:
            raise ParityError(
                f"The exported graph differs from the network by {largest:.2g} (at most {_TOLERANCE} is allowed) on "
                f"{text!r}: torch finds {theirs}, ONNX Runtime {ours}. Nothing was written. "
                "Report this with the versions of torch, onnx and onnxruntime."
            )
    return largest


def write_config(folder: Path, config: InferenceConfig) -> None:
    """Give a model folder another configuration of inference; what else its config.json says stays."""
    settings = json.loads((folder / CONFIG).read_text(encoding="utf-8"))
    settings["biasdetect"] = describe(config, folder)
    settings.pop("edit_layer", None)  # of a network that judged edits in another way
    write_text(folder / CONFIG, json.dumps(settings, indent=2, sort_keys=True) + "\n")


def record_metrics(folder: Path, **facts: Any) -> None:
    """Write further facts into the metrics of a model folder, in place of those of the same name."""
    metrics = json.loads((folder / METRICS).read_text(encoding="utf-8"))
    write_text(folder / METRICS, json.dumps({**metrics, **facts}, indent=2, ensure_ascii=False) + "\n")


def _save_weights(network: BiasNetwork, folder: Path) -> BiasNetwork:
    """Write the weights in half precision; the network that these exact weights make comes back."""
    state = {
        name: tensor.detach().cpu().to(torch.float16).contiguous() for name, tensor in network.state_dict().items()
    }
    save_file(state, folder / WEIGHTS, metadata={"format": "pt"})
    rounded = BiasNetwork(network.config)
    rounded.load_state_dict({name: tensor.float() for name, tensor in state.items()})
    return rounded.eval()


class _Traced(nn.Module):
    """The network with plain tensors out, as the exporter wants it."""

    def __init__(self, network: BiasNetwork) -> None:
        super().__init__()
        self.network = network

    def forward(self, input_ids: Tensor, attention_mask: Tensor, quoted: Tensor | None = None) -> tuple[Tensor, ...]:
        return tuple(
            self.network(input_ids, attention_mask, quoted=quoted).arrays().values()
        )  # in the order of names_of


def _save_graph(network: BiasNetwork, folder: Path) -> None:
    ids = torch.ones(2, 9, dtype=torch.long)
    mask = torch.ones_like(ids)
    mask[1, 6:] = 0
    batch, tokens = torch.export.Dim("batch"), torch.export.Dim("tokens")
    shape = {0: batch, 1: tokens}
    settings = network.config
    names, outputs = names_of(voice=settings.voice, reasons=settings.reasons, edits=bool(settings.edit_layers))
    with warnings.catch_warnings(), _quiet():
        warnings.simplefilter("ignore")
        program = torch.onnx.export(
            _Traced(network),
            (ids, mask, torch.zeros_like(ids))[: len(names)],
            dynamo=True,
            verbose=False,
            input_names=list(names),
            output_names=list(outputs),
            dynamic_shapes=dict.fromkeys(names, shape),
        )
    assert program is not None
    model = program.model_proto
    _share_weights(model.graph, network, folder / WEIGHTS)
    # where the exporter ran is nobody's business, and would make the bytes differ from run to run
    for node in model.graph.node:
        del node.metadata_props[:]
        node.doc_string = ""
    del model.graph.metadata_props[:]
    del model.graph.value_info[:]
    onnx.save(model, str(folder / GRAPH))
    onnx.checker.check_model(str(folder / GRAPH))


def _share_weights(graph: onnx.GraphProto, network: BiasNetwork, weights: Path) -> None:
    """Point the graph's large tensors into the safetensors file, cast (and transposed) on load."""
    header_size, header = _safetensors_header(weights)
    large = {name: tensor for name, tensor in network.state_dict().items() if tensor.numel() >= _INLINE}
    inserted = []
    for initializer in list(graph.initializer):
        if initializer.data_type != TensorProto.FLOAT or np.prod(initializer.dims) < _INLINE:
            continue
        name, transposed = _find(torch.from_numpy(numpy_helper.to_array(initializer).copy()), large)
        first, last = header[name]["data_offsets"]
        shared = TensorProto(
            name=f"{name}.half",
            data_type=TensorProto.FLOAT16,
            dims=header[name]["shape"],
            data_location=TensorProto.EXTERNAL,
        )
        for key, value in (("location", weights.name), ("offset", header_size + first), ("length", last - first)):
            shared.external_data.add(key=key, value=str(value))
        if shared.name not in {other.name for other in graph.initializer}:
            graph.initializer.append(shared)
        readers = [node for node in graph.node if initializer.name in node.input]
        if not transposed and all(node.op_type == "Gather" for node in readers):
            # an embedding table: look up first, then cast the few rows
            for node in readers:
                output = node.output[0]
                node.input[0], node.output[0] = shared.name, f"{output}.half"
                position = list(graph.node).index(node)
                graph.node.insert(
                    position + 1, helper.make_node("Cast", [f"{output}.half"], [output], to=TensorProto.FLOAT)
                )
        else:
            source = shared.name
            if transposed:
                inserted.append(helper.make_node("Transpose", [source], [f"{initializer.name}.t"], perm=[1, 0]))
                source = f"{initializer.name}.t"
            inserted.append(helper.make_node("Cast", [source], [initializer.name], to=TensorProto.FLOAT))
        graph.initializer.remove(initializer)
    for node in reversed(inserted):
        graph.node.insert(0, node)


def _find(tensor: Tensor, named: dict[str, Tensor]) -> tuple[str, bool]:
    """Name of the weight that a graph's tensor is, and whether it stands there transposed."""
    for name, weight in named.items():
        if weight.shape == tensor.shape and torch.equal(weight, tensor):
            return name, False
        if weight.ndim == 2 and weight.T.shape == tensor.shape and torch.equal(weight.T, tensor):
            return name, True
    raise ParityError("The exported graph holds a tensor that is no weight of the network. Nothing was written.")


def _safetensors_header(path: Path) -> tuple[int, dict[str, Any]]:
    """Size of everything before the data, and the header (format of huggingface/safetensors)."""
    with path.open("rb") as file:
        length = int.from_bytes(file.read(8), "little")
        return 8 + length, json.loads(file.read(length))


@contextmanager
def _quiet() -> Iterator[None]:
    """The exporter's log about optional packages is no news to the user."""
    import logging

    logger = logging.getLogger("torch.onnx")
    level = logger.level
    logger.setLevel(logging.ERROR)
    try:
        yield
    finally:
        logger.setLevel(level)


def replace_folder(folder: Path, out: Path) -> None:
    """Put the finished folder in place; at every moment ``out`` is absent, the old one or the new one."""
    old = folder.with_name("old")
    if out.exists():
        out.rename(old)
    folder.rename(out)
    shutil.rmtree(old, ignore_errors=True)
