//! Exporting and importing networks.

use crate::args::exchange::ExportFormat;
use crate::messages::word;
use charnn_bundle::{Bundle, BundleError};
use charnn_exchange::{ExchangeError, KerasError};
use charnn_message::{Describe, Message, Text, grouped, in_a_line, shown, text};
use charnn_runs::NetworkFileError;
use std::path::Path;

/// What was written, and what to do with it.
pub(crate) fn exported(run: &str, step: u64, path: &Path, format: ExportFormat) -> Text {
    let (run, step, quoted) = (in_a_line(run), grouped(step), word(&path.to_string_lossy()));
    let command = match format {
        ExportFormat::Bundle | ExportFormat::Hub => {
            let folder = format == ExportFormat::Hub && path.is_relative();
            let name = if folder { format!("./{quoted}") } else { quoted };
            format!("charnn generate {name}")
        }
        ExportFormat::Torch | ExportFormat::Keras => format!("python {quoted}/load.py"),
        ExportFormat::Onnx => format!("python {quoted}/run.py"),
        ExportFormat::Web => {
            return text!(
                en: "exported run {run}, step {step}; open {quoted}/index.html in a browser",
                zh: "已导出训练记录 {run}（第 {step} 步）；请用浏览器打开 {quoted}/index.html"
            );
        }
    };
    text!(
        en: "exported run {run}, step {step}; to use it: `{command}`",
        zh: "已导出训练记录 {run}（第 {step} 步）；使用方法：`{command}`"
    )
}

/// The network that was imported.
pub(crate) fn imported(bundle: &Bundle, path: &Path) -> Text {
    let architecture = bundle.architecture();
    let (cell, layers, hidden) =
        (architecture.cell, architecture.num_layers, architecture.hidden_size);
    let (symbols, path) =
        (grouped(bundle.vocabulary().len() as u64), word(&path.to_string_lossy()));
    text!(
        en: "imported a network: {cell}, {layers} x {hidden} units, {symbols} symbols; to use it: \
             `charnn generate {path}`",
        zh: "已导入网络：{cell}，{layers} 层 × {hidden} 单元，{symbols} 个符号；使用方法：\
             `charnn generate {path}`"
    )
}

/// Why a network cannot be exported or imported, with the file or run.
pub(crate) fn failed(path: &Path, error: &ExchangeError) -> Message {
    let (path, described) = (shown(path), error.describe());
    let text = text!(
        en: ("{path}: {}", described.message.english),
        zh: ("{path}：{}", described.message.chinese),
    );
    let message = Message { hints: described.hints, ..Message::new(described.code, text) };
    match error {
        ExchangeError::Cell { .. } | ExchangeError::LayerNorm { .. } => message.hint(text!(
            en: "on the command line: --to bundle or --to hub",
            zh: "命令行写法：--to bundle 或 --to hub"
        )),
        ExchangeError::NotTorch | ExchangeError::Keras(KerasError::NotKeras) => {
            message.hint(text!(
                en: "formats: --from torch or --from keras",
                zh: "可用的格式：--from torch 或 --from keras"
            ))
        }
        ExchangeError::VocabularySize { .. } | ExchangeError::Symbols { .. } => message
            .hint(text!(en: "on the command line: --vocab FILE", zh: "命令行写法：--vocab FILE")),
        _ => message,
    }
}

/// Why a network file cannot be used.
pub(crate) fn network_file(error: &NetworkFileError) -> Message {
    match error {
        NetworkFileError::Content { source: BundleError::Damaged { .. }, .. } => {
            error.describe().hint(text!(
                en: "to import a network of another program: `charnn import FILE --from torch` or `--from keras`",
                zh: "要导入其他程序的网络：`charnn import FILE --from torch` 或 `--from keras`"
            ))
        }
        NetworkFileError::Read { path, .. } if path.ends_with("vocab.json") => {
            error.describe().hint(text!(
                en: "name the vocabulary of the network: --vocab FILE",
                zh: "请指定该网络的词表：--vocab FILE"
            ))
        }
        _ => error.describe(),
    }
}
