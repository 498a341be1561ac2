"""Files of every form to records, reprints by their signatures, values and their types through a table."""

import gzip
import json
import os
import random
from datetime import UTC, date, datetime, timedelta, timezone
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

pa = pytest.importorskip("pyarrow")
pytest.importorskip("datasketch")
import pyarrow.parquet as pq  # noqa: E402

from biasdetect.corpus.database import Database  # noqa: E402
from biasdetect.corpus.errors import CorpusError  # noqa: E402
from biasdetect.corpus.input_files import find_input_files  # noqa: E402
from biasdetect.corpus.output_table import JoinedTable, PartWriter, note_kinds, to_batch, write_joined  # noqa: E402
from biasdetect.corpus.records import Wanted, read_input_file, text_column  # noqa: E402
from biasdetect.corpus.reprints import TABLES, ReprintIndex, signature  # noqa: E402
from biasdetect.corpus.scoring import ScoringOptions, prepare_record  # noqa: E402
from biasdetect.corpus_report.grouping import labels, resolve  # noqa: E402
from biasdetect.corpus_report.scored_rows import open_scored, read_column  # noqa: E402

ROWS = [
    {"id": "u1", "body": "The mayor of Lirna spoke, at length.", "outlet": "Lirna Post", "year": 2023},
    {"id": "u2", "body": 'A "second" article\nwith two lines.', "outlet": "Orsa Daily", "year": 2024},
    {"id": "u3", "body": "Third and last — with an accent: café.", "outlet": "Orsa Daily", "year": 2024},
]


def records(path, wanted=None, after=0):
    return [
        record
        for source in find_input_files(str(path))
        for record in read_input_file(source, wanted or Wanted(), after)
    ]  # fmt: skip


def write_rows(path):
    name = path.name
    if ".parquet" in name:
        pq.write_table(pa.Table.from_pylist(ROWS), path, row_group_size=2)
        return path
    if ".jsonl" in name:
        text = "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in ROWS)
    else:
        mark = "\t" if ".tsv" in name else ";" if "semicolon" in name else ","
        cells = [list(ROWS[0]), *([str(cell) for cell in row.values()] for row in ROWS)]
        text = "".join(mark.join('"' + cell.replace('"', '""') + '"' for cell in row) + "\r\n" for row in cells)
    data = text.encode()
    if name.endswith(".gz"):
        data = gzip.compress(data[:50]) + gzip.compress(data[50:])  # as tools write it that pack in pieces
    if name.endswith(".zst"):
        data = pa.Codec("zstd").compress(data, asbytes=True)
    path.write_bytes(data)
    return path


FORMS = ["a.jsonl", "a.jsonl.gz", "a.jsonl.zst", "a.csv", "a.csv.gz", "semicolon.csv", "a.tsv.zst", "a.parquet"]


@pytest.mark.parametrize("name", FORMS)
def test_every_form_gives_the_same_records_and_goes_on_at_any_row(tmp_path, name):
    path = write_rows(tmp_path / name)
    found = records(path, Wanted(id="id"))
    assert [(record.article, record.text, record.place) for record in found] == [
        (row["id"], row["body"], f"{path}#{number}") for number, row in enumerate(ROWS, 1)
    ]
    assert [str(record.carried["year"]) for record in found] == ["2023", "2024", "2024"]
    assert set(found[0].carried) == {"outlet", "year"}
    assert [records(path, Wanted(id="id"), after) for after in (1, 2, 3)] == [found[1:], found[2:], []]
    assert found[-1].done <= path.stat().st_size
    text, *_ = find_input_files(str(path))
    assert text_column(text, Wanted()) == "body"


NESTED = [
    {"meta": {"id": number}, "page": {"body": [f"Text {number}.", "More."]}, "paper": "A"} for number in (1, 2, 3)
]


@pytest.mark.parametrize("name", ["array.json", "pretty.jsonl", "a.parquet"])
def test_fields_in_fields_and_paragraphs(tmp_path, name):
    path = tmp_path / name
    if name == "a.parquet":
        pq.write_table(pa.Table.from_pylist(NESTED), path, row_group_size=2)
    else:
        path.write_text(
            json.dumps(NESTED) if name == "array.json" else "\n".join(json.dumps(one, indent=1) for one in NESTED)
        )
    wanted = Wanted(id="meta.id", carried=("paper", "meta"))
    found = records(path, wanted)
    assert [(record.place, record.article, record.text, record.carried) for record in found] == [
        (f"{path}#{n}", str(n), f"Text {n}.\n\nMore.", {"paper": "A", "meta": f'{{"id": {n}}}'}) for n in (1, 2, 3)
    ]
    assert records(path, wanted, 2) == found[2:]
    assert text_column(*find_input_files(str(path)), Wanted()) == "page.body"
    assert records(path, Wanted(text="page.body"))[0].carried == {"paper": "A"}


def test_a_spreadsheet_and_named_encodings(tmp_path):
    openpyxl = pytest.importorskip("openpyxl", reason='needs the xlsx extra: pip install ".[dev]"')
    book = openpyxl.Workbook()
    for row in (["text", "date", "n"], ["One.", datetime(2024, 4, 30), 1], ["Two.", None, 2.5]):
        book.active.append(row)
    book.save(tmp_path / "a.xlsx")
    assert [(record.text, record.carried) for record in records(tmp_path / "a.xlsx")] == [
        ("One.", {"date": datetime(2024, 4, 30), "n": 1}), ("Two.", {"date": None, "n": 2.5}),
    ]  # fmt: skip
    (tmp_path / "a.csv").write_bytes("text\nМэр ушёл.\n".encode("cp1251"))
    (tmp_path / "a.txt").write_bytes("Мэр ушёл.".encode("cp1251"))
    for name in ("a.csv", "a.txt"):
        assert records(tmp_path / name, Wanted(encoding="cp1251"))[0].text == "Мэр ушёл."
        assert (
            "UTF-8" in (problem := records(tmp_path / name, Wanted(encoding="utf-8"))[0].problem) or "utf-8" in problem
        )


def test_documents_of_every_format_packed_or_not(tmp_path):
    message = b"From: a@lirna.example\nSubject: Council votes\n\nThe dam held."
    (tmp_path / "a.eml").write_bytes(message)
    (tmp_path / "b.eml.gz").write_bytes(gzip.compress(message))
    (tmp_path / "c.md.gz").write_bytes(gzip.compress(b"The *dam* held."))
    (tmp_path / "d.adoc").write_bytes(b"The dam held.")
    options = ScoringOptions(0.5)
    for wanted in (Wanted(), Wanted(encoding="utf-8")):
        found = [record for file in find_input_files(str(tmp_path)) for record in read_input_file(file, wanted)]
        read = [prepare_record(record, options)[0] for record in found]
        assert [record.text.text for record in read] == ["Council votes\nThe dam held."] * 2 + ["The dam held."]
    with pytest.raises(CorpusError, match="of no form that is read"):
        list(find_input_files(str(tmp_path / "d.adoc")))


def test_rows_in_front_of_what_breaks_a_file_are_kept(tmp_path):
    (tmp_path / "a.json").write_text('[{"text": "One."}, {"text": "Two."}, {"text": ')
    one, two, broken = records(tmp_path / "a.json")
    assert (one.text, two.text) == ("One.", "Two.")
    assert "nothing is read from here on" in broken.problem and broken.place.endswith("#3")
    (tmp_path / "b.jsonl").write_text("<!DOCTYPE html><html><body>Not found</body></html>")
    assert "is a web page" in records(tmp_path / "b.jsonl")[0].problem


def test_folders_patterns_and_addresses(tmp_path):
    (tmp_path / "b").mkdir()
    for name in ("z.jsonl", "b/a.parquet"):
        write_rows(tmp_path / name)
    (tmp_path / "note.md").write_text("# Council votes\n\nIt voted.")
    (tmp_path / "meta.json").write_text("{}")
    (tmp_path / "picture.png").write_bytes(b"\x89PNG")
    (tmp_path / ".hidden.jsonl").write_text("{}")
    local = [record.place for record in records(tmp_path)]
    assert [place.removeprefix(f"{tmp_path}/").partition("#")[0] for place in local] == [
        "note.md", *["z.jsonl"] * 3, *["b/a.parquet"] * 3,
    ]  # fmt: skip
    assert [record.place for record in records(tmp_path.as_uri())] == [f"file://{place}" for place in local]
    assert len(records(f"{tmp_path}/**/*.parquet")) == len(records(f"{tmp_path.as_uri()}/*/*.parquet")) == 3
    assert len(records(f"{tmp_path.as_uri()}/z.jsonl")) == 3


def test_odd_things_in_a_folder(tmp_path):
    folder = tmp_path / "data"
    (folder / "b").mkdir(parents=True)
    write_rows(folder / "b" / "a.jsonl")
    (folder / "b" / "up").symlink_to(folder)
    if hasattr(os, "mkfifo"):
        os.mkfifo(folder / "pipe.txt")
    assert len(records(folder)) == 3
    try:
        Path(os.fsdecode(os.fsencode(folder) + b"/\xff.txt")).write_text("It rained.")
    except OSError:  # a file system of names in UTF-8 alone
        return
    with pytest.raises(CorpusError, match="no UTF-8"):
        records(folder)


@pytest.mark.parametrize("name", ["missing.jsonl", "*.csv", "picture.png", "https://example.org/a.jsonl", "odd://x/y"])
def test_what_cannot_be_read_is_refused_with_its_name(tmp_path, monkeypatch, name):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "picture.png").write_bytes(b"\x89PNG")
    with pytest.raises(CorpusError) as error:
        list(find_input_files(name))
    assert name in str(error.value)


def test_a_missing_column_is_told_with_those_that_are_there(tmp_path):
    (source,) = find_input_files(str(write_rows(tmp_path / "a.csv")))
    with pytest.raises(CorpusError, match=r"has no column 'outlett'. Did you mean 'outlet'\? .*id, body, outlet, year"):
        text_column(source, Wanted(carried=("outlett",)))
    path = tmp_path / "b.jsonl"
    path.write_text('{"title": "x", "date": "2024"}\n')
    with pytest.raises(CorpusError, match=r"--text-column\. Its columns: title, date"):
        text_column(*find_input_files(str(path)), Wanted())


def test_what_is_wrong_is_told_with_its_place_and_reading_goes_on(tmp_path):
    lines = [
        b'{"text": "good"}', b"{broken", b"", b"[1]", b'{"text": 7}', b'{"title": "no text"}',
        b'{"text": "caf\xe9"}', b'{"text": "half \\ud83d"}', b'{"text": "good", "outlet": "caf\xe9"}',
        b"[" * 100_000, b'{"text": "last", "mean": NaN, "big": 1e999}',
    ]  # fmt: skip
    path = tmp_path / "a.jsonl"
    path.write_bytes(b"\xef\xbb\xbf" + b"\n".join(lines))
    found = records(path)
    told = {int(record.place.rpartition("#")[2]): record.problem for record in found if record.problem}
    good = [record for record in found if not record.problem]
    assert list(told) == [2, 4, 5, 6, 8, 10]
    assert "no JSON" in told[2]
    assert "a list and no object" in told[4]
    assert "no string" in told[5]
    assert "missing" in told[6]
    assert "half a character" in told[8]
    assert "nested too deeply" in told[10]
    assert [(record.text, record.carried) for record in good] == [
        ("good", {}), ("café", {}), ("good", {"outlet": "café"}), ("last", {"mean": None, "big": None}),
    ]  # fmt: skip
    told = {record.row: record.problem for record in records(path, Wanted(encoding="utf-8")) if record.problem}
    assert list(told) == [2, 4, 5, 6, 7, 8, 9, 10]
    assert "byte 0xE9" in told[7] and "byte 0xE9" in told[9]


def test_broken_tables(tmp_path):
    path = tmp_path / "a.csv"
    path.write_bytes(b'id,text\n1,one\n2,two,more\n3,"a "b" c"\n4,caf\xe9\n5,five\n')
    found = records(path)
    assert [record.problem[:15] for record in found] == ["", "has 3 of 2 cell", "is no table row", "", ""]
    assert found[3].text == "café"
    path.write_text("id,id,text\n")
    assert 'two columns named "id"' in records(path)[0].problem
    whole = write_rows(tmp_path / "b.jsonl.gz").read_bytes()
    (tmp_path / "b.jsonl.gz").write_bytes(whole[:-20])
    assert "no whole packed file" in records(tmp_path / "b.jsonl.gz")[-1].problem
    (tmp_path / "c.parquet").write_bytes(b"PAR1 nothing")
    assert "no readable Parquet" in records(tmp_path / "c.parquet")[0].problem


def test_parquet_brings_its_types(tmp_path):
    row = {
        "text": "An article.", "day": date(2024, 5, 1), "at": datetime(2024, 5, 1, 12, 30), "zone": datetime(2024, 5, 1, tzinfo=UTC),
        "price": Decimal("1.50"), "ok": True, "tags": ["a"], "raw": b"x",
    }  # fmt: skip
    table = pa.Table.from_pylist([row]).append_column("fine", pa.array([1_714_566_600_000_000_123], pa.timestamp("ns")))
    pq.write_table(table, tmp_path / "a.parquet")
    (record,) = records(tmp_path / "a.parquet")
    assert record.carried == {
        "day": row["day"], "at": row["at"], "zone": row["zone"], "price": 1.5, "ok": True, "fine": datetime(2024, 5, 1, 12, 30),
    }  # fmt: skip
    (record,) = records(tmp_path / "a.parquet", Wanted(carried=("tags",)))
    assert record.carried == {"tags": '["a"]'}


SCALARS = {
    "int": st.integers(-(2**63), 2**63 - 1),
    "float": st.floats(allow_nan=False, allow_infinity=False),
    "bool": st.booleans(),
    "string": st.text(st.characters(exclude_categories=["Cs"])),
    "date": st.dates(),
    "time": st.datetimes(),
    "time with zone": st.datetimes(timezones=st.just(UTC)),
    "time with offset": st.datetimes(datetime(1990, 1, 1), timezones=st.just(timezone(timedelta(hours=-4)))),
}


@settings(max_examples=60, deadline=None)
@given(st.data())
def test_carried_values_come_back_in_their_types_wherever_parts_end(tmp_path_factory, data):
    folder = tmp_path_factory.mktemp("parts")
    kinds = data.draw(st.lists(st.sampled_from(sorted(SCALARS)), min_size=1, max_size=4))
    # a column named like one of the result's own gets another name
    names = ["score", "input_score", "x", "y"][: len(kinds)]
    row = st.fixed_dictionaries({name: st.none() | SCALARS[kind] for name, kind in zip(names, kinds, strict=True)})
    carried = data.draw(st.lists(row, min_size=1, max_size=6))
    cut = data.draw(st.integers(0, len(carried)))
    seen, parts = {}, [folder / "1", folder / "2"]
    for part, some in zip(parts, (carried[:cut], carried[cut:]), strict=True):
        with PartWriter(part, "sentences") as writer:
            writer.write(to_batch([{"article": "a", "reprint_of": None, "carried": one} for one in some], "sentences"))  # fmt: skip
        for one in some:
            note_kinds(seen, one)
    list(write_joined(JoinedTable(parts, "sentences", seen, "m", "s"), folder / "out", ".parquet"))
    table = pq.read_table(folder / "out")
    assert table.column_names.count("score") == 1
    first = "input_input_score" if "input_score" in names else "input_score"
    renamed = dict(zip(names, [first, *names[1:]], strict=True))
    expected = [{renamed[name]: one[name] for name in names} for one in carried]
    assert table.select(list(renamed.values())).to_pylist() == expected


@pytest.mark.parametrize(
    ("values", "kind", "expected"),
    [
        ([1, 2.5], "double", [1.0, 2.5]),
        ([1, "two", True], "string", ["1", "two", "true"]),
        ([date(2024, 1, 2), "soon"], "string", ["2024-01-02", "soon"]),
        ([None, None], "string", [None, None]),
    ],
)
def test_mixed_columns_find_one_type(tmp_path, values, kind, expected):
    seen = {}
    for value in values:
        note_kinds(seen, {"x": value})
    rows = [{"article": "a", "reprint_of": None, "carried": {"x": value}} for value in values]
    with PartWriter(tmp_path / "1", "articles") as writer:
        writer.write(to_batch(rows, "articles"))
    (table,) = JoinedTable([tmp_path / "1"], "articles", seen, "m", "s").tables()
    assert str(table.schema.field("x").type) == kind
    assert table.column("x").to_pylist() == expected


@pytest.mark.parametrize("zone", ["-04:00", "America/New_York"])
@pytest.mark.parametrize("form", [".parquet", ".csv", ".jsonl"])
def test_a_time_with_a_zone_stays_in_its_local_day(tmp_path, zone, form):
    instants = [datetime(2024, 5, 1, 3, 30), datetime(2024, 5, 1, 5)]
    table = pa.table({"text": ["One.", "Two."], "date": pa.array(instants, pa.timestamp("us", zone))})
    pq.write_table(table, tmp_path / "a.parquet")
    kinds, found = {}, records(tmp_path / "a.parquet")
    for record in found:
        note_kinds(kinds, record.carried)
    rows = [{"article": record.article, "reprint_of": None, "carried": record.carried} for record in found]
    with PartWriter(tmp_path / "1", "articles") as writer:
        writer.write(to_batch(rows, "articles"))
    list(write_joined(JoinedTable([tmp_path / "1"], "articles", kinds, "m", "s"), tmp_path / f"out{form}", form))
    source = open_scored(tmp_path / f"out{form}")
    (part,) = resolve(["month"], [source])
    (column,) = read_column(source, "date")
    names, codes = labels(part, column)
    assert [names[code] for code in codes] == ["2024-04", "2024-05"]


def article(seed, words=300):
    source = random.Random(seed)
    return [source.choice(["harbour", "council", "vote", "bridge", "storm", "school"]) + str(source.randrange(500)) for _ in range(words)]  # fmt: skip


@pytest.fixture
def index():
    return ReprintIndex(Database(":memory:", TABLES))


def test_reprints_exact_and_near(index):
    words = article(1)
    texts = {
        "first": " ".join(words),
        "other": " ".join(article(2)),
        "in capitals": "\n\n".join(words).upper() + ".",
        "with a new ending": " ".join([*words, *article(3, 20)]),
        "half of it": " ".join([*words[:150], *article(4, 150)]),
        "short": "The council met.",
        "short again": "the council  met",
        "nearly as short": "The council met today.",
    }
    found = {
        name: index.first_of(number, name, signature(text)) for number, (name, text) in enumerate(texts.items(), 1)
    }
    assert found == {
        **dict.fromkeys(texts),
        "in capitals": "first",
        "with a new ending": "first",
        "short again": "short",
    }


def test_what_the_index_was_told_before_a_stop_changes_no_answer(index):
    texts = [" ".join(article(seed % 7)) for seed in range(20)]
    once = [index.first_of(number, str(number), signature(text)) for number, text in enumerate(texts, 1)]
    again = [index.first_of(number, str(number), signature(text)) for number, text in enumerate(texts, 1)]
    assert once == again == [*[None] * 7, *[str(seed % 7 + 1) for seed in range(7, 20)]]
    assert [index.is_repeated_id(number, article) for number, article in ((1, "a"), (2, "a"), (1, "a"))] == [False, True, False]  # fmt: skip


@settings(max_examples=50, deadline=None)
@given(st.integers(0, 120), st.integers(0, 10_000))
def test_nothing_similar_by_estimate_is_overlooked(changed, seed):
    source = random.Random(seed)
    words = article(seed, 200)
    other = list(words)
    for place in source.sample(range(200), changed):
        other[place] = "changed"
    index = ReprintIndex(Database(":memory:", TABLES))
    one, two = signature(" ".join(words)), signature(" ".join(other))
    alike = sum(one.near[at : at + 4] == two.near[at : at + 4] for at in range(0, 256, 4)) / 64
    index.first_of(1, "one", one)
    assert (index.first_of(2, "two", two) == "one") == (alike >= 0.8)
