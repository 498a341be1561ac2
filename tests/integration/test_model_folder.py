"""A model folder is checked before it is used; hub names work."""

import hashlib
import json
import shutil
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

import biasdetect
from biasdetect.model.folder import CARD, CHECKED, CHECKED_TOO, CONFIG, METRICS, TRAINED_ON


@pytest.fixture
def copied(shipped, tmp_path):
    return shutil.copytree(shipped, tmp_path / "model")


def test_a_copied_folder_works(copied, detector):
    text = "The shameless mayor left."
    assert biasdetect.load(copied).score(text) == detector.score(text)


def test_the_shipped_model_is_the_default_wherever_one_stands(detector, tmp_path, monkeypatch):
    (tmp_path / "config.json").write_text('{"somebody": "else"}')
    monkeypatch.chdir(tmp_path)
    assert biasdetect.load().folder == detector.folder


@pytest.mark.parametrize("name", ["./missing", "owner/..name"])
def test_what_can_be_no_model_is_a_clear_error(name):
    with pytest.raises(biasdetect.ModelError, match=r"[Nn]o (?:folder|model)"):
        biasdetect.load(name)


@pytest.mark.parametrize("name", [CONFIG, *CHECKED])
def test_a_missing_file_is_named(copied, name):
    (copied / name).unlink()
    with pytest.raises(biasdetect.ModelError, match=rf"{name} missing"):
        biasdetect.load(copied)


@pytest.mark.parametrize("name", CHECKED)
def test_an_altered_file_is_named(copied, name):
    data = bytearray((copied / name).read_bytes())
    data[len(data) // 2] ^= 1
    (copied / name).write_bytes(data)
    with pytest.raises(biasdetect.ModelError, match=rf"{name} altered"):
        biasdetect.load(copied)


def test_altered_settings_are_noticed(copied):
    config = json.loads((copied / CONFIG).read_text())
    config["biasdetect"]["inference"]["threshold"] = 0.01
    (copied / CONFIG).write_text(json.dumps(config))
    with pytest.raises(biasdetect.ModelError, match=rf"{CONFIG} altered"):
        biasdetect.load(copied)


def test_nonsense_in_the_settings_is_a_clear_error(copied):
    for text in ("{", "[]", '{"biasdetect": {"format": 99}}', '{"biasdetect": null}'):
        (copied / CONFIG).write_text(text)
        with pytest.raises(biasdetect.ModelError):
            biasdetect.load(copied)


def test_unknown_names_say_what_to_do():
    with pytest.raises(biasdetect.ModelError, match="no folder, no shipped model"):
        biasdetect.load("nowhere")


class _Hub(BaseHTTPRequestHandler):
    """As much of the hub as a download needs, for one repository."""

    folder = None
    repository = "somebody/some-model"
    commit = "0123456789abcdef0123456789abcdef01234567"

    def do_GET(self):
        self._answer(True)

    def do_HEAD(self):
        self._answer(False)

    def _answer(self, with_body):
        path = self.path.split("?")[0]
        files = sorted(file for file in self.folder.iterdir())
        if path.startswith(f"/api/models/{self.repository}"):
            listing = {
                "id": self.repository,
                "sha": self.commit,
                "siblings": [{"rfilename": file.name} for file in files],
            }
            tree = [{"type": "file", "path": file.name, "size": file.stat().st_size, "oid": "0" * 40} for file in files]
            body = json.dumps(tree if "/tree/" in path else listing).encode()
            self._send(200, body, with_body, {"Content-Type": "application/json"})
        elif path.startswith(f"/{self.repository}/resolve/"):
            body = (self.folder / path.rsplit("/", 1)[1]).read_bytes()
            self._send(
                200, body, with_body, {"ETag": f'"{hashlib.sha256(body).hexdigest()}"', "X-Repo-Commit": self.commit}
            )
        else:
            self._send(404, b"{}", with_body, {"X-Error-Code": "RepoNotFound"})

    def _send(self, status, body, with_body, headers):
        self.send_response(status)
        for name, value in {**headers, "Content-Length": str(len(body))}.items():
            self.send_header(name, value)
        self.end_headers()
        if with_body:
            self.wfile.write(body)

    def log_message(self, *_):
        pass


def test_hub_names_are_downloaded(shipped, tmp_path, run_cli):
    _Hub.folder = shipped
    server = ThreadingHTTPServer(("127.0.0.1", 0), _Hub)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    hub = {
        "HF_ENDPOINT": f"http://127.0.0.1:{server.server_port}",
        "HF_HOME": str(tmp_path / "cache"),
        "HF_HUB_DISABLE_XET": "1",
    }
    try:
        result = run_cli(
            "score", "--model", _Hub.repository, "--format", "json", stdin=b"The shameless mayor left.", **hub
        )
        assert result.returncode == 0, result.stderr.decode()
        assert json.loads(result.stdout)["model"].startswith("biasdetect-en-small@")
        wrong = run_cli("score", "--model", "somebody/nothing", stdin=b"The mayor left.", **hub)
        assert wrong.returncode == 4
        assert b"Check the spelling" in wrong.stderr
    finally:
        server.shutdown()


def test_an_unreachable_hub_is_a_clear_error(run_cli, tmp_path):
    hub = {"HF_ENDPOINT": "http://127.0.0.1:9", "HF_HOME": str(tmp_path / "cache")}
    result = run_cli("score", "--model", "somebody/some-model", stdin=b"The mayor left.", **hub)
    assert result.returncode == 4
    assert b"hub cannot be reached" in result.stderr
    assert b"Traceback" not in result.stderr


def test_the_shipped_folder_is_whole_and_light(shipped):
    # the list of training texts came later than the first models
    assert {file.name for file in shipped.iterdir()} - {TRAINED_ON} == {CONFIG, *CHECKED, *CHECKED_TOO, METRICS, CARD}
    assert sum(file.stat().st_size for file in shipped.iterdir()) < 75_000_000


def test_the_card_is_generated_from_the_recorded_facts(train_extra, shipped):
    from biasdetect.finetune.export.card import render_card

    metrics = json.loads((shipped / METRICS).read_text())
    config = json.loads((shipped / CONFIG).read_text())["biasdetect"]
    assert (shipped / CARD).read_text() == render_card(metrics, config)
    card = (shipped / CARD).read_text()
    # the sections of the hub's template that say what may be done with the model and what it was measured on
    for part in (
        "License:",
        "### Out-of-Scope Use",
        "## Bias, Risks, and Limitations",
        "### Training Data",
        "### Results",
    ):
        assert part in card
    assert f"value: {metrics['evaluation'][0]['figures']['macro_f1']['value']:.4f}" in card.split("---")[1]
    assert "load()" in card


def test_the_shipped_weights_load_into_the_network(train_extra, shipped, detector):
    import torch

    from biasdetect.model.network import BiasNetwork

    network = BiasNetwork.from_pretrained(shipped, dtype=torch.float32).eval()
    scored = detector.runtime.run(["The shameless mayor left the meeting."])[0]
    with torch.no_grad():
        output = network(torch.tensor([scored.ids]), torch.ones(1, len(scored.ids), dtype=torch.long))
    assert output.sentence_logits.item() == pytest.approx(scored.logit, abs=1e-3)
