"""A model that reads German, as its config says: nothing around it takes it, or the text, for English."""

from __future__ import annotations

import json

import pytest
from tiny import make_foreign_model

import biasdetect
from biasdetect.language.sentences import split_sentences
from biasdetect.report.html import render_page

ARTICLE = """Stadtrat beschließt Haushalt

Von Anna Schmidt

Am 3. Oktober stimmte der Rat ab. Prof. Dr. Müller sprach z. B. von einer „Schande“. Der ca. 40 Mio. Euro teure Plan, d. h. der \
Neubau, kommt am 14. Mai bzw. im Juni. »Wir werden klagen«, sagte Oberbürgermeister Hans Meier. Der schamlose Bürgermeister ging.

Lesen Sie auch: Der neue Plan

Jetzt Newsletter abonnieren
"""
ENGLISH = "The shameless mayor rammed his budget through the council on Monday, and the opposition will vote again."


@pytest.fixture(scope="module")
def model(shipped, tmp_path_factory):
    return make_foreign_model(tmp_path_factory.mktemp("models") / "german", shipped, "de-AT")


@pytest.fixture(scope="module")
def german(model):
    return biasdetect.load(model)


def sentences(text, language):
    found = split_sentences(text, 0, len(text), language)
    assert "".join(text.split()) == "".join("".join(text[start:end].split()) for start, end in found)
    return [text[start:end] for start, end in found]


def test_sentences_end_as_german_ones_do(german, detector):
    report = german.score(ARTICLE)
    assert [sentence.text for sentence in report.sentences] == [
        "Stadtrat beschließt Haushalt",
        "Am 3. Oktober stimmte der Rat ab.",
        "Prof. Dr. Müller sprach z. B. von einer „Schande“.",
        "Der ca. 40 Mio. Euro teure Plan, d. h. der Neubau, kommt am 14. Mai bzw. im Juni.",
        "»Wir werden klagen«, sagte Oberbürgermeister Hans Meier.",
        "Der schamlose Bürgermeister ging.",
    ]
    assert report.warnings == ()
    assert not report.foreign_language
    assert [sentence.text for sentence in detector.score(ENGLISH).sentences] == [ENGLISH]


@pytest.mark.parametrize(
    ("language", "text", "expected"),
    [
        ("de", "„Wir klagen.“ Er sagte: »Nie!« Dann ging er.", ["„Wir klagen.“", "Er sagte: »Nie!«", "Dann ging er."]),
        ("fr", "« Une honte ! » a dit M. Dupont. « Jamais. » Il partit.", ["« Une honte ! » a dit M. Dupont.", "« Jamais. »", "Il partit."]),
        ("ja", "市長は恥知らずだ。「だめだ。」と言った。", ["市長は恥知らずだ。", "「だめだ。」", "と言った。"]),
        ("ru", "Он сказал: «Да». Потом ушёл.", ["Он сказал: «Да».", "Потом ушёл."]),
        ("de", "Ohne Ende\n\nZweite \ud83d. Dritte", ["Ohne Ende", "Zweite \ud83d.", "Dritte"]),
    ],
)  # fmt: skip
def test_sentences_of_other_languages(language, text, expected):
    assert sentences(text, language) == expected


def test_quotation_marks_of_other_languages_make_quotations(german):
    for text in (
        "„Das ist eine Schande“, sagte Meier.",
        "»Das ist eine Schande«, sagte Meier.",
        "‚Das ist eine Schande‘",
    ):
        words = {word.text: word.others for word in german.words(text)}
        assert words["Schande"] > 0.5, text


def test_furniture_of_german_pages_is_set_aside(german, detector):
    skipped = {piece.text: piece.reason for piece in german.score(ARTICLE).skipped}
    assert skipped == {
        "Von Anna Schmidt": "byline or time stamp",
        "Lesen Sie auch: Der neue Plan": "pointer to other articles",
        "Jetzt Newsletter abonnieren": "newsletter or follow-us line",
    }
    # in an English text it is no such thing
    headline = "Von Trier Wins Prize"
    report = detector.score(f"{headline}\n\n{ENGLISH} {ENGLISH}")
    assert report.sentences[0].text == headline


@pytest.mark.parametrize(
    "line",
    ["Mehr Nachrichten gibt es nicht.", "Von Berlin nach Paris in vier Stunden", "Teilen ist gut", "Werbung für Alkohol verboten", "Von der Leyen tritt zurück"],
)  # fmt: skip
def test_german_lines_that_are_prose_stay(german, line):
    text = ARTICLE.replace("Stadtrat beschließt Haushalt", line)
    assert german.score(text).sentences[0].text == line


def test_the_page_of_a_german_report_has_its_verdict(german, detector):
    report = german.score(ARTICLE)
    assert report.language == "de-AT"
    assert biasdetect.Report.from_dict(json.loads(json.dumps(report.to_dict()))) == report
    page = render_page(report, ARTICLE)
    assert "read as news in German" in page
    assert '<article id="article" aria-label="The article" dir="ltr" lang="de-AT">' in page
    english = render_page(detector.score(ENGLISH), ENGLISH)
    assert "in English" not in english
    assert 'aria-label="The article" dir="ltr">' in english
    assert "No verdict" not in page
    assert "not German" not in page
    assert "reads English" not in page


def test_the_command_the_editor_and_the_server_take_it_for_german(model, german, run_cli, tmp_path):
    (tmp_path / "de.txt").write_text(ARTICLE, encoding="utf-8")
    (tmp_path / "en.txt").write_text(ENGLISH, encoding="utf-8")
    result = run_cli("score", "--model", model, "--format", "jsonl", "de.txt", "en.txt")
    first, second = map(json.loads, result.stdout.decode().splitlines())
    assert not first["warnings"]
    assert "reads German" in second["warnings"][0]
    assert second["foreign_language"] == "en"


def test_assistants_are_told_which_language_it_reads(german, detector):
    pytest.importorskip("mcp", reason="needs the mcp extra")
    from biasdetect.mcp.server import _instructions

    assert "in German news prose" in _instructions(german.folder.config.language)
    assert "in English news prose" in _instructions(detector.folder.config.language)
    assert "wording in news prose" in _instructions("")


def test_its_card_speaks_of_german(model, train_libraries):
    from biasdetect.finetune.export.card import write_card

    write_card(model)
    card = (model / "README.md").read_text(encoding="utf-8")
    assert "- **Language(s) (NLP):** German" in card
    assert "single sentences of German news" in card
    assert "balding" not in card


def test_a_classifier_is_not_said_to_read_english(tmp_path, train_libraries, tiny_texts):
    import torch
    from transformers import AutoModelForSequenceClassification, AutoTokenizer

    from biasdetect.finetune.network.smoke import make_tiny_encoder

    torch.manual_seed(0)
    base = make_tiny_encoder(tmp_path / "encoder", tiny_texts)
    AutoModelForSequenceClassification.from_pretrained(base, num_labels=2).save_pretrained(tmp_path / "classifier")
    AutoTokenizer.from_pretrained(base).save_pretrained(tmp_path / "classifier")
    unknown = biasdetect.load(tmp_path / "classifier")
    assert unknown.score(ARTICLE).warnings == ()
    assert not any(phrase.suggestions for phrase in unknown.score(ARTICLE, threshold=0.0001).phrases)
    (tmp_path / "classifier" / "README.md").write_text("---\nlanguage: de\n---\n", encoding="utf-8")
    told = biasdetect.load(tmp_path / "classifier")
    assert told.score(ARTICLE).warnings == ()
    assert "reads German" in told.score(ENGLISH).warnings[0]


def test_labels_of_another_language_are_no_labels_of_an_english_model(shipped, tmp_path, train_libraries):
    records = [
        {
            "text": f"Der {word} Bürgermeister von Ort {number} sprach am Montag vor dem Rat über den Haushalt.",
            "label": label,
        }
        for number in range(15)
        for word, label in (("schamlose", 1), ("frühere", 0))
    ]
    with pytest.raises(biasdetect.DataError, match=r"look like German, .* Pass --language de"):
        biasdetect.train(records, tmp_path / "mine", model=shipped)
    assert not (tmp_path / "mine").exists()


def test_english_suites_and_sentences_prove_nothing_of_it(german, train_libraries):
    with pytest.raises(biasdetect.DataError, match=r"suite is made of English sentences, .* reads German"):
        biasdetect.evaluate(None, german, suite=True)
    with pytest.raises(biasdetect.DataError, match="suite is made of English sentences"):
        biasdetect.compare(german, german, suite=True)
    labels = [{"text": f"Der {word} Rat von Ort {number} tagt.", "label": label} for number in range(6) for word, label in (("schamlose", 1), ("neue", 0))]  # fmt: skip
    proof = biasdetect.compare(german, german, labels)
    assert len(proof.comparisons) == 1
    assert proof.regressions == ()
