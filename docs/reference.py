"""The settings and the commands as Markdown, made from the program each time the site is built.

Knows pydantic's models, typer's commands, and the two marks in the pages where they go. A setting without a
comment beside it fails the build.
"""

from __future__ import annotations

import inspect
import json
import re
from collections.abc import Iterator
from typing import Any

import typer
from mkdocs.exceptions import PluginError
from pydantic import BaseModel
from typer.core import TyperGroup

from qa.cli import commands
from qa.settings import Settings

KINDS = {"integer": "whole number", "number": "number", "boolean": "`true` or `false`", "string": "text"}
BOUNDS = {"minimum": "at least", "exclusiveMinimum": "more than", "maximum": "at most"}

_MEANING = re.compile(r"^ +(\w+): .*  # (.*)$", re.MULTILINE)


def on_page_markdown(markdown: str, **_: object) -> str:
    """What MkDocs calls for each page."""
    for mark, made in (("<!-- settings -->", settings_reference), ("<!-- commands -->", commands_reference)):
        if mark in markdown:
            markdown = markdown.replace(mark, made())
    return markdown


def settings_reference() -> str:
    """A heading and a table for each section."""
    return "\n\n".join(_section(name, field.annotation) for name, field in Settings.model_fields.items())


def _section(name: str, model: Any) -> str:
    assert issubclass(model, BaseModel)
    rows = ("| Setting | Takes | Default | Meaning |", "|---|---|---|---|", *_rows(name, model))
    return "\n".join((f"## {name}", "", model.__doc__ or "", "", *rows))


def _rows(section: str, model: type[BaseModel]) -> Iterator[str]:
    meanings = dict(_MEANING.findall(inspect.getsource(model)))
    schema = model.model_json_schema()["properties"]
    for attribute, field in model.model_fields.items():
        name = field.alias or attribute
        if attribute not in meanings:
            raise PluginError(f"no comment beside {section}.{name} says what it is")
        default = schema[name].get("default")
        shown = "none" if default is None else f"`{json.dumps(default)}`"
        yield _row(f"`{section}.{name}`", _takes(schema[name]), shown, meanings[attribute])


def _takes(schema: dict[str, Any]) -> str:
    """What a value may be, in words: "number, at least 0, at most 1"."""
    kind, *none = schema.get("anyOf", [schema])
    bounds = [f"{words} {kind[bound]}" for bound, words in BOUNDS.items() if bound in kind]
    name = "path" if kind.get("format") == "path" else KINDS[kind["type"]]
    return ", ".join([name, *bounds]) + (", or none" if none else "")


def commands_reference() -> str:
    """A heading for each command, with its arguments and options as --help tells them."""
    return "\n\n".join(_described(typer.main.get_command(commands), "qa", None))


def _described(command: Any, name: str, parent: typer.Context | None) -> Iterator[str]:
    """command: of typer's class Command, which has no public name."""
    context = typer.Context(command, info_name=name.split()[-1], parent=parent)
    yield f"##{'#' * name.count(' ')} {name}\n\n{command.help}"
    if isinstance(command, TyperGroup):
        for below in sorted(command.commands):
            yield from _described(command.commands[below], f"{name} {below}", context)
    else:
        yield f"```text\n{command.get_usage(context).removeprefix('Usage: ')}\n```"
        told = [one.get_help_record(context) for one in command.get_params(context) if one.name != "help"]
        if rows := [_row(f"`{is_called}`", means) for is_called, means in filter(None, told)]:
            yield "\n".join(("| Argument or option | Meaning |", "|---|---|", *rows))


def _row(*cells: str) -> str:
    return f"| {' | '.join(cells)} |"
