"""The second judge: Discord's own OpenAPI description, as far as it says what a body may be.

It is not part of this project. `DISCORD_OPENAPI` names the file; unset, it is looked for in ``shared/openapi`` beside
the project. Without it there is nothing to judge by: ask `available()` and skip.
"""

import json
import os
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from jsonschema import Draft202012Validator, FormatChecker, ValidationError
from jsonschema.protocols import Validator
from jsonschema.validators import extend
from referencing import Registry
from referencing.jsonschema import DRAFT202012, Schema

from tests.discord_rules.rules import Request

MISSING = "Discord's OpenAPI description is not here: name its file in DISCORD_OPENAPI"

_ROOT = Path(__file__).resolve().parents[2]
_LOCAL = "#/components/schemas/"
_URN = "urn:discord:"
_FORMATS = FormatChecker(formats=())


def available() -> bool:
    """Say whether Discord's description is there to judge by; `MISSING` is the reason to skip when it is not."""
    return _location().is_file()


def schema_errors(request: Request) -> list[str]:
    """Give what Discord's description finds wrong with a request.

    Args:
        request: Any request to Discord. Numbers pass for snowflakes, as Discord lets them.

    Returns:
        One sentence an error, led by the JSON path. None where the description is absent, or says nothing of a body.
    """
    if not available():
        return []
    operation = _description(_location()).find(request.method, request.path)
    if operation is None:
        return [f"$ goes to {request.method} {request.path}, which Discord does not describe."]
    if request.json is None:
        return ["$ is missing: this request needs a body."] if operation.needs_body else []
    return [f"{error.json_path}: {error.message:.300}" for error in operation.errors(request.json)]


def _location() -> Path:
    named = os.environ.get("DISCORD_OPENAPI")
    return Path(named) if named else _ROOT.parent / "shared" / "openapi" / "openapi.json"


@dataclass(frozen=True, slots=True)
class Operation:
    """A method on a path of Discord's: its path by segments, what judges its body, and whether it needs one."""

    segments: tuple[str, ...]
    validator: Validator | None
    needs_body: bool

    def errors(self, body: Any) -> Iterator[ValidationError]:
        """Give the errors of a body; none where Discord describes no JSON for it."""
        if self.validator is not None:
            yield from self.validator.iter_errors(body)

    def fits(self, segments: Sequence[str]) -> bool:
        """Say whether a path, by segments, is one of this operation's."""
        pairs = zip(self.segments, segments, strict=False)
        return len(self.segments) == len(segments) and all(ours in ("{}", theirs) for ours, theirs in pairs)


class Description:
    """Discord's description, read once, with a validator an operation.

    Each union is rewritten so that the payload's ``type`` picks its branch: that is quicker than trying all, and the
    errors tell what is wrong with the branch meant.
    """

    def __init__(self, document: Mapping[str, Any]) -> None:
        schemas: Mapping[str, Any] = document["components"]["schemas"]
        resources = [
            (_URN + name, DRAFT202012.create_resource(_eased(body, schemas))) for name, body in schemas.items()
        ]
        registry: Registry[Schema] = Registry().with_resources(resources)
        self._operations: dict[str, list[Operation]] = {}
        for path, methods in document["paths"].items():
            for method, details in methods.items():
                if method in {"get", "post", "put", "patch", "delete"}:
                    operation = _operation(path, details.get("requestBody", {}), schemas, registry)
                    self._operations.setdefault(method.upper(), []).append(operation)

    def find(self, method: str, path: str) -> Operation | None:
        """Give the operation of a request, that with the fewest blanks in its path where several fit."""
        segments = path.strip("/").split("/")
        fitting = [operation for operation in self._operations.get(method, []) if operation.fits(segments)]
        return min(fitting, key=lambda operation: operation.segments.count("{}"), default=None)


@cache
def _description(location: Path) -> Description:
    return Description(json.loads(location.read_text(encoding="utf-8")))


def _operation(path: str, body: Mapping[str, Any], schemas: Mapping[str, Any], registry: Registry[Schema]) -> Operation:
    segments = tuple("{}" if part.startswith("{") else part for part in path.strip("/").split("/"))
    schema = body.get("content", {}).get("application/json", {}).get("schema")
    validator: Validator | None = None
    if schema is not None:
        validator = _Validator(_eased(schema, schemas), registry=registry, format_checker=_FORMATS)
    return Operation(segments, validator, bool(body.get("required")))


def _eased(schema: Any, schemas: Mapping[str, Any]) -> Any:
    """Rewrite a schema into keywords that check faster and complain more clearly; what it accepts stays the same."""
    if isinstance(schema, list):
        return [_eased(part, schemas) for part in schema]
    if not isinstance(schema, dict):
        return schema
    if schema.get("format") == "snowflake":
        return {**schema, "type": ["string", "integer"], "minimum": 0}
    # Where Discord pins a type to a value, it also refers to the list of all types: nothing the value does not say.
    skipped = {"oneOf", "anyOf", "$ref"} | ({"allOf"} if "enum" in schema else set())
    eased = {key: _eased(part, schemas) for key, part in schema.items() if key not in skipped}
    if "$ref" in schema:
        eased["$ref"] = schema["$ref"].replace(_LOCAL, _URN)
    for union in ("oneOf", "anyOf"):
        if union in schema:
            eased |= _eased_union(union, schema[union], schemas)
    return eased


def _eased_union(union: str, branches: list[Any], schemas: Mapping[str, Any]) -> dict[str, Any]:
    if all("const" in branch for branch in branches):
        return {"enum": [branch["const"] for branch in branches]}
    rest = [branch for branch in branches if branch != {"type": "null"}]
    if len(rest) == 1 and len(branches) > 1:
        return {"x-nullable": _eased(rest[0], schemas)}
    by_type = {kind: _eased(branch, schemas) for branch in branches for kind in _types(branch, schemas)}
    if all(_types(branch, schemas) for branch in branches):
        return {"x-by-type": by_type}
    return {union: _eased(branches, schemas)}


def _types(branch: Mapping[str, Any], schemas: Mapping[str, Any]) -> list[int | str]:
    """Give the values of ``type`` that mean this branch of a union; none where it has no such mark."""
    target = schemas.get(branch.get("$ref", "").removeprefix(_LOCAL), {})
    kinds: list[int | str] = target.get("properties", {}).get("type", {}).get("enum", [])
    return kinds


def _nullable(validator: Any, inner: Any, instance: Any, _schema: Any) -> Iterator[ValidationError]:
    if instance is not None:
        yield from validator.descend(instance, inner)


def _by_type(validator: Any, branches: Mapping[Any, Any], instance: Any, _schema: Any) -> Iterator[ValidationError]:
    kind = instance.get("type") if isinstance(instance, dict) else None
    branch = branches.get(kind) if isinstance(kind, (int, float, str)) and not isinstance(kind, bool) else None
    if branch is None:
        yield ValidationError(f"type is {kind!r:.80}, but must be one of {list(branches)}")
    else:
        yield from validator.descend(instance, branch)


def _any_of(validator: Any, branches: Sequence[Any], instance: Any, _schema: Any) -> Iterator[ValidationError]:
    """Accept what one branch accepts; else complain for the branch that comes nearest."""
    nearest: list[ValidationError] | None = None
    for branch in branches:
        errors = list(validator.descend(instance, branch))
        if not errors:
            return
        nearest = errors if nearest is None or len(errors) < len(nearest) else nearest
    yield from nearest or ()


@_FORMATS.checks("uri", raises=ValueError)
def _is_uri(value: object) -> bool:
    return not isinstance(value, str) or bool(urlsplit(value).scheme)


@_FORMATS.checks("date-time", raises=ValueError)
def _is_time(value: object) -> bool:
    return not isinstance(value, str) or bool(datetime.fromisoformat(value))


_KEYWORDS = {"x-nullable": _nullable, "x-by-type": _by_type, "anyOf": _any_of}
_Validator = extend(Draft202012Validator, _KEYWORDS)  # type: ignore[no-untyped-call]
