"""Candidates read again, in their passage, by a network that was trained to find the sentence that answers.

Knows what a verdict does to a candidate's place; not how candidates were found, nor how the reader reads.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from qa.candidates import Candidate
from qa.question import Question, content_words
from qa.reader import Reader, Verdict

PASSAGES = 8  # of the best candidates; a passage takes a few milliseconds
READ = 0.2  # what a candidate gains for each unit of log-odds above the usual
# The median of the log-odds over the sentences and passages of 616 questions: what was not read has them.
USUAL = Verdict(answered=-4.4, sentences=())
USUAL_SENTENCE = -5.65
OF_PASSAGE = 0.3  # weight of a passage's verdict beside its sentence's
AS_ASKED = 1 / 3  # weight of a follow-up's verdicts without its context, beside those with it


def reread(question: Question, candidates: Sequence[Candidate], reader: Reader) -> list[Candidate]:
    """The candidates with the reader's odds, best first again.

    A follow-up is read with its context and as it was asked: with the context alone, what answered before
    would seem to answer whatever is asked next.
    """
    passages = {(one.passage.document_id, one.passage.start): one.passage for one in candidates}
    read = dict(list(passages.items())[:PASSAGES])
    verdicts = reader.read(question.standalone, list(read.values()))
    if question.context and content_words(question.text):
        as_asked = reader.read(question.text, list(read.values()))
        verdicts = [_between(*both) for both in zip(verdicts, as_asked, strict=True)]
    verdict_of = dict(zip(read, verdicts, strict=True))
    found = []
    for one in candidates:
        verdict = verdict_of.get((one.passage.document_id, one.passage.start), USUAL)
        at = one.passage.sentences.index((one.start, one.end))
        odds = verdict.sentences[at] if verdict.sentences else USUAL_SENTENCE
        above = (odds - USUAL_SENTENCE) + OF_PASSAGE * (verdict.answered - USUAL.answered)
        found.append(replace(one, odds=odds, score=one.score + READ * above))
    return sorted(found, key=lambda one: (-one.score, one.passage.source, one.start))


def _between(whole: Verdict, as_asked: Verdict) -> Verdict:
    def mean(one: float, other: float) -> float:
        return (1 - AS_ASKED) * one + AS_ASKED * other

    return Verdict(
        answered=mean(whole.answered, as_asked.answered),
        sentences=tuple(map(mean, whole.sentences, as_asked.sentences)),
    )
