# The browser suite: real Chromium against demos of the binary as built. Sourced by check.sh.
# Files named in $both run a second time on PostgreSQL, each in two databases of its own, gone afterwards: a first contact to
# its last visit. All of them do with `make browsers`, for which the check has no time.

both="contact visits chat family"

browser_build() { CGO_ENABLED=0 go build -o .tools/rinnalla ./cmd/rinnalla; }

browser_packages() { (cd e2e && npm ci --no-audit --no-fund --loglevel=error); }

# browser_node runs the named test files of e2e/, or all.
browser_node() {
  (
    cd e2e
    [ $# -gt 0 ] || set -- *.test.mjs
    RINNALLA="$PWD/../.tools/rinnalla" CHROMIUM="$(chromium_path)" node --test --test-reporter=spec --test-concurrency=2 "$@"
  )
}

browser_sqlite() { (unset RINNALLA_DATABASE RINNALLA_KEYS && browser_node); }

# browser_url is the address of a database on the tests' PostgreSQL.
browser_url() {
  local rest=${RINNALLA_TEST_POSTGRES#*://} query=""
  case $rest in *\?*) query="?${rest#*\?}" ;; esac
  rest=${rest%%\?*}
  echo "postgres://${rest%%/*}/$1$query"
}

# Two files at a time, as node does with the others; what each says comes out whole.
browser_postgres() {
  local file said status=0
  said=$(mktemp -d)
  for file in $both; do
    while [ "$(jobs -rp | wc -l)" -ge 2 ]; do wait -n || true; done
    (browser_postgres_file "$file" >"$said/$file" 2>&1 && touch "$said/$file.green") &
  done
  wait
  for file in $both; do
    cat "$said/$file"
    [ -e "$said/$file.green" ] || status=1
  done
  rm -rf "$said"
  return $status
}

browser_postgres_file() {
  local name="e2e_${1//-/_}_$$" bin status=0
  bin=$(pg_find)
  browser_sql "create database $name" && browser_sql "create database ${name}_keys" || return 1
  PG_BIN="$bin" RINNALLA_DATABASE="$(browser_url "$name")" RINNALLA_KEYS="$(browser_url "${name}_keys")" browser_node "$1.test.mjs" || status=1
  browser_sql "drop database $name with (force)"
  browser_sql "drop database ${name}_keys with (force)"
  return $status
}

browser_sql() { "${bin:+$bin/}psql" -X -q -d "$RINNALLA_TEST_POSTGRES" -c "$1"; }
