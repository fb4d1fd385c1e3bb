"""PDF: printed lines become paragraphs again, pages keep their numbers, running heads and feet go."""

from __future__ import annotations

import io

import pypdfium2
import pytest
from fpdf import FPDF, XPos, YPos

from corpus.loaders import pdf as loader
from corpus.loaders.loaded import meaningful_title
from tests.corpus.reading import LoadBytes, ReasonOf, headings, removed

CHAPTERS = 12
HEADING = "Chapter {} of the report, which has a long heading that needs a second line"
SENTENCE = "Province {} planned industrial parks in four places, as the report says at some length. "


class Report(FPDF):
    """A page has a running head, a numbered foot, and room for what the tests write."""

    def header(self) -> None:
        self.set_font("Helvetica", size=9)
        self.line_of("Annual Report 2020")
        self.ln(4)

    def footer(self) -> None:
        self.set_y(-15)
        self.set_font("Helvetica", size=9)
        self.cell(0, 5, f"Page {self.page_no()} of {{nb}}")

    def line_of(self, text: str, size: int = 9) -> None:
        self.set_font("Helvetica", size=size)
        self.multi_cell(0, size * 0.55, text, new_x=XPos.LMARGIN, new_y=YPos.NEXT)


def report() -> bytes:
    pdf = Report()
    pdf.set_title("The parks of the provinces")
    pdf.set_author("Ann Lee")
    pdf.set_auto_page_break(True, 20)
    pdf.add_page()
    pdf.line_of("The parks", size=20)
    for n in range(1, CHAPTERS + 1):
        pdf.line_of(HEADING.format(n), size=15)
        pdf.line_of(SENTENCE.format(n) * 6, size=11)
        pdf.ln(3)
        pdf.line_of("A short line.", size=11)
        pdf.line_of(f"- item {n}\n- another item that is so long that it has to be wrapped to a second line, "
                    "where it goes on for a while", size=11)  # fmt: skip
    return bytes(pdf.output())


@pytest.fixture(scope="module")
def data() -> bytes:
    return report()


def test_lines_become_paragraphs_headings_and_items_again(load_bytes: LoadBytes, data: bytes) -> None:
    document = load_bytes("a.pdf", data)
    assert headings(document) == [
        (1, "The parks"),
        *[(2, HEADING.format(n)) for n in range(1, CHAPTERS + 1)],
    ]
    for n in range(1, CHAPTERS + 1):
        paragraph = (SENTENCE.format(n) * 6).strip()
        assert f"\n\n{paragraph}\n\nA short line.\n\n- item {n}\n- another item" in document.text
    assert document.text.count("to be wrapped to a second line, where it goes on for a while") == CHAPTERS


@pytest.mark.parametrize("title", ["C:\\tex\\PARKS.DVI", "parks-39-3-4:parks-0", "parks_final"])
def test_a_title_that_a_program_wrote_is_none(title: str) -> None:
    assert meaningful_title(title) is None


def test_title_and_author_come_from_the_properties(load_bytes: LoadBytes, data: bytes) -> None:
    document = load_bytes("a.pdf", data)
    assert document.title == "The parks of the provinces"
    assert document.metadata == {"author": "Ann Lee"}


def test_running_heads_and_feet_are_removed_from_every_page(load_bytes: LoadBytes, data: bytes) -> None:
    document = load_bytes("a.pdf", data)
    count = len(document.pages)
    assert count == 3
    expected = [[("page-header", "Annual Report 2020"), ("page-number", f"Page {n} of 3")] for n in (1, 2, 3)]
    assert removed(document) == [each for page in expected for each in page]


def test_a_paragraph_that_runs_over_pages_is_one_line_with_exact_pages(load_bytes: LoadBytes) -> None:
    pdf = Report()
    pdf.set_auto_page_break(True, 20)
    pdf.add_page()
    words = " ".join(f"word{n}" for n in range(1200))
    pdf.line_of(words, size=12)
    document = load_bytes("a.pdf", bytes(pdf.output()))
    assert document.text == words
    spans = [document.text[page.start : page.end] for page in document.pages]
    assert [page.number for page in document.pages] == [1, 2, 3, 4]
    assert "".join(spans) == words
    assert all(span.startswith("word") for span in spans)


def test_cut_words_are_whole_again_and_compounds_keep_their_hyphen(load_bytes: LoadBytes) -> None:
    pdf = FPDF()
    pdf.add_page()
    pdf.set_font("Helvetica", size=12)
    for line in (
        "A state-of-the-art place for the develop-",
        "ment of parks, which is a state-of-",
        "the-art one.",
    ):
        pdf.cell(0, 6, line, new_x=XPos.LMARGIN, new_y=YPos.NEXT)
    assert load_bytes("a.pdf", bytes(pdf.output())).text == (
        "A state-of-the-art place for the development of parks, which is a state-of-the-art one."
    )


def test_columns_are_read_one_after_the_other(load_bytes: LoadBytes) -> None:
    pdf = FPDF()
    pdf.add_page()
    pdf.set_font("Helvetica", size=11)
    left, right = SENTENCE.format("left") * 4, SENTENCE.format("right") * 4
    for x, text in ((15, left), (110, right)):
        pdf.set_xy(x, 30)
        pdf.multi_cell(80, 6, text)
    assert load_bytes("a.pdf", bytes(pdf.output())).text.replace("\n\n", " ") == f"{left}{right}".strip()


def test_numbers_that_do_not_count_with_the_pages_stay(load_bytes: LoadBytes) -> None:
    pdf = FPDF()
    for n in (3, 7, 8, 20):
        pdf.add_page()
        pdf.set_font("Helvetica", size=12)
        for line in (f"Figure {n}", f"It shows park number {n}.", f"{n * n} hectares"):
            pdf.cell(0, 12, line, new_x=XPos.LMARGIN, new_y=YPos.NEXT)
    document = load_bytes("a.pdf", bytes(pdf.output()))
    assert document.removed == ()
    assert [page.number for page in document.pages] == [1, 2, 3, 4]
    assert document.text.count("Figure") == 4


def test_a_scanned_pdf_has_no_text_and_says_so(load_bytes: LoadBytes, reason_of: ReasonOf) -> None:
    pdf = FPDF()
    pdf.add_page()
    pdf.rect(10, 10, 50, 50, style="F")
    assert reason_of("a.pdf", bytes(pdf.output())) == (
        "no text on its 1 pages: a scanned PDF needs text recognition (OCR) first"
    )
    pdf = FPDF()
    pdf.add_page()
    pdf.add_page()
    pdf.set_font("Helvetica", size=12)
    pdf.cell(0, 6, "Text on the second page.")
    assert load_bytes("a.pdf", bytes(pdf.output())).metadata == {"pages_without_text": "1"}


def test_an_encrypted_pdf_is_refused(reason_of: ReasonOf) -> None:
    pdf = FPDF()
    pdf.set_encryption(owner_password="owner", user_password="user")
    pdf.add_page()
    pdf.set_font("Helvetica", size=12)
    pdf.cell(0, 6, "Secret.")
    assert reason_of("a.pdf", bytes(pdf.output())) == "encrypted: save it without a password"


def test_a_truncated_pdf_is_refused_wherever_it_ends(reason_of: ReasonOf, data: bytes) -> None:
    for end in (20, 500, len(data) // 2, len(data) - 10):
        assert reason_of("a.pdf", data[:end]).startswith("truncated")
    assert reason_of("a.pdf", b"This is no PDF.") == "corrupt: it does not begin as a PDF does"


def test_a_pdf_of_too_many_pages_is_refused(
    reason_of: ReasonOf, data: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(loader, "PAGE_LIMIT", 2)
    assert reason_of("a.pdf", data) == "too many pages: 3, the limit is 2"


def test_ten_thousand_pages_stop_at_the_limit(reason_of: ReasonOf) -> None:
    document = pypdfium2.PdfDocument.new()
    for _ in range(10_000):
        document.new_page(100, 100)
    buffer = io.BytesIO()
    document.save(buffer)
    document.close()
    assert reason_of("a.pdf", buffer.getvalue()) == "too many pages: 10,000, the limit is 5,000"
