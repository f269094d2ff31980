"""Notations: diagrams as text, nested formats, build files, routes, graph formats."""
