//! `charnn train --dry-run` and `--overfit`: what a run would be, found out by a few real steps that
//! leave no run behind. The ids of a text that is too large for memory stay, for the run.

use crate::events::event_line;
use crate::failure::Failure;
use crate::machine::{memory, peak_memory};
use crate::messages::estimate;
use crate::output::data;
use crate::terminal::Terminal;
use charnn_kernels::device::Opened;
use charnn_message::Text;
use charnn_train::{Footprint, Plan, Rehearsal, free_space, overfit, rehearse};
use serde_json::json;
use std::path::Path;
use std::time::Duration;

/// Steps that are timed.
const STEPS: u64 = 5;

/// Says how much room and time `plan` takes: line by line, or as JSON when all is known.
pub(crate) fn dry_run(
    plan: &Plan,
    opened: &Opened,
    json: bool,
    terminal: &Terminal,
) -> Result<(), Failure> {
    let tell =
        |line: &Text| if json { Ok(()) } else { data(&format!("{}\n", terminal.text(line))) };
    let config = &plan.config;
    let footprint = Footprint::of(config, plan.vocabulary.len(), plan.ids.len());
    tell(&estimate::parameters(plan.parameters))?;

    // The program, its drivers and the text are here already, where the system says how much that is.
    let already = peak_memory().map_or(footprint.program + footprint.text, |bytes| bytes as f64);
    let needed = already + footprint.parameters + footprint.work;
    let have = memory();
    tell(&estimate::memory(needed, have))?;
    if have.is_some_and(|have| needed > 0.9 * have as f64) {
        terminal.warning(&estimate::too_much_memory());
    }
    let largest = footprint.largest_tensor;
    if let Some(most) = opened.largest_buffer {
        tell(&estimate::tensor(largest, most))?;
        if largest > most as f64 {
            terminal.warning(&estimate::too_large_tensor());
        }
    }

    let Rehearsal { seconds, checkpoint } = rehearse(plan, &opened.device, STEPS)?;
    let kept = config.checkpoint.keep_last + 2; // the best, and one that is written
    let free = free_space(Path::new(&config.run.root));
    if let Some(one) = checkpoint {
        tell(&estimate::disk(one, kept as f64 * one as f64, free))?;
    }
    let all = Duration::from_secs_f64(seconds * plan.steps as f64);
    let train = &config.train;
    let read = (train.batch_size * train.seq_length) as f64 * train.accumulate as f64;
    let rate = format!("{:.0}", read / seconds).parse().unwrap_or(0);
    tell(&estimate::steps(seconds, rate, plan.steps, all))?;
    let peak = peak_memory();
    if let Some(peak) = peak {
        tell(&estimate::measured(peak))?;
    }
    if !json {
        return Ok(());
    }
    Ok(data(&event_line(
        "dry_run",
        json!({
            "device": opened.name.to_string(), "parameters": plan.parameters,
            "memory_bytes": needed.round(), "memory_of_machine": have, "memory_measured": peak,
            "largest_tensor_bytes": largest.round(), "largest_tensor_of_device": opened.largest_buffer,
            "checkpoint_bytes": checkpoint, "checkpoints": kept, "disk_free": free,
            "step_seconds": seconds, "characters_per_second": rate, "steps": plan.steps,
            "all_steps_seconds": all.as_secs_f64(),
        }),
    ))?)
}

/// Learns the first `batches` of `plan` by heart, or says that it cannot.
pub(crate) fn learn_by_heart(
    plan: &Plan,
    opened: &Opened,
    batches: u64,
    json: bool,
    terminal: &Terminal,
) -> Result<(), Failure> {
    /// Of the first loss: what is below is known by heart.
    const KNOWN: f64 = 0.05;
    /// After so many rounds it is not going to be.
    const MOST_ROUNDS: u64 = 1000;
    let (mut first, mut last, mut rounds) = (None, 0.0, 0);
    overfit(plan, &opened.device, batches, MOST_ROUNDS, &mut |round, loss| {
        (last, rounds) = (loss.mean(), round);
        let first = *first.get_or_insert(last);
        if round.is_power_of_two() {
            terminal.note(&estimate::round(round, last));
        }
        last < KNOWN * first || !last.is_finite()
    })?;
    let first = first.unwrap_or(last);
    if last >= KNOWN * first || !last.is_finite() {
        return Err(Failure::NotLearned { first, last, rounds });
    }
    Ok(data(&if json {
        event_line("overfit", json!({ "first_nats": first, "last_nats": last, "rounds": rounds }))
    } else {
        format!("{}\n", terminal.text(&estimate::learned(first, last, rounds)))
    })?)
}
