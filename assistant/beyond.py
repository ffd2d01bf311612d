"""question → signs that it asks for what policy documents seldom hold: a person, a figure, the law of a country."""

from __future__ import annotations

import re
from typing import Final

from ingest.lexical import words


def _any(*phrases: str) -> re.Pattern[str]:
    """Any of these, as whole words, in small or capital letters."""
    return re.compile(rf"\b(?:{'|'.join(phrases)})\b", re.I)


_POST: Final = (
    r"(?:heads?|directors?|chiefs?|chair(?:person|man|woman)?|ombuds(?:man|woman|person)|(?:under-)?secretary(?:-general)?"
    r"|commissioner|representative|inspector|investigators?|counsellor|focal points?|advocate|coordinator|ambassador"
    r"|judge|doctors?|president|members?|colleagues?|people|person|guy|woman|man|victims?)"
)
SIGNS: Final = {
    "a person": _any(
        rf"who (?:is|was|are|were) (?:the|our|my|your) (?:current |new |next |first |present |acting )?{_POST}",
        r"who(?:'s| is) (?:it|that|he|she)",
        r"who (?:was it|sits|wrote|voted|complained|reported (?:me|him|her))",
        rf"(?:names?|list|nationality|identity) of (?:the |all |every |a |my |our )?(?:\w+ ){{0,3}}{_POST}",
        r"(?:what(?:'s| is)|know|tell me|give me|state) (?:the |her |his |their )?(?:first |full |real )?names?",
        r"(?:first|family|last) names?",
        rf"which (?:three |of (?:my|the) )?(?:\w+ )?{_POST} (?:was|is|were|are|has|have)",
        r"(?:private|personal|home|house|direct) (?:e-?mail|phone|number|address|line)",
        r"(?:his|her|their) (?:e-?mail|phone|number|address|room)",
        r"(?:e-?mail|phones?|address) of",
        r"a (?:man|woman) or a (?:woman|man)",
    ),
    "a figure": _any(
        r"how (?:many|much)(?! (?:\w+ )?(?:hours|days|weeks|months|years|time))",
        r"number of|numbers? on|per ?cent(?:age)?|share of|what share|proportion|average|rate of",
        r"statistics?|budget|amount|total",
    ),
    "what is to come": _any(
        r"20(?:2[7-9]|[3-9]\d)|next (?:year|month|week|report|session)|will (?:there|the)|going to|planned|plans? to",
        r"soon|upcoming|tomorrow|(?:new|next) (?:secretary|hotline|strategy|policy|bulletin|report)|new one",
    ),
    "the law of a country": _any(
        r"laws?|legislation|lawsuits?|sue[ds]?|courts?|crim(?:e|es|inal)|prosecut\w+|prison|jail|police|polic[ey]man",
        r"immunity|visas?|permits?|labou?r (?:office|inspector)|act \d+|title [ivx]+|section \d+|code of obligations",
        r"damages|slander|defamation|penal\w*|penalt\w+",
    ),
    "another kind of place": _any(
        r"universit\w+|colleges?|schools?|hospital|church|parish|diocese|banks?|law firm|factory|embass\w+|ministry",
        r"parliament|european|nato|osce|landlord|airline|shop|supermarket|club|army|red cross|foundation|charity",
        r"federation|interpol|google|amazon|uber|oxfam|msf",
    ),
    "money": _any(
        r"compensat\w+|money|costs?|pays|paid|fees?|refund\w*|salar\w+|dollars?|euros?|francs?|price|allowance",
        r"grant|pension|insurance|therapy",
    ),
    "medicine": _any(r"dose|pills?|tablets?|drugs?|side effects?|dangerous|symptoms?|vaccine"),
    "a small thing": _any(
        r"forms?|formats?|fonts?|pages?|file size|browser|passwords?|account|log ?in|rooms?|floors?|record(?:ed|ing)?",
        r"videos?|audio|teams|zoom|interpreter|translat\w+|copy|certificate|signature|button|app|print\w*|pdf",
        r"screenshots?|software|opening hours|parking|appointment",
    ),
    "an order": _any(
        r"ignore|forget your|pretend|repeat|print|export|delete|obey|write (?:me|a)|tell me a|list (?:every|all|the)",
        r"you are now|reply with|role ?play|instructions|system prompt",
    ),
}


def signs(question: str, quoted: str) -> dict[str, bool]:
    """For each of SIGNS, whether a question has it; what the quotes speak of themselves ("court") is none."""
    held = set(words(quoted))
    return {
        name: any(_counts(match.group(), held) for match in found.finditer(question)) for name, found in SIGNS.items()
    }


def _counts(said: str, held: set[str]) -> bool:
    return not held.issuperset(words(said)) or not words(said)
