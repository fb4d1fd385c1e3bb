"""Candidates read again, in their passage, by a network that was trained to find the sentence that answers.

Knows what a verdict does to a candidate's place; not how candidates were found, nor how the reader reads.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from qa.candidates import Candidate
from qa.reader import Reader, Verdict

PASSAGES = 8  # of the best candidates; a passage takes a few milliseconds
READ = 0.3  # what a candidate gains for each unit of log-odds above the usual
# The median of the log-odds over the sentences and passages of 241 questions: what was not read has them.
USUAL = Verdict(answered=-1.6, sentences=())
USUAL_SENTENCE = -2.5
OF_PASSAGE = 0.3  # weight of a passage's verdict beside its sentence's


def reread(question: str, candidates: Sequence[Candidate], reader: Reader) -> list[Candidate]:
    """The candidates with the reader's odds, best first again."""
    passages = {(one.passage.document_id, one.passage.start): one.passage for one in candidates}
    read = dict(list(passages.items())[:PASSAGES])
    verdicts = dict(zip(read, reader.read(question, list(read.values())), strict=True))
    found = []
    for one in candidates:
        verdict = verdicts.get((one.passage.document_id, one.passage.start), USUAL)
        at = one.passage.sentences.index((one.start, one.end))
        odds = verdict.sentences[at] if verdict.sentences else USUAL_SENTENCE
        above = (odds - USUAL_SENTENCE) + OF_PASSAGE * (verdict.answered - USUAL.answered)
        found.append(replace(one, odds=odds, score=one.score + READ * above))
    return sorted(found, key=lambda one: (-one.score, one.passage.source, one.start))
