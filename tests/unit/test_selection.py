"""What is chosen for reviewers: new sentences that the model is unsure of, and not ten of a kind."""

import random
import subprocess
import sys

import pytest
from hypothesis import given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from biasdetect.errors import MissingExtraError
from biasdetect.review import selection
from biasdetect.review.selection import SentenceCandidate, _closest, select

WORDS = "harbour budget mayor council ferry lantern orchard committee gravel museum signal winter clinic tariff".split()


def candidate(text, score=0.5, whole=None, phrases=()):
    return SentenceCandidate(text, score, score if whole is None else whole, phrases)


def sentences(count, seed=0):
    """Texts that differ in most of their words."""
    generator = random.Random(seed)
    return [" ".join(f"{word}{generator.randrange(300)}" for word in generator.sample(WORDS, 8)) for _ in range(count)]


def folded(text):
    return " ".join(text.casefold().split())


probabilities = st.floats(0, 1)
candidates = st.lists(
    st.builds(
        SentenceCandidate,
        st.one_of(st.sampled_from(["", "  ", "?!", "The ferry left.", "the  FERRY left."]), st.text(max_size=40)),
        probabilities,
        probabilities,
        st.lists(probabilities, max_size=3).map(tuple),
    ),
    max_size=60,
)


@given(candidates, st.integers(0, 80), st.sets(st.text(max_size=5) | st.just("The ferry\tleft. ")), st.integers(0, 9))
@hypothesis_settings(deadline=None)
def test_as_many_new_texts_as_there_are_and_none_twice(pool, limit, known, seed):
    chosen = select(pool, limit, known, seed)
    new = {folded(one.text) for one in pool} - {folded(text) for text in known}
    assert len(chosen) == min(limit, len(new))
    texts = [folded(pool[index].text) for index in chosen]
    assert len(set(texts)) == len(texts)
    assert set(texts) <= new
    assert select(pool, limit, known, seed) == chosen


def test_nothing_to_choose_from():
    assert select([], 5) == []
    assert select([candidate("The museum opens at ten.")], 0) == []
    assert select([candidate("The museum opens at ten.")], 5, {"the museum  opens at TEN."}) == []


def test_the_order_of_what_is_known_does_not_count():
    pool = [candidate(text, index / 200) for index, text in enumerate(sentences(200))]
    known = sentences(4000, seed=1)
    assert select(pool, 30, known) == select(pool, 30, known[::-1]) == select(pool, 30, frozenset(known))


def test_the_seed_moves_only_what_is_drawn_by_chance_out_of_place():
    pool = [candidate(text, index / 1000) for index, text in enumerate(sentences(1000))]
    first, second = select(pool, 4), select(pool, 4, seed=1)
    assert first == select(pool, 4)
    assert first == second  # none of four is drawn
    assert select(pool, 40) != select(pool, 40, seed=1)


def test_doubtful_sentences_come_before_certain_ones():
    texts = sentences(400)
    pool = [candidate(text, 0.5 if index % 10 == 0 else 0.01) for index, text in enumerate(texts)]
    chosen = select(pool, 20)
    doubtful = sum(pool[index].score == 0.5 for index in chosen)
    assert doubtful >= 16  # every fifth is drawn from all
    assert all(pool[index].score == 0.5 for index in chosen[:4])


def test_a_share_is_drawn_from_sentences_that_the_model_is_sure_of():
    pool = [candidate(text, 0.5 if index < 300 else 0.0) for index, text in enumerate(sentences(3000))]
    certain = sum(pool[index].score == 0.0 for index in select(pool, 100))
    assert 10 <= certain <= 20


def test_quoted_words_that_move_the_score_count():
    texts = sentences(300)
    pool = [candidate(text, 0.2, 0.9 if index % 10 == 0 else 0.2) for index, text in enumerate(texts)]
    assert all(index % 10 == 0 for index in select(pool, 4))


def test_doubt_about_words_counts():
    texts = sentences(12)
    pool = [candidate(text, 0.4, phrases=(0.5, 0.9) if index == 7 else (0.9,)) for index, text in enumerate(texts)]
    assert select(pool, 4)[0] == 7


def test_copies_of_one_doubtful_sentence_do_not_fill_the_list():
    copies = [
        candidate(f"The shameless mayor of Tarn rammed the ludicrous harbour plan through the council in {year}.")
        for year in range(1000, 1400)
    ]
    others = [candidate(text, 0.3) for text in sentences(60)]
    chosen = select(copies + others, 40)
    assert sum(index < len(copies) for index in chosen) == 1
    assert any(index < len(copies) for index in chosen[:5])
    assert len(select(copies, 40)) == 40  # they come where there is nothing else


def test_copies_of_labelled_sentences_come_last():
    copy = "The shameless mayor of Tarn rammed the ludicrous harbour plan through the council on Monday."
    pool = [candidate(copy), *[candidate(text, 0.1) for text in sentences(20)]]
    chosen = select(pool, 21, {copy.replace("Monday", "Friday")})
    assert chosen[-1] == 0


def test_topics_take_turns():
    generator = random.Random(3)
    topics = [[f"{word}{number}" for number in range(12)] for word in WORDS[:5]]
    sizes = (400, 40, 40, 40, 40)
    pool, topic_of = [], []
    for topic, (words, size) in enumerate(zip(topics, sizes, strict=True)):
        for _ in range(size):
            pool.append(candidate(" ".join(generator.sample(words, 5))))
            topic_of.append(topic)
    assert {topic_of[index] for index in select(pool, 15)} == set(range(5))


@pytest.mark.parametrize("alike", [False, True])
def test_comparisons_do_not_grow_by_the_square(alike, monkeypatch):
    """One with another, a million candidates would be compared for days."""
    compared = []

    def counted(vectors, rows, references):
        compared.append(len(rows) * len(references))
        return _closest(vectors, rows, references)

    monkeypatch.setattr(selection, "_closest", counted)

    def comparisons(number):
        texts = [f"The council of Tarn approved the harbour budget in {n}." for n in range(200 + number)]
        texts = texts if alike else sentences(200 + number)
        compared.clear()
        chosen = select([candidate(text, index / len(texts)) for index, text in enumerate(texts)], 50, texts[:200])
        assert len(set(chosen)) == 50
        assert min(chosen) >= 200
        return sum(compared)

    assert comparisons(2000) <= 5 * comparisons(500)


def test_without_scikit_learn_the_message_says_what_to_install(monkeypatch):
    monkeypatch.setitem(sys.modules, "sklearn.feature_extraction.text", None)
    with pytest.raises(MissingExtraError, match=r"pip install .*biasdetect\[train\]"):
        select([candidate("The museum opens at ten.")], 1)


def test_importing_loads_no_scikit_learn():
    code = "import sys, biasdetect.review.selection; sys.exit('sklearn' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
