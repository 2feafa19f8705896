"""Serving the page: opening the library behind it, who may come in, its tools for programs."""
