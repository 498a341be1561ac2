"""``biasdetect labels`` as a user runs it, and every command of docs/annotate/labels.md with its output."""

import csv
import importlib.util
import json
import re
import shutil

import click
import pytest
from click.testing import CliRunner
from conftest import ROOT, needs

from biasdetect.commands.labels import labels

TEXT = "The shameless mayor of Ostrava Dolni left before the vote."
PLAIN = "The council voted 14 to 9 to close the swimming pool in May."


@click.group()
def cli():
    """A group of its own, so that this file needs nothing of the others."""


cli.add_command(labels)


@pytest.fixture
def run(tmp_path, monkeypatch):
    """Run a command in a folder in which the examples lie."""
    shutil.copytree(ROOT / "examples", tmp_path / "examples")
    monkeypatch.chdir(tmp_path)

    def run(*arguments):
        result = CliRunner().invoke(cli, ["labels", *map(str, arguments)], standalone_mode=False)
        code = result.return_value
        if isinstance(result.exception, click.ClickException):
            code = result.exception.exit_code
        elif result.exception:
            raise result.exception
        return code, result.stdout, result.stderr

    return run


@pytest.fixture
def table(tmp_path):
    def table(name, *rows):
        with (tmp_path / name).open("w", newline="", encoding="utf-8") as file:
            csv.writer(file).writerows([("text", "label"), *rows])
        return name

    return table


@pytest.mark.parametrize(
    "example",
    ["votes.csv", "graded.tsv", "corpus.jsonl", "label-studio.json", "label-studio-min.json", "doccano.jsonl", "prodigy.jsonl", "brat"],
)  # fmt: skip
def test_every_example_is_clean_and_exports_to_every_form(run, example):
    code, out, _ = run("check", f"examples/labels/{example}", "--format", "json")
    result = json.loads(out)
    assert (code, result["problems"]) == (0, [])
    assert result["records"] in (4, 6)
    for form, name in (("jsonl", "a.jsonl"), ("csv", "a.csv"), ("label-studio", "a.json"), ("doccano", "b.jsonl")):
        code, _, err = run("export", f"examples/labels/{example}", "--to", form, "--out", name)
        assert code == 0, err
        again = json.loads(run("check", name, "--format", "json")[1])
        assert (again["problems"], again["records"]) == ([], result["records"])


def test_problems_are_told_and_nothing_is_written(run, table, tmp_path):
    name = table("a.csv", (TEXT, "1"), (PLAIN, "0"), ("A third sentence.", "perhaps"), ("", "1"))
    code, out, _ = run("check", name)
    assert code == 3
    assert "a.csv, line 4, column label" in out
    assert "a.csv, line 5, column text" in out
    code, _, err = run("export", name, "--to", "jsonl", "--out", "out.jsonl")
    assert code == 3
    assert "Nothing is written" in err
    assert not (tmp_path / "out.jsonl").exists()


def test_bad_rows_are_set_aside_and_the_good_ones_go_on(run, table, tmp_path):
    name = table("a.csv", (TEXT, "1"), (PLAIN, "0"), ("A third sentence.", "perhaps"))
    code, _, err = run("export", name, "--to", "jsonl", "--out", "out.jsonl", "--skip-bad", "bad.jsonl")
    assert code == 3
    assert "1 rejected row written to bad.jsonl" in err
    assert len((tmp_path / "out.jsonl").read_text().splitlines()) == 2
    (rejected,) = map(json.loads, (tmp_path / "bad.jsonl").read_text().splitlines())
    assert (rejected["line"], rejected["row"]["label"]) == (4, "perhaps")
    assert "known label" in rejected["reasons"][0]


def test_own_names_and_columns(run, table):
    name = table("a.csv", (TEXT, "slanted"), (PLAIN, "sober"))
    assert run("check", name)[0] == 3
    assert run("check", name, "--map", "slanted=biased", "--map", "sober=0", "--text-column", "text")[0] == 0


def test_one_message_stands_for_many_rows(run, tmp_path):
    rows = "".join(json.dumps({"text": {"number": number}, "label": 1}) + "\n" for number in range(2000))
    (tmp_path / "a.jsonl").write_text(rows)
    code, out, _ = run("check", "a.jsonl")
    assert code == 3
    assert "1,992 more" in out
    assert len(out.splitlines()) < 15


def test_what_a_terminal_would_obey_is_not_printed(run, tmp_path):
    (tmp_path / "a.csv").write_text('text,label,"x\x1b[31m"\nA bar,"\x1b[2J",1\n')
    _, out, _ = run("check", "a.csv")
    assert "\x1b" not in out


@pytest.mark.parametrize(
    "arguments",
    [
        ("check",),
        ("check", "a.csv", "--map", "slanted=nonsense"),
        ("check", "a.csv", "--map", "slanted"),
        ("check", "a.csv", "--scale", "5..1"),
        ("check", "a.csv", "--skip-bad", "a.csv"),
        ("export", "a.csv", "--to", "jsonl", "--out", "a.csv"),
        ("export", "a.csv", "--to", "jsonl", "--out", "no/such/folder.jsonl"),
        ("export", "a.csv", "--to", "jsonl", "--out", "b.jsonl", "--skip-bad", "b.jsonl"),
        ("export", "a.csv", "--to", "word", "--out", "b.doc"),
    ],
)
def test_wrong_usage(run, table, tmp_path, arguments):
    table("a.csv", (TEXT, "1"), (PLAIN, "0"))
    before = (tmp_path / "a.csv").read_bytes()
    assert run(*arguments)[0] == 2
    assert (tmp_path / "a.csv").read_bytes() == before


def test_votes_and_agreement(run):
    needs(bool(importlib.util.find_spec("krippendorff")), "needs krippendorff: pip install biasdetect[train]")
    code, out, _ = run("check", "examples/labels/votes.csv", "--format", "json")
    agreement = json.loads(out)["agreement"]["labels"]
    assert (code, agreement["units"], agreement["votes"], agreement["level"]) == (0, 6, 16, "nominal")
    assert agreement["alpha"] == pytest.approx(0.30, abs=0.005)
    words = json.loads(run("check", "examples/labels/label-studio.json", "--format", "json")[1])["agreement"]["words"]
    assert -1 < words["alpha"] < 1


def test_votes_are_decided_for_readers_of_whole_labels(run, tmp_path):
    assert run("export", "examples/labels/votes.csv", "--to", "jsonl", "--out", "a.jsonl", "--decide")[0] == 0
    lines = [json.loads(line) for line in (tmp_path / "a.jsonl").read_text().splitlines()]
    assert [line["label"] for line in lines] == [1, 0, 1, 0, 1, None]
    assert lines[2]["votes"] == [1, 1, 0]


def test_without_the_library_of_agreement_the_check_goes_on(run, monkeypatch):
    monkeypatch.setitem(__import__("sys").modules, "krippendorff", None)
    code, out, _ = run("check", "examples/labels/votes.csv")
    assert code == 0
    assert "Agreement was not computed" in out
    assert "pip install" in out


def _documented():
    pages = ((ROOT / "docs" / "annotate" / name).read_text(encoding="utf-8") for name in ("labels.md", "categories.md"))
    for block in (block for page in pages for block in re.findall(r"```\n(\$ .*?)```", page, re.DOTALL)):
        yield from re.findall(r"^\$ biasdetect labels (.*)\n((?:(?!\$ ).*\n)*)", block, re.MULTILINE)


def test_the_pages_show_what_the_commands_print(run):
    documented = list(_documented())
    assert len(documented) >= 7
    needs(bool(importlib.util.find_spec("krippendorff")), "needs krippendorff: pip install biasdetect[train]")
    for command, shown in documented:
        _, out, err = run(*command.split())
        assert (err + out).strip() == shown.strip(), command
