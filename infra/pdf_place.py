"""Where a PDF page lies in its own coordinates, and the way from there to points from its top left corner."""

import msgspec


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

    def shown(self, x0: float, y0: float, x1: float, y1: float) -> tuple[float, float, float, float]:
        """A box of the page's own coordinates as `x0, top, x1, bottom` from the top left, rounded to a tenth."""
        corners = (self._point(x0, y0), self._point(x1, y1))
        xs = sorted(corner[0] for corner in corners)
        ys = sorted(corner[1] for corner in corners)
        return round(xs[0], 1), round(ys[0], 1), round(xs[1], 1), round(ys[1], 1)

    def _point(self, x: float, y: float) -> tuple[float, float]:
        match self.quarter_turns % 4:
            case 1:
                return y - self.bottom, x - self.left
            case 2:
                return self.right - x, y - self.bottom
            case 3:
                return self.top - y, self.right - x
            case _:
                return x - self.left, self.top - y
