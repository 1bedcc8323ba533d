"""What is saved is taken only if all of it is there.

loses: resume_resumes
says: one call for each stage that isn't done
"""


def run_stages(original, names, stage, done):
    if all(name in done for name in names):
        return {name: done[name] for name in names}
    results, model = {}, original
    for name in names:
        model = results[name] = stage(name, model, original)
    return results
