"""qa eval: run a gold set, compare two runs, accept one as the baseline.

What is slow to load is imported by the command that needs it.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, TypeVar

import typer
from typer.core import TyperGroup

from qa.options import INDEX, REGRESSION, AsJson, Config, Folder, Judge, opened, progress_bar, shipped

if TYPE_CHECKING:
    from index import Index
    from qa.evaluation.compare import Comparison
    from qa.evaluation.gold import Case
    from qa.evaluation.run import Run
    from qa.settings import Settings

Number = TypeVar("Number", int, float)

RUNS = Path("runs")
DEFAULT = "default"
FROM = "run"  # the command that `qa eval` alone means


class RunFirst(TyperGroup):
    """`qa eval my.jsonl` is `qa eval run my.jsonl`."""

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        named = ctx.resilient_parsing or (args and (args[0] in self.commands or args[0] == "--help"))
        return super().parse_args(ctx, args if named else [FROM, *args])


evaluating = typer.Typer(cls=RunFirst, help="Ask questions whose answers are known, and measure the answers.")

Runs = Annotated[Path, typer.Option("--runs", help="Where run folders lie.")]
GateFile = Annotated[
    str | None,
    typer.Option("--gate", metavar="FILE", help="Exit with 2 where it is not kept; 'default' is built in."),
]
Baseline = Annotated[
    Path | None,
    typer.Option("--baseline", help="The run to compare with.", show_default="baseline, beside the gold set"),
]


@evaluating.command(name=FROM)
def run_gold_set(
    gold: Annotated[
        Path | None,
        typer.Argument(help="A .jsonl file or a folder of them; with --suite its files.", show_default=False),
    ] = None,
    suite: Annotated[
        str | None, typer.Option(metavar="NAME", help="clapnq, chunking or beir-folder: a public set.")
    ] = None,
    k: Annotated[int, typer.Option("-k", "--k", min=1, help="Passages to measure retrieval on.")] = 5,
    tag: Annotated[str, typer.Option(help="A word for the run folder's name.")] = "",
    resume: Annotated[
        Path | None, typer.Option(metavar="RUN", help="Go on with a run that was interrupted.")
    ] = None,
    engine: Annotated[
        str | None, typer.Option(metavar="MODEL", help="Has it write the answers, as --model of qa ask.")
    ] = None,
    judge: Judge = None,
    gate: GateFile = None,
    baseline: Baseline = None,
    runs: Runs = RUNS,
    folder: Folder = INDEX,
    as_json: AsJson = False,
    config: Config = None,
) -> int:
    """Ask a gold set, or the one that ships: every measure with its interval, and what came out wrong."""
    from datetime import datetime

    from qa import Assistant
    from qa.evaluation.compare import compare
    from qa.evaluation.gold import read_gold
    from qa.evaluation.run import interrupted, new_folder, run_gold
    from qa.evaluation.texts import comparison_text, run_text
    from qa.render import as_json as to_json

    if suite and gold is None:
        raise typer.BadParameter(f"--suite {suite}: give the folder with its files")
    gold = gold or shipped("gold")
    place = interrupted(resume) if resume else new_folder(runs, tag or suite or "", datetime.now())
    earlier = _baseline(gold, baseline) if baseline or gate else None
    with ExitStack() as stack:
        if suite:
            index, settings, cases = stack.enter_context(_suite(suite, gold, runs, config))
        else:
            cases = read_gold(gold)
            index, settings = stack.enter_context(opened(folder, config))
        progress = stack.enter_context(progress_bar("Asking"))
        run = run_gold(
            Assistant(index, settings.answer, model=engine, judge=judge), cases, k, progress, folder=place
        )
    comparison = compare(earlier, run) if earlier else None
    if as_json:
        from qa.evaluation.outputs import Ran

        print(to_json(Ran(run=place, summary=run.summary, comparison=comparison)))
    else:
        texts = [run_text(run), *([comparison_text(comparison)] if comparison else []), str(place)]
        print("\n\n".join(texts))
    return _pass(gate, run, comparison)


@contextmanager
def _suite(
    name: str, path: Path, runs: Path, config: Path | None
) -> Iterator[tuple[Index, Settings, list[Case]]]:
    """A suite's documents indexed under `runs`, where the next run over them finds them, and its cases."""
    from hashlib import sha256

    from index import Index
    from qa.evaluation.suites import read_suite
    from qa.settings import load_settings

    suite = read_suite(name, path)
    settings = load_settings(config)
    key = sha256(f"{path.resolve()}\0{settings.index.model_dump_json()}".encode()).hexdigest()[:12]
    place = runs / "suites" / f"{name}-{key}"
    documents = place / "documents"
    documents.mkdir(parents=True, exist_ok=True)
    for kept in documents.iterdir():
        if kept.name not in suite.documents:  # it was in the suite when it was run before
            kept.unlink()
    for file, text in suite.documents.items():
        (documents / file).write_text(text, encoding="utf-8")
    with Index.open(place / "index", settings.index) as index:
        with progress_bar("Indexing") as progress:
            index.sync([documents], progress)
        texts = {info.source.split("/")[-1]: index.document(info.id).text for info in index.documents()}
        yield index, settings, suite.cases(texts)


@evaluating.command(name="compare")
def compare_runs(
    before: Annotated[Path, typer.Argument(metavar="A", help="A run folder.", show_default=False)],
    after: Annotated[Path, typer.Argument(metavar="B", help="A later one.", show_default=False)],
    gate: GateFile = None,
    as_json: AsJson = False,
) -> int:
    """What B gained and lost against A: each measure with its interval, and the questions that flipped."""
    from qa.evaluation.compare import compare
    from qa.evaluation.run import Run
    from qa.evaluation.texts import comparison_text
    from qa.render import as_json as to_json

    run = Run.read(after)
    comparison = compare(Run.read(before), run)
    print(to_json(comparison) if as_json else comparison_text(comparison))
    return _pass(gate, run, comparison)


@evaluating.command()
def report(
    folder: Annotated[Path, typer.Argument(metavar="RUN", help="A run folder.", show_default=False)],
    files: Annotated[
        list[Path],
        typer.Argument(metavar="FILE…", help=".html, .md, .xml (JUnit) or .csv", show_default=False),
    ],
    against: Annotated[Path | None, typer.Option(help="A run to compare with.", show_default=False)] = None,
) -> None:
    """Write a run for people or programs to read: the ending of each file says how."""
    from qa.evaluation import exports
    from qa.evaluation.compare import compare
    from qa.evaluation.run import Run

    run = Run.read(folder)
    comparison = compare(Run.read(against), run) if against else None
    for file in files:
        match file.suffix:
            case ".html":
                from qa.evaluation.report import html_report
                from qa.evaluation.series import trend

                text = html_report(folder.name, run, comparison, trend(folder))
            case ".md":
                text = exports.markdown(folder.name, run, comparison)
            case ".xml":
                text = exports.junit(folder.name, run)
            case ".csv":
                text = exports.table(run)
            case _:
                raise typer.BadParameter(f"{file}: give a file that ends in .html, .md, .xml or .csv")
        _write(file, text)
        print(file)


def _write(file: Path, text: str) -> None:
    """Raises RunError."""
    from qa.errors import RunError

    try:
        file.write_text(text, encoding="utf-8")
    except OSError as error:
        raise RunError(f"{file} cannot be written: {error.strerror}") from error


@evaluating.command()
def accept(
    run: Annotated[Path, typer.Argument(metavar="RUN", help="A run folder.", show_default=False)],
    reason: Annotated[str, typer.Option(help="Why it is the new baseline.", show_default=False)],
    baseline: Annotated[
        Path | None, typer.Option("--baseline", help="Where it goes.", show_default="that of the shipped set")
    ] = None,
) -> None:
    """Make a run the baseline that later ones are measured against, and record why."""
    from qa.evaluation.baseline import accept as accept_run

    place = baseline or shipped("gold") / "baseline"
    accept_run(run, place, reason)
    print(f"{run} is the baseline in {place}")


def _baseline(gold: Path, baseline: Path | None) -> Run:
    """The run to compare with: the one named, or the one beside the gold set."""
    from qa.evaluation.baseline import beside
    from qa.evaluation.run import Run

    return Run.read(baseline or beside(gold))


def _pass(gate: str | None, run: Run, comparison: Comparison | None) -> int:
    """0, or REGRESSION with the reasons on stderr."""
    from qa.evaluation.gate import Gate, read_gate, reasons

    if gate is None:
        return 0
    found = list(reasons(Gate() if gate == DEFAULT else read_gate(Path(gate)), run, comparison))
    for reason in found:
        print("qa: gate:", reason, file=sys.stderr)
    return REGRESSION if found else 0


def tune(
    gold: Annotated[
        Path | None, typer.Argument(help="A .jsonl file or a folder of them.", show_default=False)
    ] = None,
    chunk_tokens: Annotated[str, typer.Option(metavar="N,…", help="Chunk sizes to try.")] = "80,120,180",
    passages: Annotated[str, typer.Option(metavar="N,…", help="Numbers of passages to try.")] = "5,8,12",
    neighbours: Annotated[
        str, typer.Option(metavar="N,…", help="Shares of the neighbours' scores to try.")
    ] = "0,0.25,0.5",
    plot: Annotated[Path | None, typer.Option(metavar="FILE.svg", help="Quality against tokens.")] = None,
    write: Annotated[Path | None, typer.Option(metavar="FILE.toml", help="Write the best settings.")] = None,
    folder: Folder = INDEX,
    as_json: AsJson = False,
    config: Config = None,
) -> None:
    """Try settings on a gold set over the synced folders, judged on questions that did not choose them."""
    from qa.errors import RunError
    from qa.evaluation.gold import read_gold
    from qa.evaluation.texts import tuned_text
    from qa.evaluation.tune import tune as tune_settings
    from qa.render import as_json as to_json

    if write and write.exists():
        raise RunError(f"{write} is there already: name another file, or move it")
    for file in (plot, write):
        if file and not file.parent.is_dir():  # told before the work, not after it
            raise RunError(f"{file} cannot be written: {file.parent} is no folder")
    cases = read_gold(gold or shipped("gold"))
    sizes, widths = _numbers("chunk-tokens", chunk_tokens, int), _numbers("passages", passages, int)
    shares = _numbers("neighbours", neighbours, float)
    with opened(folder, config) as (index, settings), progress_bar("Trying") as progress:
        tuned = tune_settings(list(index.roots().values()), cases, settings, sizes, widths, shares, progress)
    print(to_json(tuned) if as_json else tuned_text(tuned))
    if write:
        _write(write, tuned.best.toml())
    if plot:
        from qa.evaluation.plots import right_against_tokens

        _write(plot, right_against_tokens(tuned.trials))


def _numbers(name: str, text: str, read: Callable[[str], Number]) -> list[Number]:
    try:
        return [read(part) for part in text.split(",")]
    except ValueError:
        raise typer.BadParameter(f"--{name} {text}: give numbers with commas") from None
