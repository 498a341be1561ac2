"""Boilerplate: single lines, the hand-written sets, whole pages, and how the classifier is made."""

import importlib
import json
import re
import runpy
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from biasdetect.reading.boilerplate import boilerplate_reason, boilerplate_reasons
from biasdetect.reading.line_classifier import LONGEST

ROOT = Path(__file__).resolve().parents[2]
DATA = ROOT / "tests" / "data"


def records(path):
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        ("Read also:", "pointer to other articles"), ("More news", "pointer to other articles"),
        ("Read the main stories of the morning:", "pointer to other articles"),
        ("See also: the dam in pictures", "pointer to other articles"), ("Continue reading", "pointer to other articles"),
        ("READ MORE: Ferry master quits over timetable", "pointer to other articles"), ("Related topics:", "list of topics"),
        ("Sign up for our newsletter", "newsletter or follow-us line"), ("Follow us on Telegram", "newsletter or follow-us line"),
        ("Share", "share bar"), ("Photo: Harbour Agency", "photo credit"), ("(Image: Lirna Courier)", "photo credit"),
        ("© 2024 The Lirna Courier", "copyright line"), ("All rights reserved.", "copyright line"),
        ("Advertisement", "advertisement"), ("We use cookies to improve this site.", "cookie notice"),
        ("By Hanna Kowalczyk", "byline or time stamp"), ("12 March 2023", "byline or time stamp"),
        ("Published: 3 May 2021, 10:20", "byline or time stamp"), ("5 minutes read", "byline or time stamp"),
        ("Reporting by Hanna Kowalczyk; Editing by Dario Pell", "agency or source line"),
        ("Be the first to comment", "comment section"), ("Skip to main content", "menu or page control"),
        ("This article was amended on 3 May 2021 to correct a name.", "contact, correction or legal notice"),
        ("For more information call 555-0134.", "contact, correction or legal notice"),
        ("Subscribe from €2 a month to keep reading", "subscription or donation appeal"),
    ],
)  # fmt: skip
def test_boilerplate_is_recognised_with_its_reason(line, reason):
    assert boilerplate_reason(line) == reason


@pytest.mark.parametrize(
    "line",
    [
        "Recall, according to the agency, the reactor was shut down in May.", "Reuters writes about this.",
        "By Monday the river had risen by two metres.", "More than 40 people were hurt.", "Top court rejects appeal",
        "Latest polls show a lead for the mayor", "Read my lips, says minister", "Share prices fell on Thursday.",
        "Follow the money, says auditor", "Save the whales", "Related companies paid 4 million euros.", "Advertising revenue fell.",
        "May was the warmest month on record.", "Print workers go on strike", "See you in court, says tenant",
        "LIRNA, March 3 (Agency) - The port reopened on Thursday.", "The agency reports:", "HARBOUR TOWN IN SHOCK",
        "We must not let them take our river.", "You will not read this in the party paper.", "Never.", "“We lost the house.”",
        "", "   ", "\n",
    ],
)  # fmt: skip
def test_prose_is_kept(line):
    assert boilerplate_reason(line) is None


@pytest.mark.parametrize(
    "line",
    [
        "Minister to hold online news conference on December 26 - spokeswoman",
        "Reporting a false alarm to the coastguard will receive 1,000 pound fine", "Opinion | The harbour deserves better",
        "PORT LIRNA, Vale (AP) -- Health officials are reporting a sixth death in an outbreak at a seaside hotel.",
        "This is not the first time that the columnist has mocked the council on her social media page.",
        "Read the whole tirade in the council's minutes.",
        "ST. JOSEPH, Mich. (AP) — Michigan health authorities are reporting a 6th fatality linked to Eastern Equine Encephalitis.",
        "MINSK, May 3. /TASS/. The talks will go on in June, the ministry said.", "LIRNA (Reuters) - Harbour shares fell on Monday.",
        "Photo of drowned boy shakes parliament", "App store bans harbour game", "Newspaper loses 5,000 subscribers in a year",
        "Editor jailed over podcast remarks", "Comment: the ferry was never the problem", "Follow the money, auditor tells council",
        "Share sale brings port 40 million", "Cookies recalled after salmonella find", "Sign up or ship out, dockers told",
        "Print unions vote to strike", "Live: council votes on the ferry", "Watch your step, says bridge engineer",
        "Journalists' union condemns arrest of photographer", "Donations to flood fund pass 2 million",
        "Tag team of ministers heads for Lirna", "Video shows officer striking pupil", "Advertising watchdog raps betting firm",
        "Who pays for the news?", "Mayor's newsletter cost 90,000, audit finds", "Reader survey puts ferry first",
        "The minister, who edits the party's newsletter, did not reply.", "Subscribers were told on Tuesday that the paper would close.",
        "She asked her followers on Instagram to send money.", "He deleted the app after the vote.", "Sources: deputy to resign",
        "Explained: why the bridge costs twice as much", "Interview: “I never read the papers”", "Analysis: a port without ships",
        "Privacy law passes first reading", "Paywall for city archive", "Two arrested over fake tickets, police say",
        "By the harbour wall the search went on", "Statement by the port authority", "In pictures: the night the dam broke",
        "Updated flood map shows 300 homes at risk", "Published figures were wrong, ministry admits",
    ],
)  # fmt: skip
def test_no_headline_lead_or_sentence_is_furniture(line):
    assert boilerplate_reason(line) is None
    page = [
        "Share",
        "By Hanna Kowalczyk",
        line,
        "3 May 2021",
        "The port reopened on Thursday, the council said.",
        line,
        "Share",
    ]
    assert [boilerplate_reasons(page)[place] for place in (2, 5)] == [None, None]


def test_a_headline_under_a_menu_is_kept():
    page = ["Menu", "More news", "Council votes to close ferry", "By Hanna Kowalczyk", "The council met on Tuesday."]
    assert [reason is None for reason in boilerplate_reasons(page)] == [False, False, True, False, True]


@pytest.mark.parametrize("line", ["May 6", "6 May 2021, 10:20", "* * *", "———", "12 March"])
def test_a_line_of_no_words_is_furniture_whatever_it_looks_like(line):
    assert boilerplate_reason(line) is not None


@pytest.mark.parametrize(("name", "least_found"), [("boilerplate", 0.84), ("boilerplate-2", 0.75)])
def test_lines_of_the_hand_written_sets_are_told_apart(name, least_found):
    lines = records(DATA / f"{name}.jsonl")
    boilerplate = [boilerplate_reason(line["text"]) is not None for line in lines if line["label"] == "boilerplate"]
    prose = [boilerplate_reason(line["text"]) is not None for line in lines if line["label"] == "prose"]
    assert sum(boilerplate) / len(boilerplate) >= least_found
    assert sum(prose) == 0


def test_whole_pages_lose_their_boilerplate_and_keep_their_prose():
    pages = records(DATA / "pages.jsonl")
    outcomes = []
    for page in pages:
        reasons = boilerplate_reasons([line["text"] for line in page["lines"]])
        told = [
            (line["label"] == "boilerplate", reason is not None)
            for line, reason in zip(page["lines"], reasons, strict=True)
        ]
        first_prose = next(found for boilerplate, found in told if not boilerplate)
        assert not first_prose, f"the headline of {page['style']} is skipped"
        outcomes += told
    found = [found for boilerplate, found in outcomes if boilerplate]
    lost = [found for boilerplate, found in outcomes if not boilerplate]
    assert sum(found) / len(found) >= 0.85
    assert sum(lost) == 0


def test_headlines_listed_under_a_heading_are_pointers():
    page = [
        "Ferry to close for six weeks", "The ferry will close on Monday, harbour bosses said.",
        "Read also:", "Harbour master quits", "Swans return to Lirna bay", "Mayor opens pool",
    ]  # fmt: skip
    reasons = boilerplate_reasons(page)
    assert reasons[:2] == [None, None]
    assert reasons[2:] == ["pointer to other articles"] * 4


def test_prose_goes_on_after_a_pointer_in_its_midst():
    page = [
        "Ferry to close",
        "It will close on Monday.",
        "Read also:",
        "The work will take six weeks.",
        "Nobody was told.",
    ]
    assert [reason is None for reason in boilerplate_reasons(page)] == [True, True, False, True, True]


def test_a_name_beside_a_time_stamp_is_a_byline():
    page = ["Ferry to close for six weeks", "Hanna Kowalczyk", "3 May 2021, 10:20", "The ferry will close on Monday."]
    assert boilerplate_reasons(page)[1] == "byline or time stamp"
    assert boilerplate_reasons(["Ferry to close", "Hanna Kowalczyk was the last to know.", "3 May 2021"])[1] is None


class Judge:
    """A classifier whose scores the test chooses; what is not named is boilerplate for certain."""

    def __init__(self, **scores):
        self.scores = scores

    def score(self, line):
        return self.scores.get(line.split()[0].strip("."), 9.0)

    def kind(self, line):
        return "share bar"


def judged(monkeypatch, lines, **scores):
    monkeypatch.setattr("biasdetect.reading.boilerplate.load_classifier", lambda: Judge(**scores))
    return [reason is not None for reason in boilerplate_reasons(lines)]


def test_a_line_that_proves_little_is_boilerplate_between_boilerplate(monkeypatch):
    lines = ["Headline", "Share", "Tickets", "Share"]
    assert judged(monkeypatch, lines, Headline=-20, Tickets=-3.9) == [False, True, True, True]
    assert judged(monkeypatch, lines, Headline=-20, Tickets=-4.1) == [False, True, False, True]
    # the page's end is no prose either
    assert judged(monkeypatch, lines[:3], Headline=-20, Tickets=-3.9) == [False, True, True]
    assert judged(monkeypatch, ["Headline", "Tickets", "Share"], Headline=-20, Tickets=-3.9) == [False, False, True]


def test_a_line_at_the_threshold_is_prose(monkeypatch):
    assert judged(monkeypatch, ["Headline", "Tickets"], Headline=-20, Tickets=0) == [False, False]


def test_the_first_line_of_prose_is_never_skipped_for_its_neighbours(monkeypatch):
    """There stands the headline, also below a menu."""
    assert judged(monkeypatch, ["Menu", "Headline", "Share"], Headline=-0.1) == [True, False, True]
    assert judged(monkeypatch, ["Headline", "Share"], Headline=-0.1) == [False, True]


@pytest.mark.parametrize("end", [".", "!", "?", "…", ".”", "?)"])
def test_what_ends_like_a_sentence_is_never_skipped_for_its_neighbours(monkeypatch, end):
    lines = ["Headline", "Share", f"Tickets sold out{end}", "Share"]
    assert judged(monkeypatch, lines, Headline=-20, Tickets=-0.1) == [False, True, False, True]
    assert judged(monkeypatch, ["Headline", "Read also:", f"Tickets sold out{end}"], Headline=-20, Tickets=-9) == [
        False, True, False,
    ]  # fmt: skip


@pytest.mark.parametrize(("listed", "skipped"), [(1, True), (15, True), (16, False)])
def test_a_list_under_a_heading_has_so_many_headlines_at_most(monkeypatch, listed, skipped):
    lines = ["Headline", "Text.", "Read also:", *["Mayor opens pool"] * listed]
    assert judged(monkeypatch, lines, Headline=-20, Text=-20, Mayor=-9)[3:] == [skipped] * listed


def test_what_is_listed_under_topics_is_short_and_under_other_headings_a_headline(monkeypatch):
    page = ["Headline", "Text.", "Related topics:", "Mayor and more of it", "Mayor and still more of it"]
    assert judged(monkeypatch, page, Headline=-20, Text=-20, Mayor=-9)[3:] == [False, False]
    assert judged(monkeypatch, page[:4], Headline=-20, Text=-20, Mayor=-9)[3:] == [True]
    page = ["Headline", "Text.", "Read also:", "Mayor quits"]
    assert judged(monkeypatch, page, Headline=-20, Text=-20, Mayor=-9)[3:] == [False]
    assert judged(monkeypatch, [*page[:3], "Mayor quits office"], Headline=-20, Text=-20, Mayor=-9)[3:] == [True]


def test_one_line_under_a_heading_before_a_sentence_may_be_the_articles(monkeypatch):
    page = ["Headline", "Read also:", "Mayor quits office", "Text."]
    scores = {"Headline": -20, "Text": -20, "Mayor": -9}
    assert judged(monkeypatch, page, **scores) == [False, True, False, False]
    assert judged(monkeypatch, [*page[:3], *page[2:]], **scores) == [False, True, True, True, False]


lines_of_pages = st.one_of(
    st.text(max_size=80),
    st.sampled_from(["Read also:", "Share", "3 May 2021", "Mayor opens pool", "Nobody was hurt.", "Hanna Kowalczyk"]),
)


@settings(deadline=None)
@given(st.lists(lines_of_pages, max_size=12))
def test_neighbours_only_add_and_never_take_a_sentence(lines):
    reasons = boilerplate_reasons(lines)
    assert len(reasons) == len(lines)
    for line, reason in zip(lines, reasons, strict=True):
        alone = boilerplate_reason(line)
        assert alone is None or reason is not None
        if alone is None and line.strip().endswith((".", "!", "?")):
            assert reason is None


@pytest.mark.parametrize(
    "line", ["| a " * 10**5, "Read also: " * 10**5, "#a" * 10**5, "By A " * 10**5, "." * 10**6, "€" * 10**6]
)
def test_endless_lines_are_prose_and_take_no_time(line):
    assert boilerplate_reason(line) is None
    boilerplate_reason(line[:LONGEST])
    assert boilerplate_reasons([line, "Share", line]) == [None, "share bar", None]


def test_the_stored_classifier_is_made_from_the_lines_and_features_of_today(monkeypatch):
    pytest.importorskip("sklearn")
    monkeypatch.syspath_prepend(str(ROOT / "training"))
    script = importlib.import_module("train_boilerplate")
    stored = json.loads(script.STORED.read_text(encoding="utf-8"))
    assert stored["made_from"] == script.fingerprint(), "run python training/train_boilerplate.py"


def test_no_line_of_the_test_sets_is_learnt():
    def plain(text):
        return re.sub(r"[\W_]+", " ", text.casefold()).strip() or text

    learnt = {
        plain(record["text"])
        for path in (ROOT / "training" / "boilerplate").glob("*.jsonl")
        for record in records(path)
    }
    tested = {
        plain(record["text"]) for name in ("boilerplate", "boilerplate-2") for record in records(DATA / f"{name}.jsonl")
    }
    assert not learnt & tested


def test_the_stored_classifier_is_made_of_the_lines_as_they_are(root):
    made = runpy.run_path(str(root / "training" / "train_boilerplate.py"))["fingerprint"]()
    stored = json.loads((root / "biasdetect" / "reading" / "line_classifier.json").read_text(encoding="utf-8"))
    assert stored["made_from"] == made, "run python training/train_boilerplate.py"
