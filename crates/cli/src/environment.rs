//! The command line, the environment variables of charnn, and those that describe the terminal.

use crate::language::of_locale;
use charnn_message::{Describe, Language, Message, Text, in_a_line, lossless, text};
use std::ffi::{OsStr, OsString};

/// The words of the command line, the program's own name first.
pub(crate) fn arguments() -> Vec<OsString> {
    std::env::args_os().collect()
}

/// The file of this program.
#[cfg(feature = "train")]
pub(crate) fn program() -> std::io::Result<std::path::PathBuf> {
    std::env::current_exe()
}

/// The working directory.
#[cfg(feature = "train")]
pub(crate) fn folder() -> std::io::Result<std::path::PathBuf> {
    std::env::current_dir()
}

/// A name or a value that must be UTF-8 and is not.
#[derive(Debug)]
pub(crate) struct NotUtf8 {
    pub(crate) what: Text,
    pub(crate) remedy: Text,
}

impl Describe for NotUtf8 {
    fn describe(&self) -> Message {
        let Text { english, chinese } = &self.what;
        let message = text!(en: ("{english} is not UTF-8"), zh: ("{chinese}不是 UTF-8"));
        Message::new("usage/not-utf8", message).hint(self.remedy.clone())
    }
}

/// Every `CHARNN_` variable with its value.
///
/// # Errors
/// When one is not UTF-8.
pub(crate) fn variables() -> Result<Vec<(String, String)>, NotUtf8> {
    let ours =
        std::env::vars_os().filter(|(name, _)| name.as_encoded_bytes().starts_with(b"CHARNN_"));
    let read = |(name, value): (OsString, OsString)| {
        if let (Some(name), Some(value)) = (name.to_str(), value.to_str()) {
            Ok((name.to_owned(), value.to_owned()))
        } else {
            let (name, value) = (written(&name), written(&value));
            Err(NotUtf8 {
                what: text!(en: "the variable {name}={value}", zh: "环境变量 {name}={value} "),
                remedy: text!(en: "set it to UTF-8 text", zh: "请把它设为 UTF-8 文本"),
            })
        }
    };
    ours.map(read).collect()
}

/// A word of the command line or the environment. Bytes that are not UTF-8 are written as `\xC4`.
pub(crate) fn written(word: &OsStr) -> String {
    lossless(word.as_encoded_bytes(), in_a_line)
}

/// The columns of the terminal at standard error, unless `COLUMNS` gives others.
pub(crate) fn columns() -> Option<usize> {
    let named = std::env::var("COLUMNS").ok().and_then(|columns| columns.parse().ok());
    let seen = || console::Term::stderr().size_checked().map(|(_, columns)| usize::from(columns));
    named.or_else(seen).filter(|columns| *columns >= 20)
}

/// More threads than so many for each core only cost memory, and may exceed what the system allows.
const THREADS_PER_CORE: usize = 16;

/// Limits `RAYON_NUM_THREADS` to what makes sense on this machine. The message says so where it was more.
///
/// Call it before any thread is started.
pub(crate) fn limit_threads() -> Option<Message> {
    let asked: usize = std::env::var("RAYON_NUM_THREADS").ok()?.trim().parse().ok()?;
    let cores = std::thread::available_parallelism().map_or(1, std::num::NonZero::get);
    let most = cores * THREADS_PER_CORE;
    if asked <= most {
        return None;
    }
    #[expect(unsafe_code, reason = "the standard library offers no safe way")]
    // SAFETY: no other thread runs yet that could read the environment.
    unsafe {
        std::env::set_var("RAYON_NUM_THREADS", most.to_string());
    }
    let message = text!(
        en: "RAYON_NUM_THREADS = {asked} is too many for {cores} cores: using {most} threads",
        zh: "RAYON_NUM_THREADS = {asked} 对于 {cores} 个核心过多，改用 {most} 个线程"
    );
    Some(Message::new("machine/threads", message))
}

/// How `mpiexec` or `srun` started this process among others.
#[cfg(feature = "train")]
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Launch {
    /// The number of this process.
    pub(crate) rank: usize,
    /// How many were started, where the launcher says so.
    pub(crate) size: Option<usize>,
    /// Launchers, which lie beside their library: the parent of this process, then what a shell would find.
    pub(crate) launchers: Vec<std::path::PathBuf>,
}

/// Variables of launchers: the number of a process, and how many there are. Those of children are removed.
pub(crate) const LAUNCH: [(&str, &str); 3] = [
    ("PMI_RANK", "PMI_SIZE"), // MPICH, Intel MPI; Slurm with `--mpi=pmi2`
    ("OMPI_COMM_WORLD_RANK", "OMPI_COMM_WORLD_SIZE"), // Open MPI
    ("PMIX_RANK", "SLURM_STEP_NUM_TASKS"), // Slurm with `--mpi=pmix`
];
/// How many of the processes are on this machine.
const LOCAL: [&str; 3] =
    ["MPI_LOCALNRANKS", "OMPI_COMM_WORLD_LOCAL_SIZE", "SLURM_STEP_TASKS_PER_NODE"];

/// How this process was started together with others; `None` if it was started alone.
#[cfg(feature = "train")]
pub(crate) fn launch() -> Option<Launch> {
    let (rank, size) =
        LAUNCH.iter().find_map(|(rank, size)| Some((number(rank)?, number(size))))?;
    let path = std::env::var_os("PATH").unwrap_or_default();
    let found = std::env::split_paths(&path).map(|folder| folder.join("mpiexec"));
    let launchers =
        parent().into_iter().chain(found.filter(|launcher| launcher.exists())).collect();
    (size != Some(1)).then_some(Launch { rank, size, launchers })
}

/// The program that started this one.
#[cfg(feature = "train")]
fn parent() -> Option<std::path::PathBuf> {
    #[cfg(target_os = "linux")]
    return std::path::Path::new("/proc")
        .join(std::os::unix::process::parent_id().to_string())
        .join("exe")
        .read_link()
        .ok();
    #[cfg(not(target_os = "linux"))]
    None
}

/// The number at the beginning of a variable.
fn number(name: &str) -> Option<usize> {
    let value = std::env::var(name).ok()?;
    let digits = value.find(|letter: char| !letter.is_ascii_digit()).unwrap_or(value.len());
    value[..digits].parse().ok()
}

/// Gives each of several processes on this machine that were started together its share of the cores, unless
/// the launcher has done so or `RAYON_NUM_THREADS` says how many to use.
///
/// Call it before any thread is started.
pub(crate) fn share_cores() {
    let started = LAUNCH.iter().any(|(rank, _)| std::env::var_os(rank).is_some());
    let local = LOCAL.iter().find_map(|name| number(name)).unwrap_or(1);
    if !started || local < 2 || std::env::var_os("RAYON_NUM_THREADS").is_some() || is_bound() {
        return;
    }
    let cores = std::thread::available_parallelism().map_or(1, std::num::NonZero::get);
    #[expect(unsafe_code, reason = "the standard library offers no safe way")]
    // SAFETY: no other thread runs yet that could read the environment.
    unsafe {
        std::env::set_var("RAYON_NUM_THREADS", (cores / local).max(1).to_string());
    }
}

/// Whether this process may use some of the machine's cores only.
fn is_bound() -> bool {
    #[cfg(target_os = "linux")]
    #[expect(unsafe_code, reason = "the standard library has no such function")]
    // SAFETY: the set is large enough for the size that is given with it, and zeros are a value of it.
    unsafe {
        let mut set = std::mem::zeroed::<libc::cpu_set_t>();
        let is_known = libc::sched_getaffinity(0, size_of_val(&set), &raw mut set) == 0;
        let all = libc::sysconf(libc::_SC_NPROCESSORS_ONLN);
        is_known && i64::from(libc::CPU_COUNT(&set)) < all
    }
    #[cfg(not(target_os = "linux"))]
    false
}

/// Whether standard error is a terminal that can move its cursor.
pub(crate) fn is_watched() -> bool {
    console::Term::stderr().is_term() && !is_dumb()
}

/// Whether terminals cannot move their cursor.
pub(crate) fn is_dumb() -> bool {
    std::env::var_os("TERM").is_some_and(|term| term == "dumb")
}

/// The locale that texts are shown in, such as `zh_CN.UTF-8`.
pub(crate) fn locale() -> Option<String> {
    locale_of("LC_CTYPE")
}

/// The language of the system.
pub(crate) fn language() -> Language {
    #[cfg(any(windows, target_os = "macos"))]
    let system = sys_locale::get_locale;
    #[cfg(not(any(windows, target_os = "macos")))]
    let system = || None;
    let locale = locale_of("LC_MESSAGES").or_else(system);
    locale.map_or(Language::English, |locale| of_locale(&locale))
}

/// The locale of a category such as `LC_MESSAGES`, in the order of POSIX.
fn locale_of(category: &str) -> Option<String> {
    let names = ["LC_ALL", category, "LANG"].into_iter();
    names.filter_map(|name| std::env::var(name).ok()).find(|value| !value.is_empty())
}

/// What the program was built for, such as `linux on x86_64`.
pub(crate) fn system() -> String {
    format!("{} on {}", std::env::consts::OS, std::env::consts::ARCH)
}
