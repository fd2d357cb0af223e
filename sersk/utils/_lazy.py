"""Names of a package that are imported when they are first touched."""

import importlib


def make_lazy(package, submodules):
    """Make what a package needs to import its names only when they are touched.

    Parameters
    ----------
    package : str
        Full name of the package.
    submodules : dict of str to str
        For each public name the submodule where it lives.

    Returns
    -------
    getattr_ : callable
        The ``__getattr__`` of the package.
    dir_ : callable
        Its ``__dir__``.
    """

    def getattr_(name):
        if name in submodules:
            return getattr(importlib.import_module(f"{package}.{submodules[name]}"), name)
        raise AttributeError(f"module {package!r} has no attribute {name!r}")

    def dir_():
        return sorted(submodules)

    return getattr_, dir_
