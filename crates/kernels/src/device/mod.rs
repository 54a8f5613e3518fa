//! The choice of device: what the machine has, and which of it to use.
//!
//! Opening never panics. A device that cannot be used is an error with its reason; with
//! [`DeviceChoice::Auto`] it is a reason to use the CPU.

#[cfg(feature = "gpu")]
mod adapters;
mod error;
mod launches;
mod trials;

pub use burn::tensor::Device;
pub use error::{DeviceError, Obstacle};
pub use launches::{
    Timed, compile_ahead, compile_times, largest_buffer, launch_times, launches, memory,
};
pub use trials::{
    assume_buffers, assume_largest_buffer, assume_longest_launch, assume_shared_memory,
    compile_only, mirror_positions,
};

use charnn_message::{Describe, Message, text};
use std::fmt;
use std::str::FromStr;

/// Which device to use.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DeviceChoice {
    /// A GPU where one can be opened, else the CPU.
    Auto,
    /// A GPU, or an error.
    Gpu,
    /// The CPU, through burn-flex.
    Cpu,
    /// A software Vulkan adapter: the GPU code on a machine without a GPU, slowly.
    Software,
    /// The CPU, through burn-ndarray: a second opinion, in builds with the feature `ndarray`.
    NdArray,
}

impl DeviceChoice {
    /// Every choice and the word for it.
    pub const ALL: [(Self, &str); 5] = [
        (Self::Auto, "auto"),
        (Self::Gpu, "gpu"),
        (Self::Cpu, "cpu"),
        (Self::Software, "software"),
        (Self::NdArray, "ndarray"),
    ];
}

impl FromStr for DeviceChoice {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let found = Self::ALL.iter().find(|(_, word)| *word == text);
        found.map(|(choice, _)| *choice).ok_or_else(|| {
            let words = Self::ALL.map(|(_, word)| word).join(", ");
            format!("unknown device {text:?}; the choices are {words}")
        })
    }
}

impl fmt::Display for DeviceChoice {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (_, word) =
            Self::ALL.iter().find(|(choice, _)| choice == self).expect("all are listed");
        out.write_str(word)
    }
}

/// A device that is ready for tensors.
#[derive(Debug, Clone)]
pub struct Opened {
    /// Where tensors go.
    pub device: Device,
    /// Its name.
    pub name: DeviceName,
    /// Why this device.
    pub why: Why,
    /// The largest size of a tensor in bytes; `None` where memory is the only limit.
    pub largest_buffer: Option<u64>,
}

/// The name of a device.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum DeviceName {
    /// The CPU, with so many threads.
    Cpu(usize),
    /// A graphics adapter.
    Adapter {
        /// The name its driver gives.
        name: String,
        /// The graphics API, such as Vulkan.
        api: String,
    },
}

impl DeviceName {
    /// The name of the CPU.
    pub fn cpu() -> Self {
        Self::Cpu(charnn_cpu::threads())
    }
}

impl fmt::Display for DeviceName {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Cpu(1) => write!(out, "CPU with 1 thread"),
            Self::Cpu(threads) => write!(out, "CPU with {threads} threads"),
            Self::Adapter { name, api } => write!(out, "{name} ({api})"),
        }
    }
}

/// Why a device was opened: the choice, or the obstacle to a better one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Why {
    /// It was requested.
    Asked,
    /// Burn's other CPU device was requested.
    AskedNdArray,
    /// The choice was free, and there is a GPU.
    HasGpu,
    /// The choice was free, and this device was faster than the other.
    Faster,
    /// The choice was free, and no GPU works.
    NoGpu(Obstacle),
    /// The choice was free, and the build has no GPU support.
    NoGpuSupport,
}

impl Describe for Why {
    fn describe(&self) -> Message {
        let (code, text) = match self {
            Self::Asked => ("device/requested", text!(en: "as requested", zh: "您指定的设备")),
            Self::AskedNdArray => (
                "device/requested-ndarray",
                text!(en: "burn-ndarray, as requested", zh: "您指定的设备，burn-ndarray"),
            ),
            Self::HasGpu => {
                ("device/has-gpu", text!(en: "the machine has a GPU", zh: "本机有 GPU"))
            }
            Self::Faster => (
                "device/faster",
                text!(en: "the faster one for this run", zh: "对本次训练更快的设备"),
            ),
            Self::NoGpu(obstacle) => {
                let why = obstacle.text();
                let text = text!(
                    en: ("no usable GPU, using the CPU: {}", why.english),
                    zh: ("未检测到可用的 GPU，改用 CPU：{}", why.chinese),
                );
                ("device/cpu-instead", text)
            }
            Self::NoGpuSupport => (
                "device/no-gpu-support",
                text!(en: "this build has no GPU support", zh: "这个版本不支持 GPU"),
            ),
        };
        Message::new(code, text)
    }
}

impl fmt::Display for Why {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.describe().fmt(out)
    }
}

/// Opens the adapter that `which` names: its number in [`adapters()`], or a part of its name in any case.
///
/// # Errors
/// When no adapter matches `which`, or the adapter cannot be opened.
pub fn open_adapter(which: &str) -> Result<Opened, DeviceError> {
    charnn_cpu::start_threads().map_err(DeviceError::NoThreads)?;
    #[cfg(feature = "gpu")]
    return adapters::open_named(which);
    #[cfg(not(feature = "gpu"))]
    {
        let _ = which;
        Err(DeviceError::NotBuilt { device: "gpu" })
    }
}

/// Opens the device of `choice`.
///
/// # Errors
/// When `choice` demands a device that the machine or the build does not have, or the system starts
/// no threads.
pub fn open(choice: DeviceChoice) -> Result<Opened, DeviceError> {
    charnn_cpu::start_threads().map_err(DeviceError::NoThreads)?;
    match choice {
        DeviceChoice::Auto => open_gpu().or_else(|error| match error {
            DeviceError::NoGpu(why) | DeviceError::NoSoftware(why) => Ok(cpu(Why::NoGpu(why))),
            DeviceError::NotBuilt { .. } => Ok(cpu(Why::NoGpuSupport)),
            DeviceError::NoThreads(_) | DeviceError::NoSuchAdapter { .. } => Err(error),
        }),
        DeviceChoice::Gpu => open_gpu(),
        DeviceChoice::Cpu => Ok(cpu(Why::Asked)),
        DeviceChoice::Software => open_software(),
        DeviceChoice::NdArray => open_ndarray(),
    }
}

/// A graphics adapter of this machine.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Adapter {
    /// The name its driver gives.
    pub name: String,
    /// The graphics API, such as Vulkan.
    pub api: String,
    /// The driver and its version; empty where the system does not report them.
    pub driver: String,
    /// What it is.
    pub kind: AdapterKind,
    /// What a kernel may use of it.
    pub limits: AdapterLimits,
    /// Features that kernels could use, by the names of WebGPU.
    pub features: Vec<&'static str>,
}

/// What an adapter is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AdapterKind {
    /// A graphics card with memory of its own.
    Discrete,
    /// Part of a processor, whose memory it shares.
    Integrated,
    /// A share of a card, in a virtual machine.
    Virtual,
    /// A driver that runs on the CPU (llvmpipe, SwiftShader, WARP).
    Software,
    /// The driver does not say.
    Other,
}

/// What a kernel may use of an adapter.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct AdapterLimits {
    /// Bytes of a tensor.
    pub largest_buffer: u64,
    /// Bytes of memory that the units of a workgroup share.
    pub shared_memory: u32,
    /// Units of a workgroup.
    pub units: u32,
    /// Buffers of a kernel.
    pub buffers: u32,
    /// The fewest and the most units that run in lockstep; 0 where the API does not say.
    pub subgroups: [u32; 2],
}

impl Adapter {
    /// Whether it runs on the CPU.
    pub fn is_software(&self) -> bool {
        self.kind == AdapterKind::Software
    }
}

/// The graphics adapters that a build with GPU support can see, possibly none.
pub fn adapters() -> Vec<Adapter> {
    #[cfg(feature = "gpu")]
    return adapters::list();
    #[cfg(not(feature = "gpu"))]
    return Vec::new();
}

fn cpu(why: Why) -> Opened {
    Opened { device: Device::flex(), name: DeviceName::cpu(), why, largest_buffer: None }
}

fn open_gpu() -> Result<Opened, DeviceError> {
    #[cfg(feature = "gpu")]
    return adapters::open_gpu();
    #[cfg(not(feature = "gpu"))]
    return Err(DeviceError::NotBuilt { device: "gpu" });
}

fn open_software() -> Result<Opened, DeviceError> {
    #[cfg(feature = "gpu")]
    return adapters::open_software();
    #[cfg(not(feature = "gpu"))]
    return Err(DeviceError::NotBuilt { device: "gpu" });
}

fn open_ndarray() -> Result<Opened, DeviceError> {
    #[cfg(feature = "ndarray")]
    #[expect(
        deprecated,
        reason = "burn-ndarray is deprecated upstream; it stays a second opinion"
    )]
    return Ok(Opened { device: Device::ndarray(), ..cpu(Why::AskedNdArray) });
    #[cfg(not(feature = "ndarray"))]
    return Err(DeviceError::NotBuilt { device: "ndarray" });
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_choice_reads_back_from_its_word() {
        for (choice, word) in DeviceChoice::ALL {
            assert_eq!((word.parse(), choice.to_string()), (Ok(choice), word.to_owned()));
        }
        let error = "cuda".parse::<DeviceChoice>().unwrap_err();
        assert!(error.contains("\"cuda\"") && error.contains("software"), "{error}");
    }

    #[test]
    fn auto_opens_something_on_every_machine() {
        let opened = open(DeviceChoice::Auto).unwrap();
        assert_ne!(opened.why, Why::Asked);
    }

    #[cfg(feature = "gpu")]
    #[test]
    fn an_adapter_is_opened_by_its_number_and_by_a_part_of_its_name() {
        for (number, adapter) in adapters().iter().enumerate() {
            let name = adapter.name.to_uppercase();
            let part: String = name.chars().take(5).collect();
            for which in [number.to_string(), name, part] {
                let opened = open_adapter(&which).unwrap();
                assert!(opened.name.to_string().starts_with(&adapter.name), "{which}: {opened:?}");
            }
        }
        for which in ["99", "no such card", ""] {
            let message = open_adapter(which).unwrap_err().describe();
            assert_eq!(message.code, "device/no-such-adapter", "{which}: {message:?}");
        }
    }

    #[cfg(not(feature = "ndarray"))]
    #[test]
    fn a_device_outside_the_build_is_an_error_that_names_the_feature() {
        let message = open(DeviceChoice::NdArray).unwrap_err().describe();
        assert_eq!(message.code, "device/not-built");
        assert!(message.hints[0].english.contains("--features ndarray"), "{message:?}");
    }
}
