"""The room english/: forms of words, function words, a or an."""

import json
import subprocess
import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st

from biasdetect.english.classes import word_classes
from biasdetect.english.inflection import all_forms, is_plural, plural, verb_forms, which_verb_form
from biasdetect.english.orthography import with_case_of
from biasdetect.english.spelling import in_american, is_american


@pytest.mark.parametrize(
    "forms",
    [
        "rebut rebuts rebutting rebutted rebutted",
        "plan plans planning planned planned",
        "deny denies denying denied denied",
        "criticise criticises criticising criticised criticised",
        "admit admits admitting admitted admitted",
        "visit visits visiting visited visited",
        "mimic mimics mimicking mimicked mimicked",
        "tar tars tarring tarred tarred",
        "lie lies lying lied lied",
        "write writes writing wrote written",
        "forecast forecasts forecasting forecast forecast",
        "ghost-write ghost-writes ghost-writing ghost-wrote ghost-written",
        "arm-twist arm-twists arm-twisting arm-twisted arm-twisted",
        "deplatform deplatforms deplatforming deplatformed deplatformed",
    ],
)
def test_a_verb_has_five_forms(forms):
    assert list(verb_forms(forms.split()[0])) == forms.split()


@pytest.mark.parametrize(
    ("nouns", "plurals"),
    [
        ("agency coach member monarch", "agencies coaches members monarchs"),
        ("crisis wife foreman thief hero photo", "crises wives foremen thieves heroes photos"),
        ("person child aircraft criterion series", "people children aircraft criteria series"),
        ("strongman hitman shaman yes-man", "strongmen hitmen shamans yes-men"),  # two of them are in no list
        ("advocate-in-chief runner-up passer-by cover-up", "advocates-in-chief runners-up passers-by cover-ups"),
        ("Tory German MP iPhone", "Tories Germans MPs iPhones"),
        ("migrants protégé señora 737", "migrants protégés señoras 737"),
    ],
)
def test_plurals(nouns, plurals):
    assert " ".join(map(plural, nouns.split())) == plurals


@pytest.mark.parametrize(
    ("word", "forms"),
    [
        ("wife", "wife wives"),
        ("thug", "thug thugs"),
        ("label", "label labels labeling labelling labeled labelled"),
        ("lie", "lie lies lying lied lay lain"),
        ("be", "be am is are was were been being"),
        ("soft", "soft softer softest softs"),
        ("illegal", "illegal illegals"),
        ("gaslight", "gaslight gaslights gaslighting gaslighted gaslit"),
        ("half-truth", "half-truth half-truths"),
        ("crow", "crow crows crowing crowed"),  # "crew" is another word
        ("pal", "pal pals palling palled"),  # and so is "paled"
        ("its", "its"),
        ("протест", "протест"),
    ],
)
def test_all_forms_of_a_word_are_real_ones(word, forms):
    assert {form for form in all_forms(word) if not form.endswith("'s")} == set(forms.split())


def test_a_form_is_known_in_any_spelling():
    assert which_verb_form("labelled", "label") == which_verb_form("labeled", "label") == 3
    assert which_verb_form("sworn", "swear") == 4
    assert which_verb_form("goons", "goon") is None
    assert is_plural("referenda", "referendum")
    assert not is_plural("slammed", "slam")


@given(st.text(max_size=20))
def test_any_word_can_be_inflected(word):
    assert len(verb_forms(word)) == 5
    assert plural(word) or not word
    assert word in all_forms(word)


def test_nothing_is_inflected_where_no_term_and_no_phrase_asks_for_it():
    code = (
        "import sys, biasdetect; report = biasdetect.load().score('The shameless mayor left.');"
        "print(bool(report.phrases[0].suggestions), 'lemminflect' in sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.split() == ["True", "False"]


def test_the_forms_in_the_wording_are_those_of_the_room(root):
    wording = json.loads((root / "biasdetect" / "suggest" / "wording.json").read_text(encoding="utf-8"))
    assert {verb: " ".join(verb_forms(verb)[1:]) for verb in wording["verbs"]} == wording["verbs"]
    assert {noun: plural(noun) for noun in wording["plurals"]} == wording["plurals"]


def test_words_take_the_case_of_those_they_replace():
    assert with_case_of("news agency", "Mouthpiece", first=True) == "News agency"
    assert with_case_of("news agency", "Court Mouthpiece", first=False) == "News Agency"
    assert with_case_of("said", "WHINED", first=False) == "SAID"
    assert with_case_of("said", "whined", first=False) == "said"


@pytest.mark.parametrize(
    ("word", "letters"),
    [
        ("talks", "NV"),
        ("rambunctious", "A"),
        ("slammed", "V"),
        ("hate-filled", "A"),
        ("cover-up", "AN"),
        ("blown-up", "A"),
        ("zorbly", "R"),
        ("the", ""),
        ("14", ""),
    ],
)
def test_a_word_has_the_classes_of_its_form(word, letters):
    assert word_classes(word) == letters


def test_spelling_is_told_by_most_of_a_text():
    assert is_american("The defense program was organized by Sen. Lee.")
    assert not is_american("The defence programme was organised by Lee.")
    assert not is_american("It rained.")
    assert in_american("criticised by sceptics") == "criticized by skeptics"
    assert in_american("raised and advised") == "raised and advised"
