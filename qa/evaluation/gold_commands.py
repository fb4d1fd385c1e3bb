"""qa gold: check a gold set, and add to it.

What is slow to load is imported by the command that needs it.
"""

from __future__ import annotations

import re
import sys
from datetime import date
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from qa.options import ERROR, INDEX, AsJson, Config, Folder, opened, shipped

if TYPE_CHECKING:
    from qa.evaluation.suggest import Suggestion

GOLD = Path("gold.jsonl")
ALTERNATIVE = "|"

keeping = typer.Typer(help="Check a gold set, and add questions to it.")

Set = Annotated[Path | None, typer.Argument(help="A .jsonl file or a folder of them.", show_default=False)]
Into = Annotated[Path, typer.Option("--gold", help="The .jsonl file to add to.")]
Origin = Annotated[str, typer.Option(help="Who or what made the case.")]


@keeping.command(name="lint")
def check(
    gold: Set = None,
    fix: Annotated[bool, typer.Option("--fix", help="Put quotes that moved in their new place.")] = False,
    folder: Folder = INDEX,
    as_json: AsJson = False,
    config: Config = None,
) -> int:
    """What is wrong with a gold set, held against the indexed documents."""
    from dataclasses import replace

    from qa.evaluation.gold import read_lines, replace_lines
    from qa.evaluation.lint import lint, mend
    from qa.render import as_json as to_json

    lines = read_lines(gold or shipped("gold"))
    with opened(folder, config) as (index, _):
        texts = {info.source: index.document(info.id).text for info in index.documents()}
    if fix:
        mended = [replace(line, case=mend(line.case, texts)) for line in lines]
        changed = [now for now, line in zip(mended, lines, strict=True) if now != line]
        replace_lines(changed)
        print(f"{len(changed)} cases mended", file=sys.stderr)
        lines = mended
    faults = list(lint([line.case for line in lines], texts))
    told = [f"{fault.case.id}: {fault.what}" for fault in faults]
    print(to_json(faults) if as_json else "\n".join(told) or f"{len(lines)} cases, no fault found")
    return ERROR if faults else 0


@keeping.command()
def add(
    question: Annotated[str, typer.Argument(show_default=False)],
    kind: Annotated[str, typer.Option(help="list, number, who, … or unanswerable.", show_default=False)],
    fact: Annotated[
        list[str] | None,
        typer.Option(metavar="FACT[|OR]", help="What the answer must hold; may be given again."),
    ] = None,
    forbidden: Annotated[list[str] | None, typer.Option(help="What it must not hold.")] = None,
    after: Annotated[
        list[str] | None,
        typer.Option(metavar="QUESTION", help="Ask this before, for a follow-up; may be given again."),
    ] = None,
    id: Annotated[str, typer.Option(help="A name for the case.", show_default="from the question")] = "",
    origin: Origin = "qa gold add",
    gold: Into = GOLD,
    folder: Folder = INDEX,
    config: Config = None,
) -> int:
    """Ask a question, and keep it with what the answer quotes as evidence."""
    from pydantic import ValidationError

    from qa import Assistant, Turn
    from qa.errors import GoldError
    from qa.evaluation.gold import Case, append_case
    from qa.evaluation.lint import lint
    from qa.render import answer_text

    with opened(folder, config) as (index, settings):
        assistant = Assistant(index, settings.answer)
        turns: list[Turn] = []
        for earlier in after or ():
            turns += [Turn("user", earlier), Turn("assistant", assistant.ask(earlier, turns).text)]
        answer = assistant.ask(question, turns)
        texts = {info.source: index.document(info.id).text for info in index.documents()}
    print(answer_text(answer), end="\n\n")
    case = {
        "id": id or _name(question),
        "question": question,
        "kind": kind,
        "facts": [one.split(ALTERNATIVE) for one in fact or ()],
        "evidence": [{"document": one.source, "quote": one.quote} for one in answer.citations]
        if kind != "unanswerable"
        else [],
        "origin": origin,
        "date": date.today().isoformat(),
    }
    if forbidden:
        case["forbidden"] = forbidden
    if turns:
        case["history"] = [{"role": turn.role, "text": turn.text} for turn in turns]
    try:
        made = Case.model_validate(case)
    except ValidationError as error:
        raise GoldError(f"--kind {kind}: {error.errors()[0]['msg']}") from error
    if faults := [fault.what for fault in lint([made], texts)]:
        raise GoldError(f"not added: {'; '.join(faults)}")
    append_case(made, gold)
    print(f"{made.id} added to {gold}")
    return 0


@keeping.command()
def suggest(
    gold: Into = GOLD,
    limit: Annotated[int, typer.Option(min=1, help="Sentences to propose, at most.")] = 20,
    origin: Origin = "qa gold suggest",
    folder: Folder = INDEX,
    as_json: AsJson = False,
    config: Config = None,
) -> int:
    """Propose sentences to ask about: type a question to keep one, Enter to reject it, Ctrl-D to stop."""
    from qa.evaluation.gold import read_gold
    from qa.evaluation.suggest import suggest as suggestions_in
    from qa.render import as_json as to_json

    cases = read_gold(gold) if gold.is_file() else []
    quoted = {one.quote for case in cases for one in case.evidence}
    with opened(folder, config) as (index, _):
        documents = [index.document(info.id) for info in index.documents()]
    found = (one for document in documents for one in suggestions_in(document, quoted))
    suggestions = list(islice(found, limit))
    if as_json:
        print(to_json(suggestions))
        return 0
    kept = 0
    for suggestion in suggestions:
        print(
            f"{suggestion.source} ({suggestion.kind}: {', '.join(suggestion.facts)})\n  {suggestion.gapped}"
        )
        print("question> ", end="", file=sys.stderr, flush=True)
        question = sys.stdin.readline()
        if question == "":
            break
        if question.strip():
            _keep(suggestion, question.strip(), origin, gold)
            kept += 1
    print(f"{kept} cases added to {gold}")
    return 0


def _keep(suggestion: Suggestion, question: str, origin: str, gold: Path) -> None:
    from qa.evaluation.gold import Case, Evidence, append_case

    case = Case(
        id=_name(question),
        question=question,
        kind=suggestion.kind,
        facts=tuple((fact,) for fact in suggestion.facts),
        evidence=(Evidence(document=suggestion.source, quote=suggestion.quote),),
        origin=origin,
        date=date.today().isoformat(),
    )
    append_case(case, gold)


@keeping.command()
def schema() -> None:
    """The JSON Schema of a case."""
    from qa.evaluation.gold import schema as schema_of_case
    from qa.render import as_json as to_json

    print(to_json(schema_of_case()))


def _name(question: str) -> str:
    """A question as an id: "which-provinces-planned-parks"."""
    return "-".join(re.findall(r"\w+", question.casefold())[:8])
