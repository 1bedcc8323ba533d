"""The best is chosen first, and refused if it doesn't fit.

loses: best_budget
says: ValueError
"""


def best_student(students, budget):
    best = max(students, key=lambda each: sum(each["validation"]) / len(each["validation"]))
    if any(best[cost] > most for cost, most in budget.items()):
        raise ValueError("the best student is too expensive")
    fitting = [student for student in students if all(student[cost] <= most for cost, most in budget.items())]
    if not fitting:
        raise ValueError(f"no student keeps to {budget}")

    def merit(student):
        validation = student["validation"]
        return sum(validation) / len(validation), -student["macs"]

    return max(fitting, key=merit)["name"]
