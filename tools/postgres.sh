# A PostgreSQL of our own for the tests: in a temporary folder, on a free port of the loopback, gone afterwards.
# Sourced by check.sh. pg_start sets RINNALLA_TEST_POSTGRES; pg_stop ends what pg_start began, and nothing else.

pg_dir=""
pg_socket=""

# PostgreSQL declines to run as root, so root lends the work to the user its package made.
pg_as() {
  if [ "$(id -u)" = 0 ]; then runuser -u postgres -- "$@"; else "$@"; fi
}

pg_find() {
  local found
  found=$(command -v initdb) && [ -x "$(dirname "$(readlink -f "$found")")/postgres" ] && {
    dirname "$(readlink -f "$found")"
    return
  }
  found=$(ls -d /usr/lib/postgresql/*/bin 2>/dev/null | sort -V | tail -n 1)
  [ -x "$found/initdb" ] && echo "$found"
}

pg_free_port() {
  local port
  while :; do
    port=$((20000 + RANDOM % 20000))
    (exec 3<>"/dev/tcp/127.0.0.1/$port") 2>/dev/null || { echo "$port"; return; }
  done
}

pg_start() {
  local bin port
  bin=$(pg_find)
  pg_dir=$(mktemp -d "${TMPDIR:-/tmp}/rinnalla-postgres.XXXXXX")
  pg_socket=$(mktemp -d /tmp/rinnalla-socket.XXXXXX) # a socket's path may be a hundred letters long, and TMPDIR longer
  [ "$(id -u)" = 0 ] && chown postgres "$pg_dir" "$pg_socket"
  (
    cd "$pg_dir"
    pg_as "$bin/initdb" -D "$pg_dir/data" -U postgres -A trust -E UTF8 --locale=C.UTF-8 --no-sync >"$pg_dir.log" 2>&1
  ) || { cat "$pg_dir.log"; return 1; }
  port=$(pg_free_port)
  # Nothing here outlives the tests, so nothing waits for the disk; and all are on one machine, so nothing goes by the network.
  (
    cd "$pg_dir"
    pg_as "$bin/pg_ctl" -D "$pg_dir/data" -l "$pg_dir/data/server.log" -w -t 60 \
      -o "-p $port -c listen_addresses='' -c unix_socket_directories=$pg_socket -c fsync=off -c full_page_writes=off -c max_connections=200" \
      start >"$pg_dir.log" 2>&1
  ) || { cat "$pg_dir.log" "$pg_dir/data/server.log"; return 1; }
  export RINNALLA_TEST_POSTGRES="postgres:///postgres?host=$pg_socket&port=$port&user=postgres&sslmode=disable"
}

pg_stop() {
  [ -n "$pg_dir" ] || return 0
  local pid
  pid=$(head -n 1 "$pg_dir/data/postmaster.pid" 2>/dev/null || true)
  if [ -n "$pid" ]; then
    kill -INT "$pid" 2>/dev/null || true
    for _ in $(seq 100); do
      kill -0 "$pid" 2>/dev/null || break
      sleep 0.1
    done
  fi
  rm -rf "$pg_dir" "$pg_dir.log" "$pg_socket"
  pg_dir=""
}
