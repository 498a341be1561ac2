"""The command line as a user meets it."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from biasdetect import Report
from biasdetect.commands import main

LOADED = "The shameless mayor rammed the ludicrous plan through the council.\n"
PLAIN = "The mayor presented the plan to the council on Tuesday.\n"


@pytest.fixture
def article(tmp_path):
    def write(name, text, encoding="utf-8"):
        path = tmp_path / name
        path.write_bytes(text if isinstance(text, bytes) else text.encode(encoding))
        return path

    return write


def test_the_report_marks_phrases_with_scores_and_categories(run_cli, article):
    result = run_cli("score", article("a.txt", LOADED + "Read also:\n"))
    out = result.stdout.decode()
    assert result.returncode == 0
    assert "[shameless" in out
    assert "your own words 0." in out
    assert "Skipped 1 piece" in out
    assert "\x1b[" not in out


def test_colour_only_where_asked_for(run_cli, article):
    file = article("a.txt", LOADED)
    assert b"\x1b[" in run_cli("score", file, FORCE_COLOR="1").stdout
    assert b"\x1b[3" not in run_cli("score", file, FORCE_COLOR="1", NO_COLOR="1").stdout


def test_json_is_the_wire_format(run_cli, article):
    one, two = article("a.txt", LOADED), article("b.txt", PLAIN)
    report = Report.from_dict(json.loads(run_cli("score", "--format", "json", one).stdout))
    assert report.source == str(one)
    assert report.phrases
    both = json.loads(run_cli("score", "--format", "json", one, two).stdout)
    assert [Report.from_dict(data).source for data in both] == [str(one), str(two)]
    lines = run_cli("score", "--format", "jsonl", one, two).stdout.splitlines()
    assert [json.loads(line)["source"] for line in lines] == [str(one), str(two)]


def test_a_page_goes_to_standard_output_or_a_file(run_cli, article, tmp_path):
    file = article("a.txt", LOADED)
    result = run_cli("score", "--format", "html", file)
    assert result.returncode == 0
    assert result.stdout.startswith(b"<!doctype html>")
    written = run_cli("score", "--format", "html", "--out", tmp_path / "page.html", file)
    assert written.stdout == b""
    assert (tmp_path / "page.html").read_bytes() == result.stdout
    assert run_cli("score", "--format", "html", "--out", file, file).returncode == 4  # the article stays
    assert file.read_text(encoding="utf-8") == LOADED


def test_pages_of_several_articles_go_to_a_folder(run_cli, article, tmp_path):
    (tmp_path / "b").mkdir()
    files = [article("a.txt", LOADED), article("b/a.txt", PLAIN), article("ü &.md", PLAIN)]
    assert run_cli("score", "--format", "html", *files).returncode == 2
    assert run_cli("score", "--out", tmp_path / "pages", *files).returncode == 2
    assert run_cli("score", "--format", "html", "--out", tmp_path / "none" / "a.html", files[0]).returncode == 2
    assert run_cli("score", "--format", "html", "--out", tmp_path / "pages", *files).returncode == 0
    assert sorted(path.name for path in (tmp_path / "pages").iterdir()) == [
        "a-2.html",
        "a.html",
        "index.html",
        "ü.html",
    ]


def test_every_format_gives_the_same_phrases(run_cli, root):
    files = [root / "examples" / f"article.{form}" for form in ("txt", "md", "html")]
    reports = [Report.from_dict(data) for data in json.loads(run_cli("score", "--format", "json", *files).stdout)]
    plain, *marked = [
        [(phrase.text.replace("\xad", ""), phrase.category, phrase.voice) for phrase in report.phrases]
        for report in reports
    ]
    assert all(phrases == plain for phrases in marked)
    assert reports[2].metadata.outlet == "Lirna Harbour News"
    assert all(report.headline.text.startswith("Regional council approves") for report in reports)


def test_a_folder_is_scored_document_by_document(run_cli, article, tmp_path):
    article("a.txt", PLAIN), article("b.md", LOADED), article("c.pdf", b"%PDF-1.4 broken"), article("d.csv", "x")
    result = run_cli("score", "--format", "json", tmp_path)
    assert result.returncode == 3
    assert [data["source"] for data in json.loads(result.stdout)] == [str(tmp_path / "a.txt"), str(tmp_path / "b.md")]
    assert result.stderr.decode().count("Error: ") == 1
    assert "c.pdf" in result.stderr.decode()


def test_a_table_is_scored_article_by_article(run_cli, tmp_path):
    (tmp_path / "a.csv").write_text('id,words\n1,"The shameless mayor left."\n2,\n3,The council met.\n')
    result = run_cli("score", "a.csv", "--text-column", "words", "--format", "jsonl")
    assert result.returncode == 3
    reports = [json.loads(line) for line in result.stdout.splitlines()]
    assert [(report["source"], sum(len(one["phrases"]) for one in report["sentences"])) for report in reports] == [
        ("a.csv#1", 1),
        ("a.csv#3", 0),
    ]
    assert b"a.csv#2: holds no text" in result.stderr
    pages = run_cli("score", "a.csv", "--text-column", "words", "--format", "html", "--out", "pages")
    assert sorted(path.name for path in (tmp_path / "pages").iterdir()) == [
        "a.csv-1.html",
        "a.csv-3.html",
        "index.html",
    ], pages
    piped = run_cli("score", "-", "--text-column", "words", "--format", "json", stdin=(tmp_path / "a.csv").read_bytes())
    assert [report["sentences"] for report in json.loads(piped.stdout)] == [report["sentences"] for report in reports]
    assert b"--fix writes plain text" in run_cli("score", "a.csv", "--text-column", "words", "--fix").stderr
    assert run_cli("score", "a.csv", "--encoding", "nonesuch").returncode == 2


def test_kinds_and_boilerplate(run_cli, article):
    file = article("a.txt", PLAIN + LOADED + "Read also:\n")
    out = run_cli("score", "--kind", "opinion", "--keep-boilerplate", file).stdout.decode()
    assert "Read as an opinion piece" in " ".join(out.split())
    assert "Skipped" not in out


def test_a_page_of_the_web_is_scored(run_cli, tmp_path):
    import threading
    from functools import partial
    from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer

    class Quiet(SimpleHTTPRequestHandler):
        def log_message(self, *_):
            pass

    (tmp_path / "page.html").write_text(f"<h1>Council votes</h1><p>{LOADED}</p><p>{PLAIN}</p>")
    with ThreadingHTTPServer(("127.0.0.1", 0), partial(Quiet, directory=tmp_path)) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        address = f"http://127.0.0.1:{server.server_port}"
        result = run_cli("score", "--format", "json", f"{address}/page.html", f"{address}/none.html")
        server.shutdown()
    assert result.returncode == 3
    assert "404" in result.stderr.decode()
    (data,) = json.loads(result.stdout)
    assert data["source"] == f"{address}/page.html"
    assert any("shameless" in phrase.text for phrase in Report.from_dict(data).phrases)


def test_standard_input(run_cli):
    for arguments in (("score", "-", "--format", "json"), ("score", "--format", "json")):
        assert json.loads(run_cli(*arguments, stdin=LOADED.encode()).stdout)["source"] == "-"


def test_settings_reach_the_report(run_cli, article):
    file = article("a.txt", f"“{LOADED.strip()}” said the clerk.\n{PLAIN}")
    data = json.loads(run_cli("score", "--format", "json", "--threshold", "0.9", "--quotes", "count", file).stdout)
    assert data["settings"] == {"threshold": 0.9, "quotes": "count", "kind": "news", "keep_boilerplate": False}


def test_exit_codes(run_cli, article, tmp_path):
    loaded, plain = article("a.txt", LOADED), article("b.txt", PLAIN)
    assert run_cli("score", "--fail-above", "0.5", plain).returncode == 0
    assert run_cli("score", "--fail-above", "0.5", plain, loaded).returncode == 1
    for wrong in (
        ("score", "--threshold", "2", plain),
        ("score", "--format", "xml", plain),
        ("scroe", plain),
        ("score", "--nothing"),
    ):
        assert run_cli(*wrong).returncode == 2
    assert run_cli("score", tmp_path / "missing.txt").returncode == 3
    assert run_cli("score", "--model", tmp_path / "nowhere", plain).returncode == 4


def test_what_cannot_be_read_is_told_and_the_rest_is_scored(run_cli, article, tmp_path):
    bad = [
        tmp_path / "missing.txt", article("empty.txt", ""), article("picture.png", b"\x89PNG\r\n\x1a\n" + bytes(500)),
        article("large.txt", b"word " * 1_200_000),
    ]  # fmt: skip
    good = article("a.txt", LOADED)
    result = run_cli("score", "--format", "jsonl", *bad, good)
    errors = result.stderr.decode()
    assert result.returncode == 3
    assert [json.loads(line)["source"] for line in result.stdout.splitlines()] == [str(good)]
    assert errors.count("Error: ") == len(bad)
    assert "Traceback" not in errors


def test_awkward_articles_are_scored(run_cli, article):
    files = [
        article("latin.txt", "Der Bürgermeister. The café’s shameless owner left.", "cp1252"),
        article("nul.txt", b"The shameless\x00 mayor\x07 left.\x1b[31m\n"),
        article("bom.txt", LOADED, "utf-8-sig"),
        article("utf16.txt", LOADED, "utf-16"),
        article("line.txt", "The plan was presented. " * 42_000),
        article(
            "german.txt",
            "Der schamlose Bürgermeister hat am Dienstag den lächerlichen Plan durch den Rat gedrückt, sagte sie.",
        ),
    ]
    result = run_cli("score", *files)
    assert result.returncode == 0, result.stderr
    assert b"\x1b" not in result.stdout
    assert b"not English" in result.stderr


def test_help_tells_examples_and_exit_codes(run_cli):
    text = run_cli("score", "--help").stdout.decode()
    assert "Examples:" in text
    assert "Exit codes:" in text


def test_output_that_has_no_form_for_a_character_gets_another(run_cli, article):
    article("a.txt", LOADED)
    done = run_cli("score", "a.txt", PYTHONUTF8="0", PYTHONIOENCODING="ascii")
    assert (done.returncode, done.stderr) == (0, b"")
    assert b"Scores (0 to 1)" in done.stdout


@pytest.mark.parametrize("error, code", [(KeyboardInterrupt(), 5), (ZeroDivisionError(), 4)])
def test_no_accident_has_the_exit_code_of_a_finding(monkeypatch, error, code):
    def fail(**_):
        raise error

    monkeypatch.setattr(main.cli, "main", fail)
    with pytest.raises(SystemExit) as stopped:
        main.main()
    assert stopped.value.code == code


def test_the_tests_run_this_checkout(root, tmp_path):
    """An installed copy would pass the tests of yesterday."""
    code = "import biasdetect; print(biasdetect.__file__)"
    done = subprocess.run([sys.executable, "-c", code], cwd=tmp_path, capture_output=True, text=True, check=True)
    assert Path(done.stdout).is_relative_to(root)
