"""``biasdetect models push`` against a server on this machine that answers as the hub does."""

from __future__ import annotations

import base64
import hashlib
import json
import shutil
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from biasdetect.model.folder import CARD, CONFIG, METRICS, TRAINED_ON, WEIGHTS
from biasdetect.model.hub import pack

LARGE = (".onnx", ".safetensors")


class _Hub(BaseHTTPRequestHandler):
    """As much of the hub as an upload needs: what was asked for is noted, and what was sent."""

    def do_GET(self):
        self._send(404, {})

    def do_POST(self):
        hub = self.server
        body = self.rfile.read(int(self.headers["Content-Length"]))
        hub.asked.append((self.path, self.headers["Authorization"]))
        if hub.refuses:
            self._send(403, {"error": "You may not write here"})
        elif self.path == "/api/repos/create":
            hub.created.append(json.loads(body))
            self._send(200, {"url": f"{hub.address}/jane/words"})
        elif self.path.endswith("/preupload/main"):
            found = [
                {"path": file["path"], "uploadMode": "lfs" if file["path"].endswith(LARGE) else "regular"}
                for file in json.loads(body)["files"]
            ]
            self._send(200, {"files": [{**file, "shouldIgnore": False} for file in found]})
        elif self.path.endswith("/info/lfs/objects/batch"):
            wanted = json.loads(body)["objects"]
            objects = [
                {**one, "actions": {"upload": {"href": f"{hub.address}/store/{one['oid']}", "header": {}}}}
                for one in wanted
            ]
            self._send(200, {"transfer": "basic", "objects": objects})
        elif self.path.endswith("/commit/main"):
            for line in map(json.loads, body.splitlines()):
                hub.commits.append(line)
            self._send(200, {"commitUrl": f"{hub.address}/jane/words/commit/1", "commitOid": "1" * 40})
        else:
            self._send(200, {"errors": [], "warnings": []})

    def do_PUT(self):
        digest, left = hashlib.sha256(), int(self.headers["Content-Length"])
        while left:
            piece = self.rfile.read(min(left, 1 << 20))
            digest.update(piece)
            left -= len(piece)
        self.server.stored.add(digest.hexdigest())
        self._send(200, {})

    def _send(self, status, data):
        body = json.dumps(data).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_):
        pass


@pytest.fixture
def hub():
    server = ThreadingHTTPServer(("127.0.0.1", 0), _Hub)
    server.address = f"http://127.0.0.1:{server.server_port}"
    server.asked, server.created, server.commits, server.stored, server.refuses = [], [], [], set(), False
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield server
    server.shutdown()


@pytest.fixture
def push(run_cli, hub, tmp_path):
    def run(*arguments, token="hf_secret"):
        around = {"HF_ENDPOINT": hub.address, "HF_HOME": str(tmp_path / "cache"), "HF_HUB_DISABLE_XET": "1"}
        return run_cli("models", "push", *arguments, **around, HF_TOKEN=token)

    return run


@pytest.fixture
def model(shipped, tmp_path):
    """A model of somebody's own, whose record says where the labels lay, with a file beside it that is none of a model."""
    folder = shutil.copytree(shipped, tmp_path / "mine")
    metrics = json.loads((folder / METRICS).read_text(encoding="utf-8"))
    metrics["data"] = {"files": {"/home/jane/secret project/labels.csv": "0" * 64}}
    (folder / METRICS).write_text(json.dumps(metrics), encoding="utf-8")
    (folder / "notes.txt").write_text("nobody's business")
    return folder


def test_the_model_and_its_card_are_sent_and_nothing_else(push, hub, model):
    result = push(model, "jane/words", "--yes")
    assert result.returncode == 0, result.stderr.decode()
    assert f"{hub.address}/jane/words/commit/1" in result.stdout.decode()
    assert b"hf_secret" not in result.stdout + result.stderr
    assert {token for _, token in hub.asked} == {"Bearer hf_secret"}
    assert hub.created[0].get("visibility", "private") == "private"
    assert hub.created[0].get("private", True)
    assert (hub.created[0]["organization"], hub.created[0]["name"]) == ("jane", "words")
    plain = {line["value"]["path"]: base64.b64decode(line["value"]["content"]) for line in hub.commits if line["key"] == "file"}  # fmt: skip
    large = {line["value"]["path"]: line["value"]["oid"] for line in hub.commits if line["key"] == "lfsFile"}
    assert set(large.values()) == hub.stored
    assert {*plain, *large} == {path.name for path in model.iterdir()} - {"notes.txt"}
    assert large[WEIGHTS] == hashlib.sha256((model / WEIGHTS).read_bytes()).hexdigest()
    assert plain[CARD] == (model / CARD).read_bytes()
    assert plain[CONFIG] == (model / CONFIG).read_bytes()
    assert list(json.loads(plain[METRICS])["data"]["files"]) == ["labels.csv"]
    assert TRAINED_ON in plain


def test_nothing_is_sent_unless_somebody_says_so(push, hub, model):
    result = push(model, "jane/words")
    assert result.returncode == 2
    assert b"Pass --yes" in result.stderr
    assert WEIGHTS.encode() in result.stdout  # what would be sent is told
    without = push(model, "jane/words", "--yes", token="")
    assert without.returncode == 4
    assert b"hf auth login" in without.stderr
    assert push(model, "words", "--yes").returncode == 2
    assert not hub.asked


def test_what_the_hub_refuses_is_told(push, hub, model):
    hub.refuses = True
    result = push(model, "jane/words", "--yes")
    assert result.returncode == 4
    assert b"You may not write here" in result.stderr
    assert b"Traceback" not in result.stderr
    assert not hub.commits


def test_a_folder_that_is_no_model_is_not_packed(tmp_path):
    from biasdetect import ModelError

    (tmp_path / "notes").mkdir()
    with pytest.raises(ModelError, match="not a complete"):
        pack(tmp_path / "notes", "jane/words")
