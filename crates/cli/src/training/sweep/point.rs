//! A combination of settings with what its runs have achieved.

use serde_json::json;

/// A combination of settings and its runs.
pub(super) struct Point<'a> {
    pub(super) number: usize,
    pub(super) settings: &'a [(String, String)],
    pub(super) runs: Vec<String>,
    /// The lowest validation loss of each run that has one.
    pub(super) losses: Vec<f64>,
    pub(super) seconds: f64,
    /// Of the run that made most.
    pub(super) steps: u64,
}

impl Point<'_> {
    pub(super) fn mean(&self) -> Option<f64> {
        let count = self.losses.len() as f64;
        (count > 0.0).then(|| self.losses.iter().sum::<f64>() / count)
    }

    /// Of the mean, from two runs on.
    pub(super) fn standard_error(&self) -> Option<f64> {
        let (mean, count) = (self.mean()?, self.losses.len() as f64);
        let squares: f64 = self.losses.iter().map(|loss| (loss - mean).powi(2)).sum();
        (count > 1.0).then(|| (squares / (count - 1.0) / count).sqrt())
    }

    pub(super) fn json(&self) -> serde_json::Value {
        let settings: serde_json::Map<String, serde_json::Value> =
            self.settings.iter().map(|(key, value)| (key.clone(), json!(value))).collect();
        json!({
            "point": self.number + 1, "settings": settings, "runs": self.runs,
            "val_loss": self.mean(), "standard_error": self.standard_error(), "seconds": self.seconds,
            "steps": self.steps,
        })
    }
}
