//! A trained network that learns more characters: the weights of known characters move to their new
//! ids, and those of new characters are initial weights.

use crate::parameters::{map_parameters, visit_parameters};
use crate::{CharLm, TensorError, host_tensor};
use burn::tensor::Tensor;
use charnn_bundle::TensorError as HostError;
use std::collections::BTreeMap;

impl CharLm {
    /// `fresh`, a network of the same sizes with a larger vocabulary, with the weights of this one.
    /// The id `i` of this network is `new_ids[i]` in `fresh`.
    ///
    /// # Errors
    /// When a device is lost, or the sizes differ.
    pub fn extend_vocabulary(&self, new_ids: &[u16], fresh: Self) -> Result<Self, TensorError> {
        let mut old = BTreeMap::new();
        visit_parameters(self, |parameter| {
            let read = host_tensor(parameter.name.clone(), parameter.value);
            old.insert(parameter.name, read.map(|tensor| (parameter.shape, tensor.values)));
        });
        let mut problem = None;
        let extended = map_parameters(fresh, |parameter| {
            let name = parameter.name.clone();
            let found =
                old.remove(&name).unwrap_or_else(|| Err(HostError::Missing(name.clone()).into()));
            let own = host_tensor(name.clone(), parameter.value.clone());
            let filled = found.and_then(|(shape, from)| {
                let mut values = own?.values;
                match name.as_str() {
                    "embedding" => move_rows(&from, new_ids, shape[1], &mut values),
                    "head.kernel" => move_columns(&from, new_ids, shape[0], &mut values),
                    "head.bias" => move_rows(&from, new_ids, 1, &mut values),
                    _ if shape == parameter.shape => values = from,
                    _ => {
                        let (found, expected) = (format!("f32 {shape:?}"), parameter.shape.clone());
                        return Err(HostError::Shape { name, found, expected }.into());
                    }
                }
                Ok(values)
            });
            match filled {
                Ok(values) => Tensor::<1>::from_floats(&values[..], &parameter.value.device()),
                Err(error) => {
                    problem.get_or_insert(error);
                    parameter.value
                }
            }
        });
        problem.map_or(Ok(extended), Err)
    }
}

/// Row `i` of `from` becomes row `new_ids[i]` of `to`; both have rows of `width` numbers.
fn move_rows(from: &[f32], new_ids: &[u16], width: usize, to: &mut [f32]) {
    for (row, &id) in from.chunks_exact(width).zip(new_ids) {
        to[usize::from(id) * width..][..width].copy_from_slice(row);
    }
}

/// Column `i` of `from` becomes column `new_ids[i]` of `to`; both have `rows` rows.
fn move_columns(from: &[f32], new_ids: &[u16], rows: usize, to: &mut [f32]) {
    let (narrow, wide) = (from.len() / rows, to.len() / rows);
    for (from, to) in from.chunks_exact(narrow).zip(to.chunks_exact_mut(wide)) {
        for (&value, &id) in from.iter().zip(new_ids) {
            to[usize::from(id)] = value;
        }
    }
}
