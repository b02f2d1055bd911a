#!/bin/sh
# SeaweedFS is told its keys by the variables of AWS.
export NANIO_ACCESS_KEY="$AWS_ACCESS_KEY_ID" NANIO_SECRET_KEY="$AWS_SECRET_ACCESS_KEY"
exec nanio serve --host 0.0.0.0 --port 8333 --data-dir /data --log-level warning --no-access-log
