//! `charnn`: the command line. Reads arguments, runs one command, turns errors into exit codes.

mod args;
mod commands;
mod environment;
mod escapes;
mod events;
mod exit_code;
mod failure;
mod help;
mod language;
mod machine;
mod messages;
mod output;
mod readings;
mod serve_problem;
mod sources;
mod terminal;
#[cfg(feature = "train")]
mod training;
#[cfg(not(feature = "train"))]
#[path = "without_training.rs"]
mod training;
mod usage;

use anstream::ColorChoice;
use args::{Arguments, Color, Command};
use charnn_message::{Message, text};
use failure::Failure;
use std::path::Path;
use std::process::ExitCode;
use terminal::Terminal;
use usage::Misuse;

fn main() -> ExitCode {
    events::begin();
    quiet_mesa();
    hide_lscpu();
    let_writes_fail();
    let words = environment::arguments();
    let terminal = usage::terminal(&words);
    install_panic_hook(terminal.clone());
    let arguments = match usage::parse(&words, &terminal) {
        Ok(arguments) => arguments,
        Err(Misuse::Shown(written)) => return ended(&terminal, written.map_err(Failure::from)),
        Err(Misuse::Missing) => return ExitCode::from(usage::USAGE),
        Err(Misuse::Wrong(messages)) => {
            for message in &messages {
                terminal.error(message, usage::USAGE);
            }
            return ExitCode::from(usage::USAGE);
        }
    };
    let Arguments { command, color, quiet, lang } = arguments;
    color_choice(color).write_global();
    let terminal = Terminal {
        language: lang.unwrap_or(terminal.language),
        quiet,
        json: command.is_json(),
        ..terminal
    };
    environment::share_cores();
    if let Some(limited) = environment::limit_threads() {
        terminal.warning(&limited);
    }
    let result = match command {
        Command::Train(arguments) => training::train(&arguments, &terminal),
        Command::Resume(arguments) => training::resume(&arguments, &terminal),
        Command::Generate(arguments) => commands::generate::run(&arguments, &terminal),
        Command::Demo(arguments) => commands::generate::demo(&arguments, &terminal),
        Command::Play(arguments) => commands::play::run(&arguments, &terminal),
        Command::Evaluate(arguments) => commands::evaluate::run(&arguments, &terminal),
        Command::Score(arguments) => commands::score::run(&arguments, &terminal),
        Command::Sweep(arguments) => training::sweep(&arguments, &terminal),
        Command::Init(arguments) => training::init(&arguments, &terminal),
        Command::Report(arguments) => commands::report::run(&arguments, &terminal),
        Command::Neurons(arguments) => commands::neurons::run(&arguments, &terminal),
        Command::Explain(arguments) => commands::explain::run(&arguments, &terminal),
        Command::Serve(arguments) => commands::serve::run(&arguments, &terminal),
        Command::Export(arguments) => commands::exchange::export(&arguments, &terminal),
        Command::Import(arguments) => commands::exchange::import(&arguments, &terminal),
        Command::Config(command) => commands::config::run(&command, &terminal),
        Command::Data(command) => commands::data::run(&command, &terminal),
        Command::Runs(command) => commands::runs::run(&command, &terminal),
        Command::Devices(arguments) => training::devices(&arguments, &terminal),
        Command::Doctor(arguments) => commands::doctor::run(&arguments, &terminal),
        Command::Bench(arguments) => training::bench(&arguments, &terminal),
        Command::Completions { shell } => commands::shell::completions(shell, &terminal),
        Command::Man { folder } => commands::shell::manual(folder.as_deref(), &terminal),
    };
    ended(&terminal, result)
}

/// Shows why a command failed, if it did. The exit code.
fn ended(terminal: &Terminal, result: Result<(), Failure>) -> ExitCode {
    let Err(failure) = result else { return ExitCode::SUCCESS };
    let (code, messages) = (failure.exit_code(), failure.messages());
    if code == 0 {
        // The reader closed the pipe: `charnn generate latest | head`.
    } else if failure.is_interruption() && !terminal.json {
        for it in &messages {
            terminal.note(&it.message);
        }
    } else {
        for message in &messages {
            terminal.error(message, code);
        }
    }
    if code == DEVICE {
        leave(code);
    }
    ExitCode::from(code)
}

/// The exit code for a device that cannot be used.
const DEVICE: u8 = 6;

/// Ends the process without the clean-up of libraries: a graphics driver whose device has failed may still be at work,
/// and then crashes in it (`free(): invalid pointer` in llvmpipe). All output has been flushed.
fn leave(code: u8) {
    #[cfg(unix)]
    #[expect(unsafe_code, reason = "the standard library always cleans up")]
    // SAFETY: `_exit` only ends the process.
    unsafe {
        libc::_exit(code.into());
    }
    #[cfg(not(unix))]
    let _ = code;
}

fn color_choice(color: Color) -> ColorChoice {
    match color {
        Color::Auto => ColorChoice::Auto,
        Color::Always => ColorChoice::Always,
        Color::Never => ColorChoice::Never,
    }
}

/// A panic is a bug in charnn: says so after the usual message.
fn install_panic_hook(terminal: Terminal) {
    let usual = std::panic::take_hook();
    std::panic::set_hook(Box::new(move |panic| {
        usual(panic);
        let bug = Message::new(
            "internal/bug",
            text!(
                en: "this is a bug in charnn; saved checkpoints are safe",
                zh: "这是 charnn 的缺陷；已保存的检查点不受影响"
            ),
        )
        .hint(text!(
            en: "please report it with the lines above and the command you ran",
            zh: "请把以上各行和您运行的命令一起报告给我们"
        ));
        terminal.error(&bug, 101);
    }));
}

/// Makes a write beyond the limit on file sizes (`ulimit -f`) fail with an error, which is reported like a
/// full disk. Otherwise the signal `SIGXFSZ` would end the process without a message.
fn let_writes_fail() {
    #[cfg(unix)]
    #[expect(unsafe_code, reason = "the standard library has no such function")]
    // SAFETY: ignoring a signal installs no handler.
    unsafe {
        libc::signal(libc::SIGXFSZ, libc::SIG_IGN);
    }
}

/// Without a desktop, Mesa's Vulkan drivers print an error each time adapters are listed, because they
/// cannot ask it for a preferred GPU. This stops them from asking.
fn quiet_mesa() {
    if cfg!(target_os = "linux") && std::env::var_os("XDG_RUNTIME_DIR").is_none() {
        #[expect(unsafe_code, reason = "the standard library offers no safe way")]
        // SAFETY: main has started no other thread that could read the environment.
        unsafe {
            std::env::set_var("NODEVICE_SELECT", "1");
        }
    }
}

/// Where the kernel does not list the processors, as in a chroot without `/sys`, matrix products ask `lscpu` for the
/// sizes of the caches, and panic if it prints a dash for one (gemm-common 0.19.0). This makes them use defaults.
fn hide_lscpu() {
    if cfg!(target_os = "linux") && Path::new("/sys/devices/system/cpu").read_dir().is_err() {
        #[expect(unsafe_code, reason = "the standard library offers no safe way")]
        // SAFETY: main has started no other thread that could read the environment. charnn starts no program by
        // its name.
        unsafe {
            std::env::set_var("PATH", "/dev/null");
        }
    }
}
