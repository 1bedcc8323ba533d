"""Only MACs are limited.

loses: best_budget
says: no other
"""


def best_student(students, budget):
    fitting = [
        student for student in students if all(student["macs"] <= budget.get("macs", float("inf")) for _ in (0,))
    ]
    if not fitting:
        raise ValueError(f"no student keeps to {budget}")

    def merit(student):
        validation = student["validation"]
        return sum(validation) / len(validation), -student["macs"]

    return max(fitting, key=merit)["name"]
