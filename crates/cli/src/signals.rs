//! Ctrl-C and the signals that end programs: the first asks training to end in order, the second
//! ends the process at once.

use crate::notes::Note;
use crate::output::{note, warning};
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
        #[cfg(unix)]
        {
            use signal_hook::consts::{SIGHUP, SIGINT, SIGTERM};
            use signal_hook::iterator::Signals as Iterator;
            // Whoever started us with `nohup` means it.
            let heard = [SIGTERM, SIGHUP].into_iter().filter(|&signal| !is_ignored(signal));
            let mut coming = Iterator::new(heard).map_err(|error| error.to_string())?;
            let signals = self.clone();
            std::thread::spawn(move || coming.forever().for_each(|_| signals.come(TERMINATED)));
            if is_ignored(SIGINT) {
                return Ok(());
            }
        }
        let signals = self.clone();
        ctrlc::set_handler(move || signals.come(INTERRUPTED)).map_err(|error| error.to_string())
    }

    fn come(&self, code: u8) {
        if self.0.swap(code, Ordering::Relaxed) != 0 {
            std::process::exit(code.into());
        }
        // Who says it may have to wait for a terminal that is held, and the next signal must be heard.
        std::thread::spawn(|| note(&Note::Stopping));
    }
}

/// Whether the process was started with `signal` switched off.
#[cfg(unix)]
#[expect(unsafe_code, reason = "the standard library has no word for it")]
fn is_ignored(signal: i32) -> bool {
    let mut now = std::mem::MaybeUninit::<libc::sigaction>::zeroed();
    // SAFETY: without a new action, `sigaction` only writes the present one to a place that has
    // room for it; zeros are a value of that type.
    unsafe {
        libc::sigaction(signal, std::ptr::null(), now.as_mut_ptr()) == 0
            && now.assume_init().sa_sigaction == libc::SIG_IGN
    }
}

impl Observer for Signals {
    fn on(&mut self, event: &Event<'_>) {
        if let Event::Started { .. } = event
            && let Err(error) = self.listen()
        {
            warning(&Note::NoSignals(&error));
        }
    }
}
