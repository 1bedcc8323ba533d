"""The measured scores become letters, itertools finds the runs, and the states are spread over the windows again."""

import math
from itertools import groupby


def _letter(score, raise_at, clear_at):
    if score >= raise_at:
        return "high"
    return "low" if score < clear_at else "between"


def alarm_states(
    scores: list[float | None], raise_at: float, clear_at: float, patience: int = 3
) -> list[bool]:
    if clear_at > raise_at or patience < 1:
        raise ValueError("thresholds or patience")
    measured = [score for score in scores if score is not None]
    if any(math.isnan(score) for score in measured):
        raise ValueError("NaN")
    state, states = False, []
    for kind, run in groupby(_letter(s, raise_at, clear_at) for s in measured):
        for number, _ in enumerate(run, start=1):
            if number == patience and kind != "between":
                state = kind == "high"
            states.append(state)
    answer, seen = [], 0
    for score in scores:
        seen += score is not None
        answer.append(states[seen - 1] if seen else False)
    return answer
