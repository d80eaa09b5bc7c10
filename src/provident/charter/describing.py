"""Turning what the caller hands in into containers of named parts."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from provident.charter.records import Container, Export, Part

_NAMING_KEYS = frozenset(
    ("id", "name", "field", "fields", "column", "columns", "title", "en", "zh", "kind", "label", "labels")
)


def of_models(models: Iterable[Any]) -> Iterator[Container]:
    """Describe table classes of a registry: each has `_meta` with `label` and `get_fields()`."""
    for model in models:
        meta = model._meta  # noqa: SLF001 - the registry's documented door
        parts = tuple(
            Part(field.name, _labels(field))
            for field in meta.get_fields()
            if getattr(field, "concrete", True)
        )
        yield Container("model", str(meta.label), parts)


def _labels(field: Any) -> tuple[str, ...]:
    choices = getattr(field, "choices", None) or ()
    texts = [getattr(field, "column", None), getattr(field, "verbose_name", None)]
    texts += [text for choice in choices for text in choice]
    return tuple(dict.fromkeys(str(text) for text in texts if text))


def of_columns(columns: Iterable[tuple[str, str]]) -> Iterator[Container]:
    """Describe the database's own list of columns, as pairs of table and column."""
    tables: dict[str, list[Part]] = {}
    for table, column in columns:
        tables.setdefault(table, []).append(Part(column))
    for table, parts in tables.items():
        yield Container("table", table, tuple(parts))


def of_exports(exports: Iterable[Export]) -> Iterator[Container]:
    """Describe the files the system hands out."""
    for export in exports:
        parts = tuple(Part(column) for column in export.columns)
        yield Container("export", export.name, parts, public=export.public)


def of_api(document: Mapping[str, Any]) -> Iterator[Container]:
    """Describe an OpenAPI document: its schemas, each operation's parameters, and public answers."""
    schemas = document.get("components", {}).get("schemas", {})
    for name, schema in schemas.items():
        yield Container("api schema", name, tuple(_properties(schema, schemas, set())))
    for path, item in document.get("paths", {}).items():
        for verb, operation in item.items():
            if not isinstance(operation, Mapping):
                continue
            where = f"{verb.upper()} {path}"
            given = [*item.get("parameters", ()), *operation.get("parameters", ())]
            asked = tuple(Part(str(one.get("name", ""))) for one in given)
            yield Container("api request", where, (*asked, *_body(operation.get("requestBody", {}), schemas)))
            security = operation.get("security", document.get("security", []))
            answers = tuple(
                part for answer in operation.get("responses", {}).values() for part in _body(answer, schemas)
            )
            yield Container("api answer", where, answers, public=not security)


def _body(holder: Mapping[str, Any], schemas: Mapping[str, Any]) -> tuple[Part, ...]:
    return tuple(
        part
        for media in holder.get("content", {}).values()
        for part in _properties(media.get("schema", {}), schemas, set())
    )


def _properties(schema: Any, schemas: Mapping[str, Any], seen: set[str]) -> Iterator[Part]:
    """Yield every property a schema holds, however deep; each named schema is entered once."""
    if not isinstance(schema, Mapping):
        return
    reference = str(schema.get("$ref", "")).rpartition("/")[2]
    if reference and reference not in seen:
        seen.add(reference)
        yield from _properties(schemas.get(reference, {}), schemas, seen)
    for name, inner in schema.get("properties", {}).items():
        title = inner.get("title") if isinstance(inner, Mapping) else None
        yield Part(str(name), (str(title),) if title else ())
        yield from _properties(inner, schemas, seen)
    for key in ("allOf", "anyOf", "oneOf", "prefixItems"):
        for inner in schema.get(key, ()):
            yield from _properties(inner, schemas, seen)
    for key in ("items", "additionalProperties"):
        yield from _properties(schema.get(key), schemas, seen)


def of_catalogue(name: str, document: object) -> Iterator[Container]:
    """Describe a catalogue: each mapping in it is a row whose keys and names are its parts."""
    yield from _rows(name, "", document)


def _rows(name: str, path: str, node: object) -> Iterator[Container]:
    if isinstance(node, Mapping):
        row = str(node.get("id") or node.get("name") or node.get("kind") or path or name)
        parts = [Part(str(key)) for key in node]
        parts += [Part(text) for key in node if key in _NAMING_KEYS for text in _texts(node[key])]
        yield Container(f"catalogue {name}", row, tuple(parts))
        for key, inner in node.items():
            yield from _rows(name, f"{path}.{key}".lstrip("."), inner)
    elif isinstance(node, list | tuple):
        for index, inner in enumerate(node):
            yield from _rows(name, f"{path}[{index}]", inner)


def _texts(node: object) -> Iterator[str]:
    if isinstance(node, str):
        yield node
    elif isinstance(node, Mapping):
        for inner in node.values():
            yield from _texts(inner)
    elif isinstance(node, list | tuple):
        for inner in node:
            yield from _texts(inner)


def catalogue_mappings(document: object) -> Iterator[Mapping[str, Any]]:
    """Yield every mapping of a catalogue, outermost first."""
    if isinstance(document, Mapping):
        yield document
        for inner in document.values():
            yield from catalogue_mappings(inner)
    elif isinstance(document, list | tuple):
        for inner in document:
            yield from catalogue_mappings(inner)
