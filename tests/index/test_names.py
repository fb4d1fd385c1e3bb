"""Names are told by capital letters that no sentence explains."""

import pytest

from index.names import find_names, fold


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("Two parks in Hunan. Besides, Hunan grows rice.", {"hunan": True}),
        ("Jilin's report", {"jilin": True}),
        ("- Hebei\n- Inner Mongolia", {"hebei": True, "inner": False, "mongolia": False}),
        ("It spoke at the Second World Conference.", {"second": False, "world": False, "conference": False}),
        ("The Internet of Things, then Things", {"internet": False, "things": True}),
        ("the Parks of Gansu are parks", {"gansu": False}),
        (
            "For the Company it is new, and for the Harbour Office.",
            {
                "company": False,
                "harbour": False,
                "office": False,
            },
        ),
        ("Nothing here.", {}),
    ],
)
def test_names_and_whether_they_stand_by_themselves(text: str, names: dict[str, bool]) -> None:
    assert find_names(text) == names


def test_names_are_compared_without_case_accents_and_width() -> None:
    assert fold("São ＰＡＵＬＯ") == "sao paulo"
