//! `charnn train`: a text in, a run folder out.

use crate::args::TrainArguments;
use crate::console::Console;
use crate::failure::Failure;
use crate::output::{data, grouped, note, warn};
use crate::signals::Signals;
use charnn_data::Extension;
use charnn_kernels::device::{DeviceChoice, Opened, open};
use charnn_train::{
    Choice, ConfigError, ConfigFile, Disk, Observer, Outcome, Plan, Run, RunConfig, RunDir,
    SaveError, Snapshot, start, start_from, train,
};
use std::path::Path;

/// What `charnn train` runs when nothing is named: a first experiment that is done in minutes.
const QUICKSTART: &str = include_str!("../../../../configs/quickstart.toml");

pub(crate) fn run(arguments: &TrainArguments) -> Result<(), Failure> {
    let file = configuration(arguments)?;
    let config = file.resolve()?;
    note(&format!("charnn {}: {}", env!("CARGO_PKG_VERSION"), file.name));

    if let Some(run) = &arguments.init_from {
        return continue_from(run, config, &file.name);
    }
    let plan = Plan::read(config)?;
    let opened = device(&plan)?;
    introduce(&plan);
    let start = start(&plan, &opened.device);
    let run = Run::create(&plan, &file.name, &start, Disk::default())?;
    carry_out(&plan, &opened, run, start)
}

/// Begins a run with the network of another, which learns the new text's characters besides.
fn continue_from(run: &str, mut config: RunConfig, name: &str) -> Result<(), Failure> {
    /// More characters would fill the screen.
    const MOST_SHOWN: usize = 40;
    let parent = RunDir::find(run, Path::new(&config.run.root))?;
    let opened = open(config.train.device.parse().unwrap_or(DeviceChoice::Auto))?;
    let trained = parent.load(Choice::Best, &opened.device, &mut warn)?;
    // A network keeps its sizes.
    config.model = trained.config.model;
    let corpus = Plan::corpus(&config)?;
    let Extension { vocabulary, added, new_ids } = trained.vocabulary.extended_by(&corpus)?;
    let plan = Plan::with_vocabulary(config, &corpus, vocabulary)?;
    introduce(&plan);
    let (from, step) = (parent.name(), grouped(trained.step));
    note(&format!("from     {from}, step {step}, with its sizes"));
    if !added.is_empty() {
        let shown: String = added.iter().take(MOST_SHOWN).collect();
        let more = if added.len() > MOST_SHOWN { " and others" } else { "" };
        note(&format!("new      {} characters: {shown:?}{more}", grouped(added.len() as u64)));
    }
    let fresh = start(&plan, &opened.device).state.model;
    let start = start_from(&plan, trained.model.grown(&new_ids, fresh).map_err(SaveError::from)?);
    let run = Run::create(&plan, name, &start, Disk::default())?;
    carry_out(&plan, &opened, run, start)
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
) -> Result<(), Failure> {
    note(&format!("device   {} ({})", opened.name, opened.why));
    note(&format!("run      {}", run.folder().path().display()));

    let mut console = Console::new();
    let signals = Signals::default();
    let mut listener = signals.clone();
    let stop = || signals.has_come();
    let observers: &mut [&mut dyn Observer] = &mut [&mut listener, &mut console];
    let outcome = train(plan, &opened.device, &mut run, from, observers, &stop)?;

    let path = run.folder().path().display().to_string();
    match outcome {
        Outcome::Completed => {}
        Outcome::OutOfTime => note("train.max_time is over"),
        Outcome::NoGain => note("the held-out text is no better predicted any more"),
        Outcome::Stopped => {
            note(&format!("Stopped. Go on with: charnn resume {path}"));
            // Whoever reads the output may have been stopped by the same signal.
            let _ = data(&format!("{path}\n"));
            return Err(Failure::Interrupted(signals.exit_code()));
        }
    }
    note(&format!("Write with it: charnn generate {path} --prompt \"...\""));
    data(&format!("{path}\n"))
}

/// The configuration that the arguments describe: quickstart, a file or a text, then `--set`,
/// then the named flags.
fn configuration(arguments: &TrainArguments) -> Result<ConfigFile, ConfigError> {
    let mut file = match &arguments.source {
        None => ConfigFile::parse("quickstart", "the quickstart", QUICKSTART, Path::new(""))?,
        Some(path) if path.extension().is_some_and(|extension| extension == "toml") => {
            ConfigFile::read(path)?
        }
        Some(path) => ConfigFile::for_text(path),
    };
    for assignment in &arguments.set {
        file.set(assignment)?;
    }
    let named =
        [("data.encoding", &arguments.encoding), ("data.on_malformed", &arguments.on_malformed)];
    for (key, value) in named {
        if let Some(value) = value {
            file.set_text(key, value)?;
        }
    }
    if let Some(bytes) = arguments.max_bytes {
        file.set(&format!("data.max_bytes={bytes}"))?;
    }
    if let Some(device) = arguments.device {
        file.set_text("train.device", &device.to_string())?;
    }
    if let Some(name) = &arguments.name {
        file.set_text("run.name", name)?;
    }
    Ok(file)
}

/// Says what will be done, before it takes any time.
pub(crate) fn introduce(plan: &Plan) {
    /// More lines would push the rest out of sight.
    const MOST_READINGS: usize = 20;
    for reading in plan.readings.iter().take(MOST_READINGS) {
        note(&format!("read     {reading}"));
    }
    if plan.readings.len() > MOST_READINGS {
        note(&format!("read     and {} files more", plan.readings.len() - MOST_READINGS));
    }
    let split = plan.split();
    let (train, model) = (&plan.config.train, &plan.config.model);
    note(&format!(
        "text     {}: {} characters, {} distinct, {} held out",
        plan.corpus_name,
        grouped(plan.ids.len() as u64),
        plan.vocabulary.len(),
        grouped(split.valid.len() as u64),
    ));
    note(&format!(
        "network  {} {}x{}, embedding {}: {} parameters",
        model.cell(),
        model.num_layers,
        model.hidden_size,
        model.embedding_size,
        grouped(plan.parameters as u64),
    ));
    note(&format!(
        "plan     {} steps of {} x {} characters, {} an epoch",
        grouped(plan.steps),
        train.batch_size,
        train.seq_length,
        grouped(plan.steps_per_epoch),
    ));
    for warning in &plan.warnings {
        note(&format!("warning: {warning}"));
    }
}
