"""Writes findings as Markdown for GitHub: the summary of a step, and words that cannot become markup."""

from __future__ import annotations

import re
from collections.abc import Sequence

from biasdetect.answer import WORST, to_change
from biasdetect.findings.finding import Finding
from biasdetect.report.advice import advice, hint
from biasdetect.util.counting import count_of
from biasdetect.util.display import clean

ROWS = 50
"""Findings that a summary lists; those with the highest scores."""
_LONGEST = 160  # characters of wording that is shown
_HEAD = ("| where | phrase | what to do | why | severity |", "|---|---|---|---|---|")


def code(text: str) -> str:
    """Words of others as code, on one line: neither markup nor a link, and nobody is notified by a name in them."""
    text = " ".join(clean(text).split())
    text = text if len(text) <= _LONGEST else f"{text[: _LONGEST - 1]}…"
    fence = "`" * (max(map(len, re.findall("`+", text)), default=0) + 1)
    padding = " " if text.startswith("`") or text.endswith("`") or not text else ""
    return f"{fence}{padding}{text}{padding}{fence}"


def what_to_do(finding: Finding) -> str:
    """The first suggestion, or the advice; empty where there is neither."""
    phrase = finding.phrase
    if not phrase.suggestions:
        return clean(phrase.advice)
    first = phrase.suggestions[0]
    keeps_words = first.words and first.words != phrase.text
    return f"{f'write {code(first.words)}' if keeps_words else advice(phrase, first)}{hint(first)}"


def why(finding: Finding) -> str:
    """Why it is flagged; a house style's reason is words of others, too."""
    reason = finding.phrase.why
    return code(reason) if reason and finding.phrase.origin == "house" else clean(reason)


def summary(
    findings: Sequence[Finding],
    warnings: Sequence[tuple[str, str]],
    failures: Sequence[Exception],
    documents: int,
    hidden: str = "",
) -> str:
    """The summary of a step: what to change in one sentence, then tables, the worst first, all but five folded away.

    Args:
        findings: of all documents.
        warnings: of documents: their paths, and what to know before trusting their scores.
        failures: why inputs could not be read.
        documents: number of documents that were scored.
        hidden: what is not reported and why, in words; empty where nothing was hidden.
    """
    best = sorted(findings, key=lambda finding: -finding.phrase.score)
    lines = ["### biasdetect", "", _answer(best, documents)]
    if best:
        lines += ["", *_HEAD, *(_row(finding) for finding in best[:WORST])]
    if rest := best[WORST:ROWS]:
        lines += ["", f"<details><summary>{count_of(len(rest), 'further phrase')}</summary>", "", *_HEAD]
        lines += [*(_row(finding) for finding in rest), "", "</details>"]
    if len(best) > ROWS:
        lines += ["", f"{len(best) - ROWS} more are in the report that `--format sarif` writes."]
    lines += [f"\n{code(path)}: {clean(warning)}" for path, warning in warnings[:ROWS]]
    lines += [f"\nUnreadable: {code(str(failure))}" for failure in failures[:ROWS]]
    if hidden:
        lines += ["", hidden]
    return "\n".join(lines) + "\n\n"


def _answer(best: Sequence[Finding], documents: int) -> str:
    where = count_of(documents, "document")
    if not best:
        return f"Nothing to change in {where}."
    worst = best[0]
    do = what_to_do(worst)
    told = f": {do[:1].lower()}{do[1:].removesuffix('.')}." if do else "."
    the_worst = "" if len(best) == 1 else "; the worst is"
    return f"**{to_change(len(best))}** in {where}{the_worst or ':'} {code(worst.phrase.text)} ({_where(worst)}){told}"


def _where(finding: Finding) -> str:
    line = f":{finding.place.start.line + 1}" if finding.place else ""
    return code(f"{finding.path}{line}")


def _row(finding: Finding) -> str:
    phrase = finding.phrase
    severity = f"{phrase.severity} {phrase.score:.2f}"
    cells = (_where(finding), code(phrase.text), what_to_do(finding), why(finding), severity)
    return f"| {' | '.join(cell.replace('|', chr(92) + '|') for cell in cells)} |"
