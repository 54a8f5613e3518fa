//! A learning rate that falls when the validation loss stops improving. It depends on measurements,
//! so it is a value that checkpoints store.

use crate::TrainConfig;
use charnn_runs::Plateau;

/// The state that follows from an evaluation with this validation loss, in nats per character.
///
/// After more than `plateau_patience` evaluations in a row that were no better than the best, the rate
/// is multiplied by `plateau_factor`.
///
/// # Source
/// PyTorch's `ReduceLROnPlateau` with `threshold=0` and no cooldown.
pub fn next_plateau(plateau: Plateau, val_loss: f64, train: &TrainConfig) -> Plateau {
    let Plateau { best, bad, scale } = plateau;
    if best.is_none_or(|best| val_loss < best) && !val_loss.is_nan() {
        return Plateau { best: Some(val_loss), bad: 0, scale };
    }
    if bad < train.plateau_patience {
        return Plateau { best, bad: bad + 1, scale };
    }
    Plateau { best, bad: 0, scale: scale * train.plateau_factor }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn scales(patience: u64, factor: f64, valid: &[f64]) -> Vec<f64> {
        let train = TrainConfig {
            plateau_patience: patience,
            plateau_factor: factor,
            ..TrainConfig::default()
        };
        let mut plateau = Plateau::default();
        let scale = |&nats: &f64| {
            plateau = next_plateau(plateau, nats, &train);
            plateau.scale
        };
        valid.iter().map(scale).collect()
    }

    fn check(patience: u64, valid: &[f64], expected: &[f64]) {
        let bits = |scales: &[f64]| scales.iter().map(|s| s.to_bits()).collect::<Vec<_>>();
        let found = scales(patience, 0.5, valid);
        assert_eq!(bits(&found), bits(expected), "{found:?}");
    }

    /// `torch.optim.lr_scheduler.ReduceLROnPlateau(optimizer, factor=0.5, patience=1, threshold=0)`
    /// makes these of a rate of 1.
    #[test]
    fn the_rate_falls_when_patience_is_at_its_end() {
        let valid = [2.0, 1.5, 1.6, 1.5, 1.7, 1.7, 1.4, 1.5, 1.4, 1.4];
        check(1, &valid, &[1.0, 1.0, 1.0, 0.5, 0.5, 0.25, 0.25, 0.25, 0.125, 0.125]);
    }

    #[test]
    fn without_patience_every_evaluation_counts() {
        check(0, &[2.0, 2.0, 1.0, 3.0], &[1.0, 0.5, 0.5, 0.25]);
    }

    #[test]
    fn what_is_not_a_number_is_no_improvement() {
        check(0, &[f64::NAN, 2.0, f64::NAN, f64::INFINITY], &[0.5, 0.5, 0.25, 0.125]);
    }

    #[test]
    fn a_factor_of_one_changes_nothing() {
        assert!(scales(0, 1.0, &[1.0; 9]).iter().all(|scale| scale.to_bits() == 1.0_f64.to_bits()));
    }

    #[test]
    fn it_survives_a_checkpoint() {
        let json = |plateau: &Plateau| serde_json::to_string(plateau).unwrap();
        for plateau in [Plateau::default(), Plateau { best: Some(1.25), bad: 2, scale: 0.1 }] {
            assert_eq!(serde_json::from_str::<Plateau>(&json(&plateau)).unwrap(), plateau);
        }
    }
}
