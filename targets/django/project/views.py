"""The contract of targets/contract.yaml in Django: synchronous function views that answer with JsonResponse.

The views are exempt from CSRF checks, as for any API without cookies (a wrong method is then a 405, not a 403); the
middleware stays.
"""

import json
from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from project.forms import BodyError, page_of_query, task_fields
from project.store import Task, TaskStore

store = TaskStore()


def not_found() -> JsonResponse:
    return JsonResponse({"detail": "Not Found"}, status=404)


def unprocessable(error: BodyError) -> JsonResponse:
    return JsonResponse({"detail": str(error)}, status=422)


def body_of(request: HttpRequest) -> Any:
    try:
        return json.loads(request.body)
    except ValueError as error:
        raise BodyError("The body is not JSON") from error


@csrf_exempt
@require_GET
def test(request: HttpRequest) -> JsonResponse:
    return JsonResponse({"message": "Hello"})


@csrf_exempt
@require_http_methods(["GET", "POST"])
def tasks(request: HttpRequest) -> JsonResponse:
    try:
        if request.method == "GET":
            # A list is the contract's answer, so that JsonResponse must be told that it is no dict.
            return JsonResponse(store.page(*page_of_query(request.GET)), safe=False)
        created = store.create(task_fields(body_of(request), partial=False))
    except BodyError as error:
        return unprocessable(error)
    return JsonResponse(created, status=201, headers={"Location": f"/tasks/{created['id']}"})


@csrf_exempt
@require_http_methods(["GET", "PUT", "PATCH", "DELETE"])
def task(request: HttpRequest, task_id: int) -> HttpResponse:
    if request.method == "DELETE":
        return HttpResponse(status=204) if store.delete(task_id) else not_found()
    found: Task | None
    if request.method == "GET":
        found = store.get(task_id)
    else:
        try:
            fields = task_fields(body_of(request), partial=request.method == "PATCH")
        except BodyError as error:
            return unprocessable(error)
        found = store.change(task_id, fields)
    return not_found() if found is None else JsonResponse(found)


@csrf_exempt
@require_POST
def reset(request: HttpRequest) -> HttpResponse:
    store.reset()
    return HttpResponse(status=204)
