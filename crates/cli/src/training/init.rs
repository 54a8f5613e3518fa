//! `charnn init`: a configuration to begin with, made for a text.

use crate::args::config::InitArguments;
use crate::environment::NotUtf8;
use crate::failure::Failure;
use crate::output::data;
use crate::readings;
use crate::sources::local;
use crate::terminal::Terminal;
use crate::training::messages::run as say;
use charnn_config::{
    ConfigError, DECIDED, NotAConfig, RunConfig, Sources, first_config, first_file, write_config,
};
use charnn_data::Corpus;
use charnn_message::{shown, text};
use charnn_text::Source;
use charnn_train::{Plan, vocabulary_limits};
use std::path::{Path, PathBuf, absolute};

pub(crate) fn run(arguments: &InitArguments, terminal: &Terminal) -> Result<(), Failure> {
    let InitArguments { file, data: text, reading, preset, force } = arguments;
    if file.extension().is_none_or(|extension| extension != "toml") {
        let what = NotAConfig::NotToml; // `charnn train` would read it as a text
        return Err(ConfigError::NotAConfig { path: file.clone(), what }.into());
    }
    let (Some(named), Some(_)) = (text.to_str(), file.to_str()) else {
        let odd = if text.to_str().is_none() { text } else { file };
        return Err(Failure::NotUtf8(NotUtf8 {
            what: text!(en: "the name {}", zh: "文件名 {} ", shown(odd)),
            remedy: text!(en: "rename the file", zh: "请重命名文件"),
        }));
    };
    local(text)?;
    let options = reading.options();
    let corpus = Corpus::read_with(&Source::parse(named), &options)?;
    let vocabulary = corpus.vocabulary(vocabulary_limits(&RunConfig::default().data))?;
    let (characters, distinct) = (corpus.characters(), vocabulary.len());
    readings::show(terminal, corpus.documents().iter().map(|it| &it.reading), corpus.skipped());
    let path = from_folder_of(file, named);
    let mut config = first_config(path, characters, *preset);
    config.data.set_read_options(&options);
    // Or the file would be one that cannot be trained with.
    let plan = Plan::new(config.clone(), &corpus)?;
    let heading = say::first_file(file, named, characters, distinct);
    let text = first_file(&config, &DECIDED, terminal.text(&heading), terminal.language);
    write_config(file, &text, *force)?;
    terminal.note(&say::for_text(characters, distinct));
    terminal.note(&say::network(&plan));
    terminal.note(&say::train_it(file));
    Ok(data(&format!("{}\n", file.display()))?)
}

/// How the configuration at `file` names `text`: relative to its own folder if that holds the text.
fn from_folder_of(file: &Path, text: &str) -> Sources {
    Sources(vec![match Source::parse(text) {
        Source::File(text) => {
            let folder = absolute(file).ok().and_then(|file| file.parent().map(Path::to_owned));
            let text = absolute(&text).unwrap_or(text);
            let inside =
                folder.and_then(|folder| text.strip_prefix(folder).ok().map(PathBuf::from));
            Source::File(inside.unwrap_or(text))
        }
        other => other,
    }])
}
