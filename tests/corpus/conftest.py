"""Files as a folder of documents holds them: written to disk, loaded from there."""

from __future__ import annotations

import pytest

from corpus import Document, LoadError, load
from tests.corpus.reading import LoadBytes, ReasonOf


@pytest.fixture(scope="session")
def load_bytes(tmp_path_factory: pytest.TempPathFactory) -> LoadBytes:
    """Write `data` to a file of that name, and load it."""
    folder = tmp_path_factory.mktemp("documents")

    def write_and_load(name: str, data: bytes) -> Document:
        path = folder / name
        path.write_bytes(data)
        return load(path, f"documents/{name}")

    return write_and_load


@pytest.fixture(scope="session")
def reason_of(load_bytes: LoadBytes) -> ReasonOf:
    """Why a file of that name with `data` in it cannot be loaded."""

    def refused(name: str, data: bytes) -> str:
        with pytest.raises(LoadError) as caught:
            load_bytes(name, data)
        assert caught.value.source == f"documents/{name}"
        assert "\n" not in caught.value.reason
        return caught.value.reason

    return refused


@pytest.fixture(scope="session")
def whole_files() -> dict[str, bytes]:
    """A small file of each binary format."""
    from tests.corpus import office, test_pdf, test_sheet

    return {
        "a.docx": office.word(),
        "a.pptx": office.slides(),
        "a.epub": office.book(),
        "a.pdf": test_pdf.report(),
        "a.xlsx": test_sheet.workbook(("Parks", [["Province", "Parks"], ["Hainan", 4]])),
    }
