"""What the data of a figure have to hold, so that its drawing is whole and the same in both languages."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

Data = Mapping[str, Any]
LONGEST_LABEL, LONGEST_TEXT = 32, 90
#: Columns and rows that a map may have.
MAP = (6, 9)
#: Columns and rows of a plan.
PLAN = (6, 8)
_CHARTS = ("bars",)


def faults(data: Data) -> list[str]:
    """What is wrong in one file, with what to do."""
    found = [
        f"{key} is missing: a figure is read without seeing it"
        for key in ("title", "description", "source")
        if not data.get(key)
    ]
    kind = data.get("kind", "bars")
    if kind in _CHARTS:
        return found
    if kind not in _RULES:
        return [*found, f"kind {kind} is unknown: use one of {', '.join((*_CHARTS, *_RULES))}"]
    try:
        found += _RULES[kind](data)
        found += _too_long(data)
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        found.append(f"a {kind} cannot be drawn from these data: {error!r}")
    return found


def shape(data: Any) -> Any:
    """What both languages must share: keys, how many, numbers, kinds and tones; words are left out."""
    if isinstance(data, Mapping):
        return {key: value if key in ("kind", "tone") else shape(value) for key, value in data.items()}
    if isinstance(data, list):
        return [shape(value) for value in data]
    return data if isinstance(data, (int, float)) else type(data).__name__


def _too_long(data: Any, key: str = "") -> Iterator[str]:
    if isinstance(data, Mapping):
        for name, value in data.items():
            # What passes between two layers runs over the whole width: it has the room of a text.
            yield from _too_long([link["label"] for link in value] if name == "links" else value, _room_of(name))
    elif isinstance(data, list):
        for value in data:
            yield from _too_long(value, key)
    elif isinstance(data, str):
        most = {"label": LONGEST_LABEL, "text": LONGEST_TEXT, "columns": LONGEST_LABEL, "rows": LONGEST_LABEL}.get(key)
        if most is not None and len(data) > most:
            yield f"« {data} » has {len(data)} letters: {most} at most have room in the drawing"


def _room_of(key: str) -> str:
    return "text" if key in ("points", "links") else key


def _count(name: str, found: Sequence[Any], least: int, most: int) -> Iterator[str]:
    if not least <= len(found) <= most:
        wanted = str(least) if least == most else f"{least} to {most}"
        yield f"{name}: {len(found)} stand here, {wanted} are drawn"


def _items(least: int, most: int, *needed: str) -> Callable[[Data], Iterator[str]]:
    def rule(data: Data) -> Iterator[str]:
        yield from _count("items", data["items"], least, most)
        for item in data["items"]:
            for key in ("label", *needed):
                if item.get(key) in (None, "", []):
                    yield f"an item has no {key}"

    return rule


def _values(least: int, most: int) -> Callable[[Data], Iterator[str]]:
    items = _items(least, most, "value")

    def rule(data: Data) -> Iterator[str]:
        yield from items(data)
        for item in data["items"]:
            if not 0 <= float(item["value"]) <= float(data["max"]):
                yield f"the value of « {item['label']} » is not between 0 and max"

    return rule


def _steps(data: Data) -> Iterator[str]:
    yield from _items(3, 8)(data)
    for zone in data.get("zones") or []:
        if not 1 <= int(zone["from"]) <= int(zone["to"]) <= len(data["items"]):
            yield f"the zone « {zone['label']} » runs from and to items that exist, counted from 1"


def _matrix(data: Data) -> Iterator[str]:
    yield from _count("columns", data["columns"], 2, 3)
    yield from _count("rows", data["rows"], 2, 4)
    yield from _count("lines of cells", data["cells"], len(data["rows"]), len(data["rows"]))
    for line in data["cells"]:
        yield from _count("cells of a line", line, len(data["columns"]), len(data["columns"]))
        for cell in line:
            if cell.get("tone", "calm") not in ("calm", "warn", "strong"):
                yield f"tone {cell['tone']} is unknown: calm, warn or strong"


def _tree(data: Data) -> Iterator[str]:
    def below(node: Data, level: int) -> Iterator[str]:
        if not node["label"]:
            yield "a branch has no label"
        children = node.get("children") or []
        if len(children) > 4:
            yield f"« {node['label']} » has more than four branches"
        if children and level == 3:
            yield f"« {node['label']} » stands on the third level: nothing hangs below it"
        for child in children:
            yield from below(child, level + 1)

    yield from below(data["root"], 1)


def _line(data: Data) -> Iterator[str]:
    yield from _count("points", data["points"], 2, 6)
    for point in data["points"]:
        float(point["value"])
        if point.get("tone", "milestone") not in ("baseline", "milestone", "target"):
            yield f"tone {point['tone']} is unknown: baseline, milestone or target"


def _map(data: Data) -> Iterator[str]:
    yield from _items(4, 16, "at")(data)
    places = [tuple(item["at"]) for item in data["items"]]
    if any(len(place) != 2 or not (0 <= place[0] < MAP[0] and 0 <= place[1] < MAP[1]) for place in places):
        yield f"at: column and row of a square, from 0, {MAP[0]} columns and {MAP[1]} rows at most"
    if len(set(places)) < len(places):
        yield "at: two items stand on one square"


def _plan(data: Data) -> Iterator[str]:
    yield from _items(4, 9, "at", "size")(data)
    if not data["way"]:
        yield "way is missing: what the line through the places says"
    taken: set[tuple[int, int]] = set()
    for item in data["items"]:
        (column, row), (wide, tall) = item["at"], item["size"]
        squares = {(column + right, row + down) for right in range(wide) for down in range(tall)}
        if not squares or not all(0 <= x < PLAN[0] and 0 <= y < PLAN[1] for x, y in squares):
            yield f"« {item['label']} » leaves the plan: {PLAN[0]} columns and {PLAN[1]} rows, counted from 0"
        if squares & taken:
            yield f"« {item['label']} » stands on another place"
        taken |= squares


def _layers(data: Data) -> Iterator[str]:
    yield from _items(2, 5)(data)
    yield from _count("links", data["links"], len(data["items"]) - 1, len(data["items"]) - 1)


_RULES: dict[str, Callable[[Data], Iterator[str]]] = {
    "steps": _steps,
    "timeline": _items(2, 7, "when"),
    "circles": _items(3, 3),
    "matrix": _matrix,
    "pyramid": _items(3, 5),
    "tree": _tree,
    "wheel": _items(5, 8),
    "map": _map,
    "plan": _plan,
    "radar": _values(5, 9),
    "gauges": _values(2, 6),
    "line": _line,
    "columns": _items(2, 4, "points"),
    "blocks": _items(4, 9),
    "layers": _layers,
}
