#!/usr/bin/env bash
# Runs the program for Windows, by itself and as a service, under Wine. See usage() below.
set -uo pipefail

export LC_ALL=C
cd "$(dirname "${BASH_SOURCE[0]}")/.."
source deploy/testing/checks.sh

usage() {
    cat <<'USAGE'
deploy/test-windows.sh

Publishes Relay for Windows, installs it as a service as docs/installing.md says, in Wine's Windows (package wine64), starts it, sends it mail (swaks) and stops it.
It ends with `N passed, N failed`.

What this does not show: the rights of a service's user, the event log, and the program as one file, which Wine 8 cannot load; files beside each other it can.
USAGE
}

# Wine 8 trips over the runtime's garbage collector now and then: it is given so much memory that it does not collect.
readonly WINDOWS_ENVIRONMENT=(DOTNET_EnableWriteXorExecute=0 DOTNET_gcConcurrent=0 DOTNET_GCgen0size=0x40000000)

begin() {
    folder=$(mktemp -d)
    trap clean_up EXIT
    export WINEPREFIX="$folder/prefix" WINEARCH=win64 WINEDEBUG=-all "${WINDOWS_ENVIRONMENT[@]}"
    windows wineboot --init >/dev/null 2>&1
    local setting
    for setting in "${WINDOWS_ENVIRONMENT[@]}"; do # what services get
        windows reg.exe add 'HKLM\SYSTEM\CurrentControlSet\Control\Session Manager\Environment' /v "${setting%%=*}" /d "${setting#*=}" /f >/dev/null
    done
    "$SERVER" -k && "$SERVER" -w
    # Wine shuts Windows down when nobody but services is there.
    mkfifo "$folder/keyboard"
    windows cmd.exe <"$folder/keyboard" >/dev/null 2>&1 &
    exec 9>"$folder/keyboard"
}

clean_up() {
    exec 9>&-
    "$SERVER" -k 2>/dev/null
    "$SERVER" -w 2>/dev/null
    rm -rf "$folder"
}

windows() {
    "$WINE" "$@" 2>/dev/null
}

publish() {
    dotnet publish src/Relay -c Release -r win-x64 --self-contained true -p:RunAnalyzers=false -p:CSharpier_Bypass=true \
        -o "$program" -v quiet --disable-build-servers </dev/null
}

configure() {
    mkdir -p "$data" && cat >"$data/relay.json" <<JSON
{
  "Relay": {
    "HostName": "relay.test",
    "Listeners": { "smtp": { "Address": "127.0.0.1:$smtp" } },
    "Access": { "Networks": ["127.0.0.0/8"] },
    "Groups": { "default": { "Upstreams": { "mailbox": { "Kind": "Capture" } } } },
    "Spool": { "Path": "spool\\\\relay.db" },
    "Admin": { "Address": "127.0.0.1:$admin" }
  }
}
JSON
}

readonly EXECUTABLE='C:\Program Files\Relay\Relay.exe'
readonly CONFIGURATION='C:\ProgramData\Relay\relay.json'

state() {
    windows sc.exe query Relay
}

send_mail() {
    swaks --server "127.0.0.1:$smtp" --to a@example.com --from b@example.com --ehlo client.test --timeout 30
}

page() {
    curl -sf "http://127.0.0.1:$admin/" -H "Accept: text/html"
}

check_windows() {
    check "it is published for Windows" publish
    configure
    check "the program runs" prints 1. windows "$program/Relay.exe" --version
    check "it finds the configuration valid" prints "The configuration is valid ($CONFIGURATION)" windows "$program/Relay.exe" check --config "$CONFIGURATION"
    check "it becomes a service" windows sc.exe create Relay binPath= "\"$EXECUTABLE\" run --config $CONFIGURATION" start= demand
    local round
    for round in first second; do
        check "the service starts, $round time" windows sc.exe start Relay
        check "it runs" soon prints RUNNING state
        check "a mail is taken" soon prints "250 2.0.0 OK" send_mail
        check "a command of its own reaches it" prints "default/mailbox" windows "$program/Relay.exe" status --url "http://127.0.0.1:$admin"
        check "the page opens" page
        check "its spool lies beside the configuration" test -f "$data/spool/relay.db"
        check "it is told to stop" windows sc.exe stop Relay
        check "it stops" soon prints STOPPED state
        check "as told" prints "WIN32_EXIT_CODE    : 0 " state
    done
}

[[ "${1:-}" != --help && "${1:-}" != -h ]] || { usage; exit 0; }
(($# == 0)) || { usage >&2; exit 2; }
readonly WINE=/usr/lib/wine/wine64 SERVER=/usr/lib/wine/wineserver64 # by themselves: the wrappers ask for a 32-bit Wine too
require swaks=swaks curl=curl dotnet=dotnet-sdk-10.0 "$WINE=wine64"
begin
program="$WINEPREFIX/drive_c/Program Files/Relay" data="$WINEPREFIX/drive_c/ProgramData/Relay"
smtp=$(free_port) admin=$(free_port)
check_windows
finish
