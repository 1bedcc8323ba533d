"""The callables that checks hand out do what their descriptions say."""

from classroom.givens import Workload


def test_a_workload_moves_its_own_clock_by_the_time_of_each_call() -> None:
    work = Workload([3.0, 0.5], start=10.0)
    shown = [work.clock()]
    for _ in range(3):
        work()
        shown.append(work.clock())
    assert shown == [10.0, 13.0, 13.5, 14.0]
    assert work.record() == {"calls": 3}
