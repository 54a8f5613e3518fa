//! What is reported about bad configurations: code, place and hint; in both languages; and no bytes make
//! it panic.

#![allow(clippy::unwrap_used, reason = "a test that cannot continue should stop")]

use charnn_config::{ConfigError, RunConfig, Settings};
use charnn_message::Message;
use charnn_text::Records;
use proptest::prelude::*;
use std::fmt::Write;
use std::path::Path;

fn problems_of(file: &[u8], change: impl FnOnce(&mut Settings)) -> Vec<Message> {
    let settings = Settings::parse("exp", "exp.toml", file, Path::new("/texts"));
    let resolved = settings.and_then(|mut settings| {
        change(&mut settings);
        settings.resolve()
    });
    resolved.unwrap_err().messages()
}

/// A problem in short: `line:column code: message; hints`.
fn short(problem: &Message) -> String {
    let place = problem.place.clone().unwrap_or_default();
    let at = match (place.line, place.column) {
        (Some(line), Some(column)) => format!("{line}:{column}"),
        _ => place.source,
    };
    let hints: Vec<&str> = problem.hints.iter().map(|hint| &*hint.english).collect();
    format!("{at} {}: {problem}; {}", problem.code, hints.join("; "))
}

/// Checks that the problems of `body`, which begins on line 3, contain these parts, one list each. Every
/// message and hint is in Chinese as well.
#[track_caller]
fn check(body: &str, expected: &[&[&str]]) {
    let file = format!("[data]\npath = \"novel.txt\"\n{body}");
    check_all(&problems_of(file.as_bytes(), |_| ()), expected);
}

#[track_caller]
fn check_all(problems: &[Message], expected: &[&[&str]]) {
    let told: Vec<String> = problems.iter().map(short).collect();
    assert_eq!(told.len(), expected.len(), "{told:#?}");
    for (told, parts) in told.iter().zip(expected) {
        for part in *parts {
            assert!(told.contains(part), "{part:?} is not in {told:?}");
        }
    }
    let is_chinese = |text: &str| text.chars().any(|c| ('\u{4e00}'..='\u{9fff}').contains(&c));
    for problem in problems {
        for text in problem.hints.iter().chain([&problem.message]) {
            assert!(is_chinese(&text.chinese), "{text:?}");
            assert!(!text.english.contains("charnn "), "a library names no command: {text:?}");
        }
    }
}

#[test]
fn records_take_words_or_a_regular_expression_and_fit_the_rest() {
    check(
        "records = \"lines\"\n",
        &[&["config/bad-value", "data.records", "{ regex = ", "\"line\"?"]],
    );
    check("records = { regexp = \"x\" }\n", &[&["config/bad-value", "data.records"]]);
    check("records = { regex = \"(\" }\n", &[&["config/records-regex", "regular expression"]]);
    check("records = { regex = \"x*\" }\n", &[&["config/records-regex", "empty text"]]);
    check("split = \"records\"\n", &[&["3:9", "config/split-records", "data.records"]]);
    check(
        "records = \"line\"\n[train]\npredict = \"last\"\n[sample]\nwindow = 9\n",
        &[
            &["config/records-windows", "train.predict"],
            &["config/records-window", "sample.window = 9"],
        ],
    );
    let ok = |text: &str| {
        let file = format!("[data]\npath = \"a\"\n{text}");
        let config = RunConfig::from_toml(file.as_bytes()).unwrap();
        // A run keeps it.
        assert_eq!(RunConfig::from_run_file(config.to_run_file().as_bytes()).unwrap(), config);
        config.data.records
    };
    assert_eq!(ok("records = \"blank-line\"\nsplit = \"records\""), Records::BlankLine);
    assert_eq!(ok("records = { regex = '\\n%\\n' }"), Records::Regex("\\n%\\n".into()));
    assert_eq!(ok(""), Records::None);
    let mut settings =
        Settings::parse("exp", "exp.toml", b"[data]\npath = \"a\"", Path::new("/")).unwrap();
    settings.set("--set", "data.records={regex=\"%\"}");
    assert_eq!(settings.resolve().unwrap().data.records, Records::Regex("%".into()));
}

fn set(assignment: &str) -> Vec<Message> {
    problems_of(b"data.path = \"a\"", |settings| settings.set("--set", assignment))
}

fn variable(name: &str, value: &str) -> Vec<Message> {
    problems_of(b"data.path = \"a\"", |settings| {
        settings.environment([(name.to_owned(), value.to_owned())]);
    })
}

#[test]
fn unknown_keys_and_tables_lead_to_the_right_ones() {
    check("[model]\nhiden_size = 256\n", &[&["4:1 config/unknown-key", "`hidden_size`?"]]);
    check("every = \"2m\"\n", &[&["3:1 config/unknown-key", "it belongs in [checkpoint]"]]);
    check("colour = 1\n", &[&["`colour`", "the keys of [data] are path, valid_path"]]);
    check("[trian]\nepochs = 3\nseed = 1\n", &[&["3:2 config/unknown-table", "[train]?"]]);
    check("[[train]]\nepochs = 3\n", &[&["3:3 config/not-a-table", "write [train] on a line"]]);
    check("confg_version = 1\n", &[&["config_version? It belongs above all tables"]]);
    check_all(
        &problems_of(b"epochs = 3\ndata.path = \"a\"\n", |_| ()),
        &[&["1:1 config/no-table", "`epochs`", "it belongs in [train]"]],
    );
}

#[test]
fn old_names_lead_to_the_new_ones() {
    check(
        "valid_fraction = 0.1\n[model]\ntie_embedding = true\nembedding_size = 3\n[train]\n\
         objective = \"every\"\naccumulate = 2\n",
        &[
            &["3:1 config/renamed-key", "`data.valid_fraction` is now `data.val_fraction`"],
            &["5:1", "`model.tie_embedding` is now `model.tie_weights`"],
            &["6:1", "`model.embedding_size` is now `model.embedding_dim`"],
            &["8:1", "`train.objective` is now `train.predict`", "predict = \"all\" or \"last\""],
            &["9:1", "`train.accumulate` is now `train.gradient_accumulation`"],
        ],
    );
    check_all(&set("train.accumulate=2"), &[&["--set config/renamed-key"]]);
    check_all(&variable("CHARNN_TRAIN__ACCUMULATE", "2"), &[&["config/renamed-key"]]);
    // Version 1 differs in names only.
    let file = b"config_version = 1\n[data]\npath = \"builtin:tales\"\n";
    assert!(RunConfig::from_toml(file).is_ok());
}

#[test]
fn wrong_types_lead_to_what_to_write() {
    check(
        "[train]\nepochs = \"10\"\nbatch_size = 64.0\nnesterov = 1\nseed = 99999999999999999999\n\
         learning_rate = \".5\"\ngrad_clip = []\n[run]\nname = 1984\n",
        &[
            &["4:10 config/bad-value", "train.epochs", "at least 1", "write 10, without quotes"],
            &["5:14", "train.batch_size", "from 1 to 65536", "write 64"],
            &["6:12", "train.nesterov must be true or false, not 1"],
            &["7:8", "train.seed", "1e20"],
            &["8:17", "train.learning_rate", "write 0.5"],
            &["9:13", "train.grad_clip", "not []"],
            &["11:8", "run.name", "write \"1984\""],
        ],
    );
}

#[test]
fn values_out_of_range_are_reported_with_the_range() {
    check(
        "max_bytes = \"10 XB\"\n[train]\nlearning_rate = nan # oh\nepochs = -1\nmax_time = \"2 moons\"\n\
         [sample]\ntemperature = 1e999\n[checkpoint]\nevery = \"2\"\n",
        &[
            &["3:13", "data.max_bytes", "\"10 MB\"", "not \"10 XB\""],
            &["5:17", "train.learning_rate", "above 0 and at most 10, not nan"],
            &["6:10", "train.epochs", "at least 1, not -1"],
            &["7:12", "train.max_time", "\"1h 30m\""],
            &["9:15", "sample.temperature", "from 0 to 100, not inf"],
            &["11:9", "checkpoint.every", "\"500 steps\""],
        ],
    );
    check_all(
        &problems_of(b"[data]\npath = [\"a\", 3]", |_| ()),
        &[&["2:8 config/bad-value", "a list of paths"]],
    );
}

#[test]
fn choices_lead_to_the_nearest() {
    check("[model]\ncell = \"lstn\"\n", &[&["4:8", "\"rnn\", \"gru\", \"lstm\"", "\"lstm\"?"]]);
    check("[train]\ndevice = \"tpu\"\n", &[&["train.device", "\"software\"", "\"tpu\""]]);
    for (written, near) in
        [("gb18031", "gb18030"), ("utf9", "utf8"), ("UTF-9", "utf-8"), ("gbx", "gbk")]
    {
        let hint = format!("did you mean \"{near}\"?");
        check(&format!("encoding = \"{written}\"\n"), &[&["3:12", "data.encoding", &hint]]);
    }
    let klingon = problems_of(b"[data]\npath = \"a\"\nencoding = \"klingon\"\n", |_| ());
    assert!(klingon[0].hints.is_empty(), "{klingon:?}");
}

#[test]
fn contradictions_name_all_keys() {
    check(
        "val_fraction = 0\n[model]\ntie_weights = true\nembedding_dim = 32\n[train]\n\
         plateau_factor = 0.5\nnesterov = true\n[run]\nname = \"a/b\"\n",
        &[
            &["11:8 config/run-name", "run.name", "\"a/b\""],
            &["5:15 config/tied-sizes", "model.tie_weights", "dim = 32", "hidden_size = 256"],
            &["9:12 config/nesterov", "train.nesterov", "train.momentum = 0"],
            &["8:18 config/no-validation", "train.plateau_factor = 0.5", "data.val_fraction = 0"],
        ],
    );
    check_all(&problems_of(b"", |_| ()), &[&["config/no-text", "data.path", "path = "]]);
    // A default in place of a wrong or misspelt value contradicts nothing.
    check("[train]\nnesterov = true\nmomentum = \"much\"\n", &[&["train.momentum"]]);
    check("[train]\nnesterov = true\nmomentun = 0.9\n", &[&["`momentum`?"]]);
}

#[test]
fn text_that_is_not_toml_is_reported_by_line() {
    let not_toml = "config/not-toml";
    let twice = "line 4 sets epochs too: delete line 4 to use 4, or line 5 to use 3";
    check("[train]\nepochs = 3\nepochs = 4\n", &[&["5:1", not_toml, "duplicate key", twice]]);
    let same = "line 4 sets seed to the same value: delete line 6";
    check("[train]\nseed = 3 # mine\nepochs = 1\n seed = 3\n", &[&["6:2", same]]);
    check(
        "[train]\nseed = 3\n[eval]\nevery_steps = 1\n[model]\n[train]\n",
        &[&["8:", "[train] is on line 3 too"]],
    );
    check("encoding = \n", &[&["3:12", not_toml]]);
    check("[model]\ncell = gru\n", &[&["4:8", not_toml, "write cell = \"gru\""]]);
    check("[train]\nseed = 007\nlearning_rate = .5\n", &[&["write seed = 7"], &["rate = 0.5"]]);
    check("[train]\nepochs＝３；\n", &[&["4:7", "＝ (U+FF1D)", "write epochs=3"]]);
    check("encoding = “gbk” # 编码，旧的\n", &[&["write encoding = \"gbk\" # 编码，旧的"]]);
    let path = problems_of(b"[data]\npath = \"C:\\novel\\x.txt\"\n", |_| ());
    check_all(&path, &[&["2:", "single quotes"]]);
    let path = problems_of(b"[data]\npath = \"C:\\novel\\bat.txt\"\n", |_| ());
    check_all(&path, &[&["2:8 config/escape", "data.path", "single quotes"]]);
    let yaml = problems_of(b"train:\n  epochs: 3\n", |_| ());
    check_all(&yaml, &[&["1:", not_toml, "YAML"]]);
    let json = problems_of(b"{\"train\": 3}", |_| ());
    check_all(&json, &[&["JSON"]]);
    let newer = problems_of(b"config_version = 3\n", |_| ());
    check_all(&newer, &[&["1:18 config/newer-version", "config_version = 3", "newest"]]);
    let odd = problems_of(b"config_version = \"2\"\n", |_| ());
    check_all(&odd, &[&["1:18 config/bad-version", "config_version must be 2"]]);
}

#[test]
fn text_that_is_not_utf8_is_reported() {
    let told = problems_of(b"# \xc4\xe3\n", |_| ());
    check_all(&told, &[&["1:3 config/not-utf8", "0xC4", "save the file as UTF-8"]]);
    assert_eq!(told[0].place.as_ref().unwrap().byte, Some(2));
    let utf_16: Vec<u8> = "\u{feff}[data]\n".encode_utf16().flat_map(u16::to_le_bytes).collect();
    check_all(&problems_of(&utf_16, |_| ()), &[&["1:1 config/not-utf8"]]);
    assert!(RunConfig::from_toml("\u{feff}[data]\npath = \"novel.txt\"\n".as_bytes()).is_ok());
}

#[test]
fn a_problem_is_at_the_layer_that_has_it() {
    check_all(
        &variable("CHARNN_TRAIN__EPOCHS", "ten"),
        &[&["CHARNN_TRAIN__EPOCHS config/bad-value"]],
    );
    check_all(&set("train.seed=-1"), &[&["--set config/bad-value", "train.seed"]]);
    check_all(&set("train.epochs"), &[&["config/no-assignment", "KEY=VALUE"]]);
    check_all(&set("train=3"), &[&["config/not-a-key", "`train` is a table"]]);
    check_all(&set("train.epochs＝3"), &[&["config/lookalike", "write train.epochs=3"]]);
    check_all(&set("train.epochs=３"), &[&["config/lookalike", "write 3"]]);
    let flag = problems_of(b"data.path = \"a\"", |settings| {
        settings.flag("--encoding", "data.encoding", "gbx");
    });
    check_all(&flag, &[&["--encoding config/bad-value", "\"gbk\"?"]]);
    let excerpt = flag[0].place.clone().unwrap().excerpt.unwrap();
    assert_eq!((excerpt.text.as_str(), excerpt.start, excerpt.length), ("--encoding gbx", 11, 3));
    let error = ConfigError::Problems(set("train.seed=-1")).to_string();
    assert!(error.starts_with("--set: train.seed must be"), "{error}");
}

#[test]
fn many_mistakes_are_reported_at_once_and_not_in_full() {
    let mut body = String::from("[train]\n");
    (0..40_000).for_each(|at| writeln!(body, "epoch{at} = 3").unwrap());
    let problems = problems_of(body.as_bytes(), |_| ());
    assert_eq!(problems.len(), 21);
    assert_eq!(problems[20].code, "config/more-problems");
}

#[test]
fn nesting_a_million_deep_is_refused() {
    for text in [
        "[".repeat(1 << 20),
        format!("a = {}", "[".repeat(1 << 20)),
        format!("a = {}", "{a=".repeat(1 << 18)),
        format!("{}a = 1", "a.".repeat(1 << 19)),
        format!("[{}a]", "a.".repeat(1 << 19)),
        "[a]\n".repeat(1 << 18),
    ] {
        assert!(!problems_of(text.as_bytes(), |_| ()).is_empty());
    }
}

/// Lines as they stand in configurations, and some that do not.
fn line() -> impl Strategy<Value = String> {
    let word = "[a-z_]{1,8}|train|model|epochs|cell|seed|path|\"\"|'a.b'|书";
    let value = "-?[0-9]{1,30}|[0-9.]{1,5}e[0-9]{1,4}|nan|-inf|true|\"[a-z\\\\]{0,5}\"|\\[+1|\\{a.b=1\\}|\
        1979-05-27|0x[0-9a-f]{1,20}|'''|\"\"\"";
    prop_oneof![
        (word, value).prop_map(|(word, value)| format!("{word} = {value}")),
        word.prop_map(|word| format!("[{word}]")),
        word.prop_map(|word| format!("[[{word}]]")),
        (word, word, value).prop_map(|(table, word, value)| format!("{table}.{word} = {value}")),
        "[\\[\\]{}=.,\"'#a-z \\t]{0,20}",
    ]
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(1000) })]

    #[test]
    fn no_bytes_make_it_panic(bytes in proptest::collection::vec(any::<u8>(), 0..300)) {
        let _ = RunConfig::from_toml(&bytes).map_err(|error| error.to_string());
    }

    #[test]
    fn no_lines_make_it_panic(lines in proptest::collection::vec(line(), 0..12)) {
        let _ = RunConfig::from_toml(lines.join("\n").as_bytes()).map_err(|error| error.to_string());
    }

    #[test]
    fn no_assignment_makes_it_panic(text in "[a-z._]{0,12}=?.{0,12}") {
        let mut settings = Settings::parse("exp", "exp.toml", b"", Path::new("")).unwrap();
        settings.set("--set", &text);
        settings.environment([(format!("CHARNN_{text}"), text.clone())]);
        settings.flag("--flag", "data.path", text);
        let _ = settings.resolve().map_err(|error| error.to_string());
    }
}
