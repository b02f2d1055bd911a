#!/bin/sh
# The first time without accounts, to make the root user; from then on nobody gets in without one.
set -eu
: > /tmp/secantusd.toml
serve() {
    exec secantusd-py --config /tmp/secantusd.toml --storage-path /data/db --log-level WARNING \
        --sync-on-commit "$@"
}
if [ ! -e /data/db/made ]; then
    serve --host 127.0.0.1 --port 27017 &
    server=$!
    python - <<'END'
import os, pymongo
client = pymongo.MongoClient("mongodb://127.0.0.1:27017/?directConnection=true")
user, secret = (os.environ[f"MONGO_INITDB_ROOT_{part}"] for part in ("USERNAME", "PASSWORD"))
client.admin.command("createUser", user, pwd=secret, roles=["root"])
END
    kill "$server"
    wait "$server" || true
    touch /data/db/made
fi
unset MONGO_INITDB_ROOT_PASSWORD MONGO_KEY
serve --auth --host 0.0.0.0 --port 27017
