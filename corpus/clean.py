"""Telling the furniture of a page from what it says: feedback widgets, teasers of other stories, notices.

Knows blocks only, no formats. A rule marks whole blocks and looks at the edges of a document, where
furniture stands; what is marked stays available as removed. Where a rule is in doubt, the text stays.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from corpus.document import Block

LONGEST_TEASER = 300  # characters
LONGEST_NOTICE = 300
SHORTEST_TITLE = 4  # words, for lists of nothing but titles: a list of places is no list of stories


def _whole(*patterns: str) -> re.Pattern[str]:
    return re.compile(rf"(?:{'|'.join(patterns)})\s*[.:!?…»>→。：！？]*", re.IGNORECASE)


STORIES_MARKER = _whole(
    r"discover more",
    r"read (?:more|next|also)",
    r"(?:more|other|related|similar|recommended|popular|trending|latest|recent) "
    r"(?:stories|articles|posts|reads|coverage)",
    r"related (?:news|content|reading|topics)",
    r"more (?:from|on|in) [\w .&'’-]{1,40}",
    r"you (?:may|might|could) (?:also )?(?:like|enjoy|be interested in)(?: this| these)?",
    r"(?:recommended|picked) for you",
    r"most (?:read|popular|viewed)",
    r"trending(?: now)?",
    r"(?:up next|keep reading|what to read next)",
    r"相关(?:阅读|文章|新闻|推荐)|推荐阅读|延伸阅读|热门文章|猜你喜欢|更多文章",
)
FEEDBACK = _whole(
    r"(?:was|is) (?:this|the) (?:article|page|answer|content|information|guide)(?: \w+)? (?:helpful|useful)",
    r"was this (?:helpful|useful)",
    r"did (?:you find )?this (?:article|page|answer|help)?.{0,30}(?:helpful|useful|question)",
    r"how (?:helpful|useful) was this.{0,30}",
    r"[\d,]+ (?:out )?of [\d,]+ (?:people |users |readers )?found (?:this|it)(?: \w+)? (?:helpful|useful)",
    r"[\d,]+ (?:people|users|readers) found (?:this|it)(?: \w+)? (?:helpful|useful)",
    r"(?:rate|like) this (?:article|page|post|story)",
    r"thank(?:s| you) for your feedback",
    r"(?:👍|👎|yes|no)(?:\s*[/|]?\s*(?:👍|👎|yes|no))+",
    r"这?篇?文章(?:是否)?对您?有(?:所)?帮助吗",
)
SHARE = _whole(
    r"share(?: this)?(?: (?:article|page|post|story))?(?: (?:on|via|with|to) [\w ,/&]{1,60})?",
    r"(?:tweet|pin it|copy link|print this page|email this (?:article|page))",
    r"follow us(?: on [\w ,/&]{1,60})?",
)
SUBSCRIBE = _whole(
    r"(?:subscribe|sign up)(?: now| here| today)?"
    r"(?: (?:to|for) .{0,60}\b(?:newsletter|updates|mailing list|channel))?",
)
NOTICES = {"feedback-widget": FEEDBACK, "share-line": SHARE, "subscribe-line": SUBSCRIBE}
COOKIES = re.compile(
    r"(?:(?:we|(?:this|our) (?:web)?site) uses? cookies|accept (?:all )?cookies|by continuing.{,60} cookies)",
    re.IGNORECASE,
)
CONTACT = re.compile(
    r"\b(?:any|more|further) (?:questions?|suggestions?|comments?|feedback|enquiries)\b.{0,60}\b"
    r"(?:contact|write to|reach(?: out to)?|get in touch with|let) us\b",
    re.IGNORECASE,
)
FACT = re.compile(r"\d|@|://|www\.|\.(?:com|org|net|gov|edu)\b", re.IGNORECASE)  # an address is content

RULER = re.compile("(?:[-=_*~#+—–─━═·•] ?){3,}")

_INNER_STOP = re.compile(r"[.!?]\s|[。！？](?=.)")
_CUT_OFF = re.compile(r"(?:\.{3}|…)$")
_SENTENCE = re.compile(r"""(?<!\.)[.。]["'”’)\]）」』]*$""")


def clean(blocks: Sequence[Block]) -> list[Block]:
    """The same blocks in the same order; furniture carries the name of the rule that marked it.

    Blocks that a loader marked keep their mark. A document that is nothing but furniture is left alone.
    """
    cleaned = [
        replace(block, removed_by="ruler") if _is_ruler(block) and block.removed_by is None else block
        for block in blocks
    ]
    while True:  # what one pass takes away may have hidden more behind it
        kept = [i for i, block in enumerate(cleaned) if block.removed_by is None]
        found = _edges([cleaned[i] for i in kept]) or _stories([cleaned[i].text for i in kept])
        if not found:
            break
        for i, rule in found.items():
            cleaned[kept[i]] = replace(cleaned[kept[i]], removed_by=rule)
    return cleaned if kept else list(blocks)


def _is_ruler(block: Block) -> bool:
    return block.kind != "row" and RULER.fullmatch(block.text) is not None


def _stories(texts: Sequence[str]) -> dict[int, str]:
    """The first "Related stories" behind which there are only teasers up to the end, and those teasers."""
    for i, text in enumerate(texts):
        if i and STORIES_MARKER.fullmatch(_bare(text)) and _are_teasers(texts[i + 1 :]):
            teasers = {j: _teaser_rule(texts[j]) for j in range(i + 1, len(texts))}
            return {i: "related-stories", **teasers}
    return {}


def _teaser_rule(text: str) -> str:
    return "cut-off-teaser" if _CUT_OFF.search(text) else "teaser"


def _are_teasers(texts: Sequence[str]) -> bool:
    """Titles, alone or each with a line from its story. Prose is not: with lines cut off by dots around, a
    full sentence is a title before such a line or the line after a title; without, there is none."""
    if not texts or max(map(len, texts)) > LONGEST_TEASER:
        return False
    cut_off = [_CUT_OFF.search(text) is not None for text in texts]
    sentence = [_SENTENCE.search(text) is not None for text in texts]
    if not any(cut_off):
        return not any(sentence) and all(_words(text) >= SHORTEST_TITLE for text in texts)
    before = [True, *[one or two for one, two in zip(cut_off, sentence, strict=True)]]
    after = [*cut_off[1:], False]
    stray = any(
        full and no_title and not cut for full, no_title, cut in zip(sentence, before, after, strict=False)
    )
    return not stray and sum(sentence) <= sum(cut_off)


def _edges(blocks: Sequence[Block]) -> dict[int, str]:
    """Widgets and notices from the last block backwards and from the first one on, up to the first prose.
    A heading at the beginning is the title of a document, even of one on how to subscribe."""
    cookies = sum("cookie" in block.text.lower() for block in blocks) == 1  # else the document is about them
    found: dict[int, str] = {}
    for i in reversed(range(len(blocks))):
        rule = _notice_rule(blocks[i].text, closing=True, cookies=cookies)
        if rule is None:
            break
        found[i] = rule
    for i, block in enumerate(blocks):
        rule = _notice_rule(block.text, closing=False, cookies=cookies)
        if rule is None or block.kind == "heading":
            break
        found.setdefault(i, rule)
    return found


def _notice_rule(text: str, *, closing: bool, cookies: bool) -> str | None:
    bare = _bare(text)
    for rule, pattern in NOTICES.items():
        if pattern.fullmatch(bare):
            return rule
    if len(text) > LONGEST_NOTICE:
        return None
    if cookies and COOKIES.match(text):
        return "cookie-notice"
    if closing and CONTACT.search(text) and not FACT.search(text) and not _INNER_STOP.search(text):
        return "closing-contact"
    return None


def _bare(text: str) -> str:
    """Without a list marker or the arrows and bars around a link."""
    return text.strip(" -•*|>»→")


def _words(text: str) -> int:
    """Words, or for Chinese half its characters."""
    return max(len(text.split()), len(re.findall("[\u4e00-\u9fff]", text)) // 2)
