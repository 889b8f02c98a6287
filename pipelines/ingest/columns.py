"""Which columns an export file must have, and which physical types can hold the contract's."""

import pyarrow as pa
import pyarrow.types as t

from pipelines.errors import ContractError
from pipelines.model import CONTRACT

NAMED = frozenset(CONTRACT.names)
"""The contract's own columns; every other column is an extra."""


def check_names(file: str, names: list[str]) -> None:
    """Raises ContractError when a name stands twice or a needed column is missing."""
    doubled = sorted({name for name in names if names.count(name) > 1})
    if doubled:
        raise ContractError(
            f"{file}: column {_listed(doubled)} stands more than once", "give every column its own name"
        )
    missing = [field.name for field in CONTRACT if not field.nullable and field.name not in names]
    if missing:
        raise ContractError(
            f"{file}: column {_listed(missing)} is missing", "export every needed column of the contract"
        )


def check_schema(file: str, schema: pa.Schema) -> None:
    """Raises ContractError when names or types cannot be the contract's, or an extra is nested."""
    check_names(file, schema.names)
    for wanted in CONTRACT:
        if wanted.name in schema.names:
            given = schema.field(wanted.name).type
            if not holds(given, wanted.type):
                raise ContractError(
                    f"{file}: column {wanted.name!r} is {given}",
                    f"export it as {wanted.type}{_hint(given, wanted)}",
                )
    for name, given in zip(schema.names, schema.types, strict=True):
        if name not in NAMED and _is_nested(given):
            raise ContractError(
                f"{file}: column {name!r} is nested",
                "export one value a cell; a list needs columns of its own",
            )


def holds(given: pa.DataType, wanted: pa.DataType) -> bool:
    """Whether values of the type `given` can be values of the contract's type `wanted`.

    The type alone is judged: a decimal with more places may hold a value that does not fit, and
    a timestamp one that is not midnight; such a value is marked when it is read. Whole numbers
    are no money (they may be cents), and a timestamp with a zone is no date (whose midnight?).
    """
    if t.is_dictionary(given):
        given = given.value_type
    if t.is_null(given) or given == wanted:
        return True
    if t.is_string(wanted):
        return bool(t.is_large_string(given) or t.is_string_view(given))
    if t.is_integer(wanted):
        return bool(t.is_integer(given))
    if t.is_decimal(wanted):
        return bool(t.is_decimal(given))
    if t.is_date(wanted):
        return bool(t.is_date(given) or (t.is_timestamp(given) and given.tz is None))
    if t.is_floating(wanted):
        return bool(t.is_floating(given) or t.is_integer(given) or t.is_decimal(given))
    return False


def _is_nested(given: pa.DataType) -> bool:
    """Whether a cell holds several values: a list, a struct, a map."""
    if isinstance(given, pa.BaseExtensionType):
        given = given.storage_type
    if t.is_dictionary(given):
        given = given.value_type
    return bool(t.is_nested(given))


def _listed(names: list[str]) -> str:
    return ", ".join(repr(name) for name in names)


def _hint(given: pa.DataType, wanted: pa.Field) -> str:
    if t.is_decimal(wanted.type) and t.is_floating(given):
        return "; a float cannot hold money exactly"
    if t.is_decimal(wanted.type) and t.is_integer(given):
        return "; a whole number does not say whether it counts cents"
    if t.is_date(wanted.type) and t.is_timestamp(given):
        return "; a time with a zone does not say whose midnight it means"
    return ""
