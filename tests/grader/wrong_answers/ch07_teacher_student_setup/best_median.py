"""The median in place of the mean.

loses: best_choice
says: the mean over the seeds
"""

import numpy as np


def best_student(students, budget):
    fitting = [student for student in students if all(student[cost] <= most for cost, most in budget.items())]
    if not fitting:
        raise ValueError(f"no student keeps to {budget}")

    def merit(student):
        validation = student["validation"]
        return float(np.median(validation)), -student["macs"]

    return max(fitting, key=merit)["name"]
