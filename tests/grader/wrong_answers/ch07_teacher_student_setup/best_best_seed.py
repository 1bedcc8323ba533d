"""The best seed counts.

loses: best_choice
says: the mean over the seeds
"""


def best_student(students, budget):
    fitting = [student for student in students if all(student[cost] <= most for cost, most in budget.items())]
    if not fitting:
        raise ValueError(f"no student keeps to {budget}")

    def merit(student):
        validation = student["validation"]
        return max(validation), -student["macs"]

    return max(fitting, key=merit)["name"]
