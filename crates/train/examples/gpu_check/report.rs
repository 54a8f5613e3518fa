//! The report: sections in processes of their own, each with a limit of its time.

use crate::{RESULT, opened, sections};
use serde_json::{Map, Value, json};
use std::io::Read;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::process::{Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

/// Runs one section, and prints its result as the last line.
pub(crate) fn child(name: &str, device: &str) -> Result<(), String> {
    let section = sections().into_iter().find(|it| it.name == name).ok_or("no such section")?;
    let opened = opened(device)?;
    let began = Instant::now();
    let found = catch_unwind(AssertUnwindSafe(|| (section.run)(&opened))).unwrap_or_else(|panic| {
        let text = panic.downcast_ref::<String>().map(String::as_str);
        Err(text.or(panic.downcast_ref::<&str>().copied()).unwrap_or("a panic").to_owned())
    });
    let seconds = began.elapsed().as_secs_f64();
    let value = match found {
        Ok(found) => json!({ "ok": true, "seconds": seconds, "found": found }),
        Err(error) => json!({ "ok": false, "seconds": seconds, "error": error }),
    };
    println!("{RESULT}{value}");
    Ok(())
}

/// Runs all sections within `seconds`, prints them, and writes them to `path`.
pub(crate) fn print(device: &str, seconds: f64, path: Option<&str>) -> Result<(), String> {
    let began = Instant::now();
    let mut values = Map::new();
    let [mut failed, mut skipped] = [0, 0];
    for section in sections() {
        let left = seconds - began.elapsed().as_secs_f64();
        let value = if left < 1.0 {
            skipped += 1;
            json!({ "left_out": "no time" })
        } else {
            let limit = Duration::from_secs(section.seconds).min(Duration::from_secs_f64(left));
            run(&section.name, device, limit)
        };
        failed += usize::from(value["ok"] == json!(false));
        println!("{:<16} {value}", section.name);
        values.insert(section.name, value);
        // Whatever happens later, this much is known.
        if let Some(path) = path {
            let text = serde_json::to_string_pretty(&values).unwrap();
            std::fs::write(path, text + "\n").map_err(|error| format!("{path}: {error}"))?;
        }
    }
    let line = format!(
        "{} sections, {failed} failed, {skipped} left out, {:.0} seconds",
        values.len(),
        began.elapsed().as_secs_f64()
    );
    if failed > 0 {
        return Err(line);
    }
    println!("{line}");
    Ok(())
}

/// Runs one section in a process of its own.
fn run(name: &str, device: &str, limit: Duration) -> Value {
    let began = Instant::now();
    let program = std::env::current_exe().unwrap();
    let child = Command::new(program)
        .args(["--section", name, device])
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn();
    let mut child = match child {
        Ok(child) => child,
        Err(error) => return json!({ "ok": false, "error": error.to_string() }),
    };
    let read = |mut stream: Box<dyn Read + Send>| {
        thread::spawn(move || {
            let mut bytes = Vec::new();
            let _ = stream.read_to_end(&mut bytes);
            String::from_utf8_lossy(&bytes).into_owned()
        })
    };
    let out = read(Box::new(child.stdout.take().unwrap()));
    let errors = read(Box::new(child.stderr.take().unwrap()));
    let status = loop {
        match child.try_wait() {
            Ok(Some(status)) => break status,
            Ok(None) if began.elapsed() < limit => thread::sleep(Duration::from_millis(20)),
            _ => {
                let _ = child.kill();
                let _ = child.wait();
                let error = format!("stopped after {:.0} seconds", limit.as_secs_f64());
                return json!({ "ok": false, "error": error });
            }
        }
    };
    let (out, errors) = (out.join().unwrap_or_default(), errors.join().unwrap_or_default());
    let result = out.lines().rev().find_map(|line| line.strip_prefix(RESULT));
    let process = began.elapsed().as_secs_f64();
    let value = result.and_then(|text| serde_json::from_str::<Value>(text).ok());
    let Some(mut value) = value else {
        let last: Vec<&str> = out.lines().chain(errors.lines()).collect();
        let last = last[last.len().saturating_sub(6)..].join(" | ");
        return json!({ "ok": false, "error": format!("{status}: {last}") });
    };
    value["process_seconds"] = json!(process);
    value
}
