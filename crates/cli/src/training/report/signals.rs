//! Ctrl-C and the signals that end programs: the first stops training after its step, the second
//! ends the process at once.

use crate::terminal::Terminal;
use crate::training::messages::run;
use charnn_message::Text;
use charnn_train::{Event, Observer};
use std::sync::Arc;
use std::sync::atomic::{AtomicU8, Ordering};

const INTERRUPTED: u8 = 130;
const TERMINATED: u8 = 143;

/// The exit code that a signal asked for; 0 while none has come.
///
/// Listens once training starts. Before, there is nothing to save, and a signal ends the process.
#[derive(Clone)]
pub(crate) struct Signals {
    code: Arc<AtomicU8>,
    terminal: Terminal,
}

impl Signals {
    pub(crate) fn new(terminal: &Terminal) -> Self {
        Self { code: Arc::default(), terminal: terminal.clone() }
    }

    pub(crate) fn has_come(&self) -> bool {
        self.exit_code() != 0
    }

    pub(crate) fn exit_code(&self) -> u8 {
        self.code.load(Ordering::Relaxed)
    }

    /// Listens from now on.
    pub(crate) fn listen(&self) -> Result<(), Text> {
        #[cfg(unix)]
        {
            use signal_hook::consts::{SIGHUP, SIGINT, SIGTERM};
            use signal_hook::iterator::Signals as Iterator;
            // A process started by `nohup`, or in the background of a script, keeps ignoring them.
            let heard = [SIGTERM, SIGHUP].into_iter().filter(|&signal| !is_ignored(signal));
            let mut coming = Iterator::new(heard).map_err(|error| Text::from(&error))?;
            let signals = self.clone();
            std::thread::Builder::new()
                .name("signals".into())
                .spawn(move || coming.forever().for_each(|_| signals.come(TERMINATED)))
                .map_err(|error| Text::from(&error))?;
            if is_ignored(SIGINT) {
                return Ok(());
            }
        }
        let signals = self.clone();
        ctrlc::set_handler(move || signals.come(INTERRUPTED))
            .map_err(|error| Text::verbatim(error.to_string()))
    }

    fn come(&self, code: u8) {
        if self.code.swap(code, Ordering::Relaxed) != 0 {
            std::process::exit(code.into());
        }
        // The terminal may be blocked, and the next signal must be heard: another thread writes. Where
        // the system has no thread left, nothing is shown.
        let terminal = self.terminal.clone();
        let tell = move || {
            // On a terminal, the row of progress is there, and has no end.
            if terminal.watched {
                terminal.show("");
            }
            terminal.note(&run::stopping());
        };
        let _ = std::thread::Builder::new().spawn(tell);
    }
}

/// Whether the process was started with `signal` switched off.
#[cfg(unix)]
#[expect(unsafe_code, reason = "the standard library has no such function")]
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
            && let Err(why) = self.listen()
        {
            self.terminal.warning(&run::no_signals(&why));
        }
    }
}
