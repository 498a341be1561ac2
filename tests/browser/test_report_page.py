"""The page of ``score --format html`` as a reader meets it in a browser."""

import re
from itertools import pairwise

import pytest
from playwright.sync_api import expect

from biasdetect import Phrase, Report, Sentence, Settings
from biasdetect.report.html import render_page
from biasdetect.results import Skipped, Suggestion

HOSTILE = "<img src=x onerror=alert(1)></script><script>alert(2)</script> \u2028 \u202e &amp; </style> \x07 \ud800 end."
TEXT = (
    "Council votes on harbour\n"
    "The shameless mayor left. The plan is huge.\n"
    "“A rotten deal,” said the clerk.\n"
    f"{HOSTILE}\n"
    "Read also:\n"
)


def phrase(words, score, category, voice="outlet", sentence="", **more):
    start = TEXT.index(words)
    return Phrase(words, start, start + len(words), score, category, voice, "why it is flagged", position=start - TEXT.index(sentence), **more)  # fmt: skip


def sentence(text, *phrases, score=0.2, **more):
    found = tuple(phrase(*described[:4], sentence=text, **(described[4] if described[4:] else {})) for described in phrases)  # fmt: skip
    return Sentence(text, TEXT.index(text), TEXT.index(text) + len(text), score, phrases=found, **more)


def report(threshold, weak=False):
    edit = Suggestion("The", TEXT.index("The shameless"), TEXT.index(" mayor"), "", "deletion", 0.9, 0.1)
    strong = ("shameless", 0.9, "opinion", "outlet", {"suggestions": (edit,)})
    sentences = (
        sentence("Council votes on harbour", role="headline"),
        sentence("The shameless mayor left.", strong, score=0.9),
        sentence("The plan is huge.", *([("huge", 0.2, "exaggeration", "outlet")] if weak else [])),
        sentence(
            "“A rotten deal,” said the clerk.", ("rotten", 0.6, "loaded-language", "quote"), score=0.4, speaker="the clerk"
        ),
        sentence(HOSTILE, ("<img src=x onerror=alert(1)>", 0.7, "labeling", "outlet")),
    )  # fmt: skip
    start = TEXT.index("Read also:")
    skipped = (Skipped("Read also:", start, start + 10, "pointer to other articles"),)
    return Report("<b>a</b>.txt", "m@1", 0.3, 0.3, 0.4, sentences, skipped, Settings(threshold))


@pytest.fixture
def address(tmp_path):
    path = tmp_path / "page.html"
    page = render_page(report(0.3), TEXT, report(0.1, weak=True))
    path.write_bytes(page.encode("utf-8"))  # fails where a lone surrogate is left
    return path.as_uri()


def shown(page):
    return [re.sub(r"^\d+ ", "", words) for words in page.locator(".card:visible .words").all_inner_texts()]


OWN, WEAK, OTHERS, MARKUP = "shameless", "huge", "rotten", "<img src=x onerror=alert(1)>"


def slide(page, value):
    page.locator("#threshold").fill(str(value))


def test_the_threshold_acts_at_once_and_goes_below_the_reports_own(open_page, address):
    page = open_page(address)
    assert shown(page) == [OWN, OTHERS, MARKUP]
    slide(page, 0.8)
    assert shown(page) == [OWN]
    assert page.locator("#p3.off").count() == 1
    assert page.locator("#p3").get_attribute("href") is None
    slide(page, 0.15)
    assert shown(page) == [OWN, WEAK, OTHERS, MARKUP]
    assert page.locator("#status").inner_text().startswith("3 phrases shown, and 1 in the words of others")
    page.get_by_role("button", name="Reset").click()
    expect(page.locator(".card:not([hidden])")).to_have_count(3)
    assert shown(page) == [OWN, OTHERS, MARKUP]


def test_categories_and_quotes_can_be_left_out(open_page, address):
    page = open_page(address)
    page.get_by_label("opinion").uncheck()
    assert shown(page) == [OTHERS, MARKUP]
    page.get_by_label("words of others").uncheck()
    assert shown(page) == [MARKUP]
    assert page.locator(".tick:visible").count() == 1
    page.get_by_label("opinion").check()
    assert shown(page) == [OWN, MARKUP]
    numbers = page.locator(".card:visible .number").all_inner_texts()
    assert numbers == ["1", "2"]


def test_keys_go_from_phrase_to_phrase(open_page, address):
    page = open_page(address)
    focused = "document.activeElement.textContent"
    for key, expected in (("j", OWN), ("j", OTHERS), ("ArrowRight", MARKUP), ("j", MARKUP), ("ArrowUp", OTHERS), ("k", OWN)):  # fmt: skip
        page.keyboard.press(key)
        assert page.evaluate(focused) == expected
        assert page.locator(".card.active .words a").inner_text() == expected
    described = page.evaluate(
        "document.getElementById(document.activeElement.getAttribute('aria-describedby')).innerText"
    )
    for part in ("opinion", "0.90", "own words", "why it is flagged", "stance adverbs", "leave it out", "0.90 → 0.10"):
        assert part in described
    page.keyboard.press("Escape")
    assert page.locator(".active").count() == 0


def test_every_phrase_is_reached_with_tab(open_page, address):
    page = open_page(address)
    reached = set()
    for _ in range(30):
        page.keyboard.press("Tab")
        reached.add(page.evaluate("document.activeElement.id"))
    assert {"p1", "p3", "p4", "threshold", "others"} <= reached
    assert "p2" not in reached


@pytest.mark.parametrize("script", [True, False])
def test_markup_in_an_article_is_text(open_page, address, script):
    page = open_page(address, java_script_enabled=script)
    article = page.locator("article").inner_text()
    assert "<img src=x onerror=alert(1)></script><script>alert(2)</script>" in article
    assert "&amp; </style>" in article
    assert not set(article) & set("\u2028\u202e\x07\ud800")
    assert page.locator("img").count() == 0
    assert page.locator("h1").inner_text() == "Wording of <b>a</b>.txt"
    assert page.requests == [address]


def test_without_script_all_is_there_but_the_controls(open_page, address):
    page = open_page(address, java_script_enabled=False)
    assert shown(page) == [OWN, OTHERS, MARKUP]
    assert not page.locator("#controls").is_visible()
    assert page.locator("h2").first.inner_text() == "Council votes on harbour"
    assert page.locator("p.skipped").inner_text() == "not scored, pointer to other articles: Read also:"
    assert "".join(page.locator("article .said").all_text_contents()) == "“A rotten deal,”"
    paragraphs = page.locator("article > p:not(.skipped)")
    assert paragraphs.count() == 2  # a line that begins with no letter goes on where the one above ended
    page.locator("#p1").click()
    assert page.evaluate("location.hash") == "#c1"


@pytest.mark.parametrize("width", [320, 390, 1280, 2200])
def test_it_fits_any_window(open_page, address, width):
    page = open_page(address, viewport={"width": width, "height": 800})
    assert page.evaluate("document.documentElement.scrollWidth") <= width


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_all_text_stands_out_from_its_background(open_page, address, scheme):
    page = open_page(address, color_scheme=scheme)
    slide(page, 0.15)
    poor = page.evaluate(
        """() => {
      const parse = (colour) => {
        const canvas = document.createElement("canvas").getContext("2d", { willReadFrequently: true });
        canvas.clearRect(0, 0, 1, 1); canvas.fillStyle = colour; canvas.fillRect(0, 0, 1, 1);
        const [r, g, b, a] = canvas.getImageData(0, 0, 1, 1).data; return [r, g, b, a / 255];
      };
      const over = (top, below) => [0, 1, 2].map((at) => top[at] * top[3] + below[at] * (1 - top[3]));
      const background = (element) => {
        if (!element) return [255, 255, 255];
        return over(parse(getComputedStyle(element).backgroundColor), background(element.parentElement));
      };
      const light = (colour) => {
        const [r, g, b] = colour.map((part) => part / 255).map((part) => part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4);
        return 0.2126 * r + 0.7152 * g + 0.0722 * b;
      };
      const poor = [];
      const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
      while (walker.nextNode()) {
        const element = walker.currentNode.parentElement;
        if (!walker.currentNode.data.trim() || !element.checkVisibility() || element.closest("script, svg")) continue;
        const below = background(element);
        const pair = [light(below), light(over(parse(getComputedStyle(element).color), below))].sort((a, b) => a - b);
        if ((pair[1] + 0.05) / (pair[0] + 0.05) < 4.5) poor.push(walker.currentNode.data);
      }
      return poor;
    }"""
    )
    assert poor == []


def test_on_paper_the_cards_come_after_the_text(open_page, address):
    page = open_page(address)
    page.emulate_media(media="print")
    assert not page.locator("#controls").is_visible()
    article, cards = (page.locator(name).bounding_box() for name in ("article", "aside"))
    assert cards["y"] >= article["y"] + article["height"]
    assert page.pdf().startswith(b"%PDF")


def test_cards_stand_beside_their_phrases_and_apart(open_page, address):
    page = open_page(address)
    boxes = [card.bounding_box() for card in page.locator(".card:visible").all()]
    assert all(upper["y"] + upper["height"] <= lower["y"] for upper, lower in pairwise(boxes))
    page.keyboard.press("j")
    assert abs(page.locator(".card.active").bounding_box()["y"] - page.locator("#p1").bounding_box()["y"]) < 60
