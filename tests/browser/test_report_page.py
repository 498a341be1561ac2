"""The page of ``score --format html`` as a reader meets it in a browser."""

import re
from dataclasses import replace
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
    words = page.locator(".card:not([hidden]) .words").all_text_contents()
    return [re.sub(r"^\d+ ", "", found) for found in words]


OWN, WEAK, OTHERS, MARKUP = "shameless", "huge", "rotten", "<img src=x onerror=alert(1)>"


def slide(page, value):
    page.locator("#figures").evaluate("figures => { figures.open = true; }")
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
    assert page.locator("#status").inner_text() == "3 phrases of your own shown, and 1 in quoted words."
    page.get_by_role("button", name="Reset").click()
    expect(page.locator(".card:not([hidden])")).to_have_count(3)
    assert shown(page) == [OWN, OTHERS, MARKUP]


def test_categories_and_quotes_can_be_left_out(open_page, address):
    page = open_page(address)
    page.get_by_label("opinion").uncheck()
    assert shown(page) == [OTHERS, MARKUP]
    page.get_by_label("quoted words").uncheck()
    assert shown(page) == [MARKUP]
    assert page.locator(".tick:not(.off)").count() == 1
    page.get_by_label("opinion").check()
    assert shown(page) == [OWN, MARKUP]
    numbers = page.locator(".card:not([hidden]) .number").all_text_contents()
    assert numbers == ["1", "2"]
    assert [count.text_content() for count in page.locator("#controls label:visible .count").all()] == [
        "1",
        "1",
        "1",
        "1",
    ]


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
    for part in ("opinion", "strong 0.90", "your own words", "Why it is flagged", "Leave it out", "0.90 → 0.10"):
        assert part in described
    page.keyboard.press("Escape")
    assert page.locator(".active").count() == 0


def test_every_phrase_is_reached_with_tab(open_page, address):
    page = open_page(address)
    reached = set()
    for _ in range(30):
        page.keyboard.press("Tab")
        reached.add(page.evaluate("document.activeElement.id"))
    assert {"p1", "p3", "p4", "scores", "others"} <= reached
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
    answer = page.locator("#answer").inner_text()
    assert answer.startswith("Two phrases to change; the worst is shameless: leave it out.")
    assert "Check the meaning." in answer
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


def test_on_paper_numbered_notes_come_after_the_text(open_page, address):
    page = open_page(address)
    page.emulate_media(media="print")
    assert not page.locator("#controls, #steps, #figures").filter(visible=True).count()
    article, cards = (page.locator(name).bounding_box() for name in ("article", "aside"))
    assert cards["y"] >= article["y"] + article["height"]
    assert page.locator("#p1").evaluate("link => getComputedStyle(link, '::after').content") == '"1"'
    assert " ".join(page.locator("#c1").inner_text().split()).startswith("1 shameless Leave it out")
    assert page.pdf().startswith(b"%PDF")


def test_cards_stand_beside_their_phrases_and_apart(open_page, address):
    page = open_page(address)
    boxes = [card.bounding_box() for card in page.locator(".card:visible").all()]
    assert all(upper["y"] + upper["height"] <= lower["y"] for upper, lower in pairwise(boxes))
    page.keyboard.press("j")
    assert abs(page.locator(".card.active").bounding_box()["y"] - page.locator("#p1").bounding_box()["y"]) < 60


DENSE = "The shameless mayor rammed her bloated budget through a spineless council on a disgraceful Monday. "


@pytest.fixture(scope="module")
def dense(tmp_path_factory):
    """A page with more phrases than there is room for cards beside them."""
    sentences = []
    for number in range(14):
        start = number * len(DENSE)
        found = []
        for words in ("shameless", "rammed", "bloated", "spineless", "disgraceful"):
            at = DENSE.index(words)
            more = {"advice": "Name the act or the fact instead of judging it."}
            found.append(Phrase(words, start + at, start + at + len(words), 0.9 - at / 200, "opinion", why="judges", position=at, **more))  # fmt: skip
        sentences.append(Sentence(DENSE.strip(), start, start + len(DENSE) - 1, 0.9, phrases=tuple(found)))
    made = Report("dense.txt", "m@1", 0.9, 0.9, None, tuple(sentences), (), Settings(0.3))
    path = tmp_path_factory.mktemp("dense") / "page.html"
    path.write_text(render_page(made, DENSE * 14), encoding="utf-8")
    return path.as_uri()


@pytest.mark.parametrize("width", [390, 1280])
def test_a_click_shows_the_card_of_the_phrase_beside_it_and_in_view(open_page, dense, width):
    page = open_page(dense, viewport={"width": width, "height": 800})
    links = page.locator("article .phrase")
    assert links.count() == 70
    for number in range(0, 70, 4):
        link = links.nth(number)
        link.scroll_into_view_if_needed()
        before = page.evaluate("scrollY")
        link.click()
        card = page.locator(".card.active").bounding_box()
        phrase = link.bounding_box()
        assert card["y"] >= -1
        assert card["y"] + card["height"] <= 801
        if width == 1280:
            assert card["y"] <= phrase["y"] + phrase["height"] + 8
            assert phrase["y"] <= card["y"] + card["height"] + 8
        else:
            assert phrase["y"] + phrase["height"] <= card["y"], "the sheet lies below its phrase"
        assert abs(page.evaluate("scrollY") - before) < 450, "no jump"
        assert page.locator(".card.active .do").is_visible()


def test_every_card_that_is_shown_says_what_to_do(open_page, dense):
    page = open_page(dense)
    cards = page.locator(".card:visible")
    assert 10 < cards.count() < 70  # the others wait to be chosen
    assert page.locator(".card:visible .do:visible").count() == cards.count()
    boxes = [card.bounding_box() for card in cards.all()]
    assert all(upper["y"] + upper["height"] <= lower["y"] for upper, lower in pairwise(boxes))


def test_on_a_phone_the_note_is_a_sheet_that_can_be_stepped_through_and_closed(open_page, dense):
    page = open_page(dense, viewport={"width": 390, "height": 844})
    assert not page.locator("aside").is_visible()
    assert page.locator("article").bounding_box()["y"] < 600
    page.locator("#p3").click()
    assert page.locator("#at").inner_text() == "3 of 70"
    page.get_by_role("button", name="Next phrase").click()
    assert page.locator(".card.active .words").inner_text() == "spineless"
    assert page.locator("#p4").bounding_box()["y"] + 20 <= page.locator("aside").bounding_box()["y"]
    page.get_by_role("button", name="Close the note").click()
    assert not page.locator("aside").is_visible()


def test_the_worst_lead_to_their_phrases(open_page, dense):
    page = open_page(dense)
    assert page.locator(".worst li").count() == 5
    page.locator(".worst a").first.click()
    assert page.evaluate("document.activeElement.id") == "p1"
    assert page.locator(".card.active").bounding_box()["y"] > 0


@pytest.mark.parametrize("size", [(1280, 800), (390, 844), (640, 400)])
def test_the_article_begins_on_the_first_screen(open_page, dense, size):
    width, height = size
    page = open_page(dense, viewport={"width": width, "height": height})
    assert page.locator("article").bounding_box()["y"] < height * 0.75


def test_a_clean_article_is_told_so_and_nothing_else_is_asked_of_the_reader(open_page, tmp_path):
    path = tmp_path / "clean.html"
    sentence = Sentence("It rained.", 0, 10, 0.1)
    weak = replace(sentence, phrases=(Phrase("rained", 3, 9, 0.15, "opinion", position=3),))
    plain = Report("clean.txt", "m@1", 0.1, 0.1, None, (sentence,), (), Settings(0.3))
    path.write_text(
        render_page(plain, "It rained.", replace(plain, sentences=(weak,), settings=Settings(0.1))), "utf-8"
    )
    page = open_page(path.as_uri())
    assert page.locator("main").inner_text().count("clean") == 2  # of which one is the name of the file
    assert "Nothing to change: this text is clean." in page.locator("main").inner_text()
    assert not page.locator("#controls").is_visible()
    slide(page, 0.1)
    assert page.locator("#controls").is_visible()
    assert shown(page) == ["rained"]
