import csv
import json
import math
import re

import pytest

pytest.importorskip("pydantic", reason='needs the train extra: pip install ".[dev]"')

from biasdetect.errors import DataError
from biasdetect.finetune.network.features import token_targets
from biasdetect.finetune.recipe.examples import read_source
from biasdetect.finetune.recipe.schema import Columns, DataSource, read_recipe
from biasdetect.model.categories import CATEGORIES
from biasdetect.model.network import IGNORE

MINIMAL = """
name = "x"
base = "owner/encoder"
development = "dev"
own_development = "dev"
[sources.dev]
path = "dev.jsonl"
[[stages]]
name = "only"
sources = ["dev"]
"""


@pytest.fixture
def recipe_file(tmp_path):
    def write(text):
        path = tmp_path / "recipe.toml"
        path.write_text(text)
        return path

    return write


def test_paths_are_relative_to_the_recipe(recipe_file, tmp_path):
    assert read_recipe(recipe_file(MINIMAL)).sources["dev"].path == str(tmp_path / "dev.jsonl")


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (("base =", "bsae ="), "bsae"),
        (('sources = ["dev"]', 'sources = ["devv"]'), "devv"),
        (('path = "dev.jsonl"', 'path = "dev.jsonl"\nepochs = 3'), "epochs"),
        (('path = "dev.jsonl"', ""), "needs a path or a hub name"),
        (('name = "only"', 'name = "only"\nteachers = ["later"]'), "no earlier stage"),
        (('name = "only"', 'name = "only"\nstart = { one = 0.5, two = 0.4 }'), r"add up to 0\.9, not to 1"),
        (('name = "only"', 'name = "only"\nepochs = 0'), "0 epochs needs a start"),
        (("[[stages]]", '[evaluation]\nsets = ["nowhere"]\n[[stages]]'), "nowhere"),
        (("[[stages]]", "[[stages"), "no valid TOML"),
        (('name = "only"', 'name = "only"\nlearning_rate = nan'), "learning_rate: .*finite number"),
        (('name = "only"', 'name = "only"\nlearning_rate = inf'), "learning_rate: .*finite number"),
        (('name = "only"', 'name = "only"\nstart = { one = nan }'), "start.one: .*finite number"),
        (('name = "only"', 'name = "only"\nepochs = true'), "epochs: .*valid integer"),
        (('path = "dev.jsonl"', 'path = "dev.jsonl"\nsmoothing = false'), "smoothing: .*valid number"),
        (("[sources.dev]", "[losses]\ntie_weight = nan\n[sources.dev]"), "tie_weight: .*finite number"),
    ],
)
def test_mistakes_are_named(recipe_file, change, message):
    with pytest.raises(DataError, match=message):
        read_recipe(recipe_file(MINIMAL.replace(*change)))


def test_every_shipped_recipe_is_valid(root):
    recipes = sorted((root / "training" / "recipes").glob("*.toml"))
    assert recipes
    for path in recipes:
        read_recipe(path)


def test_what_is_recorded_of_a_recipe_holds_no_path_of_the_machine(root):
    facts = read_recipe(root / "training" / "recipes" / "en-small.toml").facts()
    assert str(root.parent) not in json.dumps(facts)


def test_a_missing_source_says_where_it_is_published(tmp_path):
    source = DataSource(path=str(tmp_path / "none.jsonl"), published="https://example.org/data")
    with pytest.raises(DataError, match=r"source babe: no file .*none\.jsonl.*https://example\.org/data"):
        read_source("babe", source)


def test_an_unreachable_hub_says_where_the_data_is_published(tmp_path, monkeypatch, train_libraries):
    monkeypatch.setenv("HF_HUB_OFFLINE", "1")
    source = DataSource(path=str(tmp_path / "none.jsonl"), hub="nobody/nothing", published="https://example.org/data")
    with pytest.raises(DataError, match=r"nobody/nothing.*https://example\.org/data"):
        read_source("babe", source)


def write_jsonl(path, *records):
    path.write_text("".join(json.dumps(record) + "\n" for record in records))
    return str(path)


def test_words_and_votes_become_soft_targets(tmp_path):
    record = {"text": "A shameless plot, critics of the plot say.", "label": 1, "words": ["plot"], "votes": [1, 1, 0, 0, 1], "marks": {"shameless": 1, "shameless plot": 2}}  # fmt: skip
    columns = Columns(label="label", words="words", votes="votes", word_votes="marks")
    (example,) = read_source(
        "x", DataSource(path=write_jsonl(tmp_path / "a.jsonl", record), columns=columns, vote_share=0.5)
    )
    assert example.sentence == pytest.approx(0.8)
    assert [example.text[span.start : span.end] for span in example.marked] == ["plot", "plot"]
    assert all(span.target > 0.5 for span in example.marked)
    assert all(span.target < 0.5 for span in example.spans if span not in example.marked)


def test_a_table_says_the_same_as_json_lines(tmp_path):
    columns = Columns(label="label", words="biased_words", votes="bias_votes", word_votes="word_votes")
    record = {"text": "A sham, a sham.", "label": 1, "biased_words": ["sham"], "bias_votes": [1, 0], "word_votes": {"sham": 2}}  # fmt: skip
    lines = DataSource(path=write_jsonl(tmp_path / "a.jsonl", record), columns=columns, vote_share=0.5)
    with (tmp_path / "a.csv").open("w", newline="") as file:
        csv.writer(file).writerows([list(record), list(record.values())])  # lists as Python prints them
    (example,) = read_source("x", lines.model_copy(update={"path": str(tmp_path / "a.csv")}))
    assert repr(example) == repr(read_source("x", lines)[0])
    assert len(example.marked) == 2


def test_skip_and_limit_count_rows(tmp_path):
    path = write_jsonl(tmp_path / "a.jsonl", *({"text": f"Town {n}.", "label": n % 2} for n in range(6)))
    source = DataSource(path=path, columns=Columns(label="label"), skip=1, limit=4, only_label=1)
    assert [example.text for example in read_source("x", source)] == ["Town 1.", "Town 3."]


def test_spans_take_our_categories_and_leave_other_voices_open(tmp_path):
    record = {"text": "A shameless plot, they cried.", "spans": [
        {"start": 2, "end": 11, "technique": "Loaded"}, {"start": 12, "end": 16, "category": "labeling", "voice": "quote"}]}  # fmt: skip
    source = DataSource(path=write_jsonl(tmp_path / "a.jsonl", record), columns=Columns(spans="spans"), categories={"Loaded": ["loaded-language"]})  # fmt: skip
    (example,) = read_source("x", source)
    assert [(example.text[span.start : span.end], CATEGORIES[span.category]) for span in example.marked] == [("shameless", "loaded-language")]  # fmt: skip
    assert any(math.isnan(span.target) and example.text[span.start : span.end] == "plot" for span in example.spans)


@pytest.mark.parametrize("first", ["quote", "outlet"])
def test_what_is_quoted_teaches_nothing_save_where_the_outlet_says_it_too(tmp_path, first):
    """Whichever of two spans that overlap is named first."""
    text = "They cried it was a shameless plot."
    spans = [
        {"start": 20, "end": 34, "category": "exaggeration", "voice": "quote"},
        {"start": 20, "end": 29, "category": "opinion", "voice": "outlet"},
    ]
    spans = spans if first == "quote" else spans[::-1]
    path = write_jsonl(tmp_path / "a.jsonl", {"text": text, "spans": spans})
    (example,) = read_source("x", DataSource(path=path, columns=Columns(spans="spans"), smoothing=0.1))
    words = [match.span() for match in re.finditer(r"\w+", text)]
    targets, categories = token_targets(example, [(0, 0), *words])
    told = dict(zip(["", *text.rstrip(".").split()], zip(targets, categories, strict=True), strict=True))
    assert told["shameless"] == (0.9, list(CATEGORIES).index("opinion"))
    assert math.isnan(told["plot"][0])
    assert told["plot"][1] == IGNORE
    assert {target for word, (target, _) in told.items() if word not in ("shameless", "plot")} == {0.0}


def test_what_is_unknown_adds_nothing_to_the_loss():
    import torch

    from biasdetect.model.network import _masked_bce

    nan = math.nan
    logits = torch.tensor([2.0, -1.0, 5.0])
    known = _masked_bce(logits[:2], torch.tensor([1.0, 0.0]))
    assert _masked_bce(logits, torch.tensor([1.0, 0.0, nan])) == pytest.approx(float(known))
    assert _masked_bce(logits, torch.tensor([nan, nan, nan])) == 0


def test_techniques_become_weak_targets(tmp_path):
    record = {"text": "Something.", "techniques": ["Doubt"]}
    categories = {"Doubt": ["doubt"], "Loaded": ["loaded-language"], "Names": ["labeling", "epithet"]}
    source = DataSource(path=write_jsonl(tmp_path / "a.jsonl", record), columns=Columns(techniques="techniques"), categories=categories)  # fmt: skip
    weak = dict(zip(CATEGORIES, read_source("x", source)[0].weak, strict=True))
    assert weak["doubt"] == 1.0
    assert weak["loaded-language"] == 0.0
    assert math.isnan(weak["labeling"])


@pytest.mark.parametrize(
    ("records", "message"),
    [
        (['{"label": 1}'], 'has no column "text"'),
        (['{"text": "a", "label": 1}', '{"text": "b"}'], 'line 2: has no "label"'),
        (['{"text": "a", "label": 7}'], "line 1, column label: 7 lies outside 0 to 1"),
        (['{"text": "a", "label": 1}', "{"], "line 2: is no JSON"),
        ([""], "is empty"),
    ],
)
def test_records_that_do_not_fit_are_named(tmp_path, records, message):
    path = tmp_path / "a.jsonl"
    path.write_text("\n".join(records))
    with pytest.raises(DataError, match=message):
        read_source("x", DataSource(path=str(path), columns=Columns(label="label")))
