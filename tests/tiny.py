"""Small models for tests, made on the spot: untrained ones with random heads, and the one that ships under another name."""

from __future__ import annotations

import json
import logging
import shutil
from pathlib import Path

METRICS = {
    "trained": "2026-01-01",
    "recipe": {
        "name": "tiny",
        "language": "en",
        "licence": "Apache-2.0",
        "base": "nothing",
        "base_terms": "",
        "sources": {},
        "stages": [],
    },
    "records": {},
    "parameters": 1,
    "figures": {"development": {"sentences": 0}},
    "stages": [],
}


def make_tiny_model(folder: Path, texts: list[str], kind: str = "bert", language: str = "en") -> Path:
    """Write a whole model folder with an untrained network of two layers, all heads in it."""
    import torch
    from transformers import AutoTokenizer

    from biasdetect.finetune.export.folder import export_model, inference_config
    from biasdetect.finetune.network.development import Fit
    from biasdetect.finetune.network.smoke import make_tiny_encoder
    from biasdetect.model.folder import Calibration
    from biasdetect.model.network import BiasNetwork

    base = make_tiny_encoder(folder.parent / f"{folder.name}-encoder", texts, kind)
    torch.manual_seed(3)
    network = BiasNetwork.from_encoder(str(base), voice=True, reasons=True)
    with torch.no_grad():  # as far apart as in a trained network
        for layer in (network.token_head, network.sentence_dense, network.sentence_head):
            layer.weight.mul_(20)
        network.sentence_head.weight[0, [4, 9, 20]] = 0.0  # an export as a classifier has no room for three units
    fitted = Fit(Calibration(0.8, 0.4), Calibration(0.7, -0.6), 0.4)
    config = inference_config(folder.name, language, network, fitted)
    metrics = {**METRICS, "recipe": {**METRICS["recipe"], "name": folder.name, "language": language}}
    logging.disable(logging.INFO)  # the exporter's traces, which pytest would keep
    export_model(network.eval(), AutoTokenizer.from_pretrained(base), config, metrics, folder, texts[:3])
    logging.disable(logging.NOTSET)
    return folder


def make_foreign_model(folder: Path, shipped: Path, language: str) -> Path:
    """The model that ships as one that says that it reads another language; its scores are the same."""
    from dataclasses import replace

    from biasdetect.model.folder import CONFIG, METRICS, describe, open_model

    shutil.copytree(shipped, folder)
    inference = replace(open_model(folder).config, language=language, name=folder.name)
    config = json.loads((folder / CONFIG).read_text(encoding="utf-8"))
    (folder / CONFIG).write_text(json.dumps({**config, "biasdetect": describe(inference, folder)}), encoding="utf-8")
    metrics = json.loads((folder / METRICS).read_text(encoding="utf-8"))
    metrics["recipe"] |= {"language": language, "name": folder.name}
    (folder / METRICS).write_text(json.dumps(metrics), encoding="utf-8")
    return folder
