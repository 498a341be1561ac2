"""The package's public names, and what importing it costs."""

import subprocess
import sys

import pytest

import biasdetect


def test_every_public_name_is_there():
    assert {name for name in biasdetect.__all__ if getattr(biasdetect, name, None) is None} == set()
    assert set(biasdetect.__all__) <= set(dir(biasdetect))
    assert set(biasdetect.__all__) == {*biasdetect._MODULE_OF, "__version__"}
    with pytest.raises(AttributeError, match="scoer"):
        biasdetect.scoer  # noqa: B018


def test_the_version_and_the_help_do_not_wait_for_the_detector():
    code = "import sys, biasdetect.commands.main; print(*sys.modules)"
    loaded = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout.split()
    assert "biasdetect.commands.groups" in loaded
    assert {"numpy", "onnxruntime", "rich", "torch", "biasdetect.detector"} & set(loaded) == set()


def test_where_a_model_was_trained_is_nobodys_business(root):
    for file in (root / "models").glob("*/*.json"):
        assert str(root.parent) not in file.read_text(encoding="utf-8")
        assert "shared/data" not in file.read_text(encoding="utf-8")
