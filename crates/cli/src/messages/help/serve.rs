//! The page of `charnn serve`.

use super::page::{ARGUMENTS, Group, OPTIONS, Page, both, flag, same};

pub(super) const SERVE: Page = Page {
    command: "serve",
    about: both(
        "Watch trainings and play with networks in the browser; an API like OpenAI's",
        "在浏览器中查看训练、试用网络；提供与 OpenAI 兼容的接口",
    ),
    details: both(
        "Prints the address of a page that lists all runs, draws the curves of a training while it runs, and writes text \
         with any network. Programs use the same address with the token as their key: /v1/completions, /v1/models. Only \
         this machine can connect unless --host says otherwise. docs/serve.md describes the page and the API.",
        "输出网页的地址。网页列出所有训练记录，实时显示训练曲线，并可用任意网络生成文本。程序可用同一地址访问接口\
         （/v1/completions、/v1/models），以令牌作为密钥。除非使用 --host，否则只有本机可以连接。说明见 docs/serve.md。",
    ),
    groups: &[
        Group {
            heading: ARGUMENTS,
            flags: &[flag("runs", "Folder that holds all runs", "存放所有训练记录的目录")],
        },
        Group {
            heading: OPTIONS,
            flags: &[
                flag("port", "Port; 0 takes one that is free", "端口；0 表示自动选择空闲端口"),
                flag("host", "Address to listen on", "监听的地址").more(
                    "0.0.0.0 lets other machines connect. They need the token too; the connection is not encrypted.",
                    "0.0.0.0 允许其他计算机连接。它们同样需要令牌；连接未加密。",
                ),
                flag(
                    "json",
                    "Print address and token as a line of JSON; errors too",
                    "以一行 JSON 输出地址和令牌，错误也以 JSON 输出",
                ),
            ],
        },
    ],
    examples: &[
        (same("charnn serve"), both("The runs in the folder runs", "runs 目录中的训练记录")),
        (
            same("charnn serve --port 8000"),
            both("The same port each time", "每次使用同一端口"),
        ),
    ],
};
