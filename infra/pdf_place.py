"""Where a PDF page lies in its own coordinates, and the way from there to points from its top left corner."""

import msgspec
import numpy as np
from numpy.typing import NDArray

_NEARLY_HALF = 1e-6
_EXACT = 1e8  # numbers below it keep more decimals than the test for a half needs


class Shared(dict[float, float]):
    """The numbers of a document, each kept once: places are tenths, of which a few thousand make all its words.

    Zeros are not kept, for -0.0 and 0.0 are equal but not the same.
    """

    def __missing__(self, value: float) -> float:
        if value:
            self[value] = value
        return value

    def of(self, column: NDArray[np.float64]) -> list[float]:
        """The numbers of a column."""
        return list(map(self.__getitem__, column.tolist()))


class PagePlace(msgspec.Struct, frozen=True, kw_only=True):
    """The visible box of a page in its own coordinates (y upwards); it is shown turned clockwise by `quarter_turns`."""

    left: float
    bottom: float
    right: float
    top: float
    quarter_turns: int = 0

    @property
    def width(self) -> float:
        """As shown, in points."""
        return abs(self.top - self.bottom if self.quarter_turns % 2 else self.right - self.left)

    @property
    def height(self) -> float:
        """As shown, in points."""
        return abs(self.right - self.left if self.quarter_turns % 2 else self.top - self.bottom)

    @property
    def area(self) -> float:
        """In square points."""
        return self.width * self.height

    def shown(self, boxes: NDArray[np.float64]) -> NDArray[np.float64]:
        """Boxes `x0, y0, x1, y1` of the page's own coordinates, one a row, as `x0, top, x1, bottom` from the top left.

        Rounded to a tenth.
        """
        x0, y0 = self._points(boxes[:, 0], boxes[:, 1])
        x1, y1 = self._points(boxes[:, 2], boxes[:, 3])
        return tenths(np.column_stack([np.minimum(x0, x1), np.minimum(y0, y1), np.maximum(x0, x1), np.maximum(y0, y1)]))

    def _points(
        self, x: NDArray[np.float64], y: NDArray[np.float64]
    ) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        match self.quarter_turns % 4:
            case 1:
                return y - self.bottom, x - self.left
            case 2:
                return self.right - x, y - self.bottom
            case 3:
                return self.top - y, self.right - x
            case _:
                return x - self.left, self.top - y


def tenths(values: NDArray[np.float64]) -> NDArray[np.float64]:
    """What `round(value, 1)` gives for each value.

    Python rounds by the decimal digits of a number. Multiplying by ten is faster and differs only where the product
    comes to lie on a half, so that just these few are left to Python.
    """
    tenfold = values * 10
    rounded = np.rint(tenfold) / 10
    whole = np.floor(tenfold)
    clear = (np.abs(tenfold - whole - 0.5) > _NEARLY_HALF) & (np.abs(values) < _EXACT)
    if not clear.all():
        rounded[~clear] = [round(value, 1) for value in values[~clear].tolist()]
    return rounded
