//! Configuration files that are wrong, in part or as a whole.

use crate::row::{Row, check, row, train};
use std::os::unix::fs::symlink;

/// `exp.toml` with a text to learn from on its first two lines, checked.
fn exp(what: &str, body: &str) -> Row {
    whole(what, format!("[data]\npath = \"novel.txt\"\n{body}\n").as_bytes())
}

/// `exp.toml` with these bytes, checked.
fn whole(what: &str, bytes: &[u8]) -> Row {
    row(what).file("exp.toml", bytes).run("config check exp.toml")
}

#[rustfmt::skip]
pub(crate) fn rows() -> Vec<Row> {
    let utf_16: Vec<u8> = "[data]\n".encode_utf16().flat_map(u16::to_le_bytes).collect();
    vec![
        // 23
        exp("a misspelt key", "[model]\nhiden_size = 3")
            .fails(3, &["hiden_size", "exp.toml:4:1"]),
        exp("a misspelt table", "[trian]\nepochs = 3").fails(3, &[]),
        exp("a key in the wrong table", "[train]\nhidden_size = 3").fails(3, &[]),
        whole("a key above all tables", b"epochs = 3").fails(3, &[]),
        exp("a key unlike any other", "[train]\nzzzzqqq = 3").fails(3, &[]),
        exp("a key in another script", "[train]\n\"学习率\" = 3").fails(3, &["学习率"]),
        exp("a key that contains terminal escapes", "[train]\n\"a\\u001b[31m\\u202e\" = 3")
            .fails(3, &["31m", "exp.toml:4:1"]),
        exp("many misspelt keys", &(1..90).map(|length| "k".repeat(length) + " = 1\n").collect::<String>())
            .fails(3, &[]),
        // 24
        exp("text for a number", "[train]\nepochs = \"3\"").fails(3, &["train.epochs"]),
        exp("a fraction for a count", "[train]\nepochs = 1.5").fails(3, &["exp.toml:4:10"]),
        exp("a number for a choice", "[model]\ncell = 3").fails(3, &[]),
        exp("an unknown choice", "[model]\ncell = \"lstn\"").fails(3, &[]),
        exp("a number for yes or no", "[train]\nnesterov = 1").fails(3, &["train.nesterov"]),
        exp("a list for a number", "[train]\nepochs = [3]").fails(3, &[]),
        exp("a table for a number", "[train.epochs]\nn = 3").fails(3, &["train.epochs"]),
        exp("a date for a number", "[train]\nepochs = 2026-11-23").fails(3, &[]),
        exp("a value for a table", "[[train]]\nepochs = 3").fails(3, &[]),
        exp("a negative count", "[train]\nepochs = -1").fails(3, &["train.epochs"]),
        exp("a hidden size of 0", "[model]\nhidden_size = 0").fails(3, &["model.hidden_size"]),
        exp("not a number", "[train]\nlearning_rate = nan").fails(3, &["train.learning_rate"]),
        exp("infinity", "[train]\ngrad_clip = inf").fails(3, &["train.grad_clip"]),
        exp("a number that overflows", "[sample]\ntemperature = 1e999").fails(3, &["exp.toml:4:15"]),
        exp("a count out of range", "[train]\nseed = 99999999999999999999").fails(3, &["train.seed"]),
        exp("a dropout of 1", "[model]\ndropout = 1.0").fails(3, &[]),
        exp("an invalid duration", "[train]\nmax_time = \"2 moons\"").fails(3, &["train.max_time"]),
        exp("an invalid interval", "[checkpoint]\nevery = \"often\"").fails(3, &["checkpoint.every"]),
        exp("an unknown encoding in a configuration", "encoding = \"gbx\"").fails(3, &[]),
        exp("an encoding that is nearly one, in a configuration", "encoding = \"gb18031\"").fails(3, &[]),
        exp("a number without its zero", "[train]\nlearning_rate = .001").fails(3, &["exp.toml:4"]),
        exp("an unknown device in a configuration", "[train]\ndevice = \"tpu\"").fails(3, &["train.device"]),
        exp("a run's name with a path in it", "[run]\nname = \"../../etc\"").fails(3, &["run.name"]),
        exp("a run's name that would be hidden", "[run]\nname = \".x\"").fails(3, &["run.name"]),
        exp("a run's name that means another", "[run]\nname = \"latest\"").fails(3, &[]),
        exp("a run's name that is too long for a disk", &format!("[run]\nname = \"{}\"", "n".repeat(300)))
            .fails(3, &["run.name"]),
        exp("a run's name of two lines", "[run]\nname = \"a\\nb\"").fails(3, &["run.name"]),
        exp("a key twice", "[train]\nseed = 1\nseed = 2").fails(3, &["exp.toml:5:1"]),
        exp("a key twice, and more", "[train]\nseed = 1\nseed = 2\nepoch = 3\nnesterov = true").fails(3, &["exp.toml:5:1"]),
        exp("a table twice", "[train]\nseed = 1\n[data]\nencoding = \"auto\"").fails(3, &["exp.toml:5:2"]),
        exp("a string without quotes", "[model]\ncell = gru").fails(3, &["exp.toml:4:8"]),
        exp("a key without a value in a file", "[train]\nseed =").fails(3, &["exp.toml:4"]),
        exp("an open quote", "encoding = \"auto").fails(3, &["exp.toml:3"]),
        exp("an open bracket", "[train\nseed = 1").fails(3, &["exp.toml:3"]),
        exp("two lines that are not TOML", "[train]\nseed = one\nepochs = two").fails(3, &["exp.toml:4:8", "exp.toml:5:10"]),
        exp("an invalid escape", "encoding = \"\\q\"").fails(3, &["exp.toml:3"]),
        exp("a terminal escape", "encoding = \"\u{1b}[31m\"").fails(3, &["exp.toml:3", "u{1b}"]),
        exp("an override of the direction", "[model]\ncell = \"\u{202e}urg\"").fails(3, &["u{202e}urg"]),
        // 25
        whole("GBK", b"# \xc4\xe3\xba\xc3\n[data]\n").fails(3, &["exp.toml:1:3"]),
        whole("UTF-16", &[b"\xff\xfe", &utf_16[..]].concat()).fails(3, &["exp.toml:1:1"]),
        whole("a configuration with a byte order mark", b"\xEF\xBB\xBF[data]\npath = \"novel.txt\"\n").works(&[]),
        whole("a configuration with line ends of Windows", b"[data]\r\npath = \"novel.txt\"\r\n").works(&[]),
        whole("an empty configuration", b"").fails(3, &["data.path"]),
        whole("YAML", b"train:\n  epochs: 3\n").fails(3, &[]),
        whole("JSON", b"{\"train\": {\"epochs\": 3}}").fails(3, &[]),
        row("YAML by its name").file("exp.yaml", "train:\n  epochs: 3\n").run("train exp.yaml")
            .fails(3, &["exp.yaml"]),
        row("a folder").by("mkdir", &["exp.toml"]).run("train exp.toml").fails(3, &["exp.toml"]),
        whole("more than a mebibyte", &[b'#'; (1 << 20) + 1]).fails(3, &["exp.toml"]),
        whole("a text", "Once upon a time.\n".repeat(9).as_bytes()).fails(3, &["exp.toml:1"]),
        whole("noise", &(0..=255).collect::<Vec<u8>>()).fails(3, &[]),
        exp("lists in lists in lists", &format!("encoding = {}", "[".repeat(100_000))).fails(3, &["exp.toml:3"]),
        exp("a key with a hundred thousand parts", &format!("{}a = 1", "a.".repeat(100_000))).fails(3, &["exp.toml"]),
        row("a pipe without a writer, as a configuration").by("mkfifo", &["exp.toml"]).run("config check exp.toml")
            .fails(3, &["exp.toml"]),
        row("an endless device, as a configuration").made(|at| symlink("/dev/zero", at.join("exp.toml")).unwrap())
            .run("train exp.toml").fails(3, &["exp.toml"]),
        row("links in a circle, as a configuration").made(|at| symlink("exp.toml", at.join("exp.toml")).unwrap())
            .run("train exp.toml").fails(3, &["exp.toml"]),
        row("no such configuration").run("train exp.toml").fails(3, &["exp.toml"]),
        row("nearly the name of a configuration").file("novel.toml", "").run("train nvoel.toml").fails(3, &["novel.toml"]),
        row("one bad file of three").file("a.toml", "[data]\npath = \"novel.txt\"").file("b.toml", "a = 1")
            .run("config check a.toml b.toml a.toml").fails(3, &["b.toml:1:1"]),
        row("a text beside another configuration").file("sub/exp.toml", "[data]\npath = \"novel.txt\"\n[train]\ndevice = \"cpu\"")
            .run("train sub/exp.toml").fails(4, &["sub/novel.txt"]),
        // 26
        exp("sizes that must be equal", "[model]\ntie_weights = true\nembedding_dim = 8")
            .fails(3, &["exp.toml:4:15", "model.embedding_dim", "model.hidden_size"]),
        exp("nesterov without momentum", "[train]\nnesterov = true").fails(3, &["train.nesterov", "train.momentum"]),
        exp("a plateau without validation", "val_fraction = 0\n[train]\nplateau_factor = 0.5")
            .fails(3, &["train.plateau_factor", "data.val_fraction"]),
        exp("patience without validation", "val_fraction = 0\n[train]\nearly_stop_patience = 2")
            .fails(3, &["train.early_stop_patience", "data.val_fraction"]),
        exp("a contradiction and a misspelt key", "[model]\nlayers = 2\n[train]\nnesterov = true")
            .fails(3, &["train.momentum"]),
        exp("a contradiction that is only a misspelling", "[train]\nnesterov = true\nmomentm = 0.9")
            .fails(3, &[]),
        exp("a contradiction that is only a misspelt table", "[model]\ntie_weights = true\n[modle]\nembedding_dim = 256")
            .fails(3, &[]),
        row("more memory than the machine has").run(&train("novel.txt")).run("-s model.hidden_size=65536")
            .fails(3, &["model.hidden_size"]),
        // 27
        whole("a newer config_version", b"config_version = 3\n[data]\nfrom = [\"a.txt\"]\n")
            .fails(3, &["config_version", "exp.toml:1:18"]),
        whole("config_version = 0", b"config_version = 0\n").fails(3, &["config_version"]),
        whole("config_version in quotes", b"config_version = \"1\"\n").fails(3, &["config_version"]),
        exp("config_version in a table", "config_version = 1").fails(3, &["config_version"]),
        whole("a misspelt config_version", b"config_verson = 1\n").fails(3, &[]),
        whole("config_version = 1", b"config_version = 1\n[data]\npath = \"novel.txt\"\n").works(&[]),
    ]
}

#[test]
fn bad_configurations() {
    check(&rows());
}
