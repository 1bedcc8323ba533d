"""A student with an accuracy of 0 is passed over.

loses: best_choice, best_budget
says: ValueError
"""


def best_student(students, budget):
    fitting = [
        student
        for student in [each for each in students if sum(each["validation"])]
        if all(student[cost] <= most for cost, most in budget.items())
    ]
    if not fitting:
        raise ValueError(f"no student keeps to {budget}")

    def merit(student):
        validation = student["validation"]
        return sum(validation) / len(validation), -student["macs"]

    return max(fitting, key=merit)["name"]
