from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta, timezone
from itertools import count
from pathlib import Path

import pytest

from index.errors import StorageFailed
from qa import Assistant, Turn
from qa.answer import Answer
from qa.evaluation.gold import Case
from qa.web.errors import StoreDamaged, StoreNewer, UnknownCandidate, UnknownConversation
from qa.web.store import Exchange, Store

NOON = datetime(2026, 11, 22, 12, tzinfo=UTC)
CASE = Case(id="parks", question="Who planned parks?", kind="list", origin="thumbs", date="2026-11-22")


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    """Each look at its clock is a minute later."""
    minutes = count()
    store = Store(tmp_path / "data" / "chat.sqlite", lambda: NOON + timedelta(minutes=next(minutes)))
    yield store
    store.close()


def exchange(question: str, answer: Answer | None = None, fault: str | None = None) -> Exchange:
    return Exchange(question, answer, fault, NOON, "quotes only")


def questions(store: Store, user: str, id: str) -> list[str]:
    return [each.question for each in store.exchanges(user, id)]


def edit(path: Path, statement: str) -> None:
    with sqlite3.connect(path) as connection:
        connection.execute(statement)
    connection.close()


def test_nothing_is_written_before_something_is_kept(tmp_path: Path) -> None:
    Store(tmp_path / "data" / "chat.sqlite").close()
    assert list(tmp_path.iterdir()) == []


def test_a_conversation_outlives_the_program(store: Store, tmp_path: Path) -> None:
    id = store.new("anna", "Parks")
    store.append("anna", id, exchange("Who?", fault="The disk is full."))
    store.close()
    again = Store(tmp_path / "data" / "chat.sqlite")
    assert [each.title for each in again.conversations("anna")] == ["Parks"]
    assert again.exchanges("anna", id) == [exchange("Who?", fault="The disk is full.")]
    again.close()


@pytest.mark.parametrize(
    "question", ["Which provinces planned industrial parks?", "How many provinces are there?", "Who is Zork?"]
)
def test_an_answer_comes_back_with_all_of_its_parts(
    question: str, store: Store, assistant: Assistant
) -> None:
    answer = assistant.ask(question, [Turn.user("Hello"), Turn.assistant("Hello.")])
    id = store.new("anna", question)
    store.append("anna", id, exchange(question, answer))
    (kept,) = store.exchanges("anna", id)
    assert kept.answer == answer
    assert answer.passages


def test_an_answer_kept_by_the_first_version_can_still_be_read(store: Store) -> None:
    """If this fails, what people have asked is lost to them: give the new field a default."""
    id = store.new("anna", "")
    store.append("anna", id, exchange("?"))
    passage = (
        '{"document_id":"d1","source":"docs/a.md","title":"A","start":0,"end":9,"text":"Ten hills",'
        '"headings":["A"],"sentences":[[0,9]],"metadata":{"date":"2020"},"score":0.5,"found_by":["words"],'
        '"rank_meaning":null,"rank_words":1,"similarity":0.25,"also_in":[],"page":null}'
    )
    citation = (
        '{"number":1,"document_id":"d1","source":"docs/a.md","title":"A","start":0,"end":9,'
        '"quote":"Ten hills","page":3,"metadata":{"date":"2020"}}'
    )
    answer = (
        '[{"question":"q","standalone":"q","text":"Ten hills [1]",'
        f'"sentences":[{{"text":"Ten hills [1]","citations":[{citation}],"support":"quoted"}}],'
        f'"citations":[{citation}],"disagreements":[{{"subject":"hills","values":['
        f'{{"text":"Ten","citations":[{citation}]}}]}}],"confidence":1,"abstained":false,"refusal":null,'
        f'"missing":[],"passages":[{passage}],"generation":{{"model":"m","prompts":"p","tokens":1,'
        '"released":1,"replaced":0,"dropped":0,"note":""}}]'
    )
    edit(store._database.path, f"UPDATE exchange SET answer = '{answer}'")
    (kept,) = store.exchanges("anna", id)
    assert kept.answer is not None
    assert kept.answer.sentences[0].citations[0].page == 3
    assert kept.answer.passages[0].sentences == ((0, 9),)
    assert kept.answer.disagreements[0].values[0].date == "2020"
    assert kept.answer.generation is not None
    assert kept.answer.generation.model == "m"


def test_the_conversation_asked_in_last_comes_first(store: Store) -> None:
    parks, roads, rails = (store.new("anna", title) for title in ("Parks", "Roads", "Rails"))
    store.append("anna", roads, exchange("Where?"))
    store.share("anna", parks, True)
    assert [each.id for each in store.conversations("anna")] == [roads, rails, parks]
    changed = store.conversation("anna", roads)
    assert (changed.created, changed.updated) == (NOON + timedelta(minutes=1), NOON + timedelta(minutes=3))


def test_exchanges_stay_in_order_and_can_be_asked_otherwise(store: Store) -> None:
    id = store.new("anna", "Parks")
    for question in ("One?", "Two?", "Three?"):
        store.append("anna", id, exchange(question))
    store.truncate("anna", id, 1)
    store.append("anna", id, exchange("Two, then?"))
    assert questions(store, "anna", id) == ["One?", "Two, then?"]
    store.truncate("anna", id, 0)
    assert questions(store, "anna", id) == []


def test_a_time_of_elsewhere_is_the_same_instant(store: Store) -> None:
    id = store.new("anna", "Parks")
    asked = datetime(2026, 11, 22, 20, tzinfo=timezone(timedelta(hours=8)))
    store.append("anna", id, Exchange("Where?", None, None, asked, "quotes only"))
    assert store.exchanges("anna", id)[0].asked_at == NOON


CHANGES: dict[str, Callable[[Store, str, str], object]] = {
    "append": lambda store, user, id: store.append(user, id, exchange("Mine?")),
    "truncate": lambda store, user, id: store.truncate(user, id, 0),
    "share": lambda store, user, id: store.share(user, id, False),
    "delete": lambda store, user, id: store.delete(user, id),
}
READS: dict[str, Callable[[Store, str, str], object]] = {
    "exchanges": lambda store, user, id: store.exchanges(user, id),
    "conversation": lambda store, user, id: store.conversation(user, id),
}


@pytest.mark.parametrize("way", [*CHANGES, *READS])
def test_anothers_conversation_is_as_unknown_as_none(way: str, store: Store) -> None:
    act = (CHANGES | READS)[way]
    id = store.new("anna", "Secret")
    store.append("anna", id, exchange("Where is it?"))
    with pytest.raises(UnknownConversation) as of_another:
        act(store, "ben", id)
    with pytest.raises(UnknownConversation) as of_none:
        act(store, "ben", "none")
    assert str(of_another.value).replace(id, "") == str(of_none.value).replace("none", "")
    assert questions(store, "anna", id) == ["Where is it?"]
    assert store.conversations("ben") == []


@pytest.mark.parametrize("way", CHANGES)
def test_a_shared_conversation_is_read_by_all_and_changed_by_its_owner(way: str, store: Store) -> None:
    id = store.new("anna", "For all")
    store.append("anna", id, exchange("Where is it?"))
    store.share("anna", id, True)
    assert questions(store, "ben", id) == ["Where is it?"]
    assert (store.conversation("ben", id).owner, store.conversations("ben")) == ("anna", [])
    with pytest.raises(UnknownConversation):
        CHANGES[way](store, "ben", id)
    assert questions(store, "ben", id) == ["Where is it?"]
    assert store.conversation("anna", id).title == "For all"
    store.share("anna", id, False)
    with pytest.raises(UnknownConversation):
        store.exchanges("ben", id)


def test_what_is_deleted_is_gone_with_its_exchanges(store: Store) -> None:
    id = store.new("anna", "Parks")
    store.append("anna", id, exchange("Where?"))
    store.delete("anna", id)
    assert store.conversations("anna") == []
    with pytest.raises(UnknownConversation):
        store.exchanges("anna", id)
    assert store._database.all("SELECT * FROM exchange") == []


def test_a_title_is_one_line_of_bounded_length(store: Store) -> None:
    store.new("anna", " Parks\nand\troads ")
    store.new("anna", "x" * 1000)
    store.new("anna", " \n ")
    assert [each.title for each in store.conversations("anna")] == ["Untitled", "x" * 200, "Parks and roads"]


def test_half_a_character_is_kept_as_a_question_mark(store: Store, assistant: Assistant) -> None:
    half = "Which provinces \ud800 planned parks?"
    id = store.new("anna", half)
    store.append("anna", id, exchange(half, assistant.ask(half)))
    (kept,) = store.exchanges("anna", id)
    assert kept.answer is not None
    assert {kept.question, kept.answer.question} == {"Which provinces ? planned parks?"}


@pytest.mark.parametrize(
    "text", ["'; DROP TABLE exchange; --", "\x00", "<script>alert(1)</script>", "中文 🎉"]
)
def test_any_text_is_kept_as_it_is(text: str, store: Store) -> None:
    id = store.new(text, "t")
    store.append(text, id, exchange(text, fault=text))
    assert store.exchanges(text, id) == [exchange(text, fault=text)]


def test_sixteen_people_at_once_lose_and_mix_nothing(store: Store, tmp_path: Path) -> None:
    shared = store.new("all", "Everybody's")
    other = Store(tmp_path / "data" / "chat.sqlite")  # as a second process would

    def converse(number: int) -> list[str]:
        user, here = f"user{number}", store if number % 2 else other
        id = here.new(user, user)
        for turn in range(10):
            here.append(user, id, exchange(f"{user} asks {turn}"))
            here.append("all", shared, exchange(f"{user} says {turn}"))
        return questions(store, user, id)

    with ThreadPoolExecutor(16) as pool:
        kept = list(pool.map(converse, range(16)))
    other.close()
    assert kept == [[f"user{number} asks {turn}" for turn in range(10)] for number in range(16)]
    said = questions(store, "all", shared)
    assert len(said) == 160
    for number in range(16):
        mine = [each for each in said if each.startswith(f"user{number} ")]
        assert mine == [f"user{number} says {turn}" for turn in range(10)]


def test_a_candidate_is_open_until_it_is_decided_once(store: Store) -> None:
    first = store.suggest("anna", CASE, "Hainan is missing", {"b.md", "a.md"})
    second = store.suggest("ben", CASE.model_copy(update={"id": "roads"}), "")
    assert [(each.id, each.user, each.note) for each in store.candidates()] == [
        (first, "anna", "Hainan is missing"),
        (second, "ben", ""),
    ]
    assert [each.sources for each in store.candidates()] == [{"a.md", "b.md"}, frozenset()]
    edited = CASE.model_copy(update={"facts": (("Hainan", "海南"),)})
    decided = store.decide(first, "accepted", case=edited)
    assert (decided.state, decided.case, decided.created) == ("accepted", edited, NOON)
    assert store.decide(second, "rejected").case.id == "roads"
    assert store.candidates() == []
    assert store.candidates("accepted") == [decided]
    with pytest.raises(UnknownCandidate, match="decided meanwhile"):
        store.decide(first, "rejected")
    assert [each.id for each in store.candidates("rejected")] == [second]


@pytest.mark.parametrize(
    ("damage", "reason"),
    [
        ("answer = '[{'", "EOF while parsing"),
        ('answer = \'[{"question":"q"}]\'', "0.standalone: Field required"),
        ('answer = replace(answer, \'"abstained":false\', \'"abstained":"false"\')', "0.abstained: "),
        ('answer = replace(answer, \'"abstained"\', \'"given":1,"abstained"\')', "0.given: Unexpected"),
        ("asked_at = 'yesterday'", "Invalid isoformat string: 'yesterday'"),
    ],
)
def test_a_damaged_row_is_named_and_is_not_an_empty_list(
    damage: str, reason: str, store: Store, assistant: Assistant
) -> None:
    id = store.new("anna", "Parks")
    store.append("anna", id, exchange("First?"))
    store.append("anna", id, exchange("Parks?", assistant.ask("Which provinces planned parks?")))
    edit(store._database.path, f"UPDATE exchange SET {damage} WHERE position = 1")
    with pytest.raises(StoreDamaged) as raised:
        store.exchanges("anna", id)
    assert str(raised.value).startswith(f"exchange 2 of conversation {id} in ")
    assert reason in raised.value.reason
    assert "\n" not in str(raised.value)
    store.delete("anna", id)  # the way out that it names
    assert store.conversations("anna") == []


def test_a_damaged_candidate_is_named(store: Store) -> None:
    id = store.suggest("anna", CASE, "")
    edit(store._database.path, "UPDATE candidate SET gold = replace(gold, '\"list\"', '\"lists\"')")
    with pytest.raises(StoreDamaged, match=f"candidate {id} in .*kind: "):
        store.candidates()


@pytest.mark.parametrize("content", [b"not a database at all" * 100, b"\x00" * 4096])
def test_a_file_that_is_no_database_is_named_and_kept(content: bytes, tmp_path: Path) -> None:
    path = tmp_path / "chat.sqlite"
    path.write_bytes(content)
    with pytest.raises(StoreDamaged, match=r"chat\.sqlite cannot be read .*: move it away, or bring back"):
        Store(path).conversations("anna")
    assert path.read_bytes() == content


def test_another_programs_database_is_left_alone(tmp_path: Path) -> None:
    path = tmp_path / "chat.sqlite"
    edit(path, "CREATE TABLE recipe (name TEXT)")
    with pytest.raises(StoreDamaged, match="its tables are another program's"):
        Store(path).new("anna", "Parks")


def test_a_newer_file_is_refused_in_one_line(store: Store) -> None:
    store.new("anna", "Parks")
    store.close()
    edit(store._database.path, "PRAGMA user_version = 9")
    with pytest.raises(StoreNewer, match="has layout 9, this version knows 2: update the program") as raised:
        store.conversations("anna")
    assert "\n" not in str(raised.value)


def test_a_file_that_cannot_be_made_is_named(tmp_path: Path) -> None:
    (tmp_path / "data").write_text("a file in the way")
    with pytest.raises(StorageFailed, match=r"cannot write .*chat\.sqlite"):
        Store(tmp_path / "data" / "chat.sqlite").new("anna", "Parks")


def test_nobody_else_on_the_machine_reads_the_file(store: Store) -> None:
    store.new("anna", "Parks")
    path = store._database.path
    assert path.parent.stat().st_mode & 0o777 == 0o700
    assert {file.stat().st_mode & 0o777 for file in path.parent.iterdir()} == {0o600}
