"""Labels that are in memory are read as the same labels in a file are."""

import importlib.util
import json

import pytest
from conftest import needs

from biasdetect.errors import DataError
from biasdetect.labels import LabelRecord, LabelSpan, read_labels, read_records
from biasdetect.labels.memory import as_sources
from biasdetect.labels.options import read_options

ROWS = [
    {"text": "The shameless mayor spoke.", "label": "biased", "spans": [{"start": 4, "end": 13, "label": "opinion"}]},
    {"text": "The mayor spoke.", "label": "non-biased", "spans": []},
    {"text": "The deputy left.", "label": "non-biased", "spans": []},
]


def said(labels):
    assert labels.problems == ()
    return [(record.text, record.label, record.spans) for record in labels.records]


def as_file(tmp_path):
    path = tmp_path / "labels.jsonl"
    path.write_text("".join(json.dumps(row) + "\n" for row in ROWS))
    return said(read_records([path]))


def frame():
    pandas = pytest.importorskip("pandas", reason="needs the notebook extra")
    return pandas.DataFrame(ROWS)


def dataset():
    datasets = pytest.importorskip("datasets", reason="needs the train extra")
    return datasets.Dataset.from_list(ROWS)


def arrow():
    pyarrow = pytest.importorskip("pyarrow", reason="needs the corpus extra")
    return pyarrow.Table.from_pylist(ROWS)


@pytest.mark.parametrize("make", [frame, dataset, arrow, lambda: ROWS, lambda: iter(ROWS)], ids=["pandas", "datasets", "arrow", "records", "iterator"])  # fmt: skip
def test_rows_in_memory_are_what_the_file_says(make, tmp_path):
    assert said(read_records(as_sources(make()))) == as_file(tmp_path)


def test_records_of_ours_stay_as_they_are():
    records = [LabelRecord("The vile tram.", 1.0, spans=(LabelSpan(4, 8, "opinion"),)), LabelRecord("A tram.", 0.0)]
    assert read_labels([records]).records == tuple(records)


def test_an_empty_cell_says_nothing():
    needs(bool(importlib.util.find_spec("pandas")), "needs pandas")
    import pandas

    data = pandas.DataFrame({"text": ["A vile tram.", "A tram.", "A bus."], "label": [1, 0, None]})
    assert [record.label for record in read_records([data]).records] == [1, 0, None]


def test_classes_of_a_data_set_are_read_by_their_names():
    datasets = pytest.importorskip("datasets", reason="needs the train extra")
    features = datasets.Features({"text": datasets.Value("string"), "label": datasets.ClassLabel(names=["biased", "plain"])})  # fmt: skip
    data = datasets.Dataset.from_dict({"text": ["A vile tram.", "A tram."], "label": [0, 1]}, features=features)
    assert [record.label for record in read_records([data]).records] == [1, 0]
    both = datasets.DatasetDict(train=data, test=data.select([1]))
    assert [len(read_records([both], read_options(split=split)).records) for split in (None, "test")] == [2, 1]


def test_what_is_wrong_is_told_by_its_row():
    labels = read_labels([[*ROWS, {"text": "", "label": 1}, {"text": "A tram.", "label": "perhaps"}, "a tram"]])
    assert {(problem.place.file, problem.place.line) for problem in labels.problems} == {("data", 4), ("data", 5), ("data", 6)}  # fmt: skip
    assert len(labels.records) == 3
    with pytest.raises(DataError, match="list of records"):
        read_records([{"text": ["A tram."], "label": [0]}])


def test_sentences_of_the_test_data_are_found_in_memory_too():
    labels = read_labels([ROWS], test=[[ROWS[0]]])
    assert [problem.kind for problem in labels.problems] == ["in-test"]


@pytest.mark.parametrize("data", [None, 3, b"text"])
def test_what_holds_no_labels_is_refused(data):
    with pytest.raises(TypeError, match="data frame"):
        as_sources(data)


def test_several_paths_are_several_sources():
    assert as_sources(["a.csv", "b.csv"]) == ["a.csv", "b.csv"]
    assert as_sources("a.csv") == ["a.csv"]


def test_how_labels_are_read_has_the_names_of_the_command_line():
    options = read_options(text_column="satz", map={"schlimm": "biased"}, scale=(1, 5), contradictions="votes")
    assert (options.columns.text, options.names, options.scale) == ("satz", {"schlimm": "biased"}, (1, 5))
    data = [{"satz": "Der üble Chef.", "urteil": "schlimm"}, {"satz": "Der Chef.", "urteil": "non-biased"}]
    reading = read_options(text_column="satz", label_column="urteil", map={"schlimm": "biased"})
    assert [record.label for record in read_records([data], reading).records] == [1, 0]
    with pytest.raises(TypeError, match="text_colum"):
        read_options(text_colum="satz")
    with pytest.raises(ValueError, match="NAME=KNOWN"):
        read_options(map={"schlimm": "nothing known"})
    with pytest.raises(ValueError, match="lowest label"):
        read_options(scale=(5, 1))


def test_opposite_labels_may_be_votes_where_models_are_measured_too():
    data = [{"text": "A tram.", "label": 1}, {"text": "A tram.", "label": 0}, {"text": "A bus.", "label": 0}]
    votes = read_records([data], read_options(contradictions="votes")).records
    assert [record.target for record in votes] == [0.5, 0]
