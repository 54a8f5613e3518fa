//! Keys and values on the command line and in variables, and what `init`, `config` and `resume` do with
//! them.

use crate::row::{Row, check, row, train};
use std::ffi::OsStr;
use std::os::unix::ffi::OsStrExt as _;

#[rustfmt::skip]
pub(crate) fn rows() -> Vec<Row> {
    let novel = train("novel.txt");
    let set = |what: &str, assignment: &str| row(what).run("train novel.txt --set").with(assignment);
    let variable = |what: &str, name: &str, value: &str| row(what).run("train novel.txt").variable(name, value);
    let gbk = OsStr::from_bytes(b"\xC4\xE3");
    vec![
        // 23
        set("an assignment without a value", "train.epochs").fails(3, &[]),
        set("an assignment without a key", "=3").fails(3, &["--set"]),
        set("an assignment without key and value", "=").fails(3, &[]),
        set("a misspelt key to --set", "train.lerning_rate=1").fails(3, &["train.learning_rate"]),
        set("a key without its table", "epochs=3").fails(3, &["train.epochs"]),
        set("a table to --set", "train=3").fails(3, &["--set"]),
        set("config_version to --set", "config_version=2").fails(3, &["config_version"]),
        set("a terminal escape in a key", "train.\u{1b}[31m=3").fails(3, &["u{1b}"]),
        set("a key of a million letters", &format!("{}=1", "k".repeat(100_000))).fails(3, &[]),
        variable("a misspelt variable", "CHARNN_TRAIN__EPOCH", "3").fails(3, &["CHARNN_TRAIN__EPOCH", "CHARNN_TRAIN__EPOCHS"]),
        variable("a variable with one underscore", "CHARNN_TRAIN_EPOCHS", "3").fails(3, &["CHARNN_TRAIN__EPOCHS"]),
        variable("a variable without its table", "CHARNN_BATCH_SIZE", "3").fails(3, &["CHARNN_TRAIN__BATCH_SIZE"]),
        variable("a variable by a name of other programs", "CHARNN_LR", "3").fails(3, &["CHARNN_TRAIN__LEARNING_RATE"]),
        variable("a variable that other programs have", "CHARNN_LANG", "zh").fails(3, &["CHARNN_LANG", "CHARNN_TRAIN__EPOCHS"]),
        set("a key by a name of other programs", "train.lr=1").fails(3, &["train.learning_rate"]),
        set("a number as other programs write it", "train.learning_rate=.001").fails(3, &[]),
        variable("a variable unlike any other", "CHARNN_ZZZZ__QQQQ", "3").fails(3, &["CHARNN_ZZZZ__QQQQ"]),
        // 24
        set("a word for a number to --set", "train.epochs=many").fails(3, &["--set", "train.epochs"]),
        set("an empty number to --set", "train.epochs=").fails(3, &["train.epochs"]),
        set("a number out of range to --set", "model.num_layers=999").fails(3, &["model.num_layers"]),
        set("a list to --set", "train.seed=[1, 2]").fails(3, &["train.seed"]),
        set("infinity to --set", "train.learning_rate=-inf").fails(3, &["train.learning_rate"]),
        set("a run name with a slash to --set", "run.name=a/b").fails(3, &["run.name"]),
        set("an empty data.path to --set", "data.path=").fails(3, &["data.path"]),
        variable("a word for a number in a variable", "CHARNN_TRAIN__SEED", "x").fails(3, &["CHARNN_TRAIN__SEED"]),
        row("wrong in three places at once").file("exp.toml", "[data]\npath = \"novel.txt\"\nhm = 1\n")
            .run("train exp.toml --set train.seed=x").variable("CHARNN_MODEL__CELL", "lstn")
            .fails(3, &["exp.toml:3:1", "--set", "train.seed", "CHARNN_MODEL__CELL"]),
        row("an unknown value of a flag").run("train novel.txt --on-malformed drop")
            .fails(2, &["--on-malformed"]),
        row("a path as --name").run("train novel.txt --name a/b").fails(3, &["--name"]),
        // 26
        set("a contradiction to --set", "train.nesterov=true").fails(3, &["--set", "train.nesterov", "train.momentum"]),
        // 22
        row("GBK in an assignment").run("train novel.txt --set").with(OsStr::from_bytes(b"sample.prompt=\xC4\xE3"))
            .fails(2, &["sample.prompt"]),
        row("GBK in a run's name").run("train novel.txt --name").with(gbk).fails(2, &[]),
        row("GBK in a variable").run("train novel.txt").variable("CHARNN_SAMPLE__PROMPT", gbk)
            .fails(2, &["CHARNN_SAMPLE__PROMPT"]),
        row("GBK in a variable that is not ours").run(&novel).variable("NOVEL", gbk).works(&["runs/novel-"]),
        // the other commands
        row("explain a misspelt key").run("config explain train.batchsize").fails(2, &["train.batch_size"]),
        row("explain an unknown word").run("config explain weather").fails(2, &[]),
        row("a bad configuration to show").file("exp.toml", "[data]\npath = 3\n").run("config show exp.toml")
            .fails(3, &["exp.toml:2:8"]),
        row("a configuration by another name").run("init exp.txt --data novel.txt").fails(3, &["exp.txt"]),
        row("an existing configuration").file("charnn.toml", "mine").run("init --data novel.txt")
            .fails(9, &["charnn.toml", "--force"]),
        row("init for a missing text").run("init --data none.txt").fails(4, &["none.txt"]),
        row("a configuration for too short a text").file("book.txt", "ab").run("init --data book.txt").fails(4, &["book.txt"]),
        row("a configuration in no folder").run("init no/exp.toml --data novel.txt").fails(8, &["no/exp.toml"]),
        row("an unknown preset").run("init --data novel.txt --preset huge").fails(2, &[]),
        row("a fixed key on resume").trained().run("resume run --set train.seed=3")
            .fails(2, &["train.seed", "train.epochs", "--init-from"]),
        row("a misspelt key on resume").trained().run("resume run --set train.epoch=3")
            .fails(3, &["train.epochs"]),
        row("a value out of range on resume").trained().run("resume run --set train.epochs=0").fails(3, &["train.epochs"]),
        row("a variable on resume, which ignores them").trained().run("resume run").variable("CHARNN_TRAIN__SEED", "x")
            .works(&["runs/run"]),
        row("a prompt for samples that the text does not have").run(&novel).run("-s sample.prompt=Ω")
            .fails(4, &["sample.prompt", "U+03A9"]).without(&["--on-unknown"]),
    ]
}

#[test]
fn bad_keys() {
    check(&rows());
}
