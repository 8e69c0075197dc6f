# What quickstart, test/run and bench/run share. Sourced, not run.
# shellcheck shell=bash

CPE_ROOT=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
CPE_T0=$SECONDS

# step TEXT: says what comes next, and how long it all took so far.
step() { printf '\n\033[1m==> [%3ds] %s\033[0m\n' $((SECONDS - CPE_T0)) "$*"; }

die() { printf '%s: %s\n' "$(basename "$0")" "$*" >&2; exit 1; }

need_root() { [ "$(id -u)" = 0 ] || die "must be run as root: packages are installed, and sandboxes need namespaces"; }

# build PRESET [TARGET...]: configures and builds, with ninja's own progress.
build() {
    local preset=$1; shift
    (cd "$CPE_ROOT" && cmake --preset "$preset" >/dev/null &&
        NINJA_STATUS='[%f/%t %es] ' cmake --build --preset "$preset" ${1:+--target "$@"})
}
