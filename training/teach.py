"""Train a teacher, and write down what it says of the sentences that it learned from.

    bash ../shared/tools/teacher-encoder.sh runs/mpnet
    python training/teach.py --encoder runs/mpnet --work runs/teacher

The teacher is a network like ours on an encoder of 110 million parameters. Its lower half stays as it is, so the states below
the upper half are computed once and kept: that spares half of the time on a processor. Where it computes products in bfloat16,
training takes some twenty minutes on two cores, elsewhere about an hour and a half.
It learns from the marks (all sentences with clear ones, some of the others, most of those in which the model that ships saw
something), our own articles and the expert labels. Then it is asked about every sentence of the sources that the recipe reads as
``taught``: ``training/taught.jsonl.gz`` holds its soft labels, without any text; with --add what an
earlier teacher said stays, and this one is asked about the others. A run that was stopped goes on where it was.
"""

from __future__ import annotations

import argparse
import gzip
import json
import math
import random
import re
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import Tensor
from transformers import AutoTokenizer
from transformers.masking_utils import create_bidirectional_mask
from transformers.trainer_pt_utils import get_length_grouped_indices

from biasdetect.finetune.network.development import fit, measure, predict
from biasdetect.finetune.network.features import Collator, build_dataset
from biasdetect.finetune.network.fitting import fast_bf16
from biasdetect.finetune.recipe.example import Example
from biasdetect.finetune.recipe.examples import read_source
from biasdetect.finetune.recipe.schema import Recipe, read_recipe
from biasdetect.finetune.recipe.standoff import digest
from biasdetect.model.network import BiasNetwork
from biasdetect.util.atomic import write_bytes, write_text

ROOT = Path(__file__).resolve().parent.parent
RECIPE = ROOT / "training" / "recipes" / "en-small.toml"
OUT = ROOT / "training" / "taught.jsonl.gz"
SEED = 13
FROZEN, MAX_TOKENS, BATCH = 6, 80, 32
RATE, HEAD_RATE, DECAY, WARMUP = 6e-5, 3e-4, 0.9, 0.08
SAVE_SECONDS = 600
ASKED = 2048  # texts between two writes
_NAMED = 0.02  # probability of a token from which on it is named


def choose(student: BiasNetwork, tokenizer: Any, marks: list[Example], articles: list[Example]) -> list[int]:
    """Numbers of the examples to learn from, articles behind marks: plain ones that nobody doubts are many."""
    rng = random.Random(SEED)
    outputs = predict(student, tokenizer, [one.text for one in (*marks, *articles)], 96)
    chosen = []
    for index, (one, tokens) in enumerate(zip((*marks, *articles), outputs.tokens, strict=True)):
        clear = any(span.target > 0.5 for span in one.spans)
        unsure = any(math.isnan(span.target) for span in one.spans)
        seen = 1 / (1 + math.exp(-float(tokens[:, 0].max()))) > 0.15
        if index < len(marks):
            share = 1.0 if clear else 0.35 if unsure else 1.0 if seen else 0.18
        else:
            share = 0.6 if clear else 0.2
        if rng.random() < share:
            chosen.append(index)
    return chosen


def quick() -> torch.autocast:
    """Products in bfloat16 on a processor that has them (AVX-512 BF16), which halves the time; elsewhere all as it is."""
    return torch.autocast("cpu", torch.bfloat16, enabled=fast_bf16())


class Halves:
    """An encoder of MPNet's kind, its lower layers apart from the upper ones."""

    def __init__(self, encoder: Any) -> None:
        self._encoder = encoder

    def lower(self, ids: Tensor, mask: Tensor) -> Tensor:
        """States below the layers that learn, (batch, tokens, hidden)."""
        return self._through(self._encoder.embeddings(input_ids=ids), mask, slice(None, FROZEN))

    def upper(self, states: Tensor, mask: Tensor) -> Tensor:
        """The last states."""
        return self._through(states, mask, slice(FROZEN, None))

    def _through(self, states: Tensor, mask: Tensor, layers: slice) -> Tensor:
        whole = create_bidirectional_mask(config=self._encoder.config, inputs_embeds=states, attention_mask=mask)
        bias = self._encoder.encoder.compute_position_bias(states)
        for layer in self._encoder.encoder.layer[layers]:
            states = layer(states, whole, bias)[0]
        return states


def stored_states(halves: Halves, rows: Sequence[dict[str, Any]], collate: Collator, file: Path) -> list[Tensor]:
    """Of each row the states below the layers that learn, in half precision; computed once."""
    if file.exists():
        return list(torch.load(file, weights_only=True))
    found: list[Tensor] = [torch.empty(0)] * len(rows)
    with torch.inference_mode():
        for batch in by_length(rows):
            inputs = collate([rows[index] for index in batch])
            states = halves.lower(inputs["input_ids"], inputs["attention_mask"])
            for row, index in enumerate(batch):
                found[index] = states[row, : rows[index]["length"]].half().clone()
    torch.save(found, file)
    return found


def by_length(rows: Sequence[dict[str, Any]]) -> Iterator[list[int]]:
    """Numbers of rows of about one length."""
    order = sorted(range(len(rows)), key=lambda index: rows[index]["length"])
    yield from (order[first : first + 2 * BATCH] for first in range(0, len(order), 2 * BATCH))


def together(states: Sequence[Tensor], batch: Sequence[int]) -> Tensor:
    """Stored states of some rows, padded."""
    return torch.nn.utils.rnn.pad_sequence([states[index].float() for index in batch], batch_first=True)


def train(network: BiasNetwork, halves: Halves, rows: list[dict[str, Any]], states: list[Tensor], collate: Collator, epochs: int, work: Path) -> None:  # fmt: skip
    """Train heads and upper layers, in place."""
    groups = []
    for name, parameter in network.named_parameters():
        found = re.search(r"^encoder.*\.layer\.(\d+)\.", name)
        parameter.requires_grad_(not name.startswith("encoder.") or bool(found and int(found[1]) >= FROZEN))
        if parameter.requires_grad:
            rate = RATE * DECAY ** (11 - int(found[1])) if found else HEAD_RATE
            groups.append({"params": [parameter], "lr": rate, "weight_decay": 0.01 if parameter.ndim > 1 else 0.0})
    optimizer = torch.optim.AdamW(groups, fused=True)
    each = math.ceil(len(rows) / BATCH)
    steps = epochs * each
    schedule = torch.optim.lr_scheduler.LambdaLR(
        optimizer, lambda step: min(1.0, (step + 1) / (WARMUP * steps)) * max(0.02, (steps - step) / steps)
    )
    checkpoint, done, saved = work / "checkpoint.pt", 0, time.monotonic()
    if checkpoint.exists():
        stored = torch.load(checkpoint, weights_only=True)
        network.load_state_dict(stored["network"])
        optimizer.load_state_dict(stored["optimizer"])
        schedule.load_state_dict(stored["schedule"])
        done = stored["step"]
    network.train()
    lengths = [row["length"] for row in rows]
    orders = [
        get_length_grouped_indices(lengths, BATCH, generator=torch.Generator().manual_seed(100 + epoch))
        for epoch in range(epochs)
    ]
    for step in range(done, steps):
        epoch, place = divmod(step, each)
        batch = orders[epoch][place * BATCH : (place + 1) * BATCH]
        inputs = collate([rows[index] for index in batch])
        mask = inputs["attention_mask"]
        with quick():
            upper = halves.upper(together(states, batch), mask)
        output = network._read(network, upper.float(), mask, None)
        targets = (inputs[name] for name in ("sentence_target", "token_target", "category_target", "weak_target"))
        loss = network._loss(output, mask, *targets, None, None, None)
        loss.backward()  # type: ignore[no-untyped-call]
        torch.nn.utils.clip_grad_norm_([one for one in network.parameters() if one.requires_grad], 1.0)
        optimizer.step()
        schedule.step()
        optimizer.zero_grad()
        if (step + 1) % 25 == 0:
            print(f"step {step + 1} of {steps}: loss {loss.item():.3f}", flush=True)
        if time.monotonic() - saved > SAVE_SECONDS:
            parts = {"network": network, "optimizer": optimizer, "schedule": schedule}
            part = checkpoint.with_suffix(".part")
            torch.save({**{name: one.state_dict() for name, one in parts.items()}, "step": step + 1}, part)
            part.rename(checkpoint)
            saved = time.monotonic()
    network.eval()


@torch.inference_mode()
def asked(network: BiasNetwork, tokenizer: Any, texts: Sequence[str]) -> Iterator[dict[str, Any]]:
    """What the teacher says of texts, which are of about one length."""
    for first in range(0, len(texts), BATCH):
        part = list(texts[first : first + BATCH])
        inputs = tokenizer(
            part, truncation=True, max_length=MAX_TOKENS, padding=True, return_offsets_mapping=True, return_tensors="pt"
        )
        mask, offsets = inputs["attention_mask"], inputs["offset_mapping"].tolist()
        with quick():
            states = network.encoder(inputs["input_ids"], attention_mask=mask).last_hidden_state
        output = network._read(network, states.float(), mask, None)
        assert output.sentence_logits is not None
        assert output.token_logits is not None
        sentences, tokens = output.sentence_logits.sigmoid(), output.token_logits[..., 0].sigmoid()
        for row, text in enumerate(part):
            words = [
                [start, end, round(probability, 3)]
                for (start, end), probability in zip(offsets[row], tokens[row].tolist(), strict=True)
                if start < end and probability >= _NAMED
            ]
            yield {"digest": digest(text), "sentence": round(sentences[row].item(), 3), "words": words}


def soft_labels(network: BiasNetwork, tokenizer: Any, texts: Sequence[str], told: Path) -> dict[str, str]:
    """What the teacher says of texts, lines as :func:`biasdetect.finetune.recipe.taught.read_taught` reads them, by digest.

    Args:
        network: the teacher.
        tokenizer: its own.
        texts: what it is asked about.
        told: a file for what it has said so far; a run that was stopped goes on from there.
    """
    said = told.read_text(encoding="utf-8").splitlines() if told.exists() else []
    lines = _by_digest(said)
    missing = [text for text in dict.fromkeys(texts) if digest(text) not in lines]
    for first in range(0, len(missing), ASKED):
        part = sorted(missing[first : first + ASKED], key=len)
        for one in asked(network, tokenizer, part):
            lines[one["digest"]] = json.dumps(one, separators=(",", ":"))
        write_text(told, "".join(f"{line}\n" for line in lines.values()))
        print(f"{first + len(part)} of {len(missing)} sentences labelled", flush=True)
    return lines


def _by_digest(lines: Sequence[str]) -> dict[str, str]:
    return {json.loads(line)["digest"]: line for line in lines}


def learn(given: argparse.Namespace, recipe: Recipe, tokenizer: Any) -> BiasNetwork:
    """Train the teacher; what was chosen and computed for it stays in the work folder."""
    marks, articles, expert = (read_source(name, recipe.sources[name]) for name in ("marks", "own-articles", "babe"))
    selection = given.work / "selection.json"
    if not selection.exists():
        student = BiasNetwork.from_pretrained(given.student, dtype=torch.float32)
        chosen = choose(student, AutoTokenizer.from_pretrained(given.student), marks, articles)
        write_text(selection, json.dumps(chosen))
    pool = [*marks, *articles]
    examples = [*(pool[index] for index in json.loads(selection.read_text(encoding="utf-8"))), *expert]
    rows: list[dict[str, Any]] = list(build_dataset(examples, tokenizer, MAX_TOKENS))  # type: ignore[arg-type]
    collate = Collator(tokenizer.pad_token_id)
    network = BiasNetwork.from_encoder(str(given.encoder)).eval()
    halves = Halves(network.encoder)
    states = stored_states(halves, rows, collate, given.work / "states.pt")
    train(network, halves, rows, states, collate, given.epochs, given.work)
    return network


def main() -> None:
    """Train, measure on development data, write the soft labels."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--encoder", type=Path, required=True, help="a folder with all-mpnet-base-v2")
    parser.add_argument("--work", type=Path, required=True, help="for stored states, checkpoints and the network")
    parser.add_argument("--student", type=Path, default=ROOT / "models" / "biasdetect-en-small")
    parser.add_argument("--epochs", type=int, default=2)
    parser.add_argument("--ask", nargs="*", help="sources to label [default: those of the recipe that are taught]")
    parser.add_argument("--add", action="store_true", help="keep what an earlier teacher said, and ask about all else")
    given = parser.parse_args()
    before = gzip.decompress(OUT.read_bytes()).decode().splitlines() if given.add else []
    given.work.mkdir(parents=True, exist_ok=True)
    torch.manual_seed(SEED)
    recipe = read_recipe(RECIPE)
    tokenizer = AutoTokenizer.from_pretrained(given.encoder)
    trained = given.work / "network"
    if not trained.exists():
        learn(given, recipe, tokenizer).save_pretrained(trained)
    network = BiasNetwork.from_pretrained(trained, dtype=torch.float32).eval()
    sets = [read_source(name, recipe.sources[name]) for name in (recipe.development, recipe.phrase_development)]
    outputs = [predict(network, tokenizer, [one.text for one in kept]) for kept in sets]
    fitted = fit(sets[0], outputs[0], (sets[1], outputs[1]))
    for kept, output in zip(sets, outputs, strict=True):
        print({name: np.round(value, 3) for name, value in measure(kept, output, fitted).items()})
    kept_apart = {one.text for one in sets[1]}
    sources = given.ask or [name for name, source in recipe.sources.items() if source.taught]
    untaught = [recipe.sources[name].model_copy(update={"taught": None}) for name in sources]
    texts = [one.text for name, source in zip(sources, untaught, strict=True) for one in read_source(name, source)]
    asked_of = [text for text in texts if text not in kept_apart]
    known = _by_digest(before)
    new = [text for text in asked_of if digest(text) not in known]
    lines = {**soft_labels(network, tokenizer, new, given.work / "told.jsonl"), **known}
    write_bytes(OUT, gzip.compress("".join(f"{lines[key]}\n" for key in sorted(lines)).encode(), mtime=0))


if __name__ == "__main__":
    main()
