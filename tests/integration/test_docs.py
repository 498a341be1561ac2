"""What the docs say is so."""

import doctest
import re
import runpy
import shlex
import subprocess
import sys

import pytest
from conftest import WILLING


@pytest.mark.parametrize("page", ["README.md", "docs/api.md", "docs/reading.md"])
def test_the_examples_on_a_page_run(root, page):
    result = doctest.testfile(str(root / page), module_relative=False, optionflags=doctest.NORMALIZE_WHITESPACE)
    assert result.attempted > 0
    assert result.failed == 0


def test_the_package_docstring_runs():
    import biasdetect

    assert doctest.testmod(biasdetect).failed == 0


def test_generated_parts_are_current(root):
    for path, text in runpy.run_path(str(root / "docs" / "generate.py"))["generated"]().items():
        assert path.read_text(encoding="utf-8") == text, f"{path.name} is stale: run python docs/generate.py"


def test_links_lead_somewhere(root):
    for page in (root / "README.md", *(root / "docs").glob("*.md")):
        for target in re.findall(r"\]\((?!https?:)([^)#]+)\)", page.read_text(encoding="utf-8")):
            assert (page.parent / target).exists(), f"{page.name} links to {target}"


def test_every_category_and_exit_code_is_documented(root):
    from biasdetect import CATEGORIES
    from biasdetect.commands import Exit

    categories = (root / "docs" / "categories.md").read_text(encoding="utf-8")
    assert all(f"`{category}`" in categories for category in CATEGORIES)
    cli = (root / "docs" / "cli.md").read_text(encoding="utf-8")
    assert all(f"{code.value} " in cli for code in Exit)


def test_the_commands_of_the_retraining_page_run(smoke, tmp_path, root):
    """As they stand, but for a small model to go on from and one pass over the labels."""
    page = (root / "docs" / "retraining.md").read_text(encoding="utf-8")
    commands = re.findall(r"^\$ biasdetect (.+)$", page, re.MULTILINE)
    runpy.run_path(str(root / "benchmarks" / "retraining.py"))["examples"](tmp_path)
    quick = ["--no-corpus", "--epochs", "1"]
    assert sum(command.startswith("train ") for command in commands) == 2
    for command in commands:
        arguments = shlex.split(command)
        launcher = ["-m", "biasdetect"]
        if arguments[0] == "train":
            arguments += [*quick, *(() if "--replace" in arguments else ("--model", str(smoke[0] / "model")))]
            launcher = ["-c", WILLING]  # what is found against such a small model says nothing
        process = subprocess.run(
            [sys.executable, *launcher, *arguments], cwd=tmp_path, capture_output=True, check=False
        )
        assert process.returncode == 0, f"{command}: {process.stderr.decode()}"
    assert (tmp_path / "tasks.json").exists()
    assert (tmp_path / "models" / "mine" / "model.onnx").exists()
