"""What pages in other languages than English set around an article: lines that are nothing else in German, French, and others.

The line classifier learned from English pages and has no say here. Each form is a whole line that no article has; which of
the languages a text is in is not asked, and of one that is missing here a line stays prose.
"""

from __future__ import annotations

import re

from biasdetect.util.patterns import lazy

_LONGEST = 120  # characters
_REST = r"(?:\s*[:»›>→|–-]\s*\S.{0,80})?"
"""After a heading that points elsewhere: nothing, or what it points to behind a mark."""

_POINTERS = (
    # German
    r"(?:lesen|hören|sehen)\s+sie\s+(?:auch|mehr|hier|dazu|außerdem)(?:\s+(?:dazu|hier|zum\s+thema))?",
    r"(?:lies|lest)\s+auch|mehr\s+(?:zum\s+thema|dazu|aus\s+\w+|über\s+\w+)|das\s+könnte\s+(?:sie|dich)\s+auch\s+interessieren",
    r"(?:weitere|ähnliche|verwandte|mehr|aktuelle)\s+(?:artikel|beiträge|nachrichten|meldungen|themen)|meistgelesen\w*|auch\s+interessant",
    # French
    r"(?:à\s+)?lire\s+(?:aussi|également)|lire\s+la\s+suite|(?:à\s+)?voir\s+aussi|(?:sur\s+le\s+même\s+sujet|pour\s+aller\s+plus\s+loin)",
    r"(?:articles?|sujets?)\s+(?:liés?|associés?|similaires?|recommandés?)|les\s+plus\s+lus|à\s+découvrir\s+aussi|nos\s+derniers\s+articles",
    # Spanish
    r"(?:lea|lee|leer|vea|mira|mire)\s+(?:también|más|además)|más\s+(?:información|noticias)|(?:noticias|artículos|temas)\s+relacionad[oa]s",
    r"(?:lo\s+)?más\s+(?:leído|visto)|te\s+puede\s+interesar|le\s+puede\s+interesar|sigue\s+leyendo|seguir\s+leyendo",
    # Italian
    r"(?:leggi|guarda)\s+(?:anche|di\s+più|pure)|(?:articoli|notizie)\s+(?:correlat[ei]|simili)|(?:i\s+)?più\s+letti|potrebbe\s+interessarti(?:\s+anche)?",
    # Portuguese
    r"(?:leia|veja)\s+(?:também|mais|ainda)|(?:notícias|artigos|matérias)\s+relacionad[oa]s|mais\s+lid[oa]s|continue\s+(?:lendo|a\s+ler)|saiba\s+mais",
    # Dutch
    r"lees\s+(?:ook|meer|verder)|bekijk\s+ook|(?:gerelateerde|meer)\s+(?:artikelen|berichten|nieuws)|meest\s+gelezen|meer\s+over\s+\w+",
)
_NEWSLETTERS = (
    r"(?:jetzt\s+)?(?:(?:unseren|den|unser)\s+)?newsletter\s+(?:abonnieren|bestellen|anmelden)\W*",
    r"(?:folgen|folgt)\s+(?:sie\s+)?uns\s+(?:auf|bei)\s+\w+.{0,40}|(?:hier|jetzt)\s+(?:kostenlos\s+)?(?:abonnieren|anmelden|registrieren)\W*",
    r"(?:abonnez-vous|inscrivez-vous|s[’']abonner|s[’']inscrire)\b(?:\s+à\s+(?:la|notre|nos)\s+(?:newsletters?|infolettre|lettre).{0,30})?\W*|suivez-nous\s+sur\s+\w+.{0,40}",
    r"(?:suscr[ií]b[ae]te|suscr[ií]base|suscribirse)\b(?:\s+a\s+(?:nuestr[oa]|la|el)\s+(?:newsletter|boletín).{0,30})?\W*|s[ií]gu(?:e|a)nos\s+en\s+\w+.{0,40}",
    r"(?:iscriviti|abbonati)\b(?:\s+alla\s+(?:nostra\s+)?newsletter.{0,30})?\W*|seguici\s+su\s+\w+.{0,40}",
    r"(?:assine|inscreva-se|subscreva)\b(?:\s+(?:a|na|em)?\s*(?:nossa|a)?\s*newsletter.{0,30})?\W*|siga-nos\s+no\s+\w+.{0,40}",
    r"(?:abonneer|schrijf\s+je\s+in|meld\s+je\s+aan)\b(?:\s+(?:op|voor)\s+(?:de|onze)\s+nieuwsbrief.{0,30})?\W*|volg\s+ons\s+op\s+\w+.{0,40}",
)
_CONTROLS = (
    r"(?:diesen\s+artikel\s+|artikel\s+)?(?:teilen|drucken|merken|vorlesen|kommentieren)(?:\s+sie\s+diesen\s+(?:artikel|beitrag))?(?:\s+(?:auf|bei|per)\s+\w+)?\W*",
    r"(?:zur\s+startseite|startseite|nach\s+oben|zurück\s+zur\s+(?:startseite|übersicht)|anzeige|werbung|impressum|datenschutz(?:erklärung)?)\W*",
    r"(?:partager|imprimer)(?:\s+(?:cet\s+article|sur\s+\w+|par\s+\w+))?\W*|(?:haut\s+de\s+page|accueil|publicité|mentions\s+légales)\W*",
    r"(?:compartir|imprimir)(?:\s+(?:este\s+artículo|en\s+\w+|por\s+\w+))?\W*|(?:volver\s+arriba|portada|publicidad|aviso\s+legal)\W*",
    r"(?:condividi|stampa)(?:\s+(?:questo\s+articolo|l[’']articolo|su\s+\w+))?\W*|(?:torna\s+su|pubblicità)\W*",
    r"(?:compartilhe|compartilhar|partilhar)(?:\s+(?:este\s+artigo|no\s+\w+))?\W*|(?:voltar\s+ao\s+topo|publicidade)\W*",
    r"(?:delen|deel)(?:\s+(?:dit\s+artikel|op\s+\w+|via\s+\w+))?\W*|(?:naar\s+boven|advertentie)\W*",
)
_BYLINE = lazy(
    r"(?:von|par|por|di|door|de)\s+(?:(?:unserem|unserer|notre|nuestro|nuestra)\s+\w+\s+)?"
    r"[A-ZÀ-ÖØ-Þ][\w’'.-]+(?:\s+(?:(?:von|van|de|del|della|den|der|da|dos|le|la)\s+){0,2}[A-ZÀ-ÖØ-Þ][\w’'.-]+){1,3}"
    r"(?:\s+(?:und|et|y|e|en)\s+[A-ZÀ-ÖØ-Þ][\w’'.-]+(?:\s+[A-ZÀ-ÖØ-Þ][\w’'.-]+){1,2})?"
)
_FIRST_OF_BYLINE = lazy(r"(?:Von|Par|Por|Di|Door|De)\s")

_FORMS = (
    ("pointer to other articles", lazy(rf"\W*(?:{'|'.join(_POINTERS)}){_REST}\W*", re.IGNORECASE)),
    ("newsletter or follow-us line", lazy(rf"\W*(?:{'|'.join(_NEWSLETTERS)})", re.IGNORECASE)),
    ("menu or page control", lazy(rf"\W*(?:{'|'.join(_CONTROLS)})", re.IGNORECASE)),
)


def other_furniture(line: str) -> str | None:
    """Why a line without outer white space is furniture of a page in another language; None where nothing says so."""
    if len(line) > _LONGEST:
        return None
    for reason, form in _FORMS:
        if form.fullmatch(line):
            return reason
    if _FIRST_OF_BYLINE.match(line) and _BYLINE.fullmatch(line[0].lower() + line[1:]):
        return "byline or time stamp"
    return None
