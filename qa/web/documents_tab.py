"""The tab of the documents: what there is, what is added, shared and removed, and which the chat asks.

Knows Gradio and the library; how a list is laid out as a table is in listing.py.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from html import escape
from pathlib import Path
from typing import Any

import gradio as gr
from gradio.components import Component

from corpus.errors import CorpusError
from index import IndexFault
from qa.errors import QAError
from qa.web.desk import person
from qa.web.library import Library, Narrowed, Row
from qa.web.listing import (
    COLUMNS,
    ORDERS,
    SOURCE,
    details_html,
    listing,
    narrowed_html,
    outcome_html,
)
from qa.web.page import notice_html

ANY = "any field"
CHOOSE = "<p>Choose a row to see the document.</p>"
PROGRESS = gr.Progress()  # Gradio gives each event its own by this default
PRIVATE: Mapping[str, Any] = {"api_visibility": "private", "show_progress": "hidden"}

Update = dict[Component, Any]  # of what changes on the screen, its new value


class DocumentsTab:
    """narrowed: holds the documents that the chat asks, a Narrowed. asked: tells which they are."""

    def __init__(self, library: Library, place: gr.Tab) -> None:
        self._library = library
        self.narrowed = gr.State(Narrowed())
        self._selected = gr.State("")  # the source of the document that is shown
        self._page = gr.State(1)
        self._lay_out_query()
        with gr.Row():
            with gr.Column(scale=3, min_width=320):
                self._lay_out_list()
            with gr.Column(scale=2, min_width=320):
                self._lay_out_chosen()
                self._lay_out_adding()
        self._follow_query(place)
        self._follow_choices()
        self._follow_changes()

    def _lay_out_query(self) -> None:
        with gr.Row(equal_height=True):
            self._search = gr.Textbox(
                "", label="Search", placeholder="Title, source or field", elem_id="find"
            )
            self._field = gr.Dropdown([ANY], value=ANY, label="Filter by", elem_id="field")
            self._values = gr.Dropdown([], label="Value", elem_id="value", interactive=True)
            self._order = gr.Dropdown(list(ORDERS), value=next(iter(ORDERS)), label="Order", elem_id="order")

    def _lay_out_list(self) -> None:
        self._table = gr.Dataframe(
            headers=list(COLUMNS),
            label="Documents",
            elem_id="documents",
            interactive=False,
            max_height=460,
            column_widths=[145, 128, 82, 62, 76, 72],  # pixels: a phone scrolls
            wrap=True,
            buttons=[],
        )
        with gr.Row():
            self._before = gr.Button("Previous page", size="sm")
            self._said = gr.Markdown(elem_id="listed")
            self._after = gr.Button("Next page", size="sm")

    def _lay_out_chosen(self) -> None:
        self.asked = gr.Markdown(narrowed_html(Narrowed()), elem_id="asked")
        with gr.Row():
            self._only_listed = gr.Button("Ask only what is listed", size="sm")
            self._ask_all = gr.Button("Ask all documents", size="sm")
        self._details = gr.Markdown(CHOOSE, elem_id="details")
        with gr.Row():
            self._only_this = gr.Button("Ask only this", size="sm", visible=False)
            self._share = gr.Button("Share with everybody", size="sm", visible=False)
            self._unshare = gr.Button("Share no longer", size="sm", visible=False)
            self._remove = gr.Button("Remove …", size="sm", visible=False)
        with gr.Row():
            self._sure = gr.Button("Yes, delete the file", size="sm", variant="stop", visible=False)
            self._keep = gr.Button("Keep it", size="sm", visible=False)

    def _lay_out_adding(self) -> None:
        gr.Markdown("### Add documents")
        with gr.Row():
            self._files = gr.UploadButton(
                "Files or zip archives", file_count="multiple", elem_id="add-files", size="sm"
            )
            self._folder = gr.UploadButton(
                "A folder", file_count="directory", elem_id="add-folder", size="sm"
            )
            self._resync = gr.Button("Re-sync", elem_id="resync", size="sm")
        self._of_folder = gr.Textbox(visible="hidden", elem_id="of-folder", label="Files of the folder")
        self._outcome = gr.Markdown(elem_id="outcome")
        for sending in (self._files, self._folder):
            _describe_once(sending)

    # What each part of the screen sets off

    @property
    def _query(self) -> list[Component]:
        return [self._search, self._field, self._values, self._order, self._page]

    @property
    def _listing(self) -> list[Component]:
        """What shows the documents that the query finds."""
        return [
            self._table,
            self._said,
            self._page,
            self._before,
            self._after,
            self._field,
            self._values,
        ]

    @property
    def _chosen(self) -> list[Component]:
        """What shows a document, and what may be done with it."""
        buttons = [self._only_this, self._share, self._unshare, self._remove, self._sure, self._keep]
        return [self._details, self._selected, *buttons]

    def _follow_query(self, place: gr.Tab) -> None:
        gr.on(None, self.listed, self._query, self._listing, trigger_mode="always_last", **PRIVATE)
        place.select(self.listed, self._query, self._listing, **PRIVATE)  # others may have added and removed
        self._before.click(lambda at: at - 1, self._page, self._page, **PRIVATE)
        self._after.click(lambda at: at + 1, self._page, self._page, **PRIVATE)

    def _follow_choices(self) -> None:
        asked = [self.narrowed, self.asked]
        sure = [self._sure, self._keep]
        self._table.select(self.choose, None, self._chosen, **PRIVATE)
        self._only_this.click(self.ask_only, self._selected, asked, **PRIVATE)
        listed = [self._search, self._field, self._values]
        self._only_listed.click(self.ask_listed, listed, [*asked, self._outcome], **PRIVATE)
        self._ask_all.click(self.ask_all, None, asked, **PRIVATE)
        self._remove.click(lambda: self._asking_whether(True), None, sure, **PRIVATE)
        self._keep.click(lambda: self._asking_whether(False), None, sure, **PRIVATE)

    def _follow_changes(self) -> None:
        """The list is shown anew after each."""
        shown = [*self._chosen, self._outcome]
        adding: dict[str, Any] = {"outputs": self._outcome, "api_visibility": "private"}
        for event in (
            self._sure.click(self.remove, self._selected, shown, **PRIVATE),
            self._share.click(self.share, self._selected, shown, **PRIVATE),
            self._unshare.click(self.unshare, self._selected, shown, **PRIVATE),
            self._files.upload(self.add, [self._files, gr.State("")], **adding),
            self._folder.upload(self.add, [self._folder, self._of_folder], **adding),
            self._resync.click(self.sync, None, **adding),
        ):
            event.then(self.listed, self._query, self._listing, **PRIVATE)

    # What a person does

    def listed(
        self, words: str, name: str, value: str | None, order: str, at: int, request: gr.Request
    ) -> Update:
        user = person(request)
        filters = self._library.filters(user)
        offered = filters.get(name, [])
        value = value if value in offered else None  # of the field that was chosen before
        shown = listing(self._rows(user, words, name, value), order, at)
        return {
            self._table: shown.table,
            self._said: _status(shown.said),
            self._page: shown.page,
            self._before: gr.Button(interactive=shown.page > 1),
            self._after: gr.Button(interactive=shown.page < shown.pages),
            self._field: gr.Dropdown([ANY, *filters]),
            self._values: gr.Dropdown(offered, value=value, interactive=bool(offered)),
        }

    def choose(self, event: gr.SelectData, request: gr.Request) -> Update:
        return self._shown(self._row(person(request), str(event.row_value[SOURCE])))

    def ask_only(self, source: str) -> Update:
        return self._narrowed_to(Narrowed(frozenset({source})))

    def ask_listed(self, words: str, name: str, value: str | None, request: gr.Request) -> Update:
        found = frozenset(row.source for row in self._rows(person(request), words, name, value) if row.info)
        if not found:
            return {self._outcome: notice_html("Nothing is listed that could be asked.", fault=True)}
        return self._narrowed_to(Narrowed(found))

    def ask_all(self) -> Update:
        return self._narrowed_to(Narrowed())

    def remove(self, source: str, request: gr.Request) -> Update:
        try:
            self._library.remove(person(request), source)
        except (IndexFault, QAError, OSError) as fault:
            return {self._outcome: notice_html(str(fault), fault=True)}
        return {**self._shown(None), self._outcome: _status(f"{source} was removed.")}

    def share(self, source: str, request: gr.Request) -> Update:
        return self._shared(source, True, request)

    def unshare(self, source: str, request: gr.Request) -> Update:
        return self._shared(source, False, request)

    def add(
        self, sent: Sequence[str] | None, told: str, request: gr.Request, progress: gr.Progress = PROGRESS
    ) -> str:
        paths = [Path(one) for one in sent or ()]
        try:
            files = list(zip(relative_names(paths, told), paths, strict=True))
            lines = self._library.add(person(request), files, _telling(progress))
        except (IndexFault, QAError, CorpusError, OSError) as fault:
            return notice_html(str(fault), fault=True)
        finally:
            for path in paths:  # Gradio's copies, which it would keep
                path.unlink(missing_ok=True)
        return outcome_html(lines)

    def sync(self, progress: gr.Progress = PROGRESS) -> str:
        try:
            report = self._library.resync(_telling(progress))
        except (IndexFault, QAError, CorpusError, OSError) as fault:
            return notice_html(str(fault), fault=True)
        counts = {
            "new": report.added,
            "changed": report.changed,
            "renamed": report.renamed,
            "removed": report.removed,
            "failed": report.failed,
        }
        told = ", ".join(f"{len(found):,} {name}" for name, found in counts.items() if found)
        return _status(f"Up to date: {told or 'nothing has changed'}.")

    # What the screen shows of it

    def _rows(self, user: str, words: str, name: str, value: str | None) -> list[Row]:
        return self._library.documents(user, words, {name: value} if name != ANY and value else {})

    def _row(self, user: str, source: str) -> Row | None:
        return next((row for row in self._library.documents(user) if row.source == source), None)

    def _shown(self, row: Row | None) -> Update:
        """The details of a row with what may be done with it."""
        own = row is not None and row.own
        return {
            self._details: details_html(row) if row else CHOOSE,
            self._selected: row.source if row else "",
            self._only_this: gr.Button(visible=row is not None and row.info is not None),
            self._share: gr.Button(visible=row is not None and own and not row.shared),
            self._unshare: gr.Button(visible=row is not None and own and row.shared),
            self._remove: gr.Button(visible=own),
            **self._asking_whether(False),
        }

    def _asking_whether(self, asking: bool) -> Update:
        """Whether the file is to be deleted indeed."""
        return {self._sure: gr.Button(visible=asking), self._keep: gr.Button(visible=asking)}

    def _shared(self, source: str, shared: bool, request: gr.Request) -> Update:
        user = person(request)
        try:
            new = self._library.share(user, source, shared=shared)
        except (IndexFault, QAError, OSError) as fault:
            return {self._outcome: notice_html(str(fault), fault=True)}
        who = "Everybody sees" if shared else "Only you see"
        return {**self._shown(self._row(user, new)), self._outcome: _status(f"{who} {new} now.")}

    def _narrowed_to(self, chosen: Narrowed) -> Update:
        return {self.narrowed: chosen, self.asked: narrowed_html(chosen)}


def _describe_once(button: gr.UploadButton) -> None:
    """Gradio works out this schema anew for each page that is opened: a sixth of what 20 people cost who ask
    at once."""
    schema = button.api_info()
    button.api_info = lambda: schema  # type: ignore[method-assign]


def relative_names(paths: Sequence[Path], told: str) -> list[str]:
    """The names of files as their folder had them. told: a JSON list that page.js writes, or empty where they
    are of no folder; one of other files is not believed."""
    relative = json.loads(told) if told else []
    belong = len(relative) == len(paths) and all(isinstance(one, str) and one for one in relative)
    return [str(one) for one in relative] if belong else [path.name for path in paths]


def _status(text: str) -> str:
    return f'<p role="status">{escape(text)}</p>'


def _telling(progress: gr.Progress) -> Callable[[int, int, str], None]:
    return lambda done, of, what: progress((done, max(1, of)), desc=what, unit="files")
