//! Programs that travel beside this one: charnn itself, tests, and PyTorch's side of the comparison.

use charnn_kernels::device::{DeviceName, Opened};
use serde_json::{Value, json};
use std::path::PathBuf;
use std::process::Command;

/// A file beside this program.
fn beside(name: &str) -> Option<PathBuf> {
    let path = std::env::current_exe().ok()?.with_file_name(name);
    path.exists().then_some(path)
}

/// Runs a command for at most so many seconds and returns what it printed.
fn run(seconds: u32, program: &str, arguments: &[&str]) -> Result<String, String> {
    let output =
        Command::new("timeout").arg(seconds.to_string()).arg(program).args(arguments).output();
    let output = output.map_err(|error| error.to_string())?;
    let text = [&output.stdout[..], &output.stderr[..]].map(String::from_utf8_lossy).join("\n");
    let last: Vec<&str> = text.lines().filter(|line| !line.trim().is_empty()).collect();
    let last = last[last.len().saturating_sub(6)..].join(" | ");
    if output.status.success() { Ok(text) } else { Err(format!("{}: {last}", output.status)) }
}

/// A run of `configs/shakespeare-30s.toml` with the program itself.
pub(crate) fn train(opened: &Opened, small: bool) -> Result<Value, String> {
    let names = ["charnn", "shakespeare-30s.toml", "text.txt"].map(beside);
    let [Some(charnn), Some(config), Some(text)] = names else {
        return Ok(json!("left out: charnn was not packed"));
    };
    let runs = std::env::temp_dir().join(format!("gpu-check-{}", std::process::id()));
    let path = |path: &PathBuf| path.to_string_lossy().into_owned();
    let (data, root) = (format!("data.path={}", path(&text)), format!("run.root={}", path(&runs)));
    let steps = if small { "train.max_steps=10" } else { "train.max_steps=1500" };
    let device = match &opened.name {
        DeviceName::Cpu(_) => "cpu",
        DeviceName::Adapter { .. } if opened.why == charnn_kernels::device::Why::HasGpu => "gpu",
        DeviceName::Adapter { .. } => "software",
    };
    let began = std::time::Instant::now();
    let arguments = [
        "train",
        &path(&config),
        "--set",
        &data,
        "--set",
        &root,
        "--set",
        steps,
        "--set",
        "run.name=check",
        "--device",
        device,
    ];
    let result = run(75, &path(&charnn), &arguments);
    let seconds = began.elapsed().as_secs_f64();
    let metrics = std::fs::read_to_string(runs.join("check/metrics.jsonl")).unwrap_or_default();
    let _ = std::fs::remove_dir_all(&runs);
    result?;
    let last = |key: &str| {
        let mut rows =
            metrics.lines().rev().filter_map(|it| serde_json::from_str::<Value>(it).ok());
        rows.find_map(|row| row.get(key).cloned()).unwrap_or_default()
    };
    Ok(json!({
        "seconds": seconds, "step": last("step"), "train_loss": last("train_loss"),
        "val_loss": last("val_loss"),
    }))
}

/// PyTorch with cuDNN on the same workloads, where there is one.
pub(crate) fn pytorch() -> Result<Value, String> {
    let Some(script) = beside("torch_step.py") else {
        return Ok(json!("left out: torch_step.py was not packed"));
    };
    let script = script.to_string_lossy().into_owned();
    if run(20, "python3", &["-c", "import torch; assert torch.cuda.is_available()"]).is_err() {
        return Ok(json!("left out: no PyTorch with CUDA"));
    }
    let mut found = Vec::new();
    for work in ["novel", "lstm", "gru"] {
        for precision in [&["--device", "cuda"][..], &["--device", "cuda", "--tf32"][..]] {
            let arguments: Vec<&str> =
                [&script, work].into_iter().chain(precision.iter().copied()).collect();
            let text = run(30, "python3", &arguments)?;
            let line = text.lines().find(|line| line.starts_with('{')).unwrap_or("null");
            found.push(serde_json::from_str::<Value>(line).unwrap_or_default());
        }
    }
    Ok(json!(found))
}

/// The tests of the kernels, which need a software adapter besides the GPU.
pub(crate) fn tests() -> Result<Value, String> {
    let Some(program) = beside("kernel_tests") else {
        return Ok(json!("left out: the tests were not packed"));
    };
    let text = run(60, &program.to_string_lossy(), &[])?;
    let skipped = text.lines().filter(|line| line.contains("skipped:")).count();
    let result = text.lines().find(|line| line.starts_with("test result")).unwrap_or_default();
    Ok(json!({ "result": result, "skipped": skipped }))
}
