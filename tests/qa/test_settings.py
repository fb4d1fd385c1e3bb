import subprocess
import sys
from pathlib import Path

import pytest
from pydantic import ValidationError

from index.settings import IndexSettings
from qa.errors import BadSettings
from qa.settings import AnswerSettings, Settings, load_settings


@pytest.fixture(autouse=True)
def _in_an_empty_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def write(name: str, text: str) -> Path:
    path = Path(name)
    path.write_text(text, encoding="utf-8")
    return path


def test_without_file_and_variables_the_defaults_hold() -> None:
    settings = load_settings()
    assert settings.index == IndexSettings()
    assert settings.index.embedder == "all-MiniLM-L6-v2"
    assert settings.index.chunk_tokens == 120
    assert settings.answer == AnswerSettings()
    assert (settings.serve.host, settings.serve.port) == ("127.0.0.1", 7860)


def test_an_argument_goes_before_a_variable_before_the_file_before_the_default(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    write("qa.toml", "[answer]\nthreshold = 0.1\npassages = 2\n[serve]\nport = 1\nhost = 'a'\n")
    monkeypatch.setenv("QA_ANSWER__THRESHOLD", "0.25")
    monkeypatch.setenv("QA_SERVE__PORT", "2")
    settings = load_settings(explicit={"serve": {"port": 3}})
    assert settings.answer == AnswerSettings(threshold=0.25, passages=2)
    assert (settings.serve.host, settings.serve.port) == ("a", 3)


def test_a_named_file_stands_in_place_of_qa_toml() -> None:
    write("qa.toml", "[index]\ncandidates = 7\n")
    other = write("other.toml", "[index]\ncandidates = 10\n")
    assert load_settings(other).index == IndexSettings(candidates=10)


def test_the_folder_of_the_index_is_no_setting(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("QA_INDEX", "/somewhere/else")
    assert load_settings().index == IndexSettings()


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (
            "[answer]\nthresold = 1\n",
            "qa.toml: no setting answer.thresold; there are: threshold, passages, max_sentences",
        ),
        ("[answr]\nthreshold = 1\n", "qa.toml: no setting answr; there are: index, answer, serve"),
        (
            "[answer]\nthreshold = 7\n",
            "qa.toml: answer.threshold is 7: input should be less than or equal to 1",
        ),
        ("answer = 3\n", "qa.toml: answer is 3: input should be a valid dictionary"),
        ("[answer\n", "qa.toml is not TOML: Expected ']' at the end of a table declaration"),
        (
            "[index]\nchunk_tokens = 1\n[serve]\nports = 1\n",
            "index.chunk_tokens is 1: .*; .*no setting serve.ports",
        ),
    ],
)
def test_a_fault_in_the_file_is_named_in_one_line(text: str, message: str) -> None:
    write("qa.toml", text)
    with pytest.raises(BadSettings, match=message) as raised:
        load_settings()
    assert "\n" not in str(raised.value)


@pytest.mark.parametrize(
    ("variable", "value", "message"),
    [
        ("QA_ANSWER__THRESHOLD", "high", "QA_ANSWER__THRESHOLD: answer.threshold is 'high': .* valid number"),
        ("QA_ANSWER__THRESOLD", "0.5", "QA_ANSWER__THRESOLD: no setting answer.thresold"),
        (
            "QA_ANSWR__THRESHOLD",
            "0.5",
            "no setting QA_ANSWR__THRESHOLD: its section is none of index, answer",
        ),
        ("QA_ANSWER_THRESHOLD", "0.5", "no setting QA_ANSWER_THRESHOLD: two underscores part a section"),
    ],
)
def test_a_fault_in_a_variable_is_named_by_the_variable(
    variable: str, value: str, message: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    write("qa.toml", "[answer]\nthreshold = 0.5\n")
    monkeypatch.setenv(variable, value)
    with pytest.raises(BadSettings, match=message):
        load_settings()


def test_an_empty_argument_does_not_hide_a_fault_in_the_file() -> None:
    write("qa.toml", "answer = 3\n")
    with pytest.raises(BadSettings, match="answer is 3"):
        load_settings(explicit={"answer": {}})


def test_a_fault_in_an_argument_is_named_so() -> None:
    with pytest.raises(BadSettings, match=r"argument: serve\.port is 99999: "):
        load_settings(explicit={"serve": {"port": 99_999}})


def test_a_file_that_is_not_there_or_not_text_is_named() -> None:
    with pytest.raises(BadSettings, match=r"no settings file missing\.toml"):
        load_settings(Path("missing.toml"))
    binary = Path("binary.toml")
    binary.write_bytes(b"\xff\xfe")
    with pytest.raises(BadSettings, match=r"binary\.toml cannot be read"):
        load_settings(binary)


def test_a_folder_in_the_place_of_the_file_is_named() -> None:
    Path("qa.toml").mkdir()
    with pytest.raises(BadSettings, match=r"^qa\.toml is a folder, where settings are read from: rename it$"):
        load_settings()


def test_settings_are_frozen_all_the_way_down() -> None:
    settings = load_settings()
    for part, name in ((settings, "answer"), (settings.answer, "threshold"), (settings.index, "embedder")):
        with pytest.raises(ValidationError, match="frozen"):
            setattr(part, name, None)


def test_importing_reads_no_file_and_no_variable() -> None:
    write("qa.toml", "not toml at all")
    program = "import qa.settings, index.settings; print('read nothing')"
    environment = {"QA_ANSWER__THRESHOLD": "high", "PYTHONPATH": ":".join(sys.path)}
    ran = subprocess.run(
        [sys.executable, "-c", program], env=environment, capture_output=True, text=True, check=True
    )
    assert ran.stdout == "read nothing\n"


def test_a_settings_tree_made_by_hand_is_the_same_as_a_loaded_one() -> None:
    assert load_settings().model_dump() == Settings().model_dump()
