"""Unpacks the first line with an iterator, and remembers the last accuracy in a closure; raises where a line is met that can't stand there."""


def losses(history: list[dict]) -> dict[str, dict[str, float]]:
    lines = iter(history)
    first = next(lines, None)
    if first is None or first["stage"] is not None:
        raise ValueError("begins too late")
    top, size = first["accuracy"], first["bytes"]
    last = top

    def cost(line):
        nonlocal last
        if line["stage"] is None:
            raise ValueError("the untouched model again")
        accuracy = line["accuracy"]
        pair = [float((reference - accuracy) * 100) for reference in (top, last)]
        last = accuracy
        return line["stage"], dict(
            zip(("lost", "own", "smaller"), [*pair, size / line["bytes"]], strict=True)
        )

    return dict(map(cost, lines))
