//! A flag that there is not, in place of what there is: a key of the configuration, the choice of a
//! device, a file or a run that is named without a flag.

use super::command::{Asked, word};
use charnn_train::{Key, RunDir};
use clap::error::{ContextKind, ContextValue, Error, ErrorKind};
use std::path::Path;

/// Words for a text, besides those that other programs have for `data.path`.
const TEXT: [&str; 3] = ["data", "files", "texts"];
/// Words for an experiment.
const CONFIG: [&str; 5] = ["config", "conf", "cfg", "config_file", "toml"];
/// Words for a run.
const RUN: [&str; 5] = ["run", "model", "checkpoint_dir", "model_dir", "run_dir"];

/// What to do in place of the flag that `error` is about.
pub(super) fn instead(error: &Error, asked: &Asked<'_>) -> Option<String> {
    let Some(ContextValue::String(flag)) = error.get(ContextKind::InvalidArg) else {
        return None;
    };
    if error.kind() != ErrorKind::UnknownArgument {
        return None;
    }
    if !flag.starts_with('-') {
        return of_prompt(asked, flag);
    }
    // `-gpu` is read as `-g`, which is not there, and more.
    let is_long = |word: &&&str| word.starts_with(&**flag) && !word.starts_with("--");
    let long = asked.words.iter().filter(|_| !flag.starts_with("--")).find(is_long);
    let flag = long.copied().unwrap_or(flag);
    let name = flag.trim_start_matches('-').split('=').next()?;
    if name.len() < 2 {
        return None;
    }
    let flag = flag.split('=').next()?;
    let plain = name.to_lowercase().replace('-', "_");
    let value = given(flag, asked.words);
    let known = Key::known(name);
    let is_text = TEXT.contains(&&*plain) || known.is_some_and(|key| key.path() == "data.path");
    let way = if is_text {
        of_text(asked, value)
    } else if CONFIG.contains(&&*plain) {
        of_config(asked, value)
    } else if RUN.contains(&&*plain) {
        of_run(asked, value)
    } else {
        None
    };
    let way = way.or_else(|| of_device(asked, &plain)).or_else(|| {
        // A misspelt flag is likelier than a misspelt key.
        let is_flag = || error.get(ContextKind::SuggestedArg).is_some();
        let key = known.or_else(|| Key::meant(name).filter(|_| !is_flag()))?;
        of_key(asked, key, value)
    });
    way.map(|way| format!("there is no flag {flag}; {way}"))
}

/// What is given to `flag`: behind its `=`, or the next word.
fn given<'a>(flag: &str, words: &[&'a str]) -> Option<&'a str> {
    let within = |word: &&'a str| word.strip_prefix(flag)?.strip_prefix('=');
    let behind =
        |pair: &[&'a str]| (pair[0] == flag && !pair[1].starts_with('-')).then_some(pair[1]);
    words.iter().find_map(within).or_else(|| words.windows(2).find_map(behind))
}

/// Words behind the run.
fn of_prompt(asked: &Asked<'_>, behind: &str) -> Option<String> {
    let more = asked.words.iter().skip_while(|word| **word != "generate").skip(1);
    let all: Vec<&str> = more.take_while(|word| !word.starts_with('-')).copied().collect();
    let is_prompt = asked.command == "generate" && all.contains(&behind);
    is_prompt.then(|| {
        // The first word may be one of the prompt too.
        let is_run = |name: &&&str| RunDir::find(name, Path::new("runs")).is_ok();
        let (run, prompt) = match all.first().filter(is_run) {
            Some(run) => (word(run), &all[1..]),
            None => ("RUN".to_owned(), &all[..]),
        };
        format!(
            "generate takes one run, and {behind} is one word more; what the text is to begin with stands \
             behind --prompt, in quotes: charnn generate {run} --prompt {}",
            word(&prompt.join(" "))
        )
    })
}

fn of_text(asked: &Asked<'_>, value: Option<&str>) -> Option<String> {
    let text = word(value.unwrap_or("novel.txt"));
    match asked.command {
        "train" | "data inspect" | "config show" => {
            Some(format!("name the file without a flag: charnn {} {text}", asked.command))
        }
        "init" | "evaluate" => Some(format!("the text is named with --data: --data {text}")),
        _ => None,
    }
}

fn of_config(asked: &Asked<'_>, value: Option<&str>) -> Option<String> {
    let file = word(value.unwrap_or("exp.toml"));
    match asked.command {
        "train" | "init" | "config show" | "config check" => {
            Some(format!("name the file without a flag: charnn {} {file}", asked.command))
        }
        _ => None,
    }
}

fn of_run(asked: &Asked<'_>, value: Option<&str>) -> Option<String> {
    let run = word(value.unwrap_or("latest"));
    let takes = ["resume", "generate", "evaluate"].contains(&asked.command);
    takes.then(|| format!("name the run without a flag: charnn {} {run}", asked.command))
}

fn of_device(asked: &Asked<'_>, name: &str) -> Option<String> {
    let device = match name {
        "gpu" | "cuda" | "use_gpu" | "use_cuda" => "gpu",
        "cpu" | "use_cpu" | "no_gpu" | "no_cuda" => "cpu",
        _ => return None,
    };
    let takes = ["train", "resume", "generate", "evaluate", "bench"].contains(&asked.command);
    takes.then(|| format!("the device is chosen with --device: --device {device}"))
}

fn of_key(asked: &Asked<'_>, key: &Key, value: Option<&str>) -> Option<String> {
    let path = key.path();
    match asked.command {
        "train" | "config show" => {}
        "resume" if key.changeable => {}
        "resume" => {
            return Some(format!(
                "and a run that goes on keeps its {path}. To learn on with other settings: charnn train \
                 --init-from RUN"
            ));
        }
        _ => return None,
    }
    // The next word may be something else, such as the text.
    let value = value.filter(|value| key.accepts(value));
    let value =
        value.unwrap_or(if key.accepts("true") && !key.accepts("x") { "true" } else { "VALUE" });
    let assignment = word(&format!("{path}={value}"));
    Some(format!("keys of the configuration are set with --set: --set {assignment}"))
}
