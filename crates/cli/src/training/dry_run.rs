//! `charnn train --dry-run` and `--overfit`: what a run would cost and whether it can learn, measured
//! by a few real steps. No run is created; the ids of a text that is too large for memory stay.

use crate::events::event_line;
use crate::failure::Failure;
use crate::output::data;
use crate::terminal::Terminal;
use crate::training;
use crate::training::memory::{memory_limit, peak_memory};
use crate::training::messages::estimate;
use crate::training::report::device;
use charnn_kernels::device::Opened;
use charnn_message::Text;
use charnn_train::{Footprint, Interconnect, Plan, StepOnRanks, benchmark, free_space, overfit};
use serde_json::json;
use std::path::Path;
use std::time::Duration;

/// Prints how much memory, disk and time `plan` takes: line by line, or as JSON at the end; with `ranks`, also how long
/// a step takes on so many machines in a network.
pub(crate) fn dry_run(
    plan: &Plan,
    opened: &Opened,
    ranks: Option<(usize, Interconnect)>,
    json: bool,
    terminal: &Terminal,
) -> Result<(), Failure> {
    let print =
        |line: &Text| if json { Ok(()) } else { data(&format!("{}\n", terminal.text(line))) };
    let config = &plan.config;
    let footprint = Footprint::of(config, plan.vocabulary.len(), plan.parts.ids.len());
    print(&estimate::parameters(plan.parameters))?;

    // The program, its drivers and the text are in memory already.
    let already = peak_memory().map_or(footprint.program + footprint.text, |bytes| bytes as f64);
    let needed = already + footprint.parameters + footprint.work;
    let limit = memory_limit();
    print(&estimate::memory(needed, limit))?;
    if limit.is_some_and(|limit| needed > 0.9 * limit.bytes as f64) {
        terminal.warning(&estimate::too_much_memory());
    }
    let largest = footprint.largest_tensor;
    if let Some(most) = opened.largest_buffer {
        print(&estimate::tensor(largest, most))?;
        if largest > most as f64 {
            terminal.warning(&estimate::too_large_tensor());
        }
    }

    let benchmark = benchmark(plan, &opened.device)?;
    let kept = config.checkpoint.keep_last + 2; // the best one, and one that is being written
    let free = free_space(Path::new(&config.run.root));
    if let Some(one) = benchmark.checkpoint {
        print(&estimate::disk(one, kept as f64 * one as f64, free))?;
    }
    let all = benchmark.total_seconds(plan.steps);
    let train = &config.train;
    let read = (train.batch_size * train.seq_length) as f64 * train.gradient_accumulation as f64;
    let rate = format!("{:.0}", read / benchmark.step_seconds).parse().unwrap_or(0);
    let time = Duration::try_from_secs_f64(all).unwrap_or(Duration::MAX);
    print(&estimate::time(&benchmark, rate, plan.steps, time))?;
    let on_ranks = ranks.map(|(ranks, network)| {
        (ranks, network, StepOnRanks::estimate(plan, benchmark.step_seconds, ranks, network))
    });
    if let Some((ranks, network, step)) = on_ranks {
        print(&estimate::on_ranks(ranks, network, step))?;
    }
    let peak = peak_memory();
    if let Some(peak) = peak {
        print(&estimate::measured(peak))?;
    }
    if !json {
        return Ok(());
    }
    Ok(data(&event_line(
        "dry_run",
        json!({
            "device": device(&opened.name), "parameters": plan.parameters,
            "memory_bytes": needed.round(), "memory_limit": limit.map(|limit| limit.bytes),
            "memory_limited_by": limit.map(|limit| limit.by.word()), "memory_measured": peak,
            "largest_tensor_bytes": largest.round(), "largest_tensor_of_device": opened.largest_buffer,
            "checkpoint_bytes": benchmark.checkpoint, "checkpoints": kept, "disk_free": free,
            "characters_per_second": rate, "steps": plan.steps,
            "step_seconds": benchmark.step_seconds, "evaluations": benchmark.evaluations,
            "evaluation_seconds": benchmark.evaluation_seconds, "samples": benchmark.samples,
            "sample_seconds": benchmark.sample_seconds, "total_seconds": all,
            "ranks": on_ranks.map(|(ranks, network, step)| json!({
                "ranks": ranks, "network": network.name, "bytes": step.bytes.round(),
                "exchange_seconds": step.exchange_seconds, "step_seconds": step.step_seconds,
                "efficiency": step.efficiency,
            })),
        }),
    ))?)
}

/// Trains on the first `batches` of `plan` until their loss is near zero, or fails.
pub(crate) fn overfit_check(
    plan: &Plan,
    opened: &Opened,
    batches: u64,
    json: bool,
    terminal: &Terminal,
) -> Result<(), Failure> {
    /// The share of the first loss that passes.
    const PASSED: f64 = 0.05;
    const MOST_ROUNDS: u64 = 1000;
    let (mut first, mut last, mut rounds) = (None, 0.0, 0);
    overfit(plan, &opened.device, batches, MOST_ROUNDS, &mut |round, loss| {
        (last, rounds) = (loss.mean(), round);
        let first = *first.get_or_insert(last);
        if round.is_power_of_two() {
            terminal.note(&estimate::round(round, last));
        }
        last < PASSED * first || !last.is_finite()
    })?;
    let first = first.unwrap_or(last);
    if last >= PASSED * first || !last.is_finite() {
        return Err(training::Failure::NotLearned { first, last, rounds }.into());
    }
    Ok(data(&if json {
        event_line("overfit", json!({ "first_loss": first, "last_loss": last, "rounds": rounds }))
    } else {
        format!("{}\n", terminal.text(&estimate::overfitted(first, last, rounds)))
    })?)
}
