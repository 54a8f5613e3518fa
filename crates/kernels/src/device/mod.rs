//! The choice of device: what the machine has, and which of it to use.
//!
//! Opening never panics: a device that cannot be used is an error that says why, or, when the
//! choice was left to the program, a reason to use the CPU.

#[cfg(feature = "gpu")]
mod adapters;

pub use burn::tensor::Device;
use std::fmt;
use std::str::FromStr;

/// Which device was asked for.
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

/// A device that was asked for and cannot be had.
#[derive(Debug, Clone, thiserror::Error)]
pub enum DeviceError {
    /// No GPU.
    #[error(
        "no GPU can be opened: {0}; `charnn devices` lists what there is, and --device cpu always works"
    )]
    NoGpu(Obstacle),
    /// No adapter that is software.
    #[error(
        "no software Vulkan adapter can be opened: {0}; on Debian, apt-get install \
         mesa-vulkan-drivers brings one; `charnn devices` lists what there is, and --device cpu \
         always works"
    )]
    NoSoftware(Obstacle),
    /// The system gives the program no threads.
    #[error(
        "no threads can be started: {0}; end other programs, raise the limit (ulimit -u), or do with one: \
         RAYON_NUM_THREADS=1"
    )]
    NoThreads(String),
    /// The program was built without this device.
    #[error(
        "this build has no {device} device; build with `cargo build --release --features {device}`"
    )]
    NotBuilt {
        /// The device and cargo feature.
        device: &'static str,
    },
}

/// What stands in the way of a graphics adapter.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Obstacle {
    /// There is none at all.
    #[error("the machine shows no graphics adapter")]
    NoAdapter,
    /// There is only one that is software, of this name.
    #[error("the only graphics adapter is software, {0}")]
    OnlySoftware(String),
    /// There is none that is software.
    #[error("there is none")]
    NoSoftware,
    /// It does not work; what the graphics system said.
    #[error("{0}")]
    Refused(String),
}

/// A device that is ready for tensors.
#[derive(Debug, Clone)]
pub struct Opened {
    /// Where tensors go.
    pub device: Device,
    /// What to call it.
    pub name: DeviceName,
    /// Why this device.
    pub why: Why,
    /// The most bytes that one tensor can have; `None` where memory is the only limit.
    pub largest_buffer: Option<u64>,
}

/// What a device is called.
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
    /// What the CPU is called.
    pub fn cpu() -> Self {
        Self::Cpu(crate::threads())
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

/// Why a device was opened: the choice, or what stood in the way of a better one.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Why {
    /// It was asked for.
    #[error("as asked for")]
    Asked,
    /// Burn's other CPU device was asked for.
    #[error("burn-ndarray, as asked for")]
    AskedNdArray,
    /// The choice was free, and there is a GPU.
    #[error("the machine has a GPU")]
    HasGpu,
    /// The choice was free, and there is none that works.
    #[error("no GPU can be opened: {0}")]
    NoGpu(Obstacle),
    /// The choice was free, and the build knows no GPUs.
    #[error("this build has no GPU support")]
    NoGpuSupport,
}

/// Opens the device of `choice`.
///
/// # Errors
/// When `choice` insists on a device that the machine or the build does not have, or there are no threads.
pub fn open(choice: DeviceChoice) -> Result<Opened, DeviceError> {
    crate::threads::start().map_err(DeviceError::NoThreads)?;
    match choice {
        DeviceChoice::Auto => open_gpu().or_else(|error| match error {
            DeviceError::NoGpu(why) | DeviceError::NoSoftware(why) => Ok(cpu(Why::NoGpu(why))),
            DeviceError::NotBuilt { .. } => Ok(cpu(Why::NoGpuSupport)),
            DeviceError::NoThreads(_) => Err(error),
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
    /// The driver and its version, as far as it says; empty on some systems.
    pub driver: String,
    /// Whether the CPU plays the GPU (llvmpipe, SwiftShader, WARP).
    pub software: bool,
}

/// The graphics adapters that a build with GPU support can see. Empty where there are none.
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

    #[cfg(not(feature = "ndarray"))]
    #[test]
    fn a_device_outside_the_build_is_an_error_that_names_the_feature() {
        let error = open(DeviceChoice::NdArray).unwrap_err().to_string();
        assert!(error.contains("--features ndarray"), "{error}");
    }
}
