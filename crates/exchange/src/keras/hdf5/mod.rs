//! Keras' HDF5 files: tensors by their paths, and the attributes that describe a model.
//!
//! Keras writes a small part of HDF5, which `reader` and `writer` know. Nothing is copied before its size was
//! compared with the file's.

mod reader;
mod writer;

use crate::keras::KerasError;
use crate::numbers::{f16, f32, f64};
use charnn_bundle::HostTensor;
use charnn_message::{Text, text};
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
        return Err(damaged(text!(en: "it does not begin like one", zh: "开头不符")));
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
            return Err(damaged(text!(en: "its groups are nested too deeply", zh: "组嵌套过深")));
        }
        if object.is_group() {
            collect(file, &object, &path, rest, contents)?;
            continue;
        }
        let numbers = file.numbers(&object).map_err(|problem| {
            damaged(Text {
                english: format!("{path}: {}", problem.english),
                chinese: format!("{path}：{}", problem.chinese),
            })
        })?;
        *rest = rest
            .checked_sub(numbers.bytes.len())
            .ok_or_else(|| damaged(text!(en: "it repeats its data", zh: "重复使用同一数据")))?;
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

fn damaged(problem: Text) -> KerasError {
    KerasError::Hdf5 { problem }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test that cannot continue should stop")]

    use super::*;

    fn tensor(name: &str, count: usize) -> HostTensor {
        let values = (0..count).map(|value| value as f32).collect();
        HostTensor { name: name.into(), shape: vec![count], values }
    }

    /// Replaces `from` by `to` wherever it occurs; returns how often it did.
    fn replace(bytes: &mut [u8], from: &[u8], to: &[u8]) -> usize {
        let places: Vec<usize> =
            (0..bytes.len()).filter(|&at| bytes[at..].starts_with(from)).collect();
        for &at in &places {
            bytes[at..][..to.len()].copy_from_slice(to);
        }
        places.len()
    }

    fn problem(bytes: &[u8]) -> String {
        read(bytes).unwrap_err().to_string()
    }

    #[test]
    fn what_is_written_is_read() {
        let names = ["a/b/c", "a/b/d", "a/e", "f"];
        let mut tensors: Vec<_> =
            names.iter().enumerate().map(|(count, name)| tensor(name, count)).collect();
        tensors.push(HostTensor { name: "g".into(), shape: vec![], values: vec![1.5] });
        tensors.push(HostTensor { name: "h".into(), shape: vec![2, 0, 3], values: vec![] });
        assert_eq!(read(&write(&tensors)).unwrap().tensors, tensors);
        // More members than a leaf of h5py has.
        let many: Vec<_> = (100..400).map(|name| tensor(&format!("x/{name}"), 2)).collect();
        assert_eq!(read(&write(&many)).unwrap().tensors, many);
        assert_eq!(read(&write(&[])).unwrap().tensors, []);
    }

    #[test]
    fn the_optimizer_and_other_groups_are_not_read() {
        let tensors = [tensor("optimizer/vars/1", 2), tensor("x/seed_generator/vars/0", 2)];
        assert_eq!(read(&write(&tensors)).unwrap().tensors, []);
    }

    #[test]
    fn sizes_are_compared_with_the_file_before_anything_is_copied() {
        let bytes = write(&[tensor("x", 1000)]);
        let dataspace = |count: u64| [&[1, 1, 0, 0, 0, 0, 0, 0], &count.to_le_bytes()[..]].concat();
        for huge in [u64::MAX, u64::MAX / 4, 1 << 40, 2000] {
            let mut bytes = bytes.clone();
            assert_eq!(replace(&mut bytes, &dataspace(1000), &dataspace(huge)), 1);
            let told = problem(&bytes);
            assert!(told.contains("x: it ends too early") || told.contains("larger"), "{told}");
        }
        // Tensors that share their numbers.
        let many: Vec<_> = (0..26).map(|name| tensor(&format!("x{name}"), 1000)).collect();
        let mut bytes = write(&many);
        assert_eq!(replace(&mut bytes, &dataspace(1000), &dataspace(10_000)), 26);
        // All layouts lead to the first numbers.
        let size = 4000_u64.to_le_bytes();
        let layouts: Vec<usize> = (16..bytes.len())
            .filter(|&at| bytes[at..].starts_with(&size) && bytes[at - 10..at - 8] == [3, 1])
            .collect();
        assert_eq!(layouts.len(), 26);
        for at in layouts {
            bytes[at - 8..at].copy_from_slice(&96_u64.to_le_bytes());
        }
        assert!(problem(&bytes).contains("repeats its data"));
    }

    #[test]
    fn groups_that_contain_themselves_are_refused() {
        let mut bytes = write(&[tensor("a/b", 1)]);
        let root: [u8; 8] = bytes[64..72].try_into().unwrap();
        // The entry of `a`: the name at 8, and its object.
        let entry = bytes.windows(8).rposition(|it| it == 8_u64.to_le_bytes()).unwrap();
        let at = (0..=entry).rev().find(|&at| bytes[at..].starts_with(b"SNOD")).unwrap() + 8;
        bytes[at + 8..at + 16].copy_from_slice(&root);
        assert!(problem(&bytes).contains("nested too deeply"), "{}", problem(&bytes));
    }

    #[test]
    fn other_forms_are_refused_by_name() {
        let bytes = write(&[tensor("x", 3)]);
        let with = |from: &[u8], to: &[u8]| {
            let mut bytes = bytes.clone();
            assert_ne!(replace(&mut bytes, from, to), 0);
            problem(&bytes)
        };
        let float = [0x11, 0x20, 31, 0, 4];
        assert!(with(&float, &[0x10, 0x20, 31, 0, 4]).contains("not floats"));
        assert!(with(&float, &[0x11, 0x21, 31, 0, 4]).contains("unusual"));
        assert!(with(b"\x89HDF\r\n\x1a\n\0", b"\x89HDF\r\n\x1a\n\x02").contains("superblock 2"));
        assert!(with(b"TREE\0\0", b"TREE\x01\0").contains("tree is damaged"));
        assert!(with(b"HEAP", b"HEAQ").contains("not where it should be"));
        let layout = [3, 1, 96, 0, 0, 0, 0, 0, 0, 0];
        assert!(with(&layout, &[3, 2]).contains("chunks"));
        assert!(with(&layout, &[2, 1]).contains("layout 2"));
        assert!(
            with(&layout, &[3, 1, 255, 255, 255, 255, 255, 255, 255, 255])
                .contains("never written")
        );
    }
}
