//! `mpiexec charnn train`: real processes that share each batch.
//!
//! The tests need the mpiexec of MPICH 5 (`pip install mpich`), in the variable `MPIEXEC` or on the path.
//! Without it they are skipped.

#![cfg(target_os = "linux")]
use crate::program::{alone, charnn, fails, stdout};
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

const TRAIN: &str = "--device cpu --quiet --set model.cell=lstm --set model.hidden_size=24 \
    --set model.num_layers=2 --set model.embedding_dim=8 --set model.dropout=0.2 \
    --set train.batch_size=10 --set train.seq_length=16 --set train.gradient_groups=4 \
    --set sample.length=5";

fn folder() -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    let text = "Once upon a time there was a cat, and a dog.\n".repeat(200);
    fs::write(folder.path().join("novel.txt"), text).unwrap();
    folder
}

/// The launcher, if it is one that has the standard ABI beside it.
#[expect(clippy::print_stderr, reason = "a test that is skipped says so")]
fn launcher() -> Option<PathBuf> {
    let named = std::env::var_os("MPIEXEC").map(PathBuf::from);
    let path = std::env::var_os("PATH").unwrap_or_default();
    let found = std::env::split_paths(&path).map(|folder| folder.join("mpiexec"));
    let library = |launcher: &PathBuf| {
        let root = launcher.parent().and_then(Path::parent);
        root.is_some_and(|root| root.join("lib/libmpi_abi.so.1").exists())
    };
    let launcher = named.into_iter().chain(found).find(library);
    if launcher.is_none() {
        eprintln!("skipped: no mpiexec of MPICH 5 (pip install mpich; MPIEXEC=PATH)");
    }
    launcher
}

/// `mpiexec -n RANKS charnn LINE`.
fn ranks(launcher: &Path, ranks: usize, folder: &Path, line: &str) -> Command {
    let program = charnn(folder, line, &[]);
    let mut command = Command::new(launcher);
    alone(&mut command);
    command.arg("-n").arg(ranks.to_string()).arg(program.get_program()).args(program.get_args());
    // The library is found beside the launcher.
    let path = std::env::var("PATH").unwrap_or_default();
    command.env("PATH", format!("{}:{path}", launcher.parent().unwrap().display()));
    command.env("LC_ALL", "C").current_dir(folder).stdin(Stdio::null());
    command
}

/// The tensors of the checkpoint of `step`.
fn tensors(folder: &Path, run: &str, step: u64) -> Vec<Vec<u8>> {
    let checkpoint = folder.join(format!("runs/{run}/checkpoints/step-{step:08}"));
    ["model", "optimizer", "carried"]
        .map(|name| fs::read(checkpoint.join(format!("{name}.safetensors"))).unwrap())
        .into()
}

/// The processes of charnn that work in `folder`, with their ranks.
fn processes(folder: &Path) -> Vec<(i32, usize)> {
    let is_here = |process: &Path| {
        let name = fs::read_to_string(process.join("comm")).unwrap_or_default();
        let here = fs::read_link(process.join("cwd")).is_ok_and(|cwd| cwd == folder);
        here && name.trim() == "charnn"
    };
    let rank = |process: &Path| -> Option<usize> {
        let environment = fs::read(process.join("environ")).ok()?;
        let environment = String::from_utf8_lossy(&environment).into_owned();
        environment.split('\0').find_map(|it| it.strip_prefix("PMI_RANK=")?.parse().ok())
    };
    let all = fs::read_dir("/proc").unwrap().filter_map(|entry| Some(entry.ok()?.path()));
    let all = all.filter(|process| is_here(process));
    all.filter_map(|process| Some((process.file_name()?.to_str()?.parse().ok()?, rank(&process)?)))
        .collect()
}

#[track_caller]
fn wait_until(what: &str, seconds: u64, mut holds: impl FnMut() -> bool) {
    let until = Instant::now() + Duration::from_secs(seconds);
    while !holds() {
        assert!(Instant::now() < until, "{what} took more than {seconds} s");
        std::thread::sleep(Duration::from_millis(10));
    }
}

#[test]
fn ranks_train_the_same_weights_as_one_process() {
    let Some(mpiexec) = launcher() else { return };
    let folder = folder();
    let folder = folder.path();
    let line =
        |name: &str| format!("train novel.txt --name {name} --set train.max_steps=25 {TRAIN}");
    stdout(charnn(folder, &line("alone"), &[]));
    let expected = tensors(folder, "alone", 25);
    for count in [2, 4] {
        let name = format!("ranks{count}");
        // One line on standard output: the run. Only rank 0 writes.
        let out = stdout(ranks(&mpiexec, count, folder, &line(&name)));
        assert_eq!(out, format!("runs/{name}\n"));
        assert!(tensors(folder, &name, 25) == expected, "{count} ranks train other weights");
    }
}

#[test]
fn when_a_rank_dies_all_end_and_one_process_resumes() {
    let Some(mpiexec) = launcher() else { return };
    let folder = folder();
    let folder = &folder.path().canonicalize().unwrap();
    let long = |name: &str, steps: u64| {
        format!(
            "train novel.txt --name {name} --set train.max_steps={steps} --set train.epochs=100000 \
             --set checkpoint.every=20steps --set checkpoint.keep_last=2 {TRAIN} \
             --set train.lr_schedule=constant"
        )
    };
    for victim in [1, 0] {
        let name = format!("broken{victim}");
        let mut command = ranks(&mpiexec, 2, folder, &long(&name, 1_000_000));
        let mut training = command.stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
        let checkpoints = folder.join(format!("runs/{name}/checkpoints"));
        let is_saved = || checkpoints.read_dir().is_ok_and(|all| all.count() > 1);
        wait_until("the second checkpoint", 60, is_saved);
        let all = processes(folder);
        assert_eq!(all.len(), 2, "{all:?}");
        let (process, _) = *all.iter().find(|(_, rank)| *rank == victim).unwrap();
        #[expect(unsafe_code, reason = "the standard library only kills children")]
        // SAFETY: a process of this test.
        unsafe {
            libc::kill(process, libc::SIGKILL);
        }
        wait_until("the end of all ranks", 10, || processes(folder).is_empty());
        assert!(!training.wait().unwrap().success());
        // From the newest checkpoint to a step that one process reaches alone.
        let newest = fs::read_dir(&checkpoints).unwrap().filter_map(|entry| {
            let name = entry.unwrap().file_name().into_string().unwrap();
            name.strip_prefix("step-")?.parse::<u64>().ok()
        });
        let steps = newest.max().unwrap() + 7;
        let resume = format!("resume {name} --quiet --set train.max_steps={steps}");
        stdout(charnn(folder, &resume, &[]));
        let whole = format!("whole{victim}");
        stdout(charnn(folder, &long(&whole, steps), &[]));
        assert!(tensors(folder, &name, steps) == tensors(folder, &whole, steps), "rank {victim}");
    }
}

#[test]
fn a_run_of_one_process_is_resumed_by_ranks() {
    let Some(mpiexec) = launcher() else { return };
    let folder = folder();
    let folder = folder.path();
    let line = |name: &str, more: &str| {
        format!(
            "train novel.txt --name {name} --set train.max_steps=25 {TRAIN} {more} \
             --set eval.every_steps=5"
        )
    };
    stdout(charnn(folder, &line("alone", ""), &[]));
    stdout(charnn(folder, &line("paused", "--pause-at 10"), &[]));
    stdout(ranks(&mpiexec, 2, folder, "resume paused --quiet"));
    assert!(tensors(folder, "paused", 25) == tensors(folder, "alone", 25));
}

#[test]
fn what_ranks_cannot_do_is_refused_once() {
    let Some(mpiexec) = launcher() else { return };
    let folder = folder();
    let folder = folder.path();
    let train = |more: &str| format!("train novel.txt --set train.batch_size=10 {more}");
    for (count, line, code, word) in [
        (3, train("--device cpu --set train.gradient_groups=4"), 3, "train.gradient_groups = 4"),
        (2, train("--device gpu"), 6, "--device cpu"),
        (2, train("--device cpu --set model.hidden=3"), 3, "hidden_size"),
        (2, "train no-such.txt".to_owned(), 4, "no-such.txt"),
    ] {
        let output = ranks(&mpiexec, count, folder, &line).output().unwrap();
        let stderr = String::from_utf8_lossy(&output.stderr);
        assert_eq!(output.status.code(), Some(code), "{line}: {stderr}");
        assert_eq!(stderr.matches("error:").count(), 1, "{stderr}");
        assert!(stderr.contains(word), "{stderr}");
    }
    assert!(!folder.join("runs").exists());
}

#[test]
fn without_a_library_the_error_names_what_to_install() {
    let folder = folder();
    for (rank, size) in [("PMI_RANK", "PMI_SIZE"), ("OMPI_COMM_WORLD_RANK", "OMPI_COMM_WORLD_SIZE")]
    {
        let mut command = charnn(folder.path(), "train novel.txt --device cpu", &[]);
        command.env("PATH", "/nowhere").env_remove("LD_LIBRARY_PATH");
        command.env(rank, "0").env(size, "2");
        fails(command, 6, &["pip install mpich", "LD_LIBRARY_PATH"]);
    }
    // A launcher that starts one process starts no ranks.
    let line = "train novel.txt --device cpu --set train.max_steps=2 --set sample.length=0";
    let mut command = charnn(folder.path(), line, &[]);
    command.env("PATH", "/nowhere").env("PMI_RANK", "0").env("PMI_SIZE", "1");
    stdout(command);
}
