"""What may be sent: the rules of the contract for a task's body and for limit and offset."""

from collections.abc import Mapping
from typing import Any

DEFAULT_LIMIT = 20
MAX_LIMIT = 100
MAX_TITLE = 200
MAX_DESCRIPTION = 2000


class BodyError(ValueError):
    """What was sent breaks the contract: 422."""


def task_fields(body: Any, *, partial: bool) -> dict[str, Any]:
    """The fields of a task in `body`: all of them with their defaults, or with `partial` only those that were sent."""
    if not isinstance(body, dict):
        raise BodyError("The body must be an object")
    fields = {} if partial else {"description": "", "done": False}
    fields |= {name: body[name] for name in ("title", "description", "done") if name in body}
    if "title" not in fields and not partial:
        raise BodyError("title is required")
    title, description = fields.get("title", "-"), fields.get("description", "")
    if not isinstance(title, str) or not 1 <= len(title) <= MAX_TITLE:
        raise BodyError(f"title must be text of 1 to {MAX_TITLE} characters")
    if not isinstance(description, str) or len(description) > MAX_DESCRIPTION:
        raise BodyError(f"description must be text of at most {MAX_DESCRIPTION} characters")
    if not isinstance(fields.get("done", False), bool):
        raise BodyError("done must be true or false")
    return fields


def page_of_query(query: Mapping[str, str]) -> tuple[int, int]:
    """(limit, offset) of a list request."""
    try:
        limit, offset = int(query.get("limit", DEFAULT_LIMIT)), int(query.get("offset", 0))
    except ValueError as error:
        raise BodyError("limit and offset must be whole numbers") from error
    if not 1 <= limit <= MAX_LIMIT or offset < 0:
        raise BodyError(f"limit must be from 1 to {MAX_LIMIT}, offset not negative")
    return limit, offset
