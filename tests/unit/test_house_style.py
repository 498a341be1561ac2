"""House style: the file, the rules, the terms; without a model where none is needed."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st
from work import grows_with_length, work

import biasdetect
from biasdetect.english.inflection import all_forms
from biasdetect.errors import HouseStyleError
from biasdetect.house import Rules, Term, Terms, apply_rules, find_house_style, read_house_style
from biasdetect.results import Phrase, Report, Sentence, Settings
from biasdetect.suggest.asked import asked_candidates

TEXT = "The shameless mayor left.\nThe potbellied clerk droned on."


def found(text, *terms):
    return [text[start:end] for start, end, _ in Terms(Term(term) for term in terms).find(text)]


def report_of(text, *phrases):
    sentences = []
    for match in re.finditer(r"[^\n]+", text):
        inside = []
        for words, category, score in phrases:
            place = match.group().find(words)
            if place >= 0:
                start = match.start() + place
                inside.append(Phrase(words, start, start + len(words), score, category, position=place))
        sentences.append(Sentence(match.group(), *match.span(), 0.9, phrases=tuple(inside)))
    return Report("a.txt", "model", 0.9, 0.9, None, tuple(sentences), (), Settings(0.5))


def kept(rules, *phrases):
    report = apply_rules(report_of(TEXT, *phrases), TEXT, rules)
    return [phrase.text for phrase in report.phrases], report.notes


@pytest.fixture
def style(tmp_path):
    """Writes a house style and reads it."""

    def write(text, name=".biasdetect.toml"):
        (tmp_path / name).write_text(text, encoding="utf-8")
        return find_house_style(tmp_path / "article.txt")

    return write


# -- terms


@pytest.mark.parametrize(
    ("term", "text", "forms"),
    [
        ("regime", "Regimes fell, one regime's guard; the REGIMES’ men.", ["Regimes", "regime's", "REGIMES"]),
        ("slam", "He slams, slammed and is slamming the slammer.", ["slams", "slammed", "slamming"]),
        ("bully", "bullies bullied a bully, bullying", ["bullies", "bullied", "bully", "bullying"]),
        ("crisis", "crises of a crisis", ["crises", "crisis"]),
        ("strongman", "strongmen and a strongman", ["strongmen", "strongman"]),
        ("flee", "fled, fleeing, flees, flee", ["fled", "fleeing", "flees", "flee"]),
        ("so-called", "the so-called expert so called", ["so-called"]),
        ("iron lady", "The Iron\n  Lady and the iron ladies; an iron, lady.", ["Iron\n  Lady", "iron ladies"]),
        ("hall mouthpiece", "the hall mouth\u00adpieces", ["hall mouth\u00adpieces"]),
        ("bar", "barred, not bared; barring, not baring", ["barred", "barring"]),
        ("regime", "a regime-backed firm, regimental, unregime", []),
        ("wife", "wives, a wife and wifes", ["wives", "wife"]),
        ("swear", "swore, sworn, swears, sweared", ["swore", "sworn", "swears"]),
        ("mother-in-law", "mothers-in-law and a mother-in-law", ["mothers-in-law", "mother-in-law"]),
        ("protégé", "protégés of a protégé", ["protégés", "protégé"]),
        ("law, order", "law, order and law order", ["law, order"]),
    ],
)
def test_a_term_is_found_in_its_forms_as_whole_words(term, text, forms):
    assert found(text, term) == forms


def test_five_thousand_terms_are_no_more_work_than_one():
    text = "the cat and the dog " * 100 + "the words the word7"
    one, many = Terms([Term("the word7")]), Terms(Term(f"the word{number}") for number in range(5000))
    assert [term.text for *_, term in many.find(text)] == ["the word7"]
    assert work(lambda: list(many.find(text))) <= 1.1 * work(lambda: list(one.find(text)))


def test_of_terms_that_fit_the_first_is_found():
    assert [term.text for *_, term in Terms([Term("be"), Term("was")]).find("it was")] == ["be"]
    assert [term.text for *_, term in Terms([Term("was"), Term("be")]).find("it was")] == ["was"]


def test_of_terms_with_the_same_first_word_the_longest_is_found():
    assert found("an iron lady of iron", "iron", "iron lady") == ["iron lady", "iron"]


@given(st.text(min_size=1, max_size=30), st.text(max_size=60))
def test_terms_take_any_text(term, text):
    for start, end, _ in Terms([Term(term)]).find(text):
        assert 0 <= start < end <= len(text)


@given(st.from_regex(r"[a-z]{1,12}(-[a-z]{1,6})?", fullmatch=True))
def test_a_word_is_among_its_forms(word):
    assert {word, f"{word}'s"} <= all_forms(word) or all_forms(word) == {word}
    assert found(f"one {word} more", word) == ([word] if word not in ("one", "more") else [word, word])


# -- rules


def test_a_category_is_off_or_has_a_threshold_of_its_own():
    phrases = (("shameless", "opinion", 0.6), ("potbellied", "epithet", 0.6), ("droned", "doubt", 0.8))
    assert kept(Rules(categories={"epithet": False}), *phrases)[0] == ["shameless", "droned"]
    assert kept(Rules(categories={"opinion": 0.7, "doubt": 0.7}), *phrases)[0] == ["potbellied", "droned"]
    assert kept(Rules(categories={"opinion": True}), *phrases) == (["shameless", "potbellied", "droned"], ())


def test_a_phrase_at_the_lowest_score_of_its_category_is_reported():
    assert kept(Rules(categories={"opinion": 0.7}), ("shameless", "opinion", 0.7))[0] == ["shameless"]


def test_terms_that_share_words_with_one_phrase_make_one_of_it():
    text = "vile talk of a shameless sleazy mayor and his cronies"
    terms = Terms([Term("shameless"), Term("sleazy"), Term("cronies")])
    phrases = [
        Phrase(words, text.index(words), text.index(words) + len(words), 0.9, "opinion")
        for words in ("vile", "shameless sleazy", "mayor")
    ]
    found = Rules(flag=terms).flagged(text, phrases)
    assert [(phrase.text, phrase.origin) for phrase in found] == [
        ("vile", "model"), ("shameless sleazy", "house"), ("mayor", "model"), ("cronies", "house"),
    ]  # fmt: skip


def test_allowed_wording_is_silent_by_itself_and_not_beside_other_loaded_words():
    allow = Rules(allow=Terms([Term("shameless")]), name=".biasdetect.toml")
    assert kept(allow, ("shameless", "opinion", 0.9)) == (
        [],
        ("House style (.biasdetect.toml): 1 finding silenced.",),
    )
    assert kept(allow, ("shameless mayor", "opinion", 0.9))[0] == ["shameless mayor"]
    whole = Rules(allow=Terms([Term("the shameless mayor")]))
    assert kept(whole, ("shameless", "opinion", 0.9))[0] == []


def test_scores_of_sentences_stay():
    before = report_of(TEXT, ("shameless", "opinion", 0.9))
    after = apply_rules(before, TEXT, Rules(categories={"opinion": False}))
    assert [sentence.score for sentence in after.sentences] == [sentence.score for sentence in before.sentences]
    assert after.score == before.score


def test_rules_that_say_nothing_change_nothing():
    report = report_of(TEXT, ("shameless", "opinion", 0.9))
    assert apply_rules(report, TEXT, Rules()) == report


# -- the detector


def test_a_term_is_flagged_in_the_voice_of_its_place(detector):
    text = "The regimes met on Monday. “This regime is ours,” said Ann Smith. Smith said that the regime would last."
    flag = Terms([Term("regime", "labeling", "the government", ("government",))])
    report = detector.score(text, rules=Rules(flag=flag))
    assert [(phrase.text, phrase.voice, phrase.score, phrase.category) for phrase in report.phrases] == [
        ("regimes", "outlet", 1.0, "labeling"),
        ("regime", "quote", 1.0, "labeling"),
        ("regime", "attributed", 1.0, "labeling"),
    ]
    assert all(text[phrase.start : phrase.end] == phrase.text for phrase in report.phrases)
    assert report.phrases[0].why == "house style: the government"
    assert report.notes == ("House style: 3 findings added.",)
    skipped = detector.score(text, rules=Rules(flag=flag), quotes="skip")
    assert [phrase.voice for phrase in skipped.phrases] == ["outlet", "attributed"]


def test_a_flagged_term_is_told_in_an_opinion_piece_and_where_its_category_is_off(detector):
    rules = Rules(flag=Terms([Term("met")]), categories={"loaded-language": False})
    assert [phrase.text for phrase in detector.score("They met on Monday.", kind="opinion", rules=rules).phrases] == [
        "met"
    ]


def test_a_phrase_that_shares_words_with_a_term_is_one_with_it(detector):
    text = "The shameless mayor left the meeting."
    report = detector.score(text, rules=Rules(flag=Terms([Term("mayor left"), Term("shameless mayor")])))
    assert [(phrase.text, phrase.score) for phrase in report.phrases] == [("shameless mayor", 1.0)]


def test_what_a_house_style_asks_for_is_the_first_suggestion_in_the_form_of_the_text(detector):
    flag = Terms(
        [
            Term("regime", "labeling", instead=("government",)),
            Term("slam", "doubt", instead=("criticise",)),
            Term("leader", instead=("office holder", "official")),
        ]
    )

    def put(text):
        for phrase in reversed(detector.score(text, rules=Rules(flag=flag)).phrases):
            first = phrase.suggestions[0]
            assert 0 <= first.after <= 1
            assert len({suggestion.text for suggestion in phrase.suggestions}) == len(phrase.suggestions)
            text = text[: first.start] + first.text + text[first.end :]
        return text

    assert put("A regime's guard met the REGIME. Regimes fell.") == (
        "A government's guard met the GOVERNMENT. Governments fell."
    )
    assert (
        put("The mayor slammed the plan, slamming its cost.") == "The mayor criticised the plan, criticising its cost."
    )
    assert put("They met a leader.") == "They met an office holder."


@pytest.mark.parametrize(
    ("term", "instead", "text", "right"),
    [
        ("slam", "rebut", "The mayor slammed the report.", "The mayor rebutted the report."),
        ("slam", "rebut", "The mayor slams the report.", "The mayor rebuts the report."),
        ("slam", "speak out against", "The mayor slams the plan.", "The mayor speaks out against the plan."),
        ("slam", "write off", "The plan was slammed.", "The plan was written off."),
        ("slam", "write off", "The mayor slammed the plan.", "The mayor wrote off the plan."),
        ("label", "describe", "He was labelled so.", "He was described so."),
        ("regime", "crisis", "The regimes met.", "The crises met."),
        ("goon", "wife", "The goons met.", "The wives met."),
        ("thug", "foreman", "The thugs met.", "The foremen met."),
        ("thug", "security staff member", "A thug's car.", "A security staff member's car."),
        ("politico", "MP", "The politicos met.", "The MPs met."),
        ("illegal alien", "undocumented migrant", "Illegal aliens met.", "Undocumented migrants met."),
        ("illegal alien", "undocumented migrants", "Illegal aliens met.", "Undocumented migrants met."),
    ],
)
def test_wording_asked_for_takes_the_form_of_the_term(term, instead, text, right):
    (start, end, found_term), *_ = Terms([Term(term, instead=(instead,))]).find(text)
    candidate, *_ = asked_candidates(text, start, end, Terms([found_term]))
    assert candidate.edits[0].of(text) == right


def test_a_lower_threshold_for_one_category_changes_no_other(detector):
    text = "The shameless mayor gutted the budget, and a bearded clerk in grey trousers nodded."
    found = detector.score(text, threshold=0.05, suggest=False).phrases
    weak = max(phrase.score for phrase in found if phrase.category == "epithet")
    strong = max(phrase.score for phrase in found if phrase.category != "epithet")
    low, high = weak / 2, (weak + strong) / 2
    plain = detector.score(text, threshold=high, suggest=False)  # what passes depends on the phrases beside it
    lower = detector.score(text, rules=Rules(threshold=high, categories={"epithet": low}), suggest=False)
    assert all(phrase.category != "epithet" for phrase in plain.phrases)
    assert plain.phrases
    assert [phrase for phrase in lower.phrases if phrase.category != "epithet"] == list(plain.phrases)
    more = [phrase for phrase in lower.phrases if phrase.category == "epithet"]
    assert more
    assert all(low <= phrase.score < high for phrase in more)
    assert lower.settings == plain.settings


def test_what_is_given_to_the_detector_wins(detector):
    rules = Rules(threshold=0.99, kind="opinion", categories={"epithet": 0.99, "doubt": False})
    text = "The balding mayor left. The so-called expert stayed."
    assert detector.score(text, rules=rules).phrases == ()
    report = detector.score(text, rules=rules, threshold=0.3, kind="news")
    assert [phrase.category for phrase in report.phrases] == ["epithet"]
    assert (report.settings.threshold, report.settings.kind) == (0.3, "news")


def test_a_report_is_what_it_was_where_no_rules_are_given(detector):
    text = "The balding mayor left. The so-called expert stayed."
    assert detector.score(text) == detector.score(text, rules=Rules())


# -- the file


def test_the_example_of_the_docs(root, tmp_path):
    page = (root / "docs" / "edit" / "house-style.md").read_text(encoding="utf-8")
    (tmp_path / ".biasdetect.toml").write_text(re.search(r"```toml\n(.+?)```", page, re.DOTALL)[1], encoding="utf-8")
    style = read_house_style(tmp_path / ".biasdetect.toml")
    rules = style.for_path(tmp_path / "city" / "council.md")
    assert (rules.threshold, rules.kind) == (0.4, None)
    assert rules.categories == {"epithet": 0.3, "exaggeration": False}
    column = style.for_path(tmp_path / "columns" / "monday" / "smith.md")
    assert (column.threshold, column.kind) == (0.6, "opinion")
    assert column.categories == {"epithet": 0.3, "exaggeration": True}
    assert [term.text for term in rules.allow.terms] == ["iron lady", "hardliner"]
    assert [term.text for term in column.allow.terms] == ["iron lady", "hardliner", "so-called"]
    assert [term.text for term in rules.flag.terms] == ["regime", "slam"]
    assert rules.flag.terms[0] == Term("regime", "labeling", "say whose government it is", ("government",))


@pytest.mark.parametrize(
    ("pattern", "fitting", "other"),
    [
        ("columns/**", "columns/a/b.md", "news/columns/b.md"),
        ("columns/", "columns/b.md", "columns.md"),
        ("*.opinion.md", "a/b/x.opinion.md", "x.md"),
        ("/a?/*.md", "ab/x.md", "ab/c/x.md"),
        ("**/drafts/*.txt", "drafts/x.txt", "drafts/a/x.txt"),
        ("./a+b/**", "a+b/x", "aab/x"),
        ("**a*b", "a/ab", "ab/a"),
        ("[ab].md", "x/[ab].md", "x/a.md"),
    ],
)
def test_patterns_of_paths(style, tmp_path, pattern, fitting, other):
    house = style(f'[[paths]]\npattern = "{pattern}"\nkind = "review"')
    assert house.for_path(tmp_path / fitting).kind == "review"
    assert house.for_path(tmp_path / other).kind is None
    assert house.for_path("/elsewhere/columns/a.md").kind is None


def test_work_grows_with_the_stars_of_a_pattern_and_not_by_their_power(style, tmp_path):
    def matched(stars):
        house = style(f'[[paths]]\npattern = "{"*a" * stars}b"\nkind = "review"\n')
        return house, tmp_path / ("a" * 100), tmp_path / ("a" * 100 + "b")

    def ask(found):
        house, other, fitting = found
        assert house.for_path(other).kind is None
        assert house.for_path(fitting).kind == "review"

    assert grows_with_length(matched, ask, 8)


def test_the_last_entry_that_fits_wins(style, tmp_path):
    house = style('[[paths]]\npattern="*"\nkind="review"\nthreshold=0.1\n[[paths]]\npattern="a/**"\nkind="opinion"')
    assert (house.for_path(tmp_path / "a" / "x").kind, house.for_path(tmp_path / "a" / "x").threshold) == (
        "opinion",
        0.1,
    )


def test_every_mistake_is_told_at_once_with_the_nearest_key(style):
    text = """
        thresold = 0.4
        threshold = 1.5
        kind = "opnion"
        [categories]
        epithett = 0.2
        doubt = "off"
        [[paths]]
        pattern = 3
        kinds = "news"
        allow = [7]
        [terms]
        alow = ["x"]
        allow = ["", 4]
        flag = [{term = "regime", category = "label", insted = "x"}, {why = 3}]
    """
    with pytest.raises(HouseStyleError) as raised:
        style(text)
    told = dict(raised.value.problems)
    assert told["thresold"] == "unknown. Did you mean threshold?"
    assert told["threshold"] == "must be a number from 0 to 1, not 1.5."
    assert told["kind"].endswith("Did you mean opinion?")
    assert told["categories.epithett"].endswith("Did you mean epithet?")
    assert "false, true or a number" in told["categories.doubt"]
    assert "pattern of paths" in told["paths[0].pattern"]
    assert told["paths[0].kinds"].endswith("Did you mean kind?")
    assert "wording or a table" in told["paths[0].allow[0]"]
    assert told["terms.alow"].endswith("Did you mean allow?")
    assert {"terms.allow[0].term", "terms.allow[1]", "terms.flag[1].term", "terms.flag[1].why"} <= told.keys()
    assert told["terms.flag[0].category"].endswith("Did you mean labeling?")
    assert told["terms.flag[0].insted"].endswith("Did you mean instead?")
    assert all(key in str(raised.value) for key in told)


@pytest.mark.parametrize(
    "content", [b"threshold = ", b"\xff\xfe", b"x = 1\n" * 200_000, b"a=" + b"[" * 5000, b"a=" + b"9" * 5000]
)
def test_a_file_that_is_none(tmp_path, content):
    (tmp_path / ".biasdetect.toml").write_bytes(content)
    with pytest.raises(HouseStyleError, match=re.escape(str(tmp_path / ".biasdetect.toml"))):
        find_house_style(tmp_path / "a.txt")


def test_a_ring_of_links_is_told(tmp_path):
    link = tmp_path / ".biasdetect.toml"
    link.symlink_to(link)
    with pytest.raises(HouseStyleError, match="cannot be read"):
        read_house_style(link)
    assert find_house_style(tmp_path / "a.txt") is None
    assert find_house_style(link / ("x" * 5000)) is None


def test_control_characters_of_a_key_do_not_reach_the_message(style):
    with pytest.raises(HouseStyleError) as raised:
        style('"\\u001b[31m" = 1')
    assert "\x1b" not in str(raised.value)


def test_the_nearest_file_upwards_counts_as_far_as_the_repository(tmp_path):
    (tmp_path / ".biasdetect.toml").write_text("threshold = 0.1")
    desk = tmp_path / "desk"
    (desk / "drafts").mkdir(parents=True)
    assert find_house_style(desk / "drafts" / "a.txt").rules.threshold == 0.1
    (desk / "pyproject.toml").write_text("[tool.biasdetect]\nthreshold = 0.2")
    assert find_house_style(desk / "drafts" / "a.txt").rules.threshold == 0.2
    (desk / ".biasdetect.toml").write_text("threshold = 0.3")
    assert find_house_style(desk / "drafts" / "a.txt").rules.threshold == 0.3
    (desk / "drafts" / ".git").mkdir()
    assert find_house_style(desk / "drafts" / "a.txt") is None


def test_a_project_without_a_table_of_ours_is_passed_over(tmp_path):
    (tmp_path / ".git").mkdir()
    (tmp_path / "pyproject.toml").write_text('[project]\ndependencies = ["biasdetect"]\ntool = 3')
    assert find_house_style(tmp_path / "a.txt") is None
    (tmp_path / "pyproject.toml").write_text("no toml at all")
    assert find_house_style(tmp_path / "a.txt") is None


def test_a_changed_file_is_read_again(style):
    assert style("threshold = 0.1").rules.threshold == 0.1
    assert style("threshold = 0.25").rules.threshold == 0.25


def test_every_category_can_be_set(style):
    lines = "\n".join(f"{category} = false" for category in biasdetect.CATEGORIES)
    assert set(style(f"[categories]\n{lines}").rules.categories) == set(biasdetect.CATEGORIES)
