//! `charnn export` and `charnn import`: networks for and from other programs.

use crate::args::exchange::{ExportArguments, ExportFormat, ImportArguments, ImportFormat};
use crate::commands::network;
use crate::failure::Failure;
use crate::messages::exchange::{exported, imported};
use crate::output::data;
use crate::terminal::Terminal;
use charnn_bundle::{Bundle, VOCABULARY_FILE};
use charnn_data::DataError;
use charnn_exchange::{ExchangeError, from_keras, from_torch, to_hub, to_keras, to_onnx, to_torch};
use charnn_report::web_package;
use charnn_runs::{read_file, write_file, write_folder};
use std::io::ErrorKind;
use std::path::{Path, PathBuf};

pub(crate) fn export(arguments: &ExportArguments, terminal: &Terminal) -> Result<(), Failure> {
    let ExportArguments { to, force, .. } = *arguments;
    let network = network::open(&arguments.run, &arguments.runs, arguments.checkpoint, terminal)?;
    let failed = |source| Failure::Exchange { path: network.path.clone(), source };
    let stem = stem(&network.name);
    let output = |name: String| arguments.output.clone().unwrap_or_else(|| PathBuf::from(name));
    let bundle = &network.bundle;
    let folder = |ending: &str| output(format!("{stem}-{ending}"));
    let (path, files) = match to {
        ExportFormat::Bundle => {
            let path = output(format!("{stem}.{}", Bundle::EXTENSION));
            let bytes = bundle.to_bytes().map_err(|error| failed(ExchangeError::Bundle(error)))?;
            write_file(&path, &bytes, force).map_err(|error| unwritten(&path, error))?;
            (path, Vec::new())
        }
        ExportFormat::Torch => (folder("torch"), to_torch(bundle).map_err(failed)?),
        ExportFormat::Keras => (folder("keras"), to_keras(bundle).map_err(failed)?),
        ExportFormat::Onnx => (folder("onnx"), to_onnx(bundle).map_err(failed)?),
        ExportFormat::Hub => (folder("hub"), to_hub(bundle, &stem).map_err(failed)?),
        ExportFormat::Web => {
            let unit = bundle.vocabulary().unit();
            if !unit.is_char() {
                return Err(failed(ExchangeError::WebUnit { unit: unit.clone() }));
            }
            let package = web_package(bundle, &stem, terminal.language);
            (folder("web"), package.map_err(|error| failed(ExchangeError::Bundle(error)))?)
        }
    };
    if !files.is_empty() {
        write_folder(&path, &files, force).map_err(|error| unwritten(&path, error))?;
    }
    terminal.note(&exported(&network.name, network.step, &path, to));
    Ok(data(&format!("{}\n", path.display()))?)
}

/// Reads a network from the bytes of its file and of its vocabulary.
type Import = fn(&[u8], &[u8]) -> Result<Bundle, ExchangeError>;

pub(crate) fn import(arguments: &ImportArguments, terminal: &Terminal) -> Result<(), Failure> {
    let (names, read): (&[&str], Import) = match arguments.from {
        ImportFormat::Torch => (&["model.safetensors", "model.pt"], from_torch),
        ImportFormat::Keras => (&["model.keras", "model.weights.h5"], from_keras),
    };
    let (file, beside) = if arguments.file.is_dir() {
        let mut files = names.iter().map(|name| arguments.file.join(name));
        let first = arguments.file.join(names[0]);
        let file = files.find(|file| file.exists()).unwrap_or(first);
        (file, arguments.file.join(VOCABULARY_FILE))
    } else {
        (arguments.file.clone(), arguments.file.with_file_name(VOCABULARY_FILE))
    };
    let weights = read_file(&file)?;
    let vocabulary = arguments.vocab.clone().unwrap_or(beside);
    let symbols = read_file(&vocabulary);
    let bundle = match (read(&weights, symbols.as_deref().unwrap_or_default()), symbols) {
        // What is wrong with the file comes first.
        (Err(ExchangeError::Symbols { .. }), Err(missing)) => return Err(missing.into()),
        (bundle, _) => bundle.map_err(|source| {
            let path = match source {
                ExchangeError::Symbols { .. } | ExchangeError::Vocabulary(_) => vocabulary.clone(),
                _ => file.clone(),
            };
            Failure::Exchange { path, source }
        })?,
    };
    let name = stem(&arguments.file.to_string_lossy());
    let path = arguments.output.clone();
    let path = path.unwrap_or_else(|| PathBuf::from(format!("{name}.{}", Bundle::EXTENSION)));
    let bytes = bundle.to_bytes();
    let bytes = bytes.map_err(|error| Failure::Exchange { path: file, source: error.into() })?;
    write_file(&path, &bytes, arguments.force).map_err(|error| unwritten(&path, error))?;
    terminal.note(&imported(&bundle, &path));
    Ok(data(&format!("{}\n", path.display()))?)
}

/// The name of a run, a file or a folder, without its folder and its ending.
fn stem(name: &str) -> String {
    let name = Path::new(name).file_name().unwrap_or_default().to_string_lossy();
    let endings =
        [Bundle::EXTENSION, "safetensors", "weights.h5", "h5", "keras", "pt", "pth", "bin"];
    let stem = endings.iter().find_map(|ending| name.strip_suffix(ending)?.strip_suffix('.'));
    let stem = stem.unwrap_or(&name);
    if stem.is_empty() { "network".to_owned() } else { stem.to_owned() }
}

fn unwritten(path: &Path, source: std::io::Error) -> Failure {
    let path = path.to_owned();
    match source.kind() {
        ErrorKind::AlreadyExists => DataError::OutputExists { path }.into(),
        _ => DataError::Output { path, source }.into(),
    }
}
