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
        set("an assignment without a value", "train.epochs").fails(3, &["has no `=`", "write KEY=VALUE"]),
        set("an assignment without a key", "=3").fails(3, &["--set =3", "unknown key"]),
        set("an assignment of nothing to nothing", "=").fails(3, &["unknown key ``"]),
        set("a misspelt key to --set", "train.lerning_rate=1").fails(3, &["did you mean `train.learning_rate`?", "the command line"]),
        set("a key without its table", "epochs=3").fails(3, &["did you mean `train.epochs`?"]),
        set("a table to --set", "train=3").fails(3, &["[train] is a table", "--set table.key=value"]),
        set("the form of a file to --set", "config_version=2").fails(3, &["unknown key `config_version`"]),
        set("an order to a terminal in a key", "train.\u{1b}[31m=3").fails(3, &["\\u{1b}[31m"]),
        set("a key of a million letters", &format!("{}=1", "k".repeat(100_000))).fails(3, &["unknown key"]),
        variable("a misspelt variable", "CHARNN_TRAIN__EPOCH", "3").fails(3, &["CHARNN_TRAIN__EPOCH=3", "did you mean CHARNN_TRAIN__EPOCHS?"]),
        variable("a variable with one underscore", "CHARNN_TRAIN_EPOCHS", "3").fails(3, &["did you mean CHARNN_TRAIN__EPOCHS?"]),
        variable("a variable without its table", "CHARNN_BATCH_SIZE", "3").fails(3, &["did you mean CHARNN_TRAIN__BATCH_SIZE?"]),
        variable("a variable by a name of other programs", "CHARNN_LR", "3").fails(3, &["did you mean CHARNN_TRAIN__LEARNING_RATE?"]),
        variable("a variable that other programs have", "CHARNN_LANG", "zh").fails(3, &["unknown variable CHARNN_LANG", "such as CHARNN_TRAIN__EPOCHS"]),
        set("a key by a name of other programs", "train.lr=1").fails(3, &["did you mean `train.learning_rate`?"]),
        set("a number as other programs write it", "train.learning_rate=.001").fails(3, &["TOML wants 0.001"]),
        variable("a variable like nothing", "CHARNN_ZZZZ__QQQQ", "3").fails(3, &["unknown variable CHARNN_ZZZZ__QQQQ"]),
        // 24
        set("a word for a number to --set", "train.epochs=many").fails(3, &["--set train.epochs=many", "a whole number"]),
        set("nothing for a number to --set", "train.epochs=").fails(3, &["train.epochs must be a whole number"]),
        set("a number beyond the range to --set", "model.num_layers=999").fails(3, &["model.num_layers = 999", "out of range"]),
        set("a list to --set", "train.seed=[1, 2]").fails(3, &["train.seed", "this is a list"]),
        set("infinity to --set", "train.learning_rate=-inf").fails(3, &["train.learning_rate = -inf"]),
        set("a folder that is no plain name", "run.name=a/b").fails(3, &["run.name", "a plain folder name"]),
        set("no name of a text", "data.path=").fails(3, &["data.path names no text", "name one"]),
        variable("a word for a number in a variable", "CHARNN_TRAIN__SEED", "x").fails(3, &["CHARNN_TRAIN__SEED=x", "the environment"]),
        row("wrong in three places at once").file("exp.toml", "[data]\npath = \"novel.txt\"\nhm = 1\n")
            .run("train exp.toml --set train.seed=x").variable("CHARNN_MODEL__CELL", "lstn")
            .fails(3, &["exp.toml:3:1", "--set train.seed=x", "CHARNN_MODEL__CELL=lstn", "3 problems"]),
        row("a flag whose value is none").run("train novel.txt --on-malformed drop")
            .fails(3, &["--on-malformed drop", "\"replace\", \"skip\" or \"error\""]),
        row("a flag with a name that is a path").run("train novel.txt --name a/b").fails(3, &["--name a/b", "a plain folder name"]),
        // 26
        set("a contradiction to --set", "train.nesterov=true").fails(3, &["--set train.nesterov=true", "train.momentum = 0.0 is the default"]),
        // 22
        row("GBK in an assignment").run("train novel.txt --set").with(OsStr::from_bytes(b"sample.prompt=\xC4\xE3"))
            .fails(2, &["not UTF-8", "sample.prompt=\\xC4\\xE3", "set the terminal to UTF-8"]),
        row("GBK in a run's name").run("train novel.txt --name").with(gbk).fails(2, &["not UTF-8", "\\xC4\\xE3"]),
        row("GBK in a variable").run("train novel.txt").variable("CHARNN_SAMPLE__PROMPT", gbk)
            .fails(2, &["CHARNN_SAMPLE__PROMPT=\\xC4\\xE3", "not UTF-8", "set it to text"]),
        row("GBK in a variable that is not ours").run(&novel).variable("NOVEL", gbk).works(&["runs/novel-"]),
        // the other commands
        row("a key that cannot be explained").run("config explain train.batchsize").fails(2, &["did you mean train.batch_size?"]),
        row("a word that cannot be explained").run("config explain weather").fails(2, &["\"weather\"", "the tables are data"]),
        row("a bad configuration to be shown").file("exp.toml", "[data]\npath = 3\n").run("config show exp.toml")
            .fails(3, &["exp.toml:2:8", "this is a number"]),
        row("a configuration by another name").run("init exp.txt --data novel.txt").fails(3, &["exp.txt", "must end in .toml"]),
        row("a configuration that is there").file("charnn.toml", "mine").run("init --data novel.txt")
            .fails(9, &["charnn.toml", "--force"]),
        row("a configuration for no text").run("init --data none.txt").fails(4, &["none.txt", "no such file"]),
        row("a configuration for too short a text").file("book.txt", "ab").run("init --data book.txt").fails(4, &["book.txt", "at least"]),
        row("a configuration in no folder").run("init no/exp.toml --data novel.txt").fails(8, &["no/exp.toml", "make its folder first"]),
        row("a size that is none").run("init --data novel.txt --preset huge").fails(2, &["huge", "tiny, small, base"]),
        row("a key that resuming cannot change").trained().run("resume run --set train.seed=3")
            .fails(2, &["train.seed=3", "train.epochs", "charnn train --init-from"]),
        row("a key that resuming does not know").trained().run("resume run --set train.epoch=3")
            .fails(3, &["did you mean `train.epochs`?"]),
        row("a value that resuming cannot take").trained().run("resume run --set train.epochs=0").fails(3, &["train.epochs = 0"]),
        row("a variable when resuming, which asks for none").trained().run("resume run").variable("CHARNN_TRAIN__SEED", "x")
            .works(&["runs/run"]),
        row("a prompt for samples that the text does not have").run(&novel).run("-s sample.prompt=Ω")
            .fails(4, &["sample.prompt = \"Ω\"", "'Ω' (U+03A9)", "--set sample.prompt="]).without(&["--on-unknown"]),
    ]
}

#[test]
fn bad_keys() {
    check(&rows());
}
