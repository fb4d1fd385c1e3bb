"""Who may sign in: a file of names and hashes of their passwords, one user a line.

Knows passwords and the file; nothing of requests or sessions. The file is read again whenever it has
changed, so what `qa user` does holds at once in a server that runs.
"""

from __future__ import annotations

import hashlib
import hmac
import re
import secrets
import threading
import unicodedata
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from filelock import FileLock

from index.errors import StorageFailed
from qa.web.errors import BadName, BadPassword, UnknownUser, UsersDamaged
from qa.web.folder import private_file

LOCAL = "local"  # who everybody is where login is off
RESERVED = {LOCAL, "shared"}  # the second is the folder of everybody's uploads
SHORTEST, LONGEST = 8, 256  # characters of a password

# OWASP's advice of 2025 for 16 MiB, the least of its five equal choices: 0.27 s here. Several people who sign
# in at once must not fill the memory.
COST, BLOCK, PARALLEL = 2**14, 8, 5
_NAME = re.compile(r"[a-z0-9][a-z0-9._-]{0,31}")
_LINE = re.compile(rf"({_NAME.pattern}):scrypt:([0-9a-f]{{32}}):([0-9a-f]{{64}})")


@dataclass(frozen=True, slots=True)
class _Hash:
    salt: bytes
    digest: bytes

    @classmethod
    def of(cls, password: str) -> _Hash:
        salt = secrets.token_bytes(16)
        return cls(salt, _scrypt(password, salt))

    def fits(self, password: str) -> bool:
        return hmac.compare_digest(self.digest, _scrypt(password, self.salt))


class Users:
    """The users of one file, which need not exist yet. For all threads.

    Raises UsersDamaged, StorageFailed.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self._reading = threading.Lock()
        self._seen: tuple[int, int, int] | None = None  # what told the file from earlier ones
        self._hashes: Mapping[str, _Hash] = {}
        self._nobody = _Hash(secrets.token_bytes(16), secrets.token_bytes(32))

    def names(self) -> list[str]:
        return sorted(self._read())

    def add(self, name: str, password: str) -> bool:
        """Whether the user is new; one who is known gets this password. Raises BadName, BadPassword."""
        checked_name(name)
        if not SHORTEST <= len(password) <= LONGEST:
            raise BadPassword(
                f"has {len(password)} characters: take {SHORTEST} to {LONGEST}, a few words do well"
            )
        with self._changing() as hashes:
            new = name not in hashes
            hashes[name] = _Hash.of(password)
        return new

    def remove(self, name: str) -> None:
        """Raises UnknownUser."""
        with self._changing() as hashes:
            if hashes.pop(name, None) is None:
                raise UnknownUser(name)

    def fits(self, name: str, password: str) -> bool:
        """Whether this is the user's password. An unknown name takes as long as a wrong password: 0.3 s."""
        known = self._read().get(name)
        return (known or self._nobody).fits(password[: LONGEST + 1]) and known is not None

    def stamp(self, name: str) -> str | None:
        """Other for every password that the user is given, even the same again; None for no user."""
        known = self._read().get(name)
        return None if known is None else hashlib.sha256(known.salt + known.digest).hexdigest()

    def _read(self) -> Mapping[str, _Hash]:
        with self._reading:
            try:
                status = self.path.stat()
                seen = (status.st_mtime_ns, status.st_size, status.st_ino)
                if seen != self._seen:
                    self._hashes = _parsed(self.path, self.path.read_text(encoding="utf-8"))
                    self._seen = seen
            except FileNotFoundError:
                self._hashes, self._seen = {}, None
            except UnicodeDecodeError as error:
                raise UsersDamaged(self.path, 1, str(error)) from error
            except OSError as error:
                raise StorageFailed(self.path, error.strerror or str(error)) from error
            return self._hashes

    @contextmanager
    def _changing(self) -> Iterator[dict[str, _Hash]]:
        """The users to change; written in one step at the end, by one process after the other."""
        written = self.path.with_name(f"{self.path.name}.new")
        try:
            with FileLock(private_file(self.path.with_name(f"{self.path.name}.lock"))):
                hashes = dict(self._read())
                yield hashes
                private_file(written).write_text(
                    "".join(
                        f"{name}:scrypt:{kept.salt.hex()}:{kept.digest.hex()}\n"
                        for name, kept in hashes.items()
                    ),
                    encoding="utf-8",
                )
                written.replace(self.path)
        except OSError as error:
            raise StorageFailed(self.path, error.strerror or str(error)) from error


def checked_name(name: str) -> str:
    """The name, if it can be a user's. Raises BadName."""
    if _NAME.fullmatch(name) is None:
        raise BadName(
            name, "take up to 32 of a-z, 0-9, dot, dash and underscore, the first a letter or digit"
        )
    if name in RESERVED:
        raise BadName(name, "the program uses it itself")
    return name


def _scrypt(password: str, salt: bytes) -> bytes:
    """NFKC: keyboards write the same "é" as one character or as two."""
    text = unicodedata.normalize("NFKC", password).encode(errors="surrogatepass")
    memory = 2 * 128 * COST * BLOCK
    return hashlib.scrypt(text, salt=salt, n=COST, r=BLOCK, p=PARALLEL, maxmem=memory, dklen=32)


def _parsed(path: Path, text: str) -> dict[str, _Hash]:
    hashes: dict[str, _Hash] = {}
    for number, line in enumerate(text.splitlines(), start=1):
        parts = _LINE.fullmatch(line)
        if parts is None:  # not told: it may hold what somebody took for a password
            raise UsersDamaged(path, number, "is not NAME:scrypt:SALT:HASH")
        if parts[1] in hashes:
            raise UsersDamaged(path, number, f"names {parts[1]} again")
        hashes[parts[1]] = _Hash(bytes.fromhex(parts[2]), bytes.fromhex(parts[3]))
    return hashes
