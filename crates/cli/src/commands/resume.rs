//! `charnn resume`: a run that was interrupted goes on as if nothing had happened.

use crate::args::ResumeArguments;
use crate::commands::train::{carry_out, device, introduce};
use crate::failure::Failure;
use crate::output::{grouped, note, warn};
use charnn_train::{ConfigFile, Disk, Plan, Run, RunDir, RunError};

/// What may be other than it was: where the run ends and what it shows, and nothing that it learns.
const CHANGEABLE: [&str; 9] = [
    "data.in_memory_bytes",
    "train.epochs",
    "train.max_steps",
    "train.max_time",
    "train.early_stop_patience",
    "train.on_nonfinite",
    "train.device",
    "sample.",
    "checkpoint.",
];

pub(crate) fn run(arguments: &ResumeArguments) -> Result<(), Failure> {
    let folder = RunDir::find(&arguments.run, &arguments.runs)?;
    for assignment in &arguments.set {
        if !CHANGEABLE.iter().any(|key| assignment.trim_start().starts_with(key)) {
            return Err(Failure::FixedKey {
                assignment: assignment.clone(),
                changeable: CHANGEABLE.map(|key| key.trim_end_matches('.')).join(", "),
            });
        }
    }
    note(&format!("charnn {}: {}", env!("CARGO_PKG_VERSION"), folder.name()));
    let (run, saved) = Run::resume(folder, Disk::default(), &mut warn)?;
    let mut file = ConfigFile::of(&run.folder().name(), &saved.config);
    for assignment in &arguments.set {
        file.set(assignment)?;
    }
    if let Some(device) = arguments.device {
        file.set_text("train.device", &device.to_string())?;
    }
    let config = file.resolve()?;
    let corpus = Plan::corpus(&config)?;
    if saved.progress.text != corpus.fingerprint() {
        return Err(Failure::Run(RunError::OtherText {
            now: corpus.fingerprint().to_owned(),
            name: corpus.name,
            then: saved.progress.text,
            run: run.folder().path().to_owned(),
        }));
    }
    let plan = Plan::with_vocabulary(config, &corpus, saved.vocabulary.clone())?;
    let opened = device(&plan)?;
    let snapshot = saved.restore(&opened.device)?;
    introduce(&plan);
    let (done, steps) = (snapshot.progress.step, plan.steps);
    note(&format!("resume   after step {} of {}", grouped(done), grouped(steps)));
    if done == steps {
        note("All steps are made. Go on longer with --set train.epochs=N or train.max_steps=N");
    }
    carry_out(&plan, &opened, run, snapshot)
}
