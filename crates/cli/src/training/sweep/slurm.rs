//! A sweep as an array of jobs for Slurm.

use super::plan::Sweep;
use crate::environment::{arguments, written};
use std::path::Path;

/// The flag that makes one training of a sweep, counted from 1.
const TASK: &str = "--task";

/// A script for `sbatch`: each task of the array makes one training of `sweep`. `program` is run in `folder`.
pub(super) fn script(sweep: &Sweep, program: &Path, folder: &Path) -> String {
    let name = &sweep.request.name;
    let count = sweep.trials.len();
    let path = |path: &Path| quoted(&path.to_string_lossy());
    // The words of this command, without those that ask for the script.
    let words = arguments();
    let words = words.iter().skip(1).map(|word| written(word)).filter(|it| it != "--slurm");
    let words: Vec<String> = words.map(|it| quoted(&it)).collect();
    format!(
        "#!/bin/bash\n\
         # The {count} trainings of the sweep {name:?}. Send it with: sbatch FILE\n\
         # Sending it again trains what has failed or was interrupted. Results: charnn sweep collect ...\n\
         #SBATCH --job-name={name}\n\
         #SBATCH --array=1-{count}\n\
         #SBATCH --ntasks=1\n\
         #SBATCH --cpus-per-task=2\n\
         #SBATCH --signal=B:TERM@60\n\
         #SBATCH --output={name}-%a.log\n\
         cd -- {} || exit 8\n\
         export RAYON_NUM_THREADS=\"${{RAYON_NUM_THREADS:-${{SLURM_CPUS_PER_TASK:-1}}}}\"\n\
         exec {} {} {TASK} \"$SLURM_ARRAY_TASK_ID\"\n",
        path(folder),
        path(program),
        words.join(" "),
    )
}

/// A word for a shell.
fn quoted(word: &str) -> String {
    let is_plain = |it: char| it.is_ascii_alphanumeric() || "-_./=,:+%@".contains(it);
    if !word.is_empty() && word.chars().all(is_plain) {
        word.to_owned()
    } else {
        format!("'{}'", word.replace('\'', r"'\''"))
    }
}
