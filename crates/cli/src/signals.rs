//! Ctrl-C and the signals that end programs: the first asks training to end in order, the second
//! ends the process at once.

use crate::output::note;
use charnn_train::{Event, Observer};
use std::sync::Arc;
use std::sync::atomic::{AtomicU8, Ordering};

const INTERRUPTED: u8 = 130;
const TERMINATED: u8 = 143;

/// The exit code that a signal asked for; 0 while none has come.
///
/// Listens from the moment training starts. Before, there is nothing to save, and a signal ends
/// the process as ever.
#[derive(Clone, Default)]
pub(crate) struct Signals(Arc<AtomicU8>);

impl Signals {
    pub(crate) fn has_come(&self) -> bool {
        self.exit_code() != 0
    }

    pub(crate) fn exit_code(&self) -> u8 {
        self.0.load(Ordering::Relaxed)
    }

    fn listen(&self) -> Result<(), String> {
        let signals = self.clone();
        ctrlc::set_handler(move || signals.come(INTERRUPTED)).map_err(|error| error.to_string())?;
        #[cfg(unix)]
        {
            use signal_hook::consts::{SIGHUP, SIGTERM};
            use signal_hook::iterator::Signals as Iterator;
            let signals = self.clone();
            let mut coming = Iterator::new([SIGTERM, SIGHUP]).map_err(|error| error.to_string())?;
            std::thread::spawn(move || coming.forever().for_each(|_| signals.come(TERMINATED)));
        }
        Ok(())
    }

    fn come(&self, code: u8) {
        if self.0.swap(code, Ordering::Relaxed) != 0 {
            std::process::exit(code.into());
        }
        note("Stopping after this step; saving a checkpoint (once more to quit now)");
    }
}

impl Observer for Signals {
    fn on(&mut self, event: &Event<'_>) {
        if let Event::Started { .. } = event
            && let Err(error) = self.listen()
        {
            note(&format!("warning: signals will not save what was learned: {error}"));
        }
    }
}
