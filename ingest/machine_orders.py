"""A sentence → whether it gives orders to a machine, or carries code or a blob, and so is no policy text.

Nothing here obeys a document: no language model reads it. But what is quoted may be read by one elsewhere, and
policy texts hold no such sentences. A list of forms that are known, not a proof: a person looks at what is reported.
"""

from __future__ import annotations

import re
import unicodedata
from itertools import groupby
from typing import TYPE_CHECKING

from ingest.folding import tidy

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ingest.sentences import Sentence

# Letters that look like a Latin one, beside those that differ by accents only; for words that pretend to be Latin.
_LOOK_ALIKE = {
    ord(other): letter
    for letter, others in {
        "a": "аᴀɑα", "b": "вь", "c": "сϲς", "d": "ԁɗ", "e": "еєεɛҽэ", "f": "ғ", "g": "ɡɢ", "h": "һнⲏ",
        "i": "іıιӏɩ¡", "j": "јϳ", "k": "кκ", "l": "ⅼ", "m": "мᴍ", "n": "ոηп", "o": "оοօσᴏ", "p": "рρᴘ", "q": "ԛ",
        "r": "гᴦꮁ", "s": "ѕꜱ", "t": "тτᴛ", "u": "υսᴜ", "v": "νѵ", "w": "ѡԝω", "x": "хχ", "y": "уүγʏ", "z": "ᴢ",
    }.items()
    for other in others
}  # fmt: skip
_DIGITS = str.maketrans("013457@$", "oieastas")  # "1gn0re", only inside words
_LEET = re.compile(r"(?<![\w@$])(?=[\w@$]*[a-z])(?=[\w@$]*[013457@$])[\w@$]{4,}")
_SPELLED = re.compile(r"\b(?:[a-z][\s.*_-]{1,3}){5,}[a-z]\b")  # "i g n o r e"
_EARLIER = r"(?:previous|prior|earlier|above|preceding|foregoing|former|original|initial|system|existing|safety)"
_TOLD = r"(?:instructions?|prompts?|commands?|directions?|directives?|context|messages?|conversations?|programming)"
_DROP = r"(?:ignore|disregard|forget|override|bypass|overlook|discard|neglect|do not (?:follow|obey)|stop following)"
_SAID = r"(?:responses?|repl(?:y|ies)|answers?|outputs?|messages?)"
_START = r"(?:^|[:;.!?)–—>-] )(?:please )?(?:you (?:must|should|will|shall) )?"
_MACHINE = (
    r"(?:ai|a\.i\.|artificial intelligence|chat ?bot|bot|language model|llm|chatgpt|gpt|dan|simulator|"
    r"unrestricted|unfiltered|uncensored|jailbroken)"
)
_ORDERS = tuple(
    re.compile(pattern)
    for pattern in (
        # what was said before is to be forgotten
        rf"\b{_DROP}\b(?: \w+){{0,3}} {_EARLIER}(?: \w+){{0,2}} {_TOLD}\b",
        rf"\b{_DROP} (?:all |any |everything |the |your |these )*(?:of )?(?:the |your )?{_TOLD}?(?: \w+)? ?"
        r"(?:that )?(?:you (?:were|have been|have|had|got|received|learn\w*)|given to you|mentioned above|"
        r"stated above)\b",
        r"\b(?:ignore|disregard|forget) (?:all|everything|anything|whatever) (?:\w+ ){0,2}(?:above|before|"
        r"earlier|so far)\b",
        # who the reader is to be
        rf"\b(?:you are|you re|you will be|act(?:ing)? (?:just )?(?:as|like)|pretend(?:ing)?(?: to be|"
        rf" that you are| you are)?|"
        rf"behave (?:as|like)|play(?:ing)? the role of|imagine (?:that )?you are)\b(?: [\w.]+){{0,5}} {_MACHINE}\b",
        r"\byou are now (?:an? |the |my )?(?:\w+ )?(?:assistant|bot|agent|model|persona|character|in \w+ mode|"
        r"called|named|"
        r"known as|free (?:of|from)|freed|operating|running as|entering)\b",
        r"\byou are (?:going to|about to) (?:act|pretend|play|immerse|role)\b",
        r"\bas an? (?:large )?(?:ai|language model|llm|chat ?bot)(?: language)?(?: model| assistant|"
        r" chat ?bot| system)?,? "
        r"(?:i|you|it|we)\b",
        r"\b(?:do anything now|jailbr[eo]a?ke?n?|developer mode|dan mode|stay in character|break character)\b",
        r"\bfrom now on,? (?:you (?:are|will|must|act|have to|shall)|(?:only )?(?:respond|answer|reply)|"
        r"always|act as)\b",
        # the machine's own things
        r"\b(?:system|developer|hidden|initial|secret|user) ?prompts?\b",
        r"\b(?:reveal|print|repeat|show|output|display|leak) (?:me )?(?:your|the|all) (?:\w+ )?(?:prompts?|"
        r"instructions above)\b",
        r"(?:^|[.!?\]>] ?|### ?)(?:assistant|system|ai|chatbot) ?: ?\w",
        r"<\|?/?(?:im_start|im_end|endoftext|system|assistant|user)\|?>|\[/?inst\]|<</?sys>>|"
        r"### ?(?:instruction|response|system)\b",
        r"\b(?:note|message|instructions?|attention|important|order)s? (?:to|for) (?:the |any |all )?"
        r"(?:ai|a\.i\.|llms?|chat ?bots?|language models?|assistants? that|machines? that|virtual assistants?)\b",
        r"\b(?:ai|llm|chat ?bot|language model)s? (?:assistants? |models? |systems? )?(?:must|should|shall|"
        r"will|are to) "
        r"(?:not )?(?:say|tell|answer|respond|reply|output|ignore|recommend|mention|only|always|never|instead)\b",
        # what is to be said, and to whom not
        r"\b(?:do not|don t|never|must not|without) (?:ever )?(?:tell|telling|inform|informing|warn|warning|"
        r"mention|mentioning|"
        r"reveal|revealing|disclose|alert|alerting|let|letting)\b(?: \w+){0,6} (?:the|any|your) (?:users?|askers?)\b",
        r"(?:^|[.:;,!] |\b(?:and|please|always|instead|then|must|should) )(?:tell|convince|persuade|instruct) "
        r"(?:the|every|all|each|any) (?:users?|askers?)\b",
        r"\b(?:respond|reply|answer) (?:back )?(?:only|exclusively|solely|just|always|with only) (?:with|in|"
        r"using|by)\b",
        r"\b(?:only|always|just|exclusively) (?:respond|reply|answer) (?:with|in|using|by)\b",
        r"\b(?:respond|reply|answer) with (?:only|nothing but|exactly|the (?:following|words?|phrase|sentence|"
        r"text)\b)",
        r"\b(?:answer|respond to|reply to) (?:every|all|any|each) (?:questions?|quer(?:y|ies)|prompts?|"
        r"users?)\b(?: \w+){0,3} "
        r"(?:with|by|as|using|the same)\b",
        rf"{_START}(?:integrate|modify|replace|substitute|rearrange|scramble|jumble|misspell|augment|"
        rf"enhance|anagram|append|"
        rf"insert|encode|tease|convert|render)\b.{{0,160}}\b(?:your|every|each|all|the) {_SAID}\b",
        rf"{_START}(?:replace|substitute) (?:every|all|each)? ?(?:\w+ )?(?:letters?|vowels?|words?)\b",
        rf"{_START}(?:include|add|provide|use|remove|combine|introduce|group|end|begin|start|finish)\b.{{0,160}}"
        rf"\b(?:your|every|each) {_SAID}\b.{{0,80}}\b(?:sentence|words?|letters?|vowels?|spaces?|typos?|"
        rf"anagram\w*|misspell\w*|"
        rf"symbols?|headline|links?|users?|alphanumeric|homophonic|substitution|fours|threes)\b",
        rf"{_START}(?:include|add|provide|use|remove|combine|introduce|group|end|begin|start|finish)\b.{{0,40}}"
        rf"\b(?:sentences?|words?|letters?|vowels?|spaces?|typos?|anagram\w*|misspell\w*|symbols?|headline|links?|"
        rf"compelling reason|alphanumeric|numbers for)\b.{{0,80}}\b(?:your|every|each) {_SAID}\b",
        rf"{_START}add [\"“'].{{0,200}}[\"”'].{{0,60}} to your {_SAID}\b",
        rf"\bin (?:your|every|each) {_SAID}, (?:suggest|tease|mention|tell|say|promote|recommend|include|add)\b",
        # the commonest form in other languages, without accents
        r"\bignor(?:e|ez|er) (?:toutes )?(?:les |vos |tes )?(?:instructions|consignes) (?:precedentes|"
        r"anterieures|ci-dessus)",
        r"\bignor(?:a|ad|e|en|ar) (?:todas )?(?:las |tus |sus )?(?:instrucciones|indicaciones) (?:anteriores|"
        r"previas)",
        r"\bignor(?:a|ate|are|i) (?:tutte )?(?:le )?istruzioni (?:precedenti|di prima)",
        r"\bignor(?:e|a|ar|em) (?:todas )?(?:as )?instrucoes (?:anteriores|previas)",
        r"\bignorier(?:e|en sie|t) (?:alle )?(?:die )?(?:vorherigen|bisherigen|vorigen|obigen|"
        r"fruheren) (?:anweisungen|instruktionen)",
    )
)
_FOREIGN = tuple(
    re.compile(pattern)
    for pattern in (
        r"игнориру(?:й|йте) (?:все )?(?:предыдущие|прежние|вышеуказанные) (?:инструкции|указания|команды)",
        r"(?:забудь|забудьте) (?:все )?(?:предыдущие|прежние) (?:инструкции|указания|команды)",
        r"(?:忽略|无视|忘记|忽視|無視)[^。]{0,8}(?:之前|以上|先前|前面|所有|此前)[^。]{0,8}(?:指令|指示|提示|命令|说明)",
        r"تجاهل[^.]{0,15}(?:التعليمات|الأوامر|الإرشادات)[^.]{0,10}(?:السابقة|أعلاه)",
    )
)
_SQUEEZED = re.compile(
    r"(?:ignore|disregard|forget|override)(?:all|any|the|your|of|these)*(?:previous|prior|earlier|above|preceding)"
    r"(?:instructions?|prompts?|commands?|directions?)|systemprompt|donottelltheuser|youarenowan?(?:ai|"
    r"chatbot|unrestricted)"
)
_CODE = tuple(
    re.compile(pattern, re.IGNORECASE)
    for pattern in (
        r"!\[[^\]]{0,300}\]\s?\(",  # a picture in Markdown: whoever shows it calls its address
        r"\[[^\]]{1,300}\]\((?:https?|data|javascript|mailto|tel|ftp|www)",
        r"<\s?/?\s?(?:script|img|iframe|svg|object|embed|form|input|meta|style|div|span|body|html|base|video|"
        r"audio)\b",
        r"<\s?a\s[^>]{0,200}href|\bon(?:error|load|click|mouseover|focus)\s?=",
        r"\b(?:javascript|vbscript)\s?:|\bdata\s?:\s?(?:text|image|application)/",
        r"__import__\(|\bos\.(?:system|popen)\(|\bsubprocess\.|\beval\(|\bexec\(|\$\([a-z]|kernel\.exec|"
        r"\bsystem\(|@\{\[",
        r"\bdrop table\b|\binsert into \w+ ?\(|\bunion select\b|\bselect .{1,80} from \w+ (?:where|;)",
        r"&lt;\s?/?[a-z]|\balert\(|__[a-z]{3,}__|\b(?:or|and|when) \(?1\s?=\s?1|\bopen\(['\"]|\bimport \w+\s?;",
        r"'\s?;\s?(?:insert|drop|shutdown|select|delete|update)|;\s*--|\band if\(|\bsleep\(\d",
        r"(?<![\w/.])[0-9a-f]{40,}(?![\w/.])",
    )
)
_ESCAPED = re.compile(
    r"(?:%[0-9A-Fa-f]{2}){8}|(?:\\x[0-9A-Fa-f]{2}){4}|(?:\\u[0-9A-Fa-f]{4}){4}|(?:&#x?[0-9A-Fa-f]{2,6};){4}"
)
_BLOB = re.compile(r"(?<!\S)[A-Za-z0-9+/_-]{40,}={0,2}(?!\S)")
_NO_WORD = re.compile(r"[^\w]+")
_MIXED = (re.compile("[a-z]"), re.compile("[A-Z]"), re.compile("[0-9]"))


def is_machine_order(text: str) -> bool:
    """Whether a text gives an order to a machine, or holds code, mark-up that calls an address, or an encoded blob."""
    plain = " ".join(unicodedata.normalize("NFKC", tidy(text)).split())
    if any(pattern.search(plain) for pattern in (*_CODE, _ESCAPED)):
        return True
    if any(_mixed(blob) for blob in _BLOB.findall(plain)):
        return True
    lower = plain.casefold()
    if any(pattern.search(lower) for pattern in _FOREIGN):
        return True
    words = _latin(lower)
    squeezed = "".join(c for c in words if c.isalpha()) if _SPELLED.search(words) else ""
    return _orders(words) or bool(_SQUEEZED.search(squeezed))


def _orders(words: str) -> bool:
    return any(pattern.search(words) for pattern in _ORDERS)


def _mixed(blob: str) -> bool:
    return all(pattern.search(blob) for pattern in _MIXED)


def _latin(lower: str) -> str:
    """Words without accents, look-alike letters and digits that stand for letters; apostrophes as blanks."""
    bare = "".join(c for c in unicodedata.normalize("NFD", lower) if not unicodedata.combining(c))
    latin = bare.translate(_LOOK_ALIKE)
    latin = _LEET.sub(lambda word: word.group().translate(_DIGITS), latin)
    return " ".join(re.sub(r"['’`]", " ", latin).split())


def machine_orders(sentences: Sequence[Sentence]) -> set[int]:
    """The numbers of sentences that give orders to a machine; all of a paragraph where only its words together do."""
    found = {sentence.number for sentence in sentences if is_machine_order(sentence.text)}
    for _, block in groupby(sentences, key=lambda sentence: sentence.block):
        paragraph = {sentence.number: sentence.text for sentence in block}
        if found.isdisjoint(paragraph):
            text = unicodedata.normalize("NFKC", tidy(" ".join(paragraph.values())))
            if _orders(" ".join(_NO_WORD.sub(" ", _latin(text.casefold())).split())):
                found |= paragraph.keys()
    return found
