"""Where a figure is printed in a text: sought as it stands, since a pattern for each figure costs more to make."""

import re
from collections.abc import Iterator

_LONGER = re.compile(r"[.,]?\d")


def printed(text: str, figure: str, start: int = 0, end: int | None = None) -> Iterator[int]:
    """Where the figure begins in `text[start:end]`, in order, but not as the last part of a longer one."""
    at = text.find(figure, start, end)
    while at >= 0:
        if at == 0 or not (text[at - 1] in ".," or text[at - 1].isdecimal()):
            yield at
        at = text.find(figure, at + 1, end)


def goes_on(text: str, at: int) -> bool:
    """Whether a figure that ends at a place is the first part of a longer one."""
    return _LONGER.match(text, at) is not None
