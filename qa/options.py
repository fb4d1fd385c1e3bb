"""What the commands share: exit codes, options, opening the index, the bar that shows how far one is.

What is slow to load is imported where it is used.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

if TYPE_CHECKING:
    from index import Index
    from qa.settings import Settings

ERROR, REGRESSION, DECLINED = 1, 2, 3
INDEX = Path(".index")

Folder = Annotated[Path, typer.Option("--index", envvar="QA_INDEX", help="Folder of the index.")]
AsJson = Annotated[bool, typer.Option("--json", help="Print the result as JSON.")]
Model = Annotated[
    str | None,
    typer.Option(
        "--model", metavar="NAME", help="Has it write: openai:gpt-5-mini, http://host/v1#name, a .gguf file."
    ),
]
Judge = Annotated[
    str | None, typer.Option("--judge", metavar="NAME", help="A second model: each sentence needs its yes.")
]
Config = Annotated[Path | None, typer.Option("--config", help="Settings file in place of qa.toml.")]


@contextmanager
def opened(
    folder: Path,
    config: Path | None,
    *,
    model: str | None = None,
    judge: str | None = None,
    create: bool = False,
    rebuild: bool = False,
) -> Iterator[tuple[Index, Settings]]:
    """model, judge: in place of the settings' own."""
    from index import Index
    from qa.errors import BadSettings
    from qa.settings import load_settings
    from qa.tracing import traced

    given = {"model": model, "judge": judge}
    settings = load_settings(config, {"answer": {name: value for name, value in given.items() if value}})
    if judge and not settings.answer.model:
        raise BadSettings("--judge judges what a model writes: give --model, too")
    with traced(settings.log), Index.open(folder, settings.index, create=create, rebuild=rebuild) as index:
        yield index, settings


def shipped(name: str) -> Path:
    """A folder that ships with the package: documents, gold."""
    import corpus

    return Path(corpus.__file__).parent / name


@contextmanager
def progress_bar(doing: str) -> Iterator[Callable[[int, int, str], None]]:
    """A bar on stderr where a person looks on: done, total, what is at hand."""
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

    from qa.render import on_one_line

    console = Console(stderr=True)
    what = TextColumn("{task.fields[what]}", markup=False)
    columns: tuple[Any, ...] = (
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TextColumn("{task.fields[rate]}"),
        TimeRemainingColumn(),
        what,
    )
    with Progress(*columns, console=console, transient=True, disable=not console.is_terminal) as bars:
        task = bars.add_task(doing, total=None, what="", rate="")

        def show(done: int, total: int, now: str) -> None:
            rate = _rate(bars.tasks[task].speed)
            bars.update(task, completed=done, total=total, what=on_one_line(now), rate=rate)

        yield show


def _rate(a_second: float | None) -> str:
    if a_second is None:
        return ""
    return f"{a_second:.0f}/s" if a_second >= 1 else f"{a_second * 60:.0f}/min"
