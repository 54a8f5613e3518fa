//! `charnn config`: what holds, what is wrong, what a key does.

use crate::args::config::{ConfigCommand, ShowArguments};
use crate::environment::{NotUtf8, variables};
use crate::events::line;
use crate::failure::Failure;
use crate::output::data;
use crate::terminal::Terminal;
use charnn_message::{Describe, Text, shown, text};
use charnn_train::{ConfigError, RunDir, Settings, explain, idle, read_config, schema_text, show};
use serde_json::json;
use std::path::Path;

/// What `charnn train` runs when nothing is named: a first experiment that is done in minutes.
const QUICKSTART: &[u8] = include_bytes!("../../../../configs/quickstart.toml");

pub(crate) fn run(command: &ConfigCommand, terminal: &Terminal) -> Result<(), Failure> {
    match command {
        ConfigCommand::Show(arguments) => {
            let ShowArguments { source, set, origin, diff_defaults } = arguments;
            let settings = settings(source.as_deref(), set)?;
            Ok(data(&show(&settings, &settings.resolve()?, *origin, *diff_defaults))?)
        }
        ConfigCommand::Check(arguments) => {
            let (mut wrong, mut warnings) = (Vec::new(), Vec::new());
            for file in &arguments.files {
                match read_config(file).and_then(|settings| settings.resolve()) {
                    Ok(config) => {
                        warnings.extend(idle(&config).into_iter().map(|it| (shown(file), it)));
                    }
                    Err(error) => wrong.push(error),
                }
            }
            let count = arguments.files.len();
            if !arguments.json {
                for (file, advice) in &warnings {
                    let mut message = advice.describe();
                    let Text { english, chinese } = message.message;
                    message.message = text!(en: ("{file}: {english}"), zh: ("{file}：{chinese}"));
                    terminal.warning(&message);
                }
            }
            if wrong.is_empty() && arguments.json {
                let warnings = warnings
                    .iter()
                    .map(|(file, advice)| json!({ "file": file, "message": advice.to_string() }));
                Ok(data(&line(
                    json!({ "files": count, "warnings": warnings.collect::<Vec<_>>() }),
                ))?)
            } else if wrong.is_empty() {
                terminal.note(&match count {
                    1 => text!(en: "1 file is valid", zh: "1 个文件有效"),
                    _ => text!(en: "{count} files are valid", zh: "{count} 个文件有效"),
                });
                Ok(())
            } else {
                Err(Failure::Configs { wrong, of: count })
            }
        }
        ConfigCommand::Explain(arguments) => {
            let key = &arguments.key;
            let unknown = |help| Failure::UnknownKey { key: key.clone(), help };
            Ok(data(&explain(key).map_err(unknown)?)?)
        }
        ConfigCommand::Schema => Ok(data(&schema_text())?),
    }
}

/// The quickstart, a configuration or a text, then the environment, then `--set`.
///
/// # Errors
/// When there is no configuration, or what was named cannot be a text.
pub(crate) fn settings(source: Option<&Path>, set: &[String]) -> Result<Settings, Failure> {
    let is = |path: &Path, extension: &str| {
        path.extension().is_some_and(|end| end.eq_ignore_ascii_case(extension))
    };
    let mut settings = match source {
        None => Settings::parse("quickstart", "quickstart.toml", QUICKSTART, Path::new(""))?,
        Some(path) if is(path, "toml") => read_config(path)?,
        Some(path) if is(path, "yaml") || is(path, "yml") => {
            let why = "configurations are TOML; `charnn init` writes one, and a text by this name \
                is learned with --set data.path=FILE";
            return Err(ConfigError::NoConfig { path: path.to_owned(), why: why.into() }.into());
        }
        Some(path) if RunDir::is_run(path) => {
            return Err(Failure::IsRun { name: shown(path) });
        }
        Some(path) if path.to_str().is_none() => {
            return Err(Failure::NotUtf8(NotUtf8 {
                what: text!(en: "the name {}", zh: "文件名 {} ", shown(path)),
                remedy: text!(
                    en: "rename the file, or pass its text: `charnn train - < FILE`",
                    zh: "请重命名文件，或直接传入文本：`charnn train - < FILE`"
                ),
            }));
        }
        Some(path) => Settings::for_text(path),
    };
    settings.environment(variables()?);
    for assignment in set {
        settings.set(assignment);
    }
    Ok(settings)
}
