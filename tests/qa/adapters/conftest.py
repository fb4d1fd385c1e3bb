"""The shipped documents behind every door, on a real server."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import fastapi
import pytest

from index import Index
from qa import Assistant
from qa.web.api import add_programs
from qa.web.desk import QUOTES, Desk
from qa.web.library import Library
from qa.web.limits import Pace
from qa.web.login import guard
from qa.web.store import Store
from tests.qa.adapters.doors import House
from tests.qa.web.serving import served


@pytest.fixture(scope="session")
def house(tmp_path_factory: pytest.TempPathFactory, shipped: Index, assistant: Assistant) -> Iterator[House]:
    data = tmp_path_factory.mktemp("data")
    store = Store(data / "chat.sqlite")
    app = fastapi.FastAPI(openapi_url=None)
    add_programs(app, Desk(Library(shipped, data), store, Pace(10_000), {QUOTES: assistant}))
    with served(guard(app)) as address:
        yield House(assistant, Path(shipped.folder), address)
    store.close()
