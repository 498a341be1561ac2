"""The command line for someone who has not read its manual: files as they come, help, completion, progress."""

import json
import os
import re
import shutil
import subprocess
import sys
import time

import click
import pytest
from conftest import needs

from biasdetect.commands import main

LOADED = "The shameless mayor rammed the ludicrous plan through the council.\n"


@pytest.fixture
def run_here(monkeypatch, capsys, tmp_path):
    """Run the command line in this process, in an empty folder: its exit code and what it writes."""
    monkeypatch.chdir(tmp_path)

    def run(*arguments):
        monkeypatch.setattr(sys, "argv", ["biasdetect", *map(str, arguments)])
        with pytest.raises(SystemExit) as end:
            main.main()
        output = capsys.readouterr()
        return int(end.value.code or 0), output.out, output.err

    return run


def test_a_file_in_place_of_a_command_is_scored(run_cli, tmp_path):
    (tmp_path / "draft").write_text(LOADED)
    as_command = json.loads(run_cli("score", "draft", "--format", "json").stdout)
    assert json.loads(run_cli("draft", "--format", "json").stdout) == as_command
    assert json.loads(run_cli("-", "--format", "json", stdin=LOADED.encode()).stdout)["source"] == "-"


def test_a_folder_and_an_address_are_scored(run_here, tmp_path):
    (tmp_path / "drafts").mkdir()
    (tmp_path / "drafts" / "a.txt").write_text(LOADED)
    code, out, _ = run_here("drafts", "--format", "concise")
    assert code == 0
    assert "shameless" in out
    code, _, err = run_here("http://127.0.0.1:1/page.html")  # no server there
    assert code == 3
    assert err == "Error: 127.0.0.1: refuses the connection. Check the address and the port.\n"


def test_a_command_wins_over_a_file_of_its_name(run_here, tmp_path):
    (tmp_path / "lsp").write_text(LOADED)
    (tmp_path / "help").write_text(LOADED)
    assert run_here("help")[1].startswith("Usage: biasdetect")
    assert "shameless" in run_here("./help")[1]


def test_a_path_that_does_not_exist_is_no_command(run_here):
    for path in ("articel.txt", "drafts/today", "drafts/*.md"):
        code, _, err = run_here(path)
        assert code == 3
        assert path in err
        assert "Check the path." in err


def test_a_misspelt_command_gets_the_nearest(run_here):
    for arguments, nearest in (
        (("scoer", "a.txt"), "score"),
        (("models", "lst"), "list"),
        (("help", "trian"), "train"),
    ):
        code, _, err = run_here(*arguments)
        assert code == 2
        assert f"Did you mean {nearest}?" in err


def test_an_option_that_does_not_exist_gets_the_nearest(run_here):
    code, _, err = run_here("score", "--fmt=json", "a.txt")
    assert code == 2
    assert err.endswith("No such option: --fmt. Did you mean --format?\n")
    assert "biasdetect score --format json" in run_here("--json", "a.txt")[2]
    assert "biasdetect score --format?" in run_here("--format", "json", "a.txt")[2]
    assert "--version?" in run_here("-v")[2]


def test_version_and_help(run_here):
    assert run_here("-V") == run_here("--version")
    assert run_here("help") == run_here("--help") == run_here("-h")
    assert run_here("help", "score") == run_here("score", "--help")
    assert run_here("help", "labels", "check") == run_here("labels", "check", "--help")
    assert run_here("help", "score", "more")[0] == 2


def test_every_option_of_score_stands_under_a_heading(run_here):
    out = run_here("score", "--help")[1]
    headings = re.split(r"^(\S.*):\n", out, flags=re.MULTILINE)
    listed = dict(zip(headings[1::2], headings[2::2], strict=True))
    options = {name: re.findall(r"^  (--[\w-]+)", text, re.MULTILINE) for name, text in listed.items()}
    assert options.pop("Other options") == []
    assert set(options) == {
        "What to read", "What to flag", "What to show", "Continuous integration", "Fixes", "Comments in Word",
    }  # fmt: skip
    score = main.cli.get_command(None, "score")
    own = sorted(param.opts[0] for param in score.params if isinstance(param, click.Option))
    assert sorted(option for names in options.values() for option in names) == own


def complete(run_cli, *words):
    environment = {"_BIASDETECT_COMPLETE": "bash_complete", "COMP_WORDS": "\n".join(["biasdetect", *words])}
    return run_cli(**environment, COMP_CWORD=str(len(words))).stdout.decode().splitlines()


def test_completion_knows_commands_options_values_and_files(run_cli):
    assert complete(run_cli, "sc") == ["file,sc", "plain,score"]
    assert complete(run_cli, "score", "--thr") == ["plain,--threshold"]
    assert complete(run_cli, "article.txt", "--form") == ["plain,--format"]
    assert "plain,sarif" in complete(run_cli, "score", "--format", "")
    assert complete(run_cli, "score", "art") == ["file,art"]
    assert complete(run_cli, "help", "labels", "ch") == ["plain,check"]


def test_bash_completes(tmp_path):
    bash = shutil.which("bash")
    needs(bool(bash), "needs bash")
    program = tmp_path / "biasdetect"
    program.write_text(f'#!/bin/sh\nexec "{sys.executable}" -m biasdetect "$@"\n')
    program.chmod(0o755)
    script = (
        'eval "$(_BIASDETECT_COMPLETE=bash_source biasdetect)"; complete -p biasdetect; '
        'COMP_WORDS=(biasdetect labels ch); COMP_CWORD=2; _biasdetect_completion biasdetect; echo "${COMPREPLY[@]}"'
    )
    environment = {**os.environ, "PATH": f"{tmp_path}:{os.environ['PATH']}"}
    result = subprocess.run([bash, "--norc", "-c", script], capture_output=True, text=True, env=environment, check=True)
    assert result.stdout.splitlines() == ["complete -o nosort -F _biasdetect_completion biasdetect", "check"]


def terminal_of(arguments, folder, *, wait):
    """What a run writes on a terminal that is its standard error, and its standard output, a pipe."""
    import pty

    terminal, end = pty.openpty()
    process = subprocess.Popen(
        [sys.executable, "-m", "biasdetect", *arguments],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=end,
        cwd=folder,
        env={**os.environ, "TERM": "xterm"},
    )
    os.close(end)
    time.sleep(wait)
    out, _ = process.communicate(LOADED.encode(), timeout=60)
    written = b""
    try:
        while piece := os.read(terminal, 100_000):
            written += piece
    except OSError:  # the end of a terminal
        pass
    os.close(terminal)
    assert process.returncode == 0
    return written.decode(), out


def test_score_says_what_it_is_at_where_that_takes_long(tmp_path):
    needs(os.name == "posix", "needs a pseudo-terminal")
    written, out = terminal_of(["score", "--format", "json", "-"], tmp_path, wait=5)
    assert "reading standard input" in written
    assert written.endswith("\x1b[2K"), "the line is erased"
    assert json.loads(out)["source"] == "-"
