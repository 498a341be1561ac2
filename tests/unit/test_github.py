"""Annotations of GitHub Actions."""

import re
from dataclasses import replace
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
from biasdetect.findings.markdown import ROWS, code, summary
from biasdetect.findings.review import MOST, Review


def found(source, *wordings, name="drafts/a.txt", **options):
    return list(find_findings(report(source, *wordings, name=name, **options), document(source, name), Path.cwd()))


def parsed(text):
    """A command as the runner reads it."""
    command, message = re.fullmatch(r"::(\w+ [^:]*)::(.*)", text).groups()
    name, listed = command.split(" ", 1)

    def plain(value):
        for escape, char in (("%3A", ":"), ("%2C", ","), ("%0D", "\r"), ("%0A", "\n"), ("%25", "%")):
            value = value.replace(escape, char)
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
    assert properties == {**place, "title": "opinion, strong 0.90"}
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
    suggestions = (
        Suggestion("", 4, 9, "", "deletion", 0.9, 0.1, "safe"),
        Suggestion("poor", 4, 8, "poor", "word", 0.9, 0.2),
    )
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


# --- the summary of a step


def test_a_summary_says_what_to_change_before_anything_else():
    out = Suggestion("", 4, 9, "", "deletion", 0.9, 0.1, "safe")
    findings = [
        *found("The sad plan.", "sad", score=0.4),
        *found("First.\nThe vile plan.", "vile", name="b.txt", suggestions=(out,)),
    ]
    lines = summary(
        findings, [("c.txt", "It is short.")], [InputError("d.txt: no such file.")], 3, "Not shown: 1 finding."
    )
    told = [line for line in lines.splitlines() if line]
    assert told[1] == "**Two phrases to change** in 3 documents; the worst is `vile` (`b.txt:2`): leave it out."
    assert told[4].startswith("| `b.txt:2` | `vile` | leave it out | why | strong 0.90 |")
    assert told[5].startswith("| `drafts/a.txt:1` | `sad` |")
    assert told[-3:] == ["`c.txt`: It is short.", "Unreadable: `d.txt: no such file.`", "Not shown: 1 finding."]
    assert "Nothing to change in 1 document." in summary([], [], [], 1)
    many = summary(found("\n".join(["The vile plan."] * (ROWS + 2)), "vile"), [], [], 1)
    assert many.index("<summary>45 further phrases</summary>") > many.index("| `vile` |")
    assert many.count("| `vile` |") == ROWS
    assert "2 more" in many


def test_what_is_not_strong_is_a_notice():
    (shown, _) = commands(found("The vile plan.", "vile", score=0.6), [], [], 1)
    name, properties, _ = parsed(shown)
    assert (name, properties["title"]) == ("notice", "opinion, medium 0.60")


def spans_of_code(text):
    """The code spans of Markdown, and what is left outside of them."""
    inside, outside = [], ""
    while text:
        fence = re.search("`+", text)
        if fence is None:
            return inside, outside + text
        end = re.search(f"(?<!`){fence[0]}(?!`)", text[fence.end() :])
        assert end, "a fence that nothing closes"
        outside += text[: fence.start()]
        inside.append(text[fence.end() : fence.end() + end.start()])
        text = text[fence.end() + end.end() :]
    return inside, outside


@settings(max_examples=100)
@given(hostile)
def test_words_of_others_are_code_whatever_is_in_them(words):
    inside, outside = spans_of_code(code(words))
    assert len(inside) == 1
    assert outside == ""
    assert "\n" not in inside[0]


@settings(max_examples=100)
@given(st.lists(hostile.filter(lambda word: "\n" not in word), max_size=3), hostile, names)
def test_nothing_in_a_text_or_a_name_is_markup_of_a_summary(words, message, name):
    findings = found("\n".join(["The plan", *words]), "plan", *words, name=name)
    text = summary(findings, [], [InputError(f"{name}: {message}")], 1)
    rows = [line for line in text.splitlines() if line.startswith("| `")]
    assert len(rows) == len(findings)
    for row in rows:
        assert len(re.findall(r"(?<!\\)\|", row)) == 6
    _, outside = spans_of_code(text)
    outside = re.sub(r"</?(?:details|summary)>", "", outside)
    assert not re.search(r"[<@\[]", outside)


# --- a review with suggestions


def reviewed(source, *wordings, name="drafts/a.md", **options):
    review = Review()
    review.add(document(source, name), found(source, *wordings, name=name, **options))
    return review.finish()


def committed(source, comment):
    """The file as GitHub has it once a suggestion is committed."""
    lines = source.split("\n")
    fence = re.search(r"^(`{3,})suggestion\n", comment["body"], re.MULTILINE)
    block = comment["body"][fence.end() :].split(f"{fence[1]}\n<!--")[0]
    lines[comment.get("start_line", comment["line"]) - 1 : comment["line"]] = block.split("\n")[:-1]
    return "\n".join(lines)


def test_a_suggestion_replaces_whole_lines():
    source = "First.\n\nThe 🙂 vile plan.\nLast."
    start = source.index("vile")
    edit = Suggestion("", start, start + 5, "", "deletion", 0.9, 0.1, "safe")
    (comment,) = reviewed(source, "vile", suggestions=(edit,))["comments"]
    assert (comment["path"], comment["line"], comment["side"]) == ("drafts/a.md", 3, "RIGHT")
    assert "start_line" not in comment
    assert comment["body"].startswith("- `vile` (`opinion` 0.90): why. Instead: leave it out (0.90 → 0.10).")
    assert committed(source, comment) == "First.\n\nThe 🙂 plan.\nLast."
    (comment,) = reviewed(source, "vile", suggestions=(replace(edit, grade="check"),))["comments"]
    assert "Instead: leave it out, check the meaning (0.90 → 0.10)." in comment["body"]


def test_an_edit_over_a_line_break_replaces_both_lines_and_a_fence_is_longer_than_any_in_them():
    source = "```` The vile\nplan. ````"
    start = source.index("vile")
    edit = Suggestion("", start, start + 5, "", "deletion", 0.9, 0.1)
    (comment,) = reviewed(source, "vile", suggestions=(edit,))["comments"]
    assert committed(source, comment) == "```` The plan. ````"
    assert "`````suggestion" in comment["body"]


def test_what_is_no_file_of_the_repository_and_what_has_no_suggestion_is_no_comment():
    edit = Suggestion("", 4, 9, "", "deletion", 0.9, 0.1)
    assert reviewed("The vile plan.", "vile")["comments"] == []
    assert reviewed("The vile plan.", "vile", name="https://example.org/a", suggestions=(edit,))["comments"] == []
    review = Review()
    for number in range(MOST + 2):
        findings = found("The vile plan.", "vile", name=f"{number}.md", score=number / 100, suggestions=(edit,))
        review.add(document("The vile plan.", f"{number}.md"), findings)
    made = review.finish()
    assert made["comments"][0]["path"] == f"{MOST + 1}.md"
    assert len(made["comments"]) == MOST
    assert "2 more" in made["body"]
