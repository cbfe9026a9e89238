#!/usr/bin/env bash
# Start a SLURM cluster on this machine for the tests: two nodes with two fake GPUs each. No systemd, no cgroups, no
# accounting. Needs root, and Debian's packages, which it installs if they are missing. Stop it with down.sh.
#
#   SLURM_TEST_DIR=/tmp/switchrank-slurm   keys, configuration, state, logs and process ids
set -euo pipefail

D=${SLURM_TEST_DIR:-/tmp/switchrank-slurm}
here=$(cd "$(dirname "$0")" && pwd)
conf=/etc/slurm/slurm.conf
port=16817

refuse() { echo "error: no SLURM for the tests: $*" >&2; exit 1; }

[ "$(id -u)" -eq 0 ] || refuse "its daemons need root, and this is user $(id -un)"
# The job step drops SLURM_CONF from its environment, so the configuration must be at the default place.
[ ! -e "$conf" ] || [ -L "$conf" ] || refuse "$conf is a file, so this machine belongs to a cluster"

lacking=""
for need in slurmctld:slurmctld slurmd:slurmd sbatch:slurm-client munged:munge; do
    command -v "${need%:*}" >/dev/null || lacking="$lacking ${need#*:}"
done
mkdir -p "$D"
if [ -n "$lacking" ]; then
    command -v apt-get >/dev/null || refuse "it lacks$lacking, and there is no apt-get to install them"
    export DEBIAN_FRONTEND=noninteractive
    # shellcheck disable=SC2086
    { apt-get update -qq && apt-get install -y --no-install-recommends $lacking; } >"$D/apt.log" 2>&1 ||
        refuse "apt-get could not install$lacking ($D/apt.log)"
fi

"$here/down.sh"
rm -rf "$D"/*/
mkdir -p "$D"/{munge,ctld,log,run,gpu,node1,node2}
chmod 755 "$D" "$D"/*/

# A private key and socket: a munged of the machine itself is left alone.
head -c 128 /dev/urandom >"$D/munge/munge.key"
chmod 600 "$D/munge/munge.key"
munged --key-file="$D/munge/munge.key" --socket="$D/munge/munge.sock" --pid-file="$D/run/munged.pid" \
    --log-file="$D/log/munged.log" --seed-file="$D/munge/munged.seed" --num-threads=2

# slurmd refuses a GPU that has no device file. These are copies of /dev/null; the flag makes SLURM set
# CUDA_VISIBLE_DEVICES.
for number in 0 1 2 3; do mknod "$D/gpu/fake$number" c 1 3 || refuse "root may not make device files here"; done
cat >"$D/gres.conf" <<C
NodeName=node1 Name=gpu File=$D/gpu/fake[0-1] Flags=nvidia_gpu_env
NodeName=node2 Name=gpu File=$D/gpu/fake[2-3] Flags=nvidia_gpu_env
C
cat >"$D/slurm.conf" <<C
ClusterName=switchrank
SlurmctldHost=$(hostname -s)(127.0.0.1)
SlurmUser=root
SlurmdUser=root
AuthType=auth/munge
AuthInfo=socket=$D/munge/munge.sock
CredType=cred/munge
SlurmctldPort=$port
StateSaveLocation=$D/ctld
SlurmdSpoolDir=$D/%n
SlurmctldPidFile=$D/run/slurmctld.pid
SlurmdPidFile=$D/run/slurmd-%n.pid
SlurmctldLogFile=$D/log/slurmctld.log
SlurmdLogFile=$D/log/slurmd-%n.log
ProctrackType=proctrack/linuxproc
TaskPlugin=task/none
JobAcctGatherType=jobacct_gather/linux
AccountingStorageType=accounting_storage/none
SchedulerType=sched/backfill
SchedulerParameters=sched_interval=2,bf_interval=2
SelectType=select/cons_tres
SelectTypeParameters=CR_Core_Memory
GresTypes=gpu
ReturnToService=2
MpiDefault=none
SwitchType=switch/none
# Without accounting squeue alone knows how a job ended: long enough for the tests to look.
MinJobAge=3600
KillWait=10
# Cores and memory are what the tests need, not what the machine has; memory is not enforced.
SlurmdParameters=config_overrides
DefMemPerCPU=500
NodeName=node1 NodeHostname=$(hostname -s) NodeAddr=127.0.0.1 Port=$((port + 1)) CPUs=2 RealMemory=32000 Gres=gpu:2
NodeName=node2 NodeHostname=$(hostname -s) NodeAddr=127.0.0.1 Port=$((port + 2)) CPUs=2 RealMemory=32000 Gres=gpu:2
PartitionName=cpu Nodes=node[1-2] Default=YES MaxTime=INFINITE DefaultTime=10 State=UP
PartitionName=gpu Nodes=node[1-2] MaxTime=INFINITE DefaultTime=10 State=UP
C
mkdir -p /etc/slurm
ln -sfn "$D/slurm.conf" "$conf"
# The daemons look for gres.conf beside their configuration.
export SLURM_CONF="$D/slurm.conf"

slurmctld || refuse "slurmctld did not start ($D/log/slurmctld.log)"
for _ in $(seq 100); do scontrol ping 2>/dev/null | grep -q "is UP" && break; sleep 0.1; done
for node in node1 node2; do slurmd -N "$node" || refuse "slurmd did not start ($D/log/slurmd-$node.log)"; done
for _ in $(seq 300); do
    [ "$(sinfo -h -p gpu -t idle -o %D 2>/dev/null)" = 2 ] && exec sinfo -N -p gpu -o "%N %T %c CPUs %m MB %G"
    sleep 0.1
done
refuse "the nodes did not become idle ($D/log)"
