"""Many readers on one Chroma server: processes that ask at once while another syncs."""

from __future__ import annotations

import json
import subprocess
import sys
import time
from pathlib import Path

from index import Index
from index.errors import IndexBusy
from tests.conftest import ROOT
from tests.index.folders import Remembering, write
from tests.index.serving import chroma_server, free_port

READERS = 3
ASKED = 15  # times by each reader, at least
HARBOURS = ("Aden", "Bergen", "Cadiz", "Dakar", "Esbjerg", "Fremantle", "Genoa", "Haifa")

# Asks over the graph alone until the writer is done, then once more; "ready" after the first answer.
READER = """
import json, sys
from pathlib import Path
from index import Index, meaning

meaning.EXACT = 0
folder, url, done, least = Path(sys.argv[1]), sys.argv[2], Path(sys.argv[3]), int(sys.argv[4])
found, generations = [], set()
with Index.open(folder, server=url, create=False) as index:
    while not found or not last:
        last = done.exists() and len(found) >= least
        generations.add(index.generation)
        passages = index.search("Which ships does the harbour of Bergen take?", 20)
        found.append([passage.text.strip() for passage in passages])
        if len(found) == 1:
            print("ready", flush=True)
    final = {name: index.search(f"the harbour of {name}", 1)[0].source for name in sys.argv[5:]}
print(json.dumps({"found": found, "final": final, "generations": len(generations)}))
"""


def harbour(name: str, ships: str) -> str:
    return f"The harbour of {name} takes {ships}."


def synced(writer: Index) -> None:
    """Once no reader is mending what it reads: that takes the lock, too."""
    for _ in range(100):
        try:
            writer.sync()
            return
        except IndexBusy:
            time.sleep(0.1)
    raise AssertionError("a reader has held the lock for 10 s")


def test_readers_on_one_server_always_get_right_answers_while_a_writer_syncs(
    tmp_path: Path, embedder: Remembering
) -> None:
    documents, folder, done = tmp_path / "docs", tmp_path / ".index", tmp_path / "done"
    write(documents, {f"{name}.txt": harbour(name, "ferries") for name in HARBOURS[:3]})
    with (
        chroma_server(tmp_path / "server", free_port()) as url,
        Index.open(folder, embedder=embedder, server=url) as writer,
    ):
        writer.sync([documents])
        command = [sys.executable, "-c", READER, str(folder), url, str(done), str(ASKED), *HARBOURS]
        readers = [
            subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
            for _ in range(READERS)
        ]
        for reader in readers:
            assert reader.stdout is not None
            assert reader.stdout.readline() == "ready\n"
        for name in HARBOURS[3:]:
            write(documents, {f"{name}.txt": harbour(name, "ferries")})
            synced(writer)
        write(documents, {"Aden.txt": harbour("Aden", "tankers")})
        synced(writer)
        done.touch()
        ended = [reader.communicate(timeout=60) for reader in readers]
        assert writer.check() == []

    for reader, (said, faults) in zip(readers, ended, strict=True):
        assert (reader.returncode, faults) == (0, "")
        told = json.loads(said)
        assert {texts[0] for texts in told["found"]} == {harbour("Bergen", "ferries")}
        aden = [[text for text in texts if "Aden" in text] for texts in told["found"]]
        # In this order, and never both. Until the projections have followed, what was replaced is not found.
        phases = [[harbour("Aden", "ferries")], [], [harbour("Aden", "tankers")]]
        assert [phases.index(texts) for texts in aden] == sorted(phases.index(texts) for texts in aden)
        assert (aden[0], aden[-1]) == (phases[0], phases[-1])
        assert len(aden) >= ASKED
        assert told["generations"] > 1
        assert told["final"] == {name: f"docs/{name}.txt" for name in HARBOURS}
