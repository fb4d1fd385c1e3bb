"""Whether spans of the documents support a sentence that someone else wrote: rules, no model.

    verdict = check("Guangzhou pays up to 10 million yuan.", [span], [title, heading])

Every name, number, unit, date, "not", "may" and "more than" of the sentence must stand in the spans, and
those that stand together must stand together there. Knows the words only, not their meaning: a synonym
counts as a word that is missing, and a few of these are let through (rules.py).
"""

from qa.support.judge import check
from qa.support.verdict import Fault, FaultKind, Verdict

__all__ = ["Fault", "FaultKind", "Verdict", "check"]
