"""One sentence rewritten by rule so that it still says the same (falsifying.py: no longer).

Each rule takes a Source and a seeded chance and gives a sentence, or None where it has nothing to work on.
Knows nothing of the checker; its words are its own, so that none of them is known to the checker from here.
"""

from __future__ import annotations

import random
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

MONTHS = "January February March April May June July August September October November December".split()
MONTH = "|".join(MONTHS)
NUMBER = re.compile(r"(?<![\w.,/-])(\d{1,3}(?:,\d{3})+|\d+)(\.\d+)?(?![\w/-]|[.,]\d)")
YEAR = re.compile(r"(?<![\w.,/-])(1[5-9]\d\d|20[0-2]\d)(?![\w/-]|[.,]\d)")
DAY = re.compile(rf"\b(\d{{1,2}}) ({MONTH})\b|\b({MONTH}) (\d{{1,2}})(?![\d%]| percent)\b")
NAME = re.compile(r"(?<![.!?:\"“'`] )(?<!^)\b[A-Z][a-z]{2,}(?: [A-Z][a-z]{2,})*\b")
SUBJECT = re.compile(
    r"^(?P<subject>(?:The )?[A-Z][\w'’.-]+(?: (?:of|the|and|[A-Z][\w'’.-]+))*) "
    r"(?P<verb>is|was|were|are|has|had|have|will|plans?|caps?|said|says|became|made|took|won|led|wrote|began|"
    r"opened|played|released|[a-z]{3,}ed) (?P<rest>.+)$"
)
LOWER_FIRST = "The This That These Those It In On A An There They He She His Her Its We For At By".split()
SPELT = dict(
    enumerate(
        "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen "
        "sixteen seventeen eighteen nineteen twenty".split()
    )
)
TENS = dict(
    zip(range(20, 100, 10), "twenty thirty forty fifty sixty seventy eighty ninety".split(), strict=True)
)


@dataclass(frozen=True, slots=True)
class Source:
    """`spans`: one sentence each; the first is the one to rewrite, the others stand in the same document.

    strangers: names of other documents.
    """

    title: str
    spans: Sequence[str]
    strangers: Sequence[str]

    @property
    def sentence(self) -> str:
        return self.spans[0]

    @property
    def others(self) -> str:
        return " ".join(self.spans[1:])


Rule = Callable[[Source, random.Random], str | None]


def attribute(source: Source, chance: random.Random) -> str | None:
    form = chance.choice(("According to {}, {}", "{} reports that {}", "In {}, {}"))
    if not source.title or not may_follow(source.sentence):
        return None
    return form.format(source.title, lower_first(source.sentence))


def may_follow(sentence: str) -> bool:
    """Whether the sentence may stand after other words: it is known how its first word is then written."""
    first, _, rest = sentence.partition(" ")
    return first in LOWER_FIRST or rest[:1].isupper()


def lower_first(sentence: str) -> str:
    first, _, rest = sentence.partition(" ")
    return f"{first.lower()} {rest}" if first in LOWER_FIRST else sentence


def drop_brackets(source: Source, _: random.Random) -> str | None:
    return _changed(source.sentence, re.sub(r" ?\([^()]*\)", "", source.sentence))


def drop_relative(source: Source, _: random.Random) -> str | None:
    """ "X, which is Y, does Z" is "X does Z"; not where it is hedged."""
    found = re.search(r" ?, (?:which|who|where) [^,()\[\]]+(?:,(?=\D)|(?= ?\.$))", source.sentence)
    return _changed(source.sentence, source.sentence.replace(found[0], "", 1)) if found else None


def drop_opening(source: Source, _: random.Random) -> str | None:
    found = re.match(
        r"(?:In|On|At|Since|During|However|Moreover|Also|Today)\b[^,]{0,40}, (?=[A-Zt])", source.sentence
    )
    rest = source.sentence[found.end() :] if found else ""
    return rest[:1].upper() + rest[1:] if rest else None


def shorten(source: Source, _: random.Random) -> str | None:
    """The first of two clauses joined by "and" or "but"."""
    found = re.match(r"(.{30,}?\w) ?[,;] (?:and|but|while|whereas) (?!\w+ing\b)\w+ \w+ .*", source.sentence)
    whole = found and SUBJECT.match(found[1]) and "," not in found[1] and " that " not in found[1]
    return f"{found[1]}." if found and whole else None


def front_year(source: Source, _: random.Random) -> str | None:
    found = re.match(r"([A-Z][^,;]+?) in ((?:1[5-9]|20)\d\d) ?\.$", source.sentence)
    return f"In {found[2]}, {lower_first(found[1])}." if found else None


def reformat_number(source: Source, _: random.Random) -> str | None:
    def say(match: re.Match[str]) -> str:
        whole = int(match[1].replace(",", ""))
        if match[2] or whole > 10**12 or YEAR.fullmatch(match[0]):
            return match[0]
        if whole % 10**6 == 0 and whole:
            return f"{whole // 10**6} million"
        if whole in SPELT and whole > 1:
            return SPELT[whole]
        if 20 < whole < 100 and whole % 10 and whole // 10 * 10 in TENS:
            return f"{TENS[whole // 10 * 10]}-{SPELT[whole % 10]}"
        return f"{whole:,}" if "," not in match[0] else f"{whole}"

    if "[" in source.sentence:
        return None
    if re.search(
        rf"\b(?:{MONTH}|[A-Z][a-z]{{2}}\.?) ?\d|\d (?:{MONTH})|\d[-–]\d|\d \d", source.sentence, re.I
    ):
        return None  # days, ranges and parts of numbers
    scaled = re.sub(
        r"(?<![\w.,])(\d{1,3}) (million|thousand)\b",
        lambda match: f"{int(match[1]) * (10**6 if match[2] == 'million' else 10**3):,}",
        source.sentence,
    )
    if scaled != source.sentence:
        return scaled
    return _changed(source.sentence, re.sub(r" ?%", " percent", NUMBER.sub(say, source.sentence)))


def reformat_date(source: Source, chance: random.Random) -> str | None:
    def say(match: re.Match[str]) -> str:
        return f"{match[2]} {match[1]}" if match[1] else f"{match[4]} {match[3]}"

    full = re.sub(rf"\bon (\d{{1,2}}) ({MONTH}),? (\d{{4}})\b", r"in \2 \3", source.sentence, flags=re.I)
    full = re.sub(rf"\bon ({MONTH}) (\d{{1,2}}) ?, (\d{{4}})\b", r"in \1 \3", full, flags=re.I)
    if full != source.sentence and chance.random() < 0.5:
        return full
    return _changed(source.sentence, DAY.sub(say, source.sentence))


_SYNONYMS = (
    "big large|large big|show demonstrate|shows demonstrates|showed demonstrated|use employ|"
    "used employed|uses employs|begins starts|began started|located situated|many numerous|"
    "famous well-known|film movie|movie film|help assist|helps assists|buy purchase|company firm|"
    "companies firms|near close\u00a0to|approximately about|about roughly|often frequently|"
    "important significant|significant important|usually typically|typically usually|create make|"
    "created made|creates makes|get obtain|obtain get|huge enormous|people persons|children kids|"
    "doctor physician|doctors physicians|area region|areas regions|region area|"
    "several a\u00a0number\u00a0of|consists is\u00a0made\u00a0up|kill slay|job occupation|"
    "jobs occupations|car automobile|cars automobiles|main principal|primary main|method technique|"
    "methods techniques|studies investigations|study investigation|requires needs|require need|"
    "required needed|needs requires|nation country|country nation|rapidly quickly|quickly rapidly|"
    "house home|ended finished|ends finishes|received got|gave granted|called named|named called|"
    "entire whole|whole entire|small little|difficult hard|happened occurred|occurred happened|"
    "occurs happens"
)
SYNONYMS = {one.split(" ")[0]: one.split(" ")[1].replace("\u00a0", " ") for one in _SYNONYMS.split("|")}


def swap_synonyms(source: Source, chance: random.Random) -> str | None:
    words = re.split(r"(\W+)", source.sentence)
    places = [at for at, word in enumerate(words) if word in SYNONYMS]
    for at in chance.sample(places, min(2, len(places))):
        words[at] = SYNONYMS[words[at]]
    return _changed(source.sentence, "".join(words))


_PARTICIPLES = {
    "wrote": "written", "won": "won", "built": "built", "made": "made", "led": "led", "sang": "sung",
    "took": "taken",
}  # fmt: skip
_ED = (
    "created founded directed acquired developed released designed published produced introduced "
    "discovered invented established launched recorded signed defeated replaced opened announced "
    "proposed described selected played used"
).split()
ACTIVE = re.compile(
    rf"^((?:The )?[A-Z][\w'’.-]+(?: [A-Z][\w'’.-]+){{0,3}}) ({'|'.join([*_PARTICIPLES, *_ED])}) "
    r"((?:the|a|an|his|her|its|their|[A-Z0-9])[^,;.()]*?)"
    r"((?: (?:in|on|at|for|with|during|from) [^,;()]+)?) ?\.$"
)
_BY = re.compile(
    rf"^([A-Z][^,;.()]{{2,60}}?) (?:was|were) ({'|'.join([*_PARTICIPLES.values(), *_ED])}) by "
    r"((?:the )?[A-Z][\w'’-]+(?: [A-Z][\w'’-]+){0,3})((?: (?:in|on|at|for|with|during|from) [^,;()]+)?) ?\.$"
)


def change_voice(source: Source, _: random.Random) -> str | None:
    active = ACTIVE.match(source.sentence)
    if active:
        subject, verb, thing, adjunct = active.groups()
        thing = thing[:1].upper() + thing[1:]
        return f"{thing} was {_PARTICIPLES.get(verb, verb)} by {lower_first(subject + ' ')[:-1]}{adjunct}."
    passive = _BY.match(source.sentence)
    if passive:
        thing, verb, subject, adjunct = passive.groups()
        past = {participle: verb for verb, participle in _PARTICIPLES.items()}.get(verb, verb)
        return f"{subject[:1].upper() + subject[1:]} {past} {lower_first(thing + ' ')[:-1]}{adjunct}."
    return None


FAITHFUL: Mapping[str, Rule] = {
    "attributed": attribute,
    "brackets dropped": drop_brackets,
    "relative clause dropped": drop_relative,
    "opening dropped": drop_opening,
    "first clause": shorten,
    "year in front": front_year,
    "number format": reformat_number,
    "date format": reformat_date,
    "synonyms": swap_synonyms,
    "voice": change_voice,
}


def _changed(before: str, after: str) -> str | None:
    return after if after != before else None
