"""What doesn't fit is dropped from the list that came in.

loses: best_budget
says: does the function work in place
"""


def best_student(students, budget):
    for each in list(students):
        if any(each[cost] > most for cost, most in budget.items()):
            students.remove(each)
    fitting = [student for student in students if all(student[cost] <= most for cost, most in budget.items())]
    if not fitting:
        raise ValueError(f"no student keeps to {budget}")

    def merit(student):
        validation = student["validation"]
        return sum(validation) / len(validation), -student["macs"]

    return max(fitting, key=merit)["name"]
