"""Packs the project's corpus into the wheel with gzip: training goes on from it, and it is text by the megabyte."""

from __future__ import annotations

import gzip
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface


class CorpusBuildHook(BuildHookInterface[Any]):
    """Adds ``biasdetect/finetune/corpus`` to the wheel."""

    PLUGIN_NAME = "custom"

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Called before a wheel is built."""
        corpus = Path(self.root) / "training" / "corpus"
        packed = Path(self.root) / "build" / "corpus"
        packed.mkdir(parents=True, exist_ok=True)
        for file in [*sorted(corpus.glob("train*.jsonl")), corpus / "dev.jsonl"]:
            target = packed / f"{file.name}.gz"
            target.write_bytes(gzip.compress(file.read_bytes(), mtime=0))
            build_data["force_include"][str(target)] = f"biasdetect/finetune/corpus/{target.name}"
