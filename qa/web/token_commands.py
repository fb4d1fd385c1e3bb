"""qa token: which programs may ask in whose place.

What is slow to load is imported by the command that needs it.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing, contextmanager
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from qa.options import INDEX, AsJson, Config, Folder

if TYPE_CHECKING:
    from qa.web.tokens import Tokens

Name = Annotated[str, typer.Argument(show_default=False)]

tokens = typer.Typer(help="Give programs a token to ask with, where people sign in.")


class Scope(StrEnum):
    READ = "read"
    WRITE = "write"


@tokens.command()
def add(
    name: Name,
    scope: Annotated[Scope, typer.Option(help="To ask and read, or to add and delete documents, too.")],
    user: Annotated[
        str | None, typer.Option(help="In whose place it asks.", show_default="the user called NAME")
    ] = None,
    folder: Folder = INDEX,
    config: Config = None,
) -> None:
    """Print a new token, once; one of this name before ends."""
    with _opened(folder, config) as kept:
        print(kept.add(name, user or name, scope.value))


@tokens.command()
def remove(name: Name, folder: Folder = INDEX, config: Config = None) -> None:
    """End a token."""
    with _opened(folder, config) as kept:
        kept.remove(name)
    print(f"the token {name} has ended")


@tokens.command(name="list")
def list_(folder: Folder = INDEX, as_json: AsJson = False, config: Config = None) -> None:
    """The tokens that are good: their names, users and scopes."""
    from qa.render import as_json as to_json

    with _opened(folder, config) as kept:
        known = [access._asdict() for access in kept.all()]
    lines = (f"{one['name']}  {one['user']}  {one['scope']}" for one in known)
    print(to_json(known) if as_json else "\n".join(lines) or "None yet: run qa token add NAME --scope read")


@contextmanager
def _opened(index: Path, config: Path | None) -> Iterator[Tokens]:
    from qa.settings import load_settings
    from qa.web.folder import CONVERSATIONS, USERS, data_folder
    from qa.web.tokens import Tokens
    from qa.web.users import Users

    data = data_folder(index, load_settings(config).serve)
    with closing(Tokens(data / CONVERSATIONS, Users(data / USERS))) as kept:
        yield kept
