"""The container and the service: what can be known of them without running either."""

from __future__ import annotations

import json
import re
import shlex
import shutil
import signal
import subprocess
import sys
import tomllib
from fnmatch import fnmatch
from pathlib import Path

import fastapi
import pytest

from index import Index
from qa import Assistant
from qa.settings import ServeSettings, load_settings
from qa.web.address import check_address
from qa.web.api import add_programs
from qa.web.desk import QUOTES, Desk
from qa.web.library import Library
from qa.web.limits import Pace
from qa.web.listening import PATIENCE
from qa.web.store import Store
from qa.web.users import Users
from tests.conftest import ROOT
from tests.qa.web.serving import served

PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())
UNIT = ROOT / "deploy/spanqa.service"
Instruction = tuple[str, str]


def dockerfile() -> list[list[Instruction]]:
    """The instructions of each stage."""
    text = re.sub(r"^#.*\n", "", (ROOT / "Dockerfile").read_text(), flags=re.MULTILINE)
    stages: list[list[Instruction]] = []
    for line in text.replace("\\\n", " ").splitlines():
        if line.strip():
            name, rest = line.split(maxsplit=1)
            if name == "FROM":
                stages.append([])
            stages[-1].append((name, " ".join(rest.split())))
    return stages


def of(stage: list[Instruction], name: str) -> list[str]:
    return [rest for other, rest in stage if other == name]


def environment() -> dict[str, str]:
    (given,) = of(dockerfile()[-1], "ENV")
    return dict(one.split("=", 1) for one in shlex.split(given))


def service() -> dict[str, list[str]]:
    """Of the unit's [Service]: a name may stand there several times."""
    lines = UNIT.read_text().partition("[Service]\n")[2].partition("[Install]")[0].splitlines()
    found: dict[str, list[str]] = {}
    for line in lines:
        if line and not line.startswith("#"):
            name, value = line.split("=", 1)
            found.setdefault(name, []).append(value)
    return found


NO_SERVER_NEEDS = {"dev", "haystack", "llamaindex", "ray"}


def test_the_image_is_made_from_a_named_version_and_downloads_no_file() -> None:
    build, run = dockerfile()
    for stage in (build, run):
        (base,) = of(stage, "FROM")
        assert re.fullmatch(r"python:3\.\d+-slim(@sha256:[0-9a-f]{64})?( AS \w+)?", base)
        assert of(stage, "ADD") == []
    assert not re.search(r"\b(curl|wget|git|apt-get)\b", (ROOT / "Dockerfile").read_text())


def test_all_that_is_installed_is_pinned() -> None:
    installs = [one for one in of(dockerfile()[0], "RUN") if " install " in one]
    assert len(installs) == 2
    assert all("--constraint constraints.txt" in one for one in installs)
    extras = set(re.findall(r"[a-z]+", installs[-1].partition(".[")[2]))
    assert extras == PROJECT["project"]["optional-dependencies"].keys() - NO_SERVER_NEEDS


def test_what_the_package_is_built_from_is_copied_and_not_ignored() -> None:
    copied = {name for one in of(dockerfile()[0], "COPY") for name in one.split()[:-1]}
    wheel = PROJECT["tool"]["hatch"]["build"]["targets"]["wheel"]["only-include"]
    assert copied == {*wheel, "pyproject.toml", "constraints.txt", PROJECT["project"]["readme"]}
    assert all((ROOT / name).exists() for name in copied)
    first, *rules = (ROOT / ".dockerignore").read_text().split()
    assert first == "*"
    assert {rule.removeprefix("!") for rule in rules if rule.startswith("!")} == copied
    assert not any(fnmatch(name, rule) for rule in rules for name in copied if not rule.startswith("!"))


def test_nobody_is_root_and_only_data_is_written() -> None:
    run = dockerfile()[-1]
    (user,) = of(run, "USER")
    assert int(user.partition(":")[0]) >= 10_000
    assert of(run, "VOLUME") == of(run, "WORKDIR") == ["/data"]
    names = [name for name, _ in run]
    assert names.index("USER") < names.index("CMD")
    given = environment()
    assert given["QA_INDEX"].startswith("/data/")
    assert (given["HOME"], given["PYTHONDONTWRITEBYTECODE"]) == ("/data", "1")


def test_the_image_listens_on_all_addresses_and_therefore_has_people_sign_in(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.chdir(tmp_path)
    for name, value in environment().items():
        if name.startswith("QA_"):
            monkeypatch.setenv(name, value)
    serve = load_settings().serve
    users = Users(tmp_path / "users")
    users.add("anna", "seven wet harbours")

    assert (serve.host, serve.login) == ("0.0.0.0", True)
    check_address(serve.host, users)
    assert of(dockerfile()[-1], "EXPOSE") == [str(ServeSettings().port)]


def test_the_image_is_stopped_as_by_ctrl_c() -> None:
    assert of(dockerfile()[-1], "STOPSIGNAL") == ["SIGINT"]


def test_the_health_of_a_container_is_that_of_its_server(tmp_path: Path, shipped: Index) -> None:
    (check,) = of(dockerfile()[-1], "HEALTHCHECK")
    command = json.loads(check.partition("CMD ")[2])
    assert command[0] == "python"

    def health(address: str) -> int:
        asked = [part.replace(f"http://127.0.0.1:{ServeSettings().port}", address) for part in command[1:]]
        return subprocess.run([sys.executable, *asked], capture_output=True, check=False).returncode

    def desk_over(index: Index) -> Desk:
        return Desk(Library(index, tmp_path), store, Pace(60), {QUOTES: Assistant(index)})

    store = Store(tmp_path / "chat.sqlite")
    with Index.open(tmp_path / "empty") as empty:
        for index, expected in ((shipped, 0), (empty, 1)):
            app = fastapi.FastAPI()
            add_programs(app, desk_over(index))
            with served(app) as address:
                assert health(address) == expected
    assert health("http://127.0.0.1:9") == 1
    store.close()


def test_the_service_is_stopped_as_by_ctrl_c_and_has_time_to_answer() -> None:
    unit = service()
    assert unit["KillSignal"] == [signal.SIGINT.name]
    assert int(unit["TimeoutStopSec"][0]) > PATIENCE + 5
    assert unit["Restart"] == ["on-failure"]


def test_the_service_writes_only_where_it_keeps_its_state(monkeypatch: pytest.MonkeyPatch) -> None:
    unit = service()
    (folder,) = unit["WorkingDirectory"]
    assert folder == f"/var/lib/{unit['StateDirectory'][0]}"
    given = dict(one.split("=", 1) for one in unit["Environment"][0].split())
    assert given["QA_INDEX"].startswith(f"{folder}/")
    hardened = {
        "ProtectSystem": "strict",
        "NoNewPrivileges": "yes",
        "PrivateTmp": "yes",
        "ProtectHome": "yes",
    }
    assert {name: unit[name][0] for name in hardened} == hardened
    assert unit["CapabilityBoundingSet"] == [""]
    assert "MemoryMax" in unit
    for name, value in given.items():
        monkeypatch.setenv(name, value)
    assert load_settings().log.as_json


@pytest.mark.skipif(
    shutil.which("systemd-analyze") is None, reason="no systemd-analyze: apt-get install systemd"
)
def test_systemd_takes_the_unit_and_finds_it_closed(tmp_path: Path) -> None:
    unit = tmp_path / UNIT.name
    unit.write_text(UNIT.read_text().replace("/opt/spanqa/bin/qa", sys.executable))
    verified = subprocess.run(
        ["systemd-analyze", "verify", str(unit)], capture_output=True, text=True, check=False
    )
    assert (verified.returncode, verified.stderr) == (0, "")
    judged = [
        "systemd-analyze",
        "security",
        "--offline=true",
        "--threshold=20",
        str(unit),
    ]  # in tenths of ten
    assert subprocess.run(judged, capture_output=True, check=False).returncode == 0
