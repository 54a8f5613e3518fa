//! Whether the network is worse than uniform guessing: warnings during training, an error at its end.

use super::{Outcome, Trainer};
use crate::baselines::uniform;
use crate::{Event, TextPart, TrainError, Warning};
use charnn_model::Loss;
use std::collections::VecDeque;

/// Training losses that are averaged. A batch can be hard by chance.
const WINDOW: usize = 20;
/// Steps of this process before the training loss is judged; the first ones may go astray.
const FIRST_STEPS: u64 = 50;

/// The training losses of the last steps of this process.
#[derive(Debug, Default)]
pub(super) struct RecentLosses {
    last: VecDeque<Loss>,
    steps: u64,
}

impl RecentLosses {
    pub(super) fn push(&mut self, loss: Loss) {
        if self.last.len() == WINDOW {
            self.last.pop_front();
        }
        self.last.push_back(loss);
        self.steps += 1;
    }

    /// Whether the window is as it would be in a run of `steps` that was never interrupted.
    fn is_complete(&self, steps: u64) -> bool {
        self.last.len() == WINDOW || self.steps >= steps
    }

    /// Nats per character; `None` before the first step.
    pub(super) fn mean(&self) -> Option<f64> {
        let mut sum = Loss::default();
        self.last.iter().for_each(|&loss| sum += loss);
        (sum.characters > 0).then(|| sum.mean())
    }
}

/// Whether `loss` is much higher than that of uniform guessing, and higher than that of character frequencies:
/// a validation text can be so different from the training text that these are worse. An untrained network is
/// slightly above one of them.
fn is_far_above(loss: f64, uniform: f64, unigram: f64) -> bool {
    loss.is_nan() || loss > (1.25 * uniform).max(1.05 * unigram) + 0.1
}

impl Trainer<'_, '_> {
    /// Warns once when the training loss is far above uniform guessing.
    pub(super) fn judge_training(&mut self) {
        let uniform = uniform(self.plan.vocabulary.len());
        let Some(loss) = self.recent.mean() else { return };
        if self.recent.steps >= FIRST_STEPS
            && is_far_above(loss, uniform, self.unigram_loss)
            && !self.has_warned
        {
            self.has_warned = true;
            self.tell(&Event::Warning(&Warning::WorseThanUniform {
                part: TextPart::Training,
                loss,
                uniform,
                step: self.progress.step,
                clips: self.plan.config.train.grad_clip > 0.0,
            }));
        }
    }

    /// Warns when the validation loss is not finite, and once when it is far above uniform guessing.
    pub(super) fn judge_validation(&mut self, loss: f64) {
        let (step, uniform) = (self.progress.step, uniform(self.plan.vocabulary.len()));
        self.val_loss = Some(loss);
        if !loss.is_finite() {
            self.tell(&Event::Warning(&Warning::NotFinite { loss, step }));
        } else if is_far_above(loss, uniform, self.unigram_loss) && !self.has_warned {
            self.has_warned = true;
            let train_loss = self.recent.mean().filter(|&train| train < uniform);
            self.tell(&Event::Warning(&match train_loss {
                Some(train_loss) => Warning::Overfits { val_loss: loss, train_loss, uniform, step },
                None => Warning::WorseThanUniform {
                    part: TextPart::Validation,
                    loss,
                    uniform,
                    step,
                    clips: self.plan.config.train.grad_clip > 0.0,
                },
            }));
        }
    }

    /// The error of a run that ends with a useless network: its training loss is far above uniform
    /// guessing, or its validation loss never was below. A run that was stopped may still recover.
    pub(super) fn failure(&self, outcome: Outcome) -> Option<TrainError> {
        let uniform = uniform(self.plan.vocabulary.len());
        let unigram = self.unigram_loss;
        let best = self.progress.best.filter(|best| !is_far_above(best.loss, uniform, unigram));
        let is_complete = self.recent.is_complete(self.progress.step);
        let train_loss =
            self.recent.mean().filter(|&loss| is_complete && is_far_above(loss, uniform, unigram));
        let val_loss = match (self.val_loss, best) {
            (Some(loss), None) => Some(loss).filter(|&loss| is_far_above(loss, uniform, unigram)),
            _ => None,
        };
        let (part, loss) = match (train_loss, val_loss) {
            (Some(loss), _) => (TextPart::Training, loss),
            (None, Some(loss)) => (TextPart::Validation, loss),
            (None, None) => return None,
        };
        let train = &self.plan.config.train;
        (outcome != Outcome::Stopped).then(|| TrainError::WorseThanUniform {
            part,
            loss,
            uniform,
            train_loss: self.recent.mean().filter(|&loss| loss < uniform),
            best: best.filter(|best| best.loss < uniform).map(|best| (best.step, best.loss)),
            learning_rate: train.learning_rate,
            clips: train.grad_clip > 0.0,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_untrained_network_is_not_far_above_uniform_guessing() {
        for (loss, is_far) in
            [(4.3, false), (5.2, false), (5.3, true), (162.0, true), (f64::NAN, true)]
        {
            assert_eq!(is_far_above(loss, 4.1, 3.0), is_far, "{loss}");
        }
        assert!(!is_far_above(7.0, 4.1, 6.9), "as good as character frequencies");
        assert!(!is_far_above(1e-9, 0.0, 0.0), "a vocabulary of one character");
    }

    #[test]
    fn old_losses_are_forgotten() {
        let mut recent = RecentLosses::default();
        assert_eq!(recent.mean(), None);
        recent.push(Loss { sum: 1e6, characters: 1 });
        for _ in 0..WINDOW {
            recent.push(Loss { sum: 20.0, characters: 10 });
        }
        assert_eq!(recent.mean(), Some(2.0));
        assert!(recent.is_complete(1000));
    }

    #[test]
    fn a_window_that_begins_at_an_interruption_is_not_judged() {
        let mut recent = RecentLosses::default();
        recent.push(Loss { sum: 9.0, characters: 1 });
        assert!(recent.is_complete(1) && !recent.is_complete(2));
    }
}
