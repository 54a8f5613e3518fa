//! What the ranks exchange in a step: gradients to be added, losses, and states of batch rows.

use crate::ranks::{Groups, Passes};
use crate::{Predict, TrainConfig};
use burn::tensor::{Tensor, TensorData};
use charnn_bundle::HostTensor;
use charnn_data::Batch;
use charnn_kernels::DeviceFault;
use charnn_model::{CharLm, ModelState};
use charnn_mpi::{Communicator, sum};
use std::collections::BTreeMap;

/// Makes the passes of one rank those of all: every rank gets the sum of the gradients, the losses of all
/// groups, and the state of all batch rows.
///
/// # Errors
/// When the device fails.
pub(crate) fn exchange(
    ranks: &dyn Communicator,
    groups: &Groups,
    passes: Passes,
    model: &CharLm,
    batches: &[Batch],
    train: &TrainConfig,
) -> Result<Passes, DeviceFault> {
    let Passes { losses, total, after } = passes;
    let host = |tensors: &[Tensor<1>]| -> Result<Vec<f32>, DeviceFault> {
        let mut all = Vec::new();
        for tensor in tensors {
            let data = tensor.clone().try_into_data().map_err(DeviceFault::new)?;
            all.extend(data.iter::<f32>());
        }
        Ok(all)
    };
    let mut numbers = host(&total)?;
    sum(ranks, &mut numbers);
    let mut rest = &numbers[..];
    let total = total.into_iter().map(|tensor| {
        let (own, after) = rest.split_at(tensor.dims()[0]);
        rest = after;
        Tensor::from_data(TensorData::new(own.to_vec(), [own.len()]), &tensor.device())
    });
    let total = total.collect();

    let own = host(&losses)?;
    let mut all = vec![0.0; own.len() * ranks.size()];
    ranks.all_gather(&own, &mut all);
    let device = model.device().without_autodiff();
    let losses = vec![Tensor::from_data(TensorData::new(all, [own.len() * ranks.size()]), &device)];

    let rows = batches.last().map_or(0, |batch| batch.rows);
    // Windows start from zeros, each.
    let after = match (train.predict, after) {
        (Predict::All, Some(after)) => Some(states(ranks, groups, &after, model, rows)?),
        _ => None,
    };
    Ok(Passes { losses, total, after })
}

/// The state of all `rows` of a batch, of which this rank has the part `own`.
fn states(
    ranks: &dyn Communicator,
    groups: &Groups,
    own: &ModelState,
    model: &CharLm,
    rows: usize,
) -> Result<ModelState, DeviceFault> {
    let size = ranks.size();
    let of_rank = |rank| groups.rows_of_rank(rows, rank, size);
    // Parts of equal length are sent: as long as the longest.
    let most = (0..size).map(|rank| of_rank(rank).len()).max().unwrap_or(0);
    let mut tensors = BTreeMap::new();
    for HostTensor { name, values: mut part, .. } in own.to_tensors().map_err(DeviceFault::new)? {
        let width = part.len() / own.batch_size().max(1); // H
        part.resize(most * width, 0.0);
        let mut all = vec![0.0; most * width * size];
        ranks.all_gather(&part, &mut all);
        let parts = all.chunks_exact((most * width).max(1)).enumerate();
        let values = parts.flat_map(|(rank, part)| &part[..of_rank(rank).len() * width]);
        let tensor = HostTensor {
            name: name.clone(),
            shape: vec![rows, width],
            values: values.copied().collect(),
        };
        tensors.insert(name, tensor);
    }
    let state = ModelState::from_tensors(
        model.architecture(),
        rows,
        tensors,
        &model.device().without_autodiff(),
    );
    Ok(state.expect("the tensors of all parts are those of one part with more rows"))
}
