"""Names that a sentence tells otherwise than the question does."""

from __future__ import annotations

from pathlib import Path

import pytest

from index import Embedder, Index
from index.words import words
from qa.naming import Naming, with_author
from qa.question import analyse


@pytest.mark.parametrize(
    ("text", "question", "sentence", "told"),
    [
        ("Elin Berg came.", "What does Elin Berg lead?", "Berg leads the mill.", {"elin", "berg"}),
        ("Elin Berg came.", "What does Elin Berg lead?", "But Mr. Berg leads.", {"elin", "berg"}),
        ("Elin Berg came.", "What does Elin Berg lead?", "Ada Berg leads.", set()),
        ("Elin Berg and Ada Berg came.", "What does Elin Berg lead?", "Berg leads.", set()),
        ("The Bank of Marrick came.", "What did the Bank of Marrick say?", "In Marrick all is well.", set()),
        ("Nobody came.", "What does Elin Berg lead?", "Berg leads.", set()),
        ("All came.", "What did Torsenia send?", "The Torsenian ships came.", {"torsenia"}),
        ("All came.", "What did Torsenistan send?", "The Torsen ships came.", {"torsenistan"}),
        ("All came.", "Who saw Torsen Bay?", "The ships of the bay came.", set()),
    ],
)
def test_a_surname_and_an_adjective_stand_for_the_name(
    real_embedder: Embedder, tmp_path: Path, text: str, question: str, sentence: str, told: set[str]
) -> None:
    (tmp_path / "a.txt").write_text(f"Mills\n\n{text}\n\n{sentence}\n")
    with Index.open(tmp_path / "index", embedder=real_embedder) as index:
        index.sync([tmp_path / "a.txt"])
        passages = index.search(question)
        around = frozenset(words(sentence))
        assert Naming(analyse(question), passages).told_otherwise(passages[0], sentence, around) == told


def test_who_wrote_a_text_says_it_and_the_reader_is_told(real_embedder: Embedder, tmp_path: Path) -> None:
    said = "I will not raise the price of flour."
    (tmp_path / "a.txt").write_text(f"To the council\n\nBy: Elin Berg\n\n{said}\n")
    with Index.open(tmp_path / "index", embedder=real_embedder) as index:
        index.sync([tmp_path / "a.txt"])
        (passage,) = index.search(said)
    asked, of_another = (analyse(f"Will {name} raise the price?") for name in ("Mayor Berg", "Ada Berg"))
    assert Naming(asked, [passage]).told_otherwise(passage, said, frozenset()) == {"mayor", "berg"}
    assert Naming(of_another, [passage]).told_otherwise(passage, said, frozenset()) == set()
    assert with_author(asked, passage).title == "Elin Berg: To the council"
    assert with_author(of_another, passage) == passage
