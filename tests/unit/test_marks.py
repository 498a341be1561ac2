"""Marks in articles and marks that point into other data, as recipes read them."""

import json
import math

import pytest

from biasdetect.errors import DataError
from biasdetect.finetune.recipe.examples import read_source
from biasdetect.finetune.recipe.inline import parse, read_articles
from biasdetect.finetune.recipe.schema import DataSource, read_recipe
from biasdetect.finetune.recipe.standoff import digest, read_excerpts

ARTICLE = """\
## courts | Ireland | regional daily
# [[Thugs|labeling]] jailed. No appeal
The [[hapless|opinion|debatable]] pair wept. "They are [[animals|labeling|quote]]," she said.

## sport | Kenya | agency
The race was won in 2:05:10.
"""


@pytest.fixture
def article(tmp_path):
    path = tmp_path / "article.txt"
    path.write_text(ARTICLE, encoding="utf-8")
    return path


def test_brackets_leave_the_text_and_offsets_meet_the_words():
    text, marks = parse("The [[so-called|doubt|debatable]] plan, a [[disgrace|opinion|quote]].")
    assert text == "The so-called plan, a disgrace."
    assert [text[mark.start : mark.end] for mark in marks] == ["so-called", "disgrace"]
    assert [(mark.category, mark.level, mark.voice) for mark in marks] == [
        ("doubt", "debatable", "outlet"),
        ("opinion", "clear", "quote"),
    ]


@pytest.mark.parametrize(
    "line", ["[[bad]]", "[[bad|nonsense]]", "[[bad|opinion|loud]]", "[[bad|opinion", "bad|opinion]]"]
)
def test_what_is_no_mark_is_refused_with_its_line(tmp_path, line):
    path = tmp_path / "article.txt"
    path.write_text(f"## a | b | c\n{line}\n", encoding="utf-8")
    with pytest.raises(DataError, match=r"article\.txt, line 2"):
        list(read_articles(path))


def test_a_headline_is_one_sentence_and_a_paragraph_is_split(article):
    sentences = list(read_articles(article))
    assert [one.text for one in sentences] == [
        "Thugs jailed. No appeal",
        "The hapless pair wept.",
        '"They are animals," she said.',
        "The race was won in 2:05:10.",
    ]
    assert [(one.article, one.genre) for one in sentences[2:]] == [("article-1", "courts"), ("article-2", "sport")]


def test_clear_wording_is_loaded_whoever_says_it_and_debatable_wording_is_unknown(article):
    headline, unsure, theirs, plain = read_source("articles", DataSource(path=str(article), form="inline"))
    assert (headline.label, unsure.label, theirs.label, plain.label) == (1, None, None, 0)
    assert math.isnan(unsure.sentence)
    assert [math.isnan(span.target) for span in unsure.spans] == [True]
    assert [span.target for span in theirs.spans] == [1.0]
    assert not plain.spans


@pytest.fixture
def standoff(tmp_path):
    """A folder of data, and one of marks that point into it."""
    text = "The plan failed. A shameful plan it was."
    data, marks = tmp_path / "data", tmp_path / "marks"
    data.mkdir()
    marks.mkdir()
    (data / "news.jsonl").write_text(json.dumps({"text": text}) + "\n", encoding="utf-8")
    places = [(0, 16), (17, 40)]
    excerpt = {
        "id": "news-0001", "source": "news.jsonl", "record": 0, "outlet": "", "article": "a", "split": "train", "portion": 1,
        "sentences": [[start, end, digest(text[start:end])] for start, end in places],
    }  # fmt: skip
    (marks / "sample.jsonl").write_text(json.dumps(excerpt) + "\n", encoding="utf-8")
    mark = {"start": 2, "end": 10, "category": "opinion", "level": "clear", "voice": "outlet"}
    answers = [
        {"sentence": f"news-0001-{number:02d}", "digest": digest(text[start:end]), "marks": [mark] * (number == 2)}
        for number, (start, end) in enumerate(places, start=1)
    ]
    (marks / "merged.jsonl").write_text("".join(json.dumps(one) + "\n" for one in answers), encoding="utf-8")
    return data, marks


def source_of(data, marks):
    return DataSource(path=str(marks), form="standoff", texts=str(data))


def test_marks_find_their_texts(standoff):
    plain, loaded = read_source("marks", source_of(*standoff))
    assert (plain.text, plain.label) == ("The plan failed.", 0)
    assert (loaded.text, loaded.label) == ("A shameful plan it was.", 1)
    assert [loaded.text[span.start : span.end] for span in loaded.marked] == ["shameful"]


def test_marks_of_a_folder_of_the_data_alone(tmp_path, standoff):
    data, marks = standoff
    (data / "wire").mkdir()
    (data / "news.jsonl").rename(data / "wire" / "news.jsonl")
    sample = (marks / "sample.jsonl").read_text(encoding="utf-8").replace("news.jsonl", "wire/news.jsonl")
    (marks / "sample.jsonl").write_text(sample, encoding="utf-8")
    source = source_of(data, marks)
    assert len(read_source("marks", source.model_copy(update={"below": "wire"}))) == 2
    with pytest.raises(DataError, match="no usable record"):
        read_source("marks", source.model_copy(update={"below": "wir"}))


def test_a_text_that_was_changed_is_not_trained_on(standoff):
    data, marks = standoff
    changed = json.dumps({"text": "The plan worked. A shameful plan it was."})
    (data / "news.jsonl").write_text(changed + "\n", encoding="utf-8")
    with pytest.raises(DataError, match="not the one that was marked"):
        read_source("marks", source_of(data, marks))


def test_no_outlet_is_both_in_training_and_in_development(root):
    excerpts = read_excerpts(root / "training" / "marks" / "sample.jsonl")
    outlets = {split: {(one.pool, one.outlet) for one in excerpts if one.split == split and one.outlet} for split in ("train", "dev")}  # fmt: skip
    assert len(outlets["dev"]) > 10
    assert not outlets["train"] & outlets["dev"]


def test_data_that_is_missing_is_named(standoff):
    data, marks = standoff
    (data / "news.jsonl").unlink()
    with pytest.raises(DataError, match=r"news\.jsonl is not there"):
        read_source("marks", source_of(data, marks))


@pytest.mark.parametrize("lines", ['form = "standoff"', 'texts = "data"', 'form = "other"'])
def test_a_source_of_marks_that_lacks_something_is_refused(root, tmp_path, lines):
    recipe = (root / "training" / "recipes" / "smoke.toml").read_text(encoding="utf-8")
    path = tmp_path / "recipe.toml"
    path.write_text(recipe + f'\n[sources.more]\npath = "marks"\n{lines}\n', encoding="utf-8")
    with pytest.raises(DataError, match=r"sources\.more"):
        read_recipe(path)


ATTRIBUTED = "Police said that the plan was vile. The mayor plans to sue. “It is a sham,” she said. “Go away.”"


def places(text, *pieces):
    return [[text.index(piece), text.index(piece) + len(piece)] for piece in pieces]


@pytest.fixture
def attributions(tmp_path):
    path = tmp_path / "articles.jsonl"
    told = [
        ("said", "that the plan was vile"),
        ("plans", "to sue"),
        ("said.", "“It is a sham,”"),
        ("said.", "“Go away.”"),
    ]
    record = {
        "text": ATTRIBUTED,
        "attributions": [
            {"cue": places(ATTRIBUTED, cue.rstrip(".")), "source": [], "content": places(ATTRIBUTED, content)}
            for cue, content in told
        ],
    }
    path.write_text(json.dumps(record) + "\n", encoding="utf-8")
    return path


def test_whose_words_they_are_is_known_and_what_somebody_means_to_do_is_open(attributions):
    examples = read_source("said", DataSource(path=str(attributions), form="attributions"))
    assert [
        (example.text, [(example.text[span.start : span.end], span.target) for span in example.voices])
        for example in examples[:3]
    ] == [
        ("Police said that the plan was vile.", [("that the plan was vile", 1.0)]),
        ("The mayor plans to sue.", [("to sue", pytest.approx(math.nan, nan_ok=True))]),
        ("“It is a sham,” she said.", [("“It is a sham,”", 1.0)]),
    ]
    assert [example.voice_rest for example in examples] == [0.0] * len(examples)
    assert all(math.isnan(example.sentence) and math.isnan(example.rest) for example in examples)
    assert [example.text[slice(*place)] for example in examples[2:] for place in example.quoted] == [
        "“It is a sham,”",
        "“Go away.”",
    ]


def test_who_speaks_is_known_beside_what_is_said(attributions):
    record = json.loads(attributions.read_text(encoding="utf-8"))
    record["attributions"][0]["source"] = places(ATTRIBUTED, "Police")
    attributions.write_text(json.dumps(record) + "\n", encoding="utf-8")
    first, *_ = read_source("said", DataSource(path=str(attributions), form="attributions"))
    assert [(first.text[span.start : span.end], span.target) for span in first.sources] == [("Police", 1.0)]
    assert first.source_rest == 0.0


@pytest.mark.parametrize(("also_said", "target"), [(False, math.nan), (True, 1.0)])
def test_what_i_say_is_open_where_nobody_is_quoted(tmp_path, also_said, target):
    text = "I think that the plan is vile."
    told = [{"cue": places(text, "think"), "source": places(text, "I"), "content": places(text, "the plan is vile")}]
    if also_said:  # somebody says all of it
        told.append({"cue": places(text, "think"), "source": [], "content": [[0, len(text)]]})
    path = tmp_path / "articles.jsonl"
    path.write_text(json.dumps({"text": text, "attributions": told}) + "\n", encoding="utf-8")
    (example,) = read_source("said", DataSource(path=str(path), form="attributions"))
    found = {example.text[span.start : span.end]: span.target for span in example.voices}
    assert found[text if also_said else "the plan is vile"] == pytest.approx(target, nan_ok=True)
    assert also_said or not any(span.target == 1 for span in example.voices)


def test_articles_are_left_out_by_a_field(attributions):
    record = json.loads(attributions.read_text(encoding="utf-8"))
    lines = [json.dumps({**record, "publisher": name}) for name in ("gazette", "herald")]
    attributions.write_text("\n".join(lines) + "\n", encoding="utf-8")
    source = DataSource(path=str(attributions), form="attributions")
    both = read_source("said", source)
    one = read_source("said", source.model_copy(update={"leave_out": {"publisher": ["herald"]}}))
    assert len(both) == 2 * len(one) > 0


def test_who_says_what_stands_in_brackets_in_paragraphs_of_our_own(tmp_path):
    (tmp_path / "a.txt").write_text(
        "<The mayor> said {the plan was vile}. {“Go away,”} <she> said.\n", encoding="utf-8"
    )
    first, second = read_source("said", DataSource(path=str(tmp_path), form="attributions"))
    assert (first.text, second.text) == ("The mayor said the plan was vile.", "“Go away,” she said.")
    assert [first.text[span.start : span.end] for span in (*first.voices, *first.sources)] == [
        "the plan was vile",
        "The mayor",
    ]
    assert [second.text[span.start : span.end] for span in (*second.voices, *second.sources)] == ["“Go away,”", "she"]
    assert [second.text[slice(*place)] for place in second.quoted] == ["“Go away,”"]


@pytest.mark.parametrize("line", ["It was {vile.", "It was vile}.", "It was {vile <so> it was}.", "It was >vile."])
def test_a_bracket_that_opens_or_closes_nothing_is_named(tmp_path, line):
    (tmp_path / "a.txt").write_text(f"The mayor left.\n{line}\n", encoding="utf-8")
    with pytest.raises(DataError, match=r"a\.txt, line 2"):
        read_source("said", DataSource(path=str(tmp_path), form="attributions"))


def test_the_voices_of_our_own_can_be_read(root):
    for part in ("train", "dev"):
        examples = read_source(
            "said", DataSource(path=str(root / "training/corpus/voices" / part), form="attributions")
        )
        assert sum(bool(example.voices) for example in examples) > len(examples) / 3
