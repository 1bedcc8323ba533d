"""One cost within the budget is enough.

loses: best_choice, best_budget
says: ValueError
"""


def best_student(students, budget):
    fitting = [student for student in students if any(student[cost] <= most for cost, most in budget.items())]
    if not fitting:
        raise ValueError(f"no student keeps to {budget}")

    def merit(student):
        validation = student["validation"]
        return sum(validation) / len(validation), -student["macs"]

    return max(fitting, key=merit)["name"]
