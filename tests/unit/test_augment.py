import random
from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from biasdetect.finetune.recipe.augment import _Edit, apply_edits, counterfactuals, swapped, transplants
from biasdetect.finetune.recipe.example import Example, TargetSpan


def loaded(text, phrase, category=0):
    start = text.index(phrase)
    span = TargetSpan(start, start + len(phrase), 1.0, category)
    return Example(text, 1.0, (span,), 0.0, label=1, marked=(span,))


def plain(text):
    return Example(text, 0.0, (), 0.0, label=0)


def test_swaps_keep_phrase_and_label():
    example = loaded("Russian lawmakers rammed the bill through, and the senator said that she was pleased.", "rammed")
    texts = set()
    for seed in range(20):
        for copy in counterfactuals([example], 1.0, random.Random(seed)):
            (span,) = copy.marked
            assert copy.text[span.start : span.end] == "rammed"
            assert copy.label == 1
            assert "Russian" not in copy.text
            texts.add(copy.text)
    assert len(texts) > 5
    assert any(" he was pleased" in text for text in texts)


def test_places_and_persons_are_swapped_apart():
    text = "Maria told the mosque in Berlin that she would see the Russian envoy."
    for seed in range(20):
        places, persons = (swapped(text, what, random.Random(seed)) for what in ("places", "persons"))
        head, _, tail = text.partition("Berlin")
        assert places.startswith(head)
        assert places.endswith(tail)
        assert places != text
        assert persons is None or (persons != text and "the mosque in Berlin" in persons and "Russian" in persons)
    assert swapped("The mosque was full.", "places", random.Random(1)) is None


def test_names_of_places_are_not_taken_for_groups():
    for seed in range(20):
        for copy in counterfactuals([plain("The White House and Paris agreed.")], 1.0, random.Random(seed)):
            assert "White House" in copy.text


def test_texts_without_anything_to_swap_give_no_copy():
    assert counterfactuals([plain("The bridge was closed.")], 1.0, random.Random(1)) == []


def test_a_phrase_moves_to_the_same_noun_in_a_plain_sentence():
    donors = [
        loaded("They passed the ill-advised budget.", "ill-advised", 4),
        loaded("Sadly, the vote failed.", "Sadly", 4),
    ]
    targets = [plain(f"Council {number} discussed a budget on Monday.") for number in range(30)]
    made = transplants(donors, targets, 30, random.Random(3))
    assert made
    for example in made:
        (span,) = example.marked
        assert example.text[span.start : span.end] in ("ill-advised", "Sadly")
        assert example.label == 1
    assert any("discussed an ill-advised budget" in example.text for example in made)


@given(st.text(min_size=1, max_size=40), st.data())
def test_spans_outside_the_edits_keep_their_text(text, data):
    cuts = (
        sorted(data.draw(st.sets(st.integers(0, len(text)), min_size=4, max_size=4)))
        if len(text) >= 4
        else [0, 0, 0, 0]
    )
    a, b, c, d = cuts
    spans = [TargetSpan(start, end, 1.0) for start, end in ((0, a), (b, c), (d, len(text))) if start < end]
    edits = [_Edit(start, end, data.draw(st.text(max_size=5))) for start, end in ((a, b), (c, d)) if start < end]
    moved = apply_edits(Example(text, 1.0, tuple(spans)), edits)
    assert [moved.text[span.start : span.end] for span in moved.spans] == [
        text[span.start : span.end] for span in spans
    ]


def test_who_speaks_moves_along_with_a_swap():
    text = "The Russian minister said that the Russian plan was vile."
    source = TargetSpan(0, text.index(" said"), 1.0)
    voice = TargetSpan(text.index("that"), len(text) - 1, 1.0)
    example = Example(text, 0.0, sources=(source,), voices=(voice,))
    moved = apply_edits(example, [_Edit(4, 11, "Lithuanian")])
    assert moved.text[moved.sources[0].start : moved.sources[0].end] == "The Lithuanian minister"
    assert moved.text[moved.voices[0].start : moved.voices[0].end] == "that the Russian plan was vile"


def test_a_plain_sentence_with_a_loaded_phrase_put_in_is_the_outlets():
    sentences = [replace(plain("The mayor left the town hall on Monday."), outlet=0.0)]
    phrases = [loaded("The shameless mayor left.", "shameless", 4)]
    for made in transplants([*phrases, *sentences], sentences, 5, random.Random(1)):
        assert made.outlet == 1.0
        assert not made.voices
        assert made.quoted is None
