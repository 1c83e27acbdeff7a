"""Frozen records with slots: `dataclass(frozen=True, slots=True)` of the standard library, with a faster import.

Lambda imports the proxy at every cold start, and a quarter of that was `dataclasses`: its import of `inspect`, and the
six functions that it compiles for each class. Here one function is compiled and the rest is shared. The functions of
`dataclasses` accept these records too; `replace` and `asdict` here do not need that module.
"""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any, NamedTuple, TypeVar, cast, dataclass_transform, overload

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

_T = TypeVar("_T")
_MISSING: Any = object()


class _Field(NamedTuple):
    """Options of a member, set by `field`."""

    default: Any
    default_factory: Callable[[], Any]
    repr: bool


def field(*, default: Any = _MISSING, default_factory: Callable[[], Any] = _MISSING, repr: bool = True) -> Any:  # noqa: A002
    """Return the options of a member with a fresh default for each record, or without a repr."""
    return _Field(default, default_factory, repr)


@overload
def frozen(cls: type[_T], /) -> type[_T]: ...


@overload
def frozen(*, kw_only: bool) -> Callable[[type[_T]], type[_T]]: ...


@dataclass_transform(frozen_default=True, field_specifiers=(field,))
def frozen(cls: type[_T] | None = None, /, *, kw_only: bool = False) -> Any:
    """Make a class with annotations a frozen record of these members; a record inherits from no other."""
    return _made(cls, kw_only) if cls is not None else partial(_made, kw_only=kw_only)


def replace(of: _T, /, **changes: Any) -> _T:
    """Return a record like `of`, with `changes`."""
    return type(of)(**(dict(_items(of)) | changes))


def member_names(of: type) -> tuple[str, ...]:
    """Return the names of a record's members, in order."""
    return cast("Any", of).__slots__


def asdict(of: object, /) -> dict[str, Any]:
    """Return the members of a record, including those of nested records."""
    return {name: _plain(value) for name, value in _items(of)}


def _plain(value: Any) -> Any:
    if hasattr(value, "__record__"):
        return asdict(value)
    if isinstance(value, dict):
        return {key: _plain(inner) for key, inner in cast("dict[Any, Any]", value).items()}
    if isinstance(value, list | tuple):
        return type(cast("Any", value))(_plain(inner) for inner in cast("list[Any]", value))
    return value


def _items(of: Any) -> Iterator[tuple[str, Any]]:
    return ((name, getattr(of, name)) for name in of.__slots__)


def _made(cls: type, kw_only: bool) -> type:
    names = tuple(cls.__annotations__)
    members = {name: value for name, value in vars(cls).items() if name not in (*names, "__dict__", "__weakref__")}
    given = {name: vars(cls).get(name, _MISSING) for name in names}
    of = {name: value if isinstance(value, _Field) else _Field(value, _MISSING, True) for name, value in given.items()}
    shown = tuple(name for name in names if of[name].repr)
    made = {
        "__slots__": names,
        "__match_args__": () if kw_only else names,
        "__record__": shown,
        "__init__": _initializer(of, kw_only),
        "__eq__": _equals,
        "__hash__": _hashed,
        "__repr__": members.get("__repr__", _shown),
        "__setattr__": _refuse,
        "__delattr__": _refuse,
        "__getstate__": _state,
        "__setstate__": _restore,
        "__dataclass_fields__": _Fields(of),
    }
    # Attributes that a class defines itself are kept.
    return type(cls)(cls.__name__, cls.__bases__, made | members)


def _initializer(of: dict[str, _Field], kw_only: bool) -> Any:
    """Initializer, the one function that differs from class to class, with its own signature."""
    given: dict[str, Any] = {"_set": object.__setattr__, "_MISSING": _MISSING}
    parameters, lines = ["self", "*"] if kw_only else ["self"], list[str]()
    for name, each in of.items():
        value = name
        if each.default_factory is not _MISSING:
            given[f"_new_{name}"] = each.default_factory
            parameters.append(f"{name}=_MISSING")
            value = f"_new_{name}() if {name} is _MISSING else {name}"
        elif each.default is not _MISSING:
            given[f"_default_{name}"] = each.default
            parameters.append(f"{name}=_default_{name}")
        else:
            parameters.append(name)
        lines.append(f" _set(self, {name!r}, {value})")
    source = f"def __init__({', '.join(parameters)}):\n" + "\n".join(lines)
    exec(source, given)  # noqa: S102 - made only of the names of a class
    return given["__init__"]


def _values(self: Any) -> tuple[Any, ...]:
    return tuple(getattr(self, name) for name in self.__slots__)


def _equals(self: Any, other: object) -> bool:
    return _values(self) == _values(other) if type(other) is type(self) else NotImplemented


def _hashed(self: Any) -> int:
    return hash(_values(self))


def _shown(self: Any) -> str:
    return f"{type(self).__qualname__}({', '.join(f'{name}={getattr(self, name)!r}' for name in self.__record__)})"


def _refuse(self: Any, name: str, *_: object) -> None:
    raise AttributeError(f'a {type(self).__name__} is frozen: "{name}" cannot be changed')


def _state(self: Any) -> tuple[Any, ...]:
    return _values(self)


def _restore(self: Any, state: tuple[Any, ...]) -> None:
    for name, value in zip(self.__slots__, state, strict=True):
        object.__setattr__(self, name, value)


class _Fields:
    """Attribute that `dataclasses` needs of a class, created when it is first read."""

    def __init__(self, of: dict[str, _Field]) -> None:
        self._of = of
        self._made: Any = None

    def __get__(self, instance: object, owner: type) -> Any:
        if self._made is None:
            self._made = self._new()
        return self._made

    def _new(self) -> Any:
        import dataclasses

        members: list[tuple[str, Any, Any]] = []
        for name, each in self._of.items():
            given: dict[str, Any] = {"repr": each.repr}
            if each.default is not _MISSING:
                given["default"] = each.default
            if each.default_factory is not _MISSING:
                given["default_factory"] = each.default_factory
            members.append((name, Any, dataclasses.field(**given)))
        twin: Any = dataclasses.make_dataclass("Twin", members, kw_only=True)
        return twin.__dataclass_fields__
