//! The layers in a file of weights, by the paths and shapes of their tensors.
//!
//! | | recurrent layer | other layers |
//! |---|---|---|
//! | Keras 3 | `layers/gru_1/cell/vars/0` | `layers/dense/vars/0` |
//! | Keras 2 | `gru_1/gru_1/gru_cell/recurrent_kernel:0` | `dense/dense/kernel:0` |

use crate::error::ExchangeError;
use crate::keras::KerasError;
use crate::keras::hdf5::Contents;
use charnn_bundle::HostTensor;
use charnn_message::text;
use std::collections::BTreeMap;

/// A layer and its tensors.
#[derive(Debug)]
pub(super) struct Layer {
    pub(super) name: String,
    pub(super) kernel: HostTensor,
    /// `beta` of a norm.
    pub(super) bias: Option<HostTensor>,
}

/// A recurrent layer and its tensors.
#[derive(Debug)]
pub(super) struct Recurrent {
    pub(super) layer: Layer,
    pub(super) recurrent_kernel: HostTensor,
}

/// The layers of a file, those of one kind in order.
#[derive(Debug, Default)]
pub(super) struct Layers {
    pub(super) embedding: Option<Layer>,
    pub(super) recurrent: Vec<Recurrent>,
    pub(super) norms: Vec<Layer>,
    pub(super) head: Option<Layer>,
}

impl Layers {
    /// Sorts the tensors of a file into layers.
    pub(super) fn of(contents: Contents) -> Result<Self, ExchangeError> {
        let Contents { tensors, layer_names, .. } = contents;
        let mut groups = BTreeMap::<String, BTreeMap<String, HostTensor>>::new();
        for tensor in tensors {
            let path = tensor.name.strip_prefix("model_weights/").unwrap_or(&tensor.name);
            let path = path.strip_suffix(":0").unwrap_or(path);
            let (group, leaf) = path.rsplit_once('/').unwrap_or(("", path));
            let two_ways = ["forward_layer", "backward_layer", "bidirectional"];
            if group.split('/').any(|part| two_ways.iter().any(|it| part.starts_with(it))) {
                return Err(ExchangeError::Bidirectional);
            }
            let (group, leaf) = (group.to_owned(), leaf.to_owned());
            groups.entry(group).or_default().insert(leaf, tensor);
        }
        let mut layers = Self::default();
        let (mut embeddings, mut heads) = (Vec::new(), Vec::new());
        for (group, tensors) in groups {
            match part(&group, tensors)? {
                Part::Recurrent(layer) => layers.recurrent.push(layer),
                Part::Norm(layer) => layers.norms.push(layer),
                Part::Embedding(layer) => embeddings.push(layer),
                Part::Dense(layer) => heads.push(layer),
            }
        }
        let place = |name: &str| {
            let first = name.split('/').next().unwrap_or(name);
            let listed = layer_names.iter().position(|listed| listed == first);
            (listed.unwrap_or(usize::MAX), natural(name))
        };
        layers.recurrent.sort_by_cached_key(|it| place(&it.layer.name));
        layers.norms.sort_by_cached_key(|it| place(&it.name));
        layers.embedding = only(embeddings)?;
        layers.head = only(heads)?;
        Ok(layers)
    }
}

enum Part {
    Recurrent(Recurrent),
    Norm(Layer),
    Embedding(Layer),
    Dense(Layer),
}

/// The layer whose tensors lie in a group.
fn part(group: &str, mut tensors: BTreeMap<String, HostTensor>) -> Result<Part, KerasError> {
    let (name, numbered) = match group.strip_suffix("vars") {
        Some(path) => (path.trim_end_matches('/'), true),
        // `gru_1/gru_1/gru_cell`
        None => (group.split('/').next().unwrap_or(group), false),
    };
    let cell = name.strip_suffix("/cell").filter(|_| numbered);
    let name = cell.unwrap_or(name).to_owned();
    let unknown = || KerasError::Tensors { layer: name.clone() };
    let axes: Vec<usize> = tensors.values().map(|tensor| tensor.shape.len()).collect();
    let leaves: [&str; 3] = match (numbered, cell.is_some()) {
        (true, true) => ["0", "1", "2"],
        (true, false) => ["0", "", "1"],
        (false, _) => ["kernel", "recurrent_kernel", "bias"],
    };
    let is_norm = if numbered { axes == [1, 1] } else { tensors.contains_key("gamma") };
    let [kernel, recurrent_kernel, bias] = if is_norm && !numbered {
        ["gamma", "", "beta"].map(|leaf| tensors.remove(leaf))
    } else if tensors.contains_key("embeddings") {
        [tensors.remove("embeddings"), None, None]
    } else {
        leaves.map(|leaf| tensors.remove(leaf))
    };
    let kernel = kernel.filter(|_| tensors.is_empty()).ok_or_else(unknown)?;
    let is_matrix = kernel.shape.len() == 2;
    let is_embedding = kernel.name.ends_with("embeddings:0")
        || kernel.name.ends_with("embeddings")
        // Without a bias, an output layer and an embedding look alike.
        || (bias.is_none() && !["dense", "linear", "head", "out"].iter().any(|it| name.contains(it)));
    let layer = Layer { name: name.clone(), kernel, bias };
    match recurrent_kernel {
        Some(recurrent_kernel) if is_matrix => {
            Ok(Part::Recurrent(Recurrent { layer, recurrent_kernel }))
        }
        None if is_norm => Ok(Part::Norm(layer)),
        None if is_matrix && cell.is_none() && is_embedding => Ok(Part::Embedding(layer)),
        None if is_matrix && cell.is_none() => Ok(Part::Dense(layer)),
        _ => Err(unknown()),
    }
}

/// The one layer of a list; `None` if it is empty.
fn only(mut layers: Vec<Layer>) -> Result<Option<Layer>, KerasError> {
    let last = layers.pop();
    match (&last, layers.pop()) {
        (Some(last), Some(other)) => {
            let (a, b) = (&other.name, &last.name);
            let problem = text!(en: "both {a:?} and {b:?}", zh: "{a} 和 {b} 重复");
            Err(KerasError::Chain { problem })
        }
        _ => Ok(last),
    }
}

/// A name as words and numbers, so that `gru_10` comes after `gru_9`.
fn natural(name: &str) -> Vec<(String, u64)> {
    let mut parts = Vec::new();
    let mut rest = name;
    while !rest.is_empty() {
        let word = rest.find(|it: char| it.is_ascii_digit()).unwrap_or(rest.len());
        let (word, after) = rest.split_at(word);
        let digits = after.find(|it: char| !it.is_ascii_digit()).unwrap_or(after.len());
        let (digits, after) = after.split_at(digits);
        parts.push((word.to_owned(), digits.parse().unwrap_or(0)));
        rest = after;
    }
    parts
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_with_numbers_are_in_the_order_of_the_numbers() {
        let mut names = ["gru_10", "gru_9", "gru", "gru_1"];
        names.sort_by_key(|name| natural(name));
        assert_eq!(names, ["gru", "gru_1", "gru_9", "gru_10"]);
    }
}
