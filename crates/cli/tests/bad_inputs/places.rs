//! Folders that cannot be written, and names that are hard to write.

use crate::row::{Row, check, row, train};
use std::ffi::OsStr;
use std::os::unix::ffi::OsStrExt as _;
use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;

/// Whether permissions restrict the user who runs this: root is not restricted.
fn permissions_count() -> bool {
    let folder = tempfile::tempdir().unwrap();
    let locked = folder.path().join("locked");
    std::fs::create_dir(&locked).unwrap();
    std::fs::set_permissions(&locked, std::fs::Permissions::from_mode(0o500)).unwrap();
    std::fs::write(locked.join("x"), "").is_err()
}

fn permit(name: &'static str, mode: u32) -> impl Fn(&Path) {
    move |at| {
        std::fs::set_permissions(at.join(name), std::fs::Permissions::from_mode(mode)).unwrap();
    }
}

#[rustfmt::skip]
pub(crate) fn rows() -> Vec<Row> {
    let novel = train("novel.txt");
    let tale = "Once upon a time there was a cat.\n".repeat(40);
    let gbk = OsStr::from_bytes(b"\xC4\xE3.txt");
    let folder = OsStr::from_bytes(b"\xC4\xE3");
    let inside = |name: &str| Path::new(folder).join(name);
    let config = "[data]\npath = \"novel.txt\"\n[model]\nhidden_size = 8\n[train]\nbatch_size = 4\nseq_length = 16\nmax_steps = 2\ndevice = \"cpu\"\n";
    let small = novel.strip_prefix("train novel.txt").unwrap().to_owned();
    vec![
        // 22, 47: names that are not UTF-8
        row("a file name in GBK to train on").file(gbk, &tale).run("train").with(gbk)
            .fails(2, &["xE3.txt"]),
        row("a file name in GBK to inspect").file(gbk, &tale).run("data inspect").with(gbk).works(&["xE3.txt"]),
        row("a file name in GBK to convert").file(gbk, &tale).run("data convert").with(gbk).with("new.txt").works(&["new.txt"]),
        row("a file name in GBK to write").run("data convert novel.txt").with(gbk).works(&["xE3.txt"]),
        row("a file name in GBK to evaluate on").trained().file(gbk, &tale).run("evaluate run --device cpu --data").with(gbk).works(&[]),
        row("a file name in GBK for init").file(gbk, &tale).run("init --data").with(gbk).fails(2, &["xE3.txt"]),
        row("a missing file with a name in GBK").run("data inspect").with(gbk).fails(4, &["xE3.txt"]),
        row("a configuration with a name in GBK").file(OsStr::from_bytes(b"\xC4.toml"), config).run("train").with(OsStr::from_bytes(b"\xC4.toml"))
            .works(&["xC4", "runs/xC4-"]),
        row("a folder in GBK, from the inside").file(inside("novel.txt"), &tale).inside(folder).run(&novel).works(&[]),
        row("a folder in GBK, by a configuration inside").file(inside("novel.txt"), &tale).file(inside("exp.toml"), config)
            .inside(folder).run("train exp.toml").works(&[]),
        row("a folder in GBK, by a configuration from the outside").file(inside("novel.txt"), &tale).file(inside("exp.toml"), config)
            .run("train").with(inside("exp.toml")).fails(3, &[]),
        row("runs in a folder in GBK").trained().made(move |at| std::fs::rename(at.join("runs"), at.join(folder)).unwrap())
            .run("generate run --greedy --runs").with(folder).works(&[]),
        row("a missing runs folder with a name in GBK").run("generate --runs").with(folder).fails(5, &[]),
        // names that are UTF-8 and odd
        row("a name with a cat in it").file("猫 🐈.txt", &tale).run("train").with("猫 🐈.txt").run(&small).works(&["🐈.txt", "runs/猫"]),
        row("a name of two lines").file("a\nb.txt", "").run("train").with("a\nb.txt").fails(4, &["b.txt"]),
        row("a name that contains terminal escapes").file("\u{1b}[31m\u{202e}.txt", "").run("train").with("\u{1b}[31m\u{202e}.txt")
            .fails(4, &["u{1b}"]),
        row("a name that is nearly right and odd").file("novel\n.txt", "").made(|at| std::fs::remove_file(at.join("novel.txt")).unwrap())
            .run("train novel.txt").fails(4, &[]),
        row("a name that looks like a flag").file("-x.txt", &tale).run("train").run(&small).with("--").with("-x.txt").works(&["-x.txt"]),
        row("a path that is too long").run("train").with("a/".repeat(3000)).fails(4, &[]),
        // 35
        row("a runs folder that cannot be made").run(&novel).run("-s run.root=/proc/runs").fails(8, &["/proc/runs", "--set", "run.root"]),
        row("a file for the folder of runs").file("runs", "mine").run(&novel).fails(8, &["--set", "run.root"]),
        row("a configuration in a folder that cannot be written").run("init /proc/exp.toml --data novel.txt").fails(8, &["/proc/exp.toml"]),
        row("a run in a folder that cannot be written").run(&novel).run("-s run.root=/proc").fails(8, &["/proc", "--set", "run.root"]),
        row("a converted text in a folder that cannot be written").run("data convert novel.txt /proc/new.txt").fails(8, &["/proc/new.txt"]),
        row("a manual in a file's place").run("man novel.txt").fails(8, &["novel.txt"]),
        row("a file whose read fails").run("train /proc/self/mem").fails(4, &["/proc/self/mem"]),
    ]
}

/// Rows that need permissions to be kept.
#[rustfmt::skip]
fn forbidden() -> Vec<Row> {
    let novel = train("novel.txt");
    vec![
        row("a text without read permission").made(permit("novel.txt", 0)).run(&novel).fails(4, &["novel.txt", "permission denied", "check"]),
        row("a configuration without read permission").file("exp.toml", "").made(permit("exp.toml", 0)).run("train exp.toml")
            .fails(3, &["exp.toml", "permission", "check the path"]),
        row("a runs folder without write permission").by("mkdir", &["runs"]).made(permit("runs", 0o500)).run(&novel)
            .fails(8, &["cannot write runs", "--set run.root"]),
        row("a run without write permission").trained().made(permit("runs/run/metrics.jsonl", 0o400)).run("resume run -s train.max_steps=13")
            .fails(8, &["cannot write runs/run/metrics.jsonl"]),
        row("generate from a run without write permission").trained().made(permit("runs/run", 0o500)).run("generate run --greedy").works(&["\n"]),
        row("a folder without read permission").file("poems/1.txt", "a").made(permit("poems", 0)).run(&train("poems"))
            .fails(4, &["poems", "permission denied"]),
    ]
}

#[test]
fn bad_places() {
    check(&rows());
}

#[test]
fn forbidden_places() {
    if permissions_count() {
        check(&forbidden());
    } else {
        eprintln!("skipped: this user may do everything");
    }
}
