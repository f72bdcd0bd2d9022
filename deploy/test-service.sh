#!/usr/bin/env bash
# Installs a package of Relay in a Debian whose systemd runs, and does to the service what befalls services. See usage() below.
set -uo pipefail

export LC_ALL=C
cd "$(dirname "${BASH_SOURCE[0]}")/.."
source deploy/testing/checks.sh
source deploy/testing/engine.sh

readonly CONFIG=/etc/relay/appsettings.json
readonly NEEDED=systemd,systemd-sysv,dbus,adduser,init-system-helpers,ca-certificates,libssl3,libgcc-s1,libstdc++6,procps,curl,swaks
package=""

usage() {
    cat <<'USAGE'
deploy/test-service.sh PACKAGE

Boots a small Debian (mmdebstrap) in a container, installs the package there, sends mail, reloads, kills and freezes the service, and looks at how systemd and the
sandbox of the unit take it. With a Docker engine that is running, or one of its own, which needs root and the package docker.io. It ends with
`N passed, N failed`.
USAGE
}

read_arguments() {
    [[ "${1:-}" != --help && "${1:-}" != -h ]] || { usage; exit 0; }
    (($# == 1)) || { usage >&2; exit 2; }
    package=$(realpath "$1")
    [[ -f "$package" ]] || { echo "There is no package '$1'; deploy/build-deb.sh makes one." >&2; exit 2; }
    require docker=docker.io mmdebstrap=mmdebstrap
}

# A systemd that is not the machine's may mount what it likes in its own namespace, and sees no network.
boot_debian() {
    folder=$(mktemp -d)
    trap clean_up EXIT
    start_engine "$folder"
    small_debian "$NEEDED" bookworm "$folder/debian.tar"
    docker import "$folder/debian.tar" "$name" >/dev/null || exit 1
    docker run -d --name "$name" --network none --cap-add SYS_ADMIN --cap-add NET_ADMIN --cap-add SYS_PTRACE \
        --security-opt seccomp=unconfined --security-opt apparmor=unconfined --tmpfs /run --tmpfs /tmp \
        -v /sys/fs/cgroup:/sys/fs/cgroup -v "$package:/relay.deb:ro" "$name" /lib/systemd/systemd >/dev/null || exit 1
    soon prints running inside systemctl is-system-running || { docker logs "$name" >&2; exit 1; }
}

clean_up() {
    docker rm -f "$name" >/dev/null 2>&1
    docker rmi "$name" >/dev/null 2>&1
    stop_engine
    rm -rf "$folder"
}

inside() {
    docker exec "$name" "$@"
}

# --- questions

send_mail() {
    inside swaks --server 127.0.0.1:2525 --to a@example.com --from b@example.com --ehlo client.test --timeout 30
}

journal() {
    inside journalctl --unit relay --no-pager --output cat
}

main_process() {
    inside systemctl show --property MainPID --value relay
}

is_another_process_than() { # PID
    local process
    process=$(main_process)
    [[ "$process" != "$1" && "$process" != 0 ]] || { echo "$process"; return 1; }
}

spoil_configuration() {
    inside sed -i 's/"HostName"/"HostNam"/' "$CONFIG"
}

mend_configuration() {
    inside sed -i 's/"HostNam"/"HostName"/' "$CONFIG"
}

# What the sandbox leaves it to write: its two folders.
writes() { # PATH
    inside nsenter --target "$(main_process)" --mount --setuid "$(inside id -u relay)" --setgid "$(inside id -g relay)" touch "$1"
}

exposure() {
    inside systemd-analyze security --no-pager relay.service | grep -o 'exposure level for relay.service: [0-9.]* [A-Z]*'
}

# --- what is checked

check_service() {
    check "it installs" inside dpkg -i /relay.deb
    check "the service runs" soon prints active inside systemctl is-active relay
    check "it warns of nothing" not prints " Warn " journal
    check "a mail is taken over the socket of systemd" prints "250 2.0.0 OK" send_mail
    check "systemd finds little that could be shut" prints "OK" exposure
    check "it cannot write to its program" not writes /usr/lib/relay/x
    check "nor to its configuration" not writes "$CONFIG"
    check "but to its data" writes /var/lib/relay/x

    check "it reloads" inside systemctl reload relay
    spoil_configuration
    check "a wrong configuration is refused" not inside systemctl reload relay
    check "with the reason in the journal" prints "did you mean HostName" journal
    check "and the service goes on" prints "250 2.0.0 OK" send_mail
    mend_configuration

    local process
    process=$(main_process)
    check "it is killed" inside kill -KILL "$process"
    check "a mail of that moment waits in the socket" prints "250 2.0.0 OK" send_mail
    check "another process has taken it" is_another_process_than "$process"

    process=$(main_process)
    check "it is frozen" inside kill -STOP "$process"
    check "systemd ends it and starts another" soon is_another_process_than "$process"
    check "which takes mail" prints "250 2.0.0 OK" send_mail

    check "it stops" inside systemctl stop relay.socket relay.service
    check "as told" prints "result=success" result
}

result() {
    echo "result=$(inside systemctl show --property Result --value relay)"
}

name="relay-service-test-$$"
read_arguments "$@"
boot_debian
check_service
finish
