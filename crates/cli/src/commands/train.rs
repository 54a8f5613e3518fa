//! `charnn train`: a text in, a run folder out.

use crate::args::TrainArguments;
use crate::console::Console;
use crate::failure::Failure;
use crate::output::{data, grouped, note};
use charnn_kernels::device::{DeviceChoice, open};
use charnn_train::{
    ConfigError, ConfigFile, Event, Observer, Outcome, Plan, RunDir, RunError, RunFiles, train,
};
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

/// What `charnn train` runs when nothing is named: a first experiment that is done in minutes.
const QUICKSTART: &str = include_str!("../../../../configs/quickstart.toml");

pub(crate) fn run(arguments: &TrainArguments) -> Result<(), Failure> {
    let file = configuration(arguments)?;
    let config = file.resolve()?;
    note(&format!("charnn {}: {}", env!("CARGO_PKG_VERSION"), file.name));

    let plan = Plan::read(config)?;
    let choice: DeviceChoice = plan.config.train.device.parse().expect("checked by the plan");
    let opened = open(choice)?;
    let run = RunDir::create(&plan.config, &file.name, &plan.vocabulary)?;
    let mut files = RunFiles::create(&run)?;

    introduce(&plan);
    note(&format!("device   {} ({})", opened.name, opened.why));
    note(&format!("run      {}", run.path().display()));

    let mut console = Console::new();
    let mut signal = StopSignal::default();
    let flag = Arc::clone(&signal.0);
    let stop = || flag.load(Ordering::Relaxed);
    let observers: &mut [&mut dyn Observer] = &mut [&mut signal, &mut files, &mut console];
    let outcome = train(&plan, opened.device, &run, observers, &stop)?;

    let run_argument = run.path().display();
    note(&format!("Write with it: charnn generate {run_argument} --prompt \"...\""));
    data(&format!("{}\n", run.path().display()))?;
    match outcome {
        Outcome::Completed => Ok(()),
        Outcome::Stopped => Err(Failure::Interrupted),
    }
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
    if let Some(device) = arguments.device {
        file.set_text("train.device", &device.to_string())?;
    }
    if let Some(name) = &arguments.name {
        file.set_text("run.name", name)?;
    }
    Ok(file)
}

/// Says what will be done, before it takes any time.
fn introduce(plan: &Plan) {
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
}

/// A flag that the first Ctrl-C sets; the second ends the process at once.
///
/// Ctrl-C means that from the moment training starts. Before, there is nothing to save, and it
/// ends the process as ever.
#[derive(Default)]
struct StopSignal(Arc<AtomicBool>);

impl Observer for StopSignal {
    fn on(&mut self, event: &Event<'_>) -> Result<(), RunError> {
        if matches!(event, Event::Started { .. }) {
            listen(Arc::clone(&self.0));
        }
        Ok(())
    }
}

fn listen(flag: Arc<AtomicBool>) {
    let installed = ctrlc::set_handler(move || {
        if flag.swap(true, Ordering::Relaxed) {
            #[expect(clippy::exit, reason = "a second Ctrl-C means now; saved weights are whole")]
            std::process::exit(130);
        }
        note("Stopping after this step and saving (Ctrl-C again to quit now)");
    });
    if let Err(error) = installed {
        note(&format!("warning: Ctrl-C will not save what was learned: {error}"));
    }
}
