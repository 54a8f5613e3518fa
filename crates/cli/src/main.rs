//! `charnn`: the command line. Reads arguments, calls one command, turns errors into exit codes.

mod args;
mod chinese;
mod commands;
mod console;
mod environment;
mod events;
mod failure;
mod foretold;
mod help;
mod language;
mod layout;
mod machine;
mod notes;
mod output;
mod progress;
mod readings;
mod signals;
mod usage;

use args::{Arguments, Command};
use failure::Failure;
use mimalloc::MiMalloc;
use notes::Note;
use std::process::ExitCode;

/// Every step asks for the same large buffers. This allocator hands them out again; the system's
/// gives them back to the system, which fills them with zeros, page by page, at every step.
#[global_allocator]
static ALLOCATOR: MiMalloc = MiMalloc;

fn main() -> ExitCode {
    events::begin();
    quiet_mesa();
    admit_bugs();
    let Arguments { command, color, quiet, lang } = match usage::read() {
        Ok(arguments) => arguments,
        Err(code) => return ExitCode::from(code),
    };
    lang.unwrap_or_else(environment::language).settle();
    output::speak(color, quiet);
    let json = command.is_json();
    let result = match command {
        Command::Train(arguments) => commands::train::run(&arguments),
        Command::Resume(arguments) => commands::resume::run(&arguments),
        Command::Generate(arguments) => commands::generate::run(&arguments),
        Command::Evaluate(arguments) => commands::evaluate::run(&arguments),
        Command::Init(arguments) => commands::init::run(&arguments),
        Command::Config(command) => commands::config::run(&command),
        Command::Data(command) => commands::data::run(&command),
        Command::Devices(arguments) => commands::devices::run(&arguments),
        Command::Doctor(arguments) => commands::doctor::run(&arguments),
        Command::Bench(arguments) => commands::bench::run(&arguments),
        Command::Completions { shell } => commands::shell::completions(shell),
        Command::Man { folder } => commands::shell::manual(folder.as_deref()),
    };
    match result {
        // Whoever read our output had enough of it: `charnn generate latest | head`.
        Ok(()) | Err(Failure::ClosedPipe) => ExitCode::SUCCESS,
        Err(failure) => {
            let code = failure.exit_code();
            failure.tell(json);
            ExitCode::from(code)
        }
    }
}

/// A panic is a bug, and is called one.
fn admit_bugs() {
    let usual = std::panic::take_hook();
    std::panic::set_hook(Box::new(move |panic| {
        usual(panic);
        output::error(&Note::Bug);
    }));
}

/// Mesa's Vulkan drivers print an error for every look at the adapters when no desktop is there
/// to ask which GPU it likes best. Nobody likes one there, so they need not ask.
fn quiet_mesa() {
    if cfg!(target_os = "linux") && std::env::var_os("XDG_RUNTIME_DIR").is_none() {
        #[expect(unsafe_code, reason = "the standard library offers no safe way")]
        // SAFETY: main has started no other thread that could read the environment.
        unsafe {
            std::env::set_var("NODEVICE_SELECT", "1");
        }
    }
}
