//! Why a server does not start.

use charnn_infer::NoThreads;
use charnn_message::{Describe, Message, Text, display, text};
use std::io::ErrorKind;
use std::net::SocketAddr;

/// Why a server does not start.
#[derive(Debug, thiserror::Error)]
pub enum ServeError {
    /// It cannot listen.
    Listen {
        /// Where.
        address: SocketAddr,
        /// Why.
        source: std::io::Error,
    },
    /// The system starts no threads.
    NoThreads(#[from] NoThreads),
    /// The system fails otherwise.
    System {
        /// Why.
        source: std::io::Error,
    },
}

impl Describe for ServeError {
    fn describe(&self) -> Message {
        match self {
            Self::Listen { address, source } if source.kind() == ErrorKind::AddrInUse => {
                Message::new(
                    "serve/port-busy",
                    text!(
                        en: "port {} is in use by another program",
                        zh: "端口 {} 已被其他程序占用",
                        address.port()
                    ),
                )
                .hint(text!(
                    en: "choose another port, or 0 for one that is free",
                    zh: "请换一个端口，或用 0 自动选择空闲端口"
                ))
            }
            Self::Listen { address, source } => {
                let why = Text::from(source);
                let message = Message::new(
                    "serve/listen",
                    text!(
                        en: ("cannot listen on {address}: {}", why.english),
                        zh: ("无法监听 {address}：{}", why.chinese),
                    ),
                );
                match source.kind() {
                    ErrorKind::PermissionDenied => message.hint(text!(
                        en: "use a port of 1024 or more",
                        zh: "请使用 1024 或以上的端口"
                    )),
                    ErrorKind::AddrNotAvailable => message.hint(text!(
                        en: "use an address of this machine, such as 127.0.0.1",
                        zh: "请使用本机的地址，例如 127.0.0.1"
                    )),
                    _ => message,
                }
            }
            Self::NoThreads(error) => error.describe(),
            Self::System { source } => {
                let why = Text::from(source);
                Message::new(
                    "serve/system",
                    text!(
                        en: ("the server cannot run: {}", why.english),
                        zh: ("服务器无法运行：{}", why.chinese),
                    ),
                )
            }
        }
    }
}

display!(ServeError);
