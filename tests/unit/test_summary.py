"""A scored corpus summed up: figures against the hand, what may not change them, intervals, what is refused."""

import datetime
import math
import random
import tempfile
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scored_files import SETTINGS, article, rows_of, sentence, write

pytest.importorskip("pyarrow", reason='needs the corpus extra: pip install ".[dev]"')

from biasdetect.corpus_report import scored_rows as summary_rows
from biasdetect.corpus_report.grouping import cut, resolve
from biasdetect.corpus_report.scored_rows import open_scored
from biasdetect.corpus_report.summary import Frequent, summarise
from biasdetect.corpus_report.tables import notes
from biasdetect.errors import DataError

FORMS = (".parquet", ".csv", ".jsonl", ".csv.gz", ".jsonl.gz")

CORPUS = [
    article(
        "a",
        sentence(0.8, "so-called  Plan", ("vile", "labeling", "quote"), words=12),
        sentence(0.2, words=8),
        sentence(0.9, ("sham", "doubt", "quote"), voice="quote", words=20),
        outlet="Vale Herald",
        date="2031-01-31",
    ),
    article(
        "b",
        sentence(0.4, ("So-Called plan", "doubt", "scare-quote"), "grand", words=10),
        outlet="Vale Herald",
        date="2031-02-01",
    ),
    article("c", sentence(0.1, ("vile", "labeling", "attributed"), words=50), outlet="Moor Echo", date="2031-02-01"),
    article("d", reprint_of="a", outlet="Moor Echo", date="2031-02-02"),
    article("e", outlet="Moor Echo", date="soon"),
]


def summed(*paths, by=(), date_column=None, **options):
    sources = [open_scored(Path(path)) for path in paths]
    return summarise(sources, resolve(by, sources, date_column), **{"min_articles": 1, **options})


def values(cell):
    return {rate.name: rate.value for rate in cell.rates}


def alike(summary):
    """What is left when figures are as exact as an article's rounded score."""
    cells = summary.to_dict()["cells"]
    for cell in cells:
        for ends in cell["figures"].values():
            ends.update(
                {name: value if value is None else pytest.approx(value, abs=2e-4) for name, value in ends.items()}
            )
    return cells


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("kind", ["articles", "sentences"])
def test_figures_are_those_of_a_hand_calculation(tmp_path, kind, form):
    summary = summed(write(tmp_path / f"scored{form}", rows_of(CORPUS, kind)), by=["outlet"])
    echo, herald = summary.cells
    assert (echo.key, echo.articles, echo.reprints, echo.sentences, echo.words) == (("Moor Echo",), 2, 1, 1, 50)
    assert (herald.key, herald.articles, herald.sentences, herald.words) == (("Vale Herald",), 2, 3, 50)
    assert values(echo) == pytest.approx(dict.fromkeys(values(echo), 0) | {"score": 0.1})
    assert values(herald) == pytest.approx(
        dict.fromkeys(values(herald), 0)
        | {"flagged": 2 / 3, "score": (0.8 + 0.2 + 0.4) / 3, "phrases": 60, "opinion": 40, "doubt": 20}
    )
    assert herald.phrases == (Frequent("so-called plan", 2, 2),)  # "grand" stands in one article alone
    assert echo.phrases == ()


@pytest.mark.parametrize("kind", ["articles", "sentences"])
def test_reprints_are_counted_with_the_figures_of_the_first(tmp_path, kind):
    lost = article("f", reprint_of="elsewhere", outlet="Moor Echo", date="2031-02-02")
    path = write(tmp_path / "scored.parquet", rows_of([*CORPUS, lost], kind))
    summary = summed(path, by=["outlet"], reprints="count")
    echo = summary.cells[0]
    assert (echo.articles, echo.reprints, echo.sentences, echo.words, summary.lost) == (3, 2, 3, 90, 1)
    assert values(echo)["flagged"] == pytest.approx(1 / 3)
    assert values(echo)["phrases"] == pytest.approx(1000 / 90)


def test_an_article_and_its_reprint_in_a_cell_are_no_two_witnesses(tmp_path):
    plain = [article(str(n), sentence(0.1, *["grim"] * (n % 3 == 0)), outlet="x") for n in range(30)]
    copies = [article(f"copy {n}", reprint_of=str(n), outlet="x") for n in range(30)]
    path = write(tmp_path / "scored.parquet", rows_of([*plain, *copies], "articles"))
    once, twice = (summed(path, reprints=reprints).cells[0] for reprints in ("leave", "count"))
    assert twice.articles == 2 * once.articles == 60
    assert twice.rate("flagged") == once.rate("flagged")
    assert summed(path, reprints="count", min_articles=31).cells[0].too_few


def test_counted_quotations_move_the_mean_score_to_all_sentences(tmp_path):
    path = write(tmp_path / "s.jsonl", rows_of(CORPUS[:1], "sentences", settings={**SETTINGS, "quotes": "count"}))
    assert summed(path).cells[0].rate("score").value == pytest.approx((0.8 + 0.2 + 0.9) / 3)


def test_a_cell_without_sentences_of_the_outlet_has_undefined_rates(tmp_path):
    quoted = [article(str(n), sentence(0.9, voice="quote", words=0)) for n in range(3)]
    (cell,) = summed(write(tmp_path / "s.csv", rows_of(quoted, "sentences"))).cells
    assert not cell.too_few
    assert all(math.isnan(rate.value) and math.isnan(rate.low) for rate in cell.rates)


def test_cells_with_too_few_articles_are_there_without_figures(tmp_path):
    summary = summed(write(tmp_path / "s.parquet", rows_of(CORPUS, "articles")), by=["outlet", "month"], min_articles=2)
    assert [cell.key for cell in summary.cells] == [
        ("Moor Echo", "2031-02"),
        ("Moor Echo", "unknown"),
        ("Vale Herald", "2031-01"),
        ("Vale Herald", "2031-02"),
    ]
    assert all(cell.too_few and not cell.phrases for cell in summary.cells)
    assert [cell.articles for cell in summary.cells] == [1, 1, 1, 1]
    assert summary.undated == 1


TEXTS = st.sampled_from(["Grim", "grim", "a  sham", "vast"])
PHRASES = st.tuples(
    TEXTS,
    st.sampled_from(["opinion", "doubt", "exaggeration", ""]),
    st.sampled_from(["outlet", "scare-quote", "quote", "attributed"]),
)
SENTENCES = st.builds(
    lambda score, phrases, voice, words: sentence(score / 10_000, *phrases, voice=voice, words=words),
    st.integers(0, 10_000),
    st.lists(PHRASES, max_size=3),
    st.sampled_from(["outlet", "quote"]),
    st.integers(0, 40),
)
ARTICLES = st.lists(
    st.tuples(st.lists(SENTENCES, max_size=4), st.sampled_from(["Vale Herald", "Moor Echo", ""]), st.booleans()),
    min_size=1,
    max_size=7,
).map(
    lambda drawn: [
        article(f"n{number}", reprint_of="n0", outlet=outlet)
        if again and number
        else article(f"n{number}", *sentences, outlet=outlet)
        for number, (sentences, outlet, again) in enumerate(drawn)
    ]
)


@settings(max_examples=25, deadline=None)
@given(
    corpus=ARTICLES, seed=st.integers(0, 99), form=st.sampled_from(FORMS), reprints=st.sampled_from(["leave", "count"])
)
def test_kind_of_rows_their_order_and_files_change_nothing(corpus, seed, form, reprints):
    with tempfile.TemporaryDirectory() as folder, pytest.MonkeyPatch.context() as patch:
        patch.setattr(summary_rows, "_BATCH", 1 + seed % 4)  # rows of an article come in several batches
        options = {"by": ["outlet"], "reprints": reprints}
        plain = write(Path(folder) / "plain.parquet", rows_of(corpus, "articles"))
        expected = alike(summed(plain, **options))
        rows = rows_of(corpus, "sentences")
        random.Random(seed).shuffle(rows)
        assert summed(write(Path(folder) / f"rows{form}", rows), **options).to_dict()["cells"] == expected
        cut_at = seed % len(rows)
        halves = [
            write(Path(folder) / f"{n}{form}", half) for n, half in enumerate((rows[:cut_at], rows[cut_at:])) if half
        ]
        assert summed(*halves, **options).to_dict()["cells"] == expected


def clustered(generator, cells, articles):
    """Article rows of which each article has a share of flagged sentences of its own, 0.2 on average."""
    rows = []
    for cell in range(cells):
        shares = generator.beta(0.6, 2.4, articles)
        for number, share in enumerate(shares):
            own = int(generator.integers(5, 25))
            flagged = int(generator.binomial(own, share))
            made = article(
                f"{cell}/{number}", *[sentence(0.5, *["grim"] * (n < flagged)) for n in range(own)], outlet=cell
            )
            rows += rows_of([made], "articles")
    return rows


def test_intervals_cover_where_those_over_sentences_do_not(tmp_path):
    rows = clustered(np.random.default_rng(5), 200, 60)
    summary = summed(write(tmp_path / "s.parquet", rows), by=["outlet"])
    rates = [cell.rate("flagged") for cell in summary.cells]
    covered = np.mean([rate.low <= 0.2 <= rate.high for rate in rates])
    naive = [1.96 * math.sqrt(0.2 * 0.8 / cell.sentences) for cell in summary.cells]
    naively = np.mean([abs(rate.value - 0.2) <= half for rate, half in zip(rates, naive, strict=True)])
    assert 0.90 <= covered <= 0.98
    assert naively < 0.8


def test_a_cell_of_very_many_articles_has_the_interval_that_theory_says(tmp_path):
    rows = clustered(np.random.default_rng(6), 1, 7000)
    rate = summed(write(tmp_path / "s.parquet", rows)).cells[0].rate("flagged")
    own, flagged = (np.array([row[name] for row in rows]) for name in ("outlet_sentences", "flagged_sentences"))
    error = math.sqrt(np.square(flagged - rate.value * own).sum()) / own.sum()  # linearized
    assert rate.high - rate.low == pytest.approx(2 * 1.96 * error, rel=0.12)
    assert rate.low < rate.value < rate.high


@pytest.mark.parametrize(
    ("value", "labels"),
    [
        ("2030-12-30", ("2030", "2030-12", "2031-W01", "2030-12-30")),
        (" 2031-05-06T07:08:09Z ", ("2031", "2031-05", "2031-W19", "2031-05-06")),
        ("20310506", ("2031", "2031-05", "2031-W19", "2031-05-06")),
        (datetime.date(2031, 5, 6), ("2031", "2031-05", "2031-W19", "2031-05-06")),
        (datetime.datetime(2031, 5, 6, 23), ("2031", "2031-05", "2031-W19", "2031-05-06")),
        ("6 May", ("",) * 4),
        ("", ("",) * 4),
        (None, ("",) * 4),
        ("2031-13-01", ("",) * 4),
    ],
)
def test_dates_are_cut(value, labels):
    assert tuple(cut(value, time) for time in ("year", "month", "week", "day")) == labels


@pytest.mark.parametrize(
    ("value", "month"),
    [
        *dict.fromkeys([
            "30/04/2024", "04/30/2024", "Apr 30, 2024", "30 April 2024", "Tue, 30 Apr 2024 23:30:00 -0400", "2024/04/30",
            "20240430", "2024-04-30 23:30:00", "2024-04", "30.04.2024", "2024-04-30T23:30:00Z", 20240430, 20240430.0,
            "2024-04-30T23:30:00-04:00", "April 2024", "30th of April 2024", "30-Apr-2024", "4/30/24 11:30 PM",
            "Tuesday, April 30, 2024 at 11:30 PM", "04/2024", "1714435200", 1714435200000, "1714435200.5",
        ], "2024-04").items(),
        ("Tue Apr 30 23:30:00 2024", "2024-04"), ("Sept. 3, 2024", "2024-09"), ("31/02/2024", ""), ("soon", ""), ("may", ""), ("2024", ""),
        ("12", ""), ("05/04/2024", ""), ("05/05/2024", "2024-05"), ("05.04.2024", "2024-04"), ("1" * 5000, ""),
        # seconds since 1970 name no local time
        ("1714534200", "2024-05"),
    ],
)  # fmt: skip
def test_the_month_of_a_date_is_that_of_the_local_time_that_stands_there(value, month):
    assert cut(value, "month") == month


def test_whether_the_day_stands_first_is_told_by_the_other_dates_of_the_column(tmp_path):
    def months(*dates, form=".parquet", day_first=None):
        corpus = [article(str(n), sentence(), date=date) for n, date in enumerate(dates)]
        path = write(tmp_path / f"s{form}", rows_of(corpus, "articles"))
        sources = [open_scored(path)]
        cells = summarise(sources, resolve(["month"], sources, day_first=day_first), min_articles=1).cells
        return [cell.key[0] for cell in cells]

    for form in FORMS:
        assert months("05/04/2024", "30/04/2024", form=form) == ["2024-04"]
        assert months("05/04/2024", "04/30/2024", form=form) == ["2024-04", "2024-05"]
    assert months("05/04/2024", "04/30/2024", "30/04/2024") == ["2024-04", "unknown"]
    assert months("05/04/2024") == ["unknown"]
    sources = [open_scored(tmp_path / "s.parquet")]
    told = "\n".join(notes(summarise(sources, resolve(["month"], sources))))
    assert "--day-first" in told
    assert months("05/04/2024", day_first=True) == ["2024-04"]
    assert months("05/04/2024", day_first=False) == ["2024-05"]


@pytest.mark.parametrize(
    "dates",
    [
        [datetime.date(2031, 1, 31), None],
        [datetime.datetime(2031, 1, 31, 23, 59, 59, 7), None],
        [datetime.datetime(2031, 1, 31, 23, tzinfo=datetime.UTC), None],
    ],
)
def test_a_column_of_dates_is_found_by_its_type(tmp_path, dates):
    corpus = [article(str(n), sentence(), when=date, update="x") for n, date in enumerate(dates)]
    summary = summed(write(tmp_path / "s.parquet", rows_of(corpus, "articles")), by=["day"])
    assert [cell.key for cell in summary.cells] == [("2031-01-31",), ("unknown",)]
    assert summary.undated == 1


def test_columns_are_named_where_one_cannot_be_found(tmp_path):
    one = article("1", sentence(), outlet="x", published="2031-01-01", date="2031-02-01")
    path = write(tmp_path / "s.jsonl", rows_of([one], "articles"))
    with pytest.raises(ValueError, match=r"No column 'outlte'\. Did you mean 'outlet'\?"):
        summed(path, by=["outlte"])
    with pytest.raises(ValueError, match="No column 'score'"):
        summed(path, by=["score"])
    assert summed(path, by=["month"]).cells[0].key == ("2031-02",)
    assert summed(path, by=["month"], date_column="published").cells[0].key == ("2031-01",)
    bare = write(tmp_path / "bare.jsonl", rows_of([article("1", sentence(), a_date="", b_date="")], "articles"))
    with pytest.raises(ValueError, match="Several columns hold dates: a_date, b_date"):
        summed(bare, by=["month"])
    none = write(tmp_path / "none.jsonl", rows_of([article("1", sentence(), outlet="x")], "articles"))
    with pytest.raises(ValueError, match="No column of dates"):
        summed(none, by=["week"])


def test_numbers_sort_by_size_and_the_unknown_comes_last(tmp_path):
    corpus = [article(str(n), sentence(), page=page) for n, page in enumerate([10, 9, None, 2, 10])]
    for form in FORMS:
        summary = summed(write(tmp_path / f"s{form}", rows_of(corpus, "sentences")), by=["page"])
        assert [cell.key for cell in summary.cells] == [("2",), ("9",), ("10",), ("unknown",)]


def test_what_was_scored_otherwise_is_refused(tmp_path):
    one, two = rows_of(CORPUS[:1], "articles"), rows_of(CORPUS[1:2], "sentences")
    paths = [write(tmp_path / "1.parquet", one), write(tmp_path / "2.jsonl", two)]
    assert summed(*paths).cells[0].articles == 2  # both kinds of rows go together
    other = write(tmp_path / "3.csv", rows_of(CORPUS[2:3], "articles", model="huge@4567"))
    with pytest.raises(DataError, match="the model huge@4567, and what comes before it with tiny@0123"):
        summed(*paths, other)
    strict = write(tmp_path / "4.csv", rows_of(CORPUS[2:3], "articles", settings={**SETTINGS, "threshold": 0.9}))
    with pytest.raises(DataError, match=r"threshold 0\.9, and what comes before it with 0\.3"):
        summed(*paths, strict)
    mixed = write(tmp_path / "5.jsonl", one + rows_of(CORPUS[2:3], "articles", model="huge@4567"))
    with pytest.raises(DataError, match="huge@4567"):
        summed(mixed)


def test_an_article_is_counted_once(tmp_path):
    for kind in ("articles", "sentences"):
        path = write(tmp_path / f"{kind}.parquet", rows_of(CORPUS, kind))
        with pytest.raises(DataError, match="'a' is there more than once"):
            summed(path, path)
    moved = [{**row, "outlet": "Elsewhere"} for row in rows_of(CORPUS[:1], "sentences")[:1]]
    with pytest.raises(DataError, match="'a' stands in two cells"):
        summed(path, write(tmp_path / "moved.jsonl", moved), by=["outlet"])


def broken(tmp_path):
    rows = rows_of(CORPUS, "articles")
    cut_short = write(tmp_path / "cut.jsonl.gz", rows).read_bytes()[:-20]
    (tmp_path / "cut.jsonl.gz").write_bytes(cut_short)
    (tmp_path / "zero.csv").write_bytes(b"")
    (tmp_path / "zero.parquet").write_bytes(b"")
    (tmp_path / "other.csv").write_text("name,article\nx,y\n")
    (tmp_path / "list.jsonl").write_text("[1]\n")
    (tmp_path / "latin.csv").write_bytes(b"\xe9,b\n")
    header = write(tmp_path / "header.csv", rows).read_text().splitlines()[0]
    (tmp_path / "header.csv").write_text(header + "\n")
    write(tmp_path / "negative.jsonl", [{**rows[0], "words": -1}])
    write(tmp_path / "text.jsonl", [{**rows[0], "words": "many"}])
    write(tmp_path / "nan.jsonl", [{**rows[0], "score": math.nan}])
    write(tmp_path / "phrases.jsonl", [{**rows[0], "phrases": [{"text": "x"}]}])
    write(tmp_path / "nameless.jsonl", [{**rows[0], "article": None}])
    write(tmp_path / "settings.jsonl", [{**rows[0], "settings": "{"}])
    write(tmp_path / "listed.jsonl", [{**rows[0], "settings": "[1]"}])
    (tmp_path / "notes.txt").write_text("x")


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("absent.parquet", "No file"),
        ("notes.txt", "is no .parquet"),
        ("zero.csv", "is empty"),
        ("zero.parquet", "cannot be read"),
        ("other.csv", "columns missing: reprint_of, score, words, phrases, model, settings"),
        ("list.jsonl", "line 1 is no JSON object"),
        ("latin.csv", "cannot be read"),
        ("cut.jsonl.gz", "cannot be read"),
        ("header.csv", "nothing to report"),
        ("negative.jsonl", "column words"),
        ("text.jsonl", "cannot be read"),
        ("nan.jsonl", "column score"),
        ("phrases.jsonl", "a phrase without"),
        ("nameless.jsonl", "without a name"),
        ("settings.jsonl", "settings that are no JSON object"),
        ("listed.jsonl", "settings that are no JSON object"),
    ],
)
def test_odd_files_are_refused_with_a_reason(tmp_path, name, message):
    broken(tmp_path)
    with pytest.raises(DataError, match=message):
        summed(tmp_path / name)


def test_half_a_surrogate_pair_is_read_as_its_escape(tmp_path):
    rows = rows_of([article("\ud800", sentence(0.1, "\udfffgrim"), outlet="\ud800")], "sentences")
    assert summed(write(tmp_path / "s.jsonl", rows), by=["outlet"]).cells[0].key == ("\\ud800",)
