"""What costs just as much as is allowed is left out.

loses: best_budget
says: just the limit
"""


def best_student(students, budget):
    fitting = [student for student in students if all(student[cost] < most for cost, most in budget.items())]
    if not fitting:
        raise ValueError(f"no student keeps to {budget}")

    def merit(student):
        validation = student["validation"]
        return sum(validation) / len(validation), -student["macs"]

    return max(fitting, key=merit)["name"]
