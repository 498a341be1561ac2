"""Whatever is read as labels is measured as it is read: texts, gold labels, marked wording."""

import importlib.util
import json

import pytest
from conftest import needs

from biasdetect.evaluation.labelled import as_labelled, read_labelled
from biasdetect.labels import read_labels, read_records

# file of examples/labels: texts, biased, plain, marks of annotators, gold phrases
EXAMPLES = {
    "brat": (4, 2, 2, 3, 3),
    "corpus.jsonl": (6, 3, 3, 5, 5),
    "doccano.jsonl": (6, 3, 3, 5, 5),
    "german.jsonl": (400, 170, 230, 182, 182),
    "graded.tsv": (6, 3, 3, 0, 0),
    "inception.json": (3, 2, 1, 3, 3),
    "label-studio-min.json": (6, 3, 3, 5, 5),
    "label-studio.json": (6, 2, 3, 7, 5),  # of two annotators; one text has a vote for each side
    "labels.parquet": (6, 3, 3, 0, 0),
    "prodigy.jsonl": (6, 3, 2, 5, 5),
    "transport-regression.jsonl": (12, 6, 6, 0, 0),
    "transport.csv": (160, 70, 90, 76, 76),
    "votes.csv": (6, 3, 2, 0, 0),
}
LIBRARIES = {"inception.json": "cassis", "labels.parquet": "pyarrow"}
TEXT = "The shameless mayor left, the clerk called it a sham."


def test_every_example_has_its_figures(root):
    files = {path.name for path in (root / "examples" / "labels").iterdir()}
    assert files == {*EXAMPLES, "mistakes", "own-categories.jsonl", "own-categories.toml"}


@pytest.mark.parametrize("name", EXAMPLES)
def test_labels_check_and_evaluate_agree(root, name):
    library = LIBRARIES.get(name)
    needs(not library or bool(importlib.util.find_spec(library)), f"needs {library}")
    path = root / "examples" / "labels" / name
    records = read_labels([path]).records
    measured = read_labelled(path)
    hard = [record.hard for record in records]
    checked = (len(records), hard.count(1), hard.count(0), sum(len(record.spans or ()) for record in records))
    gold = [item.label for item in measured]
    assert checked == EXAMPLES[name][:4]
    assert (len(measured), gold.count(1), gold.count(0)) == EXAMPLES[name][:3]
    assert sum(len(item.spans or ()) for item in measured) == EXAMPLES[name][4]
    assert [item.text for item in measured] == [record.text for record in records]


@pytest.fixture
def measured(tmp_path):
    def measured(name, *lines):
        path = tmp_path / name
        path.write_text("\n".join(map(json.dumps, lines)), encoding="utf-8")
        labels = read_records([path])
        assert not labels.problems
        return [as_labelled(record) for record in labels.records]

    return measured


def test_a_rejected_annotation_is_no_gold(measured):
    marks = [{"start": 4, "end": 13, "label": "opinion"}]
    items = measured(
        "prodigy.jsonl",
        {"text": f"1 {TEXT}", "_input_hash": 1, "spans": [{**marks[0], "start": 6, "end": 15}], "answer": "reject"},
        {"text": f"2 {TEXT}", "_input_hash": 2, "accept": ["biased"], "options": [], "answer": "reject"},
        {"text": f"3 {TEXT}", "_input_hash": 3, "label": "biased", "answer": "reject"},
        {"text": f"4 {TEXT}", "_input_hash": 4, "label": "biased", "spans": marks, "answer": "ignore"},
    )
    assert [(item.label, item.spans) for item in items] == [(None, None), (None, None), (0, None), (None, None)]
    choice = {"type": "choices", "value": {"choices": ["Biased"]}}
    task = {"id": 1, "data": {"text": TEXT}, "annotations": [{"result": [choice], "was_cancelled": True}], "predictions": [{"result": [choice]}]}  # fmt: skip
    assert [(item.label, item.spans) for item in measured("studio.json", [task])] == [(None, None)]


def test_wording_counts_where_at_least_half_of_the_annotators_marked_it(measured):
    (item,) = measured(
        "votes.jsonl",
        {"text": TEXT, "label": 1, "annotator": "anna", "spans": [[4, 19, "labeling"], [48, 52, "opinion"]]},
        {"text": TEXT, "label": 1, "annotator": "ben", "spans": [[4, 13, "labeling"]]},
        {"text": TEXT, "label": 0, "annotator": "cleo", "spans": [[4, 13, "labeling"]]},
    )
    assert item.label == 1
    assert [(TEXT[span.start : span.end], span.category) for span in item.spans] == [("shameless", "labeling")]


def test_babe_with_votes_and_words(tmp_path):
    line = {"text": TEXT, "label": 1, "biased_words": ["sham", "shameless", "sham"], "word_votes": {"sham": 2, "shameless": 4}, "bias_votes": [1, 1, 0, 1, 1], "outlet": "NK"}  # fmt: skip
    path = tmp_path / "babe.jsonl"
    path.write_text(json.dumps(line))
    (record,) = read_records([path]).records
    assert (record.hard, record.target) == (1, 0.8)
    assert [(span.start, span.end) for span in record.spans] == [(4, 13), (48, 52)]
    assert (record.words, record.word_votes) == (("sham", "shameless", "sham"), {"sham": 2, "shameless": 4})
    assert record.extra == {"outlet": "NK"}


def test_overlapping_techniques_of_a_published_set_are_all_gold(measured):
    spans = [
        {"start": 4, "end": 19, "technique": "Loaded_Language", "text": "shameless mayor"},
        {"start": 4, "end": 13, "technique": "Loaded_Language", "text": "shameless"},
        {"start": 20, "end": 24, "technique": "Somebody's_Own", "text": "left"},
    ]
    (item,) = measured("semeval.jsonl", {"text": TEXT, "spans": spans})
    assert [(span.start, span.end) for span in item.spans] == [(4, 19), (4, 13)]
    assert item.ignored == ((20, 24),)


def test_offsets_of_a_published_set_hold_where_its_stored_wording_disagrees(tmp_path):
    spans = [{"start": 3, "end": 12, "technique": "Doubt", "text": "shameless"}]
    path = tmp_path / "memes.jsonl"
    path.write_text(json.dumps({"text": TEXT, "spans": spans}))
    labels = read_records([path])
    assert [(span.start, span.end) for span in labels.records[0].spans] == [(3, 12)]
    assert ([problem.kind for problem in labels.warnings], labels.problems) == (["span-text"], ())


def test_pairs_of_wikibias(measured):
    spans = [{"start": 4, "end": 13, "neutral": "", "text": "shameless"}]
    (item,) = measured("wikibias.jsonl", {"text": TEXT, "neutral": TEXT.replace("shameless ", ""), "spans": spans})
    assert (item.label, [(span.start, span.end) for span in item.spans]) == (None, [(4, 13)])


def test_sentences_of_basil_stand_alone_and_their_spans_may_overlap(tmp_path):
    marks = [{"start": 0, "end": 13, "txt": "The shameless", "bias": "lex"}, {"start": 4, "end": 13, "bias": "Lexical"}]
    body = [{"sentence": TEXT, "annotations": marks}, {"sentence": TEXT, "annotations": []}, {"sentence": "* * *"}]
    path = tmp_path / "article.json"
    path.write_text(json.dumps({"uuid": "a1", "source": "NK", "body": body}))
    labels = read_records([path])
    assert (labels.problems, [problem.kind for problem in labels.warnings]) == ((), ["no-word"])
    assert [record.label for record in labels.records] == [1, 0, 0]
    assert labels.records[0].extra == {"article": "a1", "outlet": "NK"}
    assert [(span.start, span.end) for span in as_labelled(labels.records[0]).spans] == [(0, 13), (4, 13)]


@pytest.mark.parametrize("votes", [{"sham": "two"}, {"sham": -1}, ["sham"]])
def test_votes_for_words_are_numbers(tmp_path, votes):
    path = tmp_path / "babe.jsonl"
    path.write_text(json.dumps({"text": TEXT, "label": 1, "biased_words": ["sham"], "word_votes": votes}))
    labels = read_records([path])
    assert [(problem.kind, problem.place.column) for problem in labels.problems] == [("word-votes", "word_votes")]
    assert labels.records == ()
