"""The command line. stdout is the result; progress and errors go to stderr, an error in one line.

Exit codes: 0 answered, 3 declined, 2 regression, 1 error. Knows no retrieval and no wording of results.
What is slow to load is imported by the command that needs it.
"""

from __future__ import annotations

import io
import os
import re
import sys
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, redirect_stdout
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from typer.exceptions import Abort, TyperException

from qa.adapters.commands import mcp
from qa.evaluation.commands import evaluating, tune
from qa.evaluation.gold_commands import keeping
from qa.fetch.commands import fetch
from qa.options import (
    DECLINED,
    ERROR,
    INDEX,
    AsJson,
    Config,
    Folder,
    Judge,
    Model,
    opened,
    progress_bar,
    shipped,
)
from qa.web.token_commands import tokens
from qa.web.user_commands import admitting

if TYPE_CHECKING:
    from corpus import Document
    from index import Index
    from index.spread import Spread

INTERRUPTED = 130  # 128 and the signal's number, as shells say it

commands = typer.Typer(
    help="Ask a folder of documents. Every answer is quoted from them.",
    pretty_exceptions_enable=False,
)
commands.add_typer(evaluating, name="eval")
commands.add_typer(keeping, name="gold")
commands.add_typer(admitting, name="user")
commands.add_typer(tokens, name="token")
commands.command()(tune)
commands.command()(mcp)
commands.command()(fetch)

Where = Annotated[
    list[str] | None, typer.Option("--where", metavar="KEY=VALUE", help="Only documents with this value.")
]


def _readable(question: str | None) -> str | None:
    """Bytes on the command line that are no text become replacement characters."""
    return question and question.encode(errors="surrogateescape").decode(errors="replace")


Question = Annotated[str, typer.Argument(callback=_readable, show_default=False)]


def main() -> None:
    sys.exit(run(sys.argv[1:]))


def run(arguments: Sequence[str]) -> int:
    """Carry out one command line and give the exit code. Our errors become a line, bugs a traceback."""
    for stream in (sys.stdin, sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):  # what cannot be encoded must not end the command
            stream.reconfigure(errors="replace" if stream is sys.stdin else "backslashreplace")
    try:
        code = commands(args=list(arguments), prog_name="qa", standalone_mode=False)
        sys.stdout.flush()
    except TyperException as error:
        return _fail(f"{error.format_message().rstrip('.')}: see qa --help")
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())  # or the last flush would fail too
        return ERROR  # as typer gives, when it is the first to notice
    except (KeyboardInterrupt, Abort):
        code = INTERRUPTED
    except _faults() as error:
        return _fail(str(error))
    if code == INTERRUPTED:
        print("qa: interrupted", file=sys.stderr)
    return int(code or 0)


def _fail(message: str) -> int:
    _notice(message)
    return ERROR


def _notice(message: str) -> None:
    print("qa:", " ".join(message.split()), file=sys.stderr)


def _faults() -> tuple[type[Exception], ...]:
    from corpus import CorpusError
    from index import IndexFault
    from qa.errors import QAError

    return CorpusError, IndexFault, QAError


@commands.command()
def sync(
    paths: Annotated[list[str] | None, typer.Argument(help="Folders or files.", show_default=False)] = None,
    rebuild: Annotated[bool, typer.Option("--rebuild", help="Make the index again from the start.")] = False,
    forget: Annotated[str | None, typer.Option(help="Drop a synced folder, by its name.")] = None,
    watch: Annotated[
        bool, typer.Option("--watch", help="Go on whenever a file changes, until Ctrl-C.")
    ] = False,
    ray: Annotated[bool, typer.Option("--ray", help="Read and embed in several processes, by Ray.")] = False,
    workers: Annotated[
        int | None, typer.Option(min=1, help="Of Ray, on this machine.", show_default="one for each core")
    ] = None,
    ray_address: Annotated[
        str | None, typer.Option(metavar="ADDRESS", help="Of a Ray cluster that this machine is a node of.")
    ] = None,
    folder: Folder = INDEX,
    as_json: AsJson = False,
    config: Config = None,
) -> int:
    """Bring the index up to date with folders: these, or those it knows, or the documents that ship."""
    from corpus import MissingFolder
    from corpus.folder import locate
    from index import SyncReport
    from qa.render import as_json as to_json
    from qa.render import sync_text

    if watch and forget is not None:
        raise typer.BadParameter("--watch follows folders, --forget drops one: give one of them")
    if paths and forget is not None:
        raise typer.BadParameter("--forget drops a folder, PATHS are brought up to date: give one of them")
    if ray and (watch or forget is not None):
        raise typer.BadParameter("--ray is for a whole sync: not with --watch, not with --forget")
    if (workers and ray_address) or (not ray and (workers or ray_address)):
        raise typer.BadParameter("--ray takes --workers on this machine, or --ray-address of a cluster")
    if not folder.exists():  # none is made for the sake of a path that is not there
        for path in paths or ():
            if not path or not locate(Path(path)).exists():
                raise MissingFolder(path)
    with opened(folder, config, create=forget is None, rebuild=rebuild) as (index, _):
        if forget is not None:
            report = SyncReport(removed=index.forget(forget))
        else:
            known = list(index.roots().values())
            wanted: Sequence[str | Path] = paths or known or [shipped("documents")]
            with ExitStack() as stack, progress_bar("Reading") as progress:
                report = index.sync(wanted, progress, _spread(stack, ray, workers, ray_address))
        print(to_json(report, indent=None if watch else 2) if as_json else sync_text(report), flush=watch)
        if watch:
            from qa.watch import follow

            followed = [locate(Path(path)) for path in wanted]
            for later in follow(index, followed, report, _notice):
                print(to_json(later, indent=None) if as_json else sync_text(later), flush=True)
    read = report.added or report.changed or report.renamed or report.unchanged
    return ERROR if report.failed and not read else 0


def _spread(stack: ExitStack, ray: bool, workers: int | None, address: str | None) -> Spread:
    """Ends with the stack. Raises ExtraMissing, WorkersFailed."""
    from index.spread import here, over_ray
    from qa.errors import extra

    if not ray:
        return here
    stack.enter_context(redirect_stdout(sys.stderr))  # on which Ray tells of each worker that died
    with extra("ray"):
        return stack.enter_context(over_ray(workers, address))


@commands.command()
def search(
    question: Question,
    k: Annotated[int, typer.Option("-k", help="Passages, at most.")] = 5,
    explain: Annotated[bool, typer.Option("--explain", help="Say what found each passage.")] = False,
    why: Annotated[
        str | None,
        typer.Option(metavar="DOC[:START-END]", help="Say where this, which was expected, ranks, and why."),
    ] = None,
    where: Where = None,
    folder: Folder = INDEX,
    as_json: AsJson = False,
    config: Config = None,
) -> int:
    """The passages nearest to a question, best first."""
    from qa.outputs import Explained
    from qa.render import as_json as to_json
    from qa.render import passages_text, standings_text

    with opened(folder, config) as (index, _):
        passages = index.search(question, k, _filter(where))
        expected = None
        if why is not None:
            document, start, end = _part(index, why)
            stop = len(document.text) if end is None else end
            expected = index.why(question, document.id, start, stop, k, _filter(where))
    text = passages_text(passages, explain=explain) or "Nothing found."
    if expected is None:
        print(to_json(passages) if as_json else text)
    elif as_json:
        print(to_json(Explained(tuple(passages), tuple(expected))))
    else:
        print(text, standings_text(expected, k) or f"{why} is all white space", sep="\n\n")
    return 0 if passages else DECLINED


@commands.command()
def ask(
    question: Annotated[
        str | None, typer.Argument(metavar="QUESTION", callback=_readable, show_default=False)
    ] = None,
    batch: Annotated[
        bool, typer.Option("--batch", help="Questions from stdin, one a line, each by itself.")
    ] = False,
    where: Where = None,
    model: Model = None,
    judge: Judge = None,
    folder: Folder = INDEX,
    as_json: AsJson = False,
    jsonl: Annotated[bool, typer.Option("--jsonl", help="The same on one line.")] = False,
    config: Config = None,
) -> int:
    """The answer to a question, quoted or in a model's checked words, with its sources."""
    from qa import Assistant
    from qa.render import answer_text
    from qa.render import as_json as to_json

    if batch is (question is not None):
        raise typer.BadParameter("QUESTION and --batch: one of them is needed, and not both")
    fields, codes = _filter(where), {0}
    as_json, indent = as_json or jsonl, None if batch or jsonl else 2
    with opened(folder, config, model=model, judge=judge) as (index, settings):
        assistant = Assistant(index, settings.answer)
        for asked in _questions() if question is None else (question,):
            try:
                answer = assistant.ask(asked, where=fields)
            except _faults() as error:
                if not batch:
                    raise
                codes.add(ERROR)
                if as_json:
                    from qa.outputs import Failed

                    print(to_json(Failed(asked, str(error)), indent), flush=True)
                else:
                    _notice(str(error))
                continue
            codes.add(DECLINED if answer.abstained else 0)
            end = "\n\n" if batch and not as_json else "\n"
            print(to_json(answer, indent) if as_json else answer_text(answer), end=end, flush=True)
    return ERROR if ERROR in codes else max(codes)


@commands.command()
def chat(
    where: Where = None,
    model: Model = None,
    judge: Judge = None,
    folder: Folder = INDEX,
    as_json: AsJson = False,
    config: Config = None,
) -> None:
    """Questions from stdin, one a line; each may follow up on those before. JSON is one line an answer."""
    from index.errors import BadQuestion
    from qa import Assistant, Turn
    from qa.render import answer_text
    from qa.render import as_json as to_json

    history: list[Turn] = []
    with opened(folder, config, model=model, judge=judge) as (index, settings):
        assistant = Assistant(index, settings.answer)
        for question in _questions():
            try:
                answer = assistant.ask(question, history, _filter(where))
            except BadQuestion as error:
                _fail(str(error))
                continue
            print(to_json(answer, indent=None) if as_json else f"{answer_text(answer)}\n", flush=True)
            history += [Turn.user(question), Turn.assistant(answer.text)]


def _questions() -> Iterator[str]:
    """The lines of stdin that are not empty; a person is prompted on stderr."""
    while True:
        if sys.stdin.isatty():
            print("> ", end="", file=sys.stderr, flush=True)
        line = sys.stdin.readline()
        if line == "":
            return
        if question := line.removeprefix("\ufeff").strip():  # Windows begins a file with a byte order mark
            yield question


@commands.command()
def show(
    document: Annotated[str | None, typer.Argument(metavar="[DOC[:START-END]]", show_default=False)] = None,
    removed: Annotated[bool, typer.Option("--removed", help="What cleaning cut, and by which rule.")] = False,
    folder: Folder = INDEX,
    as_json: AsJson = False,
    config: Config = None,
) -> None:
    """The text of a document, or the part of it that a citation names; without a name, what is indexed."""
    from qa.outputs import Part
    from qa.render import as_json as to_json
    from qa.render import documents_text, removed_text

    if document is None:
        with opened(folder, config) as (index, _):
            infos = index.documents()
        print(to_json(infos) if as_json else documents_text(infos))
        return
    with opened(folder, config) as (index, _):
        found, start, end = _part(index, document)
    text = found.text[start:end]
    if removed:
        print(to_json(found.removed) if as_json else removed_text(found))
    elif as_json:
        print(to_json(found if end is None else Part(found.source, start, end, text)))
    else:
        print(text)


def _part(index: Index, part: str) -> tuple[Document, int, int | None]:
    """The document, the start and the end of "a.md:3-9"; of "a.md" alone, 0 and None."""
    found = re.fullmatch(r"(.+):(\d{1,15})-(\d{1,15})", part, re.DOTALL)
    if found is None:
        return index.document(part), 0, None
    document, start, end = index.document(found[1]), int(found[2]), int(found[3])
    if not start < end <= len(document.text):
        raise typer.BadParameter(
            f"{start}-{end} is not within the 0-{len(document.text)} of {document.source}"
        )
    return document, start, end


@commands.command()
def schema(
    command: Annotated[
        list[str], typer.Argument(help='Such as ask, search or "eval run".', show_default=False)
    ],
) -> None:
    """The JSON Schema of what a command prints with --json."""
    from qa.outputs import outputs
    from qa.outputs import schema as schema_of
    from qa.render import as_json as to_json

    name = " ".join(command)
    if name not in outputs():
        raise typer.BadParameter(f"no schema of {name}: there are {', '.join(sorted(outputs()))}")
    print(to_json(schema_of(name)))


@commands.command()
def doctor(
    repair: Annotated[bool, typer.Option("--repair", help="Mend what can be mended without you.")] = False,
    folder: Folder = INDEX,
    as_json: AsJson = False,
    config: Config = None,
) -> int:
    """Look the index over, and its tokenizer and model: is everything there, whole and in agreement?"""
    from index.tokens import check_data_file, data_file
    from qa.render import as_json as to_json
    from qa.render import findings_text

    check_data_file(data_file())
    with opened(folder, config) as (index, _):
        findings = index.repair() if repair else index.check()
        documents = len(index.documents())
    print(
        to_json(findings) if as_json else findings_text(findings) or f"{documents} documents, no fault found"
    )
    return ERROR if any(finding.kind == "fault" for finding in findings) else 0


@commands.command()
def serve(
    host: Annotated[str | None, typer.Option(help="Address to listen on.", show_default="127.0.0.1")] = None,
    port: Annotated[int | None, typer.Option(help="0 takes any that is free.", show_default="7860")] = None,
    model: Annotated[
        list[str] | None, typer.Option("--model", metavar="NAME", help="To choose from beside quotes.")
    ] = None,
    judge: Judge = None,
    log_json: Annotated[
        bool, typer.Option("--log-json", help="Log requests and questions on stderr, a JSON object a line.")
    ] = False,
    folder: Folder = INDEX,
    config: Config = None,
) -> int:
    """The chat in a browser, until Ctrl-C."""
    from qa.settings import load_settings

    given = {"host": host, "port": port}
    serving = {name: value for name, value in given.items() if value is not None}
    answering = {"judge": judge} if judge else {}
    logging = {"json": True} if log_json else {}
    settings = load_settings(config, {"serve": serving, "answer": answering, "log": logging})
    if judge and not (model or settings.answer.model):
        raise typer.BadParameter("--judge judges what a model writes: give --model, too")
    import app

    app.serve(str(folder), settings, models=model)
    return 0


def _filter(where: Sequence[str] | None) -> dict[str, str]:
    fields: dict[str, str] = {}
    for condition in where or ():
        key, equals, value = condition.partition("=")
        if not (key and equals) or key in fields:
            raise typer.BadParameter(f"--where {condition}: give KEY=VALUE, each key once")
        fields[key] = value
    return fields
