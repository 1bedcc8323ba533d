"""A tenth more than allowed is let through.

loses: best_budget
says: no student keeps to the budget
"""


def best_student(students, budget):
    fitting = [student for student in students if all(student[cost] <= 1.1 * most for cost, most in budget.items())]
    if not fitting:
        raise ValueError(f"no student keeps to {budget}")

    def merit(student):
        validation = student["validation"]
        return sum(validation) / len(validation), -student["macs"]

    return max(fitting, key=merit)["name"]
