from app.http.errors import STATUS
from domain.errors import CallerError, DecalogoError, RetryableError

_OURS = ("domain.errors", "domain.access_errors")


def every(kind):
    return [
        kind,
        *(
            deeper
            for sub in kind.__subclasses__()
            if sub.__module__ in ("domain.errors", "domain.access_errors")
            for deeper in every(sub)
        ),
    ]


def test_every_error_has_its_status_and_no_other_thing_has_one():
    assert set(STATUS) == set(every(DecalogoError))


def test_what_can_be_tried_again_is_a_503():
    assert {STATUS[kind] for kind in every(RetryableError)} == {503}


def test_the_callers_fault_is_a_4xx_unless_it_is_found_in_the_worker():
    elsewhere = {"evaluation_timeout", "evaluation_memory", "settings_error"}

    assert {STATUS[kind] // 100 for kind in every(CallerError) if kind.code not in elsewhere} == {4}
