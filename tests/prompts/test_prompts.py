"""Prompts are files with strict variables."""

import pytest

import prompts


def test_a_prompt_is_filled_with_its_variables() -> None:
    filled = prompts.load("unknown_name").fill(missing="Xinjiang")
    assert filled == "The documents do not answer this: Xinjiang appears in none of them."


def test_all_missing_and_unknown_variables_are_named_at_once() -> None:
    prompt = prompts.Prompt("greeting", "Dear $title $name, you have $$5")
    with pytest.raises(prompts.PromptError, match="greeting lacks name, title and has no nmae"):
        prompt.fill(nmae="Ada")
    assert prompt.fill(title="Dr", name="$x") == "Dear Dr $x, you have $5"


def test_an_unknown_prompt_is_named_with_those_there_are() -> None:
    with pytest.raises(prompts.PromptError, match=r"no prompt nothing; there are: .*not_answered"):
        prompts.load("nothing")


def test_every_prompt_loads_and_the_digest_covers_them() -> None:
    assert all(prompts.load(name).text for name in prompts.names())
    assert len(prompts.digest()) == 64
    assert prompts.digest() == prompts.digest()
