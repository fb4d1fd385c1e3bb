"""What the tests of the command line write, ask, and expect of an error."""

import pytest

PARKS = "Parks were planned by Chongqing, Shandong, Hainan and Shaanxi."
BODY = f"# Parks\n\n{PARKS} Kunming pays up to 10 million yuan for a project.\n"
OTHER = "# Reports\n\nIn 2020 the report of Guangxi named blockchain and 5G for the first time.\n"
ASKED = "Which provinces planned parks?"


def assert_one_line(capsys: pytest.CaptureFixture[str], *parts: str) -> None:
    """stdout is empty, stderr is one line from qa with these parts."""
    out, err = capsys.readouterr()
    assert out == ""
    assert err.startswith("qa: ")
    assert err.count("\n") == 1
    assert all(part in err for part in parts), err
