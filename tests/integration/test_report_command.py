"""``biasdetect report`` from the command line: what it prints and writes, and how it ends."""

import csv
import importlib.util
import json
import re
import sys
from html.parser import HTMLParser
from types import SimpleNamespace

import pytest
from conftest import needs
from scored_files import article, rows_of, sentence, write

from biasdetect.commands import main as entry

HOSTILE = "<script>alert(1)</script> & \x1b[31m \u202e $\\foo$ #010203"


@pytest.fixture(autouse=True)
def corpus_extra():
    missing = [name for name in ("pyarrow", "matplotlib") if not importlib.util.find_spec(name)]
    needs(not missing, f'needs the corpus extra ({", ".join(missing)} missing): pip install ".[dev]"')


def corpus(outlets=("Vale Herald", "Moor Echo"), months=(1, 2, 4), articles=6):
    return [
        article(
            f"{outlet} {month} {number}",
            sentence(0.7, "so-called plan", f"phrase {number}"),
            *[sentence(0.1, *["grim"] * (number % 2)) for _ in range(place + 1)],
            outlet=outlet,
            date=f"2031-{month:02}-{number + 1:02}",
        )
        for place, outlet in enumerate(outlets)
        for month in months
        for number in range(articles)
    ]


@pytest.fixture
def run(tmp_path, monkeypatch, capfdbinary):
    """The command by the entry point's own way with errors, in a folder with a scored corpus."""
    monkeypatch.setenv("COLUMNS", "80")
    monkeypatch.chdir(tmp_path)
    write(tmp_path / "scored.parquet", rows_of(corpus(), "sentences"))

    def run(*arguments):
        monkeypatch.setattr(sys, "argv", ["biasdetect", "report", *map(str, arguments)])
        with pytest.raises(SystemExit) as end:
            entry.main()
        out, err = capfdbinary.readouterr()
        return SimpleNamespace(returncode=int(end.value.code), stdout=out.decode(), stderr=err.decode())

    return run


class Page(HTMLParser):
    """Tags, what they ask for from elsewhere, and the tables' cells."""

    def __init__(self, text):
        super().__init__()
        self.tags, self.asked, self.text = [], [], []
        self.feed(text)

    def handle_starttag(self, tag, attributes):
        self.tags.append(tag)
        self.asked += [value for name, value in attributes if name in ("src", "href", "xlink:href", "srcset", "data")]

    def handle_data(self, data):
        self.text.append(data)


def test_tables_fit_80_columns(run):
    result = run("scored.parquet", "--by", "outlet,month", "--min-articles", "3")
    assert result.returncode == 0, result.stderr
    assert max(map(len, result.stdout.splitlines())) <= 80
    lines = result.stdout.splitlines()
    first = next(line for line in lines if line.startswith("Moor Echo,"))
    assert first.split() == ["Moor", "Echo,", "6", "18", "66.7", "0.300", "100.0"]
    assert re.fullmatch(
        r"2031-01\s+\d+\.\d–\d+\.\d\s+0\.\d{3}–0\.\d{3}\s+\d+\.\d–\d+\.\d\s*", lines[lines.index(first) + 1]
    )
    assert "so-called plan 6/6; grim 6/3" in result.stdout
    assert "phrase 1" not in result.stdout  # stands in one article of a cell


def test_without_by_there_is_one_line_and_few_articles_are_told(run):
    result = run("scored.parquet", "--min-articles", "37")
    assert result.returncode == 0
    assert re.search(r"everything\s+36\s+90\s+too few", result.stdout)
    assert "1 cell with fewer than 37 different articles: too few" in " ".join(result.stdout.split())


def test_json_and_csv_have_everything(run, tmp_path):
    result = run(
        "scored.parquet", "--by", "outlet,month", "--min-articles", 1, "--format", "json", "--csv", "cells.csv"
    )
    assert result.returncode == 0, result.stderr
    data = json.loads(result.stdout)
    assert data["model"] == "tiny@0123"
    assert data["intervals"]["clustered_by"] == "article"
    assert data["cells"][0]["cell"] == {"outlet": "Moor Echo", "month": "2031-01"}
    with (tmp_path / "cells.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert len(rows) == len(data["cells"]) == 6
    for row, cell in zip(rows, data["cells"], strict=True):
        assert {"outlet": row["outlet"], "month": row["month"]} == cell["cell"]
        assert float(row["flagged_low"]) == pytest.approx(cell["figures"]["flagged"]["low"], abs=1e-6)
        assert json.loads(row["phrases_most_used"]) == cell["phrases"]
        assert row["too_few"] == "false"


def test_no_name_in_the_csv_is_a_formula(run, tmp_path):
    outlets = ("=1+1", "+cmd|x", "-x", "@SUM(1)", "-5", "+1.5", "Vale = Herald")
    write(tmp_path / "scored.parquet", rows_of(corpus(outlets, (1,), 2), "sentences"))
    assert run("scored.parquet", "--by", "outlet", "--min-articles", 1, "--csv", "cells.csv").returncode == 0
    with (tmp_path / "cells.csv").open(encoding="utf-8", newline="") as file:
        found = {row["outlet"] for row in csv.DictReader(file)}
    assert found == {"'=1+1", "'+cmd|x", "'-x", "'@SUM(1)", "-5", "+1.5", "Vale = Herald"}


def test_the_answer_is_the_same_each_time(run, tmp_path):
    for name in ("1", "2"):
        assert run("scored.parquet", "--by", "month", "--min-articles", 1, "--html", f"{name}.html").returncode == 0
    assert (tmp_path / "1.html").read_bytes() == (tmp_path / "2.html").read_bytes()


def test_cells_are_sorted_by_a_figure(run):
    arguments = ["scored.parquet", "--by", "outlet", "--min-articles", 1, "--format", "json"]
    names = [
        [cell["cell"]["outlet"] for cell in json.loads(run(*arguments, *more).stdout)["cells"]]
        for more in ([], ["--sort", "flagged"], ["--sort", "sentences"])
    ]
    assert names == [["Moor Echo", "Vale Herald"], ["Vale Herald", "Moor Echo"], ["Moor Echo", "Vale Herald"]]


@pytest.mark.parametrize("by", ["outlet", "outlet,month", "week", "outlet,year,day", ""])
def test_the_page_needs_nothing_and_its_picture_has_the_page_s_colours(run, tmp_path, by):
    result = run("scored.parquet", "--by", by, "--min-articles", 1, "--html", "page.html")
    assert result.returncode == 0, result.stderr
    text = (tmp_path / "page.html").read_text(encoding="utf-8")
    page = Page(text)
    assert all(place.startswith("#") for place in page.asked)
    assert not {"script", "link", "img", "iframe"} & set(page.tags)
    assert not re.findall(r"url\((?!#)", text)
    assert page.tags.count("caption") == page.tags.count("table") == (2 if "day" in by else 3)  # no phrase twice a day
    assert page.tags.count("svg") == 1
    assert "text" in page.tags  # letters, not their outlines
    assert not re.search(r"#(000000|ffffff)", text)
    assert 'scope="row"' in text and 'scope="col"' in text
    assert "What they do not mean" in text


def test_nothing_of_the_data_becomes_markup_or_moves_the_terminal(run, tmp_path):
    one = [article(str(n), sentence(0.5, HOSTILE), **{"outlet": HOSTILE, HOSTILE: HOSTILE}) for n in range(3)]
    write(tmp_path / "hostile.jsonl", rows_of(one, "articles"))
    for by in ("outlet", HOSTILE):
        result = run("hostile.jsonl", "--by", by, "--min-articles", 1, "--html", "page.html", "--csv", "cells.csv")
        assert result.returncode == 0, result.stderr
        assert "\x1b" not in result.stdout and "\u202e" not in result.stdout
        text = (tmp_path / "page.html").read_text(encoding="utf-8")
        page = Page(text)
        assert "script" not in page.tags
        assert "<script>alert(1)</script> &" in "".join(page.text)
        assert "\x1b" not in text and "\u202e" not in text
        assert "<script>alert(1)</script>" in (tmp_path / "cells.csv").read_text(encoding="utf-8")


def test_of_many_cells_a_part_is_shown_and_the_csv_has_all(run, tmp_path):
    many = [article(str(n), sentence(0.5, "grim"), place=f"place {n}") for n in range(10_000)]
    write(tmp_path / "many.parquet", rows_of(many, "articles"))
    result = run("many.parquet", "--by", "place", "--html", "page.html", "--csv", "cells.csv")
    assert result.returncode == 0, result.stderr
    assert "Shown are 40 of 10000 cells; --csv FILE has all." in result.stdout
    assert "The tables show 500 of 10000 cells" in (tmp_path / "page.html").read_text(encoding="utf-8")
    with (tmp_path / "cells.csv").open(encoding="utf-8", newline="") as file:
        assert [row["place"] for row in csv.DictReader(file)] == [f"place {n}" for n in range(10_000)]


def test_a_column_with_the_name_of_a_figure_keeps_apart_from_it(run, tmp_path):
    one = article("1", sentence(0.5), articles="x")
    write(tmp_path / "clash.csv", rows_of([one], "articles"))
    assert run("clash.csv", "--by", "articles", "--csv", "cells.csv").returncode == 0
    assert (tmp_path / "cells.csv").read_text().startswith("by_articles,articles,")


@pytest.mark.parametrize(
    ("arguments", "code", "message"),
    [
        ([], 2, "Missing argument"),
        (["scored.parquet", "--by", "outlets"], 2, "Did you mean 'outlet'?"),
        (["scored.parquet", "--by", "month", "--date-column", "dat"], 2, "Did you mean 'date'?"),
        (["scored.parquet", "--min-articles", "0"], 2, "--min-articles"),
        (["scored.parquet", "--html", "no/such/page.html"], 2, "there is no folder"),
        (["scored.parquet", "--csv", "./scored.parquet"], 2, "is what is to be read"),
        (["absent.parquet"], 3, "No file absent.parquet"),
        (["scored.parquet", "scored.parquet"], 3, "more than once"),
    ],
)
def test_what_goes_wrong_is_told_with_the_exit_code_of_its_kind(run, arguments, code, message):
    result = run(*arguments)
    assert result.returncode == code
    assert message in " ".join(result.stderr.split())
    assert result.stdout == ""


def test_undated_articles_and_reprints_are_told(run, tmp_path):
    odd = [article("odd", sentence(), date="soon"), article("again", reprint_of="odd", date="2031-05-01")]
    write(tmp_path / "odd.csv.gz", rows_of(odd, "sentences"))
    told = " ".join(run("odd.csv.gz", "--by", "month").stdout.split())
    assert "1 article without a date that can be read in the column date: they stand under unknown." in told
    assert "1 reprint left out" in told
    assert "1 reprint counted" in " ".join(run("odd.csv.gz", "--reprints", "count").stdout.split())


def test_a_missing_extra_is_named(run, monkeypatch):
    monkeypatch.setitem(sys.modules, "pyarrow", None)
    result = run("scored.parquet")
    assert result.returncode == 4
    assert 'pip install "biasdetect[corpus]"' in result.stderr
