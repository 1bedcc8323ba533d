"""The cheapest of those that fit.

loses: best_choice, best_budget
says: near isn't equal
"""


def best_student(students, budget):
    fitting = [student for student in students if all(student[cost] <= most for cost, most in budget.items())]
    if not fitting:
        raise ValueError(f"no student keeps to {budget}")

    def merit(student):
        validation = student["validation"]
        return -student["macs"], sum(validation) / len(validation)

    return max(fitting, key=merit)["name"]
