#!/usr/bin/env bash
# Installs a package of Relay in a Debian of its own and looks at all that it does there. See usage() below.
set -uo pipefail

export LC_ALL=C DEBIAN_FRONTEND=noninteractive PATH="$PATH:/usr/sbin:/sbin"
source "$(dirname "${BASH_SOURCE[0]}")/testing/checks.sh"

readonly CONFIG=/etc/relay/appsettings.json
readonly NEEDED=systemd,adduser,init-system-helpers,ca-certificates,libssl3,libgcc-s1,libstdc++6
package=""
suite=bookworm
base=""
relay_process=""

usage() {
    cat <<'USAGE'
deploy/test-deb.sh PACKAGE [--suite SUITE] [--base TARBALL]

Unpacks a small Debian into a temporary folder (mmdebstrap), installs the package there, checks files, owners and units, runs Relay as its user, sends
it a mail (swaks), upgrades, removes and purges. Nothing is installed on this machine. It has to be root, and ends with `N passed, N failed`.

  --suite SUITE    bookworm, if nothing else is said
  --base TARBALL   keeps the small Debian there for the next time
  --help           this text
USAGE
}

read_arguments() {
    while (($# > 0)); do
        case "$1" in
            --suite | --base)
                (($# > 1)) || { echo "$1 needs a value" >&2; exit 2; }
                printf -v "${1#--}" %s "$2"
                shift
                ;;
            --help | -h) usage; exit 0 ;;
            -*) usage >&2; exit 2 ;;
            *) package="$1" ;;
        esac
        shift
    done
    [[ -f "$package" ]] || { echo "There is no package '$package'; deploy/build-deb.sh makes one." >&2; exit 2; }
    ((EUID == 0)) || { echo "This has to be root: it unpacks a Debian and changes its root folder." >&2; exit 1; }
    require mmdebstrap=mmdebstrap swaks=swaks systemd-socket-activate=systemd curl=curl
}

# --- the small Debian

unpack_debian() {
    folder=$(mktemp -d)
    trap clean_up EXIT
    chmod 755 "$folder"
    root="$folder/root"
    mkdir -p "$root"
    local tarball="$folder/base.tar"
    [[ -z "$base" ]] || { tarball=$(realpath -m "$base") && mkdir -p "${tarball%/*}"; }
    if [[ ! -f "$tarball" ]]; then
        mmdebstrap --quiet --format=tar --mode=root --variant=minbase --include="$NEEDED" "$suite" "$tarball.new" &&
            mv "$tarball.new" "$tarball" || { echo "The small Debian could not be made." >&2; exit 1; }
    fi
    tar -xf "$tarball" -C "$root" || exit 1
    mount -t proc proc "$root/proc" || exit 1
    printf '#!/bin/sh\nexit 101\n' >"$root/usr/sbin/policy-rc.d" # there is nobody who would run services
    chmod 755 "$root/usr/sbin/policy-rc.d"
}

clean_up() {
    stop_relay
    umount "$root/proc" 2>/dev/null
    rm -rf --one-file-system "$folder"
}

inside() {
    chroot "$root" "$@"
}

as_relay() {
    chroot --userspec=relay:relay "$root" "$@"
}

# --- questions

has() { # PATH OWNER:GROUP MODE
    local found
    found=$(inside stat -c '%U:%G %a' "$1") && [[ "$found" == "$2 $3" ]] || { echo "$1: $found"; return 1; }
}

is_there() { [[ -e "$root$1" || -L "$root$1" ]]; }
is_gone() { ! is_there "$1"; }

# --- the relay as its user, with its shipped configuration and a socket handed to it as systemd would

start_relay() {
    smtp=$(free_port) admin=$(free_port)
    systemd-socket-activate --listen="127.0.0.1:$smtp" --fdname=smtp chroot --userspec=relay:relay "$root" \
        /usr/bin/relay run --config "$CONFIG" "--Relay:Admin:Address=127.0.0.1:$admin" >"$folder/relay.log" 2>&1 &
    relay_process=$!
}

send_mail() {
    swaks --server "127.0.0.1:$smtp" --to a@example.com --from b@example.com --ehlo client.test --timeout 30
}

stop_relay() {
    [[ -n "$relay_process" ]] || return 0
    kill -TERM "$relay_process" 2>/dev/null
    wait "$relay_process"
    relay_process=""
}

captured() {
    curl -sf "http://127.0.0.1:$admin/api/v1/captured"
}

# --- the next version, with another shipped configuration

make_next_version() {
    local tree="$folder/next"
    dpkg-deb -R "$package" "$tree" &&
        sed -i 's/^Version: .*/&+next/' "$tree/DEBIAN/control" &&
        sed -i 's/"HostName": "localhost"/"HostName": "next.example.com"/' "$tree$CONFIG" &&
        dpkg-deb --root-owner-group -Zgzip -z1 -b "$tree" "$root/tmp/next.deb" >/dev/null
}

install_package() {
    cp "$package" "$root/tmp/relay.deb" && inside dpkg -i --force-confold /tmp/relay.deb
}

change_configuration() {
    inside sed -i 's/"HostName": "localhost"/"HostName": "mine.example.com"/' "$CONFIG"
}

# --- what is checked

check_installation() {
    check "it installs" install_package
    check "the program is root's" has /usr/lib/relay/Relay root:root 755
    check "the command leads to it" prints /usr/lib/relay/Relay inside readlink -f /usr/bin/relay
    check "the configuration is root's, and Relay may read it" has "$CONFIG" root:relay 640
    check "the data are Relay's only" has /var/lib/relay relay:relay 700
    check "so are temporary files" has /var/cache/relay relay:relay 700
    check "the user cannot log in" prints /usr/sbin/nologin inside getent passwd relay
    check "the configuration is a conffile" prints "$CONFIG" inside dpkg-query -W -f='${Conffiles}' relay
    check "no file differs from the package" quietly inside dpkg -V relay
    check "the service is enabled" is_there /etc/systemd/system/multi-user.target.wants/relay.service
    check "the socket is enabled" is_there /etc/systemd/system/sockets.target.wants/relay.socket
    check "the units are valid" quietly inside systemd-analyze --man=no verify relay.service relay.socket
    check "there is a manual page" prints "relay queue list" inside zcat /usr/share/man/man1/relay.1.gz
}

check_running() {
    check "relay check finds the configuration by itself" prints "valid ($CONFIG)" as_relay /usr/bin/relay check
    check "relay check says what is wrong" prints "did you mean" not as_relay /usr/bin/relay check --Relay:HostNam x
    start_relay
    check "a mail is taken" prints "250 2.0.0 OK" send_mail
    check "it is in the mailbox" prints '"a@example.com"' captured
    check "it runs as its user" prints "$(inside id -u relay)" ps -o uid= -p "$relay_process"
    check "its spool is its own" prints relay:relay inside stat -c %U:%G /var/lib/relay/spool.db
    stop_relay
    check "it ends well" prints Stopped cat "$folder/relay.log"
}

check_the_end() {
    check "there is a next version" make_next_version
    change_configuration
    check "it upgrades" inside dpkg -i --force-confdef --force-confold /tmp/next.deb
    check "a changed configuration is kept" prints mine.example.com cat "$root$CONFIG"
    check "the new one lies beside it" prints next.example.com cat "$root$CONFIG.dpkg-dist"
    check "owner and mode are kept" has "$CONFIG" root:relay 640
    check "mail outlives an upgrade" is_there /var/lib/relay/spool.db
    check "it can be removed" inside dpkg -r relay
    check "the program is gone" is_gone /usr/lib/relay
    check "the configuration stays" prints mine.example.com cat "$root$CONFIG"
    check "mail outlives a removal" is_there /var/lib/relay/spool.db
    check "it can be installed again" install_package
    check "with the configuration as it was" prints mine.example.com cat "$root$CONFIG"
    check "it can be purged" inside dpkg -P relay
    check "nothing is left of its data" is_gone /var/lib/relay
    check "nor of its configuration" is_gone /etc/relay
    check "nor of its units" not ls "$root"/etc/systemd/system/*/relay.* "$root"/etc/systemd/system/relay.*
}

read_arguments "$@"
unpack_debian
check_installation
check_running
check_the_end
finish
