"""Reading YAML so that nothing is guessed: a repeated key, a float or a stray type is a fault.

A number that matters (money, a rate) is a quoted text in a pack, because a YAML float is not the
number that was written.
"""

from pathlib import Path
from typing import TYPE_CHECKING

import yaml

if TYPE_CHECKING:
    _Base = yaml.SafeLoader
else:  # the compiled loader where the library brings it: six times as fast, same result
    _Base = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


class YamlFault(Exception):  # noqa: N818 - a fault of the file, not of the program
    """A file that is not the YAML we accept; says where."""


class _StrictLoader(_Base):
    """Safe loader that knows texts, whole numbers, dates, true and false, lists and mappings."""


def _mapping(loader: _StrictLoader, node: yaml.MappingNode) -> dict[str, object]:
    result: dict[str, object] = {}
    for key_node, value_node in node.value:
        key = loader.construct_object(key_node, deep=True)
        if not isinstance(key, str | int) or isinstance(key, bool):
            raise YamlFault(f"line {key_node.start_mark.line + 1}: a key must be a word or a whole number")
        if key in result:
            raise YamlFault(f"line {key_node.start_mark.line + 1}: the key {key!r} is given twice")
        result[key] = loader.construct_object(value_node, deep=True)  # type: ignore[index]
    return result


def _float(_loader: _StrictLoader, node: yaml.ScalarNode) -> object:
    raise YamlFault(f"line {node.start_mark.line + 1}: write {node.value} as a quoted text")


_StrictLoader.add_constructor("tag:yaml.org,2002:map", _mapping)
_StrictLoader.add_constructor("tag:yaml.org,2002:float", _float)


def read_yaml(path: Path) -> object:
    """Return the file's one document; raises YamlFault naming the line."""
    try:
        return yaml.load(path.read_text(encoding="utf-8"), Loader=_StrictLoader)  # noqa: S506 - safe loader
    except yaml.YAMLError as error:
        raise YamlFault(" ".join(str(error).split())) from error
    except UnicodeDecodeError as error:
        raise YamlFault(f"byte {error.start}: not UTF-8") from error
