"""Reads a layout's templates and texts as Jinja would go through them, on every path at once.

Says which names, filters and texts they ask for in vain, and which outputs vary from letter to
letter. Nothing is rendered: conditions count as both true and false.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace

from jinja2 import Environment, nodes

from pipelines.lint.expressions import DATA, UNKNOWN, Callee, Expressions, Scope, Value, loop
from pipelines.lint.findings import Findings
from pipelines.lint.rules import Rule
from pipelines.lint.shapes import ANYTHING, Record, Several, Thing, merged
from pipelines.lint.sources import Files, Source
from pipelines.lint.templates import Template, Templates
from pipelines.lint.texts import Texts

Blocks = dict[str, list[tuple[Template, nodes.Block]]]
"""Blocks by name, the one that counts first."""

DEEPEST = 12
"""Macros that call each other deeper than this are not followed."""

_MACRO_NAMES: Scope = {"caller": UNKNOWN, "varargs": UNKNOWN, "kwargs": UNKNOWN}


class Reader:
    """Reads the templates of one layout."""

    def __init__(self, files: Files, environment: Environment, texts: Texts, findings: Findings) -> None:
        self._templates = Templates(files, environment, findings)
        self._texts = texts
        self._findings = findings
        self._here: list[Template] = []
        self._visited: list[Template] = []
        self._context: Scope = {}
        self._said: set[tuple[str, str, str, frozenset[str]]] = set()
        self._macros: dict[int, Callee | None] = {}
        """Macros by their node's id; None once they were called."""
        self._expressions = Expressions(environment, self._report)

    @property
    def read(self) -> Mapping[tuple[str, int], Template]:
        """The templates and texts that were read, by file and first line."""
        return self._templates.read

    def page(self, name: str, context: Scope) -> None:
        """Reads the template of a page that sees `context`, and all that it extends, imports and says."""
        if template := self._template(name):
            self._context, self._visited = context, []
            scope = {
                **context,
                "say": Value(Callee(self._say)),
                "sections": Value(Several(Several(ANYTHING))),
            }
            with self._in(template):
                self._run(template, scope, {})
            self._say_sections(context)
            with self._in(template):
                self._read_uncalled()

    def _template(self, name: str, line: int = 0) -> Template | None:
        template = self._templates.get(name)
        if line and template is None and not self._templates.there(name):
            self._report(Rule.FILE_MISSING, line, f"no template {name}")
        return template

    @contextmanager
    def _in(self, template: Template) -> Iterator[None]:
        self._here.append(template)
        self._visited.append(template)
        try:
            yield
        finally:
            self._here.pop()

    def _report(self, rule: Rule, line: int, fact: str) -> None:
        source = self._here[-1].source
        self._findings.add(rule, source, line + source.first_line - 1, 0, fact)

    # -- texts ------------------------------------------------------------------------------------

    def _say(self, node: nodes.Call, arguments: list[Value], named: Scope) -> Value:
        template = self._here[-1]
        context = self._context
        for pattern in sorted(arguments[0].texts) if arguments else ():
            line = node.lineno + template.source.first_line - 1
            for text in self._texts.said(pattern, template.source, line):
                self._say_text(text.source, text.key, {**context, **named}, frozenset(named))
        return DATA

    def _say_text(self, source: Source, key: str, scope: Scope, named: frozenset[str]) -> None:
        call = (source.shown, key, self._here[-1].source.shown, named)
        if call not in self._said:
            self._said.add(call)
            if text := self._templates.parsed(source):
                with self._in(text):
                    self._statements(text.tree.body, scope, {})

    def _say_sections(self, context: Scope) -> None:
        """Reads the texts of the fixed page's sections, when the page shows them."""
        for template in self._visited:
            for name in template.tree.find_all(nodes.Name):
                if name.name == "sections":
                    line = name.lineno + template.source.first_line - 1
                    with self._in(template):
                        for text in list(self._texts.said("terms.sections.*", template.source, line)):
                            self._say_text(text.source, text.key, context, frozenset())
                    return

    # -- statements -------------------------------------------------------------------------------

    def _run(self, template: Template, scope: Scope, blocks: Blocks) -> bool:
        return self._statements(template.tree.body, scope, blocks)

    def _statements(self, body: Iterable[nodes.Node], scope: Scope, blocks: Blocks) -> bool:
        """Goes through statements in their order; whether they show something that varies."""
        body = list(body)
        parent = next((node for node in body if isinstance(node, nodes.Extends)), None)
        if parent:
            return self._extend(parent, body, scope, blocks)
        varies = [self._statement(node, scope, blocks) for node in body]
        return any(varies)

    def _extend(
        self, parent: nodes.Extends, body: Sequence[nodes.Node], scope: Scope, blocks: Blocks
    ) -> bool:
        for node in body:
            if isinstance(node, nodes.Block):
                blocks.setdefault(node.name, []).append((self._here[-1], node))
            elif not isinstance(node, nodes.Extends | nodes.Output):
                self._statement(node, scope, blocks)
        varies = False
        for template in self._named(parent.template, parent.lineno):
            with self._in(template):
                varies |= self._run(template, scope, blocks)
        return varies

    def _named(self, node: nodes.Expr, line: int, forgiven: bool = False) -> Iterator[Template]:
        names = node.items if isinstance(node, nodes.List | nodes.Tuple) else [node]
        for name in names:
            if isinstance(name, nodes.Const) and isinstance(name.value, str):
                template = self._template(name.value, 0 if forgiven else line)
                if template and template not in self._here:
                    yield template

    def _statement(self, node: nodes.Node, scope: Scope, blocks: Blocks) -> bool:
        value = self._expressions.value
        match node:
            case nodes.Output():
                return self._output(node, scope)
            case nodes.If():
                value(node.test, scope)
                sides = [
                    self._statements(part, scope, blocks) for part in (node.body, node.elif_, node.else_)
                ]
                return any(sides)
            case nodes.For():
                return self._for(node, scope, blocks)
            case nodes.Assign():
                self._assign(node.target, value(node.node, scope), scope)
            case nodes.AssignBlock():
                varies = self._statements(node.body, dict(scope), blocks)
                self._assign(node.target, Value(varies=varies), scope)
            case nodes.Macro():
                scope[node.name] = self._macro(node, scope)
            case nodes.Block():
                return self._block(node, scope, blocks)
            case nodes.Include():
                return self._include(node, scope)
            case nodes.Import():
                scope[node.target] = Value(self._module(node, scope))
            case nodes.FromImport():
                module = self._module(node, scope)
                for name in node.names:
                    own, shown = (name, name) if isinstance(name, str) else name
                    known = module.parts if isinstance(module, Record) else {}
                    if isinstance(module, Record) and own not in known:
                        self._report(Rule.NAME_UNKNOWN, node.lineno, f"{module.name} has no {own}")
                    scope[shown] = Value(known.get(own, ANYTHING))
            case nodes.With():
                inner = dict(scope)
                for target, given in zip(node.targets, node.values, strict=True):
                    self._assign(target, value(given, scope), inner)
                return self._statements(node.body, inner, blocks)
            case nodes.CallBlock() | nodes.FilterBlock():
                call = node.call if isinstance(node, nodes.CallBlock) else node.filter
                inner = {**scope, **{a.name: UNKNOWN for a in getattr(node, "args", ())}}
                varies = self._statements(node.body, inner, blocks)
                # A filter block's filter has no operand of its own to look at.
                return varies or (isinstance(node, nodes.CallBlock) and value(call, scope).varies)
            case nodes.ExprStmt():
                value(node.node, scope)
            case nodes.Scope() | nodes.ScopedEvalContextModifier():
                return self._statements(node.body, dict(scope), blocks)
        return False

    def _output(self, node: nodes.Output, scope: Scope) -> bool:
        template = self._here[-1]
        varies = False
        for one in node.nodes:
            if self._expressions.value(one, scope).varies:
                varies = True
                template.varying.add(template.numbers.get(id(one), -1))
        return varies

    def _for(self, node: nodes.For, scope: Scope, blocks: Blocks) -> bool:
        over = self._expressions.value(node.iter, scope)
        inner = dict(scope)
        element = over.shape.of if isinstance(over.shape, Several) else ANYTHING
        self._assign(node.target, Value(element, over.varies), inner)
        inner["loop"] = loop(over.varies)
        self._expressions.value(node.test, inner)
        shown = self._statements(node.body, inner, blocks)
        return self._statements(node.else_, dict(scope), blocks) or shown or over.varies

    def _assign(self, target: nodes.Node, value: Value, scope: Scope) -> None:
        match target:
            case nodes.Name():
                scope[target.name] = value
            case nodes.NSRef():
                space = scope.get(target.name)
                if space and isinstance(space.shape, Record):
                    scope[target.name] = replace(space, varies=space.varies or value.varies)
                    space.shape.parts[target.attr] = merged(
                        space.shape.parts.get(target.attr, ANYTHING), value.shape
                    )
            case nodes.Tuple() | nodes.List():
                part = value.shape.of if isinstance(value.shape, Several) else ANYTHING
                for item in target.items:
                    self._assign(item, Value(part, value.varies), scope)

    def _block(self, node: nodes.Block, scope: Scope, blocks: Blocks) -> bool:
        chosen = [*blocks.get(node.name, ()), (self._here[-1], node)]
        varies = False
        for template, block in chosen:
            more = any(
                isinstance(call.node, nodes.Name) and call.node.name == "super"
                for call in block.find_all(nodes.Call)
            )
            with self._in(template):
                varies |= self._statements(block.body, {**scope, "super": UNKNOWN, "self": UNKNOWN}, blocks)
            if not more:
                break
        return varies

    # -- macros -----------------------------------------------------------------------------------

    def _include(self, node: nodes.Include, scope: Scope) -> bool:
        varies = False
        for template in self._named(node.template, node.lineno, node.ignore_missing):
            with self._in(template):
                varies |= self._run(template, dict(scope) if node.with_context else {}, {})
        return varies

    def _module(self, node: nodes.Import | nodes.FromImport, scope: Scope) -> Thing:
        for template in self._named(node.template, node.lineno):
            inside: Scope = dict(scope) if node.with_context else {}
            before = set(inside)
            with self._in(template):
                self._run(template, inside, {})
            parts = {name: value.shape for name, value in inside.items() if name not in before}
            return Record(template.source.shown.rsplit("/", 1)[-1], parts, object)
        return ANYTHING

    def _macro(self, node: nodes.Macro, scope: Scope) -> Value:
        template = self._here[-1]

        def call(at: nodes.Call, arguments: list[Value], named: Scope) -> Value:
            self._macros[id(node)] = None
            if len(self._here) > DEEPEST:
                return DATA
            names = [argument.name for argument in node.args]
            given = {**dict(zip(names, arguments, strict=False)), **named}
            with self._in(template):
                inner = {**scope, **_MACRO_NAMES}
                for name, default in zip(
                    names[len(names) - len(node.defaults) :], node.defaults, strict=True
                ):
                    inner[name] = self._expressions.value(default, inner)
                inner |= {name: given.get(name, inner.get(name, UNKNOWN)) for name in names}
                return Value(varies=self._statements(node.body, inner, {}))

        callee = Callee(call)
        self._macros.setdefault(id(node), callee)
        return Value(callee)

    def _read_uncalled(self) -> None:
        """Reads the macros that this layout does not call, whatever they are given."""
        for callee in [callee for callee in self._macros.values() if callee]:
            callee.call(nodes.Call(), [], {})
