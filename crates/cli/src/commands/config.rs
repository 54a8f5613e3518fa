//! `charnn config`: show, check and explain configurations.

use crate::args::config::{ConfigCommand, ShowArguments};
use crate::environment::{NotUtf8, variables};
use crate::events::line;
use crate::failure::Failure;
use crate::output::data;
use crate::sources::{local, one_value};
use crate::terminal::Terminal;
use charnn_config::{
    ConfigError, NotAConfig, Settings, ShowOptions, explain, read_config, schema_text,
    shipped_names, show, unused_keys,
};
use charnn_message::{Describe as _, Language, Message, Text, shown, text};
use charnn_runs::RunDir;
use charnn_text::Source;
use serde_json::json;
use std::path::{Path, PathBuf};

/// The configuration inside the program that `charnn train` runs when nothing is named: on a text in the
/// language of the user.
fn quickstart(language: Language) -> &'static str {
    match language {
        Language::English => "quickstart",
        Language::Chinese => "quickstart-zh",
    }
}

pub(crate) fn run(command: &ConfigCommand, terminal: &Terminal) -> Result<(), Failure> {
    match command {
        ConfigCommand::Show(arguments) => {
            let ShowArguments { source, set, origin, diff_defaults } = arguments;
            let settings = settings(source.as_slice(), set, terminal.language)?;
            let options = ShowOptions {
                origin: *origin,
                changed_only: *diff_defaults,
                language: terminal.language,
            };
            Ok(data(&show(&settings, &settings.resolve()?, options))?)
        }
        ConfigCommand::Check(arguments) => {
            let (mut wrong, mut warnings) = (Vec::new(), Vec::new());
            for file in &arguments.files {
                match read_config(file).and_then(|settings| settings.resolve()) {
                    Ok(config) => {
                        let unused = unused_keys(&config);
                        warnings.extend(unused.iter().map(|it| (shown(file), it.describe())));
                    }
                    Err(error) => wrong.push(error),
                }
            }
            let count = arguments.files.len();
            if !arguments.json {
                for (file, message) in &warnings {
                    let Text { english, chinese } = &message.message;
                    let message = Message {
                        message: text!(en: ("{file}: {english}"), zh: ("{file}：{chinese}")),
                        ..message.clone()
                    };
                    terminal.warning(&message);
                }
            }
            if wrong.is_empty() && arguments.json {
                let warnings = warnings
                    .iter()
                    .map(|(file, message)| json!({ "file": file, "message": message.to_string() }));
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
            let unknown = |hint| Failure::UnknownKey { key: key.clone(), hint };
            Ok(data(&explain(key, terminal.language).map_err(unknown)?)?)
        }
        ConfigCommand::Schema => Ok(data(&schema_text())?),
    }
}

/// The quickstart, a configuration or texts, then the environment, then `--set`.
///
/// # Errors
/// When the configuration does not exist, or the source cannot be a text.
pub(crate) fn settings(
    sources: &[PathBuf],
    set: &[String],
    language: Language,
) -> Result<Settings, Failure> {
    sources.iter().try_for_each(|source| local(source))?;
    for assignment in set {
        one_value(assignment)?;
    }
    let mut settings = match sources {
        [] => Settings::shipped(quickstart(language))
            .unwrap_or_else(|| Ok(Settings::for_text(&[])))?,
        [source] => of_source(source)?,
        several => {
            if let Some(odd) = several.iter().find(|source| !is_text(source)) {
                return Err(Failure::OneOnly { name: shown(odd) });
            }
            of_texts(several)?
        }
    };
    settings.environment(variables()?);
    for assignment in set {
        settings.set("--set", assignment);
    }
    Ok(settings)
}

/// The configuration or the text that `source` names.
fn of_source(source: &Path) -> Result<Settings, Failure> {
    if let Source::Builtin(name) = Source::named(source)
        && let Some(settings) = Settings::shipped(&name)
    {
        return Ok(settings?);
    }
    if has_extension(source, &["toml"]) {
        return Ok(read_config(source)?);
    }
    if has_extension(source, &["yaml", "yml"]) {
        let what = NotAConfig::NotToml;
        return Err(ConfigError::NotAConfig { path: source.to_owned(), what }.into());
    }
    if RunDir::is_run(source) {
        return Err(Failure::IsRun { name: shown(source) });
    }
    of_texts(&[source.to_owned()])
}

/// A configuration for the texts that `names` name.
fn of_texts(names: &[PathBuf]) -> Result<Settings, Failure> {
    if let Some(odd) = names.iter().find(|name| name.to_str().is_none()) {
        return Err(Failure::NotUtf8(NotUtf8 {
            what: text!(en: "the name {}", zh: "文件名 {} ", shown(odd)),
            remedy: text!(
                en: "rename the file, or pass its text: `charnn train - < FILE`",
                zh: "请重命名文件，或直接传入文本：`charnn train - < FILE`"
            ),
        }));
    }
    let sources: Vec<Source> = names.iter().map(|name| Source::named(name)).collect();
    Ok(Settings::for_text(&sources))
}

/// Whether `source` can stand beside other texts.
fn is_text(source: &Path) -> bool {
    match Source::named(source) {
        Source::Stdin => false,
        Source::Builtin(name) => !shipped_names().any(|known| known == name),
        Source::File(_) => !has_extension(source, &["toml"]) && !RunDir::is_run(source),
    }
}

fn has_extension(path: &Path, extensions: &[&str]) -> bool {
    let own = path.extension().unwrap_or_default();
    extensions.iter().any(|extension| own.eq_ignore_ascii_case(extension))
}
