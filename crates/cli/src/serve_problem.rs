//! Why `charnn serve` does not start, in a build with the server and in one without.

#[cfg(feature = "serve")]
pub(crate) use with::{Problem, exit_code};
#[cfg(not(feature = "serve"))]
pub(crate) use without::{Problem, exit_code};

#[cfg(feature = "serve")]
mod with {
    use charnn_serve::ServeError;
    use std::io::ErrorKind;

    /// Why a server does not start.
    pub(crate) type Problem = ServeError;

    pub(crate) fn exit_code(problem: &Problem) -> u8 {
        match problem {
            ServeError::Listen { source, .. } if source.kind() == ErrorKind::AddrInUse => 9,
            ServeError::Listen { .. } => 2,
            ServeError::NoThreads(_) | ServeError::System { .. } => 6,
        }
    }
}

#[cfg(not(feature = "serve"))]
mod without {
    use charnn_message::{Describe, Message, text};

    /// The program was built without the server.
    #[derive(Debug)]
    pub(crate) struct Problem;

    pub(crate) fn exit_code(_: &Problem) -> u8 {
        2
    }

    impl Describe for Problem {
        fn describe(&self) -> Message {
            let message = text!(
                en: "this charnn was built without the server: `charnn serve` is not available",
                zh: "这个 charnn 编译时没有包含服务器，不能使用 `charnn serve`"
            );
            Message::new("usage/without-server", message).hint(text!(
                en: "install the full program from a checkout: `cargo install --locked --path crates/cli`",
                zh: "在源码目录中安装完整的程序：`cargo install --locked --path crates/cli`"
            ))
        }
    }
}
