"""question → whether nothing is asked in it: a greeting, a word of thanks, or only a call for help."""

from __future__ import annotations

import re
from typing import Final

from ingest.folding import searchable

GREETING, HELP = "clarification_bare", "clarification_help"
_CALLS: Final = {  # nothing but these, in any order
    "en": r"(?:please|pls|plz|can|could|you|anyone|somebody|someone|i|we|need|want|me|us|some|help|sos)",
    "fr": r"(?:aide|aidez|aider|moi|nous|a|l|au|secours|besoin|d|j|ai|svp|sil|s|il|vous|plait)",
    "es": r"(?:ayuda|ayudame|ayudeme|ayudenme|ayudar|necesito|por|favor|socorro|auxilio|me|puede|pueden)",
    "ru": r"(?:помогите|помоги|помощь|помощи|нужна|мне|пожалуйста|спасите|прошу)",
    "ar": r"(?:مساعده|المساعده|ساعدوني|ساعدني|ساعديني|النجده|احتاج|اريد|الي|من|فضلك)",
    "zh": r"(?:请|帮帮|帮助|帮|我|需要|救命|求助|一下|吗|谁|能|可以|有人)+",
}
_FOR_HELP: Final = re.compile(
    r"\b(?:help|sos|aide|aidez|aider|secours|ayuda|ayudame|ayudeme|ayudenme|ayudar|socorro|auxilio|помогите|помоги|помощь"
    r"|помощи|спасите|مساعده|المساعده|ساعدوني|ساعدني|ساعديني|النجده)\b|帮|救命|求助"
)
_GREETINGS: Final = {
    "en": "ok okay k yes yep yeah no nope thanks thank you thx ty very much so a lot hello hi hey there dear good "
    "morning afternoon evening day bye goodbye test testing fine great cool right sure alright please welcome",
    "fr": "bonjour bonsoir salut merci beaucoup oui non d accord daccord au revoir",
    "es": "hola gracias muchas buenos buenas dias tardes noches si vale adios de acuerdo",
    "ru": "привет здравствуйте здравствуй добрый день спасибо большое да нет хорошо ок пока",
    "ar": "مرحبا السلام عليكم شكرا جزيلا نعم لا حسنا اهلا صباح الخير",
    "zh": "你好 您好 谢谢 好的 好 是 不是 嗯 再见 早上好",
}
_WORDS: Final = {language: frozenset(words.split()) for language, words in _GREETINGS.items()}
_SHORT = 2  # letters that are no question yet
_MOST = 8  # words; whoever writes more says something


def bare(question: str) -> tuple[str, str] | None:
    """The status for a question in which nothing is asked, and the language that it is in; None for all others."""
    said = re.findall(r"\w+", searchable(question))
    if not said or len(said) > _MOST:
        return None
    for language, call in _CALLS.items():
        if all(re.fullmatch(call, word) for word in said) and any(_FOR_HELP.search(word) for word in said):
            return HELP, language
    for language, words in _WORDS.items():
        if words.issuperset(said):
            return GREETING, language
    clause = len(said) > 1 and said[0].isdecimal()
    return (GREETING, "en") if len("".join(said)) <= _SHORT and said[0].isascii() and not clause else None
