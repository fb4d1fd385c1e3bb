"""A conversation as HTML: questions, answers with their marks, and the sources that stand beside each.

Pure functions from the types of `answer` to markup. Every text that comes from a document or a person is
escaped and nothing of it can begin a line, so that neither HTML nor Markdown in it comes to life; only such
elements and attributes are used as a sanitizer lets pass. page.css gives the look; page.js shows the evidence
of the turn that is read and tells the server which button was pressed. Classes and ids are agreed between the
three. Knows nothing of Gradio, of the index or of how an answer is found.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from html import escape
from urllib.parse import quote as in_url

from index import Passage
from qa.answer import Answer, Citation, Disagreement, Sentence
from qa.render import answer_text
from qa.web.reader_page import reader_url

NO_SOURCES = "The passages that an answer quotes are shown here."
NAMED = 3  # documents on the first screen
LEADS = 3  # passages shown with a declined answer; later ones are seldom near the question
SURENESS = ((0.9, "Very sure"), (0.75, "Sure"), (0.0, "Not quite sure"))  # from this confidence on

CLOSE = '<button type="button" class="act act-close">Close</button>'  # where sources cover the answer

_MARK = re.compile(r"\[(\d{1,4})\]")
_BREAK = re.compile(r"\r\n?|\n")


def turn_html(turn: int, question: str, answer: Answer) -> str:
    """The turn of this number, from 1, once it is answered: with its buttons, and its evidence folded in."""
    body = answer_html(answer, turn)
    copied = f'<div class="copied" hidden>{_lines(answer_text(answer))}</div>'
    right = _button("right", "Right", "This answer is right") if not answer.abstained else ""
    buttons = (
        _button("copy", "Copy", "Copy the answer with its sources"),
        _button("retry", "Ask again", "Ask this question again"),
        right,
        _button("wrong", "Wrong", "This answer is wrong or incomplete"),
    )
    understood = understood_html(question, answer.standalone)
    return _turn(
        turn,
        question,
        f'{understood}{body}<div class="acts">{"".join(buttons)}</div>{copied}',
        evidence_html(answer, turn),
    )


def saying_html(
    turn: int, question: str, standalone: str, said: Sequence[Sentence], passages: Sequence[Passage]
) -> str:
    """The same while it is being answered, after these sentences."""
    cited = {citation.number: citation for sentence in said for citation in sentence.citations}
    words = said_html(said, turn) if said else '<p class="hint waiting" role="status">Looking…</p>'
    body = f"{understood_html(question, standalone)}{words}"
    return _turn(turn, question, body, sources_html(cited.values(), passages, turn), editable=False)


def fault_turn_html(turn: int, question: str, fault: str | None) -> str:
    """A turn that came to nothing: what went wrong and the way out, in the words of the error; None where the
    person stopped it."""
    said = "You stopped this answer." if fault is None else f"<b>This did not work.</b> {_words(fault)}"
    retry = f'<div class="acts">{_button("retry", "Ask again", "Ask this question again")}</div>'
    return _turn(turn, question, f'<div class="fault"><p>{said}</p></div>{retry}', sources_html((), (), turn))


def said_html(sentences: Iterable[Sentence], turn: int) -> str:
    """The sentences said so far, a paragraph each: they are quotes, and not always of one document."""
    paragraphs = "".join(
        f"<p>{_with_marks(_lines(sentence.text), {each.number for each in sentence.citations}, turn)}"
        f' <span class="support">{sentence.support}</span></p>'
        for sentence in sentences
    )
    return f'<div class="answer">{paragraphs}</div>'


def answer_html(answer: Answer, turn: int) -> str:
    """The whole answer, with a table for each matter in which the sources differ, and why a model did not
    write it; or that there is none."""
    if answer.abstained:
        leads = "<p>The nearest passages are listed as leads.</p>" if answer.passages else ""
        return f'<div class="declined"><p><b>{_words(answer.text)}</b></p>{leads}</div>'
    tables = "".join(_table(disagreement, turn) for disagreement in answer.disagreements)
    line = answer.generation.note if answer.generation else ""
    note = f'<p class="hint">{_words(line)}</p>' if line else ""
    return f"{said_html(answer.sentences, turn)}{tables}{note}{sureness_html(answer.confidence)}"


def sureness_html(confidence: float) -> str:
    """The confidence in words: of answers at 0.8, about eight in ten are right."""
    word = next(word for least, word in SURENESS if confidence >= least)
    tenths = min(9, max(1, round(confidence * 10)))
    return f'<p class="hint sure">{word}: about {tenths} in 10 answers like this one are right.</p>'


def understood_html(question: str, standalone: str) -> str:
    """The question as understood from the conversation, where that is not as it was asked."""
    if standalone == question:
        return ""
    return f'<p class="hint understood">Understood as: <q>{_words(standalone)}</q></p>'


def sources_html(citations: Iterable[Citation], passages: Sequence[Passage], turn: int) -> str:
    """A card for each citation: number, title, where it is from, and its quote marked in its passage."""
    cards = "".join(
        f'<li class="card" id="source-{turn}-{citation.number}" tabindex="-1">'
        f'<h3><span class="cite">[{citation.number}]</span> {_words(citation.title)}</h3>'
        f"{_origin(citation.source, citation.metadata, citation.page)}"
        f"<blockquote>{_marked(citation, passages)}</blockquote>"
        f"{_opening(citation.document_id, citation.start, citation.end, citation.title)}</li>"
        for citation in citations
    )
    return f"{CLOSE}<h2>Sources</h2>{_cards(cards)}"


def evidence_html(answer: Answer, turn: int) -> str:
    """What stands beside the whole answer: its sources; beside a declined one the nearest passages."""
    if not answer.abstained:
        return sources_html(answer.citations, answer.passages, turn)
    cards = "".join(
        f'<li class="card lead"><h3>{_words(passage.title)}</h3>'
        f"{_origin(passage.source, passage.metadata, passage.page)}"
        f"<blockquote>{_lines(passage.text)}</blockquote>"
        f"{_opening(passage.document_id, passage.start, passage.end, passage.title)}</li>"
        for passage in answer.passages[:LEADS]
    )
    hint = '<p class="hint">The nearest passages. They are not an answer.</p>'
    return f"{CLOSE}<h2>Leads</h2>{hint}{_cards(cards)}"


def welcome_html(titles: Sequence[str], questions: Sequence[str]) -> str:
    """The first screen: what is indexed, and questions worth asking of it."""
    if not titles:
        empty = "Nothing is indexed yet. Add documents in the Documents tab, then ask about them here."
        return f'<div class="welcome"><h2>Ask your documents</h2><p>{empty}</p></div>'
    count = f"{len(titles):,} document{'s' if len(titles) > 1 else ''}"
    some = "; ".join(f"<i>{_words(title)}</i>" for title in titles[:NAMED])
    more = "; …" if len(titles) > NAMED else ""
    asked = "".join(
        f'<li><button type="button" class="act act-example">{_words(question)}</button></li>'
        for question in questions
    )
    examples = f'<p>Worth asking:</p><ul class="examples">{asked}</ul>' if asked else ""
    return (
        '<div class="welcome"><h2>Ask your documents</h2>'
        "<p>Each answer is quoted from your documents, with its sources beside it. What they do not say is"
        f' not said.</p><p class="hint">{count}: {some}{more}</p>{examples}</div>'
    )


def listing_html(conversations: Iterable[tuple[str, str]], current: str | None, person: str = "") -> str:
    """Buttons that open or delete a person's conversations, given by id and title; and who signed in."""
    items = "".join(
        f'<li class="{"current" if id == current else "other"}">'
        f'<button type="button" class="act act-open" id="open-{escape(id)}">{_words(title)}</button>'
        f'<button type="button" class="act act-drop" id="drop-{escape(id)}" title="Delete {_words(title)}">×'
        "</button></li>"
        for id, title in conversations
    )
    listed = f'<ul class="conversations">{items}</ul>' if items else '<p class="hint">None yet.</p>'
    leave = f"{_words(person)} {_button('leave', 'Sign out', 'Sign out of this chat')}"
    return f'{listed}<p class="hint person">{leave}</p>' if person else listed


def bar_html(id: str, title: str, shared: bool) -> str:
    """Above a conversation: its title, its export, and whether others may read it."""
    address = f"/conversations/{in_url(id)}"
    says = "Only you can read it: share" if not shared else "Everybody who signs in can read it: stop sharing"
    return (
        f'<div class="bar"><b>{_words(title)}</b> <span class="exports">'
        f'<a href="{address}.md">Export as Markdown</a> <a href="{address}.html" target="_blank">as HTML</a> '
        f"{_button('share', 'Shared' if shared else 'Share', says)}</span></div>"
    )


def notice_html(text: str, *, fault: bool = False) -> str:
    """A line beside what it is about."""
    return f'<div class="{"fault" if fault else "notice"}"><p>{_words(text)}</p></div>'


def _turn(turn: int, question: str, body: str, evidence: str, *, editable: bool = True) -> str:
    edit = _button("edit", "Edit", "Edit this question and ask it again") if editable else ""
    return (
        f'<article class="turn" id="turn-{turn}">'
        f'<div class="asked"><div class="question">{_lines(question)}</div>{edit}</div>'
        f'<div class="reply">{body}</div><section class="evidence" hidden>{evidence}</section></article>'
    )


def _button(act: str, label: str, says: str) -> str:
    return f'<button type="button" class="act act-{act}" title="{says}">{label}</button>'


def _with_marks(html: str, numbers: Collection[int], turn: int) -> str:
    """The [n] marks of these numbers lead to their cards; a [7] that the document itself wrote stays."""

    def mark(found: re.Match[str]) -> str:
        if int(found[1]) not in numbers:
            return found[0]
        return f'<a class="cite" href="#source-{turn}-{found[1]}">{found[0]}</a>'

    return _MARK.sub(mark, html)


def _table(disagreement: Disagreement, turn: int) -> str:
    rows = "".join(
        f'<tr><th scope="row">{_words(value.text)}</th>'
        f"<td>{_words(citation.title)} {_with_marks(f'[{citation.number}]', {citation.number}, turn)}</td>"
        f"<td>{_words(citation.metadata.get('date', '–'))}</td><td>{_lines(citation.quote)}</td></tr>"
        for value in disagreement.values
        for citation in value.citations
    )
    head = "".join(f'<th scope="col">{name}</th>' for name in ("Value", "Source", "Date", "Quote"))
    newest = f"; {_words(disagreement.newest.text)} is the newest" if disagreement.newest else ""
    caption = f"<caption>The sources differ: {_words(disagreement.subject)}{newest}</caption>"
    table = f"<table>{caption}<thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table>"
    return f'<div class="disagreement" tabindex="0">{table}</div>'


def _cards(cards: str) -> str:
    return f'<ol class="cards">{cards}</ol>' if cards else f'<p class="hint">{NO_SOURCES}</p>'


def _opening(document_id: str, start: int, end: int, title: str) -> str:
    address = escape(reader_url(document_id, start, end))
    says = f"Read this passage in the whole of {_words(title)}"
    return f'<a class="open" href="{address}" target="_blank" title="{says}">Open the document</a>'


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
    told = [metadata.get(name, "") for name in ("publisher", "date", "url")]  # no link: a document may lie
    parts = [*told, f"page {page}" if page else "", source]
    return f'<p class="origin">{" · ".join(_words(part) for part in parts if part)}</p>'


def _words(text: str) -> str:
    """Escaped, on one line."""
    return escape(" ".join(text.split()))


def _lines(text: str) -> str:
    """Escaped, its line breaks kept as tags."""
    return _BREAK.sub("<br>", escape(text))
