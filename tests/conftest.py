"""Shared fixtures: the shipped model, the real article where it is at hand, a tiny trained model."""

from __future__ import annotations

import importlib.util
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

import biasdetect

ROOT = Path(__file__).resolve().parent.parent

# every process that a test starts runs this checkout, whatever copy is installed
os.environ["PYTHONPATH"] = os.pathsep.join(filter(None, [str(ROOT), os.environ.get("PYTHONPATH")]))

# a slow machine is no fault of the code, nor are examples that a test has no use for; CI sees the same examples each
# time, and not too many of them
settings.register_profile(
    "here", deadline=None, suppress_health_check=[HealthCheck.filter_too_much, HealthCheck.too_slow]
)
settings.register_profile(
    "ci", settings.get_profile("here"), derandomize=True, database=None, max_examples=50, print_blob=True
)
settings.load_profile("ci" if os.environ.get("CI") else "here")

# the command line, finding nothing against any model: a tiny one is too poor for small changes to be harmless
WILLING = """
from biasdetect.evaluation.proof import Proof
Proof.reasons = property(lambda self: [])
from biasdetect.commands.main import main
main()
"""


def needs(available: bool, reason: str) -> None:
    """Skip on a user's machine that lacks something; fail in CI, where all of it has to be there."""
    if not available:
        if os.environ.get("CI"):
            pytest.fail(reason)
        pytest.skip(reason)


@pytest.fixture(scope="session")
def root() -> Path:
    return ROOT


@pytest.fixture(scope="session")
def detector() -> biasdetect.Detector:
    return biasdetect.load()


@pytest.fixture(scope="session")
def shipped() -> Path:
    return biasdetect.load().folder.path


@pytest.fixture
def run_cli(tmp_path):
    """Run this checkout's command line as a user would, in a folder of its own."""

    def run(*arguments: str | Path, stdin: bytes = b"", **environment: str) -> subprocess.CompletedProcess[bytes]:
        return subprocess.run(
            [sys.executable, "-m", "biasdetect", *map(str, arguments)],
            input=stdin,
            capture_output=True,
            cwd=tmp_path,
            env={**os.environ, "PYTHONUTF8": "1", **environment},
            timeout=300,
            check=False,
        )

    return run


@pytest.fixture
def on_terminal(tmp_path):
    """Run commands on terminals of their own, in a folder of their own."""
    pytest.importorskip("termios", reason="needs a Unix terminal")
    from typing_user import Terminal

    started = []

    def start(command: list[str]) -> Terminal:
        started.append(Terminal(tmp_path, command))
        return started[-1]

    yield start
    for one in started:
        if one.process.poll() is None:
            one.process.kill()
            one.process.wait()


@pytest.fixture(scope="session")
def train_extra() -> None:
    missing = [
        name for name in ("torch", "transformers", "datasets", "sklearn", "onnx") if not importlib.util.find_spec(name)
    ]
    needs(not missing, f'needs the train extra ({", ".join(missing)} missing): pip install ".[dev]"')


@pytest.fixture(scope="session")
def train_libraries(train_extra) -> None:
    """The libraries of the train extra, imported: that takes seconds, which are no test's own."""
    import datasets  # noqa: F401
    import torch  # noqa: F401
    import transformers  # noqa: F401


@pytest.fixture(scope="session")
def tiny_texts() -> list[str]:
    lines = (ROOT / "training" / "corpus" / "dev.jsonl").read_text(encoding="utf-8").splitlines()
    return [json.loads(line)["text"] for line in lines[:200]]


@pytest.fixture(scope="session")
def smoke(train_extra, tmp_path_factory):
    """The training script's --smoke, run once: its process and the folders it wrote."""
    folder = tmp_path_factory.mktemp("smoke")
    command = [
        sys.executable,
        ROOT / "training" / "finetune.py",
        "--smoke",
        "--out",
        folder / "model",
        "--work",
        folder / "work",
    ]
    process = subprocess.run(command, capture_output=True, text=True, cwd=folder, timeout=600, check=False)
    assert process.returncode == 0, process.stderr
    return folder, process
