//! `charnn doctor`: checks that this machine has what charnn needs, by using it.

use crate::args::DoctorArguments;
use crate::environment::{locale, system};
use crate::events::line;
use crate::failure::Failure;
use crate::graphics;
use crate::machine::memory;
use crate::messages::estimate::size;
use crate::messages::{devices, doctor};
use crate::output::data;
use crate::terminal::Terminal;
use charnn_config::{Cell, Sources};
use charnn_kernels::device::{DeviceChoice, DeviceName, Opened, adapters, open};
use charnn_message::{Message, Text};
use charnn_train::{Disk, Plan, Run, RunConfig, RunError, SaveError, free_space, overfit, start};
use doctor::Finding;
use serde_json::json;
use std::path::Path;

/// Relative difference of losses that two correct devices may show after some steps.
const ROUNDING: f64 = 1e-3;
/// Less free space is soon full.
const LITTLE_ROOM: u64 = 1 << 30;

pub(crate) fn run(arguments: &DoctorArguments, terminal: &Terminal) -> Result<(), Failure> {
    let (mut bad, mut found) = (0, Vec::new());
    check(terminal, &mut |what, finding| {
        bad += usize::from(matches!(finding, Finding::Fail(_)));
        if arguments.json {
            found.push(json!({
                "check": what.english, "status": finding.status(), "message": finding.text().english,
            }));
            return Ok(());
        }
        Ok(data(&doctor::row(&what, &finding, terminal.language))?)
    })?;
    if arguments.json {
        data(&line(json!({ "failed": bad, "checks": found })))?;
    }
    if bad == 0 { Ok(()) } else { Err(Failure::Unwell { bad }) }
}

/// Shows each finding as soon as there is one.
type Tell<'a> = &'a mut dyn FnMut(Text, Finding) -> Result<(), Failure>;

fn check(terminal: &Terminal, tell: Tell<'_>) -> Result<(), Failure> {
    tell(doctor::program(), Finding::Ok(doctor::version(&system())))?;
    let machine = doctor::machine(&DeviceName::cpu(), memory());
    tell(doctor::computer(), Finding::Ok(machine))?;
    tell(doctor::terminal(), of_terminal(terminal))?;
    let adapters = adapters();
    for adapter in &adapters {
        let finding = if adapter.software {
            Finding::Warn(doctor::software(adapter))
        } else {
            Finding::Ok(devices::adapter(adapter))
        };
        tell(doctor::graphics(), finding)?;
    }
    let cpu = losses(DeviceChoice::Cpu);
    tell(Text::verbatim("CPU"), learns(&cpu))?;
    let gpu = match (losses(DeviceChoice::Gpu), graphics::missing(&adapters)) {
        (Err(Trouble::Missing(_)), Some(cause)) => Finding::Warn(doctor::joined(&cause)),
        (Err(Trouble::Missing(why)), None) => Finding::Warn(doctor::joined(&why)),
        (gpu, _) => agrees(&gpu, &cpu),
    };
    tell(Text::verbatim("GPU"), gpu)?;
    tell(doctor::disk(), of_disk(Path::new("runs")))
}

fn of_terminal(terminal: &Terminal) -> Finding {
    match locale() {
        Some(locale) if !locale.to_lowercase().replace('-', "").contains("utf8") && cfg!(unix) => {
            Finding::Warn(doctor::not_utf8(&locale))
        }
        locale => Finding::Ok(doctor::progress(terminal.watched, locale.as_deref())),
    }
}

/// The losses of some steps on a device.
type Losses = Result<(Opened, Vec<f64>), Trouble>;

enum Trouble {
    /// The machine has no such device.
    Missing(Message),
    /// The device does not work.
    Broken(Message),
}

/// Trains on one batch of the shipped tales for some steps.
fn losses(choice: DeviceChoice) -> Losses {
    let opened = open(choice).map_err(|error| Trouble::Missing(devices::error(&error)))?;
    let broken = |failure: Failure| Trouble::Broken(failure.messages().swap_remove(0));
    let plan = plan().map_err(broken)?;
    let mut losses = Vec::new();
    let done = overfit(&plan, &opened.device, 1, 5, &mut |_, loss| {
        losses.push(loss.mean());
        false
    });
    done.map_err(|error| broken(error.into()))?;
    Ok((opened, losses))
}

/// A small network on the shipped tales.
fn plan() -> Result<Plan, Failure> {
    let mut config = RunConfig::default();
    config.data.path = Sources::parse("builtin:tales");
    config.model.cell = Cell::Lstm;
    config.model.hidden_size = 40;
    config.train.batch_size = 8;
    config.train.seq_length = 24;
    config.train.learning_rate = 1e-2;
    Ok(Plan::read(config)?)
}

/// Whether the losses fall.
fn learns(found: &Losses) -> Finding {
    match found {
        Ok((opened, losses)) if losses.last() < losses.first() => {
            Finding::Ok(doctor::learns(&opened.name, losses))
        }
        Ok((opened, losses)) => Finding::Fail(doctor::does_not_learn(&opened.name, losses)),
        Err(Trouble::Missing(why) | Trouble::Broken(why)) => Finding::Fail(doctor::joined(why)),
    }
}

/// Whether the losses are those of the CPU.
fn agrees(found: &Losses, cpu: &Losses) -> Finding {
    let (Ok((opened, gpu)), Ok((_, cpu))) = (found, cpu) else { return learns(found) };
    let off = gpu.iter().zip(cpu).map(|(gpu, cpu)| ((gpu - cpu) / cpu).abs()).fold(0.0, f64::max);
    if off <= ROUNDING {
        Finding::Ok(doctor::agrees(&opened.name, off))
    } else {
        Finding::Fail(doctor::disagrees(&opened.name, gpu, cpu))
    }
}

/// Creates a run as training does, locks it, and removes it.
fn of_disk(root: &Path) -> Finding {
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
            return Err(Failure::NoLocks { path: folder.path().to_owned() });
        }
        Ok(())
    };
    let free = free_space(root);
    match written() {
        Err(
            Failure::Run(RunError::Create { source, .. })
            | Failure::Save(SaveError::Run(RunError::Create { source, .. })),
        ) => Finding::Fail(doctor::not_writable(&source)),
        Err(failure) => Finding::Fail(doctor::joined(&failure.messages()[0])),
        Ok(()) if free.is_some_and(|free| free < LITTLE_ROOM) => {
            Finding::Warn(doctor::little_room(&size(free.unwrap_or(0) as f64)))
        }
        Ok(()) => Finding::Ok(doctor::writable(free.map(|free| size(free as f64)))),
    }
}
