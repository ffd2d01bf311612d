"""question → "en", "fr", "es", "ar", "zh", "ru" or "other"; the only module that guesses a language."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter

from ingest.page_language import OTHER, script, script_language

ENGLISH = "en"

# How sure we must be before a question is not English. A wrong "en" costs a poor search; any other wrong
# guess would leave an English question without an answer.
_LEAST_SCORE = 4
_LEAST_WORDS = 2
_LEAST_SCORE_OTHER = 6
_LEAST_WORDS_OTHER = 3
_LEAST_LEAD = 2.0  # times the English score

# Two points for each word, one for each after the bar: those stand in names too. No accents.
_VOCABULARY = {
    "en": """the what how is are was were i my you your to of and do does did can who whom where when why he
        she they it this that with for from about not no have has had will would should must if be been
        am an at by me him her his their report reports policy boss manager office work says said there
        which out get help tell happens want need or but so we our us someone anyone nobody please
        sexual harassment complaint touched touch complain abuse | a on in as""",
    "fr": """je il elle nous vous ils elles mon mes ses notre votre leur est sont suis etes ai avons avez ont
        etait ete fait faire dois doit peux peut puis puisje pouvez quel quelle quels quelles qui quoi
        comment pourquoi ou quand dans avec sans sur pour par chez mais donc car cette ces des du aux au
        une ne pas plus jamais rien bureau travail chef patron collegue harcelement harcele harcelee
        harceler sexuel sexuelle plainte plaindre signaler signalement porter deposer aide aider besoin
        agression viol victime peur touche quelquun parler bonjour merci moi lui suite | le la les de me
        te se un et a en que si tu l d j c qu n s m""",
    "es": """yo el ella nosotros ustedes ellos mi mis sus nuestro es son soy estoy esta estan fue ha han he
        hay tengo tiene puedo puede puedes debo debe hacer hago hizo que quien quienes como donde cuando
        cual cuales porque cuanto con sin por para pero una los las del al muy tambien nunca nada algo
        alguien acoso acosa acosan acosado acosada sexual denuncia denunciar denuncio queja jefe jefa
        companero companera trabajo oficina ayuda ayudar necesito miedo toca toco abuso victima agresion
        violacion hablar hola gracias quiero | la de me te se un y a en no si lo le su""",
    "pt": """eu ele ela voce nao sao estou esta foi tem tenho posso pode devo fazer quem onde quando qual
        como uma os dos das ao aos pelo pela com sem por para mas muito tambem nunca algo alguem meu
        minha seu sua chefe colega trabalho assedio denunciar denuncia ajuda preciso medo queixa
        obrigado isso isto fui | o a as de do da me se um e em no na que""",
    "it": """io lui lei noi voi loro mio mia sono sei siamo ho hai hanno posso puo devo deve fare chi cosa
        dove quando come perche quale uno una gli della dello delle dei degli nel nella alla allo con
        senza sul sulla molto anche mai qualcuno capo collega lavoro molestie molestia denunciare
        denuncia aiuto bisogno paura ufficio vorrei questo non che | il lo la le di da mi si un e a in""",
    "de": """ich er sie wir ihr mein meine meinen meinem ist sind bin habe hat haben kann konnen muss mussen
        soll wie wo wer wen wem warum wann welche welcher das dem den der ein eine einen einem einer und
        oder aber nicht kein keine mit ohne fur von zu zum zur auf bei nach uber wird wurde mich mir
        dich chef kollege kollegin arbeit belastigung belastigt beschwerde melden hilfe brauche angst
        buro | die was war in an so man""",
}
_ACCENT_WORDS = {  # letters that one language has and English has not; a point for each word that has one
    "fr": "çœèêàùîûôë",
    "es": "ñáíóú¿¡",
    "pt": "ãõç",
    "de": "ßäöü",
    "it": "èòìù",
}
_WORD = re.compile(r"[^\W\d_]+")
_ACRONYM = re.compile(r"\b[A-Z]{2,}\b")


def detect(question: str) -> str:
    """Guess the language of a question: "en", "fr", "es", "ar", "zh", "ru", or "other" for any further one.

    Whatever is doubtful is "en": too short, mixed, only names, one borrowed word. Nothing but the question
    counts, so the same question always gives the same language.
    """
    question = unicodedata.normalize("NFC", question)
    said = _ACRONYM.sub(" ", question)  # OIOS or UNDP stands in a question of any language
    scripts = Counter(script(letter) for letter in said if letter.isalpha())
    scripts["HAN"] *= 2  # one Chinese sign says as much as two letters at least
    if not scripts:
        return ENGLISH
    most, count = max(scripts.items(), key=lambda entry: (entry[1], entry[0]))
    if count * 2 <= scripts.total() or most == "LATIN":
        return _latin(question) if scripts["LATIN"] else ENGLISH
    return script_language(most, Counter(question.lower()), scripts)


def leaning(question: str) -> str:
    """The language of Latin letters that a question is nearer to than to any other, however little tells; else "en"."""
    points = {language: score for language, (score, _) in _scores(question).items()}
    best = max(points.values())
    return next((language for language in (ENGLISH, "fr", "es") if points[language] == best), ENGLISH)


def english_words(question: str) -> int:
    """How many different words of a question are among those that most English sentences are made of."""
    return len(_POINTS[ENGLISH].keys() & set(_WORD.findall(question.lower())))


def _scores(question: str) -> dict[str, tuple[int, int]]:
    words = _WORD.findall(question.lower())
    plain = [_without_accents(word) for word in words]
    return {language: _score(language, plain, words) for language in _VOCABULARY}


def _latin(question: str) -> str:
    scores = _scores(question)
    english = scores.pop(ENGLISH)[0]
    # The languages of the United Nations first where the scores are alike: Spanish before Portuguese.
    best = max(("fr", "es", "pt", "it", "de"), key=lambda language: scores[language][0])
    score, different = scores[best]
    if score < _LEAST_LEAD * english:
        return ENGLISH
    if best in {"fr", "es"}:
        return best if score >= _LEAST_SCORE and different >= _LEAST_WORDS else ENGLISH
    return OTHER if score >= _LEAST_SCORE_OTHER and different >= _LEAST_WORDS_OTHER else ENGLISH


def _score(language: str, plain: list[str], words: list[str]) -> tuple[int, int]:
    """Points for all words, and how many different words brought any."""
    points = _POINTS[language]
    accents = set(_ACCENT_WORDS.get(language, ""))
    accented = {word for word in words if accents & set(word)}
    known = [word for word in plain if word in points]
    different = set(known) | {_without_accents(word) for word in accented}
    return sum(points[word] for word in known) + len(accented), len(different)


def _without_accents(word: str) -> str:
    if word.isascii():
        return word
    return "".join(c for c in unicodedata.normalize("NFKD", word) if unicodedata.category(c) != "Mn")


def _points() -> dict[str, dict[str, int]]:
    points = {}
    for language, vocabulary in _VOCABULARY.items():
        strong, _, weak = vocabulary.partition("|")
        points[language] = dict.fromkeys(weak.split(), 1) | dict.fromkeys(strong.split(), 2)
    return points


_POINTS = _points()
