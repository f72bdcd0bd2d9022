#!/usr/bin/env bash
# Builds Relay and runs all of its tests. See usage() below, and CONTRIBUTING.md.
set -uo pipefail

cd "$(dirname "${BASH_SOURCE[0]}")/.."
export PATH="$PATH:/usr/sbin:/sbin" # smtp-source and smtp-sink live there, and a user's PATH may not.
export HOME="${HOME:-/root}" DOTNET_NOLOGO=1 DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_CLI_UI_LANGUAGE=en

readonly RESULTS="$PWD/artifacts/tests"
readonly LOGS="$RESULTS/relay-logs"
readonly EXIM="$PWD/artifacts/peers/exim"
readonly AXE="$PWD/artifacts/peers/node_modules/axe-core/axe.min.js"
readonly POWERSHELL="$PWD/artifacts/peers/powershell"
readonly PROGRAM="$PWD/artifacts/program"
# A line of a relay's log that no healthy run writes. Tests that provoke one declare it (RelayUnderTest.ExpectLogged).
readonly SUSPICIOUS='^[0-9:.]+ (Error|Fatal) |[Uu]nhandled|[Uu]nobserved|[Ll]eak'

soak=false
filter=""
passed=0 failed=0 skipped=0

usage() {
    cat <<'USAGE'
tests/run.sh [--soak] [--filter EXPRESSION]

Builds everything without a warning, runs all tests, and prints `N passed, N failed` as its last line.
As root it installs the peers that are missing (Debian packages); otherwise it names the command and stops.

  --soak               run the long forms only: the tests of category Soak, whose figures the documentation quotes, and ten million
                       inputs by tests/fuzz.sh (not with --filter)
  --filter EXPRESSION  run a part, for instance --filter FullyQualifiedName~Backup (the syntax of dotnet test)
  --help               this text

Logs of every relay the tests started are kept in artifacts/tests/relay-logs.
USAGE
}

read_arguments() {
    while (($# > 0)); do
        case "$1" in
            --soak) soak=true ;;
            --filter)
                (($# > 1)) || { echo "--filter needs an expression" >&2; exit 2; }
                filter="$2"
                shift
                ;;
            --help | -h) usage; exit 0 ;;
            *) usage >&2; exit 2 ;;
        esac
        shift
    done
}

# The Debian packages whose programs are not there.
missing_packages() {
    command -v smtp-sink >/dev/null && command -v smtp-source >/dev/null || echo postfix
    command -v swaks >/dev/null || echo swaks
    perl -MNet::SSLeay -e 1 2>/dev/null || echo libnet-ssleay-perl # what swaks needs for TLS
    command -v python3 >/dev/null || echo python3
    command -v zsh >/dev/null || echo zsh
    command -v fish >/dev/null || echo fish
    command -v script >/dev/null || echo bsdutils
    command -v msmtp >/dev/null || echo msmtp
    command -v s-nail >/dev/null || echo s-nail
    command -v node >/dev/null || echo nodejs
    [[ -d /usr/share/nodejs/nodemailer ]] || echo node-nodemailer
    compgen -G '/usr/lib/*/sasl2/libscram.so' >/dev/null || echo libsasl2-modules # what Postfix logs in with
    command -v strace >/dev/null || echo strace
    command -v openssl >/dev/null || echo openssl
    command -v sslscan >/dev/null || echo sslscan
    command -v haproxy >/dev/null || echo haproxy
    command -v keepalived >/dev/null || echo keepalived
    command -v ip >/dev/null || echo iproute2
    command -v nsd >/dev/null || echo nsd # the name server that discovery is tested with
    compgen -G '/usr/lib/postgresql/*/bin/postgres' >/dev/null || echo postgresql
    command -v promtool >/dev/null || echo prometheus
    command -v chromium >/dev/null || echo chromium
    command -v npm >/dev/null || echo npm # what axe-core comes by
    command -v systemd-socket-activate >/dev/null || echo systemd # what hands over sockets; nothing of it is started
    if [[ $soak == true ]]; then # the Debians that packages are installed in, the engine for images, and a Windows
        command -v mmdebstrap >/dev/null || echo mmdebstrap
        command -v curl >/dev/null || echo curl
        command -v dockerd >/dev/null || echo docker.io
        command -v docker-compose >/dev/null || echo docker-compose
        command -v iptables >/dev/null || echo iptables # dockerd wants to find it, and is told not to use it
        [[ -x /usr/lib/wine/wine64 ]] || echo wine64
        command -v patroni >/dev/null || echo patroni
        command -v etcd >/dev/null || echo etcd-server
    fi
    [[ $soak == true ]] && { command -v afl-fuzz >/dev/null || echo afl++; }
    return 0
}

install_peers() {
    command -v dotnet >/dev/null || { echo "The .NET 10 SDK is missing: https://dotnet.microsoft.com/download" >&2; exit 1; }
    local packages
    packages=$(missing_packages)
    [[ -n "$packages" ]] || return 0
    packages=${packages//$'\n'/ }
    if ((EUID != 0)); then
        echo "Missing test peers. Install them with:" >&2
        echo "  sudo apt-get update && sudo apt-get install -y --no-install-recommends $packages" >&2
        exit 1
    fi

    echo "Installing: $packages"
    hold_services_back
    echo "postfix postfix/main_mailer_type select No configuration" | debconf-set-selections
    apt-get update -qq </dev/null &&
        DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends $packages </dev/null
    let_services_start
    [[ -z "$(missing_packages)" ]] || { echo "The installation failed." >&2; exit 1; }
}

# Debian lets one mail server be installed, and that is Postfix here. Exim is unpacked beside it; libraries and the user that its packages would
# have brought come by themselves. Only root needs it: like Postfix it gives up rights that nobody else has.
unpack_exim() {
    ((EUID == 0)) && ! "$EXIM/usr/sbin/exim4" -C /dev/null -bV &>/dev/null || return 0
    echo "Unpacking Exim."
    local debs package
    debs=$(mktemp -d)
    getent passwd Debian-exim >/dev/null || useradd --system --no-create-home --shell /usr/sbin/nologin Debian-exim
    rm -rf "$EXIM" && mkdir -p "$EXIM" &&
        apt-get update -qq </dev/null &&
        (cd "$debs" && apt-get download -qq -o APT::Sandbox::User=root exim4-base exim4-daemon-heavy </dev/null) &&
        for package in "$debs"/*.deb; do dpkg -x "$package" "$EXIM" || break; done &&
        DEBIAN_FRONTEND=noninteractive apt-get satisfy -y -qq --no-install-recommends "$(exim_needs "$debs")" </dev/null
    rm -rf "$debs"
    "$EXIM/usr/sbin/exim4" -C /dev/null -bV >/dev/null || { echo "Exim could not be unpacked." >&2; exit 1; }
}

# The judge of the dashboard's accessibility.
fetch_axe() {
    [[ -f "$AXE" ]] && return 0
    echo "Fetching axe-core."
    mkdir -p artifacts/peers &&
        npm install --prefix artifacts/peers --no-audit --no-fund --silent axe-core@4 </dev/null
    [[ -f "$AXE" ]] || { echo "axe-core could not be fetched." >&2; exit 1; }
}

# One of the shells that complete relay's commands. 7.6 is the last that runs on .NET 10.
fetch_powershell() {
    [[ -x "$POWERSHELL/pwsh" ]] && return 0
    echo "Fetching PowerShell."
    dotnet tool install PowerShell --version '7.6.*' --tool-path "$POWERSHELL" </dev/null >/dev/null
    [[ -x "$POWERSHELL/pwsh" ]] || { echo "PowerShell could not be fetched." >&2; exit 1; }
}

# What its packages depend on, without its own, what asks questions, and what starts it.
exim_needs() {
    dpkg-deb -f "$1"/exim4-daemon-heavy_*.deb Depends | tr ',' '\n' | grep -v -E 'exim4|debconf|cron' | paste -s -d,
}

# postfix, haproxy, keepalived, nsd and prometheus are wanted for their programs: no daemon may start and take a port.
hold_services_back() {
    saved_policy=$(mktemp)
    [[ -e /usr/sbin/policy-rc.d ]] && cp -a /usr/sbin/policy-rc.d "$saved_policy"
    trap let_services_start EXIT
    printf '#!/bin/sh\nexit 101\n' >/usr/sbin/policy-rc.d
    chmod 755 /usr/sbin/policy-rc.d
}

let_services_start() {
    trap - EXIT
    if [[ -s "$saved_policy" ]]; then
        cp -a "$saved_policy" /usr/sbin/policy-rc.d
    else
        rm -f /usr/sbin/policy-rc.d
    fi
    rm -f "$saved_policy"
}

# Build servers would outlive this script and keep the pipes of whoever started it open.
build() {
    dotnet build Relay.sln -c Release -v quiet --disable-build-servers </dev/null || finish_without_tests "The build failed."
}

# What users have is tested: the published program. Its scripts and styles could be missing, and it starts in half the time.
publish() {
    rm -rf "$PROGRAM"
    dotnet publish src/Relay -c Release --use-current-runtime --self-contained false -p:PublishReadyToRun=true \
        -p:RunAnalyzers=false -p:CSharpier_Bypass=true -o "$PROGRAM" -v quiet --disable-build-servers </dev/null || finish_without_tests "The program could not be published."
    export RELAY_PROGRAM="$PROGRAM/Relay.dll"
}

finish_without_tests() {
    echo "$1"
    echo "0 passed, 1 failed"
    exit 1
}

test_filter() {
    local category="TestCategory!=Soak"
    [[ $soak == true ]] && category="TestCategory=Soak"
    [[ -n "$filter" ]] && echo "($filter)&$category" || echo "$category"
}

# A relay lives for seconds in a test, and up to half of its time went to compiling anew what pays off in its second minute. It runs as it was
# compiled ahead, until it has called nothing new for ten seconds (milliseconds, hexadecimal). Not so in the soak, whose figures are of the
# program as users have it.
spare_the_compiler() {
    [[ $soak == true ]] || export RELAY_RUNTIME_SETTINGS="TieredPGO=0 TC_CallCountingDelayMs=2710"
}

# One after the other: the scenario tests measure shares and times, and two cores are few.
run_projects() {
    local project
    for project in $(grep -l Microsoft.NET.Test.Sdk tests/*/*.csproj); do
        run_project "$project"
    done
}

# Each target counts as one test.
run_fuzzer() {
    local last
    echo "== Fuzzing"
    bash tests/fuzz.sh all 2>&1 | tee "$RESULTS/fuzzing.log"
    last=$(tail -n 1 "$RESULTS/fuzzing.log")
    if [[ "$last" =~ ^([0-9]+)\ passed,\ ([0-9]+)\ failed$ ]]; then
        passed=$((passed + BASH_REMATCH[1]))
        failed=$((failed + BASH_REMATCH[2]))
    else
        echo "The fuzzer did not come to its end."
        failed=$((failed + 1))
    fi
}

run_project() {
    local name trx status=0 before=$((passed + failed)) failures_before=$failed
    local hang=4m
    [[ $soak == true ]] && hang=60m
    name=$(basename "$1" .csproj)
    trx="$RESULTS/$name.trx"
    echo "== $name"
    RELAY_TEST_LOGS="$LOGS" dotnet test "$1" -c Release --no-build --filter "$(test_filter)" \
        --logger "trx;LogFileName=$trx" --logger "console;verbosity=minimal" \
        --blame-hang --blame-hang-timeout "$hang" --blame-hang-dump-type none --results-directory "$RESULTS" </dev/null || status=$?
    add_counters "$trx"

    # A test host that crashed or hung has failed, whatever the counters say.
    if ((status != 0 && failed == failures_before)); then
        echo "$name ended with exit code $status."
        failed=$((failed + 1))
    fi
    if ((passed + failed == before)) && [[ $soak == false && -z "$filter" ]]; then
        echo "$name ran no test."
        failed=$((failed + 1))
    fi
}

add_counters() {
    [[ -f "$1" ]] || return 0
    local counters total
    counters=$(grep -o '<Counters [^>]*>' "$1")
    total=$(counter total "$counters")
    passed=$((passed + $(counter passed "$counters")))
    skipped=$((skipped + total - $(counter executed "$counters")))
    failed=$((failed + $(counter executed "$counters") - $(counter passed "$counters")))
}

counter() {
    [[ "$2" =~ \ $1=\"([0-9]+)\" ]] && echo "${BASH_REMATCH[1]}" || echo 0
}

# Each relay that wrote what no test declared counts as one failure.
check_logs() {
    local log findings
    for log in "$LOGS"/*.log; do
        [[ -f "$log" ]] || continue
        findings=$(grep -E "$SUSPICIOUS" "$log" | { [[ -s "$log.expected" ]] && grep -v -F -f "$log.expected" || cat; })
        [[ -n "$findings" ]] || continue
        echo "A relay's log holds what it should not, ${log#"$PWD/"}:"
        head -n 20 <<<"$findings"
        failed=$((failed + 1))
    done
}

finish() {
    if ((passed + failed == 0)); then
        echo "No test ran."
        failed=1
    fi
    local skips=""
    ((skipped > 0)) && skips=", $skipped skipped"
    echo "$passed passed, $failed failed$skips"
    ((failed == 0))
}

read_arguments "$@"
install_peers
unpack_exim
fetch_axe
fetch_powershell
rm -rf "$RESULTS"
mkdir -p "$LOGS"
build
publish
spare_the_compiler
run_projects
[[ $soak == true && -z "$filter" ]] && run_fuzzer
check_logs
finish
