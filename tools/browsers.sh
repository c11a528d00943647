#!/usr/bin/env bash
# Every browser test on PostgreSQL, or those named: tools/browsers.sh groups line. The check drives all of them on SQLite.
set -euo pipefail
cd "$(dirname "$0")/.."
. tools/postgres.sh
. tools/needs.sh
. tools/browser.sh
trap pg_stop EXIT
trap 'exit 130' INT TERM
need
[ -n "${RINNALLA_TEST_POSTGRES:-}" ] || pg_start
browser_packages
browser_build
both=${*:-$(cd e2e && ls *.test.mjs | sed 's/.test.mjs$//')}
browser_postgres
