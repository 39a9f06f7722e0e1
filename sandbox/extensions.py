"""What installed packages add: named objects, found through groups of entry points."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from functools import cache, cached_property
from importlib.metadata import EntryPoint, entry_points
from typing import Any, Generic, TypeVar, cast

from sandbox.extras import DISTRIBUTION, extra_with, pip_install

T = TypeVar("T")


class ExtensionError(ValueError):
    """There is nothing of that name, or it cannot be loaded; the message says which, and why."""


class Extensions(Generic[T]):
    """The objects in a group of entry points, by name; each is loaded when it is asked for.

    Args:
        group: The group, such as ``autoagent.walls``.
        noun: What one of them is, for people.
        needs: Attributes that each must have; by default each must be something to call.
        extra: The extra of this program that its own ones need (by default the one that brings
            the package which is missing).
    """

    def __init__(
        self,
        group: str,
        noun: str,
        *,
        needs: Sequence[str] = ("__call__",),
        extra: str | None = None,
    ) -> None:
        self.group = group
        self.noun = noun
        self.needs = tuple(needs)
        self.extra = extra

    def __iter__(self) -> Iterator[str]:
        """Yield the names, in alphabetical order."""
        return iter(self._points)

    def __contains__(self, name: object) -> bool:
        return name in self._points

    def __getitem__(self, name: str) -> T:
        """Load what has this name.

        Raises:
            ExtensionError: Nothing has it, two packages offer it, it cannot be loaded, or it is
                something else.
        """
        point = self.point(name)
        try:
            found = point.load()
        except ModuleNotFoundError as error:
            raise self._missing(point, error) from error
        except Exception as error:  # whatever a stranger's module does when it is imported
            raise self._unloadable(point, error) from error
        for need in self.needs:
            if not hasattr(found, need):
                lack = "cannot be called" if need == "__call__" else f"has no {need!r}"
                raise self._broken(point, f"is none: {point.value} {lack}")
        return cast(T, found)

    def point(self, name: str) -> EntryPoint:
        """Return the entry point of this name, without loading what it names.

        Raises:
            ExtensionError: Nothing has the name, or two packages offer it.
        """
        if name not in self._points:
            known = ", ".join(self)
            raise ExtensionError(f"unknown {self.noun} {name!r}; known: {known}")
        first, *others = self._points[name]
        for other in others:
            if other.value != first.value:
                raise ExtensionError(
                    f"the {self.noun} {name!r} is offered by {_distribution(first)} and by "
                    f"{_distribution(other)}; uninstall one of them"
                )
        return first

    def _missing(self, point: EntryPoint, error: ModuleNotFoundError) -> ExtensionError:
        extra = self.extra or extra_with(error.name)
        if extra is None or not is_ours(point):
            return self._unloadable(point, error)
        return ExtensionError(
            f"the {self.noun} {point.name!r} needs the package {error.name}, which is missing; "
            f"install it with: {pip_install(extra)}"
        )

    def _unloadable(self, point: EntryPoint, error: Exception) -> ExtensionError:
        reason = " ".join(f"{type(error).__name__}: {error}".split())
        return self._broken(point, f"cannot be loaded ({point.value}: {reason})")

    def _broken(self, point: EntryPoint, how: str) -> ExtensionError:
        what = f"the {self.noun} {point.name!r} of {_distribution(point)}"
        return ExtensionError(f"{what} {how}; mend or uninstall it")

    @cached_property
    def _points(self) -> dict[str, list[EntryPoint]]:
        found: dict[str, list[EntryPoint]] = {}
        points: Iterable[EntryPoint] = _installed().select(group=self.group)
        for point in sorted(points, key=lambda each: each.name):
            found.setdefault(point.name, []).append(point)
        return found


def groups() -> list[str]:
    """Return the groups of entry points through which this program can be extended."""
    return sorted(group for group in _installed().groups if group.startswith("autoagent."))


def is_ours(point: EntryPoint) -> bool:
    """Tell whether this program brought an entry point, and no other package."""
    return point.dist is not None and point.dist.name == DISTRIBUTION


def _distribution(point: EntryPoint) -> str:
    """Return what brought an entry point, for people."""
    brought: Any = point.dist
    return f"{brought.name} {brought.version}" if brought is not None else "an unknown package"


@cache
def _installed() -> Any:
    """Return all entry points of this interpreter: they are read from many files, so only once."""
    return entry_points()  # of one type in Python 3.11 and of another later; both can `select`
