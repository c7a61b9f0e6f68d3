"""Causes and effects, means and ends: the markers, how far each side reaches, and what a reader would mark."""
