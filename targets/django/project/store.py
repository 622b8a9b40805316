"""The tasks of one worker process, in memory: the fixture of 100 and what was created since.

A lock guards them: synchronous views run in threads, under ASGI and under uvicorn's WSGI adapter alike.
`created_at` is text made once, when a task is created, so that no target pays for formatting a date per request.
"""

from collections import deque
from datetime import UTC, datetime
from itertools import islice
from threading import Lock
from typing import Any

FIXTURE_SIZE = 100
# A long measurement creates more than it deletes; past this many the oldest created task goes.
MAX_CREATED = 1000

Task = dict[str, Any]


def fixture_task(number: int) -> Task:
    return {
        "id": number,
        "title": f"Task {number}",
        "description": f"Description of task {number}",
        "done": number % 3 == 0,
        "created_at": f"2026-01-01T{number // 60:02}:{number % 60:02}:00Z",
    }


class TaskStore:
    def __init__(self) -> None:
        self._lock = Lock()
        self.reset()

    def reset(self) -> None:
        with self._lock:
            self._tasks = {number: fixture_task(number) for number in range(1, FIXTURE_SIZE + 1)}
            self._created: deque[int] = deque()
            self._next_id = FIXTURE_SIZE + 1

    def page(self, limit: int, offset: int) -> list[Task]:
        with self._lock:
            start = min(offset, len(self._tasks))
            return list(islice(self._tasks.values(), start, start + limit))

    def get(self, task_id: int) -> Task | None:
        with self._lock:
            return self._tasks.get(task_id)

    def create(self, fields: dict[str, Any]) -> Task:
        created_at = datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
        with self._lock:
            task = {
                "id": self._next_id,
                "title": fields["title"],
                "description": fields["description"],
                "done": fields["done"],
                "created_at": created_at,
            }
            self._next_id += 1
            self._tasks[task["id"]] = task
            self._created.append(task["id"])
            if len(self._created) > MAX_CREATED:
                self._tasks.pop(self._created.popleft(), None)
            return task

    def change(self, task_id: int, fields: dict[str, Any]) -> Task | None:
        with self._lock:
            task = self._tasks.get(task_id)
            if task is None:
                return None
            self._tasks[task_id] = task | fields
            return self._tasks[task_id]

    def delete(self, task_id: int) -> bool:
        with self._lock:
            return self._tasks.pop(task_id, None) is not None
