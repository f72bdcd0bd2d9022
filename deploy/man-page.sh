#!/usr/bin/env bash
# Writes the manual page of Relay from what the program says of itself, so that the two cannot differ.
set -euo pipefail

(($# == 1)) || { echo "usage: man-page.sh PROGRAM" >&2; exit 2; }
readonly PROGRAM="$1"

# troff reads a dot or an apostrophe at the start of a line, and a backslash anywhere, as its own.
escaped() {
    sed -e 's/\\/\\e/g' -e 's/-/\\-/g' -e "s/^[.']/\\\\\&&/"
}

# The words of the sub-commands of "$@".
subcommands() {
    "$PROGRAM" "$@" --help | awk '/^Commands:/ { inside = 1; next } /^[^ ]/ { inside = 0 } inside && /^  [a-z]/ { print $1 }'
}

section() {
    printf '.SS "relay%s"\n.nf\n' "${*:+ $*}"
    "$PROGRAM" "$@" --help | escaped
    printf '.fi\n'
}

describe() {
    local command
    section "$@"
    for command in $(subcommands "$@"); do
        describe "$@" "$command"
    done
}

version=$("$PROGRAM" --version)
printf '.TH RELAY 1 "" "Relay %s" "User Commands"\n' "${version%%+*}"
cat <<'PAGE'
.SH NAME
relay \- SMTP relay that balances mail over several servers
.SH SYNOPSIS
.B relay
[\fICOMMAND\fR] [\fIOPTIONS\fR] [\fB\-\-Relay:\fIKEY VALUE\fR ...]
.SH DESCRIPTION
Relay receives each message whole, picks a server for it by strategy and live load, and tries another one when that server is dead, slow, full or
throttling. What no server takes right now waits on disk and goes out later.
.SH COMMANDS
PAGE
describe
cat <<'PAGE'
.SH EXIT STATUS
0 for success; 1 when it failed; 2 for wrong use of the command line.
.SH ENVIRONMENT
.TP
.B RELAY_URL\fR, \fBRELAY_TOKEN
Where the running relay is, and its token.
.TP
.B Relay__\fIKEY
Any key of the configuration, with two underscores for a colon.
.SH FILES
.TP
.I /etc/relay/appsettings.json
The configuration.
.TP
.I /var/lib/relay
Mail that waits, and records of what failed.
PAGE
