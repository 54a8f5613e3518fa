//! What `charnn doctor` finds out by training: whether each device computes what the CPU does, and whether
//! runs can be written.

use crate::failure::Failure;
use crate::messages::doctor::{Finding, Tell};
use crate::output::size;
use crate::training;
use crate::training::graphics;
use crate::training::messages::{devices, doctor};
use charnn_config::{Cell, RunConfig, Sources};
use charnn_kernels::device::{DeviceChoice, Opened, adapters, open};
use charnn_message::{Message, Text};
use charnn_runs::{Disk, RunError, free_space};
use charnn_train::{Plan, Run, SaveError, overfit, start};
use std::path::Path;

/// Relative difference of losses that two correct devices may show after some steps.
const ROUNDING: f64 = 1e-3;
/// Less free space is soon full.
const LITTLE_ROOM: u64 = 1 << 30;

/// Trains on every device, and writes a run.
pub(crate) fn checks(tell: Tell<'_>) -> Result<(), Failure> {
    let adapters = adapters();
    for adapter in &adapters {
        let finding = if adapter.is_software() {
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
            return Err(training::Failure::NoLocks { path: folder.path().to_owned() }.into());
        }
        Ok(())
    };
    let free = free_space(root);
    match written() {
        Err(
            Failure::Run(RunError::Create { source, .. })
            | Failure::Training(training::Failure::Save(SaveError::Run(RunError::Create {
                source,
                ..
            }))),
        ) => Finding::Fail(doctor::not_writable(&source)),
        Err(failure) => Finding::Fail(doctor::joined(&failure.messages()[0])),
        Ok(()) if free.is_some_and(|free| free < LITTLE_ROOM) => {
            Finding::Warn(doctor::little_room(&size(free.unwrap_or(0) as f64)))
        }
        Ok(()) => Finding::Ok(doctor::writable(free.map(|free| size(free as f64)))),
    }
}
