//! What is dropped of a network, where, and when.

use crate::shared::{B, T, batch, check_slopes, config, id_tensor, ids, loss, network};
use burn::tensor::{Device, Tensor, TensorData};
use charnn_data::{Purpose, Seed};
use charnn_kernels::Cell;
use charnn_kernels::dropout::{Mask, reference};
use charnn_kernels::head::cross_entropy;
use charnn_model::{CharLm, Dropout, DropoutKind, ModelConfig, ModelState};
use charnn_testkit::{assert_close, numbers, on_every_device};

const SEED: Seed = Seed(5);

/// Everything that can be dropped is, a part of it.
fn dropping(cell: Cell, num_layers: usize, dropout_kind: DropoutKind) -> ModelConfig {
    ModelConfig {
        dropout: 0.4,
        embedding_dropout: 0.2,
        recurrent_dropout: 0.3,
        dropout_kind,
        ..config(cell, num_layers)
    }
}

/// The loss of a batch with what `config` drops in batch number `number`.
fn dropped_loss(model: &CharLm, config: &ModelConfig, every: bool, number: u64) -> Tensor<1> {
    let state = ModelState::zeros(&model.config(), B, &model.device());
    let dropout = Dropout::new(config, SEED, number);
    model.training_loss(&batch(every), state, &dropout).0
}

#[test]
fn the_top_layers_output_is_dropped_by_the_mask_of_its_place_and_batch() {
    on_every_device(|device| {
        for kind in [DropoutKind::Standard, DropoutKind::Locked] {
            let config = ModelConfig { dropout: 0.4, dropout_kind: kind, ..config(Cell::Lstm, 1) };
            let model = network(&config, device);
            let state = ModelState::zeros(&config, B, device);
            let (hidden, _) = model.forward(id_tensor(&ids(T), device), state); // [T, B, H]
            let key = SEED.key(Purpose::Dropout, 17, 1);
            let period = (kind == DropoutKind::Locked).then_some(B * config.hidden_size);
            let left = reference(hidden, Mask { rate: 0.4, key, period });
            let targets = batch(true).targets;
            let targets = Tensor::from_data(TensorData::new(targets, [T * B]), device);
            let (kernel, bias) = (model.head.kernel.as_ref().unwrap().val(), model.head.bias.val());
            let expected = cross_entropy(left.flatten(0, 1), kernel, bias, targets);
            let actual = dropped_loss(&model, &config, true, 17);
            assert_close("loss", &numbers(actual), &numbers(expected), 1e-5);
        }
    });
}

#[test]
fn gradients_meet_the_masks_of_the_pass_forward() {
    on_every_device(|device| {
        let sparse = if *device == Device::flex() { 1 } else { 37 };
        for cell in Cell::ALL {
            for (kind, every) in [(DropoutKind::Standard, true), (DropoutKind::Locked, false)] {
                let config = dropping(cell, 2, kind);
                check_slopes(&config, device, sparse, |model| {
                    dropped_loss(model, &config, every, 3)
                });
            }
        }
    });
}

#[test]
fn each_share_is_dropped_at_a_place_of_its_own_and_anew_with_every_batch() {
    on_every_device(|device| {
        let none = config(Cell::Gru, 2);
        let model = network(&none, device);
        let loss_of =
            |config: &ModelConfig, number| numbers(dropped_loss(&model, config, true, number))[0];
        let whole = numbers(loss(&model, &batch(true)))[0];
        assert_eq!(loss_of(&none, 1).to_bits(), whole.to_bits(), "nothing is dropped");
        let shares = [
            ModelConfig { dropout: 0.4, ..none.clone() },
            ModelConfig { embedding_dropout: 0.4, ..none.clone() },
            ModelConfig { recurrent_dropout: 0.4, ..none.clone() },
            ModelConfig { dropout: 0.4, dropout_kind: DropoutKind::Locked, ..none.clone() },
        ];
        let mut losses: Vec<u32> = vec![whole.to_bits()];
        for config in &shares {
            assert_eq!(loss_of(config, 1).to_bits(), loss_of(config, 1).to_bits());
            losses.extend([loss_of(config, 1).to_bits(), loss_of(config, 2).to_bits()]);
        }
        losses.sort_unstable();
        losses.dedup();
        assert_eq!(losses.len(), 1 + 2 * shares.len(), "all of them differ");
    });
}

#[test]
fn the_state_that_is_carried_is_not_dropped() {
    on_every_device(|device| {
        let config = ModelConfig { dropout: 0.9, ..config(Cell::Gru, 1) };
        let model = network(&config, device);
        let zeros = || ModelState::zeros(&config, B, device);
        let (_, whole) = model.loss(&batch(true), zeros());
        let dropout = Dropout::new(&config, SEED, 1);
        let (_, dropped) = model.training_loss(&batch(true), zeros(), &dropout);
        assert_eq!(numbers(dropped.hidden()), numbers(whole.hidden()));
    });
}
