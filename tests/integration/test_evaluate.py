"""Figures with intervals, the fairness suite, and the command that prints them; a tiny classifier stands in."""

import json
import math
import random
import re
import subprocess
import sys
from xml.etree import ElementTree

import numpy as np
import pytest

import biasdetect
from biasdetect import CATEGORIES, Phrase, Sentence
from biasdetect.errors import ModelError
from biasdetect.evaluation.labelled import GoldSpan, Labelled

pytestmark = pytest.mark.usefixtures("train_extra")

WORDS = "one two three four five six seven eight"
PLACES = [match.span() for match in re.finditer(r"\w+", WORDS)]


@pytest.fixture(scope="module")
def classifier(tmp_path_factory, train_extra, tiny_texts):
    """A random BERT classifier whose probabilities are far apart."""
    import torch
    from transformers import AutoTokenizer, BertForSequenceClassification

    from biasdetect.finetune.network.smoke import make_tiny_encoder

    folder = tmp_path_factory.mktemp("classifier")
    encoder = make_tiny_encoder(folder / "encoder", tiny_texts)
    torch.manual_seed(0)
    model = BertForSequenceClassification.from_pretrained(encoder, id2label={0: "Biased", 1: "Non-biased"})
    tokenizer = AutoTokenizer.from_pretrained(encoder)
    model.eval().classifier.weight.data *= 1e5  # what the mean state differs by is small
    batch = tokenizer(tiny_texts[:50], padding=True, truncation=True, max_length=120, return_tensors="pt")
    with torch.no_grad():
        model.classifier.bias -= model(**batch).logits.mean(dim=0)  # else all probabilities lie at one end
    model.save_pretrained(folder / "tiny")
    tokenizer.save_pretrained(folder / "tiny")
    return folder / "tiny"


@pytest.fixture(scope="module")
def data(tmp_path_factory, root):
    lines = (root / "training" / "corpus" / "dev.jsonl").read_text(encoding="utf-8").splitlines()
    path = tmp_path_factory.mktemp("data") / "dev.jsonl"
    path.write_text("\n".join(lines[:40]), encoding="utf-8")
    return path


def made(seed, count=60):
    """Labelled texts and scores that agree more often than not."""
    rng = random.Random(seed)
    labelled, scored = [], []
    for _ in range(count):
        gold = sorted(rng.sample(PLACES, rng.randint(0, 2)))
        found = [place for place in PLACES if rng.random() < (0.7 if place in gold else 0.1)]
        spans = tuple(GoldSpan(*place, rng.choice(CATEGORIES)) for place in gold)
        phrases = tuple(Phrase("", *place, rng.random(), rng.choice(CATEGORIES[:4])) for place in found)
        techniques = frozenset(span.category for span in spans)
        labelled.append(
            Labelled(WORDS, int(bool(gold)), spans, (PLACES[-1],) if rng.random() < 0.1 else (), techniques)
        )
        # few different scores, so that the AUC has ties
        score = round(0.3 * bool(gold) + 0.7 * rng.random(), 1)
        scored.append(Sentence(WORDS, 0, len(WORDS), score, phrases=phrases))
    return labelled, scored


class Oracle:
    """Knows every loaded wording of the suites."""

    def __init__(self, loaded):
        self.loaded = loaded

    def score_sentences(self, sentences):
        return [
            Sentence(
                text,
                0,
                len(text),
                float(text in self.loaded),
                phrases=(Phrase(text, 0, len(text), 1.0, "opinion"),) if text in self.loaded else (),
            )
            for text in sentences
        ]


@pytest.mark.parametrize("seed", range(3))
def test_intervals_resample_the_very_figures_of_metrics(monkeypatch, seed):
    from biasdetect.evaluation import figures

    def undrawn(count, statistic):
        return {name: (float(column[0]),) * 2 for name, column in statistic(np.ones((1, count))).items()}

    monkeypatch.setattr(figures, "intervals", undrawn)
    result = figures.measure("made", "made", *made(seed))
    assert len(result.figures) >= 24
    for figure in result.figures:
        assert figure.low == pytest.approx(figure.value, abs=1e-9), figure.name


def test_intervals_hold_their_figure_and_are_repeatable():
    from biasdetect.evaluation.figures import measure

    result = measure("made", "made", *made(1, 200))
    assert measure("made", "made", *made(1, 200)) == result
    for figure in result.figures:
        if figure.name != "ece":  # resampling adds to a calibration error
            assert figure.low <= figure.value <= figure.high, figure.name
            assert figure.low < figure.high or figure.value in (0, 1), figure.name
    assert json.loads(json.dumps(result.to_dict()))["figures"]["auc"]["value"] == result.figures[3].value


def test_what_labels_do_not_allow_is_left_out_or_undefined():
    from biasdetect.evaluation.figures import measure

    plain = Sentence("a b", 0, 3, 0.2)
    names = [figure.name for figure in measure("d", "m", [Labelled("a b", 0)], [plain]).figures]
    assert names == ["macro_f1", "f1_biased", "mcc", "auc", "ece"]
    result = measure("d", "m", [Labelled("a b", 0, ())], [plain])
    assert math.isnan({figure.name: figure.value for figure in result.figures}["phrase_recall"])
    assert result.to_dict()["figures"]["auc"] == {"value": None, "low": None, "high": None}
    # phrases of a plain classifier have no category: none is right or wrong
    flagged = Sentence("a b", 0, 3, 0.9, phrases=(Phrase("a", 0, 1, 0.5, ""),))
    named = Labelled("a b", 1, (GoldSpan(0, 1, "doubt"),))
    result = measure("d", "m", [named], [flagged])
    assert not any("category" in figure.name or "doubt" in figure.name for figure in result.figures)
    assert result.phrase_reliability == ((0.5, 1.0, 1.0),)


def test_words_of_others_are_neither_right_nor_wrong():
    from biasdetect.evaluation.figures import measure

    item = Labelled("a sham", 0, (), ((2, 6),))
    result = measure("d", "m", [item], [Sentence("a sham", 0, 6, 0.1, phrases=(Phrase("sham", 2, 6, 0.9, "doubt"),))])
    assert {figure.name: figure.value for figure in result.figures}["plain_flagged"] == 0


def test_an_oracle_passes_the_suite_and_a_contrarian_fails_it():
    from biasdetect.evaluation import suites

    makers = (
        suites.group_cases,
        suites.factual_cases,
        suites.insertion_cases,
        suites.place_cases,
        suites.pronoun_cases,
    )
    cases = [case for maker in makers for case in maker()]
    result = suites.fairness("oracle", Oracle({case.text for case in cases if case.label}))
    values = {figure.name: figure.value for figure in result.figures}
    assert values.pop("group_accuracy") == 1
    assert set(values.values()) == {0}
    assert set(dict(result.breakdown).values()) == {0.5}
    # one group's plain sentences called biased, everything else never
    group = suites.group_cases()[0].variant
    result = suites.fairness("unfair", Oracle({case.text for case in cases if case.variant == group}))
    values = {figure.name: figure.value for figure in result.figures}
    assert values["group_gap"] == 1
    assert values["insertion_missed"] == values["insertion_unmarked"] == 1


def test_the_suite_is_large_balanced_and_the_same_every_time():
    from biasdetect.evaluation import suites

    groups = suites.group_cases()
    assert groups == suites.group_cases()
    assert len({case.variant for case in groups}) >= 20
    assert sum(case.label for case in groups) * 2 == len(groups)
    assert {case.template for case in groups} == set(range(40))
    assert len({case.text for case in suites.factual_cases()}) >= 150
    insertions = suites.insertion_cases()
    assert len(insertions) == 40 * 25
    assert all(case.text[slice(*case.inserted)] == case.variant for case in insertions)
    assert len({case.template for case in suites.place_cases()}) == 60
    texts = [case.text for case in suites.pronoun_cases()]
    assert len(texts) == 120
    assert not any("{" in text for text in texts)


def test_the_suite_shares_no_sentence_and_no_loaded_phrase_with_training(root):
    from biasdetect.evaluation import suites
    from biasdetect.finetune.recipe import augment

    records = [
        json.loads(line)
        for name in ("train", "dev")
        for line in (root / "training" / "corpus" / f"{name}.jsonl").read_text(encoding="utf-8").splitlines()
    ]
    phrases = {record["text"][span["start"] : span["end"]].lower() for record in records for span in record["spans"]}
    assert not {case.variant.lower() for case in suites.insertion_cases()} & phrases
    trained = {run for record in records for run in runs(record["text"])}
    cases = [*suites.group_cases(), *suites.factual_cases(), *suites.insertion_cases(), *suites.place_cases()]
    for case in cases:
        mine = runs(case.text)
        assert len(mine & trained) < max(1, len(mine) / 2), case.text
    swapped = {word for line in augment._LINES for word in line.split()}
    assert not swapped & {case.variant for case in suites.place_cases()}


def runs(text):
    words = re.findall(r"\w+", text.lower())
    return {tuple(words[index : index + 4]) for index in range(len(words) - 3)}


def test_a_classifier_scores_and_its_phrases_are_found_by_occlusion(classifier, tiny_texts):
    scorer = biasdetect.load(classifier)
    texts = [*tiny_texts[:10], "word " * 300]
    scored = scorer.score_sentences(texts)
    assert scorer.folder.label.startswith("tiny@")
    assert scored == scorer.score_sentences(texts)
    assert scored[1].score == pytest.approx(scorer.score_sentences(texts[1:2])[0].score, abs=0.05)
    assert any(sentence.phrases for sentence in scored)
    for sentence in scored:
        assert 0 <= sentence.score <= 1
        for phrase in sentence.phrases:
            assert sentence.text[phrase.start : phrase.end] == phrase.text
            assert 0.1 <= phrase.score <= sentence.score + 1e-6
    assert scorer.score_sentences([]) == []


@pytest.mark.parametrize(
    ("names", "number"),
    [
        (("Biased", "Non-biased"), 0),
        (("UNBIASED", "BIASED"), 1),
        (("not_biased", "biased", "other"), 1),
        (("LABEL_0", "LABEL_1"), 1),
    ],
)
def test_which_label_stands_for_biased(names, number):
    from biasdetect.model.classifier import biased_label

    assert biased_label(dict(enumerate(names))) == number


def test_an_encoder_without_a_trained_head_is_refused(classifier):
    with pytest.raises(ModelError, match="no trained sequence classifier: classifier"):
        biasdetect.load(classifier.parent / "encoder")


def test_an_article_is_scored_with_a_classifier(run_cli, classifier, tmp_path):
    (tmp_path / "article.txt").write_text("The minister spoke. “Terrible words,” she said.\n", encoding="utf-8")
    result = run_cli("score", "article.txt", "--model", classifier, "--format", "json")
    assert result.returncode == 0, result.stderr
    report = json.loads(result.stdout)
    assert report["model"].startswith("tiny@")
    assert all(phrase["category"] == "" for sentence in report["sentences"] for phrase in sentence["phrases"])
    assert run_cli("score", "article.txt", "--model", classifier).returncode == 0


def test_two_models_share_a_table_and_a_page(run_cli, smoke, classifier, data, tmp_path):
    folder, _ = smoke
    models = ("--model", folder / "model", "--model", classifier)
    result = run_cli("evaluate", data, *models, "--html", "page.html")
    assert result.returncode == 0, result.stderr
    out = result.stdout.decode()
    assert re.search(r"smoke@\w+ +tiny@\w+", out)
    assert re.search(r"sentences, macro-F1 +\d\.\d{3} \(\d\.\d{3} to \d\.\d{3}\) +\d\.\d{3}", out)
    page = (tmp_path / "page.html").read_text(encoding="utf-8")
    assert not re.search(r"https?:|src=|url\(|<script|<link", page)
    diagrams = re.findall(r"<svg.*?</svg>", page)
    assert len(diagrams) >= 2
    assert all(ElementTree.fromstring(diagram).tag == "svg" for diagram in diagrams)


def test_json_holds_all_figures_and_the_suite(run_cli, classifier, data):
    result = run_cli("evaluate", data, "--suite", "fairness", "--model", classifier, "--format", "json")
    assert result.returncode == 0, result.stderr
    labelled, suite = json.loads(result.stdout)
    assert (labelled["data"], labelled["sentences"]) == (str(data), 40)
    assert labelled["model"].startswith("tiny@")
    assert {"macro_f1", "mcc", "auc", "ece", "word_f1", "phrase_recall", "phrase_exact"} <= set(labelled["figures"])
    assert set(suite["figures"]["group_gap"]) == {"value", "low", "high"}
    assert len(suite["breakdown"]) >= 20


def test_exit_codes(run_cli, classifier, data, tmp_path):
    assert run_cli("evaluate").returncode == 2
    assert run_cli("evaluate", data, "--suite", "nothing").returncode == 2
    assert run_cli("evaluate", data, "--html", tmp_path / "nowhere" / "page.html").returncode == 2
    assert run_cli("evaluate", data, "--model", tmp_path / "nowhere").returncode == 4
    (tmp_path / "bad.jsonl").write_text('{"text": "a"}')
    result = run_cli("evaluate", tmp_path / "bad.jsonl", data, "--model", classifier, "--format", "json")
    assert result.returncode == 3
    assert b"bad.jsonl: has no column of labels" in result.stderr
    assert [entry["data"] for entry in json.loads(result.stdout)] == [str(data)]


def test_exports_of_tools_and_tables_of_the_users_own_are_measured(run_cli, classifier, root, tmp_path):
    rows = ["satz,urteil", "The shameless mayor left.,slanted", "The mayor left.,0", "The mayor stayed.,perhaps"]
    (tmp_path / "own.csv").write_text("\n".join(rows), encoding="utf-8")
    export = root / "examples" / "labels" / "label-studio.json"
    options = ("--text-column", "satz", "--label-column", "urteil", "--map", "slanted=biased")
    own = run_cli("evaluate", "own.csv", *options, "--model", classifier, "--format", "json")
    assert own.returncode == 3
    assert b'own.csv, line 4, column urteil: "perhaps" is no known label' in own.stderr
    assert [entry["sentences"] for entry in json.loads(own.stdout)] == [2]
    tool = run_cli("evaluate", export, "--model", classifier, "--format", "json")
    assert tool.returncode == 0, tool.stderr
    (entry,) = json.loads(tool.stdout)
    assert entry["sentences"] == 6
    assert {"macro_f1", "word_f1"} <= set(entry["figures"])


def test_without_the_extra_the_install_command_is_told(data):
    script = "import sys; sys.modules['sklearn'] = None; sys.argv = ['biasdetect', 'evaluate', {!r}]; from biasdetect.commands.main import main; main()"  # fmt: skip
    result = subprocess.run(
        [sys.executable, "-c", script.format(str(data))], capture_output=True, text=True, check=False
    )
    assert result.returncode == 4
    assert 'pip install "biasdetect[train]"' in result.stderr


def test_scoring_does_not_load_what_evaluating_needs():
    script = (
        "import sys, biasdetect.commands.main; print([name for name in ('sklearn', 'torch') if name in sys.modules])"
    )
    assert subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True).stdout == "[]\n"
