//! The zip form of `torch.save`: a pickle that describes the tensors, and a file of numbers for each storage.

use crate::archive::Archive;
use crate::error::ExchangeError;
use crate::numbers::{bf16, f16, f32, f64};
use crate::torch::pickle::{Number, StateDict, View, state_dict};
use crate::torch::pickle_error::PickleError;
use charnn_bundle::HostTensor;
use std::collections::BTreeMap;

/// The tensors of a file that `torch.save` wrote, as f32.
pub(super) fn read(bytes: &[u8]) -> Result<Vec<HostTensor>, ExchangeError> {
    let mut archive = Archive::open(bytes)?;
    // All entries lie in one folder, whose name is that of the file when it was saved.
    let pickles = archive.names().filter_map(|name| name.strip_suffix("data.pkl"));
    let [folder] = &pickles.map(str::to_owned).collect::<Vec<_>>()[..] else {
        return Err(PickleError::NotSaved.into());
    };
    let of = |name: &str| format!("{folder}{name}");
    let script = [of("constants.pkl"), of("code/")];
    if archive.names().any(|name| script.iter().any(|script| name.starts_with(script))) {
        return Err(PickleError::NotSaved.into());
    }
    if archive.read(&of("byteorder"))?.is_some_and(|order| *order != *b"little") {
        return Err(PickleError::BigEndian.into());
    }
    let pickle = archive.read(&of("data.pkl"))?.unwrap_or_default();
    let StateDict { storages, tensors } = state_dict(&pickle)?;
    let mut numbers = BTreeMap::new();
    let mut spare = 0;
    for (index, storage) in storages.iter().enumerate() {
        // Storages of an optimizer are not read.
        if !tensors.iter().any(|(_, view)| view.storage == index) {
            continue;
        }
        let name = of(&format!("data/{}", storage.key));
        let bytes = archive.read(&name)?.ok_or(PickleError::Storage { name })?;
        let values: Vec<f32> = match storage.number {
            Number::F64 => f64(&bytes).collect(),
            Number::F32 => f32(&bytes).collect(),
            Number::F16 => f16(&bytes).collect(),
            Number::BF16 => bf16(&bytes).collect(),
        };
        // A tied tensor occurs twice.
        spare += 2 * values.len();
        numbers.insert(index, values);
    }
    let mut read = Vec::with_capacity(tensors.len());
    for (name, view) in tensors {
        let values = viewed(&view, &numbers[&view.storage], &mut spare);
        let values = values.ok_or_else(|| PickleError::View { name: name.clone() })?;
        read.push(HostTensor { name, shape: view.shape, values });
    }
    Ok(read)
}

/// The numbers of a tensor, row by row; `None` if they do not lie in the storage, or are more than `spare`.
fn viewed(view: &View, storage: &[f32], spare: &mut usize) -> Option<Vec<f32>> {
    let count = view.shape.iter().try_fold(1_usize, |count, &size| count.checked_mul(size))?;
    *spare = spare.checked_sub(count)?;
    if count == 0 {
        return Some(Vec::new());
    }
    let mut last = view.offset;
    for (&size, &stride) in view.shape.iter().zip(&view.strides) {
        last = last.checked_add((size - 1).checked_mul(stride)?)?;
    }
    if last >= storage.len() {
        return None;
    }
    let mut values = Vec::with_capacity(count);
    let mut index = vec![0; view.shape.len()];
    let mut at = view.offset;
    loop {
        values.push(storage[at]);
        // The next index, the last axis first.
        let mut axes = (0..index.len()).rev();
        let next = axes.find(|&axis| {
            let more = index[axis] + 1 < view.shape[axis];
            if more {
                index[axis] += 1;
                at += view.strides[axis];
            } else {
                at -= view.strides[axis] * index[axis];
                index[axis] = 0;
            }
            more
        });
        if next.is_none() {
            return Some(values);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn views_follow_their_strides_within_their_storage() {
        let storage = [0.0, 1.0, 2.0, 3.0, 4.0, 5.0];
        let of = |offset, shape: &[usize], strides: &[usize]| {
            let view =
                View { storage: 0, offset, shape: shape.to_vec(), strides: strides.to_vec() };
            viewed(&view, &storage, &mut 12)
        };
        assert_eq!(of(0, &[2, 3], &[3, 1]).as_deref(), Some(&storage[..]));
        assert_eq!(of(0, &[3, 2], &[1, 3]), Some(vec![0.0, 3.0, 1.0, 4.0, 2.0, 5.0]));
        assert_eq!(of(4, &[2], &[1]), Some(vec![4.0, 5.0]));
        assert_eq!(of(5, &[], &[]), Some(vec![5.0]));
        assert_eq!(of(9, &[0, 4], &[1, 1]), Some(vec![]));
        assert_eq!(of(5, &[2], &[1]), None);
        assert_eq!(of(0, &[usize::MAX, 2], &[0, 0]), None);
        assert_eq!(of(0, &[13], &[0]), None, "more numbers than the storage has");
        assert_eq!(of(0, &[2], &[usize::MAX]), None);
        assert_eq!(of(3, &[1, 2], &[usize::MAX, 1]), Some(vec![3.0, 4.0]));
        assert_eq!(of(usize::MAX, &[2], &[1]), None);
    }
}
