"""Several reports at once: which documents need work, the worst first."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape

from biasdetect.report.page import whole_page
from biasdetect.results import Report
from biasdetect.util.counting import count_of
from biasdetect.util.display import clean

_STYLE = """\
body { background: #f6f3ee; color: #1d1b19; }
h1 { font: 400 1.65rem/1.3 Georgia, "Noto Serif", serif; }
a { color: inherit; }
thead th { font-weight: 400; }
thead th { color: #5f5a55; }
th, td { padding-block: .4rem; }
td.text, th.text { text-align: left; padding-left: .8rem; overflow-wrap: anywhere; }
@media (prefers-color-scheme: dark) {
  body { background: #171615; color: #ece8e2; }
  thead th { color: #aaa39a; }
}
"""


@dataclass(frozen=True, slots=True)
class Row:
    """A document in the table.

    Attributes:
        name: of the document.
        own: number of phrases to change.
        words: the worst of them; where there is none, what is to be said instead.
        remedy: what to do about it.
        score: of the document, 0 to 1.
        place: number of the report, from 0, in the order in which they came.
    """

    name: str
    own: int
    words: str
    remedy: str
    score: float
    place: int


def overview(reports: Sequence[Report]) -> list[Row]:
    """A row for each report, those with the most to change first."""
    rows = []
    for place, report in enumerate(reports):
        answer = report.answer
        own = answer.own if answer.verdict == "change" else 0
        words = answer.words or answer.text.removeprefix("Nothing to change: ").removesuffix(".")
        remedy = answer.worst[0].remedy if answer.worst else ""
        rows.append(Row(clean(report.source) or "article", own, clean(words), clean(remedy), report.score, place))
    return sorted(rows, key=lambda row: (-row.own, -row.score, row.place))


def headline(rows: Sequence[Row]) -> str:
    """What the table says, in a sentence."""
    with_any = [row for row in rows if row.own]
    if not with_any:
        return f"Nothing to change in {count_of(len(rows), 'document')}."
    number = sum(row.own for row in rows)
    return f"{count_of(number, 'phrase')} to change in {len(with_any)} of {count_of(len(rows), 'document')}; most are in {with_any[0].name}."


def render_index(rows: Sequence[Row], pages: Sequence[str]) -> str:
    """An HTML page with the table, each document linked to its page.

    Args:
        rows: see :func:`overview`.
        pages: file names of the pages, in the order of the reports.
    """
    body = "\n".join(
        f'<tr><th scope="row"><a href="{escape(pages[row.place])}">{escape(row.name)}</a></th><td>{row.own or "–"}</td>'
        f'<td class="text">{escape(row.words)}</td><td class="text">{escape(row.remedy)}</td></tr>'
        for row in rows
    )
    table = (
        '<div class="scroll"><table><thead><tr><th scope="col">document</th><th scope="col">to change</th>'
        '<th scope="col" class="text">the worst</th><th scope="col" class="text">what to do</th></tr></thead>\n'
        f"<tbody>\n{body}\n</tbody></table></div>"
    )
    return whole_page("Wording of several documents", headline(rows), [table], _STYLE)
