"""question → what kind of answer it wants: a time, a number, a rule, or something that no document knows."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from assistant.language import english_words
from ingest.lexical import words

if TYPE_CHECKING:
    from ingest.index import Index

_LETTERS = re.compile(r"[^\W\d_]+(?:['\u2019][^\W\d_]+)*")
# Of so many words, the share that may be known, and how many that make English sentences, where the language is one
# that cannot be searched (docs/decisions/0063).
_FEWEST_TOLD, _MOST_KNOWN, _MOST_ENGLISH = 3, 0.6, 1
_RULES = frozenset(  # stems: who asks for these wants the paragraph that would otherwise frighten
    "duti oblig mandatori compulsori sanction disciplin disciplinari punish penalti dismiss consequ".split()
)
# Who fears that nothing happens to them, tells or asks whether one is punished for speaking, or asks to be told what
# somebody got, asks for no sanctions.
_FEARED = re.compile(
    r"\b(?:never|not|nobody|no one|\w+n['’]?t)\s+(?:(?:is|are|be|been|get|gets|got|ever|really)\s+){0,2}"
    r"(?:punish|sanction|disciplin)\w*"
    r"|\byou (?:are|get|will be|will get) (?:punish|sanction|disciplin)\w*"
    r"|\b(?:(?:am|can|could|do|may|might|will|would) i|i (?:can|could|may|might|will|would))"
    r" (?:(?:be|get|going to be|going to get) )?"
    r"(?:punish|sanction|disciplin)\w*(?![^.!?]*\b(?:lying|lies?|lied|false)\b)"
    r"|\b(?:can|could|do|may|might|will|would) (?:they|he|she|you|(?:the|my) \w+) (?:punish|sanction|discipline?) me\b"
    r"|\b(?:is|was) (?:this|that|it) (?:a |my |already )?punishment\b"
    r"|\b(?:know|learn|told|hear|find out) (?:which|what|about the|the) (?:punish|sanction|disciplin)\w*"
    r" (?:he|she|they|(?:the|my) \w+) (?:gets?|got|had|has|received?|was|were)\b",
    re.I,
)
_WHO_IT_HAPPENED_TO = r"(?:me|us|(?:the|a) (?:person|victim|survivor|complainant))"
_TELL_ME = (
    rf"(?! (?:(?:tell|inform|update|answer|hear) {_WHO_IT_HAPPENED_TO}|(?:keep|let) (?:me|us) (?:informed|know))\b)"
)
_NEAR_THEM = r"(?! (?:be (?:in|near|with|next|alone)|sit|stand|see|meet|face|work|live)\b)"
_WHO_MUST = re.compile(  # but for who wants to be told, and who asks whether they have to be near somebody
    rf"\b(?:does|do|will|would) (?:he|she|they|(?:my|the|a|an) \w+)\b.{{0,40}}\bhave to\b{_TELL_ME}"
    r"|(?<!\bdo i )\bmust (?!(?:i|it|this|that)\b)|(?<!\bam i )\b(?:required|obliged) to\b"
    rf"|\b(?:team|staff|colleague|somebody|someone)\b.{{0,80}}\b(?:do i have to|must i|am i obliged)\b{_NEAR_THEM}",
    re.I,
)
_MUST = re.compile(r"\b(?:have to|must|need to|should i|obliged?|obligat\w+|duty|mandatory|forced?|required)\b", re.I)
_MUST_I = re.compile(
    r"\b(?:do i (?:have|need) to|do i must|must i|need i|am i (?:obliged|required|forced|bound) to)\b", re.I
)
_VICTIM_MUST = re.compile(
    r"\b(?:is|are) (?:an? |the |all )?(?:\w+ )?(?:victim|survivor|target)s?(?: of (?:sexual )?harassment)?"
    r" (?:obliged|required|forced|bound|under an? (?:\w+ )?(?:duty|obligation)) to\b",
    re.I,
)
_TIME = re.compile(
    r"\bhow (?:long|soon|late|old)\b|\bhow often\b(?!.{0,40}\bhappen)|\bdeadline"
    r"|\btime[- ](?:limit|frame)|\bstatute of limitations|\bby when\b"
    r"|\bwithin (?:what|which) (?:time|period)|\bwithin \w+ (?:hours|days|weeks|months|years)\b"
    r"|\bhow (?:many|much) (?:\w+ )?(?:hours|days|weeks|months|years|time\b)"
    r"|\bnumber of (?:\w+ )?(?:hours|days|weeks|months|years)|\b(?:hours|days|weeks|months)\s*\??$",
    re.I,
)
_OF_TIME = re.compile(
    r"\b(?:when|late|early|soon|ago|old|still|yet|long|time|deadlines?|limits?|limitations?|expire\w*|hours?|days?|weeks?|months?|years?"
    r"|(?:19|20)\d\d)\b",
    re.I,
)
_SAYING = (  # "how much may I say" asks for no number
    r"(?:detail\b|(?:(?:of [a-z' ]{2,25}|information) )?"
    r"(?:to|(?:can|could|may|might|must|should|do|does|will|would) (?:\w+ ){1,3}?(?:(?:have|need|ought) to )?"
    r"|(?:i|we|you|one|they) (?:can|could|may|must|should|have to|need to)) ?"
    r"(?:ask|disclose|explain|hear|know|learn|listen|push|reveal|say|share|speak|talk|tell|write)\b)"
)
_LENGTHS = "hours?|days?|weeks?|months?|years?|time limits?|deadlines?"
_LENGTH = re.compile(rf"\b(?:{_LENGTHS})\b", re.I)
_NUMBERS = (  # what asks for a number, and what a quote must then hold, once years and symbols are left out
    (_TIME, re.compile(rf"\b({_LENGTHS}|at once|immediately)\b", re.I)),
    (
        re.compile(rf"\bhow (?:many\b|much\b(?! {_SAYING}))", re.I),
        re.compile(
            r"\d|\b(one single|only once|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|half|free)\b", re.I
        ),
    ),
)
_YEAR_OR_SYMBOL = re.compile(r"\b[A-Z]+(?:/[\w.]+)+|\b(?:19|20)\d\d\b")
_ANOTHER = re.compile(  # somebody else it happened to, or whom the person who asks is responsible for
    r"\b(?:i (?:saw|heard|overheard|witnessed|noticed)|witness(?:ed|es)?|bystanders?|saw|"
    r"as an? (?:\w+ )?(?:manager|supervisor|head|colleague|witness)|i(?: a|')m (?:an? |the |her |his |their )?(?:\w+ )?"
    r"(?:manager|supervisor|head|team lead\w*)|(?:my|our) (?:team|staff|colleague|friend|co-?worker|intern|employee)s?|"
    r"(?:some(?:one|body)|a (?:colleague|friend|woman|man|person)|she|he|they) (?:just )?(?:told|tells|came to) me|"
    r"(?:help|support|protect|advise) (?:some(?:one|body)|(?:an?|the) (?:colleague|friend|person|victim|survivor))|"
    r"managers?|what (?:must|do) (?:a|the) \w+ do)\b",
    re.I,
)
_SUBJECT = (
    r"(?:i|we|you|he|she|they|it|this|that|there|one|any(?:one|body)|some(?:one|body)|the|my|his|her|an?|victims|harassment"
    r"|consultants|interns|witnesses|volunteers|women|men|people|staff)"
)
_AUX = r"(?:is|are|do|does|did|can|could|may|must|shall|should|will|would"
_ASKS = re.compile(  # how a sentence begins that asks; and a further clause, where fewer beginnings are sure
    rf"[?？؟]|(?:^|[.!;:…\n]\s*)(?:{_AUX}|am|has|have)(?! not\b|n['’]?t\b)|which|whom|whose|whether|who"
    r"|what(?! (?:he|she|they|happened|my|our)\b)|(?:how|where)(?! (?:he|she|they|i|we)\b))\b"
    rf"|(?:,|\b(?:and|but|so|or|then))\s+(?:{_AUX}) {_SUBJECT}\b|which|whom|to whom"
    r"|what (?:is|are|can|do|does|should|happens)|how (?:do|does|can|long|many|to|should)|where (?:do|does|can|is|to)"
    r"|who (?:can|could|will|would|should|do|does|must|in|looks?|takes?|helps?|handles?|investigates|decides|gets|sees"
    r"|reads|checks))\b",
    re.I,
)
_NAME = re.compile(r"(?<![.?!] )(?<!^)\b[A-Z][A-Za-z]{2,}|\b[A-Z]{3,}\b")
_SEVERAL = re.compile(
    r"\?.+\?|\b(?:and|or) (?:(?:at|by|for|from|in|to|under|until|with|within) )?"
    r"(?:what|who|whom|how|where|when|which|why|does|do|is|are|can|will|must|should|may)\b",
    re.I | re.S,
)
_PLACE = re.compile(
    r"\b(?:where|which|how long|how many|policy|policies"
    r"|whom? (?:can|could|should|do) (?:i|we) (?:talk|speak|turn|go))\b",
    re.I,
)
_OF_A_REPORT = re.compile(  # what each organisation does in its own way with a report
    r"\bwho (?:would |will |does )?(?:investigates?|looks? into|deals? with|handles?)\b"
    r"|\bi (?:want|need|wish|plan|would like|have decided) to (?:report|complain|(?:make|file|lodge|submit) a)\b"
    r"|\bwhat happens (?:after|when|if|once) (?:i|we|you|one|someone|somebody) (?:report|complain)",
    re.I,
)
_PLACE_TO_REPORT = re.compile(
    r"\b(?:where|(?:whom?|how) (?:do|can|could|should|must|to))\b.{0,60}\b(?:report|complain|complaints?)\b"
    r"|\bhot ?lines?\b",
    re.I,
)


def asks_for_time(question: str) -> bool:
    """Whether a question asks how long or by when; another organisation's number would be a wrong answer to it."""
    return bool(_TIME.search(question))


def is_about_time(question: str) -> bool:
    """Whether a question has anything to do with time, whatever it asks."""
    return bool(_OF_TIME.search(question))


def asks_for_a_place(question: str) -> bool:
    """Whether a question asks for an office, a policy, a time, or who does what with a report: each has its own."""
    return any(asks.search(question) for asks in (_PLACE, _OF_A_REPORT)) or asks_where_to_report(question)


def asks_where_to_report(question: str) -> bool:
    """Whether a question asks where to report, or for a line to call: that of another organisation would be wrong."""
    return bool(_PLACE_TO_REPORT.search(question))


def asks_several(question: str) -> bool:
    """Whether a question asks for more than one thing: it has two question marks, or goes on with "and what …"."""
    return bool(_SEVERAL.search(question))


def asks_for_rules(question: str) -> bool:
    """Whether a question asks for duties or sanctions, also for what somebody else must do with what they hear."""
    return not _RULES.isdisjoint(words(_FEARED.sub("", question))) or bool(_WHO_MUST.search(question))


def asks_whether_i_must(question: str) -> bool:
    """Whether a question asks what the person who asks must do, or a victim; the duty of others would be wrong."""
    must_i = _MUST_I.search(question) and not _WHO_MUST.search(question)
    return bool(must_i or _VICTIM_MUST.search(question))


def asks(message: str) -> bool:
    """Whether a message asks by a question mark, or by how one of its sentences or clauses begins.

    "What he did to me" and "Where I work" begin no question.
    """
    return bool(_ASKS.search(message))


def speaks_of_a_must(text: str) -> bool:
    """Whether a text has words for what one must do."""
    return bool(_MUST.search(text))


def is_about_another(question: str) -> bool:
    """Whether a question is asked by or about a bystander, a witness or a manager: then their duties answer it."""
    return bool(_ANOTHER.search(question))


def wants_certainty(question: str) -> bool:
    """Whether a question asks by when, or whether one must: then "it is not known" is the answer, and no other."""
    return asks_for_time(question) or bool(_MUST.search(question))


def needed_number(question: str) -> re.Pattern[str] | None:
    """What a quote must hold to answer a question for a number; None when it asks for none."""
    return next((held for asks, held in _NUMBERS if asks.search(question)), None)


def holds(text: str, needed: re.Pattern[str] | None) -> bool:
    """Whether a text holds the kind of number that is asked for; any text does when none is."""
    return needed is None or bool(needed.search(_YEAR_OR_SYMBOL.sub("", text)))


def holds_a_length_of_time(text: str) -> bool:
    """Whether a text holds a length of time in hours to years, or has words for a limit."""
    return bool(_LENGTH.search(text))


def names_a_stranger(index: Index, question: str) -> bool:
    """Whether a question names a place, body or thing that neither a document nor an asked question holds."""
    return any(not (index.lexical.holds(name) or index.asked.holds(name)) for name in _NAME.findall(question))


def few_words_known(index: Index, question: str) -> bool:
    """Whether so few words of a question are known that it may be in a language that cannot be searched.

    Known is a word that a document or an asked question holds, or that is one to the model. Names and acronyms, told by
    their capitals, say nothing on it.
    """
    shouted = question.isupper()
    said = [
        word.lower()
        for n, word in enumerate(_LETTERS.findall(question))
        if shouted or word[0].islower() or word == "I" or (n == 0 and not word.isupper())
    ]
    known = [index.embedder.knows(word) or index.lexical.holds(word) or index.asked.holds(word) for word in said]
    few = len(said) >= _FEWEST_TOLD and sum(known) <= _MOST_KNOWN * len(said)
    return few and english_words(question) <= _MOST_ENGLISH
