//! Keras' HDF5 files: tensors by their paths, and the attributes that describe a model.
//!
//! Keras writes a small part of HDF5, which `reader` and `writer` know. Nothing is copied before its size was
//! compared with the file's.

mod reader;
mod writer;

use crate::keras::KerasError;
use crate::numbers::{f16, f32, f64};
use charnn_bundle::HostTensor;
use reader::{File, Float, Object};

/// How deep groups may lie; Keras' lie half as deep.
const MOST_DEPTH: usize = 12;
/// The most messages, names and nodes of trees; a network of 64 layers and its optimizer have a third.
const MOST_PARTS: usize = 100_000;
/// Groups that hold no weights of the network.
const OTHERS: [&str; 6] =
    ["optimizer", "optimizer_weights", "seed_generator", "compile_metrics", "_metrics", "metrics"];

/// What a file holds.
#[derive(Debug, Default)]
pub(super) struct Contents {
    /// The weights, named after their paths: `layers/gru/cell/vars/0`.
    pub(super) tensors: Vec<HostTensor>,
    /// The names of the layers in order, which Keras 2 wrote.
    pub(super) layer_names: Vec<String>,
    /// The description of the model, in files that hold all of it.
    pub(super) model_config: Option<String>,
}

/// Whether a file begins like an HDF5 file.
pub(super) fn is_hdf5(bytes: &[u8]) -> bool {
    bytes.starts_with(b"\x89HDF\r\n\x1a\n")
}

/// Reads all tensors of floats, except those of the optimizer.
pub(super) fn read(bytes: &[u8]) -> Result<Contents, KerasError> {
    if !is_hdf5(bytes) {
        return Err(damaged("it does not begin like one"));
    }
    let (mut file, root) = File::open(bytes, MOST_PARTS).map_err(damaged)?;
    let mut contents = Contents::default();
    let config = file.strings(&root, "model_config").map_err(damaged)?;
    contents.model_config = config.and_then(|strings| strings.into_iter().next());
    contents.layer_names = file.strings(&root, "layer_names").map_err(damaged)?.unwrap_or_default();
    // Links can make a file repeat its tensors.
    let mut rest = 2 * bytes.len();
    collect(&mut file, &root, "", &mut rest, &mut contents)?;
    Ok(contents)
}

fn collect<'a>(
    file: &mut File<'a>,
    group: &Object<'a>,
    path: &str,
    rest: &mut usize,
    contents: &mut Contents,
) -> Result<(), KerasError> {
    for (name, object) in file.members(group).map_err(damaged)? {
        if OTHERS.contains(&name.as_str()) {
            continue;
        }
        if name == "model_weights" {
            let names = file.strings(&object, "layer_names").map_err(damaged)?;
            contents.layer_names = names.unwrap_or_default();
        }
        let path = if path.is_empty() { name } else { format!("{path}/{name}") };
        if path.split('/').count() > MOST_DEPTH {
            return Err(damaged("its groups are nested too deeply"));
        }
        if object.is_group() {
            collect(file, &object, &path, rest, contents)?;
            continue;
        }
        let numbers =
            file.numbers(&object).map_err(|problem| damaged(format!("{path}: {problem}")))?;
        *rest =
            rest.checked_sub(numbers.bytes.len()).ok_or_else(|| damaged("it repeats its data"))?;
        let values = match numbers.format {
            Float::F64 => f64(numbers.bytes).collect(),
            Float::F32 => f32(numbers.bytes).collect(),
            Float::F16 => f16(numbers.bytes).collect(),
        };
        contents.tensors.push(HostTensor { name: path, shape: numbers.shape, values });
    }
    Ok(())
}

/// An HDF5 file of tensors, whose names are paths. The same bytes for the same tensors.
pub(super) fn write(tensors: &[HostTensor]) -> Vec<u8> {
    writer::write(tensors)
}

fn damaged(problem: impl Into<String>) -> KerasError {
    KerasError::Hdf5 { problem: problem.into() }
}
