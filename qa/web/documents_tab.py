"""The tab of the documents: what there is, what is added, shared and removed, and which the chat asks.

Knows Gradio and the library; how a list is laid out as a table is in listing.py.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from html import escape
from pathlib import Path
from typing import Any

import gradio as gr
from gradio.components import Component

from corpus.errors import CorpusError
from index import IndexFault
from qa.errors import QAError
from qa.web import page as pages
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

ANY = "any field"
PROGRESS = gr.Progress()  # Gradio gives each event its own by this default

Update = dict[Component, Any]  # of what changes on the screen, its new value


def documents_tab(library: Library, tab: gr.Tab) -> tuple[gr.State, gr.Markdown]:
    """Build what stands in `tab`, within it; gives the documents that the chat asks, a Narrowed, and where
    that is told."""
    narrowed = gr.State(Narrowed())
    selected = gr.State("")
    page = gr.State(1)
    with gr.Row(equal_height=True):
        search = gr.Textbox("", label="Search", placeholder="Title, source or field", elem_id="find")
        field = gr.Dropdown([ANY], value=ANY, label="Filter by", elem_id="field")
        values = gr.Dropdown([], label="Value", elem_id="value", interactive=True)
        order = gr.Dropdown(list(ORDERS), value=next(iter(ORDERS)), label="Order", elem_id="order")
    with gr.Row():
        with gr.Column(scale=3, min_width=320):
            table = gr.Dataframe(
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
                before = gr.Button("Previous page", size="sm")
                said = gr.Markdown(elem_id="listed")
                after = gr.Button("Next page", size="sm")
        with gr.Column(scale=2, min_width=320):
            asked = gr.Markdown(narrowed_html(Narrowed()), elem_id="asked")
            with gr.Row():
                only_listed = gr.Button("Ask only what is listed", size="sm")
                ask_all = gr.Button("Ask all documents", size="sm")
            details = gr.Markdown("<p>Choose a row to see the document.</p>", elem_id="details")
            with gr.Row():
                only_this = gr.Button("Ask only this", size="sm", visible=False)
                share = gr.Button("Share with everybody", size="sm", visible=False)
                unshare = gr.Button("Share no longer", size="sm", visible=False)
                remove = gr.Button("Remove …", size="sm", visible=False)
            with gr.Row():
                sure = gr.Button("Yes, delete the file", size="sm", variant="stop", visible=False)
                keep = gr.Button("Keep it", size="sm", visible=False)
            gr.Markdown("### Add documents")
            with gr.Row():
                files = gr.UploadButton(
                    "Files or zip archives", file_count="multiple", elem_id="add-files", size="sm"
                )
                folder = gr.UploadButton("A folder", file_count="directory", elem_id="add-folder", size="sm")
                resync = gr.Button("Re-sync", elem_id="resync", size="sm")
            of_folder = gr.Textbox(visible="hidden", elem_id="of-folder", label="Files of the folder")
            outcome = gr.Markdown(elem_id="outcome")

    for sending in (files, folder):
        _describe_once(sending)
    query = [search, field, values, order, page]
    buttons = [only_this, share, unshare, remove, sure, keep]

    def rows(user: str, words: str, name: str, value: str | None) -> list[Row]:
        return library.documents(user, words, {name: value} if name != ANY and value else {})

    def listed(words: str, name: str, value: str | None, chosen: str, at: int, request: gr.Request) -> Update:
        user = person(request)
        filters = library.filters(user)
        offered = filters.get(name, [])
        value = value if value in offered else None  # of the field that was chosen before
        shown = listing(rows(user, words, name, value), chosen, at)
        return {
            table: shown.table,
            said: _status(shown.said),
            page: shown.page,
            before: gr.Button(interactive=shown.page > 1),
            after: gr.Button(interactive=shown.page < shown.pages),
            field: gr.Dropdown([ANY, *filters]),
            values: gr.Dropdown(offered, value=value, interactive=bool(offered)),
        }

    screen: list[Component] = [table, said, page, before, after, field, values]

    def show(row: Row | None) -> Update:
        """The details of a row with what may be done with it."""
        own = row is not None and row.own
        return {
            details: details_html(row) if row else "<p>Choose a row to see the document.</p>",
            selected: row.source if row else "",
            only_this: gr.Button(visible=row is not None and row.info is not None),
            share: gr.Button(visible=row is not None and own and not row.shared),
            unshare: gr.Button(visible=row is not None and own and row.shared),
            remove: gr.Button(visible=own),
            sure: gr.Button(visible=False),
            keep: gr.Button(visible=False),
        }

    def choose(event: gr.SelectData, request: gr.Request) -> Update:
        return show(_row(library, person(request), str(event.row_value[SOURCE])))

    def delete(source: str, request: gr.Request) -> Update:
        try:
            library.remove(person(request), source)
        except (IndexFault, QAError, OSError) as fault:
            return {outcome: pages.notice_html(str(fault), fault=True)}
        return show(None) | {outcome: _status(f"{source} was removed.")}

    def sharing(shared: bool) -> Callable[..., Update]:
        def act(source: str, request: gr.Request) -> Update:
            try:
                new = library.share(person(request), source, shared=shared)
            except (IndexFault, QAError, OSError) as fault:
                return {outcome: pages.notice_html(str(fault), fault=True)}
            who = "Everybody sees" if shared else "Only you see"
            return show(_row(library, person(request), new)) | {outcome: _status(f"{who} {new} now.")}

        return act

    def add(
        sent: Sequence[str] | None, told: str, request: gr.Request, progress: gr.Progress = PROGRESS
    ) -> str:
        paths = [Path(one) for one in sent or ()]
        try:
            names = relative_names(paths, told)
            lines = library.add(person(request), list(zip(names, paths, strict=True)), _telling(progress))
        except (IndexFault, QAError, CorpusError, OSError) as fault:
            return pages.notice_html(str(fault), fault=True)
        finally:
            for path in paths:  # Gradio's copies, which it would keep
                path.unlink(missing_ok=True)
        return outcome_html(lines)

    def sync(progress: gr.Progress = PROGRESS) -> str:
        try:
            report = library.resync(_telling(progress))
        except (IndexFault, QAError, CorpusError, OSError) as fault:
            return pages.notice_html(str(fault), fault=True)
        counts = {
            "new": report.added,
            "changed": report.changed,
            "renamed": report.renamed,
            "removed": report.removed,
            "failed": report.failed,
        }
        told = ", ".join(f"{len(found):,} {name}" for name, found in counts.items() if found)
        return _status(f"Up to date: {told or 'nothing has changed'}.")

    def narrow_to(chosen: Narrowed) -> Update:
        return {narrowed: chosen, asked: narrowed_html(chosen)}

    def narrow_to_list(words: str, name: str, value: str | None, request: gr.Request) -> Update:
        found = rows(person(request), words, name, value)
        return narrow_to(Narrowed(frozenset(row.source for row in found if row.info)))

    private: dict[str, Any] = {"api_visibility": "private", "show_progress": "hidden"}
    gr.on(None, listed, query, screen, trigger_mode="always_last", **private)
    tab.select(listed, query, screen, **private)  # others may have added and removed
    for button, step in ((before, -1), (after, 1)):
        button.click(lambda at, step=step: at + step, page, page, **private)
    table.select(choose, None, [details, selected, *buttons], **private)
    only_this.click(lambda one: narrow_to(Narrowed(frozenset({one}))), selected, [narrowed, asked], **private)
    only_listed.click(narrow_to_list, [search, field, values], [narrowed, asked], **private)
    ask_all.click(lambda: narrow_to(Narrowed()), None, [narrowed, asked], **private)
    remove.click(lambda: (gr.Button(visible=True),) * 2, None, [sure, keep], **private)
    keep.click(lambda: (gr.Button(visible=False),) * 2, None, [sure, keep], **private)
    changes = [details, selected, outcome, *buttons]
    done = [
        sure.click(delete, selected, changes, **private),
        share.click(sharing(True), selected, changes, **private),
        unshare.click(sharing(False), selected, changes, **private),
        files.upload(add, [files, gr.State("")], outcome, api_visibility="private"),
        folder.upload(add, [folder, of_folder], outcome, api_visibility="private"),
        resync.click(sync, None, outcome, api_visibility="private"),
    ]
    for event in done:
        event.then(listed, query, screen, **private)
    return narrowed, asked


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


def _row(library: Library, user: str, source: str) -> Row | None:
    return next((row for row in library.documents(user) if row.source == source), None)


def _status(text: str) -> str:
    return f'<p role="status">{escape(text)}</p>'


def _telling(progress: gr.Progress) -> Callable[[int, int, str], None]:
    return lambda done, of, what: progress((done, max(1, of)), desc=what, unit="files")
