"""The HTTP server: answers, limits, what it keeps to itself, and what it does when many come at once."""

import asyncio
import importlib.util
import json
import logging
import math
import re
import shlex
import shutil
import socket
import subprocess
import time
from pathlib import Path

import pytest

pytest.importorskip("fastapi")
pytest.importorskip("fastapi_offline")
pytest.importorskip("prometheus_client")
import httpx2
from conftest import needs
from fastapi.testclient import TestClient
from hypothesis import given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from serving import serving

import biasdetect
from biasdetect.finetune.retrain.annotations import as_example
from biasdetect.labels import LabelRecord
from biasdetect.report.html import render_page
from biasdetect.review.session import ReviewFile
from biasdetect.serve.app import create_app
from biasdetect.serve.settings import ServerSettings

HOME = "http://127.0.0.1"
ARTICLE = """Council votes on the harbour

The shameless mayor left the hall before the vote. The plan costs 40 million euros.

“This rotten deal will ruin us,” said the clerk, Ada Lorn.

The balding treasurer, a mouthpiece of the port, will report in May.
"""
SCRIPTS = [f"/{path.name}" for path in (Path(biasdetect.__file__).parent / "serve" / "static").glob("*.js")]
PAGE = f"<!doctype html><html><body><article><h1>Council &amp; port</h1><p>{ARTICLE}</p></article></body></html>"


@pytest.fixture(scope="module")
def client(detector):
    with TestClient(create_app(detector, ServerSettings(max_body=200_000, max_documents=3)), base_url=HOME) as client:
        yield client


def scored(client, text=ARTICLE, **request):
    answer = client.post("/v1/score", json={"text": text, **request})
    assert answer.status_code == 200, answer.text
    return answer.json()


def events(client, text=ARTICLE, **request):
    answer = client.post("/v1/score/stream", json={"text": text, **request})
    assert answer.status_code == 200, answer.text
    return [json.loads(line) for line in answer.text.splitlines()]


def phrases(report):
    return [phrase for sentence in report["sentences"] for phrase in sentence["phrases"]]


def without_figures(report):
    """A report but for its scores, of which the last digits depend on what was scored together."""
    return json.loads(re.sub(r'("(?:\w*score|before|after)": )[\d.e-]+', r"\g<1>0", json.dumps(report)))


# --- answers


def test_an_article_is_scored_as_the_library_does_it(client, detector):
    report = scored(client, name="harbour.txt")
    expected = json.loads(json.dumps(detector.score(ARTICLE, name="harbour.txt").to_dict()))
    assert without_figures(report) == without_figures(expected)
    assert report["score"] == pytest.approx(expected["score"], abs=1e-4)
    assert biasdetect.Report.from_dict(report).phrases


def test_offsets_of_a_page_point_into_its_source(client):
    report = scored(client, PAGE)
    assert phrases(report)
    for phrase in phrases(report):
        assert PAGE[phrase["start"] : phrase["end"]] == phrase["text"]


def test_settings_are_those_of_the_library(client):
    strict = scored(client, threshold=0.9, quotes="skip", kind="opinion", keep_boilerplate=True, suggest=False)
    assert strict["settings"] == {"threshold": 0.9, "quotes": "skip", "kind": "opinion", "keep_boilerplate": True}
    assert all(phrase["score"] >= 0.9 and not phrase["suggestions"] for phrase in phrases(strict))


def test_the_stream_ends_in_the_same_report(client):
    text = "\n\n".join([ARTICLE] * 12)
    told = events(client, text, thresholds=[0.1, 0.8])
    kinds = [event["event"] for event in told]
    assert kinds[0] == "start"
    assert kinds.count("part") > 1
    assert kinds[-3:] == ["report", "phrases", "phrases"]
    report = told[-3]["report"]
    assert report == scored(client, text)
    # the parts are the article, in order
    shown = [
        sentence for event in told if event["event"] == "part" for part in event["paragraphs"] for sentence in part
    ]
    assert [sentence["text"] for sentence in shown] == [sentence["text"] for sentence in report["sentences"]]
    paragraphs = told[0]["paragraphs"]
    for sentence, number in zip(report["sentences"], told[-3]["paragraphs"], strict=True):
        assert sentence["text"] in paragraphs[number]["text"]


def test_the_phrases_at_other_thresholds_are_those_of_their_reports(client):
    told = events(client, thresholds=[0.1, 0.8])
    for event in told[-2:]:
        report = scored(client, threshold=event["threshold"], suggest=False)
        expected = [[n, phrase] for n, found in enumerate(report["sentences"]) for phrase in found["phrases"]]
        assert event["phrases"] == expected


def test_reports_are_as_the_description_for_programs_says(client):
    jsonschema = pytest.importorskip("jsonschema")
    described = client.get("/openapi.json").json()
    for path, body in (("/v1/score", {"text": ARTICLE}), ("/v1/score/batch", {"articles": [{"text": ARTICLE}]})):
        schema = described["paths"][path]["post"]["responses"]["200"]["content"]["application/json"]["schema"]
        answer = client.post(path, json=body).json()
        jsonschema.Draft202012Validator({**schema, "components": described["components"]}).validate(answer)
        with pytest.raises(jsonschema.ValidationError):
            wrong = {"results": [{"report": {"version": 1}}]} if "batch" in path else {"version": 1}
            jsonschema.Draft202012Validator({**schema, "components": described["components"]}).validate(wrong)


def test_a_batch_is_answered_in_order_and_goes_on_past_what_cannot_be_read(client):
    articles = [{"text": ARTICLE, "name": "a"}, {"text": " . "}, {"text": PAGE, "format": "html", "name": "c"}]
    results = client.post("/v1/score/batch", json={"articles": articles, "suggest": False}).json()["results"]
    assert [result.get("report", {}).get("source") for result in results] == ["a", None, "c"]
    assert results[0]["report"] == scored(client, name="a", suggest=False)
    assert results[1]["error"] == "unreadable"
    assert "holds no text" in results[1]["message"]


def test_formats_go_by_the_name_of_a_file_and_the_page_knows_them_all(client):
    needs(bool(importlib.util.find_spec("pylatexenc")), 'needs the formats extra: pip install ".[dev]"')
    source = "\\section{A day}\n\nThe \\emph{shame}less mayor left. % He did.\n"
    for request in ({"name": "a.tex"}, {"format": "latex"}):
        report = scored(client, source, **request)
        assert [source[phrase["start"] : phrase["end"]] for phrase in phrases(report)] == ["shame}less"]
    script = client.get("/formats.js")
    assert script.headers["content-type"].startswith("text/javascript")
    named = dict(re.findall(r"export const (\w+) = (.*);", script.text))
    forms = json.loads(named["FORMATS"])
    assert [form["name"] for form in forms if form["text"]] == ["text", "markdown", "html", "latex", "rst"]
    assert {"docx", "pdf", "email"} < {form["name"] for form in forms}
    assert {".adoc", ".doc"} < set(json.loads(named["OTHER_SUFFIXES"]))


@hypothesis_settings(max_examples=25, deadline=None)
@given(text=st.text(max_size=120))
def test_any_text_is_scored_or_refused_with_a_reason(client, text):
    request = {"text": f"The mayor left. {text}", "suggest": False}
    answer = client.post("/v1/score", content=json.dumps(request), headers={"Content-Type": "application/json"})
    assert answer.status_code in (200, 422)
    if answer.status_code == 200:
        for phrase in phrases(answer.json()):
            assert request["text"][phrase["start"] : phrase["end"]] == phrase["text"]
    else:
        assert answer.json()["message"]


def test_half_characters_come_back_as_escapes(client):
    body = '{"text": "The shameless \\ud800 mayor left the hall on Monday."}'
    answer = client.post("/v1/score", content=body, headers={"Content-Type": "application/json"})
    assert "\ud800" in answer.json()["sentences"][0]["text"]


def test_what_is_served_is_told(client, detector):
    model = client.get("/v1/models").json()["models"][0]
    assert f"{model['name']}@{model['fingerprint']}" == detector.folder.label
    assert {category["name"] for category in model["categories"]} == set(biasdetect.CATEGORIES)
    assert all(category["definition"] for category in model["categories"])
    assert client.get("/health").json()["status"] == "ok"


def test_a_text_that_the_model_cannot_read_is_told_so(client):
    told = scored(
        client, text="Der schamlose Bürgermeister peitschte seinen lächerlichen Haushalt durch den Rat der Stadt."
    )
    assert told["foreign_language"] == "de"
    assert "German, not English" in told["warnings"][0]
    assert not any(phrase["suggestions"] for phrase in phrases(told))


def test_what_the_page_knows_of_categories_and_voices_is_served(client):
    style, script = client.get("/vocabulary.css"), client.get("/vocabulary.js")
    assert style.headers["content-type"].startswith("text/css")
    assert script.headers["content-type"].startswith("text/javascript")
    assert all(f".c-{name}" in style.text and f'"{name}"' in script.text for name in biasdetect.CATEGORIES)


# --- to take along


def test_a_review_is_what_label_writes(client, tmp_path, run_cli):
    report = scored(client, name="harbour.txt", suggest=False)
    found = phrases(report)
    decisions = [{"start": p["start"], "end": p["end"], "accepted": p["text"] != "shameless"} for p in found]
    request = {"text": ARTICLE, "name": "harbour.txt", "decisions": decisions, "annotator": "mira"}
    answer = client.post("/v1/review", json=request)
    assert answer.headers["content-disposition"] == 'attachment; filename="biasdetect-review.jsonl"'
    path = tmp_path / "review.jsonl"
    path.write_bytes(answer.content)
    by_text = {record.text: record for record in ReviewFile(path).records}  # which refuses what it would not write
    assert len(by_text) == sum(bool(sentence["phrases"]) for sentence in report["sentences"])
    rejected = by_text["The shameless mayor left the hall before the vote."]
    assert (rejected.label, rejected.spans, rejected.extra["decision"]) == (0, (), "rejected")
    accepted = by_text["The balding treasurer, a mouthpiece of the port, will report in May."]
    assert (accepted.label, accepted.extra["decision"]) == (1, "accepted")
    assert [accepted.text[span.start : span.end] for span in accepted.spans] == [
        p["text"] for p in found if p["start"] > ARTICLE.index("The balding")
    ]
    checked = run_cli("labels", "check", path)
    assert checked.returncode == 0, checked.stdout.decode()


def test_what_is_decided_is_data_though_other_phrases_are_not(client, tmp_path, run_cli):
    two = "The balding treasurer and the shameless mayor left."
    found = phrases(scored(client, two, suggest=False))
    assert len(found) == 2
    places = [{"start": one["start"], "end": one["end"]} for one in found]

    def record(*decisions):
        answer = client.post("/v1/review", json={"text": two, "annotator": "mira", "decisions": list(decisions)})
        return json.loads(answer.text)

    def marked(record, **wanted):
        return [two[one["start"] : one["end"]] for one in record["spans"] if wanted.items() <= one.items()]

    accepted = record({**places[0], "accepted": True})
    assert (accepted["decision"], accepted["label"]) == ("changed", 1)
    assert marked(accepted) == ["balding", "shameless"]
    assert marked(accepted, technique="undecided") == ["shameless"]
    rejected = record({**places[0], "accepted": False})
    assert rejected["label"] == 0.5  # nobody said of the sentence that it is plain, or biased
    assert marked(rejected) == marked(rejected, technique="undecided") == ["shameless"]
    both = record({**places[0], "accepted": True}, {**places[1], "accepted": False})
    assert (both["decision"], both["label"], marked(both)) == ("changed", 1, ["balding"])
    path = tmp_path / "review.jsonl"
    path.write_text("".join(json.dumps(one) + "\n" for one in (accepted, rejected)), encoding="utf-8")
    checked = run_cli("labels", "check", path)
    assert checked.returncode == 0, checked.stdout.decode()
    example = as_example(LabelRecord.from_dict(accepted))
    assert [(two[span.start : span.end], math.isnan(span.target)) for span in example.spans] == [
        ("shameless", True),
        ("balding", False),
    ]


def test_the_report_is_the_page_of_the_command(client, detector):
    answer = client.post("/v1/report", json={"text": ARTICLE, "name": "harbour.txt", "suggest": False})
    assert answer.headers["content-disposition"] == 'attachment; filename="biasdetect-report.html"'
    report = biasdetect.Report.from_dict(scored(client, name="harbour.txt", suggest=False))
    lower = detector.score(ARTICLE, name="harbour.txt", threshold=0.1, suggest=False)
    assert answer.text == render_page(report, ARTICLE, lower)


def test_a_hostile_name_is_a_name(client):
    name = '"><script>alert(1)</script>\r\nX-Evil: 1/../../etc/passwd'
    assert scored(client, name=name)["source"] == name
    answer = client.post("/v1/report", json={"text": ARTICLE, "name": name})
    assert "<script>alert" not in answer.text
    assert "x-evil" not in answer.headers
    assert client.post("/v1/score", json={"text": ARTICLE, "name": "x" * 301}).status_code == 422


# --- what is wrong


@pytest.mark.parametrize(
    ("body", "said"),
    [
        ({"text": 5}, "text: Input should be a valid string"),
        ({}, "text: Field required"),
        ({"text": ARTICLE, "treshold": 0.5}, "treshold: Extra inputs are not permitted"),
        ({"text": ARTICLE, "threshold": 1.5}, "threshold: Input should be less than or equal to 1"),
        ({"text": ARTICLE, "threshold": "0.5"}, "threshold: Input should be a valid number"),
        ({"text": ARTICLE, "suggest": "yes"}, "suggest: Input should be a valid boolean"),
        ({"text": ARTICLE, "quotes": "drop"}, "quotes: Input should be 'mark', 'count' or 'skip'"),
        ({"text": ARTICLE, "format": "pdf"}, "format: Input should be 'text', 'markdown', 'html', 'latex' or 'rst'"),
        ({"text": " … "}, "holds no text"),
        ([ARTICLE], "body: Input should be a valid dictionary"),
    ],
)
def test_a_wrong_request_is_told_what_is_wrong(client, body, said):
    answer = client.post("/v1/score", json=body)
    assert answer.status_code == 422
    assert said in answer.json()["message"]
    assert "shameless" not in answer.text


@pytest.mark.parametrize(
    ("body", "kind", "status"),
    [
        (b"{", "application/json", 422),
        (b"\xff\xfe", "application/json", 422),
        (b"[" * 100_000, "application/json", 400),
        (b'{"text": ' + b"9" * 5000 + b"}", "application/json", 400),
        (json.dumps({"text": ARTICLE}).encode(), "text/plain", 422),  # what a form of another site could send
        (b"", "application/json", 422),
    ],
)
def test_a_request_that_is_no_json_is_refused(client, body, kind, status):
    answer = client.post("/v1/score", content=body, headers={"Content-Type": kind})
    assert answer.status_code == status
    assert set(answer.json()) == {"error", "message"}


def test_other_addresses_and_methods_say_where_to_look(client):
    assert client.get("/v1/nothing").status_code == 404
    assert client.get("/v1/score").status_code == 405
    assert client.get("/static/../app.py").status_code == 404
    assert "/docs" in client.get("/v1/score").json()["message"]


def test_a_batch_has_a_limit(client):
    answer = client.post("/v1/score/batch", json={"articles": [{"text": "One."}] * 4})
    assert answer.status_code == 413
    assert "at most 3 articles" in answer.json()["message"]


def test_a_body_over_the_limit_is_refused_with_the_limit(client):
    def chunks():  # without a length
        for _ in range(300):
            yield b"x" * 1000

    for content in (b"x" * 200_001, chunks()):
        answer = client.post("/v1/score", content=content, headers={"Content-Type": "application/json"})
        assert answer.status_code == 413
        assert "200,000 bytes" in answer.json()["message"]
    room = 200_000 - len(json.dumps({"text": ""}))
    assert client.post("/v1/score", json={"text": " " * room}).status_code == 422  # read, and found empty


class Failing(biasdetect.Detector):
    """Fails as a library might: with the text in its message."""

    def score(self, text, **settings):
        raise ValueError(f"cannot score {text.text}")


def test_a_failure_tells_neither_client_nor_log_of_the_text(detector, caplog):
    caplog.set_level(logging.DEBUG)
    app = create_app(Failing(detector.runtime))
    with TestClient(app, base_url=HOME) as client:
        for address in ("/v1/score", "/v1/report"):
            answer = client.post(address, json={"text": ARTICLE})
            assert answer.status_code == 500
            assert set(answer.json()) == {"error", "message"}
            assert answer.headers["content-security-policy"]
        told = events(client)
    assert told[-1]["event"] == "error"
    assert "ValueError" in caplog.text
    assert "score_in_parts" in caplog.text
    for words in ("shameless", "cannot score Council"):
        assert words not in caplog.text + answer.text + json.dumps(told[1:])


def test_nothing_of_an_article_is_logged(client, caplog):
    caplog.set_level(logging.DEBUG)
    scored(client, name="harbour.txt")
    client.post("/v1/score?shameless=1", json={"text": ARTICLE, "shameless": 1})
    client.get("/shameless")
    events(client)
    told = "\n".join(record.getMessage() for record in caplog.records if record.name.startswith("biasdetect"))
    assert "POST /v1/score 200" in told
    assert "GET (other) 404" in told
    assert not re.search("shameless|harbour|mayor", told)


# --- who may ask


def test_another_host_name_is_refused_on_this_machine_alone(client, detector):
    for name in ("evil.example", "evil.example:8000", "127.0.0.1.evil.example", "[::2]:80", "[", ""):
        assert client.get("/health", headers={"Host": name}).status_code == 421, name
    for name in ("127.0.0.1:8000", "localhost", "LOCALHOST:1", "[::1]:8000"):
        assert client.get("/health", headers={"Host": name}).status_code == 200, name
    anywhere = TestClient(create_app(detector, ServerSettings(hosts=())), base_url="http://any.example")
    assert anywhere.get("/health").status_code == 200


def test_no_other_site_may_read_answers_unless_allowed(client, detector):
    asked = {"Origin": "https://cms.example.org", "Access-Control-Request-Method": "POST", "Access-Control-Request-Headers": "content-type"}  # fmt: skip
    answer = client.options("/v1/score", headers=asked)
    assert answer.status_code == 405
    assert not any(name.startswith("access-control") for name in answer.headers)
    answer = client.post("/v1/score", json={"text": ARTICLE}, headers={"Origin": "https://cms.example.org"})
    assert "access-control-allow-origin" not in answer.headers
    with TestClient(
        create_app(detector, ServerSettings(origins=("https://cms.example.org",))), base_url=HOME
    ) as open_client:
        assert open_client.options("/v1/score", headers=asked).headers["access-control-allow-origin"] == asked["Origin"]
        other = open_client.options("/v1/score", headers={**asked, "Origin": "https://evil.example"})
        assert "access-control-allow-origin" not in other.headers


def test_every_answer_has_the_headers_of_a_careful_server(client):
    answers = [client.get(path) for path in ("/", "/app.js", "/docs", "/health", "/nothing", "/metrics")]
    answers += [client.post("/v1/score", json={}), client.get("/", headers={"Host": "evil.example"})]
    for answer in answers:
        policy = answer.headers["content-security-policy"]
        assert policy.startswith("default-src 'none'")
        assert "frame-ancestors 'none'" in policy
        assert "script-src 'unsafe" not in policy
        assert answer.headers["x-content-type-options"] == "nosniff"
        assert answer.headers["referrer-policy"] == "no-referrer"
        assert "server" not in answer.headers
    assert "unsafe" not in answers[0].headers["content-security-policy"]


def test_pages_name_no_other_host(client):
    for path in ("/", *SCRIPTS, "/style.css", "/docs", "/docs.js"):
        found = re.findall(r"(?:https?:)?//[\w.-]+", re.sub(r"(?m)^\s*//.*", "", client.get(path).text))
        assert set(found) <= {"http://127.0.0.1"}, path


def test_the_page_puts_text_into_no_markup(client):
    for path in SCRIPTS:
        assert not re.search(r"innerHTML|outerHTML|insertAdjacent|document\.write|eval\(|srcdoc", client.get(path).text)


def test_metrics_count(client):
    def figure(name):
        line = re.search(rf"(?m)^{re.escape(name)} (\S+)$", client.get("/metrics").text)
        return float(line[1]) if line else 0.0

    before = figure('biasdetect_requests_total{path="/v1/score",status="200"}'), figure("biasdetect_sentences_total")
    report = scored(client)
    assert figure('biasdetect_requests_total{path="/v1/score",status="200"}') == before[0] + 1
    assert figure("biasdetect_sentences_total") == before[1] + len(report["sentences"])
    assert figure('biasdetect_refused_total{reason="too-large"}') >= 0
    assert figure("biasdetect_queue_length") == 0
    assert "(other)" in client.get("/metrics").text or client.get("/odd/path").status_code == 404
    assert "odd/path" not in client.get("/metrics").text


# --- a real server


@pytest.fixture(scope="module")
def server():
    """Small limits, and a model that takes its time."""
    options = ("--workers", "2", "--queue", "20", "--max-body", "0.1", "--upload-seconds", "0.5")
    with serving(*options, slow=True) as server:
        yield server
        assert server.stop() == 0
        log = "".join(server.log)
        assert "POST /v1/score " in log
        assert "Traceback" not in log
        assert not re.search("shameless|clerk number", log)


def connect(server):
    host, port = server.address.removeprefix("http://").split(":")
    return socket.create_connection((host, int(port)), timeout=10)


def sent(request, path="/v1/score"):
    body = json.dumps(request).encode()
    head = f"POST {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n"
    return head.encode() + body


def figures(server):
    return dict(
        line.rsplit(" ", 1) for line in httpx2.get(f"{server.address}/metrics").text.splitlines() if line[:1] != "#"
    )


def wait_for(condition, seconds=10):
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end
        time.sleep(0.02)


def test_a_hundred_clients_at_once_get_their_own_answer_or_a_time_to_come_back(server):
    async def ask(client, number):
        text = f"The shameless clerk number {number} left. Clerk {number} will return in May."
        return number, await client.post("/v1/score", json={"text": text, "name": str(number)})

    async def ask_all():
        limits = httpx2.Limits(max_connections=None)
        async with httpx2.AsyncClient(base_url=server.address, timeout=60, limits=limits) as client:
            return await asyncio.gather(*(ask(client, number) for number in range(100)))

    answers = asyncio.run(ask_all())
    assert len(answers) == 100
    refused = [answer for _, answer in answers if answer.status_code == 503]
    assert 0 < len(refused) < 100
    for answer in refused:
        assert int(answer.headers["Retry-After"]) >= 1
        assert f"{answer.headers['Retry-After']} s" in answer.json()["message"]
    for number, answer in answers:
        if answer.status_code != 503:
            assert answer.status_code == 200
            report = answer.json()
            assert report["source"] == str(number)
            assert f"clerk number {number} left" in report["sentences"][0]["text"]
    wait_for(lambda: figures(server)["biasdetect_running"] == "0.0")
    assert figures(server)["biasdetect_queue_length"] == "0.0"


def test_nobody_works_for_a_client_that_is_gone(server):
    before = figures(server)
    long = {"text": "The shameless mayor left.\n\n" * 3000, "suggest": False}  # some 40 parts
    busy = [connect(server) for _ in range(2)]
    for line in busy:
        line.sendall(sent(long))
    wait_for(lambda: figures(server)["biasdetect_running"] == "2.0")
    for path in ("/v1/score", "/v1/score/stream"):
        with connect(server) as waiting:
            waiting.sendall(sent({"text": "The shameless mayor left."}, path))
            wait_for(lambda: figures(server)["biasdetect_queue_length"] == "1.0")
        wait_for(lambda: figures(server)["biasdetect_queue_length"] == "0.0", seconds=1)
    for line in busy:
        line.close()
    wait_for(lambda: figures(server)["biasdetect_running"] == "0.0")
    after = figures(server)
    gone = 'biasdetect_refused_total{reason="hung-up"}'
    assert float(after[gone]) - float(before[gone]) == 4
    # the two that waited never began
    name = "biasdetect_scoring_seconds_count"
    assert float(after[name]) - float(before[name]) == 2


def test_a_stream_that_is_left_stops(server):
    long = {"text": "The shameless mayor left.\n\n" * 3000, "suggest": False}
    with httpx2.stream("POST", f"{server.address}/v1/score/stream", json=long) as answer:
        told = answer.iter_lines()
        assert json.loads(next(told))["event"] == "start"
        assert figures(server)["biasdetect_running"] == "1.0"
    wait_for(lambda: figures(server)["biasdetect_running"] == "0.0", seconds=2)


def test_a_slow_upload_is_cut_off(server):
    with connect(server) as line:
        line.sendall(sent({"text": "x" * 1000})[:-900])
        answer = b"".join(iter(lambda: line.recv(65536), b""))
    assert answer.startswith(b"HTTP/1.1 408")
    assert b"0.5 s" in answer


def test_who_connects_and_says_nothing_is_not_waited_for(server):
    health = b"GET /health HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n"
    for begun in (b"", b"GET /health HTTP/1.1\r\nHost: ", health, health + b"POST /v1/score HTT"):
        with connect(server) as line:
            line.sendall(begun)
            answer = b"".join(iter(lambda: line.recv(65536), b""))
        assert answer.startswith(b"HTTP/1.1 200" if b"\r\n\r\n" in begun else b"")
    # what takes longer than that to be answered is none of it
    assert (
        httpx2.post(f"{server.address}/v1/score", json={"text": "It rained.\n\n" * 6000}, timeout=30).status_code == 200
    )


def test_a_client_that_sends_too_much_still_reads_why(server):
    declared = httpx2.post(f"{server.address}/v1/score", content=b"x" * 3_000_000)
    chunked = httpx2.post(f"{server.address}/v1/score", content=(b"x" * 10_000 for _ in range(300)))
    for answer in (declared, chunked):
        assert answer.status_code == 413
        assert "100,000 bytes" in answer.json()["message"]


def test_broken_http_does_no_harm(server):
    for line in (b"GET / HTTP/9\r\n\r\n", b"\x00\xff\r\n\r\n", b"POST /v1/score HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: -5\r\n\r\n"):  # fmt: skip
        with connect(server) as client:
            client.sendall(line)
            assert client.recv(1000)[:12] in (b"HTTP/1.1 400", b"")
    with connect(server) as client:  # a client that hangs up in the middle of its request
        client.sendall(sent({"text": "x" * 1000})[:-500])
    assert httpx2.get(f"{server.address}/health").status_code == 200


# --- the command


def test_a_port_that_is_taken_is_told(run_cli):
    with socket.create_server(("127.0.0.1", 0)) as taken:
        process = run_cli("serve", "--port", str(taken.getsockname()[1]))
    assert process.returncode == 4
    assert b"Name another --port" in process.stderr


def test_pages_are_fetched_from_everywhere_or_not_at_all(run_cli):
    both = run_cli("serve", "--no-fetch", "--allow-private")
    assert both.returncode == 2
    assert "exclude each other" in both.stderr.decode()


def test_a_wrong_model_or_option_is_told(run_cli):
    assert run_cli("serve", "--port", "0", "--model", "nowhere").returncode == 4
    assert run_cli("serve", "--queue", "-1").returncode == 2


def test_the_commands_of_the_page_run(root, tmp_path):
    """As they stand, but for the port."""
    needs(bool(shutil.which("curl")), "needs curl: apt-get install curl")
    page = (root / "docs" / "integrate" / "serve.md").read_text(encoding="utf-8")
    commands = re.findall(r"(?ms)^\$ (curl .*?)(?=^\$ |^```)", page)
    assert len(commands) >= 8
    shutil.copytree(root / "examples", tmp_path / "examples")
    with serving() as server:
        for command in commands:
            arguments = shlex.split(command.replace("\\\n", " ").replace("http://127.0.0.1:8000", server.address))
            process = subprocess.run(
                [*arguments, "--fail-with-body", "-sS"], cwd=tmp_path, capture_output=True, check=False
            )
            assert process.returncode == 0, (command, process.stderr, process.stdout)
            assert process.stdout
