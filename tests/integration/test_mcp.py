"""The server for agents, talked to by the SDK's own client over both transports."""

import asyncio
import http.server
import importlib.util
import json
import os
import re
import subprocess
import sys
import threading
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from conftest import needs

needs(bool(importlib.util.find_spec("mcp")), 'needs the mcp extra (mcp missing): pip install ".[dev]"')

import httpx2  # noqa: E402
from mcp.client.client import Client  # noqa: E402
from mcp.client.stdio import StdioServerParameters, stdio_client  # noqa: E402
from mcp.shared.exceptions import MCPError  # noqa: E402
from serving import serving  # noqa: E402
from slow_detector import SlowDetector  # noqa: E402

from biasdetect.house import Rules  # noqa: E402
from biasdetect.mcp.resources import EDIT_TEXT  # noqa: E402
from biasdetect.mcp.server import McpSettings, create_server  # noqa: E402
from biasdetect.mcp.tools import ToolSettings  # noqa: E402
from biasdetect.results import Report  # noqa: E402
from biasdetect.serve.settings import ServerSettings  # noqa: E402

ARTICLE = """Council votes on the harbour

The shameless mayor left the hall 😀 before the vote. The plan costs 40 million euros.

“This rotten deal will ruin us,” said the clerk, Ada Lorn.

The balding treasurer, a mouthpiece of the port, will report in May.
"""
BOTH = pytest.mark.parametrize("transport", ["stdio", "http"])


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """Where the servers run: with a house style of their own, and a folder that they may write to."""
    folder = tmp_path_factory.mktemp("agents")
    (folder / "drafts").mkdir()
    (folder / ".biasdetect.toml").write_text(
        '[terms]\nallow = ["balding"]\n[[paths]]\npattern = "columns/*"\nkind = "opinion"\n'
    )
    return folder


OPTIONS = ("--allow-write", "drafts")


@pytest.fixture(scope="module")
def http_server(folder):
    with serving("--transport", "http", "--max-body", "0.2", *OPTIONS, command="mcp", cwd=folder) as server:
        yield server


@asynccontextmanager
async def stdio(folder, *options, **environment):
    """A client of a server that it starts."""
    command = StdioServerParameters(
        command=sys.executable,
        args=["-m", "biasdetect", "mcp", *options],
        cwd=folder,
        env={"PYTHONPATH": os.environ["PYTHONPATH"], "PYTHONUTF8": "1", **environment},
    )
    errors = Path(folder) / "stderr.txt"
    with errors.open("w", encoding="utf-8") as stream:
        async with Client(stdio_client(command, stream)) as client:
            yield client


@pytest.fixture
def talk(folder, request):
    """Runs a coroutine with a client, over the transport that is named."""

    def run(transport, coroutine):
        async def whole():
            if transport == "stdio":
                async with stdio(folder, "--max-body", "0.2", *OPTIONS) as client:
                    await coroutine(client)
                assert (folder / "stderr.txt").read_text() == ""
            else:
                address = request.getfixturevalue("http_server").address + "/mcp"
                async with Client(address) as client:
                    await coroutine(client)

        asyncio.run(whole())

    return run


async def result(client, tool, **arguments):
    """What a tool returns; the client checks it against the tool's schema."""
    answer = await client.call_tool(tool, arguments)
    assert not answer.is_error, answer.content
    (content,) = answer.content
    assert json.loads(content.text) == answer.structured_content
    return answer.structured_content


async def refusal(client, tool, **arguments):
    """Why a tool could not do it."""
    answer = await client.call_tool(tool, arguments)
    assert answer.is_error
    return answer.content[0].text


def phrases(report):
    return [phrase for sentence in report["sentences"] for phrase in sentence["phrases"]]


def in_process(detector, **tools):
    """A server in this process, for what does not depend on how it is reached."""
    limits = tools.pop("limits", ServerSettings())
    settings = ToolSettings(**{"rules": lambda name: Rules(), "max_bytes": limits.max_body, **tools})
    return create_server(detector, McpSettings(limits, settings, lambda: None))


def ask(server, coroutine):
    async def whole():
        async with Client(server) as client:
            return await coroutine(client)

    return asyncio.run(whole())


# --- over both transports


async def resources_and_the_prompt(client, folder):
    listed = (await client.list_resources()).resources
    assert [str(resource.uri) for resource in listed] == ["biasdetect://categories", "biasdetect://house-style"]
    categories, style = [(await client.read_resource(resource.uri)).contents[0] for resource in listed]
    assert [category["name"] for category in json.loads(categories.text)["categories"]][:2] == [
        "loaded-language",
        "labeling",
    ]
    assert style.text == (folder / ".biasdetect.toml").read_text()
    with pytest.raises(MCPError, match="biasdetect://house-style"):
        await client.read_resource("biasdetect://../../etc/passwd")
    assert [prompt.name for prompt in (await client.list_prompts()).prompts] == ["edit"]
    assert (await client.get_prompt("edit")).messages[0].content.text == EDIT_TEXT


@BOTH
def test_tools_resources_and_the_prompt(talk, transport, detector, folder):
    async def session(client):
        tools = (await client.list_tools()).tools
        assert [tool.name for tool in tools] == ["score_text", "rewrite", "compare_texts", "score_url"]
        assert all(tool.output_schema["properties"]["version"] for tool in tools)
        assert [tool.annotations.read_only_hint for tool in tools] == [True, False, True, True]

        report = await result(client, "score_text", text=ARTICLE, name="a.txt", flagged_only=False)
        expected = detector.score(ARTICLE, name="a.txt")
        assert report["score"] == pytest.approx(expected.score, abs=1e-4)
        assert [sentence["text"] for sentence in report["sentences"]] == [s.text for s in expected.sentences]
        assert Report.from_dict(report).source == "a.txt"
        found = phrases(report)
        assert [phrase["text"] for phrase in found] == [
            phrase.text
            for phrase in expected.phrases
            if phrase.text != "balding"  # the house style allows it
        ]
        assert all(ARTICLE[phrase["start"] : phrase["end"]] == phrase["text"] for phrase in found)
        short = await result(client, "score_text", text=ARTICLE, name="a.txt")
        assert phrases(short) == found
        assert all(sentence["phrases"] for sentence in short["sentences"])
        assert short["score"] == report["score"]
        column = await result(client, "score_text", text=ARTICLE, name="columns/a.txt")
        assert column["settings"]["kind"] == "opinion"

        name = f"{transport}.txt"
        rewriting = await result(client, "rewrite", text=ARTICLE, save_as=name)
        text = ARTICLE
        for change in reversed(rewriting["taken"]):
            text = text[: change["start"]] + change["text"] + text[change["end"] :]
        assert rewriting["taken"]
        assert rewriting["text"] == text
        assert (folder / "drafts" / name).read_text(encoding="utf-8") == text
        assert Path(rewriting["saved_as"]) == folder / "drafts" / name
        assert "\n-The shameless mayor" in rewriting["diff"]
        assert rewriting["after"]["score"] < rewriting["before"]["score"]

        comparison = await result(client, "compare_texts", before=ARTICLE, after=text + "\n\nIt was a shameful deal.")
        assert "shameless" in [phrase["text"] for phrase in comparison["gone"]]
        assert ["shameful" in phrase["text"] for phrase in comparison["new"]] == [True]
        assert "rotten" not in str(comparison["gone"]) + str(comparison["new"])  # it is in both
        assert comparison["difference"] == pytest.approx(comparison["after"]["score"] - comparison["before"]["score"])

        await resources_and_the_prompt(client, folder)

    talk(transport, session)


@BOTH
def test_bad_input_is_answered_with_what_is_wrong_and_the_server_goes_on(talk, transport, folder):
    async def session(client):
        huge = "It rained. " * 30_000
        if transport == "stdio":
            assert "larger than 200,000 bytes" in await refusal(client, "score_text", text=huge)
            assert "larger than 200,000 bytes" in await refusal(
                client, "compare_texts", before="It rained.", after=huge
            )
        else:
            with pytest.raises(MCPError, match="larger than 200,000 bytes"):
                await client.call_tool("score_text", {"text": huge})
        for wrong in (
            {"text": 7},
            {"text": None},
            {"text": ["a"]},
            {},
            {"text": "It rained.", "threshold": "0.5"},
            {"text": "It rained.", "threshold": 7},
            {"text": "It rained.", "quotes": "no"},
            {"text": "It rained.", "format": "docx"},
            {"text": "It rained.", "treshold": 0.5},
        ):
            told = await refusal(client, "score_text", **wrong)
            assert told.startswith(("text: ", "threshold: ", "quotes: ", "format: ", "treshold: "))
            assert "input schema of score_text" in told
            assert "It rained" not in told
        assert "holds no text" in await refusal(client, "score_text", text=" \n")
        with pytest.raises(MCPError, match=r"no tool of that name\. Tools: score_text"):
            await client.call_tool("score_txt", {"text": "It rained."})
        for inside in ("http://127.0.0.1:1/", "http://localhost/", "http://[::1]:1/", "http://169.254.169.254/latest"):
            assert "no address of the public web" in await refusal(client, "score_url", url=inside)
        assert "Only http and https" in await refusal(client, "score_url", url="file:///etc/passwd")
        assert "not valid" in await refusal(client, "score_url", url="http://")
        assert "lies outside" in await refusal(client, "rewrite", text="It rained.", save_as="../a.txt")
        with pytest.raises(MCPError, match="no prompt of that name"):
            await client.get_prompt("explode")
        assert await result(client, "score_text", text="It rained.")
        assert not (folder / "a.txt").exists()

    talk(transport, session)


# --- the tools


def test_pages_of_this_machine_are_scored_only_where_that_is_allowed(detector):
    class Page(http.server.BaseHTTPRequestHandler):
        def do_GET(self):
            self.send_response(200)
            self.send_header("Content-Type", "text/html; charset=utf-8")
            self.end_headers()
            self.wfile.write(f"<html><body><article><h1>Port</h1><p>{ARTICLE}</p></article></body></html>".encode())

        def log_message(self, *arguments):
            pass

    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Page) as pages:
        threading.Thread(target=pages.serve_forever, daemon=True).start()
        address = f"http://127.0.0.1:{pages.server_port}/a.html"
        report = ask(in_process(detector, private=True), lambda client: result(client, "score_url", url=address))
        assert report["source"] == address
        assert "shameless" in [phrase["text"] for phrase in phrases(report)]
        told = ask(in_process(detector), lambda client: refusal(client, "score_url", url=address))
        assert "no address of the public web" in told
        pages.shutdown()


@pytest.mark.parametrize(
    ("name", "why"),
    [
        ("../a.txt", "lies outside"),
        ("/etc/a.txt", "lies outside"),
        ("link/a.txt", "lies outside"),
        ("inside/../../a.txt", "lies outside"),
        ("a\0.txt", "names no file"),
        ("inside/..", "names no file"),
        (".", "names no file"),
        (".git/hooks.txt", "hidden"),
        (".a.md", "hidden"),
        ("a.py", "has not the suffix of a text"),
        ("a", "has not the suffix of a text"),
        ("nowhere/a.txt", "folder that does not exist"),
        ("there.txt", "nothing is overwritten"),
        ("dangling.txt", "nothing is overwritten"),
        ("inside", "has not the suffix of a text"),
    ],
)
def test_nothing_is_written_outside_of_the_folder_or_over_a_file(detector, tmp_path, name, why):
    allowed, outside = tmp_path / "allowed", tmp_path / "outside"
    for folder in (allowed / "inside", allowed / ".git", outside):
        folder.mkdir(parents=True)
    (allowed / "link").symlink_to(outside)
    (allowed / "dangling.txt").symlink_to(outside / "new.txt")
    (allowed / "there.txt").write_text("mine")
    before = sorted(tmp_path.rglob("*"))
    server = in_process(detector, folder=allowed)
    told = ask(server, lambda client: refusal(client, "rewrite", text="The shameless mayor left.", save_as=name))
    assert why in told
    assert "Nothing was written" in told
    assert sorted(tmp_path.rglob("*")) == before
    assert (allowed / "there.txt").read_text() == "mine"


def test_a_folder_may_be_reached_by_a_link_and_by_its_whole_path(detector, tmp_path):
    (tmp_path / "allowed" / "inside").mkdir(parents=True)
    (tmp_path / "link").symlink_to(tmp_path / "allowed")
    server = in_process(detector, folder=tmp_path / "link")
    for name in ("inside/a.md", str(tmp_path / "link" / "b.md"), str(tmp_path / "allowed" / "c.md")):
        assert ask(server, lambda client, name=name: result(client, "rewrite", text="It rained.", save_as=name))
    assert [path.name for path in sorted(tmp_path.rglob("*.md"))] == ["b.md", "c.md", "a.md"]


def test_without_a_folder_nothing_is_offered_to_be_written(detector):
    async def session(client):
        (tool,) = [tool for tool in (await client.list_tools()).tools if tool.name == "rewrite"]
        assert "save_as" not in tool.input_schema["properties"]
        assert tool.annotations.read_only_hint
        assert "save_as: Extra inputs" in await refusal(client, "rewrite", text="It rained.", save_as="a.txt")

    ask(in_process(detector), session)


def test_another_language_is_not_rewritten(detector):
    german = (
        "Der schamlose Bürgermeister verließ am Montag die Sitzung. Die Abstimmung über den Hafen wurde vertagt. " * 3
    )
    server = in_process(detector)
    assert "not in the language" in ask(server, lambda client: refusal(client, "rewrite", text=german))


def test_more_than_the_queue_holds_is_refused_and_what_nobody_waits_for_is_dropped(detector):
    started, go_on = threading.Event(), threading.Event()

    class Waiting(SlowDetector):
        def score(self, *arguments, **settings):
            started.set()
            go_on.wait(20)
            return super().score(*arguments, **settings)

    server = in_process(Waiting(detector.runtime), limits=ServerSettings(workers=1, queue=0))

    async def session(client):
        first = asyncio.create_task(client.call_tool("score_text", {"text": ARTICLE}))
        await asyncio.to_thread(started.wait, 20)
        assert "More articles are waiting" in await refusal(client, "score_text", text="It rained.")
        first.cancel()
        await asyncio.wait([first])
        go_on.set()
        for _ in range(200):
            if not (await client.call_tool("score_text", {"text": "It rained."})).is_error:
                return
            await asyncio.sleep(0.05)
        pytest.fail("its place is still taken")

    ask(server, session)


def test_a_mistake_of_ours_is_told_without_the_text(detector, caplog):
    class Broken(SlowDetector):
        def score(self, text, **settings):
            raise RuntimeError(text.source)

    told = ask(in_process(Broken(detector.runtime)), lambda client: refusal(client, "score_text", text="secret words"))
    assert "its log says where" in told
    assert "RuntimeError" in caplog.text
    assert "secret" not in told + caplog.text


# --- standard input and output


def test_what_prints_does_not_reach_the_protocol(tmp_path):
    (tmp_path / "sitecustomize.py").write_text(
        "import os, threading, time\n"
        "def noise():\n"
        "    for _ in range(300):\n"
        "        time.sleep(0.005); print('noise', flush=True); os.write(1, b'noise')\n"
        "import biasdetect.commands.mcp as command\n"
        "load = command.load\n"
        "def loud(*arguments, **settings):\n"
        "    print('noise'); os.write(1, b'noise')\n"
        "    return load(*arguments, **settings)\n"
        "command.load = loud\n"
        "import biasdetect.mcp.server as server\n"
        "create = server.create_server\n"
        "def created(*arguments):\n"
        "    made = create(*arguments)\n"
        "    score = made.lifespan\n"
        "    def started(*arguments):\n"
        "        threading.Thread(target=noise).start()\n"
        "        return score(*arguments)\n"
        "    made.lifespan = started\n"
        "    return made\n"
        "server.create_server = created\n"
    )

    async def whole():
        path = os.pathsep.join([str(tmp_path), os.environ["PYTHONPATH"]])
        async with stdio(tmp_path, PYTHONPATH=path) as client:
            for _ in range(5):
                assert phrases(await result(client, "score_text", text="The shameless mayor left."))

    asyncio.run(whole())
    assert "noise" in (tmp_path / "stderr.txt").read_text()


def test_messages_that_are_none_and_half_characters(tmp_path):
    """Spoken without the SDK's client, which sends no such things."""
    call = '{"jsonrpc":"2.0","id":%d,"method":"tools/call","params":{"name":"score_text","arguments":{"text":"%s"}}}'
    lines = [
        '{"jsonrpc":"2.0","id":1,"method":"initialize","params":{"protocolVersion":"2025-06-18","capabilities":{},'
        '"clientInfo":{"name":"raw","version":"1"}}}',
        '{"jsonrpc":"2.0","method":"notifications/initialized"}',
        "{",
        "[]",
        "null",
        "\udcff",
        '{"jsonrpc":"2.0","id":2,"method":"tools/explode"}',
        call % (3, r"half \ud83d a secret: the shameless mayor left."),
        call % (4, r"whole \ud83d\ude00: the shameless mayor left."),
    ]
    process = subprocess.Popen(
        [sys.executable, "-m", "biasdetect", "mcp"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        cwd=tmp_path,
        env={**os.environ, "PYTHONUTF8": "1"},
    )
    process.stdin.write("\n".join([*lines, ""]).encode("utf-8", "surrogateescape"))
    process.stdin.flush()
    answers = {}
    while set(answers) != {1, 2, 3, 4}:
        answer = json.loads(process.stdout.readline())
        answers[answer["id"]] = answer
    output, errors = process.communicate(timeout=20)
    assert process.returncode == 0
    assert output == b""
    assert b"secret" not in errors
    assert answers[2]["error"]["code"] == -32601
    half, whole = (phrases(answers[number]["result"]["structuredContent"])[-1] for number in (3, 4))
    assert (half["text"], half["start"]) == ("shameless", 21)
    assert (whole["text"], whole["start"]) == ("shameless", 13)


# --- over HTTP


def test_hosts_origins_and_methods(http_server, folder):
    with httpx2.Client(trust_env=False) as client:
        ping = {"jsonrpc": "2.0", "id": 1, "method": "ping"}
        headers = {"Accept": "application/json, text/event-stream"}

        def post(**more):
            return client.post(f"{http_server.address}/mcp", json=ping, headers={**headers, **more})

        assert post().status_code == 200
        foreign = post(Host="evil.example")
        assert foreign.status_code == 421
        assert "--allow-host" in foreign.json()["error"]["message"]
        assert post(Origin="https://evil.example").status_code == 403
        assert post(Origin="null").status_code == 403
        assert client.post(f"{http_server.address}/mcp", content="secret words", headers=headers).status_code == 400
        assert client.get(f"{http_server.address}/").status_code == 404
        assert "Access-Control-Allow-Origin" not in post().headers
    assert not any("secret" in line or "shameless" in line for line in http_server.log)


def test_an_origin_that_is_named_may_use_it(folder):
    origin = "https://cms.example.org"
    options = ("--transport", "http", "--allow-origin", origin)
    with serving(*options, command="mcp", cwd=folder) as server, httpx2.Client(trust_env=False) as client:
        ping = {"jsonrpc": "2.0", "id": 1, "method": "ping"}
        headers = {"Accept": "application/json, text/event-stream", "Origin": origin}
        answer = client.post(f"{server.address}/mcp", json=ping, headers=headers)
        assert answer.status_code == 200
        assert answer.headers["Access-Control-Allow-Origin"] == origin
        asked = {
            "Origin": origin,
            "Access-Control-Request-Method": "POST",
            "Access-Control-Request-Headers": "mcp-name",
        }
        assert client.options(f"{server.address}/mcp", headers=asked).status_code == 200
        assert server.stop() == 0


def test_a_server_for_others_fetches_no_pages_unless_told(folder):
    options = ("--transport", "http", "--host", "0.0.0.0", "--allow-host", "agents.test")
    with serving(*options, command="mcp", cwd=folder) as server:
        port = server.address.rsplit(":", 1)[1]

        async def session():
            async with Client(f"http://127.0.0.1:{port}/mcp") as client:
                return [tool.name for tool in (await client.list_tools()).tools]

        assert "score_url" not in asyncio.run(session())
        assert any("no password" in line for line in server.log)


# --- the command


@pytest.mark.parametrize(
    ("options", "why"),
    [
        (("--transport", "http", "--host", "0.0.0.0"), "--allow-host"),
        (("--no-fetch", "--allow-private"), "exclude each other"),
        (("--allow-write", "nowhere"), "does not exist"),
        (("--house-style", "a.toml", "--no-house-style"), "exclude each other"),
        (("--transport", "sse"), "stdio"),
    ],
)
def test_options_that_make_no_sense(run_cli, options, why):
    done = run_cli("mcp", *options)
    assert done.returncode == 2
    assert why in done.stderr.decode()
    assert done.stdout == b""


def test_a_model_that_cannot_be_loaded_is_told_at_once(run_cli):
    done = run_cli("mcp", "--model", "./nowhere")
    assert done.returncode == 4
    assert b"nowhere" in done.stderr
    assert done.stdout == b""


def test_a_missing_extra_says_what_to_install(run_cli, tmp_path):
    (tmp_path / "sitecustomize.py").write_text(
        "import sys\nsys.modules['mcp'] = None\nsys.modules['mcp_types'] = None\n"
    )
    path = os.pathsep.join([str(tmp_path), os.environ["PYTHONPATH"]])
    done = run_cli("mcp", PYTHONPATH=path)
    assert done.returncode == 4
    assert b'pip install "biasdetect[mcp]"' in done.stderr


def test_the_docs_give_the_prompt_that_the_server_gives(root):
    page = (root / "docs" / "integrate" / "agents.md").read_text(encoding="utf-8")
    assert EDIT_TEXT in page
    for block in re.findall(r"```json\n(.*?)```", page, re.DOTALL):
        json.loads(block)
