#!/usr/bin/env bash
# Builds a Debian package of Relay. See usage() below, and docs/installing.md.
set -euo pipefail

cd "$(dirname "${BASH_SOURCE[0]}")/.."

arch=amd64
program=""
version=""
output=artifacts/deb
compression=(-Zxz -z2)

usage() {
    cat <<'USAGE'
deploy/build-deb.sh [--arch amd64|arm64] [--program FOLDER] [--version VERSION] [--output FOLDER]

Publishes Relay as one program with its runtime, and packs it as relay_VERSION_ARCH.deb, whose path is the last line it prints.

  --arch ARCH        amd64 (the default) or arm64
  --program FOLDER   packs what was published there, and publishes nothing
  --version VERSION  in place of the version of the project
  --quick            compresses little
  --output FOLDER    where the package goes, artifacts/deb if nothing else is said
  --help             this text
USAGE
}

read_arguments() {
    while (($# > 0)); do
        case "$1" in
            --arch | --program | --version | --output)
                (($# > 1)) || { echo "$1 needs a value" >&2; exit 2; }
                printf -v "${1#--}" %s "$2"
                shift
                ;;
            --quick) compression=(-Zgzip -z1) ;;
            --help | -h) usage; exit 0 ;;
            *) usage >&2; exit 2 ;;
        esac
        shift
    done
    [[ "$arch" == amd64 || "$arch" == arm64 ]] || { echo "--arch is amd64 or arm64" >&2; exit 2; }
    command -v dpkg-deb >/dev/null || { echo "dpkg-deb is missing: apt-get install dpkg" >&2; exit 1; }
}

publish() {
    [[ -z "$program" ]] || return 0
    local rid=linux-x64
    [[ "$arch" == arm64 ]] && rid=linux-arm64
    program="artifacts/publish/$rid"
    rm -rf "$program"
    dotnet publish src/Relay -p:PublishProfile="$rid" -v quiet >&2
}

find_version() {
    [[ -n "$version" ]] || version=$(dotnet msbuild src/Relay -getProperty:Version)
    [[ "$version" =~ ^[0-9][A-Za-z0-9.+~]*$ ]] || { echo "'$version' is no version of a Debian package" >&2; exit 2; }
}

# Whoever builds the same commit again gets the same bytes.
set_date() {
    SOURCE_DATE_EPOCH="${SOURCE_DATE_EPOCH:-$(git log -1 --format=%ct 2>/dev/null || date +%s)}"
    export SOURCE_DATE_EPOCH
}

put_program() {
    mkdir -p "$root/usr/lib/relay" "$root/usr/bin"
    cp -r "$program/." "$root/usr/lib/relay/"
    rm -f "$root"/usr/lib/relay/*.pdb "$root"/usr/lib/relay/*.xml
    ln -s ../lib/relay/Relay "$root/usr/bin/relay"
    # So that commands find the configuration of the service without being told.
    ln -sf /etc/relay/appsettings.json "$root/usr/lib/relay/appsettings.json"
}

put_configuration() {
    install -D -m 0640 deploy/debian/appsettings.json "$root/etc/relay/appsettings.json"
    install -D -m 0644 -t "$root/usr/lib/systemd/system" deploy/systemd/relay.service deploy/systemd/relay.socket
}

# Documents that link to each other stay together; a page of manual for what the program says of itself.
put_documents() {
    local docs="$root/usr/share/doc/relay" man="$root/usr/share/man/man1/relay.1"
    install -D -m 0644 deploy/debian/copyright "$docs/copyright"
    install -m 0644 docs/*.md "$docs/"
    install -D -m 0644 -t "$docs/examples" samples/configurations/*.json
    gzip -9n "$docs"/*.md
    gzip -9nc CHANGELOG.md >"$docs/changelog.gz"
    mkdir -p "${man%/*}"
    bash deploy/man-page.sh "$speaking" | gzip -9n >"$man.gz"
}

put_completion() {
    local shell path
    for shell in bash zsh fish; do
        case "$shell" in
            bash) path=usr/share/bash-completion/completions/relay ;;
            zsh) path=usr/share/zsh/vendor-completions/_relay ;;
            fish) path=usr/share/fish/vendor_completions.d/relay.fish ;;
        esac
        if "$speaking" completion "$shell" >"$work/completion" 2>/dev/null; then
            install -D -m 0644 "$work/completion" "$root/$path"
        fi
    done
}

# The program that is asked for its help: a package for another processor is described by whatever was built for this one.
find_speaking() {
    speaking="$PWD/$program/Relay"
    [[ "$program" == /* ]] && speaking="$program/Relay"
    [[ -x "$speaking" ]] || { echo "There is no program in $program." >&2; exit 1; }
    if [[ "$arch" != "$(dpkg --print-architecture)" ]]; then
        dotnet build src/Relay -c Release -v quiet >&2
        speaking="$PWD/src/Relay/bin/Release/net10.0/Relay"
    fi
}

put_control() {
    local size
    mkdir -p "$root/DEBIAN"
    size=$(du -sk --exclude=DEBIAN "$root" | cut -f1)
    sed -e "s/@VERSION@/$version/" -e "s/@ARCH@/$arch/" -e "s/@SIZE@/$size/" deploy/debian/control >"$root/DEBIAN/control"
    echo /etc/relay/appsettings.json >"$root/DEBIAN/conffiles"
    install -m 0755 -t "$root/DEBIAN" deploy/debian/postinst deploy/debian/prerm deploy/debian/postrm
    (cd "$root" && find usr -type f -print0 | LC_ALL=C sort -z | xargs -0 md5sum) >"$root/DEBIAN/md5sums"
}

# Whatever the umask of whoever builds it, and whatever modes a publish leaves.
set_modes() {
    find "$root" -type d -exec chmod 0755 {} +
    find "$root/usr" -type f -exec chmod 0644 {} +
    chmod 0755 "$root/usr/lib/relay/Relay"
}

read_arguments "$@"
publish
find_version
set_date
find_speaking
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
root="$work/root"
mkdir -p "$root" "$output"
put_program
put_configuration
put_documents
put_completion
set_modes
put_control
dpkg-deb --build --root-owner-group "${compression[@]}" "$root" "$output/relay_${version}_$arch.deb" >&2
echo "$output/relay_${version}_$arch.deb"
