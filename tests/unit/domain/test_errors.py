import pickle

import pytest

from domain import access_errors, errors
from domain.errors import DecalogoError


def every(kind):
    return [kind, *(deeper for sub in kind.__subclasses__() for deeper in every(sub))]


KINDS = [kind for kind in every(DecalogoError) if kind.__module__ in (errors.__name__, access_errors.__name__)]


def test_codes_are_unique():
    codes = [kind.code for kind in KINDS]

    assert len(codes) == len(set(codes))


@pytest.mark.parametrize("kind", KINDS)
def test_every_error_has_a_message_of_its_own(kind):
    assert kind("").message.strip()
    assert kind.__doc__ != DecalogoError.__doc__ or kind is DecalogoError


def test_an_error_crosses_processes_with_its_facts():
    error = errors.TooManyPagesError("2,001 pages", received=2001, maximum=2000)

    back = pickle.loads(pickle.dumps(error))

    assert (type(back), back.message, back.facts) == (type(error), error.message, error.facts)
