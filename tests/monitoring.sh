#!/usr/bin/env bash
# Writes deploy/prometheus-alerts.yml, its tests, and deploy/grafana.json anew from tests/Relay.Tests/Monitoring.
set -euo pipefail

cd "$(dirname "${BASH_SOURCE[0]}")/.."
dotnet build tests/Relay.Tests -c Release -v quiet </dev/null
RELAY_WRITE_MONITORING=1 dotnet test tests/Relay.Tests -c Release --no-build --filter "FullyQualifiedName~MonitoringFilesTests" </dev/null
