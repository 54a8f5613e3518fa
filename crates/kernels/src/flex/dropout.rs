//! Dropout on burn-flex.

use super::{dense, values};
use crate::dropout::{Kernels, Mask};
use burn::backend::flex::FlexTensor;
use burn::backend::{Flex, TensorMetadata};
use burn::tensor::TensorData;
use charnn_cpu::machine::Machine;

impl Kernels for Flex {
    fn dropped(x: FlexTensor, mask: Mask) -> FlexTensor {
        let x = dense(&x);
        let numbers = values(&x);
        let dropped = mask.words(numbers.len()).apply(numbers, Machine::here());
        FlexTensor::from_data(TensorData::new(dropped, x.shape()))
    }
}
