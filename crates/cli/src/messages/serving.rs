//! What `charnn serve` says.

use charnn_message::{Message, Text, shown, text};
use std::net::IpAddr;
use std::path::Path;

/// Other machines can connect.
pub(crate) fn open_to_others(host: IpAddr) -> Message {
    Message::new(
        "serve/open",
        text!(
            en: "other machines can connect to {host}, and the connection is not encrypted",
            zh: "其他计算机可以连接到 {host}，且连接未加密"
        ),
    )
    .hint(text!(
        en: "use this in a network that you trust, or omit --host and connect through ssh: \
             `ssh -L PORT:127.0.0.1:PORT MACHINE`",
        zh: "请只在可信的网络中这样使用；或去掉 --host，通过 ssh 连接：`ssh -L 端口:127.0.0.1:端口 主机`"
    ))
}

/// The folder of all runs does not exist yet.
pub(crate) fn no_runs(folder: &Path) -> Text {
    let folder = shown(folder);
    text!(
        en: "{folder} does not exist yet: the page shows built-in networks, and runs as soon as there are any",
        zh: "{folder} 尚不存在：页面先提供内置网络，有了训练记录后会自动显示"
    )
}

pub(crate) fn open() -> Text {
    text!(
        en: "open this address in a browser; anyone who knows it can use the server",
        zh: "请在浏览器中打开此地址；知道此地址的人都可以使用本服务器"
    )
}

pub(crate) fn until() -> Text {
    text!(en: "Ctrl-C stops the server", zh: "按 Ctrl-C 停止服务器")
}
