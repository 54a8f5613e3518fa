//! The device to train on, by its name.

use super::form::{Form, InvalidValue, invalid};
use charnn_message::{Text, text};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::fmt;
use std::str::FromStr;

/// Which device to use.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum DeviceChoice {
    /// A GPU if one works, otherwise the CPU.
    #[default]
    #[schemars(extend("x-zh" = "有可用的 GPU 就用 GPU，否则用 CPU。"))]
    Auto,
    /// A GPU, or an error.
    #[schemars(extend("x-zh" = "使用 GPU；没有则报错。"))]
    Gpu,
    /// The CPU.
    #[schemars(extend("x-zh" = "使用 CPU。"))]
    Cpu,
    /// A software Vulkan adapter: the GPU code without a GPU, slowly.
    #[schemars(extend("x-zh" = "软件 Vulkan：没有 GPU 也能运行 GPU 代码，但很慢。"))]
    Software,
    /// The CPU, through burn-ndarray: a second opinion, in builds with the feature `ndarray`.
    #[schemars(extend("x-zh" = "使用 CPU（burn-ndarray），用于对照；需要启用 ndarray 特性编译。"))]
    Ndarray,
}

impl DeviceChoice {
    /// Every choice with its name.
    pub const ALL: [(Self, &str); 5] = [
        (Self::Auto, "auto"),
        (Self::Gpu, "gpu"),
        (Self::Cpu, "cpu"),
        (Self::Software, "software"),
        (Self::Ndarray, "ndarray"),
    ];

    /// The name in a configuration.
    pub fn name(self) -> &'static str {
        match self {
            Self::Auto => "auto",
            Self::Gpu => "gpu",
            Self::Cpu => "cpu",
            Self::Software => "software",
            Self::Ndarray => "ndarray",
        }
    }
}

impl Form for DeviceChoice {
    fn expected() -> Text {
        let names = DeviceChoice::ALL.map(|(_, name)| name).join(", ");
        text!(en: "one of {names}", zh: "{names} 之一")
    }
}

impl FromStr for DeviceChoice {
    type Err = InvalidValue;

    fn from_str(name: &str) -> Result<Self, InvalidValue> {
        let found = Self::ALL.iter().find(|(_, known)| *known == name);
        found.map(|(choice, _)| *choice).ok_or_else(invalid::<Self>)
    }
}

impl fmt::Display for DeviceChoice {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.pad(self.name())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_name_reads_back_and_is_the_one_in_a_file() {
        for (choice, name) in DeviceChoice::ALL {
            assert_eq!((name.parse(), choice.name()), (Ok(choice), name));
            assert_eq!(toml::Value::try_from(choice).expect(name), name.into());
        }
        assert!("cuda".parse::<DeviceChoice>().is_err());
    }
}
