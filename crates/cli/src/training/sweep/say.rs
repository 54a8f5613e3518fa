//! What a sweep shows.

use super::cost::Cost;
use super::point::Point;
use crate::messages::runs::{Cell, duration, table as aligned};
use crate::output::{clock, size};
use charnn_message::{Describe, Message, Text, grouped, text};
use charnn_runs::Entry;
use charnn_sweep::Trial;
use std::time::Duration;

/// How much there is to do.
pub(super) fn plan(trials: &[Trial], jobs: usize) -> Text {
    let (trainings, points) = (trials.len(), trials.last().map_or(0, |it| it.point + 1));
    text!(
        en: "sweep: {points} points, {trainings} trainings, {jobs} at a time",
        zh: "参数扫描：{points} 个点，共 {trainings} 次训练，同时进行 {jobs} 次"
    )
}

/// What all trainings take on this machine.
pub(super) fn cost(cost: &Cost) -> Text {
    let Cost { trainings, steps, seconds, disk, measured, points } = *cost;
    let (steps, disk) = (grouped(steps), size(disk));
    let time = clock(Duration::try_from_secs_f64(seconds.round()).unwrap_or(Duration::MAX));
    let of = if measured < points {
        text!(
            en: " (from dry runs of {measured} of {points} points)",
            zh: "（根据 {points} 个点中 {measured} 个的试跑）"
        )
    } else {
        Text::verbatim("")
    };
    text!(
        en: ("total: {trainings} trainings, {steps} steps, about {time} on this machine, at most {disk} of disk{}", of.english),
        zh: ("总计：{trainings} 次训练，共 {steps} 步，在本机约需 {time}，磁盘最多 {disk}{}", of.chinese),
    )
}

pub(super) fn ended_before(count: usize) -> Text {
    text!(en: "{count} of them have ended before", zh: "其中 {count} 次之前已结束")
}

pub(super) fn completed(run: &str, entry: Option<&Entry>) -> Text {
    let seconds = duration(entry.map_or(0.0, |it| it.measured.seconds));
    match entry.and_then(|it| it.measured.best) {
        Some(best) => {
            let loss = best.loss;
            text!(
                en: "trained  {run}: validation loss {loss:.4}, {seconds}",
                zh: "完成  {run}：验证损失 {loss:.4}，用时 {seconds}"
            )
        }
        None => text!(en: "trained  {run}: {seconds}", zh: "完成  {run}：用时 {seconds}"),
    }
}

/// A process that an earlier sweep started still writes to the run.
pub(super) fn waiting(run: &str) -> Text {
    text!(
        en: "waiting  {run}: another process trains it",
        zh: "等待  {run}：另一个进程正在训练它"
    )
}

/// A training that waits for a comparison with others.
pub(super) fn paused(run: &str, step: u64, entry: Option<&Entry>) -> Text {
    let step = grouped(step);
    match entry.and_then(|it| it.measured.best) {
        Some(best) => {
            let loss = best.loss;
            text!(
                en: "paused   {run} at step {step}: validation loss {loss:.4}",
                zh: "暂停  {run}，第 {step} 步：验证损失 {loss:.4}"
            )
        }
        None => text!(en: "paused   {run} at step {step}", zh: "暂停  {run}，第 {step} 步"),
    }
}

pub(super) fn remaining(done: usize, of: usize, time: Duration) -> Text {
    let time = clock(time);
    text!(
        en: "{done} of {of} trainings, about {time} left",
        zh: "{done}/{of} 次训练，预计还需 {time}"
    )
}

/// A training that failed; the sweep continues.
pub(super) struct Failed {
    pub(super) name: String,
    pub(super) code: i32,
    pub(super) messages: String,
}

impl Describe for Failed {
    fn describe(&self) -> Message {
        let Self { name, code, messages } = self;
        let messages = messages.trim_end();
        Message::new(
            "sweep/failed",
            text!(
                en: "{name} failed with exit code {code}:\n{messages}",
                zh: "{name} 失败，退出码 {code}：\n{messages}"
            ),
        )
    }
}

/// The points with their losses, as they are given, and the settings that differ. `steps` shows how far each came.
pub(super) fn table(points: &[Point<'_>], steps: bool) -> String {
    let settings = points.first().map_or(&[][..], |point| point.settings);
    let differs = |at: &usize| points.iter().any(|point| point.settings[*at] != settings[*at]);
    let shown: Vec<usize> = (0..settings.len()).filter(differs).collect();
    let head = ["run", "val_loss", "time", "steps"].into_iter().take(if steps { 4 } else { 3 });
    let head = head.map(str::to_owned);
    let head = head.chain(shown.iter().map(|&at| settings[at].0.clone())).map(Cell::left).collect();
    let row = |point: &Point<'_>| {
        let name = match &point.runs[..] {
            [one] => one.clone(),
            several => format!("{} (× {})", several[0], several.len()),
        };
        let loss = match (point.mean(), point.standard_error()) {
            (None, _) => "-".to_owned(),
            (Some(mean), None) => format!("{mean:.4}"),
            (Some(mean), Some(error)) => format!("{mean:.4} ± {error:.4}"),
        };
        let mut row =
            vec![Cell::left(name), Cell::right(loss), Cell::right(duration(point.seconds))];
        if steps {
            row.push(Cell::right(point.steps.to_string()));
        }
        row.extend(shown.iter().map(|&at| Cell::right(point.settings[at].1.clone())));
        row
    };
    let rows: Vec<Vec<Cell>> = std::iter::once(head).chain(points.iter().map(row)).collect();
    aligned(&rows)
}
