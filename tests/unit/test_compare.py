"""Two models on the same texts, with scorers that score as they are told."""

import json
import math
import random
import re
import tracemalloc
from html.parser import HTMLParser
from types import SimpleNamespace
from xml.etree import ElementTree

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from biasdetect import CATEGORIES, Phrase, Sentence
from biasdetect.errors import DataError, ModelError
from biasdetect.evaluation.labelled import GoldSpan, Labelled

pytestmark = pytest.mark.usefixtures("train_extra")

WORDS = "one two three four five six seven eight"
PLACES = [match.span() for match in re.finditer(r"\w+", WORDS)]


class Fake:
    """Scores a text as it was told; remembers how often it was asked."""

    def __init__(self, sentences):
        self.sentences = {sentence.text: sentence for sentence in sentences}
        self.asked = []

    def score_sentences(self, texts):
        self.asked += texts
        return [self.sentences.get(text, Sentence(text, 0, len(text), 0.1)) for text in texts]


def side(name, sentences):
    from biasdetect.evaluation.compare import Side

    return Side(name, Fake(sentences))


def labels(count, seed=0, marked=True):
    """Different texts of eight words, half of them biased, with one or two marked words."""
    rng = random.Random(seed)
    items = []
    for number in range(count):
        label = number % 2
        spans = sorted(rng.sample(PLACES, rng.randint(1, 2))) if label else []
        gold = tuple(GoldSpan(*place, rng.choice(CATEGORIES)) for place in spans)
        items.append(Labelled(f"{WORDS} {number}", label, gold if marked else None))
    return items


def scored(items, skill, seed):
    """A model that is right more often the higher its skill, 0 to 1; the same seed makes two models alike."""
    rng = random.Random(seed)
    sentences = []
    for item in items:
        hard = rng.random()
        right = hard < skill
        score = 0.5 + (0.1 + 0.39 * rng.random()) * (1 if right == bool(item.label) else -1)
        phrases = []
        for place in PLACES:
            luck = rng.random()
            marked = any((span.start, span.end) == place for span in item.spans or ())
            if luck < (skill if marked else 0.3 * (1 - skill)):
                phrases.append(Phrase(item.text[slice(*place)], *place, 0.3 + 0.7 * luck, CATEGORIES[0]))
        sentences.append(Sentence(item.text, 0, len(item.text), score, phrases=tuple(phrases)))
    return sentences


def compared(items, old, new, **options):
    from biasdetect.evaluation.compare import compare

    return compare("made", items, side("old", old), side("new", new), **options)


def verdicts(comparison):
    return {row.name: row.verdict for row in comparison.differences}


def test_a_better_model_is_called_better_and_a_worse_one_worse():
    from biasdetect.evaluation.compare import is_worse, summary

    items = labels(300)
    weak, strong = scored(items, 0.6, 1), scored(items, 0.9, 1)
    forth, back = compared(items, weak, strong), compared(items, strong, weak)
    for name in ("macro_f1", "mcc", "auc", "ece", "word_f1", "phrase_recall", "plain_flagged"):
        assert verdicts(forth)[name] == "better", name
        assert verdicts(back)[name] == "worse", name
    assert is_worse(forth) == []
    assert [reason.partition(" 0.")[0] for reason in is_worse(back)] == [
        "made: sentences, macro-F1",
        "made: sentences, expected calibration error",
        "made: words, F1",
        "made: phrases found",
    ]
    assert summary(forth).startswith("Better: sentences, macro-F1;")
    assert "Worse:" not in summary(forth)
    assert forth.decisions.new_only > 10 * forth.decisions.old_only
    assert forth.decisions.p < 0.001


def test_of_a_model_and_itself_nothing_differs():
    from biasdetect.evaluation.compare import is_worse, summary

    items = labels(80)
    same = scored(items, 0.7, 1)
    comparison = compared(items, same, same)
    defined = [row for row in comparison.differences if row.verdict != "not defined"]
    assert len(defined) >= 12
    for row in defined:
        assert (row.value, row.low, row.high, row.changed, row.verdict) == (0, 0, 0, 0, "no difference")
    assert comparison.decisions.p == 1
    assert all(listed["total"] == 0 for listed in comparison.to_dict()["changes"].values())
    assert is_worse(comparison) == []
    assert summary(comparison).startswith("No difference in any of")


def test_equally_good_models_differ_by_chance_alone():
    """At the level of 95 %, no more than a few of many made pairs are told apart."""
    items = labels(200, marked=False)
    told = [
        verdicts(compared(items, scored(items, 0.7, seed), scored(items, 0.7, seed + 100)))["macro_f1"]
        for seed in range(20)
    ]
    assert told.count("no significant difference") >= 16


@settings(max_examples=5, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.integers(0, 10_000))
def test_paired_intervals_are_narrower_than_unpaired_ones_where_models_are_alike(seed):
    items = labels(150, seed)
    old = scored(items, 0.70, seed)
    comparison = compared(items, old, scored(items, 0.75, seed))
    own = {
        name: [next(figure for figure in figures.figures if figure.name == name) for figures in (comparison.old, comparison.new)]
        for name in ("macro_f1", "auc", "word_f1", "phrase_recall")
    }  # fmt: skip
    for row in comparison.differences:
        if row.name in own:
            unpaired = math.hypot(*(figure.high - figure.low for figure in own[row.name]))
            assert row.high - row.low < unpaired, row.name


@pytest.mark.parametrize("seed", range(3))
def test_the_paired_figures_are_the_figures(monkeypatch, seed):
    """Every text drawn once, the difference of the statistics is that of the values in the table."""
    from biasdetect.evaluation import paired

    def undrawn(count, statistic):
        return {name: (float(column[0]),) * 2 for name, column in statistic(np.ones((1, count))).items()}

    monkeypatch.setattr(paired, "intervals", undrawn)
    items = [
        Labelled(item.text, item.label, item.spans, (PLACES[-1],), frozenset(span.category for span in item.spans))
        for item in labels(60, seed)
    ]
    comparison = compared(items, scored(items, 0.5, seed), scored(items, 0.8, seed))
    assert len(comparison.differences) >= 20
    for row in comparison.differences:
        assert row.low == pytest.approx(row.value, abs=1e-9, nan_ok=True), row.name


def test_the_paired_suite_is_the_suite(monkeypatch):
    from biasdetect.evaluation import paired, suites
    from biasdetect.evaluation.compare import compare_fairness

    def undrawn(count, statistic):
        return {name: (float(column[0]),) * 2 for name, column in statistic(np.ones((1, count))).items()}

    monkeypatch.setattr(paired, "intervals", undrawn)

    def model(seed):
        rng = random.Random(seed)
        made = [
            Sentence(text, 0, len(text), rng.random(), phrases=(Phrase(text, 0, len(text), 0.9, "doubt"),) * rng.randint(0, 1))
            for text in paired.suite_texts()
        ]  # fmt: skip
        return side(f"model {seed}", made)

    old, new = model(1), model(2)
    comparison = compare_fairness(old, new)
    assert len(comparison.differences) == len(suites.fairness("old", old.scorer).figures) == 8
    for row in comparison.differences:
        assert row.low == pytest.approx(row.value, abs=1e-9), row.name
        assert row.changed > 0
    # what was scored for the comparison was each sentence once
    assert len(new.scorer.asked) == len(set(new.scorer.asked))


def test_mcnemar_agrees_with_a_case_worked_out_by_hand():
    from biasdetect.evaluation.compare import Decisions

    # of ten on which they differ, two for the old: 2 (1 + 10 + 45) / 1024
    assert Decisions(40, 2, 8, 5).p == pytest.approx(112 / 1024)
    assert Decisions(40, 0, 6, 5).p == pytest.approx(2 / 64)
    assert Decisions(40, 3, 3, 5).p == 1
    assert Decisions(9, 0, 0, 0).p == 1
    items = [Labelled(f"text {number}", number % 2) for number in range(4)]
    old = [Sentence(item.text, 0, 6, score) for item, score in zip(items, (0.1, 0.9, 0.9, 0.1), strict=True)]
    new = [Sentence(item.text, 0, 6, score) for item, score in zip(items, (0.1, 0.1, 0.1, 0.1), strict=True)]
    decisions = compared(items, old, new).decisions
    assert (decisions.both, decisions.old_only, decisions.new_only, decisions.neither) == (1, 1, 1, 1)


def test_lists_are_in_order_and_hold_only_what_differs():
    items = labels(200)
    old, new = scored(items, 0.6, 1), scored(items, 0.8, 2)
    new[:20] = old[:20]
    changes = compared(items, old, new, examples=500).changes
    agreed = {sentence.text for sentence in old[:20]}
    for listed, sign in ((changes.better, 1), (changes.worse, -1)):
        gains = [sign * change.gain for change in listed.items]
        assert gains == sorted(gains, reverse=True)
        assert min(gains) >= 0.01
        assert listed.total == len(listed.items)
    for listed in (changes.gained, changes.lost, changes.alarms, changes.calmed):
        scores = [change.score for change in listed.items]
        assert scores
        assert scores == sorted(scores, reverse=True)
    everything = [change.text for name in changes.__slots__ for change in getattr(changes, name).items]
    assert not agreed & set(everything)
    gold = {item.text: {(span.start, span.end) for span in item.spans} for item in items}
    for change in (*changes.gained.items, *changes.lost.items):
        assert (change.start, change.end) in gold[change.text]
    for change in (*changes.alarms.items, *changes.calmed.items):
        assert (change.start, change.end) not in gold[change.text]
    few = compared(items, old, new, examples=3).changes
    assert (few.better.total, few.better.items) == (changes.better.total, changes.better.items[:3])


def test_words_that_are_neither_right_nor_wrong_to_flag_are_in_no_list():
    items = [Labelled("a sham of theirs", 0, (), ((2, 6),))]
    flag = Sentence(items[0].text, 0, 16, 0.2, phrases=(Phrase("sham", 2, 6, 0.9, "doubt"),))
    changes = compared(items, [Sentence(items[0].text, 0, 16, 0.2)], [flag]).changes
    assert changes.alarms.total == changes.gained.total == 0


def test_five_sentences_and_five_changed_texts_prove_nothing():
    from biasdetect.evaluation.compare import is_worse

    five = labels(5, marked=False)
    wrong, right = scored(five, 0, 1), scored(five, 1, 1)
    for comparison in (compared(five, wrong, right), compared(five, right, wrong)):
        assert set(verdicts(comparison).values()) <= {"no significant difference", "no difference", "not defined"}
        assert is_worse(comparison) == []
    # six that all speak for one model do
    twelve = labels(12, marked=False)
    right = scored(twelve, 1, 1)
    comparison = compared(twelve, scored(twelve, 0, 1)[:6] + right[6:], right)
    assert verdicts(comparison)["macro_f1"] == "better"


def test_calibration_may_get_a_little_worse_but_not_much():
    from biasdetect.evaluation.compare import is_worse

    items = labels(1000, marked=False)

    def sure(score):
        return [Sentence(item.text, 0, 1, score if item.label else 1 - score) for item in items]

    little, much = compared(items, sure(0.99), sure(0.975)), compared(items, sure(0.99), sure(0.9))
    assert verdicts(little)["ece"] == verdicts(much)["ece"] == "worse"
    assert is_worse(little) == []
    assert len(is_worse(much)) == 1


@pytest.mark.parametrize(
    "items",
    [
        [Labelled(f"plain {number}", 0) for number in range(9)],
        [Labelled(f"loaded {number}", 1, (GoldSpan(0, 6),)) for number in range(9)],
        [Labelled(f"spans {number}", None, (GoldSpan(0, 5),) if number % 2 else ()) for number in range(9)],
        [Labelled(f"paragraph {number}", techniques=frozenset({"doubt"})) for number in range(9)],
        [Labelled(f"nothing {number}") for number in range(9)],
        [Labelled("the same", 1), Labelled("the same", 0)],
        [Labelled("one alone", 1, ())],
    ],
    ids=["one class", "the other", "spans alone", "techniques", "no labels", "twice", "one"],
)
def test_sets_that_define_few_figures_are_compared_all_the_same(items):
    from rich.console import Console

    from biasdetect.evaluation.comparison_page import render_proof
    from biasdetect.evaluation.comparison_tables import print_proof
    from biasdetect.evaluation.proof import Proof

    old = [Sentence(item.text, 0, 9, 0.2) for item in items]
    new = [Sentence(item.text, 0, 9, 0.9, phrases=(Phrase("", 0, 5, 0.8, "doubt"),)) for item in items]
    comparison = compared(items, old, new)
    assert (comparison.decisions is None) == (items[0].label is None)
    json.dumps(comparison.to_dict(), allow_nan=False)
    console = Console(width=100, record=True, file=SimpleNamespace(write=lambda _: None, flush=lambda: None))
    print_proof(Proof((comparison,), ()), console)
    assert "nan" not in console.export_text()
    assert "nan" not in render_proof(Proof((comparison,), ()))


def test_a_classifier_without_categories_is_compared_by_what_both_have():
    items = labels(40)
    old = scored(items, 0.7, 1)
    new = [
        Sentence(one.text, 0, one.end, one.score, phrases=tuple(Phrase(p.text, p.start, p.end, p.score, "") for p in one.phrases))
        for one in old
    ]  # fmt: skip
    found = verdicts(compared(items, old, new))
    assert found["category_macro_f1"] == "not defined"
    assert found["phrase_recall"] == "no difference"


def test_a_score_that_is_no_number_is_refused():
    items = labels(10)
    good = scored(items, 0.7, 1)
    bad = [*good[:-1], Sentence(items[-1].text, 0, 1, math.nan)]
    with pytest.raises(ModelError, match="new gives a score that is no number"):
        compared(items, good, bad)


def test_memory_stays_flat_with_many_sentences():
    from biasdetect.evaluation.paired import paired_figures

    items = labels(6_000, marked=False)
    old, new = scored(items, 0.7, 1), scored(items, 0.7, 2)
    tracemalloc.start()
    found = paired_figures(items, old, new)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert set(found) >= {"macro_f1", "ece"}
    assert peak < 45e6  # the weights of all resamples at once would be 48 MB by themselves


def test_the_result_is_json_and_comes_back_as_it_was():
    items = labels(60)
    data = compared(items, scored(items, 0.6, 1), scored(items, 0.7, 2)).to_dict()
    again = json.loads(json.dumps(data, allow_nan=False))
    assert again["differences"] == data["differences"]
    assert json.dumps(again) == json.dumps(data)
    row = again["differences"]["macro_f1"]
    assert row["low"] <= row["value"] <= row["high"]
    assert again["decisions"]["p"] <= 1
    assert again["old"]["reliability"]
    assert again["new"]["reliability"]
    assert again["changes"]["better"]["items"][0]["text"].startswith(WORDS)


class Tags(HTMLParser):
    """Whether every element that is opened is closed, in order."""

    VOID = ("meta", "br")

    def __init__(self):
        super().__init__()
        self.open, self.seen = [], set()

    def handle_starttag(self, tag, attrs):
        self.handle_startendtag(tag, attrs)
        if tag not in self.VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag, attrs):
        self.seen.add(tag)
        assert not {"src", "href"} & {name for name, _ in attrs}
        assert not any(name.startswith("on") for name, _ in attrs)

    def handle_endtag(self, tag):
        assert self.open.pop() == tag


def test_the_page_is_well_formed_self_contained_and_escapes_what_it_shows():
    from biasdetect.evaluation.compare import Side, compare
    from biasdetect.evaluation.comparison_page import render_proof
    from biasdetect.evaluation.proof import Proof
    from biasdetect.evaluation.regression import Expectation, check

    evil = "<script>alert('x')</script>\x00\x1b[2J & <img src=//a.example onerror=x>"
    items = [
        Labelled(f"{evil} {item.text}", item.label, tuple(GoldSpan(0, 8, span.category) for span in item.spans))
        for item in labels(40)
    ]
    right = [
        Sentence(item.text, 0, 9, 0.5 + 0.4 * (1 if item.label else -1), phrases=(Phrase("", 0, 8, 0.9, "doubt"),) * item.label)
        for item in items
    ]  # fmt: skip
    wrong = [Sentence(item.text, 0, 9, 1 - one.score) for item, one in zip(items, right, strict=True)]
    old, new = Side(f"old {evil}", Fake(right)), Side(f"new {evil}", Fake(wrong))
    comparison = compare(f"data {evil}", items, old, new)
    regression = check(f"file {evil}", [Expectation(items[1].text, ("script",), label=1)], old, new)
    assert regression.broken
    page = render_proof(Proof((comparison,), (regression,)))
    tags = Tags()
    tags.feed(page)
    tags.close()
    assert tags.open == []
    assert not {"script", "img", "link", "iframe"} & tags.seen
    assert "&lt;script&gt;" in page
    assert not re.search(r"[\x00-\x08\x0b-\x1f]", page)
    assert not re.search(r"https?:|url\(", page)
    drawings = re.findall(r"<svg.*?</svg>", page, re.DOTALL)
    assert len(drawings) >= 4  # differences; reliability of both; phrase scores of the one that flags
    assert all(ElementTree.fromstring(drawing).tag == "svg" for drawing in drawings)
    assert "The new model is worse" in page


def test_in_the_plot_right_is_better_for_every_figure():
    from biasdetect.evaluation.comparison_page import interval_svg

    items = labels(300)
    comparison = compared(items, scored(items, 0.6, 1), scored(items, 0.9, 1))
    drawing = ElementTree.fromstring(interval_svg(comparison.differences))
    zero = float(next(line for line in drawing.iter("line") if line.get("class") == "zero").get("x1"))
    better = [row.name for row in comparison.differences if row.verdict == "better"]
    dots = [float(dot.get("cx")) for dot in drawing.iter("circle") if dot.get("fill") == "#0072b2"]
    assert {"macro_f1", "ece", "plain_flagged"} <= set(better)
    assert len(dots) == len(better)
    assert min(dots) > zero


@pytest.mark.parametrize(("gain", "most"), [(0.0, 0.01), (0.004, 0.05), (0.15, 0.8)])
def test_the_plot_does_not_make_much_of_nothing(gain, most):
    """A difference of some thousandths stays near the middle; a large one goes far, and none leaves the plot."""
    from biasdetect.evaluation.compare import Difference
    from biasdetect.evaluation.comparison_page import interval_svg

    drawing = ElementTree.fromstring(interval_svg([Difference("macro_f1", 0.8, 0.8 + gain, gain / 2, 1.2 * gain, 9)]))
    zero = float(next(line for line in drawing.iter("line") if line.get("class") == "zero").get("x1"))
    (dot,) = drawing.iter("circle")
    ticks = [float(text.text) for text in drawing.iter("text") if re.fullmatch(r"[+-]?\d\.\d+", text.text or "")]
    edge = max(float(text.get("x")) for text in drawing.iter("text") if text.get("text-anchor") == "middle")
    assert (float(dot.get("cx")) - zero) / (edge - zero) <= most
    assert max(ticks) in (0.1, 0.2)


def test_the_terminal_gets_no_control_character():
    from rich.console import Console

    from biasdetect.evaluation.comparison_tables import print_proof

    items = [Labelled(f"\x1b]0;x\x07 {item.text}", item.label, item.spans) for item in labels(20)]
    comparison = compared(items, scored(items, 0.5, 1), scored(items, 0.9, 2))
    console = Console(width=100, record=True, color_system=None, file=SimpleNamespace(write=lambda _: None, flush=lambda: None))  # fmt: skip
    print_proof(SimpleNamespace(comparisons=[comparison], regressions=(), known=(), reasons=["made: \x1b[2J"]), console)
    text = console.export_text()
    assert "\x1b" not in text
    assert "\x07" not in text
    assert "Scores nearer to the label" in text


def write(path, *records):
    path.write_text("\n".join(record if isinstance(record, str) else json.dumps(record) for record in records), encoding="utf-8")  # fmt: skip
    return path


def test_regression_sentences_tell_what_a_new_model_breaks(tmp_path):
    from biasdetect.evaluation.regression import breaks, check, read_expectations

    path = write(
        tmp_path / "kept.jsonl",
        {"text": "The vile mayor and the awful clerk met.", "flagged": ["vile", "awful"], "label": 1},
        "",
        {"text": "Fire gutted the barn.", "plain": True},
        {"text": "The bridge is open.", "label": 0},
        {"text": "A foul deal was struck.", "flagged": ["foul"]},
    )
    expectations = read_expectations(path)

    def model(name, flags, scores):
        made = []
        for item, words, score in zip(expectations, flags, scores, strict=True):
            places = [(item.text.index(word), item.text.index(word) + len(word)) for word in words]
            phrases = tuple(Phrase(item.text[slice(*place)], *place, 0.9, "opinion") for place in places)
            made.append(Sentence(item.text, 0, len(item.text), score, phrases=phrases))
        return side(name, made)

    old = model("old", [["vile mayor", "awful"], [], [], []], [0.9, 0.1, 0.2, 0.9])
    new = model("new", [["vile"], ["gutted"], [], ["A foul deal"]], [0.4, 0.9, 0.7, 0.1])
    result = check("kept", expectations, old, new)
    assert (result.sentences, result.old_right, result.new_right) == (4, 3, 1)
    assert [(item.text[:8], item.what) for item in result.broken] == [
        ("The vile", ("does not flag “awful”", "does not call it biased (0.40)")),
        ("Fire gut", ("flags “gutted”",)),
        ("The brid", ("calls it biased (0.70)",)),
    ]
    assert [(item.text[:6], item.what) for item in result.mended] == [("A foul", ("does not flag “foul”",))]
    assert breaks(result) == []  # three against one is chance
    assert json.loads(json.dumps(result.to_dict()))["broken"][1]["what"] == ["flags “gutted”"]
    assert check("kept", expectations, old, old).p == 1


def test_breaking_many_regression_sentences_is_a_reason():
    from biasdetect.evaluation.regression import Expectation, breaks, check

    expectations = [Expectation(f"The barn is {number} years old.", label=0) for number in range(20)]
    old = side("old", [])
    new = side("new", [Sentence(item.text, 0, 9, 0.9) for item in expectations[:6]])
    assert breaks(check("kept", expectations, old, new)) == ["kept: 6 of 20 sentences broken, 0 mended (p = 0.0312)"]
    assert breaks(check("kept", expectations, new, old)) == []


@pytest.mark.parametrize(
    ("line", "problem"),
    [
        ("{", "line 1"),
        ('["a"]', "list where an object"),
        ('{"plain": true}', "text is missing or empty"),
        ('{"text": "a b"}', "nothing is expected"),
        ('{"text": "a b", "flagged": ["c"]}', "'c' does not stand in the text"),
        ('{"text": "a b", "flagged": "a"}', "flagged is str, not list"),
        ('{"text": "a b", "flagged": [1]}', "1 does not stand"),
        ('{"text": "a b", "label": 2}', "neither 0 nor 1"),
        ('{"text": "a b", "label": true}', "label is bool"),
        ('{"text": "a b", "plain": true, "flagged": ["a"]}', "plain, and yet"),
        ('{"text": "a b", "plain": true, "lable": 0}', "'lable' is none of"),
        ('{"text": "a b", "label": 0}\n{"text": "a b", "label": 1}', "line 2: its text stands in the file twice"),
        ("[" * 100_000, "line 1"),
        ("", "holds no sentence"),
    ],
)
def test_a_regression_file_that_cannot_be_used_says_why(tmp_path, line, problem):
    from biasdetect.evaluation.regression import read_expectations

    with pytest.raises(DataError, match=re.escape(problem)):
        read_expectations(write(tmp_path / "kept.jsonl", line))


def test_a_regression_file_that_is_not_there_or_no_text_is_told(tmp_path):
    from biasdetect.evaluation.regression import read_expectations

    (tmp_path / "bytes").write_bytes(b"\xff\xfe\x00")
    for name in ("nowhere", "bytes", "."):
        with pytest.raises(DataError, match="cannot be read"):
            read_expectations(tmp_path / name)


def test_our_regression_sentences_cover_everything_and_are_not_trained_on(root):
    from biasdetect.evaluation.regression import default_file, read_expectations

    path = root / "training" / "regression.jsonl"
    assert default_file() is not None
    records = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
    assert len(read_expectations(path)) == len(records) == 150
    assert sum(record.get("plain", False) for record in records) == 75
    corpus = [
        json.loads(line)
        for file in (root / "training" / "corpus").glob("*.jsonl")
        for line in file.read_text(encoding="utf-8").splitlines()
    ]
    genres = {"headline", "lead", "body", "brief", "feature", "translated", "tabloid", "blog"}
    for flagged in (True, False):
        side = [record for record in records if bool(record.get("flagged")) == flagged]
        assert {record["genre"] for record in side} == genres
        assert {record.get("category") for record in side} >= set(CATEGORIES)
    trained = {run for record in corpus for run in runs(record["text"])}
    for record in records:
        mine = runs(record["text"])
        assert len(mine & trained) < len(mine) / 2, record["text"]


def runs(text):
    words = re.findall(r"\w+", text.lower())
    return {tuple(words[index : index + 4]) for index in range(max(1, len(words) - 3))}
