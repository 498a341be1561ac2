"""Labelled files in the forms of tables and tools, and everything that can be wrong in them."""

import csv
import importlib.util
import json

import pytest
from conftest import needs

from biasdetect.labels import LabelSpan, ReadOptions, Vote, read_labels
from biasdetect.labels.columns import ColumnNames

TEXT = "The shameless mayor left, the clerk called it a sham."
PLAIN = "The council meets on Tuesday."


@pytest.fixture
def write(tmp_path):
    def write(name, content):
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        if isinstance(content, list):
            content = "".join(json.dumps(line) + "\n" for line in content)
        path.write_bytes(content.encode() if isinstance(content, str) else content)
        return path

    return write


@pytest.fixture
def table(tmp_path):
    def table(*rows, name="labels.csv", delimiter=","):
        with (tmp_path / name).open("w", newline="", encoding="utf-8") as file:
            csv.writer(file, delimiter=delimiter).writerows(rows)
        return tmp_path / name

    return table


def kinds(found):
    return [problem.kind for problem in found]


def clean(labels):
    assert [str(problem) for problem in labels.problems if problem.kind != "one-class"] == []
    return labels.records


@pytest.mark.parametrize(("delimiter", "name"), [(",", "a.csv"), (";", "a.csv"), ("\t", "a.tsv"), ("|", "a.txt")])
def test_a_table_is_read_by_its_column_names(table, delimiter, name):
    path = table(("Sentence", "Bias", "outlet"), (TEXT, "Biased", "NK"), (PLAIN, "Non-biased", "NK"), name=name, delimiter=delimiter)  # fmt: skip
    labels = read_labels([path])
    assert [(record.text, record.label, record.extra) for record in clean(labels)] == [
        (TEXT, 1.0, {"outlet": "NK"}),
        (PLAIN, 0.0, {"outlet": "NK"}),
    ]
    assert labels.files[0].columns == {"text": "Sentence", "label": "Bias"}
    assert labels.files[0].kept == ("outlet",)


@pytest.mark.parametrize(
    ("plain", "biased"),
    [("0", "1"), ("no", "Yes"), ("reject", "accept"), ("FALSE", "TRUE"), ("non-biased", "biased"), ("neutral", "loaded"), ("Not biased", "bias"), ("0.0", "1.0")],
)  # fmt: skip
def test_names_of_labels(table, plain, biased):
    records = clean(read_labels([table(("text", "label"), (TEXT, biased), (PLAIN, plain))]))
    assert [record.label for record in records] == [1, 0]


def test_columns_with_names_of_the_users_own(table):
    path = table(("satz", "urteil", "text"), (TEXT, "slanted!", "t1"), (PLAIN, "sober", "t2"))
    options = ReadOptions(ColumnNames(text="satz", label="urteil"), {"Slanted!": "biased", "sober": "0"})
    assert [(record.text, record.label) for record in clean(read_labels([path], options))] == [(TEXT, 1), (PLAIN, 0)]
    labels = read_labels([path], ReadOptions(ColumnNames(text="saetz")))
    assert 'did you mean "satz"' in labels.problems[0].message


def test_a_column_of_label_names_is_found_by_what_stands_in_it(table):
    labels = read_labels([table(("text", "verdict"), (TEXT, "biased"), (PLAIN, "neutral"))])
    assert labels.files[0].columns["label"] == "verdict"
    assert [record.label for record in clean(labels)] == [1, 0]


def test_grades_are_brought_to_zero_to_one_and_told(table):
    rows = [(f"Sentence {grade} of the paper.", grade) for grade in (1, 2, 3, 4, 5)]
    labels = read_labels([table(("text", "rating"), *rows)])
    assert [record.label for record in clean(labels)] == [0, 0.25, 0.5, 0.75, 1]
    assert kinds(labels.warnings) == ["scale"]
    rows = rows[:3]
    labels = read_labels([table(("text", "rating"), *rows)], ReadOptions(scale=(1, 5)))
    assert [record.label for record in clean(labels)] == [0, 0.25, 0.5]


def test_a_stray_number_makes_no_scale(table):
    labels = read_labels([table(("text", "label"), (TEXT, 1), (PLAIN, 0), ("A third sentence.", 7))])
    assert [(problem.kind, problem.place.line, problem.place.column) for problem in labels.problems] == [
        ("label-range", 4, "label")
    ]
    assert [record.label for record in labels.records] == [1, 0]


def test_rows_of_one_text_become_votes(table):
    rows = [(TEXT, "yes", "anna", 4), (PLAIN, "no", "anna", 3), (TEXT, "no", "ben", 9), (PLAIN, "no", "ben", 3)]
    first, second = clean(read_labels([table(("text", "label", "coder", "seconds"), *rows)]))
    assert first.votes == (Vote(1, "anna"), Vote(0, "ben"))
    assert (first.label, first.target, first.hard) == (None, 0.5, None)
    assert first.extra == {"annotations": [{"annotator": "anna", "seconds": "4"}, {"annotator": "ben", "seconds": "9"}]}
    assert (second.target, second.hard, second.extra) == (0, 0, {"seconds": "3"})


def test_an_annotator_who_says_two_things_of_a_text(table):
    rows = [(TEXT, "1", "anna"), (TEXT, "0", "anna"), (TEXT, "1", "ben"), (PLAIN, "0", "ben"), (PLAIN, "0", "ben")]
    labels = read_labels([table(("text", "label", "coder"), *rows)])
    assert [(problem.kind, problem.place.line) for problem in labels.problems] == [("contradiction", 2), ("contradiction", 3)]  # fmt: skip
    assert [record.votes for record in labels.records] == [(Vote(1, "ben"),), (Vote(0, "ben"),)]
    assert kinds(labels.warnings) == ["duplicate"]


@pytest.mark.parametrize("votes", ["[1, 0, 1]", "1;0;1", "1,0,1", '["yes", "no", "yes"]'])
def test_a_column_of_votes(table, votes):
    (record,) = clean(read_labels([table(("text", "votes"), (TEXT, votes))]))
    assert record.votes == (Vote(1), Vote(0), Vote(1))


def test_votes_by_name(write):
    (record,) = clean(read_labels([write("a.jsonl", [{"text": TEXT, "label": {"anna": 1, "ben": 0}}])]))
    assert record.votes == (Vote(1, "anna"), Vote(0, "ben"))


def test_each_file_is_an_annotator(write):
    spans = [{"start": 4, "end": 13, "label": "opinion"}]
    anna = write(
        "anna.jsonl",
        [
            {"text": TEXT, "label": 1, "spans": spans, "minutes": 2, "paper": "NK"},
            {"text": PLAIN, "label": 0, "spans": []},
        ],
    )
    ben = write(
        "ben.jsonl",
        [
            {"text": PLAIN, "label": 0, "spans": []},
            {"text": TEXT, "label": 0, "spans": [], "minutes": 3, "paper": "NK"},
        ],
    )
    first, second = clean(read_labels([anna, ben], ReadOptions(annotator_from_file=True)))
    assert first.votes == (Vote(1, "anna"), Vote(0, "ben"))
    assert first.soft_spans == ((4, 13, 0.5),)
    minutes = [{"annotator": "anna", "minutes": 2}, {"annotator": "ben", "minutes": 3}]
    assert first.extra == {"paper": "NK", "annotations": minutes}
    assert second.votes == (Vote(0, "anna"), Vote(0, "ben"))


def test_marked_words_stand_wherever_they_occur(table):
    (record,) = clean(read_labels([table(("text", "label_bias", "biased_words"), ("Sham, a sham; no shampoo.", "Biased", "['sham']"))]))  # fmt: skip
    assert record.spans == (LabelSpan(0, 4), LabelSpan(8, 12))


def test_names_of_categories_and_techniques(write):
    names = ["Loaded_Language", "Name_Calling,Labeling", "name_calling", "Exaggeration-Minimisation", "Doubt", "epithet", "biased"]  # fmt: skip
    spans = [{"start": number, "end": number + 1, "technique": name} for number, name in enumerate(names)]
    spans.append({"start": 20, "end": 24, "technique": "Red_Herring"})
    (record,) = clean(read_labels([write("a.jsonl", [{"text": TEXT, "spans": spans}])]))
    assert [span.category for span in record.spans] == [
        "loaded-language", "labeling", "labeling", "exaggeration", "doubt", "epithet", "", ""
    ]  # fmt: skip
    assert (record.spans[-1].technique, record.spans[-1].ignored) == ("Red_Herring", True)


@pytest.mark.parametrize(
    ("span", "says"),
    [
        ({"start": 3, "end": 12, "text": "shameless"}, "It stands at 4–13"),
        ({"start": 60, "end": 70}, "does not lie in a text of 53 characters"),
        ({"start": 60, "end": 64, "text": "sham"}, "It stands at 48–52"),
        ({"start": 13, "end": 4}, "does not lie"),
        ({"start": 4, "end": 13, "text": "shamefaced"}, "does not stand in the text"),
        ({"start": 4}, "no end"),
        ({"start": "x", "end": 9}, "no offset"),
        ({"start": True, "end": 9}, "no offset"),
        ({"start": 4, "end": 13, "label": "opinio"}, 'nearest is "opinion"'),
        ({"start": 4, "end": 13, "label": "smear"}, "known are loaded-language"),
        ({"start": 4, "end": 13, "voice": "aside"}, "voice"),
        (7, "no span"),
    ],
)
def test_spans_that_do_not_fit_are_told_with_a_way_out(write, span, says):
    row = {"text": TEXT, "label": 1, "spans": [span]}
    labels = read_labels([write("a.jsonl", [{"text": PLAIN, "label": 0, "spans": []}, row])])
    (problem,) = labels.problems[:1]
    assert says in problem.message
    assert (problem.place.line, problem.place.column) == (2, "spans")
    assert [row.row for row in labels.rejected] == [row]


def test_overlapping_spans_of_one_category(write):
    spans = [
        {"start": 0, "end": 13, "category": "opinion"},
        {"start": 4, "end": 13, "category": "opinion"},
        {"start": 4, "end": 19, "category": "labeling"},
    ]
    labels = read_labels([write("a.jsonl", [{"text": TEXT, "label": 1, "spans": spans}])])
    assert kinds(labels.problems) == ["span-overlap"]


def test_offsets_in_utf16_units_are_seen_by_the_stored_wording(write):
    text = "🎈🎈 The shameless mayor left."
    span = {"start": 9, "end": 18, "text": "shameless", "labels": ["opinion"]}
    result = [{"type": "labels", "value": span}]
    labels = read_labels([write("a.json", [{"id": 1, "data": {"text": text}, "annotations": [{"result": result}]}])])
    (record,) = clean(labels)
    assert text[record.spans[0].start : record.spans[0].end] == "shameless"
    assert kinds(labels.warnings) == ["utf-16"]


def test_label_studio_annotations_are_votes(write):
    def annotation(by, choice, *spans, **more):
        regions = [
            {"type": "labels", "value": {"start": s, "end": e, "text": TEXT[s:e], "labels": ["opinion"]}}
            for s, e in spans
        ]
        return {"completed_by": by, "result": [{"type": "choices", "value": {"choices": [choice]}}, *regions], **more}

    tasks = [
        {"id": 5, "data": {"text": TEXT, "paper": "NK"}, "annotations": [
            annotation(1, "Biased", (4, 13)), annotation({"email": "ben@example.org"}, "Neutral"),
            annotation(3, "Neutral", was_cancelled=True)]},
        {"id": 6, "data": {"text": PLAIN}, "annotations": []},
    ]  # fmt: skip
    first, second = clean(read_labels([write("a.json", json.dumps(tasks, indent=2))]))
    assert first.votes == (Vote(1, "1"), Vote(0, "ben@example.org"))
    assert first.spans == (LabelSpan(4, 13, "opinion", annotator="1"),)
    assert (first.id, first.extra["paper"]) == ("5", "NK")
    assert (second.target, second.spans) == (None, None)


def test_label_studio_shows_a_line_break_as_two_characters(write):
    text = "Shameless\nmayor leaves"
    value = {"start": 0, "end": 15, "text": "Shameless\\nmayor", "labels": ["labeling"]}
    task = {"id": 1, "data": {"text": text}, "annotations": [{"result": [{"type": "labels", "value": value}]}]}
    (record,) = clean(read_labels([write("a.json", [task])]))
    assert record.spans == (LabelSpan(0, 15, "labeling"),)


def test_doccano_in_its_three_shapes(write):
    marks = [{"id": 1, "text": TEXT, "label": [[4, 13, "opinion"]]}, {"id": 2, "text": PLAIN, "label": []}]
    classes = [
        {"id": 1, "text": TEXT, "label": ["biased"], "Comments": []},
        {"id": 2, "text": PLAIN, "label": ["neutral"]},
    ]
    entities = [{"start_offset": 4, "end_offset": 13, "label": "opinion", "id": 9}]
    both = [{"id": 1, "text": TEXT, "cats": ["biased"], "entities": entities, "relations": []}]
    first, second = clean(read_labels([write("marks.jsonl", marks)]))
    assert (first.spans, second.spans) == ((LabelSpan(4, 13, "opinion"),), ())
    assert [record.label for record in clean(read_labels([write("classes.jsonl", classes)]))] == [1, 0]
    (record,) = clean(read_labels([write("both.jsonl", both)]))
    assert (record.label, record.spans[0].category, record.spans[0].extra) == (1, "opinion", {"id": 9})


def test_prodigy_answers(write):
    tasks = [
        {"text": TEXT, "_input_hash": 1, "label": "BIASED", "answer": "accept", "_annotator_id": "anna"},
        {"text": PLAIN, "_input_hash": 2, "label": "BIASED", "answer": "reject", "_annotator_id": "anna"},
        {"text": "An ignored one.", "_input_hash": 3, "label": "BIASED", "answer": "ignore", "_annotator_id": "anna"},
        {"text": "A chosen one.", "_input_hash": 4, "options": [], "accept": ["neutral"], "answer": "accept"},
        {"text": "A bare one.", "_input_hash": 5, "answer": "reject"},
        {"text": "A shameless one.", "_input_hash": 6, "answer": "accept",
         "spans": [{"start": 2, "end": 11, "label": "OPINION", "token_start": 1, "token_end": 1}]},
    ]  # fmt: skip
    labels = read_labels([write("a.jsonl", tasks)])
    records = clean(labels)
    assert [record.target for record in records] == [1, 0, None, 0, 0, None]
    assert records[-1].spans == (LabelSpan(2, 11, "opinion"),)
    assert kinds(labels.warnings) == ["no-label"]


def test_brat_sentences_are_lines(write, tmp_path):
    write("brat/news.txt", f"{TEXT}\n{PLAIN}\n")
    base = len(TEXT) + 1
    marks = [
        f"T1\tBiased 0 {len(TEXT)}\t{TEXT}",
        "T2\topinion 4 13\tshameless",
        f"T3\tNeutral {base} {base + len(PLAIN)}\t{PLAIN}",
        f"T4\tloaded-language 48 {base + 3}\tacross",
        "T5\tlabeling 14 19\tmayer",
        "A1\tSure T2",
    ]
    write("brat/news.ann", "\n".join(marks) + "\n")
    labels = read_labels([tmp_path / "brat"])
    assert [(problem.kind, problem.place.line) for problem in labels.problems[:2]] == [("span-range", 4), ("span-text", 1)]  # fmt: skip
    assert labels.problems[0].place.file.endswith("news.ann")
    assert labels.problems[1].place.file.endswith("news.txt")
    assert kinds(labels.warnings) == ["left-aside"]
    (record,) = labels.records
    assert (record.text, record.label, record.spans, record.id) == (PLAIN, 0, (), "news:2")


def test_parquet_and_datasets(tmp_path, train_libraries):
    import datasets
    import pyarrow as pa
    import pyarrow.parquet as pq

    pq.write_table(pa.table({"text": [TEXT, PLAIN], "votes": [[1, 1, 0], [0, 0]]}), tmp_path / "a.parquet")
    first, second = clean(read_labels([tmp_path / "a.parquet"]))
    assert (first.target, second.target) == (pytest.approx(2 / 3), 0)
    features = datasets.Features({"sentence": datasets.Value("string"), "label": datasets.ClassLabel(names=["biased", "neutral"])})  # fmt: skip
    data = datasets.Dataset.from_dict({"sentence": [TEXT, PLAIN], "label": [0, 1]}, features=features)
    datasets.DatasetDict({"train": data, "test": data.select([0])}).save_to_disk(str(tmp_path / "saved"))
    assert [record.label for record in clean(read_labels([tmp_path / "saved"]))] == [1, 0]
    assert len(read_labels([tmp_path / "saved"], ReadOptions(split="test")).records) == 1
    assert "has no split" in read_labels([tmp_path / "saved"], ReadOptions(split="dev")).problems[0].message


def test_inception(root):
    needs(bool(importlib.util.find_spec("cassis")), "needs dkpro-cassis: pip install biasdetect[inception]")
    records = clean(read_labels([root / "examples" / "labels" / "inception.json"]))
    marked = [record.text[span.start : span.end] for record in records for span in record.spans]
    assert [record.label for record in records] == [1, 1, 0]
    assert marked == ["shameless", "so-called", "dozed"]


def test_every_problem_is_told_at_once_with_its_place(table):
    rows = [
        (TEXT, "biassed"),
        (" ", "1"),
        (PLAIN, "0"),
        ("THE COUNCIL meets on  Tuesday.", "1"),
        ("One more sentence.", "maybe not"),
        ("One more sentence.", "1"),
    ]
    labels = read_labels([table(("text", "label"), *rows)])
    assert [(problem.kind, problem.place.line, problem.place.column) for problem in labels.problems if problem.place.line] == [
        ("unknown-label", 2, "label"), ("empty-text", 3, "text"), ("contradiction", 4, "text"),
        ("contradiction", 5, "text"), ("unknown-label", 6, "label"),
    ]  # fmt: skip
    assert 'nearest is "biased"' in labels.problems[0].message
    assert [row.line for row in labels.rejected] == [2, 3, 4, 5, 6]


def test_scare_quotes_make_another_text(table):
    labels = read_labels([table(("text", "label"), ('The "expert" spoke.', "1"), ("The expert spoke.", "0"))])
    assert labels.problems == ()


def test_one_class_alone_and_long_texts(table):
    labels = read_labels([table(("text", "label"), (TEXT, "1"), ("word " * 300, "1"))])
    assert kinds(labels.problems) == ["one-class"]
    assert kinds(labels.warnings) == ["long-text"]


def test_sentences_that_test_data_holds(table, write):
    near = "The harbour of Tarrow was closed on Monday after a storm tore two cranes off their rails"
    train = table(("text", "label"), (TEXT, "1"), (PLAIN, "0"), (f"{near} there.", "0"), ("Nothing alike here at all.", "1"))  # fmt: skip
    test = write("test.jsonl", [{"text": TEXT.upper(), "whatever": 1}, {"text": f"{near}."}])
    labels = read_labels([train], test=[test])
    assert [(problem.kind, problem.place.line) for problem in labels.problems] == [("in-test", 2)]
    assert [(problem.kind, problem.place.line) for problem in labels.warnings] == [("near-test", 4)]
    assert "test.jsonl, line 1" in labels.problems[0].message


def test_rejected_rows_are_kept_with_their_reasons(write):
    good, bad = {"text": TEXT, "label": 1}, {"text": PLAIN, "label": "perhaps", "paper": "NK"}
    labels = read_labels([write("a.jsonl", f"{json.dumps(good)}\n{json.dumps(bad)}\n{{broken\n")])
    lines = [json.loads(line) for line in labels.rejected_lines().splitlines()]
    assert {line["line"]: line["row"] for line in lines} == {2: bad, 3: "{broken"}
    assert all(line["reasons"] for line in lines)
    assert [record.text for record in labels.records] == [TEXT]


def test_no_column_is_guessed_where_none_fits(table):
    for header, says in ((("a", "b"), "column of texts"), (("text", "b"), "labels or spans")):
        (problem,) = read_labels([table(header, ("x y z", "q"))]).problems
        assert says in problem.message
        assert problem.fatal


def test_a_folder_is_all_its_files_whatever_their_format(write, table, tmp_path):
    folder = tmp_path / "set"
    write("set/2010/one.jsonl", [{"text": TEXT, "label": 1}])
    write("set/.git/two.jsonl", [{"text": "No data.", "label": 1}])
    write("set/notes.txt", "no data")
    (folder / "2011").mkdir()
    table(("sentence", "bias"), (PLAIN, "no"), name="set/2011/three.csv")
    labels = read_labels([folder])
    assert [(record.text, record.label) for record in clean(labels)] == [(TEXT, 1), (PLAIN, 0)]
    assert [file.form for file in labels.files] == ["JSON", "table"]


def marked(labels):
    return [(record.text, [record.text[span.start : span.end] for span in record.spans]) for record in clean(labels)]


SHAMELESS = [("The shameless mayor (49) can't stay.", ["shameless"]), ("It voted.", [])]


def test_tokens_with_tags_are_read_as_texts_with_marks(write):
    conll = write("a.conll", "-DOCSTART- -X- O O\n\n" + "\n\n".join(
        "\n".join(f"{token} X {'B-NP' if number == 0 else 'I-NP'} {tag}" for number, (token, tag) in enumerate(sentence))
        for sentence in (
            [("The", "O"), ("shameless", "B-loaded"), ("mayor", "O"), ("(", "O"), ("49", "O"), (")", "O"), ("can", "O"), ("'t", "O"), ("stay", "O"), (".", "O")],
            [("It", "O"), ("voted", "O"), (".", "O")],
        )
    ))  # fmt: skip
    assert marked(read_labels([conll])) == SHAMELESS
    tokens = ["A", "vile", "sham", "vile", "."]
    for tags, marks in (
        (["O", "B-opinion", "I-opinion", "B-opinion", "O"], ["vile sham", "vile"]),
        (["O", "B-opinion", "B-labeling", "O", "O"], ["vile", "sham"]),
        ([0, 1, 1, 0, 0], ["vile sham"]),
        (["O", "U-opinion", "S-opinion", "O", "O"], ["vile", "sham"]),
    ):
        path = write("a.jsonl", [{"id": 1, "tokens": tokens, "ner_tags": tags}])
        assert marked(read_labels([path])) == [("A vile sham vile.", marks)]
    assert "no column of tags" in read_labels([write("b.conll", "The DT\nmayor NN\n")]).problems[0].message


def test_classes_in_parquet_have_the_names_that_were_saved_with_them(tmp_path, train_libraries):
    import datasets

    sequence = datasets.Sequence(datasets.ClassLabel(names=["B-opinion", "O"]))
    features = datasets.Features({"tokens": datasets.Sequence(datasets.Value("string")), "tags": sequence})
    data = {"tokens": [["A", "sham", "."], ["It", "voted", "."]], "tags": [[1, 0, 1], [1, 1, 1]]}
    datasets.Dataset.from_dict(data, features=features).to_parquet(tmp_path / "a.parquet")
    assert marked(read_labels([tmp_path / "a.parquet"])) == [("A sham.", ["sham"]), ("It voted.", [])]


def test_a_list_of_paragraphs_and_a_field_in_a_field_are_texts(write):
    tasks = [{"page": {"body": [TEXT, PLAIN]}, "label": 1}, {"page": {"body": [PLAIN]}, "label": 0}]
    labels = read_labels([write("a.json", json.dumps(tasks, indent=1))], ReadOptions(ColumnNames(text="page.body")))
    assert [(record.text, record.label) for record in clean(labels)] == [(f"{TEXT}\n\n{PLAIN}", 1), (PLAIN, 0)]
