"""The settings of the chat, each of which changes an answer: who writes it, and how carefully.

Knows Gradio and the names of the settings. A model's key is read from the environment where the model is
asked; it is never shown, sent or kept here.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import gradio as gr

from qa.settings import AnswerSettings
from qa.web.desk import MOST_PASSAGES, MOST_SENTENCES


class Controls(NamedTuple):
    """In the order in which the chat takes their values."""

    engine: gr.Radio
    passages: gr.Slider
    sentences: gr.Slider
    threshold: gr.Slider


def settings_tab(engines: Sequence[str], settings: AnswerSettings) -> Controls:
    """engines: to choose from, the first is chosen. settings: what holds until something else is chosen."""
    gr.Markdown(
        "These hold for what you ask from now on, in this window. Models and their keys are given where the "
        "server is started: `qa serve --model NAME`, the key in its environment.",
        latex_delimiters=[],
    )
    return Controls(
        gr.Radio(
            list(engines),
            value=engines[0],
            label="Answers by",
            info="A model puts the quotes into its own words; what they do not carry is not shown.",
            elem_id="engine",
        ),
        gr.Slider(
            1,
            MOST_PASSAGES,
            value=settings.passages,
            step=1,
            label="Passages to look in",
            info="More find what stands elsewhere, and take longer.",
            elem_id="passages",
        ),
        gr.Slider(
            1,
            MOST_SENTENCES,
            value=settings.max_sentences,
            step=1,
            label="Sentences of an answer, at most",
            elem_id="sentences",
        ),
        gr.Slider(
            0,
            1,
            value=settings.threshold,
            step=0.05,
            label="Confidence below which a question is declined",
            info="Higher declines more and errs less; at 0 whatever comes nearest is quoted.",
            elem_id="threshold",
        ),
    )
