# A Docker engine for the scripts that try things in containers: the one that is running, or one of their own, which is root's and ends with them.
# Sourced by them, after checks.sh.

engine_process=""

# start_engine FOLDER [own], which is left as it was found when it has stopped. "own" even where one is running: what is tagged there is not to be touched.
start_engine() {
    [[ "${2:-}" == own ]] || ! docker info >/dev/null 2>&1 || return 0
    ((EUID == 0)) || { echo "An engine has to be started, and only root can do that." >&2; exit 1; }
    require dockerd=docker.io
    export DOCKER_HOST="unix://$1/docker.sock"
    # No rule of the machine's firewall is touched. Layers are copies: nothing of the kernel is needed for them.
    dockerd --iptables=false --storage-driver vfs --data-root "$1/docker" --exec-root "$1/run" --pidfile "$1/docker.pid" \
        --host "$DOCKER_HOST" >"$1/dockerd.log" 2>&1 &
    engine_process=$!
    soon docker info >/dev/null || { tail -n 5 "$1/dockerd.log" >&2; exit 1; }
}

stop_engine() {
    [[ -n "$engine_process" ]] || return 0
    kill -TERM "$engine_process" 2>/dev/null
    wait "$engine_process" 2>/dev/null
    umount "$(dirname "${DOCKER_HOST#unix://}")"/run/netns/* 2>/dev/null
    engine_process=""
}

# small_debian PACKAGES SUITE FILE: a Debian with these packages, as a tar.
small_debian() {
    mmdebstrap --quiet --format=tar --mode=root --variant=minbase --include="$1" "$2" "$3" || { echo "The small Debian could not be made." >&2; exit 1; }
}
