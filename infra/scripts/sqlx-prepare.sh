#!/usr/bin/env bash
# sqlx-prepare.sh [--check] [--keep] [--stop] [SERVICE…]: writes services/<s>/.sqlx, from which `query!` is
# checked when no database is at hand. Without a SERVICE: all that have migrations.
#
#   --check  change nothing; fail when a .sqlx is not what the code and the migrations say
#   --keep   leave the PostgreSQL running (under .run/sqlx), so that the next call takes seconds
#   --stop   end a server that was kept
#
# SQLX_PG_URL (postgres://user@host:port, no database) uses that server instead of a private one.
# It does what `cargo sqlx prepare` does, but with one database per service, and needs no extra tool: with
# SQLX_OFFLINE_DIR set, sqlx's macros write what they asked the database.
set -euo pipefail
# shellcheck source=infra/scripts/lib.sh
source "$(dirname "${BASH_SOURCE[0]}")/lib.sh"
cd "$(dirname "${BASH_SOURCE[0]}")/../.."

check='' keep='' stop='' services=()
for argument in "$@"; do
  case $argument in
    --check) check=yes ;;
    --keep) keep=yes ;;
    --stop) stop=yes ;;
    -*) die "unknown option $argument" ;;
    *) services+=("$argument") ;;
  esac
done

pg_bin=$(find_postgres .run) || die "no PostgreSQL found; run: make tools"
# shellcheck disable=SC2317 # called by the trap
clean_up() {
  if [ -n "${private:-}" ]; then as_postgres "$pg_bin/pg_ctl" -D "$private/data" -m immediate -w stop >/dev/null 2>&1 || true; fi
  rm -rf "$work" "${private:-}"
}
work=$(mktemp -d)
trap clean_up EXIT

# is_running DIR: does the server of DIR/data run? Its port is in line 4 of its pid file.
is_running() { as_postgres "$pg_bin/pg_ctl" -D "$1/data" status >/dev/null 2>&1; }
url_of() { as_postgres sed -n '4s|^|postgres://postgres@127.0.0.1:|p' "$1/data/postmaster.pid"; }

# close_inherited COMMAND…: runs it with nothing open but the three standard streams (255 is this script itself).
close_inherited() (
  for descriptor in "/proc/$BASHPID/fd/"*; do
    descriptor=${descriptor##*/}
    if [ "$descriptor" -gt 2 ] && [ "$descriptor" -ne 255 ]; then eval "exec $descriptor>&-"; fi
  done
  "$@"
)

# start_server DIR: makes DIR/data when needed and starts a server that may forget everything.
start_server() {
  local folder=$1 port version
  chmod 711 "$folder"
  version=$(version_of "$pg_bin/postgres")
  # Another PostgreSQL than last time: its data are of no use, and of no value.
  if [ "$(cat "$folder/ready" 2>/dev/null)" != "$version" ]; then
    rm -rf "$folder/data"
    install -d -m 700 -o "$(postgres_user)" "$folder/data"
    as_postgres "$pg_bin/initdb" -D "$folder/data" --username=postgres --auth=trust --encoding=UTF8 --locale=C \
      --no-sync >"$work/initdb.log" 2>&1 || die "initdb failed: $(tail -n 20 "$work/initdb.log")"
    echo "$version" >"$folder/ready"
  fi
  for _ in 1 2 3 4 5; do
    port=$((20000 + RANDOM % 12000))
    # Output and whatever else is open are closed, because the server would hold a caller's pipe, or a caller's lock.
    if close_inherited as_postgres "$pg_bin/pg_ctl" -D "$folder/data" -l "$folder/data/server.log" -w -t 60 -o "-c listen_addresses=127.0.0.1 \
      -c port=$port -c unix_socket_directories= -c fsync=off -c full_page_writes=off" start >/dev/null 2>&1; then return; fi
  done
  die "PostgreSQL does not start: $(as_postgres tail -n 20 "$folder/data/server.log")"
}

# Sets `server`, the URL without a database.
choose_server() {
  local kept
  if [ -n "${SQLX_PG_URL:-}" ]; then
    server=$SQLX_PG_URL
    return
  fi
  kept=$(place_for_postgres .run/sqlx)
  if [ -n "$keep" ]; then
    # Two calls at once start one server.
    exec 9>.run/sqlx.lock
    flock 9
    is_running "$kept" || start_server "$kept"
    exec 9>&-
  fi
  if is_running "$kept"; then
    server=$(url_of "$kept")
  else
    private=$(mktemp -d)
    start_server "$private"
    server=$(url_of "$private")
  fi
}

psql_quietly() { "$pg_bin/psql" --no-psqlrc --quiet --set ON_ERROR_STOP=1 "$@"; }

# migrated_database SERVICE: an empty database with the service's migrations applied in order.
migrated_database() {
  local service=$1 database=sqlx_${1//-/_} file together
  psql_quietly --dbname "$server/postgres" --command "set client_min_messages = warning" \
    --command "drop database if exists $database with (force)" --command "create database $database"
  for file in services/"$service"/migrations/*.sql; do
    # As sqlx does: one transaction per file, unless its first line asks for none.
    together=--single-transaction
    if head -n 1 "$file" | grep --quiet '^-- no-transaction'; then together=''; fi
    PGOPTIONS='-c client_min_messages=warning' psql_quietly ${together:+"$together"} --dbname "$server/$database" --file "$file" ||
      die "$file does not apply"
  done
}

# prepare SERVICE: asks the database about every query of the service, and keeps or compares the answers.
prepare() {
  local service=$1 fresh=$work/$1 kept=services/$1/.sqlx
  migrated_database "$service"
  mkdir -p "$fresh"
  # Touched, because cargo does not know that the macros' answers depend on the database.
  touch "services/$service/src/lib.rs"
  DATABASE_URL=$server/sqlx_${service//-/_} SQLX_OFFLINE=false SQLX_OFFLINE_DIR=$fresh cargo check --quiet -p "$service" ||
    die "$service does not compile against its migrations"
  if [ -z "$check" ]; then
    rm -rf "$kept"
    if [ -n "$(ls "$fresh")" ]; then cp -r "$fresh" "$kept"; fi
    say "$service: $(find "$fresh" -type f | wc -l) queries"
  elif ! diff --recursive --brief "$(if [ -d "$kept" ]; then echo "$kept"; else mkdir "$work/none-$service" && echo "$work/none-$service"; fi)" "$fresh" >&2; then
    say "$kept is out of date; run: make sqlx"
    outdated=yes
  fi
}

if [ -n "$stop" ]; then
  kept=$(place_for_postgres .run/sqlx)
  if is_running "$kept"; then as_postgres "$pg_bin/pg_ctl" -D "$kept/data" -m immediate -w stop >/dev/null; fi
  exit 0
fi

[ -x "$pg_bin/psql" ] || die "$pg_bin has no psql; install it, or set HOTLINE_PG_BIN to a folder that has it"
if [ ${#services[@]} -eq 0 ]; then
  for folder in services/*/migrations; do
    if [ -d "$folder" ]; then services+=("$(basename "$(dirname "$folder")")"); fi
  done
fi
if [ ${#services[@]} -eq 0 ]; then
  say "no service has migrations"
  exit 0
fi
for service in "${services[@]}"; do
  [ -d "services/$service/migrations" ] || die "services/$service/migrations does not exist"
done

server='' private='' outdated=''
choose_server
for service in "${services[@]}"; do prepare "$service"; done
if [ -n "$keep" ]; then say "kept: DATABASE_URL=$server/sqlx_<service>; end it with --stop"; fi
[ -z "$outdated" ]
