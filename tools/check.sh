#!/usr/bin/env bash
# All that CI runs, and what a developer runs before handing a change over. Each step says what it does and how long
# it took; the first that fails ends the run.
set -euo pipefail
cd "$(dirname "$0")/.."
. tools/postgres.sh
. tools/needs.sh
. tools/browser.sh

# One setting for vet, tests and the binary, so that what one compiled the next can use. Only the race detector needs cgo.
export CGO_ENABLED=0

began=$SECONDS
bin="$PWD/.tools"
ahead=""
aside=""
memory=""
said=$(mktemp)
trap 'ended $?' EXIT
trap 'exit 130' INT TERM

# What was begun beside the steps ends with them. The answer is that of the steps, whatever tidying up says.
ended() {
  set +e
  kill $(jobs -p) 2>/dev/null
  pg_stop
  [ -z "$memory" ] || rm -rf "$memory"
  rm -f "$said"
  exit "$1"
}

# What tests write is gone afterwards, so it stays in memory where the machine has that much to spare, and rubbish is collected
# more seldom: that takes a sixth off compiling. What is compiled goes to the disk as ever.
in_memory() {
  local free
  free=$(df -k --output=avail /dev/shm 2>/dev/null | tail -n 1)
  [ -w /dev/shm ] && [ "${free:-0}" -gt 6000000 ] || return 0
  export GOTMPDIR="${GOTMPDIR:-${TMPDIR:-/tmp}}"
  memory=$(mktemp -d /dev/shm/rinnalla.XXXXXX)
  chmod 711 "$memory" # PostgreSQL runs as a user of its own
  export TMPDIR="$memory" GOGC=400
}

step() {
  local title=$1 from=$SECONDS
  shift
  printf '\n== %s\n' "$title"
  "$@" || { printf '== failed: %s\n' "$title"; exit 1; }
  printf '   %s s\n' $((SECONDS - from))
}

formatted() {
  local wrong
  wrong=$(gofmt -l $(git ls-files '*.go'))
  [ -z "$wrong" ] || { echo "gofmt these: $wrong"; return 1; }
}

tools() { go build -C tools/pinned -o "$bin/" honnef.co/go/tools/cmd/staticcheck; }

linted() { "$bin/staticcheck" ./...; }

postgres() {
  if [ -n "${RINNALLA_TEST_POSTGRES:-}" ]; then echo "using the one in RINNALLA_TEST_POSTGRES"; else pg_start; fi
}

# Where memory is shared: the writer, jobs, wrong codes, and what the pages keep in memory, which lives in small rooms of its
# own, so that the pages need not be compiled a second time. What two people do at once elsewhere goes by these. Compiling
# SQLite takes most of the step, so the tests are named; a new one that runs several at once goes by such a name. SQLite itself
# was C and guards its memory by locks of its own: it is left as it is.
racing=(./internal/storage ./internal/runner ./internal/intake/... ./internal/appointment/kept ./internal/web/live ./internal/web/ready ./internal/web/pace ./internal/web/departed)

race() { CGO_ENABLED=1 go test -race -gcflags=modernc.org/sqlite/lib=-race=false -vet=off -ldflags="-s -w" -run "$1" "${racing[@]}"; }

# Where nothing is compiled yet, the first steps wait for the network and for single large packages. Meanwhile what the
# race detector needs is compiled beside them.
compile_ahead() {
  race '^$' >/dev/null 2>&1 &
  ahead=$!
}

raced() {
  race 'AtOnce|Together|Race|OnlyOne|ForTwo|OneFifth|TakenOnce|Share|Undo|Context|Commit|Graceful|KeysAre|View|Live|Hub|Throttle|Killed|PickOne|Twice|TwoTabs|OneWorker|ManyHands|TwoRunners|Stopped|RunWakes'
}

# The tests often wait for the database. Meanwhile these go on beside them; what they say comes out whole afterwards.
begin_aside() {
  wait "$ahead" || true # a mistake in it is told by the race detector's own step
  ahead=""
  (
    step "staticcheck" linted
    step "the race detector, where several act at once" raced
  ) >"$said" 2>&1 &
  aside=$!
}

ended_aside() {
  local status=0
  wait "$aside" || status=$?
  aside=""
  cat "$said"
  return $status
}

step "what the machine needs" need
in_memory
compile_ahead
step "our own tool, pinned" tools
step "gofmt" formatted
step "go vet" go vet ./...
step "PostgreSQL for the tests" postgres
begin_aside
# The longest first, beside the others. All has been vetted, and nobody looks into these binaries with a debugger.
step "tests, on both databases" go test -vet=off -ldflags="-s -w" ./internal/web ./...
step "what went on beside them" ended_aside
step "the browser's packages" browser_packages
step "the binary as it is given out" browser_build
step "browser, on both databases" browser
printf '\nall green in %s s\n' $((SECONDS - began))
