"""Questions that a learner answers before a run and that are revealed after it, and lists that a run ticks.

All of it is plain HTML: what was chosen is read by style rules in the page itself, without a kernel and without a
script. So a saved notebook, a converted one and a web page still ask and answer, whatever became of the kernel.
"""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from html import escape
from typing import Any

from compresslab.errors import InputError

_BOX = "border: 1px solid #8888; border-radius: 4px; margin: 4px 0; padding: 4px 12px 8px; max-width: 60em"


@dataclass(frozen=True)
class Page:
    """A piece of HTML. As the last line of a notebook cell, or in `display`, it shows itself.

    Attributes:
        html: the piece.
        text: the same in words, for a terminal.

    >>> print(Page("<b>2 MB</b>", text="2 MB"))
    2 MB
    """

    html: str
    text: str

    def __str__(self) -> str:
        return self.text

    def _repr_mimebundle_(self, include: object = None, exclude: object = None) -> dict[str, Any]:
        return {"text/html": self.html, "text/plain": self.text}


class Prediction:
    """A question with a few possible answers. As the last line of a cell it shows itself.

    Args:
        question: one sentence.
        options: possible answers, two or more, all different.

    >>> question = Prediction("Which file is smaller?", ["fp32", "int8"])
    >>> print(question.reveal("int8", "It has 8 bits a weight."))
    Which file is smaller? int8. It has 8 bits a weight.
    """

    def __init__(self, question: str, options: Sequence[str]) -> None:
        if len(options) < 2 or len(set(options)) != len(options):
            raise InputError(f"options={list(options)!r}: give at least two different answers.")
        self.question, self.options = question, tuple(options)
        digest = hashlib.sha256("\n".join([question, *options]).encode()).hexdigest()
        self._id = f"prediction-{digest[:8]}"  # the same in each run, so that a reveal fits a question run anew

    def reveal(self, answer: str, why: str) -> Page:
        """The answer beside the learner's choice, which it follows; until there is one, it asks again.

        Args:
            answer: one of the options.
            why: a sentence or two.

        Raises:
            InputError: `answer` is none of the options.
        """
        if answer not in self.options:
            raise InputError(f"answer={answer!r} is none of the options {list(self.options)!r}.")
        truth = f"The answer is <b>{escape(answer)}</b>. {escape(why)}"
        # Where a viewer drops <style>, the verdicts stay hidden, and the folded answer is left. JupyterLab drops it in
        # notebooks that it doesn't trust, and the attribute `hidden` too.
        verdicts = "".join(
            f"<div class='{self._id}-said-{number}' style='display: none'>"
            + (f"You said <b>{escape(said)}</b>, and so it is. {escape(why)}" if said == answer else
               f"You said {escape(said)}. {truth}")
            + "</div>"
            for number, said in enumerate(self.options)
        )  # fmt: skip
        folded = f"<details class='{self._id}-open'><summary>The answer, without a guess</summary>{truth}</details>"
        return Page(
            f"<style>{self._rules()}</style><div style='{_BOX}'>{self._choices('again', 'Your guess?')}"
            f"<div aria-live='polite'>{verdicts}</div>{folded}</div>",
            f"{self.question} {answer}. {why}",
        )

    def _rules(self) -> str:
        """What is shown when: the choice may stand at the question or at its reveal, which form one group."""
        chosen = f"input[name={self._id}]"
        shown = "".join(
            f"body:has({chosen}[value='{number}']:checked) .{self._id}-said-{number} {{display: block !important}}"
            for number in range(len(self.options))
        )
        return (
            f"{shown}body:has({chosen}:checked) .{self._id}-open {{display: none !important}}"
            f"body:has(.{self._id}-asked input:checked) .{self._id}-again {{display: none !important}}"
        )

    def _choices(self, where: str, prompt: str) -> str:
        rows = "".join(
            f"<label style='display: block'><input type='radio' name='{self._id}' value='{number}'> {escape(option)}"
            "</label>"
            for number, option in enumerate(self.options)
        )
        return (
            f"<fieldset class='{self._id}-{where}' style='border: 0; margin: 0; padding: 4px 0'>"
            f"<legend style='padding: 0'><b>{prompt}</b> {escape(self.question)}</legend>{rows}</fieldset>"
        )

    def _repr_mimebundle_(self, include: object = None, exclude: object = None) -> dict[str, Any]:
        html = f"<div style='{_BOX}'>{self._choices('asked', 'Predict.')}</div>"
        return {"text/html": html, "text/plain": f"{self.question} {' / '.join(self.options)}"}


def checklist(lines: Sequence[tuple[str, bool, str]]) -> Page:
    """A table of things to check, each ticked or not by what was measured.

    Args:
        lines: of (what to check, whether it holds, the measured value).

    >>> print(checklist([("the file is smaller", True, "2 MB"), ("it is as fast", False, "0.9x")]))
    ✓ done  the file is smaller: 2 MB
    ✗ open  it is as fast: 0.9x
    """
    cell = "style='text-align: left; padding: 4px 16px 4px 0; vertical-align: top'"
    states = [("✓ done" if holds else "✗ open", what, value) for what, holds, value in lines]
    rows = "".join(
        f"<tr><td {cell}><span style='white-space: nowrap'>{state}</span></td>"
        f"<td {cell}>{escape(what)}</td><td {cell}>{escape(value)}</td></tr>"
        for state, what, value in states
    )
    head = "".join(f"<th {cell} scope='col'>{name}</th>" for name in ("state", "check", "measured in this run"))
    return Page(
        f"<table><thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table>",
        "\n".join(f"{state}  {what}: {value}" for state, what, value in states),
    )
