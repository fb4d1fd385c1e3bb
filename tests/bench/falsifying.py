"""One sentence made false by rule: each changes one thing that a model might get wrong.

Takes its own words for that, so that none of them is known to the checker from here.
"""

from __future__ import annotations

import random
import re
from collections.abc import Mapping

from tests.bench.rewriting import DAY, LOWER_FIRST, MONTHS, NAME, NUMBER, SUBJECT, YEAR, Rule, Source


def change_number(source: Source, chance: random.Random) -> str | None:
    """To another number of the spans half of the time, else to one near it."""
    places = [found for found in NUMBER.finditer(source.sentence) if not YEAR.fullmatch(found[0])]
    places = [found for found in places if not _no_fact(source.sentence, found)]
    if not places:
        return None
    place = chance.choice(places)
    spans = " ".join(source.spans)
    others = {one[0] for one in NUMBER.finditer(spans) if _plain(one[0]) != _plain(place[0])}
    others = {one for one in others if not YEAR.fullmatch(one)}
    if others and chance.random() < 0.5:
        return _put(source.sentence, place, chance.choice(sorted(others)))
    whole = int(place[1].replace(",", ""))
    new = chance.choice([whole + chance.randint(1, 9), max(0, whole - 1), whole * 10, whole * 2 + 1])
    return _put(source.sentence, place, f"{new:,}{place[2] or ''}") if new != whole else None


def change_date(source: Source, chance: random.Random) -> str | None:
    years, days = list(YEAR.finditer(source.sentence)), list(DAY.finditer(source.sentence))
    if not years and not days:
        return None
    place = chance.choice([*years, *days])
    if place.re is DAY:
        day, month = place[1] or place[4], place[2] or place[3]
        if chance.random() < 0.5:
            month = chance.choice([one for one in MONTHS if one != month])
        else:
            day = str(chance.choice([one for one in range(1, 29) if str(one) != day]))
        return _put(source.sentence, place, f"{day} {month}" if place[1] else f"{month} {day}")
    spans = " ".join(source.spans)
    others = sorted({one[0] for one in YEAR.finditer(spans)} - {place[0]})
    near = str(int(place[0]) + chance.choice((-10, -2, -1, 1, 3, 10)))
    return _put(source.sentence, place, chance.choice(others) if others and chance.random() < 0.5 else near)


def change_name(source: Source, chance: random.Random) -> str | None:
    """To another of the spans half of the time, else to a stranger."""
    places = [found for found in NAME.finditer(source.sentence) if found[0] not in MONTHS]
    subject = SUBJECT.match(source.sentence)
    first = re.match(r"[A-Z][a-z]+(?: [A-Z][a-z]+)+\b", source.sentence) if subject else None
    places += [first] if first and first[0].split()[0] not in LOWER_FIRST else []
    if not places:
        return None
    place = chance.choice(places)
    mine = set(place[0].split())
    inside = {found[0] for found in NAME.finditer(source.others)}
    chosen = sorted(inside) if inside and chance.random() < 0.5 else list(source.strangers)
    chosen = [one for one in chosen if mine.isdisjoint(one.split()) and one.split()[0] not in MONTHS]
    return _put(source.sentence, place, chance.choice(chosen)) if chosen else None


def change_negation(source: Source, _: random.Random) -> str | None:
    """Dropped where there is one, else added after the first auxiliary."""
    dropped = re.sub(
        r"\b(?:not|never) (?!only)|(?<=[a-z])n['’]t(?= )| n't(?= )|\bno (?=[a-z]+ )(?!no (?:more|less))",
        "",
        source.sentence,
        count=1,
    )
    if dropped != source.sentence:
        return dropped
    found = re.search(
        r"\b(?:is|was|were|are|has|have|had|can|will|would|could|should|may|did)\b(?! not)", source.sentence
    )
    return source.sentence[: found.end()] + " not" + source.sentence[found.end() :] if found else None


_UNIT_GROUPS = (
    "dollars euros yuan pounds rupees", "million billion thousand trillion",
    "years months weeks days hours minutes",
    "km kilometers miles meters feet inches", "kg tons pounds grams", "year month week day", "percent times",
    "degrees percent", "acres hectares",
)  # fmt: skip
_UNIT_WORD = re.compile(rf"(?<=\d )(?:{'|'.join(' '.join(_UNIT_GROUPS).split())})\b")
_COUNTED = re.compile(r"(?<![\w.,/-])\d{1,3}(?:,\d{3})* (?P<thing>[a-z]{4,}s)\b")
_THINGS = "schools villages patients stations vehicles buildings soldiers bridges islands newspapers".split()


def change_unit(source: Source, chance: random.Random) -> str | None:
    signs = list(re.finditer(r"[$€£](?= ?\d)|(?<=\d)%|(?<=\d) %", source.sentence))
    places = [*_UNIT_WORD.finditer(source.sentence), *signs]
    if places:
        place = chance.choice(places)
        if place.re is not _UNIT_WORD:
            money = chance.choice([sign for sign in "$€£" if sign != place[0]])
            return _put(source.sentence, place, " million" if "%" in place[0] else money)
        group = next(one.split() for one in _UNIT_GROUPS if place[0] in one.split())
        return _put(source.sentence, place, chance.choice([one for one in group if one != place[0]]))
    counted = list(_COUNTED.finditer(source.sentence))
    if not counted:
        return None
    place = chance.choice(counted)
    inside = [one for one in re.findall(r"\b[a-z]{5,}s\b", source.others) if one[:4] != place["thing"][:4]]
    thing = chance.choice(inside if inside and chance.random() < 0.5 else _THINGS)
    return f"{source.sentence[: place.start('thing')]}{thing}{source.sentence[place.end() :]}"


_FLIPS = (
    "more~less|fewer~more|less~more|increase~decrease|increased~decreased|increases~decreases|"
    "decrease~increase|decreased~increased|increasing~decreasing|rose~fell|fell~rose|rise~fall|"
    "before~after|after~before|at least~at most|more than~less than|less than~more than|over~under|"
    "up to~at least|higher~lower|lower~higher|largest~smallest|highest~lowest|lowest~highest|"
    "first~last|earlier~later|later~earlier|larger~smaller|smaller~larger|greater~smaller|most~least|"
    "until~since|since~until|above~below|below~above|all~no|only~also|growth~decline|best~worst|"
    "better~worse|gains~losses|reduce~raise|reduced~raised|longer~shorter|minimum~maximum|"
    "maximum~minimum|oldest~newest"
)
FLIPS = dict(one.split("~") for one in _FLIPS.split("|"))
_LONGEST_FIRST = sorted(FLIPS.keys() - {"over"}, key=lambda one: (-len(one), one))
_FLIP = re.compile(rf"\b(?:over(?= [$€£]?\d)|{'|'.join(_LONGEST_FIRST)})\b")


def flip_comparison(source: Source, chance: random.Random) -> str | None:
    places = list(_FLIP.finditer(source.sentence))
    if not places:
        return None
    place = chance.choice(places)
    return _put(source.sentence, place, FLIPS[place[0]])


def merge_facts(source: Source, chance: random.Random) -> str | None:
    """The subject of one sentence with the predicate of another; else a value of one in the other."""
    if len(source.spans) < 2:
        return None
    one, other = SUBJECT.match(source.spans[0]), SUBJECT.match(source.spans[1])
    if one and other and _named(one["subject"]) and _named(other["subject"]):
        words = set(one["subject"].split()) & set(other["subject"].split()) - {"The", "of", "the", "and"}
        if not words and one["subject"].split()[0] not in source.spans[1]:
            return f"{one['subject']} {other['verb']} {other['rest']}"
    for pattern in (NUMBER, YEAR, NAME):
        mine, theirs = list(pattern.finditer(source.spans[0])), list(pattern.finditer(source.spans[1]))
        if mine and theirs:
            place, value = chance.choice(mine), chance.choice(theirs)[0]
            years = pattern is NUMBER and (YEAR.fullmatch(place[0]) or YEAR.fullmatch(value))
            known = not set(value.split()).isdisjoint(re.findall(r"[\w,.]+", source.spans[0]))
            if not years and not known and not _no_fact(source.spans[0], place):
                return _put(source.spans[0], place, value)
    return None


def harden(source: Source, _: random.Random) -> str | None:
    """A plan or chance told as a fact."""
    for form, fact in (
        (r"\b(?:may|might|could|would|will|should) be\b", "is"),
        (r"\b(?:may|might|could) have\b", "has"),
        (r"\b(?:plans|intends|expects|hopes|aims|proposed|proposes) to (\w+)\b", r"did \1"),
        (r"\b(?:may|might|could|would|should) (?!not)([a-z]+)\b", r"did \1"),
    ):
        changed = re.sub(form, fact, source.sentence, count=1)
        if changed != source.sentence:
            return changed
    return None


def swap_roles(source: Source, _: random.Random) -> str | None:
    """Who did it and to whom it was done, exchanged."""
    found = re.match(
        r"(?P<one>[A-Z][a-z]+(?: [A-Z][a-z]+)*) (?:[a-z]+ed|met|won|beat|led|wrote|told|saw|joined) (?:the )?"
        r"(?P<other>[A-Z][a-z]{2,}(?: [A-Z][a-z]+)*)(?! and\b|, [A-Z])(?=[ ,.])",
        source.sentence,
    )
    if not found or found["one"].split()[0] in LOWER_FIRST:
        return None
    between = source.sentence[found.end("one") : found.start("other")]
    return f"{found['other']}{between}{found['one']}{source.sentence[found.end() :]}"


FAULTS: Mapping[str, Rule] = {
    "number": change_number,
    "name": change_name,
    "negation": change_negation,
    "unit": change_unit,
    "date": change_date,
    "comparison": flip_comparison,
    "merged": merge_facts,
    "modality": harden,
    "roles": swap_roles,
}


def find_names(text: str) -> list[str]:
    return [found[0] for found in NAME.finditer(text) if found[0] not in MONTHS]


def _named(subject: str) -> bool:
    return subject.split()[0] not in LOWER_FIRST and subject not in LOWER_FIRST


def _no_fact(text: str, place: re.Match[str]) -> bool:
    """Whether the number is part of a day, or a mark: [12], (6)."""
    marks = [*DAY.finditer(text), *re.finditer(r"\[[^\]]*\]|\(\d+(?:[, -]+\d+)*\)", text)]
    return any(one.start() <= place.start() < one.end() for one in marks)


def _plain(number: str) -> str:
    return number.replace(",", "").rstrip("0").rstrip(".") or "0"


def _put(text: str, place: re.Match[str], new: str) -> str:
    return text[: place.start()] + new + text[place.end() :]
