"""``biasdetect label`` as an annotator meets it: on a terminal, with keys, killed and gone on with."""

import json
import os
import signal
import subprocess
import sys

import pytest

from biasdetect.labels import read_labels

LAUNCH = """
from biasdetect.commands.label import label
from biasdetect.commands.main import cli, main
cli.add_command(label)
main()
"""
ARTICLE = """\
The shameless mayor of Lirna rammed the ludicrous plan through the council.

The council met on Tuesday and approved the budget by seven votes to four.

“This is a disgraceful farce,” said Orla Venn, who leads the opposition.
"""


@pytest.fixture
def article(tmp_path):
    path = tmp_path / "plan.txt"
    path.write_text(ARTICLE, encoding="utf-8")
    return path


@pytest.fixture
def label(tmp_path, train_extra):
    def run(*arguments, stdin=b""):
        command = [sys.executable, "-c", LAUNCH, "label", *map(str, arguments)]
        return subprocess.run(
            command,
            input=stdin,
            capture_output=True,
            cwd=tmp_path,
            env={**os.environ, "PYTHONUTF8": "1"},
            timeout=120,
            check=False,
        )

    return run


@pytest.fixture
def terminal(on_terminal, train_extra):
    return lambda *arguments: on_terminal([sys.executable, "-c", LAUNCH, "label", *map(str, arguments)])


def test_a_review_that_is_killed_goes_on(terminal, article, tmp_path):
    out = tmp_path / "review.jsonl"
    first = terminal(article, "--out", out, "--annotator", "Mira")
    assert "Sentence 1 of 3" in first.wait_for("q quit")
    first.press(b"a", "Sentence 2 of 3")
    first.press(b"b", "Biased  the model")
    first.process.send_signal(signal.SIGKILL)
    first.end()
    assert len(read_labels([out]).records) == 1

    second = terminal(article, "--out", out, "--annotator", "Mira")
    assert "1 accepted" in second.wait_for("Sentence 1 of 2")
    second.press(b"u", "Sentence 1 of 3")
    second.press(b"a", "Sentence 2 of 3")
    second.press(b"r", "Sentence 3 of 3")
    second.press(b"m", "esc drop it")
    second.press(b"\x1b", "q quit")
    second.press(b"s", "Nothing is left")
    rest = " ".join(second.press(b"q", "").split())
    assert second.end() == 0
    assert "2 reviewed (1 accepted, 1 rejected, 0 changed), 1 skipped." in rest
    assert "2 labelled sentences; to train a model at least 20 are needed" in rest
    labels = read_labels([out])
    assert [record.extra["decision"] for record in labels.records] == ["accepted", "rejected", "skipped"]
    assert all(ARTICLE[one.extra["start"] : one.extra["end"]] == one.text for one in labels.records)


def test_control_c_and_a_file_that_cannot_be_read(terminal, article, tmp_path):
    out = tmp_path / "review.jsonl"
    review = terminal(article, tmp_path / "missing.txt", "--out", out, "--limit", "2")
    review.wait_for("Sentence 1 of 2")
    review.press(b"a", "Sentence 2 of 2")
    rest = review.press(b"\x03", "")
    assert review.end() == 5
    assert "missing.txt" in rest  # told again, where the screen of the review does not cover it
    assert "1 reviewed" in rest
    assert len(read_labels([out]).records) == 1


def test_accepted_labels_pass_the_check(terminal, article, tmp_path, run_cli):
    out = tmp_path / "review.jsonl"
    review = terminal(article, "--out", out)
    review.wait_for("Sentence 1 of 3")
    for number in (2, 3):
        review.press(b"a", f"Sentence {number} of 3")
    review.press(b"a", "Nothing is left")
    review.press(b"q", "")
    assert review.end() == 0
    check = run_cli("labels", "check", out)
    assert check.returncode == 0
    assert b"3 records good. 1 biased, 2 plain" in check.stdout
    assert b"Warnings" not in check.stdout


def test_without_a_terminal_the_tools_are_named(label, article, tmp_path):
    result = label(article, "--out", "review.jsonl")
    assert result.returncode == 2
    assert b"no terminal" in result.stderr
    assert b"--format label-studio" in result.stderr
    assert not (tmp_path / "review.jsonl").exists()


def test_a_file_for_label_studio_though_an_article_is_missing(label, article, tmp_path):
    result = label("missing.txt", article, "--format", "label-studio", "--out", "tasks.json", "--limit", "2")
    assert result.returncode == 3
    assert b"missing.txt" in result.stderr
    assert b"2 sentences written to tasks.json" in result.stdout
    tasks = json.loads((tmp_path / "tasks.json").read_text(encoding="utf-8"))
    assert all(task["predictions"] and "annotations" not in task for task in tasks)


def test_a_file_for_doccano_from_a_pipe(label, tmp_path):
    result = label("-", "--format", "doccano", "--out", "tasks.jsonl", "--threshold", "0.6", stdin=ARTICLE.encode())
    assert result.returncode == 0
    lines = (tmp_path / "tasks.jsonl").read_text(encoding="utf-8").splitlines()
    (shameless,) = [task for task in map(json.loads, lines) if task["text"].startswith("The shameless")]
    assert all(word in shameless["suggestion"] for word in ("shameless", "ludicrous", "biased"))
    assert shameless["label"] == []


def test_no_file_takes_the_place_of_another(label, terminal, article, tmp_path):
    notes = tmp_path / "notes.jsonl"
    notes.write_text("My notes\n")
    result = label(article, "--format", "doccano", "--out", notes)
    assert result.returncode == 2
    assert b"exists already" in result.stderr
    review = terminal(article, "--out", notes)
    assert "is no decision of a review" in " ".join(review.wait_for("").split())
    assert review.end() == 4
    assert notes.read_text() == "My notes\n"


def test_nothing_to_label(label, tmp_path):
    (tmp_path / "empty.txt").write_text("* * *\n")
    result = label("empty.txt", "--format", "label-studio", "--out", "tasks.json")
    assert b"No sentence was found" in result.stderr
    assert not (tmp_path / "tasks.json").exists()
