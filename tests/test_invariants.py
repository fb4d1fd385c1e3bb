"""What always holds, over generated files of six formats and over the real ones."""

from __future__ import annotations

import io
from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory

import docx
import pytest
from fpdf import FPDF
from hypothesis import given, settings
from hypothesis import strategies as st

from index import Embedder, Index, View
from qa import Assistant
from qa.evaluation.gold import read_gold
from tests.conftest import ROOT
from tests.qa.test_assistant import check_promises

NAMES = ["Hainan", "Shaanxi", "Huawei", "Zhou Li", "Ümlaut AG", "北京"]
VERBS = ["planned", "opened", "did not open", "paid for", "speaks of"]
THINGS = ["22 parks", "a fund of 1.5 billion", "3 Nos. of stations", "“smart” cities", "tea, rice and cotton"]

sentences = st.builds(
    lambda name, verb, thing, end: f"{name} {verb} {thing}{end}",
    st.sampled_from(NAMES),
    st.sampled_from(VERBS),
    st.sampled_from(THINGS),
    st.sampled_from([".", "!", " in 2020.", ", e.g. in May. It went well.", "。", ""]),
)
wild = st.text(st.characters(exclude_categories=("Cs", "Cc")), max_size=60)
paragraphs = st.lists(st.one_of(st.lists(sentences, min_size=1, max_size=6).map(" ".join), wild), max_size=6)


def as_text(parts: list[str]) -> bytes:
    return "\n\n".join(parts).encode()


def as_markdown(parts: list[str]) -> bytes:
    return ("# Heading\n\n" + "\n\n## Next\n\n- ".join(parts)).encode()


def as_html(parts: list[str]) -> bytes:
    return ("<html><body><article>" + "".join(f"<p>{part}</p>" for part in parts)).encode()


def as_csv(parts: list[str]) -> bytes:
    return ("name,said\n" + "\n".join(f'x,"{part}"' for part in parts)).encode()


def as_word(parts: list[str]) -> bytes:
    document = docx.Document()
    for part in parts:
        document.add_paragraph("".join(letter for letter in part if letter.isprintable()))
    stream = io.BytesIO()
    document.save(stream)
    return stream.getvalue()


def as_pdf(parts: list[str]) -> bytes:
    pdf = FPDF()
    pdf.set_font("helvetica", size=11)
    for part in parts or [""]:
        pdf.add_page()
        pdf.multi_cell(0, 6, part.encode("latin-1", "replace").decode("latin-1"))
    return bytes(pdf.output())


FORMATS: dict[str, Callable[[list[str]], bytes]] = {
    "a.txt": as_text,
    "b.md": as_markdown,
    "c.html": as_html,
    "d.csv": as_csv,
    "e.docx": as_word,
    "f.pdf": as_pdf,
}
folders = st.dictionaries(st.sampled_from(sorted(FORMATS)), paragraphs, min_size=1)


def check_spans(index: Index | View) -> None:
    """Chunks are exact slices, in order, and hold all that is not white space; passages are exact slices."""
    for info in index.documents():
        document = index.document(info.id)
        chunks = index.chunks(info.id)
        assert all(document.text[chunk.start : chunk.end] == chunk.text for chunk in chunks)
        assert "".join("".join(chunk.text.split()) for chunk in chunks) == "".join(document.text.split())
        assert [(chunk.start, chunk.end) for chunk in chunks] == sorted(
            (chunk.start, chunk.end) for chunk in chunks
        )
    if index.documents():
        for passage in index.search("Who planned parks in Hainan?", k=10):
            assert index.document(passage.document_id).text[passage.start : passage.end] == passage.text
            for start, end in passage.sentences:
                assert passage.start <= start < end <= passage.end


@settings(max_examples=12, deadline=None)
@given(folder=folders, question=st.one_of(sentences, wild.filter(str.strip)))
def test_generated_files_keep_every_promise(
    real_embedder: Embedder, folder: dict[str, list[str]], question: str
) -> None:
    with TemporaryDirectory() as place:
        documents = Path(place) / "docs"
        documents.mkdir()
        for name, parts in folder.items():
            (documents / name).write_bytes(FORMATS[name](parts))
        with Index.open(Path(place) / ".index", embedder=real_embedder) as index:
            first = index.sync([documents])
            assert len(first.added) + len(first.failed) == len(folder)
            generation = index.generation
            again = index.sync([documents])
            assert (again.unchanged, again.failed) == (first.added, first.failed)
            assert index.generation == generation
            check_spans(index)
            if index.documents():
                answer = Assistant(index).ask(question)
                check_promises(index, answer)
                assert Assistant(index).ask(question) == answer


def test_the_shipped_documents_keep_every_promise(shipped: Index) -> None:
    check_spans(shipped)


def test_every_gold_question_keeps_every_promise_and_gets_the_same_answer_twice(
    shipped: Index, assistant: Assistant
) -> None:
    for case in read_gold(ROOT / "corpus/gold"):
        answer = assistant.ask(case.question, case.turns)
        check_promises(shipped, answer)
        assert repr(Assistant(shipped).ask(case.question, case.turns)) == repr(answer)


def test_the_raw_articles_keep_every_promise(over_raw_articles: Assistant) -> None:
    check_spans(over_raw_articles.index)
    for case in read_gold(ROOT / "corpus/gold"):
        check_promises(over_raw_articles.index, over_raw_articles.ask(case.question, case.turns))


def test_the_unseen_documents_are_exact_and_hold_what_their_questions_quote(
    real_embedder: Embedder, tmp_path: Path
) -> None:
    unseen = ROOT / "tests/unseen"
    cases = [*read_gold(unseen / "questions.jsonl"), *read_gold(unseen / "short.jsonl")]
    with Index.open(tmp_path / ".index", embedder=real_embedder) as index:
        index.sync([unseen / "documents", unseen / "papers"])
        check_spans(index)
        texts = {info.source.split("/")[-1]: index.document(info.id).text for info in index.documents()}
    for case in cases:  # named without its quotes: nobody is to look at them
        assert all(one.quote in texts[one.document] for one in case.evidence), case.id


@pytest.mark.parametrize("name", sorted(FORMATS))
def test_a_fact_is_found_and_quoted_from_each_format(
    real_embedder: Embedder, tmp_path: Path, name: str
) -> None:
    documents = tmp_path / "docs"
    documents.mkdir()
    facts = ["Hainan planned 22 parks for tea.", "Huawei paid 3.1 million yuan for the project in Beijing."]
    (documents / name).write_bytes(FORMATS[name](facts))
    with Index.open(tmp_path / ".index", embedder=real_embedder) as index:
        assert not index.sync([documents]).failed
        answer = Assistant(index).ask("How much did Huawei pay in Beijing?")
        check_promises(index, answer)
        assert "3.1 million" in answer.text
