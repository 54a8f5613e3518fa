//! The weights of a network as a checkpoint stores them: a safetensors file with the primer in its
//! metadata.

use crate::tensor::{metadata, to_safetensors_with};
use crate::{HostTensor, TensorError};

/// The key of the primer.
const PRIMER: &str = "primer";

/// A file of weights with a primer, see [`crate::Bundle::with_primer`].
///
/// # Errors
/// When a number is not finite.
///
/// # Panics
/// When a tensor has more or fewer numbers than its shape holds.
pub fn to_weights(tensors: &[HostTensor], primer: &str) -> Result<Vec<u8>, TensorError> {
    to_safetensors_with(tensors, PRIMER, primer)
}

/// The primer of a file of weights; empty in files of earlier versions.
pub fn primer_of(weights: &[u8]) -> String {
    metadata(weights, PRIMER).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test that cannot continue should stop")]

    use super::*;
    use crate::{from_safetensors, to_safetensors};

    #[test]
    fn the_primer_stands_beside_the_weights() {
        let tensors = [HostTensor { name: "a".into(), shape: vec![1], values: vec![7.0] }];
        let weights = to_weights(&tensors, "从前\n\"").unwrap();
        assert_eq!(primer_of(&weights), "从前\n\"");
        assert_eq!(from_safetensors(&weights).unwrap()["a"], tensors[0]);
        assert_eq!(primer_of(&weights[..9]), "");
        assert_eq!(primer_of(&to_safetensors(&tensors).unwrap()), "");
    }
}
