"""A model folder is data of a stranger: what is wrong in it is told before it is used, and nothing outside is read."""

import json
import os
import pickle
import shutil
import time
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

import biasdetect
from biasdetect.errors import ModelError
from biasdetect.model import config as configuration
from biasdetect.model.folder import (
    CONFIG,
    GRAPH,
    METRICS,
    QUANTIZED_GRAPH,
    TOKENIZER,
    WEIGHTS,
    fingerprint_of,
    open_model,
)
from biasdetect.model.graphs import check_graph
from biasdetect.model.runtime import OnnxRuntime
from biasdetect.util.hashing import file_sha256

TEXT = "The shameless mayor left."


@pytest.fixture
def folder(shipped, tmp_path):
    return shutil.copytree(shipped, tmp_path / "model")


def rewrite(folder, change=lambda config: None):
    """Change a folder's configuration and sign it anew, as whoever made the folder would."""
    config = json.loads((folder / CONFIG).read_text())
    data = config["biasdetect"]
    data["files"] = {name: file_sha256(folder / name) for name in data["files"]}
    change(config)
    if isinstance(data.get("inference"), dict) and isinstance(data.get("files"), dict):
        data["fingerprint"] = data.get("fingerprint") and fingerprint_of(data["inference"], data["files"])
    (folder / CONFIG).write_text(json.dumps(config))


def setting(path, value):
    def change(config):
        *parents, last = path.split(".")
        table = config["biasdetect"]
        for name in parents:
            table = table[name]
        table[last] = value

    return change


def own(**changed):
    """A category of a model's own, as a configuration has it."""
    return {"name": "opinion", "title": "Opinion", "definition": "", "colour": "#7a5200", **changed}


@pytest.mark.parametrize(
    ("path", "value", "told"),
    [
        ("inference.max_tokens", 34, "whole number from 64 to 32,768, not 34"),
        ("inference.max_tokens", 512.0, "whole number"),
        ("inference.max_tokens", True, "whole number"),
        ("inference.threshold", float("nan"), "number from 0 to 1, not nan"),
        ("inference.threshold", float("inf"), "number from 0 to 1"),
        ("inference.threshold", "0.3", "number from 0 to 1"),
        ("inference.sentence.slope", 1e300, "number from 1e-05 to 1,000"),
        ("inference.phrase.slope", 0, "number from 1e-05"),
        ("inference.phrase.slope", -1, "number from 1e-05"),
        ("inference.phrase.intercept", 10**400, "number from -1,000 to 1,000"),
        ("inference.phrase", [1, 0], "must be an object"),
        ("inference.margins.phrase", -0.1, "number from 0 to 1,000"),
        ("inference.categories", ["labeling"], "must be those of the network"),
        ("inference.categories", "labeling", "list of 1 to 100 different names"),
        ("inference.categories", ["opinion"] * 6, "different names"),
        ("inference.categories", [[]], "different names"),
        ("inference.own", [], "list of 1 to 100 objects"),
        ("inference.own", [own()] * 2, "different names"),
        ("inference.own", [own(name='a"><script>')], "small letters"),
        ("inference.own", [own(name="A")], "small letters"),
        ("inference.own", [own(name=["a"])], "small letters"),
        ("inference.own", [own(title="a\nb")], "printable"),
        ("inference.own", [own(definition="x" * 301)], "at most 300"),
        ("inference.own", [own(colour="red;} body { display: none")], "a colour such as"),
        ("inference.own", [own(colour="#12345G")], "a colour such as"),
        ("inference.own", [own(script="x")], "objects of different names"),
        ("inference.own", [{"name": "opinion"}], "objects of different names"),
        ("inference.own", [own(name="stranger")], "none of the categories"),
        ("inference.name", "a\x1b[2Jb", "printable"),
        ("inference.name", 5, "name of at most 200"),
        ("inference.language", "", "code of a language"),
        ("inference.unheard", 1, "unknown key 'unheard'"),
        ("inference", None, "must be an object, not None"),
        ("files", [], "must be an object"),
        ("files.model.onnx", 7, "SHA-256"),
        ("files.../../secret", "0" * 64, "unknown key"),
        ("format", "1", "whole number from 1 to 5"),
        ("format", 0, "whole number from 1 to 5"),
    ],
)
def test_a_setting_that_makes_no_sense_is_told(folder, path, value, told):
    *parents, last = ["files", path.removeprefix("files.")] if path.startswith("files.") else path.split(".")

    def change(config):
        table = config["biasdetect"]
        for name in parents:
            table = table[name]
        table[last] = value

    rewrite(folder, change)
    with pytest.raises(ModelError) as refused:
        biasdetect.load(folder)
    assert told in str(refused.value)
    assert str(folder / CONFIG) in str(refused.value)


def test_every_mistake_is_told_at_once(folder):
    def change(config):
        inference = config["biasdetect"]["inference"]
        inference.update(max_tokens=3, threshold=2, extra=1)
        inference["sentence"]["slope"] = None
        del inference["language"]

    rewrite(folder, change)
    with pytest.raises(ModelError) as refused:
        open_model(folder)
    for told in ("max_tokens", "threshold", "'extra'", "sentence.slope", "language is missing"):
        assert told in str(refused.value)


@pytest.mark.parametrize(
    "text",
    [
        b"[" * 100_000 + b"]" * 100_000,
        b'{"biasdetect": ' + b'{"a":' * 100_000 + b"1" + b"}" * 100_001,
        b'{"biasdetect": {"format": ' + b"9" * 10_000 + b"}}",
        b" " * (configuration._MAX_BYTES + 1),
        b"\xff\xfe\x00",
        b'{"biasdetect": []}',
        b"null",
    ],
)
def test_no_json_ends_in_a_traceback(folder, text):
    (folder / CONFIG).write_bytes(text)
    with pytest.raises(ModelError, match=r"config\.json"):
        biasdetect.load(folder)


def test_windows_get_on_whatever_the_settings_are(detector):
    few = replace(detector.folder, config=replace(detector.folder.config, max_tokens=34))
    (scored,) = OnnxRuntime(few, threads=1).run([" ".join(["the mayor left"] * 20)])
    assert len(scored.ids) == 62


def test_one_bad_folder_hides_no_other(run_cli, shipped, tmp_path):
    models = tmp_path / "models"
    names = ("deep", "few", "fine", "link", "metrics", "unreadable", "wrong")
    for name in names:
        shutil.copytree(shipped, models / name)
    (models / "deep" / CONFIG).write_text("[" * 100_000)
    rewrite(models / "few", setting("inference.max_tokens", 10))
    (models / "link" / WEIGHTS).unlink()
    (models / "link" / WEIGHTS).symlink_to(models / "fine" / WEIGHTS)
    (models / "metrics" / METRICS).write_text(
        '{"figures": {"development": {"auc": 1e999}}, "data": {"files": 5}, "proof": {"worse": 7}}'
    )
    (models / "unreadable" / GRAPH).unlink()
    (models / "unreadable" / GRAPH).mkdir()
    rewrite(models / "wrong", setting("inference", "?"))
    result = run_cli("models", "list", models, "--format", "json")
    assert result.returncode == 0, result.stderr
    listed = {Path(entry["folder"]).name: entry["problem"] for entry in json.loads(result.stdout)}
    assert {name for name, problem in listed.items() if not problem} == {"fine", "metrics", shipped.name}
    assert "nested too deeply" in listed["deep"]
    assert "max_tokens" in listed["few"]
    assert "model.safetensors linked to another place" in listed["link"]
    shown = run_cli("models", "list", models)
    assert shown.returncode == 0
    assert b"deeply" in shown.stdout
    assert run_cli("models", "show", models / "metrics").returncode == 0
    for name in ("deep", "few", "link", "wrong"):
        scored = run_cli("score", "--model", models / name, stdin=TEXT.encode())
        assert scored.returncode == 4
        assert b"Traceback" not in scored.stderr
        assert b"mistake in biasdetect" not in scored.stderr


def test_links_of_a_cache_are_no_links_to_elsewhere(shipped, tmp_path):
    cache, folder = tmp_path / "blobs", tmp_path / "snapshots" / "abc"
    cache.mkdir()
    folder.mkdir(parents=True)
    for number, file in enumerate(sorted(shipped.iterdir())):
        shutil.copy(file, cache / str(number))
        (folder / file.name).symlink_to(cache / str(number))
    assert biasdetect.load(folder).score_sentences([TEXT])[0].score > 0.5


@pytest.mark.parametrize("name", [CONFIG, WEIGHTS, TOKENIZER, GRAPH, METRICS])
def test_no_file_is_a_link_to_elsewhere(folder, tmp_path, name):
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    shutil.move(folder / name, elsewhere / name)
    (folder / name).symlink_to(elsewhere / name)
    with pytest.raises(ModelError, match=rf"{name} linked to another place"):
        biasdetect.load(folder)


def external(onnx, name, place, **more):
    tensor = onnx.TensorProto(name=name, data_type=1, dims=[4], data_location=1)
    for key, value in {"location": place, "offset": "0", "length": "16", **more}.items():
        tensor.external_data.add(key=key, value=value)
    return tensor


def graphs(onnx, place):
    """Graphs that read from a place, each in another way that ONNX has."""
    helper = onnx.helper
    tensor, plain = external(onnx, "w", place), helper.make_tensor("i", 7, [4], range(4))
    output = helper.make_tensor_value_info("y", 1, [4])
    sparse = onnx.SparseTensorProto(values=tensor, indices=plain, dims=[4])
    of_indices = onnx.SparseTensorProto(values=helper.make_tensor("v", 1, [4], range(4)), indices=tensor, dims=[4])

    def model(*nodes, **more):
        return helper.make_model(helper.make_graph(nodes, "g", [], [output], **more))

    constant = helper.make_node("Constant", [], ["y"], value=tensor)
    branch = helper.make_graph([constant], "b", [], [output])
    yield model(helper.make_node("Identity", ["w"], ["y"]), initializer=[tensor])
    yield model(helper.make_node("Identity", ["w"], ["y"]), sparse_initializer=[sparse])
    yield model(constant)
    yield model(helper.make_node("Constant", [], ["y"], sparse_value=sparse))
    yield model(helper.make_node("Constant", [], ["y"], sparse_value=of_indices))
    yield model(helper.make_node("If", ["c"], ["y"], then_branch=branch, else_branch=branch))
    for attribute in (
        onnx.AttributeProto(name="x", tensors=[tensor]),
        onnx.AttributeProto(name="x", graphs=[branch]),
        onnx.AttributeProto(name="x", sparse_tensors=[sparse]),
    ):
        node = helper.make_node("Any", [], ["y"])
        node.attribute.append(attribute)
        yield model(node)
    whole = model(helper.make_node("F", [], ["y"], domain="d"))
    whole.functions.append(helper.make_function("d", "F", [], ["y"], [constant], [helper.make_opsetid("", 17)]))
    yield whole
    whole = model(helper.make_node("F", [], ["y"]))
    whole.training_info.add(algorithm=branch)
    yield whole


PLACES = (
    "../secret.bin",
    "/etc/hostname",
    "a/../../secret.bin",
    "./model.safetensors",
    "*/_ORT_MEM_ADDR_/*",
    "config.json",
    "",
)


@pytest.mark.parametrize("place", PLACES)
def test_whatever_way_a_graph_names_another_place_it_is_refused(tmp_path, place):
    onnx = pytest.importorskip("onnx")
    for number, graph in enumerate(graphs(onnx, place)):
        path = tmp_path / f"{number}.onnx"
        path.write_bytes(graph.SerializeToString())
        with pytest.raises(ModelError, match=r"may read model\.safetensors beside it alone"):
            check_graph(path, WEIGHTS)
    for graph in graphs(onnx, WEIGHTS):
        path.write_bytes(graph.SerializeToString())
        check_graph(path, WEIGHTS)


@pytest.mark.parametrize("name", [GRAPH, QUANTIZED_GRAPH])
@pytest.mark.parametrize("place", PLACES[:2])
def test_onnx_runtime_never_sees_such_a_graph(folder, monkeypatch, name, place):
    onnx = pytest.importorskip("onnx")
    import onnxruntime

    monkeypatch.setattr(onnxruntime, "InferenceSession", lambda *_, **__: pytest.fail("it was opened"))
    graph = onnx.load(folder / name, load_external_data=False)
    graph.graph.initializer.append(external(onnx, "stolen", place))
    (folder / name).write_bytes(graph.SerializeToString())
    rewrite(folder)
    for precision in ("exact", "fast"):
        with pytest.raises(ModelError, match="reads data from"):
            biasdetect.load(folder, precision=precision)


def test_a_graph_in_a_form_that_others_may_read_otherwise_is_refused(tmp_path):
    path = tmp_path / GRAPH
    for data in (
        b"",
        b"\x3a",
        b"\x3a\x05\x00",
        b"\x3b\x3c",
        b"\xba\x80\x80\x80\x80\x10\x00",
        b"\xff" * 12,
        b"\x3a\xff\xff\xff\xff\x7f",
        b"\x09\x00",
    ):
        path.write_bytes(data)
        with pytest.raises(ModelError, match="no graph that can be read"):
            check_graph(path, WEIGHTS)


def test_a_deeply_nested_or_endless_graph_takes_no_time(tmp_path):
    path, data = tmp_path / GRAPH, b""
    for _ in range(3000):  # a graph in an attribute in a node in a graph
        for tag in (b"\x32", b"\x2a", b"\x0a"):
            length = len(data)
            size = bytearray()
            while length >= 0x80:
                size.append(length & 0x7F | 0x80)
                length >>= 7
            data = tag + bytes([*size, length]) + data
    size = len(data)
    path.write_bytes(b"\x3a" + bytes([size & 0x7F | 0x80, size >> 7 & 0x7F | 0x80, size >> 14]) + data)
    check_graph(path, WEIGHTS)
    path.write_bytes(b"\x3a\x00" * 1_100_000)
    start = time.perf_counter()
    with pytest.raises(ModelError, match="too many parts"):
        check_graph(path, WEIGHTS)
    assert time.perf_counter() - start < 30


@pytest.mark.parametrize(
    ("change", "told"),
    [
        (lambda tokenizer: tokenizer.update(post_processor=None), "special tokens around a text"),
        (lambda tokenizer: tokenizer.update(model={"type": "WordLevel", "vocab": {"the": 10**6, "[UNK]": 10**6}, "unk_token": "[UNK]"}), "cannot be used"),
        (lambda tokenizer: tokenizer.update(normalizer={"type": "Replace", "pattern": {"String": "e"}, "content": "e e " * 5000}), "tokens of 25 characters"),
        (lambda tokenizer: tokenizer.update(model={"type": "Nothing"}), "cannot be used"),
    ],
)  # fmt: skip
def test_a_tokenizer_of_another_kind_is_refused(folder, change, told):
    tokenizer = json.loads((folder / TOKENIZER).read_text())
    change(tokenizer)
    (folder / TOKENIZER).write_text(json.dumps(tokenizer))
    rewrite(folder)
    with pytest.raises(ModelError, match=told):
        biasdetect.load(folder).score(TEXT)


def test_a_huge_tokenizer_is_not_read(folder, monkeypatch):
    monkeypatch.setattr("biasdetect.model.runtime._TOKENIZER_BYTES", 1000)
    with pytest.raises(ModelError, match=r"tokenizer\.json is larger than"):
        biasdetect.load(folder)


def test_truncation_and_padding_of_a_tokenizer_change_nothing(folder, detector):
    tokenizer = json.loads((folder / TOKENIZER).read_text())
    tokenizer["truncation"] = {"direction": "Right", "max_length": 4, "strategy": "LongestFirst", "stride": 0}
    tokenizer["padding"] = {"strategy": {"Fixed": 64}, "direction": "Right", "pad_to_multiple_of": None, "pad_id": 0, "pad_type_id": 0, "pad_token": "[PAD]"}  # fmt: skip
    (folder / TOKENIZER).write_text(json.dumps(tokenizer))
    rewrite(folder)
    assert biasdetect.load(folder).score_sentences([TEXT]) == detector.score_sentences([TEXT])


@pytest.mark.parametrize(
    "output",
    [
        {"logit": float("nan")},
        {"token_logits": lambda rows: np.zeros((rows, 3), np.float32)},
        {"token_logits": lambda rows: np.full((rows, 7), np.inf, np.float32)},
        {"parts": None},
        {"parts": (0.0, float("nan"))},
        {"others": None},
        {"others": lambda rows: np.zeros(rows + 1, np.float32)},
        {"sources": lambda rows: np.full(rows, np.nan, np.float32)},
        {"reasons": lambda rows: np.zeros((rows, 5), np.float32)},
        None,
    ],
)
def test_outputs_that_are_none_are_an_error_of_the_model(detector, monkeypatch, output):
    runtime = OnnxRuntime(detector.folder, threads=1)
    right = runtime._outputs

    def outputs(rows):
        if output is None:
            raise RuntimeError("out of its positions")
        found = []
        for row, one in zip(rows, right(rows), strict=True):
            wrong = {name: value(len(row.ids)) if callable(value) else value for name, value in output.items()}
            found.append(one._replace(**wrong))
        return found

    monkeypatch.setattr(runtime, "_outputs", outputs)
    with pytest.raises(ModelError, match=r"shape|no finite numbers|out of its positions"):
        runtime.run([TEXT])


@pytest.fixture
def classifier(train_extra, tmp_path):
    """A tiny classifier of transformers."""
    from transformers import BertConfig, BertForSequenceClassification, BertTokenizerFast

    folder = tmp_path / "classifier"
    words = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", "the", "mayor", "left"]
    config = BertConfig(vocab_size=len(words), hidden_size=8, num_hidden_layers=1, num_attention_heads=2, intermediate_size=8, max_position_embeddings=40)  # fmt: skip
    folder.mkdir()
    (folder / "vocab.txt").write_text("\n".join(words))
    BertTokenizerFast(str(folder / "vocab.txt"), model_max_length=38).save_pretrained(folder)
    BertForSequenceClassification(config).save_pretrained(folder)
    assert biasdetect.load(folder).score_sentences(["the mayor left"])
    return folder


class Trap:
    """Unpickling it makes a file."""

    def __init__(self, path):
        self.path = path

    def __reduce__(self):
        return os.mkdir, (str(self.path),)


def test_nothing_of_a_classifier_is_unpickled(classifier, tmp_path):
    (classifier / WEIGHTS).unlink()
    (classifier / "pytorch_model.bin").write_bytes(pickle.dumps(Trap(tmp_path / "sprung")))
    with pytest.raises(ModelError, match=r"no model\.safetensors; weights in another form are pickled"):
        biasdetect.load(classifier)
    assert not (tmp_path / "sprung").exists()


@pytest.mark.parametrize("file", ["config.json", "tokenizer_config.json"])
def test_no_code_of_a_classifier_is_run(classifier, tmp_path, file, monkeypatch):
    monkeypatch.setattr("builtins.input", lambda *_: pytest.fail("nobody is asked to allow it"))
    (classifier / "trap.py").write_text(f"import os\nos.mkdir({str(tmp_path / 'sprung')!r})\nTrap = None\n")
    data = json.loads((classifier / file).read_text())
    data["auto_map"] = {"AutoConfig": "trap.Trap", "AutoModelForSequenceClassification": "trap.Trap", "AutoTokenizer": ["trap.Trap", "trap.Trap"]}  # fmt: skip
    data["tokenizer_class"] = data["model_type"] = "unheard-of"
    (classifier / file).write_text(json.dumps(data))
    with suppress(ModelError):  # or what it needs no code for is loaded without it
        biasdetect.load(classifier)
    assert not (tmp_path / "sprung").exists()


@pytest.mark.parametrize("change", [{"max_position_embeddings": 2}, {"id2label": {"0": "a", "7": "biased"}}])
def test_a_classifier_of_impossible_settings_is_refused(classifier, change):
    config = json.loads((classifier / CONFIG).read_text())
    config.update(change)
    (classifier / CONFIG).write_text(json.dumps(config))
    with pytest.raises(ModelError):
        biasdetect.load(classifier)
