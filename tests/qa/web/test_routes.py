"""Pages beside the chat: what a person may see is there, anything else is not found."""

from __future__ import annotations

from collections.abc import Iterator

import fastapi
import pytest
from fastapi.testclient import TestClient

from index import Index
from qa import Assistant
from qa.web.desk import QUOTES, Desk
from qa.web.library import Library
from qa.web.limits import Pace
from qa.web.routes import routes
from qa.web.store import Exchange, Store
from tests.qa.web.test_export import AT


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    place = tmp_path_factory.mktemp("desk")
    (place / "letters").mkdir()
    (place / "letters" / "parks.md").write_text("# Parks\nHainan planned <b>parks</b>. Nobody else did.\n")
    with Index.open(place / "index") as index:
        index.sync([place / "letters"])
        library = Library(index, place / "data")
        secret = place / "secret.txt"
        secret.write_text("The key lies under the mat.\n")
        library.add("ann", [("secret.txt", secret)])
        store = Store(place / "data" / "chat.sqlite")
        yield Desk(library, store, Pace(60), {QUOTES: Assistant(index)})
        store.close()


def client(desk: Desk, user: str) -> TestClient:
    """A browser whose requests the door has let in as this person's."""
    app = fastapi.FastAPI()
    app.include_router(routes(desk))

    @app.middleware("http")
    async def admitted(request: fastapi.Request, call_next):  # type: ignore[no-untyped-def]
        request.scope.setdefault("state", {})["user"] = user
        return await call_next(request)

    return TestClient(app)


def source_id(desk: Desk, ending: str) -> str:
    return next(info.id for info in desk.library.index.documents() if info.source.endswith(ending))


def test_a_document_is_shown_with_its_quote_marked_and_runs_no_script(desk: Desk) -> None:
    shown = client(desk, "bob").get(f"/documents/{source_id(desk, 'parks.md')}?start=7&end=13")

    assert shown.status_code == 200
    assert "<mark" in shown.text
    assert "<b>parks</b>" not in shown.text
    assert "default-src 'none'" in shown.headers["content-security-policy"]


@pytest.mark.parametrize("query", ["?start=-1&end=4", "?start=a&end=b"])
def test_a_place_that_is_none_is_refused(desk: Desk, query: str) -> None:
    assert client(desk, "bob").get(f"/documents/{source_id(desk, 'parks.md')}{query}").status_code == 422


def test_the_upload_of_another_is_not_found(desk: Desk) -> None:
    path = f"/documents/{source_id(desk, 'secret.txt')}"

    assert client(desk, "ann").get(path).status_code == 200
    refused = client(desk, "bob").get(path)
    assert refused.status_code == 404
    assert "mat" not in refused.text


@pytest.mark.parametrize("ending", ["md", "html"])
def test_a_conversation_is_its_owners_until_it_is_shared(desk: Desk, ending: str) -> None:
    id = desk.store.new("ann", "A talk")
    desk.store.append("ann", id, Exchange("Who?", None, "it failed", AT, QUOTES))
    path = f"/conversations/{id}.{ending}"

    assert "it failed" in client(desk, "ann").get(path).text
    assert client(desk, "bob").get(path).status_code == 404
    desk.store.share("ann", id, True)
    assert "it failed" in client(desk, "bob").get(path).text
