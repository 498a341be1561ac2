"""Runs a corpus job from the inputs to the output table, and resumes one that was stopped or killed."""

from __future__ import annotations

import os
import signal
import threading
from collections.abc import Callable, Iterable, Iterator
from contextlib import ExitStack, closing, contextmanager, suppress
from dataclasses import dataclass, field
from functools import partial
from importlib.metadata import version
from pathlib import Path
from types import FrameType
from typing import Any, Literal, Protocol

from filelock import Timeout

from biasdetect.corpus.batches import ScoredBatch, batches, compare, prepare_batch, score_batch
from biasdetect.corpus.engine import Engine, OneProcess, Processes
from biasdetect.corpus.errors import CorpusError
from biasdetect.corpus.input_files import InputFile, find_input_files
from biasdetect.corpus.output_table import JoinedTable, PartWriter, output_form, write_joined
from biasdetect.corpus.records import Wanted, read_input_files, text_column
from biasdetect.corpus.reprints import ReprintIndex
from biasdetect.corpus.run_folder import RunFolder, RunState, remove_run_folder, run_folder_path
from biasdetect.corpus.scoring import ScoringOptions
from biasdetect.detector import Detector
from biasdetect.errors import MissingExtraError, OutputError
from biasdetect.model.opening import open_runtime
from biasdetect.util.atomic import explained_writes
from biasdetect.util.locks import locked

EngineName = Literal["local", "ray"]

PART_ARTICLES = 512
"""Articles of a part: as much is scored again after a run was killed."""


@dataclass(frozen=True, slots=True)
class CorpusJob:
    """What to score and where to.

    Attributes:
        inputs: files, folders, patterns, addresses.
        out: the table; its name tells the form.
        options: how texts are scored.
        wanted: columns.
        model: name or path; None for the one that ships.
        workers: processes, at least 1; None for one for each core, of this machine or of the cluster.
        engine: ``local`` scores on this machine, ``ray`` on a cluster.
        ray_address: of the cluster; None for a Ray on this machine.
        restart: throw unfinished work away.
        overwrite: put the table in the place of one that is there.
    """

    inputs: tuple[str, ...]
    out: Path
    options: ScoringOptions
    wanted: Wanted = field(default_factory=Wanted)
    model: str | None = None
    workers: int | None = 1
    engine: EngineName = "local"
    ray_address: str | None = None
    restart: bool = False
    overwrite: bool = False


@dataclass(frozen=True, slots=True)
class RunOutcome:
    """How a run ended.

    Attributes:
        state: how far it came.
        interrupted: whether it was asked to stop; the same job goes on.
    """

    state: RunState
    interrupted: bool


class Watcher(Protocol):
    """Receives the progress of a run."""

    def begin(self, state: RunState, size: int, column: str | None) -> None:
        """Scoring begins, from a state on, of inputs of so many bytes, whose texts stand in this column."""
        ...

    def compare(self, done: int) -> None:
        """Before any is scored, articles are compared; so many bytes of the inputs are done."""
        ...

    def advance(self, state: RunState) -> None:
        """Some more is scored."""
        ...

    def join(self) -> None:
        """All is scored; the table is written."""
        ...


def errors_path(out: Path) -> Path:
    """Where a run tells what was wrong with its inputs."""
    return out.with_name(f"{out.name}.errors.jsonl")


def run_job(job: CorpusJob, model: str, watcher: Watcher, opener: Callable[[], Detector] | None = None) -> RunOutcome:
    """Score a corpus, or go on with it.

    Args:
        job: what to do.
        model: name and fingerprint, as the rows give them.
        watcher: receives the progress.
        opener: gives each worker its detector, and survives pickling; loads the job's model by default.

    Raises:
        CorpusError: where inputs, output or settings cannot be used as given.
        DamagedRunError: where what an earlier run stored was changed since.
        OutputError: where the output or what is stored of a run cannot be written.
        WorkerError: where a worker died.
    """
    form = output_form(job.out)
    if not job.out.absolute().parent.is_dir():
        raise CorpusError(f"{job.out}: there is no folder {job.out.absolute().parent}. Make it, or name another file with --out.")  # fmt: skip
    if os.path.realpath(job.out) in map(os.path.realpath, job.inputs):
        raise CorpusError(f"{job.out} is what is to be read, and would be written over. Name another file with --out.")
    with _locked(job.out), _stoppable() as stop:
        if job.restart:
            remove_run_folder(job.out)
        if job.out.exists() and not job.overwrite and not run_folder_path(job.out).exists():
            raise CorpusError(f"{job.out} is there already. Pass --overwrite to put a new one in its place, or name another with --out.")  # fmt: skip
        sources = partial(_sources, job)
        column = _first_column(sources(), job.wanted)
        with RunFolder(job.out) as work:
            work.begin(_deciding_settings(job, model), sources())
            watcher.begin(work.state, work.size, column)
            with _results(job, work, model, watcher, stop, opener) as results:
                _score(job, work, results, watcher, stop)
            if not stop.asked:
                watcher.join()
                _join(job, work, model, form, stop)
            outcome = RunOutcome(work.state, stop.asked)
        if not outcome.interrupted:
            remove_run_folder(job.out)
        return outcome


def _open(job: CorpusJob, threads: int | None) -> Detector:
    """What a worker scores with."""
    options = job.options
    runtime = open_runtime(job.model, threads, options.device, options.precision, options.threshold, in_reports=True)
    return Detector(runtime)


@contextmanager
def _results(
    job: CorpusJob, work: RunFolder, model: str, watcher: Watcher, stop: _Stop, opener: Callable[[], Detector] | None
) -> Iterator[Iterator[ScoredBatch]]:
    """All that is not scored yet, in order, as it is scored."""
    if job.engine == "ray":
        try:
            from biasdetect.corpus import cluster
        except ImportError as error:
            raise MissingExtraError("Scoring on a cluster", "ray") from error
        with cluster.connected(job.ray_address, job.workers):
            opener = opener or partial(_open, job, threads=1)
            scorer = cluster.DetectorLoader(opener, model, job.options, job.options.settings)
            stopped = partial(getattr, stop, "asked")
            with closing(cluster.results(work, job.wanted, scorer, job.workers, watcher.compare, stopped)) as results:
                yield results
        return
    workers = job.workers or os.cpu_count() or 1
    engine: Engine
    if workers == 1:
        engine = OneProcess((opener or partial(_open, job, threads=None))())
    else:
        engine = Processes(workers, opener or partial(_open, job, threads=1))
    with closing(engine):
        yield _local_results(job, work, engine)


def _deciding_settings(job: CorpusJob, model: str) -> dict[str, Any]:
    """The settings that decide the rows; a run is resumed only where all of them are the same."""
    wanted = job.wanted
    return {
        "inputs": list(job.inputs),
        "model": model,
        "settings": job.options.settings,
        "--text-column": wanted.text,
        "--id-column": wanted.id,
        "--columns": wanted.carried and list(wanted.carried),
        "--input-format": wanted.format,
        "--encoding": wanted.encoding,
        "datasketch": version("datasketch") if job.options.reprints == "mark" else None,
    }


def _sources(job: CorpusJob) -> Iterator[InputFile]:
    """The inputs' files; what an earlier run wrote in their midst is not one."""
    own = {str(path.resolve()) for path in (job.out, errors_path(job.out))}
    found = False
    for name in job.inputs:
        for source in find_input_files(name):
            if str(Path(source.path).resolve()) not in own:
                found = True
                yield source
    if not found:
        raise CorpusError(f"{', '.join(job.inputs)}: holds nothing to read but what {job.out} names. Check the path.")


def _first_column(sources: Iterable[InputFile], wanted: Wanted) -> str | None:
    """The column of texts of the first table; a mistake in its name is told before anything is scored."""
    first = next((source for source in sources if source.form != "document"), None)
    return text_column(first, wanted) if first else None


def _score(job: CorpusJob, work: RunFolder, results: Iterator[ScoredBatch], watcher: Watcher, stop: _Stop) -> None:
    """Store results, part by part."""
    state = work.state
    new = work.path / "new.arrow"
    more = True
    while more and not stop.asked:
        more = False
        stored = state.number
        with PartWriter(new, job.options.rows) as writer:
            for result in results:
                writer.write(result.batch)
                _count(state, result, work)
                watcher.advance(state)
                if stop.asked or state.number - stored >= PART_ARTICLES:
                    more = True
                    break
        if state.number > stored:
            work.store(new, state)


def _count(state: RunState, result: ScoredBatch, work: RunFolder) -> None:
    last = result.last
    state.source, state.row, state.number, state.done = last.source, last.row, last.number, last.done
    state.articles += result.articles
    state.sentences += result.sentences
    state.reprints += result.reprints
    state.errors += len(result.errors)
    for number, error in result.errors:
        work.note_error(number, error)
    for name, kinds in result.kinds.items():
        known = state.kinds.setdefault(name, [])
        known += [kind for kind in kinds if kind not in known]


def _local_results(job: CorpusJob, work: RunFolder, engine: Engine) -> Iterator[ScoredBatch]:
    """The line: records are read here, prepared by workers, compared here, scored by workers."""
    state = work.state
    records = read_input_files(work.sources(state.source), job.wanted, state.row, state.number)
    prepared = engine.map(partial(prepare_batch, options=job.options), batches(records))
    index = ReprintIndex(work.database)
    compared = ([compare(record, signature, index) for record, signature in batch] for batch in prepared)
    return engine.map(partial(score_batch, options=job.options), compared)


def _join(job: CorpusJob, work: RunFolder, model: str, form: str, stop: _Stop) -> None:
    """The parts as one table, which takes its place when it is whole."""
    joined = JoinedTable(work.checked_parts(), job.options.rows, work.state.kinds, model, job.options.settings)
    whole = work.path / "joined"
    try:
        for _ in write_joined(joined, whole, form):
            if stop.asked:
                return
    except BaseException:
        whole.unlink(missing_ok=True)  # on a full disk it takes the room that the next try needs
        raise
    errors = errors_path(job.out)
    with explained_writes(errors):
        errors.unlink(missing_ok=True)
        if work.state.errors:
            _write_lines(errors, work.path / "errors", work.errors())
    with explained_writes(job.out):
        whole.replace(job.out)


def _write_lines(path: Path, new: Path, lines: Iterable[str]) -> None:
    with new.open("wb") as file:
        file.writelines(line.encode("utf-8", "backslashreplace") + b"\n" for line in lines)
    new.replace(path)


@contextmanager
def _locked(out: Path) -> Iterator[None]:
    """One run for an output at a time; the lock of a dead process is none."""
    with ExitStack() as held:
        try:
            held.enter_context(locked(out))
        except Timeout:
            raise CorpusError(f"{out}: another run writes this output. Wait for it, or name another with --out.") from None  # fmt: skip
        except OSError as error:
            raise OutputError(out, error) from error
        yield


@dataclass(slots=True)
class _Stop:
    asked: bool = False


@contextmanager
def _stoppable() -> Iterator[_Stop]:
    """Turn the first Ctrl-C or SIGTERM into a stop after what is being scored; the same once more acts at once."""
    stop = _Stop()
    if threading.current_thread() is not threading.main_thread():  # signals reach the main thread alone
        yield stop
        return
    before = {number: signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM)}

    def ask(number: int, _: FrameType | None) -> None:
        stop.asked = True
        signal.signal(number, before[signal.Signals(number)])

    for number in before:
        signal.signal(number, ask)
    try:
        yield stop
    finally:
        for number, handler in before.items():
            with suppress(TypeError):  # a handler that was not set from Python
                signal.signal(number, handler)
