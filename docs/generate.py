"""Write the generated parts of README and docs, and docs/integrate/cli.md whole: python docs/generate.py (--check: only compare)."""

from __future__ import annotations

import re
import sys
from pathlib import Path

from blocks.corpora import corpora, scaling
from blocks.development import mutation, rooms
from blocks.example import formats, real_article, report
from blocks.experiments import experiments
from blocks.integrate import command_line, editors
from blocks.marks_and_models import figures, own_corpus, real_sentences
from blocks.privacy import privacy
from blocks.reading import documents, label_formats, pages, reading
from blocks.real_text import real_text
from blocks.retraining import retraining
from blocks.shared import ROOT
from blocks.speed import speed
from blocks.suggestions import suggestions, suggestions_asked, suggestions_in_full
from blocks.voice import one_pass


def main() -> int:
    """Write what has changed; with --check, exit with 1 where something has."""
    stale = {
        path: text
        for path, text in generated().items()
        if not path.exists() or path.read_text(encoding="utf-8") != text
    }
    for path, text in stale.items():
        print(f"{'stale' if '--check' in sys.argv else 'wrote'}: {path.relative_to(ROOT)}")
        if "--check" not in sys.argv:
            path.write_text(text, encoding="utf-8")
    return int(bool(stale) and "--check" in sys.argv)


def generated() -> dict[Path, str]:
    """Every generated file with the content that it should have."""
    how_fast = speed()
    blocks = {
        "README.md": {
            "report": report(),
            "real-article": real_article(),
            "formats": formats(),
            "figures": figures(),
            "real-sentences": real_sentences(),
            "speed-in-short": how_fast["speed-in-short"],
        },
        "docs/privacy.md": {"privacy": privacy()},
        "docs/edit/documents.md": {"reading": reading(), "pages": pages(), **documents()},
        "docs/edit/suggestions.md": {
            "suggestions": suggestions(),
            "suggestions-asked": suggestions_asked(),
            "suggestions-in-full": suggestions_in_full(),
        },
        "docs/research/corpora.md": corpora(),
        "docs/research/real-text.md": real_text(),
        "docs/research/scaling.md": {"scaling": scaling()},
        "docs/integrate/editors.md": editors(),
        "docs/annotate/formats.md": {"label-formats": label_formats()},
        "docs/annotate/retraining.md": retraining(),
        "docs/develop/architecture.md": {"rooms": rooms(), "one-pass": one_pass()},
        "docs/develop/tests.md": {"mutation": mutation()},
        "docs/develop/training.md": {"own-corpus": own_corpus()},
        "docs/develop/speed.md": how_fast,
    }
    return {
        **{ROOT / page: _filled(ROOT / page, filling) for page, filling in blocks.items()},
        ROOT / "docs" / "integrate" / "cli.md": command_line(),
        ROOT / "training" / "experiments.md": experiments(),
    }


def _filled(path: Path, blocks: dict[str, str]) -> str:
    text = path.read_text(encoding="utf-8")
    for name, content in blocks.items():
        # put together from parts: in a pattern for replacing, backslashes of the content would be read
        start, end = f"<!-- generated: {name} -->", "<!-- end -->"
        text = f"{start}\n{content}\n{end}".join(re.split(f"{start}.*?{end}", text, flags=re.DOTALL))
    return text


if __name__ == "__main__":
    sys.exit(main())
