"""The contract of targets/contract.yaml in FastAPI: async path operations, Pydantic models in and out."""

import os
from typing import Annotated

from fastapi import FastAPI, HTTPException, Query, Response
from pydantic import BaseModel

from tasks import Task, TaskIn, TaskPatch, TaskStore

# Without the redirect, /tasks/ is an unknown path like any other: 404, as the contract has it.
app = FastAPI(redirect_slashes=False)
store = TaskStore()


class Message(BaseModel):
    message: str


def found(task: Task | None) -> Task:
    if task is None:
        raise HTTPException(404)
    return task


@app.get("/test")
async def test() -> Message:
    return Message(message="Hello")


@app.get("/tasks")
async def list_tasks(
    limit: Annotated[int, Query(ge=1, le=100)] = 20,
    offset: Annotated[int, Query(ge=0)] = 0,
) -> list[Task]:
    return store.page(limit, offset)


@app.post("/tasks", status_code=201)
async def create_task(fields: TaskIn, response: Response) -> Task:
    task = store.create(fields)
    response.headers["Location"] = f"/tasks/{task.id}"
    return task


@app.get("/tasks/{task_id:int}")
async def get_task(task_id: int) -> Task:
    return found(store.get(task_id))


@app.put("/tasks/{task_id:int}")
async def replace_task(task_id: int, fields: TaskIn) -> Task:
    return found(store.change(task_id, fields.model_dump()))


@app.patch("/tasks/{task_id:int}")
async def change_task(task_id: int, fields: TaskPatch) -> Task:
    return found(store.change(task_id, fields.model_dump(exclude_unset=True)))


@app.delete("/tasks/{task_id:int}", status_code=204)
async def delete_task(task_id: int) -> None:
    if not store.delete(task_id):
        raise HTTPException(404)


if os.environ.get("BENCHWRIGHT_RESET") == "1":

    @app.post("/__reset", status_code=204)
    async def reset() -> None:
        store.reset()
