"""Files of Word, PowerPoint and EPUB for the tests, as their libraries write them."""

from __future__ import annotations

import base64
import io

import docx
from docx.shared import Pt
from ebooklib import epub
from pptx import Presentation
from pptx.util import Inches

PIXEL = base64.b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="
)


def word() -> bytes:
    document = docx.Document()
    document.core_properties.title = "Parks of the provinces"
    document.core_properties.author = "Ann Lee"
    document.add_heading("The parks", 0)
    document.add_heading("Plans", 1)
    paragraph = document.add_paragraph("Four provinces ")
    paragraph.add_run("planned").bold = True
    run = paragraph.add_run(" parks_and_things * 2, for x <b> & y.")
    run.underline = True
    run.font.size = Pt(12)
    document.add_paragraph("first", style="List Bullet")
    document.add_paragraph("second", style="List Bullet")
    table = document.add_table(3, 2)
    for i, row in enumerate([("Province", "Parks"), ("Hainan", "4"), ("Gansu", "")]):
        for j, text in enumerate(row):
            table.cell(i, j).text = text
    document.add_paragraph("[1]: http://x.y")
    return saved(document)


def slides() -> bytes:
    deck = Presentation()
    slide = deck.slides.add_slide(deck.slide_layouts[1])
    slide.shapes.title.text = "First slide"
    slide.placeholders[1].text = "One bullet\nAnother <bullet>"
    slide.notes_slide.notes_text_frame.text = "A note."
    slide = deck.slides.add_slide(deck.slide_layouts[5])
    slide.shapes.title.text = "Second slide"
    table = slide.shapes.add_table(2, 2, Inches(1), Inches(2), Inches(4), Inches(1)).table
    for (i, j), text in {(0, 0): "Province", (0, 1): "Parks", (1, 0): "Hainan", (1, 1): "4"}.items():
        table.cell(i, j).text = text
    return saved(deck)


def book() -> bytes:
    volume = epub.EpubBook()
    volume.set_identifier("id")
    volume.set_title("A book of parks")
    volume.set_language("en")
    volume.add_author("Ann Lee")
    chapter = epub.EpubHtml(title="One", file_name="one.xhtml")
    chapter.content = (
        "<h1>Chapter one</h1><p>Parks in <em>four</em> places &lt;planned&gt;.</p><ul><li>item</li></ul>"
    )
    volume.add_item(chapter)
    volume.spine = [chapter]
    volume.add_item(epub.EpubNcx())
    buffer = io.BytesIO()
    epub.write_epub(buffer, volume)
    return buffer.getvalue()


def saved(document: object) -> bytes:
    buffer = io.BytesIO()
    document.save(buffer)  # type: ignore[attr-defined]
    return buffer.getvalue()
