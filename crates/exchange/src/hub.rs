//! A folder for the Hugging Face Hub.

use crate::error::ExchangeError;
use crate::symbols::to_json;
use charnn_bundle::{
    Architecture, Bundle, CONFIG_FILE, ExportedFile, VOCABULARY_FILE, WEIGHTS_FILE,
};
use serde_json::json;
use std::fmt::Write as _;

/// The network as a folder for the Hub: a model card, its sizes, its weights and its vocabulary. The file of
/// weights is what [`Bundle::to_bytes`] writes, so it is complete by itself.
///
/// # Errors
/// When the weights cannot be encoded.
pub fn to_hub(bundle: &Bundle, name: &str) -> Result<Vec<ExportedFile>, ExchangeError> {
    let v = bundle.vocabulary().len();
    let config = json!({
        "model_type": "charnn",
        "architecture": bundle.architecture(),
        "vocabulary_size": v,
        "parameters": bundle.architecture().parameter_count(v),
        "provenance": bundle.provenance(),
    });
    Ok(vec![
        ExportedFile { name: "README.md", bytes: card(bundle, name).into_bytes() },
        ExportedFile { name: CONFIG_FILE, bytes: format!("{config:#}\n").into_bytes() },
        ExportedFile { name: WEIGHTS_FILE, bytes: bundle.to_bytes()? },
        ExportedFile { name: VOCABULARY_FILE, bytes: to_json(bundle) },
    ])
}

/// The model card.
fn card(bundle: &Bundle, name: &str) -> String {
    let Architecture { cell, embedding_dim, hidden_size, num_layers, tie_weights, layer_norm } =
        bundle.architecture();
    let (v, provenance) = (bundle.vocabulary().len(), bundle.provenance());
    let parameters = bundle.architecture().parameter_count(v);
    let name = plain(name);
    let mut card = format!(
        "---\nlibrary_name: charnn\npipeline_tag: text-generation\ntags:\n- charnn\n- character-level\n\
         - {cell}\n---\n\n# {name}\n\n\
         A recurrent network that generates text, one character after another.\n\n\
         | | |\n|---|---|\n\
         | cell | {cell} |\n\
         | layers | {num_layers} |\n\
         | hidden size | {hidden_size} |\n\
         | embedding | {embedding_dim}{} |\n\
         | layer norm | {} |\n\
         | symbols | {v} |\n\
         | parameters | {parameters} |\n",
        if tie_weights { ", shared with the output layer" } else { "" },
        if layer_norm { "yes" } else { "no" },
    );
    if let Some(corpus) = &provenance.corpus {
        let _ = writeln!(card, "| trained on | {} |", plain(corpus));
    }
    if let Some(step) = provenance.step {
        let _ = writeln!(card, "| training steps | {step} |");
    }
    if let Some(loss) = provenance.val_loss {
        let _ = writeln!(card, "| validation loss (nats per character) | {loss:.4} |");
    }
    card += "\n## Use\n\nDownload this folder, then:\n\n    charnn generate ./FOLDER --prompt \"Once\"\n\n\
             `model.safetensors` is complete by itself: its metadata holds the sizes and the vocabulary.\n";
    card
}

/// Text that means nothing in Markdown or in a table, on one line.
fn plain(text: &str) -> String {
    let mut out = String::new();
    for character in text.chars() {
        if character.is_control() {
            out.push(' ');
            continue;
        }
        if "\\`*_{}[]<>()#+!|~&".contains(character) {
            out.push('\\');
        }
        out.push(character);
    }
    out
}
