"""Filters places step by step, then takes the maximum, the minimum and the first.
"""
def best_within(candidates, at_most, at_least, maximise, minimise):
    def known(i, metric):
        number = candidates[i].get(metric)
        return number is not None and number == number

    places = [i for i in range(len(candidates)) if known(i, maximise) and known(i, minimise)]
    for metric in at_most:
        places = [i for i in places if known(i, metric) and candidates[i][metric] <= at_most[metric]]
    for metric in at_least:
        places = [i for i in places if known(i, metric) and candidates[i][metric] >= at_least[metric]]
    if places == []:
        return None
    top = max(candidates[i][maximise] for i in places)
    places = [i for i in places if candidates[i][maximise] == top]
    low = min(candidates[i][minimise] for i in places)
    return [i for i in places if candidates[i][minimise] == low][0]
