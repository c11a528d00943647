# What the checks need from the machine. Root on Debian gets what is missing; anybody else is told what to ask for.
# Sourced by check.sh.

chromium_path() {
  if [ -n "${CHROMIUM:-}" ]; then echo "$CHROMIUM"; return; fi
  command -v chromium-headless-shell || command -v chromium || command -v chromium-browser || command -v google-chrome
}

# The same Chromium without its own windows takes half the processor's time, so it is installed beside a whole one where
# that can be done; a whole one does where it cannot.
browser_missing() {
  [ -z "${CHROMIUM:-}" ] && ! command -v chromium-headless-shell >/dev/null && { may_install || ! chromium_path >/dev/null; }
}

may_install() { [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; }

missing_packages() {
  if browser_missing; then echo chromium-headless-shell; fi
  [ -n "${RINNALLA_TEST_POSTGRES:-}" ] || [ -n "$(pg_find)" ] || echo postgresql
  command -v node >/dev/null || echo nodejs
  command -v npm >/dev/null || echo npm
  command -v gcc >/dev/null || echo "gcc libc6-dev" # the race detector is C
}

need() {
  command -v go >/dev/null || { echo "needs Go 1.26 or newer: see go.dev"; return 1; }
  local missing
  missing=$(missing_packages | tr '\n' ' ')
  [ -n "$missing" ] || return 0
  if may_install; then
    echo "installing $missing"
    # shellcheck disable=SC2086 # several names
    apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -qq -y --no-install-recommends $missing >/dev/null
    return
  fi
  echo "needs ${missing% }: apt-get install ${missing% }"
  return 1
}
