"""The list is sorted in place.

loses: best_choice
says: does the function work in place
"""


def best_student(students, budget):
    students.sort(key=lambda each: each["macs"])
    fitting = [student for student in students if all(student[cost] <= most for cost, most in budget.items())]
    if not fitting:
        raise ValueError(f"no student keeps to {budget}")

    def merit(student):
        validation = student["validation"]
        return sum(validation) / len(validation), -student["macs"]

    return max(fitting, key=merit)["name"]
