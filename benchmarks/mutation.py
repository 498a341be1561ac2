"""Whether the tests would notice a mistake: small changes to central modules, and how many of them a test fails under.

python benchmarks/mutation.py [MODULE ...] [--each 15] [--seed 13]: each module is changed in one place at a time (another
comparison, a constant one more or less, the other branch, nothing returned, ...), in a copy of the project, and the quick
tests that are about it are run. What is changed is drawn by a seed. The outcome goes into mutation.json, which the page on
tests shows; modules that are not named keep what was recorded of them.
"""

from __future__ import annotations

import argparse
import ast
import json
import os
import random
import resource
import shutil
import signal
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import hypothesis.extra.numpy  # noqa: F401 - imported once, and not for every mutant
import pytest
import tokenizers  # noqa: F401

ROOT = Path(__file__).resolve().parent.parent
RECORD = ROOT / "benchmarks" / "mutation.json"
_LINKED = ("models", "training", "examples", "docs", "benchmarks", "pyproject.toml", "README.md")
_LEAST_SECONDS = 30.0  # a mutant that runs this long, and four times as long as the module itself, has hung
_MOST_MEMORY = 4 << 30  # bytes; a mutant that fills more would take the machine down with it

# a module, and what is run for it: the quickest first
_UNIT = "tests/unit/test_{}.py".format
_SPEECH = [_UNIT("speech_patterns"), _UNIT("language"), _UNIT("voice_set")]
_SUGGEST = [_UNIT("suggest")]
_HOUSE = [_UNIT("ignore"), _UNIT("house_style")]
MODULES: dict[str, list[str]] = {
    "detector": [_UNIT("pipeline"), _UNIT("arguments"), "tests/integration/test_detector.py"],
    "pipeline": [_UNIT("pipeline"), _UNIT("other_languages")],
    "results": [_UNIT("results"), _UNIT("report_pages")],
    "model/phrases": [_UNIT("phrases")],
    "model/runtime": [_UNIT("runtime"), "-k", "not torch and not device"],
    "model/folder": ["tests/integration/test_model_folder.py", "tests/integration/test_hostile_models.py"],
    "model/config": ["tests/integration/test_hostile_models.py", "tests/integration/test_model_folder.py"],
    "language/quotations": _SPEECH,
    "language/speakers": _SPEECH,
    "language/voice": _SPEECH,
    "language/sentences": [_UNIT("sentences"), _UNIT("language")],
    "house/rules": _HOUSE,
    "house/terms": _HOUSE,
    "house/ignore": _HOUSE,
    "house/style": _HOUSE,
    "suggest/candidates": _SUGGEST,
    "suggest/check": _SUGGEST,
    "suggest/edits": _SUGGEST,
    "suggest/deletions": _SUGGEST,
    "suggest/listed": _SUGGEST,
    "suggest/nouns": _SUGGEST,
    "suggest/verbs": _SUGGEST,
    "suggest/fix": [_UNIT("fixed_text"), *_SUGGEST],
    "findings/finding": [_UNIT("sarif"), _UNIT("github")],
    "findings/baseline": ["tests/integration/test_ci_outputs.py"],
    "findings/changes": ["tests/integration/test_ci_outputs.py"],
    "findings/github": [_UNIT("github")],
    "findings/sarif": [_UNIT("sarif")],
}

_COMPARISONS: dict[type[ast.cmpop], type[ast.cmpop]] = {
    ast.Lt: ast.LtE,
    ast.LtE: ast.Lt,
    ast.Gt: ast.GtE,
    ast.GtE: ast.Gt,
    ast.Eq: ast.NotEq,
    ast.NotEq: ast.Eq,
    ast.In: ast.NotIn,
    ast.NotIn: ast.In,
    ast.Is: ast.IsNot,
    ast.IsNot: ast.Is,
}
_ARITHMETIC: dict[type[ast.operator], type[ast.operator]] = {
    ast.Add: ast.Sub,
    ast.Sub: ast.Add,
    ast.Mult: ast.Div,
    ast.Div: ast.Mult,
}
_NAMES = {"any": "all", "all": "any", "min": "max", "max": "min"}


def mutants(source: str, each: int, choice: random.Random) -> tuple[int, list[tuple[str, str]]]:
    """How many small changes to a module there are, and some of them: what each is, and the module with it."""
    tree = ast.parse(source)
    number = sum(1 for _ in _changes(tree))
    wanted = {*choice.sample(range(number), min(each, number))}
    return number, [
        (f"line {node.lineno}: {what}", ast.unparse(ast.fix_missing_locations(tree)))
        for index, (node, what) in enumerate(_changes(tree))
        if index in wanted
    ]


def _changes(tree: ast.Module) -> Iterator[tuple[Any, str]]:
    """The nodes of a module as they are changed one by one; each change stays until the next one is asked for."""
    for parent, field, node in _places(tree):
        for new, what in _instead(node):
            _put(parent, field, new)
            yield node, what
            _put(parent, field, node)


def _places(tree: ast.Module) -> list[tuple[ast.AST, tuple[str, int | None], ast.AST]]:
    """Where each node hangs that means something when the module runs: no annotation, no message, no docstring."""
    places: list[tuple[ast.AST, tuple[str, int | None], ast.AST]] = []

    def visit(node: ast.AST) -> None:
        if isinstance(node, ast.Raise | ast.Import | ast.ImportFrom | ast.Assert):
            return
        if isinstance(node, ast.If) and ast.unparse(node.test) == "TYPE_CHECKING":
            return
        for name, value in ast.iter_fields(node):
            if name in ("annotation", "returns", "decorator_list", "type_comment"):
                continue
            for index, child in enumerate(value) if isinstance(value, list) else [(None, value)]:
                if isinstance(child, ast.AST):
                    places.append((node, (name, index), child))
                    visit(child)

    visit(tree)
    return places


def _put(parent: ast.AST, field: tuple[str, int | None], node: ast.AST) -> None:
    name, index = field
    if index is None:
        setattr(parent, name, node)
    else:
        getattr(parent, name)[index] = node


def _instead(node: ast.AST) -> Iterator[tuple[ast.AST, str]]:  # noqa: PLR0912 - one case a kind of change
    """What may stand in a node's place."""
    match node:
        case ast.Compare(left, [operator, *rest], comparators) if type(operator) in _COMPARISONS:
            new = _COMPARISONS[type(operator)]()
            yield ast.Compare(left, [new, *rest], comparators), f"{_short(node)}: {type(new).__name__}"
        case ast.BoolOp(operator, values):
            other: ast.boolop = ast.And() if isinstance(operator, ast.Or) else ast.Or()
            yield ast.BoolOp(other, values), f"{_short(node)}: {type(other).__name__}"
        case ast.UnaryOp(ast.Not(), operand):
            yield operand, f"{_short(node)}: without not"
        case ast.BinOp(left, operator, right) if type(operator) in _ARITHMETIC and not _is_text(left, right):
            yield ast.BinOp(left, _ARITHMETIC[type(operator)](), right), f"{_short(node)}: other arithmetic"
        case ast.Constant(bool() as value):
            yield ast.Constant(not value), f"{value}: {not value}"
        case ast.Constant(int() | float() as value):
            for near in (value + 1, value - 1):
                yield ast.Constant(near), f"{value}: {near}"
        case ast.Return(ast.expr() as value) if not (isinstance(value, ast.Constant) and value.value is None):
            yield ast.Return(ast.Constant(None)), f"{_short(node)}: returns None"
        case ast.If(test, body, orelse) | ast.While(test, body, orelse) if not isinstance(test, ast.UnaryOp):
            yield type(node)(ast.UnaryOp(ast.Not(), test), body, orelse), f"if {_short(test)}: the other branch"
        case ast.IfExp(test, body, orelse):
            yield ast.IfExp(test, orelse, body), f"{_short(node)}: the other value"
        case ast.Slice(lower, upper, step):
            for name, bound in (("lower", lower), ("upper", upper)):
                if bound and not isinstance(bound, ast.Constant):
                    further = ast.BinOp(bound, ast.Add(), ast.Constant(1))
                    parts = {"lower": lower, "upper": upper, "step": step, name: further}
                    yield ast.Slice(**parts), f"[{_short(node)}]: one further"
        case ast.Continue():
            yield ast.Break(), "continue: break"
        case ast.Break():
            yield ast.Continue(), "break: continue"
        case ast.Name(name) if name in _NAMES:
            yield ast.Name(_NAMES[name], ast.Load()), f"{name}: {_NAMES[name]}"


def _is_text(*nodes: ast.expr) -> bool:
    return any(isinstance(node, ast.JoinedStr | ast.Constant) and not _is_number(node) for node in nodes)


def _is_number(node: ast.expr) -> bool:
    return isinstance(node, ast.Constant) and isinstance(node.value, int | float)


def _short(node: ast.AST) -> str:
    text = " ".join(ast.unparse(node).split())
    return text if len(text) <= 70 else f"{text[:69]}…"


def measured(module: str, each: int, seed: int, copied: Path) -> dict[str, Any]:
    """Try a module's mutants.

    Args:
        module: its name under the package.
        each: so many of them, at most.
        seed: which ones.
        copied: a copy of the project, whose module is changed and comes back as it was.

    Returns:
        How many there are, were tried and were killed, and those that survived.
    """
    place = copied / "biasdetect" / f"{module}.py"
    source = place.read_text(encoding="utf-8")
    number, tried = mutants(source, each, random.Random(f"{seed} {module}"))
    begun = time.monotonic()
    if not _passes(MODULES[module], copied, 600.0):
        raise SystemExit(f"{module}: its tests fail without any change. Mend that first.")
    limit = max(_LEAST_SECONDS, 4 * (time.monotonic() - begun))
    survived = []
    try:
        for what, changed in tried:
            place.write_text(changed, encoding="utf-8")
            if _passes(MODULES[module], copied, limit):
                survived.append(what)
    finally:
        place.write_text(source, encoding="utf-8")
    return {
        "mutants": number,
        "tried": len(tried),
        "killed": len(tried) - len(survived),
        "survived": survived,
    }


def _passes(tests: list[str], copied: Path, seconds: float) -> bool:
    """Whether a copy's tests pass; those that take too long do not.

    They run in a fork of this process, which has imported what takes long and none of the project.
    """
    child = os.fork()
    if child == 0:
        os.setsid()
        resource.setrlimit(resource.RLIMIT_AS, (_MOST_MEMORY, _MOST_MEMORY))
        os.chdir(copied)
        os.environ.update(PYTHONPATH=str(copied), PYTHONUTF8="1", PYTHONDONTWRITEBYTECODE="1")
        sys.dont_write_bytecode = True
        sys.path.insert(0, str(copied))
        nothing = os.open(os.devnull, os.O_RDWR)
        os.dup2(nothing, 1)
        os.dup2(nothing, 2)
        code = 1
        try:
            code = int(pytest.main(["-q", "-x", "-p", "no:cacheprovider", "--hypothesis-profile=ci", *tests]))
        finally:
            os._exit(code)
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        done, status = os.waitpid(child, os.WNOHANG)
        if done:
            return status == 0
        time.sleep(0.05)
    os.killpg(child, signal.SIGKILL)
    os.waitpid(child, 0)
    return False


def copy_of_the_project(folder: Path) -> Path:
    """A copy whose package can be changed; what tests only read is linked."""
    for name in ("biasdetect", "tests"):
        shutil.copytree(ROOT / name, folder / name, ignore=shutil.ignore_patterns("__pycache__"))
    for name in _LINKED:
        (folder / name).symlink_to(ROOT / name)
    return folder


def main() -> None:
    """Try the modules that are named, or all, and record the outcome of each as soon as it is there."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("modules", nargs="*", metavar="MODULE", help=f"of {', '.join(MODULES)}")
    parser.add_argument("--each", type=int, default=15, help="mutants of a module")
    parser.add_argument("--seed", type=int, default=13)
    options = parser.parse_args()
    unknown = sorted({*options.modules} - {*MODULES})
    if unknown:
        parser.error(f"{', '.join(unknown)}: not among {', '.join(MODULES)}")
    with tempfile.TemporaryDirectory() as folder:
        copied = copy_of_the_project(Path(folder).resolve())
        for module in options.modules or MODULES:
            found = measured(module, options.each, options.seed, copied)
            recorded = json.loads(RECORD.read_text(encoding="utf-8")) if RECORD.exists() else {}
            recorded[module] = {"seed": options.seed, **found}
            ordered = {name: recorded[name] for name in MODULES if name in recorded}
            RECORD.write_text(json.dumps(ordered, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
            print(f"{module}: {found['killed']} of {found['tried']} killed", *found["survived"], sep="\n  ", flush=True)


if __name__ == "__main__":
    main()
