//! The device that trains: as configured, or with `auto` the faster one of GPU and CPU; and how its kernels are
//! cut and compiled.

use crate::failure::Failure;
use crate::terminal::Terminal;
use crate::training::messages::choice as say;
use charnn_config::DeviceChoice;
use charnn_kernels::Algorithm;
use charnn_kernels::device::{DeviceName, Opened, Why, open, open_adapter};
use charnn_kernels::tiling::Tiling;
use charnn_message::Describe;
use charnn_train::{
    Fitting, Hardware, Plan, TrainError, TrainState, device_choice, seconds_per_step, start, tune,
    use_tiling, warm_up,
};
use indicatif::{ProgressBar, ProgressStyle};
use std::time::{Duration, Instant};

/// How long to time a device.
const TIME: Duration = Duration::from_millis(500);
/// The kernels are timed in several ways if training takes at least so many seconds.
const WORTH_TUNING: f64 = 120.0;
/// How often to show how far the compilation is, where that takes lines.
const PROGRESS: Duration = Duration::from_secs(2);
/// The time before a terminal shows it.
const PATIENCE: Duration = Duration::from_millis(300);
/// The word for the CPU in a run.
const CPU: &str = "cpu";

/// Opens the device for `plan`. With a device that was `saved`, the choice is the same as before; else a GPU is
/// timed. Several processes that share a batch train on the CPU. What was chosen is to be stored.
pub(crate) fn choose(
    plan: &Plan,
    saved: Option<&Hardware>,
    shares_batch: bool,
    terminal: &Terminal,
) -> Result<(Opened, Option<Hardware>), Failure> {
    let train = &plan.config.train;
    if shares_batch {
        let opened = open(device_choice(DeviceChoice::Cpu))?;
        let hardware = Hardware { device: CPU.to_owned(), algorithm: None, rows: None };
        return Ok((opened, (train.device == DeviceChoice::Auto).then_some(hardware)));
    }
    let opened = match train.device {
        DeviceChoice::Auto | DeviceChoice::Gpu if !train.adapter.is_empty() => {
            open_adapter(&train.adapter)?
        }
        device => open(device_choice(device))?,
    };
    let DeviceName::Adapter { .. } = opened.name else { return Ok((opened, None)) };
    if train.device == DeviceChoice::Software {
        return Ok((opened, None));
    }
    let name = opened.name.to_string();
    let opened = match train.device {
        DeviceChoice::Auto => faster(plan, opened, saved, terminal)?,
        _ => opened,
    };
    if let DeviceName::Cpu(_) = opened.name {
        let hardware = Hardware { device: CPU.to_owned(), algorithm: None, rows: None };
        return Ok((opened, Some(hardware)));
    }
    let tiling = match saved {
        Some(saved) if saved.device == name => stored(saved),
        // A run that was never measured keeps the default.
        _ if saved.is_some() => None,
        _ => {
            let mut prepare =
                || compile(plan, &opened, &start(plan, &opened.device).state, terminal);
            prepare();
            let tiling = seconds_per_step(plan, &opened.device, TIME).and_then(|seconds| {
                let worth = seconds * plan.steps as f64 >= WORTH_TUNING;
                if worth { tune(plan, &opened.device, &mut prepare) } else { Ok(None) }
            });
            tiling.map_err(|fault| {
                let fitting = Fitting::of(plan, &opened.device);
                TrainError::DeviceBefore { fault, fitting }
            })?
        }
    };
    use_tiling(plan, &opened.device, tiling);
    if let Some(tiling) = tiling {
        terminal.note(&say::tiling(tiling));
    }
    let hardware = Hardware {
        device: name,
        algorithm: tiling.map(|tiling| tiling.algorithm.word().to_owned()),
        rows: tiling.map(|tiling| tiling.rows as u64),
    };
    Ok((opened, Some(hardware)))
}

/// The way to run the recurrence that a run holds.
fn stored(saved: &Hardware) -> Option<Tiling> {
    let algorithm = Algorithm::from_word(saved.algorithm.as_deref()?)?;
    Some(Tiling { algorithm, rows: usize::try_from(saved.rows?).ok()? })
}

/// The faster one of a GPU and the CPU.
fn faster(
    plan: &Plan,
    gpu: Opened,
    saved: Option<&Hardware>,
    terminal: &Terminal,
) -> Result<Opened, Failure> {
    let cpu = Opened { why: Why::Faster, ..open(device_choice(DeviceChoice::Cpu))? };
    match saved {
        Some(saved) if saved.device == CPU => return Ok(cpu),
        Some(saved) if saved.device == gpu.name.to_string() => return Ok(gpu),
        _ => {}
    }
    compile(plan, &gpu, &start(plan, &gpu.device).state, terminal);
    terminal.note(&say::measuring(&gpu.name));
    let of_gpu = match seconds_per_step(plan, &gpu.device, TIME) {
        Ok(seconds) => seconds,
        Err(fault) => {
            terminal.warning(&fault.describe());
            return Ok(cpu);
        }
    };
    let of_cpu = seconds_per_step(plan, &cpu.device, TIME)?;
    terminal.note(&say::measured(&gpu.name, of_gpu, of_cpu));
    Ok(if of_gpu <= of_cpu { Opened { why: Why::Faster, ..gpu } } else { cpu })
}

/// Compiles the kernels of a GPU before the first step, and shows how far that is.
pub(crate) fn compile(plan: &Plan, opened: &Opened, state: &TrainState, terminal: &Terminal) {
    let began = Instant::now();
    let (mut shown, mut kernels) = (began, 0);
    let style = ProgressStyle::with_template("{msg}").expect("a template without errors");
    let line =
        (terminal.watched && !terminal.quiet).then(|| ProgressBar::no_length().with_style(style));
    warm_up(plan, &opened.device, state, &mut |done, all| {
        kernels = all;
        let text = say::compiling(done, all);
        match &line {
            Some(line) if began.elapsed() >= PATIENCE => {
                line.set_message(terminal.text(&text).to_owned());
            }
            None if shown.elapsed() >= PROGRESS && done < all => {
                shown = Instant::now();
                terminal.note(&text);
            }
            _ => {}
        }
    });
    if let Some(line) = line {
        line.finish_and_clear();
    }
    if began.elapsed() >= PROGRESS {
        terminal.note(&say::compiled(kernels, began.elapsed()));
    }
}
