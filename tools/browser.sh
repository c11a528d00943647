# The browser suite: real Chromium against demos of the binary as built. Sourced by check.sh.
# Files named in $both run a second time on PostgreSQL, each in two databases of its own, gone afterwards: a first contact to
# its last visit. All of them do with `make browsers`, for which the check has no time.

both="contact visits year"

browser_build() { CGO_ENABLED=0 go build -o .tools/rinnalla ./cmd/rinnalla; }

browser_packages() { (cd e2e && npm ci --no-audit --no-fund --loglevel=error); }

# Files that take longest begin first, so that none runs on alone at the end; the others follow.
long="staff pays pages sessions couple-seat rights groups couple familyday year wall line themes"

browser_files() {
  local file
  for file in $long; do [ ! -e "e2e/$file.test.mjs" ] || echo "$file"; done
  for file in e2e/*.test.mjs; do
    file=$(basename "$file" .test.mjs)
    case " $long " in *" $file "*) ;; *) echo "$file" ;; esac
  done
}

# browser drives every file on SQLite, and those of $both on PostgreSQL too.
browser() {
  local file jobs=()
  for file in $(browser_files); do
    jobs+=("sqlite $file")
    case " $both " in *" $file "*) jobs+=("postgres $file") ;; esac
  done
  browser_jobs "${jobs[@]}"
}

# browser_postgres drives the files of $both on PostgreSQL.
browser_postgres() {
  local file jobs=()
  for file in $both; do jobs+=("postgres $file"); done
  browser_jobs "${jobs[@]}"
}

# browser_jobs runs files such as "sqlite groups", one more at a time than there are processors, for a browser waits often.
# What each says comes out whole.
browser_jobs() {
  local job said failed=0
  said=$(mktemp -d)
  for job in "$@"; do
    while [ "$(jobs -rp | wc -l)" -gt "$(nproc)" ]; do wait -n || true; done
    browser_job $job &
  done
  wait
  for job in "$@"; do
    [ -e "$said/$job.green" ] || failed=$((failed + 1))
  done
  rm -rf "$said"
  [ $failed = 0 ] || { echo "$failed of $# files failed, above"; return 1; }
}

# browser_job runs one file, and says what it said when it is over.
browser_job() {
  local from=$SECONDS status=0
  "browser_$1_file" "$2" >"$said/$1 $2.whole" 2>&1 || status=$?
  [ $status != 0 ] || touch "$said/$1 $2.green"
  printf '\n-- %s on %s, %s s\n%s\n' "$2" "$1" $((SECONDS - from)) "$(cat "$said/$1 $2.whole")"
}

browser_sqlite_file() { (unset RINNALLA_DATABASE RINNALLA_KEYS && browser_node "$1.test.mjs"); }

browser_node() {
  (cd e2e && RINNALLA="$PWD/../.tools/rinnalla" CHROMIUM="$(chromium_path)" node --test-reporter=spec "$1")
}

# browser_url is the address of a database on the tests' PostgreSQL.
browser_url() {
  local rest=${RINNALLA_TEST_POSTGRES#*://} query=""
  case $rest in *\?*) query="?${rest#*\?}" ;; esac
  rest=${rest%%\?*}
  echo "postgres://${rest%%/*}/$1$query"
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
