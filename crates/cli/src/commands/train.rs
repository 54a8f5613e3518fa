//! `charnn train`: a text in, a run folder out.

use crate::args::{TrainArguments, WatchArguments};
use crate::commands::config::settings;
use crate::commands::dry_run::{dry_run, learn_by_heart};
use crate::console::Console;
use crate::events::Events;
use crate::failure::Failure;
use crate::notes::Note;
use crate::output::{data, note, warn};
use crate::signals::Signals;
use charnn_data::{Extension, in_a_line};
use charnn_kernels::device::{DeviceChoice, Opened, open};
use charnn_train::{
    Choice, Disk, Observer, Outcome, Plan, Run, RunConfig, RunDir, SaveError, Settings, Snapshot,
    start, start_from, train,
};
use std::path::Path;

pub(crate) fn run(arguments: &TrainArguments) -> Result<(), Failure> {
    let file = configuration(arguments)?;
    let config = file.resolve()?;
    note(&Note::Begin(&in_a_line(&file.name)));

    if let Some(run) = &arguments.init_from {
        return continue_from(run, &file, &config, &arguments.watch);
    }
    let plan = Plan::read(config)?;
    let opened = device(&plan)?;
    introduce(&plan);
    if arguments.dry_run || arguments.overfit.is_some() {
        note(&Note::Device(&opened));
        return match arguments.overfit {
            Some(batches) => learn_by_heart(&plan, &opened, batches),
            None => dry_run(&plan, &opened),
        };
    }
    let start = start(&plan, &opened.device);
    let run = Run::create(&plan, &file.name, &start, Disk::default())?;
    carry_out(&plan, &opened, run, start, &arguments.watch)
}

/// Begins a run with the network of another, which learns the new text's characters besides.
fn continue_from(
    run: &str,
    file: &Settings,
    config: &RunConfig,
    watch: &WatchArguments,
) -> Result<(), Failure> {
    let parent = RunDir::find(run, Path::new(&config.run.root))?;
    let opened = open(config.train.device.parse().unwrap_or(DeviceChoice::Auto))?;
    let trained = parent.load(Choice::Best, &opened.device, &mut warn)?;
    let config = file.resolve_on(&trained.config.model, &parent.name())?;
    let corpus = Plan::corpus(&config)?;
    let Extension { vocabulary, added, new_ids } = trained.vocabulary.extended_by(&corpus)?;
    let plan = Plan::with_vocabulary(config, &corpus, vocabulary)?;
    introduce(&plan);
    note(&Note::From { run: &parent.name(), step: trained.step });
    if !added.is_empty() {
        note(&Note::NewCharacters(&added));
    }
    let fresh = start(&plan, &opened.device).state.model;
    let start = start_from(&plan, trained.model.grown(&new_ids, fresh).map_err(SaveError::from)?);
    let run = Run::create(&plan, &file.name, &start, Disk::default())?;
    carry_out(&plan, &opened, run, start, watch)
}

/// The device that a plan asks for.
pub(crate) fn device(plan: &Plan) -> Result<Opened, Failure> {
    let choice: DeviceChoice = plan.config.train.device.parse().expect("checked by the plan");
    Ok(open(choice)?)
}

/// Trains to the end of `plan`, with everything that a person wants to see and say on the way.
pub(crate) fn carry_out(
    plan: &Plan,
    opened: &Opened,
    mut run: Run,
    from: Snapshot,
    watch: &WatchArguments,
) -> Result<(), Failure> {
    note(&Note::Device(opened));
    note(&Note::Folder(run.folder().path()));

    let mut console = Console::new(watch.progress);
    let mut events = watch.json.then(|| Events::new(run.folder().path()));
    let signals = Signals::default();
    let mut listener = signals.clone();
    let stop = || signals.has_come();
    let mut observers: Vec<&mut dyn Observer> = vec![&mut listener, &mut console];
    observers.extend(events.as_mut().map(|events| events as &mut dyn Observer));
    let outcome = train(plan, &opened.device, &mut run, from, &mut observers, &stop)?;

    let path = run.folder().path().display().to_string();
    // The last thing on standard output, whoever reads it.
    let end = |events: Option<&mut Events>| match events {
        Some(events) => {
            events.end(outcome);
            Ok(())
        }
        None => data(&format!("{path}\n")),
    };
    match outcome {
        Outcome::Completed => {}
        Outcome::OutOfTime => note(&Note::OutOfTime),
        Outcome::NoGain => note(&Note::NoGain),
        Outcome::Stopped => {
            note(&Note::Stopped { run: &path });
            // Whoever reads the output may have been stopped by the same signal.
            let _ = end(events.as_mut());
            return Err(Failure::Interrupted(signals.exit_code()));
        }
    }
    note(&Note::WriteWith { run: &path });
    end(events.as_mut())
}

/// The configuration that the arguments describe; the named flags come last.
fn configuration(arguments: &TrainArguments) -> Result<Settings, Failure> {
    let TrainArguments { source, set, encoding, on_malformed, max_bytes, device, name, .. } =
        arguments;
    let mut settings = settings(source.as_deref(), set)?;
    let flags = [
        ("--encoding", "data.encoding", encoding.clone()),
        ("--on-malformed", "data.on_malformed", on_malformed.clone()),
        ("--max-bytes", "data.max_bytes", max_bytes.map(|bytes| bytes.to_string())),
        ("--device", "train.device", device.map(|device| device.to_string())),
        ("--name", "run.name", name.clone()),
    ];
    for (flag, key, value) in flags {
        if let Some(value) = value {
            settings.flag(flag, key, &value);
        }
    }
    Ok(settings)
}

/// Says what will be done, before it takes any time.
pub(crate) fn introduce(plan: &Plan) {
    /// More lines would push the rest out of sight.
    const MOST_FILES: usize = 20;
    let read = plan.readings.iter().map(Note::Read);
    let files: Vec<Note<'_>> = read.chain(plan.skipped.iter().map(Note::LeftOut)).collect();
    files.iter().take(MOST_FILES).for_each(note);
    if files.len() > MOST_FILES {
        note(&Note::MoreFiles(files.len() - MOST_FILES));
    }
    note(&Note::Text(plan));
    note(&Note::Network(plan));
    note(&Note::Steps(plan));
    plan.advice.iter().for_each(|advice| note(&Note::Advice(advice)));
}
