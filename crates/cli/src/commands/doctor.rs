//! `charnn doctor`: whether everything that charnn needs is there and works, found out by doing it.

use crate::args::DoctorArguments;
use crate::environment::{locale, system};
use crate::events::line;
use crate::failure::Failure;
use crate::foretold::size;
use crate::machine::memory;
use crate::output::{data, is_watched};
use charnn_kernels::device::{DeviceChoice, DeviceName, Opened, adapters, open};
use charnn_model::CellKind;
use charnn_train::{Disk, Plan, Run, RunConfig, RunError, SaveError, free_space, overfit, start};
use serde_json::json;
use std::path::Path;

/// Relative difference of losses that two right devices may show after some steps.
const ROUNDING: f64 = 1e-3;
/// Less room is soon full.
const LITTLE_ROOM: u64 = 1 << 30;

/// A finding: what was looked at, and what there is to say about it.
enum Finding {
    Good(String),
    /// Works, and could be better.
    Beware(String),
    Bad(String),
}

pub(crate) fn run(arguments: &DoctorArguments) -> Result<(), Failure> {
    let (mut bad, mut found) = (0, Vec::new());
    look(&mut |what, finding| {
        let (mark, text) = match finding {
            Finding::Good(text) => ("ok", text),
            Finding::Beware(text) => ("beware", text),
            Finding::Bad(text) => {
                bad += 1;
                ("BAD", text)
            }
        };
        if arguments.json {
            found.push(json!({ "what": what, "is": mark.to_lowercase(), "text": text }));
            return Ok(());
        }
        data(&format!("{mark:<7} {what:<9} {text}\n"))
    })?;
    if arguments.json {
        data(&line(json!({ "bad": bad, "found": found })))?;
    }
    if bad == 0 { Ok(()) } else { Err(Failure::Unwell { bad }) }
}

/// Looks at everything, and tells what is found as soon as it is.
fn look(tell: &mut dyn FnMut(&str, Finding) -> Result<(), Failure>) -> Result<(), Failure> {
    let version = format!("charnn {} for {}", env!("CARGO_PKG_VERSION"), system());
    tell("program", Finding::Good(version))?;
    let memory = memory().map_or(String::new(), |have| format!(", {}", size(have as f64)));
    tell("machine", Finding::Good(format!("{}{memory}", DeviceName::cpu())))?;
    tell("terminal", terminal())?;
    for adapter in adapters() {
        let name = format!("{} ({})", adapter.name, adapter.api);
        let text = format!("{name}: the CPU plays a GPU, for tests; --device cpu is much faster");
        let finding = if adapter.software { Finding::Beware(text) } else { Finding::Good(name) };
        tell("graphics", finding)?;
    }
    let cpu = losses(DeviceChoice::Cpu);
    tell("cpu", learns(&cpu))?;
    match losses(DeviceChoice::Gpu) {
        Err(Trouble::Missing(why)) => {
            tell("gpu", Finding::Beware(format!("{why}; training runs on the CPU")))?;
        }
        gpu => tell("gpu", agrees(&gpu, &cpu))?,
    }
    tell("disk", disk(Path::new("runs")))
}

fn terminal() -> Finding {
    let shown = if is_watched() { "bar" } else { "lines" };
    match locale() {
        Some(locale) if !locale.to_lowercase().replace('-', "").contains("utf8") && cfg!(unix) => {
            Finding::Beware(format!("the locale {locale} is not UTF-8: texts may show as boxes"))
        }
        Some(locale) => Finding::Good(format!("progress as {shown}, locale {locale}")),
        None => Finding::Good(format!("progress as {shown}")),
    }
}

/// The losses of some steps on a device.
type Losses = Result<(Opened, Vec<f64>), Trouble>;

enum Trouble {
    /// There is no such device.
    Missing(String),
    /// There is one, and it does not do its work.
    Broken(String),
}

/// Learns a batch of the shipped tales for some steps.
fn losses(choice: DeviceChoice) -> Losses {
    let opened = open(choice).map_err(|error| Trouble::Missing(error.to_string()))?;
    let broken = |error: &dyn std::fmt::Display| Trouble::Broken(error.to_string());
    let plan = plan().map_err(|error| broken(&error))?;
    let mut losses = Vec::new();
    let done = overfit(&plan, &opened.device, 1, 5, &mut |_, loss| {
        losses.push(loss.mean());
        false
    });
    done.map_err(|error| broken(&error))?;
    Ok((opened, losses))
}

/// A small network on the shipped tales.
fn plan() -> Result<Plan, Failure> {
    let mut config = RunConfig::default();
    config.data.path = "builtin:tales".into();
    config.model.cell = CellKind::Lstm;
    config.model.hidden_size = 40;
    config.train.batch_size = 8;
    config.train.seq_length = 24;
    config.train.learning_rate = 1e-2;
    Ok(Plan::read(config)?)
}

/// Whether the losses fall.
fn learns(found: &Losses) -> Finding {
    match found {
        Ok((opened, losses)) if losses.last() < losses.first() => Finding::Good(format!(
            "{}: learns ({:.3} to {:.3} nats in {} steps)",
            opened.name,
            losses[0],
            losses[losses.len() - 1],
            losses.len()
        )),
        Ok((opened, losses)) => {
            Finding::Bad(format!("{}: does not learn: {losses:?}", opened.name))
        }
        Err(Trouble::Missing(why) | Trouble::Broken(why)) => Finding::Bad(why.clone()),
    }
}

/// Whether the losses are those that the CPU has.
fn agrees(found: &Losses, cpu: &Losses) -> Finding {
    let (Ok((opened, gpu)), Ok((_, cpu))) = (found, cpu) else { return learns(found) };
    let off = gpu.iter().zip(cpu).map(|(gpu, cpu)| ((gpu - cpu) / cpu).abs()).fold(0.0, f64::max);
    if off <= ROUNDING {
        Finding::Good(format!("{}: learns as the CPU does, to {off:.0e}", opened.name))
    } else {
        Finding::Bad(format!(
            "{}: its losses {gpu:?} are not the CPU's {cpu:?}; update its driver, or train with \
             --device cpu",
            opened.name
        ))
    }
}

/// Makes a run as training does, locks it, and takes it away again.
fn disk(root: &Path) -> Finding {
    let written = || -> Result<(), Failure> {
        let folder = tempfile::Builder::new().prefix("charnn-doctor-").tempdir_in(".");
        let folder = folder.map_err(|source| {
            let (path, source) = (".".into(), source.kind().into());
            RunError::Create { path, source }
        })?;
        let mut plan = plan()?;
        plan.config.run.root = folder.path().display().to_string();
        let from = start(&plan, &open(DeviceChoice::Cpu)?.device);
        let run = Run::create(&plan, "doctor", &from, Disk::default())?;
        if Run::resume(run.folder().clone(), Disk::default(), &mut |_| ()).is_ok() {
            let path = folder.path().display();
            return Err(Failure::NoLocks { path: path.to_string() });
        }
        Ok(())
    };
    let free = free_space(root);
    let room = free.map_or(String::new(), |free| format!("; {} free", size(free as f64)));
    match written() {
        Err(
            Failure::Run(RunError::Create { source, .. })
            | Failure::Save(SaveError::Run(RunError::Create { source, .. })),
        ) => Finding::Bad(format!(
            "no run can be written here: {source}; go to a folder that can be written, or free some space"
        )),
        Err(error) => Finding::Bad(error.to_string()),
        Ok(()) if free.is_some_and(|free| free < LITTLE_ROOM) => {
            Finding::Beware(format!("runs can be written and locked here{room}, which is little"))
        }
        Ok(()) => Finding::Good(format!("runs can be written and locked here{room}")),
    }
}
