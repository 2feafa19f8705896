"""Gradio begun in two thirds of the time: what nobody uses of it is left out.

As it defines a component, Gradio parses that component's source and renders a type stub (.pyi) beside it, to
help whoever writes code against it: some eighty times at every start, about a second. Nothing at run time
reads what comes of it. A hook in the import system leaves out that one function; where a later Gradio has
none of that name, it does nothing.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from importlib.abc import Loader, MetaPathFinder
from importlib.machinery import ModuleSpec, PathFinder
from types import ModuleType

_MODULE = "gradio.component_meta"
_FUNCTION = "create_or_modify_pyi"


def prepare() -> None:
    """To be called before Gradio is imported for the first time; later it has no effect."""
    if _MODULE not in sys.modules and not any(isinstance(one, _Finder) for one in sys.meta_path):
        sys.meta_path.insert(0, _Finder())


class _Finder(MetaPathFinder):
    def find_spec(
        self, fullname: str, path: Sequence[str] | None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        if fullname != _MODULE:
            return None
        sys.meta_path.remove(self)
        spec = PathFinder.find_spec(fullname, path, target)
        if spec is not None and spec.loader is not None:
            spec.loader = _Loader(spec.loader)
        return spec


class _Loader(Loader):
    def __init__(self, real: Loader) -> None:
        self._real = real

    def create_module(self, spec: ModuleSpec) -> ModuleType | None:
        return self._real.create_module(spec)

    def exec_module(self, module: ModuleType) -> None:
        self._real.exec_module(module)
        if hasattr(module, _FUNCTION):
            setattr(module, _FUNCTION, _nothing)


def _nothing(*_: object, **__: object) -> None:
    """In place of what is left out."""


@contextmanager
def without_mcp() -> Iterator[None]:
    """Around the first import of Gradio by a page that does not speak MCP: Gradio imports that library
    wherever it is installed, an eighth of its own time."""
    if "gradio" in sys.modules or "mcp" in sys.modules:
        yield
        return
    sys.modules["mcp"] = None  # type: ignore[assignment]  # so the import system says that there is none
    try:
        yield
    finally:
        del sys.modules["mcp"]


@contextmanager
def unserved() -> Iterator[None]:
    """Around the laying out of a page: Gradio makes a whole server at its beginning and another at its end,
    of which it uses neither, for ``launch`` makes one again."""
    from gradio.routes import App

    real = App.create_app
    setattr(App, "create_app", staticmethod(_nothing))  # noqa: B010  (to a type checker it is a method)
    try:
        yield
    finally:
        setattr(App, "create_app", staticmethod(real))  # noqa: B010
