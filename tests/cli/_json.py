"""JSON as the standard has it, which NaN is not in."""

import json


def read_json(path):
    """Read a file, and fail at what other programs could not read."""

    def fail(constant):
        raise AssertionError(f"{constant} is not JSON.")

    return json.loads(path.read_text(encoding="utf-8"), parse_constant=fail)
