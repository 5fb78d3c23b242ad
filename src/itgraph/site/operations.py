"""Operations of the REST interface, declared: one table says what an address takes, checks it and describes it.

Part of the site, below what answers (``rest``) and what describes (``openapi``, the page ``/api``). What an operation
refuses and what the document says that it refuses come from the same :class:`Parameter`, so they cannot differ.

>>> limit = Parameter("limit", "integer", "Greatest number of hits.", default=10, minimum=1, maximum=1000)
>>> limit.read(["25"]), limit.takes, limit.schema()["maximum"]
(25, 'an integer from 1 to 1000', 1000)
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import KW_ONLY, dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Any, Literal, TypeAlias
from urllib.parse import parse_qsl, quote, urlencode

from itgraph.endpoint.problems import Problem
from itgraph.errors import echo

if TYPE_CHECKING:
    from itgraph.site.site import Site

__all__ = ["FORMAT", "Answer", "Asked", "Operation", "Parameter", "Schema"]

#: A schema of JSON (2020-12), as plain data. A part with a title stands in the document once, under that name.
Schema: TypeAlias = dict[str, Any]

INTEGER = re.compile(r"-?[0-9]{1,18}")
TRUTHS = {"true": True, "false": False}
#: More fields than any operation takes.
MOST_FIELDS = 100
#: What a path is written with beside letters and digits (RFC 3986, section 3.3).
IN_SEGMENT = "@!$&'()*+,;=~-._:"


@dataclass(frozen=True)
class Parameter:
    """A parameter: its name, its type, what it is for, and what it takes.

    Attributes:
        place: where it stands; one of the path is always required.
        default: what it is where it is not given; None for a required one, or for one that may be left out.
        pattern: what a text must hold, a regular expression that means the same in Python and in ECMAScript;
            ``written`` is the same in words.
        several: the greatest number of values, which are given by repeating it; 0 for one value. It is then a tuple.
    """

    name: str
    type: Literal["string", "integer", "boolean"]
    description: str
    _: KW_ONLY
    place: Literal["path", "query"] = "query"
    required: bool = False
    default: str | int | bool | None = None
    example: str | int | bool | None = None
    enum: tuple[str, ...] = ()
    minimum: int | None = None
    maximum: int | None = None
    min_length: int | None = None
    max_length: int | None = None
    pattern: str | None = None
    written: str = ""
    several: int = 0

    @property
    def takes(self) -> str:
        """What one value of it is, in words."""
        if self.type == "boolean":
            return "true or false"
        if self.type == "integer":
            bounds = "" if self.minimum is None else f" from {self.minimum}"
            return f"an integer{bounds}" + ("" if self.maximum is None else f" to {self.maximum}")
        if self.enum:
            return f"one of {', '.join(self.enum)}"
        length = "" if self.max_length is None else f" of at most {self.max_length} characters"
        written = f", {self.written}" if self.written else ""
        return f"a text{length}{written}" + ("" if self.example is None else f", such as {self.example}")

    def schema(self) -> Schema:
        """Return the schema of its values."""
        told = {
            "type": self.type,
            "enum": list(self.enum) or None,
            "minimum": self.minimum,
            "maximum": self.maximum,
            "minLength": self.min_length,
            "maxLength": self.max_length,
            "pattern": self.pattern,
        }
        one: Schema = {key: value for key, value in told.items() if value is not None}
        if self.several:
            one = {"type": "array", "items": one, "minItems": 1, "maxItems": self.several}
        return one if self.default is None else one | {"default": [self.default] if self.several else self.default}

    def read(self, given: Sequence[str]) -> Any:
        """Return the value that is given, as the type has it.

        Raises:
            Problem: 400, it is missing, given too often, or not what the parameter takes.
        """
        if not given:
            if self.required:
                raise self.wrong(f"the parameter {self.name} is missing")
            if self.several:
                return () if self.default is None else (self.default,)
            return self.default
        if len(given) > max(self.several, 1):
            often = f"at most {self.several} times" if self.several else "once"
            raise self.wrong(f"the parameter {self.name} is given {len(given)} times", f"give it {often}")
        values = tuple(self.one(text) for text in given)
        return values if self.several else values[0]

    def one(self, text: str) -> str | int | bool:
        """Return one value.

        Raises:
            Problem: 400, it is not what the parameter takes.
        """
        if self.type == "integer" and INTEGER.fullmatch(text):
            number = int(text)
            if (self.minimum is None or number >= self.minimum) and (self.maximum is None or number <= self.maximum):
                return number
        elif self.type == "boolean" and text in TRUTHS:
            return TRUTHS[text]
        elif self.type == "string" and self.fits(text):
            return text
        raise self.wrong(
            f"the parameter {self.name} is {echo(text)}" if text else f"the parameter {self.name} is empty"
        )

    def fits(self, text: str) -> bool:
        """Tell whether it takes a text."""
        return (
            (not self.enum or text in self.enum)
            and (self.min_length or 0) <= len(text)
            and (self.max_length is None or len(text) <= self.max_length)
            and (self.pattern is None or re.search(self.pattern, text) is not None)
        )

    def wrong(self, what: str, hint: str | None = None) -> Problem:
        """Return what a client is told that did not give what the parameter takes."""
        return Problem(400, "bad-request", what, hint=hint or f"it takes {self.takes}", parameter=self.name)


#: Every operation takes it; it goes before the Accept header.
FORMAT = Parameter(
    "format", "string", "The format of the answer; goes before the Accept header.", enum=("json", "csv"), example="json"
)


@dataclass(frozen=True)
class Asked:
    """What an operation is asked: its parameters by name, each as its type has it, with the defaults filled in."""

    operation: Operation
    values: Mapping[str, Any]
    #: Where it was asked: the public address of this server.
    url: str

    def __getitem__(self, name: str) -> Any:
        return self.values[name]

    def address(self, **changes: Any) -> str:
        """Return the public address of the same question, with other values for some parameters."""
        return self.operation.address(self.url, {**self.values, **changes})


@dataclass(frozen=True)
class Answer:
    """What an operation answers: data for JSON, columns and rows for CSV, and links by their relation (RFC 8288).

    ``volatile`` tells that it may be another one the next time.
    """

    data: Mapping[str, Any]
    columns: Sequence[str]
    rows: Iterable[Sequence[Any]]
    links: Mapping[str, str] = field(default_factory=dict)
    volatile: bool = False


@dataclass(frozen=True)
class Operation:
    """One operation, which is always a GET.

    Attributes:
        path: the template of its path, such as ``/api/lineage/{kind}/{slug}``.
        identifier: its name in the document and in clients that are made from it (``operationId``).
        tag: the part of the interface that it belongs to.
        schema: of the JSON that it answers with.
        page: where people find the same on this server, below its root.
        may_miss: whether there may be nothing at the address, though its path is well formed (404).
    """

    path: str
    identifier: str
    tag: str
    summary: str
    description: str
    parameters: tuple[Parameter, ...]
    schema: Schema
    answer: Callable[[Site, Asked], Answer]
    page: str = "api"
    may_miss: bool = False

    @cached_property
    def pattern(self) -> re.Pattern[str]:
        """What a path is matched with."""
        parts = re.split(r"\{(\w+)\}", self.path)
        return re.compile("".join(f"(?P<{p}>[^/]+)" if at % 2 else re.escape(p) for at, p in enumerate(parts)))

    @property
    def taken(self) -> tuple[Parameter, ...]:
        """All that it takes, with the format."""
        return (*self.parameters, FORMAT)

    def match(self, path: str) -> dict[str, str] | None:
        """Return the parameters of a path, None where the path is not one of this operation."""
        found = self.pattern.fullmatch(path)
        if found is None:
            return None
        of_path = [parameter for parameter in self.parameters if parameter.place == "path"]
        return found.groupdict() if all(parameter.fits(found[parameter.name]) for parameter in of_path) else None

    def read(self, of_path: Mapping[str, str], query_string: str) -> dict[str, Any]:
        """Return what is given for each parameter.

        Raises:
            Problem: 400, a parameter is unknown, missing, given too often, or not what it takes; says which.
        """
        try:
            fields = parse_qsl(query_string, keep_blank_values=True, errors="strict", max_num_fields=MOST_FIELDS)
        except ValueError as error:
            what = "the query string cannot be read"
            raise Problem(400, "bad-request", what, hint=f"give at most {MOST_FIELDS} fields, in UTF-8") from error
        given: dict[str, list[str]] = {name: [value] for name, value in of_path.items()}
        known = {parameter.name for parameter in self.taken if parameter.place == "query"}
        for name, value in fields:
            if name not in known:
                what = f"there is no parameter {echo(name)}"
                raise Problem(400, "bad-request", what, hint=f"it takes {', '.join(sorted(known))}", parameter=name)
            given.setdefault(name, []).append(value)
        return {parameter.name: parameter.read(given.get(parameter.name, [])) for parameter in self.taken}

    def address(self, url: str, values: Mapping[str, Any]) -> str:
        """Return the address that asks for these values, below a public one; what is the default is left out."""
        path = self.path
        fields: list[tuple[str, str]] = []
        for parameter in self.taken:
            value = values.get(parameter.name)
            if parameter.place == "path":
                path = path.replace(f"{{{parameter.name}}}", quote(str(value), safe=IN_SEGMENT))
                continue
            several = value if isinstance(value, tuple) else (value,)
            given = [one for one in several if one is not None and one != parameter.default]
            fields += [(parameter.name, str(one).lower() if isinstance(one, bool) else str(one)) for one in given]
        return url + path.lstrip("/") + (f"?{urlencode(fields)}" if fields else "")

    def example_address(self, url: str) -> str:
        """Return the address of its example."""
        values = {p.name: p.example for p in self.parameters if p.place == "path" or p.required}
        return self.address(url, values)
