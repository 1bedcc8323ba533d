"""Two counters that run all the time, of high and of low scores in a row, in a class with a method for a score."""


class Alarm:
    def __init__(self, raise_at, clear_at, patience):
        if raise_at < clear_at or patience < 1:
            raise ValueError("thresholds or patience")
        self.raise_at, self.clear_at, self.patience = raise_at, clear_at, patience
        self.high = self.low = 0
        self.on = False

    def __call__(self, score):
        if score is None:
            return self.on
        if score != score:
            raise ValueError("NaN")
        self.high = self.high + 1 if score >= self.raise_at else 0
        self.low = self.low + 1 if score < self.clear_at else 0
        if self.high >= self.patience:
            self.on = True
        if self.low >= self.patience:
            self.on = False
        return self.on


def alarm_states(
    scores: list[float | None], raise_at: float, clear_at: float, patience: int = 3
) -> list[bool]:
    return list(map(Alarm(raise_at, clear_at, patience), scores))
