"""What loaded wording does, in more detail than its category says: a line for the reader, and advice for the writer.

``docs/edit/categories.md`` is the same table for readers, and a test compares them.
"""

from __future__ import annotations

from dataclasses import dataclass

from biasdetect.model.categories import PATTERNS


@dataclass(frozen=True, slots=True)
class Pattern:
    """One of :data:`biasdetect.model.categories.PATTERNS`.

    Attributes:
        name: as models and reports have it.
        why: what the words do, as a clause that has the words as its subject.
        of: the same where whom or what the words are about stands beside them, ``{}`` in its place; empty where nothing is won.
        advice: a sentence for the writer.
        examples: sentences of which it is true, the wording between double asterisks.
        words: base forms of words that do this, in phrases of at most three words.
        phrases: turns of phrase that do this, in phrases of any length; letters, hyphens and single spaces alone.
        categories: to which a phrase has to belong for ``words`` and ``phrases``; any where there are none.
        openers: turns of phrase that do this where a phrase of any category and length begins with them.
    """

    name: str
    why: str
    of: str
    advice: str
    examples: tuple[str, ...]
    words: frozenset[str] = frozenset()
    phrases: tuple[str, ...] = ()
    categories: tuple[str, ...] = ()
    openers: tuple[str, ...] = ()


TABLE: tuple[Pattern, ...] = (
    Pattern(
        name="absolute",
        why="allows no exception, where a single one proves it wrong",
        of="",
        advice="Say how many or how often, or leave the absolute out.",
        examples=("It was the worst budget **ever**.", "**Nobody** at city hall told the truth."),
        words=frozenset(
            "absolutely all always completely ever every everybody everyone everything never no nobody "
            "none nothing totally utter utterly".split()
        ),
        categories=("exaggeration",),
    ),
    Pattern(
        name="advocacy",
        why="calls for something in the writer’s own name",
        of="",
        advice="Say who demands it, or leave it out.",
        examples=("The **council must act now**.", "It is **high time** that the council listened."),
        phrases=("high time", "it is time", "it's time", "must act", "must now", "must never", "we need to", "we must"),
    ),
    Pattern(
        name="belittling-amount",
        why="makes an amount seem large or small instead of giving it alone",
        of="",
        advice="Give the amount alone.",
        examples=("The fund has a **paltry** 300 euros left.", "A **mere** 12 people came to the hearing."),
        words=frozenset("meager meagre measly mere paltry piddling puny whopping".split()),
        categories=(
            "exaggeration",
            "opinion",
            "loaded-language",
        ),
    ),
    Pattern(
        name="charged-word",
        why="takes a side: others would use another word",
        of="",
        advice="Take the word that all sides would use.",
        examples=("The party’s **propaganda** filled the hall.", "The council’s **land grab** ends on Monday."),
    ),
    Pattern(
        name="contempt-label",
        why="names by contempt and not by name, office or role",
        of="shows contempt for {} in place of a fact",
        advice="Give name, office or role instead of the label.",
        examples=(
            "The **lapdog** press office sent a statement.",
            "The **city hall mouthpiece** Lirna Kurier had the story.",
        ),
        words=frozenset(
            "apparatchik busybody charlatan clown crank crony fanatic fraudster goon henchman lackey "
            "lapdog loon mob mouthpiece puppet stooge thug zealot".split()
        ),
        categories=(
            "labeling",
            "loaded-language",
        ),
    ),
    Pattern(
        name="doubting-verb",
        why="doubts what is said and gives no reason to",
        of="",
        advice="Write “said”, or say what speaks against it.",
        examples=("The chair **professes** to know nothing.", "The experts **claim** to know better."),
        words=frozenset("allege claim insist maintain pretend profess purport".split()),
        categories=("doubt",),
        openers=(
            *("claim to", "claimed to", "claims to", "pretend to", "pretended to", "pretends to"),
            *("profess to", "professed to", "professes to", "purport to", "purported to", "purports to"),
        ),
    ),
    Pattern(
        name="drama",
        why="makes it sound bigger than the facts beside it",
        of="",
        advice="Say what happened and how large it was.",
        examples=("The vote sent **shock waves** through the town.", "A **jaw-dropping** sum was spent."),
    ),
    Pattern(
        name="emotive",
        why="tells the reader what to feel",
        of="",
        advice="Say what happened, and leave the feeling to the reader.",
        examples=("The **heartbreaking** scenes went on for days.", "It was a **tragic** day for the town."),
        words=frozenset(
            "agonising agonizing chilling harrowing heart-breaking heart-rending heart-warming "
            "heartbreaking heartbreakingly heartrending heartwarming horrifying sickening terrifying "
            "tragic tragically".split()
        ),
        phrases=("sad day", "dark day"),
        categories=(
            "opinion",
            "loaded-language",
            "exaggeration",
        ),
    ),
    Pattern(
        name="empty-praise",
        why="praises and does not say by whose measure",
        of="praises {} and does not say by whose measure",
        advice="Say what it can do, by whose measure, or leave the praise out.",
        examples=("The **state-of-the-art** hall opens on Monday.", "The **brilliant** young engineer drew the plans."),
        words=frozenset(
            "acclaimed beloved brilliant dazzling delightful esteemed exquisite gifted gorgeous iconic "
            "inspiring magnificent outstanding prestigious renowned state-of-the-art superb talented top- "
            "notch unparalleled unrivalled visionary wonderful world-class".split()
        ),
        categories=(
            "opinion",
            "labeling",
            "exaggeration",
        ),
    ),
    Pattern(
        name="insinuation",
        why="hints at something that it neither says nor proves",
        of="",
        advice="Say outright what is known, with its source, or leave the hint out.",
        examples=(
            "The contract went, **conveniently**, to his brother.",
            "**Curiously**, the files vanished a day later.",
        ),
        words=frozenset("coincidentally conveniently curiously mysteriously oddly strangely suspiciously".split()),
    ),
    Pattern(
        name="irony",
        why="mocks: it says one thing and means another",
        of="",
        advice="Say it straight, or leave it out.",
        examples=(
            "**Who would have thought** that the road would be closed again?",
            "**So much for** the promises of spring.",
        ),
        phrases=("oh the irony", "what could possibly go wrong", "who would have thought", "so much for", "how very"),
    ),
    Pattern(
        name="judging-clause",
        why="judges in a whole clause and in nobody’s name",
        of="",
        advice="Attribute the judgement, or leave it out.",
        examples=("The plan **makes no sense at all**.", "The vote is a **slap in the face of democracy**."),
        phrases=(
            "beggars belief",
            "goes to show",
            "makes no sense",
            "slap in the face",
            "speaks for itself",
            "speaks volumes",
            "defies belief",
        ),
    ),
    Pattern(
        name="judging-verb-of-saying",
        why="judges the speaker, where “said” would report",
        of="",
        advice="Write “said”.",
        examples=("“No”, the treasurer **sneered**.", "The minister **ranted** about the press."),
        words=frozenset(
            "bark blast blather bleat bluster crow drone fulminate fume gloat grumble gush harrumph lash "
            "moan opine parrot pontificate rail rant rave scoff slam sneer sniff snipe spew spout thunder "
            "trumpet whine".split()
        ),
        categories=(
            "loaded-language",
            "doubt",
        ),
    ),
    Pattern(
        name="looks-or-age",
        why="describes looks, age or voice, which have no bearing on the news",
        of="describes {} by looks, age or voice, which have no bearing on the news",
        advice="Leave it out unless the news is about it.",
        examples=("The **potbellied** deputy mayor spoke last.", "The **balding** lawyer opened the case."),
    ),
    Pattern(
        name="mind-reading",
        why="tells what somebody thinks or wants, which no reporter can see",
        of="",
        advice="Say what they did or said, and not what they think.",
        examples=("The chair is **desperate** to stay in office.", "The minister **clearly wants nothing but power**."),
        phrases=(
            "secretly",
            "wants nothing",
            "deep down",
            "cannot bear",
            "desperate to",
            "couldn't care less",
            "could not care less",
        ),
    ),
    Pattern(
        name="nickname",
        why="uses a nickname in place of the name",
        of="",
        advice="Use the name.",
        examples=("The voters chose **Crooked Hillary** again.", "They sent for **Sleepy Joe** once more."),
    ),
    Pattern(
        name="political-label",
        why="puts somebody in a political camp in the writer’s own name",
        of="puts {} in a political camp in the writer’s own name",
        advice="Say what they stand for, or who calls them so.",
        examples=("The **far-left** councillor voted against it.", "A **radical leftist** group called for the march."),
        words=frozenset(
            "alt-right communist extreme-right far-left far-right hard-left hard-line hard-right hardline "
            "left-wing leftist marxist radical reactionary right-wing socialist ultra-conservative".split()
        ),
        categories=("labeling",),
    ),
    Pattern(
        name="prejudice",
        why="says of a whole group what is true of some at most",
        of="",
        advice="Say it of those whom it is about, with a source, and not of the group.",
        examples=("The villagers are **lazy by nature**.", "Tenants **of their kind** never learn."),
        phrases=("by nature", "of their ilk", "of their kind", "of their sort"),
    ),
    Pattern(
        name="private-life",
        why="tells of private life, which has no bearing on the news",
        of="",
        advice="Leave it out unless the news is about it.",
        examples=(
            "The **twice-divorced** judge read the verdict.",
            "The lawyer, a **childless bachelor**, read the verdict.",
        ),
        words=frozenset(
            "bachelor childless divorced divorcee father grandfather grandmother married mother teetotal "
            "thrice-married twice-divorced unmarried vegan vegetarian".split()
        ),
        categories=("epithet",),
    ),
    Pattern(
        name="shouting",
        why="raises the voice by capitals or an exclamation mark",
        of="",
        advice="Set it in ordinary letters and with a full stop.",
        examples=("The council has **LIED** to the town.", "What a **disgrace**!"),
    ),
    Pattern(
        name="so-called",
        why="doubts the word and does not say what is wrong with it",
        of="doubts {} and does not say what is wrong with the word",
        advice="Say what is in doubt and who doubts it, or leave the distance out.",
        examples=("The **so-called** expert left early.", "The **self-styled** expert left early."),
    ),
    Pattern(
        name="stance-adverb",
        why="tells the reader what to think of the fact beside it",
        of="",
        advice="Say who thinks so, or leave it out.",
        examples=("**Shamefully**, the vote was put off.", "**Unsurprisingly**, nobody came."),
    ),
    Pattern(
        name="verdict-word",
        why="passes a verdict before the reader has seen the facts",
        of="passes a verdict on {} before the reader has seen the facts",
        advice="Name the act or the fact instead of judging it.",
        examples=("The **shameful** decision was taken at night.", "The **absurd** plan goes to the council."),
        words=frozenset(
            "absurd abysmal appalling awful botched disastrous disgraceful dismal dreadful farcical "
            "foolish hapless ill-conceived inept ludicrous outrageous pathetic preposterous ridiculous "
            "scandalous shameful shameless terrible unacceptable".split()
        ),
        categories=("opinion",),
    ),
    Pattern(
        name="violent-verb",
        why="makes a plain act sound like violence",
        of="",
        advice="Take the plain verb for what was done.",
        examples=("The council **gutted** the library budget.", "The tribunal **savaged** the ministry’s case."),
        words=frozenset(
            "batter bludgeon butcher crush demolish destroy eviscerate gut massacre maul pummel ram "
            "savage shred slash slaughter smash thrash torch trash".split()
        ),
        categories=("loaded-language",),
    ),
    Pattern(
        name="vivid-image",
        why="paints a picture in place of the fact",
        of="",
        advice="Say plainly what the image stands for.",
        examples=("The project is a **bottomless pit**.", "An **avalanche** of complaints reached the office."),
        words=frozenset(
            "abyss avalanche bandwagon bottomless deluge fever-pitch firestorm juggernaut merry-go-round "
            "minefield powder-keg quagmire rollercoaster tightrope tinderbox tsunami whirlwind".split()
        ),
        phrases=(
            "house of cards",
            "perfect storm",
            "powder keg",
            "train wreck",
            "house on fire",
            "sinking ship",
            "war chest",
        ),
        categories=(
            "loaded-language",
            "exaggeration",
            "opinion",
            "labeling",
        ),
    ),
)

BY_PATTERN: dict[str, Pattern] = {pattern.name: pattern for pattern in TABLE}

if tuple(BY_PATTERN) != PATTERNS:  # the order is that of the models' outputs
    raise AssertionError("model.patterns.TABLE does not follow model.categories.PATTERNS")
