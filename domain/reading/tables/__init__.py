"""Tables on pages: rows rebuilt from geometry, with their header bound to their cells."""

from domain.reading.tables.finding import find_tables
from domain.reading.tables.join import join_pages
from domain.reading.tables.shapes import GridCell, GridRow, GridTable

__all__ = ["GridCell", "GridRow", "GridTable", "find_tables", "join_pages"]
