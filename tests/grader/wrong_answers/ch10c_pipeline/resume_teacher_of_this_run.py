"""The teacher is what this run begins with: a saved result, where it goes on.

loses: resume_resumes
says: teacher
"""


def run_stages(original, names, stage, done):
    results, model = {}, original
    rest = list(names)
    while rest and rest[0] in done:
        name = rest.pop(0)
        model = results[name] = done[name]
    teacher = model
    for name in rest:
        model = results[name] = stage(name, model, teacher)
    return results
