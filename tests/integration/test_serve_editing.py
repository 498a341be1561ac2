"""The server's part of the editor: what people bring becomes a text to edit, and goes out with its markup kept."""

import base64
import io
import json
import zipfile
from pathlib import Path

import pytest

pytest.importorskip("fastapi")
pytest.importorskip("fastapi_offline")
pytest.importorskip("prometheus_client")
import docx
from fastapi.testclient import TestClient

import biasdetect
from biasdetect.reading import web
from biasdetect.serve.app import create_app
from biasdetect.serve.settings import ServerSettings

HOME = "http://127.0.0.1"
BYTES = {"Content-Type": "application/octet-stream"}
PAGE = """<!doctype html><html lang="en"><head><title>Harbour &amp; port</title></head><body>
<nav><ul><li><a href="/a">News</a></li><li><a href="/b">Sport</a></li></ul></nav>
<article><h1>Council votes on the harbour</h1>
<p>The <b class="x">bald</b>ing mayor left the hall before the vote &amp; went home. The plan costs 40 million euros, and
 the council has to say by May whether the port will be built in the year after, according to the office.</p>
<blockquote><p>This rotten deal will ruin us.</p></blockquote>
<p>The shameless treasurer will report in May, and the council will then decide on the terms of the tender itself.</p>
</article></body></html>"""


@pytest.fixture(scope="module")
def client(detector):
    settings = ServerSettings(max_body=400_000, fetch=True)
    with TestClient(create_app(detector, settings), base_url=HOME) as client:
        yield client


def opened(client, data, **query):
    answer = client.post("/v1/open", content=data, params=query, headers=BYTES)
    assert answer.status_code == 200, answer.text
    return answer.json()


def change(text, old, new):
    return {"start": text.index(old), "end": text.index(old) + len(old), "new": new}


def taken(client, form, text, **request):
    answer = client.post("/v1/take", json={"text": text, "form": form, **request})
    assert answer.status_code == 200, answer.text
    return answer


def edited(text, changes):
    for one in reversed(changes):
        text = text[: one["start"]] + one["new"] + text[one["end"] :]
    return text


def word(*paragraphs, bold=""):
    document = docx.Document()
    document.add_heading("Council votes on the harbour", 0)
    for words in paragraphs:
        before, found, after = words.partition(bold) if bold else (words, "", "")
        paragraph = document.add_paragraph(before)
        paragraph.add_run(found).bold = True
        paragraph.add_run(after)
    packed = io.BytesIO()
    document.save(packed)
    return packed.getvalue()


# --- what comes in


def test_of_a_page_the_article_is_edited(client):
    draft = opened(client, PAGE.encode(), name="page.html")
    assert draft["format"] == "text"
    paragraphs = draft["text"].split("\n\n")
    assert paragraphs[0] == "Council votes on the harbour"
    assert paragraphs[1].startswith("The balding mayor left the hall before the vote & went home.")
    assert paragraphs[2] == "> This rotten deal will ruin us."
    assert "Sport" not in draft["text"]
    assert sum(draft["left_out"].values()) >= 1
    assert draft["html"] == PAGE
    report = client.post("/v1/score", json={"text": draft["text"], "format": "text"}).json()
    voices = {phrase["text"]: phrase["voice"] for one in report["sentences"] for phrase in one["phrases"]}
    assert voices["balding"] == "outlet"
    assert voices.get("rotten", "quote") == "quote"


def test_of_what_was_copied_nothing_is_left_out(client):
    draft = opened(client, b"<p>Read also:</p><p>The mayor left.</p>", format="html", whole=True)
    assert draft["text"] == "Read also:\n\nThe mayor left."
    assert draft["left_out"] == {}


def test_what_is_written_by_hand_is_edited_as_it_is(client):
    source = "# A day\r\n\r\nThe **balding** mayor left.\r\n"
    draft = opened(client, source.encode(), name="a.md")
    assert (draft["format"], draft["text"]) == ("markdown", source.replace("\r\n", "\n"))


def test_a_word_document_is_edited(client):
    draft = opened(client, word("The balding mayor left."), name="draft.docx")
    assert (draft["format"], draft["html"]) == ("text", None)
    assert draft["text"] == "Council votes on the harbour\n\nThe balding mayor left."


def bomb():
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("[Content_Types].xml", "<Types/>")
        archive.writestr("word/document.xml", b"<w:p>" + b" " * 200_000_000)
    return packed.getvalue()


@pytest.mark.parametrize(
    ("data", "name", "status", "said"),
    [
        (b"%PDF-1.4", "a.pdf", 422, "PDF"),
        (b"\x89PNG\r\n\x1a\n" + bytes(1000), "a.png", 422, "a.png"),
        (b"x" * 400_001, "a.txt", 413, "larger than 400,000 bytes"),
        (b" \n ", "a.txt", 422, "holds no text"),
    ],
)
def test_what_cannot_be_read_is_refused_with_a_reason(client, data, name, status, said):
    answer = client.post("/v1/open", content=data, params={"name": name}, headers=BYTES)
    assert answer.status_code == status
    assert said in answer.json()["message"]


def test_a_document_that_unpacks_to_far_more_is_refused(client):
    data = bomb()
    assert len(data) < 400_000
    answer = client.post("/v1/open", content=data, params={"name": "a.docx"}, headers=BYTES)
    assert answer.status_code == 422
    assert answer.json()["error"] == "unreadable"


def test_forms_of_other_sites_open_nothing(client):
    for kind in ("text/plain", "application/x-www-form-urlencoded"):
        answer = client.post("/v1/open", content=b"The mayor left.", headers={"Content-Type": kind})
        assert answer.status_code == 422
        answer = client.post("/v1/fetch", content=b'{"url": "http://127.0.0.1/"}', headers={"Content-Type": kind})
        assert answer.status_code == 422


# --- pages of the web


@pytest.mark.parametrize(
    "url",
    [
        "http://127.0.0.1/",
        "http://localhost:80/",
        "http://[::1]/",
        "http://169.254.169.254/latest/meta-data/",
        "http://10.0.0.1/",
        "http://2130706433/",
        "file:///etc/passwd",
        "ftp://example.org/",
        "https://user:word@example.org/",
        "nothing",
    ],
)
def test_addresses_that_point_inside_are_refused(client, url):
    answer = client.post("/v1/fetch", json={"url": url})
    assert answer.status_code == 422, answer.text
    assert answer.json()["error"] == "unreadable"


def test_a_page_of_the_web_is_opened(client, monkeypatch):
    asked = []

    def fetch(url, **settings):
        asked.append((url, settings))
        return web.Fetched(PAGE.encode(), "https://example.org/b", "text/html", "utf-8")

    monkeypatch.setattr(web, "fetch", fetch)
    draft = client.post("/v1/fetch", json={"url": "https://example.org/a"}).json()
    assert asked == [("https://example.org/a", {"public_only": True})]
    assert draft["name"] == "https://example.org/b"
    assert "balding" in draft["text"]
    assert draft["html"] == PAGE


def test_pages_are_fetched_where_the_server_says_so(detector):
    with TestClient(create_app(detector, ServerSettings()), base_url=HOME) as client:
        assert client.get("/v1/models").json()["models"][0]["fetches"] is False
        answer = client.post("/v1/fetch", json={"url": "https://example.org/"})
        assert answer.status_code == 403
        assert "--fetch" in answer.json()["message"]


# --- what goes out


def test_html_keeps_its_markup(client):
    text = opened(client, PAGE.encode(), name="page.html")["text"]
    changes = [
        change(text, "balding ", ""),
        change(text, "& went", "<i>, and\n\nwent"),
        change(text, "shameless treasurer", "treasurer"),
        {"start": len(text), "end": len(text), "new": " It is late."},
    ]
    original = {"html": PAGE, "name": "page.html", "changes": changes}
    answer = taken(client, "html", edited(text, changes), format="text", name="page.html", original=original)
    assert answer.headers["content-disposition"] == 'attachment; filename="page.html"'
    expected = (
        PAGE.replace('<b class="x">bald</b>ing ', '<b class="x"></b>')
        .replace("&amp; went", "&lt;i&gt;, and<br><br>went")
        .replace("shameless treasurer", "treasurer")
        .replace("tender itself.", "tender itself. It is late.")
    )
    assert answer.text == expected


def test_changes_of_another_text_are_refused(client):
    text = opened(client, PAGE.encode(), name="page.html")["text"]
    for changes in ([change(text, "balding ", "")], [{"start": 5, "end": 99_999, "new": ""}]):
        answer = client.post(
            "/v1/take",
            json={"text": text, "format": "text", "form": "html", "original": {"html": PAGE, "changes": changes}},
        )
        assert answer.status_code == 422
        assert "Open" in answer.json()["message"]


def test_a_word_document_keeps_its_look_and_gets_comments(client):
    data = word("The balding mayor left. He is a shameless man.", bold="balding mayor")
    text = opened(client, data, name="draft.docx")["text"]
    changes = [change(text, "balding ", ""), change(text, "left.", "left\nearly.")]
    original = {"docx": base64.b64encode(data).decode(), "name": "draft.docx", "changes": changes}
    answer = taken(client, "docx", edited(text, changes), format="text", name="draft.docx", original=original)
    written = docx.Document(io.BytesIO(answer.content))
    paragraph = written.paragraphs[1]
    assert paragraph.text == "The mayor left\nearly. He is a shameless man."
    assert [run.text for run in paragraph.runs if run.bold] == ["mayor"]
    said = [comment.text for comment in written.comments]
    assert len(said) == 1
    assert said[0].startswith("labeling ")


def test_what_is_kept_gets_no_comment(client):
    text = "A day at the port\n\nThe balding mayor left. He is a shameless man.\n"
    whole = docx.Document(io.BytesIO(taken(client, "docx", text).content))
    assert len(list(whole.comments)) == 2
    assert whole.paragraphs[0].style.name == "Title"
    place = {"start": text.index("balding"), "end": text.index("balding") + len("balding")}
    kept = docx.Document(io.BytesIO(taken(client, "docx", text, kept=[place]).content))
    assert len(list(kept.comments)) == 1


@pytest.mark.parametrize(
    ("form", "expected"),
    [
        ("text", "A day\n\nHe said *no* & <b>left</b>.\n\n> A rotten deal\n"),
        ("markdown", "# A day\n\nHe said \\*no\\* & \\<b\\>left\\</b\\>.\n\n> A rotten deal\n"),
    ],
)
def test_plain_text_goes_out_as_what_is_wanted(client, form, expected):
    text = "A day\n\nHe said *no* & <b>left</b>.\n\n> A rotten deal\n"
    assert taken(client, form, text, format="text").text == expected


def test_html_of_plain_text_has_it_as_text(client):
    text = "A <script>day</script>\n\nHe said *no* & <b>left</b>.\n\n> A rotten deal\n"
    page = taken(client, "html", text, format="text", name="<b>.txt")
    assert "<script" not in page.text
    assert "<h1>A &lt;script&gt;day&lt;/script&gt;</h1>" in page.text
    assert "<p>He said *no* &amp; &lt;b&gt;left&lt;/b&gt;.</p>" in page.text
    assert "<blockquote><p>A rotten deal</p></blockquote>" in page.text


def test_markdown_goes_out_as_it_is_and_as_clean_text(client):
    source = "# A day\n\nThe **balding** [mayor](https://example.org) left.\n"
    assert taken(client, "markdown", source, format="markdown").text == source
    assert taken(client, "text", source, format="markdown").text == "A day\n\nThe balding mayor left."
    assert "<strong>balding</strong>" in taken(client, "html", source, format="markdown").text


# --- while it is written


def test_what_is_kept_is_not_reported(client):
    text = "The balding mayor left. The shameless mayor stayed."
    place = {"start": 4, "end": 11}
    lines = client.post("/v1/score/stream", json={"text": text, "kept": [place]}).text.splitlines()
    assert not any('"balding"' in line for line in lines)
    assert any('"shameless"' in line for line in lines)


def test_what_was_changed_comes_first_and_alone(client):
    paragraphs = [f"The plan number {number} costs forty million euros." for number in range(60)]
    paragraphs[40] = "The balding mayor left the hall before the vote."
    text = "\n\n".join(paragraphs)
    start = text.index("balding")
    lines = client.post(
        "/v1/score/stream", json={"text": text, "changed": {"start": start, "end": start + 7}}
    ).text.splitlines()
    events = [json.loads(line) for line in lines]
    assert [event["event"] for event in events] == ["start", "part", "report"]
    part = events[1]
    assert (part["first"], len(part["paragraphs"])) == (40, 1)
    assert [phrase["text"] for phrase in part["paragraphs"][0][0]["phrases"]] == ["balding"]
    whole = client.post("/v1/score", json={"text": text}).json()
    assert events[-1]["report"] == whole


def test_the_example_is_worth_trying(client, detector):
    text = client.get("/example.txt").text
    assert text == (Path(biasdetect.__file__).parent / "serve/static/example.txt").read_text(encoding="utf-8")
    found = detector.score(text).phrases
    assert sum(phrase.counts for phrase in found) >= 3
    assert any(not phrase.counts for phrase in found)
    assert any(phrase.suggestions for phrase in found)
