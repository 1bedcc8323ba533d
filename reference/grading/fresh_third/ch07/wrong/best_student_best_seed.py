"""Ranks by each student's list of accuracies, as Python compares lists: by the first seed, then by the second.

Text: "the one with the best mean validation accuracy".
Input: "a" with validation [0.75, 0.25], "b" with [0.5, 0.625]: gives "a"; promised is "b".
"""


def best_student(students: list[dict], budget: dict[str, float]) -> str:
    best = None
    for student in students:
        if any(student[cost] > most for cost, most in budget.items()):
            continue
        if best is None or (student["validation"], -student["macs"]) > (best["validation"], -best["macs"]):
            best = student
    if best is None:
        raise ValueError("no student keeps to the budget")
    return best["name"]
