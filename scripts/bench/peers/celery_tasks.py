"""The tutorial's app on Redis, set for many short tasks."""

import os

from celery import Celery

redis = f"redis://127.0.0.1:{os.environ['REDIS_PORT']}"
app = Celery("tasks", broker=f"{redis}/0", backend=f"{redis}/1")
app.conf.update(
    # "Optimizing" in Celery's user guide: for many short tasks begin between 50 and 150.
    worker_prefetch_multiplier=128,
    # The same: nothing is known to need the limits, the events or the started state.
    worker_disable_rate_limits=True,
    worker_send_task_events=False,
    task_track_started=False,
    # Tasks print nothing.
    worker_redirect_stdouts=False,
    task_serializer="json",
    accept_content=["json"],
    result_serializer="json",
)
# The worker's banner is awaited at INFO; the lines of each task are not wanted.
app.conf.worker_hijack_root_logger = True


@app.on_after_finalize.connect
def quieten(sender, **_):
    import logging

    for name in ("celery.app.trace", "celery.worker.strategy"):
        logging.getLogger(name).setLevel(logging.WARNING)


@app.task(name="tasks.add")
def add(x, y):
    return x + y
