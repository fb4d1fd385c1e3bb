"""A conversation to take away: Markdown or one HTML page, each answer with its sources quoted behind it.

Pure functions. Marks and numbers are those of the chat; the appendix of an answer gives for each of them the
document, the exact characters and their quote, so that whoever reads it can check it against the document.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from html import escape

from qa.answer import Answer, Citation
from qa.render import on_one_line
from qa.web import page
from qa.web.store import Exchange

_SPECIAL = re.compile(r"([\\`*_{}\[\]<>()#+!|~&-])")
_STYLE = """
:root { color-scheme: light dark; }
body { max-width: 46rem; margin: 2rem auto; padding: 0 1rem; font: 1rem/1.6 system-ui, sans-serif; }
body { overflow-wrap: anywhere; }
h2 { font-size: 1.1rem; margin-top: 2.5rem; } .hint, .origin, .support { opacity: .75; font-size: .9em; }
blockquote { margin: .3rem 0 1rem; padding-left: .9rem; border-left: 3px solid; }
cite { font-style: normal; font-weight: 600; }
table { border-collapse: collapse; } th, td { border: 1px solid; padding: .3em .6em; text-align: left; }
caption { text-align: left; font-weight: 600; }
"""


def conversation_markdown(title: str, exchanges: Sequence[Exchange]) -> str:
    return "\n".join([f"# {_plain(title)}", *(line for one in exchanges for line in _markdown(one))]) + "\n"


def conversation_html(title: str, exchanges: Sequence[Exchange]) -> str:
    """A whole page that loads nothing."""
    turns = "".join(_html(turn, exchange) for turn, exchange in enumerate(exchanges, start=1))
    name = escape(on_one_line(title))
    return (
        f'<!DOCTYPE html><html lang="en"><head><meta charset="utf-8"><title>{name}</title>'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f"<style>{_STYLE}</style></head><body><main><h1>{name}</h1>{turns}</main></body></html>"
    )


def place(citation: Citation) -> str:
    """Where a citation stands: "folder/a.pdf, page 3, characters 10-25"."""
    page_number = f", page {citation.page}" if citation.page else ""
    return f"{on_one_line(citation.source)}{page_number}, characters {citation.start}-{citation.end}"


def _markdown(exchange: Exchange) -> Iterator[str]:
    yield f"\n## {_plain(exchange.question)}\n"
    yield f"_Asked on {exchange.asked_at:%Y-%m-%d %H:%M} UTC, answered by {_plain(exchange.engine)}._\n"
    answer = exchange.answer
    if answer is None:
        yield _plain(exchange.fault or "Stopped.")
        return
    if answer.standalone != exchange.question:
        yield f"Understood as: {_plain(answer.standalone)}\n"
    yield "\n\n".join(_plain(line, marks=True) for line in answer.text.splitlines() if line)
    for disagreement in answer.disagreements:
        yield f"\nThe sources differ: {_plain(disagreement.subject)}\n"
        for value in disagreement.values:
            marks = "".join(f"[{one.number}]" for one in value.citations)
            yield f"- {_plain(value.text)} {marks}{f' ({value.date})' if value.date else ''}"
    if answer.citations:
        yield "\nSources\n"
    for citation in answer.citations:
        quote = "\n> ".join(_plain(line) for line in citation.quote.splitlines())
        yield f"[{citation.number}] {_plain(citation.title)} ({_plain(place(citation))})\n\n> {quote}\n"


def _html(turn: int, exchange: Exchange) -> str:
    when = f"Asked on {exchange.asked_at:%Y-%m-%d %H:%M} UTC, answered by {escape(exchange.engine)}."
    answer = exchange.answer
    if answer is None:
        body = f"<p>{escape(exchange.fault or 'Stopped.')}</p>"
    else:
        understood = page.understood_html(exchange.question, answer.standalone)
        body = f"{understood}{page.answer_html(answer, turn)}{_appendix(answer, turn)}"
    asked = escape(on_one_line(exchange.question))
    return f'<section><h2>{asked}</h2><p class="hint">{when}</p>{body}</section>'


def _appendix(answer: Answer, turn: int) -> str:
    return "".join(
        f'<div id="source-{turn}-{one.number}"><cite>[{one.number}] {escape(on_one_line(one.title))}</cite> '
        f'<span class="origin">{escape(place(one))}</span><blockquote>{escape(one.quote)}</blockquote></div>'
        for one in answer.citations
    )


def _plain(text: str, *, marks: bool = False) -> str:
    """On one line, and nothing in it Markdown. marks: but for the [1] of an answer."""
    written = _SPECIAL.sub(r"\\\1", on_one_line(text))
    return re.sub(r"\\\[(\d{1,4})\\\]", r"[\1]", written) if marks else written
