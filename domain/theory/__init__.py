"""A plan's theory of change, point by point: what it shows as a graph, what is missing, and the drawing of it."""

from domain.theory.graph import build
from domain.theory.model import LEVELS, LINKS, POINTS, Bond, Edge, Gap, Level, Link, Node, Refusal, Theory
from domain.theory.order import cycles

__all__ = [
    "LEVELS",
    "LINKS",
    "POINTS",
    "Bond",
    "Edge",
    "Gap",
    "Level",
    "Link",
    "Node",
    "Refusal",
    "Theory",
    "build",
    "cycles",
]
