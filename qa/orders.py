"""Whether a text speaks to a language model: tells it what to do, or hides something from the reader.

Rules that would rather find too much: a passage found here is never sent to a model, and still quoted.
Knows nothing of prompts or answers. English, Chinese, German, French and Spanish.
"""

from __future__ import annotations

import re

_BEFORE = r"(?:previous|prior|above|earlier|preceding|foregoing|other|all|any|these|those|your|the|of|safety)"
_ORDERS = re.compile(
    "|".join(
        (
            rf"\b(?:ignore|disregard|forget|override|bypass|skip) (?:{_BEFORE} ){{1,4}}"
            r"(?:instructions?|rules?|prompts?|passages?|directions|guidelines|text|documents?|context|question)",
            r"\b(?:system|developer|hidden|initial|original) (?:prompt|message|instructions?)\b",
            r"\b(?:as|by order of|says) (?:the|your) (?:system|developer|operator|admin)\b",
            r"\b(?:new|updated|secret|important|urgent|special|further|following) instructions?\b",
            r"\bnote to (?:the )?(?:ai|model|assistant|llm|bot|reader)\b",
            r"\byou (?:are now|must now|will now|are an? (?:ai|assistant|bot|model)|have to "
            r"(?:say|answer|reply))\b",
            r"\b(?:act|behave|respond|answer|reply|pretend) (?:as|like) (?:an?|if|though|the)\b",
            r"\b(?:reply|respond|answer) (?:only|just|always|exactly|instead|with|in)\b",
            r"\b(?:when(?:ever)?|if) (?:you(?:'re| are)? |anyone |someone |the user )?"
            r"(?:asked|asks|answer(?:ing)?|questioned)\b",
            r"\b(?:say|output|print|write|repeat|include|insert|append|add|state|claim|mention|show|reveal|begin|"
            r"start|end|finish|tell (?:the )?(?:user|reader|them))\b[^.\n]{0,60}"
            r"(?:[\"“‘'«`<]|https?:|\bthat\b|\bthe (?:word|words|phrase|link|key|image|url)\b)"
            r"(?=[^\n]{0,300}\b(?:answer|reply|response|user|nothing else|only|instead|verbatim)\b)",
            r"\b(?:readers?|users?|they) (?:expects?|wants?|needs?|must|should) (?:to )?(?:see|read|hear)\b",
            r"\binto (?:the|your|each|every|any|whatever) (?:answer|reply|response|text|you)\b",
            r"\b(?:dear|attention|hey),? (?:ai|assistant|model|chatbot|llm|language model|gpt|claude)\b",
            r"\b(?:ai|assistant|model|chatbot|llm|gpt)s? ?[:,] ?(?:you|please|ignore|say|always|never|now)\b",
            r"<\|?/?\s*(?:im_start|im_end|system|assistant|user|endoftext|start_of_turn)\b|\[/?INST\]|<<SYS>>",
            r"(?:^|[.!?] )#{0,6} ?(?:system|assistant|developer) ?(?::|$|(?:say|reply|write|output)s?\b)",
            r"忽略|无视|不要理会|系统(?:提示|指令|消息|要求)|作为(?:系统|助手|人工智能)|你(?:现在)?(?:是|必须)"
            r"|(?:只|必须|请)(?:要)?(?:回答|回复|输出|说)|(?:回答|回复|输出)[:：“\"「]|指令[:：]",
            r"\b(?:ignorier\w*|vergiss|missachte)\b[^.\n]{0,40}\b(?:anweisung\w*|regeln|anleitung\w*)",
            r"\b(?:antworte|sage|schreibe) (?:nur|immer|stattdessen)\b",
            r"\b(?:ignore[rz]?|oublie[rz]?)\b[^.\n]{0,40}\b(?:instructions|consignes|règles)",
            r"\b(?:ignor[ae]|olvid[ae])\b[^.\n]{0,40}\b(?:instrucciones|reglas)",
            r"\b(?:responde|réponds|répondez) (?:solo|sólo|seulement|uniquement|siempre)\b",
        )
    ),
    re.IGNORECASE | re.MULTILINE,
)
_UNREADABLE = re.compile(  # base64, hex: no reader's words
    r"(?<![\w/+])(?=[^\s\d]{0,64}\d)(?=[^\sa-z]{0,64}[a-z])[A-Za-z0-9+/]{32,}={0,2}(?![\w/+])"
)
_HIDDEN = re.compile("[\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2064\ufeff]")
_TAGS = re.compile("[\U000e0000-\U000e007f]")  # letters that models read and nobody sees


def gives_orders(text: str) -> bool:
    """Linear in the text, whatever it holds."""
    lines = (" ".join(line.split()) for line in _HIDDEN.sub("", text).splitlines())
    seen = "\n".join(line for line in lines if line)
    return bool(_TAGS.search(text) or _ORDERS.search(seen) or _UNREADABLE.search(seen))
