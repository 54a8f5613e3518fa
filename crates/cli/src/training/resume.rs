//! `charnn resume`: continues a stopped run.

use crate::args::{DeviceArgument, ResumeArguments};
use crate::failure::Failure;
use crate::readings;
use crate::terminal::Terminal;
use crate::training;
use crate::training::choice::choose;
use crate::training::messages::run as say;
use crate::training::ranks::{check, divide, on_ranks};
use crate::training::report::Session;
use crate::training::train::{Reporters, Training, carry_out, introduce};
use charnn_config::{Key, Settings};
use charnn_data::DataError;
use charnn_message::shown;
use charnn_train::{Disk, Leader, Plan, Run, RunDir, RunError};

pub(crate) fn run(arguments: &ResumeArguments, terminal: &Terminal) -> Result<(), Failure> {
    on_ranks(|leader| lead(arguments, leader, terminal))
}

/// Continues a run, alone or as the leader of other processes.
fn lead(
    arguments: &ResumeArguments,
    leader: Option<&Leader<'_>>,
    terminal: &Terminal,
) -> Result<(), Failure> {
    let folder = RunDir::find(&arguments.run, &arguments.runs)?;
    for assignment in &arguments.set {
        let key = assignment.split('=').next().and_then(|path| Key::find(path.trim()));
        if key.is_some_and(|key| !key.changeable) {
            return Err(training::Failure::FixedKey {
                assignment: assignment.clone(),
                changeable: Key::changeable().join(", "),
            }
            .into());
        }
    }
    terminal.note(&say::begin(&folder.name()));
    let mut warn = |warning| terminal.warning(&say::train_warning(&warning));
    let (mut run, saved) = Run::resume(folder, Disk::default(), &mut warn)?;
    let mut settings = Settings::of(&run.folder().name(), &saved.config)?;
    for assignment in &arguments.set {
        settings.set("--set", assignment);
    }
    let mut other_device = false;
    if let Some(DeviceArgument { choice, adapter }) = &arguments.device {
        let train = &saved.config.train;
        other_device = (*choice, adapter) != (train.device, &train.adapter);
        if other_device {
            terminal.warning(&say::other_device());
        }
        settings.flag("--device", "train.device", choice.to_string());
        settings.flag("--device", "train.adapter", adapter.as_str());
    }
    if let Some(leader) = leader
        && divide(&mut settings, leader)
    {
        terminal.warning(&say::other_groups(leader.size()));
    }
    let config = settings.resolve()?;
    check(&config, leader)?;
    let mut progress = readings::progress(terminal);
    let sources = &config.data.path.0;
    let corpus = Plan::sources(sources, &config, &run.folder().root(), &mut progress);
    let corpus = corpus.map_err(|error| match error {
        source @ (DataError::Read { .. } | DataError::NoMatch { .. }) => {
            Failure::Training(training::Failure::TextGone {
                source,
                run: shown(run.folder().path()),
            })
        }
        error => error.into(),
    })?;
    if saved.progress.text != corpus.fingerprint() {
        return Err(Failure::Run(RunError::OtherText {
            now: corpus.fingerprint().to_owned(),
            name: corpus.name,
            then: saved.progress.text,
            run: run.folder().path().to_owned(),
        }));
    }
    let plan = Plan::with_vocabulary(config, &corpus, saved.vocabulary.clone())?;
    // On another device, the fastest kernels are chosen again.
    let hardware = saved.progress.hardware.clone().filter(|_| !other_device);
    let (opened, hardware) = choose(&plan, hardware.as_ref(), leader.is_some(), terminal)?;
    let mut snapshot = run.restore(saved, &opened.device, &mut warn)?;
    snapshot.progress.hardware = hardware;
    let mut reporters = Reporters::new(&arguments.watch, terminal);
    introduce(&plan, reporters.events.as_mut(), terminal);
    let (done, steps) = (snapshot.progress.step, plan.steps);
    terminal.note(&say::resume(done, steps));
    if done >= steps {
        terminal.note(&say::all_steps_done());
    }
    let session = Session::new(run.folder(), &settings, &opened);
    let (plan, opened, from) = (&plan, &opened, snapshot);
    carry_out(Training { plan, opened, run, from, session, leader }, reporters, terminal)
}
