"""What reports for people call their figures, and what each of them means, in plain words."""

from __future__ import annotations

from biasdetect.results import Report


def figures(report: Report) -> list[tuple[str, str, str]]:
    """The figures of a report: what each is called, its value, and what it means.

    The means are over sentences, 0 to 1; what others say is given where they say anything.
    """
    share = "the share of sentences that trained annotators would be expected to call biased"
    rows = []
    if report.settings.quotes == "count":
        rows.append(("All words", f"{report.score:.2f}", f"{share}, quoted words counted as your own"))
    if report.outlet_score is not None:
        rows.append(("Your own words", f"{report.outlet_score:.2f}", f"{share}: the figure to edit by"))
    if report.others_score is not None:
        rows.append(
            ("Quoted words", f"{report.others_score:.2f}", "the same for what others say, which is not yours to change")
        )
    if report.headline and len(report.sentences) > 1:
        rows.append(("The headline", f"{report.headline.score:.2f}", "the probability that they would call it biased"))
    answer = report.answer
    quoted = f", and {answer.quoted} in quoted words" if answer.quoted else ""
    rows.append(
        ("Phrases", str(answer.own), f"flagged in your own words{quoted}, in {len(report.sentences)} sentences")
    )
    return rows


def capital(text: str) -> str:
    """A clause as the beginning of a sentence."""
    return text[:1].upper() + text[1:]
