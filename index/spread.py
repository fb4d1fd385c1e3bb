"""Where the work of a sync is done: in this process, or in those of Ray, on this machine or on many.

A `Spread` is `map` with a view ahead: it carries a function out on one item after another and gives the
results in the order of the items, so that what is made of them does not depend on who was quicker. Knows
nothing of documents, models or indexes.
"""

from __future__ import annotations

import logging
import os
import secrets
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, Protocol, TypeVar

from index.errors import IndexFault, WorkersFailed

if TYPE_CHECKING:
    from ray import ObjectRef

Kept = TypeVar("Kept")
Item = TypeVar("Item")
Result = TypeVar("Result")


class Spread(Protocol):
    """items: each after something that stays here and comes back with its result.

    ahead: how many more than the one that is waited for may be begun, for each worker.
    """

    def __call__(
        self, function: Callable[[Item], Result], items: Iterable[tuple[Kept, Item]], ahead: int
    ) -> Iterator[tuple[Kept, Result]]: ...


def here(
    function: Callable[[Item], Result],
    items: Iterable[tuple[Kept, Item]],
    ahead: int,  # noqa: ARG001  one process works on one item
) -> Iterator[tuple[Kept, Result]]:
    """In this process, an item at a time."""
    return ((kept, function(item)) for kept, item in items)


# For a Ray of our own, set before Ray is imported, when it reads the first. Its processes carry out whatever
# those ask who reach them: so they listen on 127.0.0.1 (else on every network, whatever address ray.init is
# given), and obey a token that this process alone has (else one that Ray leaves in the home folder).
_ALONE = {
    "RAY_ENABLE_WINDOWS_OR_OSX_CLUSTER": "0",
    "RAY_AUTH_TOKEN": secrets.token_hex(32),
    "RAY_worker_niceness": "0",
}


@contextmanager
def over_ray(workers: int | None = None, address: str | None = None) -> Iterator[Spread]:
    """Over the workers of a Ray that is started here and ends with the block, one for each core or `workers`.

    It can be reached from this machine alone. address: of a cluster that runs, in its place; this machine is
    one of its nodes, and on each the package and the files lie at the same paths.
    Functions, items and results go there pickled. A worker that dies is replaced and its item begun again.
    Raises ModuleNotFoundError without Ray, WorkersFailed.
    """
    if address is None:
        os.environ.update(_ALONE)
    os.environ["RAY_USAGE_STATS_ENABLED"] = "0"
    import ray

    where: dict[str, Any] = {"address": address}
    if address is None:
        where = {"address": "local", "num_cpus": workers, "include_dashboard": False}
    try:
        ray.init(**where, logging_level=logging.ERROR, log_to_driver=False)
    except (ConnectionError, RuntimeError, ValueError) as error:
        raise WorkersFailed(str(error)) from error
    try:
        if address is None and not ray.get_runtime_context().gcs_address.startswith("127.0.0.1:"):
            raise WorkersFailed("it was imported too early to listen on 127.0.0.1 alone")
        resources: dict[str, float] = ray.cluster_resources()  # type: ignore[no-untyped-call]  # ray is untyped
        yield _Ray(int(resources["CPU"]))
    finally:
        ray.shutdown()


class _Ray:
    def __init__(self, workers: int) -> None:
        import ray

        self._workers = workers
        self._remote: Any = ray.remote(num_cpus=1)(_carry_out)

    def __call__(
        self, function: Callable[[Item], Result], items: Iterable[tuple[Kept, Item]], ahead: int
    ) -> Iterator[tuple[Kept, Result]]:
        import ray

        sent = ray.put(function)  # once, not with each item
        begun: deque[tuple[Kept, ObjectRef[Result]]] = deque()
        for kept, item in items:
            begun.append((kept, self._remote.remote(sent, item)))
            if len(begun) > ahead * self._workers:
                yield _first(begun)
        while begun:
            yield _first(begun)


def _carry_out(function: Callable[[Item], Result], item: Item) -> Result:
    return function(item)


def _first(begun: deque[tuple[Kept, ObjectRef[Result]]]) -> tuple[Kept, Result]:
    import ray
    from ray.exceptions import RayError, RayTaskError

    kept, result = begun.popleft()
    try:
        return kept, ray.get(result)
    except RayTaskError as error:
        if isinstance(error.cause, IndexFault):
            raise error.cause from None
        if isinstance(error.cause, RayError):  # the function or the item did not arrive
            raise WorkersFailed(str(error.cause)) from error
        raise
    except RayError as error:
        raise WorkersFailed(str(error)) from error
