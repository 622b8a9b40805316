import os

from django.urls import path

from project import views

urlpatterns = [
    path("test", views.test),
    path("tasks", views.tasks),
    path("tasks/<int:task_id>", views.task),
]

if os.environ.get("BENCHWRIGHT_RESET") == "1":
    urlpatterns.append(path("__reset", views.reset))
