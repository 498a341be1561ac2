"""``biasdetect corpus --engine ray``: the same table from several workers, one of which dies."""

import os
import signal
import subprocess
import sys
from functools import partial
from pathlib import Path

import pytest

pytest.importorskip("ray")
pytest.importorskip("datasketch")
import psutil
import pyarrow as pa
import pyarrow.parquet as pq
import ray
import slow_detector
from corpora import Silent, invented, write_rows

from biasdetect.corpus import cluster as ray_engine
from biasdetect.corpus import job as jobs
from biasdetect.corpus.errors import WorkerError
from biasdetect.corpus.job import CorpusJob, errors_path, run_job
from biasdetect.corpus.records import Wanted
from biasdetect.corpus.scoring import ScoringOptions


@pytest.fixture(scope="module")
def cluster():
    """A Ray on this machine, with more workers than a test uses cores."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("RAY_USAGE_STATS_ENABLED", "0")
        patch.setenv("PYTHONPATH", str(Path(slow_detector.__file__).parent), prepend=os.pathsep)  # of the workers
        ray.init(
            "local", num_cpus=3, include_dashboard=False, log_to_driver=False, object_store_memory=100 << 20,
            logging_level="ERROR",
        )  # fmt: skip
    yield
    ray.shutdown()


@pytest.fixture
def corpus(tmp_path):
    """Files of every form of table, with reprints across them and records that cannot be read; and a document."""
    folder = tmp_path / "in"
    folder.mkdir()
    rows = invented(90)
    rows[7]["text"] = ""
    rows[40]["id"] = "a3"
    rows[70]["text"] = rows[2]["text"]
    write_rows(folder / "a.jsonl", rows[:50])
    with (folder / "a.jsonl").open("a") as file:
        file.write("{broken\n")
    pq.write_table(pa.Table.from_pylist(rows[50:]), folder / "b.parquet", row_group_size=16)
    (folder / "empty.parquet").write_bytes((folder / "b.parquet").read_bytes()[:100])
    return folder


@pytest.fixture
def score(detector):
    def run(*inputs, out, watcher=None, opener=None, model_label=detector.folder.label, **how):
        options = ScoringOptions(detector.folder.config.threshold)
        job = CorpusJob(tuple(map(str, inputs)), out, options, Wanted(id="id"), **how)
        return run_job(job, model_label, watcher or Silent(), opener)

    return run


class Acting(Silent):
    """Does something once, when so many records are scored."""

    def __init__(self, after, action):
        self._after, self._action = after, action

    def advance(self, state):
        if state.number >= self._after:
            self._after = 10**9
            self._action()


def workers():
    return [
        process for process in psutil.Process().children(recursive=True) if "MapWorker" in "".join(process.cmdline())
    ]


def stop_after(number):
    return Acting(number, partial(os.kill, os.getpid(), signal.SIGINT))


def kill_a_worker():
    workers()[0].send_signal(signal.SIGKILL)


def same(out, other):
    assert out.read_bytes() == other.read_bytes()
    assert errors_path(out).read_bytes() == errors_path(other).read_bytes()


@pytest.mark.skipif(sys.platform == "win32", reason="kills a process")
def test_the_same_table_though_a_worker_is_killed_and_the_run_is_stopped(cluster, corpus, score, tmp_path, monkeypatch):
    score(corpus, out=tmp_path / "one.parquet")
    assert len(errors_path(tmp_path / "one.parquet").read_text().splitlines()) == 4
    monkeypatch.setattr(jobs, "PART_ARTICLES", 16)
    monkeypatch.setattr(ray_engine, "_BLOCK", 2000)  # work for both
    out = tmp_path / "many.parquet"
    assert score(corpus, out=out, watcher=stop_after(20), opener=slow_detector.load_slowly).interrupted
    again = partial(score, corpus, out=out, engine="ray", workers=2, opener=slow_detector.load_slowly)
    assert again(watcher=stop_after(45)).interrupted
    assert not out.exists()
    outcome = again(watcher=Acting(46, kill_a_worker))
    assert not outcome.interrupted
    assert (outcome.state.number, outcome.state.errors) == (92, 4)
    same(out, tmp_path / "one.parquet")


def test_inputs_by_address_and_workers_that_differ(cluster, corpus, score, tmp_path, monkeypatch):
    address = f"{corpus.as_uri()}/*.parquet"
    (corpus / "empty.parquet").unlink()
    score(address, out=tmp_path / "one.csv")
    score(address, out=tmp_path / "many.csv", engine="ray", workers=None)
    assert (tmp_path / "many.csv").read_bytes() == (tmp_path / "one.csv").read_bytes()
    with pytest.raises(WorkerError, match=r"another model: .* there, other@0 here. Put the same on every node"):
        score(address, out=tmp_path / "other.csv", engine="ray", model_label="other@0")


def test_ray_is_an_extra(tmp_path):
    write_rows(tmp_path / "in.jsonl", invented(2))
    without = "import sys; sys.modules['ray'] = None; from biasdetect.commands.main import main; main()"
    command = [sys.executable, "-c", without, "corpus", "in.jsonl", "--out", "out.csv", "--engine", "ray"]
    process = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert process.returncode == 4
    assert 'pip install "biasdetect[ray]"' in process.stderr
