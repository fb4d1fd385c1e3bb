"""The fast encoder gives the vectors that sentence-transformers gives."""

import threading
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from index.embed import Embedder, FastEmbedder, ReferenceEmbedder, load_embedder
from index.errors import ModelMissing, ModelTampered
from index.models import WEIGHTS, find_model, fingerprint

TEXTS = [
    "Which provinces planned industrial parks?",
    "",
    "a",
    "Chongqing, Shandong, Hainan and Shaanxi proposed parks for blockchain companies.",
    "区块链写入政府工作报告。 Ünïcödé – “quotes” 🙂",
    "word " * 400,  # longer than the model reads: both cut it at the same place
    *(f"Sentence number {n} has {'many ' * n}words." for n in range(60)),
]


@pytest.fixture(scope="module")
def fast() -> Embedder:
    return load_embedder("all-MiniLM-L6-v2")


@pytest.fixture(scope="module")
def reference() -> Embedder:
    return ReferenceEmbedder("all-MiniLM-L6-v2", find_model("all-MiniLM-L6-v2"))


def test_the_default_model_runs_on_the_fast_encoder(fast: Embedder) -> None:
    assert isinstance(fast, FastEmbedder)
    assert (fast.name, fast.dimension) == ("all-MiniLM-L6-v2", 384)


def test_fast_vectors_are_those_of_sentence_transformers(fast: Embedder, reference: Embedder) -> None:
    ours, theirs = fast.encode(TEXTS), reference.encode(TEXTS)
    assert ours.shape == theirs.shape == (len(TEXTS), 384)
    assert (ours * theirs).sum(axis=1).min() > 0.9995


@settings(max_examples=25, deadline=None)
@given(st.lists(st.text(max_size=200), min_size=1, max_size=8))
def test_every_text_gets_a_unit_vector_in_its_own_row_the_same_in_any_company(
    fast: Embedder, texts: list[str]
) -> None:
    together = fast.encode(texts)
    assert np.allclose(np.linalg.norm(together, axis=1), 1, atol=1e-3)
    for row, text in enumerate(texts):
        assert together[row].tobytes() == fast.encode([text]).tobytes()


def test_nothing_to_encode_gives_no_rows(fast: Embedder, reference: Embedder) -> None:
    assert fast.encode([]).shape == reference.encode([]).shape == (0, 384)


def test_threads_do_not_mix_their_vectors(fast: Embedder) -> None:
    alone = [fast.encode([text])[0] for text in TEXTS[:8]]
    same = [False] * 8

    def work(row: int) -> None:
        same[row] = all((fast.encode([TEXTS[row]])[0] == alone[row]).all() for _ in range(20))

    threads = [threading.Thread(target=work, args=(row,)) for row in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert all(same)


def test_a_carried_model_is_the_file_that_its_hash_names(fast: Embedder) -> None:
    assert fast.fingerprint == "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db"


def test_a_changed_carried_model_is_refused(tmp_path: Path) -> None:
    (tmp_path / WEIGHTS).write_bytes(b"something else")
    with pytest.raises(ModelTampered, match=r"model\.safetensors"):
        fingerprint(tmp_path, "all-MiniLM-L6-v2")


def test_a_model_that_is_nowhere_is_named_with_the_ways_to_get_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HF_HUB_OFFLINE", "1")
    with pytest.raises(ModelMissing, match="nobody/nothing-here") as caught:
        load_embedder("nobody/nothing-here")
    assert "path" in str(caught.value)


def test_a_model_that_the_fast_encoder_does_not_know_runs_on_sentence_transformers(tmp_path: Path) -> None:
    from sentence_transformers import SentenceTransformer
    from sentence_transformers.sentence_transformer.modules import BoW

    SentenceTransformer(modules=[BoW(vocab=["park", "province", "bread"])], device="cpu").save(str(tmp_path))
    embedder = load_embedder(str(tmp_path))
    assert isinstance(embedder, ReferenceEmbedder)
    assert np.argmax(embedder.encode(["bread bread"])[0]) == 2
