#!/bin/bash
# For keepalived: whether the HAProxy of this machine runs and sees a node (its frontend "alive"). Needs nothing but bash.
exec 3<>"/dev/tcp/127.0.0.1/${1:-8404}" || exit 1
printf 'GET /alive HTTP/1.0\r\n\r\n' >&3
read -r -t 1 _ status _ <&3 && [[ $status == 200 ]]
