"""Findings in continuous integration: forms, baseline, changes since a revision, the hook and the action."""

import http.server
import json
import os
import re
import runpy
import shutil
import subprocess
import sys
import threading
import tomllib
from pathlib import Path
from typing import ClassVar

import pytest
import yaml
from conftest import needs

import biasdetect
from biasdetect.suggest import fix

LOADED = "The shameless mayor rammed the plan through the council.\n"
MORE = "The clownish deputy left the hall.\n"
PLAIN = "The mayor presented the plan to the council on Tuesday.\n"


@pytest.fixture
def git(tmp_path):
    needs(shutil.which("git") is not None, "needs git: apt-get install git")

    def run(*arguments):
        identity = ("-c", "user.name=A", "-c", "user.email=a@example.org", "-c", "commit.gpgsign=false")
        subprocess.run(["git", *identity, *arguments], cwd=tmp_path, check=True, capture_output=True)

    run.folder = tmp_path
    run("init", "-b", "main")
    return run


@pytest.fixture
def write(tmp_path):
    def write(name, text):
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(text if isinstance(text, bytes) else text.encode())
        return name

    return write


def concise(result):
    return result.stdout.decode().splitlines()


def test_forms_that_list_findings(run_cli, write):
    write("drafts/a.txt", PLAIN + LOADED + f"“{MORE.strip()}” said the clerk.\n")
    found = concise(run_cli("score", "--format", "concise", "drafts", "none.txt"))
    assert found[0].startswith("drafts/a.txt:2:5: ")
    assert not any("clownish" in line for line in found)
    counted = concise(run_cli("score", "--format", "concise", "--quotes", "count", "drafts"))
    assert any("clownish" in line for line in counted)
    result = run_cli("score", "--format", "github", "drafts", "none.txt")
    *lines, summary = concise(result)
    assert result.returncode == 3
    assert result.stderr == b""
    assert lines[0].startswith("::error title=Unreadable::none.txt")
    assert len(lines) == 1 + len(found)
    assert summary.endswith("1 input could not be read.")
    log = json.loads(run_cli("score", "--format", "sarif", "drafts", "none.txt").stdout)
    assert len(log["runs"][0]["results"]) == len(found)
    assert not log["runs"][0]["invocations"][0]["executionSuccessful"]


def test_a_baseline_hides_what_it_knows(run_cli, write):
    write("drafts/a.txt", LOADED)
    written = run_cli("score", "--write-baseline", "known.json", "drafts")
    assert written.returncode == 0
    assert b"Wrote a baseline of" in written.stderr
    write("drafts/a.txt", PLAIN + "\n" + LOADED + MORE)
    options = ("--baseline", "known.json", "--fail-phrase-above", "0.5", "drafts")
    for form in ("concise", "github", "sarif", "json", "terminal"):
        result = run_cli("score", "--format", form, *options)
        out = result.stdout.decode()
        assert result.returncode == 1
        assert "clownish" in out
        assert "“shameless" not in out
        assert "[shameless" not in out
        assert '"text": "shameless' not in out
        assert "Not shown: " in out + result.stderr.decode()
    write("drafts/a.txt", PLAIN + LOADED)
    known = run_cli("score", *options)
    assert known.returncode == 0
    assert b"findings not shown: known" in known.stdout  # and the text is not taken for a clean one
    write("drafts/a.txt", LOADED.replace("plan", "budget"))
    assert run_cli("score", *options).returncode == 1


def test_a_baseline_of_other_settings_or_none_is_told(run_cli, write, tmp_path):
    write("a.txt", LOADED)
    run_cli("score", "--write-baseline", "known.json", "a.txt")
    other = run_cli("score", "--baseline", "known.json", "--threshold", "0.1", "a.txt")
    assert b"known.json was written with other settings (threshold)" in other.stderr
    data = json.loads((tmp_path / "known.json").read_text())
    (tmp_path / "known.json").write_text(json.dumps({**data, "model": "other@1"}))
    assert b"with the model other@1" in run_cli("score", "--baseline", "known.json", "a.txt").stderr
    for broken in (
        "[]",
        '{"version": 2, "knows": {}}',
        "{",
        '{"version": 1}',
        '{"version": 2, "model": "m", "settings": {}, "findings": []}',
        "[" * 9999,
    ):
        (tmp_path / "known.json").write_text(broken)
        result = run_cli("score", "--baseline", "known.json", "a.txt")
        assert result.returncode == 4
        assert b"Traceback" not in result.stderr
        assert (b"of version 2" in result.stderr) == ('"version": 2' in broken)
    assert run_cli("score", "--baseline", "none.json", "a.txt").returncode == 2
    assert run_cli("score", "--baseline", "known.json", "--write-baseline", "b.json", "a.txt").returncode == 2


def test_only_changed_lines_are_reported(run_cli, write, git):
    awkward = 'drafts/a "b"\té.txt'
    write(awkward, LOADED + PLAIN)
    write("drafts/same.txt", LOADED)
    write("drafts/old.txt", LOADED)
    write("drafts/wide.txt", LOADED.encode("utf-16"))
    git("add", ".")
    git("commit", "-m", "one")
    write(awkward, LOADED + PLAIN + MORE)
    git("mv", "drafts/old.txt", "drafts/renamed.txt")
    write("drafts/wide.txt", (PLAIN + LOADED).encode("utf-16"))
    write("drafts/new.txt", LOADED)
    result = run_cli("score", "--format", "concise", "--changed-since", "HEAD", "drafts")
    assert result.returncode == 0, result.stderr
    found = concise(result)
    assert {line.split(":")[0] for line in found} == {
        'drafts/a "b" é.txt',  # a tab is shown as a space
        "drafts/renamed.txt",
        "drafts/wide.txt",
        "drafts/new.txt",
    }
    assert [line.split(":")[1] for line in found if line.startswith("drafts/a")] == ["3"]
    assert b"in lines that did not change" in result.stderr
    assert run_cli("score", "--format", "json", "--changed-since", "HEAD", "drafts/same.txt").stdout == b"[]\n"


def test_changes_count_from_where_the_branch_left(run_cli, write, git):
    write("a.txt", PLAIN)
    write("b.txt", PLAIN)
    git("add", ".")
    git("commit", "-m", "one")
    git("checkout", "-b", "mine")
    write("a.txt", PLAIN + LOADED)
    git("commit", "-am", "two")
    git("checkout", "main")
    write("b.txt", LOADED + PLAIN)
    git("commit", "-am", "three")
    git("checkout", "mine")
    found = concise(run_cli("score", "--format", "concise", "--changed-since", "main", "."))
    assert {line.split(":")[0] for line in found} == {"a.txt"}


def test_settings_of_git_change_nothing(run_cli, write, git, tmp_path):
    write("a.txt", PLAIN)
    git("add", ".")
    git("commit", "-m", "one")
    write("a.txt", PLAIN + LOADED)
    write(".gitattributes", "*.txt diff=odd\n")
    for name, value in {
        "diff.external": f"touch {tmp_path}/ran", "diff.odd.textconv": "tr a-z A-Z <", "diff.noprefix": "true",
        "color.ui": "always", "diff.context": "9", "diff.interHunkContext": "9", "core.quotePath": "true",
        "diff.relative": "true", "core.fsmonitor": f"touch {tmp_path}/ran",
    }.items():  # fmt: skip
        git("config", name, value)
    found = concise(run_cli("score", "--format", "concise", "--changed-since", "HEAD", "a.txt"))
    assert found
    assert all(line.startswith("a.txt:2:") for line in found)
    assert not (tmp_path / "ran").exists()


def test_revisions_that_are_none(run_cli, write, git, tmp_path):
    write("a.txt", LOADED)
    git("add", ".")
    git("commit", "-m", "one")
    for revision in ("--output=x", "-p", "none", "", "HEAD:a.txt"):
        result = run_cli("score", f"--changed-since={revision}", "a.txt")
        assert result.returncode == 2, revision
        assert b"--changed-since" in result.stderr
    assert not (tmp_path / "x").exists()
    elsewhere = run_cli("score", "--changed-since", "HEAD", "/etc/hosts")
    assert elsewhere.returncode == 2
    assert run_cli("score", "--changed-since", "HEAD", "-", stdin=b"x").returncode == 2
    shutil.rmtree(tmp_path / ".git")
    outside = run_cli("score", "--changed-since", "HEAD", "a.txt", GIT_CEILING_DIRECTORIES=str(tmp_path.parent))
    assert outside.returncode == 2
    assert b"not a git repository" in outside.stderr


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() != 0, reason="only root gives files away")
def test_a_repository_of_another_user_is_told_with_what_to_do(run_cli, write, git, tmp_path):
    write("a.txt", LOADED)
    git("add", ".")
    git("commit", "-m", "one")
    for path in (tmp_path, tmp_path / ".git"):
        os.chown(path, 12345, -1)
    result = run_cli("score", "--changed-since", "HEAD", "a.txt", GIT_CONFIG_GLOBAL="/dev/null")
    assert result.returncode == 2
    assert b"safe.directory" in result.stderr


def test_control_characters_of_a_file_s_name_do_not_reach_the_terminal(run_cli):
    for form in ("terminal", "json", "concise"):
        result = run_cli("score", "--format", form, "missing\x1b]0;x\x07\u202e.txt")
        assert result.returncode == 3
        assert not set("\x1b\x07\u202e") & set(result.stderr.decode())


def test_the_hook_and_the_action_are_well_formed(root):
    command = [
        sys.executable,
        "-m",
        "check_jsonschema",
        "--builtin-schema",
        "vendor.github-actions",
        root / "action.yml",
    ]
    done = subprocess.run(command, capture_output=True, check=False)
    assert done.returncode == 0, done.stdout
    (hook,) = yaml.safe_load((root / ".pre-commit-hooks.yaml").read_text(encoding="utf-8"))
    assert hook["id"] == "biasdetect"
    assert hook["language"] == "python"


def test_the_command_of_the_hook_runs(root, run_cli, write):
    (hook,) = yaml.safe_load((root / ".pre-commit-hooks.yaml").read_text(encoding="utf-8"))
    program, *arguments = hook["entry"].split()
    assert program == "biasdetect"
    assert run_cli(*arguments, *hook["args"], write("a.txt", PLAIN)).returncode == 0
    assert run_cli(*arguments, *hook["args"], write("b.md", LOADED)).returncode == 1


def test_the_hook_of_the_docs_that_clones_nothing_is_the_same_hook(root):
    (hook,) = yaml.safe_load((root / ".pre-commit-hooks.yaml").read_text(encoding="utf-8"))
    page = (root / "docs" / "integrate" / "ci.md").read_text(encoding="utf-8")
    (local,) = [
        repository["hooks"][0]
        for block in re.findall(r"```yaml\n(.*?)```", page, re.DOTALL)
        for repository in (yaml.safe_load(block) or {}).get("repos", [])
        if repository["repo"] == "local"
    ]
    (package,) = local.pop("additional_dependencies")
    assert package.startswith("biasdetect==")
    assert local == {name: value for name, value in hook.items() if name != "description"}


def test_what_runs_in_ci_is_pinned_by_digest(root):
    files = [root / "action.yml", *(root / ".github" / "workflows").glob("*.yml")]
    used = [line for file in files for line in re.findall(r"uses: (\S+ .*)$", file.read_text(), re.MULTILINE)]
    assert len(used) >= 4
    assert [line for line in used if not re.fullmatch(r"[\w/-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+", line)] == []
    images = re.findall(r"^(?:ARG BASE=|FROM )(\S+)", (root / "Dockerfile").read_text(), re.MULTILINE)
    assert [name for name in images if not re.search(r"@sha256:[0-9a-f]{64}$|^\$\{BASE\}$|^dependencies$", name)] == []


def test_all_that_a_package_is_built_from_reaches_docker_and_the_key_of_the_cache(root):
    built = tomllib.loads((root / "pyproject.toml").read_text())["tool"]["hatch"]["build"]["targets"]["wheel"]
    needed = {
        "pyproject.toml",
        "constraints.txt",
        "hatch_build.py",
        "biasdetect",
        "training/corpus",
        *built["force-include"],
    }
    ignored = (root / ".dockerignore").read_text().splitlines()
    assert ignored[1] == "*"
    assert needed <= {line[1:] for line in ignored if line.startswith("!")}
    digest = runpy.run_path(str(root / ".github" / "scripts" / "digest.py"))
    assert needed <= set(digest["PARTS"])
    assert re.fullmatch("[0-9a-f]{64}", digest["main"](root))


def test_the_summary_of_a_step_is_added_to(run_cli, write, tmp_path):
    summary = tmp_path / "summary.md"
    summary.write_text("before\n")
    write("a.txt", LOADED)
    done = run_cli("score", "--format", "github", "a.txt", GITHUB_STEP_SUMMARY=str(summary))
    assert done.returncode == 0
    text = summary.read_text(encoding="utf-8")
    assert text.startswith("before\n### biasdetect\n")
    assert "to change** in 1 document; the worst is" in text
    run_cli("score", "--format", "concise", "a.txt", GITHUB_STEP_SUMMARY=str(summary))
    assert summary.read_text(encoding="utf-8") == text
    done = run_cli("score", "--format", "github", "a.txt", GITHUB_STEP_SUMMARY=str(tmp_path / "no" / "such"))
    assert done.returncode == 0
    assert b"cannot be written" in done.stderr


def test_a_review_suggests_the_first_suggestion_for_each_phrase(run_cli, write, git, detector):
    write("a.md", PLAIN)
    git("add", ".")
    git("commit", "-m", "a")
    text = f"{PLAIN}\nThe **pot**bellied, shameless mayor\nleft.\r\n\nThe potbellied clerk waved to the crowd.\n"
    write("a.md", text)
    review = json.loads(run_cli("score", "--format", "github-review", "--changed-since", "HEAD", "a.md").stdout)
    lines = text.replace("\r", "").split("\n")
    for comment in sorted(review["comments"], key=lambda comment: -comment["line"]):
        assert comment["path"] == "a.md"
        block = re.search(r"^```suggestion\n(.*?)^```$", comment["body"], re.MULTILINE | re.DOTALL)[1]
        lines[comment.get("start_line", comment["line"]) - 1 : comment["line"]] = block.split("\n")[:-1]
    report = detector.score(biasdetect.read(text, "markdown"))
    assert review["comments"]
    assert "\n".join(lines) == fix.apply(text, fix.first_edits(report)).replace("\r", "")
    done = run_cli("score", "--format", "github-review", "a.md")
    assert done.returncode == 2
    assert b"--changed-since" in done.stderr


class GitHub(http.server.BaseHTTPRequestHandler):
    """As much of its REST API as is asked for: comments of a pull request, and reviews."""

    comments: ClassVar[list] = []
    reviews: ClassVar[list] = []
    status = 200

    def answer(self, data):
        self.send_response(self.status)
        self.end_headers()
        self.wfile.write(json.dumps(data).encode())

    def do_GET(self):
        assert self.headers["Authorization"] == "Bearer secret"
        self.answer(self.comments)

    def do_POST(self):
        assert self.path == "/repos/o/r/pulls/7/reviews"
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        if self.status == 200:
            self.reviews.append(body)
            self.comments.extend(body["comments"])
        self.answer({})

    def log_message(self, *arguments):
        pass


@pytest.fixture
def github():
    class Mine(GitHub):
        comments: ClassVar[list] = []
        reviews: ClassVar[list] = []

    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Mine) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        Mine.address = f"http://127.0.0.1:{server.server_port}"
        yield Mine
        server.shutdown()


def test_the_action_suggests_once_and_says_what_a_fork_may_not_do(root, tmp_path, write, git, github):
    needs(shutil.which("bash") is not None, "needs bash")
    write("a.md", PLAIN)
    git("add", ".")
    git("commit", "-m", "a")
    write("a.md", PLAIN + "\nThe potbellied clerk waved to the crowd.\n")
    variables = {
        "GITHUB_API_URL": github.address,
        "GITHUB_REPOSITORY": "o/r",
        "GITHUB_TOKEN": "secret",
        "PULL_REQUEST": "7",
        "HEAD_SHA": "0" * 40,
        "ACTION": str(root),
    }
    inputs = {"files": "a.md", "suggestions": "true", "changed-since": "HEAD"}
    done, _ = run_step(root, tmp_path, variables, **inputs)
    assert done.returncode == 0, done.stderr
    (review,) = github.reviews
    assert review["commit_id"] == "0" * 40
    assert review["event"] == "COMMENT"
    assert "```suggestion\nThe clerk waved to the crowd.\n```" in review["comments"][0]["body"]
    done, _ = run_step(root, tmp_path, variables, **inputs)
    assert len(github.reviews) == 1
    assert "0 new suggestions" in done.stdout
    github.comments.clear()
    github.status = 403
    done, _ = run_step(root, tmp_path, variables, **inputs)
    assert done.returncode == 0
    assert "::notice title=biasdetect::This run may not comment" in done.stdout
    assert "a fork" in done.stdout
    assert re.search("::(warning|notice) col=", done.stdout)
    github.status = 422
    done, _ = run_step(root, tmp_path, variables, **inputs)
    assert done.returncode == 0
    assert "HTTP status 422" in done.stdout
    done, _ = run_step(root, tmp_path, variables, **{**inputs, "changed-since": ""})
    assert "suggestions needs changed-since" in done.stdout
    done, _ = run_step(root, tmp_path, {**variables, "PULL_REQUEST": ""}, **inputs)
    assert "title=biasdetect" not in done.stdout


def test_nothing_from_outside_is_put_into_a_script(root):
    action = yaml.safe_load((root / "action.yml").read_text(encoding="utf-8"))
    scripts = [step["run"] for step in action["runs"]["steps"] if "run" in step]
    assert scripts
    assert not any("${{" in script for script in scripts)


def run_step(root, tmp_path, variables=None, /, **inputs):
    """The action's last step as the runner runs it, with variables that the runner sets."""
    action = yaml.safe_load((root / "action.yml").read_text(encoding="utf-8"))
    step = action["runs"]["steps"][-1]
    values = {name: str(value.get("default", "")) for name, value in action["inputs"].items()} | inputs
    environment = {
        variable: values[expression.removeprefix("${{ inputs.").removesuffix(" }}")]
        for variable, expression in step["env"].items()
        if "inputs." in expression
    }
    (tmp_path / "bin").mkdir(exist_ok=True)
    program = tmp_path / "bin" / "biasdetect"
    program.write_text(f'#!/bin/sh\nexec {sys.executable} -m biasdetect "$@"\n')
    program.chmod(0o755)
    output = tmp_path / "output"
    output.write_text("")
    done = subprocess.run(
        ["bash", "--noprofile", "--norc", "-eo", "pipefail", "-c", step["run"]],
        cwd=tmp_path,
        env={**os.environ, **environment, "GITHUB_OUTPUT": str(output), "RUNNER_TEMP": str(tmp_path / "bin"), "PATH": f"{tmp_path / 'bin'}:{os.environ['PATH']}", **(variables or {})},
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )  # fmt: skip
    return done, dict(line.split("=", 1) for line in output.read_text().splitlines())


def test_the_action_scores(root, tmp_path, write):
    needs(shutil.which("bash") is not None, "needs bash")
    write("drafts/a b.txt", LOADED)
    write("drafts/$(touch ran).md", MORE)
    files = "drafts/a b.txt\ndrafts/$(touch ran).md\n"
    done, outputs = run_step(root, tmp_path, files=files)
    assert done.returncode == 0, done.stderr
    assert done.stdout.count("::warning ") >= 2
    assert outputs == {}
    done, outputs = run_step(root, tmp_path, files=files, format="sarif", **{"fail-phrase-above": "0.5"})
    assert done.returncode == 1
    assert "::warning" not in done.stdout
    assert json.loads(Path(outputs["sarif"]).read_text(encoding="utf-8"))["version"] == "2.1.0"
    write("c.txt", "::add-mask::the vile plan\n\n  ::error::The shameless mayor left.\n")
    done, _ = run_step(root, tmp_path, files="c.txt", format="terminal")
    first, *_, last = done.stdout.splitlines()
    assert first.startswith("::stop-commands::")
    assert last == f"::{first.removeprefix('::stop-commands::')}::"
    assert not (tmp_path / "ran").exists()
    done, _ = run_step(root, tmp_path, files="c.txt", baseline="--model=x")
    assert done.returncode == 2
