"""The component of spaCy, as a pipeline uses it."""

from __future__ import annotations

import doctest
import importlib
import importlib.util
import pickle
import tomllib

import pytest
from conftest import needs

import biasdetect

ARTICLE = "The shameless mayor left. Nothing else happened on Tuesday, said the so-called expert."


@pytest.fixture(scope="module")
def nlp():
    needs(bool(importlib.util.find_spec("spacy")), "needs spacy: pip install biasdetect[spacy]")
    import spacy

    importlib.import_module("biasdetect.spacy")  # which the entry point does where the package is installed
    nlp = spacy.blank("en")
    nlp.add_pipe("biasdetect", config={"suggest": True, "threads": 1})
    return nlp


def test_phrases_and_sentences_are_spans(nlp, detector):
    doc = nlp(ARTICLE)
    report = detector.score(ARTICLE)
    assert doc._.bias == report.score
    assert doc._.bias_report == report
    spans = doc.spans["biasdetect"]
    assert [(span.text, span.label_) for span in spans] == [(phrase.text, phrase.category) for phrase in report.phrases]
    assert [span._.bias for span in spans] == [phrase.score for phrase in report.phrases]
    assert spans[0]._.bias_phrase == report.phrases[0]
    assert [sentence._.bias for sentence in doc.spans["biasdetect_sentences"]] == [s.score for s in report.sentences]
    assert doc[3:4]._.bias is None
    assert doc[3:4]._.bias_phrase is None


def test_a_phrase_inside_a_token_takes_the_whole_token(nlp):
    import spacy
    from spacy.tokenizer import Tokenizer

    coarse = spacy.blank("en")
    coarse.tokenizer = Tokenizer(coarse.vocab)  # by spaces alone
    coarse.add_pipe("biasdetect", config={"threads": 1})
    doc = coarse("The mayor, shameless, left.")
    span = next(span for span in doc.spans["biasdetect"] if "shameless" in span.text)
    assert span.text.startswith("shameless,")
    assert not span._.bias_phrase.text.endswith(",")
    assert span._.bias == span._.bias_phrase.score


def test_documents_go_through_bytes_and_processes(nlp):
    from spacy.tokens import DocBin

    doc = nlp(ARTICLE)
    (again,) = DocBin().from_bytes(DocBin(store_user_data=True, docs=[doc]).to_bytes()).get_docs(nlp.vocab)
    assert again._.bias_report == doc._.bias_report
    assert [span._.bias for span in again.spans["biasdetect"]] == [span._.bias for span in doc.spans["biasdetect"]]
    assert [doc._.bias for doc in nlp.pipe([ARTICLE, ""], n_process=2)] == [doc._.bias, 0.0]
    component = nlp.get_pipe("biasdetect")
    assert len(pickle.dumps(component)) < 1000
    assert pickle.loads(pickle.dumps(component))(nlp.make_doc(ARTICLE))._.bias == doc._.bias


def test_a_pipeline_on_disk_knows_its_settings(nlp, tmp_path):
    import spacy

    other = spacy.blank("en")
    other.add_pipe("biasdetect", config={"threshold": 0.99, "threads": 1})
    other.to_disk(tmp_path / "pipeline")
    assert not spacy.load(tmp_path / "pipeline")(ARTICLE).spans["biasdetect"]


def test_a_document_that_was_not_scored_says_so(nlp):
    doc = nlp.make_doc(ARTICLE)
    assert (doc._.bias, doc._.bias_report, doc[0:2]._.bias, doc[0:2]._.bias_phrase) == (None, None, None, None)


def test_a_model_that_is_none_is_told_where_the_pipe_is_added(nlp):
    import spacy

    with pytest.raises(biasdetect.ModelError, match="No model"):
        spacy.blank("en").add_pipe("biasdetect", config={"model": "nowhere"})


def test_an_installed_spacy_finds_the_component_by_its_entry_point(nlp, root):
    from spacy.language import Language

    project = tomllib.loads((root / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    module, name = project["entry-points"]["spacy_factories"]["biasdetect"].split(":")
    factory = getattr(importlib.import_module(module), name)
    assert Language.get_factory_meta("biasdetect").factory == "biasdetect"
    assert callable(factory)


def test_without_spacy_the_extra_is_named(run_cli):
    import subprocess
    import sys

    code = "import sys; sys.modules['spacy'] = None; import biasdetect.spacy"
    process = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert 'pip install "biasdetect[spacy]"' in process.stderr


def test_the_examples_on_the_page_run(nlp, train_extra, root):
    page = root / "docs" / "integrate" / "libraries.md"
    result = doctest.testfile(str(page), module_relative=False, optionflags=doctest.NORMALIZE_WHITESPACE)
    assert result.attempted > 8
    assert result.failed == 0
