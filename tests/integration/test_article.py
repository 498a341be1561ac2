"""The two articles, end to end."""

import pytest
from conftest import needs

QUOTED = ("overripe", "unprecedented rise")


@pytest.fixture(scope="module")
def real(detector, root):
    text = article(root, fixed=False)
    return text, detector.score(text)


def article(root, fixed):
    """The real article as it was printed, or as an editor put it right."""
    files = sorted((root.parent / "shared" / "articles").glob("seed-*.txt"))
    found = [file for file in files if (".fixed" in file.suffixes) == fixed]
    needs(bool(found), "the real article is not beside the project")
    return found[0].read_text(encoding="utf-8")


def flags(report, words):
    return [phrase for phrase in report.phrases if any(word in phrase.text for word in words)]


def test_epithet_and_label_are_found_in_the_outlets_voice(real):
    _, report = real
    (epithet,) = flags(report, ["Mustachioed"])
    (label,) = flags(report, ["propaganda agency"])
    assert (epithet.category, epithet.voice) == ("epithet", "outlet")
    assert (label.category, label.voice) == ("labeling", "outlet")


def test_plain_reporting_is_left_alone(real):
    _, report = real
    others = [p for p in report.phrases if p.counts and p not in flags(report, ["Mustachioed", "propaganda agency"])]
    assert len(others) <= 2, [p.text for p in others]


def test_officials_answer_for_their_own_words(real, detector):
    text, report = real
    for words in QUOTED:
        start = text.index(words)
        assert not [p for p in report.phrases if p.counts and p.start < start + len(words) and start < p.end]
    # whatever they say in quotation marks, the score is all but the same: their words are context alone
    louder = text.replace("not only timely, but also overripe", "a shameless, ludicrous disgrace")
    assert louder != text
    assert detector.score(louder).score == pytest.approx(report.score, abs=0.01)


def test_boilerplate_is_skipped_and_told(real):
    text, report = real
    skipped = {piece.text for piece in report.skipped}
    assert skipped == {"Read the leading news of the day:", "Read also:", "Related topics:", "More news"}
    assert all(text[piece.start : piece.end] == piece.text for piece in (*report.skipped, *report.phrases))


def test_our_own_article_shows_the_same(detector, root):
    text = (root / "examples" / "article.txt").read_text(encoding="utf-8")
    report = detector.score(text)
    (epithet,) = flags(report, ["potbellied"])
    (label,) = flags(report, ["mouthpiece"])
    assert (epithet.category, label.category) == ("epithet", "labeling")
    assert all(phrase.voice == "quote" for phrase in flags(report, ["miserable", "fantasy"]))
    assert {"Read also:", "Related topics:", "More news"} <= {piece.text for piece in report.skipped}


def test_the_article_put_right_has_nothing_to_change(root, detector):
    report = detector.score(article(root, fixed=True))
    assert not [phrase for phrase in report.phrases if phrase.counts]
