"""Sentences as a model would hear them that knows whose words they are: what it knows stands in brackets."""

from biasdetect.language.sentences import split_sentences
from biasdetect.language.voice import Heard, QuotedSentence, VoiceMap, find_quotations
from biasdetect.model.phrases import find_words
from biasdetect.reading.text import read_text

_BRACKETS = {"{": "}", "<": ">"}


def heard(marked):
    """A text whose words of {others} and <speakers> stand in brackets, and its sentences, in order."""
    text, places, opened = "", {"}": [], ">": []}, 0
    for char in marked:
        if char in _BRACKETS:
            opened = len(text)
        elif char in places:
            places[char].append((opened, len(text)))
        else:
            text += char
    maps = []
    for block in read_text(text).blocks:
        quotations = find_quotations(text, block.start, block.end)
        for start, end in split_sentences(text, block.start, block.end):
            words = find_words(text[start:end])
            others, sources = (
                [4.0 if any(a <= start + word < b for a, b in places[closing]) else -4.0 for word, _ in words]
                for closing in ("}", ">")
            )
            maps.append(VoiceMap(QuotedSentence(text, start, end, quotations), Heard(words, others, sources)))
    return text, maps
