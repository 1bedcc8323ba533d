"""Without scores it returns before it looks at thresholds and patience.

Text: "ValueError: `clear_at` is above `raise_at`, the patience is below 1"
Input: `alarm_states([], 2, 5)` -> promised ValueError: clear_at, actual []
"""


def alarm_states(
    scores: list[float | None], raise_at: float, clear_at: float, patience: int = 3
) -> list[bool]:
    if not scores:
        return []
    if clear_at > raise_at:
        raise ValueError("clear_at is above raise_at")
    if patience < 1:
        raise ValueError("patience")
    states, on, row = [], False, 0
    for score in scores:
        if score is None:
            states.append(on)
            continue
        if score != score:
            raise ValueError("NaN")
        if (score < clear_at) if on else (score >= raise_at):
            row += 1
        else:
            row = 0
        if row == patience:
            on = not on
            row = 0
        states.append(on)
    return states
