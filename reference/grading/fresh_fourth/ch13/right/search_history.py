"""Writes down all that was asked, and looks there for low and high each time.
"""
def search_ratio(stored, target: int, *, tolerance: int, max_calls: int) -> tuple[float, int]:
    history: dict[float, int] = {}

    def ask(ratio):
        history[ratio] = stored(ratio)

    def answer():
        return min((r, s) for r, s in history.items() if s <= target)

    ask(0.0)
    if history[0.0] <= target:
        return answer()
    ask(1.0)
    if history[1.0] > target:
        raise ValueError
    while len(history) < max_calls and answer()[1] < target - tolerance:
        low = max(r for r, s in history.items() if s > target)
        middle = (low + answer()[0]) / 2
        if middle in history:  # the floats between are used up
            break
        ask(middle)
    return answer()
