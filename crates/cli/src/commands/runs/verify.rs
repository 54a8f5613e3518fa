//! `charnn runs verify`.

use super::Problem;
use super::chosen::{all, found};
use crate::args::runs::VerifyArguments;
use crate::events::line;
use crate::failure::Failure;
use crate::messages::runs;
use crate::output::data;
use crate::terminal::Terminal;
use charnn_message::{Describe, Text};
use charnn_runs::{Entry, RunDir, State};
use serde_json::json;
use std::path::Path;

pub(super) fn run(arguments: &VerifyArguments, terminal: &Terminal) -> Result<(), Failure> {
    let VerifyArguments { names, json, runs } = arguments;
    let entries: Vec<Entry> = match &names[..] {
        [] => all(runs)?.into_iter().filter(Entry::is_run).collect(),
        names => found(names, runs)?.iter().map(RunDir::entry).collect(),
    };
    let (mut bad, mut seen) = (0, 0);
    let mut tell = |path: &Path, step: Option<u64>, problem: Option<Text>| {
        seen += 1;
        bad += usize::from(problem.is_some());
        data(&if *json {
            let problem = problem.map(|text| text.english);
            let path = path.display().to_string();
            line(json!({ "path": path, "step": step, "ok": problem.is_none(), "problem": problem }))
        } else {
            format!("{}\n", terminal.text(&runs::verified(path, problem.as_ref())))
        })
    };
    for entry in entries {
        if let State::Damaged(why) = &entry.state {
            tell(&entry.path, None, Some(why.clone()))?;
        }
        let Some(run) = entry.run() else { continue };
        for checkpoint in run.verify()? {
            let problem = checkpoint.damage.map(|damage| damage.describe().message);
            tell(&checkpoint.path, Some(checkpoint.step), problem)?;
        }
    }
    if seen == 0 {
        terminal.note(&runs::nothing(runs));
    }
    if bad > 0 { Err(Problem::Damaged { bad }.into()) } else { Ok(()) }
}
