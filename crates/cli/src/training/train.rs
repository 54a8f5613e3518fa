//! `charnn train`: a text in, a run folder out.

use crate::args::{DeviceArgument, ProgressStyle, TrainArguments, WatchArguments};
use crate::commands::config::settings;
use crate::commands::network::{self, Network};
use crate::failure::Failure;
use crate::output::data;
use crate::readings;
use crate::terminal::Terminal;
use crate::training;
use crate::training::choice::{choose, compile};
use crate::training::dry_run::{dry_run, overfit_check};
use crate::training::messages::run as say;
use crate::training::ranks::{check, divide, on_ranks};
use crate::training::report::{Board, Console, Ending, Events, Pause, Session, Signals};
use charnn_config::Settings;
use charnn_data::Extension;
use charnn_kernels::device::Opened;
use charnn_message::in_a_line;
use charnn_model::CharLm;
use charnn_runs::sweep;
use charnn_train::{
    CheckpointSelector, Disk, Hardware, Interconnect, Leader, Observer, Outcome, Plan, Run,
    SaveError, Snapshot, Texts, start, start_from, train_on_ranks, vocabulary_limits,
};
use std::path::Path;

pub(crate) fn run(arguments: &TrainArguments, terminal: &Terminal) -> Result<(), Failure> {
    on_ranks(|leader| lead(arguments, leader, terminal))
}

/// Trains, alone or as the leader of other processes.
fn lead(
    arguments: &TrainArguments,
    leader: Option<&Leader<'_>>,
    terminal: &Terminal,
) -> Result<(), Failure> {
    let mut file = configuration(arguments, terminal)?;
    if let Some(leader) = leader {
        divide(&mut file, leader);
    }
    let prepared = match &arguments.init_from {
        Some(run) => prepare_from(run, &file, leader, terminal)?,
        None => prepare(&file, leader, terminal)?,
    };
    let Prepared { plan, opened, hardware, parent } = &prepared;
    let json = arguments.watch.json;
    if arguments.dry_run || arguments.overfit.is_some() {
        introduce(plan, None, terminal);
        terminal.note(&say::device(opened));
        if let Some(batches) = arguments.overfit {
            return overfit_check(plan, opened, batches, json, terminal);
        }
        let network = Interconnect::named(&arguments.network).unwrap_or(Interconnect::ALL[0]);
        let ranks = arguments.ranks.map(|ranks| (ranks, network));
        return dry_run(plan, opened, ranks, json, terminal);
    }
    let mut reporters = Reporters::new(&arguments.watch, terminal);
    introduce(plan, reporters.events.as_mut(), terminal);
    let mut first = start(plan, &opened.device);
    if let Some(Parent { name, step, network, added, new_ids }) = parent {
        terminal.note(&say::from(name, *step));
        if !added.is_empty() {
            terminal.note(&say::new_characters(added));
        }
        let grown = network.extend_vocabulary(new_ids, first.state.model);
        first = start_from(plan, grown.map_err(SaveError::from)?);
    }
    first.progress.hardware.clone_from(hardware);
    sweep(Path::new(&plan.config.run.root));
    let run = Run::create(plan, &file.name, &first, Disk::default())?;
    if arguments.init_only {
        let path = run.folder().path().display().to_string();
        terminal.note(&say::initial_weights(&path));
        return Ok(data(&format!("{path}\n"))?);
    }
    let session = Session::new(run.folder(), &file, opened);
    carry_out(Training { plan, opened, run, from: first, session, leader }, reporters, terminal)
}

/// What a run starts from.
struct Prepared {
    plan: Plan,
    opened: Opened,
    hardware: Option<Hardware>,
    parent: Option<Parent>,
}

/// The network of another run, with the characters that are new to it.
struct Parent {
    name: String,
    step: u64,
    network: CharLm,
    added: Vec<String>,
    new_ids: Vec<u16>,
}

fn prepare(
    file: &Settings,
    leader: Option<&Leader<'_>>,
    terminal: &Terminal,
) -> Result<Prepared, Failure> {
    let config = file.resolve()?;
    check(&config, leader)?;
    terminal.note(&say::begin(&in_a_line(&file.name)));
    let texts = Texts::read(&config, &mut readings::progress(terminal))?;
    let plan = Plan::new(config, &texts.train)?;
    let plan = plan.with_others(texts.valid.as_ref(), texts.test.as_ref())?;
    let (opened, hardware) = choose(&plan, None, leader.is_some(), terminal)?;
    Ok(Prepared { plan, opened, hardware, parent: None })
}

/// Prepares a run with the network of another one, whose vocabulary is extended by the new text.
fn prepare_from(
    run: &str,
    file: &Settings,
    leader: Option<&Leader<'_>>,
    terminal: &Terminal,
) -> Result<Prepared, Failure> {
    // The network decides which keys the configuration may set.
    let preview = file.preview();
    let root = Path::new(&preview.run.root);
    let parent = network::open(run, root, CheckpointSelector::Best, terminal)?;
    let Network { name, step, config, bundle, .. } = parent;
    let config = file.resolve_on(&config.model, &name)?;
    check(&config, leader)?;
    terminal.note(&say::begin(&in_a_line(&file.name)));
    let texts = Texts::read(&config, &mut readings::progress(terminal))?;
    let limits = vocabulary_limits(&config.data);
    let Extension { vocabulary, added, new_ids } =
        Extension::of(bundle.vocabulary(), &texts.train, limits)?;
    let plan = Plan::with_vocabulary(config, &texts.train, vocabulary)?;
    let plan = plan.with_others(texts.valid.as_ref(), texts.test.as_ref())?;
    let (opened, hardware) = choose(&plan, None, leader.is_some(), terminal)?;
    let network = CharLm::from_bundle(&bundle, &opened.device);
    let parent = Parent { name, step, network, added, new_ids };
    Ok(Prepared { plan, opened, hardware, parent: Some(parent) })
}

/// Who receives the events: a person, and with `--json` a program.
pub(crate) struct Reporters {
    progress: ProgressStyle,
    pub(crate) events: Option<Events>,
    pause: Pause,
}

impl Reporters {
    pub(crate) fn new(watch: &WatchArguments, terminal: &Terminal) -> Self {
        let WatchArguments { progress, json, pause_at } = *watch;
        Self { progress, events: json.then(|| Events::new(terminal)), pause: Pause::new(pause_at) }
    }
}

/// A training that can begin.
pub(crate) struct Training<'a> {
    pub(crate) plan: &'a Plan,
    pub(crate) opened: &'a Opened,
    pub(crate) run: Run,
    pub(crate) from: Snapshot,
    pub(crate) session: Session,
    pub(crate) leader: Option<&'a Leader<'a>>,
}

/// Trains to the end of a plan and reports to a person, a program, or both.
pub(crate) fn carry_out(
    training: Training<'_>,
    reporters: Reporters,
    terminal: &Terminal,
) -> Result<(), Failure> {
    let Training { plan, opened, mut run, from, mut session, leader } = training;
    if let Some(leader) = leader {
        leader.start(plan, &from)?;
        terminal.note(&say::ranks(leader.size(), plan.config.train.gradient_groups));
    }
    terminal.note(&say::device(opened));
    terminal.note(&say::folder(run.folder().path()));

    let Reporters { progress, mut events, mut pause } = reporters;
    let mut console = Console::new(progress, terminal);
    if let Some(events) = &mut events {
        events.begin(run.folder().path(), opened);
    }
    let signals = Signals::new(terminal);
    let mut listener = signals.clone();
    let paused = pause.clone();
    let stop = || signals.has_come() || paused.is_reached();
    let mut observers: Vec<&mut dyn Observer> =
        vec![&mut listener, &mut console, &mut session, &mut pause];
    observers.extend(events.as_mut().map(|events| events as &mut dyn Observer));
    let config = plan.config.to_run_file();
    let mut board = plan.config.log.tensorboard.then(|| Board::new(run.folder(), config, terminal));
    observers.extend(board.as_mut().map(|board| board as &mut dyn Observer));
    compile(plan, opened, &from.state, terminal);
    let device = &opened.device;
    let outcome = train_on_ranks(leader, plan, device, &mut run, from, &mut observers, &stop);

    let path = run.folder().path().display().to_string();
    // The last line on standard output.
    let end = |events: Option<Events>, ending| match events {
        Some(events) => events.end(ending),
        None => data(&format!("{path}\n")),
    };
    let outcome = match outcome {
        Ok(outcome) => outcome,
        Err(error) => {
            // The error matters more than events that cannot be written.
            let _ = events.map_or(Ok(()), |events| events.end(Ending::Failed));
            return Err(error.into());
        }
    };
    match outcome {
        Outcome::Completed => {}
        Outcome::TimeLimit => terminal.note(&say::time_limit(&path)),
        Outcome::EarlyStopped => terminal.note(&say::early_stopped(&path)),
        Outcome::Stopped if !signals.has_come() => {
            terminal.note(&say::paused(&path));
            return Ok(end(events, Ending::Paused)?);
        }
        Outcome::Stopped => {
            terminal.note(&say::stopped(&path));
            // The reader of the output may have been stopped by the same signal.
            let _ = end(events, Ending::Of(outcome));
            return Err(training::Failure::Interrupted(signals.exit_code()).into());
        }
    }
    terminal.note(&say::write_with(&path, plan.records.is_some()));
    Ok(end(events, Ending::Of(outcome))?)
}

/// The configuration that the arguments describe; the named flags come last.
fn configuration(arguments: &TrainArguments, terminal: &Terminal) -> Result<Settings, Failure> {
    let TrainArguments {
        sources,
        set,
        encoding,
        on_malformed,
        on_mixed,
        max_bytes,
        device,
        name,
        ..
    } = arguments;
    let mut settings = settings(sources, set, terminal.language)?;
    if let Some(encoding) = encoding {
        settings.flag("--encoding", "data.encoding", encoding.as_str());
    }
    if let Some(on_malformed) = on_malformed {
        settings.flag("--on-malformed", "data.on_malformed", on_malformed.as_str());
    }
    if let Some(on_mixed) = on_mixed {
        settings.flag("--on-mixed", "data.on_mixed", on_mixed.as_str());
    }
    if let Some(bytes) = max_bytes {
        settings.flag("--max-bytes", "data.max_bytes", i64::try_from(*bytes).unwrap_or(i64::MAX));
    }
    if let Some(DeviceArgument { choice, adapter }) = device {
        settings.flag("--device", "train.device", choice.to_string());
        if !adapter.is_empty() {
            settings.flag("--device", "train.adapter", adapter.as_str());
        }
    }
    if let Some(name) = name {
        settings.flag("--name", "run.name", name.as_str());
    }
    Ok(settings)
}

/// Shows what will be done.
pub(crate) fn introduce(plan: &Plan, events: Option<&mut Events>, terminal: &Terminal) {
    if let Some(events) = events {
        events.read(plan);
    }
    readings::show(terminal, plan.readings.iter(), &plan.skipped);
    let others = || plan.valid.iter().chain(&plan.test);
    others().for_each(|it| readings::show(terminal, it.readings.iter(), &it.skipped));
    terminal.note(&say::corpus(plan));
    plan.valid.iter().for_each(|text| terminal.note(&say::valid_text(text)));
    plan.test.iter().for_each(|text| terminal.note(&say::test_text(text)));
    plan.records.iter().for_each(|facts| terminal.note(&say::records(facts)));
    terminal.note(&say::network(plan));
    terminal.note(&say::steps(plan));
    plan.advice.iter().for_each(|advice| terminal.warning(advice));
}
