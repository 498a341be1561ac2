"""Adds a second graph to a model folder, with matrix products over 8-bit weights fitted to stay close to the exact one.

Layer by layer, from the text on, each on what the layers before it give once they are quantised:

- Inputs get one static range, found on sentences, once their channels are brought to like size (SmoothQuant: Xiao et al.
  2023). The few channels of the wide inputs that stay far out are left in full precision (LLM.int8(): Dettmers et al.
  2022).
- Weights are fitted anew by least squares, so that the rounded inputs give the outputs that the exact ones gave, and
  rounded column by column, each column taking up the error of those before (GPTQ: Frantar et al. 2023). They have seven
  bits, one scale for each output: products of eight and eight bits overflow on processors with AVX2 alone.

Products of integers are exact, so a text gets the same scores on every processor, whatever it is scored with. Layers of a
kind that this cannot be done with stay as they are.
"""

from __future__ import annotations

import shutil
import tempfile
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
import onnx
import torch
from numpy.typing import NDArray
from onnx import helper, numpy_helper
from torch import Tensor, nn

from biasdetect.errors import DataError
from biasdetect.finetune.export.card import write_card
from biasdetect.finetune.export.folder import ParityError, record_metrics, replace_folder, write_config
from biasdetect.finetune.network.features import quotation_spans
from biasdetect.model.categories import EDIT_PARTS, PATTERNS, REMEDIES
from biasdetect.model.folder import (
    GRAPH,
    QUANTIZED_GRAPH,
    InferenceConfig,
    Margins,
    ModelFolder,
    open_model,
)
from biasdetect.model.network import BiasNetwork
from biasdetect.model.phrases import Floats, logit, sigmoid
from biasdetect.model.runtime import (
    BatchingRuntime,
    FastRuntime,
    OnnxRuntime,
    Output,
    Row,
    Scored,
    in_batches,
    names_of,
)

_LEVELS = 63  # of a weight to either side of nought: seven bits
_STEPS = 255  # of an input
_SMOOTHING = 0.8  # share of a channel's size that goes from the inputs to the weights
_EXACT = 8  # channels of a wide input left in full precision
_LIKE_BEFORE = 0.01  # how strongly fitted weights are held at the old ones
_DAMPING = 0.01  # of GPTQ's Hessian
_CLIPPED = (1.0, 0.95, 0.9, 0.85, 0.8, 0.7, 0.6)  # shares of the whole range that are tried
_AT_ONCE = 4  # sites of which one pass gives the inputs: those of a layer; more would take more memory
_BLOCK = 64  # columns of GPTQ that are rounded before the rest is told
_HALF = ".half"
_AT_NOUGHT = Margins(0.0, 0.0)
_SURE = 0.995  # share of errors that the margins cover
_NEAR = 2.0  # logits; a token farther from the threshold decides nothing
_MOST = {"mean difference": 0.005, "sentences decided otherwise, per 1,000": 2, "words decided otherwise, per 1,000": 2}


class UnsupportedEncoderError(DataError):
    """Most of an encoder's layers, or all, are of a kind that cannot be computed in eight bits."""


@dataclass(frozen=True, slots=True)
class _Site:
    """An input of matrix products, and the weights that it meets.

    Attributes:
        state: name of the input in the graph.
        layers: names of the linear layers in the network.
    """

    state: str
    layers: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class _Input:
    """How an input is rounded: ``round(x * gain / scale) + zero`` within 0 to 255, and back.

    Attributes:
        gain: (channels,) factor of each channel; nought for those left in full precision.
        scale: of one step.
        zero: the step that stands for nought.
        exact: numbers of the channels left in full precision.
    """

    gain: Tensor
    scale: float
    zero: int
    exact: Tensor

    def rounded(self, x: Tensor) -> Tensor:
        """The part of the input that the integers carry, its channels still brought to like size."""
        # in place: fresh memory for each step would take most of the time
        steps = (x * self.gain).div_(self.scale).round_().add_(self.zero).clamp_(0, _STEPS)
        return steps.sub_(self.zero).mul_(self.scale)


@dataclass(frozen=True, slots=True)
class _Layer:
    """A quantised linear layer.

    Attributes:
        steps: (outputs, inputs) weights in steps of their scale, for inputs of like size.
        scales: (outputs,) of one step.
        exact: (outputs, exact channels) weights of the channels left in full precision.
        bias: (outputs,).
    """

    steps: Tensor
    scales: Tensor
    exact: Tensor
    bias: Tensor


class _QuantizedLinear(nn.Module):
    """What the integers will compute, in floating point."""

    def __init__(self, site: _Input, layer: _Layer) -> None:
        super().__init__()
        self._site, self._layer = replace(site, gain=site.gain.float()), layer
        self._weight = (layer.steps * layer.scales[:, None]).float()

    def forward(self, x: Tensor) -> Tensor:
        y = nn.functional.linear(self._site.rounded(x), self._weight, self._layer.bias)
        return y + x[..., self._site.exact] @ self._layer.exact.T if len(self._site.exact) else y


def add_quantized(
    folder: Path,
    sentences: Sequence[str],
    held_out: Sequence[str],
    count: Callable[[int, int], None] | None = None,
) -> dict[str, Any]:
    """Give a model folder a quantised graph, the margins of its doubt, and a record of how it agrees; or leave it.

    Args:
        folder: the model; it is replaced by one with the graph.
        sentences: some hundreds, as different as what will be scored: ranges and weights are fitted on them.
        held_out: others, some thousands: on every second one the margins are found, on the rest agreement is measured.
        count: called with how many inputs of layers are fitted, and how many there are.

    Returns:
        The record, as it stands in ``metrics.json`` under ``quantized``.

    Raises:
        ParityError: where scores differ by more than they may; the folder is left as it was.
        UnsupportedEncoderError: where not even half of the encoder can be quantised; likewise.
    """
    opened = open_model(folder)
    network = BiasNetwork.from_pretrained(folder, dtype=torch.float32)
    with tempfile.TemporaryDirectory(dir=folder.parent, prefix=f".{folder.name}.") as name:
        new = Path(name) / "model"
        shutil.copytree(folder, new)
        write_graph(network, replace(opened, path=new), sentences, count)
        record = _judge(replace(opened, path=new), held_out)
        replace_folder(new, folder)
    return record


def _judge(opened: ModelFolder, held_out: Sequence[str]) -> dict[str, Any]:
    """Find the margins on one half of the sentences, measure agreement on the other, and write both down."""
    folder = opened.path
    config = replace(opened.config, margins=_AT_NOUGHT)
    quoted = [quotation_spans(text) for text in held_out]
    exact = OnnxRuntime(opened).run(held_out, quoted)
    quick = FastRuntime(replace(opened, config=config)).run(held_out, quoted)
    config = replace(config, margins=_margins(exact[::2], quick[::2], config))
    write_config(folder, config)
    fast = FastRuntime(open_model(folder)).run(held_out, quoted)
    record: dict[str, Any] = {
        "sentences": len(held_out[1::2]),
        "eight bits alone": _agreement(exact[1::2], quick[1::2], config),
        "exact where near a decision": _agreement(exact[1::2], fast[1::2], config),
        "computed exactly": float(np.mean(_sentence_logits(fast) != _sentence_logits(quick))),
    }
    _refuse(record["exact where near a decision"])
    record_metrics(folder, quantized=record)
    write_card(folder)
    return record


def write_graph(
    network: BiasNetwork,
    folder: ModelFolder,
    sentences: Sequence[str],
    count: Callable[[int, int], None] | None = None,
) -> Path:
    """Write the quantised graph beside the exact one.

    Args:
        network: the network that the folder's weights make.
        folder: where ``model.onnx`` lies; ``model.int8.onnx`` is written there.
        sentences: some hundreds, as different as what will be scored.
        count: as of :func:`add_quantized`.

    Returns:
        The graph's path. The folder's ``config.json`` does not know it yet.

    Raises:
        UnsupportedEncoderError: where not even half of the encoder can be quantised.
    """
    graph = onnx.load(str(folder.path / GRAPH), load_external_data=False)
    batches = _Batches(folder).of(sentences)
    wanted = list(_sites(graph.graph))
    sites = _quantizable(wanted, network.eval(), batches[0])
    if 2 * len(sites) <= len(wanted):  # it would be no faster
        raise UnsupportedEncoderError(
            f"The fast graph was not added: this encoder ({network.encoder.config.model_type}) lacks the layers for it, which "
            "are large linear ones with a bias that read each token once. Score exactly, or take another encoder."
        )
    exact, quantized = network, BiasNetwork(network.config).eval()
    quantized.load_state_dict(network.state_dict())
    found: list[tuple[_Site, _Input, list[_Layer]]] = []
    with torch.no_grad():
        for number, site in enumerate(sites):
            first = site.layers[0]
            if number % _AT_ONCE == 0:
                exactly = _inputs(exact, [other.layers[0] for other in sites[number : number + _AT_ONCE]], batches)
            now, before = _inputs(quantized, [first], batches)[first], exactly.pop(first)
            linears = [exact.get_submodule(name) for name in site.layers]
            rounding = _rounding(now, [linear.weight for linear in linears])  # type: ignore[misc]
            layers = [_fit(rounding, linear, now, before) for linear in linears]  # type: ignore[arg-type]
            for name, layer in zip(site.layers, layers, strict=True):
                quantized.set_submodule(name, _QuantizedLinear(rounding, layer))
            found.append((site, rounding, layers))
            if count:
                count(number + 1, len(sites))
    for entry in found:
        _rewrite(graph.graph, *entry)
    _drop_unused(graph.graph)
    graph.opset_import.append(helper.make_opsetid("com.microsoft", 1))
    path = folder.path / QUANTIZED_GRAPH
    onnx.save(graph, str(path))
    return path


def _sentence_logits(scored: Sequence[Scored]) -> Floats:
    return np.array([one.logit for one in scored], np.float32)


def _margins(exact: Sequence[Scored], quick: Sequence[Scored], config: InferenceConfig) -> Margins:
    """How far off the quantised graph is in all but few sentences, and all but few tokens near the threshold."""
    off = np.abs(_sentence_logits(exact) - _sentence_logits(quick))
    if config.voice:
        parts = [np.array([one.parts for one in scored], np.float32) for scored in (exact, quick)]
        off = np.concatenate([off, np.abs(parts[0] - parts[1]).ravel()])
    words = [np.concatenate([one.token_logits[1:-1, 0] for one in scored]) for scored in (exact, quick)]
    phrase = _off_near(words[0], words[1], logit(config.threshold, config.phrase))
    voice = 0.0
    if config.voice:
        theirs = [
            np.concatenate([one.others[1:-1] for one in scored if one.others is not None]) for scored in (exact, quick)
        ]
        voice = _off_near(theirs[0], theirs[1], 0.0)
    return Margins(round(float(np.quantile(off, _SURE)), 3), phrase, voice)


def _off_near(exact: Floats, quick: Floats, decision: float) -> float:
    """How far off all but few tokens are near a decision; of all tokens where none is near it."""
    off, near = np.abs(exact - quick), np.abs(quick - decision) < _NEAR
    return round(float(np.quantile(off[near] if near.any() else off, _SURE)), 3)


def _agreement(exact: Sequence[Scored], other: Sequence[Scored], config: InferenceConfig) -> dict[str, float]:
    """Differences of probability, and how many of a thousand sentences and words are decided otherwise."""
    sentences = [sigmoid(_sentence_logits(scored), config.sentence) for scored in (exact, other)]
    words = [
        sigmoid(np.concatenate([one.token_logits[1:-1, 0] for one in scored]), config.phrase)
        for scored in (exact, other)
    ]
    of_sentences, of_words = np.abs(sentences[0] - sentences[1]), np.abs(words[0] - words[1])
    return {
        "mean difference": float(of_sentences.mean()),
        "99.9 % of differences below": float(np.quantile(of_sentences, 0.999)),
        "largest difference": float(of_sentences.max()),
        "sentences decided otherwise, per 1,000": 1000 * float(np.mean((sentences[0] >= 0.5) != (sentences[1] >= 0.5))),
        "mean difference of words": float(of_words.mean()),
        "largest difference of words": float(of_words.max()),
        "words decided otherwise, per 1,000": 1000
        * float(np.mean((words[0] >= config.threshold) != (words[1] >= config.threshold))),
    }


def _refuse(agreement: dict[str, float]) -> None:
    for name, most in _MOST.items():
        if agreement[name] > most:
            raise ParityError(
                f"The fast graph was not added, since it differs too much from the exact one ({name} {agreement[name]:.2g}, at "
                f"most {most} allowed). Fit it on more sentences, such as those it will score."
            )


class _Batches(BatchingRuntime):
    """Tokens as inference makes them."""

    batch_tokens = 2048

    def of(self, sentences: Sequence[str]) -> list[tuple[Tensor, Tensor]]:
        """Token numbers and masks, (texts, tokens)."""
        self._made: list[tuple[Tensor, Tensor]] = []
        self.run(sentences)
        return self._made

    def _outputs(self, rows: Sequence[Row]) -> list[Output]:
        return in_batches(self._note, rows, self.batch_tokens)

    def _note(self, ids: NDArray[np.int64], mask: NDArray[np.int64], _quoted: NDArray[np.int64]) -> dict[str, Floats]:
        self._made.append((torch.from_numpy(ids), torch.from_numpy(mask)))
        config, rows = self.folder.config, len(ids)
        found = {
            "sentence_logits": np.zeros(rows, np.float32),
            "token_logits": np.zeros((*ids.shape, 1 + len(config.categories)), np.float32),
            "part_logits": np.zeros((rows, 2), np.float32),
            "voice_logits": np.zeros(ids.shape, np.float32),
            "source_logits": np.zeros(ids.shape, np.float32),
            "reason_logits": np.zeros((*ids.shape, len(REMEDIES) + len(PATTERNS)), np.float32),
            "edit_logits": np.zeros((*ids.shape, EDIT_PARTS), np.float32),
        }
        _, names = names_of(voice=config.voice, reasons=config.reasons, edits=config.edits)
        return {name: found[name] for name in names}


class _ReachedError(Exception):
    """What was wanted of the network is there."""


def _inputs(network: BiasNetwork, layers: Sequence[str], batches: Sequence[tuple[Tensor, Tensor]]) -> dict[str, Tensor]:
    """What layers are given, (tokens, channels), padding left out."""
    caught: dict[str, list[Tensor]] = {name: [] for name in layers}

    def catching(name: str) -> Callable[[nn.Module, tuple[Tensor, ...]], None]:
        def catch(_: nn.Module, arguments: tuple[Tensor, ...]) -> None:
            caught[name].append(arguments[0][mask.bool()])
            if len({len(states) for states in caught.values()}) == 1:
                raise _ReachedError

        return catch

    hooks = [network.get_submodule(name).register_forward_pre_hook(catching(name)) for name in layers]
    for ids, mask in batches:
        try:
            network.encoder(input_ids=ids, attention_mask=mask)
        except _ReachedError:
            continue
    for hook in hooks:
        hook.remove()
    return {name: torch.cat(states).double() for name, states in caught.items()}


def _rounding(x: Tensor, weights: Sequence[Tensor]) -> _Input:
    largest = x.abs().amax(0) + 1e-6
    wide = x.shape[1] > weights[0].shape[0]
    exact = largest.topk(_EXACT).indices.sort().values if wide else torch.empty(0, dtype=torch.long)
    against = torch.stack([weight.abs().amax(0) for weight in weights]).amax(0).double().clamp_min(1e-6)
    size = largest**_SMOOTHING / against ** (1 - _SMOOTHING)
    gain = size.log().mean().exp() / size
    gain[exact] = 0
    y = x * gain
    low, high = min(y.min().item(), 0.0), max(y.max().item(), 0.0)

    def clipped(share: float) -> _Input:
        scale = (high - low) * share / _STEPS
        return _Input(gain, scale, round(-low * share / scale), exact)

    return min(map(clipped, _CLIPPED), key=lambda tried: tried.rounded(x).sub_(y).square_().sum().item())


def _fit(rounding: _Input, linear: nn.Linear, now: Tensor, before: Tensor) -> _Layer:
    """The weights that give, on rounded inputs, what the old ones gave on exact ones."""
    weight, exact = linear.weight.double(), rounding.exact
    inputs = rounding.rounded(now)
    outputs = before @ weight.T
    old = torch.where(rounding.gain > 0, weight / rounding.gain.clamp_min(1e-12), 0.0)
    if len(exact):  # the last columns
        inputs, old = torch.cat([inputs, now[:, exact]], 1), torch.cat([old, weight[:, exact]], 1)
    mean_in, mean_out = inputs.mean(0), outputs.mean(0)
    centred = inputs - mean_in
    hessian = centred.T @ centred
    hold = _LIKE_BEFORE * hessian.diag().mean() * torch.eye(len(hessian), dtype=torch.double)
    fitted = torch.linalg.solve(hessian + hold, centred.T @ (outputs - mean_out) + hold @ old.T).T
    channels = weight.shape[1]
    scales = _scales(fitted[:, :channels], hessian.diag()[:channels])
    steps = _gptq(fitted[:, :channels], hessian[:channels, :channels], scales)
    new = torch.cat([steps * scales[:, None], fitted[:, channels:]], 1)
    bias = linear.bias.double() + mean_out - mean_in @ new.T
    return _Layer(steps, scales, fitted[:, channels:].float(), bias.float())


def _scales(weight: Tensor, importance: Tensor) -> Tensor:
    """For each output the step that rounds its weights best."""
    largest = weight.abs().amax(1, keepdim=True).clamp_min(1e-9)
    tried = [largest * share / _LEVELS for share in _CLIPPED]
    errors = [((_steps(weight, scale) * scale - weight) ** 2) @ importance for scale in tried]
    best = torch.stack(errors).argmin(0)
    return torch.stack(tried)[best, torch.arange(len(weight)), 0]


def _steps(weight: Tensor, scale: Tensor) -> Tensor:
    return (weight / scale).round().clamp(-_LEVELS, _LEVELS)


def _gptq(weight: Tensor, hessian: Tensor, scales: Tensor) -> Tensor:
    """Weights in steps of their scales, rounded one column after another."""
    count = weight.shape[1]
    order = hessian.diag().argsort(descending=True)
    left, ordered = weight[:, order].clone(), hessian[order][:, order].clone()
    ordered.diagonal().add_(_DAMPING * ordered.diag().mean())
    inverse = torch.linalg.cholesky(torch.cholesky_inverse(torch.linalg.cholesky(ordered)), upper=True)
    steps = torch.zeros_like(left)
    for first in range(0, count, _BLOCK):
        last = min(first + _BLOCK, count)
        errors = torch.zeros(len(left), last - first, dtype=left.dtype)
        for column in range(first, last):
            steps[:, column] = _steps(left[:, column], scales)
            error = (left[:, column] - steps[:, column] * scales) / inverse[column, column]
            left[:, column + 1 : last] -= error[:, None] * inverse[column, column + 1 : last]
            errors[:, column - first] = error
        left[:, last:] -= errors @ inverse[first:last, last:]
    back = torch.empty_like(order)
    back[order] = torch.arange(count)
    return steps[:, back]


def _sites(graph: onnx.GraphProto) -> Iterator[_Site]:
    """The inputs of products with weights of the encoder's layers, in the graph's order."""
    named: dict[str, list[str]] = {}
    for node, name in _products(graph):
        named.setdefault(node.input[0], []).append(name)
    for state, layers in named.items():
        yield _Site(state, tuple(layers))


def _quantizable(sites: Sequence[_Site], network: BiasNetwork, batch: tuple[Tensor, Tensor]) -> list[_Site]:
    """Those of the sites whose layers are linear, have a bias, and read the states of each token, once in a pass.

    Some encoders use a layer several times over, or for tables of positions.
    """
    ids, mask = batch
    reads: dict[str, list[bool]] = defaultdict(list)

    def noting(name: str) -> Callable[[nn.Module, tuple[Any, ...]], None]:
        def note(_: nn.Module, arguments: tuple[Any, ...]) -> None:
            reads[name].append(bool(arguments) and arguments[0].shape[:-1] == mask.shape)

        return note

    found = [site for site in sites if all(_is_linear(network, name) for name in site.layers)]
    hooks = [
        network.get_submodule(name).register_forward_pre_hook(noting(name)) for site in found for name in site.layers
    ]
    with torch.no_grad():
        network.encoder(input_ids=ids, attention_mask=mask)
    for hook in hooks:
        hook.remove()
    return [site for site in found if all(reads[name] == [True] for name in site.layers)]


def _is_linear(network: BiasNetwork, name: str) -> bool:
    layer = network.get_submodule(name)
    return isinstance(layer, nn.Linear) and layer.bias is not None


def _products(graph: onnx.GraphProto) -> Iterator[tuple[onnx.NodeProto, str]]:
    """Products with a weight that is stored by its name, and the layer's name in the network; its bias is added next."""
    made = {output: node for node in graph.node for output in node.output}
    stored = {initializer.name for initializer in graph.initializer if initializer.name.endswith(f".weight{_HALF}")}
    for node in graph.node:
        if node.op_type != "MatMul":
            continue
        name = node.input[1]
        while name in made and made[name].op_type in ("Cast", "Transpose"):
            name = made[name].input[0]
        if name in stored and name.startswith("encoder."):
            yield node, name.removesuffix(f".weight{_HALF}")


def _rewrite(graph: onnx.GraphProto, site: _Site, rounding: _Input, layers: Sequence[_Layer]) -> None:
    """Put products of integers in place of the site's, and the rounding of its input before them."""

    def constant(name: str, value: Any) -> str:
        graph.initializer.append(numpy_helper.from_array(np.ascontiguousarray(value), name))
        return name

    state = site.state
    scale, zero = constant(f"{state}.scale", np.float32(rounding.scale)), constant(f"{state}.zero", np.uint8(rounding.zero))  # fmt: skip
    before = [
        helper.make_node("Mul", [state, constant(f"{state}.gain", rounding.gain.float().numpy())], [f"{state}.like"]),
        helper.make_node("QuantizeLinear", [f"{state}.like", scale, zero], [f"{state}.steps"]),
    ]
    if len(rounding.exact):
        chosen = constant(f"{state}.channels", rounding.exact.numpy())
        before.append(helper.make_node("Gather", [state, chosen], [f"{state}.exact"], axis=-1))
    products = {name: node for node, name in _products(graph)}
    for name, layer in zip(site.layers, layers, strict=True):
        product = products[name]
        added = next(node for node in graph.node if node.op_type == "Add" and product.output[0] in node.input)
        output = added.output[0]
        into = f"{output}.integers" if len(rounding.exact) else output
        inputs = [
            f"{state}.steps",
            constant(f"{name}.steps", layer.steps.T.to(torch.int8).numpy()),
            scale,
            constant(f"{name}.scales", layer.scales.float().numpy()),
            zero,
            constant(f"{name}.zeros", np.zeros(len(layer.scales), np.int8)),
            constant(f"{name}.bias", layer.bias.numpy()),
        ]
        nodes = [helper.make_node("MatMulIntegerToFloat", inputs, [into], domain="com.microsoft")]
        if len(rounding.exact):
            weight = constant(f"{name}.exact", layer.exact.T.numpy())
            nodes.append(helper.make_node("MatMul", [f"{state}.exact", weight], [f"{output}.few"]))
            nodes.append(helper.make_node("Add", [into, f"{output}.few"], [output]))
        place = list(graph.node).index(product)
        graph.node.remove(added)
        graph.node.remove(product)
        for node in reversed([*before, *nodes]):
            graph.node.insert(place, node)
        before = []


def _drop_unused(graph: onnx.GraphProto) -> None:
    while True:
        used = {name for node in graph.node for name in node.input} | {output.name for output in graph.output}
        idle = [node for node in graph.node if not used.intersection(node.output)]
        if not idle:
            break
        for node in idle:
            graph.node.remove(node)
    for initializer in [initializer for initializer in graph.initializer if initializer.name not in used]:
        graph.initializer.remove(initializer)
