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
            .fails(3, &["unknown key `hiden_size` in [model]", "exp.toml:4:1", "did you mean `hidden_size`?"]),
        exp("a misspelt table", "[trian]\nepochs = 3").fails(3, &["unknown table [trian]", "did you mean [train]?"]),
        exp("a key in the wrong table", "[train]\nhidden_size = 3").fails(3, &["it belongs in [model]"]),
        whole("a key above all tables", b"epochs = 3").fails(3, &["outside of all tables", "it belongs in [train]"]),
        exp("a key that is nothing like any", "[train]\nzzzzqqq = 3").fails(3, &["zzzzqqq", "[train] has: objective"]),
        exp("a key in another script", "[train]\n\"学习率\" = 3").fails(3, &["学习率", "no key is called so"]),
        exp("a key that gives orders to a terminal", "[train]\n\"a\\u001b[31m\\u202e\" = 3")
            .fails(3, &["\\u{1b}[31m\\u{202e}", "exp.toml:4:1"]),
        exp("many misspelt keys", &(1..90).map(|length| "k".repeat(length) + " = 1\n").collect::<String>())
            .fails(3, &["50 problems, and perhaps more"]),
        // 24
        exp("text for a number", "[train]\nepochs = \"3\"").fails(3, &["train.epochs must be", "write 3, without quotes"]),
        exp("a fraction for a count", "[train]\nepochs = 1.5").fails(3, &["exp.toml:4:10", "this is not one"]),
        exp("a number for a choice", "[model]\ncell = 3").fails(3, &["\"rnn\", \"gru\" or \"lstm\"", "this is a number"]),
        exp("a choice that there is not", "[model]\ncell = \"lstn\"").fails(3, &["did you mean \"lstm\"?"]),
        exp("a number for yes or no", "[train]\nnesterov = 1").fails(3, &["train.nesterov must be true or false"]),
        exp("a list for a number", "[train]\nepochs = [3]").fails(3, &["this is a list"]),
        exp("a table for a number", "[train.epochs]\nn = 3").fails(3, &["train.epochs", "this is a table"]),
        exp("a date for a number", "[train]\nepochs = 2026-11-23").fails(3, &["this is a date or time"]),
        exp("a value for a table", "[[train]]\nepochs = 3").fails(3, &["[train] is a table", "its keys below it"]),
        exp("a negative count", "[train]\nepochs = -1").fails(3, &["train.epochs = -1", "1 or more"]),
        exp("no width at all", "[model]\nhidden_size = 0").fails(3, &["model.hidden_size = 0", "from 1 to 65536"]),
        exp("not a number", "[train]\nlearning_rate = nan").fails(3, &["train.learning_rate = nan", "above 0 up to 10"]),
        exp("infinity", "[train]\ngrad_clip = inf").fails(3, &["train.grad_clip = inf", "from 0 to 1e6"]),
        exp("a number beyond all", "[sample]\ntemperature = 1e999").fails(3, &["exp.toml:4:15", "from 0 to 100"]),
        exp("a count beyond all", "[train]\nseed = 99999999999999999999").fails(3, &["train.seed", "this is too large"]),
        exp("a share that is no share", "[model]\ndropout = 1.0").fails(3, &["from 0 to below 1"]),
        exp("a time that is none", "[train]\nmax_time = \"2 moons\"").fails(3, &["train.max_time", "it must be"]),
        exp("a rhythm that is none", "[checkpoint]\nevery = \"often\"").fails(3, &["checkpoint.every", "\"500 steps\""]),
        exp("an encoding that is none, in a configuration", "encoding = \"gbx\"").fails(3, &["unknown encoding \"gbx\"", "gb18030"]),
        exp("an encoding that is nearly one, in a configuration", "encoding = \"gb18031\"").fails(3, &["did you mean \"gb18030\"?"]),
        exp("a number without its zero", "[train]\nlearning_rate = .001").fails(3, &["exp.toml:4", "TOML wants 0.001"]),
        exp("a device that is none", "[train]\ndevice = \"tpu\"").fails(3, &["train.device must be", "\"cpu\""]),
        exp("a run's name with a path in it", "[run]\nname = \"../../etc\"").fails(3, &["run.name", "a plain folder name"]),
        exp("a run's name that would be hidden", "[run]\nname = \".x\"").fails(3, &["run.name", "a plain folder name"]),
        exp("a run's name that means another", "[run]\nname = \"latest\"").fails(3, &["other than latest"]),
        exp("a run's name that no disk takes", &format!("[run]\nname = \"{}\"", "n".repeat(300)))
            .fails(3, &["run.name", "at most 200 bytes"]),
        exp("a run's name of two lines", "[run]\nname = \"a\\nb\"").fails(3, &["run.name", "a plain folder name"]),
        exp("a key twice", "[train]\nseed = 1\nseed = 2").fails(3, &["exp.toml:5:1", "duplicate key", "exp.toml:4:1", "the first one"]),
        exp("a key twice, and more", "[train]\nseed = 1\nseed = 2\nepoch = 3\nnesterov = true").fails(
            3,
            &["duplicate key", "did you mean `epochs`?", "train.momentum = 0", "3 problems"],
        ),
        exp("a table twice", "[train]\nseed = 1\n[data]\nencoding = \"auto\"").fails(3, &["not valid TOML", "exp.toml:5"]),
        exp("a word without quotes", "[model]\ncell = gru").fails(3, &["exp.toml:4:8", "quoted"]),
        exp("no value", "[train]\nseed =").fails(3, &["exp.toml:4", "a value is missing"]),
        exp("an open quote", "encoding = \"auto").fails(3, &["exp.toml:3", "not valid TOML"]),
        exp("an open bracket", "[train\nseed = 1").fails(3, &["exp.toml:3", "not valid TOML"]),
        exp("two lines that are no TOML", "[train]\nseed = one\nepochs = two").fails(3, &["exp.toml:4:8", "exp.toml:5:10", "2 problems"]),
        exp("an escape that is none", "encoding = \"\\q\"").fails(3, &["exp.toml:3", "not valid TOML"]),
        exp("an order to a terminal", "encoding = \"\u{1b}[31m\"").fails(3, &["exp.toml:3", "\\u{1b}[31m"]),
        exp("an override of the direction", "[model]\ncell = \"\u{202e}urg\"").fails(3, &["\\u{202e}urg"]),
        // 25
        whole("GBK", b"# \xc4\xe3\xba\xc3\n[data]\n").fails(3, &["not UTF-8", "exp.toml:1:3", "\\xC4\\xE3", "save it so"]),
        whole("UTF-16", &[b"\xff\xfe", &utf_16[..]].concat()).fails(3, &["not UTF-8", "exp.toml:1:1", "save it so"]),
        whole("a configuration with a byte order mark", b"\xEF\xBB\xBF[data]\npath = \"novel.txt\"\n").works(&["1 file is good"]),
        whole("a configuration with line ends of Windows", b"[data]\r\npath = \"novel.txt\"\r\n").works(&["1 file is good"]),
        whole("nothing", b"").fails(3, &["data.path names no text", "name one"]),
        whole("YAML", b"train:\n  epochs: 3\n").fails(3, &["this looks like YAML", "in TOML it is [train]"]),
        whole("JSON", b"{\"train\": {\"epochs\": 3}}").fails(3, &["this looks like JSON", "in TOML it is [train]"]),
        row("YAML by its name").file("exp.yaml", "train:\n  epochs: 3\n").run("train exp.yaml")
            .fails(3, &["exp.yaml is no configuration", "charnn init"]),
        row("a folder").by("mkdir", &["exp.toml"]).run("train exp.toml").fails(3, &["exp.toml", "it is a folder", "name a file"]),
        whole("more than a mebibyte", &[b'#'; (1 << 20) + 1]).fails(3, &["exp.toml", "longer than 1 MiB", "another extension"]),
        whole("a text", "Once upon a time.\n".repeat(9).as_bytes()).fails(3, &["not valid TOML", "exp.toml:1"]),
        whole("noise", &(0..=255).collect::<Vec<u8>>()).fails(3, &["not UTF-8", "save it so"]),
        exp("lists in lists in lists", &format!("encoding = {}", "[".repeat(100_000))).fails(3, &["not valid TOML", "exp.toml:3"]),
        exp("a key with a hundred thousand parts", &format!("{}a = 1", "a.".repeat(100_000))).fails(3, &["exp.toml", "recursion limit"]),
        row("a pipe that nobody writes to, as a configuration").by("mkfifo", &["exp.toml"]).run("config check exp.toml")
            .fails(3, &["exp.toml", "it is a pipe or a device", "name a file"]),
        row("a device without end, as a configuration").made(|at| symlink("/dev/zero", at.join("exp.toml")).unwrap())
            .run("train exp.toml").fails(3, &["exp.toml", "it is a pipe or a device"]),
        row("links in a circle, as a configuration").made(|at| symlink("exp.toml", at.join("exp.toml")).unwrap())
            .run("train exp.toml").fails(3, &["exp.toml", "symbolic links", "check"]),
        row("no such configuration").run("train exp.toml").fails(3, &["exp.toml", "charnn init"]),
        row("nearly the name of a configuration").file("novel.toml", "").run("train nvoel.toml").fails(3, &["did you mean novel.toml"]),
        row("one bad file of three").file("a.toml", "[data]\npath = \"novel.txt\"").file("b.toml", "a = 1")
            .run("config check a.toml b.toml a.toml").fails(3, &["b.toml:1:1", "1 of 3 files have problems"]),
        row("a text beside another configuration").file("sub/exp.toml", "[data]\npath = \"novel.txt\"\n[train]\ndevice = \"cpu\"")
            .run("train sub/exp.toml").fails(4, &["sub/novel.txt", "no such file"]),
        // 26
        exp("sizes that are to be equal", "[model]\ntie_embedding = true\nembedding_size = 8")
            .fails(3, &["exp.toml:4:17", "exp.toml:5:18", "model.hidden_size = 256 is the default"]),
        exp("momentum that is not there", "[train]\nnesterov = true").fails(3, &["train.nesterov", "train.momentum", "such as 0.9"]),
        exp("a plateau that nobody measures", "val_fraction = 0\n[train]\nplateau_factor = 0.5")
            .fails(3, &["train.plateau_factor = 0.5", "data.val_fraction = 0", "hold some text out"]),
        exp("patience that nobody measures", "val_fraction = 0\n[train]\nearly_stop_patience = 2")
            .fails(3, &["train.early_stop_patience = 2", "data.val_fraction = 0"]),
        exp("a contradiction and a misspelt key", "[model]\nlayers = 2\n[train]\nnesterov = true")
            .fails(3, &["unknown key `layers`", "train.momentum = 0.0 is the default", "2 problems"]),
        exp("a contradiction that is only a misspelling", "[train]\nnesterov = true\nmomentm = 0.9")
            .fails(3, &["did you mean `momentum`?"]).without(&["looks ahead"]),
        exp("a contradiction that is only a misspelt table", "[model]\ntie_embedding = true\n[modle]\nembedding_size = 256")
            .fails(3, &["did you mean [model]?"]).without(&["to be equal"]),
        row("more memory than any machine has").run(&train("novel.txt")).run("-s model.hidden_size=65536")
            .fails(3, &["GiB of memory", "lower model.hidden_size"]),
        // 27
        whole("a newer form", b"config_version = 2\n[data]\nfrom = [\"a.txt\"]\n")
            .fails(3, &["made by a newer charnn: its config_version is 2", "exp.toml:1:18", "install"]).without(&["unknown"]),
        whole("a form that never was", b"config_version = 0\n").fails(3, &["config_version must be 1", "write 1"]),
        whole("a form in quotes", b"config_version = \"1\"\n").fails(3, &["config_version must be 1"]),
        exp("the form in a table", "config_version = 1").fails(3, &["config_version", "It stands above all tables"]),
        whole("the form, misspelt", b"config_verson = 1\n").fails(3, &["did you mean config_version?"]),
        whole("the form as it should be", b"config_version = 1\n[data]\npath = \"novel.txt\"\n").works(&["1 file is good"]),
    ]
}

#[test]
fn bad_configurations() {
    check(&rows());
}
