#!/usr/bin/env bash
# Runs a command while ministack answers on this machine, at the address that EMULATOR names.
# Usage: run.sh MINISTACK COMMAND...
set -euo pipefail

ministack=$1
shift
work=$(mktemp -d)
port=$(python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])')
# Without the first it would listen on all addresses.
BIND_HOST=127.0.0.1 GATEWAY_PORT=$port "$ministack" >"$work/log" 2>&1 &
emulator=$!
trap 'kill "$emulator" 2>/dev/null; wait "$emulator" 2>/dev/null || true; rm -rf "$work"' EXIT

export EMULATOR=http://127.0.0.1:$port
for _ in $(seq 100); do
  if curl -sS -o /dev/null "$EMULATOR/" 2>/dev/null; then
    "$@"
    exit
  fi
  kill -0 "$emulator" 2>/dev/null || break
  sleep 0.2
done
cat "$work/log" >&2
echo "ministack doesn't answer" >&2
exit 1
