//! The gradients of groups of batch rows, and their sum.

use crate::TrainConfig;
use crate::step::starting_state;
use burn::tensor::Tensor;
use charnn_data::Batch;
use charnn_model::{CharLm, Dropout, ModelState, gradients, visit_parameters};
use charnn_mpi::{Communicator, pairwise};
use std::ops::Range;

/// Which groups of batch rows this process computes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Groups {
    /// The groups of the batch.
    count: usize,
    own: Range<usize>,
}

/// The passes over the batches of a step.
#[derive(Debug)]
pub(crate) struct Passes {
    /// The losses, `[1]` each: of every group, of every batch.
    pub(crate) losses: Vec<Tensor<1>>,
    /// The sum of the gradients, `[N]` for each parameter.
    pub(crate) total: Vec<Tensor<1>>,
    /// The state after the last batch.
    pub(crate) after: Option<ModelState>,
}

impl Groups {
    /// Those of this process among `ranks`.
    pub(crate) fn of(train: &TrainConfig, ranks: Option<&dyn Communicator>) -> Self {
        let count = train.gradient_groups;
        let own = ranks.map_or(0..count, |ranks| share(count, ranks.rank(), ranks.size()));
        Self { count, own }
    }

    /// The batch rows of `group` in a batch of `rows`; none in a batch with fewer rows than groups.
    fn rows(&self, rows: usize, group: usize) -> Range<usize> {
        rows * group / self.count..rows * (group + 1) / self.count
    }

    /// The batch rows of all groups of `rank` of `ranks` in a batch of `rows`.
    pub(crate) fn rows_of_rank(&self, rows: usize, rank: usize, ranks: usize) -> Range<usize> {
        let own = share(self.count, rank, ranks);
        rows * own.start / self.count..rows * own.end / self.count
    }

    /// Computes the gradients of `batches`, one group after the other. Every loss is divided by `count` if
    /// given. `dropout` gives the masks of a number that no other group or batch has; the first is `first`.
    pub(crate) fn passes(
        &self,
        model: &CharLm,
        carried: Option<&ModelState>,
        batches: &[Batch],
        dropout: impl Fn(u64) -> Dropout,
        first: u64,
        count: Option<f64>,
    ) -> Passes {
        let mut losses = Vec::new();
        let mut states = Vec::new();
        let groups = self.own.clone().map(|group| {
            let mut after = self.state(carried, batches, group);
            let mut total: Vec<Tensor<1>> = Vec::new();
            for (number, batch) in (first..).zip(batches) {
                let number = number * self.count as u64 + group as u64;
                let part;
                let batch = if self.count == 1 {
                    batch
                } else {
                    part = batch.of_rows(self.rows(batch.rows, group));
                    &part
                };
                if batch.rows == 0 {
                    losses.push(Tensor::zeros([1], &model.device().without_autodiff()));
                    continue;
                }
                let before = starting_state(model, after, batch);
                let (sum, state) = model.training_loss(batch, before, &dropout(number));
                let loss = match count {
                    Some(count) => sum.clone() / count,
                    None => sum.clone(),
                };
                let found = gradients(model, loss.backward());
                losses.push(sum.without_autodiff());
                total = if total.is_empty() { found } else { add(total, found) };
                after = Some(state.detach());
            }
            states.extend(after);
            if total.is_empty() { zeros(model) } else { total }
        });
        let total = pairwise(groups, add).unwrap_or_default();
        let after = if states.len() > 1 { Some(ModelState::concat(&states)) } else { states.pop() };
        Passes { losses, total, after }
    }

    /// The state of the batch rows of `group` before `batches`; `None` if they start from zeros.
    fn state(
        &self,
        carried: Option<&ModelState>,
        batches: &[Batch],
        group: usize,
    ) -> Option<ModelState> {
        let carried = carried?;
        if self.count == 1 {
            return Some(carried.clone());
        }
        let continues = batches.first().is_some_and(|batch| batch.resets.contains(&false));
        let rows = self.rows(carried.batch_size(), group);
        (continues && !rows.is_empty()).then(|| carried.clone().rows(rows))
    }
}

/// The groups of `rank`.
fn share(groups: usize, rank: usize, ranks: usize) -> Range<usize> {
    groups * rank / ranks..groups * (rank + 1) / ranks
}

fn add(a: Vec<Tensor<1>>, b: Vec<Tensor<1>>) -> Vec<Tensor<1>> {
    a.into_iter().zip(b).map(|(a, b)| a + b).collect()
}

/// The gradients of a loss of nothing.
fn zeros(model: &CharLm) -> Vec<Tensor<1>> {
    let mut zeros = Vec::new();
    visit_parameters(model, |parameter| zeros.push(parameter.value.zeros_like()));
    zeros
}
