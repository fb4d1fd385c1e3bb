"""What was written into a book is read back; one with rights management says that it has."""

from __future__ import annotations

import io
import zipfile

from ebooklib import epub

from tests.corpus.office import book
from tests.corpus.reading import LoadBytes, ReasonOf, removed


def test_a_book_has_its_chapters_and_what_it_says_of_itself(load_bytes: LoadBytes) -> None:
    document = load_bytes("a.epub", book())
    assert document.title == "A book of parks"
    assert document.metadata == {"author": "Ann Lee", "language": "en"}
    assert document.text == "Chapter one\n\nParks in four places <planned>.\n\n- item"


def test_a_book_with_rights_management_is_refused(reason_of: ReasonOf) -> None:
    buffer = io.BytesIO(book())
    with zipfile.ZipFile(buffer, "a") as volume:
        volume.writestr("META-INF/rights.xml", "<rights/>")
    assert reason_of("a.epub", buffer.getvalue()).startswith("encrypted: a book with digital rights")


def test_navigation_and_contents_of_a_book_are_kept_as_removed(load_bytes: LoadBytes) -> None:
    volume = epub.EpubBook()
    volume.set_title("A book of parks")
    pages = {
        "toc.xhtml": "<p>Ann Lee</p>"
        + "".join(f"<p><a href='one.xhtml#{i}'>The park of number {i}</a></p>" for i in range(9)),
        "one.xhtml": "<div role='navigation'><a href='toc.xhtml'>next</a></div>"
        "<h1>Park <span/>1</h1><p>x</p>",
    }
    for name, content in pages.items():
        page = epub.EpubHtml(title=name, file_name=name)
        page.content = content
        volume.add_item(page)
        volume.spine.append(page)
    volume.add_item(epub.EpubNcx())
    buffer = io.BytesIO()
    epub.write_epub(buffer, volume)
    document = load_bytes("a.epub", buffer.getvalue())
    assert document.text == "Ann Lee\n\nPark 1\n\nx"
    assert {rule for rule, _ in removed(document)} == {"contents", "navigation"}
