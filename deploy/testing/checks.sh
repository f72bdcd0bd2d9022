# What the scripts that try a package, an image or a service have in common: how questions are put and answers counted. Sourced by them.

passed=0
failed=0

# check WHAT COMMAND…: one line for each, and what the command said where it failed.
check() {
    local what="$1" output
    shift
    if output=$("$@" 2>&1); then
        echo "ok      $what"
        passed=$((passed + 1))
    else
        echo "FAILED  $what"
        sed 's/^/        /' <<<"$output" | tail -n 20
        failed=$((failed + 1))
    fi
}

finish() {
    echo "$passed passed, $failed failed"
    ((failed == 0 && passed > 0))
}

not() { ! "$@"; }

prints() { # TEXT COMMAND…
    local text="$1" output
    shift
    output=$("$@" 2>&1) && grep -q -F -- "$text" <<<"$output" || { echo "$output"; return 1; }
}

quietly() { # COMMAND…: succeeds and says nothing
    local output
    output=$("$@" 2>&1) && [[ -z "$output" ]] || { echo "$output"; return 1; }
}

soon() { # COMMAND…: succeeds within two minutes
    local output end=$((SECONDS + 120))
    until output=$("$@" 2>&1); do
        ((SECONDS < end)) || { echo "$output"; return 1; }
        sleep 0.5
    done
}

free_port() {
    local port
    while port=$((20000 + RANDOM % 11000)); do
        (exec 3<>"/dev/tcp/127.0.0.1/$port") 2>/dev/null || { echo "$port"; return; }
    done
}

# require PROGRAM=PACKAGE…: ends the script when one is missing.
require() {
    local need missing=""
    for need in "$@"; do
        command -v "${need%%=*}" >/dev/null || missing+=" ${need#*=}"
    done
    [[ -z "$missing" ]] || { echo "Missing; apt-get install$missing" >&2; exit 1; }
}
