"""Inflect the verbs of the cues of speech: python training/build_cue_verbs.py (--check: only compare).

Writes biasdetect/language/cue_verbs.json: of each verb that a module of biasdetect/language/ passes to ``forms``, every form
in every spelling. Reading them takes no time at the start of a run; inflecting them would take a tenth of a second.
"""

from __future__ import annotations

import ast
import json
import sys
from collections.abc import Iterator
from pathlib import Path

from biasdetect.english.inflection import all_verb_forms

ROOT = Path(__file__).resolve().parent.parent
LANGUAGE = ROOT / "biasdetect" / "language"
OUT = LANGUAGE / "cue_verbs.json"


def verbs_in(source: str) -> Iterator[str]:
    """The verbs that a module passes to ``forms``."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "forms":
            yield from ast.literal_eval(node.args[0]).split()


def content() -> str:
    """What cue_verbs.json is to hold."""
    verbs = {verb for path in LANGUAGE.glob("*.py") for verb in verbs_in(path.read_text(encoding="utf-8"))}
    forms = {verb: " ".join(all_verb_forms(verb)) for verb in sorted(verbs)}
    return json.dumps(forms, indent=0, separators=(",", ":")) + "\n"


def main() -> int:
    """Write the file; with --check, exit with 1 where it is not what lemminflect says."""
    if "--check" in sys.argv:
        return int(OUT.read_text(encoding="utf-8") != content())
    OUT.write_text(content(), encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
