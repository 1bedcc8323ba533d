"""Questions that a learner answers before a run, and that are revealed after it."""

from collections.abc import Sequence
from html import escape

import ipywidgets as widgets

from compresslab.errors import InputError


class Prediction:
    """A question with a few possible answers. As the last line of a cell it shows itself.

    Args:
        question: one sentence.
        options: possible answers, two or more, all different.
    """

    def __init__(self, question: str, options: Sequence[str]) -> None:
        if len(options) < 2 or len(set(options)) != len(options):
            raise InputError(f"options={list(options)!r}: give at least two different answers.")
        self.question, self.options = question, tuple(options)
        self.choice = widgets.RadioButtons(options=self.options, value=None, layout={"width": "auto"})
        self._prompt = widgets.HTML(f"<b>Predict.</b> {escape(question)}")

    def reveal(self, answer: str, why: str) -> widgets.HTML:
        """Show the answer beside the learner's choice, which may be missing.

        Args:
            answer: one of the options.
            why: a sentence or two.

        Raises:
            InputError: `answer` is none of the options.
        """
        if answer not in self.options:
            raise InputError(f"answer={answer!r} is none of the options {list(self.options)!r}.")
        said = self.choice.value
        if said is None:
            verdict = "You have not chosen: go back and guess first, it makes the answer stick."
        elif said == answer:
            verdict = f"You said <b>{escape(said)}</b>, and so it is."
        else:
            verdict = f"You said {escape(said)}."
        return widgets.HTML(f"{verdict}<br>The answer is <b>{escape(answer)}</b>. {escape(why)}")

    def _repr_mimebundle_(self, **kwargs: object) -> object:
        return widgets.VBox([self._prompt, self.choice])._repr_mimebundle_(**kwargs)


def checklist(lines: Sequence[tuple[str, bool, str]]) -> widgets.HTML:
    """A table of things to check, each ticked or not by what was measured.

    Args:
        lines: of (what to check, whether it holds, the measured value).
    """
    rows = "".join(
        f"<tr><td><span style='white-space: nowrap'>{'✓ done' if holds else '✗ open'}</span></td>"
        f"<td>{escape(what)}</td><td>{escape(value)}</td></tr>"
        for what, holds, value in lines
    )
    return widgets.HTML(
        "<table><thead><tr><th>state</th><th>check</th><th>measured in this run</th></tr></thead>"
        f"<tbody>{rows}</tbody></table>"
    )
