"""``biasdetect corpus`` as a user meets it: forms, columns, reprints, errors; stopped or killed, it goes on."""

import csv
import gzip
import json
import os
import random
import shutil
import signal
import sqlite3
import subprocess
import sys
import time
from contextlib import closing
from pathlib import Path

import pytest

pytest.importorskip("pyarrow")
pytest.importorskip("datasketch")
import pyarrow.parquet as pq
import slow_detector
from corpora import Silent, invented, lines, write_rows

import biasdetect
from biasdetect.corpus import job as jobs
from biasdetect.corpus.errors import CorpusError, DamagedRunError
from biasdetect.corpus.job import CorpusJob, run_job
from biasdetect.corpus.records import Wanted
from biasdetect.corpus.run_folder import run_folder_path
from biasdetect.corpus.scoring import ScoringOptions

# the command line, with parts so small that there are many to be killed in, and time to do it
LAUNCH = """
from biasdetect.corpus import job
from slow_detector import open_slowly
job.PART_ARTICLES, job._open = 8, open_slowly
from biasdetect.commands.main import main
main()
"""
LINUX = pytest.mark.skipif(sys.platform != "linux", reason="looks for processes in /proc")
ORDER = [
    "article", "reprint_of", "outlet", "day", "input_score", "sentence", "text", "start", "end", "score", "voice", "role",
    "speaker", "words", "phrases", "warning", "model", "settings",
]  # fmt: skip


@pytest.fixture
def articles(tmp_path):
    return write_rows(tmp_path / "in.jsonl", invented(18))


@pytest.fixture
def score(detector):
    """Score in this process, with the model that is loaded already."""

    def run(*inputs, out, wanted=None, watcher=None, **options):
        options = ScoringOptions(detector.folder.config.threshold, **options)
        job = CorpusJob(tuple(map(str, inputs)), out, options, wanted or Wanted(id="id"))
        return run_job(job, detector.folder.label, watcher or Silent(), lambda: detector)

    return run


def test_rows_hold_what_the_detector_says(articles, score, detector, tmp_path):
    out = tmp_path / "out.parquet"
    outcome = score(articles, out=out)
    table = pq.read_table(out)
    assert table.column_names == ORDER
    rows = table.to_pylist()
    given = {row["id"]: row for row in lines(articles)}
    assert list(dict.fromkeys(row["article"] for row in rows)) == list(given)
    reprints = {row["article"]: row["reprint_of"] for row in rows if row["reprint_of"]}
    assert reprints == {f"a{index}": f"a{index - 4}" for index in range(8, 18, 9)}
    assert outcome.state.reprints == len(reprints)
    for row in rows:
        source = given[row["article"]]
        assert (row["outlet"], row["day"], row["input_score"]) == (source["outlet"], source["day"], source["score"])
        assert row["model"] == detector.folder.label
        assert json.loads(row["settings"])["quotes"] == "mark"
        if row["reprint_of"]:
            assert {row[name] for name in ORDER[5:15]} == {None}
            continue
        whole = detector.score(source["text"]).sentences[row["sentence"]]
        assert (row["text"], row["score"]) == (whole.text, round(whole.score, 4))
        assert source["text"][row["start"] : row["end"]] == row["text"]
        assert [phrase["text"] for phrase in row["phrases"]] == [phrase.text for phrase in whole.phrases]
        for phrase in row["phrases"]:
            assert row["text"][phrase["position"] :].startswith(phrase["text"])
    assert not (tmp_path / "out.parquet.errors.jsonl").exists()
    assert sorted(path.name for path in tmp_path.iterdir()) == ["in.jsonl", "out.parquet"]


def test_rows_of_articles(articles, score, detector, tmp_path):
    score(articles, out=tmp_path / "out.jsonl", rows="articles", wanted=Wanted(id="id", carried=()))
    texts = [row["text"] for row in lines(articles)]
    rows = lines(tmp_path / "out.jsonl")
    assert [row["article"] for row in rows] == [f"a{index}" for index in range(18)]
    for text, row in zip(texts, rows, strict=True):
        if row["reprint_of"]:
            assert row["score"] is row["sentences"] is row["phrases"] is None
            continue
        report = detector.score(text)
        assert (row["score"], row["sentences"]) == (round(report.score, 4), len(report.sentences))
        assert row["words"] == sum(len(found.text.split()) for found in report.sentences)
        assert row["flagged_sentences"] == sum(bool(found.phrases) for found in report.sentences)
        assert [phrase["text"] for phrase in row["phrases"]] == [phrase.text for phrase in report.phrases]
        for phrase in row["phrases"]:
            assert phrase["text"] in report.sentences[phrase["sentence"]].text


@pytest.mark.parametrize("rows", ["articles", "sentences"])
def test_every_form_of_output_holds_the_same_rows(articles, score, tmp_path, rows):
    outs = [tmp_path / f"out{form}" for form in (".parquet", ".csv", ".jsonl", ".csv.gz", ".jsonl.gz")]
    for out in outs:
        score(articles, out=out, rows=rows)
    table = pq.read_table(outs[0])
    wanted = table.to_pylist()
    assert lines(outs[2]) == wanted
    with outs[1].open(encoding="utf-8", newline="") as file:
        read = list(csv.DictReader(file))
    assert list(read[0]) == table.column_names
    for cells, row in zip(read, wanted, strict=True):
        for name, value in row.items():
            shown = json.dumps(value, ensure_ascii=False) if isinstance(value, list) else value
            assert cells[name] == ("" if shown is None else str(shown))
    assert gzip.decompress(outs[3].read_bytes()) == outs[1].read_bytes()
    assert gzip.decompress(outs[4].read_bytes()) == outs[2].read_bytes()


def test_reprints_can_be_scored_like_any_other(articles, score, tmp_path):
    score(articles, out=tmp_path / "out.jsonl", reprints="ignore")
    assert {row["reprint_of"] for row in lines(tmp_path / "out.jsonl")} == {None}
    assert all(row["score"] is not None for row in lines(tmp_path / "out.jsonl"))


def test_documents_and_pages_in_a_column(score, tmp_path, root):
    folder = tmp_path / "pages"
    folder.mkdir()
    page = (root / "examples" / "article.html").read_text(encoding="utf-8")
    (folder / "a.html").write_text(page, encoding="utf-8")
    (folder / "b.txt.gz").write_bytes(gzip.compress(b"The balding minister spoke on Monday."))
    (folder / "c.pdf").write_bytes(b"%PDF-1.4 broken")
    (folder / "d.txt").write_bytes(b" \n")
    outcome = score(folder, out=tmp_path / "out.jsonl", wanted=Wanted())
    found = lines(tmp_path / "out.jsonl")
    assert list(dict.fromkeys(row["article"] for row in found)) == [f"{folder}/a.html", f"{folder}/b.txt.gz"]
    assert found[0]["role"] == "headline"
    assert outcome.state.errors == 2
    errors = lines(tmp_path / "out.jsonl.errors.jsonl")
    assert [Path(error["place"]).name for error in errors] == ["c.pdf", "d.txt"]
    table = write_rows(tmp_path / "pages.jsonl", [{"id": "a", "text": page}])
    score(table, out=tmp_path / "column.jsonl", wanted=Wanted(format="html"))
    column = lines(tmp_path / "column.jsonl")
    results = ("sentence", "text", "start", "end", "score", "phrases", "speaker")
    assert [[row[name] for name in results] for row in column] == [
        [row[name] for name in results] for row in found if row["article"].endswith("a.html")
    ]


def test_bad_records_are_told_and_the_run_goes_on(run_cli, tmp_path):
    good = json.dumps({"id": "a", "text": "The mayor spoke."}).encode()
    bad = [
        b"{broken", b'{"id": "b", "text": ""}', b'{"id": "c", "text": 5}', b'{"id": "d", "text": "caf\xe9"}', good,
        b'{"text": "no id"}', json.dumps({"id": "e", "text": "long " * 1_100_000}).encode(),
    ]  # fmt: skip
    (tmp_path / "in.jsonl").write_bytes(
        b"\n".join([good, *bad, good.replace(b'"a"', b'"z"').replace(b"mayor", b"boy")])
    )
    result = run_cli(
        "corpus", "in.jsonl", "--out", "out.jsonl", "--id-column", "id", "--workers", 1, "--encoding", "utf-8"
    )
    assert result.returncode == 3
    assert [row["article"] for row in lines(tmp_path / "out.jsonl")] == ["a", "z"]
    errors = lines(tmp_path / "out.jsonl.errors.jsonl")
    assert [error["place"] for error in errors] == [f"in.jsonl#{line}" for line in range(2, 9)]
    assert [error["article"] for error in errors] == [None, "b", "c", "d", "a", None, "e"]
    reasons = ("no JSON", "no text", "no string", "UTF-8", "earlier article", "no id", "larger than 5 MB")
    assert all(part in error["reason"] for part, error in zip(reasons, errors, strict=True))
    assert b"7 errors" in result.stderr
    assert b'text <- "text"' in result.stderr


@pytest.mark.parametrize(
    ("name", "out", "wanted", "told"),
    [
        ("missing.jsonl", "out.csv", Wanted(), "missing.jsonl: no such file"),
        ("in.jsonl", "out.xlsx", Wanted(), ".parquet, .csv"),
        ("in.jsonl", "missing/out.csv", Wanted(), "there is no folder"),
        ("in.jsonl", "out.csv", Wanted(text="txt"), "Did you mean 'text'? Its columns: id, text, outlet"),
    ],
)
def test_wrong_usage_is_told_before_anything_is_scored(articles, score, tmp_path, name, out, wanted, told):
    with pytest.raises(CorpusError) as error:
        score(tmp_path / name, out=tmp_path / out, wanted=wanted)
    assert told in str(error.value)
    assert [path.name for path in tmp_path.iterdir()] == ["in.jsonl"]


class Stopping(Silent):
    """Asks for a stop, as Ctrl-C does, after so many records."""

    def __init__(self, after, number=signal.SIGINT):
        self._after, self._number = after, number

    def advance(self, state):
        if state.number >= self._after:
            self._after = 10**9
            os.kill(os.getpid(), self._number)


def test_what_is_finished_or_begun_is_not_lost_by_mistake(articles, score, tmp_path, run_cli):
    out = tmp_path / "out.csv"
    score(articles, out=out)
    whole = out.read_bytes()
    with pytest.raises(CorpusError, match="--overwrite"):
        score(articles, out=out)
    out.unlink()
    assert score(articles, out=out, watcher=Stopping(8)).interrupted
    for told, wanted, change in (
        ("settings: .*--restart", Wanted(id="id"), {"quotes": "count"}),
        ("--text-column: nothing there, text now", Wanted("text", "id"), {}),
        ("datasketch: ", Wanted(id="id"), {"reprints": "ignore"}),
    ):
        with pytest.raises(CorpusError, match=told):
            score(articles, out=out, wanted=wanted, **change)
    time.sleep(0.01)
    articles.write_text(articles.read_text().replace("Lirna Post", "Lirna Mail"))
    again = ["corpus", articles, "--out", out, "--id-column", "id", "--workers", 1, "--precision", "exact"]
    result = run_cli(*again)
    assert result.returncode == 2
    assert b"in.jsonl was changed since" in b" ".join(result.stderr.split())
    assert run_cli(*again, "--restart").returncode == 0
    assert out.read_text() == whole.decode().replace("Lirna Post", "Lirna Mail")


def test_two_runs_on_one_output_are_refused(articles, score, tmp_path, run_cli):
    seen = []

    class Second(Silent):
        def advance(self, state):
            if not seen:
                seen.append(run_cli("corpus", articles, "--out", tmp_path / "out.csv", "--restart"))

    score(articles, out=tmp_path / "out.csv", watcher=Second())
    assert seen[0].returncode == 2
    assert b"another run writes this output" in b" ".join(seen[0].stderr.split())


@pytest.mark.parametrize("form", [".parquet", ".csv", ".jsonl.gz"])
def test_stopped_anywhere_the_output_is_the_same(articles, score, tmp_path, monkeypatch, form):
    score(articles, out=tmp_path / f"whole{form}")
    monkeypatch.setattr(jobs, "PART_ARTICLES", 4)
    out = tmp_path / f"out{form}"
    before = signal.getsignal(signal.SIGTERM)
    stops = 0
    for after in (1, 9, 16, 18, 20):
        stops += score(articles, out=out, watcher=Stopping(after, signal.SIGTERM)).interrupted
        if out.exists():
            break
    assert stops >= 2
    assert signal.getsignal(signal.SIGTERM) is before
    assert out.read_bytes() == (tmp_path / f"whole{form}").read_bytes()


def test_an_output_inside_the_input_folder_is_no_input(score, tmp_path):
    folder = tmp_path / "data"
    folder.mkdir()
    write_rows(folder / "in.jsonl", invented(3))
    for _ in range(2):
        options = ScoringOptions(0.5)
        outcome = run_job(
            CorpusJob((str(folder),), folder / "out.jsonl", options, overwrite=True), "m", Silent(), biasdetect.load
        )
        assert (outcome.state.number, outcome.state.errors) == (3, 0)


def test_an_output_in_the_place_of_the_input_is_refused(articles, score, tmp_path):
    before = articles.read_bytes()
    (tmp_path / "link.jsonl").symlink_to(articles)
    for inputs in ((str(articles),), (f"{tmp_path}/in.js*l",), (str(tmp_path / "link.jsonl"),)):
        with pytest.raises(CorpusError, match=r"Name another|nothing to read"):
            run_job(CorpusJob(inputs, articles, ScoringOptions(0.5), overwrite=True), "m", Silent(), biasdetect.load)
    assert articles.read_bytes() == before


def start(folder, *arguments):
    return subprocess.Popen(
        [sys.executable, "-c", LAUNCH, "corpus", *map(str, arguments)],
        cwd=folder,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        env={
            **os.environ,
            "PYTHONUTF8": "1",
            "PYTHONPATH": os.pathsep.join([str(Path(slow_detector.__file__).parent), os.environ["PYTHONPATH"]]),
        },
        start_new_session=True,
    )


def children(pid):
    return [int(child) for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]


def alive(pid):
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


def wait_for(condition):
    end = time.monotonic() + 60
    while not condition():
        assert time.monotonic() < end
        time.sleep(0.005)


@LINUX
def test_killed_at_any_moment_it_goes_on_to_the_same_rows(score, tmp_path):
    rows = invented(160)  # 20 parts, of which each of three turns takes about 4
    rows[7]["text"] = ""
    rows[60]["id"] = "a3"
    write_rows(tmp_path / "in.jsonl", rows)
    score(tmp_path / "in.jsonl", out=tmp_path / "whole.jsonl")
    source = random.Random(11)
    out = tmp_path / "out.jsonl"
    arguments = ("in.jsonl", "--out", out, "--id-column", "id", "--workers", "2", "--precision", "exact")
    parts = run_folder_path(out)
    for killed in range(3):
        process = start(tmp_path, *arguments)
        had = len(list(parts.glob("part-*")))
        # some time after some parts; the last time it is a worker that is killed
        wait_for(lambda had=had: len(list(parts.glob("part-*"))) > had + 1)
        time.sleep(source.uniform(0, 8 * slow_detector.SECONDS))
        workers = children(process.pid)
        if killed == 2:
            os.kill(max(workers), signal.SIGKILL)
            assert process.wait(60) == 4
            assert b"the same command goes on" in b" ".join(process.stderr.read().split())
        else:
            process.kill()
            process.wait(60)
        process.stderr.close()
        wait_for(lambda workers=workers: not any(map(alive, workers)))
        assert not out.exists()
    process = start(tmp_path, *arguments)
    said = process.communicate(timeout=60)[1]
    assert process.returncode == 3, said
    assert b"Going on after" in said
    assert out.read_bytes() == (tmp_path / "whole.jsonl").read_bytes()
    errors = tmp_path / "out.jsonl.errors.jsonl"
    assert errors.read_text().replace("in.jsonl", str(tmp_path / "in.jsonl")) == (tmp_path / "whole.jsonl.errors.jsonl").read_text()  # fmt: skip
    assert not parts.exists()


@LINUX
def test_ctrl_c_in_a_terminal_stops_all_of_it_and_the_same_command_goes_on(tmp_path):
    write_rows(tmp_path / "in.jsonl", invented(60))
    arguments = ("in.jsonl", "--out", "out.csv", "--id-column", "id", "--workers", "2", "--precision", "exact")
    process = start(tmp_path, *arguments)
    wait_for(lambda: list((tmp_path / ".out.csv.work").glob("part-*")))
    workers = children(process.pid)
    os.killpg(process.pid, signal.SIGINT)
    said = process.communicate(timeout=60)[1].decode()
    assert process.returncode == 5
    assert "the same command, without --restart, goes on" in " ".join(said.split())
    assert "Traceback" not in said
    wait_for(lambda: not any(map(alive, workers)))
    process = start(tmp_path, *arguments)
    assert process.communicate(timeout=60) and process.returncode == 0
    with (tmp_path / "out.csv").open(newline="") as file:
        assert list(dict.fromkeys(row["article"] for row in csv.DictReader(file))) == [f"a{index}" for index in range(60)]  # fmt: skip


def test_fast_decides_as_exact_does_and_every_row_says_which(articles, run_cli, tmp_path):
    rows = {}
    for precision in ("exact", "fast"):
        out = tmp_path / f"{precision}.jsonl"
        arguments = ("--workers", 1, "--precision", precision)
        assert run_cli("corpus", articles, "--out", out, *arguments).returncode in (0, 3)
        rows[precision] = [json.loads(line) for line in out.read_text(encoding="utf-8").splitlines()]
    for exact, fast in zip(rows["exact"], rows["fast"], strict=True):
        assert '"precision":"exact"' in exact["settings"] and '"precision":"fast"' in fast["settings"]
        assert [phrase["text"] for phrase in exact["phrases"] or []] == [
            phrase["text"] for phrase in fast["phrases"] or []
        ]
        if exact["score"] is not None:
            assert fast["score"] == pytest.approx(exact["score"], abs=0.1)


def test_fast_and_a_device_do_not_go_together(articles, run_cli, tmp_path):
    result = run_cli("corpus", articles, "--out", tmp_path / "out.csv", "--precision", "fast", "--device", "cuda")
    assert result.returncode == 2
    assert b"out" in result.stderr


@pytest.fixture
def stopped(articles, score, tmp_path, monkeypatch):
    """A run of four parts that was stopped after the third: its work folder, and what goes on with it."""
    monkeypatch.setattr(jobs, "PART_ARTICLES", 8)
    write_rows(articles, [*invented(30), {"id": "a3", "text": "Twice."}])
    score(articles, out=tmp_path / "whole.jsonl")
    out = tmp_path / "out.jsonl"
    stop_after(score, articles, out, 20)
    work = run_folder_path(out)
    assert len(list(work.glob("part-*"))) == 3
    return work, lambda: score(articles, out=out)


def stop_after(score, articles, out, number):
    class Stopping(Silent):
        def advance(self, state):
            if state.number >= number:
                signal.raise_signal(signal.SIGINT)

    assert score(articles, out=out, watcher=Stopping()).interrupted


def flip(path, place, number=4):
    """Change some bytes of a file and leave its size and time as they are."""
    times = path.stat()
    data = bytearray(path.read_bytes())
    for at in range(place, place + number):
        data[at] ^= 0x5A
    path.write_bytes(data)
    os.utime(path, ns=(times.st_atime_ns, times.st_mtime_ns))


DAMAGE = {
    "changed": (lambda part: flip(part, part.stat().st_size // 2), "its checksum differs"),
    "cut short": (lambda part: os.truncate(part, part.stat().st_size - 100), "bytes instead of"),
    "empty": (lambda part: os.truncate(part, 0), "0 bytes instead of"),
    "missing": (lambda part: part.unlink(), "is missing"),
    "another": (lambda part: part.write_bytes((part.parent / "part-000001.arrow").read_bytes()), "was changed"),
}


@pytest.mark.parametrize("kind", DAMAGE)
def test_a_damaged_part_is_named_before_the_run_goes_on(stopped, tmp_path, kind):
    work, go_on = stopped
    damage, told = DAMAGE[kind]
    damage(work / "part-000002.arrow")
    with pytest.raises(DamagedRunError, match=rf"part-000002.arrow: .*{told}.*--restart"):
        go_on()
    assert not (tmp_path / "out.jsonl").exists()


def test_a_part_that_is_damaged_while_the_run_goes_on_stays_out_of_the_table(articles, score, tmp_path, monkeypatch):
    monkeypatch.setattr(jobs, "PART_ARTICLES", 8)
    part = run_folder_path(tmp_path / "out.jsonl") / "part-000001.arrow"

    class Damaging(Silent):
        def join(self):
            flip(part, part.stat().st_size // 2)

    with pytest.raises(DamagedRunError, match=r"part-000001.arrow: .*its checksum differs.*--restart"):
        score(articles, out=tmp_path / "out.jsonl", watcher=Damaging())
    assert not (tmp_path / "out.jsonl").exists()


def test_a_database_with_changed_bytes_leads_to_an_error_or_to_the_same_table(stopped, tmp_path):
    work, go_on = stopped
    kept = tmp_path / "kept"
    shutil.copytree(work, kept)
    errors, fine = 0, 0
    size = (kept / "state.sqlite").stat().st_size
    for place in range(0, size - 4, size // 40):
        shutil.rmtree(work, ignore_errors=True)
        (tmp_path / "out.jsonl").unlink(missing_ok=True)
        shutil.copytree(kept, work)
        flip(work / "state.sqlite", place)
        try:
            go_on()
        except DamagedRunError as error:
            assert "state.sqlite" in str(error)
            assert "--restart" in str(error)
            errors += 1
            continue
        assert (tmp_path / "out.jsonl").read_bytes() == (tmp_path / "whole.jsonl").read_bytes()
        fine += 1
    assert errors >= 5
    assert fine  # most pages are empty in so small a database


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ("UPDATE parts SET state = replace(state, 'sentences', 'Sentences') WHERE number = 3", "checksum differs"),
        ("UPDATE originals SET article = 'b' WHERE number = 2", "checksum differs"),
        ("DELETE FROM exact WHERE number = 2", "checksum differs"),
        ("UPDATE bands SET band = band + 1 WHERE number = 2", "checksum differs"),
        ("UPDATE ids SET number = 40 WHERE number = 2", "checksum differs"),
        ("UPDATE sources SET size = size - 1", "checksum differs"),
        ("UPDATE checksum SET total = total + 1", "checksum differs"),
        ("DROP TABLE ids", "is damaged"),
        ("PRAGMA application_id = 7", "is no database of this version"),
    ],
)
def test_a_changed_database_is_named(stopped, change, told):
    work, go_on = stopped
    with closing(sqlite3.connect(work / "state.sqlite")) as database:
        database.execute(change)
        database.commit()
    with pytest.raises(DamagedRunError, match=rf"state.sqlite: .*{told}.*--restart"):
        go_on()


@pytest.mark.parametrize("data", [b"", b"no database at all", None])
def test_a_foreign_or_missing_database_is_named_and_restart_begins_anew(run_cli, stopped, articles, tmp_path, data):
    work, _ = stopped
    for path in work.glob("state.sqlite*"):
        path.unlink()
    if data is not None:
        (work / "state.sqlite").write_bytes(data)
    command = ["corpus", articles, "--out", "out.jsonl", "--id-column", "id", "--workers", "1", "--precision", "exact"]
    for _ in range(2):
        done = run_cli(*command)
        assert done.returncode == 4
        assert str(work.name).encode() in done.stderr
        assert b"pass --restart" in done.stderr
        assert b"Traceback" not in done.stderr
    assert run_cli(*command, "--restart").returncode == 3
    assert (tmp_path / "out.jsonl").read_bytes() == (tmp_path / "whole.jsonl").read_bytes()
