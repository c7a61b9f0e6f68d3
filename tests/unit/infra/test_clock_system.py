"""The steady clock goes on from the date, whatever becomes of the date."""

from infra.clock_system import steady_ns


def test_it_goes_on_with_the_ticks_when_the_date_is_put_back():
    dates, ticks = iter([1_000_000, 5]), iter([100, 130, 190])

    now = steady_ns(lambda: next(dates), lambda: next(ticks))

    assert (now(), now()) == (1_000_030, 1_000_090)
