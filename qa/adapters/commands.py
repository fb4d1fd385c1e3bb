"""qa mcp: the documents for agents.

What is slow to load is imported by the command that needs it.
"""

from __future__ import annotations

from contextlib import ExitStack
from typing import Annotated

import typer

from qa.options import INDEX, Config, Folder, Judge, Model, opened

HOST, PORT, PATH = "127.0.0.1", 8765, "/mcp"


def mcp(
    http: Annotated[
        bool, typer.Option("--http", help="Listen on 127.0.0.1 in place of stdin and stdout.")
    ] = False,
    port: Annotated[int, typer.Option(help="0 takes any that is free.")] = PORT,
    model: Model = None,
    judge: Judge = None,
    folder: Folder = INDEX,
    config: Config = None,
) -> None:
    """Answer agents by the Model Context Protocol, until stdin ends or Ctrl-C."""
    from qa import Assistant
    from qa.adapters.mcp import server

    with ExitStack() as stack:
        if not http:
            index, settings = stack.enter_context(opened(folder, config, model=model, judge=judge))
            server(Assistant(index, settings.answer)).run("stdio")
            return
        from qa.web.listening import Running, Server, listen

        listening = stack.enter_context(listen(HOST, port))
        index, settings = stack.enter_context(opened(folder, config, model=model, judge=judge))
        app = server(Assistant(index, settings.answer)).streamable_http_app(streamable_http_path=PATH)
        running = Running(app, lambda scope: scope["method"] == "POST")
        Server(running, "MCP", lambda: bool(running), PATH).run([listening])
