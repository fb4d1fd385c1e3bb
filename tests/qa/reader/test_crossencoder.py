"""A cross-encoder by its path serves as a reader."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from sentence_transformers import CrossEncoder
from transformers import BertConfig, BertForSequenceClassification

from index.models import find_model
from qa.errors import ReaderMissing
from qa.reader import load_reader
from tests.qa.reader.test_shipped import PARKS, QUESTION, TEA


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A small one, untrained, with the word pieces of MiniLM."""
    folder = tmp_path_factory.mktemp("cross-encoder")
    sizes = {"hidden_size": 32, "num_hidden_layers": 1, "num_attention_heads": 2, "intermediate_size": 64}
    config = BertConfig.from_dict(sizes | {"num_labels": 1})
    BertForSequenceClassification(config).save_pretrained(folder)
    for name in ("tokenizer.json", "tokenizer_config.json", "vocab.txt", "special_tokens_map.json"):
        if (find_model("all-MiniLM-L6-v2") / name).is_file():
            shutil.copy(find_model("all-MiniLM-L6-v2") / name, folder)
    return folder


def test_each_sentence_is_judged_with_its_title_and_heading(folder: Path) -> None:
    reader = load_reader(str(folder))
    assert reader is not None
    parks, tea = reader.read(QUESTION, [PARKS, TEA])
    wanted = CrossEncoder(str(folder), device="cpu", local_files_only=True, num_labels=1).predict(
        [
            (QUESTION, "Parks: Chongqing and Hainan planned industrial parks."),
            (QUESTION, "Parks: They open in May."),
            (QUESTION, "Tea, Where it grows: Tea is grown in Yunnan."),
            (QUESTION, "Tea, Where it grows: It is drunk hot."),
        ],
        apply_softmax=False,
        convert_to_tensor=True,
    )
    log_odds = (wanted / (1 - wanted)).log().tolist()
    assert [*parks.sentences, *tea.sentences] == pytest.approx(log_odds, abs=1e-3)
    assert parks.answered == max(parks.sentences)
    assert reader.read(QUESTION, []) == []


def test_none_is_no_reader() -> None:
    assert load_reader("none") is None


def test_a_cross_encoder_that_is_nowhere_is_named(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("HF_HUB_OFFLINE", "1")
    with pytest.raises(ReaderMissing, match="nobody/nothing-here"):
        load_reader("nobody/nothing-here")
    with pytest.raises(ReaderMissing, match=str(tmp_path)):
        load_reader(str(tmp_path))
