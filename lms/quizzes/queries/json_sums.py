"""Points that stand in JSON, added up by the database: no page has to read every mark to know how far they are."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.functions import FunctionElement


class PointsGiven(FunctionElement[int]):
    """Points of a mark on all criteria, of ``AnswerMark.points``."""

    type = sa.Integer()
    inherit_cache = True


class PointsPossible(FunctionElement[int]):
    """Points that a rubric brings at most, of the ``settings`` of its question; see ``rubric.possible_of``."""

    type = sa.Integer()
    inherit_cache = True


@compiles(PointsGiven, "sqlite")
def _given_on_sqlite(element: PointsGiven, compiler: Any, **options: Any) -> str:
    rows = sa.func.json_each(*element.clauses).table_valued("value")
    return _sum(rows.c.value, compiler, options)


@compiles(PointsGiven, "postgresql")
def _given_on_postgresql(element: PointsGiven, compiler: Any, **options: Any) -> str:
    rows = sa.func.json_each_text(*element.clauses).table_valued("key", "value")
    return _sum(sa.cast(rows.c.value, sa.Integer), compiler, options)


@compiles(PointsPossible, "sqlite")
def _possible_on_sqlite(element: PointsPossible, compiler: Any, **options: Any) -> str:
    rows = sa.func.json_each(*element.clauses, "$.criteria").table_valued("value")
    return _sum(sa.func.json_extract(rows.c.value, "$.points"), compiler, options)


@compiles(PointsPossible, "postgresql")
def _possible_on_postgresql(element: PointsPossible, compiler: Any, **options: Any) -> str:
    (settings,) = element.clauses
    rows = sa.func.json_array_elements(settings["criteria"]).table_valued(sa.column("value", sa.JSON))
    return _sum(rows.c.value["points"].as_integer(), compiler, options)


def _sum(values: Any, compiler: Any, options: dict[str, Any]) -> str:
    return str(compiler.process(sa.select(sa.func.sum(values)).scalar_subquery(), **options))
