"""The Celery application: how tasks are delivered, and which ones the clock asks for.

A setting named `CELERY_…` in the settings goes over what stands here.
"""

import logging
import os
import warnings
from typing import Any

from celery import Celery
from celery.platforms import SecurityWarning  # type: ignore[attr-defined]
from django.conf import settings
from kombu import Queue

from core import workers  # noqa: F401  a worker says there that it is alive

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")

warnings.simplefilter("ignore", SecurityWarning)  # about root, which matters to those who unpickle

# A worker that ends puts back what it has just been given, as it should; that is no news.
logging.getLogger("kombu.transport.virtual.base").setLevel(logging.ERROR)

LONGEST_TASK = 6 * 3600  # seconds; what nobody acknowledged for so long is delivered again

# What the clock asks for. `expires`: a worker that was busy does not do it five times in a row.
SCHEDULE = {
    "give back places whose lease has run out": {
        "task": "feedback.expire_leases",
        "schedule": 5.0,
        "options": {"expires": 5},
    },
    "take up jobs that nobody does": {
        "task": "feedback.sweep_jobs",
        "schedule": 15.0,
        "options": {"expires": 15},
    },
    "delete old files": {
        "task": "feedback.forget_files",
        "schedule": 60.0,
        "options": {"expires": 60},
    },
    "go on with what people asked about their data": {
        "task": "feedback.sweep_requests",
        "schedule": 60.0,
        "options": {"expires": 60},
    },
    "delete organizations whose time is over": {
        "task": "feedback.purge_organizations",
        "schedule": 3600.0,
        "options": {"expires": 3600},
    },
    "keep no records for people who went": {
        "task": "feedback.sweep_departures",
        "schedule": 60.0,
        "options": {"expires": 60},
    },
    "send webhooks again, and what was forgotten": {
        "task": "feedback.sweep_deliveries",
        "schedule": 5.0,
        "options": {"expires": 60},
    },
    "forget old deliveries of webhooks": {
        "task": "feedback.forget_deliveries",
        "schedule": 300.0,
        "options": {"expires": 300},
    },
    "index what waits to be searched": {
        "task": "feedback.sweep_backlog",
        "schedule": 15.0,
        "options": {"expires": 15},
    },
    "forget what audit logs keep no longer": {
        "task": "accounts.forget_audit_entries",
        "schedule": 3600.0,
        "options": {"expires": 3600},
    },
    "empty the trash of what is due": {
        "task": "feedback.sweep_trash",
        "schedule": 60.0,
        "options": {"expires": 60},
    },
    "build and drop indexes of vectors": {
        "task": "feedback.tend_vector_indexes",
        "schedule": 60.0,
        "options": {"expires": 60},
    },
}

# Sending waits for others, who may be slow or gone: it has a queue of its own, so that a worker of its own can do it
# while imports and exports go on. A worker that is told no queues takes both.
WORK, SENDING = "assay", "webhooks"
ROUTES = {"feedback.deliver": {"queue": SENDING}, "feedback.sweep_deliveries": {"queue": SENDING}}


def defaults() -> dict[str, Any]:
    """A task is done when it is finished, not when it is fetched: what a dead worker held is done again."""
    return {
        "broker_url": settings.BROKER_URL,
        "broker_connection_retry_on_startup": True,
        "broker_connection_max_retries": None,
        "broker_transport_options": {
            "visibility_timeout": LONGEST_TASK,
            "unacked_restore_interval": 5,
            "unacked_restore_throttle": 1,
            "socket_connect_timeout": 5,
        },
        "task_acks_late": True,
        "task_reject_on_worker_lost": True,
        "worker_prefetch_multiplier": 1,
        "worker_soft_shutdown_timeout": 5.0,
        "worker_max_memory_per_child": 1_000_000,  # kB; looked at between tasks
        "worker_proc_alive_timeout": 30.0,
        "worker_cancel_long_running_tasks_on_connection_loss": False,
        "worker_hijack_root_logger": False,
        "task_ignore_result": True,
        "task_default_queue": WORK,
        "task_queues": [Queue(WORK), Queue(SENDING)],
        "task_routes": ROUTES,
        "beat_schedule": SCHEDULE,
        "beat_schedule_filename": str(settings.DATA / "clock"),
        "timezone": "UTC",
    }


app = Celery("assay", task_cls="core.workers:Task")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.add_defaults(defaults)
app.autodiscover_tasks()
