//! `charnn init`: a configuration to begin with, made for a text.

use crate::args::config::InitArguments;
use crate::environment::NotUtf8;
use crate::failure::Failure;
use crate::messages::run as say;
use crate::output::{data, grouped};
use crate::readings;
use crate::terminal::Terminal;
use charnn_data::Corpus;
use charnn_message::{shown, text};
use charnn_text::Source;
use charnn_train::{ConfigError, DECIDED, Plan, RunConfig, commented, first_config, write_config};
use std::path::{Path, PathBuf, absolute};

pub(crate) fn run(arguments: &InitArguments, terminal: &Terminal) -> Result<(), Failure> {
    let InitArguments { file, data: text, reading, preset, force } = arguments;
    if file.extension().is_none_or(|extension| extension != "toml") {
        let why = "its name must end in .toml, or charnn train would take it for a text".to_owned();
        return Err(ConfigError::NoConfig { path: file.clone(), why }.into());
    }
    let (Some(named), Some(_)) = (text.to_str(), file.to_str()) else {
        let odd = if text.to_str().is_none() { text } else { file };
        return Err(Failure::NotUtf8(NotUtf8 {
            what: text!(en: "the name {}", zh: "文件名 {} ", shown(odd)),
            remedy: text!(en: "rename the file", zh: "请重命名文件"),
        }));
    };
    let options = reading.options();
    let corpus = Corpus::read_with(&Source::parse(named), &options)?;
    let vocabulary = corpus.vocabulary(RunConfig::default().data.limits())?;
    let (characters, distinct) = (corpus.characters(), vocabulary.len());
    readings::show(terminal, corpus.documents().iter().map(|it| &it.reading), corpus.skipped());
    let path = from_folder_of(file, named);
    let mut config = first_config(&path, characters, distinct, *preset);
    config.data.read_by(&options);
    // Or the file would be one that cannot be trained with.
    let plan = Plan::new(config.clone(), &corpus)?;
    let text = format!("{} characters, {distinct} of them different", grouped(characters as u64));
    let shown = file.display();
    let heading = format!(
        "An experiment on {named}: {text}.\n`charnn train {shown}` runs it. A key behind # has its \
         default.\n`charnn config explain KEY` says more of a key."
    );
    write_config(file, &commented(&config, &DECIDED, &heading), *force)?;
    terminal.note(&say::for_text(characters, distinct));
    terminal.note(&say::network(&plan));
    terminal.note(&say::train_it(file));
    Ok(data(&format!("{shown}\n"))?)
}

/// How the configuration at `file` names `text`: relative to its own folder if that holds the text.
fn from_folder_of(file: &Path, text: &str) -> String {
    match Source::parse(text) {
        Source::File(text) => {
            let folder = absolute(file).ok().and_then(|file| file.parent().map(Path::to_owned));
            let text = absolute(&text).unwrap_or(text);
            let inside =
                folder.and_then(|folder| text.strip_prefix(folder).ok().map(PathBuf::from));
            inside.unwrap_or(text).display().to_string()
        }
        Source::Builtin(_) | Source::Stdin => text.to_owned(),
    }
}
