//! A training in a process of its own.

use super::plan::{EVALUATE, SEED, Sweep, assignments};
use crate::environment::{LAUNCH, program};
use crate::training::report::{PAUSED, Signals};
use charnn_message::Language;
use charnn_runs::{Disk, RunDir};
use charnn_sweep::Trial;
use serde_json::Value;
use std::io::{BufRead, BufReader, Error, Read};
use std::process::{Command, Stdio};
use std::time::Duration;

/// How often to look whether the process has ended.
const LOOK: Duration = Duration::from_millis(50);

/// How it ended.
pub(super) enum End {
    Completed,
    /// With its exit code and what it wrote to standard error.
    Failed {
        code: i32,
        messages: String,
    },
    /// Because it has been evaluated at the step where it was to pause.
    Paused,
    /// Because this process was stopped.
    Stopped,
}

pub(super) struct Child {
    command: Result<Command, Error>,
    /// A run without a checkpoint, left by a process that was killed.
    rest: Option<RunDir>,
}

impl Child {
    /// `pause_at` is the step at whose evaluation it pauses.
    pub(super) fn of(
        sweep: &Sweep,
        trial: &Trial,
        pause_at: Option<u64>,
        language: Language,
    ) -> Self {
        let (resumed, rest) = match sweep.run(trial) {
            Some(run) if run.has_checkpoint() => (Some(run), None),
            rest => (None, rest),
        };
        let command = program().map(|program| {
            let mut command = Command::new(program);
            if let Some(run) = &resumed {
                command.arg("resume").arg(run.path());
            } else {
                let name = sweep.name(trial);
                command.arg("train").args(&sweep.request.sources).args(["--name", &name]);
                for assignment in assignments(trial) {
                    command.args(["--set", &assignment]);
                }
                if trial.settings.iter().all(|(key, _)| key != SEED) {
                    command.args(["--set", &format!("{SEED}={}", trial.seed)]);
                }
                if let Some(device) = sweep.request.device {
                    command.args(["--device", &device.to_string()]);
                }
                if let Some(halving) = sweep.request.halving {
                    command.args(["--set", &format!("{EVALUATE}={}", halving.steps)]);
                }
            }
            let language = match language {
                Language::English => "en",
                Language::Chinese => "zh",
            };
            command.args(["--quiet", "--progress", "none", "--json", "--lang", language]);
            if let Some(step) = pause_at {
                command.args(["--pause-at", &step.to_string()]);
            }
            let cores = std::thread::available_parallelism().map_or(1, usize::from);
            if sweep.request.jobs > 1 {
                let threads = (cores / sweep.request.jobs).max(1);
                command.env("RAYON_NUM_THREADS", threads.to_string());
            }
            // If mpiexec started the sweep, its trainings must not take themselves for ranks.
            for (rank, size) in LAUNCH {
                command.env_remove(rank).env_remove(size);
            }
            command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
            // Ctrl-C reaches this process alone, which passes it on once.
            #[cfg(unix)]
            std::os::unix::process::CommandExt::process_group(&mut command, 0);
            command
        });
        Self { command, rest }
    }

    /// Runs it until it ends or pauses. When a signal comes, stops it, which saves a checkpoint.
    pub(super) fn run(self, signals: &Signals) -> Result<End, Error> {
        if let Some(rest) = self.rest {
            rest.remove(&Disk::default()).map_err(Error::other)?;
        }
        let mut process = self.command?.spawn()?;
        let mut stderr = process.stderr.take();
        let reader = std::thread::spawn(move || {
            let mut bytes = Vec::new();
            let read = stderr.as_mut().map_or(Ok(0), |stderr| stderr.read_to_end(&mut bytes));
            read.map(|_| String::from_utf8_lossy(&bytes).into_owned()).unwrap_or_default()
        });
        let events = process.stdout.take();
        let last_event = std::thread::spawn(move || {
            let lines = events.map(|it| BufReader::new(it).lines().map_while(Result::ok));
            lines.and_then(Iterator::last).unwrap_or_default()
        });
        let mut is_stopped = false;
        let status = loop {
            if let Some(status) = process.try_wait()? {
                break status;
            }
            if signals.has_come() && !is_stopped {
                is_stopped = true;
                stop(&mut process)?;
            }
            std::thread::sleep(LOOK);
        };
        let messages = reader.join().unwrap_or_default();
        let last_event = last_event.join().unwrap_or_default();
        let last_event: Value = serde_json::from_str(&last_event).unwrap_or_default();
        Ok(match status.code() {
            Some(0) if last_event["outcome"] == PAUSED => End::Paused,
            Some(0) => End::Completed,
            _ if is_stopped => End::Stopped,
            code => End::Failed { code: code.unwrap_or(-1), messages },
        })
    }
}

#[cfg(unix)]
#[expect(unsafe_code, reason = "the standard library only kills")]
fn stop(process: &mut std::process::Child) -> Result<(), Error> {
    let id = i32::try_from(process.id()).map_err(Error::other)?;
    // SAFETY: the process has not been waited for, so its id is still its own.
    match unsafe { libc::kill(id, libc::SIGTERM) } {
        0 => Ok(()),
        _ => Err(Error::last_os_error()),
    }
}

#[cfg(not(unix))]
fn stop(process: &mut std::process::Child) -> Result<(), Error> {
    process.kill()
}
