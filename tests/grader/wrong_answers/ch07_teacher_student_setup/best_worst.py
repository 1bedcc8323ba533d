"""The worst student.

loses: best_choice, best_budget
says: the best mean
"""


def best_student(students, budget):
    fitting = [student for student in students if all(student[cost] <= most for cost, most in budget.items())]
    if not fitting:
        raise ValueError(f"no student keeps to {budget}")

    def merit(student):
        validation = student["validation"]
        return sum(validation) / len(validation), -student["macs"]

    return min(fitting, key=merit)["name"]
