"""qa user: who may sign in to the chat.

What is slow to load is imported by the command that needs it.
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from qa.options import INDEX, AsJson, Config, Folder

if TYPE_CHECKING:
    from qa.web.users import Users

Name = Annotated[str, typer.Argument(show_default=False)]

admitting = typer.Typer(help="Say who may sign in to the chat.")


@admitting.command()
def add(name: Name, folder: Folder = INDEX, config: Config = None) -> None:
    """Let somebody sign in, or give them a new password: asked for, or the first line of stdin."""
    from qa.web.users import checked_name

    users = _users(folder, config)
    checked_name(name)
    new = users.add(name, _password())
    print(f"{name} may sign in" if new else f"{name} has a new password, and is signed out everywhere")


@admitting.command()
def remove(name: Name, folder: Folder = INDEX, config: Config = None) -> None:
    """Let somebody sign in no longer; what they asked and uploaded stays."""
    users = _users(folder, config)
    users.remove(name)
    print(f"{name} may no longer sign in; conversations and uploads stay in {users.path.parent}")


@admitting.command(name="list")
def list_(folder: Folder = INDEX, as_json: AsJson = False, config: Config = None) -> None:
    """Who may sign in."""
    from qa.render import as_json as to_json

    names = _users(folder, config).names()
    print(to_json(names) if as_json else "\n".join(names) or "Nobody yet: run qa user add NAME")


def _users(index: Path, config: Path | None) -> Users:
    from qa.settings import load_settings
    from qa.web.folder import USERS, data_folder
    from qa.web.users import Users

    return Users(data_folder(index, load_settings(config).serve) / USERS)


def _password() -> str:
    if sys.stdin.isatty():
        return str(typer.prompt("Password", hide_input=True, confirmation_prompt=True, err=True))
    return sys.stdin.readline().rstrip("\r\n")
