//! `charnn train`: a text in, a run folder out.

use crate::args::{ProgressStyle, TrainArguments, WatchArguments};
use crate::commands::config::settings;
use crate::commands::dry_run::{dry_run, learn_by_heart};
use crate::console::Console;
use crate::events::Events;
use crate::failure::Failure;
use crate::messages::{legacy, run as say};
use crate::output::data;
use crate::readings;
use crate::signals::Signals;
use crate::terminal::Terminal;
use charnn_data::{Extension, Source, in_a_line, pattern_of, shown};
use charnn_kernels::device::{DeviceChoice, Opened, open};
use charnn_train::{
    Choice, Disk, Observer, Outcome, Plan, Run, RunConfig, RunDir, SaveError, Settings, Snapshot,
    start, start_from, train,
};
use std::path::{Path, PathBuf};

pub(crate) fn run(arguments: &TrainArguments, terminal: &Terminal) -> Result<(), Failure> {
    let file = configuration(arguments)?;
    if let Some(run) = &arguments.init_from {
        return continue_from(run, &file, &arguments.watch, terminal);
    }
    let config = file.resolve()?;
    terminal.note(&say::begin(&in_a_line(&file.name)));
    let plan = Plan::read(config)?;
    let opened = device(&plan)?;
    let json = arguments.watch.json;
    if arguments.dry_run || arguments.overfit.is_some() {
        introduce(&plan, None, terminal);
        terminal.note(&say::device(&opened));
        return match arguments.overfit {
            Some(batches) => learn_by_heart(&plan, &opened, batches, json, terminal),
            None => dry_run(&plan, &opened, json, terminal),
        };
    }
    let mut audience = Audience::new(&arguments.watch, terminal);
    introduce(&plan, audience.events.as_mut(), terminal);
    let start = start(&plan, &opened.device);
    let run = Run::create(&plan, &file.name, &start, Disk::default())?;
    carry_out(&plan, &opened, run, start, audience, terminal)
}

/// Who sees and hears what happens: a person, and a program if one asks.
pub(crate) struct Audience {
    progress: ProgressStyle,
    pub(crate) events: Option<Events>,
}

impl Audience {
    pub(crate) fn new(watch: &WatchArguments, terminal: &Terminal) -> Self {
        Self { progress: watch.progress, events: watch.json.then(|| Events::new(terminal)) }
    }
}

/// Begins a run with the network of another, which learns the new text's characters besides.
fn continue_from(
    run: &str,
    file: &Settings,
    watch: &WatchArguments,
    terminal: &Terminal,
) -> Result<(), Failure> {
    // Which network it is decides what the configuration may say.
    let root = file.text("run.root").map_or_else(|| RunConfig::default().run.root, str::to_owned);
    let parent = RunDir::find(run, Path::new(&root))?;
    let device = file.text("train.device").and_then(|device| device.parse().ok());
    let opened = open(device.unwrap_or(DeviceChoice::Auto))?;
    let trained = parent
        .load(Choice::Best, &opened.device, &mut |it| terminal.warning(&legacy::warning(&it)))?;
    let config = file.resolve_on(&trained.config.model, &parent.name())?;
    terminal.note(&say::begin(&in_a_line(&file.name)));
    let corpus = Plan::corpus(&config)?;
    let limits = config.data.limits();
    let Extension { vocabulary, added, new_ids } =
        Extension::of(&trained.vocabulary, &corpus, limits)?;
    let plan = Plan::with_vocabulary(config, &corpus, vocabulary)?;
    let mut audience = Audience::new(watch, terminal);
    introduce(&plan, audience.events.as_mut(), terminal);
    terminal.note(&say::from(&parent.name(), trained.step));
    if !added.is_empty() {
        terminal.note(&say::new_characters(&added));
    }
    let fresh = start(&plan, &opened.device).state.model;
    let start = start_from(&plan, trained.model.grown(&new_ids, fresh).map_err(SaveError::from)?);
    let run = Run::create(&plan, &file.name, &start, Disk::default())?;
    carry_out(&plan, &opened, run, start, audience, terminal)
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
    audience: Audience,
    terminal: &Terminal,
) -> Result<(), Failure> {
    terminal.note(&say::device(opened));
    terminal.note(&say::folder(run.folder().path()));

    let Audience { progress, mut events } = audience;
    let mut console = Console::new(progress, terminal);
    if let Some(events) = &mut events {
        events.begin(run.folder().path(), opened);
    }
    let signals = Signals::new(terminal);
    let mut listener = signals.clone();
    let stop = || signals.has_come();
    let mut observers: Vec<&mut dyn Observer> = vec![&mut listener, &mut console];
    observers.extend(events.as_mut().map(|events| events as &mut dyn Observer));
    let outcome = train(plan, &opened.device, &mut run, from, &mut observers, &stop)?;

    let path = run.folder().path().display().to_string();
    // The last thing on standard output, whoever reads it.
    let end = |events: Option<Events>| match events {
        Some(events) => events.end(outcome),
        None => data(&format!("{path}\n")),
    };
    match outcome {
        Outcome::Completed => {}
        Outcome::OutOfTime => terminal.note(&say::time_limit(&path)),
        Outcome::NoGain => terminal.note(&say::early_stopped(&path)),
        Outcome::Stopped => {
            terminal.note(&say::stopped(&path));
            // Whoever reads the output may have been stopped by the same signal.
            let _ = end(events);
            return Err(Failure::Interrupted(signals.exit_code()));
        }
    }
    terminal.note(&say::write_with(&path));
    Ok(end(events)?)
}

/// The configuration that the arguments describe; the named flags come last.
fn configuration(arguments: &TrainArguments) -> Result<Settings, Failure> {
    let TrainArguments { sources, set, encoding, on_malformed, max_bytes, device, name, .. } =
        arguments;
    let mut settings = match &sources[..] {
        [] => settings(None, set)?,
        [source] => settings(Some(source), set)?,
        several => settings(Some(&together(several)?), set)?,
    };
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

/// What stands for several texts.
fn together(sources: &[PathBuf]) -> Result<PathBuf, Failure> {
    let is_text = |path: &&PathBuf| {
        let special = Source::named(path) != Source::File((*path).clone());
        let is_config = path.extension().is_some_and(|end| end.eq_ignore_ascii_case("toml"));
        !special && !is_config && !RunDir::is_run(path)
    };
    if let Some(odd) = sources.iter().find(|path| !is_text(path)) {
        return Err(Failure::OneOnly { name: shown(odd) });
    }
    pattern_of(sources).map(PathBuf::from).ok_or(Failure::NoPattern)
}

/// Says what will be done, before it takes any time.
pub(crate) fn introduce(plan: &Plan, events: Option<&mut Events>, terminal: &Terminal) {
    if let Some(events) = events {
        events.read(plan);
    }
    readings::show(terminal, plan.readings.iter(), &plan.skipped);
    terminal.note(&say::corpus(plan));
    terminal.note(&say::network(plan));
    terminal.note(&say::steps(plan));
    plan.advice.iter().for_each(|advice| terminal.warning(&legacy::advice(advice)));
}
