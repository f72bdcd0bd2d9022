#!/usr/bin/env bash
# Lives through the simulated day of docs/providers.md (a hundred thousand messages on virtual time) and draws its picture.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
bash tests/run.sh --soak --filter FullyQualifiedName~DayTests
python3 tests/draw-day.py artifacts/providers/day.csv docs/images/providers/day.svg
