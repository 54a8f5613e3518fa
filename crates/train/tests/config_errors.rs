//! What is said of bad configurations, word by word; and that no bytes whatever make it panic.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on should stop")]

use charnn_train::{RunConfig, Settings};
use proptest::prelude::*;
use std::fmt::Write;
use std::path::Path;

fn told(file: &[u8]) -> String {
    let settings = Settings::parse("exp", "exp.toml", file, Path::new("/texts"));
    settings.and_then(|settings| settings.resolve()).unwrap_err().to_string()
}

/// `body` with a text to learn from, which then is on lines 1 and 2.
#[track_caller]
fn check(body: &str, expected: &str) {
    let told = told(format!("[data]\npath = \"novel.txt\"\n{body}").as_bytes());
    assert_eq!(told, expected.trim_matches('\n'), "\n{told}\n");
}

#[test]
fn a_misspelt_key() {
    check("[model]\nhiden_size = 256\n", "
unknown key `hiden_size` in [model]
 --> exp.toml:4:1
  |
4 | hiden_size = 256
  | ^^^^^^^^^^ did you mean `hidden_size`?
  = [model] has: cell, embedding_size, hidden_size, num_layers, tie_embedding, layer_norm, dropout, embedding_dropout, dropout_kind, recurrent_dropout
");
}

#[test]
fn a_key_in_the_wrong_table_and_one_in_none() {
    check("every = \"2m\"\n", "
unknown key `every` in [data]
 --> exp.toml:3:1
  |
3 | every = \"2m\"
  | ^^^^^ it belongs in [checkpoint]
  = [data] has: path, encoding, on_malformed, max_bytes, in_memory_bytes, normalize, whitespace, min_count, max_vocab, valid_fraction
");
    let told = told(b"epochs = 3\ndata.path = \"novel.txt\"\n");
    assert_eq!(
        told,
        "\
unknown key `epochs` outside of all tables
 --> exp.toml:1:1
  |
1 | epochs = 3
  | ^^^^^^ it belongs in [train]
  = every key stands below the [table] that it belongs to"
    );
}

#[test]
fn a_misspelt_table_is_one_problem_however_many_keys_it_has() {
    check(
        "[trian]\nepochs = 3\nseed = 1\n",
        "
unknown table [trian]
 --> exp.toml:3:2
  |
3 | [trian]
  |  ^^^^^ did you mean [train]?
  = the tables are [data], [model], [train], [eval], [sample], [checkpoint], [run]
",
    );
}

#[test]
fn a_table_that_is_given_a_value() {
    check("[[train]]\nepochs = 3\n", "
[train] is a table
 --> exp.toml:3:3
  |
3 | [[train]]
  |   ^^^^^ write [train] on a line, and its keys below it
  = [train] has: objective, batch_size, accumulate, seq_length, epochs, max_steps, max_time, early_stop_patience, on_nonfinite, optimizer, learning_rate, lr_schedule, lr_min_factor, lr_decay_factor, lr_decay_steps, warmup_steps, plateau_factor, plateau_patience, adam_beta1, adam_beta2, adam_epsilon, rmsprop_alpha, momentum, nesterov, weight_decay, grad_clip, seed, device
");
}

#[test]
fn wrong_types_say_what_to_write() {
    check(
        "[train]\nepochs = \"10\"\nbatch_size = 64.0\nnesterov = 1\nseed = 99999999999999999999\n",
        "
train.epochs must be a whole number, 1 or more
 --> exp.toml:4:10
  |
4 | epochs = \"10\"
  |          ^^^^ write 10, without quotes

error: train.batch_size must be a whole number from 1 to 65536
 --> exp.toml:5:14
  |
5 | batch_size = 64.0
  |              ^^^^ write 64

error: train.nesterov must be true or false
 --> exp.toml:6:12
  |
6 | nesterov = 1
  |            ^ this is a number

error: train.seed must be a whole number, 0 or more
 --> exp.toml:7:8
  |
7 | seed = 99999999999999999999
  |        ^^^^^^^^^^^^^^^^^^^^ this is too large

4 problems
",
    );
}

#[test]
fn values_out_of_range_say_the_range() {
    check(
        "[train]\nlearning_rate = nan # oh\nepochs = -1\n[sample]\ntemperature = 1e999\n",
        "
train.learning_rate = nan is out of range
 --> exp.toml:4:17
  |
4 | learning_rate = nan # oh
  |                 ^^^ it must be a number above 0 up to 10

error: train.epochs = -1 is out of range
 --> exp.toml:5:10
  |
5 | epochs = -1
  |          ^^ it must be a whole number, 1 or more

error: sample.temperature = inf is out of range
 --> exp.toml:7:15
  |
7 | temperature = 1e999
  |               ^^^^^ it must be a number from 0 to 100

3 problems
",
    );
}

#[test]
fn choices_and_texts_with_a_form() {
    check("encoding = \"gbx\"\n[model]\ncell = \"lstn\"\n[checkpoint]\nevery = \"2 moons\"\n[run]\nname = \"a/b\"", "
data.encoding = \"gbx\" is not possible
 --> exp.toml:3:12
  |
3 | encoding = \"gbx\"
  |            ^^^^^ did you mean \"gbk\"?
  = unknown encoding \"gbx\": use one of utf-8, gb18030, big5, utf-16le, utf-16be, shift_jis, euc-jp, euc-kr, windows-1252, windows-1251, koi8-r, windows-1250, iso-8859-2, windows-1254, windows-1253, windows-1255, windows-1256, ibm866, iso-8859-5, x-mac-cyrillic, macintosh, koi8-u, iso-8859-7, windows-1257, windows-1258, windows-874, iso-8859-15, iso-8859-13, iso-8859-4, iso-8859-10, iso-8859-3, iso-8859-14, iso-8859-16, iso-8859-6, iso-8859-8

error: model.cell must be \"rnn\", \"gru\" or \"lstm\"
 --> exp.toml:5:8
  |
5 | cell = \"lstn\"
  |        ^^^^^^ did you mean \"lstm\"?

error: checkpoint.every = \"2 moons\" is not possible
 --> exp.toml:7:9
  |
7 | every = \"2 moons\"
  |         ^^^^^^^^^ it must be a time such as \"2m\" or steps such as \"500 steps\"

error: run.name = \"a/b\" is not possible
 --> exp.toml:9:8
  |
9 | name = \"a/b\"
  |        ^^^^^ it must be a plain folder name other than latest, of at most 200 bytes, without a slash, not blank and without a dash in front

4 problems
",
    );
}

#[test]
fn contradictions_name_all_keys_and_their_places() {
    check("valid_fraction = 0\n[model]\ntie_embedding = true\nembedding_size = 32\n[train]\nplateau_factor = 0.5\nnesterov = true\n", "
model.tie_embedding = true needs model.embedding_size = 32 and model.hidden_size = 256 to be equal
 --> exp.toml:5:17
  |
5 | tie_embedding = true
  |                 ^^^^ make the sizes equal, or this false
 --> exp.toml:6:18
  |
6 | embedding_size = 32
  |                  ^^
  = model.hidden_size = 256 is the default

error: train.nesterov = true looks ahead along a momentum, and train.momentum = 0
 --> exp.toml:9:12
  |
9 | nesterov = true
  |            ^^^^ give momentum a value such as 0.9, or make this false
  = train.momentum = 0.0 is the default

error: train.plateau_factor = 0.5 waits for held-out text to be measured, and data.valid_fraction = 0 holds none out
 --> exp.toml:8:18
  |
8 | plateau_factor = 0.5
  |                  ^^^ make this 1, or hold some text out
 --> exp.toml:3:18
  |
3 | valid_fraction = 0
  |                  ^

3 problems
");
}

#[test]
fn a_default_that_stands_in_for_a_wrong_value_contradicts_nothing() {
    let told = told(b"data.path = \"a\"\n[train]\nnesterov = true\nmomentum = \"much\"\n");
    assert!(told.contains("this is text") && !told.contains("nesterov"), "{told}");
}

#[test]
fn what_is_not_toml() {
    check(
        "[train]\nepochs = 3\nepochs = 4\n",
        "
not valid TOML
 --> exp.toml:5:1
  |
5 | epochs = 4
  | ^^^^^^ duplicate key
 --> exp.toml:4:1
  |
4 | epochs = 3
  | ^^^^^^ the first one
",
    );
    check(
        "encoding = \n",
        "
not valid TOML
 --> exp.toml:3:12
  |
3 | encoding = 
  |            ^ a value is missing
",
    );
    check(
        "[model]\ncell = gru\n",
        "
not valid TOML
 --> exp.toml:4:8
  |
4 | cell = gru
  |        ^^^ string values must be quoted, expected literal string
",
    );
    assert_eq!(
        told(b"train:\n  epochs: 3\n"),
        "\
not valid TOML
 --> exp.toml:1:7
  |
1 | train:
  |       ^ key with no value, expected `=`
  = this looks like YAML; in TOML it is [train] on a line, and below it epochs = 3"
    );
    // One line of it is a slip among others, and all of them are told.
    let mixed = told(b"[train]\nepochs: 3\nbatch_size = \nlr = 0.1.2\n");
    assert!(!mixed.contains("YAML"), "{mixed}");
    for line in ["exp.toml:2:", "exp.toml:3:", "exp.toml:4:"] {
        assert!(mixed.contains(line), "{line} is not in {mixed}");
    }
}

#[test]
fn what_is_not_utf8() {
    assert_eq!(
        told(b"# \xc4\xe3\n"),
        "\
not UTF-8
 --> exp.toml:1:3
  |
1 | # \\xC4\\xE3
  |   ^^^^ byte 0xC4 begins no character
  = a configuration is UTF-8; save it so in your editor (texts may be anything)"
    );
    let utf_16: Vec<u8> = "\u{feff}[data]\n".encode_utf16().flat_map(u16::to_le_bytes).collect();
    assert!(told(&utf_16).starts_with("not UTF-8\n --> exp.toml:1:1\n"));
    assert!(told("\u{feff}hm = 3\n".as_bytes()).contains("exp.toml:1:1\n  |\n1 | hm = 3\n"));
    assert!(RunConfig::from_toml("\u{feff}[data]\npath = \"novel.txt\"\n".as_bytes()).is_ok());
}

#[test]
fn no_text_to_learn_is_said() {
    let expected = "data.path names no text\n  = name one: path = \"novel.txt\" under [data], or charnn \
        train novel.txt\n  = data.path = \"\" is the default";
    assert_eq!(told(b""), expected);
}

#[test]
fn a_file_of_nothing_but_mistakes_is_told_at_once_and_not_in_full() {
    let mut body = String::from("[train]\n");
    (0..40_000).for_each(|at| writeln!(body, "epoch{at} = 3").unwrap());
    let told = told(body.as_bytes());
    assert!(told.ends_with("\n\n50 problems, and perhaps more"), "{}", told.len());
    assert_eq!(told.matches("unknown key").count(), 50);
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
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(2000) })]

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
        settings.set(&text);
        settings.environment([(format!("CHARNN_{text}"), text.clone())]);
        settings.flag("--flag", "data.path", &text);
        let _ = settings.resolve().map_err(|error| error.to_string());
    }
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
        assert!(!told(text.as_bytes()).is_empty());
    }
}
