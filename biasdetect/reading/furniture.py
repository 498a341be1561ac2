"""Says whether there is positive evidence that a line is furniture of a page: a form or words that no article has.

The line classifier guesses from all a line's words; what it takes for furniture is set aside only where one of these
signs bears it out. So a headline, a deck, a lead behind a dateline and a sentence that merely sounds like a notice are
scored.
"""

from __future__ import annotations

import re

from biasdetect.reading.line_classifier import word_classes
from biasdetect.util.patterns import lazy

_LONGEST_FORM = 14  # words of a label, a byline, a credit; a sentence may have more
_LONGEST_ENTRY = 3  # words of an entry of a menu
_LONGEST_LABEL = 7  # words of a label that is made of a page's words alone
_LONGEST_LABELS = 24  # of several in a row
_SURE = 3.0  # the classifier's margin from which one word of a page is enough

_NAME = r"(?:[A-Z][\w’'.-]*\s+){1,3}[A-Z][\w’'-]+"
_MONTH = (
    r"(?:jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?|oct(?:ober)?"
    r"|nov(?:ember)?|dec(?:ember)?)\.?"
)
_AGENCY = r"(?:AFP|AP|Reuters|REUTERS|Getty|EPA|PTI|ANI|IANS|Xinhua|TASS|Alamy|Shutterstock|Anadolu|AAP|UPI|dpa|PA)"
_THIS = (
    r"(?:this|the|an?|these)\s+(?:[\w-]+\s+){0,3}?(?:article|story|piece|post|report|column|essay|interview|version|page|site"
    r"|content|newsletter|podcast|episode|video|transcript|material)s?"
)
_OBJECT = (
    r"(?:newsletters?|bulletins?|briefings?|updates?|alerts?|notifications?|apps?|channels?|podcasts?|inbox|e-?mails?|subscriptions?"
    r"|subscribers?|subscribing|memberships?|members?|accounts?|profile|comments?|conversation|discussion|pages?|(?:web)?sites?"
    r"|articles?|story|stories|posts?|journalism|newsroom|cookies?|privacy|ads?|adverts?|advertising|advertisements?|pdf|editions?"
    r"|feeds?|passwords?|browser|javascript|links?|gallery|galleries|font|pocket|list|clipboard|group|interview|reprints|videos?|audio|coverage|headlines?|episodes?|trial|donations?"
    r"|contributions?|contents?|typos?|mistakes?|errors?|corrections?|policy|settings|preferences|voucher|facebook|twitter|whatsapp"
    r"|telegram|linkedin|reddit|instagram|tiktok|youtube|google|bluesky|mastodon|substack|ko-fi|patreon|linked ?in|social\s+media|friends?)"
)
_COMMAND = (
    r"(?:read|see|watch|listen|follow|share|join|get|download|click|tap|check|find|support|help|become|register|enter|leave|add"
    r"|save|send|tell|write|visit|view|open|close|continue|discover|try|start|stay|keep|enjoy|accept|allow|manage|submit|report"
    r"|select|choose|take|browse|enable|turn|receive|use|update|rate|give|make|like|pass|catch|explore|buy|play|let|be|go|jump"
    r"|skip|switch|copy|print|search|highlight|press|install|scan|purchase|increase|decrease|toggle|order|show|hide|see|order|whatsapp|text|scroll|install|kindly)"
)

# Forms: the line is nothing else.
_FORMS = tuple(
    lazy(pattern, re.IGNORECASE)
    for pattern in (
        # a date or a time, alone
        r"\W*(?:\w+,?\s+)?(?:\d{1,2}(?:st|nd|rd|th)?\s+" + _MONTH + "|" + _MONTH + r"\s+\d{1,2}(?:st|nd|rd|th)?)\b"
        r"[\s,]*(?:\d{4})?[\s,|·•/-]*(?:at\s+)?(?:\d{1,2}[:.]\d\d)?\s*(?:[ap]\.?m\.?)?\s*(?:\(?[a-z]{2,4}\)?)?\W*",
        r"[\d:. /|-]+",
        r"\W*(?:\w+\s+)?(?:\d+|an?|one|two|three)\s*(?:m|h|d|w|s|min|mins|minutes?|hours?|hrs?|days?|weeks?|months?|years?|secs?)"
        r"\s*(?:ago|read)?\W*",
        r"\W*(?:(?:first|last|originally)\s+)?(?:published|updated|posted|modified|edited|created|uploaded)\b"
        r"(?:\s+(?:date|on|at|by))?\s*[:\-–]?\s*(?:\w+,?\s+)?(?:\d|" + _MONTH + r"|today|yesterday|just)[^.!?]*",
        r".{0,40}\b\d+[\s-]*min(?:ute)?s?\.?\s*(?:read|listen)\W*|(?:estimated\s+)?(?:reading time|time to read)\b.{0,30}",
        r"\W*[\d.,]+[km]?\s+(?:comments?|shares?|views?|likes?|votes?|replies|reads|claps|responses|reactions|thoughts)\b.{0,60}"
        r"|\W*(?:comments?|shares?|views?|likes?|hits|reads|reposts?)\W*[\d.,]+[km]?\W*",
        # topics and tags
        r"\W*(?:related\s+)?(?:tags?|tagged|topics?|keywords?|key\s?words|categor(?:y|ies)|filed|posted|labels?|subjects?|more on)\b"
        r"(?:\s+(?:in|under|with|as))?\s*[:|→][^.!?]*",
        r"(?:#\w+[\s,|]*)+",
        # who took the picture, whose it is
        r"\W*(?:(?:file|courtesy|provided|contributed|supplied)\s+)?(?:photo(?:graph)?s?|images?|pictures?|pics?|credits?"
        r"|illustrations?|graphics?|screen\s?(?:shot|grab)s?|courtesy|supplied|handout|via)\b"
        r"(?:\s+(?:credit|by|courtesy|source|caption|copyright|from|via))*(?:\s+of)?\s*[:|/,]\s*[^.!?]*\.?",
        r"(?:photo|image|picture|illustration|graphic|handout|courtesy|supplied)s?\s+(?:by|of|via|courtesy)\s+[^.!?]*\.?",
        r"[(\[][^)\]]{0,60}\b(?:photo|image|picture|credit|file|pic|handout|courtesy|reuters|afp|ap|getty|epa|tass|xinhua|reporting"
        r"|editing)\b[^)\]]{0,80}[)\]]\.?",
        # read also
        r"\W*(?:also\s+)?(?:please\s+)?(?:keep\s+)?(?:read|see|watch|listen|look)(?:ing)?(?:\s+(?:also|more|next|now|this|on|further|too|about))*"
        r"\s*[:|»›→–—-]+\s*\S.*",
        r"\W*(?:related|more|also|recommended|trending|previous|next|editor'?s pick|don'?t miss|must read|in case you missed it|icymi"
        r"|further reading|see also|read also|also read|read more|read next|from the archive|from our partners)"
        r"(?:\s+(?:on|in|about|from|article|story|stories|coverage|topics?|read|news|this|links?))*(?:\s+\w+){0,2}\s*[:|]\s*\S.*",
        r"\W*(?:more|most|latest|popular|next|older|newer|all)\s+(?:\w+\s+){0,2}?(?:stories|headlines|posts?|articles|news|from|in|this week)\b"
        r"(?:\s+[\w’'&-]+){0,4}\W*",
        r"\W*(?:for more on this (?:story|topic)|in this (?:article|story)|explore more|more from|language|select language|choose your (?:region|language)"
        r"|read (?:this )?in|also available in)\b[^.!?]*",
        r"\W*(?:read|see)\s+(?:the\s+)?(?:\w+\s+){0,3}(?:news|stories|headlines)\b[^.!?:]{0,30}:?",
        r"\W*also\s+(?:in|on|from|read|see)\b[^.!?]{0,40}",
        # an advertisement says what it is
        r"\W*(?:advertisement|sponsored|promoted|partner content|paid (?:post|content|partnership)|affiliate)\b[^.!?]{0,60}",
    )
)
_CASED_FORMS = tuple(
    lazy(pattern)
    for pattern in (
        r"\W*(?:(?i:written|words|text|story|report|reported|edited|posted|interview|analysis|photos?|compiled|prepared"
        r"|translated|reviewed|submitted|published)(?:\s+and\s+\w+)?\s+)?(?:[Bb][Yy]):?\s+"
        + _NAME
        + r"\b(?:\s*[,|/·•–-]\s*[^.!?]*)?\W*",
        r"\W*(?:B[yY]|by):?\s+[A-Z][\w’'.-]+(?:\s+(?:[A-Z][\w’'.-]*|and|&|de|la|van|von|der|bin|al|für|ter))*\s*"
        r"(?:[,|/·•–-][^.!?]*|\b(?:in|for)\b\s+[A-Z][\w’'. -]*)?\W*",
        _NAME
        + r"\s*[,|·–-]?\s+(?:[\w-]+\s+){0,3}(?i:reporter|correspondent|editor|writer|columnist|contributor|producer|journalist"
        r"|desk|bureau)\b[^.!?]{0,40}",
        # whose an embedded post is
        r"[—–-]\s*[^()]{1,60}\(@\w{1,40}\)[\w ,.:·]{0,40}",
        r"(?i:source|sources|via):?\s+(?:[A-Z][\w’'.-]*\s*){1,3}",
        # Agency/Name, Name/Agency
        r"(?:[\w .’'-]{0,40}[/|,]\s*)?" + _AGENCY + r"\b[^.!?:]{0,40}",
        r"[\w .’'-]{2,40}[/|]\s*(?:" + _AGENCY + r"|Flickr|Unsplash|Wikimedia)\b[^.!?:]{0,40}",
        r"[-–—/(]+\s?(?:(?i:with|additional|reporting|by|from|agenc|end)[^.!?]*|[A-Z][\w ]+/\s?[A-Za-z]{2,}|[A-Z]{2,}\b[^a-z]*)[)\W]*",
        # Home > News > Lirna
        r"[\w&’' -]{1,30}(?:\s*[>»›→]\s*[\w&’' -]{1,40}){1,6}",
        r"[\w&’'-]{1,20}(?:\s[\w&’'-]{1,20})?(?:\s?[|·•]\s?[\w&’'-]{1,20}(?:\s[\w&’'-]{1,20}){0,2}){2,20}",
    )
)

# Words: a whole sentence too may speak of nothing but its page.
# who did what: "Photographer: Name", "Music by Name | Audio by Name"
_ROLE = lazy(
    r"(?:authors?|photographers?|collage|illustrations?|editors?|reporters?|producers?|camera|music|audio|graphics?|words|reported|edited"
    r"|produced|narrated|translated|story|text|photographs?|photos|pictures?|correspondents?)\s*(?::|\bby\b:?)\s+(?=\S)",
    re.IGNORECASE,
)
_NO_PART_OF_A_NAME = lazy(r"(?<![\w’'-])(?!(?:and|of|for|the|de|van|von|bin|al|by)\b)[a-z0-9]")

_NOTICES = tuple(
    lazy(pattern, re.IGNORECASE)
    for pattern in (
        r"©|\(c\)\s*\d{4}|\bcopyright\b[^.]{0,80}\d{4}|^\W*copyright\b|all rights reserved",
        r"may not be (?:re)?(?:published|produced|broadcast|copied)|without (?:the )?(?:(?:prior|written|express) ){0,3}(?:permission|consent)"
        r"|(?:re)?print(?:ing|ed)? (?:of|only|is|with)\b[^.]{0,80}(?:permission|allowed|link|consent)|hyper-?link|republished? (?:under|from|with)"
        r"|posted with permission",
        r"^\W*(?:additional\s+)?(?:editing|reporting|writing|research|compiled)\s+(?:and \w+\s+)?by\b|[;(]\s*(?:editing|writing) by\b"
        r"|contributed (?:to this (?:report|story|article|piece)|reporting|research)|reporting was contributed"
        r"|with (?:inputs?|files|reporting|material|information) (?:from|by)\b[^.]{0,60}\.?$|with agency inputs",
        r"^\W*"
        + _THIS
        + r"\b.{0,40}\b(?:first|originally|updated|amended|corrected|appeared|published|edited|produced|republished"
        r"|sponsored|translated|part of|made possible|misstated|misspelled|for (?:subscribers|members))\b",
        r"^\W*(?:corrections?|clarifications?|editor[’']?s[’']? note|disclaimer|disclosure|comments)\b\s*[:(–-]",
        r"\b(?:views?|opinions?)\b.{0,60}\b(?:of the (?:author|writer)s?|the (?:author|writer)[’']?s[’']?|(?:his|her|their) own|personal)\b.*"
        r"|\b(?:author|writer|columnist|contributor)s?\b.{0,60}\b(?:views?|opinions?|personal capacity)\b"
        r"|does not constitute\b.{0,40}\badvice|not (?:financial|investment|medical) advice|not responsible for the content",
        r"\bcookies?\b.{0,80}\b(?:we|our|your|you|this (?:site|website)|policy|settings|accept|agree)\b"
        r"|\b(?:we|our|your|you|this (?:site|website)|accept|agree|manage)\b.{0,80}\bcookies?\b",
        r"\b(?:we|us|our|you)\b.{0,80}\b(?:affiliate|earn (?:a )?(?:small )?commission)\b|\baffiliate links?\b",
        r"ctrl\s*\+|\b(?:typo|error|mistake|inaccuracy)\b.{0,60}\b(?:let us know|tell us|report it|press|highlight|write to us)\b",
        r"(?:[$£€₹]|rs\.?|us\$)\s?\d+(?:[.,]\d+)?\s*(?:/|a|per)\s*(?:mo|month|week|year|day)\b.{0,60}(?:subscri|cancel|access|trial|read)"
        r"|\b(?:subscri\w+|access|trial)\b.{0,60}(?:[$£€₹]|rs\.?|us\$)\s?\d+(?:[.,]\d+)?\s*(?:/|a|per|for)\s*(?:mo|month|week|year|day|the first)\b",
        r"^\W*(?:tel|phone|fax|e-?mail|contact|tips?)\b[^.!?]{0,60}(?:\d{3}|\S@\S)|\b(?:call|contact|e-?mail|write to|reach)\b.{0,60}"
        r"(?:\S@\S+\.\w|\+?\d[\d ()-]{6,20}\d)",
        r"^\W*(?:\(?corrects|\(?adds|\(?updates)\b.{0,60}\b(?:paragraphs?|headline|story|comment|to show)\b|^\W*"
        + _THIS
        + r"\s+appears\s+in\b",
        r"^\W*this (?:live )?(?:page|site|website|video|audio|blog|content)\b",
        r"^\W*you(?:[’']ve|\s+have)\s+(?:reached|read|used|\d+|\w+)\b.{0,40}\b(?:articles?|stories|limit)\b|\bwe (?:and|use)\b.{0,40}\b(?:partners|data|device)\b"
        r"|\bbuy through our links\b|do your own research|\blive (?:page|blog) is now closed|\bregistered (?:office|address)\b",
        r"field is for validation purposes|moderated (?:by|before)|^\W*comments (?:are|have been) (?:closed|moderated|disabled|turned)",
    )
)
# What a page asks of its reader.
_STRONG = r"(?:subscribe|register|sign[ -]?up|log[ -]?in|sign[ -]?in|donate|advertise|unsubscribe|opt out|bookmark)"
_PITCHES = tuple(
    lazy(pattern, re.IGNORECASE)
    for pattern in (
        rf"^\W*(?:\w+\s+){{0,3}}?{_STRONG}\b(?!\s+(?:says?|said|and\s+\w+\s+said))",
        rf"[.!?:,]\s*(?:please\s+)?{_STRONG}\b",
        rf"^\W*(?:please\s+|to\s+|want\s+to\s+|(?:don[’']t|never)\s+(?:forget|miss)\s+(?:to\s+)?|you\s+can\s+(?:also\s+)?|just\s+)?{_COMMAND}\b"
        rf".{{0,90}}\b{_OBJECT}\b",
        rf"^\W*(?:if|do|did|have|are|want|got|found|spotted|noticed|need|like|liked|enjoyed?|would|what\s+do|was|not)\b.{{0,100}}\b(?:{_STRONG}|let\s+us|tell\s+us|contact\s+us|write\s+to\s+us|{_COMMAND}\s+(?:\w+\s+){{0,4}}?{_OBJECT}|us\s+(?:at|on)|(?:our|this)\s+(?:\w+\s+)?{_OBJECT})\b",
        rf"^\W*(?:we|our|you|your|by\s+(?:signing|continuing|clicking|submitting|using|subscribing)|join|thanks?|thank\s+you)\b.{{0,120}}\b(?:our|this|your|my)\s+(?:\w+\s+){{0,2}}?{_OBJECT}\b",
        r"^\W*(?:click|tap)\s+(?:here|to)\b|\bclick\s+here\s+(?:to|for)\b|follow\s+(?:us|me|him|her|them)?\b.{0,40}(?:@\w|\bon\s+(?:\w+\s+)?(?:facebook|twitter|x|telegram|instagram|google))",
        r"^\W*(?:take|vote in)\s+our\s+(?:poll|survey|quiz)\b|^\W*(?:story|article) continues below",
        r"\b(?:support|fund|back)(?:ing)?\s+(?:our|us|this|independent)\b.{0,40}\b(?:journalism|work|reporting|site|newsroom|donat\w+|today)|\bconsider\s+(?:a\s+donation|donating|subscribing|becoming)",
    )
)  # fmt: skip
_TOLD = lazy(r"\b(?:said|says|told|tells|according to|announced|reported(?! by))\b", re.IGNORECASE)
_HAPPENED = lazy(
    r"\b(?:was|were|had|has|have|will|would|is|are)\s+(?!(?:your|you|our|my|illustrative|loading)\b)\w"
    rf"|^(?!\W*(?:our\s|{_COMMAND}\b|{_STRONG}\b)).*\bto\s+(?-i:[a-z])",
    re.IGNORECASE,
)
_ENDS_SENTENCE = lazy(r"[.!?…][\"”’»)\]]*$")
_OF_THE_PAGE = lazy(
    r"\b(?:newsletters?|inbox|mailbox|apps?|subscribe(?:rs?)?|subscriptions?|cookies?|podcasts?|photos?|photograph(?:er|s)?|credit|courtesy"
    r"|handout|collage|illustrative|screenshot|typo|e-paper|adverts?|advertisements?|advertising|ads?|sponsor(?:ed|s)?|affiliated?|donat(?:e|ions?)"
    r"|contribution|contribute|paywall|premium|registration|register|navigation|disqus|recaptcha|partners|reprints|licen[cs](?:ing|e)"
    r"|redistribution|font|bookmark|clipboard|captioning|download|install|comments?|qr code|live (?:page|coverage|blog)|e-?mail|article|stories"
    r"|this (?:story|article|page|site|website|post|blog|video|audio|content)|for later|pictured|editors?|our (?:readers|reporters|standards)"
    r"|published in|news service|news network|agency|sales desk|classifieds|tip jar|as a gift|rate them|show notes|listen|play|read|watch"
    r"|follow|share|save|print|unlock|join us|buy us|support us)\b|[»›→←▾]|[|·•].*[|·•]|\d{1,2}:\d\d",
    re.IGNORECASE,
)
_WORD = lazy(r"[^\W\d_]+(?:[-’'.][^\W\d_]+)*|\d+")
# Words of a page beside those that the classifier has in classes.
_LABEL_WORDS = frozenset(
    """home back top bottom more most less all any main latest related recommended trending popular previous next also here now
    expand collapse loading full screen size font language languages terms conditions rights reserved shares reply replies likes
    rating last first edited posted updated modified released media slideshow sponsored promoted breaking exclusive e-paper epaper
    quick useful categories category archive archives calendar weather games crossword horoscope horoscopes careers faq sitemap map
    homepage login logout signup sign-up log-in newsfeed sidebar footer header pinned toggle swipe scroll refresh reload dismiss ok
    yes no cancel confirm apply filter sort settings staff team desk bureau newsroom key events moments timeline table contents
    glossary index file original continue continued reading comment commenting copied clipboard mail pdf rss feed widget ad-free
    premium plus pro account join us everything else other others one two three minute minutes hour hours day days week month year
    licensing purchase toggle key events editors editor choice rights show highlight list notes up down out off new old best released""".split()
)
_SECTIONS = frozenset(
    """world business arts art opinion opinions sport sports politics entertainment lifestyle tech technology science health education
    travel food culture markets companies wealth economy obituaries jobs classifieds traffic style life local national international
    region regions counties crime money property motors cars tv film films music books society city cities environment climate fashion
    analysis features investigations letters editorials columnists puzzles shop events real estate finance football cricket english
    français español deutsch português türkçe kiswahili hindi urdu russian ukrainian chinese arabic welsh u.s us uk europe africa asia
    americas oceania middle east""".split()
)


def is_separator(line: str) -> bool:
    """Whether a line has neither letter nor digit."""
    return not any(map(str.isalnum, line))


def is_time_stamp(line: str) -> bool:
    """Whether a line is a date, and the time of day, and nothing else."""
    return len(line) <= 60 and _FORMS[0].fullmatch(line) is not None


def is_menu(line: str, *, entry: bool = False) -> bool:
    """Whether a line is a section's name, or words that are all a page's; an ``entry`` has up to three. No time stamp is."""
    words = _WORD.findall(line)
    return (len(words) <= _LONGEST_ENTRY or not entry) and not is_time_stamp(line) and _is_label(words, line)


def has_evidence(line: str, score: float) -> bool:
    """Whether anything in a line shows that it is furniture.

    Args:
        line: without outer white space.
        score: what the classifier makes of it; a line that it is sure of needs one word of a page, others a form.
    """
    words = _WORD.findall(line)
    if _is_label(words, line) or any(notice.search(line) for notice in _NOTICES):
        return True
    if _TOLD.search(line):
        return False
    if any(pitch.search(line) for pitch in _PITCHES):
        return True
    if len(words) > _LONGEST_FORM:
        return False
    if any(form.fullmatch(line) for form in (*_FORMS, *_CASED_FORMS)) or _credits(line):
        return True
    if _ENDS_SENTENCE.search(line) or _HAPPENED.search(line):
        return False
    return score > _SURE and _OF_THE_PAGE.search(line) is not None


def _credits(line: str) -> bool:
    """Whether a line is nothing but who did what: once the roles are out, names are left."""
    return _ROLE.match(line) is not None and not _NO_PART_OF_A_NAME.search(_ROLE.sub("", line))


def _is_label(words: list[str], line: str) -> bool:
    """Words that are all a page's: "Back to top", "Share on Facebook", "World Business Arts", a date with its time."""
    if not words or len(words) > _LONGEST_LABELS:
        return False
    known = [
        of_page or word.isdigit() or word.lower() in _LABEL_WORDS or word.lower() in _SECTIONS
        for word, of_page in zip(words, word_classes(words), strict=True)
    ]
    return all(known) and (len(words) <= _LONGEST_LABEL or not _ENDS_SENTENCE.search(line))
