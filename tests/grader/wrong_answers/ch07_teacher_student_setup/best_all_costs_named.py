"""Costs that aren't named are allowed nothing.

loses: best_choice, best_budget
says: ValueError
"""


def best_student(students, budget):
    fitting = [
        student
        for student in students
        if all(student[cost] <= budget.get(cost, 0) for cost in ("parameters", "macs", "latency_ms"))
    ]
    if not fitting:
        raise ValueError(f"no student keeps to {budget}")

    def merit(student):
        validation = student["validation"]
        return sum(validation) / len(validation), -student["macs"]

    return max(fitting, key=merit)["name"]
