"""Of equal means, the one with fewer parameters.

loses: best_choice
says: fewer MACs
"""


def best_student(students, budget):
    fitting = [student for student in students if all(student[cost] <= most for cost, most in budget.items())]
    if not fitting:
        raise ValueError(f"no student keeps to {budget}")

    def merit(student):
        validation = student["validation"]
        return sum(validation) / len(validation), -student["parameters"]

    return max(fitting, key=merit)["name"]
