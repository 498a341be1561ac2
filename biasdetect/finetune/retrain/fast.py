"""Gives a retrained model its fast graph, fitted and measured on texts of its own training."""

from __future__ import annotations

import random
from collections.abc import Iterable
from pathlib import Path

from biasdetect.finetune.export.folder import ParityError, record_metrics
from biasdetect.finetune.export.quantize import UnsupportedEncoderError, add_quantized
from biasdetect.finetune.retrain.steps import Steps

_FITTED, _MEASURED = 450, 2000  # texts, at most
_LEAST_FITTED = 200
_LEAST_MEASURED = 1000  # agreement is told of every second one: of fewer, one decision would be more than it may be
_LONGEST = 400  # characters of a text that is fitted on: a sentence rarely has more, and a token takes memory


def add_fast_graph(folder: Path, trained_on: Iterable[str], others: Iterable[str], seed: int, steps: Steps) -> None:
    """Give a model folder its fast graph, or write down why it has none, in ``metrics.json`` under ``not_quantized``.

    Args:
        folder: the model.
        trained_on: texts; the graph is fitted on some of them, drawn by the seed.
        others: texts that it was not trained on; with them, and with what is left of those, the graph is measured.
        seed: of the draw.
        steps: told of the step as it begins.
    """
    texts = set(trained_on)
    known, new = sorted(texts), sorted(set(others) - texts)
    count = min(_FITTED, len(known), len(known) + len(new) - _LEAST_MEASURED)
    if count < _LEAST_FITTED:
        too_few = (
            f"The fast graph was not added: fitting and measuring it takes {_LEAST_FITTED + _LEAST_MEASURED:,} different texts, "
            f"{_LEAST_FITTED} of them trained on, and this training had {len(known) + len(new):,}. Label more sentences; "
            "until then the model scores exactly."
        )
        record_metrics(folder, not_quantized=too_few)
        return
    steps.begin("making the fast graph")
    source = random.Random(seed)
    source.shuffle(known)
    source.shuffle(new)
    fitted, measured = [text[:_LONGEST] for text in known[:count]], [*new, *known[count:]][:_MEASURED]
    try:
        add_quantized(folder, fitted, measured, steps.count)
    except ParityError as error:
        record_metrics(folder, not_quantized=f"{error} Label more; until then the model scores exactly, and --no-fast leaves out the try.")  # fmt: skip
    except UnsupportedEncoderError as error:
        record_metrics(folder, not_quantized=f"{error} --no-fast leaves out the try.")
