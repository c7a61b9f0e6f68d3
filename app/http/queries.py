"""Query parameters as a struct: each is known, given once unless it is a list, and of its type."""

from datetime import datetime
from typing import Any, TypeVar, get_origin

import msgspec
from litestar import Request

from app.http.bodies import invalid
from app.http.wire import When
from domain.errors import ValidationFailedError

_T = TypeVar("_T", bound=msgspec.Struct)


def read_query(request: Request[Any, Any, Any], kind: type[_T]) -> _T:
    """The parameters of this request. Raises ValidationFailedError, for one that nobody knows too."""
    given = request.query_params.dict()
    fields = {field.name: field for field in msgspec.structs.fields(kind)}
    read: dict[str, Any] = {}
    for name, values in given.items():
        many = name in fields and get_origin(fields[name].type) is tuple
        if len(values) > 1 and not many:
            raise ValidationFailedError(f"The query parameter {name[:100]} is given more than once")
        read[name] = values if many else values[0]
    try:
        return msgspec.convert(read, kind, strict=False)
    except msgspec.ValidationError as error:
        raise invalid(error) from error


def moment(text: str, name: str) -> datetime:
    """A time with its zone, as RFC 3339 writes it. Raises ValidationFailedError."""
    try:
        return msgspec.convert(text, When)
    except msgspec.ValidationError as error:
        raise ValidationFailedError(f"{name} is no time with a zone: {text}", path=f"$.{name}") from error
