#!/usr/bin/env bash
# Stop what up.sh started, by the process ids that it wrote, and nothing else. Logs stay in SLURM_TEST_DIR.
set -uo pipefail

D=${SLURM_TEST_DIR:-/tmp/switchrank-slurm}
conf=/etc/slurm/slurm.conf

ended() {  # whether a process ends within ten seconds
    for _ in $(seq 100); do kill -0 "$1" 2>/dev/null || return 0; sleep 0.1; done
    return 1
}

if [ -e "$D/run/slurmctld.pid" ] && [ "$(readlink "$conf")" = "$D/slurm.conf" ]; then
    timeout 10 scancel --user "$(id -un)" 2>/dev/null
    for _ in $(seq 150); do [ -z "$(timeout 5 squeue -h 2>/dev/null)" ] && break; sleep 0.1; done
fi
for file in "$D"/run/slurmd-*.pid "$D/run/slurmctld.pid" "$D/run/munged.pid"; do
    [ -e "$file" ] || continue
    pid=$(cat "$file")
    daemon=$(basename "$file" .pid)
    # another program may have the number by now
    if [ "$(cat "/proc/$pid/comm" 2>/dev/null)" = "${daemon%%-*}" ]; then
        kill "$pid"
        ended "$pid" || kill -9 "$pid"
    fi
    rm -f "$file"
done
[ "$(readlink "$conf" 2>/dev/null)" = "$D/slurm.conf" ] && rm -f "$conf"
exit 0
