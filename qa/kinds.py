"""Whether a text holds a thing of the kind a question asks for: a number, a date, a name, a cause, a list.

Rules over the two texts alone. What the question says itself is no answer to it: nor is a count that the
conversation has told already an answer to the next "how many".
"""

from __future__ import annotations

import re

from index.numerals import MONTHS, WEEKDAYS
from index.words import words
from qa.question import Question, find_names, tokens

_NUMBER_WORDS = (
    "one two three four five six seven eight nine ten eleven twelve dozen twenty thirty fifty hundred "
    "thousand million billion mln bln bn half third thirds quarter once twice"
)
_GLUED_UNITS = "[kKMGT]i?B|[kMG]?Hz|[kcmµn]?m|[kmµ]?g|[kM]?Wh?|ms|k|x|th|st|nd|rd|mln|bln|bn"  # "200MB"
_TIME = (
    r"(?:sec(?:ond)?s?|min(?:ute)?s?|h(?:ou)?rs?|days?|nights?|weeks?|months?|y(?:ea)?rs?|decades?"
    r"|centur(?:y|ies))"
)
_MEASURE = (
    r"(?:[ckm]?m|kilomet(?:er|re)s?|met(?:er|re)s?|miles?|f(?:oo|ee)t|inch(?:es)?|pages?|words|characters)"
)
_UNIT = rf"(?:{_TIME}|{_MEASURE})"  # "a 20-minute talk", "a 150-foot fence"
NUMERAL = re.compile(
    rf"(?<![\w.,-])\d[\d.,]*(?:{_GLUED_UNITS})?(?!\w|-(?!{_UNIT}\b))|\b(?:{'|'.join(_NUMBER_WORDS.split())})\b",
    re.IGNORECASE,
)
_MONTHS = "|".join(MONTHS)
_DATE = re.compile(
    rf"\b(?:{_MONTHS}|{'|'.join(WEEKDAYS)}|(?:1[5-9]|20)\d\d"
    r"|in \w+ (?:days|weeks|months|years)|\d{1,2}[:.]\d\d|\d{1,2} ?[ap]\.?m|noon|midnight)\b|\d年",
    re.IGNORECASE,
)
_CAUSE = re.compile(
    r"\b(?:because|since|due to|so that|in order to|as a result|therefore|thanks to|the reason|meant to|"
    r"caus\w+|challenges?|in response to|in order|following)\b",
    re.IGNORECASE,
)
_PAIR = re.compile(r"[A-Z]\w+,? and [A-Z]\w+")
_ITEM = r"[^\s,;:()]+(?: [^\s,;:()]+){0,5}"
_NAME = r"[A-Z][\w'’-]*"
_ENUMERATION = re.compile(  # "…, the south and the sea"; three names in a row need no "and"
    rf"\w, {_ITEM},? (?:and|or) \w|\b{_NAME}, {_NAME}(?: {_NAME}){{0,3}}, [A-Z]"
)
_TOLD = r"(?:,| (?:is|was|became|has been|serves|works)\b)"  # behind a name: who that is
_HOLDER_ASKED = re.compile(r"^(?:and )?who (?:is|was) the\b", re.IGNORECASE)  # of an office, not of a name
_SHARE_ASKED = re.compile(r"\b(?:share|percentage|proportion|fraction|what part)\b", re.IGNORECASE)
_SHARE = re.compile(
    r"%|\bper ?cent|\bpct\b|\bhalf\b"
    r"|\b(?:third|quarter|fifth|sixth|seventh|eighth|ninth|tenth)s?\b|\b\d+/\d+\b"
    r"|\b(?:\d[\d,]*|one|two|three|four|five|six|seven|eight|nine|ten) (?:in|out of|of the) \w",
    re.IGNORECASE,
)
_TIMES_ASKED = re.compile(r"\bhow (?:often|many times)\b", re.IGNORECASE)
_OFTEN_ASKED = re.compile(r"\bhow often\b", re.IGNORECASE)
_TIMES = re.compile(
    r"\b(?:once|twice|thrice|times|every|each|per(?! cent)|daily|weekly|monthly|quarterly|yearly"
    rf"|annual(?:ly)?|(?:{'|'.join(WEEKDAYS)})s?)\b",
    re.IGNORECASE,
)
_AGE_ASKED = re.compile(r"\bhow old\b", re.IGNORECASE)
_AGE = re.compile(
    r"\b(?:aged?|born|years?|months|old|century|centuries)\b|\byear-old\b|, \d{1,3}[,.]", re.IGNORECASE
)
_LENGTH = re.compile(  # of time, or of a thing
    rf"\b{_TIME}\b|\b(?:since|until|till|permanent\w*|indefinite\w*|forever)\b|\bfrom \d"
    rf"|\b{_MEASURE}\b",
    re.IGNORECASE,
)
_SPAN_OF_TIME = re.compile(rf"(?:{NUMERAL.pattern})[- ]{_TIME}\b|\b\d{{1,2}}[:.]\d\d\b", re.IGNORECASE)
_ONE_OF = re.compile(r"\b(?:one of|no one|one another|one by one|one day)\b", re.IGNORECASE)
_PAYMENT = r"\b(?:money|budget|price|cost|fee|salar|wage|subsid|grant|fund|revenue|profit|invest|pay|paid)\w*"
_MONEY_ASKED = re.compile(_PAYMENT, re.IGNORECASE)
_CURRENCY = (
    r"(?:yuan|renminbi|rmb|dollar|euro|pound|yen|franc|rupee|rupiah|krone|krona|crown|ruble|rouble|peso|dinar"
    r"|dirham|riyal|florin|guilder|forint|zloty|shekel|shilling|ringgit|baht|lira|usd|eur|gbp|chf|cent|dlr|ct)s?"
    r"|kroner|kronor"
)
_MONEY = re.compile(
    rf"[$€£¥₹%]|\b(?:{_CURRENCY})\b"
    rf"|\b(?:million|billion|trillion|mln|bln|bn|worth|per ?cent|pct)\b|\d(?:mln|bln|bn)\b|{_PAYMENT}",
    re.IGNORECASE,
)
_QUOTED = re.compile(r'["“][^"”]*["”]')
YEAR = re.compile(r"\b(?:1[5-9]|20)\d\d\b(?![,.]\d)")
_DAY = re.compile(rf"\b\d{{1,2}} (?:{_MONTHS})\b|\b(?:{_MONTHS}) \d{{1,2}}\b", re.IGNORECASE)
_CAPITAL_INSIDE = re.compile(r"\w\W+[A-Z]\w")


def holds_kind(question: Question, text: str) -> bool:
    """Whether `text` holds a thing of the kind asked for; False where any text might answer."""
    match question.kind:
        case "count" | "amount" | "duration":
            return _holds_number(question, text)
        case "date":
            return bool(_DATE.search(text))
        case "who" if asks_what_is_told_of(question):
            return bool(re.search(rf"\b{re.escape(question.names[-1])}{_TOLD}", text))
        case "who":
            return bool(set(find_names(_QUOTED.sub("", text))) - set(question.names))
        case "where":
            return bool(_CAPITAL_INSIDE.search(text))
        case "why":
            return bool(_CAUSE.search(text))
        case "list":
            return text.rstrip().endswith(":") or bool(_PAIR.search(text) or _ENUMERATION.search(text))
        case _:
            return False


def asks_what_is_told_of(question: Question) -> bool:
    """Whether a question after somebody holds nothing but the name: "Who is Luo Tao?"; not
    "Who is the Minister of Education?"."""
    if _HOLDER_ASKED.match(question.text):
        return False
    names = words(" ".join(question.names))
    return question.kind == "who" and bool(names) and set(question.content) <= set(names)


def without_days(text: str) -> str:
    """The text without the days in it, "17 January": no amounts, and the years that follow them stay."""
    return _DAY.sub("", text)


def _holds_number(question: Question, text: str) -> bool:
    if _SHARE_ASKED.search(question.text) and not _SHARE.search(text):
        return False
    if _OFTEN_ASKED.search(question.text) and _TIMES.search(text):  # "every month", "twice"
        return True
    if _TIMES_ASKED.search(question.text) and not _TIMES.search(text):
        return False
    if question.kind == "amount" and _MONEY_ASKED.search(question.text) and not _MONEY.search(text):
        return False
    if question.kind == "duration" and not _LENGTH.search(text):
        return False
    if _AGE_ASKED.search(question.text) and not _AGE.search(text):
        return False
    amounts = YEAR.sub("", without_days(_ONE_OF.sub("", text)))
    if question.kind == "count" and not re.search(rf"\b{_TIME}\b", question.text, re.IGNORECASE):
        amounts = _SPAN_OF_TIME.sub("", amounts)
    told = question.standalone if question.kind == "count" else question.text
    numerals = {numeral.casefold() for numeral in NUMERAL.findall(amounts)}
    return bool(numerals - set(question.numbers) - set(tokens(told.casefold())))
