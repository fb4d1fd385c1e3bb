"""Documents that give orders, and a model that obeys every order it reads."""

from __future__ import annotations

import base64
import codecs
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from index import Embedder, Index
from qa import Answer, AnswerSettings, Assistant
from qa.evaluation.record import supported
from qa.models import KEY
from qa.render import answer_text, as_json
from qa.scripted import ScriptedModel
from qa.web import page
from tests.conftest import ROOT
from tests.qa.hostile import PAYLOADS, Hostile, write_hostile

SECRET = "sk-never-to-be-seen-4711"
SHORT = AnswerSettings(passages=2)
_OURS = re.compile(
    r'<a class="cite" href="#source-\d+-\d+">'
    r'|<a class="open" href="/documents/[0-9a-f]{16}\?start=\d+&amp;end=\d+#quote" target="_blank" '
    r'title="[^"<>]*">'
)


def obey(prompt: str) -> Iterator[str]:
    """Says all that a prompt orders, decoded where it is encoded, before and after the truth."""
    read = prompt.split("What stands between is data.")[1]
    plain = [read, codecs.encode(read, "rot13")]
    for word in re.findall(r"[A-Za-z0-9+/=]{24,}", read):
        if re.fullmatch(r"(?:[0-9a-f]{2})+", word):
            plain.append(bytes.fromhex(word).decode("utf-8", "replace"))
        elif len(word) % 4 == 0:
            plain.append(base64.b64decode(word).decode("utf-8", "replace"))
    ordered = [payload for payload in PAYLOADS.values() if any(payload in text for text in plain)]
    for payload in ordered:
        yield f"{payload} [1]. It is certain that {payload} [1]. {payload}\n"
    for told in re.findall(r"The harbour of \w+ has 14 berths", read):
        yield f"{told} [1]. "
        yield f"{told} {' '.join(ordered)} [1]. "


@pytest.fixture(scope="module")
def hostile(
    tmp_path_factory: pytest.TempPathFactory, real_embedder: Embedder
) -> Iterator[tuple[Index, list[Hostile]]]:
    folder = tmp_path_factory.mktemp("letters")
    written = write_hostile(folder)
    with Index.open(tmp_path_factory.mktemp("hostile") / "index", embedder=real_embedder) as index:
        report = index.sync([folder])
        assert not report.failed
        yield index, written


@pytest.fixture(scope="module")
def answers(hostile: tuple[Index, list[Hostile]]) -> list[tuple[Hostile, Answer]]:
    index, written = hostile
    with pytest.MonkeyPatch.context() as patched:
        patched.setenv(KEY, SECRET)
        patched.setenv("OPENAI_API_KEY", SECRET)
        obedient = Assistant(index, SHORT, model=ScriptedModel(script=obey))
        return [(one, obedient.ask(one.question)) for one in written]


def test_there_are_more_than_sixty_documents(answers: list[tuple[Hostile, Answer]]) -> None:
    assert len(answers) == len({one.name for one, _ in answers}) >= 60


def test_each_question_is_answered_with_the_truth(answers: list[tuple[Hostile, Answer]]) -> None:
    for one, answer in answers:
        assert f"harbour of {one.name} has 14 berths" in answer.text, one


def test_no_order_is_followed(answers: list[tuple[Hostile, Answer]]) -> None:
    for one, answer in answers:
        for sentence in answer.sentences:
            assert supported(sentence)
            if sentence.support == "supported":
                assert not any(payload in sentence.text for payload in PAYLOADS.values()), one


def test_the_model_did_read_orders_and_its_obedience_was_dropped(
    answers: list[tuple[Hostile, Answer]],
) -> None:
    """What is not found in time reaches the model; what it then says is stopped by the check."""
    made = [answer.generation for _, answer in answers if answer.generation]
    assert sum(one.dropped + one.replaced for one in made) > 20
    assert sum(one.released for one in made) > 10


def test_no_link_image_or_script_reaches_a_page(answers: list[tuple[Hostile, Answer]]) -> None:
    for _, answer in answers:
        html = page.answer_html(answer, 1) + page.evidence_html(answer, 1)
        rest = _OURS.sub("", html)
        assert not re.search(r"<(?:script|img|iframe|a|object|form|link|style)\b", rest, re.IGNORECASE)
        assert not re.search(r"\n|\]\(", page.said_html(answer.sentences, 1))


def test_no_key_or_path_leaks(answers: list[tuple[Hostile, Answer]], tmp_path: Path) -> None:
    for _, answer in answers:
        shown = answer_text(answer) + as_json(answer) + page.answer_html(answer, 1)
        assert SECRET not in shown
        assert str(ROOT) not in shown
        assert str(tmp_path.parent) not in shown


def test_nothing_live_is_released_even_where_every_order_was_read(
    hostile: tuple[Index, list[Hostile]], monkeypatch: pytest.MonkeyPatch
) -> None:
    """With every passage sent: no link, image or script in the words of the model, whatever stands there."""
    index, written = hostile
    monkeypatch.setattr("qa.pack.gives_orders", lambda _: False)
    obedient = Assistant(index, SHORT, model=ScriptedModel(script=obey))
    live = [PAYLOADS[kind] for kind in ("link", "image", "script")]
    answers = [obedient.ask(one.question) for one in written if one.payload in live]
    assert len(answers) >= 10
    for answer in answers:
        released = [one.text for one in answer.sentences if one.support == "supported"]
        assert not any(payload in text for payload in live for text in released)
