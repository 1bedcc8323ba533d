"""As many stages are taken as there are saved results.

loses: resume_gap
says: behind the first stage without a result all are run
"""


def run_stages(original, names, stage, done):
    results, model = {}, original
    for number, name in enumerate(names):
        model = done.get(name, model) if number < len(done) else stage(name, model, original)
        results[name] = model
    return results
