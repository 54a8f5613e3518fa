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
use charnn_config::{Key, Settings, Sources};
use charnn_data::DataError;
use charnn_message::shown;
use charnn_train::{
    Disk, Leader, Plan, Progress, Run, RunDir, RunError, other_text, training_text,
};

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
    // A run keeps or gets no validation text of its own on the way: its losses could not be compared.
    if config.data.valid_path.is_empty() != saved.config.data.valid_path.is_empty() {
        let assignment = format!("data.valid_path={}", config.data.valid_path);
        let changeable = Key::changeable().join(", ");
        return Err(training::Failure::FixedKey { assignment, changeable }.into());
    }
    let mut progress = readings::progress(terminal);
    let root = run.folder().root();
    let gone = |key: &'static str, error: DataError| match error {
        source @ (DataError::Read { .. } | DataError::NoMatch { .. }) => {
            let run = shown(run.folder().path());
            Failure::Training(training::Failure::TextGone { source, key, run })
        }
        error => error.into(),
    };
    let data = &config.data;
    let corpus = training_text(&data.path.0, &config, &root, &mut progress)
        .map_err(|error| gone("data.path", error))?;
    let valid = other_text(&data.valid_path, &config, &root, &mut progress)
        .map_err(|error| gone("data.valid_path", error))?;
    // Training does not need the test text: it is read only if it is another one.
    let is_new = data.test_path != saved.config.data.test_path;
    let test_path = if is_new { data.test_path.clone() } else { Sources::default() };
    let test = other_text(&test_path, &config, &root, &mut progress)?;
    let Progress { text, valid_text, test_text, .. } = &saved.progress;
    let then = [Some(text), valid_text.as_ref(), test_text.as_ref()];
    for (then, now) in then.into_iter().zip([Some(&corpus), valid.as_ref(), test.as_ref()]) {
        if let (Some(then), Some(now)) = (then, now)
            && then != now.fingerprint()
        {
            return Err(Failure::Run(RunError::OtherText {
                now: now.fingerprint().to_owned(),
                name: now.name.clone(),
                then: then.clone(),
                run: run.folder().path().to_owned(),
            }));
        }
    }
    let plan = Plan::with_vocabulary(config, &corpus, saved.vocabulary.clone())?;
    let plan = plan.with_others(valid.as_ref(), test.as_ref())?;
    // On another device, the fastest kernels are chosen again.
    let hardware = saved.progress.hardware.clone().filter(|_| !other_device);
    let (opened, hardware) = choose(&plan, hardware.as_ref(), leader.is_some(), terminal)?;
    let mut snapshot = run.restore(saved, &opened.device, &mut warn)?;
    snapshot.progress.hardware = hardware;
    if is_new {
        snapshot.progress.test_text = plan.test.as_ref().map(|text| text.fingerprint.clone());
    }
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
