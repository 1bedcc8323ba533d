"""Percent of the untouched accuracy instead of percentage points.

Text: ""lost", the percentage points by which its accuracy lies below that of the untouched model"
Input: losses([{"stage": None, "accuracy": 0.5, "bytes": 10}, {"stage": "a", "accuracy": 0.25, "bytes": 5}])["a"]["lost"]:
    promised 25.0, actual 50.0.
"""


def losses(history: list[dict]) -> dict[str, dict[str, float]]:
    if not history or history[0]["stage"] is not None:
        raise ValueError("the first line has to be the untouched model")
    if any(line["stage"] is None for line in history[1:]):
        raise ValueError("the untouched model stands only first")

    def percent(before, after):
        return 100.0 * (before - after) / before if before else 0.0

    first, report, last = history[0], {}, history[0]
    for line in history[1:]:
        report[line["stage"]] = {
            "lost": percent(first["accuracy"], line["accuracy"]),
            "own": percent(last["accuracy"], line["accuracy"]),
            "smaller": first["bytes"] / line["bytes"],
        }
        last = line
    return report
