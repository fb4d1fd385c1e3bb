"""The tab in which what people said of answers becomes test questions, one at a time.

Knows Gradio and the review; nothing of where candidates and the gold set are kept.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from html import escape
from typing import Any, get_args

import gradio as gr
from gradio.components import Component

from index import IndexFault
from qa.errors import QAError
from qa.evaluation.gold import Case, Evidence, GoldKind
from qa.web.desk import Desk, person
from qa.web.errors import CaseRefused
from qa.web.page import notice_html
from qa.web.review import GOLD, Review
from qa.web.store import Candidate

ALTERNATIVE = " | "
KINDS = [(kind.capitalize(), kind) for kind in get_args(GoldKind)]  # Gradio would translate "number"
ANY = ""  # in place of a document: whichever holds the quote
NONE = "Nothing waits. Judge an answer in the chat, with Right or Wrong, and it comes here."
MATCHING = "Each fact must stand in a quote: change the fact, or add the quote that holds it."

Update = dict[Component, Any]  # of what changes on the screen, its new value


def review_tab(desk: Desk) -> None:
    """Build the tab where it is called."""
    with gr.Tab("Review", elem_id="review-tab", id="review") as place:
        ReviewTab(Review(desk.library, desk.store, desk.library.folder / GOLD), place)


class ReviewTab:
    def __init__(self, review: Review, place: gr.Tab) -> None:
        self._review = review
        self._id = gr.State("")  # of the candidate that is shown
        with gr.Row():
            before = gr.Button("Previous", size="sm", elem_id="review-previous")
            self._where = gr.Markdown(elem_id="review-where", latex_delimiters=[])
            after = gr.Button("Next", size="sm", elem_id="review-next")
        self._outcome = gr.Markdown(elem_id="review-outcome", latex_delimiters=[])
        with gr.Column(visible=False, elem_id="review-case") as self._form:
            self._said = gr.Markdown(elem_id="review-said", latex_delimiters=[])
            with gr.Row():
                self._question = gr.Textbox(label="Question", scale=3, elem_id="review-question")
                self._kind = gr.Dropdown(KINDS, label="Kind", elem_id="review-kind")
            with gr.Row():
                self._facts = _lines(
                    "Facts",
                    f"A right answer holds each line; {ALTERNATIVE.strip()} parts alternatives.",
                    "facts",
                )
                self._forbidden = _lines("Forbidden", "A right answer holds none of these.", "forbidden")
                self._values = _lines(
                    "Values", "That sources give differently; only of a disagreement.", "values"
                )
            self._evidence = gr.CheckboxGroup(
                label="Evidence", info="Take away what does not belong.", elem_id="review-evidence"
            )
            with gr.Row():
                self._quote = gr.Textbox(
                    label="Another quote",
                    info="Words of a document.",
                    scale=3,
                    min_width=240,
                    elem_id="review-quote",
                )
                self._document = gr.Dropdown(
                    label="From",
                    info="The document that it stands in.",
                    scale=2,
                    min_width=240,
                    elem_id="review-document",
                )
                add = gr.Button("Add the quote", size="sm", elem_id="review-add")
            self._faults = gr.Markdown(elem_id="review-faults", latex_delimiters=[])
            with gr.Row():
                accept = gr.Button("Accept", variant="primary", elem_id="review-accept")
                reject = gr.Button("Reject", elem_id="review-reject")
        fields = [self._question, self._kind, self._facts, self._forbidden, self._values, self._evidence]
        self._on(place.select, self.arrive, [self._id])
        self._on(before.click, self.previous, [self._id])
        self._on(after.click, self.next, [self._id])
        self._on(add.click, self.add, [self._evidence, self._quote, self._document])
        self._on(self._quote.submit, self.add, [self._evidence, self._quote, self._document])
        self._on(accept.click, self.accept, [self._id, *fields])
        self._on(reject.click, self.reject, [self._id])

    @property
    def screen(self) -> list[Component]:
        return [
            self._id,
            self._where,
            self._outcome,
            self._form,
            self._said,
            self._question,
            self._kind,
            self._facts,
            self._forbidden,
            self._values,
            self._evidence,
            self._quote,
            self._document,
            self._faults,
        ]

    def _on(self, event: Callable[..., Any], act: Callable[..., Update], inputs: Sequence[Component]) -> None:
        event(act, [*inputs], self.screen, show_progress="hidden", api_visibility="private")

    # What a reviewer does

    def arrive(self, id: str, request: gr.Request) -> Update:
        """What was being edited stays, if it still waits."""
        try:
            waiting = self._review.waiting(person(request))
            listed: Update = {self._document: self._documents(person(request))}
            if id and id in {one.id for one in waiting}:
                return {self._where: _where(waiting, id)} | listed
            return self._shown(waiting, 0) | {self._outcome: ""} | listed
        except (IndexFault, QAError) as fault:
            return {self._outcome: notice_html(str(fault), fault=True)}

    def next(self, id: str, request: gr.Request) -> Update:
        return self._step(id, 1, request)

    def previous(self, id: str, request: gr.Request) -> Update:
        return self._step(id, -1, request)

    def add(self, evidence: Sequence[str], quote: str, source: str | None, request: gr.Request) -> Update:
        """The quote, as a document has it, to the evidence."""
        try:
            found = self._review.find(person(request), quote, source or ANY)
        except (IndexFault, QAError) as fault:
            return {self._faults: notice_html(str(fault), fault=True)}
        kept = dict.fromkeys([*map(Evidence.model_validate_json, evidence), found])
        return {self._evidence: _chosen(list(kept)), self._quote: "", self._faults: ""}

    def accept(
        self,
        id: str,
        question: str,
        kind: GoldKind,
        facts: str,
        forbidden: str,
        values: str,
        evidence: Sequence[str],
        request: gr.Request,
    ) -> Update:
        """The candidate as it was edited, into the gold set; and the next one."""
        user = person(request)
        try:
            waiting = {one.id: one for one in self._review.waiting(user)}
            if id not in waiting:
                return self._gone(request)
            edited = {
                "question": question.strip(),
                "kind": kind,
                "facts": [_alternatives(line) for line in _written(facts)],
                "evidence": [Evidence.model_validate_json(one) for one in evidence],
            }
            optional = {"forbidden": _written(forbidden), "values": _written(values)}
            case = _edited(waiting[id].case, edited | {name: one for name, one in optional.items() if one})
            case = self._review.accept(user, id, case)
        except CaseRefused as refused:
            return {self._faults: _faults(refused.faults)}
        except (IndexFault, QAError) as fault:
            return {self._faults: notice_html(str(fault), fault=True)}
        return self._after(f"Accepted: {case.question} It is asked when the Evaluation tab runs.", request)

    def reject(self, id: str, request: gr.Request) -> Update:
        try:
            self._review.reject(person(request), id)
        except (IndexFault, QAError) as fault:
            return self._after(str(fault), request, fault=True)
        return self._after("Rejected.", request)

    # What the screen shows of it

    def _step(self, id: str, step: int, request: gr.Request) -> Update:
        try:
            waiting = self._review.waiting(person(request))
            at = next((at for at, one in enumerate(waiting) if one.id == id), None)
            return self._shown(waiting, 0 if at is None else at + step) | {self._outcome: ""}
        except (IndexFault, QAError) as fault:
            return {self._outcome: notice_html(str(fault), fault=True)}

    def _gone(self, request: gr.Request) -> Update:
        said = "Somebody else has decided this one meanwhile; nothing was changed. Here is the next."
        return self._after(said, request, fault=True)

    def _after(self, said: str, request: gr.Request, *, fault: bool = False) -> Update:
        waiting = self._review.waiting(person(request))
        return self._shown(waiting, 0) | {self._outcome: notice_html(said, fault=fault)}

    def _documents(self, user: str) -> gr.Dropdown:
        """Those to choose from. Listed on arrival alone: of 10,000 the page is told a megabyte."""
        listed = [(f"{info.title} ({info.source})", info.source) for info in self._review.documents(user)]
        return gr.Dropdown([("Whichever holds it", ANY), *listed], value=ANY)

    def _shown(self, waiting: Sequence[Candidate], at: int) -> Update:
        """The candidate at this place, or the nearest, to be edited."""
        if not waiting:
            return {self._id: "", self._where: f"<p>{NONE}</p>", self._form: gr.Column(visible=False)}
        one = waiting[min(max(0, at), len(waiting) - 1)]
        case = one.case
        return {
            self._id: one.id,
            self._where: _where(waiting, one.id),
            self._form: gr.Column(visible=True),
            self._said: said_html(one),
            self._question: case.question,
            self._kind: case.kind,
            self._facts: "\n".join(ALTERNATIVE.join(fact) for fact in case.facts),
            self._forbidden: "\n".join(case.forbidden),
            self._values: "\n".join(case.values),
            self._evidence: _chosen(case.evidence),
            self._quote: "",
            self._document: ANY,
            self._faults: "",
        }


def said_html(one: Candidate) -> str:
    """Who proposes the case, when, and what they said; and the turns before its question."""
    turns = "".join(
        f"<dt>{'Asked' if turn.role == 'user' else 'Answered'}</dt><dd>{_words(turn.text)}</dd>"
        for turn in one.case.history
    )
    history = f"<p>It followed on:</p><dl>{turns}</dl>" if turns else ""
    when = f"{one.created:%Y-%m-%d %H:%M} UTC"
    return (
        f'<div class="candidate"><p><b>{_words(one.user)}</b>, {when}: {_words(one.note)}</p>{history}</div>'
    )


def _where(waiting: Sequence[Candidate], id: str) -> str:
    at = [one.id for one in waiting].index(id)
    return f'<p role="status">{at + 1} of {len(waiting)} waiting</p>'


def _edited(case: Case, fields: Mapping[str, Any]) -> Case:
    """With these in place of its own; what it then has not is not written down."""
    kept = case.model_dump(include={"id", "origin", "date", "references", "history"}, exclude_unset=True)
    return Case.model_validate({**kept, **fields})


def _faults(faults: Sequence[str]) -> str:
    listed = "".join(f"<li>{_words(fault)}</li>" for fault in faults)
    hint = f"<p>{MATCHING}</p>" if any(fault.startswith("no quote holds") for fault in faults) else ""
    return f'<div class="fault"><p><b>Not accepted yet.</b></p><ul>{listed}</ul>{hint}</div>'


def _chosen(evidence: Sequence[Evidence]) -> gr.CheckboxGroup:
    """Each quote with its document, all of them chosen."""
    choices = [(f"{one.quote} ({one.document})", one.model_dump_json()) for one in evidence]
    return gr.CheckboxGroup(choices, value=[value for _, value in choices])


def _lines(label: str, info: str, name: str) -> gr.Textbox:
    return gr.Textbox(label=label, info=info, lines=3, elem_id=f"review-{name}")


def _written(text: str) -> tuple[str, ...]:
    return tuple(line.strip() for line in text.splitlines() if line.strip())


def _alternatives(line: str) -> tuple[str, ...]:
    """Of one fact, parted by ALTERNATIVE: a | without spaces around it is the fact's own."""
    return tuple(one.strip() for one in line.split(ALTERNATIVE) if one.strip())


def _words(text: str) -> str:
    return escape(" ".join(text.split()))
