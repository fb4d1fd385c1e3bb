"""The README tells what was measured."""

from __future__ import annotations

from tests.bench.figures import BEGIN, END, README, with_figures


def test_the_figures_are_those_of_the_committed_runs() -> None:
    readme = README.read_text(encoding="utf-8")
    assert with_figures(readme) == readme
    assert readme.index(BEGIN) + len(BEGIN) + 1 < readme.index(END)


def test_a_figure_changed_by_hand_is_found() -> None:
    readme = README.read_text(encoding="utf-8")
    begin = readme.index(BEGIN)
    changed = readme[:begin] + readme[begin:].replace("0.", "1.", 1)
    assert with_figures(changed) == readme != changed
