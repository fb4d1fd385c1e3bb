"""The encoding is told from the bytes, on short files too, and unseen characters go."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from corpus.encoding import decode, normalise, one_line
from corpus.errors import LoadError

CHINESE = "区块链写入政府工作报告。重庆、山东、海南和陕西提出建设产业园区。"
GERMAN = "Müller fährt über die Straße nach Köln."
FRENCH = "L'élève était déjà à l'école."
RUSSIAN = "Правительство опубликовало отчёт о развитии регионов страны."
JAPANESE = "これはブロックチェーンの報告書です。政府は発表した。"


@pytest.mark.parametrize(
    ("text", "encoding"),
    [
        (CHINESE, "utf-8"),
        (CHINESE, "gb18030"),
        (CHINESE, "utf-16"),
        (CHINESE, "utf-16-le"),
        (CHINESE, "utf-16-be"),
        ("你好", "gb18030"),
        ("𠮷野家", "gb18030"),
        ("Blockchain 区块链 in 2020", "gb18030"),
        ("Hello", "utf-16-le"),
        ("Hello", "utf-16-be"),
        ("Hello", "utf-32"),
        ("Hello", "utf-8-sig"),
        (GERMAN, "latin-1"),
        (FRENCH, "latin-1"),
        ("café", "latin-1"),
        ("Ça", "latin-1"),
        ("ÀÉÎ", "latin-1"),
        ("±5 °C", "latin-1"),
        ("“curly” — 5 €", "cp1252"),
        (RUSSIAN, "cp1251"),
        (JAPANESE, "shift_jis"),
    ],
)
def test_a_short_text_is_read_in_the_encoding_it_was_written_in(text: str, encoding: str) -> None:
    assert decode(text.encode(encoding), "a.txt") == text


@pytest.mark.parametrize(
    ("text", "encoding"),
    [
        ("항구는 5월 3일에 열립니다. 시장이 연설할 것입니다.", "cp949"),
        ("계약 금액은 오백 유로입니다.", "cp949"),
        ("회의는 오전 9시에 시작합니다.", "euc_kr"),
        ("서울은 대한민국의 수도이다.", "euc_kr"),
        ("똠방각하가 서울에 왔다고 한다.", "cp949"),
        (JAPANESE, "euc_jp"),
        ("港は五月に開きます。", "euc_jp"),
        ("契約の価格は五百ユーロです。", "euc_jp"),
        ("こんにちは", "euc_jp"),
    ],
)
def test_korean_and_japanese_in_pairs_of_bytes_are_not_taken_for_chinese(text: str, encoding: str) -> None:
    assert decode(text.encode(encoding), "a.txt") == text
    assert decode(text.encode(encoding) * 50, "a.txt") == text * 50


@pytest.mark.parametrize(
    "text",
    [
        "白板笔",  # all in the rows of Hangul
        "百步穿杨",
        "啊，爱岸安按",
        "大道不通",
        "本办法自发布之日起施行。",
        "啊啊啊",
        "肺瘤",  # both are frequent syllables
        "优の良品",
        "合同价格为五百欧元。",
        "北京是中国的首都，也是政治和文化中心。",
        "请查收附件。",
    ],
)
def test_chinese_is_not_taken_for_korean_or_japanese(text: str) -> None:
    assert decode(text.encode("gb18030"), "a.txt") == text


def test_one_broken_byte_in_utf8_breaks_one_character_only() -> None:
    data = CHINESE.encode() + b"\xff" + CHINESE.encode()
    assert decode(data, "a.txt") == f"{CHINESE}\ufffd{CHINESE}"


@pytest.mark.parametrize(
    ("data", "said"),
    [
        ("The café’s plan is good. Caf".encode() + b"\xe9.", "The café’s plan is good. Caf\ufffd."),
        ("It’s “his” plan, and “hers".encode() + b"\xe2\x80", "It’s “his” plan, and “hers\ufffd"),
    ],
)
def test_one_broken_byte_in_utf8_that_is_nearly_all_ascii_breaks_one_character_only(
    data: bytes, said: str
) -> None:
    assert decode(data, "a.txt") == said


@pytest.mark.parametrize(
    "text", ["版本", "请勿未经许可使用", "支持的仿", "为提交", "提交说", "模块未知", "选项："]
)
def test_chinese_that_is_half_utf8_by_accident_is_chinese(text: str) -> None:
    assert decode(text.encode("gb18030"), "a.txt") == text


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"%PDF-1.7 text", "binary: it is a PDF file"),
        (b"PK\x03\x04rest", "binary: it is a zip archive"),
        (b"\x89PNG\r\n\x1a\n", "binary: it is a PNG image"),
        (b"text with\0a zero in it", "binary: it holds bytes that no text encoding has"),
        (bytes(range(256)) * 4, "binary: it holds bytes that no text encoding has"),
    ],
)
def test_bytes_that_are_no_text_are_refused_as_binary(data: bytes, reason: str) -> None:
    with pytest.raises(LoadError, match=reason):
        decode(data, "a.txt")


def test_line_breaks_spaces_and_invisible_characters_are_normalised_and_curly_quotes_stay() -> None:
    assert normalise("a\r\nb\rc\u2028d\x85e") == "a\nb\nc\nd\ne"
    assert normalise("\ufeffno\u00adthing\u200b\x07 to\xa0see") == "nothing to see"
    assert normalise("“curly” ‘quotes’ – — …") == "“curly” ‘quotes’ – — …"
    assert normalise("👩\u200d🔬 می\u200cخواهم") == "👩\u200d🔬 می\u200cخواهم"


@given(st.text())
def test_one_line_has_no_line_break_and_is_the_same_done_twice(text: str) -> None:
    line = one_line(text)
    assert len(line.splitlines()) <= 1
    assert one_line(line) == line


@given(st.text())
def test_text_in_utf8_with_a_mark_always_reads_back(text: str) -> None:
    assert decode(text.encode("utf-8-sig"), "a.txt") == normalise(text)
