"""Text of a source, decoded once and within limits."""

from __future__ import annotations

import json
import re
from functools import cached_property
from typing import TYPE_CHECKING, Any, cast

from schedule_catalog.document.syntax import syntax_refusal
from schedule_catalog.importing.errors import NotConvertibleError
from schedule_client.contract.json_value import json_mistake

if TYPE_CHECKING:
    import yaml

DEEPEST = 64
_MOST_VALUES = 200_000
_NOT_TEXT = re.compile("[\x00-\x08\x0e-\x1f]")
_SHORT_FORM = ("Fn::", "Ref", "Condition")


class Content:
    """Content of a file: its text, and its values if it is JSON or YAML."""

    def __init__(self, text: str) -> None:
        if _NOT_TEXT.search(text):
            raise NotConvertibleError("this is not text: it contains control characters")
        self.text = text.removeprefix("\ufeff")
        if not self.text.strip():
            raise NotConvertibleError("this is empty")

    @cached_property
    def is_json(self) -> bool:
        """Whether the text begins as JSON does."""
        return self.text.lstrip()[:1] in ("{", "[")

    @cached_property
    def values(self) -> tuple[Any, ...]:
        """JSON texts or YAML documents, in order; NotConvertibleError for anything else."""
        if not self.is_json:
            return self._documents()
        found = self._json()
        if isinstance(found, NotConvertibleError):
            try:
                found = self._documents()  # a manifest in braces
            except NotConvertibleError:
                raise found from None
        _measure(found)
        return found

    @cached_property
    def readable(self) -> tuple[Any, ...]:
        """The same values; none if the text is neither."""
        try:
            return self.values
        except NotConvertibleError:
            return ()

    def _json(self) -> tuple[Any, ...] | NotConvertibleError:
        decoder, at, found = json.JSONDecoder(), 0, list[Any]()
        text = self.text.strip()
        while at < len(text):
            try:
                value, at = decoder.raw_decode(text, at)
            except json.JSONDecodeError as error:
                return NotConvertibleError(f"this is not valid JSON: {json_mistake(text, error.pos)}")
            except (ValueError, RecursionError):
                raise NotConvertibleError(
                    "this is not valid JSON: it is nested too deep, or a number is too long"
                ) from None
            found.append(value)
            while text[at : at + 1].isspace():
                at += 1
        return tuple(found)

    def _documents(self) -> tuple[Any, ...]:
        import yaml

        loader = _loader()
        try:
            _measure_depth(yaml.parse(self.text, loader))
            found = [each for each in yaml.load_all(self.text, loader) if each is not None]
        except yaml.MarkedYAMLError as error:
            line, column, _, _, message = syntax_refusal(error, self.text.encode()).fault
            where = f"line {line + 1}, column {column + 1}"
            raise NotConvertibleError(f"this is not valid YAML: {where}: {message}") from None
        except (yaml.YAMLError, RecursionError, ValueError, TypeError, AttributeError):
            raise NotConvertibleError("this is not valid YAML") from None
        _measure(found)
        return tuple(found)


def mappings(value: Any) -> list[dict[str, Any]]:
    """Return the mappings of a list; none for another value."""
    return (
        [cast("dict[str, Any]", each) for each in cast("list[Any]", value) if isinstance(each, dict)]
        if isinstance(value, list)
        else []
    )


def at(value: Any, *keys: str) -> dict[str, Any]:
    """Return the mapping below *keys*; an empty one if missing. A list of one mapping counts as that mapping."""
    for key in keys:
        value = _mapping(value).get(key)
    return _mapping(value)


def text_at(value: Any, key: str) -> str:
    """Return the text under *key*; "" if missing."""
    found = _mapping(value).get(key)
    return found if isinstance(found, str) else ""


def _mapping(value: Any) -> dict[str, Any]:
    if isinstance(value, list) and len(cast("list[Any]", value)) == 1:
        value = cast("list[Any]", value)[0]
    return cast("dict[str, Any]", value) if isinstance(value, dict) else {}


def _measure(found: Any) -> None:
    """Refuse content that takes too long to walk: aliases can make a small file large, or endless."""
    waiting: list[tuple[Any, int]] = [(found, 0)]
    count = 0
    while waiting:
        value, depth = waiting.pop()
        count += 1
        if count > _MOST_VALUES or depth > DEEPEST:
            raise NotConvertibleError("it has too many values, or is nested too deep: split it")
        if isinstance(value, dict):
            members = cast("dict[Any, Any]", value)
            waiting += [(each, depth + 1) for each in members.values()]
        elif isinstance(value, list):
            waiting += [(each, depth + 1) for each in cast("list[Any]", value)]


def _measure_depth(events: Any) -> None:
    """Refuse deep or long content: the YAML reader calls itself for each level, and is slow for each value."""
    import yaml

    depth = 0
    for count, event in enumerate(events):
        if count > _MOST_VALUES:
            raise NotConvertibleError("it has too many values: split it")
        if isinstance(event, yaml.CollectionStartEvent):
            depth += 1
        elif isinstance(event, yaml.CollectionEndEvent):
            depth -= 1
        if depth > DEEPEST:
            raise NotConvertibleError("it is nested too deep")


def _loader() -> type[yaml.SafeLoader]:
    """Safe loader that keeps timestamps as text, and reads CloudFormation's tags as their long form."""
    import yaml

    base: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)

    class Loader(base):
        pass

    def tagged(loader: Any, suffix: str, node: yaml.Node) -> Any:
        if isinstance(node, yaml.ScalarNode):
            value: Any = loader.construct_scalar(node)
        elif isinstance(node, yaml.SequenceNode):
            value = loader.construct_sequence(node, deep=True)
        else:
            value = loader.construct_mapping(node, deep=True)
        return {suffix if suffix in _SHORT_FORM else f"Fn::{suffix}": value}

    def text(loader: Any, node: yaml.ScalarNode) -> str:
        return str(loader.construct_scalar(node))

    def mapping(loader: Any, node: yaml.MappingNode) -> dict[str, Any]:
        """Read a mapping: keys are texts, as in JSON; merged aliases are refused, as they can exhaust the memory."""
        if any(key.tag == "tag:yaml.org,2002:merge" for key, _ in node.value):
            raise NotConvertibleError('it merges mappings ("<<"): write them out')
        return {
            key.value if isinstance(key, yaml.ScalarNode) else "?": loader.construct_object(value, deep=True)
            for key, value in node.value
        }

    Loader.add_multi_constructor("!", tagged)
    Loader.add_constructor("tag:yaml.org,2002:timestamp", text)
    Loader.add_constructor("tag:yaml.org,2002:map", mapping)
    return cast("type[yaml.SafeLoader]", Loader)
