"""Candidates read again, in their passage, by a network that was trained to find the sentence that answers.

Knows what a verdict does to a candidate's place; not how candidates were found, nor how the reader reads.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from statistics import fmean

from qa.candidates import Candidate, best_first
from qa.naming import with_author
from qa.question import Question
from qa.reader import Reader, Verdict

PASSAGES = 10  # of the best candidates, seldom as many; a passage takes a few milliseconds
READ = 0.15  # what a candidate gains for each unit of log-odds above the usual
# The median of the log-odds over the sentences and passages of 616 questions: what was not read has them.
USUAL = Verdict(answered=-4.35, sentences=())
USUAL_SENTENCE = -6.3
OF_PASSAGE = 0.3  # weight of a passage's verdict beside its sentence's


def reread(question: Question, candidates: Sequence[Candidate], reader: Reader) -> list[Candidate]:
    """The candidates with the reader's odds, best first again; the mean where a question has two readings."""
    passages = {(one.passage.document_id, one.passage.start): one.passage for one in candidates}
    read = dict(list(passages.items())[:PASSAGES])
    shown = [with_author(question, passage) for passage in read.values()]
    readings = [reader.read(text, shown) for text in question.readings]
    verdicts = [_mean_of(verdicts) for verdicts in zip(*readings, strict=True)]
    verdict_of = dict(zip(read, verdicts, strict=True))
    found = []
    for one in candidates:
        verdict = verdict_of.get((one.passage.document_id, one.passage.start), USUAL)
        at = one.passage.sentences.index((one.start, one.end))
        odds = verdict.sentences[at] if verdict.sentences else USUAL_SENTENCE
        above = (odds - USUAL_SENTENCE) + OF_PASSAGE * (verdict.answered - USUAL.answered)
        found.append(replace(one, odds=odds, score=one.score + READ * above))
    return best_first(found)


def _mean_of(verdicts: Sequence[Verdict]) -> Verdict:
    return Verdict(
        answered=fmean(one.answered for one in verdicts),
        sentences=tuple(map(fmean, zip(*(one.sentences for one in verdicts), strict=True))),
    )
