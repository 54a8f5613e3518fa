//! The choice of a device, and what a GPU needs before the first step.

use charnn_kernels::device::DeviceName;
use charnn_kernels::tiling::Tiling;
use charnn_message::{Text, text};
use std::time::Duration;

/// A GPU and the CPU are about to be timed.
pub(crate) fn measuring(gpu: &DeviceName) -> Text {
    text!(
        en: "speed    timing a few steps on {gpu} and on the CPU",
        zh: "测速  在 {gpu} 和 CPU 上各试几步"
    )
}

/// How long a step takes on both.
pub(crate) fn measured(gpu: &DeviceName, of_gpu: f64, of_cpu: f64) -> Text {
    let [of_gpu, of_cpu] = [of_gpu, of_cpu].map(|seconds| seconds * 1e3);
    text!(
        en: ("speed    {gpu}: {of_gpu:.1} ms a step; CPU: {of_cpu:.1} ms"),
        zh: ("测速  {gpu} 每步 {of_gpu:.1} 毫秒，CPU 每步 {of_cpu:.1} 毫秒")
    )
}

/// How the recurrence runs on a GPU.
pub(crate) fn tiling(tiling: Tiling) -> Text {
    text!(en: "kernels  {tiling}", zh: "内核  {tiling}")
}

/// How many kernels are compiled, of all.
pub(crate) fn compiling(done: usize, all: usize) -> Text {
    text!(en: "kernels  compiling {done}/{all}", zh: "内核  正在编译 {done}/{all}")
}

/// All kernels are compiled.
pub(crate) fn compiled(kernels: usize, time: Duration) -> Text {
    let seconds = time.as_secs();
    text!(
        en: "kernels  compiled {kernels} in {seconds} s; many drivers keep them for the next start",
        zh: "内核  编译了 {kernels} 个，用时 {seconds} 秒；多数驱动会缓存，下次启动更快"
    )
}
