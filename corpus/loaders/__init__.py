"""One module for each family of formats, each with `read(data, name)`.

`name` is for errors, and for what a file's name tells.
"""

from corpus.loaders.loaded import Loaded

__all__ = ["Loaded"]
