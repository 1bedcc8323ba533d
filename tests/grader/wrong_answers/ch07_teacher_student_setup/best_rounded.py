"""Means are rounded to a percent.

loses: best_choice
says: near
"""


def best_student(students, budget):
    fitting = [student for student in students if all(student[cost] <= most for cost, most in budget.items())]
    if not fitting:
        raise ValueError(f"no student keeps to {budget}")

    def merit(student):
        validation = student["validation"]
        return round(sum(validation) / len(validation), 2), -student["macs"]

    return max(fitting, key=merit)["name"]
