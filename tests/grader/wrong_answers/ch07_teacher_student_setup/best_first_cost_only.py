"""Only the first cost of the budget counts.

loses: best_budget
says: no student keeps to the budget
"""


def best_student(students, budget):
    fitting = [student for student in students if all(student[cost] <= most for cost, most in list(budget.items())[:1])]
    if not fitting:
        raise ValueError(f"no student keeps to {budget}")

    def merit(student):
        validation = student["validation"]
        return sum(validation) / len(validation), -student["macs"]

    return max(fitting, key=merit)["name"]
