"""The result of the first stage is the teacher of those after it.

loses: resume_runs
says: teacher
"""


def run_stages(original, names, stage, done):
    results, model, teacher, whole = {}, original, original, True
    for number, name in enumerate(names):
        whole = whole and name in done
        model = done[name] if whole else stage(name, model, teacher)
        if number == 0:
            teacher = model
        results[name] = model
    return results
