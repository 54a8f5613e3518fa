//! A device that was requested and cannot be used, as a message.

use charnn_cpu::NoThreads;
use charnn_message::{Describe, Message, Text, text};
use std::fmt;

/// A device that was requested and cannot be used.
#[derive(Debug, Clone)]
pub enum DeviceError {
    /// No GPU can be opened.
    NoGpu(Obstacle),
    /// No software Vulkan adapter can be opened.
    NoSoftware(Obstacle),
    /// No adapter has this number or name.
    NoSuchAdapter {
        /// The number or name.
        which: String,
        /// The names of the adapters of this machine.
        adapters: Vec<String>,
    },
    /// The system does not start threads.
    NoThreads(NoThreads),
    /// The program was built without this device.
    NotBuilt {
        /// The device and cargo feature.
        device: &'static str,
    },
}

impl Describe for DeviceError {
    fn describe(&self) -> Message {
        match self {
            Self::NoGpu(obstacle) => {
                let why = obstacle.text();
                Message::new(
                    "device/no-gpu",
                    text!(
                        en: ("cannot open a GPU: {}", why.english),
                        zh: ("没有可用的 GPU：{}", why.chinese),
                    ),
                )
            }
            Self::NoSoftware(obstacle) => {
                let why = obstacle.text();
                Message::new(
                    "device/no-software-adapter",
                    text!(
                        en: ("cannot open a software Vulkan adapter: {}", why.english),
                        zh: ("没有可用的软件 Vulkan 适配器：{}", why.chinese),
                    ),
                )
                .hint(text!(
                    en: "on Debian, `apt-get install mesa-vulkan-drivers` installs one",
                    zh: "在 Debian 上可以用 apt-get install mesa-vulkan-drivers 安装"
                ))
            }
            Self::NoSuchAdapter { which, adapters } => {
                let names = (0..).zip(adapters).map(|(number, name)| format!("{number} {name}"));
                let names = names.collect::<Vec<_>>().join(", ");
                let message = Message::new(
                    "device/no-such-adapter",
                    text!(
                        en: "no graphics adapter is called `{which}`",
                        zh: "没有名为 `{which}` 的图形适配器"
                    ),
                );
                if adapters.is_empty() {
                    message.hint(text!(
                        en: "this machine has no graphics adapter",
                        zh: "本机没有图形适配器"
                    ))
                } else {
                    message.hint(text!(en: "the adapters are {names}", zh: "现有适配器：{names}"))
                }
            }
            Self::NoThreads(error) => error.describe(),
            Self::NotBuilt { device } => Message::new(
                "device/not-built",
                text!(
                    en: "this build does not support the device {device}",
                    zh: "这个版本不支持设备 {device}"
                ),
            )
            .hint(text!(
                en: "build with `cargo build --release --features {device}`",
                zh: "请用 cargo build --release --features {device} 编译"
            )),
        }
    }
}

impl fmt::Display for DeviceError {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.describe().fmt(out)
    }
}

impl std::error::Error for DeviceError {}

/// Why a graphics adapter cannot be used.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Obstacle {
    /// The machine has no graphics adapter.
    NoAdapter,
    /// The only adapter is software, of this name.
    OnlySoftware(String),
    /// The machine has no software adapter.
    NoSoftware,
    /// The adapter does not work; what the graphics system reported.
    Refused(String),
}

impl Obstacle {
    /// The obstacle as part of a sentence.
    pub fn text(&self) -> Text {
        match self {
            Self::NoAdapter => {
                text!(en: "this machine has no graphics adapter", zh: "本机没有图形适配器")
            }
            Self::OnlySoftware(name) => text!(
                en: "the only graphics adapter is software ({name})",
                zh: "唯一的图形适配器是软件模拟的 {name}"
            ),
            Self::NoSoftware => {
                text!(en: "this machine has no software adapter", zh: "本机没有软件适配器")
            }
            Self::Refused(why) => text!(en: "{why}", zh: "系统报告“{why}”"),
        }
    }
}

impl Describe for Obstacle {
    fn describe(&self) -> Message {
        let code = match self {
            Self::NoAdapter => "device/no-adapter",
            Self::OnlySoftware(_) => "device/only-software",
            Self::NoSoftware => "device/no-software",
            Self::Refused(_) => "device/refused",
        };
        Message::new(code, self.text())
    }
}

impl fmt::Display for Obstacle {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(&self.text().english)
    }
}
