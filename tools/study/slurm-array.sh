#!/bin/bash
# A study on a Slurm cluster: each task of the array runs one part. The folder must be one that all nodes see.
#
#   sbatch --array=1-8 tools/study/slurm-array.sh STUDY.json5 DIR
#   sortline merge DIR --out DIR-whole      # when the array is through
#
# Started again, it goes on where it stopped. SORTLINE names the program where it is not on the path.
#SBATCH --job-name=sortline-sweep
#SBATCH --array=1-4
#SBATCH --cpus-per-task=1
#SBATCH --output=sweep-%A-%a.log
set -eu
if [ $# -ne 2 ]; then
  echo "usage: sbatch --array=1-N $0 STUDY.json5 DIR" >&2
  exit 64
fi
# Which part this is says SLURM_ARRAY_TASK_ID. A signal that Slurm sends before the time is up keeps what is finished.
exec "${SORTLINE:-sortline}" sweep "$1" --out "$2" --jobs "${SLURM_CPUS_PER_TASK:-1}" --quiet
