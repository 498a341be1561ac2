"""Runs a corpus on a cluster with Ray Data: nodes read files and score articles; results come in the inputs' order.

Reprints need an order, which a cluster has not. So the inputs are read twice: first for the signatures, which the driver
compares one after another as it would on one machine; then for the scores, each file with the marks of its articles.
"""

from __future__ import annotations

import logging
import os
import signal
import threading
from collections.abc import Callable, Generator, Iterable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pyarrow as pa
import ray
import ray.data
from ray.exceptions import RayError, RayTaskError

from biasdetect.corpus.batches import BATCH_ARTICLES, ScoredBatch, compare, score_batch
from biasdetect.corpus.errors import CorpusError, WorkerError
from biasdetect.corpus.input_files import InputFile
from biasdetect.corpus.records import Record, Wanted, read_input_files
from biasdetect.corpus.reprints import ReprintIndex
from biasdetect.corpus.run_folder import RunFolder
from biasdetect.corpus.scoring import ScoringOptions, prepare_record
from biasdetect.detector import Detector
from biasdetect.errors import BiasDetectError
from biasdetect.reading.inputs import is_address

_BLOCK = 1 << 18  # bytes of articles that travel together: a few seconds of scoring
_TASK = 4 << 20  # bytes of small files that are read by one task
_READERS = 8  # files that are read at a time: reading is far faster than scoring
_TOLD = 1000  # records between two words on how far the comparing is

_MARK = pa.struct([("row", pa.int64()), ("reprint_of", pa.string()), ("problem", pa.string())])
_FILE = pa.schema([
    ("index", pa.int64()), ("path", pa.string()), ("size", pa.int64()), ("modified", pa.int64()), ("before", pa.int64()),
    ("after", pa.int64()), ("number", pa.int64()), ("marks", pa.list_(_MARK)),
])  # fmt: skip
"""A file to read: the source, bytes of those before it, the row to go on behind, records before, what the driver found."""


@contextmanager
def connected(address: str | None, workers: int | None) -> Iterator[None]:
    """A connection to a cluster; one that is open already is left open.

    Args:
        address: of the cluster; None for the one that the environment names, else a Ray on this machine.
        workers: cores of a Ray on this machine.

    Raises:
        WorkerError: where the cluster cannot be reached.
    """
    if ray.is_initialized():
        yield
        return
    address = address or os.environ.get("RAY_ADDRESS") or "local"
    os.environ.setdefault("RAY_BACKEND_LOG_LEVEL", "fatal")  # what fails for good is raised
    try:
        with _signals_kept(), _without_dashboard():
            ray.init(
                address,
                num_cpus=workers if address == "local" else None,
                include_dashboard=False,
                log_to_driver=False,
                logging_level=logging.ERROR,
            )
    except (ConnectionError, RayError, RuntimeError, ValueError) as error:
        raise WorkerError(f"No Ray cluster is reached at {address} ({error}). Check --ray-address and that it runs.") from error  # fmt: skip
    try:
        yield
    finally:
        ray.shutdown()


@contextmanager
def _without_dashboard() -> Iterator[None]:
    """Keeps a Ray of our own from starting its dashboard's process, which ``include_dashboard=False`` does not.

    That process asks the addresses of three cloud providers whose machine it is on, even where Ray's usage statistics
    are off, and is of no use here. A Ray without this function starts as it would.
    """
    starter = getattr(ray._private.services, "start_api_server", None)
    if starter is None:
        yield
        return
    ray._private.services.start_api_server = lambda *_, **__: (None, None)
    try:
        yield
    finally:
        ray._private.services.start_api_server = starter


class DetectorLoader:
    """What scores on the cluster: an actor of it loads the model once and keeps it."""

    def __init__(self, opener: Callable[[], Detector], model: str, options: ScoringOptions, settings: str) -> None:
        """Takes what is needed to load; :meth:`open` does it, on the worker.

        Args:
            opener: gives the detector.
            model: name and fingerprint that it has to have.
            options: how articles are scored.
            settings: as the rows give them; a worker with another biasdetect has others.
        """
        self.opener = opener
        self.model = model
        self.options = options
        self.settings = settings

    def open(self) -> Detector:
        """The detector.

        Raises:
            WorkerError: where this worker would score otherwise than the driver says.
        """
        os.environ.update(TOKENIZERS_PARALLELISM="false")
        if self.options.settings != self.settings:
            raise WorkerError(f"A worker has another version of biasdetect: {self.options.settings} there, {self.settings} here. Install the same on every node.")  # fmt: skip
        detector = self.opener()
        if detector.folder.label != self.model:
            raise WorkerError(f"A worker has another model: {detector.folder.label} there, {self.model} here. Put the same on every node.")  # fmt: skip
        return detector


class _Actor:
    def __init__(self, scorer: DetectorLoader) -> None:
        self._detector: Detector | BiasDetectError
        try:
            self._detector = scorer.open()
        except BiasDetectError as error:  # raised here it would reach the driver as text, in an error of Ray's
            self._detector = error
        self._options = replace(scorer.options, reprints="ignore")  # which are found already

    def __call__(self, batch: dict[str, Any]) -> dict[str, list[ScoredBatch]]:
        if isinstance(self._detector, BiasDetectError):
            raise self._detector
        records = [
            record if record.reprint_of else prepare_record(record, self._options)[0] for record in batch["record"]
        ]
        return {"result": [score_batch(self._detector, records, options=self._options)]}


def results(
    work: RunFolder,
    wanted: Wanted,
    scorer: DetectorLoader,
    workers: int | None,
    compared: Callable[[int], None],
    stopped: Callable[[], bool],
) -> Generator[ScoredBatch, None, None]:
    """What is not scored yet of the inputs, in order, as it is scored.

    Args:
        work: how far the run is.
        wanted: columns.
        scorer: scores.
        workers: how many; None for as many as the cluster gives.
        compared: called with how many bytes of the inputs are compared.
        stopped: whether to end.

    Raises:
        WorkerError: where the cluster fails for good; a worker that dies is replaced, and its task done again.
    """
    context = ray.data.DataContext.get_current()
    context.execution_options.preserve_order = True
    context.target_max_block_size = _BLOCK
    context.enable_progress_bars = False
    context.print_on_execution_start = False
    context.raise_original_map_exception = True
    logging.getLogger("ray.data").setLevel(logging.ERROR)
    pool = ray.data.ActorPoolStrategy(size=workers) if workers else ray.data.ActorPoolStrategy(min_size=1)
    try:
        files = list(_tasks(_compared(work, wanted, scorer.options, compared, stopped)))
        if not files or stopped():
            return
        scored = _read(files, wanted).map_batches(
            _Actor, fn_constructor_args=(scorer,), batch_size=BATCH_ARTICLES, compute=pool, num_cpus=1
        )
        for row in scored.iter_rows():
            yield row["result"]
    except RayTaskError as error:
        if isinstance(error.cause, BiasDetectError):
            raise error.cause from None
        raise WorkerError(f"A task on the cluster failed ({error.cause}). What was scored is stored: the same command goes on.") from error  # fmt: skip
    except RayError as error:
        raise WorkerError(f"The cluster failed ({error}). What was scored is stored: the same command goes on.") from error  # fmt: skip


def _compared(
    work: RunFolder,
    wanted: Wanted,
    options: ScoringOptions,
    report_progress: Callable[[int], None],
    stopped: Callable[[], bool],
) -> Iterator[dict[str, Any]]:
    """The files to score, each with what the comparing found of its articles."""
    state = work.state
    files = _files(work)
    signed = _read(list(_tasks(_files(work))), wanted).map_batches(
        _sign, fn_args=(options,), batch_size=BATCH_ARTICLES, num_cpus=1
    )
    index = ReprintIndex(work.database)
    number = state.number
    file: dict[str, Any] = {}
    for row in signed.iter_rows():
        if stopped():
            return
        number += 1
        record = compare(replace(row["record"], number=number), row["signature"], index)
        if not file or file["index"] != record.source:
            if file:
                yield file
            file = next(file for file in files if file["index"] == record.source)
            file["number"] = number - 1
        if record.reprint_of or record.problem:
            file["marks"].append({"row": record.row, "reprint_of": record.reprint_of, "problem": record.problem})
        if number % _TOLD == 0:
            report_progress(record.done)
    if file:
        yield file


def _sign(batch: dict[str, Any], options: ScoringOptions) -> dict[str, list[Any]]:
    prepared = [prepare_record(record, options) for record in batch["record"]]
    return {
        "record": [replace(record, text="", carried={}) for record, _ in prepared],
        "signature": [signature for _, signature in prepared],
    }


def _files(work: RunFolder) -> Iterator[dict[str, Any]]:
    """The files that are not done, nothing found of their articles yet."""
    state = work.state
    for index, source, before in work.sources(state.source):
        after = state.row if index == state.source else 0
        yield {
            "index": index, "path": source.path, "size": source.size, "modified": source.modified, "before": before,
            "after": after, "number": 0, "marks": [],
        }  # fmt: skip


def _tasks(files: Iterable[dict[str, Any]]) -> Iterator[Any]:
    """Tables of files in the object store, each read by one task."""
    waiting: list[dict[str, Any]] = []
    size = 0
    for file in files:
        waiting.append(file)
        size += file["size"]
        if size >= _TASK:
            yield ray.put(pa.Table.from_pylist(waiting, _FILE))
            waiting, size = [], 0
    if waiting:
        yield ray.put(pa.Table.from_pylist(waiting, _FILE))


def _read(tasks: list[Any], wanted: Wanted) -> Any:
    """The records of files, a row each."""
    read = _Reading(wanted, str(Path.cwd()))
    # without a core of their own, so that they never wait for the scoring that waits for them
    pool = ray.data.TaskPoolStrategy(min(_READERS, len(tasks)))
    return ray.data.from_arrow_refs(tasks).flat_map(read, num_cpus=0, compute=pool)


@dataclass(frozen=True, slots=True)
class _Reading:
    """Reads a file on a worker, in the folder of the driver where paths are relative."""

    wanted: Wanted
    folder: str

    def __call__(self, file: dict[str, Any]) -> Iterator[dict[str, Record]]:
        source = InputFile(file["path"], file["size"], file["modified"])
        if not is_address(source.path):
            with suppress(OSError):
                os.chdir(self.folder)
            if not Path(source.path).exists():
                raise CorpusError(f"{source.path}: not there on a worker of the cluster. Put the inputs where every node reads them: an object store, or a folder that all share.")  # fmt: skip
        marks = {mark["row"]: mark for mark in file["marks"]}
        for record in read_input_files(
            [(file["index"], source, file["before"])], self.wanted, file["after"], file["number"]
        ):
            mark = marks.get(record.row)
            yield {
                "record": replace(record, text="", reprint_of=mark["reprint_of"], problem=mark["problem"])
                if mark
                else record
            }


@contextmanager
def _signals_kept() -> Iterator[None]:
    """Ray takes SIGTERM for itself, which here stops a run after what is being scored."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    before = signal.getsignal(signal.SIGTERM)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before)
