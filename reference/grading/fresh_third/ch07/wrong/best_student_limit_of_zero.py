"""Takes a limit of 0 for no limit.

Text: "A cost that isn't named is free; a limit may be 0."
Input: budget {"latency_ms": 0}, one student with latency 1.0: its name; promised is a ValueError.
"""


def best_student(students: list[dict], budget: dict[str, float]) -> str:
    def fits(student: dict) -> bool:
        for cost in ("parameters", "macs", "latency_ms"):
            limit = budget.get(cost)
            if limit and student[cost] > limit:
                return False
        return True

    candidates = [student for student in students if fits(student)]
    if not candidates:
        raise ValueError("no student keeps to the budget")
    return max(candidates, key=lambda s: (sum(s["validation"]) / len(s["validation"]), -s["macs"]))["name"]
