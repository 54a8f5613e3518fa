//! The ranks besides 0: each computes its share of every step.

use crate::ranks::RanksError;
use crate::ranks::leader::failed;
use crate::ranks::order::Order;
use crate::step::start_step_on;
use crate::{Plan, PlanError, Snapshot, TrainState, batches, batches_of_step, training_text};
use charnn_kernels::device::Device;
use charnn_mpi::Communicator;
use charnn_runs::LoadedCheckpoint;
use std::path::Path;

/// Takes part in the training that rank 0 leads, until it ends. Configuration, vocabulary and weights come
/// from rank 0; the text is read here.
///
/// # Errors
/// When the text cannot be read or is not that of rank 0, or the device fails. Rank 0 ends too; in the
/// middle of a step it does so only if the communicator ends all ranks.
pub fn follow(ranks: &dyn Communicator, device: &Device) -> Result<(), RanksError> {
    let loaded = match Order::receive(ranks) {
        Order::Load(packed) => LoadedCheckpoint::unpack(&packed).map_err(RanksError::Damage),
        Order::Step { .. } | Order::End => return Ok(()),
    };
    let start = loaded.and_then(|loaded| Ok((plan(&loaded)?, state(&loaded, device)?)));
    let someone_failed = failed(ranks, start.is_err()).is_some();
    let (plan, mut state) = start?;
    if someone_failed {
        return Ok(());
    }
    let Plan { config, steps_per_epoch, .. } = &plan;
    let mut batches = batches(&config.train, plan.split().train);
    loop {
        match Order::receive(ranks) {
            Order::Load(packed) => {
                let loaded = LoadedCheckpoint::unpack(&packed).map_err(RanksError::Damage)?;
                state = self::state(&loaded, device)?;
            }
            Order::Step { done, rate } => {
                let (epoch, index) = (done / steps_per_epoch, done % steps_per_epoch);
                let batches = batches_of_step(&mut *batches, &config.train, epoch, index);
                let ranks = Some(ranks);
                (state, _) = start_step_on(ranks, state, &batches, rate, config, None)?;
            }
            Order::End => return Ok(()),
        }
    }
}

fn plan(loaded: &LoadedCheckpoint) -> Result<Plan, RanksError> {
    let config = &loaded.config;
    config.check().map_err(PlanError::from)?;
    let (sources, root) = (&config.data.path.0, Path::new(&config.run.root));
    let corpus = training_text(sources, config, root, &mut |_| {}).map_err(PlanError::from)?;
    if corpus.fingerprint() != loaded.progress.text {
        return Err(RanksError::OtherText { name: corpus.name });
    }
    Ok(Plan::with_vocabulary(loaded.config.clone(), &corpus, loaded.vocabulary.clone())?)
}

fn state(loaded: &LoadedCheckpoint, device: &Device) -> Result<TrainState, RanksError> {
    Ok(Snapshot::from_checkpoint(loaded, device).map_err(RanksError::Damage)?.state)
}
