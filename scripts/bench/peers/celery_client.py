"""Measures Celery: see conversation.ts for what is asked and answered."""

import json
import sys
import time

from celery import group
from celery_tasks import add


def bulk(count):
    tasks = group(add.s(number, 1) for number in range(count))
    start = time.perf_counter()
    pending = tasks.apply_async()
    results = pending.get(timeout=120)
    milliseconds = (time.perf_counter() - start) * 1000
    # Outside the time: what a bulk leaves in Redis and in this process is not to slow down the next one.
    pending.forget()
    if results != [number + 1 for number in range(count)]:
        raise ValueError("a result is wrong")
    return {"milliseconds": milliseconds, "verified": len(results)}


def round_trips(count):
    times = []
    for number in range(count):
        start = time.perf_counter()
        pending = add.delay(number, 1)
        result = pending.get(timeout=20)
        times.append((time.perf_counter() - start) * 1000)
        pending.forget()
        if result != number + 1:
            raise ValueError(f"{number} + 1 gave {result}")
    return {"times": times}


print("ready", flush=True)
for line in sys.stdin:
    question = json.loads(line)
    try:
        answer = bulk(question["bulk"]) if "bulk" in question else round_trips(question["round_trips"])
    except Exception as error:
        answer = {"error": repr(error)}
    print(json.dumps(answer), flush=True)
