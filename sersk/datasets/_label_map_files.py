"""Label maps written by hand, in YAML."""

from sersk.exceptions import ManifestError

_WAY_OUT = (
    "Write a line per class, naming what it is made of, such as "
    "'positive: [happiness, {surprise: 0.5}]'."
)


def read_label_map(path):
    """Read the weights of a label map.

    What is read is the text itself, not what YAML makes of it: a class may be called ``no`` in
    quotes, and without them the message can say why not.

    Parameters
    ----------
    path : Path
        A YAML file in UTF-8, of the form that `find_label_map` describes.

    Returns
    -------
    weights : dict of str to dict of str to float
        For each target, its sources and their weights.

    Raises
    ------
    ManifestError
        When there is no such file, or it is not of that form.
    """
    root = _parse(_read_text(path), path)
    weights = {}
    for target, made_of in _read_mapping(root, path):
        name = _read_word(target, path)
        if name in weights:
            raise _fault(path, target, f"the class {name!r} comes twice")
        weights[name] = _read_sources(made_of, path, name)
    return weights


def _read_text(path):
    try:
        return path.read_text(encoding="utf-8")
    except FileNotFoundError as error:
        raise ManifestError(f"There is no file {str(path)!r}. Name a label map.") from error
    except UnicodeDecodeError as error:
        raise ManifestError(f"{path} is not UTF-8 text. Save it as YAML in UTF-8.") from error
    except OSError as error:
        raise ManifestError(f"Cannot read {path}: {error.strerror}. Name a label map.") from error


def _parse(text, path):
    """Give the uppermost node of a YAML document."""
    import yaml

    try:
        root = yaml.compose(text, Loader=yaml.SafeLoader)
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        line = "" if mark is None else f"line {mark.line + 1}: "
        reason = getattr(error, "problem", None) or getattr(error, "reason", "not readable")
        raise ManifestError(f"{path} is not well-formed YAML: {line}{reason}.") from error
    except RecursionError as error:
        raise ManifestError(f"{path} is not a label map: it is nested too deeply.") from error
    if root is None:
        raise ManifestError(f"{path} is empty. {_WAY_OUT}")
    return root


def _fault(path, node, reason):
    line = node.start_mark.line + 1
    return ManifestError(f"{path} is not a label map: line {line}: {reason}. {_WAY_OUT}")


def _kind(node):
    """Give what YAML takes a node for: str, bool, seq, map, or a tag of another origin."""
    return node.tag.removeprefix("tag:yaml.org,2002:")


def _read_mapping(node, path):
    if _kind(node) != "map":
        raise _fault(path, node, f"classes must be names with a colon. Got a {node.id} instead")
    return node.value


def _read_word(node, path):
    if node.id != "scalar":
        raise _fault(path, node, f"a class must be a word. Got a {node.id} instead")
    if _kind(node) != "str":
        raise _fault(
            path,
            node,
            f"a class must be a word. Got {node.value or 'nothing'} instead, which YAML reads as "
            f"{_kind(node)}; a class of that name goes in quotes",
        )
    return node.value


def _read_sources(node, path, target):
    """Read what a class is made of: a word, a mapping to weights, or a list of either."""
    if _kind(node) == "seq":
        parts = node.value
        if not parts:
            raise _fault(path, node, f"the class {target!r} is made of nothing")
    else:
        parts = [node]
    sources = {}
    for part in parts:
        pairs = part.value if _kind(part) == "map" else [(part, None)]
        for word, weight in pairs:
            source = _read_word(word, path)
            if source in sources:
                raise _fault(path, word, f"the class {target!r} names {source!r} twice")
            sources[source] = 1.0 if weight is None else _read_weight(weight, path, source)
    return sources


def _read_weight(node, path, source):
    try:
        return float(node.value)
    except (TypeError, ValueError) as error:
        got = node.value or "nothing" if node.id == "scalar" else f"a {node.id}"
        raise _fault(
            path, node, f"the weight of {source!r} must be a number in (0, 1]. Got {got} instead"
        ) from error
