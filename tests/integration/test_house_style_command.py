"""``biasdetect score`` by the house style that it finds, is given, or is told to leave."""

import json

import pytest

TEXT = "The shameless mayor left the offices.\n\nThe potbellied treasurer left the hall before the vote.\n"
STYLE = """
[terms]
allow = ["shameless"]
flag = [{ term = "office", category = "labeling", why = "name the street" }]
"""


@pytest.fixture
def score(run_cli):
    """The flagged words of each article, the reports, and the whole process."""

    def run(*arguments, **settings):
        process = run_cli("score", "--format", "jsonl", *arguments, **settings)
        reports = [json.loads(line) for line in process.stdout.splitlines()]
        words = [[p["text"] for s in report["sentences"] for p in s["phrases"]] for report in reports]
        return words, reports, process

    return run


def test_each_article_has_the_nearest_house_style(score, tmp_path):
    for name in ("a.txt", "desk/b.txt", "desk/columns/c.txt"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(TEXT)
    (tmp_path / "desk" / ".biasdetect.toml").write_text(STYLE + '[[paths]]\npattern="columns/**"\nkind="opinion"\n')
    words, reports, process = score("a.txt", "desk")
    assert process.returncode == 0
    assert words == [["shameless", "potbellied"], ["offices", "potbellied"], ["offices", "potbellied"]]
    assert [report["settings"]["kind"] for report in reports] == ["news", "news", "opinion"]
    assert reports[1]["notes"] == ["House style (.biasdetect.toml): 1 finding silenced, 1 finding added."]
    assert "1 finding silenced" in " ".join(reports[2]["notes"]) or len(reports[2]["notes"]) == 2
    news, desk, opinion = (tuple(sentence["score"] for sentence in report["sentences"]) for report in reports)
    assert news == desk  # what a house style silences says nothing of the sentence
    assert all(one <= other for one, other in zip(opinion, news, strict=True))  # what opinion may say does


def test_options_win_over_the_file(score, tmp_path):
    (tmp_path / "a.txt").write_text(TEXT)
    (tmp_path / ".biasdetect.toml").write_text('threshold = 1\nkind = "opinion"\n')
    assert score("a.txt")[0] == [[]]
    words, (report,), _ = score("--threshold", "0.3", "--kind", "news", "a.txt")
    assert words == [["shameless", "potbellied"]]
    assert (report["settings"]["threshold"], report["settings"]["kind"]) == (0.3, "news")
    assert score("--no-house-style", "a.txt")[0] == [["shameless", "potbellied"]]
    (tmp_path / "other.toml").write_text("[categories]\nepithet = false\n")
    assert score("--house-style", "other.toml", "a.txt")[0] == [["shameless"]]


def test_standard_input_is_scored_as_if_it_lay_in_the_working_folder(score, tmp_path):
    (tmp_path / "pyproject.toml").write_text("[tool.biasdetect.categories]\nepithet = false\n")
    assert score("-", stdin=TEXT.encode())[0] == [["shameless"]]


def test_marks_count_unless_all_house_style_is_off(score, tmp_path):
    (tmp_path / "a.md").write_text("The shameless mayor left. <!-- biasdetect: ignore -->\n")
    words, (report,), _ = score("a.md")
    assert words == [[]]
    assert report["notes"] == ["1 finding ignored by marks in the text."]
    assert score("--no-house-style", "a.md")[0] == [["shameless"]]


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (b"thresold = 0.4", b"thresold: unknown. Did you mean threshold?"),
        (b"threshold = 4\n[categories]\nepithets = 1", b"2 mistakes"),
        (b"threshold = ", b"is no valid TOML"),
        (b"\xff", b"is no UTF-8"),
    ],
)
def test_a_house_style_that_cannot_be_used_is_wrong_usage(score, tmp_path, content, told):
    (tmp_path / "a.txt").write_text(TEXT)
    (tmp_path / ".biasdetect.toml").write_bytes(content)
    _, reports, process = score("a.txt")
    assert (process.returncode, reports) == (2, [])
    assert b".biasdetect.toml" in process.stderr
    assert told in process.stderr
    assert b"Traceback" not in process.stderr


def test_a_named_house_style_has_to_be_there(score, tmp_path):
    (tmp_path / "a.txt").write_text(TEXT)
    (tmp_path / "pyproject.toml").write_text("[project]\n")
    for arguments in (
        ("--house-style", "none.toml"),
        ("--house-style", "pyproject.toml"),
        ("--house-style", "a.toml", "--no-house-style"),
    ):
        assert score(*arguments, "a.txt")[2].returncode == 2
