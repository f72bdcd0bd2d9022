#!/usr/bin/env bash
# Builds the image of Relay and lives with it in containers for a minute. See usage() below.
set -uo pipefail

export LC_ALL=C
cd "$(dirname "${BASH_SOURCE[0]}")/.."
source deploy/testing/checks.sh
source deploy/testing/engine.sh

readonly RUNTIME=mcr.microsoft.com/dotnet/runtime-deps:10.0
readonly SDK=mcr.microsoft.com/dotnet/sdk:10.0
readonly BASE_PACKAGES=ca-certificates,libicu72,libssl3,tzdata,libgcc-s1,libstdc++6,zlib1g
stand_ins=false

usage() {
    cat <<'USAGE'
deploy/test-image.sh [--stand-ins]

Builds deploy/Dockerfile from the last commit, runs the image by itself and by deploy/compose.yaml, and sends it mail. With a Docker engine that is running, or
one of its own, which needs root and the package docker.io. It ends with `N passed, N failed`.

  --stand-ins   in place of Microsoft's base images, where their registry is not to be had: a Debian (mmdebstrap), and one with the .NET SDK of this machine;
                always in an engine of its own
  --help        this text
USAGE
}

read_arguments() {
    while (($# > 0)); do
        case "$1" in
            --stand-ins) stand_ins=true ;;
            --help | -h) usage; exit 0 ;;
            *) usage >&2; exit 2 ;;
        esac
        shift
    done
    require docker=docker.io docker-compose=docker-compose git=git swaks=swaks curl=curl
    [[ $stand_ins == false ]] || require mmdebstrap=mmdebstrap
}

begin() {
    folder=$(mktemp -d)
    trap clean_up EXIT
    if [[ $stand_ins == true ]]; then
        start_engine "$folder" own # the stand-ins bear the names of Microsoft's images
    else
        start_engine "$folder"
    fi
    # What is committed: without what a working copy holds beside it.
    mkdir "$folder/source" && git archive HEAD | tar -x -C "$folder/source" || exit 1
    [[ $stand_ins == false ]] || make_stand_ins
}

clean_up() {
    docker rm -f "$name" >/dev/null 2>&1
    compose down -v >/dev/null 2>&1
    docker volume rm "$name" >/dev/null 2>&1
    stop_engine
    rm -rf "$folder"
}

# What the two images of Microsoft's have that matters here: libraries, the user "app", and in one of them the SDK.
make_stand_ins() {
    local root="$folder/base"
    small_debian "$BASE_PACKAGES" bookworm "$folder/base.tar"
    mkdir "$root" && tar -xf "$folder/base.tar" -C "$root" && chroot "$root" useradd -u 1654 -U -M app || exit 1
    tar -c -C "$root" . | docker import - "$RUNTIME" >/dev/null || exit 1
    cp -aL "$(dirname "$(readlink -f "$(command -v dotnet)")")" "$root/usr/share/dotnet" &&
        ln -s ../share/dotnet/dotnet "$root/usr/bin/dotnet" &&
        cp -L /etc/ssl/certs/ca-certificates.crt "$root/etc/ssl/certs/" || exit 1
    tar -c -C "$root" . | docker import -c "ENV DOTNET_NOLOGO=1 NUGET_CERT_REVOCATION_MODE=offline" - "$SDK" >/dev/null || exit 1
    rm -rf "$root"
}

# BuildKit would ask the registry about images that are here already. The machine's own network: the packages come from outside.
build() {
    local options=(--file deploy/Dockerfile --tag "$image")
    [[ $stand_ins == false ]] || { export DOCKER_BUILDKIT=0; options+=(--network host); }
    (cd "$folder/source" && docker build "${options[@]}" .)
}

# --- the image by itself, as docs/installing.md says

run_image() { # OPTIONS…
    docker run -d --name "$name" --read-only --tmpfs /tmp --cap-drop ALL --security-opt no-new-privileges -v "$name:/data" -p "127.0.0.1:$smtp:2525" "$@" "$image"
}

relay() {
    docker exec "$name" /app/Relay "$@"
}

health() { # CONTAINER
    prints healthy docker inspect -f '{{.State.Health.Status}}' "$1"
}

exit_code() {
    docker inspect -f '{{.State.ExitCode}}' "$name"
}

# Whoever comes through a published port is not the container itself: these runs say who may relay.
from_outside=(-e Relay__Access__Networks__0=0.0.0.0/0 -e Relay__Access__AllowOpenRelay=true)

send_mail() {
    swaks --server "127.0.0.1:$smtp" --to a@example.com --from b@example.com --ehlo client.test --timeout 30
}

to_a_dead_server() {
    cat <<'JSON'
{
  "Relay": {
    "HostName": "relay",
    "Listeners": { "smtp": { "Address": "*:2525" } },
    "Access": { "Networks": ["0.0.0.0/0"], "AllowOpenRelay": true },
    "Groups": { "default": { "Upstreams": { "dead": { "Address": "127.0.0.1:1", "Tls": "None" } } } },
    "Delivery": { "Accept": "Queue" },
    "Spool": { "Path": "/data/spool.db" },
    "Admin": { "Address": "127.0.0.1:8025" }
  }
}
JSON
}

check_image() {
    check "it builds" build
    check "it starts" run_image
    check "it is healthy" soon health "$name"
    check "it runs as a user without rights" prints "uid=1654" docker exec "$name" id
    check "it cannot write to its program" not docker exec "$name" touch /app/x
    check "nor to its configuration" not docker exec "$name" touch /etc/relay/x
    check "but to its data" docker exec "$name" touch /data/x
    check "it warns of nothing" not prints '"Warn"' docker logs "$name"
    check "it does not relay for others" prints "550 5.7.1" not_relayed
    check "it answers its own commands" prints "default/mailbox" relay status --url http://127.0.0.1:8025
    check "it stops when it is told to" docker stop -t 40 "$name"
    check "and ends well" prints 0 exit_code
    check "it is removed" docker rm "$name"

    check "with who may relay it starts anew" run_image "${from_outside[@]}"
    check "a mail is taken" soon prints "250 2.0.0 OK" send_mail
    check "it is removed with its mail" docker rm -f "$name"

    to_a_dead_server >"$folder/dead.json"
    check "with a configuration of one's own" run_image -v "$folder/dead.json:/etc/relay/appsettings.json:ro"
    check "a mail is kept" soon prints "250 2.0.0 " send_mail
    check "it is killed" docker kill "$name"
    check "and removed" docker rm "$name"
    check "another container takes its place" run_image -v "$folder/dead.json:/etc/relay/appsettings.json:ro"
    check "and has the mail" soon prints "a@example.com" relay queue list --url http://127.0.0.1:8025
    check "it is removed in the end" docker rm -f "$name"
}

not_relayed() {
    send_mail || true
}

# --- deploy/compose.yaml, on ports that are free

compose() {
    docker-compose -p "$name" -f "$folder/source/deploy/compose.yaml" "$@"
}

page() { # CODE OPTIONS…
    local code="$1"
    shift
    prints "$code" curl -s -o /dev/null -w '%{http_code}' "http://127.0.0.1:$admin/api/v1/upstreams" "$@"
}

check_compose() {
    local token=a-token-that-nobody-guesses-0123
    smtp=$(free_port) admin=$(free_port)
    sed -i "s/127.0.0.1:2525:/127.0.0.1:$smtp:/; s/127.0.0.1:8025:/127.0.0.1:$admin:/" "$folder/source/deploy/compose.yaml"
    printf %s "$token" >"$folder/source/deploy/relay-admin-token"
    docker tag "$image" "${name}_relay" # what compose calls it; it was built above

    check "compose brings it up" compose up -d --no-build
    check "it is healthy there" soon health "$(compose ps -q relay)"
    check "a mail from its network is taken" soon prints "250 2.0.0 OK" send_mail
    check "the pages want the token" page 401
    check "and open with it" page 200 -H "Authorization: Bearer $token"
    check "compose takes it down" compose down -v
}

name="relay-test-$$"
image="relay-test:$$"
smtp=$(free_port)
read_arguments "$@"
begin
check_image
check_compose
docker rmi "$image" "${name}_relay" >/dev/null 2>&1
finish
