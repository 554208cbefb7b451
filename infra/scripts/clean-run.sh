#!/usr/bin/env bash
# clean-run.sh RUN_DIR: forgets everything that `make run` left in RUN_DIR: data, keys, secrets, logs. Only what was
# installed (tools, py, node) stays.
set -euo pipefail
# shellcheck source=infra/scripts/lib.sh
source "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

run_dir=${1:?usage: clean-run.sh RUN_DIR}
[ -d "$run_dir" ] || exit 0

# Servers that still use the data: the first line of their pid file is their process id, which after a crash
# may belong to somebody else by now.
while read -r pid_file; do
  case $(cat "/proc/$(head -n 1 "$pid_file")/comm" 2>/dev/null) in
    postgres | nats-server) die "still in use ($pid_file): stop it first" ;;
  esac
done < <(find -L "$run_dir" -maxdepth 4 \( -name postmaster.pid -o -name nats.pid \) 2>/dev/null)

while read -r entry; do
  if [ -L "$entry" ]; then
    # Data that PostgreSQL's user could not reach here lie in a stand-in under /var/tmp.
    case $(readlink "$entry") in
      /var/tmp/hotline-*/*) rm -rf "$(dirname "$(readlink "$entry")")" ;;
    esac
  fi
  rm -rf "$entry"
done < <(find "$run_dir" -mindepth 1 -maxdepth 1 ! -name tools ! -name py ! -name node)
say "forgotten: the data in $run_dir; what was installed there stays"
