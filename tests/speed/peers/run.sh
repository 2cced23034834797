#!/usr/bin/env bash
# Builds the peers, fetches SimPy, and prints the table.
set -euo pipefail
cd "$(dirname "$0")/../../.."
folder=${CARGO_TARGET_DIR:-target}/peers
mkdir -p "$folder"
folder=$(cd "$folder" && pwd)
[ -x "$folder/python/bin/python" ] || python3 -m venv "$folder/python"
"$folder/python/bin/pip" install --quiet --disable-pip-version-check simpy==4.1.1
CARGO_TARGET_DIR=$folder/build cargo run --quiet --release \
  --manifest-path tests/speed/peers/Cargo.toml -- "$folder/python/bin/python"
