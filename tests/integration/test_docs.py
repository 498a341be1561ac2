"""What the docs say is so."""

import doctest
import importlib.util
import re
import shlex
import shutil
import subprocess
import sys
from collections import defaultdict
from pathlib import Path

import pytest
from conftest import WILLING, needs


@pytest.mark.parametrize("page", ["README.md", "docs/integrate/api.md", "docs/edit/documents.md"])
def test_the_examples_on_a_page_run(root, page):
    result = doctest.testfile(str(root / page), module_relative=False, optionflags=doctest.NORMALIZE_WHITESPACE)
    assert result.attempted > 0
    assert result.failed == 0


def test_the_package_docstring_runs():
    import biasdetect

    assert doctest.testmod(biasdetect).failed == 0


def test_generated_parts_are_current(root):
    # in a process of its own: what other tests did to the commands is not to show in their help
    command = [sys.executable, str(root / "docs" / "generate.py"), "--check"]
    checked = subprocess.run(command, check=False, capture_output=True, text=True, encoding="utf-8")
    assert checked.returncode == 0, checked.stdout + checked.stderr


def pages_of(root):
    """All that is written for people, but for the models' cards."""
    return [path for folder in (".", "training", "benchmarks") for path in (root / folder).glob("*.md")] + [
        *(root / "docs").rglob("*.md")
    ]


def anchors(page):
    """Of a page's headings, as GitHub makes them."""
    text = re.sub(r"^```.*?^```", "", page.read_text(encoding="utf-8"), flags=re.MULTILINE | re.DOTALL)
    headings = re.findall(r"^#+ (.+)$", text, re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading).strip().lower().replace(" ", "-") for heading in headings}


def test_links_lead_somewhere(root):
    pages = pages_of(root)
    assert len(pages) > 25
    for page in pages:
        for target, anchor in re.findall(r"\]\((?!https?:)([^)#]*)#?([^)]*)\)", page.read_text(encoding="utf-8")):
            leads_to = page.parent / target if target else page
            assert leads_to.exists(), f"{page.name} links to {target}"
            assert not anchor or anchor in anchors(leads_to), f"{page.name} links to {target}#{anchor}"


def test_pages_that_messages_and_comments_name_are_there(root):
    """Such as "docs/annotate/comparing.md shows the form"."""
    named = {
        (path.relative_to(root).as_posix(), page)
        for folder in ("biasdetect", "tests", "benchmarks", "training", "docs")
        for path in (root / folder).rglob("*")
        if path.suffix in {".py", ".js", ".html", ".toml", ".md"} and "data" not in path.parts
        for page in re.findall(r"(?<![\w/.])docs/[\w/-]+\.md", path.read_text(encoding="utf-8"))
    }
    assert len(named) > 15
    assert [(path, page) for path, page in sorted(named) if not (root / page).exists()] == []


def test_the_index_lists_every_page(root):
    docs = root / "docs"
    listed = set(re.findall(r"\]\(([^)#]+)\)", (docs / "index.md").read_text(encoding="utf-8")))
    assert {path.relative_to(docs).as_posix() for path in docs.rglob("*.md")} - listed == {"index.md"}


def test_every_category_is_documented(root):
    from biasdetect import CATEGORIES

    categories = (root / "docs" / "edit" / "categories.md").read_text(encoding="utf-8")
    assert all(f"`{category}`" in categories for category in CATEGORIES)


def sections(root):
    """The parts of docs/integrate/cli.md, by the command that each is about."""
    text = (root / "docs" / "integrate" / "cli.md").read_text(encoding="utf-8")
    return dict(re.findall(r"^## (biasdetect[^\n]*)\n\n```\n(.*?)\n```$", text, re.MULTILINE | re.DOTALL))


def test_the_list_of_exit_codes_is_whole(root):
    from biasdetect.commands import Exit

    listed = re.findall(r"^    (\d)  (.+)$", sections(root)["biasdetect"].split("Exit codes")[1], re.MULTILINE)
    assert listed == [(str(code.value), code.meaning) for code in Exit]


def test_each_command_names_the_exit_codes_that_it_returns(root):
    from biasdetect.commands import Exit

    documented = defaultdict(set)
    for command, text in sections(root).items():
        _, _, codes = text.partition("Exit codes: ")
        name = command.removeprefix("biasdetect").strip().split(" ")[0]  # a group's commands stand in one module
        documented[name] |= {Exit(int(code)) for code in re.findall(r"(?:^|;)\s*(\d) ", codes)}
    assert documented["score"] == set(Exit)
    for name in documented.keys() - {""}:
        module = (root / "biasdetect" / "commands" / f"{name}.py").read_text(encoding="utf-8")
        returned = {Exit[code] for code in re.findall(r"\bExit\.([A-Z_]+)", module)}
        if returned != {Exit.DONE}:
            assert returned <= documented[name], f"{name} does not say when it exits with {returned - documented[name]}"


def commands_of(page):
    return re.findall(r"^\$ biasdetect (.+)$", page.read_text(encoding="utf-8"), re.MULTILINE)


def run_quickly(commands, folder, model):
    """Run commands of a page in a folder; training goes on from a small model, with one pass over the labels."""
    quick = ["--no-corpus", "--epochs", "1", "--trust-labels"]  # so small a model is at odds with any
    for command in commands:
        arguments = shlex.split(command)
        launcher = ["-m", "biasdetect"]
        if arguments[0] == "train":
            arguments += [*quick, *(() if "--replace" in arguments else ("--model", str(model)))]
            launcher = ["-c", WILLING]  # what is found against such a small model says nothing
        process = subprocess.run([sys.executable, *launcher, *arguments], cwd=folder, capture_output=True, check=False)
        assert process.returncode == 0, f"{command}: {process.stderr.decode()}"


def test_the_tutorial_runs(smoke, tmp_path, root, monkeypatch):
    needs(bool(importlib.util.find_spec("pandas")), 'needs the notebook extra (pandas missing): pip install ".[dev]"')
    shutil.copytree(root / "examples", tmp_path / "examples")
    monkeypatch.chdir(tmp_path / "examples")
    commands = commands_of(root / "docs" / "research" / "tutorial.md")
    assert {command.split()[0] for command in commands} == {"score", "train"}
    run_quickly(commands, Path.cwd(), smoke[0] / "model")
    assert Path("report.html").exists()
    result = doctest.testfile(
        str(root / "docs" / "research" / "tutorial.md"), module_relative=False, optionflags=doctest.NORMALIZE_WHITESPACE
    )
    assert result.attempted > 10
    assert result.failed == 0


def test_the_commands_of_the_retraining_page_run(smoke, tmp_path, root):
    """As they stand, but for a small model to go on from and one pass over the labels."""
    page = root / "docs" / "annotate" / "retraining.md"
    commands = commands_of(page)
    (prepared,) = re.findall(r"^(mkdir try && .+) && cd try$", page.read_text(encoding="utf-8"), re.MULTILINE)
    shutil.copytree(root / "examples", tmp_path / "examples")
    subprocess.run(prepared, shell=True, cwd=tmp_path, check=True)  # the page's own words on the folder
    folder = tmp_path / "try"
    assert sum(command.startswith("train ") for command in commands) == 2
    run_quickly(commands, folder, smoke[0] / "model")
    assert (folder / "tasks.json").exists()
    assert (folder / "models" / "mine" / "model.onnx").exists()
