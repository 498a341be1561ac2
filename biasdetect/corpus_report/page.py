"""Renders a summary as one self-contained HTML page. Needs matplotlib."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from html import escape

from biasdetect.corpus_report.plot import STYLE, flagged_plot
from biasdetect.corpus_report.summary import MAIN, Cell, Rate, Summary
from biasdetect.corpus_report.tables import EVERYTHING, HEADINGS, TOO_FEW, notes, numbers
from biasdetect.report.page import scrolled, whole_page
from biasdetect.util.display import clean

_CELLS = 500  # that the page shows
_STYLE = """\
caption { text-align: left; font-weight: 600; padding: .3rem 0; }
th { vertical-align: bottom; font-weight: 600; }
tbody th { text-align: left; vertical-align: top; font-weight: 400; padding-right: 1rem; }
thead th.key, .key + th:last-child { text-align: left; }
tbody th.time { white-space: nowrap; }
td small { display: block; opacity: .75; white-space: nowrap; }
figure.wide { display: block; margin: 0 0 1.5rem; }
figure.wide figcaption { max-width: none; }
@media print {
  :root { color-scheme: light; }
  body { max-width: none; margin: 0; font-size: 10pt; }
  .scroll { overflow: visible; }
  tr, figure { break-inside: avoid; }
  thead { display: table-header-group; }
}
"""
_MEANING = """\
<h2>What the figures mean</h2>
<ul>
<li><strong>Flagged, %</strong>: of the sentences in the outlet’s own voice, those in which the model found at least one
phrase that the outlet answers for. Quotations and what is attributed to others are left out; scare quotes count.</li>
<li><strong>Mean score</strong>: the mean probability that trained annotators would call a sentence biased.</li>
<li><strong>Phrases per 1,000 words</strong>: phrases that the outlet answers for, per 1,000 words of all scored
sentences. An outlet that quotes much has more words to divide by.</li>
<li><strong>Ranges</strong>: 95&nbsp;% intervals by the bootstrap over articles. They say how far a figure may lie from
what other articles of the same kind would give, and nothing about errors of the model. Where nothing was flagged the
range is 0 to 0, which is narrower than what is known.</li>
</ul>
<h2>What they do not mean</h2>
<ul>
<li>They measure wording, not truth, balance, the choice of topics or what is left out.</li>
<li>The model errs, and not equally often on every topic. A difference between outlets that write about different things
may be one of topics. Read the sentences behind a difference before you report it.</li>
<li>Of many cells some lie apart by chance alone. Two ranges that overlap may still differ, and of twenty comparisons
without any difference one is expected to look like one.</li>
<li>A corpus that was not drawn at random says nothing about the articles that are not in it.</li>
</ul>
"""


def render_summary(summary: Summary) -> str:
    """The page: the picture, the tables, the phrases most used, and what the figures mean and what they do not."""
    first = summary.cells[:_CELLS]
    parts = [f"<p>{_shown(', '.join(summary.files))}</p>"]
    picture, caption = flagged_plot(summary)
    if picture:
        parts.append(
            f'<figure class="wide">{scrolled(picture, "The picture")}<figcaption>{escape(caption)}</figcaption></figure>'
        )
    if len(summary.cells) > len(first):
        parts.append(
            f"<p><strong>The tables show {len(first)} of {len(summary.cells)} cells; --csv FILE has all.</strong></p>"
        )
    enough = [cell for cell in first if not cell.too_few]
    parts.append(_main_table(summary, first))
    if enough:
        parts.append(_category_table(summary, enough))
    if any(cell.phrases for cell in enough):
        parts.append(_phrase_table(summary, [cell for cell in enough if cell.phrases]))
    parts += [f"<p>{_shown(note)}</p>" for note in notes(summary)]
    parts.append(_MEANING)
    return whole_page("biasdetect corpus report", "Corpus report", parts, _STYLE + STYLE, inline_styles=True)


def _main_table(summary: Summary, cells: Sequence[Cell]) -> str:
    headings = ["articles", "own sentences", *(HEADINGS[name] for name in MAIN)]
    lines = []
    for cell in cells:
        rates = [_rate(cell.rate(name)) for name in MAIN]
        if cell.too_few:
            rates = [f'<td colspan="{len(MAIN)}">{TOO_FEW}</td>']
        lines.append([_number(cell.articles), _number(cell.sentences), *rates])
    return _table(summary, "Flagged sentences and phrases", headings, cells, lines)


def _category_table(summary: Summary, cells: Sequence[Cell]) -> str:
    names = [name for name in summary.names if name not in MAIN]
    lines = [[_rate(cell.rate(name)) for name in names] for cell in cells]
    return _table(summary, "Phrases per 1,000 words, by category", names, cells, lines)


def _phrase_table(summary: Summary, cells: Sequence[Cell]) -> str:
    lines = []
    for cell in cells:
        listed = (
            f"{_shown(phrase.text)}&nbsp;({phrase.count:,}&nbsp;/&nbsp;{phrase.articles:,})" for phrase in cell.phrases
        )
        lines.append([f'<td class="text">{"; ".join(listed)}</td>'])
    return _table(summary, "Most used phrases: how often, and in how many articles", ["phrases"], cells, lines)


def _table(
    summary: Summary, caption: str, headings: Sequence[str], cells: Sequence[Cell], lines: Sequence[Sequence[str]]
) -> str:
    keys = [part.name for part in summary.parts] or [""]
    head = "".join(f'<th scope="col" class="key">{_shown(key)}</th>' for key in keys)
    head += "".join(f'<th scope="col">{_shown(heading)}</th>' for heading in headings)
    body = "\n".join(
        f"<tr>{''.join((*_key(summary, cell), *line))}</tr>" for cell, line in zip(cells, lines, strict=True)
    )
    table = f"<table>\n<caption>{escape(caption)}</caption>\n<thead><tr>{head}</tr></thead>\n<tbody>\n{body}\n</tbody></table>"
    return scrolled(table, caption)


def _key(summary: Summary, cell: Cell) -> Iterator[str]:
    if not cell.key:
        yield f'<th scope="row">{EVERYTHING}</th>'
    for part, value in zip(summary.parts, cell.key, strict=True):
        look = ' class="time"' if part.time else ""
        yield f'<th scope="row"{look}>{_shown(value)}</th>'


def _number(value: int) -> str:
    return f"<td>{value:,}</td>"


def _rate(rate: Rate | None) -> str:
    value, ends = numbers(rate)
    return f"<td>{value}<small>{ends}</small></td>" if ends else f"<td>{value}</td>"


def _shown(text: str) -> str:
    return escape(clean(text))
