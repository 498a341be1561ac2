"""The page of ``biasdetect serve``, an editor, as a writer meets it in a browser."""

import io
import json
import re
from pathlib import Path

import httpx2
import pytest

pytest.importorskip("fastapi")
pytest.importorskip("fastapi_offline")
pytest.importorskip("playwright")
import docx
from playwright.sync_api import expect
from serving import serving

from biasdetect.model.categories import BY_NAME

expect.set_options(timeout=20_000)  # the machine may be busy

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
PASTE = """({ html, text }) => {
  const clipboardData = new DataTransfer();
  if (html) clipboardData.setData("text/html", html);
  if (text) clipboardData.setData("text/plain", text);
  document.querySelector("#text").dispatchEvent(new ClipboardEvent("paste", { clipboardData, bubbles: true, cancelable: true }));
}"""
DROP = """({ name, type, size, text }) => {
  const dropped = new DataTransfer();
  dropped.items.add(new File([text ?? new Uint8Array(size)], name, { type }));
  document.body.dispatchEvent(new DragEvent("drop", { bubbles: true, cancelable: true, dataTransfer: dropped }));
}"""


@pytest.fixture(scope="module")
def server():
    with serving() as server:
        # what is read where a phrase is first flagged takes a while
        httpx2.post(f"{server.address}/v1/score", json={"text": "The balding mayor left."}, timeout=120)
        yield server


@pytest.fixture(scope="module")
def slow_server():
    with serving("--workers", "1", "--max-body", "0.1", "--no-fetch", slow=True) as server:
        yield server


@pytest.fixture
def writing(open_page, server):
    """The page with a text that is scored."""

    def writing(text=ARTICLE, address=server.address, **options):
        page = open_page(address, **options)
        page.fill("#text", text)
        quiet(page)
        return page

    return writing


def quiet(page):
    """Wait until the marks are those of the text."""
    expect(page.locator("#sheet")).to_have_attribute("data-state", "quiet", timeout=30_000)


def marked(page):
    return page.locator("#under mark").all_text_contents()


def text(page):
    return page.input_value("#text")


def status(page):
    return page.locator("#status")


def chosen(page):
    return page.locator("#card-title")


def settings(page):
    page.click("#settings summary")


def report(server, text=ARTICLE, **request):
    return httpx2.post(f"{server.address}/v1/score", json={"text": text, **request}, timeout=60).json()


def flagged(report):
    return [phrase for sentence in report["sentences"] for phrase in sentence["phrases"]]


def type_at(page, words, at):
    """Put the caret behind some words, and type."""
    page.evaluate(
        "at => { const field = document.querySelector('#text'); field.focus(); "
        "const place = field.value.indexOf(at) + at.length; field.setSelectionRange(place, place) }",
        at,
    )
    page.keyboard.type(words)


def files(page, name, data, kind="text/plain"):
    page.set_input_files("#file", {"name": name, "mimeType": kind, "buffer": data})


# --- it is written


def test_an_empty_page_says_what_one_will_get_and_has_an_example(open_page, server):
    page = open_page(server.address)
    expect(page.locator("#welcome")).to_contain_text("What you will get")
    expect(page.locator("#welcome")).to_contain_text("Markdown")
    assert page.locator("#card, #copy, #settings").locator("visible=true").count() == 0
    page.click("#example")
    expect(chosen(page)).not_to_be_empty()
    quiet(page)
    assert page.is_hidden("#welcome")
    assert len(marked(page)) >= 3


def test_a_text_is_marked_and_answered_first(writing, server):
    page = writing()
    found = flagged(report(server))
    assert marked(page) == [phrase["text"] for phrase in found]
    assert len(found) >= 3
    own = [phrase for phrase in found if phrase["voice"] != "quote"]
    worst = max(own, key=lambda phrase: phrase["score"])
    expect(chosen(page)).to_have_text(worst["text"])
    expect(page.locator("#answer-text")).to_contain_text(worst["text"])
    listed = page.locator("#list .phrase").all_inner_texts()
    assert listed[0] == worst["text"]
    others = [phrase["text"] for phrase in found if phrase["voice"] == "quote"]
    assert "rotten" in " ".join(others)
    assert sorted(listed[-len(others) :]) == sorted(others)  # the words of others come last
    assert text(page) == ARTICLE
    expect(status(page)).to_contain_text(f"{len(found)} phrases marked")


SCRIPTS = "مرحبا بالعالم\n\nThe 👩‍👩‍👧 shameless e\u0301te\u0301 mayor left the hall before the vote was over.\n\n\tThe balding clerk, too.\n"


@pytest.mark.parametrize("width", [390, 1280])
def test_marks_lie_on_their_words(writing, width):
    page = writing(
        "\n".join([SCRIPTS, *["A line that is long, and longer than the field is wide: " * 3] * 4]),
        viewport={"width": width, "height": 800},
    )
    told = page.evaluate(
        """() => {
          const [under, field] = [document.querySelector("#under"), document.querySelector("#text")];
          const box = ({ x, y, width, height }) => [x, y, width, height];
          const names = ["font", "line-height", "padding", "white-space", "letter-spacing", "unicode-bidi", "overflow-wrap"];
          const style = (one) => names.map((name) => getComputedStyle(one)[name]);
          return {
            same: [under, field].map((one) => [...box(one.getBoundingClientRect()), ...style(one)]),
            heights: [under.scrollHeight, field.scrollHeight],
            text: [...under.children].map((line) => line.textContent).join("\\n").replaceAll("\\u200b", ""),
          };
        }"""
    )
    assert told["same"][0] == told["same"][1]
    assert told["heights"][0] == told["heights"][1]  # every line is broken at the same place
    assert told["text"] == text(page)
    assert {"shameless", "balding"} <= set(" ".join(marked(page)).split())


def test_what_is_composed_is_scored_when_it_is_complete(writing):
    page = writing("The plan passed. \n")
    asked = []
    page.on("request", lambda request: asked.append(request.url))
    type_at(page, "", "passed. ")
    session = page.context.new_cdp_session(page)
    for composed in ("に", "にほ", "にほん"):
        session.send("Input.imeSetComposition", {"text": composed, "selectionStart": 1, "selectionEnd": 1})
    assert text(page) == "The plan passed. にほん\n"
    page.wait_for_timeout(600)  # longer than the pause after which a text is scored
    assert asked == []
    with page.expect_request("**/v1/score/stream"):
        session.send("Input.insertText", {"text": "日本"})
    quiet(page)
    assert text(page) == "The plan passed. 日本\n"
    page.keyboard.press("Control+z")
    assert "日本" not in text(page)


def test_it_is_scored_again_while_one_types(writing):
    page = writing()
    assert "shameless" in marked(page)
    with page.expect_request("**/v1/score/stream") as asked:
        type_at(page, "X", "Council")  # places before a phrase move it along
        assert "shameless" in marked(page)
    assert asked.value.post_data_json["changed"] == {"start": 7, "end": 8}
    quiet(page)
    type_at(page, " balding", "said the")
    quiet(page)
    assert any("balding" in words for words in marked(page)[1:-2])


def test_undo_takes_back_what_was_typed_in_one_go(writing):
    page = writing()
    type_at(page, "very ", "The shameless ")
    assert "The shameless very mayor" in text(page)
    page.keyboard.press("Control+z")
    assert text(page) == ARTICLE
    page.keyboard.press("Control+Shift+z")
    assert "The shameless very mayor" in text(page)
    quiet(page)
    assert any("shameless" in words for words in marked(page))


def test_a_suggestion_is_taken_and_undone(writing):
    page = writing("The plan passed on Monday in the council.\n\nThe shameless mayor stayed.")
    expect(chosen(page)).to_have_text("shameless")
    page.get_by_role("button", name="Leave it out", exact=True).click()
    quiet(page)
    assert text(page).endswith("The mayor stayed.")
    expect(page.locator("#deeds")).to_contain_text("shameless: left out")
    assert marked(page) == []
    assert page.evaluate("document.activeElement.textContent") == "Undo"
    page.keyboard.press("Enter")
    quiet(page)
    assert text(page).endswith("The shameless mayor stayed.")
    expect(chosen(page)).to_have_text("shameless")
    assert page.locator("#deeds li").count() == 0
    # and by keys, the browser's own undo among them
    page.focus("#text")
    page.keyboard.press("F8")
    page.keyboard.press("Alt+Enter")
    assert text(page).endswith("The mayor stayed.")
    page.keyboard.press("Control+z")
    assert text(page).endswith("The shameless mayor stayed.")
    quiet(page)
    assert marked(page) == ["shameless"]
    assert page.is_disabled("#undo")  # it is undone already


def test_a_phrase_is_kept(writing):
    page = writing()
    words = chosen(page).inner_text()
    page.click("#keep")
    quiet(page)
    assert words not in marked(page)
    expect(status(page)).to_contain_text(f"{words}: kept.")
    assert page.locator("#under :is(.fine, .rejected, del, s)").count() == 0
    type_at(page, "Today: ", "vote. ")
    quiet(page)
    assert words not in marked(page)
    page.click("#deeds button")
    quiet(page)
    assert words in marked(page)
    expect(chosen(page)).to_have_text(words)


def test_all_of_it_is_done_by_keys(writing):
    page = writing()
    listed = page.locator("#list .phrase").all_inner_texts()
    page.focus("#text")
    page.keyboard.press("F8")
    expect(chosen(page)).to_have_text(listed[1])
    selected = "document.querySelector('#text').value.slice(document.querySelector('#text').selectionStart, document.querySelector('#text').selectionEnd)"
    assert page.evaluate(selected) == listed[1]
    page.keyboard.press("Shift+F8")
    expect(chosen(page)).to_have_text(listed[0])
    page.keyboard.press("Alt+k")
    expect(status(page)).to_contain_text(f"{listed[0]}: kept.")
    reached = set()
    for _ in range(30):
        page.keyboard.press("Tab")
        reached.add(page.evaluate("document.activeElement.id || document.activeElement.textContent"))
    assert reached >= {"text", "keep", "undo", "next", "copy", "Download", "More", "Settings and figures"}
    # a caret that comes to a phrase shows it
    type_at(page, "", "The bald")
    page.keyboard.press("ArrowRight")
    expect(chosen(page)).to_have_text("balding")


def test_a_card_says_what_there_is_to_say(writing, server):
    page = writing()
    page.click("#list button:has-text('balding')")
    phrase = next(phrase for phrase in flagged(report(server)) if phrase["text"] == "balding")
    card = page.locator("#card")
    expect(card).to_contain_text(f"{phrase['category']} strong, {phrase['score']:.2f} · your own words")
    expect(card).to_contain_text(phrase["why"][1:])
    for suggestion in phrase["suggestions"]:
        expect(card).to_contain_text(suggestion["words"] or "Leave it out")
        expect(card).to_contain_text(f"{suggestion['before']:.2f} → {suggestion['after']:.2f}")
    page.click("#list button:has-text('rotten')")
    expect(card).to_contain_text("quoted words (Ada Lorn)")
    assert not re.search("outlet|furniture", page.inner_text("body"))


def test_the_slider_is_right_from_the_first_moment(writing, server):
    page = writing()
    settings(page)
    slider = page.locator("#threshold")
    bounds = [slider.get_attribute(name) for name in ("min", "max", "step")]
    own = httpx2.get(f"{server.address}/v1/models").json()["models"][0]["threshold"]
    assert float(slider.input_value()) == own
    before = marked(page)
    for value in (0.9, 0.05):
        slider.fill(str(value))
        quiet(page)
        assert marked(page) == [phrase["text"] for phrase in flagged(report(server, threshold=value))]
    assert len(" ".join(marked(page)).split()) > len(" ".join(before).split())  # phrases may be longer, and not more
    assert [slider.get_attribute(name) for name in ("min", "max", "step")] == bounds
    slider.fill(str(own))
    quiet(page)
    page.uncheck("#categories input[name=labeling]")
    found = flagged(report(server))
    assert marked(page) == [phrase["text"] for phrase in found if phrase["category"] != "labeling"] != before
    assert not any("mouthpiece" in words for words in marked(page))
    page.check("#categories input[name=labeling]")
    assert marked(page) == before


def test_a_screen_reader_is_told_what_things_are(writing):
    page = writing()
    page.click("#list button:has-text('shameless')")  # for which there is wording
    settings(page)
    told = page.locator("body").aria_snapshot()
    for what in (
        'textbox "Your text"',
        'slider "Mark from a score of',
        'group "Mark these"',
        'group "Suggestions"',
        'button "Keep: it is fine"',
        'heading "The worst first"',
        'switch "Review for training"',
        "status",
    ):
        assert what in told, (what, told)


def test_a_double_click_takes_one_suggestion(writing):
    page = writing("The plan passed.\n\nThe balding treasurer and the shameless mayor will report in May.")
    page.get_by_role("button", name="Leave it out", exact=True).dblclick()
    quiet(page)
    assert page.locator("#deeds li").count() == 1


def test_the_answer_is_told_where_it_is_another(writing):
    page = writing()
    answer = page.locator("#answer-text[aria-live=polite]")
    before = answer.inner_text()
    page.click("#keep")
    expect(answer).not_to_have_text(before)


# --- what people bring


def test_what_is_copied_with_its_formatting_keeps_it(open_page, server):
    page = open_page(server.address)
    html = "<p>The <b>shameless</b> mayor stayed.</p><blockquote><p>A rotten deal.</p></blockquote><img src='data:image/png;base64,AAAA'>"
    page.evaluate(PASTE, {"html": html, "text": "The shameless mayor stayed.\nA rotten deal."})
    expect(page.locator("#under mark").first).to_have_text("shameless")
    quiet(page)
    assert text(page) == "The shameless mayor stayed.\n\n> A rotten deal."
    page.get_by_role("button", name="Leave it out", exact=True).click()
    quiet(page)
    data = taken(page, "HTML")
    assert b"The <b></b>mayor stayed.</p><blockquote>" in data


def taken(page, label):
    page.click("summary:text-is('Download')")
    with page.expect_download() as download:
        page.get_by_role("button", name=label, exact=True).click()
    return Path(download.value.path()).read_bytes()


def word():
    document = docx.Document()
    document.add_heading("Council votes", 0)
    document.add_paragraph("The balding mayor left on Monday. The shameless treasurer will report in May.")
    packed = io.BytesIO()
    document.save(packed)
    return packed.getvalue()


def test_a_word_document_comes_in_and_goes_out_with_comments(open_page, server):
    page = open_page(server.address)
    files(page, "draft.docx", word(), "application/vnd.openxmlformats-officedocument.wordprocessingml.document")
    expect(page.locator("#under mark").first).to_have_text("balding")
    quiet(page)
    page.click("#list button:has-text('shameless')")
    page.get_by_role("button", name="Leave it out", exact=True).click()
    quiet(page)
    written = docx.Document(io.BytesIO(taken(page, "Word, with comments")))
    assert written.paragraphs[1].text == "The balding mayor left on Monday. The treasurer will report in May."
    assert len(list(written.comments)) == 1


def test_a_file_is_dropped_and_the_draft_is_kept_where_it_is_refused(open_page, server):
    page = open_page(server.address)
    error = page.locator("#error")
    page.evaluate(DROP, {"name": "harbour.txt", "type": "text/plain", "text": ARTICLE})
    expect(page.locator("#text")).to_have_value(ARTICLE)
    quiet(page)
    page.evaluate(DROP, {"name": "photo.png", "type": "image/png", "size": 20_000_000})
    expect(error).to_contain_text("Pictures, sound and films are not read")
    page.evaluate(DROP, {"name": "a.txt", "type": "text/plain", "size": 5_000_001})
    expect(error).to_contain_text("larger than 5 MB")
    page.evaluate(DROP, {"name": "a.docx", "type": "", "text": "PK\x03\x04 broken"})
    expect(error).to_contain_text("a.docx")
    page.evaluate(DROP, {"name": "a.doc", "type": "", "text": "x"})
    expect(error).to_contain_text("Save it as .docx")
    assert text(page) == ARTICLE
    assert "shameless" in marked(page)
    assert all("Failed to load resource" in complaint for complaint in page.complaints)
    page.complaints.clear()


def test_a_pasted_picture_is_refused_kindly(writing):
    page = writing()
    page.evaluate(
        """() => {
          const clipboardData = new DataTransfer();
          clipboardData.items.add(new File([new Uint8Array(20_000_000)], "image.png", { type: "image/png" }));
          document.querySelector("#text").dispatchEvent(new ClipboardEvent("paste", { clipboardData, bubbles: true, cancelable: true }));
        }"""
    )
    expect(page.locator("#error")).to_contain_text("Pictures")
    assert text(page) == ARTICLE


def test_an_address_that_points_inside_is_refused_kindly(writing, server):
    page = writing()
    page.click("summary:text-is('More')")
    page.get_by_role("button", name="From the web").click()
    page.fill("#url", f"{server.address}/health")
    page.keyboard.press("Enter")
    expect(page.locator("#address-error")).to_contain_text("no address of the public web")
    page.get_by_role("button", name="Cancel").click()
    assert text(page) == ARTICLE
    assert all("Failed to load resource" in complaint for complaint in page.complaints)
    page.complaints.clear()


def test_a_server_that_fetches_nothing_does_not_offer_to(open_page, slow_server):
    page = open_page(slow_server.address)
    expect(page.locator("#threshold")).to_be_enabled()
    assert page.locator(".address:visible").count() == 0


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
    files(page, "a.txt", data)
    expect(page.locator("#under mark")).to_have_text("shameless")
    assert words in text(page)


@pytest.mark.parametrize("form", ["text", "markdown"])
def test_markup_and_script_are_text_everywhere(open_page, server, form):
    page = open_page(server.address)
    files(page, NAME if form == "text" else NAME.replace(".txt", ".md"), HOSTILE.encode())
    expect(page.locator("#under mark").first).to_have_text("shameless")
    quiet(page)
    settings(page)
    page.keyboard.press("Alt+Enter")
    page.click("#keep")
    page.click(".compare:visible")
    assert page.locator("main :is(script, img, svg), #difference :is(script, img, b), #under :is(a, b)").count() == 0
    assert '<img src=x onerror="window.taken = 1">' in text(page)
    page.keyboard.press("Escape")
    page.reload()
    quiet(page)
    assert page.evaluate("window.taken") is None
    assert page.title() == "biasdetect"


# --- the draft


def test_the_draft_survives_a_reload_and_is_forgotten(writing):
    page = writing()
    page.click("#keep")
    quiet(page)
    kept = marked(page)
    page.wait_for_function("() => JSON.parse(localStorage.getItem('biasdetect draft'))?.kept.length === 1")
    page.reload()
    expect(page.locator("#text")).to_have_value(ARTICLE)
    expect(page.locator("#under mark")).to_have_text(kept, timeout=30_000)
    page.click("summary:text-is('More')")
    page.click("#forget")
    page.click("#really-forget")
    assert page.evaluate("localStorage.length") == 0
    page.keyboard.press("Control+z")
    assert text(page) == ""
    page.reload()
    expect(page.locator("#welcome")).to_be_visible()
    assert text(page) == ""


def test_what_was_changed_is_shown(writing):
    page = writing("The shameless mayor stayed.\n\nThe plan passed.")
    page.get_by_role("button", name="Leave it out", exact=True).click()
    type_at(page, " today", "The plan passed")
    page.click(".compare:visible")
    assert page.locator("#difference del").all_text_contents() == ["shameless "]
    assert page.locator("#difference ins").all_text_contents() == [" today"]
    assert page.locator("#difference p").count() == 2


def test_changes_are_those_that_make_one_text_of_the_other(writing):
    page = writing("")
    wrong = page.evaluate(
        """async () => {
          const { changes } = await import("/changes.js");
          let seed = 7;
          const random = (most) => (seed = (seed * 1103515245 + 12345) % 2147483648) % most;
          const words = ["a", "b", "c", "d ", " ", "\\n", "\\n\\n", "e\\u0301", "👩‍👩‍👧", ","];
          const text = () => Array.from({ length: random(30) }, () => words[random(words.length)]).join("");
          for (let round = 0; round < 2000; round += 1) {
            const [before, after] = [text(), text()];
            let made = "", position = 0;
            for (const [start, end, fresh] of changes(before, after)) {
              made += before.slice(position, start) + fresh;
              position = end;
            }
            if (made + before.slice(position) !== after) return [before, after];
          }
        }"""
    )
    assert wrong is None


def test_clean_text_is_copied(writing, server):
    page = writing()
    page.context.grant_permissions(["clipboard-read", "clipboard-write"], origin=server.address)
    page.click("#copy")
    expect(status(page)).to_contain_text("Copied")
    assert page.evaluate("navigator.clipboard.readText()") == ARTICLE


def test_the_report_is_downloaded_as_a_page(writing, open_page, tmp_path):
    page = writing()
    expected = marked(page)
    path = tmp_path / "report.html"
    path.write_bytes(taken(page, "Report as a page"))
    stored = open_page(f"file://{path}")
    shown = [text.rstrip("0123456789") for text in stored.locator("#article .phrase:not(.off)").all_inner_texts()]
    assert [words.strip() for words in shown] == expected


# --- review for training


def test_answers_become_training_data_though_not_all_are_given(writing, tmp_path, run_cli):
    page = writing()
    settings(page)
    page.click("#reviewing")
    quiet(page)
    expect(page.locator("#text")).not_to_be_editable()
    assert page.is_hidden("#keep")
    first = chosen(page).inner_text()
    page.keyboard.press("y")
    second = chosen(page).inner_text()
    assert second != first
    page.keyboard.press("n")
    assert page.locator("#under mark.fine").all_text_contents() == [second]
    assert page.locator("#under mark.fine").evaluate("mark => getComputedStyle(mark).textDecorationLine") == "underline"
    page.keyboard.press("u")
    assert page.locator("#under mark.fine").count() == 0
    expect(chosen(page)).to_have_text(second)
    page.fill("#annotator", "yn")
    assert page.locator("#under mark.loaded").all_text_contents() == [first]
    with page.expect_download() as download:
        page.click("#download-review")
    path = tmp_path / "review.jsonl"
    download.value.save_as(path)
    records = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
    kept = [
        record["text"][span["start"] : span["end"]]
        for record in records
        for span in record["spans"]
        if not span.get("technique")
    ]
    assert kept == [first]
    assert all(record["annotators"] == ["yn"] for record in records)
    checked = run_cli("labels", "check", path)
    assert checked.returncode == 0, checked.stdout.decode()
    page.click("#write")
    expect(page.locator("#text")).to_be_editable()
    assert page.is_visible("#keep")


# --- trouble


def test_errors_are_shown_kindly_and_nothing_is_lost(open_page, slow_server):
    page = open_page(slow_server.address)
    error = page.locator("#error")
    page.fill("#text", "x" * 100_000)
    expect(error).to_contain_text("larger than 0.1 MB")
    page.fill("#text", " … ")
    expect(error).to_contain_text("holds no text")
    for answer, said in (
        (lambda route: route.fulfill(status=503, json={"message": "Try again in 4 s."}), "Try again in 4 s."),
        (lambda route: route.fulfill(body='{"event":"start","paragraphs":[]}\n'), "connection broke"),
        (lambda route: route.abort(), "does not answer"),
    ):
        page.route("**/v1/score/stream", answer)
        page.fill("#text", f"One {said}")
        expect(error).to_contain_text(said)
        page.unroute("**/v1/score/stream")
    page.fill("#text", ARTICLE)
    expect(page.locator("#under mark").first).to_be_attached()
    quiet(page)
    expect(error).to_be_hidden()
    assert all("Failed to load resource" in complaint for complaint in page.complaints)
    page.complaints.clear()


def test_another_text_takes_the_place_of_one_on_its_way(open_page, slow_server):
    page = open_page(slow_server.address)
    page.fill("#text", "\n\n".join([ARTICLE] * 60))
    expect(page.locator("#under mark").first).to_be_attached()
    assert page.get_attribute("#sheet", "data-state") == "scoring"
    assert page.is_visible("#progress")
    files(page, "b.txt", b"The balding mayor left on Monday.")
    expect(page.locator("#text")).to_have_value("The balding mayor left on Monday.")
    quiet(page)
    assert marked(page) == ["balding"]


def test_a_phone_shows_all_of_it(writing):
    page = writing(viewport={"width": 390, "height": 844}, is_mobile=True, has_touch=True)
    assert page.evaluate("document.documentElement.scrollWidth") == 390
    assert page.evaluate("scrollY") == 0
    page.evaluate("document.activeElement.blur()")
    before = chosen(page).inner_text()
    page.tap("#next")
    expect(chosen(page)).not_to_have_text(before)
    place = "() => { const [card, mark] = ['#card', 'mark.chosen'].map(one => document.querySelector(one).getBoundingClientRect()); return mark.top >= 0 && mark.bottom <= card.top && card.bottom <= innerHeight + 1 }"
    page.wait_for_function(place)  # the chosen phrase is not hidden behind its card
    assert page.evaluate("document.activeElement.id") != "text"  # and no keyboard comes up
    # a tap on a mark shows its card, and no keyboard
    box = page.locator("mark.chosen").bounding_box()
    page.tap("#previous")
    expect(chosen(page)).to_have_text(before)
    page.wait_for_function(place)
    box = page.locator("mark:not(.chosen)").first.bounding_box()
    if box["y"] > 0:
        page.touchscreen.tap(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
        expect(chosen(page)).not_to_have_text(before)
        assert page.evaluate("document.activeElement.id") != "text"
    for button in page.locator("#card button:visible").all():
        assert button.bounding_box()["height"] >= 36


def test_strength_and_category_are_told_by_more_than_colour(writing):
    page = writing()
    settings(page)
    lines = page.locator("#categories .sample").evaluate_all(
        "all => all.map(one => getComputedStyle(one).textDecorationStyle + getComputedStyle(one).textDecorationLine)"
    )
    assert len(set(lines)) == len(lines) == len(BY_NAME)
    assert page.locator("mark.strong").count() > 0
    for mark in page.locator("mark").all():
        strength = re.search("slight|medium|strong", mark.get_attribute("class"))[0]
        thickness = mark.evaluate("mark => getComputedStyle(mark).textDecorationThickness")
        assert thickness == {"slight": "1.5px", "medium": "2.5px", "strong": "4px"}[strength]


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_text_stands_out_from_its_ground(open_page, server, scheme):
    """WCAG AA: 4.5 to 1."""
    page = open_page(server.address, color_scheme=scheme)

    def luminance(colour):
        digits = colour[1:] if len(colour) == 7 else "".join(2 * digit for digit in colour[1:])
        parts = [int(digits[i : i + 2], 16) / 255 for i in (0, 2, 4)]
        return sum(
            share * (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4)
            for share, part in zip((0.2126, 0.7152, 0.0722), parts, strict=True)
        )

    def value(name):
        return page.evaluate("name => getComputedStyle(document.documentElement).getPropertyValue(name).trim()", name)

    names = ("text", "muted", "focus", "gone", "come", *(f"category-{category}" for category in BY_NAME))
    pairs = [(name, ground) for name in names for ground in ("page", "sheet", "panel")] + [("on-focus", "focus")]
    for name, ground in pairs:
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
