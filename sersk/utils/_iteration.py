"""Walking through things that come one after the other."""

_END = object()


def mark_last(items):
    """Tell of each item whether it is the last.

    Parameters
    ----------
    items : iterable
        Any number of items.

    Yields
    ------
    item : object
        The item.
    is_last : bool
        Whether none follows.
    """
    items = iter(items)
    item = next(items, _END)
    while item is not _END:
        following = next(items, _END)
        yield item, following is _END
        item = following
