"""Of equal ones the first by name.

loses: best_choice
says: the first
"""


def best_student(students, budget):
    fitting = [student for student in students if all(student[cost] <= most for cost, most in budget.items())]
    if not fitting:
        raise ValueError(f"no student keeps to {budget}")

    def merit(student):
        validation = student["validation"]
        return sum(validation) / len(validation), -student["macs"]

    return max(sorted(fitting, key=lambda each: each["name"]), key=merit)["name"]
