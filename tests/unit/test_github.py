"""Annotations of GitHub Actions."""

import re
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from test_sarif import document, hostile, report

from biasdetect import Suggestion
from biasdetect.errors import InputError
from biasdetect.findings.concise import line
from biasdetect.findings.finding import find_findings
from biasdetect.findings.github import commands


def found(source, *wordings, name="drafts/a.txt", **options):
    return list(find_findings(report(source, *wordings, name=name, **options), document(source, name), Path.cwd()))


def parsed(text):
    """A command as the runner reads it."""
    command, message = re.fullmatch(r"::(\w+ [^:]*)::(.*)", text).groups()
    name, listed = command.split(" ", 1)

    def plain(value):
        for code, char in (("%3A", ":"), ("%2C", ","), ("%0D", "\r"), ("%0A", "\n"), ("%25", "%")):
            value = value.replace(code, char)
        return value

    return (
        name,
        {key: plain(value) for key, value in (part.split("=", 1) for part in listed.split(","))},
        plain(message),
    )


def test_a_finding_is_a_warning_where_it_stands():
    *shown, summary = commands(found("First.\nThe 🙂 vile plan.", "vile"), [], [], 1)
    (name, properties, message) = parsed(shown[0])
    assert name == "warning"
    place = {"file": "drafts/a.txt", "line": "2", "endLine": "2", "col": "8", "endColumn": "12"}
    assert properties == {**place, "title": "opinion 0.90"}
    assert message == "“vile”: why"
    assert summary == "biasdetect: 1 finding in 1 document."


def test_the_highest_scores_are_shown_and_the_rest_is_told():
    findings = [*found("The vile plan.", "vile", score=0.1), *found("\n".join(["The vile plan."] * 12), "vile")]
    *shown, summary = commands(findings, [], [], 2, "Not shown: 3 findings in the baseline.")
    assert [parsed(text)[1]["line"] for text in shown] == [str(number) for number in range(1, 11)]
    assert "3 more" in summary
    assert summary.endswith("Not shown: 3 findings in the baseline.")


def test_what_cannot_be_read_and_what_is_doubtful_is_told_up_to_ten_times():
    failures = [InputError(f"{number}.txt: no such file.") for number in range(11)]
    warnings = [(f"{number}.txt", "It is short.") for number in range(11)]
    *shown, summary = commands([], warnings, failures, 0)
    assert sum(text.startswith("::error title=Unreadable::") for text in shown) == 10
    assert sum(text.startswith("::notice file=") for text in shown) == 10
    assert summary == "biasdetect: 0 findings in 0 documents. 11 inputs could not be read."


@pytest.mark.parametrize("name", ["-", "https://example.org/a"])
def test_what_is_no_file_of_the_repository_is_named_in_the_message(name):
    _, properties, message = parsed(commands(found("The vile plan.", "vile", name=name), [], [], 1)[0])
    assert properties.keys() == {"title"}
    assert message == f"{name}: “vile”: why"


def test_the_first_suggestion_is_told():
    suggestions = Suggestion("", 4, 9, "", "deletion", 0.9, 0.1), Suggestion("poor", 4, 8, "poor", "word", 0.9, 0.2)
    _, _, message = parsed(commands(found("The vile plan.", "vile", suggestions=suggestions), [], [], 1)[0])
    assert message == "“vile”: why. Instead: leave it out."


def test_several_lines_have_no_columns():
    source = "The vile\nplan."
    made = report("The vile plan.", "vile plan")
    (finding,) = find_findings(made, document(source), Path.cwd())
    _, properties, _ = parsed(commands([finding], [], [], 1)[0])
    assert properties.keys() == {"file", "line", "endLine", "title"}


names = st.text(min_size=1, max_size=12).map(lambda name: f"d/{name}") | st.sampled_from(
    ["a,title=x::y.txt", "a\n::error::x.txt", "a%0A::stop-commands::x.txt", "##[add-mask]x.txt"]
)


@settings(max_examples=100)
@given(st.lists(hostile.filter(lambda word: "\n" not in word), max_size=3), hostile, names)
def test_nothing_in_a_text_or_a_name_is_another_command(words, message, name):
    findings = found("\n".join(["The plan", *words]), "plan", *words, name=name)
    warnings, failures = [(name, message)], [InputError(f"{name}: {message}")]
    for text in commands(findings, warnings, failures, 1):
        assert "\n" not in text
        assert "\r" not in text
        if text.startswith("biasdetect: "):
            assert "##[" not in text
            continue
        kind, properties, _ = parsed(text)
        assert kind in ("warning", "error", "notice")
        assert properties.keys() <= {"file", "line", "endLine", "col", "endColumn", "title"}
        if "file" in properties:
            assert Path(properties["file"]).name == Path(name).name


@given(st.lists(hostile.filter(lambda word: "\n" not in word), max_size=3), names)
def test_a_concise_finding_is_one_line(words, name):
    for finding in found("\n".join(["The plan", *words]), "plan", *words, name=name):
        assert line(finding).isprintable()
