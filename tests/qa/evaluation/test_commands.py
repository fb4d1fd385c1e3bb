"""qa eval and its commands, as a person or CI meets them."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from qa.cli import run
from qa.evaluation.run import PARTIAL, QUESTIONS, SPEED, SUMMARY, Run, Timed
from tests.qa.evaluation.conftest import PARKS

QUOTE = "Parks were planned by Chongqing, Shandong, Hainan and Shaanxi."
TEXT = f"# Parks\n\n{QUOTE} Kunming pays up to 10 million yuan.\n"
ASKED, OTHER = "Which provinces planned parks?", "Parks were planned by which provinces?"
EVIDENCE = [{"document": "parks.md", "quote": QUOTE}]
CASES = [
    PARKS | {"id": "right", "question": ASKED, "facts": [["Hainan"]], "evidence": EVIDENCE},
    PARKS | {"id": "wrong", "question": OTHER, "facts": [["Atlantis"]], "evidence": EVIDENCE},
]


@pytest.fixture(scope="module")
def indexed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("eval")
    (folder / "docs").mkdir()
    (folder / "docs" / "parks.md").write_text(TEXT)
    assert run(["sync", str(folder / "docs"), "--index", str(folder / "index")]) == 0
    return folder / "index"


@pytest.fixture
def gold(indexed: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The gold file, in the working directory; QA_INDEX names the index."""
    monkeypatch.setenv("QA_INDEX", str(indexed))
    monkeypatch.chdir(tmp_path)
    path = tmp_path / "gold.jsonl"
    path.write_text("".join(f"{json.dumps(case)}\n" for case in CASES))
    return path


def run_folder(tag: str) -> str:
    (folder,) = Path("runs").glob(f"*-{tag}")
    return str(folder)


def test_eval_prints_the_figures_the_faults_and_where_the_run_is_kept(
    gold: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(["eval", str(gold), "--tag", "first"]) == 0
    out = capsys.readouterr().out
    assert out.startswith("1 of 2 right (0.500, 95 % interval 0.000 to 1.000)")
    assert "\n  list: 1 of 2\n" in out
    assert "\n  sentences_supported       1.000, 95 % interval " in out
    assert f"\nwrong: {OTHER}\n  lacks Atlantis\n" in out
    assert out.endswith(f"\n\n{run_folder('first')}\n")


def test_eval_as_json_gives_the_summary(gold: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["eval", str(gold), "--json", "-k", "2"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert told["summary"]["conditions"]["k"] == 2
    assert told["summary"]["figures"][0] | {"low": 0, "high": 1} == {
        "measure": "right",
        "value": 0.5,
        "low": 0,
        "high": 1,
        "n": 2,
        "without": 0,
    }
    assert json.loads((Path(told["run"]) / "run.json").read_text()) == told["summary"]


def test_a_run_is_accepted_and_later_ones_pass_the_gate_or_do_not(
    gold: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(["eval", str(gold), "--tag", "first"]) == 0
    assert (
        run(["eval", "accept", run_folder("first"), "--reason", "it is the first", "--baseline", "baseline"])
        == 0
    )
    capsys.readouterr()
    assert run(["eval", str(gold), "--gate", "default"]) == 0
    out, err = capsys.readouterr()
    assert "2 questions in both runs: 0 lost, 0 won" in out
    assert err == ""
    Path("gate.toml").write_text("[least]\nright = 0.9\n")
    assert run(["eval", str(gold), "--gate", "gate.toml"]) == 2
    assert capsys.readouterr().err == "qa: gate: right is 0.500, at least 0.9 is asked for\n"


def test_two_runs_are_compared_and_held_to_a_gate(gold: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["eval", str(gold), "--tag", "before"]) == 0
    Path("qa.toml").write_text("[answer]\nthreshold = 1.0\n")
    assert run(["eval", str(gold), "--tag", "after"]) == 0
    capsys.readouterr()
    runs = [run_folder("before"), run_folder("after")]
    assert run(["eval", "compare", *runs]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert lines[0] == "differs: settings.answer.threshold: 0.5 → 1.0"
    assert lines[1].startswith("2 questions in both runs: 1 lost, 0 won")
    assert run(["eval", "compare", *runs, "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert [pair["after"]["faults"] for pair in told["lost"]] == [["declined (not_answered)"]]
    assert run(["eval", "compare", *runs, "--gate", "default"]) == 2
    assert (
        "qa: gate: sentences_supported was 1.000 and can no longer be measured\n" in capsys.readouterr().err
    )


def interrupted(folder: Path) -> None:
    """The run as it would lie there if it had been killed behind its first question."""
    made = Run.read(folder)
    first = Timed(asked=made.asked[0], seconds=0.5)
    lines = [made.summary.conditions.model_dump_json(), first.model_dump_json()]
    (folder / PARTIAL).write_text("".join(f"{line}\n" for line in lines))
    for name in (QUESTIONS, SUMMARY, SPEED):
        (folder / name).unlink()


def test_a_run_that_was_interrupted_goes_on(gold: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["eval", str(gold), "--tag", "first"]) == 0
    folder = Path(run_folder("first"))
    before = Run.read(folder)
    interrupted(folder)
    capsys.readouterr()
    assert run(["eval", str(gold), "--resume", str(folder)]) == 0
    assert capsys.readouterr().out.endswith(f"\n\n{folder}\n")
    after = Run.read(folder)
    assert (after.asked, after.summary) == (before.asked, before.summary)
    assert after.speed is not None
    assert after.speed.seconds["right"] == 0.5  # it was not asked again


def test_what_was_not_interrupted_cannot_go_on(gold: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["eval", str(gold), "--tag", "first"]) == 0
    folder = Path(run_folder("first"))
    before = {path.name: path.read_bytes() for path in folder.iterdir()}
    for place in (folder, Path("runs/mistyped")):
        capsys.readouterr()
        assert run(["eval", str(gold), "--resume", str(place)]) == 1
        assert capsys.readouterr() == (
            "",
            f"qa: {place} holds no run that was interrupted: begin one without --resume\n",
        )
    assert {path.name: path.read_bytes() for path in folder.iterdir()} == before
    assert not Path("runs/mistyped").exists()


@pytest.mark.parametrize(
    ("arguments", "parts"),
    [
        (["eval", "missing.jsonl"], ["missing.jsonl"]),
        (["eval", "--gate", "default", "gold.jsonl"], ["baseline is no run", "qa eval makes one"]),
        (["eval", "compare", "one", "two"], ["is no run"]),
        (["eval", "compare", "one"], ["Missing argument", "see qa --help"]),
        (["eval", "accept", "one"], ["Missing option '--reason'"]),
        (["eval", "gold.jsonl", "-k", "0"], ["'-k'", "greater than or equal to 1"]),
    ],
)
@pytest.mark.usefixtures("gold")
def test_a_bad_call_gets_one_line(
    arguments: list[str], parts: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(arguments) == 1
    out, err = capsys.readouterr()
    assert out == ""
    assert err.startswith("qa: ")
    assert err.count("\n") == 1
    assert all(part in err for part in parts), err
