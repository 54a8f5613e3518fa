//! What a Chinese keyboard, a word processor or another habit types: dashes, quotes and digits that look
//! like ASCII's, and marks that TOML does not have.

use crate::row::{Row, check, row};

#[rustfmt::skip]
pub(crate) fn rows() -> Vec<Row> {
    let line = |what: &str, line: &str| row(what).run(line);
    let set = |what: &str, assignment: &str| row(what).run("train novel.txt --set").with(assignment);
    let exp = |what: &str, body: &str| {
        row(what).file("exp.toml", format!("[data]\npath = \"novel.txt\"\n{body}\n")).run("config check exp.toml")
    };
    vec![
        // dashes
        line("a Chinese dash", "train novel.txt —set train.epochs=3").fails(2, &["—set", "U+2014", "--set"]),
        line("two Chinese dashes", "train ——set train.epochs=3 novel.txt").fails(2, &["U+2014", "--set"]),
        line("an en dash", "train novel.txt –-device cpu").fails(2, &["U+2013", "--device"]),
        line("a full-width hyphen", "generate run －－length=5").fails(2, &["U+FF0D", "--length"]),
        line("a minus sign", "train novel.txt −s train.epochs=3").fails(2, &["U+2212"]),
        line("a Chinese dash, with --json", "train novel.txt —set a=b --json").fails(2, &["--set"]),
        row("a text with a dash in front").file("—.txt", "Once upon a time there was a cat.\n".repeat(40)).run("data inspect —.txt").works(&["—.txt"]),
        row("a prompt with a dash in front").trained().run("generate run --seed 1 --length 3 --on-unknown skip --prompt —a").works(&[]),
        // full-width signs and digits, typographic quotes
        set("a full-width equals sign", "train.epochs＝3").fails(3, &["U+FF1D", "train.epochs"]),
        set("a full-width digit", "train.epochs=３").fails(3, &["U+FF13"]),
        set("a typographic quote", "model.cell=“gru”").fails(3, &["U+201C"]),
        set("a typographic quote around a name", "run.name=“exp”").fails(3, &["U+201C"]),
        set("a dash for a minus", "train.learning_rate=1e—3").fails(3, &["U+2014"]),
        row("a full-width digit in a variable").run("train novel.txt").variable("CHARNN_TRAIN__EPOCHS", "３").fails(3, &["U+FF13"]),
        exp("a full-width equals sign in a file", "[train]\nepochs＝3").fails(3, &["exp.toml:4:7", "U+FF1D"]),
        exp("a full-width digit in a file", "[train]\nepochs = ３").fails(3, &["exp.toml:4:10", "U+FF13"]),
        exp("typographic quotes in a file", "encoding = “auto”").fails(3, &["exp.toml:3:12", "U+201C"]),
        exp("full-width brackets", "［train］\nepochs = 3").fails(3, &["exp.toml:3:1"]),
        exp("a prompt with typographic quotes", "[sample]\nprompt = \"“Once”\"").works(&[]),
        // other formats
        exp("a semicolon after a value", "[train]\nepochs = 3;").fails(3, &[]),
        exp("a comma after a value", "[model]\ncell = \"gru\",").fails(3, &[]),
        exp("yes", "[train]\nnesterov = yes").fails(3, &[]),
        exp("null", "[train]\nmax_time = null").fails(3, &[]),
        exp("a decimal comma", "[train]\nlearning_rate = 0,001").fails(3, &[]),
        exp("a colon", "[train]\nepochs: 3").fails(3, &["exp.toml:4:7"]),
        exp("a full-width colon", "[train]\nepochs：3").fails(3, &["exp.toml:4:7"]),
        exp("a full-width decimal comma", "[train]\nlearning_rate = 0，001").fails(3, &["exp.toml:4:17"]),
        exp("yes and full-width signs", "[train]\nnesterov＝yes；").fails(3, &["exp.toml:4:9"]),
        exp("a path without quotes", "[run]\nroot = novels").fails(3, &["exp.toml:4:8"]),
        set("yes to --set", "train.nesterov=yes").fails(3, &[]),
        set("a decimal comma to --set", "train.learning_rate=0,001").fails(3, &[]),
        // paths
        row("a path of Windows").file("exp.toml", "[data]\npath = \"C:\\books\\novel.txt\"\n").run("config check exp.toml")
            .fails(3, &["exp.toml:2:8", "data.path"]),
        row("a path of Windows that is no text").file("exp.toml", "[data]\npath = \"C:\\users\\novel.txt\"\n").run("config check exp.toml")
            .fails(3, &["exp.toml:2"]),
        exp("a folder of runs without a name", "[run]\nroot = \"\"").fails(3, &["run.root", "exp.toml:4:8"]),
        row("a name of spaces").run("train novel.txt --name").with(" ").fails(3, &["run.name"]),
        row("a name with a slash").run("train novel.txt --name").with("a/b c").fails(3, &[]),
    ]
}

#[test]
fn bad_typing() {
    check(&rows());
}
