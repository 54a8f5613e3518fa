//! Which layer wins: defaults, file, environment, assignments, flags; where a value is from; and what is
//! written is read back.

#![allow(clippy::unwrap_used, reason = "a test that cannot continue should stop")]

use charnn_config::{
    ByteSize, Cell, DECIDED, DeviceChoice, DropoutKind, KEYS, ModelConfig, RunConfig, Settings,
    ShowOptions, Sources, explain, first_config, first_file, read_config, schema_text, show,
    write_config,
};
use charnn_message::Language;
use charnn_text::Source;
use proptest::prelude::*;
use std::path::Path;

const NOVEL: &str = "data.path = \"novel.txt\"\n";

fn parse(text: &str) -> Settings {
    Settings::parse("exp", "exp.toml", text.as_bytes(), Path::new("/texts")).unwrap()
}

fn set(assignment: &str) -> RunConfig {
    let mut settings = parse(NOVEL);
    settings.set("--set", assignment);
    settings.resolve().unwrap()
}

fn variable(name: &str, value: &str) -> [(String, String); 1] {
    [(name.to_owned(), value.to_owned())]
}

#[test]
fn a_file_with_nothing_but_a_text_is_all_defaults() {
    let mut expected = RunConfig::default();
    expected.data.path = Sources::parse("builtin:tales");
    assert_eq!(parse("data.path = \"builtin:tales\"").resolve().unwrap(), expected);
    assert_eq!(RunConfig::from_toml(b"[data]\npath = \"builtin:tales\"").unwrap(), expected);
}

#[test]
fn each_layer_overrides_those_below() {
    let mut settings = parse("[data]\npath = \"novel.txt\"\n[train]\nseed = 2\nepochs = 2\n");
    let seed = |settings: &Settings| settings.resolve().unwrap().train.seed;
    assert_eq!(seed(&settings), 2);
    settings.environment(variable("CHARNN_TRAIN__SEED", "3"));
    assert_eq!(seed(&settings), 3);
    settings.set("--set", "train.seed=4");
    assert_eq!(seed(&settings), 4);
    settings.set("--set", "train.seed=5");
    assert_eq!(seed(&settings), 5);
    settings.flag("--seed", "train.seed", 6);
    assert_eq!(seed(&settings), 6);
    settings.flag("--device", "train.device", DeviceChoice::Cpu.name());
    settings.environment(variable("CHARNN_SAMPLE__PROMPT", "Once = upon"));
    let config = settings.resolve().unwrap();
    assert_eq!((config.train.epochs, config.sample.prompt.as_str()), (2, "Once = upon"));
    assert_eq!(config.train.device, DeviceChoice::Cpu);

    let options = ShowOptions { origin: true, changed_only: true, ..ShowOptions::default() };
    let shown = show(&settings, &config, options);
    for line in ["epochs = 2      # exp.toml:5", "seed = 6        # --seed"] {
        assert!(shown.lines().any(|shown| shown == line), "{line} in {shown}");
    }
    assert!(shown.contains("prompt = \"Once = upon\"  # CHARNN_SAMPLE__PROMPT"), "{shown}");
    assert!(!shown.contains("batch_size"), "{shown}");
    let options = ShowOptions { changed_only: false, language: Language::Chinese, ..options };
    let all = show(&settings, &config, options);
    for key in KEYS.iter() {
        assert!(all.contains(&format!("{} = ", key.name)), "{all}");
    }
    assert!(all.contains("# 默认值") && all.contains("adam_epsilon = 1e-8 "), "{all}");
}

#[test]
fn what_is_shown_is_the_same_configuration_again() {
    let mut settings = parse("[data]\npath = \"builtin:tales\"\n[train]\nlearning_rate = 1e-30\n");
    settings.set("--set", "sample.prompt=a \"quoted\" \\ word");
    settings.set("--set", "train.max_time=1h 30m");
    let config = settings.resolve().unwrap();
    let shown = show(&settings, &config, ShowOptions { origin: true, ..ShowOptions::default() });
    assert_eq!(RunConfig::from_toml(shown.as_bytes()).unwrap(), config, "{shown}");
    assert_eq!(Settings::of("again", &config).unwrap().resolve().unwrap(), config);
    let file = config.to_run_file();
    assert_eq!(RunConfig::from_run_file(file.as_bytes()).unwrap(), config, "{file}");
    assert!(file.starts_with("config_version = 2\n") && !file.contains("[run]"), "{file}");
    let mut named = config.clone();
    (named.run.name, named.run.root) = ("first".into(), "/all/runs".into());
    let file = named.to_run_file();
    assert!(file.ends_with("\n[run]\nroot = \"/all/runs\"\n"), "{file}");
}

#[test]
fn assignments_take_toml_and_bare_words() {
    assert_eq!(set("train.max_steps=200").train.max_steps, 200);
    assert_eq!(set("train.learning_rate = 1e-3").train.learning_rate.to_bits(), 1e-3_f64.to_bits());
    assert_eq!(set("model.dropout=0").model.dropout.to_bits(), 0.0_f64.to_bits());
    assert_eq!(set("model.cell=lstm").model.cell, Cell::Lstm);
    assert_eq!(set("data.encoding=GBK").data.encoding.unwrap().name(), "GB18030");
    assert_eq!(set("sample.prompt=\"a\\tb\"").sample.prompt, "a\tb");
    assert_eq!(set("sample.prompt=Once upon").sample.prompt, "Once upon");
    assert_eq!(set("sample.prompt=").sample.prompt, "");
    assert_eq!(set("sample.prompt=“从前，").sample.prompt, "“从前，");
    assert_eq!(set("run.name=1984").run.name, "1984");
    assert_eq!(set("data.max_bytes=10MB").data.max_bytes, ByteSize(10_000_000));
    assert_eq!(set("data.max_bytes=1234").data.max_bytes, ByteSize(1234));
    assert_eq!(set("data.max_bytes=\"2 GiB\"").data.max_bytes, ByteSize(2 << 30));
    assert_eq!(set("train.max_time=").train.max_time.0, None);
}

#[cfg(unix)]
#[test]
fn paths_in_a_file_are_relative_to_the_file_and_others_to_the_working_directory() {
    let paths = |settings: &Settings| settings.resolve().unwrap().data.path.to_string();
    let here = |name: &str| std::path::absolute(name).unwrap().display().to_string();
    let mut settings = parse("data.path = [\"novel.txt\", \"builtin:tales\", \"/b.txt\"]");
    assert_eq!(paths(&settings), "/texts/novel.txt, builtin:tales, /b.txt");
    settings.environment(variable("CHARNN_DATA__PATH", "other.txt"));
    assert_eq!(paths(&settings), here("other.txt"));
    settings.set("--set", "data.path=\"third.txt\"");
    assert_eq!(paths(&settings), here("third.txt"));
    settings.set("--set", "data.path=[\"a,b.txt\", \"{c}.txt\"]");
    assert_eq!(paths(&settings), format!("{}, {}", here("a,b.txt"), here("{c}.txt")));
    settings.set("--set", "data.path=builtin:tales");
    assert_eq!(paths(&settings), "builtin:tales");

    let for_text = |names: &[&str]| {
        let sources: Vec<Source> = names.iter().map(|name| Source::parse(name)).collect();
        Settings::for_text(&sources)
    };
    for name in ["a=b.txt", "\"x\"", "[1]"] {
        assert_eq!(paths(&for_text(&[name])), here(name));
    }
    let several = for_text(&["a,b.txt", "-", "x/*.txt"]);
    assert_eq!(paths(&several), format!("{}, -, {}", here("a,b.txt"), here("x/*.txt")));
    let name = |names: &[&str]| for_text(names).name;
    assert_eq!((name(&["x/novel.txt"]), name(&["-"])), ("novel".into(), "stdin".into()));
    assert_eq!((name(&["a", "b"]), name(&["x/*.txt"])), ("texts".into(), "texts".into()));
}

#[cfg(unix)]
#[test]
fn the_folder_of_runs_is_relative_to_the_file_and_by_default_to_the_working_directory() {
    let root = |settings: &Settings| settings.resolve().unwrap().run.root;
    let here = |name: &str| std::path::absolute(name).unwrap().display().to_string();
    let mut settings = parse("data.path = \"novel.txt\"\n[run]\nroot = \"runs\"");
    assert_eq!(root(&settings), "/texts/runs");
    settings.environment(variable("CHARNN_RUN__ROOT", "other"));
    assert_eq!(root(&settings), here("other"));
    settings.set("--set", "run.root=builtin:x");
    assert_eq!(root(&settings), here("builtin:x"));
    assert_eq!(settings.preview().run.root, here("builtin:x"));

    // What is shown means the same in every folder, so the default is commented out.
    let plain = parse(NOVEL);
    assert_eq!(root(&plain), "runs");
    let shown = show(&plain, &plain.resolve().unwrap(), ShowOptions::default());
    assert!(shown.lines().any(|line| line == "#root = \"runs\""), "{shown}");
    let again = Settings::parse("exp", "exp.toml", shown.as_bytes(), Path::new("/far")).unwrap();
    assert_eq!(again.resolve().unwrap(), plain.resolve().unwrap());
}

#[test]
fn a_preview_has_the_valid_values() {
    let mut settings = parse("data.path = \"novel.txt\"\n[train]\nseed = 7\nepochs = \"many\"");
    settings.set("--set", "train.device=cpu");
    assert!(settings.resolve().is_err());
    let preview = settings.preview().train;
    assert_eq!((preview.seed, preview.epochs, preview.device), (7, 10, DeviceChoice::Cpu));
}

#[test]
fn an_existing_network_keeps_its_sizes() {
    let network = ModelConfig {
        hidden_size: 96,
        embedding_dim: 96,
        tie_weights: true,
        dropout: 0.3,
        ..ModelConfig::default()
    };
    let model = |settings: &Settings| settings.resolve_on(&network, "first").map(|it| it.model);
    let mut settings = parse(NOVEL);
    assert_eq!(model(&settings).unwrap(), network);
    for assignment in ["cell=gru", "hidden_size=96", "recurrent_dropout=0.1", "dropout_kind=locked"]
    {
        settings.set("--set", &format!("model.{assignment}"));
    }
    let expected = ModelConfig {
        recurrent_dropout: 0.1,
        dropout_kind: DropoutKind::Locked,
        ..network.clone()
    };
    assert_eq!(model(&settings).unwrap(), expected);

    settings.set("--set", "model.embedding_dim=8");
    settings.environment(variable("CHARNN_MODEL__CELL", "lstm"));
    let problems = model(&settings).unwrap_err().messages();
    assert_eq!(problems.len(), 2, "{problems:?}");
    for (problem, (key, source)) in problems
        .iter()
        .zip([("model.cell", "CHARNN_MODEL__CELL"), ("model.embedding_dim", "--set")])
    {
        assert_eq!(problem.code, "config/other-network");
        assert!(problem.message.english.contains(key), "{problem:?}");
        assert_eq!(problem.place.as_ref().unwrap().source, source);
    }
    settings.set("--set", "model.cell=gru");
    settings.set("--set", "model.embedding_dim=96");
    assert_eq!(model(&settings).unwrap(), expected);
}

#[test]
fn a_first_file_has_the_decisions_and_nothing_else() {
    let config = first_config(Sources::parse("builtin:tales"), 160_000, None);
    for language in [Language::English, Language::Chinese] {
        let text = first_file(&config, &DECIDED, "A first file.\nOf two lines.", language);
        assert_eq!(RunConfig::from_toml(text.as_bytes()).unwrap(), config, "{text}");
        assert!(text.starts_with("# A first file.\n# Of two lines.\n\nconfig_version = 2\n"));
        let keys = text.lines().filter(|line| !line.starts_with('#') && line.contains(" = "));
        assert_eq!(keys.count(), DECIDED.len() + 1, "{text}");
        assert!(text.lines().all(|line| line.chars().count() <= 100), "{text}");
        assert!(text.contains("批大小") == (language == Language::Chinese), "{text}");
    }
}

#[test]
fn keys_and_tables_are_explained_in_both_languages() {
    let told = explain("train.optimizer", Language::English).unwrap();
    for part in ["\"keras-adam\"", "keras-adam   Adam as in Keras", "CHARNN_TRAIN__OPTIMIZER=adam"]
    {
        assert!(told.contains(part), "{part} in {told}");
    }
    for key in KEYS.iter() {
        let told = explain(&key.path(), Language::Chinese).unwrap();
        assert!(told.contains("取值") && told.contains("默认值"), "{told}");
        assert!(!told.contains("takes") && !told.contains("default "), "{told}");
    }
    assert!(explain("train", Language::English).unwrap().contains("\nbatch_size = 16\n"));
    assert!(explain("every_steps", Language::English).unwrap().contains("eval.every_steps\n"));
    assert!(explain("config_version", Language::Chinese).unwrap().contains("格式版本"));
    let near = |path| explain(path, Language::English).unwrap_err().english;
    assert_eq!(near("train.epoch"), "did you mean train.epochs?");
    assert_eq!(near("lr"), "did you mean train.learning_rate?");
    assert_eq!(near("train.accumulate"), "did you mean train.gradient_accumulation?");
    assert_eq!(near("trian"), "did you mean train?");
    assert!(near("colour").contains("data, model, train"));
}

#[test]
fn the_schema_describes_every_key() {
    let schema: serde_json::Value = serde_json::from_str(&schema_text()).unwrap();
    assert_eq!(schema["$schema"], "https://json-schema.org/draft/2020-12/schema");
    for key in KEYS.iter() {
        let of_key = &schema["properties"][&key.table]["properties"][&key.name];
        assert!(of_key["description"].is_string() && of_key["x-zh"].is_string(), "{}", key.path());
    }
    let train = &schema["properties"]["train"];
    assert_eq!(train["additionalProperties"], false);
    let [rate, batch] = ["learning_rate", "batch_size"].map(|name| &train["properties"][name]);
    assert_eq!((&rate["exclusiveMinimum"], &rate["maximum"]), (&0.0.into(), &10.0.into()));
    assert_eq!((&batch["default"], &batch["maximum"]), (&16.into(), &65_536.into()));
    assert_eq!(schema["properties"]["model"]["properties"]["cell"]["oneOf"][1]["const"], "gru");
}

#[test]
fn files_that_are_not_configurations_are_refused_and_existing_files_are_kept() {
    let folder = tempfile::tempdir().unwrap();
    let path = |name: &str| folder.path().join(name);
    let told = |name: &str| read_config(&path(name)).unwrap_err().messages().remove(0);
    std::fs::write(path("novel.toml"), "").unwrap();
    assert_eq!(told("nvoel.toml").hints[0].english, "did you mean novel.toml?");
    assert_eq!(told("zzzz.toml").code, "config/cannot-read");
    std::fs::create_dir(path("folder.toml")).unwrap();
    std::fs::write(path("long.toml"), "# long\n".repeat(1 << 18)).unwrap();
    for name in ["folder.toml", "long.toml"] {
        let message = told(name);
        assert_eq!(message.code, "config/not-a-config");
        assert!(message.message.english.contains(name), "{message}");
    }
    write_config(&path("new.toml"), "one", false).unwrap();
    let error = write_config(&path("new.toml"), "two", false).unwrap_err().to_string();
    assert!(error.contains("new.toml"), "{error}");
    write_config(&path("new.toml"), "2", true).unwrap();
    assert_eq!(std::fs::read_to_string(path("new.toml")).unwrap(), "2");
    assert!(write_config(&path("no/new.toml"), "", false).is_err());
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn every_configuration_survives_a_file(
        (rate, seed, prompt) in (1e-9..1.0_f64, 0..i64::MAX as u64, ".{0,20}"),
        (seconds, nanoseconds, steps, bytes) in
            (0..1_000_000_u64, 0..1_000_000_000_u32, 1..u64::MAX, 0..i64::MAX as u64),
        paths in proptest::collection::vec("[a-z ,{}*=\"书]{1,9}", 1..4),
    ) {
        let mut config = RunConfig::default();
        config.data.path = Sources(paths.iter().map(|path| Source::parse(path)).collect());
        config.data.max_bytes = ByteSize(bytes);
        config.train.learning_rate = rate;
        config.train.seed = seed;
        config.sample.prompt = prompt;
        let time = std::time::Duration::new(seconds, nanoseconds);
        config.train.max_time.0 = Some(time).filter(|time| !time.is_zero());
        config.checkpoint.every =
            charnn_config::Interval::Steps(std::num::NonZeroU64::new(steps).unwrap());
        prop_assert_eq!(&RunConfig::from_run_file(config.to_run_file().as_bytes()).unwrap(), &config);
        prop_assert_eq!(&Settings::of("", &config).unwrap().resolve().unwrap(), &config);
    }
}
