"""The page of ``biasdetect serve`` as a reader meets it in a browser."""

import json
import re

import httpx2
import pytest

pytest.importorskip("fastapi")
pytest.importorskip("fastapi_offline")
pytest.importorskip("playwright")
from playwright.sync_api import expect
from serving import serving

from biasdetect.model.categories import BY_NAME
from biasdetect.model.folder import open_model

ARTICLE = """Council votes on the harbour 🚢

🎉🎉 The shameless mayor left the hall before the vote. The plan costs 40 million euros.

“This rotten deal will ruin us,” said the clerk, Ada Lorn.

The balding treasurer, a mouthpiece of the port, will report in May.

Read also:
"""
HOSTILE = """<script>document.title = "taken"; window.taken = 1</script> said the clerk on Monday & Tuesday.

The shameless <img src=x onerror="window.taken = 1"> mayor left <b>early</b> on &amp; off, </article> he said.

<svg onload="window.taken = 1"><a href="javascript:window.taken = 1">The treasurer</a> will report in May. \u202e\u2028
"""
NAME = '"><img src=x onerror="window.taken=1">.txt'


@pytest.fixture(scope="module")
def server():
    with serving() as server:
        yield server


@pytest.fixture(scope="module")
def slow_server():
    with serving("--workers", "1", "--max-body", "0.1", slow=True) as server:
        yield server


@pytest.fixture
def reading(open_page, server):
    """The page with the article scored."""

    def reading(text=ARTICLE, address=server.address, **options):
        page = open_page(address, **options)
        page.fill("#text", text)
        page.click("#score")
        page.wait_for_selector("#working", state="hidden")
        return page

    return reading


def marked(page):
    return page.locator("#article mark").all_inner_texts()


def report(server, text=ARTICLE, **request):
    return httpx2.post(f"{server.address}/v1/score", json={"text": text, **request}).json()


def flagged(report):
    return [phrase["text"] for sentence in report["sentences"] for phrase in sentence["phrases"]]


def all_there(page):
    """Wait until the phrases of every threshold have arrived."""
    expect(page.locator("#threshold")).to_have_attribute("max", "19")


# the slider has steps of 0.05, and the model's own threshold among them
OWN = open_model().config.threshold


def set_threshold(page, value):
    all_there(page)
    page.locator("#threshold").evaluate(
        "(slider, step) => { slider.value = step; slider.dispatchEvent(new Event('input', {bubbles: true})) }",
        round(value * 20) - 1 + (value > OWN),
    )


def test_an_article_is_pasted_scored_and_marked(reading, server):
    page = reading()
    expected = report(server)
    assert marked(page) == flagged(expected)
    assert len(marked(page)) >= 3
    shown = page.inner_text("#article")
    for sentence in expected["sentences"]:
        assert sentence["text"] in shown
    assert "not scored, pointer to other articles: Read also:" in shown
    assert f"{expected['score']:.2f}" in page.inner_text("#figures")
    assert page.inner_text("#status").startswith(f"Done: {len(marked(page))} phrases marked")
    assert page.evaluate("document.activeElement.id") == "result-title"


def test_marks_appear_while_scoring_goes_on(open_page, slow_server):
    page = open_page(slow_server.address)
    page.fill("#text", "\n\n".join([ARTICLE] * 100))
    page.click("#score")
    page.wait_for_selector("#article mark")
    assert page.is_visible("#working")
    assert page.locator("#article .waiting").count() > 0
    assert page.get_attribute("#status", "role") == "status"
    expect(page.locator("#status")).to_have_text(re.compile(r"^Scoring: \d+ of \d+ paragraphs"))
    page.click("#stop")
    page.wait_for_selector("#working", state="hidden")
    assert page.inner_text("#status") == "Stopped."
    assert page.is_visible("#form")


def test_the_threshold_acts_at_once_and_exactly(reading, server):
    page = reading()
    all_there(page)
    asked = len(page.requests)
    for threshold in (0.05, 0.5, 0.9):
        set_threshold(page, threshold)
        assert page.inner_text("#threshold-value") == f"{threshold:.2f}"
        assert marked(page) == flagged(report(server, threshold=threshold))
    assert len(page.requests) == asked
    assert page.get_attribute("#threshold", "aria-valuetext") == "0.90"
    set_threshold(page, 0.95)
    if not marked(page):
        assert page.inner_text("#list") == "No phrase at this threshold."
        assert page.is_hidden("#card")


def test_a_category_can_be_hidden(reading):
    page = reading()
    before = marked(page)
    page.uncheck("#categories input[name=labeling]")
    assert marked(page) == [words for words in before if words not in ("balding", "mouthpiece of the port")] != before
    page.check("#categories input[name=labeling]")
    assert marked(page) == before


def test_a_card_says_what_there_is_to_say(reading, server):
    page = reading()
    page.click("mark:text-is('balding')")
    phrase = next(
        phrase
        for sentence in report(server)["sentences"]
        for phrase in sentence["phrases"]
        if phrase["text"] == "balding"
    )
    card = page.inner_text("#card")
    assert f"{phrase['category']} {phrase['score']:.2f}, in a sentence of" in card
    assert phrase["why"] in card
    assert BY_NAME[phrase["category"]].definition in card
    assert "The outlet’s own words." in card
    for suggestion in phrase["suggestions"]:
        assert (suggestion["words"] or "leave it out") in card
        assert f"{suggestion['before']:.2f} → {suggestion['after']:.2f}" in card
    assert ("check the meaning" in card) == any(one["grade"] == "check" for one in phrase["suggestions"])
    assert ("Instead" in card) == bool(phrase["suggestions"])
    page.click("#list button:text-is('rotten')")
    assert "Words of others, quoted: they do not count (Ada Lorn)." in page.inner_text("#card")


def test_phrases_are_judged_by_keys(reading):
    page = reading()
    first, second = marked(page)[:2]
    press = page.keyboard.press
    press("j")
    assert page.evaluate("document.activeElement.textContent") == second
    press("k")
    assert page.evaluate("document.activeElement.textContent") == first
    press("a")
    assert page.locator("mark.accepted").all_inner_texts() == [first]
    assert page.evaluate("document.activeElement.textContent") == second  # on to the next
    press("r")
    assert page.locator("mark.rejected").all_inner_texts() == [second]
    assert f"{second}: rejected." in page.inner_text("#status")
    assert re.search(r"accepted$", page.get_attribute("mark.accepted", "aria-label"))
    press("u")
    assert page.locator("mark.rejected").count() == 0
    assert page.inner_text("#card-title") == second
    press("u")
    press("u")
    assert page.inner_text("#status") == "Nothing to undo."
    # a letter typed into a field is a letter
    page.focus("#annotator")
    page.keyboard.type("ra")
    assert page.input_value("#annotator") == "ra"
    assert page.locator("mark.accepted, mark.rejected").count() == 0


def test_all_of_it_is_reached_by_the_tab_key(reading):
    page = reading()
    reached = set()
    for _ in range(40):
        page.keyboard.press("Tab")
        reached.add(page.evaluate("document.activeElement.id || document.activeElement.tagName"))
    assert reached >= {
        "threshold",
        "MARK",
        "accept",
        "reject",
        "undo",
        "annotator",
        "download-review",
        "download-report",
    }
    page.focus("#accept")
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "accept"
    assert page.locator("mark.accepted").count() == 1


def test_a_screen_reader_is_told_what_things_are(reading):
    page = reading()
    told = page.locator("body").aria_snapshot()
    for what in (
        'slider "Threshold',
        'group "Categories"',
        'checkbox "labeling 2"',
        'article "The article"',
        re.compile(r'button "balding: labeling, 0\.\d\d"'),
        'group "Your decision"',
        'button "Accept"',
        'heading "Phrases"',
        "status",
    ):
        assert re.search(what if isinstance(what, re.Pattern) else re.escape(what), told), (what, told)


def test_a_review_is_downloaded_as_training_data(reading, tmp_path, run_cli):
    page = reading()
    page.click("#download-review")
    assert "accept or reject every phrase" in page.inner_text("#downloaded")
    decided = marked(page)
    for words in decided:
        page.keyboard.press("r" if words == "balding" else "a")
    page.fill("#annotator", "mira")
    with page.expect_download() as download:
        page.click("#download-review")
    assert download.value.suggested_filename == "biasdetect-review.jsonl"
    path = tmp_path / "review.jsonl"
    download.value.save_as(path)
    records = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
    kept = [record["text"][span["start"] : span["end"]] for record in records for span in record["spans"]]
    assert kept == [words for words in decided if words != "balding"]
    assert all(record["annotators"] == ["mira"] for record in records)
    assert f"{len(records)} sentences reviewed." in page.inner_text("#reviewed")
    checked = run_cli("labels", "check", path)
    assert checked.returncode == 0, checked.stdout.decode()


def test_the_report_is_downloaded_as_a_page(reading, open_page, tmp_path):
    page = reading()
    set_threshold(page, 0.5)
    expected = marked(page)
    with page.expect_download() as download:
        page.click("#download-report")
    path = tmp_path / "report.html"
    download.value.save_as(path)
    stored = open_page(f"file://{path}")
    shown = [text.rstrip("0123456789") for text in stored.locator("#article .phrase:not(.off)").all_inner_texts()]
    assert [text.strip() for text in shown] == expected


@pytest.mark.parametrize("form", ["text", "html", "markdown"])
def test_markup_and_script_of_an_article_are_text(open_page, server, form):
    page = open_page(server.address)
    page.select_option("#format", form)
    page.set_input_files("#file", {"name": NAME, "mimeType": "text/plain", "buffer": HOSTILE.encode()})
    page.wait_for_selector("#result-title:text('onerror')")
    page.keyboard.press("a")
    assert page.inner_text("#result-title") == NAME
    assert page.inner_text("#name") == "" or page.text_content("#name") == NAME
    assert page.locator("#article :is(script, img, svg, a, b), #result-title *").count() == 0
    if form == "text":
        shown = page.inner_text("#article")
        for words in ('<script>document.title = "taken"; window.taken = 1</script>', "<b>early</b> on &amp; off"):
            assert words in shown
    assert page.evaluate("window.taken") is None
    assert page.title() == "biasdetect"


def test_a_file_is_dropped(open_page, server):
    page = open_page(server.address)
    page.evaluate(
        """text => {
          const dropped = new DataTransfer();
          dropped.items.add(new File([text], "harbour.txt", { type: "text/plain" }));
          document.body.dispatchEvent(new DragEvent("drop", { bubbles: true, cancelable: true, dataTransfer: dropped }));
        }""",
        ARTICLE,
    )
    page.wait_for_selector("#result-title:text-is('harbour.txt')")
    assert "shameless" in marked(page)


@pytest.mark.parametrize(
    ("data", "words"),
    [
        ("The shameless mayor said “no” in Málaga.".encode("cp1252"), "Málaga"),
        ("The shameless mayor said “no” in Málaga.".encode("utf-16"), "Málaga"),
        ("\ufeffThe shameless mayor said “no” in Málaga.".encode(), "Málaga"),
    ],
)
def test_files_in_other_encodings_are_read(open_page, server, data, words):
    page = open_page(server.address)
    page.set_input_files("#file", {"name": "a.txt", "mimeType": "text/plain", "buffer": data})
    page.wait_for_selector("#article mark")
    assert words in page.inner_text("#article")


def test_errors_are_shown_kindly(open_page, slow_server):
    page = open_page(slow_server.address)
    error = page.locator("#error")

    def score(text):
        page.fill("#text", text)
        page.click("#score")

    page.set_input_files("#file", {"name": "a.pdf", "mimeType": "application/pdf", "buffer": b"%PDF-1.4"})
    expect(error).to_contain_text("biasdetect score FILE")
    page.set_input_files("#file", {"name": "a.txt", "mimeType": "text/plain", "buffer": b"x" * 100_001})
    expect(error).to_contain_text("larger than 0.1 MB")
    score("x" * 100_000)
    expect(error).to_contain_text("larger than 0.1 MB")
    score(" … ")
    expect(error).to_contain_text("holds no text")
    assert page.is_visible("#form")
    page.route("**/v1/score/stream", lambda route: route.fulfill(status=503, json={"message": "Try again in 4 s."}))
    score("One.")
    expect(error).to_have_text("Try again in 4 s.")
    page.unroute("**/v1/score/stream")
    page.route("**/v1/score/stream", lambda route: route.fulfill(body='{"event":"start","paragraphs":[]}\n'))
    score("One.")
    expect(error).to_contain_text("connection broke")
    page.unroute("**/v1/score/stream")
    page.route("**/v1/score/stream", lambda route: route.abort())
    score("One.")
    expect(error).to_contain_text("does not answer")
    assert page.input_value("#text") == "One."  # nothing is lost
    page.unroute("**/v1/score/stream")
    score(ARTICLE)
    page.wait_for_selector("#article mark")
    assert error.is_hidden()
    assert all("Failed to load resource" in complaint for complaint in page.complaints)
    page.complaints.clear()


def test_another_article_takes_the_place_of_one_on_its_way(open_page, slow_server):
    page = open_page(slow_server.address)
    page.fill("#text", "\n\n".join([ARTICLE] * 100))
    page.click("#score")
    page.wait_for_selector("#article mark")
    page.set_input_files(
        "#file", {"name": "b.txt", "mimeType": "text/plain", "buffer": b"The balding clerk left on Monday."}
    )
    page.wait_for_selector("#result-title:text-is('b.txt')")
    assert page.inner_text("#article") == "The balding clerk left on Monday."


def test_a_phone_shows_all_of_it(reading):
    page = reading(viewport={"width": 390, "height": 844}, is_mobile=True, has_touch=True)
    assert page.evaluate("document.documentElement.scrollWidth") == 390
    page.tap("mark >> nth=1")
    page.tap("#accept")
    assert page.locator("mark.accepted").count() == 1
    # the chosen phrase is not hidden behind its card
    page.wait_for_timeout(600)
    card, mark = page.locator("#card").bounding_box(), page.locator("mark.chosen").bounding_box()
    assert 0 <= mark["y"] < mark["y"] + mark["height"] <= card["y"]
    assert card["y"] + card["height"] <= 845
    for button in page.locator("#card button").all():
        assert button.bounding_box()["height"] >= 36


def test_strength_and_category_are_told_by_more_than_colour(reading):
    page = reading()
    page.locator("#threshold").wait_for()
    lines = page.locator("#categories .sample").evaluate_all(
        "all => all.map(one => getComputedStyle(one).textDecorationStyle + getComputedStyle(one).textDecorationLine)"
    )
    assert len(set(lines)) == len(lines) == 6
    assert page.locator("mark.strong").count() > 0
    for mark in page.locator("mark").all():
        strength = re.search("slight|medium|strong", mark.get_attribute("class"))[0]
        thickness = mark.evaluate("mark => getComputedStyle(mark).textDecorationThickness")
        assert thickness == {"slight": "1.5px", "medium": "2.5px", "strong": "4px"}[strength]


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_text_stands_out_from_its_ground(reading, scheme):
    """WCAG AA: 4.5 to 1."""
    page = reading(color_scheme=scheme)

    def luminance(colour):
        parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
        return sum(
            share * (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4)
            for share, part in zip((0.2126, 0.7152, 0.0722), parts, strict=True)
        )

    def value(name):
        return page.evaluate("name => getComputedStyle(document.documentElement).getPropertyValue(name).trim()", name)

    categories = ("loaded-language", "labeling", "epithet", "exaggeration", "opinion", "doubt")
    for name in ("text", "muted", *(f"category-{category}" for category in categories)):
        for ground in ("page", "panel"):
            high, low = sorted((luminance(value(f"--{name}")), luminance(value(f"--{ground}"))), reverse=True)
            assert (high + 0.05) / (low + 0.05) >= 4.5, (name, ground)


def test_the_page_without_its_server_says_what_to_do(open_page, root):
    page = open_page(f"file://{root}/biasdetect/serve/static/index.html")
    assert "biasdetect serve" in page.inner_text("#alone")
    assert page.is_hidden("#page")
    page.complaints.clear()  # a script that a file may not load


def test_the_documentation_comes_from_this_server(open_page, server):
    page = open_page(f"{server.address}/docs")
    page.get_by_text("/v1/score/batch").click()
    page.get_by_text("Score several articles, in order.").wait_for()
