"""Nothing leaves the machine: an empty home stays empty, and nobody is called.

``benchmarks/privacy.py`` does the same for every command and for a minute each.
"""

import asyncio
import importlib.util
import json
import re
import subprocess
import sys
import tempfile
import time
import urllib.request
from pathlib import Path

import pytest
from conftest import needs
from corpora import invented, write_rows
from watched import Watch

from biasdetect.privacy import SWITCHES

ARTICLE = "The shameless mayor left. She will return in May."


@pytest.fixture
def watch(tmp_path):
    return Watch(tmp_path)


def in_biasdetect(*arguments):
    return ("-m", "biasdetect", *arguments)


def test_the_watch_sees_what_it_is_for(watch):
    """Else the tests below could not fail."""
    code = """
import socket, tempfile, urllib.request
from pathlib import Path
for call in (
    lambda: urllib.request.urlopen("https://example.org", timeout=5),
    lambda: socket.getaddrinfo("example.com", 80),
    lambda: socket.create_connection(("192.0.2.1", 9), timeout=0.01),
):
    try:
        call()
    except OSError:
        pass
Path("~/id").expanduser().write_text("")
Path(tempfile.gettempdir(), "queue").write_text("")
Path("ours").write_text("")
"""
    watch.run("-c", code)
    assert watch.left() == ["home/id", "tmp/queue"]
    calls = "\n".join(watch.calls())
    assert "CONNECT example.org:443" in calls
    assert "getaddrinfo example.com" in calls
    assert "connect ('192.0.2.1', 9)" in calls


def test_without_the_switch_onnxruntime_leaves_an_id_and_a_queue(tmp_path):
    privacy = Path(importlib.util.find_spec("onnxruntime").origin).parent / "Privacy.md"
    if not privacy.exists() or "ORT_DISABLE_TELEMETRY" not in privacy.read_text(encoding="utf-8"):
        pytest.skip("this ONNX Runtime has no telemetry that the environment turns off")
    watch = Watch(tmp_path, ORT_DISABLE_TELEMETRY="0")  # a user's own setting, which is left alone
    (watch.folder / "a.txt").write_text(ARTICLE, encoding="utf-8")
    watch.run(*in_biasdetect("score", "a.txt"))
    assert any("onnxruntime" in path for path in watch.left())


def test_the_switches_are_there_with_the_package_and_leave_a_users_own_alone(watch):
    code = "import biasdetect, json, os; print(json.dumps(dict(os.environ)))"
    found = json.loads(watch.run("-c", code).stdout)
    assert {name: found[name] for name in SWITCHES} == SWITCHES
    watch.environment.update(dict.fromkeys(SWITCHES, "mine"))
    found = json.loads(watch.run("-c", code).stdout)
    assert {found[name] for name in SWITCHES} == {"mine"}


def test_scoring_leaves_nothing_and_calls_nobody(watch, root):
    for form in ("terminal", "json", "html"):
        watch.run(*in_biasdetect("score", "--format", form, root / "examples" / "article.html"))
    assert watch.left() == []
    assert watch.calls() == []


def test_the_library_leaves_nothing_and_calls_nobody(watch):
    watch.run("-c", f"import biasdetect, time; biasdetect.load().score({ARTICLE!r}); time.sleep(2)")
    assert watch.left() == []
    assert watch.calls() == []


def test_a_corpus_in_several_processes_leaves_its_table_alone(watch):
    pytest.importorskip("datasketch")
    write_rows(watch.folder / "in.jsonl", invented(40))
    watch.run(*in_biasdetect("corpus", "in.jsonl", "--out", "out.jsonl", "--id-column", "id", "--workers", "2"))
    assert watch.left() == []
    assert watch.calls() == []
    assert sorted(path.name for path in watch.folder.iterdir()) == ["in.jsonl", "out.jsonl"]


def test_a_server_leaves_nothing_and_listens_here_alone(watch):
    pytest.importorskip("fastapi")
    needs(bool(importlib.util.find_spec("psutil")), "needs psutil")
    import psutil

    command = [sys.executable, *in_biasdetect("serve", "--port", "0")]
    process = subprocess.Popen(command, cwd=watch.folder, env=watch.environment, stderr=subprocess.PIPE, text=True)
    try:
        address = next(found.group() for line in process.stderr if (found := re.search(r"http://\S+:\d+", line)))
        open_here = urllib.request.build_opener(urllib.request.ProxyHandler({}))
        request = urllib.request.Request(
            f"{address}/v1/score", json.dumps({"text": ARTICLE}).encode(), {"Content-Type": "application/json"}
        )
        assert open_here.open(request).status == 200
        pages = [open_here.open(address + path).read().decode() for path in ("/", "/docs")]
        ends = {end for _ in range(20) for end in _ends(psutil.Process(process.pid))}
    finally:
        process.terminate()
        assert process.wait(20) == 0
        process.stderr.close()
    assert ends == {"127.0.0.1"}
    assert not any(re.search(r'src="(?:https?:)?//|<link[^>]+href="(?:https?:)?//', page) for page in pages)
    assert watch.left() == []
    assert watch.calls() == []


def _ends(process):
    """Addresses of both ends of all of its sockets, looked at for a tenth of a second."""
    time.sleep(0.1)
    sockets = [s for p in (process, *process.children(recursive=True)) for s in p.net_connections(kind="inet")]
    return {end.ip for one in sockets for end in (one.laddr, one.raddr) if end}


def test_the_server_for_agents_leaves_nothing_and_calls_nobody(watch):
    needs(bool(importlib.util.find_spec("mcp")), "needs the mcp extra")
    from mcp.client.client import Client
    from mcp.client.stdio import StdioServerParameters, stdio_client

    async def session():
        command = StdioServerParameters(
            command=sys.executable, args=list(in_biasdetect("mcp")), cwd=watch.folder, env=watch.environment
        )
        async with Client(stdio_client(command)) as client:
            answer = await client.call_tool("score_text", {"text": ARTICLE})
            assert not answer.is_error
            refused = await client.call_tool("score_url", {"url": "http://127.0.0.1:9/"})
            assert refused.is_error

    asyncio.run(session())
    assert watch.left() == []
    assert [call for call in watch.calls() if "127.0.0.1" not in call] == []


def test_the_editors_server_leaves_nothing_and_calls_nobody(watch, monkeypatch):
    pytest.importorskip("pygls")
    from editor import editor

    async def session():
        async with editor(watch.folder) as one:
            assert await one.diagnostics(one.open("a.txt", ARTICLE))

    for name, value in watch.environment.items():
        monkeypatch.setenv(name, value)
    asyncio.run(session())
    assert watch.left() == []
    assert watch.calls() == []


def test_ray_calls_nobody():
    """Its dashboard's process asks three clouds whether the machine is theirs; it is not started."""
    pytest.importorskip("ray")
    pytest.importorskip("datasketch")
    with tempfile.TemporaryDirectory() as base:  # its sockets' paths have to be short
        watch = Watch(Path(base))
        watch.run(
            "-c", "import time; from biasdetect.corpus.cluster import connected\nwith connected(None, 1): time.sleep(3)"
        )
        calls, left = watch.calls(), watch.left()
    # it finds the machine's own address by a datagram's socket, which sends nothing
    assert [call for call in calls if not call.startswith("socket.connect ('8.8.8.8'")] == []
    own = re.compile(r"tmp/ray/|home/\.ray/auth_token")  # its log, and what its processes know each other by
    assert [path for path in left if not own.match(path)] == []


def test_a_recipes_table_is_read_without_a_copy_or_a_call(watch):
    pytest.importorskip("datasets")
    (watch.folder / "labels.csv").write_text("text,label\nThe mayor left.,0\n", encoding="utf-8")
    code = """
from biasdetect.finetune.recipe.schema import DataSource
from biasdetect.finetune.recipe.examples import read_records
assert read_records("mine", DataSource(path="labels.csv"))
"""
    watch.run("-c", code)
    assert watch.left() == []
    assert watch.calls() == []
