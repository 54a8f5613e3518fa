//! Records in the run folder how training was started, for reports.

use crate::environment;
use charnn_config::Settings;
use charnn_kernels::device::Opened;
use charnn_runs::{RunDir, SessionRow};
use charnn_train::{Event, Observer};

/// Writes a row when training starts.
pub(crate) struct Session {
    run: RunDir,
    row: SessionRow,
}

impl Session {
    /// Of a run whose configuration came from `settings`.
    pub(crate) fn new(run: &RunDir, settings: &Settings, opened: &Opened) -> Self {
        let origins = settings.origins();
        let row = SessionRow {
            program: concat!("charnn ", env!("CARGO_PKG_VERSION")).to_owned(),
            command: environment::arguments().iter().map(|it| environment::written(it)).collect(),
            system: environment::system(),
            device: opened.name.to_string(),
            threads: charnn_infer::threads(),
            origins: origins.into_iter().map(|(key, origin)| (key, origin.english)).collect(),
            ..SessionRow::now()
        };
        Self { run: run.clone(), row }
    }
}

impl Observer for Session {
    fn on(&mut self, event: &Event<'_>) {
        let Event::Started { done, baselines, .. } = event else { return };
        self.row.step = *done;
        let losses = [
            ("uniform", baselines.uniform),
            ("unigram", baselines.unigram),
            ("trigram", baselines.trigram),
            ("xz", baselines.xz),
        ];
        self.row.baselines = losses.map(|(name, loss)| (name.to_owned(), loss)).into();
        // A disk that does not take it is reported when the first checkpoint is saved.
        let _ = self.run.add_session(&self.row);
    }
}
