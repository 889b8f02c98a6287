"""The code that Jinja generates for marked letters: the press's busiest.

So what it does most is written out instead of called: values between signs, keys of dicts, fields of
records, values that have no signs to take off, texts of `say`; and what a template prints between two
of its statements goes out in one.
"""

from collections.abc import Sequence
from dataclasses import fields, is_dataclass
from keyword import iskeyword
from typing import Any

from jinja2 import nodes
from jinja2.compiler import CodeGenerator, Frame
from jinja2.runtime import LoopContext

from pipelines.press.environment import OF_EVERY_DICT
from pipelines.press.signs import DRAWN, SIGN

BARE = "-bare"
"""The filter that takes signs off: a name that no template can write."""
_OF_LOOPS = frozenset(("first", "last", "index", "index0", "revindex", "revindex0", "length", "depth"))


class _Fields(dict[type, frozenset[str]]):
    """What can be read off a value of a type as it is: the fields of records, and the counters of loops."""

    def __missing__(self, kind: type) -> frozenset[str]:
        names = frozenset(one.name for one in fields(kind)) if is_dataclass(kind) else frozenset()
        found = self[kind] = _OF_LOOPS if kind is LoopContext else names
        return found


FIELDS = _Fields()


class MarkedCode(CodeGenerator):
    """Prints with `printed` where Jinja has `escape`; constants stay as they are.

    Jinja names what it calls for a node after the node's class.
    """

    def visit_Output(self, node: nodes.Output, frame: Frame) -> None:  # noqa: N802
        """Everything that one statement prints, joined when it is more than one thing."""
        if frame.require_output_check:
            if self.has_known_extends:
                return
            self.writeline("if parent_template is None:")
            self.indent()
        parts = self._parts(node, frame)
        if frame.buffer is not None:
            self.writeline(f"{frame.buffer}.extend((", node)
        else:
            self.writeline("yield concat((" if len(parts) > 1 else "yield (", node)
        self.indent()
        for part in parts:
            self.newline(None if isinstance(part, str) else part)
            if isinstance(part, str):
                self.write(repr(part))
            else:
                self._print(part, frame)
            if len(parts) > 1 or frame.buffer is not None:
                self.write(",")
        self.outdent()
        self.writeline("))" if len(parts) > 1 or frame.buffer is not None else ")")
        if frame.require_output_check:
            self.outdent()

    def _parts(self, node: nodes.Output, frame: Frame) -> Sequence[str | nodes.Expr]:
        """The words of the template, neighbours joined, and what has to be worked out."""
        finalize = self._make_finalize()
        parts: list[str | nodes.Expr] = []
        for child in node.nodes:
            try:
                words = self._output_child_to_const(child, frame, finalize)
            except Exception:  # Jinja leaves to the letter what cannot be known before, errors too.
                parts.append(child)
                continue
            before = parts[-1] if parts else None
            if isinstance(before, str):
                parts[-1] = before + words
            else:
                parts.append(words)
        return parts

    def _print(self, node: nodes.Expr, frame: Frame) -> None:
        text = _text_of_say(node)
        if text is not None:
            self._say(node, text, frame, "environment.printed(", ")")
            return
        self.write(f"(f{f'{SIGN}{{shown}}{SIGN}'!r} if type(shown := ")
        self.visit(node, frame)
        self.write(f") is str and {SIGN!r} not in shown and {DRAWN!r} not in shown")
        self.write(" else shown if type(shown) is Markup else environment.printed(shown))")

    def visit_Getattr(self, node: nodes.Getattr, frame: Frame) -> None:  # noqa: N802
        """A dict's key or a record's field at once; all else as Jinja has it."""
        key = node.attr
        if key in OF_EVERY_DICT:
            super().visit_Getattr(node, frame)
            return
        self.write(f"(of[{key!r}] if type(of := ")
        self.visit(node.node, frame)
        self.write(f") is dict and {key!r} in of else ")
        if not iskeyword(key):
            self.write(f"of.{key} if {key!r} in environment.fields[type(of)] else ")
        self.write(f"environment.getattr(of, {key!r}))")

    def visit_Getitem(self, node: nodes.Getitem, frame: Frame) -> None:  # noqa: N802
        """One of some rows at once; all else as Jinja has it."""
        number = node.arg.value if isinstance(node.arg, nodes.Const) else None
        if type(number) is not int or number < 0:
            super().visit_Getitem(node, frame)
            return
        self.write(f"(of[{number}] if type(of := ")
        self.visit(node.node, frame)
        self.write(f") in environment.rows and len(of) > {number} else environment.getitem(of, {number}))")

    def visit_Filter(self, node: nodes.Filter, frame: Frame) -> None:  # noqa: N802
        """`bare` only where it can have something to do."""
        if node.name != BARE or node.node is None:
            super().visit_Filter(node, frame)
            return
        self.write("(environment.bare(seen) if isinstance(seen := ")
        self.visit(node.node, frame)
        self.write(", Markup) else seen)")

    def visit_Test(self, node: nodes.Test, frame: Frame) -> None:  # noqa: N802
        """`is none` at once; all else as Jinja has it."""
        if node.name != "none" or node.args or node.kwargs or node.dyn_args or node.dyn_kwargs:
            super().visit_Test(node, frame)
            return
        self.write("(")
        self.visit(node.node, frame)
        self.write(" is None)")

    def visit_Concat(self, node: nodes.Concat, frame: Frame) -> None:  # noqa: N802
        """Texts at once; markup as Jinja has it."""
        self.write("environment.joined((")
        for part in node.nodes:
            self.visit(part, frame)
            self.write(", ")
        self.write("))")

    def visit_Call(  # noqa: N802
        self, node: nodes.Call, frame: Frame, forward_caller: bool = False
    ) -> None:
        """A text of `say` or a dict's `get` at once; all else as Jinja has it."""
        if forward_caller:
            super().visit_Call(node, frame, forward_caller=True)
        elif (text := _text_of_say(node)) is not None:
            self._say(node, text, frame, "(", ")")
        elif isinstance(node.node, nodes.Name) and node.node.name == "say":
            self.write("(environment.say if type(say := ")
            self._call_say(node, frame)
        elif _gets_from_dict(node):
            assert isinstance(node.node, nodes.Getattr)
            self.write("(environment.made(of.get(")
            self._arguments(node, frame)
            self.write(")) if type(of := ")
            self.visit(node.node.node, frame)
            self.write(") is dict else context.call(environment.getattr(of, 'get'), ")
            self._arguments(node, frame)
            self.write("))")
        else:
            super().visit_Call(node, frame)

    def _say(self, node: nodes.Expr, key: str, frame: Frame, before: str, behind: str) -> None:
        """A text that has only words comes from the table; any other between `before` and `behind`."""
        assert isinstance(node, nodes.Call)
        self.write(f"(say.words[{key!r}] if type(say := ")
        self.visit(node.node, frame)
        self.write(f") is environment.sayer and {key!r} in say.words else {before}")
        self.write("(environment.say if type(say) is environment.sayer else context.call)(say")
        self.signature(node, frame)
        self.write(f"){behind})")

    def _call_say(self, node: nodes.Call, frame: Frame) -> None:
        self.visit(node.node, frame)
        self.write(") is environment.sayer else context.call)(say")
        self.signature(node, frame)
        self.write(")")

    def _arguments(self, node: nodes.Call, frame: Frame) -> None:
        for argument in node.args:
            self.visit(argument, frame)
            self.write(", ")


def _text_of_say(node: nodes.Node) -> str | None:
    """The key, when the node is `say('key')` with nothing else."""
    if not isinstance(node, nodes.Call) or node.kwargs or node.dyn_args or node.dyn_kwargs:
        return None
    match node.node, node.args:
        case nodes.Name(name="say"), [nodes.Const(value=str(key))]:
            return key
    return None


def _gets_from_dict(node: nodes.Call) -> bool:
    """Whether the node is `.get('key')` or `.get('key', 'default')`."""
    called: Any = node.node
    plain = not (node.kwargs or node.dyn_args or node.dyn_kwargs) and len(node.args) in (1, 2)
    is_get = isinstance(called, nodes.Getattr) and called.attr == "get"
    return is_get and plain and all(isinstance(argument, nodes.Const) for argument in node.args)
