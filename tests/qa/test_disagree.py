"""Sources that differ are shown beside each other; those that speak of different things are not."""

from pathlib import Path

import pytest

from index import Embedder, Index
from qa import Assistant, Disagreement
from qa.counted import counted_thing, nearest_number
from qa.question import analyse

QUESTION = analyse("How many provinces put blockchain into their 2020 work reports?")


def test_the_counted_thing_is_the_noun_after_how_many() -> None:
    assert counted_thing(QUESTION) == "provinces"
    assert counted_thing(analyse("What is the number of industrial parks?")) == "parks"
    assert counted_thing(analyse("is it 21 or 22 provinces that mention it?")) == "provinces"
    assert counted_thing(analyse("Who planned parks?")) is None


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("22 provinces wrote blockchain into their 2020 work reports.", "22"),
        ("Twelve provinces mention blockchain in their reports.", "12"),
        ("At least 22 of the 29 provincial governments mention blockchain in their work reports.", "22"),
        ("Out of these 29 provincial governments at least 22 have mention of blockchain in reports.", "22"),
        (
            "In 29 provinces that have met, the term blockchain appears in the work reports of 22 provinces.",
            "22",
        ),
        ("Chongqing names blockchain 4 times in its work report.", None),
        ("In 2020 provinces wrote blockchain into work reports.", None),
        ("Three hundred and thirty provinces mention blockchain in reports.", "330"),
        ("The mip/22 provinces mention blockchain in reports.", None),
        ("The 3.0 provinces mention blockchain in reports.", None),
        ("Compared with only 3 provinces in 2019, reports of 22 mention blockchain.", None),
        ("Provinces that mention blockchain in reports increased sharply by 6 provinces.", None),
        ("3.1 million provinces mention blockchain in reports.", "3.1 million"),
        ("41 provinces grow rice.", None),
    ],
)
def test_the_number_is_the_one_that_counts_the_thing_next_to_the_questions_words(
    text: str, value: str | None
) -> None:
    assert nearest_number(text, "provinces", QUESTION) == value


def test_where_the_question_offers_values_only_those_count() -> None:
    question = analyse("is it 21 or 22 provinces that mention blockchain?")
    assert nearest_number("More than 30 provinces mention blockchain.", "provinces", question) is None
    assert nearest_number("21 provinces mention blockchain.", "provinces", question) == "21"


def differences(
    embedder: Embedder, folder: Path, question: str, *texts: tuple[str, str]
) -> tuple[Disagreement, ...]:
    """What an assistant finds to differ in Markdown files of these dates and texts."""
    documents = folder / "documents"
    documents.mkdir()
    for at, (date, text) in enumerate(texts):
        (documents / f"{at}.md").write_text(f"---\ntitle: Source {at}\ndate: '{date}'\n---\n\n{text}\n")
    with Index.open(folder / ".index", embedder=embedder) as index:
        index.sync([documents])
        return Assistant(index).ask(question).disagreements


@pytest.mark.parametrize(
    ("question", "one", "other", "values"),
    [
        (
            "When was the lighthouse of Vardo built?",
            "The lighthouse of Vardo was built in 1896 by Ole Hansen.",
            "The lighthouse of Vardo was built on 3 May 1898.",
            {"1896", "3 May 1898"},
        ),
        (
            "How much did the pier in Tallinn cost?",
            "The pier in Tallinn cost 4.3 million crowns.",
            "The pier in Tallinn cost 5,100,000 crowns.",
            {"4.3 million crowns", "5,100,000 crowns"},
        ),
        (
            "Which towns got a new pier?",
            "These towns got a new pier: Vardo, Tallinn and Riga.",
            "These towns got a new pier: Vardo, Tallinn and Narva.",
            {"Vardo, Tallinn, Riga", "Vardo, Tallinn, Narva"},
        ),
        (
            "Does the harbour of Vardo have a pier?",
            "The harbour of Vardo has a pier.",
            "The harbour of Vardo does not have a pier.",
            {"yes", "no"},
        ),
        (
            "How many boats lie in Vardo?",
            "Twenty-two boats lie in Vardo.",
            "24 boats lie in Vardo.",
            {"22", "24"},
        ),
        (
            "When did the word pier first appear in print?",
            "The word pier first appeared in print in a 1948 paper by the harbour master Claude Berg.",
            "The word pier first appeared in print in 1949, and seems to have been coined by the eminent "
            "engineer John Dahl.",
            {"1948", "1949"},
        ),
        (
            "How high was the fine for the shipyard of Vardo?",
            "The county fined the shipyard of Vardo 120,000 crowns after two complaints about noise.",
            "The shipyard of Vardo, which had to pay a fine of 150,000 crowns, says that its hammers are no "
            "louder than the gulls.",
            {"120,000 crowns", "150,000 crowns"},
        ),
        (
            "Which version of Python does the ferry of Vardo require?",
            "The ferry of Vardo requires Python 3.6 or newer.",
            "The ferry of Vardo requires Python 3.8+ to sail, and a crew that writes it.",
            {"3.6", "3.8"},
        ),
        (
            "How many ferry companies serve Vardo?",
            "Vardo is served by the two most popular Norwegian coastal ferry companies.",
            "Vardo is served by the three most popular Norwegian coastal ferry companies.",
            {"two", "three"},
        ),
        (
            "By how long is the fishing season of Vardo extended?",
            "The fishing season of Vardo is extended for three further weeks.",
            "The fishing season of Vardo is extended for an additional week.",
            {"three further weeks", "an additional week"},
        ),
        (
            "Who chairs the harbour committee?",
            "The harbour committee of Vardo is chaired by Anna Berg.",
            "Tom Hale chairs the harbour committee of Vardo.",
            {"Anna Berg", "Tom Hale"},
        ),
        (
            "Who pays for repairs of the pier?",
            "The Tenant pays for repairs of the pier.",
            "The Landlord pays for repairs of the pier.",
            {"Tenant", "Landlord"},
        ),
        (
            "Where was Ole Hansen born?",
            "Ole Hansen was born in Vardo.",
            "Ole Hansen was born in Tallinn.",
            {"Vardo", "Tallinn"},
        ),
        (
            "Which law governs the charter?",
            "This charter is governed by the law of Norway.",
            "This charter is governed by the law of Estonia.",
            {"Norway", "Estonia"},
        ),
        (
            "Is the harbour of Vardo open on Mondays?",
            "The harbour of Vardo is open on Mondays.",
            "The harbour of Vardo is closed on Mondays.",
            {"yes", "no"},
        ),
        (
            "Who wrote the charter of Vardo?",
            "Anna Berg wrote the charter of Vardo.",
            "The charter of Vardo was written by Tom Hale.",
            {"Anna Berg", "Tom Hale"},
        ),
        (
            "When does the harbour of Vardo open?",
            "The harbour of Vardo opens at 9:00.",
            "The harbour of Vardo opens at 10 a.m. and not before.",
            {"9:00", "10 a.m."},
        ),
        (
            "What's the notice period for the pier of Vardo?",
            "The notice period for the pier of Vardo is three months.",
            "The notice period for the pier of Vardo is six months.",
            {"three months", "six months"},
        ),
        (
            "How tall is the lighthouse of Vardo?",
            "The lighthouse of Vardo is 84 metres tall.",
            "The lighthouse of Vardo is 92 metres tall.",
            {"84 metres", "92 metres"},
        ),
    ],
    ids=[
        "dates",
        "amounts",
        "lists",
        "yes and no",
        "counts",
        "dates in other words",
        "amounts in other words",
        "versions",
        "a count far from its thing",
        "one more week",
        "who",
        "who pays",
        "where",
        "which",
        "opposites",
        "an irregular verb",
        "times of day",
        "an amount by its name",
        "how tall",
    ],
)
def test_different_values_of_the_same_thing_are_shown_with_the_newest(
    real_embedder: Embedder, tmp_path: Path, question: str, one: str, other: str, values: set[str]
) -> None:
    (found,) = differences(real_embedder, tmp_path, question, ("2019", one), ("2020-03", other))
    assert {value.text for value in found.values} == values
    assert all(len(value.citations) == 1 for value in found.values)
    assert found.newest is not None
    assert found.newest.date == "2020-03"
    assert found.newest.citations[0].quote == other


@pytest.mark.parametrize(
    ("question", "one", "other"),
    [
        (
            "When was the lighthouse of Vardo built?",
            "The lighthouse of Vardo was built in 1896.",
            "The lighthouse of Vardo was built in May 1896.",
        ),
        (
            "When was the lighthouse of Vardo built?",
            "The lighthouse of Vardo was built in 1896.",
            "In 1931 the keeper of Vardo's lighthouse, built of stone, replaced its lamp after a storm.",
        ),
        (
            "How much did the pier in Tallinn cost?",
            "The pier in Tallinn cost 4.3 million crowns.",
            "The pier in Tallinn cost 4,300,000 crowns.",
        ),
        (
            "Which towns got a new pier?",
            "These towns got a new pier: Vardo, Tallinn and Riga.",
            "These towns got a new pier: Riga, Vardo and Tallinn.",
        ),
        (
            "How much does Tallinn pay for a tree?",
            "Tallinn, the greenest town of the coast, pays 45 crowns for each young tree.",
            "Tallinn pays 5.1 million crowns for trees and benches.",
        ),
        (
            "How many boats lie in Vardo?",
            "As of 1993, 1,200 boats lie in Vardo.",
            "As of 2002, 100,000 boats lie in Vardo.",
        ),
        (
            "How many boats lie in Vardo?",
            "About 2250 boats lie in Vardo.",
            "Over 2,200 boats lie in Vardo.",
        ),
        (
            "How many boats lie in Vardo?",
            "About twenty boats lie in Vardo.",
            "21 boats lie in Vardo.",
        ),
        (
            "How many boats lie in Vardo?",
            "3.1 million boats lie in Vardo.",
            "3,100,000 boats lie in Vardo.",
        ),
        (
            "How many boats does Vardo 2.1 carry?",
            "Vardo 2.1 carries 2250 boats.",
            "Vardo 1.2 carries 848 boats.",
        ),
        (
            "When was Vardo released?",
            "Vardo 2.1 was released in 2018.",
            "Vardo 3.0 was released in 2019.",
        ),
        (
            "When was the harbour of Vardo busy?",
            "As of early 1996, the harbour of Vardo is still busy.",
            "As of late 2003, the harbour of Vardo is still busy.",
        ),
        (
            "Which version of Python does the ferry of Vardo require?",
            "The ferry of Vardo requires Python 3.6 or newer.",
            "The ferry of Vardo requires Python 3.6.0 or newer.",
        ),
        (
            "What is the depth of the harbour of Vardo?",
            "The minimum depth of the harbour of Vardo is 4 fathoms.",
            "The maximum depth of the harbour of Vardo is 9 fathoms.",
        ),
        (
            "Does the ferry of Vardo log by default?",
            "In version 19, the ferry of Vardo does not log by default.",
            "In version 20, the ferry of Vardo does log by default.",
        ),
        (
            "How long does the crossing to Vardo take?",
            "The crossing to Vardo takes 120 minutes.",
            "The crossing to Vardo takes two hours.",
        ),
        (
            "Who voted for the pier of Vardo?",
            "Anna Berg voted for the pier of Vardo.",
            "Tom Hale voted for the pier of Vardo.",
        ),
        (
            "Who built the pier of Vardo?",
            "Anna Berg built the pier of Vardo.",
            "Berg built the pier of Vardo.",
        ),
        (
            "Who built the pier of Vardo?",
            "Anna Berg built the pier of Vardo.",
            "Anna Berg and Tom Hale built the pier of Vardo.",
        ),
        (
            "Who owns the pier of Vardo?",
            "The North Sea Lines own the pier of Vardo.",
            "The NSL own the pier of Vardo.",
        ),
        (
            "Where was the regatta held?",
            "The regatta of 2018 was held in Vardo.",
            "The regatta of 2019 was held in Tallinn.",
        ),
        (
            "When does the harbour of Vardo open?",
            "The harbour of Vardo opens at 9:00.",
            "The harbour of Vardo closes at 18:00.",
        ),
        (
            "When does the harbour of Vardo open?",
            "The harbour of Vardo opens at 9:00 on Mondays.",
            "The harbour of Vardo opens at 10:00 on Sundays.",
        ),
        (
            "When does the harbour of Vardo open?",
            "The harbour of Vardo opens at 8:00.",
            "The harbour of Vardo opens at 8 a.m.",
        ),
    ],
    ids=[
        "a finer date",
        "another event",
        "the same amount",
        "another order",
        "another amount",
        "another year",
        "rounded",
        "rounded in words",
        "written otherwise",
        "another version",
        "another version's date",
        "when it was told",
        "a finer version",
        "least and most",
        "yes and no of two versions",
        "another unit",
        "many may vote",
        "a surname",
        "one more",
        "initials",
        "where in another year",
        "the opposite",
        "another day",
        "the same time",
    ],
)
def test_values_that_can_both_be_right_do_not_differ(
    real_embedder: Embedder, tmp_path: Path, question: str, one: str, other: str
) -> None:
    assert differences(real_embedder, tmp_path, question, ("2019", one), ("2020", other)) == ()


@pytest.mark.parametrize(
    ("headings", "values"),
    [
        (("# Vardo 2.0", "# Vardo 3.1"), {"30", "45"}),
        (("# Vardo", "# Vardo"), {"30", "45"}),
        (("# Vardo for trains", "# Vardo for ferries"), set()),
        (("# Vardo for trains 2.0", "# Vardo for ferries 3.1"), set()),
    ],
)
def test_a_heading_that_differs_by_its_version_only_tells_of_the_same(
    real_embedder: Embedder, tmp_path: Path, headings: tuple[str, str], values: set[str]
) -> None:
    one, other = (
        f"{heading}\n\nThe default timeout is {seconds} seconds."
        for heading, seconds in zip(headings, (30, 45), strict=True)
    )
    question = "What is the default timeout of Vardo?"
    found = differences(real_embedder, tmp_path, question, ("2019", one), ("2020", other))
    assert {value.text for each in found for value in each.values} == values


@pytest.mark.parametrize("dates", [("2020", "2020-03"), ("", "2020"), ("2020", "2020")])
def test_none_is_the_newest_where_dates_do_not_tell(
    real_embedder: Embedder, tmp_path: Path, dates: tuple[str, str]
) -> None:
    texts = ("22 boats lie in Vardo.", "24 boats lie in Vardo.")
    (found,) = differences(
        real_embedder, tmp_path, "How many boats lie in Vardo?", *zip(dates, texts, strict=True)
    )
    assert found.newest is None


@pytest.mark.parametrize(
    ("question", "subject"),
    [
        ("Who keeps the keys of the pier?", "who keeps the keys of the pier"),
        ("What's the rent of the pier?", "the rent of the pier"),
        ("How many boats lie at the pier?", "boats"),
    ],
)
def test_what_sources_differ_on_is_told(
    real_embedder: Embedder, tmp_path: Path, question: str, subject: str
) -> None:
    said = "{} keeps the keys of the pier. The rent of the pier is {} euros. {} boats lie at the pier."
    texts = (("2019", said.format("Anna Berg", 900, 22)), ("2020", said.format("Tom Hale", 950, 24)))
    (found,) = differences(real_embedder, tmp_path, question, *texts)
    assert found.subject == subject


def test_each_value_is_shown_with_all_that_give_it(real_embedder: Embedder, tmp_path: Path) -> None:
    said = "The harbour committee of Vardo is chaired by {}."
    others = "Tom Hale chairs the harbour committee of Vardo."
    names = ("Anna Berg", "Tom Hale", "Berg", "Ole Hansen")
    texts = (("2010", others), *((f"20{at + 11}", said.format(name)) for at, name in enumerate(names)))
    (found,) = differences(real_embedder, tmp_path, "Who chairs the harbour committee?", *texts)
    shown = {frozenset(one.quote for one in value.citations) for value in found.values}
    assert shown == {
        frozenset([said.format("Anna Berg"), said.format("Berg")]),
        frozenset([said.format("Tom Hale"), others]),
        frozenset([said.format("Ole Hansen")]),
    }
