"""Jinja that prints a letter with signs round its values (see `press.signs`).

Signs may never be seen by an expression, or the letter would take another path than the plain one:
a macro's result is compared, counted, cut. Therefore each operand of each expression is sent
through `bare`, which takes the signs off. Only what hands a value on without looking at it keeps
them: names, assignments, the branches of a conditional expression, arguments of macros and of
`say`. `LOOKS_AT` says which is which for all of Jinja's syntax.
"""

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from jinja2 import nodes
from jinja2.runtime import BlockReference, Context, LoopContext, Macro
from markupsafe import Markup

from pipelines.press import signs
from pipelines.press.environment import LetterEnvironment
from pipelines.press.formats import filters
from pipelines.press.marked_code import BARE, FIELDS, MarkedCode
from pipelines.press.signs import Unmarkable, bare, made
from pipelines.press.texts import Sayer, markup

LOOKS_AT: dict[type[nodes.Node], tuple[str, ...]] = {
    nodes.BinExpr: ("left", "right"),
    nodes.UnaryExpr: ("node",),
    nodes.Concat: ("nodes",),
    nodes.Compare: ("expr",),
    nodes.Operand: ("expr",),
    nodes.CondExpr: ("test",),
    nodes.Filter: ("node", "args", "dyn_args"),
    nodes.Test: ("node", "args", "dyn_args"),
    nodes.Getitem: ("node",),
    nodes.Tuple: ("items",),
    nodes.List: ("items",),
    nodes.Pair: ("key", "value"),
    nodes.If: ("test",),
    nodes.For: ("iter", "test"),
    nodes.Include: ("template",),
    nodes.Extends: ("template",),
    nodes.Import: ("template",),
    nodes.FromImport: ("template",),
}
"""Where a template's syntax looks at a value. What is not here hands values on (or, as attributes,
indices and calls do, has `bare` at run time)."""

_MADE, _REMADE = "-made", "-remade"
_MAY_HAVE_SIGNS = (nodes.Name, nodes.Getattr, nodes.Getitem, nodes.Call, nodes.CondExpr)
_MAY_MAKE_MARKUP = (nodes.Filter, nodes.Concat, nodes.Add, nodes.Mod)
_WITHOUT_SIGNS = frozenset((dict, list, tuple))
_MAKES_NONE = {BARE, _MADE, _REMADE, *filters("en", "SE"), "length", "list", "sum", "int"}


class _Sight(Context):
    """Calls: macros and texts get their arguments with signs, all others without."""

    def call(self, f: Callable[..., Any], /, *args: Any, **kwargs: Any) -> Any:
        """What `f` gives; see jinja2.runtime.Context.call."""
        kind = type(f)
        if kind is Sayer or kind is Macro:
            kwargs.pop("_loop_vars", None)
            kwargs.pop("_block_vars", None)
            return f(*args, **kwargs) if kind is Sayer else self._printed_by(f, args, kwargs)
        if f is range:
            return range(*map(bare, args))
        args = tuple(map(bare, args))
        kwargs = {name: bare(value) for name, value in kwargs.items()}
        given = super().call(f, *args, **kwargs)
        return given if kind is BlockReference or kind is LoopContext else made(given)

    def _printed_by(self, macro: Any, args: tuple[Any, ...], named: Mapping[str, Any]) -> Markup:
        """What a macro prints; at once where it gets as many arguments as it has, and nothing else."""
        more = macro.caller or macro.catch_kwargs or macro.catch_varargs
        if more or named or len(args) != len(macro.arguments):
            return macro(self.eval_ctx, *args, **named)  # type: ignore[no-any-return]
        return markup(macro._func(*args))


class MarkedEnvironment(LetterEnvironment):
    """The letters' Jinja, printing values between signs."""

    code_generator_class = MarkedCode
    context_class = _Sight
    printed = staticmethod(signs.printed)
    bare = staticmethod(bare)
    made = staticmethod(made)
    joined = staticmethod(signs.joined)
    fields = FIELDS
    rows = frozenset((list, tuple))
    say = staticmethod(Sayer.__call__)
    sayer = Sayer

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.filters |= {BARE: bare, _MADE: made, _REMADE: signs.remade}

    def getattr(self, obj: Any, attribute: str) -> Any:
        """As LetterEnvironment has it, of the bare value."""
        obj = bare(obj)
        try:
            return getattr(obj, attribute)
        except AttributeError:
            return super().getattr(obj, attribute)

    def getitem(self, obj: Any, argument: Any) -> Any:
        """As Jinja has it, of the bare value at the bare index."""
        try:
            if type(obj) in _WITHOUT_SIGNS:  # and an argument with signs is no key of theirs
                return obj[argument]
            return bare(obj)[bare(argument)]
        except (AttributeError, TypeError, LookupError):
            return super().getitem(bare(obj), bare(argument))

    def symbol(self, kind: str) -> Callable[..., Markup]:
        """What a template calls to draw a symbol of that kind: it leaves a place."""
        return lambda payload, *sizes: signs.place(kind, payload, sizes)

    def _parse(self, source: str, name: str | None, filename: str | None) -> nodes.Template:
        """The template with its operands sent through `bare`; raises Unmarkable."""
        tree = super()._parse(source, name, filename)
        if tree.find(nodes.EvalContextModifier):
            raise Unmarkable("a template switches escaping off")
        if any(isinstance(block.target, nodes.NSRef) for block in tree.find_all(nodes.AssignBlock)):
            raise Unmarkable("a template keeps a block of text in a namespace")
        if any(map(signs.has_signs, _words(tree))):
            raise Unmarkable("a template holds a code point that no text may hold")
        for node in list(tree.find_all(nodes.Node)):
            _send_through(node)
        return tree


def _words(tree: nodes.Template) -> Iterator[str]:
    yield from (node.data for node in tree.find_all(nodes.TemplateData))
    yield from (node.value for node in tree.find_all(nodes.Const) if isinstance(node.value, str))


def _send_through(node: nodes.Node) -> None:
    """Wraps the operands of one node."""
    looked_at = _looked_at(node)
    for field, value in list(node.iter_fields()):
        looks = field in looked_at
        if isinstance(value, list):
            setattr(node, field, [_sent(part, looks) for part in value])
        else:
            setattr(node, field, _sent(value, looks))
    if isinstance(node, nodes.Filter | nodes.Test):
        for keyword in node.kwargs:
            keyword.value = _sent(keyword.value, True)
    if isinstance(node, nodes.FilterBlock) or (isinstance(node, nodes.AssignBlock) and node.filter):
        _filter_block(node)


def _looked_at(node: nodes.Node) -> tuple[str, ...]:
    if isinstance(node, nodes.Tuple) and node.ctx != "load":
        return ()
    if isinstance(node, nodes.Assign) and not isinstance(node.target, nodes.Name):
        # Taken apart into several names, or kept where a program's view of it can be printed.
        return ("node",)
    if isinstance(node, nodes.With) and not all(isinstance(target, nodes.Name) for target in node.targets):
        return ("values",)
    return next((LOOKS_AT[kind] for kind in type(node).__mro__ if kind in LOOKS_AT), ())


def _sent(value: Any, looks: bool) -> Any:
    if isinstance(value, _MAY_MAKE_MARKUP):
        none = isinstance(value, nodes.Filter) and value.name in _MAKES_NONE
        return value if none else _through(_MADE, value)
    return _through(BARE, value) if looks and isinstance(value, _MAY_HAVE_SIGNS) else value


def _filter_block(node: nodes.FilterBlock | nodes.AssignBlock) -> None:
    """The filters of a block see its text without signs, and the template prints what they give."""
    innermost = node.filter
    while innermost is not None and innermost.node is not None:
        innermost = innermost.node  # type: ignore[assignment]  # only filters stand here
    assert innermost is not None
    innermost.node = _through(BARE, None)
    node.filter = _through(_REMADE, node.filter)


def _through(name: str, value: nodes.Expr | None) -> nodes.Filter:
    return nodes.Filter(value, name, [], [], None, None, lineno=value.lineno if value else 1)
