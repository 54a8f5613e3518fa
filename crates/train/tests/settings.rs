//! Who has the last word: defaults, file, environment, `--set`, flags; and where a value is from.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on should stop")]

use charnn_model::{CellKind, DropoutKind, ModelConfig};
use charnn_train::{DECIDED, schema_text, write_config};
use charnn_train::{RunConfig, Settings, commented, explain, first_config, read_config, show};
use std::path::Path;

fn parse(text: &str) -> Settings {
    Settings::parse("exp", "exp.toml", text.as_bytes(), Path::new("/texts")).unwrap()
}

fn set(assignment: &str) -> RunConfig {
    let mut settings = parse("data.path = \"novel.txt\"");
    settings.set(assignment);
    settings.resolve().unwrap()
}

fn variable(name: &str, value: &str) -> [(String, String); 1] {
    [(name.to_owned(), value.to_owned())]
}

#[test]
fn a_file_with_nothing_but_a_text_is_all_defaults() {
    let mut expected = RunConfig::default();
    expected.data.path = "builtin:tales".into();
    assert_eq!(parse("data.path = \"builtin:tales\"").resolve().unwrap(), expected);
    assert_eq!(RunConfig::from_toml(b"[data]\npath = \"builtin:tales\"").unwrap(), expected);
}

#[test]
fn each_layer_overrules_those_below() {
    let mut settings = parse("[data]\npath = \"novel.txt\"\n[train]\nseed = 2\nepochs = 2\n");
    let seed = |settings: &Settings| settings.resolve().unwrap().train.seed;
    assert_eq!(seed(&settings), 2);
    settings.environment(variable("CHARNN_TRAIN__SEED", "3"));
    assert_eq!(seed(&settings), 3);
    settings.set("train.seed=4");
    assert_eq!(seed(&settings), 4);
    settings.set("train.seed=5");
    assert_eq!(seed(&settings), 5);
    settings.flag("--seed", "train.seed", "6");
    assert_eq!(seed(&settings), 6);
    settings.environment(variable("CHARNN_SAMPLE__PROMPT", "Once = upon"));
    let config = settings.resolve().unwrap();
    assert_eq!((config.train.epochs, config.sample.prompt.as_str()), (2, "Once = upon"));

    let shown = show(&settings, &config, true, true);
    for line in ["epochs = 2  # exp.toml:5", "seed = 6    # --seed"] {
        assert!(shown.lines().any(|shown| shown == line), "{line} in {shown}");
    }
    assert!(shown.contains("prompt = \"Once = upon\"  # CHARNN_SAMPLE__PROMPT"), "{shown}");
    assert!(!shown.contains("batch_size"), "{shown}");
    let all = show(&settings, &config, true, false);
    assert!(all.contains("batch_size = 32          # default"), "{all}");
    assert!(all.contains("adam_epsilon = 1e-8      # default"), "{all}");
}

#[test]
fn what_is_shown_is_the_same_configuration_again() {
    let mut settings = parse("[data]\npath = \"builtin:tales\"\n[train]\nlearning_rate = 1e-30\n");
    settings.set("sample.prompt=a \"quoted\" \\ word");
    let config = settings.resolve().unwrap();
    let shown = show(&settings, &config, true, false);
    assert_eq!(RunConfig::from_toml(shown.as_bytes()).unwrap(), config, "{shown}");
    let again = Settings::of("again", &config).unwrap();
    assert_eq!(again.resolve().unwrap(), config);
}

#[test]
fn set_takes_toml_values_and_bare_words() {
    assert_eq!(set("train.max_steps=200").train.max_steps, 200);
    assert_eq!(set("train.learning_rate = 1e-3").train.learning_rate.to_bits(), 1e-3_f64.to_bits());
    assert_eq!(set("model.dropout=0").model.dropout.to_bits(), 0.0_f64.to_bits());
    assert_eq!(set("model.cell=lstm").model.cell, CellKind::Lstm);
    assert_eq!(set("data.encoding=GBK").data.encoding.unwrap().name(), "GB18030");
    assert_eq!(set("sample.prompt=\"a\\tb\"").sample.prompt, "a\tb");
    assert_eq!(set("sample.prompt=Once upon").sample.prompt, "Once upon");
    assert_eq!(set("sample.prompt=").sample.prompt, "");
    assert_eq!(set("run.name=1984").run.name, "1984");
}

#[test]
fn other_variables_are_none_of_ours() {
    let mut settings = parse("data.path = \"novel.txt\"");
    settings.environment(variable("HOME__X", "1"));
    assert!(settings.resolve().is_ok());
}

#[test]
fn a_value_is_pointed_at_where_it_was_said() {
    let mut settings = parse("data.path = \"novel.txt\"");
    settings.environment(variable("CHARNN_TRAIN__EPOCHS", "ten"));
    settings.environment(variable("CHARNN_TRAIN_EPOCHS", "3"));
    settings.set("train.seed=-1");
    settings.set("train.epochs");
    settings.flag("--encoding", "data.encoding", "gbx");
    let told = settings.resolve().unwrap_err().to_string();
    for part in [
        "the environment\n  |\n  | CHARNN_TRAIN__EPOCHS=ten\n  |                      ^^^ this is text",
        "CHARNN_TRAIN_EPOCHS=3\n  | ^^^^^^^^^^^^^^^^^^^ did you mean CHARNN_TRAIN__EPOCHS?",
        "the command line\n  |\n  | --set train.seed=-1\n  |                  ^^ it must be a whole",
        "--set \"train.epochs\" has no `=`",
        "  | --encoding gbx\n  |            ^^^ did you mean \"gbk\"?\n  = unknown encoding \"gbx\"",
        "\n\n5 problems",
    ] {
        assert!(told.contains(part), "{part}\nis not in\n{told}");
    }
}

#[cfg(unix)]
#[test]
fn paths_in_a_file_are_relative_to_the_file_and_others_to_the_working_directory() {
    let path = |settings: &Settings| settings.resolve().unwrap().data.path;
    let here = |name: &str| std::path::absolute(name).unwrap().display().to_string();
    let mut settings = parse("data.path = \"novel.txt\"");
    assert_eq!(path(&settings), "/texts/novel.txt");
    settings.environment(variable("CHARNN_DATA__PATH", "other.txt"));
    assert_eq!(path(&settings), here("other.txt"));
    settings.set("data.path=\"third.txt\"");
    assert_eq!(path(&settings), here("third.txt"));
    assert_eq!(path(&Settings::for_text(Path::new("a=b.txt"))), here("a=b.txt"));
    assert_eq!(path(&Settings::for_text(Path::new("\"x\""))), here("\"x\""));
    settings.set("data.path=builtin:tales");
    assert_eq!(path(&settings), "builtin:tales");
}

#[cfg(unix)]
#[test]
fn the_folder_of_runs_is_found_like_a_text_and_without_a_word_in_the_working_directory() {
    let root = |settings: &Settings| settings.resolve().unwrap().run.root;
    let here = |name: &str| std::path::absolute(name).unwrap().display().to_string();
    let mut settings = parse("data.path = \"novel.txt\"\n[run]\nroot = \"runs\"");
    assert_eq!(root(&settings), "/texts/runs");
    settings.environment(variable("CHARNN_RUN__ROOT", "other"));
    assert_eq!(root(&settings), here("other"));
    settings.set("run.root=builtin:x");
    assert_eq!(root(&settings), here("builtin:x"));
    assert_eq!(root(&parse("data.path = \"novel.txt\"\n[run]\nroot = \"/all\"")), "/all");
    assert_eq!(root(&parse("data.path = \"novel.txt\"")), "runs");

    // What is shown means the same in every folder: where nobody has said it, no file should.
    let plain = parse("data.path = \"novel.txt\"");
    let shown = show(&plain, &plain.resolve().unwrap(), true, false);
    assert!(shown.lines().any(|line| line.starts_with("#root = \"runs\"")), "{shown}");
    let again = Settings::parse("exp", "exp.toml", shown.as_bytes(), Path::new("/far")).unwrap();
    assert_eq!(again.resolve().unwrap(), plain.resolve().unwrap());
    let shown = show(&settings, &settings.resolve().unwrap(), false, true);
    assert!(shown.contains(&format!("\nroot = {:?}\n", here("builtin:x"))), "{shown}");
}

#[test]
fn a_network_that_learns_on_keeps_its_sizes_and_says_so() {
    let network = ModelConfig {
        hidden_size: 96,
        embedding_size: 96,
        tie_embedding: true,
        dropout: 0.3,
        ..ModelConfig::default()
    };
    let model = |settings: &Settings| settings.resolve_on(&network, "first").map(|it| it.model);
    let mut settings = parse("data.path = \"novel.txt\"");
    assert_eq!(model(&settings).unwrap(), network);
    settings.set("model.cell=gru");
    settings.set("model.hidden_size=96");
    settings.set("model.recurrent_dropout=0.1");
    settings.set("model.dropout_kind=locked");
    let expected = ModelConfig {
        recurrent_dropout: 0.1,
        dropout_kind: DropoutKind::Locked,
        ..network.clone()
    };
    assert_eq!(model(&settings).unwrap(), expected);

    settings.set("model.embedding_size=8");
    settings.environment(variable("CHARNN_MODEL__CELL", "lstm"));
    let told = model(&settings).unwrap_err().to_string();
    for part in [
        "model.cell = \"lstm\", and the network of first has \"gru\"",
        "CHARNN_MODEL__CELL=lstm\n  |                    ^^^^ leave it out, or train anew",
        "model.embedding_size = 8, and the network of first has 96",
        "without --init-from",
        "\n\n2 problems",
    ] {
        assert!(told.contains(part), "{part}\nis not in\n{told}");
    }
    settings.set("model.cell=gru");
    settings.set("model.embedding_size=96");
    assert_eq!(model(&settings).unwrap(), expected);
}

#[test]
fn a_first_file_is_the_configuration_that_it_was_made_from() {
    let config = first_config("builtin:tales", 160_000, 75, None);
    let text = commented(&config, &DECIDED, "A first file.\nOf two lines.");
    assert_eq!(RunConfig::from_toml(text.as_bytes()).unwrap(), config, "{text}");
    assert!(text.lines().all(|line| line.chars().count() <= 100), "{text}");
    assert!(text.contains("\n#seed = 1\n") && text.contains("\nhidden_size = 192\n"), "{text}");
    // What is commented out is right as well.
    let keys = |line: &str| match line.strip_prefix('#') {
        // Where nobody says it, it is not beside the file.
        Some(rest) if !rest.starts_with(' ') && !rest.starts_with("root =") => rest.to_owned(),
        _ => line.to_owned(),
    };
    let all: String = text.lines().map(|line| keys(line) + "\n").collect();
    assert_eq!(RunConfig::from_toml(all.as_bytes()).unwrap(), config, "{all}");
    assert!(all.matches(" = ").count() > 50, "{all}");
}

#[test]
fn keys_and_tables_are_explained() {
    let told = explain("train.optimizer").unwrap();
    for part in ["\"keras-adam\"", "keras-adam   Adam as in Keras", "CHARNN_TRAIN__OPTIMIZER=adam"]
    {
        assert!(told.contains(part), "{part} in {told}");
    }
    assert!(explain("train").unwrap().contains("\nbatch_size = 32\n"));
    assert!(explain("every_steps").unwrap().contains("eval.every_steps\n"));
    assert_eq!(explain("train.epoch").unwrap_err(), "did you mean train.epochs?");
    assert!(explain("colour").unwrap_err().contains("data, model, train"));
}

#[test]
fn the_schema_describes_every_key() {
    let schema: serde_json::Value = serde_json::from_str(&schema_text()).unwrap();
    assert_eq!(schema["$schema"], "https://json-schema.org/draft/2020-12/schema");
    let train = &schema["properties"]["train"];
    assert_eq!(train["additionalProperties"], false);
    let [rate, batch] = ["learning_rate", "batch_size"].map(|name| &train["properties"][name]);
    assert_eq!((&rate["exclusiveMinimum"], &rate["maximum"]), (&0.0.into(), &10.0.into()));
    assert_eq!((&batch["default"], &batch["maximum"]), (&32.into(), &65_536.into()));
    assert!(batch["description"].as_str().unwrap().contains("side by side"), "{batch}");
    assert_eq!(schema["properties"]["model"]["properties"]["cell"]["oneOf"][1]["const"], "gru");
}

#[test]
fn what_is_no_configuration_is_refused_and_what_is_there_is_kept() {
    let folder = tempfile::tempdir().unwrap();
    let path = |name: &str| folder.path().join(name);
    let told = |name: &str| read_config(&path(name)).unwrap_err().to_string();
    assert!(told("none.toml").contains("none.toml") && told("none.toml").contains("charnn init"));
    std::fs::create_dir(path("folder.toml")).unwrap();
    assert!(told("folder.toml").contains("it is a folder"));
    std::fs::write(path("long.toml"), "# long\n".repeat(1 << 18)).unwrap();
    assert!(told("long.toml").contains("longer than 1 MiB"));

    write_config(&path("new.toml"), "one", false).unwrap();
    let error = write_config(&path("new.toml"), "two", false).unwrap_err().to_string();
    assert!(error.contains("new.toml") && error.contains("--force"), "{error}");
    write_config(&path("new.toml"), "2", true).unwrap();
    assert_eq!(std::fs::read_to_string(path("new.toml")).unwrap(), "2");
    assert!(write_config(&path("no/new.toml"), "", false).is_err());
}
