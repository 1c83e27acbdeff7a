"""Frozen records with slots: `dataclass(frozen=True, slots=True)` of the standard library, with a faster import.

Lambda imports the proxy at every cold start, and each command imports the catalog: a quarter of that was `dataclasses`,
its import of `inspect` and the six functions that it compiles for each class. Here the classes share their functions,
and classes with the same number of members share the code of their initializers. The functions of `dataclasses` accept
these records too; `replace` and `asdict` here do not need that module.
"""

from __future__ import annotations

import operator
from functools import cache, partial
from types import CodeType, FunctionType
from typing import TYPE_CHECKING, Any, TypeVar, cast, dataclass_transform, overload

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

_T = TypeVar("_T")
_MISSING: Any = object()


class _Field:
    """Options of a member, set by `field`."""

    __slots__ = ("compare", "default", "default_factory", "repr")

    def __init__(
        self,
        default: Any,
        default_factory: Any = _MISSING,
        repr: bool = True,  # noqa: A002
        compare: bool = True,
    ) -> None:
        self.default, self.default_factory, self.repr, self.compare = default, default_factory, repr, compare


def field(
    *,
    default: Any = _MISSING,
    default_factory: Callable[[], Any] = _MISSING,
    repr: bool = True,  # noqa: A002
    compare: bool = True,
) -> Any:
    """Return the options of a member with a fresh default for each record, without a repr, or not compared."""
    return _Field(default, default_factory, repr, compare)


@overload
def frozen(cls: type[_T], /) -> type[_T]: ...


@overload
def frozen(*, kw_only: bool = ..., eq: bool = ..., order: bool = ...) -> Callable[[type[_T]], type[_T]]: ...


@dataclass_transform(frozen_default=True, field_specifiers=(field,))
def frozen(cls: type[_T] | None = None, /, *, kw_only: bool = False, eq: bool = True, order: bool = False) -> Any:
    """Make a class with annotations a frozen record of these members; a record inherits from no other.

    kw_only: members are given by name only. eq: records with equal members are equal, else each only to itself.
    order: records are sorted by their members.
    """
    made = partial(_made, kw_only=kw_only, eq=eq, order=order)
    return made if cls is None else made(cls)


def is_record(of: type) -> bool:
    """Return whether a class is a frozen record."""
    return hasattr(of, "__record__")


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
    if is_record(value.__class__):
        return asdict(value)
    if isinstance(value, dict):
        return {key: _plain(inner) for key, inner in cast("dict[Any, Any]", value).items()}
    if isinstance(value, list | tuple):
        return type(cast("Any", value))(_plain(inner) for inner in cast("list[Any]", value))
    return value


def _items(of: Any) -> Iterator[tuple[str, Any]]:
    return ((name, getattr(of, name)) for name in of.__slots__)


def _made(cls: type, kw_only: bool, eq: bool, order: bool) -> type:
    if any(map(is_record, cls.__bases__)):
        raise TypeError(f"{cls.__name__} is a record, which inherits from no other")
    names = tuple(name for name, kind in cls.__annotations__.items() if not str(kind).startswith("ClassVar"))
    members = {name: value for name, value in vars(cls).items() if name not in (*names, "__dict__", "__weakref__")}
    given = {name: vars(cls).get(name, _MISSING) for name in names}
    of = {name: value if isinstance(value, _Field) else _Field(value) for name, value in given.items()}
    initializer = _initializer(of, kw_only)
    made = {
        "__slots__": names,
        "__match_args__": () if kw_only else names,
        "__record__": tuple(name for name in names if of[name].repr),
        "__init__": initializer,
        "__repr__": _shown,
        "__setattr__": _refuse,
        "__delattr__": _refuse,
        "__getstate__": _state,
        "__setstate__": _restore,
        "__dataclass_fields__": _Fields(of, cls.__annotations__),
    }
    if eq:
        compared = [name for name in names if of[name].compare] or ["__class__"]
        made |= {"__compared__": operator.attrgetter(*compared), "__eq__": _equals, "__hash__": _hashed}
    # Attributes that a class defines itself are kept.
    initializer.__qualname__ = f"{cls.__qualname__}.__init__"  # an error about the arguments names it
    record = type(cls)(cls.__name__, cls.__bases__, made | (_ORDER if order else {}) | members)
    initializer.__globals__.update(
        (f"_set_{number}", getattr(record, name).__set__) for number, name in enumerate(names)
    )
    return record


def _initializer(of: dict[str, _Field], kw_only: bool) -> FunctionType:
    """Initializer with the members as its parameters; its globals lack the setters, which only the class has."""
    names, factories = tuple(of), {n: each.default_factory for n, each in enumerate(of.values())}
    factories = {number: factory for number, factory in factories.items() if factory is not _MISSING}
    defaults = {
        name: each.default
        for n, (name, each) in enumerate(of.items())
        if each.default is not _MISSING or n in factories
    }
    if not kw_only and names[len(names) - len(defaults) :] != tuple(defaults):
        raise TypeError(f"a member without a default follows one with a default: {', '.join(names)}")
    code = _initialization(len(of), tuple(factories)).replace(
        co_varnames=("self", *names),
        co_argcount=1 if kw_only else 1 + len(of),
        co_kwonlyargcount=len(of) if kw_only else 0,
    )
    given = {"_MISSING": _MISSING, **{f"_new_{number}": factory for number, factory in factories.items()}}
    made = FunctionType(code, given, "__init__", None if kw_only else tuple(defaults.values()))
    made.__kwdefaults__ = defaults if kw_only else None
    return made


@cache
def _initialization(count: int, factories: tuple[int, ...]) -> CodeType:
    """Code that sets `count` members of any name; to compile one for each class took a third of the proxy's import."""
    lines = (
        f" _set_{n}(self, _new_{n}() if _{n} is _MISSING else _{n})" if n in factories else f" _set_{n}(self, _{n})"
        for n in range(count)
    )
    made: dict[str, Any] = {}
    # The function `compile` would take ten times as long, as it prepares for syntax trees.
    exec("\n".join((f"def made(self, {', '.join(f'_{n}' for n in range(count))}):", *lines, " pass")), made)  # noqa: S102 - made only of numbers
    return made["made"].__code__


def _equals(self: Any, other: object) -> bool:
    return self.__compared__(self) == self.__compared__(other) if type(other) is type(self) else NotImplemented


def _hashed(self: Any) -> int:
    return hash(self.__compared__(self))


def _ordered(by: Callable[[Any, Any], bool]) -> Callable[[Any, object], bool]:
    def compared(self: Any, other: object) -> bool:
        return by(self.__compared__(self), self.__compared__(other)) if type(other) is type(self) else NotImplemented

    return compared


_ORDER = {f"__{by.__name__}__": _ordered(by) for by in (operator.lt, operator.le, operator.gt, operator.ge)}


def _shown(self: Any) -> str:
    return f"{type(self).__qualname__}({', '.join(f'{name}={getattr(self, name)!r}' for name in self.__record__)})"


def _refuse(self: Any, name: str, *_: object) -> None:
    raise AttributeError(f'a {type(self).__name__} is frozen: "{name}" cannot be changed')


def _state(self: Any) -> tuple[Any, ...]:
    return tuple(value for _, value in _items(self))


def _restore(self: Any, state: tuple[Any, ...]) -> None:
    for name, value in zip(self.__slots__, state, strict=True):
        object.__setattr__(self, name, value)


class _Fields:
    """Attribute that `dataclasses` needs of a class, created when it is first read."""

    def __init__(self, of: dict[str, _Field], kinds: dict[str, Any]) -> None:
        self._of = of
        self._kinds = kinds
        self._made: Any = None

    def __get__(self, instance: object, owner: type) -> Any:
        if self._made is None:
            self._made = self._new()
        return self._made

    def _new(self) -> Any:
        import dataclasses

        members: list[tuple[str, Any, Any]] = []
        for name, each in self._of.items():
            given: dict[str, Any] = {"repr": each.repr, "compare": each.compare}
            if each.default is not _MISSING:
                given["default"] = each.default
            if each.default_factory is not _MISSING:
                given["default_factory"] = each.default_factory
            members.append((name, self._kinds[name], dataclasses.field(**given)))
        twin: Any = dataclasses.make_dataclass("Twin", members, kw_only=True)
        return twin.__dataclass_fields__
