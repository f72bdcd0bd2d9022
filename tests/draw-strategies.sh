#!/usr/bin/env bash
# Runs every strategy over real servers under the same uneven, then changing load (four minutes), and draws the pictures of docs/load-balancing.md.
# The last lines are the table of that page.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
bash tests/run.sh --soak --filter FullyQualifiedName~StrategyRecordings
python3 tests/draw-strategies.py artifacts/strategies docs/images/strategies
