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
    /// No adapter of the kind.
    #[error(
        "no {wanted} can be opened: {why}; `charnn devices` lists what there is, and --device cpu always works"
    )]
    Unavailable {
        /// What was looked for.
        wanted: &'static str,
        /// What the graphics system said.
        why: String,
    },
    /// The program was built without this device.
    #[error(
        "this build has no {device} device; build with `cargo build --release --features {device}`"
    )]
    NotBuilt {
        /// The device and cargo feature.
        device: &'static str,
    },
}

/// A device that is ready for tensors.
#[derive(Debug, Clone)]
pub struct Opened {
    /// Where tensors go.
    pub device: Device,
    /// The name to show: the adapter's, or the CPU's thread count.
    pub name: String,
    /// Why this device: the choice, or what stood in the way of a better one.
    pub why: String,
    /// The most bytes that one tensor can have; `None` where memory is the only limit.
    pub largest_buffer: Option<u64>,
}

/// Opens the device of `choice`.
///
/// # Errors
/// When `choice` insists on a device that the machine or the build does not have.
pub fn open(choice: DeviceChoice) -> Result<Opened, DeviceError> {
    match choice {
        DeviceChoice::Auto => Ok(open_gpu().unwrap_or_else(|error| match error {
            DeviceError::Unavailable { why, .. } => cpu(format!("no GPU can be opened: {why}")),
            DeviceError::NotBuilt { .. } => cpu("this build has no GPU support".into()),
        })),
        DeviceChoice::Gpu => open_gpu(),
        DeviceChoice::Cpu => Ok(cpu("as asked for".into())),
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

/// What the CPU device is called.
pub fn cpu_name() -> String {
    let threads = crate::threads();
    format!("CPU with {threads} thread{}", if threads == 1 { "" } else { "s" })
}

fn cpu(why: String) -> Opened {
    Opened { device: Device::flex(), name: cpu_name(), why, largest_buffer: None }
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
    return Ok(Opened { device: Device::ndarray(), ..cpu("burn-ndarray, as asked for".into()) });
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
        assert!(!opened.name.is_empty() && !opened.why.is_empty());
    }

    #[cfg(not(feature = "ndarray"))]
    #[test]
    fn a_device_outside_the_build_is_an_error_that_names_the_feature() {
        let error = open(DeviceChoice::NdArray).unwrap_err().to_string();
        assert!(error.contains("--features ndarray"), "{error}");
    }
}
