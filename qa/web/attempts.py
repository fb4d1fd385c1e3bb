"""Failed attempts to sign in, and how long the next must wait.

Knows names and addresses as words; nothing of passwords or requests.
"""

from __future__ import annotations

import ipaddress
import threading
import time
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass

from qa.web.errors import TooManyAttempts

FREE = {"name": 3, "address": 10}  # failures without a wait; several people can share an address
LONGEST = 60.0  # seconds: 1,440 guesses a day, and no more than a minute that a stranger can shut anyone out
FORGOTTEN = 3600.0  # seconds after the last failure
MOST = 10_000  # names and addresses that are remembered; the longest unseen is forgotten first

Key = tuple[str, str]


@dataclass(slots=True)
class _Failures:
    count: int
    last: float  # seconds, of the clock


class Attempts:
    """For all threads. After the free failures the wait is 1 second, then 2, 4, 8 and so on.

    now: seconds, of a clock that never goes back.
    """

    def __init__(self, now: Callable[[], float] = time.monotonic) -> None:
        self._now = now
        self._lock = threading.Lock()
        self._failures: OrderedDict[Key, _Failures] = OrderedDict()

    def begin(self, name: str, address: str) -> None:
        """Count an attempt as failed, before its password is looked at: many at once gain nothing.

        Raises TooManyAttempts where it comes too soon; it is then not counted.
        """
        keys: tuple[Key, Key] = (("name", name), ("address", _network(address)))
        with self._lock:
            now = self._now()
            wait = max(self._wait(key, now) for key in keys)
            if wait > 0:
                raise TooManyAttempts(wait)
            for key in keys:
                failures = self._failures.setdefault(key, _Failures(0, now))
                failures.count += 1
                failures.last = now
                self._failures.move_to_end(key)
            while len(self._failures) > MOST:
                self._failures.popitem(last=False)

    def succeed(self, name: str, address: str) -> None:
        """Take back what `begin` has counted. Of an address no more than that: one who knows one password
        there must not get tries at others for it."""
        with self._lock:
            self._failures.pop(("name", name), None)
            failures = self._failures.get(("address", _network(address)))
            if failures is not None:
                failures.count -= 1

    def _wait(self, key: Key, now: float) -> float:
        failures = self._failures.get(key)
        if failures is None:
            return 0
        if now - failures.last > FORGOTTEN:
            del self._failures[key]
            return 0
        beyond = failures.count - FREE[key[0]]
        wait = 0 if beyond < 0 else min(LONGEST, 2.0 ** min(beyond, 10))
        return failures.last + wait - now


def _network(address: str) -> str:
    """Of IPv6 the first 64 bits, which are one subscriber's; anything else as it is."""
    try:
        parsed = ipaddress.ip_address(address)
    except ValueError:
        return address
    if parsed.version == 4:
        return address
    return str(ipaddress.ip_network((parsed, 64), strict=False))
