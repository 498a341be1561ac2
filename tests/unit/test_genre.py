"""What calls itself an opinion piece or a review: our own texts and pages, and what only sounds like it."""

import json

import pytest

import biasdetect
from biasdetect.reading.boilerplate import boilerplate_reason
from biasdetect.reading.genre import genre_of_address, genre_of_section

OPINION = """
Opinion by Dana Reed
OPINION
Op-ed
An op-ed by Tom Vale, a former minister
Editorial
Guest essay
Opinion | Dana Reed
Dana Reed | Opinion
Letters to the editor
News analysis
Analysis by Dana Reed
Home > Opinion > Columnists
Perspective by Dana Reed
""".strip().split("\n")
REVIEW = """
Film review
Review by Tom Vale
A review by Tom Vale
Home › Reviews
Concert review
""".strip().split("\n")
OPINION_TITLES = """
Opinion: The city deserves a better budget
OPINION | The city deserves a better budget
The city deserves a better budget | Opinion
The city deserves a better budget – opinion
Editorial: Enough of this
Letter: The bridge is late
""".strip().split("\n")
REVIEW_TITLES = """
Theatre review: The Long Winter is too long
Book Review | A winter in Lirna
Review: ‘The Long Winter’ is too long
The Long Winter is too long | Review
""".strip().split("\n")
NEITHER = """
The opinion of the court was read on Monday.
Review: Police acted within the law
Police to change rules after review
Maternity ward failed patients – review
House prices to fall - analysis
Opinion poll: lead shrinks
Opinion is divided on the bridge
Editorial staff of the Lirna Post to strike
Analysis of the water showed lead
Column of tanks enters Lirna
Judicial review
Review finds failings at the port
Legal opinion: the bridge is illegal
Columnist fired over post
Food | Travel | Opinion | Sports
Comment
By Dana Reed
""".strip().split("\n")
BODY = "The city council met on Monday, and it voted on the budget for the coming year after a long debate.\n"


def kind(document):
    return document.genre.kind if document.genre else None


@pytest.mark.parametrize(("line", "expected"), [*((line, "opinion") for line in OPINION), *((line, "review") for line in REVIEW)])  # fmt: skip
def test_a_line_below_the_headline_says_what_a_text_is(line, expected):
    document = biasdetect.read(f"The city deserves a better budget\n{line}\n\n{BODY}")
    assert kind(document) == expected
    assert "“" in document.genre.evidence


@pytest.mark.parametrize(("line", "expected"), [*((line, "opinion") for line in OPINION_TITLES), *((line, "review") for line in REVIEW_TITLES)])  # fmt: skip
def test_a_title_says_what_a_text_is(line, expected):
    assert kind(biasdetect.read(f"{line}\n\n{BODY}")) == expected
    assert kind(biasdetect.read(f"# {line}\n\n{BODY}", "markdown")) == expected
    page = f"<html><head><title>{line}</title></head><body><article><h1>The city</h1><p>{BODY * 5}</p></article></body></html>"
    assert kind(biasdetect.read(page, "html")) == expected


@pytest.mark.parametrize("line", NEITHER)
def test_what_only_sounds_like_it_says_nothing(line):
    assert biasdetect.read(f"{line}\n\n{BODY}").genre is None
    assert biasdetect.read(f"The city council votes\n{line}\n\n{BODY}").genre is None


def test_an_entry_of_a_menu_says_nothing():
    for menu in ("World\nOpinion\nSports", "Home\nReviews", "Opinion\nBusiness"):
        assert biasdetect.read(f"{menu}\nThe council approves the bridge\n\n{BODY}").genre is None
    assert (
        biasdetect.read(f"The council approves the bridge\n\n{BODY}{BODY * 5}\n\nMore\nOpinion\nby Dana Reed").genre
        is None
    )


@pytest.mark.parametrize("label", [*OPINION[:6], "A review by Tom Vale"])
def test_a_label_is_no_prose_and_a_title_is(label):
    assert boilerplate_reason(label) == "byline or time stamp"
    for title in (*OPINION_TITLES, *REVIEW_TITLES):
        assert boilerplate_reason(title) is None


def page(*head, name="", menu=True):
    links = '<nav><a href="/opinion">Opinion</a> <a href="/reviews">Reviews</a></nav>' if menu else ""
    return biasdetect.read(
        f"<html><head><title>The city deserves a better budget</title>{''.join(head)}</head><body>{links}"
        f"<article><h1>The city deserves a better budget</h1><p>{BODY * 5}</p></article></body></html>",
        "html",
        name,
    )


def structured(data):
    return f'<script type="application/ld+json">{json.dumps(data)}</script>'


def test_the_menu_of_a_page_says_nothing():
    assert page().genre is None


@pytest.mark.parametrize(
    ("head", "expected"),
    [
        ('<meta property="article:section" content="Opinion">', "opinion"),
        ('<meta property="article:section" content="Comment">', "opinion"),
        ('<meta property="article:section" content="News">', None),
        ('<meta property="article:section" content="Opinion polls">', None),
        ('<meta property="og:type" content="article.review">', "review"),
        ('<meta property="og:type" content="article">', None),
        ('<meta property="og:url" content="https://example.org/opinion/2024/budget">', "opinion"),
        ('<meta property="og:url" content="https://example.org/2024/opinion">', None),
        (structured({"@type": "OpinionNewsArticle"}), "opinion"),
        (structured({"@type": ["NewsArticle", "AnalysisNewsArticle"]}), "opinion"),
        (structured({"@graph": [{"@type": "WebSite"}, {"@type": "ReviewNewsArticle"}]}), "review"),
        (structured([{"@type": "Review", "itemReviewed": {"@type": "Movie"}}]), "review"),
        (structured({"@type": "NewsArticle", "articleSection": ["City", "Opinion"]}), "opinion"),
        (structured({"@type": "NewsArticle", "genre": "editorial"}), "opinion"),
        (structured({"@type": "NewsArticle", "articleSection": "City"}), None),
        # of several articles the first is the page's own
        (structured([{"@type": "NewsArticle"}, {"@type": "OpinionNewsArticle"}]), None),
        (structured({"@type": "NewsArticle"}) + structured({"@type": "OpinionNewsArticle"}), None),
        (structured({"@type": 7, "@graph": [[[]], 3, None]}), None),
        ('<script type="application/ld+json">{"@type": "OpinionNewsArticle"</script>', None),
    ],
)
def test_a_page_says_it_beside_its_text(head, expected):
    assert kind(page(head)) == expected


def test_an_address_says_it_in_its_folders():
    assert kind(page(name="https://example.org/opinion/2024/budget.html")) == "opinion"
    assert kind(page(name="https://example.org/city/budget-review.html")) is None
    assert page(name="drafts/opinion/budget.html").genre is None  # a folder of the user's is no address
    for address in (
        "https://example.org/opinion",
        "https://example.org/news/opinion-poll/x",
        "https://[broken/opinion/x",
    ):
        assert genre_of_address(address) is None
    for folder in ("op-ed", "commentisfree", "columnists", "film-reviews"):
        assert genre_of_address(f"https://example.org/{folder}/2024/x")


def test_front_matter_says_it():
    for matter in ("---\nsection: Opinion\n---\n", "---\ncategories: [City, Opinion]\n---\n", '+++\ntype = "op-ed"\n+++\n', '{"categories": ["Opinion"]}\n'):  # fmt: skip
        assert kind(biasdetect.read(f"{matter}\n# The city\n\n{BODY}", "markdown")) == "opinion"
    assert biasdetect.read(f"---\ntype: post\ntags: [opinion]\n---\n\n# The city\n\n{BODY}", "markdown").genre is None
    assert genre_of_section("section", "City/Opinion").evidence == "section “Opinion”"


PIECE = (
    "The city deserves a better budget\nOpinion by Dana Reed\n\n"
    "The mayor's budget is a shameless, cynical document. The buffoons on the finance committee asked nothing.\n"
)


def test_a_report_offers_the_kind_and_takes_it_where_asked(detector):
    offered = detector.score(PIECE)
    assert offered.settings.kind == "news"
    assert any("--kind opinion" in note and "Opinion by Dana Reed" in note for note in offered.notes)
    taken = detector.score(PIECE, kind="auto")
    assert taken.settings.kind == "opinion"
    assert any("Opinion by Dana Reed" in note for note in taken.notes)
    assert {phrase.category for phrase in taken.phrases} < {phrase.category for phrase in offered.phrases}


def test_who_says_the_kind_is_offered_none(detector):
    for chosen in ("news", "opinion", "review"):
        report = detector.score(PIECE, kind=chosen)
        assert report.settings.kind == chosen
        assert not any("Dana Reed" in note for note in report.notes)
    rules = biasdetect.house.Rules(kind="review")
    assert detector.score(PIECE, rules=rules).settings.kind == "review"
    assert detector.score(PIECE, kind="auto", rules=rules).settings.kind == "opinion"
    assert detector.score(BODY, kind="auto", rules=rules).settings.kind == "review"
    assert detector.score(PIECE, rules=biasdetect.house.Rules(kind="auto")).settings.kind == "opinion"


def test_without_evidence_auto_is_news(detector):
    report = detector.score(BODY, kind="auto")
    assert (report.settings.kind, report.notes) == ("news", ())
    with pytest.raises(ValueError, match="auto"):
        detector.score(BODY, kind="gossip")
