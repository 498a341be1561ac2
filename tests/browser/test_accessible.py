"""axe-core, which looks for what shuts out people with poor sight or without a mouse, finds nothing on any page."""

import random

import httpx2
import pytest
from conftest import ROOT
from serving import serving

pytest.importorskip("playwright", reason='needs playwright: pip install ".[dev]"')
from playwright.sync_api import expect

from biasdetect import Phrase, Sentence
from biasdetect.evaluation.labelled import GoldSpan, Labelled
from biasdetect.report.html import LOWEST, render_page
from biasdetect.report.overview import overview, render_index

PATIENCE = 30_000  # milliseconds: the machine may be busy
PHONE = {"width": 390, "height": 844}
ZOOMED = {"width": 640, "height": 450}  # a window of 1280 to 900 at twice its size
DENSE = "The shameless mayor rammed her bloated budget through a spineless council on a disgraceful Monday."
QUOTED = "\n\n“This rotten deal will ruin us,” said the clerk, Ada Lorn.\n\nRead also:\n"
themes = pytest.mark.parametrize("theme", ["light", "dark"])


@pytest.fixture
def opened(open_page, theme):
    """Open a page in the theme, with time enough on a busy machine."""

    def opened(address, **options):
        page = open_page(address, color_scheme=theme, **options)
        page.set_default_timeout(PATIENCE)
        return page

    return opened


# --- the report


@pytest.fixture(scope="module")
def reports(detector, tmp_path_factory):
    """The addresses of reports on several articles, and of the page that leads to them."""
    folder = tmp_path_factory.mktemp("reports")
    texts = {
        "example": (ROOT / "examples" / "article.txt").read_text(encoding="utf-8"),
        "dense": "\n\n".join(f"{number + 1}. {DENSE}" for number in range(14)) + QUOTED,
        "foreign": "Der Rat tagte am Montag im Rathaus. Die Vorlage wurde nach langer Debatte mit knapper Mehrheit angenommen.",
        "clean": "The council met on Monday. It will meet again in May.",
    }
    made = {name: detector.score(text) for name, text in texts.items()}
    for name, text in texts.items():
        lower = detector.score(text, threshold=LOWEST, suggest=False)
        (folder / f"{name}.html").write_text(render_page(made[name], text, lower), encoding="utf-8")
    index = render_index(overview(list(made.values())), [f"{name}.html" for name in made])
    (folder / "index.html").write_text(index, encoding="utf-8")
    return folder.as_uri()


def as_opened(page):
    pass


def with_a_note(page):
    page.locator("article .phrase:not(.off)").first.click()
    expect(page.locator(".card.active")).to_be_visible()


def with_a_note_on_quoted_words(page):
    page.locator("article .phrase.others:not(.off)").first.click()
    expect(page.locator(".card.active")).to_be_visible()


def with_figures(page):
    page.locator("#scores").click()
    if page.locator("#threshold").count():  # there is nothing to choose from where nothing comes near a mark
        page.locator("#threshold").fill("0.1")
        expect(page.locator("#level")).to_have_text("0.10")


@themes
@pytest.mark.parametrize(
    ("name", "show", "viewport"),
    [
        ("example", as_opened, None),
        ("example", with_a_note, None),
        ("example", with_figures, None),
        ("example", as_opened, PHONE),
        ("example", with_a_note, PHONE),
        ("dense", with_a_note, None),
        ("dense", with_a_note_on_quoted_words, None),
        ("dense", with_a_note, PHONE),
        ("dense", with_a_note, ZOOMED),
        ("foreign", as_opened, None),
        ("clean", as_opened, None),
        ("clean", with_figures, None),
        ("index", as_opened, None),
        ("index", as_opened, PHONE),
    ],
)
def test_the_report(opened, axe, reports, name, show, viewport):
    page = opened(f"{reports}/{name}.html", **({"viewport": viewport} if viewport else {}))
    show(page)
    assert axe(page) == {}


# --- the page of the server


@pytest.fixture(scope="module")
def server():
    for name in ("fastapi", "fastapi_offline", "uvicorn"):
        pytest.importorskip(name, reason='needs the serve extra: pip install ".[dev]"')
    with serving("--fetch") as server:
        httpx2.post(f"{server.address}/v1/score", json={"text": DENSE}, timeout=120)  # it is warm
        yield server


def write(page, text=DENSE + QUOTED):
    page.fill("#text", text)
    expect(page.locator("#sheet")).to_have_attribute("data-state", "quiet", timeout=PATIENCE)
    expect(page.locator("#under mark").first).to_be_attached(timeout=PATIENCE)


def empty(page):
    expect(page.locator("#welcome")).to_be_visible(timeout=PATIENCE)


def marked(page):
    write(page)
    expect(page.locator("#card")).to_be_visible()


def folded_out(page):
    marked(page)
    page.click("#settings summary")


def with_a_menu(page):
    marked(page)
    page.locator(".menu summary").first.click()


def done(page):
    marked(page)
    page.click("#keep")
    expect(page.locator("#done")).to_be_visible()


def clean(page):
    page.fill("#text", "The council met on Monday.")
    expect(page.locator("#answer-text")).to_contain_text("clean", timeout=PATIENCE)


def reviewing(page):
    folded_out(page)
    page.click("#reviewing")
    expect(page.locator("#judging")).to_be_visible()
    page.keyboard.press("y")
    expect(page.locator("#under mark.loaded")).to_be_attached()


def changed(page):
    page.set_input_files("#file", {"name": "a.txt", "mimeType": "text/plain", "buffer": DENSE.encode()})
    expect(page.locator("#text")).to_have_value(DENSE, timeout=PATIENCE)
    write(page, DENSE.replace("shameless", "new"))
    page.locator(".compare:visible").click()
    expect(page.locator("#difference del").first).to_be_visible()
    expect(page.locator("#difference ins").first).to_be_visible()


def asking_for_an_address(page):
    page.locator(".address:visible").first.click()
    expect(page.locator("#url")).to_be_visible()


def forgetting(page):
    marked(page)
    page.get_by_text("More", exact=True).click()
    page.click("#forget")
    expect(page.locator("#really-forget")).to_be_visible()


def failing(page):
    refused = {"status": 503, "json": {"message": "Try again in 4 s."}}
    page.route("**/v1/score/stream", lambda route: route.fulfill(**refused))
    page.fill("#text", DENSE)
    expect(page.locator("#error")).to_contain_text("Try again", timeout=PATIENCE)
    page.complaints.clear()


@themes
@pytest.mark.parametrize(
    ("show", "viewport"),
    [
        (empty, None),
        (empty, PHONE),
        (marked, None),
        (marked, PHONE),
        (marked, ZOOMED),
        (folded_out, None),
        (with_a_menu, None),
        (done, None),
        (clean, None),
        (reviewing, None),
        (reviewing, PHONE),
        (changed, None),
        (asking_for_an_address, None),
        (forgetting, None),
        (failing, None),
    ],
)
def test_the_editor(opened, axe, server, show, viewport):
    page = opened(server.address, **({"viewport": viewport} if viewport else {}))
    show(page)
    assert axe(page) == {}


@themes
def test_the_editor_without_its_server(opened, axe):
    page = opened((ROOT / "biasdetect" / "serve" / "static" / "index.html").as_uri())
    found = axe(page, fetch=False)
    page.complaints.clear()  # a script that a file may not load
    assert found == {}


@pytest.mark.parametrize("theme", ["light"])
def test_at_twice_the_size_the_article_is_on_the_first_screen(opened, server, reports):
    page = opened(server.address, viewport=ZOOMED)
    marked(page)
    assert page.locator("#text").bounding_box()["y"] < ZOOMED["height"] - 60
    for name in ("example", "dense"):
        page = opened(f"{reports}/{name}.html", viewport=ZOOMED)
        assert page.locator("article").bounding_box()["y"] < ZOOMED["height"] - 60


# --- by keys and by ear


def press_until(page, key, met, most=60):
    for _ in range(most):
        page.keyboard.press(key)
        if page.evaluate(f"document.activeElement.matches({met!r})"):
            return
    raise AssertionError(f"{met} is not reached with {key}")


def heard(page):
    """What the page says to those who listen, which what is not drawn never does."""
    return page.get_by_role("status").first.inner_text()


@pytest.mark.parametrize("theme", ["light"])
@pytest.mark.parametrize("viewport", [{"width": 1280, "height": 900}, PHONE, ZOOMED])
def test_the_report_by_keys(opened, reports, viewport):
    page = opened(f"{reports}/example.html", viewport=viewport)
    press_until(page, "Tab", ".worst a")
    words = page.evaluate("document.activeElement.textContent")
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.matches('article .phrase')")
    assert page.evaluate("document.activeElement.textContent") == words
    expect(page.locator(".card.active .do")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.locator(".card.active")).to_have_count(0)
    page.keyboard.press("Home")
    press_until(page, "Shift+Tab", "#controls input")
    before = heard(page)
    page.keyboard.press("Space")
    assert heard(page) != before
    assert "shown" in heard(page)
    press_until(page, "Tab", "#scores")
    page.keyboard.press("Enter")
    press_until(page, "Tab", "#threshold")
    before = heard(page)
    page.keyboard.press("End")
    assert heard(page) != before
    press_until(page, "Tab", "#threshold-row button")


@pytest.mark.parametrize("theme", ["light"])
def test_the_editor_by_keys(opened, server):
    page = opened(server.address)
    press_until(page, "Tab", "#example")
    page.keyboard.press("Enter")
    expect(page.locator("#card")).to_be_visible(timeout=PATIENCE)
    expect(page.locator("#sheet")).to_have_attribute("data-state", "quiet", timeout=PATIENCE)
    assert page.evaluate("document.activeElement.id") == "text", "what had the focus is gone"
    press_until(page, "Shift+Tab", "#settings summary")
    page.keyboard.press("Enter")
    press_until(page, "Tab", "#threshold")
    page.keyboard.press("End")
    shown = page.locator("#under mark").count()
    expect(page.locator("#status")).to_have_text(f"{shown} phrase{'' if shown == 1 else 's'} shown.")
    expect(page.locator("#sheet")).to_have_attribute("data-state", "quiet", timeout=PATIENCE)
    page.keyboard.press("Home")
    expect(page.locator("#under mark")).not_to_have_count(shown, timeout=PATIENCE)
    expect(page.locator("#sheet")).to_have_attribute("data-state", "quiet", timeout=PATIENCE)
    expect(page.locator("#card")).to_be_visible()
    press_until(page, "Tab", "#keep")
    page.keyboard.press("Enter")
    expect(page.locator("#status")).to_contain_text("kept. Next:")
    press_until(page, "Tab", "#undo")
    page.keyboard.press("Enter")
    expect(page.locator("#status")).to_contain_text("Undone")


# --- the pages of figures


@pytest.fixture(scope="module")
def figures(tmp_path_factory, train_extra):
    """The addresses of the pages of an evaluation, of a comparison and of a training."""
    from biasdetect.evaluation.compare import Side, compare
    from biasdetect.evaluation.comparison_page import render_proof
    from biasdetect.evaluation.figures import measure
    from biasdetect.evaluation.page import render_page as render_figures
    from biasdetect.evaluation.proof import Proof
    from biasdetect.evaluation.regression import Expectation, check
    from biasdetect.evaluation.studies import learning_curve, over_folds, over_seeds
    from biasdetect.evaluation.study_page import render_training

    folder = tmp_path_factory.mktemp("figures")
    texts = [f"The grand mayor left the hall on day {number}." for number in range(60)]
    items = [Labelled(text, n % 2, (GoldSpan(4, 9, "opinion"),) if n % 2 else ()) for n, text in enumerate(texts)]

    def said(share, seed=0):
        rng = random.Random(seed)
        scored = []
        for item in items:
            biased = bool(item.label) == (rng.random() < share)
            phrases = (Phrase("grand", 4, 9, 0.9, "opinion"),) if biased else ()
            scored.append(Sentence(item.text, 0, len(item.text), 0.8 if biased else 0.2, phrases=phrases))
        return scored

    class Told:
        def __init__(self, sentences):
            self.known = {sentence.text: sentence for sentence in sentences}

        def score_sentences(self, texts):
            return [self.known[text] for text in texts]

    old, new = Side("old", Told(said(0.95))), Side("new", Told(said(0.6, 1)))
    regression = check("kept.jsonl", [Expectation(item.text, (), label=item.label) for item in items], old, new)
    proof = Proof((compare("made", items, old, new),), (regression,))
    curve = learning_curve(items, [(15, 0.25, said(0.6)), (30, 0.5, said(0.8)), (60, 1.0, said(0.95))], said(0.5))
    seeds = over_seeds(items, [said(0.9), said(0.8, 1)], (1, 2), said(0.6))
    folds = over_folds(items, said(0.9), [number % 4 for number in range(60)], "made", ("old", said(0.6)))
    pages = {
        "evaluation": render_figures([measure("a model", "made", items, said(0.9))]),
        "comparison": render_proof(proof),
        "training": render_training(proof, [], [curve, seeds, folds]),
    }
    for name, page in pages.items():
        (folder / f"{name}.html").write_text(page, encoding="utf-8")
    return folder.as_uri()


@themes
@pytest.mark.parametrize("name", ["evaluation", "comparison", "training"])
@pytest.mark.parametrize("viewport", [{"width": 1280, "height": 900}, PHONE])
def test_the_figures(opened, axe, figures, name, viewport):
    assert axe(opened(f"{figures}/{name}.html", viewport=viewport)) == {}


@pytest.fixture(scope="module")
def corpus(tmp_path_factory):
    """The address of the report on a corpus."""
    for name in ("pyarrow", "matplotlib"):
        pytest.importorskip(name, reason='needs the corpus extra: pip install ".[dev]"')
    from scored_files import article, rows_of, sentence
    from scored_files import write as write_rows

    from biasdetect.corpus_report.grouping import resolve
    from biasdetect.corpus_report.page import render_summary
    from biasdetect.corpus_report.scored_rows import open_scored
    from biasdetect.corpus_report.summary import summarise

    folder = tmp_path_factory.mktemp("corpus")
    articles = [
        article(
            f"{outlet}{number}",
            sentence(0.8, "rotten", ("vile", "labeling", "outlet"), words=12)
            if number % share
            else sentence(0.2, words=8),
            outlet=outlet,
            date=f"2031-{number % 4 + 1:02}-01",
        )
        for outlet, share in (("Vale Herald", 2), ("Moor Echo", 3))
        for number in range(24)
    ]
    scored = write_rows(folder / "scored.jsonl", rows_of(articles, "articles"))
    sources = [open_scored(scored)]
    summary = summarise(sources, resolve(["outlet", "month"], sources, "date"), min_articles=1)
    (folder / "page.html").write_text(render_summary(summary), encoding="utf-8")
    return f"{folder.as_uri()}/page.html"


@themes
@pytest.mark.parametrize("viewport", [{"width": 1280, "height": 900}, PHONE])
def test_the_report_on_a_corpus(opened, axe, corpus, viewport):
    assert axe(opened(corpus, viewport=viewport)) == {}
