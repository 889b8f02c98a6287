"""Templates and texts as Jinja's own trees, read once."""

from collections.abc import Iterator
from dataclasses import dataclass, field

from jinja2 import Environment, TemplateSyntaxError, nodes

from pipelines.lint.findings import Findings
from pipelines.lint.rules import Rule
from pipelines.lint.sources import Files, Source


@dataclass(frozen=True, eq=False)
class Template:
    """A template's or text's tree, with the number of each of its outputs."""

    source: Source
    tree: nodes.Template
    numbers: dict[int, int]
    """Node (by id) → number of the output `{{ … }}` in the file, from 0."""
    varying: set[int] = field(default_factory=set)
    """Numbers of the outputs that vary from letter to letter."""


class Templates:
    """Reads templates and texts, each once; what cannot be read is a finding."""

    def __init__(self, files: Files, environment: Environment, findings: Findings) -> None:
        self.read: dict[tuple[str, int], Template] = {}
        """What was read, by file and first line."""
        self._files = files
        self._environment = environment
        self._findings = findings

    def there(self, name: str) -> bool:
        """Whether there is such a file."""
        return self._files.get(name) is not None

    def get(self, name: str) -> Template | None:
        """The template of that name below `layouts/`; None when it is not there or cannot be read."""
        source = self._files.get(name)
        return self.parsed(source) if source else None

    def parsed(self, source: Source) -> Template | None:
        """The tree of a template or text; None when it cannot be read."""
        key = source.shown, source.first_line
        if key not in self.read:
            try:
                tree = self._environment.parse(source.text)
            except TemplateSyntaxError as error:
                line = error.lineno + source.first_line - 1
                self._findings.add(Rule.SYNTAX, source, line, 0, error.message or "cannot be read")
                return None
            numbers = {id(one): number for number, one in enumerate(_outputs(tree))}
            self.read[key] = Template(source, tree, numbers)
        return self.read[key]


def _outputs(tree: nodes.Template) -> Iterator[nodes.Expr]:
    """The expressions that a template prints, in the order in which they stand."""
    for output in tree.find_all(nodes.Output):
        yield from (one for one in output.nodes if not isinstance(one, nodes.TemplateData))
