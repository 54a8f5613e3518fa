//! `charnn train --dry-run` and `--overfit`: what a run would be, found out by a few real steps that
//! leave no run behind. The ids of a text that is too large for memory stay, for the run.

use crate::events::line;
use crate::failure::Failure;
use crate::machine::{memory, peak_memory};
use crate::output::{data, grouped, note, warning};
use charnn_kernels::device::Opened;
use charnn_train::{Footprint, Plan, Rehearsal, free_space, overfit, rehearse};
use indicatif::FormattedDuration;
use serde_json::json;
use std::path::Path;
use std::time::Duration;

/// Steps that are timed.
const STEPS: u64 = 5;

/// Says how much room and time `plan` takes: line by line, or as JSON when all is known.
pub(crate) fn dry_run(plan: &Plan, opened: &Opened, json: bool) -> Result<(), Failure> {
    let tell = |text: String| if json { Ok(()) } else { data(&text) };
    let config = &plan.config;
    let footprint = Footprint::of(config, plan.vocabulary.len(), plan.ids.len());
    tell(format!("parameters      {}\n", grouped(plan.parameters as u64)))?;

    // The program, its drivers and the text are here already, where the system says how much that is.
    let already = peak_memory().map_or(footprint.program + footprint.text, |bytes| bytes as f64);
    let needed = already + footprint.parameters + footprint.work;
    let have = memory();
    let of = have.map_or(String::new(), |have| format!(" of {}", size(have as f64)));
    tell(format!("memory          about {}{of}\n", size(needed)))?;
    if have.is_some_and(|have| needed > 0.9 * have as f64) {
        warning(
            "this is more than the machine has; lower train.batch_size, train.seq_length or \
             model.hidden_size",
        );
    }
    let largest = footprint.largest_tensor;
    if let Some(most) = opened.largest_buffer {
        tell(format!("largest tensor  {}, of at most {}\n", size(largest), size(most as f64)))?;
        if largest > most as f64 {
            warning("the device takes no tensor of that size; lower train.batch_size");
        }
    }

    let Rehearsal { seconds, checkpoint } = rehearse(plan, &opened.device, STEPS)?;
    let kept = config.checkpoint.keep_last + 2; // the best, and one that is written
    let free = free_space(Path::new(&config.run.root));
    if let Some(bytes) = checkpoint {
        let (one, all) = (size(bytes as f64), size(kept as f64 * bytes as f64));
        let free = free.map_or(String::new(), |free| format!(" of {} free", size(free as f64)));
        tell(format!("disk            {one} a checkpoint, at most {all}{free}\n"))?;
    }
    let all = Duration::from_secs_f64(seconds * plan.steps as f64);
    let train = &config.train;
    let read = (train.batch_size * train.seq_length) as f64 * train.accumulate as f64;
    let rate = format!("{:.0}", read / seconds).parse().unwrap_or(0);
    tell(format!(
        "a step          {:.1} ms, {} characters a second\nall steps       {} in {}, evaluations \
         and samples apart\n",
        seconds * 1e3,
        grouped(rate),
        grouped(plan.steps),
        FormattedDuration(all),
    ))?;
    let peak = peak_memory();
    if let Some(peak) = peak {
        tell(format!("measured        {} of memory at most, so far\n", size(peak as f64)))?;
    }
    if !json {
        return Ok(());
    }
    data(&line(json!({
        "device": opened.name.to_string(), "parameters": plan.parameters,
        "memory_bytes": needed.round(), "memory_of_machine": have, "memory_measured": peak,
        "largest_tensor_bytes": largest.round(), "largest_tensor_of_device": opened.largest_buffer,
        "checkpoint_bytes": checkpoint, "checkpoints": kept, "disk_free": free,
        "step_seconds": seconds, "characters_per_second": rate, "steps": plan.steps,
        "seconds": all.as_secs_f64(),
    })))
}

/// Learns the first `batches` of `plan` by heart, or says that it cannot.
pub(crate) fn learn_by_heart(
    plan: &Plan,
    opened: &Opened,
    batches: u64,
    json: bool,
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
            note(&format!("round {round}: {last:.4} nats per character"));
        }
        last < KNOWN * first || !last.is_finite()
    })?;
    let first = first.unwrap_or(last);
    let figures = format!("{first:.3} to {last:.3} nats per character in {rounds} rounds");
    if last >= KNOWN * first || !last.is_finite() {
        return Err(Failure::NotLearned { figures });
    }
    data(&if json {
        line(json!({ "first_nats": first, "last_nats": last, "rounds": rounds }))
    } else {
        format!("learned by heart: {figures}\n")
    })
}

/// A number of bytes for a person.
pub(crate) fn size(bytes: f64) -> String {
    let units = ["KiB", "MiB", "GiB", "TiB"];
    let mut value = bytes / 1024.0;
    let mut at = 0;
    while value >= 1000.0 && at + 1 < units.len() {
        value /= 1024.0;
        at += 1;
    }
    let digits = usize::from(value < 10.0);
    format!("{value:.digits$} {}", units[at])
}

#[cfg(test)]
mod tests {
    use super::size;

    #[test]
    fn sizes_are_short() {
        let cases = [(1024.0, "1.0 KiB"), (1_500_000.0, "1.4 MiB"), (200e9, "186 GiB")];
        for (bytes, expected) in cases {
            assert_eq!(size(bytes), expected);
        }
    }
}
