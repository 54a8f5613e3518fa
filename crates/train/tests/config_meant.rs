//! What is said to somebody who writes what other programs take: their names of keys, their numbers,
//! an encoding that is nearly one, a key twice, a variable without its table.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on should stop")]

use charnn_train::{Settings, explain, read_config};
use std::path::Path;

fn parse(body: &str) -> Settings {
    let file = format!("[data]\npath = \"novel.txt\"\n{body}");
    Settings::parse("exp", "exp.toml", file.as_bytes(), Path::new("/texts")).unwrap()
}

/// What is said of `body`, which begins on line 3.
fn told(body: &str) -> String {
    let file = format!("[data]\npath = \"novel.txt\"\n{body}");
    let settings = Settings::parse("exp", "exp.toml", file.as_bytes(), Path::new("/texts"));
    settings.and_then(|settings| settings.resolve()).unwrap_err().to_string()
}

fn told_of_set(assignment: &str) -> String {
    let mut settings = parse("");
    settings.set(assignment);
    settings.resolve().unwrap_err().to_string()
}

fn told_of_variable(name: &str) -> String {
    let mut settings = parse("");
    settings.environment([(name.to_owned(), "3".to_owned())]);
    settings.resolve().unwrap_err().to_string()
}

#[track_caller]
fn says(told: &str, part: &str) {
    assert!(told.contains(part), "{part}\nis not in\n{told}");
}

#[test]
fn names_of_other_programs_lead_to_the_key() {
    for (name, key) in [
        ("lr", "train.learning_rate"),
        ("scheduler", "train.lr_schedule"),
        ("hidden", "model.hidden_size"),
        ("rnn_size", "model.hidden_size"),
        ("layers", "model.num_layers"),
        ("batch", "train.batch_size"),
        ("bptt", "train.seq_length"),
        ("seq_len", "train.seq_length"),
        ("block_size", "train.seq_length"),
        ("dropout", "model.dropout"),
        ("wd", "train.weight_decay"),
        ("clip", "train.grad_clip"),
        ("beta1", "train.adam_beta1"),
        ("text", "data.path"),
        ("temp", "sample.temperature"),
        ("out_dir", "run.root"),
    ] {
        let (_, plain) = key.split_once('.').unwrap();
        says(&told_of_set(&format!("{name}=1")), &format!("did you mean `{key}`?"));
        if name != "dropout" {
            says(&told_of_set(&format!("train.{name}=1")), &format!("did you mean `{key}`?"));
            says(&told(&format!("[train]\n{name} = 1\n")), &format!("did you mean `{plain}`"));
        }
        let variable = format!("CHARNN_{}", key.to_uppercase().replacen('.', "__", 1));
        let bare = format!("CHARNN_{}", name.to_uppercase());
        says(&told_of_variable(&bare), &format!("did you mean {variable}?"));
    }
    says(&told_of_set("train.dropout=0.1"), "did you mean `model.dropout`?");
    says(&told("[train]\ndropout = 0.1\n"), "it belongs in [model]");
    assert_eq!(explain("lr").unwrap_err(), "did you mean train.learning_rate?");
}

#[test]
fn no_variable_is_passed_over_in_silence() {
    for (name, meant) in [
        ("BATCH_SIZE", "TRAIN__BATCH_SIZE"),
        ("EPOCHS", "TRAIN__EPOCHS"),
        ("LEARNING_RATE", "TRAIN__LEARNING_RATE"),
        ("DEVICE", "TRAIN__DEVICE"),
        ("SEED", "TRAIN__SEED"),
        ("CELL", "MODEL__CELL"),
        ("BATCHSIZE", "TRAIN__BATCH_SIZE"),
        ("TRAIN_BATCH_SIZE", "TRAIN__BATCH_SIZE"),
        ("TRAIN_BATCHSIZE", "TRAIN__BATCH_SIZE"),
        ("TRAIN__BATCHSIZE", "TRAIN__BATCH_SIZE"),
        ("HIDDEN__SIZE", "MODEL__HIDDEN_SIZE"),
        ("EVERY_STEPS", "EVAL__EVERY_STEPS"),
    ] {
        let told = told_of_variable(&format!("CHARNN_{name}"));
        says(&told, &format!("unknown variable CHARNN_{name}"));
        says(&told, &format!("did you mean CHARNN_{meant}?"));
    }
    for name in ["CHARNN_LANG", "CHARNN_", "CHARNN_ZZZZ"] {
        let told = told_of_variable(name);
        says(&told, &format!("unknown variable {name}\n"));
        says(&told, "no key is called so");
        says(&told, "such as CHARNN_TRAIN__EPOCHS");
    }
}

#[test]
fn encodings_that_are_nearly_one_lead_to_it() {
    for (written, meant) in
        [("gb18031", "gb18030"), ("utf9", "utf8"), ("UTF-9", "utf-8"), ("shiftjis2", "shift_jis")]
    {
        let told = told(&format!("encoding = \"{written}\"\n"));
        says(&told, &format!("^ did you mean \"{meant}\"?"));
        says(&told, "among those that can be read are");
    }
    assert!(!told("encoding = \"klingon\"\n").contains("did you mean"));
}

#[test]
fn numbers_that_toml_does_not_take_are_shown_as_it_takes_them() {
    for (written, right) in [
        (".001", "0.001"),
        ("-.5", "-0.5"),
        ("+.5", "0.5"),
        ("1.", "1.0"),
        ("007", "7"),
        ("5.e-3", "5.0e-3"),
        ("True", "true"),
    ] {
        let told = told(&format!("[train]\nlearning_rate = {written} # my own\n"));
        says(&told, "exp.toml:4:");
        says(&told, &format!("TOML wants {right}"));
        let set = told_of_set(&format!("train.learning_rate={written}"));
        says(&set, &format!("TOML wants {right}"));
    }
    assert!(!told_of_set("train.learning_rate=inf.").contains("TOML wants"));
    assert!(!told("[train]\nlearning_rate = fast\n").contains("TOML wants"));
}

#[test]
fn signs_that_look_like_others_are_named_where_the_line_would_be_toml_with_those() {
    let slip = told("[train]\nepochs＝３；\n");
    says(&slip, "exp.toml:4:7");
    says(&slip, "＝ (U+FF1D) looks like = and is another character; write epochs=3");
    says(&told("encoding = “gbk” # 编码，旧的\n"), "write encoding = \"gbk\" # 编码，旧的");
    let prose = told("从前，有一只猫。\n它说：“你好！”\n");
    assert!(!prose.contains("looks like"), "{prose}");
    says(&told_of_set("train.epochs＝3"), "write train.epochs=3");
    // What a prompt begins with is nobody else's business.
    let mut settings = parse("");
    settings.set("sample.prompt=“从前，");
    assert_eq!(settings.resolve().unwrap().sample.prompt, "“从前，");
}

#[test]
fn a_key_that_is_there_twice_is_shown_where_it_was_first() {
    let told_twice = told("[eval]\nevery_steps = 1\n[sample]\nevery_steps = 2\nevery_steps = 3\n");
    assert_eq!(
        told_twice,
        "\
not valid TOML
 --> exp.toml:7:1
  |
7 | every_steps = 3
  | ^^^^^^^^^^^ duplicate key
 --> exp.toml:6:1
  |
6 | every_steps = 2
  | ^^^^^^^^^^^ the first one"
    );
    says(&told("[train]\nseed = 1\n[data]\nencoding = \"auto\"\n"), "exp.toml:1:2\n");
    says(&told("[train]\nseed = 1\n[data]\nencoding = \"auto\"\n"), "^^^^ the first one");
    says(&told("path = \"other.txt\"\n"), "exp.toml:2:1\n");
}

#[test]
fn a_file_that_is_not_there_leads_to_those_that_are() {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("novel.toml"), "").unwrap();
    let told = |name: &str| read_config(&folder.path().join(name)).unwrap_err().to_string();
    says(&told("nvoel.toml"), "did you mean novel.toml?");
    assert!(told("zzzz.toml").ends_with("check the path, or write one with charnn init"));
}
