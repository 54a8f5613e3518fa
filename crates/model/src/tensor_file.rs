//! Named tensors as bytes in the safetensors format, which nothing but numbers can hide in.

use burn::tensor::Tensor;
use safetensors::tensor::{Dtype, TensorView};
use safetensors::{SafeTensorError, SafeTensors};
use std::collections::BTreeMap;

/// A tensor on the host.
#[derive(Debug, Clone, PartialEq)]
pub struct Named {
    /// What it is called.
    pub name: String,
    /// Its dimensions.
    pub shape: Vec<usize>,
    /// Its numbers, row by row.
    pub values: Vec<f32>,
}

/// Tensors that cannot be written, or do not fit the network they are meant for.
#[derive(Debug, thiserror::Error)]
pub enum TensorError {
    /// Not a safetensors file, or a damaged one.
    #[error("the file is damaged: {0}")]
    Damaged(#[from] SafeTensorError),
    /// A tensor that the network needs is absent.
    #[error("there is no tensor {0:?}; the file belongs to another network")]
    Missing(String),
    /// A tensor that the network does not know is present.
    #[error("there is a tensor {0:?} that the network does not have")]
    Unknown(String),
    /// A tensor holds NaN or infinity.
    #[error("tensor {0:?} holds numbers that are not finite")]
    NotFinite(String),
    /// A tensor has another shape or number format.
    #[error("tensor {name:?} is {found}, but the network needs f32 {expected:?}")]
    Shape {
        /// Which tensor.
        name: String,
        /// What the file says.
        found: String,
        /// What the configuration asks for.
        expected: Vec<usize>,
    },
    /// The device that holds a tensor does not hand it out.
    #[error("the device does not hand out tensor {name:?}: {message}")]
    Device {
        /// Which tensor.
        name: String,
        /// What the device said.
        message: String,
    },
}

impl Named {
    /// Copies a tensor to the host.
    ///
    /// # Shapes
    /// Any, such as `[N]`; it is kept.
    ///
    /// # Errors
    /// When the device is lost.
    pub fn read<const D: usize>(
        name: impl Into<String>,
        tensor: Tensor<D>,
    ) -> Result<Self, TensorError> {
        let (name, shape) = (name.into(), tensor.dims().to_vec());
        let failed = |message: String| TensorError::Device { name: name.clone(), message };
        let data = tensor.try_into_data().map_err(|error| failed(error.to_string()))?;
        let values = data.try_into_vec().map_err(|error| failed(error.to_string()))?;
        Ok(Self { name, shape, values })
    }

    /// The numbers, if the tensor has the shape that is `expected`.
    ///
    /// # Errors
    /// When it has another.
    pub(crate) fn shaped(self, expected: &[usize]) -> Result<Vec<f32>, TensorError> {
        if self.shape == expected {
            return Ok(self.values);
        }
        let (name, found) = (self.name, format!("f32 {:?}", self.shape));
        Err(TensorError::Shape { name, found, expected: expected.to_vec() })
    }
}

/// A safetensors file, f32 little-endian.
///
/// # Errors
/// When a number is not finite.
pub fn to_safetensors(tensors: &[Named]) -> Result<Vec<u8>, TensorError> {
    let mut parts = Vec::with_capacity(tensors.len());
    for Named { name, shape, values } in tensors {
        if !values.iter().all(|value| value.is_finite()) {
            return Err(TensorError::NotFinite(name.clone()));
        }
        let bytes: Vec<u8> = values.iter().flat_map(|value| value.to_le_bytes()).collect();
        parts.push((name, shape, bytes));
    }
    let views = parts.iter().map(|(name, shape, bytes)| {
        let view = TensorView::new(Dtype::F32, (*shape).clone(), bytes);
        (name, view.expect("as many bytes as the shape holds"))
    });
    Ok(safetensors::serialize(views, None)?)
}

/// The tensors of a safetensors file, by name.
///
/// # Errors
/// When the file is damaged, or holds anything but finite f32.
pub fn from_safetensors(bytes: &[u8]) -> Result<BTreeMap<String, Named>, TensorError> {
    let file = SafeTensors::deserialize(bytes)?;
    let mut tensors = BTreeMap::new();
    for (name, view) in file.iter() {
        if view.dtype() != Dtype::F32 {
            let found = format!("{:?} {:?}", view.dtype(), view.shape());
            let expected = view.shape().to_vec();
            return Err(TensorError::Shape { name: name.to_owned(), found, expected });
        }
        let (numbers, _) = view.data().as_chunks();
        let values: Vec<f32> = numbers.iter().map(|&bytes| f32::from_le_bytes(bytes)).collect();
        if !values.iter().all(|value| value.is_finite()) {
            return Err(TensorError::NotFinite(name.to_owned()));
        }
        let named = Named { name: name.to_owned(), shape: view.shape().to_vec(), values };
        tensors.insert(name.to_owned(), named);
    }
    Ok(tensors)
}
