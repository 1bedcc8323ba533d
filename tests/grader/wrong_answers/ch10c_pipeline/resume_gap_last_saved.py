"""It goes on behind the last saved result.

loses: resume_gap
says: behind the first stage without a result all are run
"""


def run_stages(original, names, stage, done):
    last = max((i for i, name in enumerate(names) if name in done), default=-1)
    results = {name: done.get(name) for name in names[: last + 1]}
    model = done[names[last]] if last >= 0 else original
    for name in names[last + 1 :]:
        model = results[name] = stage(name, model, original)
    return results
