"""The cheapest, where no student fits.

loses: best_budget
says: ValueError
"""


def best_student(students, budget):
    fitting = [student for student in students if all(student[cost] <= most for cost, most in budget.items())]
    if not fitting:
        return min(students, key=lambda each: each["macs"])["name"]

    def merit(student):
        validation = student["validation"]
        return sum(validation) / len(validation), -student["macs"]

    return max(fitting, key=merit)["name"]
