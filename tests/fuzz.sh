#!/usr/bin/env bash
# Feeds what reads strangers' bytes with millions of inputs, guided by afl-fuzz towards code that none has reached. See usage() below, and CONTRIBUTING.md.
set -uo pipefail

cd "$(dirname "${BASH_SOURCE[0]}")/.."
export HOME="${HOME:-/root}" DOTNET_NOLOGO=1 DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_CLI_UI_LANGUAGE=en

readonly PROGRAM="tests/Relay.Fuzzing/bin/Release/net10.0/Relay.Fuzzing.dll"
readonly WORK="$PWD/artifacts/fuzz"
readonly FAILURES="$WORK/failures"
# Percent of the executions: what has more to find gets more.
declare -rA SHARES=([Session]=10 [Command]=25 [Data]=25 [Proxy]=10 [Address]=15 [Reply]=15)
readonly TARGETS="Session Command Data Proxy Address Reply"
readonly LONGEST_INPUT=8192 # bytes
# A case that takes longer hangs. A session that does not go on is given up by the target itself, twice ten seconds at most.
readonly PATIENCE=30000 # ms

executions=10000000
passed=0 failed=0
scratch=""

usage() {
    cat <<'USAGE'
tests/fuzz.sh TARGET|all [--executions N]
tests/fuzz.sh keep TARGET|all [--most N]

TARGET is Session, Command, Data, Proxy, Address or Reply. Needs afl-fuzz (Debian: afl++).

The first form makes N executions (10,000,000), all targets sharing them, and ends with `N passed, N failed`. It ends early
and fails where an input breaks a promise, throws, hangs or ends the process; the input is kept in artifacts/fuzz/failures
and told as a line for the corpus (tests/Relay.Fuzzing/Corpus), where tests/run.sh tries it from then on.

  --executions N  how many
  --most N        lines that `keep` adds to a target's corpus at most (20), of what the last run has found to go further
                  into the code than the corpus does
USAGE
}

read_arguments() {
    action=run most=20 names=""
    while (($# > 0)); do
        case "$1" in
            keep) action=keep ;;
            all) names="$TARGETS" ;;
            --executions | --most)
                [[ "${2:-}" =~ ^[1-9][0-9]*$ ]] || { echo "$1 needs a number" >&2; exit 2; }
                [[ "$1" == --most ]] && most="$2" || executions="$2"
                shift
                ;;
            --help | -h) usage; exit 0 ;;
            *)
                [[ " $TARGETS " == *" $1 "* ]] || { usage >&2; exit 2; }
                names+=" $1"
                ;;
        esac
        shift
    done
    [[ -n "$names" ]] || { usage >&2; exit 2; }
}

build() {
    dotnet build tests/Relay.Fuzzing -c Release -v quiet --disable-build-servers </dev/null || { echo "The build failed."; exit 1; }
}

# What a program reads and writes 16,000 times a second belongs into memory.
prepare() {
    command -v afl-fuzz >/dev/null || { echo "afl-fuzz is missing: sudo apt-get install -y --no-install-recommends afl++" >&2; exit 1; }
    rm -rf "$WORK"
    mkdir -p "$FAILURES"
    dotnet "$PROGRAM" prepare "$WORK" || exit 1
    scratch=$(mktemp -d -p "$([[ -w /dev/shm ]] && echo /dev/shm || echo "${TMPDIR:-/tmp}")")
    trap 'rm -rf "$scratch"' EXIT
}

# What afl-fuzz would have changed on the machine (governor, core pattern, a core of its own) is not ours to change, and not needed: the program tells of its failures.
run_afl() {
    AFL_SKIP_BIN_CHECK=1 AFL_SKIP_CPUFREQ=1 AFL_I_DONT_CARE_ABOUT_MISSING_CRASHES=1 AFL_NO_AFFINITY=1 AFL_NO_UI=1 \
        AFL_BENCH_UNTIL_CRASH=1 AFL_FORKSRV_INIT_TMOUT=60000 AFL_TMPDIR="$scratch" \
        afl-fuzz -i "$WORK/$1/seeds" -o "$WORK/$1/out" -x "$WORK/$1/words" -t "$PATIENCE" -m none -G "$LONGEST_INPUT" -E "$2" \
        -- dotnet "$WORK/program/Relay.Fuzzing.dll" run "$1" >"$WORK/$1/log" 2>&1 </dev/null
}

run_target() {
    local status=0 count="$2"
    ulimit -c 0
    run_afl "$1" "$count" || status=$?
    local found
    found=$(find "$WORK/$1/out" -path '*/crashes/id*' -o -path '*/hangs/id*' 2>/dev/null)
    # The process itself is gone, by an overflow of the stack or because it hung: its input is the last one.
    [[ -z "$found" && $status != 0 && -f "$scratch/.cur_input" ]] && found="$scratch/.cur_input"

    if [[ -z "$found" && $status == 0 ]] && (($(figure "$1" execs_done) >= count)); then
        echo "$1: $(figure "$1" execs_done) executions, $(figure "$1" execs_per_sec) a second, $(figure "$1" corpus_count) inputs, $(figure "$1" edges_found) branches."
        passed=$((passed + 1))
        return
    fi

    echo "$1 failed after $(figure "$1" execs_done) executions:"
    failed=$((failed + 1))
    if [[ -z "$found" ]]; then
        tail -n 20 "$WORK/$1/log"
    else
        tell "$1" "$found"
    fi
}

tell() {
    local input kept number=0
    while read -r input; do
        kept="$FAILURES/$1-$((number += 1))"
        cp "$input" "$kept"
        echo "${kept#"$PWD/"}:"
        timeout 60 dotnet "$PROGRAM" replay "$1" "$kept"
        (($? != 124)) || echo "It does not come to an end."
    done <<<"$2"
}

figure() {
    sed -n "s/^$2 *: //p" "$WORK/$1/out/default/fuzzer_stats" 2>/dev/null | grep . || echo 0
}

run_all() {
    local name share total=0
    for name in $names; do
        total=$((total + SHARES[$name]))
    done
    for name in $names; do
        share=$((executions * SHARES[$name] / total))
        run_target "$name" "$((share > 0 ? share : 1))"
    done
    echo "$passed passed, $failed failed"
    ((failed == 0))
}

keep() {
    local name lines
    for name in $names; do
        lines=$(dotnet "$WORK/program/Relay.Fuzzing.dll" select "$name" "$WORK/$name/out/default/queue" --most "$most") || exit 1
        [[ -n "$lines" ]] && printf '%s\n' "$lines" >>"tests/Relay.Fuzzing/Corpus/$name.txt"
        echo "$name: $(grep -c . <<<"$lines") lines"
    done
}

read_arguments "$@"
if [[ $action == keep ]]; then
    keep
    exit
fi

build
prepare
run_all
