import pytest
from heard import heard
from hypothesis import given
from hypothesis import strategies as st

from biasdetect.english.language import other_language
from biasdetect.language.speakers import is_person, topic_of
from biasdetect.language.voice import Heard, Quotation, QuotedSentence, VoiceMap, find_quotations, with_said
from biasdetect.model.phrases import find_words


def quoted(text, following=""):
    return [text[quote.start : quote.end] for quote in find_quotations(text, 0, len(text), following)]


def voice_of(marked, phrase):
    text, (found,) = heard(marked)
    start = text.index(phrase)
    return found.voice(start, start + len(phrase))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ('He said "it is over" and left.', ['"it is over"']),
        ("He said “it is ‘over’ now” and left.", ["“it is ‘over’ now”"]),
        ("Er sagte „es ist aus“ und ging.", ["„es ist aus“"]),
        ("Il a dit « c'est fini » hier.", []),  # a space after the mark: French spacing is left alone
        ("Il a dit «c'est fini» hier.", ["«c'est fini»"]),
        ("‘It was “the aunt’ of all,” he said,’ she said.", ["‘It was “the aunt’ of all,” he said,’"]),
        ("“We met ‘the lot of them and left,” she said.", ["“We met ‘the lot of them and left,”"]),
        ("'I love rock 'n' roll,' she said.", ["'I love rock 'n' roll,'"]),
        ("The '90s band didn't play the dogs' home.", []),
        ('The board is 6\'2" long and 4" wide.', []),
        ("She called it 'a good day' in March.", ["'a good day'"]),
        ("The players’ union won’t sign.", []),
        ("“We begin here. And never stop. The rest is prose.", ["“We begin here."]),
    ],
)
def test_quotation_marks_are_paired(text, expected):
    assert quoted(text) == expected


@pytest.mark.parametrize(
    ("words", "new", "left"),
    [
        ("shameless ", "", ["“no, never,”", "“so be it”"]),  # before them
        ("clerk", "old harbour clerk", ["“no, never,”", "“so be it”"]),
        ("never", "not at all", ["“no, not at all,”", "“so be it”"]),  # in one
        (" and left", "", ["“no, never,”", "“so be it”"]),  # behind them
        ("never,” or", "never or", ["“so be it”"]),  # a mark is lost
        ("“no, never,”", "no", ["“so be it”"]),
    ],
)
def test_an_edited_sentence_stands_by_itself_with_the_quotations_that_are_left(words, new, left):
    text = "It rained. The shameless clerk said “no, never,” or “so be it” and left. It snowed."
    start, end = text.index("The"), text.index(" It snowed")
    sentence = QuotedSentence(text, start, end, find_quotations(text, 0, len(text)))
    place = text.index(words)
    edited = sentence.edited(place, place + len(words), new)
    assert edited.text == text[start:end].replace(words, new)
    assert [edited.text[slice(*span)] for span in edited.quoted] == left


def test_speech_over_several_paragraphs_has_no_closing_mark_in_the_first():
    text = "“We begin here. And we go on."
    assert quoted(text, following="“") == [text]


@pytest.mark.parametrize(
    ("text", "phrase", "voice"),
    [
        ("The beleaguered minister bleated that {the regime was doomed}.", "beleaguered", "outlet"),
        ("The beleaguered minister bleated that {the regime was doomed}.", "bleated", "outlet"),
        ("The minister said that {the regime was doomed}.", "regime", "attributed"),
        ("According to the minister, {the regime was doomed}.", "regime", "attributed"),
        ('The minister called it {"a cowardly retreat"}.', "cowardly", "quote"),
        ('The "experts" met in Oslo.', "experts", "scare-quote"),
        ("The so-called “experts” said little.", "experts", "scare-quote"),
        ("The cowardly retreat ended on Monday.", "cowardly", "outlet"),
        ("The court said that {it would rule}, but the shameless mayor left.", "shameless", "outlet"),
    ],
)
def test_voices(text, phrase, voice):
    assert voice_of(text, phrase) == voice


@pytest.mark.parametrize(
    ("phrase", "voice"),
    [
        ("“ab!” cdef", "quote"),  # half of its ten characters
        ("“ab!” cdefg", "outlet"),
        ("with “ab!”", "quote"),
        (" with “ab!”", "outlet"),
        ("clerk", "outlet"),
    ],
)
def test_a_phrase_is_of_whom_half_of_it_is(phrase, voice):
    assert voice_of("The clerk greeted it with {“ab!”} cdefg on Monday.", phrase) == voice


def test_of_two_that_hold_half_of_a_phrase_it_is_the_one_in_quotation_marks():
    text = "The mayor said that {it was dull “stuff and nonsense” all along}."
    assert voice_of(text, "dull") == "attributed"
    assert voice_of(text, "as dull “stuff a") == "quote"
    assert voice_of(text, " was dull “stuff") == "attributed"


@given(st.text(alphabet="“”„«»\"'‘’ ab.,'\n"))
def test_quotations_lie_in_the_source_in_order(text):
    end = 0
    for quote in find_quotations(text, 0, len(text)):
        assert end <= quote.start < quote.end <= len(text)
        end = quote.end


@pytest.mark.parametrize(
    ("text", "language"),
    [
        (
            "Die Regierung hat am Mittwoch beschlossen, dass die Brücke nicht gebaut wird, teilte das Ministerium mit.",
            "de",
        ),
        (
            "Le gouvernement a décidé mercredi de ne pas construire le pont, a annoncé le ministère des transports.",
            "fr",
        ),
        ("The government decided on Wednesday not to build the bridge, the ministry of transport has announced.", None),
        ("PM slams EU", None),
    ],
)
def test_other_languages_are_recognised(text, language):
    assert other_language(text) == language


@pytest.mark.parametrize(
    ("speaker", "person"),
    [
        ("Ann Bly", True),
        ("Ann Banks", True),  # a name may end as several people do
        ("the clerk", True),
        ("one of the rowers", True),
        ("the rowers", False),
        ("the board", False),
        ("Harbour Council", False),
    ],
)
def test_he_and_she_may_point_to_a_person(speaker, person):
    assert is_person(speaker) is person


@pytest.mark.parametrize(
    ("sentence", "person"),
    [
        ("Ann Bly runs the clinic.", "Ann Bly"),
        ("The harbour chief Ann Bly opened the quay.", "Ann Bly"),
        ("Mayor Bly, who rows, left.", "Bly"),
        ("The harbour chief, Ann Bly, left.", "Ann Bly"),
        ("In May Ann Bly left.", None),
        ("The harbour chief left.", None),
        ("Harbour Council opened the quay.", None),
        ("The army had taken Green Tree, a village.", None),
    ],
)
def test_whom_a_sentence_is_about(sentence, person):
    assert topic_of(sentence) == person


@pytest.mark.parametrize(
    ("words", "new", "left"),
    [
        ("mayor is", "clerk was", " vile plan"),  # over the edge where it begins
        ("plan and", "sham but", "vile "),  # and where it ends
        ("vile", "odd", "odd plan"),
        ("The", "A", "vile plan"),
    ],
)
def test_what_markup_gives_as_said_stays_so_as_far_as_an_edit_leaves_it(words, new, left):
    text = "The mayor is vile plan and left."
    start = text.index("is") if words == "mayor is" else text.index("vile")
    said = Quotation(start, text.index(" and"), sure=True)
    sentence = QuotedSentence(text, 0, len(text), [said])
    place = text.index(words)
    edited = sentence.edited(place, place + len(words), new)
    assert [edited.text[slice(*span)] for span in edited.quoted] == [left]


def test_what_is_left_of_nothing_is_no_quotation():
    text = "The vile plan."
    sentence = QuotedSentence(text, 0, len(text), [Quotation(4, 8, sure=True)])
    assert sentence.edited(3, 9, " ").quoted == ()


def test_marks_inside_of_what_is_said_are_its_own():
    text = 'He called it "a sham" and wrote: It was "a swindle" from first to last.'
    said = Quotation(text.index("It was"), len(text), sure=True, speaker="Ann Bly")
    quotations = with_said(find_quotations(text, 0, len(text)), [said], 0, len(text))
    assert [text[quote.start : quote.end] for quote in quotations] == ['"a sham"', text[said.start :]]
    assert with_said(quotations[:1], [said], 0, 20) == quotations[:1]


def test_a_labels_speaker_is_who_says_it():
    text = "Yes, at once."
    sentence = QuotedSentence(text, 0, len(text), [Quotation(0, len(text), sure=True, speaker="VELDT")])
    voices = VoiceMap(sentence, Heard(find_words(text)))
    assert (voices.said_by, voices.is_quotation) == ("VELDT", True)
