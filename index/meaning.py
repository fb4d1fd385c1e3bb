"""Which chunks are nearest in meaning, by the quickest way that gives them.

Few vectors are looked at one by one; of many, Chroma's graph knows the nearest. It also knows those of a
filter that lets much through, by sifting, and where it does not, each vector is looked at after all.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

import numpy as np
from numpy.typing import NDArray

from index.catalog import Catalog
from index.hits import Hits, Selection, highest, in_order
from index.matrix import Matrix
from index.vectors import Vectors

# Vectors that are looked at one by one: 30,000 take 2 to 8 ms, by how they are scattered. Chroma takes 2.5 ms
# for any number, but half a second to import and seconds to load a large graph.
EXACT = 30_000


def nearest(
    vector: NDArray[np.float32],
    limit: int,
    selection: Selection | None,
    *,
    catalog: Catalog,
    matrix: Matrix | None,
    graph: Callable[[], Vectors | None],
) -> Hits:
    """At most `limit` (chunk id, cosine), nearest first.

    vector: float32 (dimension,), a unit vector. matrix, graph: None while it is brought up to date; the
    graph is asked for only where it is needed. Raises Unreadable where the graph turns out to be.
    """
    documents = selection.documents if selection else None
    if matrix is None:
        ids, vectors = catalog.vectors_in(documents)
        cosines = vectors @ vector if ids else np.empty(0, np.float32)
        return in_order((ids[row], float(cosines[row])) for row in highest(cosines, limit))
    view = matrix.view(documents)
    if len(view) <= EXACT or (chroma := graph()) is None:
        return view.nearest(vector, limit)
    find = partial(chroma.nearest, vector)
    found = selection.sift(find, limit) if selection else find(limit)
    return view.nearest(vector, limit) if found is None else found
