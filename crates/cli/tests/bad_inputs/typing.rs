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
        line("a Chinese dash", "train novel.txt —set train.epochs=3").fails(2, &["—set", "U+2014", "did you mean --set?"]),
        line("two Chinese dashes", "train ——set train.epochs=3 novel.txt").fails(2, &["U+2014", "did you mean --set?"]),
        line("an en dash", "train novel.txt –-device cpu").fails(2, &["U+2013", "did you mean --device?"]),
        line("a full-width hyphen", "generate run －－length=5").fails(2, &["U+FF0D", "did you mean --length=5?"]),
        line("a minus sign", "train novel.txt −s train.epochs=3").fails(2, &["U+2212", "did you mean -s?"]),
        line("a Chinese dash, for a program", "train novel.txt —set a=b --json").fails(2, &["\"help\":\"did you mean --set?\""]),
        row("a text with a dash in front").file("—.txt", "Once upon a time there was a cat.\n".repeat(40)).run("data inspect —.txt").works(&["—.txt: UTF-8"]),
        row("a prompt with a dash in front").trained().run("generate run --seed 1 --length 3 --on-unknown skip --prompt —a").works(&["\n"]),
        // full-width signs and digits, typographic quotes
        set("a full-width equals sign", "train.epochs＝3").fails(3, &["＝ (U+FF1D) looks like =", "write train.epochs=3"]).without(&["unknown key"]),
        set("a full-width digit", "train.epochs=３").fails(3, &["３ (U+FF13) looks like 3", "write 3"]).without(&["this is text"]),
        set("a typographic quote", "model.cell=“gru”").fails(3, &["“ (U+201C) looks like \"", "write \"gru\""]),
        set("a typographic quote around a name", "run.name=“exp”").fails(3, &["U+201C", "write \"exp\""]),
        set("a dash for a minus", "train.learning_rate=1e—3").fails(3, &["U+2014", "write 1e-3"]),
        row("a full-width digit in a variable").run("train novel.txt").variable("CHARNN_TRAIN__EPOCHS", "３").fails(3, &["U+FF13", "write 3"]),
        exp("a full-width equals sign in a file", "[train]\nepochs＝3").fails(3, &["exp.toml:4:7", "U+FF1D", "write epochs=3"]),
        exp("a full-width digit in a file", "[train]\nepochs = ３").fails(3, &["exp.toml:4:10", "U+FF13", "write epochs = 3"]),
        exp("typographic quotes in a file", "encoding = “auto”").fails(3, &["exp.toml:3:12", "U+201C", "write encoding = \"auto\""]),
        exp("full-width brackets", "［train］\nepochs = 3").fails(3, &["exp.toml:3:1", "write [train]"]),
        exp("a prompt with typographic quotes", "[sample]\nprompt = \"“Once”\"").works(&["1 file is good"]),
        // other formats
        exp("a semicolon behind a value", "[train]\nepochs = 3;").fails(3, &["write 3, without ;"]),
        exp("a comma behind a value", "[model]\ncell = \"gru\",").fails(3, &["write \"gru\", without ,"]),
        exp("yes", "[train]\nnesterov = yes").fails(3, &["TOML wants true"]),
        exp("null", "[train]\nmax_time = null").fails(3, &["TOML has no null", "leave the key out"]),
        exp("a decimal comma", "[train]\nlearning_rate = 0,001").fails(3, &["TOML wants 0.001"]),
        exp("a colon", "[train]\nepochs: 3").fails(3, &["exp.toml:4:7", "write = between a key and its value"]),
        exp("a full-width colon", "[train]\nepochs：3").fails(3, &["exp.toml:4:7", "U+FF1A", "write = between"]),
        exp("a full-width decimal comma", "[train]\nlearning_rate = 0，001").fails(3, &["U+FF0C", "TOML wants 0.001"]),
        exp("yes and full-width signs", "[train]\nnesterov＝yes；").fails(3, &["U+FF1D", "TOML wants true"]),
        exp("a path without quotes", "[run]\nroot = novels").fails(3, &["exp.toml:4:8", "write \"novels\", in quotes"]).without(&["float"]),
        set("yes to --set", "train.nesterov=yes").fails(3, &["TOML wants true"]),
        set("a decimal comma to --set", "train.learning_rate=0,001").fails(3, &["TOML wants 0.001"]),
        // paths
        row("a path of Windows").file("exp.toml", "[data]\npath = \"C:\\books\\novel.txt\"\n").run("config check exp.toml")
            .fails(3, &["exp.toml:2:8", "data.path has a control character in it", "single quotes", "with /"]),
        row("a path of Windows that is no text").file("exp.toml", "[data]\npath = \"C:\\users\\novel.txt\"\n").run("config check exp.toml")
            .fails(3, &["exp.toml:2", "not valid TOML", "single quotes"]),
        exp("a folder of runs without a name", "[run]\nroot = \"\"").fails(3, &["run.root names no folder", "exp.toml:4:8", "such as \"runs\""]),
        row("a name of spaces").run("train novel.txt --name").with(" ").fails(3, &["run.name = \" \"", "not blank"]),
        row("a name with a slash").run("train novel.txt --name").with("a/b c").fails(3, &["without a slash"]),
    ]
}

#[test]
fn bad_typing() {
    check(&rows());
}
