//! What is dropped of a network, where, and when.

use crate::shared::{B, T, batch, check_slopes, config, id_tensor, ids, loss, network};
use burn::tensor::{Device, Tensor, TensorData};
use charnn_data::{Purpose, Seed};
use charnn_kernels::Cell;
use charnn_kernels::dropout::{Mask, reference};
use charnn_kernels::head::cross_entropy;
use charnn_model::{CharLm, Dropout, DropoutRates, ModelState};
use charnn_testkit::{assert_close, numbers, on_every_device};

const SEED: Seed = Seed(5);

/// Rates above zero for everything.
fn all_rates(locked: bool) -> DropoutRates {
    DropoutRates { output: 0.4, embedding: 0.2, recurrent: 0.3, locked }
}

/// The loss of batch number `number` with these rates.
fn dropped_loss(model: &CharLm, rates: DropoutRates, every: bool, number: u64) -> Tensor<1> {
    let state = ModelState::zeros(model.architecture(), B, &model.device());
    let dropout = Dropout::new(rates, SEED, number);
    model.training_loss(&batch(every), state, &dropout).0
}

#[test]
fn the_mask_of_the_top_layers_output_follows_from_its_part_and_batch() {
    on_every_device(|device| {
        for locked in [false, true] {
            let rates = DropoutRates { output: 0.4, locked, ..DropoutRates::default() };
            let config = config(Cell::Lstm, 1);
            let model = network(config, device);
            let state = ModelState::zeros(config, B, device);
            let (hidden, _) = model.forward(id_tensor(&ids(T), device), state); // [T, B, H]
            let key = SEED.key(Purpose::Dropout, 17, 1);
            let period = locked.then_some(B * config.hidden_size);
            let left = reference(hidden, Mask { rate: 0.4, key, period });
            let targets = batch(true).targets;
            let targets = Tensor::from_data(TensorData::new(targets, [T * B]), device);
            let (kernel, bias) = (model.head.kernel.as_ref().unwrap().val(), model.head.bias.val());
            let expected = cross_entropy(left.flatten(0, 1), kernel, bias, targets);
            let actual = dropped_loss(&model, rates, true, 17);
            assert_close("loss", &numbers(actual), &numbers(expected), 1e-5);
        }
    });
}

#[test]
fn gradients_meet_the_masks_of_the_pass_forward() {
    on_every_device(|device| {
        let sparse = if *device == Device::flex() { 1 } else { 37 };
        for cell in Cell::ALL {
            for (locked, every) in [(false, true), (true, false)] {
                check_slopes(config(cell, 2), device, sparse, |model| {
                    dropped_loss(model, all_rates(locked), every, 3)
                });
            }
        }
    });
}

#[test]
fn each_rate_drops_something_else_and_every_batch_has_its_own_masks() {
    on_every_device(|device| {
        let model = network(config(Cell::Gru, 2), device);
        let loss_of = |rates, number| numbers(dropped_loss(&model, rates, true, number))[0];
        let whole = numbers(loss(&model, &batch(true)))[0];
        let none = DropoutRates::default();
        assert_eq!(loss_of(none, 1).to_bits(), whole.to_bits(), "nothing is dropped");
        let rates = [
            DropoutRates { output: 0.4, ..none },
            DropoutRates { embedding: 0.4, ..none },
            DropoutRates { recurrent: 0.4, ..none },
            DropoutRates { output: 0.4, locked: true, ..none },
        ];
        let mut losses: Vec<u32> = vec![whole.to_bits()];
        for rates in rates {
            assert_eq!(loss_of(rates, 1).to_bits(), loss_of(rates, 1).to_bits());
            losses.extend([loss_of(rates, 1).to_bits(), loss_of(rates, 2).to_bits()]);
        }
        losses.sort_unstable();
        losses.dedup();
        assert_eq!(losses.len(), 1 + 2 * rates.len(), "all of them differ");
    });
}

#[test]
fn the_state_that_is_carried_is_not_dropped() {
    on_every_device(|device| {
        let config = config(Cell::Gru, 1);
        let model = network(config, device);
        let zeros = || ModelState::zeros(config, B, device);
        let (_, whole) = model.loss(&batch(true), zeros());
        let rates = DropoutRates { output: 0.9, ..DropoutRates::default() };
        let dropout = Dropout::new(rates, SEED, 1);
        let (_, dropped) = model.training_loss(&batch(true), zeros(), &dropout);
        assert_eq!(numbers(dropped.hidden()), numbers(whole.hidden()));
    });
}
