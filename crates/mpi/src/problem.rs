//! Why ranks cannot communicate.

use charnn_message::{Describe, Message, display, text};

/// Why ranks cannot communicate.
#[derive(Debug, thiserror::Error)]
pub enum MpiError {
    /// No library with the standard ABI was found.
    NoLibrary {
        /// The names that were tried.
        tried: Vec<String>,
        /// What the system said about the last.
        why: String,
    },
    /// A library lacks a function.
    NoFunction {
        /// The function.
        name: &'static str,
        /// The library.
        library: String,
    },
    /// A function of the library failed.
    Failed {
        /// The function.
        name: &'static str,
        /// Its error code.
        code: i32,
    },
    /// The launcher started several processes, but the library knows of another number.
    OtherLauncher {
        /// How many processes the launcher started.
        started: usize,
        /// How many the library knows of.
        found: usize,
        /// The library.
        library: String,
    },
}

display!(MpiError);

impl Describe for MpiError {
    fn describe(&self) -> Message {
        let install = text!(
            en: "install MPICH 5 or another MPI library with the standard ABI, for example with \
                 `pip install mpich`, and start all ranks with its mpiexec",
            zh: "请安装 MPICH 5 或其他支持标准 ABI 的 MPI 库，例如 `pip install mpich`，并用其中的 mpiexec 启动所有进程"
        );
        match self {
            Self::NoLibrary { tried, why } => {
                let tried = tried.join(", ");
                Message::new(
                    "mpi/no-library",
                    text!(
                        en: "several ranks were started, but no MPI library with the standard ABI was found: {why}",
                        zh: "启动了多个进程，但找不到支持标准 ABI 的 MPI 库：{why}"
                    ),
                )
                .hint(install)
                .hint(text!(
                    en: "if it is installed, add its folder to LD_LIBRARY_PATH (tried: {tried})",
                    zh: "如果已经安装，请把它所在的文件夹加入 LD_LIBRARY_PATH（已尝试：{tried}）"
                ))
            }
            Self::NoFunction { name, library } => Message::new(
                "mpi/no-function",
                text!(en: "the MPI library {library} has no function {name}", zh: "MPI 库 {library} 没有函数 {name}"),
            )
            .hint(install),
            Self::Failed { name, code } => Message::new(
                "mpi/failed",
                text!(en: "{name} of the MPI library failed with code {code}", zh: "MPI 库的 {name} 失败，代码 {code}"),
            ),
            Self::OtherLauncher { started, found, library } => Message::new(
                "mpi/other-launcher",
                text!(
                    en: "{started} ranks were started, but the MPI library {library} knows of {found}: they belong \
                         to different versions of MPI",
                    zh: "启动了 {started} 个进程，但 MPI 库 {library} 只知道 {found} 个：启动程序与库属于不同的 MPI"
                ),
            )
            .hint(text!(
                en: "start the ranks with the mpiexec that was installed with the library",
                zh: "请使用与该库一同安装的 mpiexec"
            )),
        }
    }
}
