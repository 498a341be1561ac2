"""Disks that are full and streams that are closed: a clear line, the documented exit code, and nothing lost."""

import json
import os
import shlex
import subprocess
import sys
from pathlib import Path

import pytest
from conftest import needs
from corpora import invented, write_rows

pytestmark = pytest.mark.skipif(os.name != "posix", reason="limits and descriptors are those of Unix")

ARTICLE = "The shameless mayor left on Monday. She will return in May.\n"
NO_GROWTH = "ulimit -f 0"  # whatever grows a file fails, as on a full disk


@pytest.fixture
def shell(tmp_path):
    """Run the command line behind a line of the shell, and with its redirections."""

    def run(arguments, redirections="", before=":"):
        command = f"{shlex.join([sys.executable, '-m', 'biasdetect', *map(str, arguments)])} {redirections}"
        return subprocess.run(
            ["sh", "-c", f"{before}; exec {command}"],
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            encoding="utf-8",
            cwd=tmp_path,
            env={**os.environ, "PYTHONUTF8": "1"},
            timeout=120,
            check=False,
        )

    return run


@pytest.fixture
def article(tmp_path):
    path = tmp_path / "article.txt"
    path.write_text(ARTICLE, encoding="utf-8")
    return path


@pytest.fixture
def small_disk(tmp_path):
    """Mount a disk of so many KiB; its folder."""
    mounted = []

    def mount(size):
        folder = tmp_path / "disk"
        folder.mkdir()
        done = subprocess.run(
            ["mount", "-t", "tmpfs", "-o", f"size={size}k", "tmpfs", folder], capture_output=True, check=False
        )
        needs(done.returncode == 0, f"a small disk cannot be mounted: {done.stderr.decode().strip()}")
        mounted.append(folder)
        return folder

    yield mount
    for folder in mounted:
        subprocess.run(["umount", folder], check=False)


def told(process):
    """The message of a command that failed: no traceback, nothing of Python's own."""
    assert "Traceback" not in process.stderr
    assert "Exception ignored" not in process.stderr
    assert "mistake in biasdetect" not in process.stderr
    return process.stderr


def snapshot(folder):
    return {path.name: path.read_bytes() for path in folder.iterdir() if path.is_file()}


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="there is no /dev/full")
@pytest.mark.parametrize(
    "arguments",
    [
        ["--help"],
        ["models", "list"],
        ["score", "article.txt"],
        ["score", "--format", "json", "article.txt"],
        ["score", "--format", "html", "article.txt"],
        ["score", "--format", "concise", "article.txt"],
        ["score", "--fix", "--in-place", "article.txt"],
    ],
    ids=" ".join,
)
def test_a_full_disk_behind_standard_output_is_told(shell, article, arguments):
    process = shell(arguments, "> /dev/full")
    assert process.returncode == 4
    assert "standard output: cannot be written (No space left on device)" in told(process)


def test_a_closed_standard_output_is_told(shell, article):
    process = shell(["score", article], ">&-")
    assert process.returncode == 4
    assert "standard output: cannot be written (Bad file descriptor)" in told(process)


def test_closed_streams_that_are_not_needed_harm_nothing(shell, tmp_path):
    write_rows(tmp_path / "in.jsonl", invented(4))
    command = ["corpus", "in.jsonl", "--id-column", "id", "--workers", "1", "--out"]
    assert shell([*command, "whole.jsonl"]).returncode == 0
    assert shell([*command, "closed.jsonl"], "<&- >&- 2>&-").returncode == 0
    assert (tmp_path / "closed.jsonl").read_bytes() == (tmp_path / "whole.jsonl").read_bytes()


@pytest.mark.parametrize("redirection", ["2> /dev/full", "2>&-"])
def test_messages_that_cannot_be_written_end_nothing(shell, article, redirection):
    whole = shell(["score", article, article])
    process = shell(["score", article, article], redirection)
    assert (process.returncode, process.stdout, process.stderr) == (0, whole.stdout, "")
    assert shell(["score", "missing.txt"], redirection).returncode == 3


@pytest.mark.parametrize("form", ["terminal", "jsonl"])
def test_a_reader_that_has_seen_enough_is_no_failure(tmp_path, form):
    for number in range(60):
        (tmp_path / f"{number}.txt").write_text(ARTICLE * 30, encoding="utf-8")  # more than a pipe holds
    process = subprocess.Popen(
        [sys.executable, "-m", "biasdetect", "score", "--no-suggest", "--format", form, "."],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        cwd=tmp_path,
    )
    assert process.stdout.read(10)
    process.stdout.close()
    assert (process.stderr.read(), process.wait(60)) == ("", 0)
    process.stderr.close()


@pytest.mark.parametrize(
    ("arguments", "target"),
    [
        (["score", "--format", "html", "--out", "old.html", "article.txt"], "old.html"),
        (["score", "--format", "html", "--out", "pages", "article.txt", "article.txt"], "pages"),
        (["score", "--fix", "article.txt"], "article.fixed.txt"),
        (["score", "--fix", "--in-place", "article.txt"], "article.txt"),
        (["score", "--write-baseline", "old.html", "article.txt"], "old.html"),
        (["evaluate", "labels.jsonl", "--html", "old.html"], "old.html"),
        (["label", "article.txt", "--format", "doccano", "--out", "new.jsonl"], "new.jsonl"),
        (["labels", "export", "labels.jsonl", "--to", "csv", "--out", "old.html"], "old.html"),
        (["corpus", "rows.jsonl", "--out", "new.csv", "--workers", "1"], "new.csv"),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, list) else "",
)
def test_a_file_that_cannot_be_written_is_told_and_the_old_one_stays(
    shell, article, tmp_path, root, train_extra, arguments, target
):
    (tmp_path / "old.html").write_text("old", encoding="utf-8")
    with (root / "training" / "corpus" / "dev.jsonl").open(encoding="utf-8") as file:
        (tmp_path / "labels.jsonl").write_text("".join(next(file) for _ in range(30)), encoding="utf-8")
    write_rows(tmp_path / "rows.jsonl", invented(3))
    before = snapshot(tmp_path)
    process = shell(arguments, before=NO_GROWTH)
    assert process.returncode == 4, process.stderr
    assert "cannot be written (" in told(process)
    assert target in process.stderr
    assert snapshot(tmp_path) == before


@pytest.mark.parametrize("option", ["--csv", "--html"])
def test_a_report_that_cannot_be_written_is_told(shell, tmp_path, option):
    write_rows(tmp_path / "rows.jsonl", invented(4))
    assert shell(["corpus", "rows.jsonl", "--id-column", "id", "--out", "scored.csv", "--workers", "1"]).returncode == 0
    process = shell(["report", "scored.csv", "--by", "outlet", option, "out"], before=NO_GROWTH)
    assert process.returncode == 4, process.stderr
    assert "out: cannot be written (File too large)" in told(process)
    assert not (tmp_path / "out").exists()


def test_an_output_that_is_a_pipe_is_written_to_as_it_is(shell, tmp_path):
    write_rows(tmp_path / "rows.jsonl", invented(4))
    assert shell(["corpus", "rows.jsonl", "--id-column", "id", "--out", "scored.csv", "--workers", "1"]).returncode == 0
    process = shell(["report", "scored.csv", "--by", "outlet", "--format", "json", "--csv", "/dev/stderr"])
    assert process.returncode == 0, process.stderr
    assert "Lirna Post" in process.stderr
    assert json.loads(process.stdout)


def test_a_disk_that_fills_up_under_a_corpus_is_told_and_the_run_goes_on_when_there_is_room(
    shell, small_disk, tmp_path
):
    write_rows(tmp_path / "in.jsonl", invented(60))
    arguments = ["corpus", "in.jsonl", "--id-column", "id", "--workers", "1", "--out"]
    assert shell([*arguments, "whole.jsonl"]).returncode == 0
    disk = small_disk(200)
    process = shell([*arguments, "disk/out.jsonl"])
    assert process.returncode == 4, process.stderr
    assert "disk/" in told(process)
    assert "cannot be written (" in process.stderr
    assert "the same command goes on" in process.stderr
    assert not (disk / "out.jsonl").exists()
    subprocess.run(["mount", "-o", "remount,size=8192k", disk], check=True)
    process = shell([*arguments, "disk/out.jsonl"])
    assert process.returncode == 0, process.stderr
    assert (disk / "out.jsonl").read_bytes() == (tmp_path / "whole.jsonl").read_bytes()
