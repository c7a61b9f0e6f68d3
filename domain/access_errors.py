"""What can go wrong with who asks: keys, addresses, and too much at a time. As in `domain.errors`."""

from domain.errors import CallerError, RetryableError


class AddressBlockedError(CallerError):
    """Requests from this address are refused for a time, because of what came from there."""

    code = "address_blocked"


class TooManyAtOnceError(CallerError):
    """The tenant has too many requests under way at the same time."""

    code = "too_many_at_once"


class OverloadedError(RetryableError):
    """As many requests are being served as this process can; try again soon"""

    code = "overloaded"


class SanctionNotFoundError(CallerError):
    """Nothing holds against this address."""

    code = "address_not_blocked"


class KeyNotFoundError(CallerError):
    """There is no key of this id."""

    code = "key_not_found"


class KeyEndedError(CallerError):
    """The key opens no more, or another has taken its place."""

    code = "key_ended"
