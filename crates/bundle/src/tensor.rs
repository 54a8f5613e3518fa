//! Named tensors of f32 in memory, and as safetensors files, which can hold numbers but no code.

use charnn_message::{Describe, Message, display, text};
use safetensors::tensor::{Dtype, TensorView};
use safetensors::{SafeTensorError, SafeTensors};
use std::collections::{BTreeMap, HashMap};

/// A tensor in host memory.
#[derive(Debug, Clone, PartialEq)]
pub struct HostTensor {
    /// Its name, such as `layers.0.kernel`.
    pub name: String,
    /// Its dimensions.
    pub shape: Vec<usize>,
    /// Its numbers, row by row.
    pub values: Vec<f32>,
}

impl HostTensor {
    /// A tensor of zeros.
    pub fn zeros(name: impl Into<String>, shape: Vec<usize>) -> Self {
        let values = vec![0.0; shape.iter().product()];
        Self { name: name.into(), shape, values }
    }

    /// The numbers, if the tensor has the `expected` shape.
    ///
    /// # Errors
    /// [`TensorError::Shape`] otherwise.
    pub fn shaped(self, expected: &[usize]) -> Result<Vec<f32>, TensorError> {
        if self.shape == expected {
            return Ok(self.values);
        }
        let (name, found) = (self.name, format!("f32 {:?}", self.shape));
        Err(TensorError::Shape { name, found, expected: expected.to_vec() })
    }

    /// The numbers as little-endian bytes.
    pub(crate) fn bytes(&self) -> Vec<u8> {
        self.values.iter().flat_map(|value| value.to_le_bytes()).collect()
    }

    /// Whether no number is NaN or infinite.
    pub fn is_finite(&self) -> bool {
        self.values.iter().all(|value| value.is_finite())
    }
}

/// Tensors that cannot be written or do not belong to the network.
#[derive(Debug, thiserror::Error)]
pub enum TensorError {
    /// The bytes are not a whole safetensors file.
    Damaged(#[from] SafeTensorError),
    /// The network has this tensor and the file does not.
    Missing(String),
    /// The file has this tensor and the network does not.
    Unknown(String),
    /// A tensor holds NaN or infinity.
    NotFinite(String),
    /// A tensor has another shape or number format.
    Shape {
        /// Which tensor.
        name: String,
        /// What the file has.
        found: String,
        /// What the network has.
        expected: Vec<usize>,
    },
}

impl Describe for TensorError {
    fn describe(&self) -> Message {
        match self {
            Self::Damaged(error) => Message::new(
                "tensor/damaged",
                text!(en: "the file is damaged: {error}", zh: "文件已损坏：{error}"),
            ),
            Self::Missing(name) => Message::new(
                "tensor/missing",
                text!(
                    en: "tensor {name:?} is missing; the file belongs to another network",
                    zh: "缺少张量 {name}，该文件属于另一个网络"
                ),
            ),
            Self::Unknown(name) => Message::new(
                "tensor/unknown",
                text!(
                    en: "the network has no tensor {name:?}",
                    zh: "张量 {name} 不属于该网络"
                ),
            ),
            Self::NotFinite(name) => Message::new(
                "tensor/not-finite",
                text!(
                    en: "tensor {name:?} holds numbers that are not finite",
                    zh: "张量 {name} 含有非有限的数值"
                ),
            ),
            Self::Shape { name, found, expected } => Message::new(
                "tensor/shape",
                text!(
                    en: "tensor {name:?} is {found}, but the network needs f32 {expected:?}",
                    zh: "张量 {name} 是 {found}，而网络需要 f32 {expected:?}"
                ),
            ),
        }
    }
}

display!(TensorError);

/// A safetensors file, f32 little-endian.
///
/// # Errors
/// [`TensorError::NotFinite`] when a number is NaN or infinite.
///
/// # Panics
/// When a tensor has more or fewer numbers than its shape holds.
pub fn to_safetensors(tensors: &[HostTensor]) -> Result<Vec<u8>, TensorError> {
    encode(tensors, None)
}

/// A safetensors file with one entry of metadata, `key` with `value`.
///
/// # Errors
/// As [`to_safetensors`].
///
/// # Panics
/// As [`to_safetensors`].
pub(crate) fn to_safetensors_with(
    tensors: &[HostTensor],
    key: &str,
    value: &str,
) -> Result<Vec<u8>, TensorError> {
    encode(tensors, Some(HashMap::from([(key.to_owned(), value.to_owned())])))
}

/// The metadata of a safetensors file under `key`; `None` if it is absent or the file is damaged.
pub(crate) fn metadata(bytes: &[u8], key: &str) -> Option<String> {
    let (_, header) = SafeTensors::read_metadata(bytes).ok()?;
    header.metadata().as_ref()?.get(key).cloned()
}

fn encode(
    tensors: &[HostTensor],
    metadata: Option<HashMap<String, String>>,
) -> Result<Vec<u8>, TensorError> {
    let mut parts = Vec::with_capacity(tensors.len());
    for tensor in tensors {
        if !tensor.is_finite() {
            return Err(TensorError::NotFinite(tensor.name.clone()));
        }
        parts.push((&tensor.name, &tensor.shape, tensor.bytes()));
    }
    let views = parts.iter().map(|(name, shape, bytes)| {
        let view = TensorView::new(Dtype::F32, (*shape).clone(), bytes);
        (name, view.expect("as many bytes as the shape holds"))
    });
    Ok(safetensors::serialize(views, metadata)?)
}

/// The tensors of a safetensors file, by name.
///
/// # Errors
/// When the file is damaged or holds anything but finite f32.
pub fn from_safetensors(bytes: &[u8]) -> Result<BTreeMap<String, HostTensor>, TensorError> {
    let file = SafeTensors::deserialize(bytes)?;
    let mut tensors = BTreeMap::new();
    for (name, view) in file.iter() {
        if view.dtype() != Dtype::F32 {
            let found = format!("{:?} {:?}", view.dtype(), view.shape());
            let expected = view.shape().to_vec();
            return Err(TensorError::Shape { name: name.to_owned(), found, expected });
        }
        let (numbers, _) = view.data().as_chunks();
        let values = numbers.iter().map(|&bytes| f32::from_le_bytes(bytes)).collect();
        let tensor = HostTensor { name: name.to_owned(), shape: view.shape().to_vec(), values };
        if !tensor.is_finite() {
            return Err(TensorError::NotFinite(tensor.name));
        }
        tensors.insert(name.to_owned(), tensor);
    }
    Ok(tensors)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test that cannot continue should stop")]

    use super::*;

    fn tensor(name: &str, shape: &[usize], values: &[f32]) -> HostTensor {
        HostTensor { name: name.into(), shape: shape.into(), values: values.into() }
    }

    #[test]
    fn what_is_written_is_read() {
        let tensors =
            [tensor("b", &[2, 1], &[1.5, -0.0]), tensor("a", &[0], &[]), tensor("c", &[], &[7.0])];
        let read = from_safetensors(&to_safetensors(&tensors).unwrap()).unwrap();
        assert_eq!(read.into_values().collect::<Vec<_>>(), {
            let [b, a, c] = tensors;
            [a, b, c]
        });
    }

    #[test]
    fn numbers_that_are_not_finite_are_neither_written_nor_read() {
        for bad in [f32::NAN, f32::INFINITY] {
            let error = to_safetensors(&[tensor("weights", &[2], &[0.0, bad])]).unwrap_err();
            assert!(matches!(error, TensorError::NotFinite(name) if name == "weights"));
            let mut bytes = to_safetensors(&[tensor("weights", &[1], &[0.0])]).unwrap();
            let at = bytes.len() - 4;
            bytes[at..].copy_from_slice(&bad.to_le_bytes());
            assert!(matches!(from_safetensors(&bytes), Err(TensorError::NotFinite(_))));
        }
    }
}
