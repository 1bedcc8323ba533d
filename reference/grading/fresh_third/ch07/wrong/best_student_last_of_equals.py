"""Sorts and takes the last: of students that are equal in accuracy and MACs the last one wins.

Text: "of equal ones, the one with fewer MACs; of those, the first".
Input: two students, equal but for their names "a" and "b", in this order: gives "b"; promised is "a".
"""


def best_student(students: list[dict], budget: dict[str, float]) -> str:
    within = [s for s in students if all(s[cost] <= limit for cost, limit in budget.items())]
    if len(within) == 0:
        raise ValueError("nothing fits the budget")
    ranked = sorted(within, key=lambda s: (sum(s["validation"]) / len(s["validation"]), -s["macs"]))
    return ranked[-1]["name"]
