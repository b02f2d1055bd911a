"""The baseline of `bench webhooks`: the same events, signed alike, posted from a pool.

No log, no cursor, no retry, nothing is looked at or stored.
"""

import json
import os
import threading
import time
from collections import deque
from datetime import UTC, datetime

from urllib3 import PoolManager

from bench.child_process import READY, send
from bench.event_log_data import events
from contracts.envelope import canonical
from foundation.outbound.signing import new_key, signature_headers


def post() -> None:
    """The child process: EACH events to each of TARGETS, by THREADS threads; what it took."""
    targets, each = json.loads(os.environ["TARGETS"]), int(os.environ["EACH"])
    threads = int(os.environ["THREADS"])
    told = [json.loads(event.encode()) for event in events(1, each)]
    work = deque((target, event) for event in told for target in targets)
    pools = PoolManager(num_pools=len(targets), maxsize=threads, block=True, retries=False)
    key = new_key("ed25519").secret

    def run() -> None:
        while work:
            target, event = work.popleft()
            body, now = canonical(event), datetime.now(UTC)
            signed = signature_headers([key], f"msg_{event['id']}", now, body)
            headers = {"Content-Type": "application/cloudevents+json", **signed}
            pools.urlopen("POST", target, body=body, headers=headers)

    workers = [threading.Thread(target=run) for _ in range(threads)]
    send(**{READY: True})
    began, cpu = time.perf_counter(), time.process_time()
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    send(seconds=time.perf_counter() - began, cpu=time.process_time() - cpu)
