"""Every way to change one value of a file."""

import json


def leaves(data, path=()):
    """The path of every value that is not itself a list or an object, empty ones included."""
    if isinstance(data, list):
        data = dict(enumerate(data))
    members = data.items() if isinstance(data, dict) else ()
    found = [leaf for name, member in members for leaf in leaves(member, (*path, name))]
    return found or [path]


def at(data, path):
    for name in path:
        data = data[name]
    return data


def variants(value):
    """What someone might put in the place of a value."""
    if isinstance(value, bool):
        return [not value, None]
    if isinstance(value, int):
        return [value + 1, str(value)]
    if value is None:
        return [0, "x", "2026-09-30T00:00:00Z"]
    if isinstance(value, str):
        other_year = [value.replace("2026", "2025")] if value.endswith("Z") else []
        return [*other_year, value[:-1] + ("1" if value[-1:] == "0" else "0"), "", None]
    return [[1], {"a": 1}, None]


def changed(data, path, value):
    """The file with one value replaced, as text."""
    holder, name = at(data, path[:-1]), path[-1]
    before, holder[name] = holder[name], value
    text = json.dumps(data)
    holder[name] = before
    return text


def mutations(data):
    """All pairs of a path and another value for it."""
    return [
        (path, value)
        for path in leaves(data)
        for value in variants(at(data, path))
        if value != at(data, path) or type(value) is not type(at(data, path))
    ]
