"""Reads and writes a baseline: the findings of texts as they are, so that new ones stand out."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from biasdetect.errors import DataError
from biasdetect.findings.finding import Finding
from biasdetect.util.atomic import write_text

VERSION = 1


@dataclass(frozen=True, slots=True)
class Baseline:
    """A baseline as it was read, see :func:`read_baseline`."""

    path: Path
    model: str
    settings: dict[str, Any]
    fingerprints: frozenset[str]

    def knows(self, finding: Finding) -> bool:
        """Whether the finding was there when the baseline was written."""
        return finding.fingerprint in self.fingerprints

    def difference(self, model: str, settings: dict[str, Any]) -> str | None:
        """A warning where it was written with another model or other settings than these, else None."""
        if self.model != model:
            what = f"with the model {self.model}, not {model}"
        elif self.settings != settings:
            names = [name for name, value in settings.items() if self.settings.get(name) != value]
            what = f"with other settings ({', '.join(names)})"
        else:
            return None
        return (
            f"{self.path} was written {what}: what it does not know may be old wording. "
            f"Write it again with --write-baseline {self.path}"
        )


def write_baseline(path: Path, model: str, settings: dict[str, Any], findings: Iterable[Finding]) -> int:
    """Write a baseline, in one step and sorted, so that its changes read well in a diff.

    Args:
        path: of the file.
        model: name and fingerprint of the model.
        settings: that the texts were scored with; plain data.
        findings: to know; those in the words of others too.

    Returns:
        The number of its findings.

    Raises:
        OutputError: where it cannot be written.
    """
    rows = {
        finding.fingerprint: {
            "path": finding.path,
            "category": finding.phrase.category,
            "text": finding.phrase.text,
            "fingerprint": finding.fingerprint,
        }
        for finding in findings
    }
    ordered = sorted(rows.values(), key=lambda row: (row["path"], row["text"], row["fingerprint"]))
    data = {"version": VERSION, "model": model, "settings": settings, "findings": ordered}
    write_text(path, json.dumps(data, ensure_ascii=False, indent=1) + "\n")
    return len(rows)


def read_baseline(path: Path) -> Baseline:
    """Read a baseline.

    Raises:
        DataError: where it cannot be read or is no baseline.
    """
    try:
        data = json.loads(path.read_text(encoding="utf-8"))
        if data["version"] != VERSION:
            raise DataError(
                f"{path}: a baseline of version {data['version']!r}; this biasdetect reads {VERSION}. Write it again."
            )
        model, settings = str(data["model"]), dict(data["settings"])
        fingerprints = frozenset(str(row["fingerprint"]) for row in data["findings"])
    except (OSError, ValueError, KeyError, TypeError, RecursionError) as error:
        raise DataError(f"{path}: is no baseline ({error!r}). Write it again, with --write-baseline {path}") from error
    return Baseline(path, model, settings, fingerprints)
