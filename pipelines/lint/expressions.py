"""What a template's expressions come to, without running them: shapes, and names that are not there."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from difflib import get_close_matches
from typing import Any

from jinja2 import Environment, nodes

from pipelines.lint.rules import Rule
from pipelines.lint.shapes import ANYTHING, Leaf, Record, Several, Thing, merged

WILD = "*"
"""Stands in a text for parts that only a letter knows."""


@dataclass(frozen=True)
class Value:
    """What is known of an expression."""

    shape: Thing = ANYTHING
    varies: bool = False
    """Whether letters may show many different values of it; a choice among a few does not count."""
    texts: frozenset[str] = frozenset((WILD,))
    """What it may read when printed."""


@dataclass(frozen=True)
class Callee(Thing):
    """Something that a template calls: a macro, `say`."""

    call: Callable[[nodes.Call, list[Value], dict[str, Value]], Value]


Scope = dict[str, Value]
Report = Callable[[Rule, int, str], None]
"""Takes a rule, a line of the template and a fact."""

UNKNOWN = Value()
DATA = Value(varies=True)

_SAME = frozenset(("list", "sort", "unique", "reverse", "select", "reject", "selectattr", "rejectattr"))
_ONE_OF = frozenset(("first", "last", "random", "min", "max"))
_BY_ATTRIBUTE = frozenset(("selectattr", "rejectattr"))
_KEYED = frozenset(("map", "sum", "sort", "unique", "min", "max", "groupby", "join"))
_COUNTS = frozenset(("length", "count", "int", "round", "abs", "wordcount", "indent"))
_FORGIVING = frozenset(("default", "d"))
_ASKING = frozenset(("defined", "undefined"))


class Expressions:
    """Follows the expressions of one template."""

    def __init__(self, environment: Environment, report: Report) -> None:
        self._environment = environment
        self._report = report

    def value(self, node: nodes.Node | None, scope: Scope) -> Value:
        """What the expression comes to in that scope; reports what it asks for in vain."""
        match node:
            case None:
                return Value()
            case nodes.Const():
                return Value(Leaf(type(node.value)), False, frozenset((str(node.value),)))
            case nodes.TemplateData():
                return Value(Leaf(str), False, frozenset((node.data,)))
            case nodes.Name():
                return self._name(node, scope)
            case nodes.Getattr():
                return self._part(self.value(node.node, scope), node.attr, node)
            case nodes.Getitem():
                return self._item(node, scope)
            case nodes.CondExpr():
                self.value(node.test, scope)
                return _either(self.value(node.expr1, scope), self.value(node.expr2, scope))
            case nodes.Filter():
                return self._filter(node, scope)
            case nodes.Test():
                return self._test(node, scope)
            case nodes.Call():
                return self._call(node, scope)
            case nodes.And() | nodes.Or():
                return _either(self.value(node.left, scope), self.value(node.right, scope))
            case nodes.Compare():
                for part in (node.expr, *(o.expr for o in node.ops)):
                    self.value(part, scope)
                return Value(Leaf(bool))
            case nodes.Not():
                self.value(node.node, scope)
                return Value(Leaf(bool))
            case nodes.Concat():
                return _joined([self.value(part, scope) for part in node.nodes])
            case nodes.Add():
                return _joined([self.value(node.left, scope), self.value(node.right, scope)])
            case nodes.BinExpr():
                both = self.value(node.left, scope), self.value(node.right, scope)
                return Value(varies=any(part.varies for part in both))
            case nodes.Tuple() | nodes.List():
                return self._several([self.value(item, scope) for item in node.items])
            case nodes.Dict():
                return self._dict(node, scope)
            case _:
                found = [self.value(child, scope) for child in node.iter_child_nodes(exclude=("ctx",))]
                return Value(varies=any(part.varies for part in found))

    def _name(self, node: nodes.Name, scope: Scope) -> Value:
        if node.name in scope:
            return scope[node.name]
        if node.name in self._environment.globals:
            return UNKNOWN
        self._report(Rule.NAME_UNKNOWN, node.lineno, f"{node.name}{_hint(node.name, scope)}")
        return DATA

    def _part(self, of: Value, name: str, node: nodes.Node) -> Value:
        shape = of.shape
        if isinstance(shape, Record):
            if name in shape.parts:
                return Value(shape.parts[name], of.varies)
            if not hasattr(shape.type, name):
                self._report(Rule.NAME_UNKNOWN, node.lineno, f"{shape.name}.{name}{_hint(name, shape.parts)}")
        elif isinstance(shape, Leaf) and shape.type is not type(None) and not hasattr(shape.type, name):
            self._report(Rule.NAME_UNKNOWN, node.lineno, f".{name} of a {shape.type.__name__}")
        elif isinstance(shape, Several) and not hasattr(tuple, name) and not hasattr(list, name):
            self._report(Rule.NAME_UNKNOWN, node.lineno, f".{name} of a list; of which element?")
        return Value(varies=of.varies)

    def _item(self, node: nodes.Getitem, scope: Scope) -> Value:
        of, key = self.value(node.node, scope), node.arg
        if isinstance(key, nodes.Slice):
            for part in (key.start, key.stop, key.step):
                self.value(part, scope)
            return replace(of, texts=frozenset((WILD,)))
        self.value(key, scope)
        if isinstance(key, nodes.Const) and isinstance(key.value, str):
            return self._part(of, key.value, node)
        if isinstance(of.shape, Several):
            return Value(of.shape.of, of.varies)
        if isinstance(of.shape, Record):
            found = ANYTHING
            for shape in of.shape.parts.values():
                found = merged(found, shape)
            return Value(found, of.varies)
        return Value(varies=of.varies)

    def _filter(self, node: nodes.Filter, scope: Scope) -> Value:
        if node.name not in self._environment.filters:
            self._report(
                Rule.FILTER_UNKNOWN, node.lineno, f"{node.name}{_hint(node.name, self._environment.filters)}"
            )
        forgiven = (
            node.name in _FORGIVING and isinstance(node.node, nodes.Name) and node.node.name not in scope
        )
        of = UNKNOWN if forgiven else self.value(node.node, scope)
        arguments = [self.value(part, scope) for part in node.args]
        named = {str(pair.key): self.value(pair.value, scope) for pair in node.kwargs}
        varies = of.varies or any(v.varies for v in (*arguments, *named.values()))
        shape = of.shape
        element = Value(shape.of, of.varies) if isinstance(shape, Several) else UNKNOWN
        key = named.get("attribute") or (arguments[0] if node.name in _BY_ATTRIBUTE and arguments else None)
        if key and (node.name in _KEYED or node.name in _BY_ATTRIBUTE):
            element = self._path(element, key, node)
        if node.name == "map":
            return Value(Several(element.shape if "attribute" in named else ANYTHING), varies)
        if node.name in _SAME:
            return Value(shape if isinstance(shape, Several) else Several(ANYTHING), varies)
        if node.name in _ONE_OF:
            return Value(shape.of if isinstance(shape, Several) else ANYTHING, varies)
        if node.name in {"slice", "batch"}:
            return Value(Several(shape), varies)
        if node.name in _FORGIVING:
            return _either(of, arguments[0]) if arguments else of
        if node.name in _COUNTS:
            return Value(Leaf(int), varies)
        return Value(varies=varies)

    def _path(self, element: Value, key: Value, node: nodes.Node) -> Value:
        """The part under a dotted path, such as `attribute='parts.0.amount'`."""
        if len(key.texts) == 1 and WILD not in (path := next(iter(key.texts))):
            for name in path.split("."):
                if name.isdigit():
                    element = Value(element.shape.of) if isinstance(element.shape, Several) else UNKNOWN
                else:
                    element = self._part(element, name, node)
            return element
        return UNKNOWN

    def _test(self, node: nodes.Test, scope: Scope) -> Value:
        if node.name not in self._environment.tests:
            self._report(Rule.FILTER_UNKNOWN, node.lineno, f"is {node.name}")
        if not (node.name in _ASKING and isinstance(node.node, nodes.Name | nodes.Getattr)):
            self.value(node.node, scope)
        for part in node.args:
            self.value(part, scope)
        return Value(Leaf(bool))

    def _call(self, node: nodes.Call, scope: Scope) -> Value:
        called = self.value(node.node, scope)
        arguments = [self.value(part, scope) for part in node.args]
        named = {pair.key: self.value(pair.value, scope) for pair in node.kwargs}
        for part in (node.dyn_args, node.dyn_kwargs):
            self.value(part, scope)
        if isinstance(called.shape, Callee):
            return called.shape.call(node, arguments, named)
        everything = (*arguments, *named.values())
        varies = called.varies or any(part.varies for part in everything)
        match node.node:
            case nodes.Name(name="namespace"):
                return Value(Record("namespace", {key: v.shape for key, v in named.items()}), varies)
            case nodes.Name(name="dict"):
                return Value(Record("dict", {key: v.shape for key, v in named.items()}), varies)
            case nodes.Getattr(attr="get") if arguments:
                of = self.value(node.node.node, scope)
                if isinstance(of.shape, Record) and len(arguments[0].texts) == 1:
                    return Value(of.shape.parts.get(next(iter(arguments[0].texts)), ANYTHING), of.varies)
        return Value(varies=varies)

    def _several(self, items: list[Value]) -> Value:
        found = ANYTHING
        for item in items:
            found = merged(found, item.shape)
        return Value(Several(found), any(item.varies for item in items))

    def _dict(self, node: nodes.Dict, scope: Scope) -> Value:
        pairs = [(self.value(p.key, scope), self.value(p.value, scope)) for p in node.items]
        parts = {next(iter(key.texts)): value.shape for key, value in pairs if len(key.texts) == 1}
        return Value(Record("dict", parts), any(value.varies for _, value in pairs))


def loop(varies: bool) -> Value:
    """Jinja's `loop` in a loop over something that varies, or not."""
    names = (
        "index", "index0", "revindex", "revindex0", "first", "last", "length", "depth", "depth0",
        "previtem", "nextitem", "cycle", "changed",
    )  # fmt: skip
    return Value(Record("loop", dict.fromkeys(names, ANYTHING), object), varies)


def _missing(node: nodes.Node | None, scope: Scope) -> bool:
    """Whether it is a name, or a part of something, that `default` may find missing."""
    return isinstance(node, nodes.Getattr) or (isinstance(node, nodes.Name) and node.name not in scope)


def _either(one: Value, other: Value) -> Value:
    return Value(merged(one.shape, other.shape), one.varies or other.varies, one.texts | other.texts)


def _joined(parts: list[Value]) -> Value:
    texts = {""}
    for part in parts:
        texts = {a + b for a in texts for b in part.texts}
        if len(texts) > 64:  # more is no choice of a designer's
            texts = {WILD}
    return Value(varies=any(part.varies for part in parts), texts=frozenset(texts))


def _hint(name: str, known: Mapping[str, Any]) -> str:
    close = get_close_matches(name, known, n=1)
    return f" (is it {close[0]}?)" if close else ""
