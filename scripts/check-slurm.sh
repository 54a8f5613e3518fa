#!/usr/bin/env bash
# A sweep as an array of jobs on a real Slurm: slurmctld and slurmd on this machine, for the time of the check.
#
#   scripts/check-slurm.sh [CHARNN]
#
# Needs root, and Debian's packages slurmctld, slurmd, slurm-client and munge. Without them the check is skipped.
set -euo pipefail
cd "$(dirname "$0")/.."
charnn=$(realpath "${1:-${CARGO_TARGET_DIR:-target}/release/charnn}")
for tool in slurmctld slurmd sbatch sinfo munged; do
    PATH="$PATH:/usr/sbin" command -v "$tool" >/dev/null || { echo "no $tool: Slurm is not checked"; exit 0; }
done
[ "$(id -u)" = 0 ] || { echo "not root: Slurm is not checked"; exit 0; }
export PATH="$PATH:/usr/sbin"

work=$(mktemp -d)
pids=()
finish() {
    for pid in "${pids[@]}"; do kill "$pid" 2>/dev/null || true; done
    wait 2>/dev/null || true
    rm -rf "$work"
}
trap finish EXIT

# Munge authenticates the parts of Slurm to each other.
chmod 755 "$work"
mkdir -p "$work/munge" "$work/state" "$work/spool"
dd if=/dev/urandom of="$work/munge/key" bs=128 count=1 status=none
chmod 700 "$work/munge"
chmod 400 "$work/munge/key"
munged --foreground --force --key-file="$work/munge/key" --socket="$work/munge.socket" \
    --pid-file="$work/munge/pid" --log-file="$work/munge/log" --seed-file="$work/munge/seed" >/dev/null 2>&1 &
pids+=($!)

host=$(hostname -s)
cat >"$work/slurm.conf" <<CONF
ClusterName=check
SlurmctldHost=$host(127.0.0.1)
SlurmUser=root
SlurmdUser=root
AuthType=auth/munge
AuthInfo=socket=$work/munge.socket
CryptoType=crypto/munge
SlurmctldPort=16817
SlurmdPort=16818
StateSaveLocation=$work/state
SlurmdSpoolDir=$work/spool
SlurmctldPidFile=$work/slurmctld.pid
SlurmdPidFile=$work/slurmd.pid
SlurmctldLogFile=$work/slurmctld.log
SlurmdLogFile=$work/slurmd.log
ProctrackType=proctrack/linuxproc
TaskPlugin=task/none
SelectType=select/cons_tres
SelectTypeParameters=CR_Core
JobAcctGatherType=jobacct_gather/none
AccountingStorageType=accounting_storage/none
MpiDefault=none
ReturnToService=2
NodeName=$host NodeAddr=127.0.0.1 CPUs=$(nproc) State=UNKNOWN
PartitionName=all Nodes=$host Default=YES MaxTime=INFINITE State=UP
CONF
export SLURM_CONF="$work/slurm.conf"
slurmctld -D >/dev/null 2>&1 &
pids+=($!)
slurmd -D >/dev/null 2>&1 &
pids+=($!)
for _ in $(seq 60); do
    sinfo -h -o %t 2>/dev/null | grep -qE '^(idle|mix)' && break
    sleep 0.5
done
if ! sinfo -h -o %t 2>/dev/null | grep -qE '^(idle|mix)'; then
    echo "Slurm does not start here:"
    tail -n 5 "$work"/slurmctld.log "$work"/slurmd.log "$work/munge/log" 2>/dev/null || true
    exit 1
fi

mkdir "$work/sweep"
cd "$work/sweep"
for _ in $(seq 60); do echo "Once upon a time there was a cat."; done >novel.txt
sweep=(novel.txt --set 'model.hidden_size=[2, 12]' --set train.batch_size=2 --set train.seq_length=8
    --set train.max_steps=20 --set sample.length=0 --seeds 2 --device cpu)
"$charnn" sweep "${sweep[@]}" --slurm >job.sh
sed -i 's/cpus-per-task=2/cpus-per-task=1/' job.sh
if "$charnn" sweep collect "${sweep[@]}" >/dev/null 2>&1; then
    echo "collect found results before there were any"
    exit 1
fi
sbatch --wait job.sh
"$charnn" sweep collect "${sweep[@]}" --json >collected
# The same trainings, made here.
"$charnn" sweep "${sweep[@]}" --name here --json >expected
losses() { grep -o '"val_loss":[0-9.]*' "$1"; }
diff <(losses collected) <(losses expected)
[ "$(losses collected | wc -l)" = 2 ]
echo "Slurm: an array of 4 jobs gave the results of the sweep"
