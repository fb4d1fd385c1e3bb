"""What a user says around a question: "Hi, can you tell me who …? Thanks!" asks "who …?".

Greetings, thanks, requests to be told, and wishes how the answer should be written: it is always quotes.
Rules over the text, in English. A turn of which nothing is left asks nothing.
"""

from __future__ import annotations

import re

TAIL = 200  # characters at the end of a turn in which thanks and wishes are looked for

_THANKS = (
    r"(?:(?:many )?thanks|thx|thank you)(?: (?:again|a lot|a million|so much|very much|in advance))*"
    r"(?: for (?:that|this|it|all|(?:your|the) \w+)(?=\s*(?:[.!,]|$)))?"
)
_ASKING = r"(?=(?:who|whom|whose|what|which|when|where|why|how|whether|if)\b)"
_GRATEFUL = (
    r"i(?:['’]d| would) (?:be (?:grateful|happy|glad)|appreciate it)|it would be (?:great|nice|helpful)"
)
_YOU = (
    rf"(?:(?:{_GRATEFUL}) if you (?:can|could|would)|(?:can|could|would|will) (?:you|anyone|someone))"
    r"(?: (?:please|kindly|maybe|perhaps))*"
)
_TELL = (
    r"(?:(?:tell|show|explain to|give|remind) (?:me|us)|let (?:me|us) know|explain|say|find out|check)"
    r"(?: (?:please|again))*"
)
_KNOW = (
    rf"(?:{_YOU}|do (?:you|we)(?: happen to)?|does (?:anyone|anybody)|any idea"
    r"|i(?:['’]d| would)? (?:like|love|want|need) to) (?:know|ask|find out|learn)"
)
_WONDER = r"(?:any idea|i(?:['’]m| am| was)? ?(?:just )?(?:wonder(?:ing)?|curious))"
_A_QUESTION = (
    r"(?:i(?:['’]ve| have)?(?: got)? )?(?:just )?(?:(?:a|one|my|another|next)(?: more)? )?"
    r"(?:(?:quick|short|small|simple) )?question(?: for you| is)?"
)
_GREETING = (
    r"(?:hi|hello|hey|greetings|good (?:morning|afternoon|evening|day))(?: (?:there|all|everyone|again))?"
)
_HEARD = r"ok(?:ay)?|i see|got it|understood|hmm+|sorry|excuse me|by the way|btw"
_SAID = (
    r"great|perfect|cool|nice|interesting|awesome|(?:very )?good|alright|right|well|now|next|finally|actually"
    r"|listen|u[hm]+|[oa]h|yo|(?:just )?out of (?:interest|curiosity)|(?:a )?quick one|one more(?: thing)?"
)
_WHO_ASKS = r"dear [^,.!?]{1,40}[,!]|my name is(?-i:(?: [A-Z]\w+)+)[.,!]"
_ABOUT_YOU = (
    r"(?:how|who|what) are you(?: doing)?(?: today)?|what can (?:you do|i ask)(?: for me| you| here)?"
    r"|(?:(?:can|could) you )?(?:please )?help(?: me)?(?: please)?|how do you work"
)
_SOURCES = r"(?:documents?|files?|sources?|texts?)"
_DOCUMENTS = (
    r"(?:any of |all )?(?:the|these|those|this|your|my|our)(?: (?:provided|given|above))?"
    rf" {_SOURCES}(?: provided)?"
)
_LENGTH = (
    r"(?:very )?(?:briefly|concisely|in short|in brief|in detail|in your own words|step by step"
    r"|(?:in|with)(?: no more than| at most)? (?:a few|a|one|two|three|\d+|simple|plain|short|bullet)"
    r"(?: (?:short|simple|single))? (?:sentences?|words?|lines?|paragraphs?|terms|english|points))"
)
_ENDED = r"\s*(?:[,!;]+\s*|[.:]+(?:\s+|$))+|\s+[–—-]+\s+|$"
# What may begin a name is courtesy only where a comma or a point follows, or, of some, a small letter: not
# "Nice has how many …?", "Hello World prints …".
_BEFORE = (
    rf"(?:{_GREETING}|{_THANKS}|{_HEARD})"
    rf"(?:{_ENDED}|\s+(?-i:(?=[a-z]))|\s+{_ASKING}|\s+(?=(?:{_GREETING}|{_THANKS}|{_HEARD})\b))",
    rf"(?:{_SAID})(?:{_ENDED})",
    rf"(?:{_WHO_ASKS})\s*",
    rf"(?:{_ABOUT_YOU})[?.!]+\s*",
    r"(?:please|pls|kindly)(?:[\s,]+|$)",
    r"@(?:assistant|bot|all|everyone)[\s,:]+",
    rf"{_A_QUESTION}(?:\s*[.:,!]+\s*|\s+[–—-]+\s+|\s{_ASKING})",
    rf"(?:{_YOU} )?{_TELL}(?::\s*|,? {_ASKING})",
    rf"(?:{_KNOW}|{_WONDER})(?::\s*|,? {_ASKING})",
    rf"{_YOU} (?=(?:list|compare|name|summari[sz]e|describe|explain|tell|give)\b)",
    rf"(?:according to|based on|given|from|in|within) (?:{_DOCUMENTS}|the (?:provided |given )?context)"
    rf"(?:\s*,\s*| {_ASKING})",
    rf"{_LENGTH}(?:\s*[,:]\s*| {_ASKING})",
    rf"[-–—•*]+\s+|q:\s*|\d{{1,2}}[.)]\s+{_ASKING}",
)
_WISH = (  # how to answer: a sentence of its own
    r"(?:please )?(?:answer|reply|respond|explain (?:it|this)|(?:do not|don['’]t) (?:guess|make|invent|use)"
    r"|be (?:brief|concise|short|precise|specific|exact|detailed)|no more than \d+ words"
    r"|keep (?:it|the answer|your answer)|use (?:simple|plain|short|bullet)"
    r"|(?:cite|give|include|show|quote|mention|provide|add|name)(?: me)?(?: (?:the|your|all|any|exact))*"
    rf" (?:{_SOURCES}|references?|citations?|evidence|quotes?|links?|pages?))\b"
)
_SIGNED = r"(?:(?:(?:best|kind|warm) )?regards|cheers|best wishes|(?:yours )?sincerely)"
_AHEAD = re.compile(rf"(?:{'|'.join(_BEFORE)})+", re.IGNORECASE)
_BEHIND = re.compile(
    rf"(?:(?<![\s,.!;:])[\s,.!;:]+(?:please|pls|according to {_DOCUMENTS}|{_LENGTH}|{_THANKS}(?![.!\s]*\?))"
    rf"|(?:(?<=\?)|(?<=[.!,;])\s)\s*(?:{_THANKS}(?! to\b)|{_SIGNED})\b[^?]*"
    rf"|(?:(?<=\?)|(?<=[.!])\s)\s*{_WISH}[^?]*|(?<=\?)[^\w(]+)"
    r"(?P<end>[?.!\s]*)$",
    re.IGNORECASE,
)
_WIDE_MARK = re.compile(r"(?<=[\x21-\x7e])\uff1f")  # of a Chinese keyboard, behind English
_QUOTED = re.compile(r"[\"“'*_`]+([^\"“”*`]+?)[\"”'*_`]+")
_NO_QUESTION = re.compile(rf"(?:{_ABOUT_YOU})?[\W_]*", re.IGNORECASE)


def is_courtesy(text: str) -> bool:
    """Whether a turn asks nothing of the documents: "Great, thanks!", "Who are you?"."""
    return bool(text.strip()) and not without_courtesy(text)


def without_courtesy(text: str) -> str:
    """ "Thanks, and in 2019?" is "and in 2019?"; "Do you know if …?" is "whether …?"."""
    left = _WIDE_MARK.sub("?", " ".join(text.split()))
    if quoted := _QUOTED.fullmatch(left):
        left = quoted[1]
    if ahead := _AHEAD.match(left):
        left = re.sub(r"^if\b", "whether", left[ahead.end() :], flags=re.IGNORECASE)
    while behind := _BEHIND.search(left, max(0, len(left) - TAIL)):
        left = left[: behind.start()].rstrip(" ?") + (
            "?" if "?" in behind[0] + left[behind.start() - 1] else ""
        )
    return "" if _NO_QUESTION.fullmatch(left) else left
