#!/usr/bin/env bash
# Replays the seeds of ReplayTests on another kind of machine: the same code, compiled for ARM64 and run under emulation, must write the same traces, line by line.
# Debian as root: installs the emulator and the libraries of that machine that are missing. About three minutes.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

packages=(qemu-user-static libc6-arm64-cross libstdc++6-arm64-cross libgcc-s1-arm64-cross)
if ! dpkg -s "${packages[@]}" >/dev/null 2>&1; then
    apt-get update -q && apt-get install -y -q "${packages[@]}"
fi

# What the runtime of .NET loads beside the C library has no package for cross use; it is unpacked here, not installed.
mkdir "$work/download" "$work/system"
foreign=$(dpkg --print-foreign-architectures | grep -c '^arm64$' || true)
[ "$foreign" = 1 ] || { dpkg --add-architecture arm64 && apt-get update -q; }
(cd "$work/download" && apt-get download -q libssl3:arm64)
[ "$foreign" = 1 ] || { dpkg --remove-architecture arm64 && apt-get update -q; }
dpkg -x "$work"/download/libssl3_*.deb "$work/system"
cp -r /usr/aarch64-linux-gnu/. "$work/system/"
cp "$work"/system/usr/lib/aarch64-linux-gnu/*.so.* "$work/system/lib/"

# The sources are copied: a build for another machine must not leave its traces in the folders of this one.
git ls-files -z | xargs -0 cp --parents -t "$work"
mkdir "$work/replay"
cat >"$work/replay/Replay.csproj" <<'PROJECT'
<Project Sdk="Microsoft.NET.Sdk">
  <PropertyGroup>
    <OutputType>Exe</OutputType>
    <RuntimeIdentifier>linux-arm64</RuntimeIdentifier>
    <SelfContained>true</SelfContained>
    <InvariantGlobalization>true</InvariantGlobalization>
    <ValidateExecutableReferencesMatchSelfContained>false</ValidateExecutableReferencesMatchSelfContained>
    <TreatWarningsAsErrors>false</TreatWarningsAsErrors>
    <RunAnalyzers>false</RunAnalyzers>
    <CSharpier_Check>false</CSharpier_Check>
  </PropertyGroup>
  <ItemGroup>
    <ProjectReference Include="../tests/Relay.Simulation/Relay.Simulation.csproj" />
  </ItemGroup>
</Project>
PROJECT
echo 'new Relay.Simulation.ReplayTests().Traces_are_written();' >"$work/replay/Program.cs"
dotnet publish "$work/replay" -c Release -o "$work/arm64" -v q

export RELAY_SIMULATION_TRACE="$work/here.txt"
dotnet test tests/Relay.Simulation -c Release --filter Name=Traces_are_written
export RELAY_SIMULATION_TRACE="$work/there.txt"
qemu-aarch64-static -L "$work/system" "$work/arm64/Replay"

wc -l "$work/here.txt"
cmp "$work/here.txt" "$work/there.txt"
echo "Both machines wrote the same traces."
