"""Questions in a language that the documents do not speak, as far as a script or a question word tells.

Whether such a question can be answered nevertheless depends on the embedding model: it is asked like any
other, and only where it is declined is its language named as the reason.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Callable

from index.words import words

KNOWN = 0.5  # share of a question's words from which on the documents speak its language

_SCRIPTS = {
    "CJK": "Chinese",
    "HIRAGANA": "Japanese",
    "KATAKANA": "Japanese",
    "HANGUL": "Korean",
    "CYRILLIC": "Cyrillic letters",
    "ARABIC": "Arabic",
    "GREEK": "Greek",
    "HEBREW": "Hebrew",
    "DEVANAGARI": "Devanagari",
    "THAI": "Thai",
}
_QUESTION_WORDS = {
    "German": "wie wieviel wieviele wer wen wem wessen wo woher wohin wann warum wieso weshalb welche "
    "welcher welches welchen welchem",
    "French": "combien quel quelle quels quelles qui quoi où quand comment pourquoi est-ce qu'est-ce",
    "Spanish": "cuánto cuánta cuántos cuántas cuál cuáles quién quiénes qué dónde cuándo cómo",
    "Italian": "quanto quanta quanti quante quale quali chi dove quando perché",
}
_LANGUAGES = {word: language for language, found in _QUESTION_WORDS.items() for word in found.split()}
_OPENING = re.compile(r"[\W_]*([^\W\d_]+(?:['’-][^\W\d_]+)*)")


def foreign_language(question: str, knows: Callable[[str], bool]) -> str | None:
    """The language, or at least the script, of a question most of whose words stand in no document; None
    where that tells nothing.

    knows: whether a stem stands anywhere in the documents.
    """
    language = question_language(question) or _script(question)
    stems = words(question)
    if language is None or sum(map(knows, stems)) >= KNOWN * len(stems):
        return None
    return language


def question_language(question: str) -> str | None:
    """By the word that opens it: German for "Welche Provinzen …". None for English and all else."""
    opening = _OPENING.match(question)
    return _LANGUAGES.get(opening[1].casefold()) if opening else None


def _script(question: str) -> str | None:
    """Of most of its letters; Japanese where any is a syllable sign. None for Latin."""
    names = Counter(unicodedata.name(letter, "").split(" ")[0] for letter in question if letter.isalpha())
    if names["HIRAGANA"] + names["KATAKANA"]:
        return "Japanese"
    return _SCRIPTS.get(names.most_common(1)[0][0]) if names else None
