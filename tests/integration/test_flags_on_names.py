"""Where flags begin and end beside names and inside of them; names of people and places are of our own making."""

import pytest

NAMES = """\
The shameless envoy flew home from [Dirty Creek Bay] on Tuesday.
A bungling committee renamed the [Great Barrier Reef] office.
The spineless [New South Wales] council praised [Saint Helena Bay Fisheries].
The disgraced owner of [Mad Dog Breweries] sold [Crazy Horse Ridge] last year.
The hapless [Coast Guard of Lower Vanda] closed [Cape Disappointment] and [Fury Island].
A grotesque statue of [Vlad the Impaler] stands in [Greater Hollow Woods].
The feckless [Jean-Luc O’Brady] blamed the grasping [Port of San Perdido Authority].
[Maria Savage Ortiz], a pathetic figure, spoke in [Rio de Janeiro] on Monday.
The nefarious [Count of Monte Lupo] returned to the [Théâtre de la Folie].
A cynical [Bank of North Alba] ploy cost [Judge Amara Grim] her pension.
Critics of the [Wicked Wolf Tavern] filed a complaint on Friday.
Jurors heard [Maria Savage Ortiz] and [Jean-Luc Coward] on Monday.
The pathetic [Ivan the Terrible] costume was sold in [Rio de Janeiro].
The feckless board of the [Evil Empire Comics] shop resigned.
"""
CUT = {"Wicked", "Coward", "Terrible", "Evil"}
"""Parts of names that mean something loaded by themselves, and that the model takes for it: known to be wrong."""


def parsed(line):
    """A sentence without its brackets, and the places of the names that stood in them."""
    pieces = line.replace("]", "[").split("[")
    starts = [sum(map(len, pieces[:number])) for number in range(len(pieces))]
    return "".join(pieces), [(starts[at], starts[at] + len(pieces[at])) for at in range(1, len(pieces), 2)]


@pytest.mark.parametrize("threshold", [None, 0.5])
def test_no_flag_begins_or_ends_inside_of_a_name_but_for_those_that_are_known(detector, threshold):
    texts, names = zip(*map(parsed, NAMES.splitlines()), strict=True)
    flagged = detector.score_sentences(texts, threshold=threshold)
    assert sum(bool(one.phrases) for one in flagged) >= 10
    cut = {
        phrase.text
        for one, places in zip(flagged, names, strict=True)
        for phrase in one.phrases
        if any(
            phrase.start < end and start < phrase.end and not (phrase.start <= start and end <= phrase.end)
            for start, end in places
        )
    }
    assert cut <= CUT
    assert threshold is not None or cut == CUT  # take from the list what is right now
