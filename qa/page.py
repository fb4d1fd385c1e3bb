"""An answer as HTML: the words of the chat, and the sources beside it.

Pure functions from the types of `answer` to markup. Every text that comes from a document or a person is
escaped, and nothing of it can begin a line, so that neither HTML nor Markdown in it comes to life. Knows
nothing of Gradio, of the index or of how an answer is found.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from html import escape

from index import Passage
from qa.answer import Answer, Citation, Disagreement, Sentence

NO_SOURCES = "The passages that an answer quotes are shown here."
LEADS = 3  # passages shown with a declined answer; later ones are seldom near the question

_MARK = re.compile(r"\[(\d{1,4})\]")
_BREAK = re.compile(r"\r\n?|\n")


def question_html(question: str) -> str:
    """What the person wrote, as they wrote it."""
    return f'<div class="question">{_lines(question)}</div>'


def said_html(sentences: Iterable[Sentence], *, linked: bool) -> str:
    """The sentences said so far. linked: their marks lead to the cards of `sources_html`."""
    return f'<div class="answer">{_said(sentences, linked)}</div>'


def answer_html(answer: Answer, *, linked: bool) -> str:
    """The whole answer, with a table for each matter in which the sources differ, and why a model did not
    write it; or that there is none."""
    if answer.abstained:
        leads = "<p>The nearest passages are listed as leads.</p>" if answer.passages else ""
        return f'<div class="declined"><p><b>{_words(answer.text)}</b></p>{leads}</div>'
    tables = "".join(_table(disagreement, linked) for disagreement in answer.disagreements)
    line = answer.generation.note if answer.generation else ""
    note = f'<p class="hint">{_words(line)}</p>' if line else ""
    return f'<div class="answer">{_said(answer.sentences, linked)}{tables}{note}</div>'


def fault_html(fault: Exception) -> str:
    """What went wrong and the way out, in the words of the error."""
    return f'<div class="fault"><p><b>This did not work.</b> {_words(str(fault))}</p></div>'


def understood_html(question: str, standalone: str) -> str:
    """The question as understood from the conversation, where that is not as it was asked."""
    if standalone == question:
        return ""
    return f'<p class="hint">Understood as: <q>{_words(standalone)}</q></p>'


def sources_html(citations: Iterable[Citation], passages: Sequence[Passage]) -> str:
    """A card for each citation: number, title, where it is from, and its quote marked in its passage."""
    cards = "".join(
        f'<li class="card" id="source-{citation.number}">'
        f'<h3><span class="cite">[{citation.number}]</span> {_words(citation.title)}</h3>'
        f"{_origin(citation.source, citation.metadata, citation.page)}"
        f"<blockquote>{_marked(citation, passages)}</blockquote></li>"
        for citation in citations
    )
    return f"<h2>Sources</h2>{_cards(cards)}"


def evidence_html(answer: Answer) -> str:
    """What stands beside the whole answer: its sources; beside a declined one the nearest passages."""
    if not answer.abstained:
        return sources_html(answer.citations, answer.passages)
    cards = "".join(
        f'<li class="card lead"><h3>{_words(passage.title)}</h3>'
        f"{_origin(passage.source, passage.metadata, passage.page)}"
        f"<blockquote>{_lines(passage.text)}</blockquote></li>"
        for passage in answer.passages[:LEADS]
    )
    return f'<h2>Leads</h2><p class="hint">The nearest passages. They are not an answer.</p>{_cards(cards)}'


def _said(sentences: Iterable[Sentence], linked: bool) -> str:
    """A paragraph for each sentence: they are quotes, and not always of the same document."""
    return "".join(
        f"<p>{_with_marks(_lines(sentence.text), {each.number for each in sentence.citations}, linked)}</p>"
        for sentence in sentences
    )


def _with_marks(html: str, numbers: Collection[int], linked: bool) -> str:
    """The [n] marks of these numbers set off; a [7] that the document itself wrote stays as it is."""

    def mark(found: re.Match[str]) -> str:
        if int(found[1]) not in numbers:
            return found[0]
        if linked:
            return f'<a class="cite" href="#source-{found[1]}">{found[0]}</a>'
        return f'<span class="cite">{found[0]}</span>'

    return _MARK.sub(mark, html)


def _table(disagreement: Disagreement, linked: bool) -> str:
    rows = "".join(
        f'<tr><th scope="row">{_words(value.text)}</th>'
        f"<td>{_words(citation.title)} {_with_marks(f'[{citation.number}]', {citation.number}, linked)}</td>"
        f"<td>{_words(citation.metadata.get('date', '–'))}</td><td>{_lines(citation.quote)}</td></tr>"
        for value in disagreement.values
        for citation in value.citations
    )
    head = "".join(f'<th scope="col">{name}</th>' for name in ("Value", "Source", "Date", "Quote"))
    newest = f"; {_words(disagreement.newest.text)} is the newest" if disagreement.newest else ""
    caption = f"<caption>The sources differ: {_words(disagreement.subject)}{newest}</caption>"
    table = f"<table>{caption}<thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table>"
    return f'<div class="disagreement">{table}</div>'


def _cards(cards: str) -> str:
    return f'<ol class="cards">{cards}</ol>' if cards else f'<p class="hint">{NO_SOURCES}</p>'


def _marked(citation: Citation, passages: Sequence[Passage]) -> str:
    """The quote, marked, within the first passage that it lies in or reaches into."""
    quote = f"<mark>{_lines(citation.quote)}</mark>"
    for passage in passages:
        same = passage.document_id == citation.document_id
        if same and citation.start < passage.end and passage.start < citation.end:
            before = passage.text[: max(0, citation.start - passage.start)]
            return f"{_lines(before)}{quote}{_lines(passage.text[citation.end - passage.start :])}"
    return quote


def _origin(source: str, metadata: Mapping[str, str], page: int | None) -> str:
    parts = [metadata.get("publisher", ""), metadata.get("date", ""), f"page {page}" if page else "", source]
    return f'<p class="origin">{" · ".join(_words(part) for part in parts if part)}</p>'


def _words(text: str) -> str:
    """Escaped, on one line: in Markdown an empty line would end the HTML block that the text stands in."""
    return escape(" ".join(text.split()))


def _lines(text: str) -> str:
    """Escaped, on one line, its line breaks kept as tags."""
    return _BREAK.sub("<br>", escape(text))
