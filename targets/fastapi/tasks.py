"""The tasks of one worker process, in memory: the fixture of 100, what was created since, and the rules of the contract.

`created_at` is text made once, when a task is created, so that no target pays for formatting a date per request.
"""

from collections import deque
from datetime import UTC, datetime
from itertools import islice
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

FIXTURE_SIZE = 100
# A long measurement creates more than it deletes; past this many the oldest created task goes.
MAX_CREATED = 1000

Title = Annotated[str, Field(min_length=1, max_length=200)]
Description = Annotated[str, Field(max_length=2000)]


class TaskIn(BaseModel):
    """The body of POST and PUT. Strict: "yes" and 1 are not booleans."""

    model_config = ConfigDict(strict=True)

    title: Title
    description: Description = ""
    done: bool = False


class TaskPatch(BaseModel):
    """The body of PATCH: only the fields that were sent count, and null is none of them."""

    model_config = ConfigDict(strict=True)

    title: Title = ""
    description: Description = ""
    done: bool = False


class Task(BaseModel):
    id: int
    title: str
    description: str
    done: bool
    created_at: str


def fixture_task(number: int) -> Task:
    return Task(
        id=number,
        title=f"Task {number}",
        description=f"Description of task {number}",
        done=number % 3 == 0,
        created_at=f"2026-01-01T{number // 60:02}:{number % 60:02}:00Z",
    )


class TaskStore:
    def __init__(self) -> None:
        self.reset()

    def reset(self) -> None:
        self._tasks = {number: fixture_task(number) for number in range(1, FIXTURE_SIZE + 1)}
        self._created: deque[int] = deque()
        self._next_id = FIXTURE_SIZE + 1

    def page(self, limit: int, offset: int) -> list[Task]:
        start = min(offset, len(self._tasks))
        return list(islice(self._tasks.values(), start, start + limit))

    def get(self, task_id: int) -> Task | None:
        return self._tasks.get(task_id)

    def create(self, fields: TaskIn) -> Task:
        created_at = datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
        task = Task(id=self._next_id, created_at=created_at, **fields.model_dump())
        self._next_id += 1
        self._tasks[task.id] = task
        self._created.append(task.id)
        if len(self._created) > MAX_CREATED:
            self._tasks.pop(self._created.popleft(), None)
        return task

    def change(self, task_id: int, fields: dict[str, str | bool]) -> Task | None:
        task = self._tasks.get(task_id)
        if task is None:
            return None
        self._tasks[task_id] = task.model_copy(update=fields)
        return self._tasks[task_id]

    def delete(self, task_id: int) -> bool:
        return self._tasks.pop(task_id, None) is not None
