"""The steps of a statement; `chat.compile` says what each is for."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlglot import exp, parse_one

from chat.metrics import METRICS, Metric
from chat.nodes import column, named, number, parse
from chat.periods import Period
from chat.relations import DIMENSIONS, Part, Relation
from chat.scoping import scope_condition

if TYPE_CHECKING:
    from collections.abc import Iterator

    from chat.dialects import Dialect
    from chat.parameters import Parameters
    from chat.query import CostQuery, Filter, MetricFilter
    from chat.scope import Scope

SCOPED, MEASURED, COMPARED = "scoped", "measured", "compared"
ANSWERED = "answered"
# Of how many values of a dimension there is a line.
SPREAD = "spread"
# What stands for no model is run on no cloud.
NAMELESS = ("not_applicable", "unspecified")
SIDE, CURRENT, PREVIOUS = "side", "current", "previous"
_BETWEEN_WORDS = re.compile(r"[\s\-_/]+")


def before(metric: str) -> str:
    """Name the column of a metric in the period that it is compared with."""
    return f"{metric}_before"


@dataclass(kw_only=True)
class Steps:
    """Puts the steps of one statement together."""

    query: CostQuery
    scope: Scope
    dialect: Dialect
    period: Period
    compared: Period | None
    schema: str
    parameters: Parameters

    def __post_init__(self) -> None:
        """See by what the answer has to be split to be one."""
        self.relation: Relation = self.query.relation
        self.metrics: list[Metric] = [METRICS[name] for name in self.query.metrics]
        self.dimensions = list(self.query.dimensions)
        asked = {*self.dimensions, *(one.dimension for one in self.query.filters)}
        parts = self.relation.parts_among(asked)
        if not parts and (self.scope.is_restricted or "status" in asked):
            parts = list(self.relation.parts)
        self.part: Part | None = parts[0] if parts else None
        if self.part and self.part.dimension not in self.dimensions:
            self.dimensions.append(self.part.dimension)
        if self.relation.grain == "month" and "month" not in self.dimensions:
            months = _months(self.period)
            adds_up = all(metric.is_additive for metric in self.metrics)
            if months.first != months.last and not adds_up:
                self.dimensions.append("month")

    def named_steps(self) -> list[tuple[str, exp.Select]]:
        """Give the steps in order; the last one holds the lines of the answer."""
        steps = [(SCOPED, self._scoped()), (MEASURED, self._measured())]
        if self.compared:
            steps.append((COMPARED, self._side_by_side()))
        return [*steps, (ANSWERED, self._answered(steps[-1][0]))]

    def conditions_on_lines(self) -> Iterator[exp.Expr]:
        """Yield what keeps lines of the answer."""
        for kept in self.query.metric_filters:
            yield self._metric_condition(kept)
        if self.query.spread:
            least = self.parameters.bind(self.query.spread.least)
            yield exp.GTE(this=column(SPREAD), expression=least)
            if "model" in self.dimensions:
                names = [exp.Literal.string(name) for name in NAMELESS]
                yield exp.not_(exp.In(this=column("model"), expressions=names))
        for one in self.query.filters:
            if self._picks_lines(one):
                yield self._condition(one, one.dimension)

    def _scoped(self) -> exp.Select:
        table = exp.to_table(f"{self.schema}.{self.relation.mart}")
        rows = exp.select(*(column(name) for name in self._needed())).from_(table)
        if self.compared:
            side = exp.case().when(
                self._within(self.period), exp.Literal.string(CURRENT)
            )
            rows = rows.select(named(side.else_(exp.Literal.string(PREVIOUS)), SIDE))
        own = scope_condition(self.scope, self.parameters)
        rows = rows.where(own) if own is not None else rows
        periods = [self._within(one) for one in (self.period, self.compared) if one]
        rows = rows.where(exp.or_(*periods))
        kept = self.relation.total_when
        kept = self.part.when if self.part else kept
        rows = rows.where(parse(kept)) if kept else rows
        for one in self.query.filters:
            if not self._picks_lines(one):
                name = DIMENSIONS[one.dimension].column or ""
                rows = rows.where(self._condition(one, name))
        return rows

    def _needed(self) -> list[str]:
        """List the mart's columns that later steps use."""
        needed = {self.relation.time_column}
        needed |= {DIMENSIONS[name].column or "" for name in self.dimensions}
        for metric in self.metrics:
            found = parse(metric.expression).find_all(exp.Column)
            needed |= {one.name for one in found}
        return sorted(needed - {""})

    def _within(self, period: Period) -> exp.Expr:
        if self.relation.grain == "month":
            period = _months(period)
        time = column(self.relation.time_column)
        return exp.and_(
            exp.GTE(this=time, expression=self.parameters.bind(period.first)),
            exp.LTE(this=time.copy(), expression=self.parameters.bind(period.last)),
        )

    def _condition(self, one: Filter, name: str) -> exp.Expr:
        if one.operator in {"matches", "not_matches"}:
            contained: exp.Expr = exp.or_(
                *(self._has_words(name, value) for value in one.values)
            )
        else:
            contained = self._is_one_of(one, name)
        if not one.operator.startswith("not"):
            return contained
        # A row without a value is not one of those that are left out.
        return exp.or_(exp.not_(exp.paren(contained)), column(name).is_(exp.null()))

    def _is_one_of(self, one: Filter, name: str) -> exp.Expr:
        part = self.part
        if part and part.ignores_case and part.dimension == one.dimension:
            values = self.parameters.bind_all(value.lower() for value in one.values)
            return exp.In(this=exp.Lower(this=column(name)), expressions=values)
        values = self.parameters.bind_all(one.values)
        return exp.In(this=column(name), expressions=values)

    def _has_words(self, name: str, value: str) -> exp.Expr:
        """Find every word of a value; not by LIKE, whose escapes differ by engine."""
        words = [word for word in _BETWEEN_WORDS.split(value.lower()) if word]
        return exp.and_(
            *(
                exp.GT(
                    this=exp.StrPosition(
                        this=exp.Lower(this=column(name)),
                        substr=self.parameters.bind(word),
                    ),
                    expression=number(0),
                )
                for word in words or [value.lower()]
            )
        )

    def _metric_condition(self, one: MetricFilter) -> exp.Expr:
        operators = {">": exp.GT, ">=": exp.GTE, "<": exp.LT, "<=": exp.LTE}
        value = self.parameters.bind(one.value)
        return operators[one.operator](this=column(one.metric), expression=value)

    def _measured(self) -> exp.Select:
        keys = {name: self._key(name) for name in self.dimensions}
        if self.compared:
            keys[SIDE] = column(SIDE)
        measured = exp.select(*(named(key.copy(), name) for name, key in keys.items()))
        for metric in self.metrics:
            measured = measured.select(named(parse(metric.expression), metric.name))
        measured = measured.from_(exp.to_table(SCOPED))
        return measured.group_by(*keys.values()) if keys else measured

    def _key(self, name: str) -> exp.Expr:
        if not DIMENSIONS[name].is_time:
            return column(DIMENSIONS[name].column or "")
        time = column(self.relation.time_column)
        if name == "day":
            return time
        written = time.sql(dialect=self.dialect.sqlglot, identify=True)
        return parse_one(
            self.dialect.part_of_time(name).format(written),
            dialect=self.dialect.sqlglot,
        )

    def _side_by_side(self) -> exp.Select:
        keys = [column(name) for name in self.dimensions]
        sides = exp.select(*keys)
        for metric in self.metrics:
            for side, name in (
                (CURRENT, metric.name),
                (PREVIOUS, before(metric.name)),
            ):
                is_side = column(SIDE).eq(exp.Literal.string(side))
                value = exp.case().when(is_side, column(metric.name))
                sides = sides.select(named(exp.Max(this=value), name))
        sides = sides.from_(exp.to_table(MEASURED))
        return sides.group_by(*(key.copy() for key in keys)) if keys else sides

    def _answered(self, source: str) -> exp.Select:
        answer = exp.select(*(column(name) for name in self.dimensions))
        for metric in self.metrics:
            value = _growth(metric) if metric.is_growth else _value(metric, metric.name)
            answer = answer.select(named(value, metric.name))
            if self.query.comparison:
                earlier = _value(metric, before(metric.name))
                if self.query.comparison.kind == "average_of_previous":
                    periods = number(self.query.comparison.periods)
                    earlier = exp.Div(this=earlier, expression=periods)
                answer = answer.select(named(earlier, before(metric.name)))
        if self.query.spread:
            answer = answer.select(named(self._lines_alike(), SPREAD))
        return answer.from_(exp.to_table(source))

    def _lines_alike(self) -> exp.Expr:
        """Count the lines that differ in one dimension only."""
        over = self.query.spread.over if self.query.spread else ""
        others = [column(name) for name in self.dimensions if name != over]
        return exp.Window(this=exp.Count(this=exp.Star()), partition_by=others)

    def _picks_lines(self, one: Filter) -> bool:
        """Whether a filter only picks lines: a part's share is of the whole."""
        has_share = any(metric.is_share for metric in self.metrics)
        return has_share and one.dimension in self.dimensions


def _value(metric: Metric, name: str) -> exp.Expr:
    if not metric.is_share:
        return column(name)
    total = exp.Window(this=exp.Sum(this=column(name)))
    return exp.Div(
        this=exp.cast(column(name), exp.DataType.Type.DOUBLE),
        expression=exp.func("nullif", total, number(0)),
    )


def _growth(metric: Metric) -> exp.Expr:
    """Give the change as a part of what was before; null where that was nothing."""
    earlier = exp.func("nullif", column(before(metric.name)), number(0))
    change = exp.Sub(this=column(metric.name), expression=column(before(metric.name)))
    return exp.Div(
        this=exp.cast(exp.paren(change), exp.DataType.Type.DOUBLE), expression=earlier
    )


def _months(period: Period) -> Period:
    return Period(first=period.first.replace(day=1), last=period.last.replace(day=1))
