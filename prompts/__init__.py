"""The words that the assistant says or sends itself: one Markdown file each, with $name variables.

Knows nothing of questions or documents. A variable that is missing, or that the file does not have, is an
error that names all of them at once: a prompt is never sent half filled.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from string import Template

__all__ = ["Prompt", "PromptError", "digest", "load", "names"]


class PromptError(Exception):
    """No prompt of this name, or the wrong variables for it."""


@dataclass(frozen=True, slots=True)
class Prompt:
    name: str
    text: str

    @property
    def variables(self) -> frozenset[str]:
        return frozenset(Template(self.text).get_identifiers())

    def fill(self, **values: str) -> str:
        """The text with its variables replaced. Raises PromptError unless `values` are just those."""
        missing, unknown = self.variables - values.keys(), values.keys() - self.variables
        if missing or unknown:
            faults = [f"lacks {', '.join(sorted(missing))}"] * bool(missing)
            faults += [f"has no {', '.join(sorted(unknown))}"] * bool(unknown)
            raise PromptError(f"prompt {self.name} {' and '.join(faults)}")
        return Template(self.text).substitute(values)


@cache
def load(name: str) -> Prompt:
    """The prompt in `name`.md. Raises PromptError where there is none."""
    file = files(__name__) / f"{name}.md"
    if not file.is_file():
        raise PromptError(f"no prompt {name}; there are: {', '.join(names())}")
    return Prompt(name, file.read_text(encoding="utf-8").strip())


def names() -> list[str]:
    """The names of all prompts, sorted."""
    return sorted(
        file.name.removesuffix(".md") for file in files(__name__).iterdir() if file.name.endswith(".md")
    )


def digest() -> str:
    """SHA-256 over the names and texts of all prompts, hex: reports say with which words they were made."""
    whole = hashlib.sha256()
    for name in names():
        whole.update(f"{name}\0{load(name).text}\0".encode())
    return whole.hexdigest()
