"""Exports a model folder as folders that transformers and sentence-transformers open, without code of ours.

Each form is a model of one standard class that gives the same probabilities, and before anything is written it is proved on
real sentences that it does:

- ``words``: a token classifier of two labels, whether a token is loaded;
- ``categories``: a token classifier of the model's categories, which of them a loaded token is of;
- ``sentences``: a sequence classifier of two labels, whether a sentence is biased (:mod:`biasdetect.finetune.export.pooling`);
- ``embeddings``: the encoder and the mean over its tokens, for sentence-transformers.
"""

from __future__ import annotations

import json
import tempfile
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal, get_args

import numpy as np
import torch
from torch import Tensor, nn
from transformers import AutoModel, AutoModelForTokenClassification, PreTrainedModel, PreTrainedTokenizerFast
from transformers.utils.logging import disable_progress_bar

from biasdetect.errors import DataError
from biasdetect.evaluation.regression import read_regressions
from biasdetect.finetune.export.pooling import as_bart
from biasdetect.model.folder import METRICS, TOKENIZER, WEIGHTS, ModelFolder, open_model
from biasdetect.model.network import BiasNetwork
from biasdetect.model.phrases import Floats, sigmoid, softmax
from biasdetect.model.runtime import OnnxRuntime, Scored

Form = Literal["sentences", "words", "categories", "embeddings"]
FORMS: tuple[Form, ...] = get_args(Form)

_TOLERANCE = {"sentences": 1e-3, "words": 1e-4, "categories": 1e-4, "embeddings": 1e-4}
"""Largest difference from our own answer that is written, of probabilities; of the numbers of an embedding, which are
about 1. Sentences lie within 0.0001 with the model that ships; a tiny encoder has no unit to spare."""
_SEED = 13
_LENGTHS = range(4, 44, 4)  # of texts of random tokens
_SPECIAL = 2


@dataclass(frozen=True, slots=True)
class Exported:
    """What was written.

    Attributes:
        folder: where.
        form: as what.
        sentences: how many real sentences both were asked about.
        largest_difference: between our answers and the exported model's: of probabilities, of an embedding's numbers.
    """

    folder: Path
    form: Form
    sentences: int
    largest_difference: float


@dataclass(frozen=True, slots=True)
class _Source:
    """A model that is exported: its folder, network and tokenizer."""

    folder: ModelFolder
    network: BiasNetwork
    tokenizer: PreTrainedTokenizerFast


def export_standard(model: str | Path | None, folder: str | Path, form: Form) -> Exported:
    """Write a model as a folder that transformers opens (sentence-transformers, for embeddings), and prove it the same.

    Args:
        model: a folder or name, as for :func:`biasdetect.load`.
        folder: to be made; nothing may be there.
        form: see the module.

    Raises:
        ModelError: where the model cannot be used.
        DataError: where something is there already, its encoder cannot be held by the standard class, or the answers differ.
        ValueError: for a form that does not exist.
    """
    if form not in FORMS:
        raise ValueError(f"form must be one of {', '.join(FORMS)}, not {form!r}")
    out = Path(folder)
    if out.exists():
        raise DataError(f"{out} is there already. Name a folder that is not.")
    source = _opened(model)
    made = _MAKERS[form](source)
    texts = [expectation.text for some in read_regressions([]).values() for expectation in some]
    if not texts:
        raise DataError("The package lacks the sentences on which an export is proved. Install biasdetect anew.")
    difference = _difference(source, made, form, texts)
    if not difference <= _TOLERANCE[form]:
        raise DataError(
            f"{source.folder.label} cannot be exported as {form}: {type(made).__name__} differs from it by {difference:.2g} "
            f"({_TOLERANCE[form]:g} is allowed). Nothing was written; use the model with biasdetect."
        )
    out.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=out.parent, prefix=f".{out.name}.") as name:
        place = Path(name) / "model"
        _save(source, made, form, place, (len(texts), difference))
        place.rename(out)
    return Exported(out, form, len(texts), difference)


def _opened(model: str | Path | None) -> _Source:
    disable_progress_bar()
    folder = open_model(model)
    network = BiasNetwork.from_pretrained(folder.path, dtype=torch.float32).eval()
    tokenizer = PreTrainedTokenizerFast(
        tokenizer_file=str(folder.path / TOKENIZER),
        model_max_length=folder.config.max_tokens,
        model_input_names=["input_ids", "attention_mask"],
        padding_side="right",
        clean_up_tokenization_spaces=False,
    )
    first, last = tokenizer.convert_ids_to_tokens(tokenizer("a")["input_ids"])[:: len(tokenizer("a")["input_ids"]) - 1]
    pad = tokenizer.convert_ids_to_tokens(network.encoder.config.pad_token_id or 0)
    tokenizer.add_special_tokens({"cls_token": first, "sep_token": last, "pad_token": pad})
    return _Source(folder, network, tokenizer)


def _words(source: _Source) -> PreTrainedModel:
    """The calibrated logit beside nought: softmax makes the calibrated probability of it."""
    head, calibration = source.network.token_head, source.folder.config.phrase
    weight = torch.stack([torch.zeros_like(head.weight[0]), head.weight[0] * calibration.slope])
    bias = torch.stack([torch.zeros_like(head.bias[0]), head.bias[0] * calibration.slope + calibration.intercept])
    return _token_classifier(source, ("O", "I-loaded"), weight, bias)


def _categories(source: _Source) -> PreTrainedModel:
    head = source.network.token_head
    names = [f"I-{name}" for name in source.folder.config.categories]  # else pipelines cut names at their hyphens
    return _token_classifier(source, names, head.weight[1:], head.bias[1:])


def _token_classifier(source: _Source, labels: Sequence[str], weight: Tensor, bias: Tensor) -> PreTrainedModel:
    config = _encoder_config(source)
    config.id2label = dict(enumerate(labels))
    config.label2id = {label: number for number, label in enumerate(labels)}
    try:
        made = AutoModelForTokenClassification.from_config(config)
    except ValueError:
        raise _unsupported(source) from None
    classifier = getattr(made, "classifier", None)
    if not isinstance(classifier, nn.Linear):
        raise _unsupported(source)
    with torch.no_grad():
        classifier.weight.copy_(weight)
        classifier.bias.copy_(bias)
    made.base_model.load_state_dict(source.network.encoder.state_dict(), strict=False)
    return made.eval()


def _sentences(source: _Source) -> PreTrainedModel:
    """With texts of random tokens, which are as good in every language, to find what has the least effect."""
    draw = torch.Generator().manual_seed(_SEED)
    special = set(source.tokenizer.all_special_ids)
    usual = torch.tensor(
        [number for number in range(source.network.encoder.config.vocab_size) if number not in special]
    )
    first, *_, last = source.tokenizer("a")["input_ids"]
    count = 5 * source.network.encoder.config.hidden_size // (4 * len(_LENGTHS)) + 1
    batches = []
    for length in _LENGTHS:
        inside = usual[torch.randint(len(usual), (count, length), generator=draw)]
        ends = torch.tensor([[first, last]]).expand(count, _SPECIAL)
        batches.append(torch.cat([ends[:, :1], inside, ends[:, 1:]], 1))
    return as_bart(source.network, batches, source.folder.config.sentence, last)


def _embeddings(source: _Source) -> PreTrainedModel:
    made = AutoModel.from_config(_encoder_config(source))
    made.load_state_dict(source.network.encoder.state_dict(), strict=False)
    for parameter in getattr(
        made, "pooler", nn.Module()
    ).parameters():  # never used; whoever loads it should miss nothing
        nn.init.zeros_(parameter)
    return made.eval()


_MAKERS: dict[Form, Callable[[_Source], PreTrainedModel]] = {
    "sentences": _sentences,
    "words": _words,
    "categories": _categories,
    "embeddings": _embeddings,
}


def _encoder_config(source: _Source) -> Any:
    config = type(source.network.encoder.config).from_dict(source.network.encoder.config.to_dict())
    config.name_or_path = ""
    return config


def _unsupported(source: _Source) -> DataError:
    kind = source.network.encoder.config.model_type
    return DataError(f"transformers has no token classifier of the kind {kind} with a plain linear head. Use the model with biasdetect.")  # fmt: skip


def _difference(source: _Source, made: PreTrainedModel, form: Form, texts: Sequence[str]) -> float:
    """The largest difference between what biasdetect and the exported model say of sentences; NaN where it says none."""
    runtime = OnnxRuntime(source.folder)
    if form == "embeddings":
        ours: list[Floats] = list(runtime.embed(texts))
    else:
        ours = [_probabilities(scored, form, source.folder) for scored in runtime.run(texts)]
    theirs = _answers(source, made, form, texts)
    return float(max(np.abs(mine - other).max() for mine, other in zip(ours, theirs, strict=True)))


def _probabilities(scored: Scored, form: Form, folder: ModelFolder) -> Floats:
    if form == "sentences":
        return np.atleast_1d(sigmoid(scored.logit, folder.config.sentence))
    if form == "words":
        return sigmoid(scored.token_logits[1:-1, 0], folder.config.phrase)
    return softmax(scored.token_logits[1:-1, 1:])


def _answers(source: _Source, made: PreTrainedModel, form: Form, texts: Sequence[str]) -> Iterator[Floats]:
    """What the exported model says, as those who use it ask: padded batches, softmax."""
    for first in range(0, len(texts), 16):
        batch = source.tokenizer(list(texts[first : first + 16]), padding=True, truncation=True, return_tensors="pt")
        with torch.no_grad():
            output = made(**batch)
        for index, mask in enumerate(batch["attention_mask"].bool()):
            if form == "embeddings":
                yield output.last_hidden_state[index][mask].mean(0).numpy()
            elif form == "sentences":
                yield output.logits[index].softmax(-1)[1:].numpy()
            else:
                shares = output.logits[index][mask][1:-1].softmax(-1).numpy()  # nothing is told of the special tokens
                yield shares[:, 1] if form == "words" else shares


def _save(source: _Source, made: PreTrainedModel, form: Form, place: Path, proof: tuple[int, float]) -> None:
    made.save_pretrained(place)
    (place / WEIGHTS).chmod(0o644)  # safetensors writes it for the owner alone
    source.tokenizer.save_pretrained(place)
    if form == "embeddings":
        _save_modules(source, place)
    (place / "README.md").write_text(_card(source, form, proof), encoding="utf-8")


def _save_modules(source: _Source, place: Path) -> None:
    """What sentence-transformers reads beside the encoder, in the form that all its versions read."""
    size = source.network.encoder.config.hidden_size
    modules = [
        {"idx": 0, "name": "0", "path": "", "type": "sentence_transformers.models.Transformer"},
        {"idx": 1, "name": "1", "path": "1_Pooling", "type": "sentence_transformers.models.Pooling"},
    ]
    pooling = {"word_embedding_dimension": size, "pooling_mode_mean_tokens": True, "pooling_mode_cls_token": False}
    (place / "1_Pooling").mkdir()
    for name, content in (
        ("modules.json", modules),
        ("sentence_bert_config.json", {"max_seq_length": source.folder.config.max_tokens, "do_lower_case": False}),
        ("1_Pooling/config.json", pooling),
    ):
        (place / name).write_text(json.dumps(content, indent=2) + "\n", encoding="utf-8")


_ABOUT: dict[Form, tuple[str, str, str]] = {
    "sentences": (
        "text-classification",
        "whether a sentence is biased (`biased`) or not (`plain`), as calibrated probabilities",
        'from transformers import pipeline\n\nscore = pipeline("text-classification", model="{folder}")\n'
        'score("The balding minister spoke on Monday.")',
    ),
    "words": (
        "token-classification",
        "whether a token is loaded wording (`I-loaded`) or not (`O`), as calibrated probabilities; biasdetect itself flags words "
        "from {threshold} on and not from 0.5",
        'from transformers import pipeline\n\nmark = pipeline("token-classification", model="{folder}", '
        'aggregation_strategy="max")\nmark("The balding minister spoke on Monday.")',
    ),
    "categories": (
        "token-classification",
        "which category a token is of, given that it is loaded, which the form `words` says",
        'from transformers import pipeline\n\nname = pipeline("token-classification", model="{folder}", '
        'aggregation_strategy="max")\nname("The balding minister spoke on Monday.")',
    ),
    "embeddings": (
        "sentence-similarity",
        "an embedding of a text, the mean of the encoder's last states, as `Detector.embed` gives it",
        'from sentence_transformers import SentenceTransformer\n\nmodel = SentenceTransformer("{folder}")\n'
        'model.encode(["The balding minister spoke on Monday."])',
    ),
}


def _card(source: _Source, form: Form, proof: tuple[int, float]) -> str:
    config = source.folder.config
    task, what, how = _ABOUT[form]
    metrics = json.loads((source.folder.path / METRICS).read_text(encoding="utf-8"))
    recipe = metrics["recipe"]
    sentences, difference = proof
    library = "sentence-transformers" if form == "embeddings" else "transformers"
    notes = f"Texts longer than {config.max_tokens} tokens are cut, where biasdetect reads them in windows."
    if form == "sentences":
        notes += (
            " The class is BART's, since the sentence head pools the encoder's states by attention, which a decoder can do: three "
            "layers of it are the head, and no text is ever generated. Pad on the right."
        )
    licence = recipe["licence"].rstrip(".") or "the terms of its data"
    return (
        f"---\nlanguage: {config.language}\nlicense: other\nlibrary_name: {library}\npipeline_tag: {task}\n"
        "tags:\n- media-bias\n- loaded-language\n---\n\n"
        f"# {config.name}, {form}\n\n"
        f"Exported by `biasdetect models export --as {form}` from `{source.folder.label}`. It says {what.format(threshold=config.threshold)}. "
        f"Its answers differ from biasdetect's own by at most {difference:.1g} on {sentences} sentences. {notes}\n\n"
        f"```python\n{how.format(folder='path of this folder')}\n```\n\n"
        f"License: {licence}. Figures, data and limits are in the card of `{config.name}`.\n"
    )
